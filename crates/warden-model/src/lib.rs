//! The words that every part of MCP Warden shares: connections, surfaces, findings, digests.
//!
//! Collectors fill these types, rules read them, reports print them. A type that only one crate
//! uses lives in that crate.
//!
//! Invariant: no I/O, no async and no wire format; nothing here reads a file or serialises itself.
//! Invariant: text that may hold a secret is [`Hidden`] and cannot be printed.

mod blast;
mod class;
mod component;
mod connection;
mod data_class;
mod digest;
mod effect;
mod finding;
mod frameworks;
mod hidden;
mod persona;
pub mod questions;
mod scan;
mod severity;
mod snapshot;
mod source;
mod surface;

pub use blast::BlastTier;
pub use class::{Class, ClassInfo};
pub use component::{Component, Ecosystem, Source};
pub use connection::{
    AutoApprove, Connection, Credential, CredentialKind, Endpoint, Launch, Package, Pinning,
    Production, Registry, Remote, Scope, Setting, Transport,
};
pub use data_class::DataClass;
pub use digest::{Digest, Hasher, ParseDigestError};
pub use effect::Effect;
pub use finding::{Excerpt, Finding, Location, Subject, TraceStep};
pub use frameworks::{Control, frameworks};
pub use hidden::Hidden;
pub use persona::{PERSONAS, Persona, seen_by};
pub use scan::{
    Coverage, Decision, Gaps, LanguageCoverage, Scan, ServerEntry, Settled, SourceCoverage,
    SuppressedBy, SurfaceView, TextView, ToolAct, ToolProfile,
};
pub use severity::{Confidence, Severity};
pub use snapshot::{Looked, Snapshot, Unread, UnreadReason};
pub use source::{SkipReason, Skipped, SourceFile, SourceTree};
pub use surface::{Definition, DefinitionKind, Origin, Surface};
