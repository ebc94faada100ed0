//! Acts: what one person did to the approval of a server, each signed by that person.
//!
//! The types are the format of what is signed, version 1. An act names the one before it by its
//! digest, so that none can be left out, moved or used for another server.

use serde::{Deserialize, Serialize};
use warden_model::Digest;

use super::{
    Answer, Answered, Condition, Dossier, DossierError, Immaterial, Person, Request, Subject, Vote,
    Waiver,
};
use crate::{Time, text};

/// The type of an act in its envelope.
pub const ACT_TYPE: &str = "application/vnd.mcpwarden.approval-act.v1+json";

/// The largest act that is read.
const MOST_BYTES: usize = 1024 * 1024;

/// One act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// The version of the format, 1.
    pub version: u32,
    /// The name of the server.
    pub server: String,
    /// How many acts came before.
    pub number: u64,
    /// The digest of the envelope of the act before; none for the first.
    #[serde(with = "text::digest_or_none")]
    pub previous: Option<Digest>,
    /// Whose it is. The key that signs has to be this person's.
    pub by: Person,
    /// When.
    pub at: Time,
    /// What was done.
    pub deed: Deed,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Deed {
    /// An approval is asked for, in place of everything that was asked before.
    Request {
        /// Of what.
        subject: Subject,
        /// For what.
        request: Request,
    },
    /// Questions are answered.
    Answers {
        /// How.
        answers: Vec<Answer>,
    },
    /// Somebody decides.
    Vote {
        /// How.
        vote: Vote,
        /// What has to be done for it.
        conditions: Vec<Condition>,
    },
    /// A condition is said to be met.
    Met {
        /// Which, in its words.
        condition: String,
    },
    /// The risk of a question is accepted.
    Waive {
        /// Which and until when.
        waiver: Waiver,
    },
    /// The risk of a finding is accepted.
    Accept {
        /// Which and until when.
        finding: AcceptedFinding,
    },
    /// A risk is not accepted any more.
    Lift {
        /// Of this question, or of the finding with this fingerprint.
        what: String,
    },
    /// Everything that was asked for and said yes to is taken back.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// The server is another one than before.
    Change {
        /// What it was.
        #[serde(with = "text::digest")]
        from: Digest,
        /// What it is.
        subject: Subject,
        /// What changed, if nothing that matters did.
        immaterial: Vec<Immaterial>,
        /// What changed that matters, in words. One of the two lists is empty.
        material: Vec<String>,
    },
}

/// That somebody accepts a finding as a risk, whichever version has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptedFinding {
    /// Which finding it is.
    #[serde(with = "text::digest")]
    pub fingerprint: Digest,
    /// The rule that found it, for people.
    pub rule: String,
    /// Who answers for it.
    pub owner: Person,
    /// Why.
    pub reason: String,
    /// The last day on which it counts, for example `2027-01-31`.
    pub until: String,
}

/// Why something is no act.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// It is larger than an act can be.
    #[error("the act is larger than {MOST_BYTES} bytes")]
    Large,
    /// It is not of the form, or of another version.
    #[error("not an act of a version that this program reads")]
    Malformed,
    /// It has another spelling than the one that is signed.
    #[error("the act is not written in its canonical form")]
    NotCanonical,
    /// What it says is by somebody else, or of another time, than it is itself.
    #[error("the act says something in the name of somebody else, or of another time")]
    NotOwn,
    /// Something that has to be said is empty.
    #[error("the {0} of the act is empty")]
    Empty(&'static str),
    /// The last day is none.
    #[error("`{0}` is not a day like `2027-01-31`")]
    Day(String),
    /// It says that a change matters and that it does not, or neither.
    #[error("the act does not say whether the change matters")]
    Change,
    /// What it says would not fit into a dossier.
    #[error(transparent)]
    Dossier(#[from] DossierError),
}

impl AcceptedFinding {
    /// The first moment at which it counts no more; nothing if its day is none.
    #[must_use]
    pub fn ends(&self) -> Option<Time> {
        Time::end_of_day(&self.until)
    }
}

impl Deed {
    /// The word in lists and in the log.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Request { .. } => "request",
            Self::Answers { .. } => "answers",
            Self::Vote { .. } => "vote",
            Self::Met { .. } => "met",
            Self::Waive { .. } => "waive",
            Self::Accept { .. } => "accept",
            Self::Lift { .. } => "lift",
            Self::Withdraw { .. } => "withdraw",
            Self::Change { .. } => "change",
        }
    }
}

impl Deed {
    /// Whether it says what was measured, and not what somebody thinks.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        match self {
            Self::Answers { answers } => answers.iter().all(Answer::is_automatic),
            Self::Change { .. } => true,
            Self::Request { .. }
            | Self::Vote { .. }
            | Self::Met { .. }
            | Self::Waive { .. }
            | Self::Accept { .. }
            | Self::Lift { .. }
            | Self::Withdraw { .. } => false,
        }
    }
}

impl Act {
    /// The canonical bytes (RFC 8785), which are what is signed.
    ///
    /// # Errors
    /// What a reader would refuse is not written.
    pub fn write(&self) -> Result<Vec<u8>, ActError> {
        self.check()?;
        let value = serde_json::to_value(self).map_err(|_| ActError::Malformed)?;
        let bytes = warden_seal::canonical(&value).map_err(|_| ActError::NotCanonical)?;
        if bytes.len() > MOST_BYTES { Err(ActError::Large) } else { Ok(bytes) }
    }

    /// Reads the bytes of an act.
    ///
    /// # Errors
    /// Another version or form, another spelling than the canonical one, and what says nothing or
    /// speaks for somebody else.
    pub fn read(bytes: &[u8]) -> Result<Self, ActError> {
        if bytes.len() > MOST_BYTES {
            return Err(ActError::Large);
        }
        let read: Self = serde_json::from_slice(bytes).map_err(|_| ActError::Malformed)?;
        if read.write()? == bytes { Ok(read) } else { Err(ActError::NotCanonical) }
    }

    /// Checks that an act says something, and speaks for nobody but its person.
    fn check(&self) -> Result<(), ActError> {
        if self.version != 1 || (self.number == 0) != self.previous.is_none() {
            return Err(ActError::Malformed);
        }
        filled("server", &self.server)?;
        let own = |by: &Person, at: Time| {
            if *by == self.by && at == self.at { Ok(()) } else { Err(ActError::NotOwn) }
        };
        match &self.deed {
            Deed::Request { subject, request } => {
                own(&request.by, request.at)?;
                self.about(subject)?;
                Ok(Dossier::new(subject.clone(), request.clone()).check()?)
            }
            Deed::Answers { answers } => {
                let automatic = answers.iter().filter(|answer| answer.is_automatic()).count();
                if answers.is_empty() || (automatic > 0 && automatic < answers.len()) {
                    return Err(ActError::Malformed);
                }
                answers.iter().try_for_each(|answer| {
                    answer.check()?;
                    match &answer.by {
                        Answered::Person { person } => own(person, answer.at),
                        Answered::Automatic { .. } => own(&self.by, answer.at),
                    }
                })
            }
            Deed::Vote { vote, conditions } => {
                vote.check()?;
                conditions.iter().try_for_each(|condition| {
                    filled("condition", &condition.text)?;
                    if condition.met.is_none() { Ok(()) } else { Err(ActError::Malformed) }
                })?;
                own(&vote.by, vote.at)
            }
            Deed::Met { condition } => filled("condition", condition),
            Deed::Waive { waiver } => {
                waiver.check()?;
                own(&waiver.owner, waiver.at)
            }
            Deed::Accept { finding } => {
                filled("reason", &finding.reason)?;
                filled("rule", &finding.rule)?;
                finding.ends().ok_or_else(|| ActError::Day(finding.until.clone()))?;
                own(&finding.owner, self.at)
            }
            Deed::Lift { what } => filled("risk", what),
            Deed::Withdraw { reason } => filled("reason", reason),
            Deed::Change { subject, immaterial, material, .. } => {
                self.about(subject)?;
                if immaterial.is_empty() == material.is_empty() {
                    return Err(ActError::Change);
                }
                material.iter().try_for_each(|change| filled("change", change))
            }
        }
    }

    fn about(&self, subject: &Subject) -> Result<(), ActError> {
        subject.check()?;
        if subject.server == self.server { Ok(()) } else { Err(ActError::NotOwn) }
    }
}

fn filled(what: &'static str, text: &str) -> Result<(), ActError> {
    if text.trim().is_empty() { Err(ActError::Empty(what)) } else { Ok(()) }
}
