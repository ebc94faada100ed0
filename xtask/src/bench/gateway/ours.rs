//! `mcpwarden gateway`, with everything on and without inspection.

use std::process::{Command, Stdio};

use super::cells::Upstream;
use super::contenders::Setup;
use super::programs::Prepared;
use crate::shell::Failure;

/// Pin, policy, inspection of arguments and answers, and ledger.
pub(super) fn everything(setup: &Setup, upstream: Upstream) -> Result<Prepared, Failure> {
    prepare(setup, upstream)
}

/// The same without inspection.
pub(super) fn without_inspection(setup: &Setup, upstream: Upstream) -> Result<Prepared, Failure> {
    prepare(setup, upstream)
}

fn prepare(setup: &Setup, _: Upstream) -> Result<Prepared, Failure> {
    let warden = setup.warden.as_ref().ok_or_else(|| Failure("`mcpwarden` is not built".into()))?;
    let mut help = Command::new(warden);
    help.args(["gateway", "--help"]).stdout(Stdio::null()).stderr(Stdio::null());
    if help.status().is_ok_and(|status| status.success()) {
        return Err(Failure("nobody has said yet how `mcpwarden gateway` is configured".into()));
    }
    Err(Failure("`mcpwarden` has no command `gateway`".into()))
}
