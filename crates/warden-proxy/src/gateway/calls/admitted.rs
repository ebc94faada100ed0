//! From a request that was inspected to one that may be sent.

use std::sync::{Mutex, PoisonError};

use warden_policy::{Reason, Standing, access::Labels, hold::Hold};

use super::held::{NotYet, Waiting};

use crate::{
    Refusal,
    call::Inspected,
    content::Past,
    gateway::{
        Answer, Core,
        access::{Announced, Approved, Parties, can_wait},
        asked::Request,
        route::Route,
    },
    holds::{
        Standing as Stands,
        elicit::{Told, told, told_why},
    },
    judge::{Held, NotAdmitted, Refused},
    notes::Whom,
};

/// A request that is not sent, or not now.
pub(super) enum NotSent {
    /// It was refused, on record.
    Answered(Answer),
    /// It waits for a person, and is not on record as refused.
    Waits(Box<Hold>, Refused),
}

impl From<Answer> for NotSent {
    fn from(answer: Answer) -> Self {
        Self::Answered(answer)
    }
}

impl NotSent {
    /// The same of a request by this way.
    pub(super) fn yet(self, route: Route, whom: Whom) -> NotYet {
        match self {
            Self::Answered(answer) => NotYet::Answered(answer),
            Self::Waits(hold, refused) => {
                NotYet::Waits(Box::new(Waiting { route, whom, hold, refused }))
            }
        }
    }
}

impl Core {
    /// Judges a request. One that a person has approved passes by that, once; one that nobody has
    /// answered waits.
    pub(super) async fn admitted(
        &self,
        between: Parties<'_>,
        (request, route): (&Request, &Route),
        (call, standing): (Inspected, Standing),
        past: &Mutex<Past>,
    ) -> Result<Announced, NotSent> {
        let Parties { caller, whom, .. } = between;
        let refused = |refused: Refused| {
            NotSent::Answered(self.refused(caller, request, route, (whom, &refused)))
        };
        let held = match self.admit(between, (call, standing), past, None) {
            Ok(pending) => return Ok(pending),
            Err(NotAdmitted::Held(held)) if can_wait(request.method) => held,
            Err(not) => return Err(refused(not.refused())),
        };
        let labels = past.lock().unwrap_or_else(PoisonError::into_inner).flow();
        let (held, words) = self.waited_for(between, (request, route), held, &labels).await?;
        let approved = Approved { labels: &labels, words: &words };
        let again = self.admit(between, (held.call, standing), past, Some(&approved));
        again.map_err(|not| refused(not.refused()))
    }

    /// A request that a person has approved, which is used up by this, and in which words. Any
    /// other one waits, or is refused.
    pub(super) async fn waited_for(
        &self,
        between: Parties<'_>,
        (request, route): (&Request, &Route),
        held: Box<Held>,
        labels: &Labels,
    ) -> Result<(Box<Held>, String), NotSent> {
        let Parties { caller, whom, .. } = between;
        // Few calls wait for anybody, so what that takes is put aside.
        let stands = match Box::pin(self.ask_for(between, &held, labels)).await {
            Ok(stands) => stands,
            Err(why) => {
                let refused = held.refused(Refusal::Unapproved(why.code()));
                return Err(self.told_no(between, request, &refused, &told_why(why)).into());
            }
        };
        let said = told(&stands);
        match stands {
            Stands::Approved { id, approval } => Ok((held, format!("{id} {}", approval.by))),
            Stands::Pending { hold, asked_anew } => {
                if asked_anew && !self.tell_held(between, &held, &hold) {
                    let refused = held.refused(Refusal::CannotRecord);
                    return Err(self.refused(caller, request, route, (whom, &refused)).into());
                }
                Err(NotSent::Waits(hold, held.refused(Refusal::Policy(Reason::NeedsApproval))))
            }
            Stands::Refused { .. } => {
                let refused = held.refused(Refusal::Unapproved("approval-refused"));
                let said = said.unwrap_or_else(nothing);
                Err(self.told_no(between, request, &refused, &said).into())
            }
        }
    }

    /// Records that a request was refused that a person would have to approve, and tells its
    /// client.
    pub(super) fn told_no(
        &self,
        between: Parties<'_>,
        request: &Request,
        refused: &Refused,
        told: &Told,
    ) -> Answer {
        let mut batch = crate::Batch::default();
        batch.after(between.server.judge.tell_refused(refused, between.whom));
        self.store_now(&batch);
        Answer::told(request.id(), told, refused.refusal.code())
    }
}

/// What somebody is told of whom nothing better is known.
fn nothing() -> Told {
    Told {
        code: warden_mcp::reply::REFUSED,
        message: "this call was not approved".into(),
        data: serde_json::json!({"reason": "needs-approval", "retry": false}),
    }
}
