//! What waits to be taken by one exchange that shares its connection with others.
//!
//! A server that sends faster than one exchange takes is slowed down for a moment; after that the
//! others go on, and what the slow one does not take in bearable time is its own loss.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use super::{LinkError, Received};

/// So many messages may wait before the server is slowed down.
const ROOM: usize = 64;

/// So many may wait for an exchange that is slow.
const MOST: usize = 1024;

/// How long the server, and with it every other exchange, waits for one that is slow.
const NUDGE: Duration = Duration::from_millis(50);

/// How long an exchange may be slow.
const PATIENCE: Duration = Duration::from_secs(5);

/// What waits for one exchange.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    state: Mutex<State>,
    came: Notify,
    taken: Notify,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Received>,
    bytes: usize,
    full_since: Option<Instant>,
    /// Waiting for it has been of no use.
    slow: bool,
    failed: Option<LinkError>,
}

impl Mailbox {
    /// The next message, or why there will be none.
    pub(super) async fn next(&self) -> Result<Received, LinkError> {
        loop {
            if let Some(next) = self.take() {
                return next;
            }
            self.came.notified().await;
        }
    }

    fn take(&self) -> Option<Result<Received, LinkError>> {
        let mut state = self.state();
        let Some(received) = state.queue.pop_front() else {
            return state.failed.clone().map(Err);
        };
        state.bytes -= received.bytes().len();
        if state.queue.len() < ROOM {
            state.full_since = None;
            state.slow = false;
        }
        self.taken.notify_one();
        Some(Ok(received))
    }

    /// Puts a message in. Waits a moment for room, and keeps twice `most` bytes at most.
    pub(super) async fn put(&self, received: Received, most: usize) {
        let size = received.bytes().len();
        let until = Instant::now() + NUDGE;
        while self.wants_waiting(size, most) {
            if timeout_at(until, self.taken.notified()).await.is_err() {
                self.state().slow = true;
            }
        }
        let mut state = self.state();
        if state.failed.is_some() {
            return;
        }
        if state.is_full(size, most) {
            let now = Instant::now();
            let since = *state.full_since.get_or_insert(now);
            let heavy = state.bytes.saturating_add(size) > most.saturating_mul(2);
            if heavy || state.queue.len() >= MOST || now.duration_since(since) > PATIENCE {
                drop(state);
                return self.fail(LinkError::TooSlow);
            }
        }
        state.bytes += size;
        state.queue.push_back(received);
        drop(state);
        self.came.notify_one();
    }

    fn wants_waiting(&self, size: usize, most: usize) -> bool {
        let state = self.state();
        state.is_full(size, most) && !state.slow && state.failed.is_none()
    }

    /// Says why nothing more will come. What waits already can still be taken, unless it was the
    /// waiting that failed.
    pub(super) fn fail(&self, error: LinkError) {
        let mut state = self.state();
        if error == LinkError::TooSlow {
            state.queue.clear();
            state.bytes = 0;
        }
        state.failed.get_or_insert(error);
        drop(state);
        self.came.notify_one();
        self.taken.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether a message of this size has to wait. One alone never does.
    fn is_full(&self, size: usize, most: usize) -> bool {
        let heavy = !self.queue.is_empty() && self.bytes.saturating_add(size) > most;
        heavy || self.queue.len() >= ROOM
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn note() -> Received {
        let text = r#"{"jsonrpc":"2.0","method":"notifications/message","params":{}}"#;
        Received::read(Bytes::from_static(text.as_bytes())).expect("a notification")
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_exchange_holds_the_others_up_once_and_then_fails() {
        let mailbox = Mailbox::default();
        let start = Instant::now();
        for _ in 0..ROOM + 2 {
            mailbox.put(note(), usize::MAX).await;
        }
        assert_eq!(start.elapsed(), NUDGE);
        tokio::time::advance(PATIENCE + Duration::from_millis(1)).await;
        mailbox.put(note(), usize::MAX).await;
        assert_eq!(mailbox.next().await.err(), Some(LinkError::TooSlow));
    }

    #[tokio::test(start_paused = true)]
    async fn more_than_is_bearable_is_not_kept() {
        for most in [usize::MAX, 100 * note().bytes().len(), 1] {
            let mailbox = Mailbox::default();
            for _ in 0..=MOST {
                mailbox.put(note(), most).await;
            }
            assert_eq!(mailbox.next().await.err(), Some(LinkError::TooSlow));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_came_before_the_end_is_taken_before_it() {
        let mailbox = Mailbox::default();
        mailbox.put(note(), 0).await;
        mailbox.fail(LinkError::Ended);
        assert!(mailbox.next().await.is_ok());
        assert_eq!(mailbox.next().await.err(), Some(LinkError::Ended));
        assert_eq!(mailbox.next().await.err(), Some(LinkError::Ended));
    }
}
