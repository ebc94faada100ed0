//! Policy before credentials: a request that is refused makes nobody issue a token for it, and asks
//! no person to agree to anything.
//!
//! Whether what is served is what was approved is known only once the server has been asked, which
//! takes what it is shown. Everything else is known before.

use std::sync::{Mutex, PoisonError};

use warden_policy::Reason;

use super::admitted::NotSent;
use crate::{
    Refusal,
    call::{Call, Inspected},
    content::Past,
    gateway::{
        Core,
        access::{Parties, can_wait},
        asked::Request,
        route::Route,
    },
    judge::{Held, NotAdmitted, Refused},
};

impl Core {
    /// Looks at a request, and judges it as far as that can be done before its server is shown
    /// anything.
    pub(super) async fn foreseen(
        &self,
        between: Parties<'_>,
        (request, route): (&Request, &Route),
        call: Call,
        past: &Mutex<Past>,
    ) -> Result<Inspected, NotSent> {
        let Parties { caller, server, whom } = between;
        let refused = |refused: Refused| {
            NotSent::Answered(self.refused(caller, request, route, (whom, &refused)))
        };
        let call = self.inspect(call, server, past).map_err(refused)?;
        if server.settings.credentials.is_none() {
            return Ok(call);
        }
        match self.foresee(between, call, past) {
            Ok(call) => Ok(call),
            Err(NotAdmitted::Held(held)) if can_wait(request.method) => {
                // Few calls wait for anybody.
                Box::pin(self.waits_first(between, (request, route), held, past)).await
            }
            Err(not) => Err(refused(not.refused())),
        }
    }

    /// A request goes on that a person has approved; any other one waits before anything else.
    async fn waits_first(
        &self,
        between: Parties<'_>,
        way: (&Request, &Route),
        held: Box<Held>,
        past: &Mutex<Past>,
    ) -> Result<Inspected, NotSent> {
        let labels = past.lock().unwrap_or_else(PoisonError::into_inner).flow();
        if self.has_approved(between, &held, &labels).await {
            return Ok(held.call);
        }
        let (held, _) = self.waited_for(between, way, held, &labels).await?;
        // Somebody has approved it in this very moment, and it is used up: it has to be asked again.
        let refused = held.refused(Refusal::Policy(Reason::NeedsApproval));
        Err(self.refused(between.caller, way.0, way.1, (between.whom, &refused)).into())
    }
}
