//! Answers, the evidence for them, and waivers where there is none.

use serde::{Deserialize, Serialize};
use warden_model::{Digest, questions::says_enough};

use super::{Person, filled::items, question};
use crate::{Time, text};

/// An answer to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The question, by its identifier.
    pub question: String,
    /// The answer. Yes means that what the question asks for is so.
    pub reply: Reply,
    /// The answer in words.
    pub detail: String,
    /// What some questions want to know exactly.
    pub content: Content,
    /// The digest of what shows it.
    #[serde(with = "text::digest_or_none")]
    pub evidence: Option<Digest>,
    /// From when the evidence is.
    pub evidence_at: Time,
    /// Who answered.
    pub by: Answered,
    /// When.
    pub at: Time,
    /// From when on it counts no more.
    pub expires: Time,
    /// The subject that it was answered for.
    #[serde(with = "text::digest")]
    pub subject: Digest,
}

/// What an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// It is so in part.
    Partial,
    /// The question makes no sense here. It is no yes: who thinks so asks for a waiver.
    NotApplicable,
    /// Nobody knows.
    Unknown,
}

/// Who answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Answered {
    /// The program, from evidence.
    Automatic {
        /// Its version.
        version: String,
    },
    /// A person.
    Person {
        /// Who.
        person: Person,
    },
}

/// What some questions want to know exactly.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Content {
    /// Nothing more.
    #[default]
    None,
    /// The systems that can be reached (A4).
    Systems(Vec<String>),
    /// The ways of authentication (V4).
    Authentication(Vec<AuthMethod>),
    /// Where data is processed (V8).
    Places(Vec<Place>),
    /// The clauses of the contract (V14).
    Clauses(Clauses),
}

/// A way of authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthMethod {
    /// None at all.
    None,
    /// A key or token that does not change.
    StaticKey,
    /// OAuth 2.0 (RFC 6749).
    OauthV2,
    /// OAuth 2.1.
    OauthV21,
    /// TLS with certificates on both sides.
    MutualTls,
}

/// Where data is processed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Place {
    /// With us.
    Customer,
    /// With the vendor.
    VendorCloud {
        /// ISO 3166-1, two upper-case letters.
        country: String,
    },
    /// With somebody else.
    ThirdParty {
        /// ISO 3166-1, two upper-case letters.
        country: String,
    },
}

/// The clauses of a contract, each by its reference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clauses {
    /// Service levels for security.
    pub service_level: Option<String>,
    /// Notification of breaches.
    pub breach_notification: Option<String>,
    /// The right to audit.
    pub audit: Option<String>,
}

/// That somebody accepts the risk of a question that is not answered with yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The question.
    pub question: String,
    /// Who answers for the risk. What this person may waive is in the policy.
    pub owner: Person,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Time,
    /// From when on it counts no more.
    pub expires: Time,
    /// The subject that it was given for.
    #[serde(with = "text::digest")]
    pub subject: Digest,
}

impl Reply {
    /// The word in lists.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Partial => "partial",
            Self::NotApplicable => "n/a",
            Self::Unknown => "unknown",
        }
    }
}

impl Answer {
    /// Whether the program gave it, from evidence.
    #[must_use]
    pub const fn is_automatic(&self) -> bool {
        matches!(self.by, Answered::Automatic { .. })
    }

    /// Whether a yes says what its question wants to know, and those that it was merged from.
    #[must_use]
    pub fn says_enough(&self) -> bool {
        let sources = question(&self.question).map_or(&[][..], |question| question.sources);
        self.question_says_enough(&self.question)
            && sources.iter().all(|source| self.question_says_enough(source))
    }

    /// The same, for a question that this one was merged from.
    #[must_use]
    pub(super) fn question_says_enough(&self, question: &str) -> bool {
        // What is wanted beside these is in the words of the answer.
        match question {
            "A4" | "V4" | "V8" | "V14" => says_enough(question, &items(&self.content)),
            _ => true,
        }
    }
}
