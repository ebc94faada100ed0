//! Whether a server is approved for what it is used for, asked of what runs.

use std::{collections::BTreeMap, time::SystemTime};

use warden_policy::{
    Time, Uncertified,
    approval::{Acts, ApprovalPolicy, History},
    certificate::{Certificate, Subjects, Use},
};
use warden_seal::Trust;

use super::{judged_by, moratorium, read};
use crate::{Failure, paths::Paths};

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
    let policy = judged_by(paths, trust, moratorium::load).map_err(no)?;
    let acts = read(name, paths, trust, now).map_err(no)?;
    let acts = acts.ok_or(Uncertified::NotApprovedHere)?;
    Ok(Approved { history: History::of(&acts, &policy), policy })
}

/// What is known of approvals that came from elsewhere.
#[derive(Debug)]
pub(crate) struct Brought {
    histories: BTreeMap<String, History>,
    policy: ApprovalPolicy,
}

impl Brought {
    /// What these acts come to by the policy of this machine.
    ///
    /// # Errors
    /// When that cannot be read.
    pub(crate) fn of(
        acts: BTreeMap<String, Acts>,
        paths: &Paths,
        trust: &Trust,
    ) -> Result<Self, Failure> {
        let policy = judged_by(paths, trust, moratorium::load)?;
        let history = |(server, acts): (String, Acts)| (server, History::of(&acts, &policy));
        let histories = acts.into_iter().map(history).collect();
        Ok(Self { histories, policy })
    }

    /// Whether the server of this name is approved, as it was certified by these digests, for this
    /// use.
    ///
    /// # Errors
    /// When it is not.
    pub(crate) fn stands(
        &self,
        name: &str,
        digests: &Subjects,
        wanted: Use,
        now: Time,
    ) -> Result<(), Uncertified> {
        let approves = |it: &History| it.approves(digests, wanted, &self.policy, now);
        let found = self.histories.get(name).filter(|it| approves(it));
        found.map(|_| ()).ok_or(Uncertified::NotApprovedHere)
    }

    /// Every server with the word for how its approval stands, by name.
    pub(crate) fn words(&self, now: Time) -> impl Iterator<Item = (&str, &'static str)> {
        self.histories.iter().map(move |(server, history)| {
            (server.as_str(), history.word(&history.standing(&self.policy, now)))
        })
    }
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
