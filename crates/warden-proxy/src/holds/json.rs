//! What waits, as JSON for operators and webhooks.

use serde_json::{Value, json};
use warden_policy::{
    Time,
    hold::{Approval, Fatigue, Habits, Hold, HoldState},
};

/// A hold at this time. There is no secret in it, and no credential.
#[must_use]
pub fn hold_json(hold: &Hold, now: Time) -> Value {
    let state = hold.state_at(now);
    let answer = match &hold.state {
        HoldState::Approved(approval) | HoldState::Used { approval, .. } => approved(approval),
        HoldState::Refused { by, at, reason } => {
            json!({"decision": "refuse", "by": by, "at": at, "reason": reason})
        }
        HoldState::Pending | HoldState::Expired => Value::Null,
    };
    let used = match &hold.state {
        HoldState::Used { at, .. } => json!(at),
        _ => Value::Null,
    };
    json!({
        "v": 1,
        "id": hold.id,
        "state": state.name(),
        "digest": hold.digest.to_string(),
        "policy": hold.policy.to_string(),
        "requested_at": hold.requested_at,
        "expires_at": hold.expires_at,
        "asked_times": hold.asked_times,
        "answer": answer,
        "used_at": used,
        "call": hold.rendering.json(),
    })
}

fn approved(approval: &Approval) -> Value {
    let Approval { by, at, how, until, reason } = approval;
    json!({
        "decision": "approve", "by": by, "at": at, "how": how.name(), "until": until,
        "reason": reason,
    })
}

/// How tired somebody is.
#[must_use]
pub fn fatigue_json(habits: &Habits, fatigue: &Fatigue) -> Value {
    json!({
        "name": habits.name,
        "level": fatigue.level.name(),
        "why": fatigue.why,
        "answered": habits.answered,
        "approved": habits.approved,
        "quick": habits.quick,
        "streak": habits.streak,
        "approved_this_hour": fatigue.this_hour,
        "quick_in_a_row": fatigue.quick_in_a_row,
        "approved_percent": fatigue.share,
        "median_ms": fatigue.median,
    })
}
