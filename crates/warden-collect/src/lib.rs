//! Turns the world into a snapshot: client configurations, folders, archives and saved answers.
//!
//! Invariant: no opinions: it reports what is there and what it could not read.
//! Invariant: it reads no environment variable; `live` makes servers run, only as its caller says, `fetch` the programs that fetch, and nothing of what they fetch.
//! Invariant: it writes nothing but what `store` puts into the store's own folder.

mod archive;
mod artifact;
pub mod auth;
mod clients;
mod collect;
pub mod credentials;
pub mod document;
pub mod edit;
pub mod egress;
pub mod fetch;
mod file;
mod guard;
pub mod live;
mod machine;
pub mod package;
mod reader;
mod repository;
mod saved;
mod shapes;
mod sites;
mod source;
pub mod store;
pub mod supply;
mod target;

pub use artifact::{Artifact, HashedFile, Untold, artifact_digest};
pub use clients::{CLIENTS, Client, Known, Place};
pub use collect::collect;
pub use machine::{Machine, Os, Progress};
pub use reader::{CONFIG_CAP, FILE_CAP, Refusal};
pub use repository::{Configurations, Picked, RepositoryFile, collect_files, pick, read_named};
pub use shapes::Shape;
pub use source::{Collected, SourceLimits, collect_source, is_source};
pub use target::collect_target;
