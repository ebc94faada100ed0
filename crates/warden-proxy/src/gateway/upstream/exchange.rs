//! One request of ours, until it is answered or nobody waits any more.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::{LinkError, Received, http::Posted, talk::Shared};

/// One request of ours, and what the server says about it. Dropping it before its answer was
/// taken tells the server that nobody waits any more.
#[derive(Debug)]
pub(crate) struct Exchange {
    way: Way,
}

#[derive(Debug)]
enum Way {
    Shared(Shared),
    Posted(Box<Posted>),
}

impl Exchange {
    pub(super) fn shared(shared: Shared) -> Self {
        Self { way: Way::Shared(shared) }
    }

    pub(super) fn posted(posted: Posted) -> Self {
        Self { way: Way::Posted(Box::new(posted)) }
    }

    /// The next thing that the server says about it: notifications and requests, then the answer.
    /// Giving up the wait loses nothing.
    ///
    /// # Errors
    /// Why there will be no answer.
    pub(crate) async fn next(&mut self) -> Result<Received, LinkError> {
        match &mut self.way {
            Way::Shared(shared) => shared.next().await,
            Way::Posted(posted) => posted.next().await,
        }
    }

    /// Answers a request of the server. `body` is a complete response with the identifier `id`
    /// that the server gave.
    ///
    /// # Errors
    /// When it cannot be sent.
    pub(crate) async fn answer(&mut self, body: &[u8]) -> Result<(), LinkError> {
        match &mut self.way {
            Way::Shared(shared) => shared.answer(body).await,
            Way::Posted(posted) => posted.answer(body).await,
        }
    }

    /// The identifier that the request has on this connection.
    #[cfg(test)]
    pub(crate) fn wire_id(&self) -> warden_mcp::IdKey {
        warden_mcp::IdKey::Number(match &self.way {
            Way::Shared(shared) => shared.id(),
            Way::Posted(posted) => posted.id(),
        })
    }
}

/// Counts an exchange for as long as it is there.
#[derive(Debug)]
pub(super) struct Open(Arc<AtomicUsize>);

impl Open {
    pub(super) fn new(all: &Arc<AtomicUsize>) -> Self {
        all.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(all))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
