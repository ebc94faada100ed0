//! Everything about the approval of one server for one use, and its written form.
//!
//! The types are the format, version 1 (`schemas/approval-1.schema.json`).

use serde::{Deserialize, Serialize};
use warden_model::Digest;

use super::{Answer, DataClass, Environment, Immaterial, Person, Waiver, question};
use crate::{Time, text};

/// The largest dossier that is read.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Everything about one approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dossier {
    /// The version of the format, 1.
    pub version: u32,
    /// What is to be approved.
    pub subject: Subject,
    /// Earlier subjects that differ in nothing that matters: what was said of them holds.
    pub same_as: Vec<SameAs>,
    /// What was asked for.
    pub request: Request,
    /// The answers.
    pub answers: Vec<Answer>,
    /// What is accepted as a risk.
    pub waivers: Vec<Waiver>,
    /// Who said what.
    pub votes: Vec<Vote>,
    /// What has to be so, or to be done.
    pub conditions: Vec<Condition>,
}

/// What is to be approved: a server as measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Its name.
    pub server: String,
    /// The archive or image.
    #[serde(with = "text::digest_or_none")]
    pub artifact: Option<Digest>,
    /// The unpacked tree.
    #[serde(with = "text::digest_or_none")]
    pub tree: Option<Digest>,
    /// Everything that a model sees.
    #[serde(with = "text::digest_or_none")]
    pub manifest: Option<Digest>,
    /// Its dependencies as they are resolved.
    #[serde(with = "text::digest_or_none")]
    pub dependencies: Option<Digest>,
}

/// An earlier subject that counts as the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SameAs {
    /// Its digest.
    #[serde(with = "text::digest")]
    pub subject: Digest,
    /// What changed since.
    pub changes: Vec<Immaterial>,
}

/// What was asked for, by whom and for what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Who asks.
    pub by: Person,
    /// When.
    pub at: Time,
    /// Who answers for the server in use.
    pub owner: Person,
    /// Where it is to be used.
    pub environment: Environment,
    /// With which data.
    pub data: DataClass,
    /// What else it comes near.
    pub scope: Scope,
    /// Whether it is somebody else's. Not known counts as somebody else's.
    pub third_party: Option<bool>,
}

/// What a server comes near. Not known counts as near.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Data that a law protects.
    pub regulated_data: Option<bool>,
    /// Credentials of production.
    pub production_credentials: Option<bool>,
    /// What is said to or by customers.
    pub customer_communications: Option<bool>,
}

/// What one person said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// Who.
    pub by: Person,
    /// What.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Time,
    /// From when on it counts no more.
    pub expires: Time,
    /// The subject that it is about.
    #[serde(with = "text::digest")]
    pub subject: Digest,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Yes.
    Approve,
    /// No.
    Reject,
}

/// Something that an approval depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// What has to be done.
    pub text: String,
    /// Who does it.
    pub owner: Person,
    /// By when. The approval ends there if it was not done.
    pub due: Time,
    /// When it was done.
    pub met: Option<Time>,
}

/// Why something is no dossier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DossierError {
    /// It is larger than a dossier can be.
    #[error("the dossier is larger than {MOST_BYTES} bytes")]
    Large,
    /// It is not of the form, or of another version.
    #[error("not a dossier of a version that this program reads")]
    Malformed,
    /// It has another spelling than the one that is signed.
    #[error("the dossier is not written in its canonical form")]
    NotCanonical,
    /// Nothing of the server was measured.
    #[error("the dossier names no digest of the server")]
    NoSubject,
    /// There is no such question.
    #[error("there is no question `{0}`")]
    NoQuestion(String),
    /// Something that has to be said is empty.
    #[error("the {0} is empty")]
    Empty(&'static str),
    /// Something ends before it began.
    #[error("the {0} expires before it was given")]
    Times(&'static str),
}

impl Subject {
    /// The digest that answers, waivers and votes are bound to.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let text = |digest: &Option<Digest>| digest.map(|digest| digest.to_string());
        let value = serde_json::json!({
            "artifact": text(&self.artifact),
            "dependencies": text(&self.dependencies),
            "manifest": text(&self.manifest),
            "server": self.server,
            "tree": text(&self.tree),
        });
        // Strings always have a canonical form.
        Digest::of(&warden_seal::canonical(&value).unwrap_or_default())
    }
}

impl Subject {
    pub(super) fn check(&self) -> Result<(), DossierError> {
        if self.artifact.or(self.tree).or(self.manifest).is_none() {
            return Err(DossierError::NoSubject);
        }
        filled("server", &self.server)
    }
}

impl Vote {
    pub(super) fn check(&self) -> Result<(), DossierError> {
        filled("vote's reason", &self.reason)?;
        after("vote", self.at, self.expires)
    }
}

impl Answer {
    pub(super) fn check(&self) -> Result<(), DossierError> {
        known(&self.question)?;
        after("answer", self.at, self.expires)
    }
}

impl Waiver {
    pub(super) fn check(&self) -> Result<(), DossierError> {
        known(&self.question)?;
        filled("waiver's reason", &self.reason)?;
        after("waiver", self.at, self.expires)
    }
}

impl Scope {
    /// Whether anything of it is near, or may be.
    #[must_use]
    pub fn any(self, data: DataClass) -> bool {
        let regulated = matches!(data, DataClass::Regulated | DataClass::Unknown);
        let near = |known: Option<bool>| known != Some(false);
        regulated
            || near(self.regulated_data)
            || near(self.production_credentials)
            || near(self.customer_communications)
    }
}

impl Dossier {
    /// A dossier with a request and nothing else.
    #[must_use]
    pub const fn new(subject: Subject, request: Request) -> Self {
        Self {
            version: 1,
            subject,
            same_as: Vec::new(),
            request,
            answers: Vec::new(),
            waivers: Vec::new(),
            votes: Vec::new(),
            conditions: Vec::new(),
        }
    }

    /// Whether what was said of this subject holds for the present one.
    #[must_use]
    pub fn binds(&self, subject: &Digest) -> bool {
        *subject == self.subject.digest()
            || self.same_as.iter().any(|same| same.subject == *subject)
    }

    /// The canonical bytes (RFC 8785), which are what is signed.
    ///
    /// # Errors
    /// What a reader would refuse is not written.
    pub fn write(&self) -> Result<Vec<u8>, DossierError> {
        self.check()?;
        let value = serde_json::to_value(self).map_err(|_| DossierError::Malformed)?;
        let bytes = warden_seal::canonical(&value).map_err(|_| DossierError::NotCanonical)?;
        if bytes.len() > MOST_BYTES { Err(DossierError::Large) } else { Ok(bytes) }
    }

    /// Reads the bytes of a dossier.
    ///
    /// # Errors
    /// Another version or form, another spelling than the canonical one, and what says nothing.
    pub fn read(bytes: &[u8]) -> Result<Self, DossierError> {
        if bytes.len() > MOST_BYTES {
            return Err(DossierError::Large);
        }
        let read: Self = serde_json::from_slice(bytes).map_err(|_| DossierError::Malformed)?;
        if read.write()? == bytes { Ok(read) } else { Err(DossierError::NotCanonical) }
    }

    /// Checks that a dossier says something.
    ///
    /// # Errors
    /// The first thing that it does not.
    pub fn check(&self) -> Result<(), DossierError> {
        if self.version != 1 {
            return Err(DossierError::Malformed);
        }
        self.subject.check()?;
        self.answers.iter().try_for_each(Answer::check)?;
        self.waivers.iter().try_for_each(Waiver::check)?;
        self.votes.iter().try_for_each(Vote::check)?;
        self.conditions.iter().try_for_each(|condition| filled("condition", &condition.text))
    }
}

fn known(id: &str) -> Result<(), DossierError> {
    if question(id).is_some() { Ok(()) } else { Err(DossierError::NoQuestion(id.into())) }
}

fn filled(what: &'static str, text: &str) -> Result<(), DossierError> {
    if text.trim().is_empty() { Err(DossierError::Empty(what)) } else { Ok(()) }
}

fn after(what: &'static str, begin: Time, end: Time) -> Result<(), DossierError> {
    if end > begin { Ok(()) } else { Err(DossierError::Times(what)) }
}
