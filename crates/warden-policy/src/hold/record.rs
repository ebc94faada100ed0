//! One call that waits, and what can become of it.

use std::collections::BTreeSet;

use warden_model::{Digest, Effect};

use super::{Answerer, HoldSettings, MayNot, Means, Rendering, Requester, may_answer};
use crate::{Time, access::RuleId};

/// The most characters of a reason that are kept.
pub const MOST_REASON: usize = 500;

/// More askings than this are not counted, so that who asks for ever does not write for ever.
const MOST_ASKED: u32 = 1_000;

/// A call that waits for a person, or did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// A `UUIDv7`.
    pub id: Box<str>,
    /// Which call: see [`super::HoldRequest::digest`].
    pub digest: Digest,
    /// The policy that wanted a person.
    pub policy: Digest,
    /// When it was asked for first.
    pub requested_at: Time,
    /// When it was asked for last.
    pub asked_at: Time,
    /// How often it was asked for.
    pub asked_times: u32,
    /// Until when it can be answered, and a refusal holds.
    pub expires_at: Time,
    /// Who asks.
    pub by: Requester,
    /// The rules that want a person.
    pub rules: Vec<RuleId>,
    /// What it does.
    pub effects: BTreeSet<Effect>,
    /// What has become of it, apart from the time that has passed: see [`Hold::state_at`].
    pub state: HoldState,
    /// What people see of it.
    pub rendering: Rendering,
}

/// What has become of a call that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldState {
    /// Nobody has answered.
    Pending,
    /// Somebody has said yes, and the call was not made yet.
    Approved(Approval),
    /// Somebody has said no.
    Refused {
        /// Who.
        by: Box<str>,
        /// When.
        at: Time,
        /// Why, in his words, made visible.
        reason: Box<str>,
    },
    /// The call was let pass, once.
    Used {
        /// On whose word.
        approval: Approval,
        /// When.
        at: Time,
    },
    /// Too late.
    Expired,
}

impl HoldState {
    /// The name in answers.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved(_) => "approved",
            Self::Refused { .. } => "refused",
            Self::Used { .. } => "used",
            Self::Expired => "expired",
        }
    }
}

/// A yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Who.
    pub by: Box<str>,
    /// When.
    pub at: Time,
    /// Through what.
    pub how: Means,
    /// Until when it counts.
    pub until: Time,
    /// Why, in his words, made visible.
    pub reason: Box<str>,
}

/// What happens to a call that waits.
#[derive(Clone, Copy, Debug)]
pub enum HoldEvent<'a> {
    /// It is asked for again.
    Asked,
    /// Somebody says yes or no.
    Answered {
        /// Who.
        by: &'a Answerer,
        /// Yes.
        yes: bool,
        /// Why, in his words.
        reason: &'a str,
        /// He has approved too much lately for another yes through a client to count.
        tired: bool,
    },
    /// The call is about to be made, by this digest, under this policy.
    Used {
        /// Of the call.
        digest: Digest,
        /// Of the policy.
        policy: Digest,
    },
}

/// Why something cannot happen to a call that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoStep {
    /// It was never approved.
    #[error("it is not approved")]
    NotApproved,
    /// It was refused.
    #[error("it is refused")]
    Refused,
    /// It was approved before.
    #[error("it is approved already")]
    Approved,
    /// It was made before.
    #[error("it was used already")]
    Used,
    /// Too late.
    #[error("it has expired")]
    Expired,
    /// It is another call.
    #[error("it is another call")]
    OtherCall,
    /// The policy is another one now.
    #[error("the policy has changed since")]
    OtherPolicy,
    /// Whoever answers may not say this.
    #[error(transparent)]
    MayNot(#[from] MayNot),
}

impl NoStep {
    /// The code in answers. The codes are public and documented; they never move.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotApproved => "not-approved",
            Self::Refused => "refused",
            Self::Approved => "already-approved",
            Self::Used => "already-used",
            Self::Expired => "expired",
            Self::OtherCall => "other-call",
            Self::OtherPolicy => "other-policy",
            Self::MayNot(why) => why.code(),
        }
    }
}

impl Hold {
    /// What has become of it at this time.
    #[must_use]
    pub fn state_at(&self, now: Time) -> HoldState {
        let over = match &self.state {
            HoldState::Pending | HoldState::Refused { .. } => now >= self.expires_at,
            HoldState::Approved(approval) => now >= approval.until,
            // That it was used stays true for as long as it is kept.
            HoldState::Used { .. } | HoldState::Expired => false,
        };
        if over { HoldState::Expired } else { self.state.clone() }
    }

    /// When nothing of it counts any more, so that it can be forgotten.
    #[must_use]
    pub fn ends_at(&self) -> Time {
        match &self.state {
            HoldState::Approved(approval) | HoldState::Used { approval, .. } => {
                self.expires_at.max(approval.until)
            }
            HoldState::Pending | HoldState::Refused { .. } | HoldState::Expired => self.expires_at,
        }
    }

    /// What it is once this has happened. There is no other way for a hold to change.
    ///
    /// # Errors
    /// What cannot happen to it now, or not by this person.
    pub fn after(
        &self,
        event: &HoldEvent<'_>,
        settings: &HoldSettings,
        now: Time,
    ) -> Result<Self, NoStep> {
        let state = self.state_at(now);
        match *event {
            HoldEvent::Asked => self.asked(&state, now),
            HoldEvent::Answered { by, yes, reason, tired } => {
                Self::answerable(&state, yes)?;
                may_answer(self, by, (yes, tired), settings)?;
                let state = answer(by, (yes, reason), settings, now);
                Ok(Self { state, ..self.clone() })
            }
            HoldEvent::Used { digest, policy } => {
                let approval = self.usable(state, digest, policy)?;
                Ok(Self { state: HoldState::Used { approval, at: now }, ..self.clone() })
            }
        }
    }

    fn asked(&self, state: &HoldState, now: Time) -> Result<Self, NoStep> {
        match state {
            HoldState::Pending if self.asked_times >= MOST_ASKED => Ok(self.clone()),
            HoldState::Pending => {
                Ok(Self { asked_times: self.asked_times + 1, asked_at: now, ..self.clone() })
            }
            HoldState::Approved(_) => Err(NoStep::Approved),
            HoldState::Refused { .. } => Err(NoStep::Refused),
            HoldState::Used { .. } => Err(NoStep::Used),
            HoldState::Expired => Err(NoStep::Expired),
        }
    }

    /// A yes is to what waits; a no also takes back a yes that was not used.
    fn answerable(state: &HoldState, yes: bool) -> Result<(), NoStep> {
        match state {
            HoldState::Approved(_) if yes => Err(NoStep::Approved),
            HoldState::Pending | HoldState::Approved(_) => Ok(()),
            HoldState::Refused { .. } => Err(NoStep::Refused),
            HoldState::Used { .. } => Err(NoStep::Used),
            HoldState::Expired => Err(NoStep::Expired),
        }
    }

    fn usable(&self, state: HoldState, digest: Digest, policy: Digest) -> Result<Approval, NoStep> {
        let approval = match state {
            HoldState::Approved(approval) => approval,
            HoldState::Pending => return Err(NoStep::NotApproved),
            HoldState::Refused { .. } => return Err(NoStep::Refused),
            HoldState::Used { .. } => return Err(NoStep::Used),
            HoldState::Expired => return Err(NoStep::Expired),
        };
        if digest != self.digest {
            return Err(NoStep::OtherCall);
        }
        if policy != self.policy {
            return Err(NoStep::OtherPolicy);
        }
        Ok(approval)
    }
}

fn answer(
    by: &Answerer,
    (yes, reason): (bool, &str),
    settings: &HoldSettings,
    now: Time,
) -> HoldState {
    let name = super::visible(&by.name, 200).into();
    let reason = super::visible(reason, MOST_REASON).into();
    if yes {
        let until = now.plus_seconds(settings.approved_life);
        HoldState::Approved(Approval { by: name, at: now, how: by.how, until, reason })
    } else {
        HoldState::Refused { by: name, at: now, reason }
    }
}

#[cfg(test)]
pub(super) mod tests;
