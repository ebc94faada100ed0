//! The answer to one question: what has to hold, how much of it does, and what shows it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::{
    Scope, Status,
    scope::{Ground, day_of},
};
use crate::Ratio;

/// How many of those that lack something are named; the ratio says how many there are.
const NAMED: usize = 50;

/// One thing that a control needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The control's identifier and a letter, for example `C3a`.
    pub id: String,
    /// What has to hold.
    pub what: &'static str,
    /// For how many it does.
    pub holds: Ratio,
    /// Of how many nobody knows.
    pub unknown: u64,
    /// How it stands.
    pub status: Status,
    /// The first of those for which it does not hold or is not known.
    pub lacking: Vec<String>,
}

/// Something that shows a control.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cited {
    /// The identifier of the evidence, or the place in the estate: `exercises/rt-3`.
    pub id: String,
    /// The day that it speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Date>,
    /// Whether it is young enough, and has not expired.
    pub fresh: bool,
}

#[derive(Clone, Copy, Debug)]
struct Dated {
    at: Option<Date>,
    lasts: bool,
}

/// An answer while it is put together.
#[derive(Debug, Default)]
pub(super) struct Query {
    pub(super) parts: Vec<Part>,
    cited: BTreeMap<String, Dated>,
}

impl Query {
    /// Asks of each of these whether something holds; `None` where nobody knows.
    pub(super) fn each<T: Copy>(
        &mut self,
        what: &'static str,
        all: impl IntoIterator<Item = T>,
        id: impl Fn(T) -> String,
        holds: impl Fn(T) -> Option<bool>,
    ) {
        let (mut ratio, mut unknown, mut lacking) = (Ratio { of: 0, all: 0 }, 0, Vec::new());
        for one in all {
            ratio.all += 1;
            let answer = holds(one);
            unknown += u64::from(answer.is_none());
            if answer == Some(true) {
                ratio.of += 1;
            } else {
                lacking.push(id(one));
            }
        }
        lacking.sort_unstable();
        lacking.dedup();
        lacking.truncate(NAMED);
        let status = Status::of(ratio, unknown);
        self.parts.push(Part { id: String::new(), what, holds: ratio, unknown, status, lacking });
    }

    /// Asks for one thing that there has to be; `None` where nobody knows.
    pub(super) fn one(&mut self, what: &'static str, holds: Option<bool>) {
        self.each(what, [()], |()| what.to_owned(), |()| holds);
    }

    /// A share that somebody else counted.
    pub(super) fn share(&mut self, what: &'static str, holds: Ratio) {
        let status = Status::of(holds, 0);
        let lacking = Vec::new();
        self.parts.push(Part { id: String::new(), what, holds, unknown: 0, status, lacking });
    }

    /// Cites evidence by its identifiers.
    pub(super) fn evidence(&mut self, ground: &Ground<'_>, ids: &[String]) {
        for id in ids {
            let known = ground.lookup.evidence(id);
            let at = known.and_then(|evidence| evidence.at);
            // Evidence that nobody has a record of shows nothing.
            let lasts = known.is_some_and(|evidence| ground.lasts(evidence.expires));
            self.cited.insert(id.clone(), Dated { at, lasts });
        }
    }

    /// Cites the evidence of something in the estate; where it has none, its place, as something
    /// that nothing shows: evidence that is taken away never makes what is left look younger.
    pub(super) fn shown(&mut self, ground: &Ground<'_>, place: String, ids: &[String]) {
        if ids.is_empty() {
            self.place(place, None);
        }
        self.evidence(ground, ids);
    }

    /// Cites a place in the estate that has a day of its own.
    pub(super) fn place(&mut self, place: impl Into<String>, at: Option<Date>) {
        self.cited.insert(place.into(), Dated { at, lasts: true });
    }

    /// Cites the estate itself: what people keep in it, as it was at its time.
    pub(super) fn estate(&mut self, scope: &Scope<'_, '_>) {
        self.place("estate", Some(day_of(scope.ground.estate().as_of)));
    }

    /// What was cited, judged by a limit in days.
    pub(super) fn cited(&self, ground: &Ground<'_>, limit: i32) -> Vec<Cited> {
        let judged = |(id, dated): (&String, &Dated)| Cited {
            id: id.clone(),
            at: dated.at,
            fresh: dated.lasts && dated.at.is_some_and(|at| ground.within(at, limit)),
        };
        self.cited.iter().map(judged).collect()
    }
}
