//! What tells that something has changed which the gateway was set up from.

use std::path::{Path, PathBuf};

use warden_proxy::gateway::settings::Listen;

use crate::{paths::Paths, policies};

/// What tells that a file has changed: its name, size and time.
pub(super) type Stamp = (PathBuf, Option<(u64, std::time::SystemTime)>);

/// The configuration and the approvals.
pub(super) fn stamps(file: &Path, paths: &Paths) -> Vec<Stamp> {
    let entries = std::fs::read_dir(paths.pins()).into_iter().flatten().flatten();
    let mut pins: Vec<_> = entries.map(|entry| entry.path()).collect();
    pins.sort();
    std::iter::once(file.to_owned()).chain(pins).map(stamp).collect()
}

/// The files of the policy: one that comes or goes is a change as well.
pub(super) fn stamps_of_policy(policy: &policies::Source) -> Vec<Stamp> {
    policy.files().into_iter().map(stamp).collect()
}

/// Certificate, key and authority.
pub(super) fn stamps_of_tls(listen: &Listen) -> Vec<Stamp> {
    let files = listen
        .tls
        .iter()
        .flat_map(|tls| [Some(&tls.certificate), Some(&tls.key), tls.client_authority.as_ref()]);
    files.flatten().cloned().map(stamp).collect()
}

fn stamp(path: PathBuf) -> Stamp {
    let found = std::fs::metadata(&path).ok();
    let stamp = found.and_then(|found| Some((found.len(), found.modified().ok()?)));
    (path, stamp)
}
