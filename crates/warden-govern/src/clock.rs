//! Regulatory clocks: by when which report is due, counted from which event.
//!
//! The steps of each regime are one table ([`STEPS`]); a deadline is a function of what happened and
//! of a calendar. A clock whose event has not happened does not run; one that has run out says so.
//!
//! Hours are hours that pass, whatever clocks are set to; days and months are those of the calendar
//! in the time zone that a deadline is read in, ending at the hour at which they began: that is
//! never later than the end of the day, which Regulation (EEC) 1182/71 would allow.

mod calendar;
mod steps;
#[cfg(test)]
mod tests;

pub use calendar::{Calendar, WrongCalendar};
pub use steps::{Regime, STEPS, Step, step};

use jiff::{SignedDuration, Timestamp, ToSpan as _, Zoned};
use serde::Serialize;

use steps::{From, Span};

/// What happened, as far as a clock is started by it. None has not happened, or is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events {
    /// When somebody became aware of it.
    pub aware: Option<Timestamp>,
    /// When it was classified as major, significant or serious.
    pub classified: Option<Timestamp>,
    /// When it was found to be material (SEC).
    pub material: Option<Timestamp>,
    /// When a fix was available (CRA).
    pub fixed: Option<Timestamp>,
    /// The reports that were sent, by step, for example `dora/initial`; of one that was sent again
    /// the latest.
    pub sent: std::collections::BTreeMap<String, Timestamp>,
}

/// By when something is due, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The step, for example `dora/initial`.
    pub step: &'static str,
    /// By when.
    pub at: Timestamp,
    /// The event that started the clock.
    pub from: &'static str,
    /// When that was.
    pub since: Timestamp,
    /// The rule, for example `RTS (EU) 2025/301 Art. 5(1)(a)`.
    pub rule: &'static str,
    /// By when it would have been due if it had not ended on a day off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<Timestamp>,
    /// When it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<Timestamp>,
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It runs.
    Running,
    /// It has run out, and nothing was sent.
    Overdue,
    /// It was sent in time.
    InTime,
    /// It was sent too late.
    Late,
}

impl Due {
    /// How the clock stands at this time.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        match self.sent {
            Some(sent) if sent <= self.at => Standing::InTime,
            Some(_) => Standing::Late,
            None if now > self.at => Standing::Overdue,
            None => Standing::Running,
        }
    }

    /// How much time is left; less than nothing where it is overdue.
    #[must_use]
    pub fn remaining(&self, now: Timestamp) -> SignedDuration {
        now.duration_until(self.at)
    }

    /// How it stands, for people: `71 h 30 min left`, `overdue by 2 h 5 min`.
    #[must_use]
    pub fn told(&self, now: Timestamp) -> String {
        match self.standing(now) {
            Standing::Running => format!("{} left", hours(self.remaining(now))),
            Standing::Overdue => format!("overdue by {}", hours(self.remaining(now))),
            Standing::InTime => "sent in time".into(),
            Standing::Late => {
                let late = self.sent.map(|sent| self.at.duration_until(sent));
                format!("sent {} too late", hours(late.unwrap_or_default()))
            }
        }
    }
}

/// Hours and minutes, without a sign.
fn hours(span: SignedDuration) -> String {
    let minutes = span.abs().as_mins();
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// By when a step is due; none while the event that starts its clock has not happened.
///
/// The arithmetic of a time that no calendar holds ends the clock at once: it is overdue, not
/// forgotten.
#[must_use]
pub fn deadline(step: &'static Step, events: &Events, calendar: &Calendar) -> Option<Due> {
    let (from, since) = start(step, events)?;
    let (at, from, since, rule) = if step.id == "dora/initial" {
        initial(step, events)?
    } else {
        (ends(step, since, calendar), from, since, step.rule)
    };
    let moved = if calendar.relieves(step) { calendar.noon_after(at) } else { None };
    Some(Due {
        step: step.id,
        at: moved.unwrap_or(at),
        from,
        since,
        rule,
        moved_from: moved.map(|_| at),
        sent: events.sent.get(step.id).copied(),
    })
}

/// Every clock of a regime that runs, in the order of its steps.
#[must_use]
pub fn clocks(regime: Regime, events: &Events, calendar: &Calendar) -> Vec<Due> {
    let steps = STEPS.iter().filter(|step| step.regime == regime);
    steps.filter_map(|step| deadline(step, events, calendar)).collect()
}

fn start(step: &Step, events: &Events) -> Option<(&'static str, Timestamp)> {
    match step.from {
        From::Aware => events.aware.map(|at| ("awareness", at)),
        From::Material => events.material.map(|at| ("found material", at)),
        From::Fixed => events.fixed.map(|at| ("fix available", at)),
        From::Classified => events.classified.map(|at| ("classification", at)),
        From::Sent(before) => events.sent.get(before).map(|at| (before, *at)),
    }
}

/// The first report of DORA: four hours after classification and at the latest a day after
/// awareness; where it was classified after that day, four hours after classification. It is not
/// due before it is classified.
fn initial(
    step: &Step,
    events: &Events,
) -> Option<(Timestamp, &'static str, Timestamp, &'static str)> {
    let classified = events.classified?;
    let four = after(classified, 4);
    let by_class = (four, "classification", classified);
    let Some(aware) = events.aware else {
        return Some((by_class.0, by_class.1, by_class.2, step.rule));
    };
    let day = after(aware, 24);
    Some(if classified > day {
        (by_class.0, by_class.1, by_class.2, "RTS (EU) 2025/301 Art. 5(2)")
    } else if day < four {
        (day, "awareness", aware, step.rule)
    } else {
        (by_class.0, by_class.1, by_class.2, step.rule)
    })
}

fn after(time: Timestamp, hours: i64) -> Timestamp {
    time.checked_add(SignedDuration::from_hours(hours)).unwrap_or(time)
}

fn ends(step: &Step, since: Timestamp, calendar: &Calendar) -> Timestamp {
    let local = |zoned: Result<Zoned, jiff::Error>| zoned.map_or(since, |end| end.timestamp());
    let begin = since.to_zoned(calendar.zone().clone());
    match step.span {
        // A provider of trust services has a day for the notification of NIS2 (Art. 23(4)).
        Span::Hours(72) if step.id == "nis2/notification" && calendar.trust_services => {
            after(since, 24)
        }
        Span::Hours(hours) => after(since, hours),
        Span::GdprHours => after(since, i64::from(calendar.gdpr_hours)),
        Span::Days(days) => local(begin.checked_add(days.days())),
        Span::Months(months) => local(begin.checked_add(months.months())),
        Span::BusinessDays(days) => calendar.business_days(since, days),
    }
}
