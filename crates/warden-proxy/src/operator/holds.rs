//! Calls that wait, for operators.

use serde_json::{Value, json};
use warden_policy::hold::{Answerer, MOST_REASON, Means, NoStep};

use super::{Answer, Operator};
use crate::holds::{CannotWait, Holds, NotTaken, fatigue_json, hold_json};

/// What waits.
pub(super) async fn list(holds: &Holds) -> Answer {
    match holds.pending().await {
        Ok(pending) => {
            let now = holds.now();
            let pending: Vec<_> = pending.iter().map(|hold| hold_json(hold, now)).collect();
            Answer::done(json!({ "holds": pending }))
        }
        Err(why @ CannotWait::Away(_)) => Answer::failed(503, why.code(), &why.to_string()),
        Err(why) => Answer::failed(500, why.code(), &why.to_string()),
    }
}

/// One hold, and how tired whoever looks is.
pub(super) async fn show(holds: &Holds, operator: &Operator, id: &str) -> Answer {
    let shown = async {
        let hold = holds.one(id).await?;
        let (habits, fatigue) = holds.fatigue_of(&operator.name).await?;
        Ok(json!({
            "hold": hold_json(&hold, holds.now()),
            "you": fatigue_json(&habits, &fatigue),
        }))
    };
    shown.await.map_or_else(failed, Answer::done)
}

/// How tired everybody is who answers.
pub(super) async fn fatigue(holds: &Holds) -> Answer {
    match holds.fatigue().await {
        Ok(all) => {
            let people: Vec<_> =
                all.iter().map(|(habits, fatigue)| fatigue_json(habits, fatigue)).collect();
            Answer::done(json!({ "people": people }))
        }
        Err(why) => failed(why),
    }
}

/// Takes a yes or a no.
pub(super) async fn decide(
    holds: &Holds,
    operator: &Operator,
    (id, yes): (&str, bool),
    body: &Value,
) -> Answer {
    let Some(reason) = reason(body) else {
        let message = "the body has a `reason` of at most 500 characters, and nothing else";
        return Answer::failed(400, "malformed", message);
    };
    if !yes && reason.trim().is_empty() {
        return Answer::failed(400, "no-reason", "who refuses says why");
    }
    let by = Answerer {
        name: operator.name.clone(),
        how: Means::Http,
        session: None,
        credential: Some(operator.token),
    };
    match holds.answer(id, &by, (yes, reason)).await {
        Ok(hold) => Answer::done(json!({ "hold": hold_json(&hold, holds.now()) })),
        Err(why) => failed(why),
    }
}

/// The reason in a body; `None` if there is anything else in it.
fn reason(body: &Value) -> Option<&str> {
    let members = body.as_object()?;
    let reason = match (members.len(), members.get("reason")) {
        (0, None) => "",
        (1, Some(reason)) => reason.as_str()?,
        _ => return None,
    };
    (reason.chars().count() <= MOST_REASON).then_some(reason)
}

fn failed(why: NotTaken) -> Answer {
    let status = match why {
        NotTaken::Away(_) | NotTaken::Busy | NotTaken::Unrecorded(_) => 503,
        NotTaken::Unknown => 404,
        NotTaken::Unreadable => 500,
        NotTaken::No(NoStep::MayNot(_)) => 403,
        NotTaken::No(_) => 409,
    };
    Answer::failed(status, why.code(), &why.to_string())
}
