//! Holds and habits as they are stored: JSON with a version, read strictly.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use warden_model::{Digest, Effect};
use warden_seal::read_strict;

use super::{
    Answered, Approval, Habits, Hold, HoldState, MOST_REMEMBERED, Means, Rendering, Requester,
};
use crate::{Time, access::SessionKey, text};

/// The longest that is read.
const MOST: usize = 1 << 20;

/// What is stored is not a hold of a version that we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what is stored is not a hold that can be read")]
pub struct NotAHold;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HoldForm {
    v: u8,
    id: Box<str>,
    #[serde(with = "text::digest")]
    digest: Digest,
    #[serde(with = "text::digest")]
    policy: Digest,
    requested_at: Time,
    asked_at: Time,
    asked_times: u32,
    expires_at: Time,
    by: RequesterForm,
    rules: Vec<String>,
    effects: Vec<String>,
    state: StateForm,
    rendering: Rendering,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RequesterForm {
    user: Option<Box<str>>,
    agent: Box<str>,
    delegation: Vec<Box<str>>,
    tenant: Box<str>,
    session: Box<str>,
    #[serde(with = "text::digest_or_none")]
    credential: Option<Digest>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
enum StateForm {
    Pending,
    Approved(ApprovalForm),
    Refused { by: Box<str>, at: Time, reason: Box<str> },
    Used { approval: ApprovalForm, at: Time },
    Expired,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ApprovalForm {
    by: Box<str>,
    at: Time,
    how: String,
    until: Time,
    reason: Box<str>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HabitsForm {
    v: u8,
    name: Box<str>,
    answered: u64,
    approved: u64,
    quick: u64,
    streak: u64,
    recent: Vec<(Time, u64, bool)>,
}

impl Hold {
    /// As it is stored.
    #[must_use]
    pub fn stored(&self) -> Vec<u8> {
        let form = HoldForm {
            v: 1,
            id: self.id.clone(),
            digest: self.digest,
            policy: self.policy,
            requested_at: self.requested_at,
            asked_at: self.asked_at,
            asked_times: self.asked_times,
            expires_at: self.expires_at,
            by: requester(&self.by),
            rules: self.rules.iter().map(ToString::to_string).collect(),
            effects: self.effects.iter().map(|effect| effect.name().to_owned()).collect(),
            state: state(&self.state),
            rendering: self.rendering.clone(),
        };
        // Nothing in it is without a JSON form; what is empty would not be read back.
        serde_json::to_vec(&form).unwrap_or_default()
    }

    /// Reads what was stored.
    ///
    /// # Errors
    /// Anything else, also what a later version has written.
    pub fn read(stored: &[u8]) -> Result<Self, NotAHold> {
        let form: HoldForm = read(stored)?;
        let rules = form.rules.iter().map(|rule| rule.as_str().into()).collect();
        let effects = form.effects.iter().map(|name| Effect::parse(name));
        if form.v != 1 {
            return Err(NotAHold);
        }
        Ok(Self {
            id: form.id,
            digest: form.digest,
            policy: form.policy,
            requested_at: form.requested_at,
            asked_at: form.asked_at,
            asked_times: form.asked_times,
            expires_at: form.expires_at,
            by: form.by.read()?,
            rules,
            effects: effects.collect::<Option<BTreeSet<_>>>().ok_or(NotAHold)?,
            state: form.state.read()?,
            rendering: form.rendering,
        })
    }
}

fn read<T: for<'de> Deserialize<'de>>(stored: &[u8]) -> Result<T, NotAHold> {
    let value = read_strict(stored, MOST).map_err(|_| NotAHold)?;
    serde_json::from_value(value).map_err(|_| NotAHold)
}

fn requester(by: &Requester) -> RequesterForm {
    RequesterForm {
        user: by.user.clone(),
        agent: by.agent.clone(),
        delegation: by.delegation.clone(),
        tenant: by.tenant.clone(),
        session: by.session.as_str().into(),
        credential: by.credential,
    }
}

impl RequesterForm {
    fn read(self) -> Result<Requester, NotAHold> {
        Ok(Requester {
            user: self.user,
            agent: self.agent,
            delegation: self.delegation,
            tenant: self.tenant,
            session: SessionKey::parse(&self.session).ok_or(NotAHold)?,
            credential: self.credential,
        })
    }
}

fn state(state: &HoldState) -> StateForm {
    match state {
        HoldState::Pending => StateForm::Pending,
        HoldState::Approved(given) => StateForm::Approved(approval(given)),
        HoldState::Refused { by, at, reason } => {
            StateForm::Refused { by: by.clone(), at: *at, reason: reason.clone() }
        }
        HoldState::Used { approval: given, at } => {
            StateForm::Used { approval: approval(given), at: *at }
        }
        HoldState::Expired => StateForm::Expired,
    }
}

impl StateForm {
    fn read(self) -> Result<HoldState, NotAHold> {
        Ok(match self {
            Self::Pending => HoldState::Pending,
            Self::Approved(approval) => HoldState::Approved(approval.read()?),
            Self::Refused { by, at, reason } => HoldState::Refused { by, at, reason },
            Self::Used { approval, at } => HoldState::Used { approval: approval.read()?, at },
            Self::Expired => HoldState::Expired,
        })
    }
}

fn approval(approval: &Approval) -> ApprovalForm {
    let Approval { by, at, how, until, reason } = approval;
    ApprovalForm {
        by: by.clone(),
        at: *at,
        how: how.name().to_owned(),
        until: *until,
        reason: reason.clone(),
    }
}

impl ApprovalForm {
    fn read(self) -> Result<Approval, NotAHold> {
        let how = Means::parse(&self.how).ok_or(NotAHold)?;
        let Self { by, at, until, reason, .. } = self;
        Ok(Approval { by, at, how, until, reason })
    }
}

/// Habits, as they are stored.
#[must_use]
pub fn habits_text(habits: &Habits) -> Vec<u8> {
    let form = HabitsForm {
        v: 1,
        name: habits.name.clone(),
        answered: habits.answered,
        approved: habits.approved,
        quick: habits.quick,
        streak: habits.streak,
        recent: habits.recent.iter().map(|one| (one.at, one.after, one.yes)).collect(),
    };
    // Nothing in it is without a JSON form; what is empty would not be read back.
    serde_json::to_vec(&form).unwrap_or_default()
}

/// Reads habits that were stored.
///
/// # Errors
/// Anything else, also what a later version has written.
pub fn habits_from(stored: &[u8]) -> Result<Habits, NotAHold> {
    let form: HabitsForm = read(stored)?;
    if form.v != 1 || form.recent.len() > MOST_REMEMBERED {
        return Err(NotAHold);
    }
    let recent = form.recent.into_iter().map(|(at, after, yes)| Answered { at, after, yes });
    Ok(Habits {
        name: form.name,
        answered: form.answered,
        approved: form.approved,
        quick: form.quick,
        streak: form.streak,
        recent: recent.collect(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::record::tests::hold, *};

    fn states() -> Vec<HoldState> {
        let approval = Approval {
            by: "ben".into(),
            at: Time::from_micros(7),
            how: Means::Http,
            until: Time::from_micros(9),
            reason: "looked at".into(),
        };
        vec![
            HoldState::Pending,
            HoldState::Approved(approval.clone()),
            HoldState::Refused { by: "ben".into(), at: Time::LAST, reason: "".into() },
            HoldState::Used { approval, at: Time::from_micros(8) },
            HoldState::Expired,
        ]
    }

    #[test]
    fn what_is_stored_is_read_back() {
        for state in states() {
            let hold = Hold { state, ..hold() };
            assert_eq!(Hold::read(&hold.stored()), Ok(hold));
        }
        let mut habits = Habits::of("ann");
        habits.recent.push_back(Answered { at: Time::LAST, after: 3, yes: true });
        assert_eq!(habits_from(&habits_text(&habits)), Ok(habits));
    }

    #[test]
    fn what_is_not_as_we_write_it_is_no_hold() {
        let text = String::from_utf8(hold().stored()).unwrap();
        for (from, to) in [
            (r#""v":1"#, r#""v":2"#),
            (r#""v":1"#, r#""v":1,"w":1"#),
            (r#""v":1"#, r#""v":1,"v":1"#),
            (r#""state":"pending""#, r#""state":"approved""#),
            (r#""state":"pending""#, r#""state":"pend""#),
            (r#""asked_times":1"#, r#""asked_times":-1"#),
            (r#""effects":["send"]"#, r#""effects":["sends"]"#),
        ] {
            let wrong = text.replace(from, to);
            assert_ne!(wrong, text, "{from}");
            assert_eq!(Hold::read(wrong.as_bytes()), Err(NotAHold), "{to}");
        }
    }

    proptest! {
        #[test]
        fn nothing_stored_can_panic_us(stored in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(Hold::read(&stored), Err(NotAHold));
            prop_assert!(habits_from(&stored).is_err());
        }
    }
}
