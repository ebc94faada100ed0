//! Consent fatigue: whether somebody's yes still means that he has looked.
//!
//! It is counted for each person over all that he answers. Whoever approves more than a person can
//! look at is tired: what he says through a client does not count as a yes any more, and an
//! operator has to approve. Of an operator it is shown to everybody who looks. It wears off: an
//! hour after the last of the answers that it rests on nothing is left of it.

use std::collections::VecDeque;

use super::HoldSettings;
use crate::Time;

/// The most answers of one person that are remembered.
pub const MOST_REMEMBERED: usize = 256;

/// How long an answer counts, in microseconds.
const HOUR: i64 = 3_600_000_000;

/// The fewest answers of which a share says something, and the share of approvals, in percent, at
/// which somebody seems to approve everything.
const SHARE: (usize, u64) = (20, 95);

/// What somebody has answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Habits {
    /// His name, as it was first seen.
    pub name: Box<str>,
    /// How often he has answered.
    pub answered: u64,
    /// How often with yes.
    pub approved: u64,
    /// How often sooner than a person can look.
    pub quick: u64,
    /// How many times in a row with yes.
    pub streak: u64,
    /// The last answers, the newest last.
    pub recent: VecDeque<Answered>,
}

/// One answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// When.
    pub at: Time,
    /// How long after he could have seen it, in milliseconds.
    pub after: u64,
    /// Yes.
    pub yes: bool,
}

/// How tired somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing speaks against it that he looks.
    Rested,
    /// He is on the way.
    Strained,
    /// His yes does not count through a client.
    Tired,
}

impl Level {
    /// The name in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rested => "rested",
            Self::Strained => "strained",
            Self::Tired => "tired",
        }
    }
}

/// How tired somebody is, and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fatigue {
    /// How tired.
    pub level: Level,
    /// Why, for a person; empty if he is rested.
    pub why: String,
    /// Approvals within the last hour.
    pub this_hour: usize,
    /// Approvals in a row, up to the last answer and within the last hour, that were quick.
    pub quick_in_a_row: usize,
    /// The share of what is remembered that he has approved, in percent.
    pub share: u64,
    /// Half of what is remembered was answered sooner than this, in milliseconds.
    pub median: u64,
}

impl Habits {
    /// Nothing yet.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self { name: super::visible(name, 200).into(), ..Self::default() }
    }

    /// Counts an answer.
    pub fn add(&mut self, answered: Answered, settings: &HoldSettings) {
        self.answered = self.answered.saturating_add(1);
        self.approved = self.approved.saturating_add(u64::from(answered.yes));
        self.quick = self.quick.saturating_add(u64::from(is_quick(&answered, settings)));
        self.streak = if answered.yes { self.streak.saturating_add(1) } else { 0 };
        if self.recent.len() >= MOST_REMEMBERED {
            self.recent.pop_front();
        }
        self.recent.push_back(answered);
    }

    /// How tired he is now.
    #[must_use]
    pub fn fatigue(&self, settings: &HoldSettings, now: Time) -> Fatigue {
        let lately = |answered: &&Answered| answered.at.micros() > now.micros() - HOUR;
        let this_hour = self.recent.iter().filter(lately).filter(|one| one.yes).count();
        let backwards = self.recent.iter().rev();
        let quick_in_a_row =
            backwards.take_while(|one| lately(one) && one.yes && is_quick(one, settings)).count();
        let (share, median) = (self.share(), self.median());
        let (level, why) = level(settings, (this_hour, quick_in_a_row), (share, self.recent.len()));
        Fatigue { level, why, this_hour, quick_in_a_row, share, median }
    }

    /// The share of what is remembered that he has approved, in percent.
    fn share(&self) -> u64 {
        let approved = self.recent.iter().filter(|one| one.yes).count();
        let percent = (approved * 100).checked_div(self.recent.len()).unwrap_or(0);
        percent as u64
    }

    fn median(&self) -> u64 {
        let mut all: Vec<_> = self.recent.iter().map(|one| one.after).collect();
        all.sort_unstable();
        all.get(all.len() / 2).copied().unwrap_or(0)
    }
}

fn is_quick(answered: &Answered, settings: &HoldSettings) -> bool {
    answered.after < u64::from(settings.quick) * 1000
}

fn level(
    settings: &HoldSettings,
    (this_hour, in_a_row): (usize, usize),
    (share, answers): (u64, usize),
) -> (Level, String) {
    // More than can be remembered within an hour is as much as is remembered.
    let most = (settings.most_an_hour as usize).min(MOST_REMEMBERED - 1);
    let most_quick = (settings.most_quick as usize).min(MOST_REMEMBERED);
    let hourly = format!("{this_hour} approvals within an hour, of at most {most}");
    let quick = format!(
        "{in_a_row} approvals in a row in under {} s, of fewer than {most_quick}",
        settings.quick
    );
    if this_hour > most {
        return (Level::Tired, hourly);
    }
    if in_a_row >= most_quick {
        return (Level::Tired, quick);
    }
    if this_hour * 2 > most {
        return (Level::Strained, hourly);
    }
    if in_a_row * 2 >= most_quick && in_a_row > 1 {
        return (Level::Strained, quick);
    }
    if answers >= SHARE.0 && share >= SHARE.1 {
        return (Level::Strained, format!("{share} of 100 were approved"));
    }
    (Level::Rested, String::new())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: i64 = 1_000_000;

    fn at(second: i64) -> Time {
        Time::from_micros(1_795_000_000 * SECOND + second * SECOND)
    }

    /// Answers with yes, each so many seconds after the one before and after it was seen.
    fn habits(count: i64, apart: i64, after: u64) -> (Habits, HoldSettings, Time) {
        let settings = HoldSettings::default();
        let mut habits = Habits::of("ann");
        for number in 0..count {
            habits.add(Answered { at: at(number * apart), after, yes: true }, &settings);
        }
        (habits, settings, at((count - 1) * apart))
    }

    #[test]
    fn twenty_in_a_row_without_looking_are_too_many() {
        let (few, settings, now) = habits(19, 4, 1_000);
        assert_eq!(few.fatigue(&settings, now).level, Level::Strained);
        let (mut many, settings, now) = habits(20, 4, 2_999);
        let fatigue = many.fatigue(&settings, now);
        assert_eq!((fatigue.level, fatigue.quick_in_a_row), (Level::Tired, 20));
        assert_eq!((fatigue.share, fatigue.median), (100, 2_999));
        assert!(fatigue.why.contains("under 3 s"), "{}", fatigue.why);
        // A no, or a look, ends the row.
        many.add(Answered { at: now, after: 3_000, yes: true }, &settings);
        assert_eq!(many.fatigue(&settings, now).quick_in_a_row, 0);
        assert_eq!((many.answered, many.approved, many.quick, many.streak), (21, 21, 20, 21));
        many.add(Answered { at: now, after: 1, yes: false }, &settings);
        assert_eq!(many.streak, 0);
    }

    #[test]
    fn more_than_thirty_in_an_hour_are_too_many() {
        let (habits_30, settings, now) = habits(30, 60, 20_000);
        assert_eq!(habits_30.fatigue(&settings, now).level, Level::Strained);
        let (habits_31, settings, now) = habits(31, 60, 20_000);
        assert_eq!(habits_31.fatigue(&settings, now).level, Level::Tired);
        // It wears off.
        let later = now.plus_seconds(3600);
        let fatigue = habits_31.fatigue(&settings, later);
        assert_eq!((fatigue.this_hour, fatigue.level), (0, Level::Strained), "{}", fatigue.why);
        assert!(fatigue.why.contains("100 of 100"));
    }

    proptest! {
        #[test]
        fn what_is_remembered_is_bounded_and_more_never_rests(
            count in 0..600_i64, apart in 0..100_i64, after in 0..10_000_u64,
        ) {
            let (mut habits, settings, now) = habits(count, apart, after);
            prop_assert!(habits.recent.len() <= MOST_REMEMBERED);
            let before = habits.fatigue(&settings, now);
            habits.add(Answered { at: now, after: 0, yes: true }, &settings);
            let then = habits.fatigue(&settings, now);
            // Of what lies in the same hour, another quick yes is never a rest.
            if before.level == Level::Tired && after < 3_000 {
                prop_assert_eq!(then.level, Level::Tired);
            }
        }
    }
}
