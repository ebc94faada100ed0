//! Requests whose answer will not come, or not any more.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use warden_audit::Outcome as End;
use warden_policy::{Reason as No, Uncertified, stop::Mode};

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
    identity::Reason,
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
    /// Somebody has stopped it.
    Stopped(Mode),
    /// Whoever asks may not stay in.
    Left(Reason),
}

/// What can stop a request that is under way.
pub(super) struct Stopping<'a> {
    pub(super) core: &'a Core,
    pub(super) caller: &'a Caller,
}

impl Stopping<'_> {
    /// Whether it may go on.
    fn now(&self, route: &Route) -> Result<(), Lost> {
        let stop = self.core.stopped(self.caller, &route.server, &route.target);
        stop.map_or(Ok(()), |stop| Err(Lost::Stopped(stop.mode)))
    }
}

impl Lost {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Link(LinkError::TooLong) => Refusal::TooLong,
            Self::Link(error) => Refusal::Upstream(error.code()),
            Self::Withdrawn(why) => Refusal::Policy(No::NotCertified(*why)),
            Self::Stopped(mode) => Refusal::Stopped(*mode),
            Self::Left(why) => Refusal::NotLetIn(*why),
        }
    }
}

impl Under {
    /// The next thing that the server says, in time, while it counts as certified, nobody has
    /// stopped it, and who asks may stay.
    pub(super) async fn next(&mut self, stopping: &Stopping<'_>) -> Result<Received, Lost> {
        let certified = self.route.server.judge.bundle.certified.clone();
        let (deadline, route) = (self.deadline, &self.route);
        let mut stops = stopping.core.stops.changes();
        let mut next = pin!(self.exchange.next());
        loop {
            let look = deadline.min(Instant::now() + LOOK);
            let received = tokio::select! {
                biased;
                received = tokio::time::timeout_at(look.into(), &mut next) => received.ok(),
                // Nobody is left who could say that something else is stopped: then the time says.
                Ok(()) = stops.changed() => None,
                why = stopping.caller.stay.told() => {
                    stopping.now(route)?;
                    return Err(Lost::Left(why));
                }
            };
            certified.now().map_err(Lost::Withdrawn)?;
            stopping.now(route)?;
            if let Some(received) = received {
                return received.map_err(Lost::Link);
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
            (Lost::Withdrawn(_) | Lost::Stopped(_) | Lost::Left(_), _) | (_, Refusal::TooLong) => {
                End::Refused
            }
            _ => End::Failure,
        };
        let bundle = match why {
            Lost::Withdrawn(_) => route.server.whom.bundle(),
            Lost::Link(_) | Lost::Stopped(_) | Lost::Left(_) => None,
        };
        let why = (end, refusal.code());
        judge::failed_under(flight, why, bundle, Instant::now(), &mut batch);
        self.store_now(&batch);
        refusal_answer(caller, request, route, refusal)
    }
}
