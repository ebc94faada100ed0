//! Requests whose answer will not come, or not any more.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use warden_audit::Outcome as End;
use warden_policy::{Reason, Uncertified};

use super::{Under, refusal_answer};
use crate::{
    Batch, Refusal,
    flights::InFlight,
    gateway::{
        Answer, Core,
        asked::Request,
        caller::Caller,
        route::Route,
        traces::{Ended as How, Span},
        upstream::{LinkError, Received},
    },
    judge,
};

/// How often a request that waits for its answer looks whether the server still counts as
/// certified.
const LOOK: Duration = Duration::from_secs(1);

/// Why an answer will not come.
#[derive(Debug)]
pub(super) enum Lost {
    /// The server cannot be reached, or does not answer.
    Link(LinkError),
    /// The server does not count as certified any more.
    Withdrawn(Uncertified),
}

impl Lost {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Link(LinkError::TooLong) => Refusal::TooLong,
            Self::Link(error) => Refusal::Upstream(error.code()),
            Self::Withdrawn(why) => Refusal::Policy(Reason::NotCertified(*why)),
        }
    }
}

impl Under {
    /// The next thing that the server says, in time and while it counts as certified.
    pub(super) async fn next(&mut self) -> Result<Received, Lost> {
        let certified = self.route.server.judge.bundle.certified.clone();
        let deadline = self.deadline;
        let mut next = pin!(self.exchange.next());
        loop {
            let look = deadline.min(Instant::now() + LOOK);
            match tokio::time::timeout_at(look.into(), &mut next).await {
                Ok(received) => {
                    certified.now().map_err(Lost::Withdrawn)?;
                    return received.map_err(Lost::Link);
                }
                Err(_) => certified.now().map_err(Lost::Withdrawn)?,
            }
            if Instant::now() >= deadline {
                return Err(Lost::Link(LinkError::Timeout));
            }
        }
    }
}

impl Core {
    /// A request whose answer will not come.
    pub(super) fn lost(
        &self,
        caller: &Caller,
        request: &Request,
        (route, flight, span): (&Route, InFlight, Span),
        why: &Lost,
    ) -> Answer {
        let refusal = why.refusal();
        if let Lost::Link(error) = why {
            route.server.failed(error.code());
        }
        span.end(How::Unanswered(refusal.code()));
        let mut batch = Batch::default();
        let end = match (why, refusal) {
            (Lost::Withdrawn(_), _) | (_, Refusal::TooLong) => End::Refused,
            _ => End::Failure,
        };
        let bundle = match why {
            Lost::Withdrawn(_) => route.server.whom.bundle(),
            Lost::Link(_) => None,
        };
        let why = (end, refusal.code());
        judge::failed_under(flight, why, bundle, Instant::now(), &mut batch);
        self.store_now(&batch);
        refusal_answer(caller, request, route, refusal)
    }
}
