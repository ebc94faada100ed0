//! Answers that were reached before.
//!
//! A rule answers by what it looks at and by nothing else, so its answer is kept under that: two
//! people of whom it sees the same have one answer. What all rules together come to is kept in the
//! same way, so that most questions need a single look; where one of them looks at something that
//! is hardly ever the same (a host, a name), the others need not be asked again.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    super::{Asked, Kind, Verdict, Why},
    cache::Cache,
    members::add_text,
    reads::Reads,
    slices::Slice,
};

/// How many verdicts are kept, and how many answers of single rules.
const MOST: usize = 32_768;
/// The longest key under which anything is kept, in bytes: arguments can name many hosts.
const LONGEST: usize = 4096;

/// Answers that were reached before.
#[derive(Debug)]
pub(super) struct Memo {
    verdicts: Cache<Verdict>,
    answers: Cache<bool>,
}

/// All that an answer depends on, as bytes that no other question has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key(Vec<u8>);

impl Memo {
    pub(super) fn new() -> Self {
        Self { verdicts: Cache::new(MOST), answers: Cache::new(MOST) }
    }

    /// The verdict of this key, reached again only if it has to be.
    pub(super) fn verdict(&self, key: Key, reach: impl FnOnce() -> Verdict) -> Verdict {
        if let Some(verdict) = self.verdicts.get(&key.0) {
            return verdict;
        }
        let verdict = reach();
        // What went wrong once need not go wrong again.
        if !matches!(verdict, Verdict::Refused { why: Why::Error, .. }) {
            self.verdicts.put(key.0.into(), verdict.clone());
        }
        verdict
    }

    /// Whether a rule applied under this key.
    pub(super) fn applied(&self, key: &Key) -> Option<bool> {
        self.answers.get(&key.0)
    }

    /// Keeps whether a rule applied.
    pub(super) fn keep(&self, key: Key, applied: bool) {
        self.answers.put(key.0.into(), applied);
    }
}

impl Key {
    /// The key of what these slices come to, if that lasts. `named` are the roles that rules name
    /// in conditions.
    pub(super) fn of_slices(
        slices: &[&Slice],
        kind: Kind,
        asked: &Asked<'_>,
        named: &BTreeSet<Arc<str>>,
    ) -> Option<Self> {
        let mut reads = Reads::default();
        for slice in slices {
            reads |= slice.reads;
        }
        let places = slices.iter().map(|slice| slice.at);
        Self::of(places, reads, kind, asked, named)
    }

    /// The key of what the rule in this place says, if that lasts.
    pub(super) fn of_rule(
        (at, reads): (usize, Reads),
        kind: Kind,
        asked: &Asked<'_>,
        named: &BTreeSet<Arc<str>>,
    ) -> Option<Self> {
        Self::of([at].into_iter(), reads, kind, asked, named)
    }

    fn of(
        places: impl ExactSizeIterator<Item = usize>,
        reads: Reads,
        kind: Kind,
        asked: &Asked<'_>,
        named: &BTreeSet<Arc<str>>,
    ) -> Option<Self> {
        if reads.second() {
            return None;
        }
        let mut key = Vec::with_capacity(256);
        key.extend([asked.act as u8, kind as u8, u8::from(asked.approved)]);
        key.extend(places.len().to_le_bytes());
        places.for_each(|at| key.extend(at.to_le_bytes()));
        reads.each().for_each(|member| (member.says)(asked).add_to(&mut key));
        let roles = asked.who.roles.iter();
        if reads.who() {
            add_text(asked.who.session.as_str(), &mut key);
            roles.for_each(|role| add_text(role, &mut key));
        } else if reads.roles() {
            roles.filter(|role| named.contains(*role)).for_each(|role| add_text(role, &mut key));
        }
        (key.len() <= LONGEST).then_some(Self(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Time,
        access::{Act, Carries, How, Labels, Principal, Traits},
    };

    /// The key of what a rule says that looks at this.
    fn key(reads: Reads, agent: &str, name: &str, now: i64) -> Option<Key> {
        let asked = Asked {
            who: &Principal::of_agent(agent, How::Key),
            act: Act::Call,
            server: "files",
            name,
            traits: &Traits::unknown(),
            carries: &Carries::default(),
            labels: &Labels::default(),
            now: Time::from_micros(now),
            approved: false,
        };
        Key::of_rule((0, reads), Kind::Tool, &asked, &BTreeSet::new())
    }

    /// Whether two questions that differ in the name of the agent and in the time have one key.
    fn same(reads: Reads) -> Option<bool> {
        Some(key(reads, "a", "read", 0)? == key(reads, "b", "read", 60_000_000)?)
    }

    #[test]
    fn an_answer_is_kept_under_what_the_rule_looks_at_and_nothing_else() {
        assert_eq!(same(Reads::default()), Some(true));
        assert_eq!(same(Reads::resource()), Some(true));
        assert_eq!(same(Reads::principal()), Some(false));
        assert_eq!(same(Reads::ALL), None, "the second is never the same again");
    }

    #[test]
    fn what_is_long_is_not_kept() {
        let long = "a".repeat(LONGEST);
        assert!(key(Reads::default(), "a", &long, 0).is_some(), "it is not looked at");
        assert_eq!(key(Reads::resource(), "a", &long, 0), None);
    }
}
