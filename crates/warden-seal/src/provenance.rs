//! Where a package was built: attestations of registries, verified offline against a given root.
//!
//! npm and the index of Python hand out what a build service signed about a package, as Sigstore
//! bundles (npm) or attestation objects (PEP 740). [`read`] takes either document apart, and
//! [`Root::verify`] says what one of its attestations proves: that a certificate of an authority in
//! the root, which named a repository, a commit and a workflow, signed a statement about these
//! subjects while it was valid, and that a log in the root has it. Nothing is asked of anybody.
//!
//! Whether the statement is about the package in hand, and whether that package says that it is from
//! this repository, is not decided here.

mod read;
#[cfg(test)]
mod tests;
mod verify;

pub use read::{Attestation, Form, MOST_ATTESTATIONS, MOST_DOCUMENT, NotAttestations, read};
pub use verify::{MOST_ROOT, Proven, ProvenSubject, Root, RootError, Unproven};
