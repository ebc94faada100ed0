//! Requests and answers over one connection that everybody shares: standard input and output, or
//! the older HTTP with server-sent events.

use std::{
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use tokio::time::timeout;
use warden_mcp::{Method, Revision};

use super::{
    Hello, Introduction, LinkError, Outbound, Received, What,
    board::Board,
    envelope,
    exchange::Open,
    mailbox::Mailbox,
    older::Poster,
    opening::{self, Next},
    pipe::Outbox,
};

/// How long a server may be silent about a question that only modern servers know.
const SILENCE: Duration = Duration::from_secs(3);

/// What takes messages to the server.
#[derive(Clone, Debug)]
pub(super) enum Carrier {
    /// A line of its standard input.
    Lines(Arc<Outbox>),
    /// A POST to the address that it gave.
    Posts(Arc<Poster>),
}

impl Carrier {
    pub(super) async fn carry(&self, message: Vec<u8>) -> Result<(), LinkError> {
        match self {
            Self::Lines(outbox) => outbox.send(envelope::line(message)).await,
            Self::Posts(poster) => poster.post(message).await,
        }
    }

    /// Sends something whose arrival makes no difference to us.
    pub(super) fn carry_along(&self, message: Vec<u8>) {
        match self {
            Self::Lines(outbox) => outbox.send_along(envelope::line(message)),
            Self::Posts(poster) => Arc::clone(poster).post_along(message),
        }
    }
}

/// A connection and who speaks over it.
#[derive(Clone, Debug)]
pub(super) struct Talk {
    pub(super) board: Arc<Board>,
    pub(super) carrier: Carrier,
    pub(super) open: Arc<AtomicUsize>,
}

/// One request whose answer comes over a shared connection.
#[derive(Debug)]
pub(super) struct Shared {
    talk: Talk,
    id: i64,
    mailbox: Arc<Mailbox>,
    /// Whether the server is told when nobody waits any more.
    cancels: bool,
    open: Option<Open>,
}

impl Talk {
    pub(super) async fn send(&self, out: &Outbound) -> Result<Shared, LinkError> {
        self.ask(out.method, out.params.as_deref()).await
    }

    async fn ask(&self, method: Method, params: Option<&str>) -> Result<Shared, LinkError> {
        let (id, mailbox) = self.board.open(method, params)?;
        let exchange = Shared {
            talk: self.clone(),
            id,
            mailbox,
            cancels: !matches!(method, Method::Initialize | Method::Discover),
            open: Some(Open::new(&self.open)),
        };
        self.carrier.carry(envelope::request(id, method, params)).await?;
        Ok(exchange)
    }

    /// Finds out who the server is, the modern way first.
    pub(super) async fn probe(&self, hello: &Hello) -> Result<Introduction, LinkError> {
        let params = opening::discover(hello);
        let mut question = self.ask(Method::Discover, Some(&params)).await?;
        let next = match timeout(SILENCE, question.outcome()).await {
            Ok(answer) => opening::discovered(&answer?)?,
            Err(_) => return self.shake_hands_anyhow(hello, question).await,
        };
        let next = match next {
            Next::Again(_) => {
                let mut question = self.ask(Method::Discover, Some(&params)).await?;
                opening::discovered(&question.outcome().await?)?.at_last()?
            }
            next => next,
        };
        match next {
            Next::Modern(introduction) => {
                self.board.is_modern();
                Ok(introduction)
            }
            Next::Handshake(revision) => self.shake_hands(hello, revision).await,
            Next::Again(error) => Err(LinkError::Refused(error)),
        }
    }

    /// Tries the older way while the modern question is still open. A modern server that is slow
    /// to begin with refuses the handshake, and has answered the question by then.
    async fn shake_hands_anyhow(
        &self,
        hello: &Hello,
        mut question: Shared,
    ) -> Result<Introduction, LinkError> {
        let refused = match self.shake_hands(hello, Revision::NEWEST_LEGACY).await {
            Err(LinkError::Refused(error)) => LinkError::Refused(error),
            other => return other,
        };
        match timeout(SILENCE, question.outcome()).await {
            Ok(Ok(answer)) => match opening::discovered(&answer)? {
                Next::Modern(introduction) => {
                    self.board.is_modern();
                    Ok(introduction)
                }
                Next::Handshake(_) | Next::Again(_) => Err(refused),
            },
            Ok(Err(_)) | Err(_) => Err(refused),
        }
    }

    /// Finds out who the server is, the older way.
    pub(super) async fn shake_hands(
        &self,
        hello: &Hello,
        revision: Revision,
    ) -> Result<Introduction, LinkError> {
        let params = opening::initialize(hello, revision);
        let mut question = self.ask(Method::Initialize, Some(&params)).await?;
        let introduction = opening::initialized(&question.outcome().await?)?;
        if introduction.revision == Revision::V2025_03_26 {
            self.board.takes_batches();
        }
        self.carrier.carry(envelope::notification(Method::Initialized, None)).await?;
        Ok(introduction)
    }
}

impl Shared {
    #[cfg(test)]
    pub(super) const fn id(&self) -> i64 {
        self.id
    }

    pub(super) async fn next(&mut self) -> Result<Received, LinkError> {
        if self.open.is_none() {
            return Err(LinkError::Gone);
        }
        let next = self.mailbox.next().await;
        let last = match &next {
            Ok(received) => {
                matches!(received.what(), What::Result { .. } | What::Error { .. })
            }
            // The server goes on with what nobody takes.
            Err(LinkError::TooSlow) => false,
            Err(_) => true,
        };
        if last {
            self.open = None;
        }
        next
    }

    /// The answer, without what comes before it.
    async fn outcome(&mut self) -> Result<Received, LinkError> {
        loop {
            let received = self.next().await?;
            if let What::Result { .. } | What::Error { .. } = received.what() {
                return Ok(received);
            }
        }
    }

    pub(super) async fn answer(&self, body: &[u8]) -> Result<(), LinkError> {
        self.talk.carrier.carry(body.to_vec()).await
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if self.talk.board.forget(self.id) && self.cancels {
            self.talk.carrier.carry_along(envelope::cancelled(self.id));
        }
    }
}
