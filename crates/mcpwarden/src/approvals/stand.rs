//! Whether a server is approved for what it is used for, asked of what runs.

use std::time::SystemTime;

use warden_policy::{
    Time, Uncertified,
    approval::{ApprovalPolicy, History},
    certificate::{Certificate, Use},
};
use warden_seal::Trust;

use super::{policy, read};
use crate::paths::Paths;

/// What is known of the approval of a server.
pub(crate) struct Approved {
    history: History,
    policy: ApprovalPolicy,
}

/// Reads what is known of the approval of a server.
///
/// # Errors
/// When there is none, or it cannot be believed.
pub(crate) fn approved(
    name: &str,
    paths: &Paths,
    trust: &Trust,
    now: SystemTime,
) -> Result<Approved, Uncertified> {
    let no = |_| Uncertified::CouldNotTell;
    let policy = policy::load(&paths.approval_policy(), trust).map_err(no)?;
    let acts = read(name, paths, trust, now).map_err(no)?;
    let acts = acts.ok_or(Uncertified::NotApprovedHere)?;
    Ok(Approved { history: History::of(&acts, &policy), policy })
}

impl Approved {
    /// Whether it is approved now, as it was certified, for this use.
    ///
    /// # Errors
    /// When it is not.
    pub(crate) fn stands(
        &self,
        certificate: &Certificate,
        wanted: Use,
        now: Time,
    ) -> Result<(), Uncertified> {
        let approves = self.history.approves(&certificate.digests, wanted, &self.policy, now);
        if approves { Ok(()) } else { Err(Uncertified::NotApprovedHere) }
    }
}
