//! When a connection has last done what, so that it can be told when it has had its time.
//!
//! A request only writes down moments; the connection has one timer, which looks at them when it
//! fires and is set again to the next moment at which something could be overdue. hyper's own
//! timer for heads costs an allocation and an entry in the timer wheel with each request, and it
//! does not tell waiting for a request from waiting for the rest of one.

use std::{
    sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use super::refused::Refused;
use crate::gateway::settings::HttpLimits;

/// Moments are milliseconds since the connection was accepted, plus one; 0 says never.
#[derive(Debug)]
pub(super) struct Pulse {
    since: Instant,
    /// HTTP/2 heads are not watched one by one: they share a connection.
    whole: bool,
    requests: AtomicU32,
    idle: AtomicU64,
    head: AtomicU64,
    stalled: AtomicU64,
    body_left: AtomicBool,
}

/// What is to be done with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing before this moment.
    Until(Instant),
    /// It has been idle for long enough.
    Idle,
    /// It keeps us waiting.
    Overdue(Refused),
}

impl Pulse {
    /// Of a connection that was accepted at `since`. The head of its first request is due.
    pub(super) fn new(since: Instant, http2: bool) -> Self {
        Self {
            since,
            whole: http2,
            requests: AtomicU32::new(0),
            idle: AtomicU64::new(1),
            head: AtomicU64::new(u64::from(!http2)),
            stalled: AtomicU64::new(0),
            body_left: AtomicBool::new(false),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// Bytes have come.
    pub(super) fn read(&self) {
        if self.requests.load(Ordering::Relaxed) == 0
            && self.head.load(Ordering::Relaxed) == 0
            && !self.whole
        {
            self.head.store(self.now(), Ordering::Relaxed);
        }
    }

    /// Bytes have gone.
    pub(super) fn wrote(&self) {
        if self.stalled.load(Ordering::Relaxed) != 0 {
            self.stalled.store(0, Ordering::Relaxed);
        }
    }

    /// Bytes cannot go.
    pub(super) fn blocked(&self) {
        if self.stalled.load(Ordering::Relaxed) == 0 {
            self.stalled.store(self.now(), Ordering::Relaxed);
        }
    }

    /// Whether bytes wait to go.
    pub(super) fn is_blocked(&self) -> bool {
        self.stalled.load(Ordering::Relaxed) != 0
    }

    /// A request is whole up to its head.
    pub(super) fn begin(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.head.store(0, Ordering::Relaxed);
    }

    /// A request is answered, or nobody waits for its answer any more.
    pub(super) fn end(&self) {
        if self.requests.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.idle.store(self.now(), Ordering::Relaxed);
        }
    }

    /// Whether no request is under way, so that nobody would lose an answer if the connection
    /// ended.
    pub(super) fn asks_for_nothing(&self) -> bool {
        self.requests.load(Ordering::Relaxed) == 0
    }

    /// A body was not read to its end.
    pub(super) fn leave_a_body(&self) {
        self.body_left.store(true, Ordering::Relaxed);
    }

    /// Whether a body was not read to its end.
    pub(super) fn leaves_a_body(&self) -> bool {
        self.body_left.load(Ordering::Relaxed)
    }

    /// What is to be done at `now`.
    pub(super) fn verdict(&self, limits: &HttpLimits, now: Instant) -> Verdict {
        let due = |moment: &AtomicU64, time: Duration| match moment.load(Ordering::Relaxed) {
            0 => None,
            moment => Some(self.since + Duration::from_millis(moment - 1) + time),
        };
        if due(&self.stalled, limits.stall).is_some_and(|due| due <= now) {
            return Verdict::Overdue(Refused::Stalled);
        }
        if self.requests.load(Ordering::Relaxed) > 0 {
            return Verdict::Until(now + step(limits));
        }
        if let Some(head) = due(&self.head, limits.head_time) {
            return if head <= now {
                Verdict::Overdue(Refused::HeadSlow)
            } else {
                Verdict::Until(head.min(now + step(limits)))
            };
        }
        match due(&self.idle, limits.idle) {
            Some(idle) if idle <= now => Verdict::Idle,
            idle => Verdict::Until(idle.unwrap_or(now).clamp(now, now + step(limits))),
        }
    }
}

/// How long a connection may go without a look. What starts just after one is overdue by the
/// second look after it, so nothing lasts longer than twice its time.
pub(super) fn step(limits: &HttpLimits) -> Duration {
    limits.head_time.min(limits.idle).min(limits.stall)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> HttpLimits {
        HttpLimits {
            head_time: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            stall: Duration::from_mins(1),
            ..HttpLimits::default()
        }
    }

    #[track_caller]
    fn verdict(pulse: &Pulse, after: u64) -> Verdict {
        pulse.verdict(&limits(), pulse.since + Duration::from_secs(after))
    }

    #[test]
    fn a_connection_that_sends_no_head_is_overdue() {
        let pulse = Pulse::new(Instant::now(), false);
        assert!(matches!(verdict(&pulse, 9), Verdict::Until(_)));
        assert_eq!(verdict(&pulse, 11), Verdict::Overdue(Refused::HeadSlow));
    }

    #[test]
    fn a_request_may_take_its_time_and_a_connection_is_idle_after_it() {
        let pulse = Pulse::new(Instant::now(), false);
        pulse.begin();
        assert!(matches!(verdict(&pulse, 1000), Verdict::Until(_)));
        pulse.end();
        assert!(matches!(verdict(&pulse, 70), Verdict::Until(_)));
        assert_eq!(verdict(&pulse, 80), Verdict::Idle);
    }

    #[test]
    fn the_first_byte_of_a_next_head_starts_its_time_and_later_ones_do_not() {
        let pulse = Pulse::new(Instant::now(), false);
        pulse.begin();
        pulse.end();
        pulse.read();
        let Verdict::Until(due) = verdict(&pulse, 0) else { panic!("it is not due") };
        pulse.read();
        assert_eq!(verdict(&pulse, 0), Verdict::Until(due));
        assert_eq!(verdict(&pulse, 20), Verdict::Overdue(Refused::HeadSlow));
    }

    #[test]
    fn a_client_that_takes_nothing_is_overdue_in_the_middle_of_a_request() {
        let pulse = Pulse::new(Instant::now(), true);
        pulse.begin();
        pulse.blocked();
        assert!(matches!(verdict(&pulse, 59), Verdict::Until(_)));
        assert_eq!(verdict(&pulse, 61), Verdict::Overdue(Refused::Stalled));
        pulse.wrote();
        assert!(matches!(verdict(&pulse, 61), Verdict::Until(_)));
    }
}
