//! What is known of a server from looking at it. What nobody looked at is `None`.

use std::collections::BTreeSet;

use warden_model::{Digest, Effect};

use crate::{Time, approval::AuthMethod};

/// Something known, what shows it, and from when that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<T> {
    /// What is known.
    pub value: T,
    /// The digest of what shows it.
    pub evidence: Digest,
    /// When it was looked at.
    pub at: Time,
}

/// Everything that is known of a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Who publishes it.
    pub publisher: Option<Publisher>,
    /// Its releases, as far as they are in the inventory.
    pub releases: Option<Fact<Vec<Release>>>,
    /// The analyses that ran.
    pub runs: Option<Fact<Vec<Run>>>,
    /// How many days an analysis counts.
    pub most_run_days: u32,
    /// How vulnerabilities are disclosed and patched.
    pub disclosure: Option<Fact<Disclosure>>,
    /// The systems that it reaches.
    pub systems: Option<Fact<Systems>>,
    /// The credentials that it holds.
    pub credentials: Option<Fact<Vec<Credential>>>,
    /// The variables that its code takes credentials from, where nobody knows what is in them.
    pub variables: Option<Fact<Vec<String>>>,
    /// What became of calls that should be refused.
    pub restriction: Option<Fact<Restriction>>,
    /// Whether definitions can change, and who watches.
    pub definitions: Option<Fact<Definitions>>,
    /// What it talks to.
    pub endpoints: Option<Fact<Endpoints>>,
    /// Its tools, and what the policy does with each.
    pub acting: Option<Fact<Vec<ActingTool>>>,
    /// A record that it left.
    pub audit: Option<Fact<Audit>>,
    /// Where its data is.
    pub residency: Option<Fact<Residency>>,
    /// Its `security.txt`.
    pub security_txt: Option<Fact<SecurityTxt>>,
    /// The signature over its manifest.
    pub signature: Option<Fact<Signature>>,
    /// How many changes of its definitions were seen that nobody announced.
    pub unannounced_changes: Option<Fact<u32>>,
    /// The ways of authentication that a probe saw.
    pub authentication: Option<Fact<Vec<AuthMethod>>>,
}

/// Who publishes a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publisher {
    /// The name or the repository.
    pub name: String,
    /// Whether that was verified, and not only said.
    pub proven: bool,
}

/// The systems that a server reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Systems {
    /// Those that are named.
    pub names: Vec<String>,
    /// How far the names go.
    pub reach: Reach,
}

/// How far a list of what a server reaches goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// There may be more than is listed.
    #[default]
    More,
    /// Nothing else is reached.
    Listed,
    /// Who calls it chooses what is reached.
    Anything,
}

/// A release in the inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its version.
    pub version: String,
    /// The digest that is recorded for it.
    pub digest: Option<Digest>,
}

/// An analysis that ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Which one.
    pub kind: RunKind,
    /// The tool.
    pub tool: String,
    /// Its version.
    pub version: String,
    /// The digest of its rules.
    pub rules: Digest,
    /// When it ran.
    pub at: Time,
    /// Whether it finished.
    pub finished: bool,
}

/// The analyses that a server needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunKind {
    /// Of the source code.
    Source,
    /// Of values followed through it.
    Taint,
    /// Of what it is built from.
    SupplyChain,
}

impl RunKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Source, Self::Taint, Self::SupplyChain];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Taint => "taint",
            Self::SupplyChain => "supply chain",
        }
    }
}

/// How vulnerabilities are disclosed and patched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// Whether there is a policy: `SECURITY.md`, or a policy in `security.txt`.
    pub policy_found: bool,
    /// Within how many days patches are promised.
    pub patch_days: Option<u32>,
    /// Until when that promise counts.
    pub promise_expires: Option<Time>,
}

/// A credential that a server holds, by kind; its value is nobody's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Its kind.
    pub kind: CredentialKind,
    /// How long it lives, as measured.
    pub lifetime_seconds: Option<u64>,
}

/// The kind of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// A key that does not change.
    StaticKey,
    /// A token that a person made.
    PersonalToken,
    /// An access token with an end.
    OauthToken,
    /// An identity that the platform gives.
    WorkloadIdentity,
    /// Nobody knows.
    Unknown,
}

impl CredentialKind {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::StaticKey => "static key",
            Self::PersonalToken => "personal token",
            Self::OauthToken => "OAuth token",
            Self::WorkloadIdentity => "workload identity",
            Self::Unknown => "unknown",
        }
    }
}

/// What became of two calls that should be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// One that a user may not make.
    pub user_refused: bool,
    /// One that a session may not make.
    pub session_refused: bool,
}

/// Whether definitions can change, and who watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definitions {
    /// The server says that lists change, or it is remote.
    pub can_change: bool,
    /// When drift was last looked for; `None` if nobody watches.
    pub last_look: Option<Time>,
}

/// What a server talks to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// What its code or its vendor says.
    pub declared: BTreeSet<String>,
    /// How far that goes.
    pub reach: Reach,
    /// What was seen; `None` if nobody has watched it.
    pub observed: Option<BTreeSet<String>>,
}

/// A tool, and what the policy does with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActingTool {
    /// Its name.
    pub name: String,
    /// What it does; `None` if that is not known, which counts as acting.
    pub effect: Option<Effect>,
    /// What the policy does.
    pub rule: ToolRule,
}

/// What a policy does with a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolRule {
    /// It is refused.
    Refused,
    /// A person has to approve each call.
    Approval,
    /// It is let through.
    Free,
    /// Nobody knows.
    Unknown,
}

/// A record that a server or its gateway left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// Whether it fits its schema.
    pub fits_schema: bool,
    /// The fields of a DORA report that cannot be filled from it.
    pub missing_fields: Vec<String>,
}

/// Where data is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Residency {
    /// The country where it is stored: ISO 3166-1, two upper-case letters.
    pub storage: Option<String>,
    /// The country where it is processed.
    pub processing: Option<String>,
    /// The ground on which it is transferred, also if that is that it is not.
    pub transfer: Option<String>,
}

/// A `security.txt` (RFC 9116), as it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecurityTxt {
    /// Whether there is one.
    pub found: bool,
    /// What is wrong with its form; `None` if nothing is.
    pub malformed: Option<String>,
    /// Whether it came over HTTPS; `None` if nobody saw it come.
    pub https: Option<bool>,
    /// How many contacts it names.
    pub contacts: u32,
    /// How many policies it names.
    pub policies: u32,
    /// Every date of expiry in it.
    pub expires: Vec<Time>,
}

/// The signature over a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// It verifies with the pinned key.
    Verified,
    /// There is none.
    Absent,
    /// It does not verify.
    Broken,
}
