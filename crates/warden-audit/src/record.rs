//! One record: what happened, to whom, and what was decided.
//!
//! Members stand in alphabetical order, also inside: written in this order, by a serialiser that
//! puts no space anywhere, a record is its own RFC 8785 form. A test holds this.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use warden_model::Digest;

use crate::{Event, Text, Timestamp, segment::Link, wire};

/// The version of the format that this crate writes.
pub const VERSION: u64 = 1;

/// One record. Missing members are left out.
///
/// The ledger sets `node`, `seq`, `ts` and `v`; what a caller puts there is overwritten. There is
/// no member for arguments or answers: a record holds their digests and sizes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record<'a> {
    /// The agent that holds the connection, by its identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<Text<'a>>,
    /// What was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Payload>,
    /// The signed bundle that said whether the server counts as certified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle: Option<SignedBundle>,
    /// The client program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Program<'a>>,
    /// What was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// How what is served differs from what was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift<'a>>,
    /// How long it took, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "wire::some_integer")]
    pub duration_us: Option<u64>,
    /// What happened: the name of an [`Event`].
    pub event: Text<'a>,
    /// What policy was asked, whole, so that it can be asked again: who, what, with which data, in
    /// which session. Never what was sent itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<Facts>,
    /// The record that announced what this one ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<Intent>,
    /// What has flowed: untrusted content, data classes, credentials.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Text<'a>>,
    /// The segments before this one; only in `segment.opened`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// The protocol's side of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mcp: Option<Mcp<'a>>,
    /// The machine.
    #[serde(default)]
    pub node: Text<'a>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// What was passed on in place of what came, if something was taken out of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passed: Option<Payload>,
    /// The digest of the rules that decided.
    #[serde(skip_serializing_if = "Option::is_none", with = "wire::digest")]
    #[serde(default)]
    pub policy: Option<Digest>,
    /// The server's process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<Process>,
    /// Why, as a code: never free text that could repeat what was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text<'a>>,
    /// The JSON-RPC identifier of the request, as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Text<'a>>,
    /// What was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Answer<'a>>,
    /// The rules or the stage that decided, with a space between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<Text<'a>>,
    /// The number in its segment, counted from 1.
    #[serde(default, serialize_with = "wire::integer")]
    pub seq: u64,
    /// The server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<Server<'a>>,
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Text<'a>>,
    /// The tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<Tool<'a>>,
    /// When it was recorded.
    #[serde(default)]
    pub ts: Timestamp,
    /// Limits that could not be asked, as their store was away, and that let calls in then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unchecked: Vec<Text<'a>>,
    /// The person, by an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Text<'a>>,
    /// The version of the format.
    #[serde(serialize_with = "wire::integer")]
    pub v: u64,
}

impl Record<'_> {
    /// A record of this event, with nothing else in it.
    #[must_use]
    pub fn of(event: Event) -> Self {
        Self { event: event.name().into(), v: VERSION, ..Self::default() }
    }

    /// What was asked for: the tool, the resource or the prompt, or else the method.
    #[must_use]
    pub fn asked(&self) -> Option<&str> {
        let mcp = || {
            let mcp = self.mcp.as_ref()?;
            mcp.resource.as_deref().or(mcp.prompt.as_deref()).or(mcp.method.as_deref())
        };
        self.tool.as_ref().map(|tool| &*tool.name).or_else(mcp)
    }
}

/// Facts as they are written: a JSON object in its RFC 8785 form.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(Box<RawValue>);

impl Facts {
    /// These facts; `None` unless they are a JSON object. The caller wrote them in canonical form.
    #[must_use]
    pub fn new(canonical: String) -> Option<Self> {
        let facts = RawValue::from_string(canonical).ok()?;
        facts.get().starts_with('{').then_some(Self(facts))
    }

    /// As they are written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }
}

impl PartialEq for Facts {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Facts {}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It may go on.
    Allow,
    /// It stops here.
    Deny,
    /// A person is asked first.
    RequireApproval,
    /// It goes on changed.
    Modify,
    /// It was only noted.
    Observe,
}

impl Decision {
    /// The name in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::RequireApproval => "require_approval",
            Self::Modify => "modify",
            Self::Observe => "observe",
        }
    }
}

/// How something that was announced ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was answered.
    Success,
    /// It was answered with an error, or not at all.
    Failure,
    /// It was answered, and the answer was not passed on.
    Refused,
    /// Nobody saw it through.
    Aborted,
}

impl Outcome {
    /// The name in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Refused => "refused",
            Self::Aborted => "aborted",
        }
    }
}

/// Bytes that were sent, by size and digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// How many bytes.
    #[serde(serialize_with = "wire::integer")]
    pub bytes: u64,
    /// Their digest.
    #[serde(with = "wire::hex")]
    pub sha256: Digest,
}

impl Payload {
    /// The size and digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len() as u64, sha256: Digest::of(bytes) }
    }
}

/// Bytes that were answered, by size and digest, and what kind of answer they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer<'a> {
    /// How many bytes.
    #[serde(serialize_with = "wire::integer")]
    pub bytes: u64,
    /// Their digest.
    #[serde(with = "wire::hex")]
    pub sha256: Digest,
    /// The kind of answer, for example `result`, `tool_error`, `error`.
    pub status: Text<'a>,
}

impl<'a> Answer<'a> {
    /// The size and digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8], status: impl Into<Text<'a>>) -> Self {
        let Payload { bytes, sha256 } = Payload::of(bytes);
        Self { bytes, sha256, status: status.into() }
    }
}

/// A program, as it names itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program<'a> {
    /// Its name.
    pub name: Text<'a>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Text<'a>>,
}

/// A signed bundle of certificates, approvals and revocations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedBundle {
    /// The digest of what was signed of it.
    #[serde(with = "wire::digest_there")]
    pub digest: Digest,
    /// When it was made.
    pub issued: Timestamp,
    /// Its number.
    #[serde(serialize_with = "wire::integer")]
    pub sequence: u64,
}

/// A server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server<'a> {
    /// The artifact digest: what runs.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "wire::digest")]
    pub artifact: Option<Digest>,
    /// The manifest digest: what it shows.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "wire::digest")]
    pub manifest: Option<Digest>,
    /// The name by which it was approved.
    pub name: Text<'a>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Text<'a>>,
}

/// A tool, and the digests of its definition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool<'a> {
    /// Its name.
    pub name: Text<'a>,
    /// The definition digest that was approved.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "wire::digest")]
    pub pinned: Option<Digest>,
    /// The definition digest that is served.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "wire::digest")]
    pub served: Option<Digest>,
}

/// The protocol's side of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mcp<'a> {
    /// The method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Text<'a>>,
    /// The prompt's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<Text<'a>>,
    /// The protocol revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Text<'a>>,
    /// The resource's URI; the caller leaves out user information and query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<Text<'a>>,
}

/// A difference between what was approved and what is served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift<'a> {
    /// The class of drift, for example `text-changed`.
    pub class: Text<'a>,
    /// The digest that was approved.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "wire::digest")]
    pub pinned: Option<Digest>,
    /// The digest that is served.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "wire::digest")]
    pub served: Option<Digest>,
    /// What drifted, for example `tool/send_email`.
    pub subject: Text<'a>,
}

/// A process and how it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its exit code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit: Option<i32>,
    /// Its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// The signal that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
}

/// The record that announced what another one ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Its segment, if it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<crate::SegmentId>,
    /// Its number.
    #[serde(serialize_with = "wire::integer")]
    pub seq: u64,
}
