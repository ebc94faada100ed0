//! Canonical JSON, digests, signing and verifying.
