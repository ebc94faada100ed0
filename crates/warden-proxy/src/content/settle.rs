//! From what was noticed to what becomes of a message.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use warden_policy::access::{Carries, Labels};

use super::{
    Follows, Inspection, Matter, Past, Tally,
    pieces::{Changes, Piece, Pieces},
};

/// The most pieces of evidence that one record names.
const MOST_EVIDENCE: usize = 40;

/// What was seen in a message, and what becomes of it.
#[derive(Debug, Default)]
pub(crate) struct Looked {
    /// Codes of matters, and evidence as `detector/class`. Never the text.
    pub(crate) labels: Vec<String>,
    /// The matter for which it is refused.
    pub(crate) refused: Option<Matter>,
    /// The message with something taken out of it, JSON.
    pub(crate) changed: Option<String>,
    /// Something in it may not be seen and cannot be taken out.
    pub(crate) withheld: bool,
    /// The codes of what people should be told of at once.
    pub(crate) told: Vec<&'static str>,
    /// What what passes brings into the session, for policy.
    pub(crate) flow: Labels,
    /// What what goes out holds, for policy.
    pub(crate) carries: Carries,
}

/// What was noticed in a message.
#[derive(Debug, Default)]
pub(super) struct Notices {
    matters: BTreeMap<Matter, Notice>,
    evidence: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct Notice {
    marks: Vec<Mark>,
}

/// Where something is that can be taken out.
#[derive(Debug)]
pub(super) enum Mark {
    /// In a text.
    Here { piece: usize, range: Range<usize>, with: String },
    /// The string that holds it must go as a whole.
    Whole { piece: usize, range: Range<usize>, with: String },
    /// In the value of a token.
    Value { token: Range<usize>, at: Range<usize>, with: String },
    /// It stands nowhere where it could be taken out.
    Nowhere,
}

impl Notices {
    /// Notes a matter, and what shows it.
    pub(super) fn add(&mut self, matter: Matter, evidence: String, mark: Option<Mark>) {
        let notice = self.matters.entry(matter).or_default();
        notice.marks.extend(mark);
        self.evidence(evidence);
    }

    /// Whether this matter was noticed, and what shows it stays in what passes.
    pub(super) fn passes(&self, matter: Matter, inspection: &Inspection) -> bool {
        self.matters.contains_key(&matter) && inspection.follows(matter) != Follows::Redact
    }

    /// Notes evidence that is about no matter.
    pub(super) fn evidence(&mut self, evidence: String) {
        if self.evidence.len() < MOST_EVIDENCE {
            self.evidence.insert(evidence);
        }
    }

    /// Decides what becomes of the message.
    pub(super) fn settle(
        self,
        pieces: &Pieces<'_>,
        (inspection, tally): (&Inspection, &Tally),
        past: &mut Past,
    ) -> Looked {
        let mut looked = Looked::default();
        let mut changes = Changes::default();
        for (matter, notice) in self.matters {
            let mut follows = inspection.follows(matter);
            if follows == Follows::Redact {
                changes.impossible = notice.marks.is_empty();
                for mark in &notice.marks {
                    mark.put(&pieces.all, &mut changes);
                }
                if changes.impossible {
                    // What cannot be taken out does not pass either.
                    follows = Follows::Refuse;
                }
            }
            match follows {
                Follows::Observe | Follows::Redact => {}
                Follows::Label => past.label(matter.code()),
                Follows::Hide | Follows::Refuse => {
                    looked.refused = looked.refused.or(Some(matter));
                }
            }
            tally.count(matter, follows);
            looked.labels.push(matter.code().to_owned());
            // Whoever is refused is told why.
            if matter.alarms() && follows < Follows::Hide {
                looked.told.push(matter.code());
            }
        }
        looked.labels.extend(self.evidence);
        if looked.refused.is_none() && !changes.is_empty() {
            looked.changed = changes.apply(pieces.raw());
            if looked.changed.is_none() {
                looked.refused = Some(Matter::Unread);
            }
        }
        looked
    }
}

impl Mark {
    fn put(&self, pieces: &[Piece], changes: &mut Changes) {
        match self {
            Self::Here { piece, range, with } => match pieces.get(*piece) {
                Some(piece) => changes.replace(piece, range, with),
                None => changes.impossible = true,
            },
            Self::Whole { piece, range, with } => match pieces.get(*piece) {
                Some(piece) => changes.replace_whole(piece, range, with),
                None => changes.impossible = true,
            },
            Self::Value { token, at, with } => changes.value(token.clone(), at.clone(), with),
            Self::Nowhere => changes.impossible = true,
        }
    }
}
