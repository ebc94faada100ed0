//! HTTP with server-sent events, as of revision 2024-11-05: one stream for everything that the
//! server says, and an address that messages are posted to.

use std::{sync::Arc, time::Duration};

use tokio::{
    runtime::Handle,
    sync::{Semaphore, mpsc},
    task::AbortHandle,
    time::timeout,
};
use warden_mcp::{Address, Revision};

use super::{
    ASIDES, Aside, Deadlines, Hello, Introduction, LinkError,
    board::Board,
    http::{Heard, Origin, Stream},
    talk::{Carrier, Talk},
};

/// How many small messages that nobody waits for may be on their way.
const ALONG: usize = 64;

/// A server that speaks the older transport.
#[derive(Debug)]
pub(super) struct Older {
    pub(super) talk: Talk,
    reader: AbortHandle,
}

/// A server that has introduced itself.
pub(super) type Opened = (Older, Introduction, mpsc::Receiver<Aside>);

/// Takes messages to the address that the server gave.
pub(super) struct Poster {
    origin: Arc<Origin>,
    address: Address,
    patience: Duration,
    home: Handle,
    along: Arc<Semaphore>,
}

impl std::fmt::Debug for Poster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address names the session.
        f.write_str("Poster")
    }
}

impl Poster {
    pub(super) async fn post(&self, message: Vec<u8>) -> Result<(), LinkError> {
        let posted = timeout(self.patience, self.origin.post_to(&self.address, message));
        posted.await.unwrap_or(Err(LinkError::Timeout))
    }

    /// Sends a message whose arrival makes no difference to us.
    pub(super) fn post_along(self: Arc<Self>, message: Vec<u8>) {
        let Ok(permit) = Arc::clone(&self.along).try_acquire_owned() else { return };
        let home = self.home.clone();
        home.spawn(async move {
            // Whether it arrives is the server's concern.
            self.post(message).await.ok();
            drop(permit);
        });
    }
}

impl Older {
    /// Opens the stream, waits for the address, and asks the server who it is.
    pub(super) async fn open(
        origin: &Arc<Origin>,
        hello: &Hello,
        deadlines: &Deadlines,
    ) -> Result<Opened, LinkError> {
        let mut stream = origin.listen().await?;
        let address = endpoint(origin, &mut stream).await?;
        let home = Handle::current();
        let poster = Arc::new(Poster {
            origin: Arc::clone(origin),
            address,
            patience: deadlines.quick,
            home: home.clone(),
            along: Arc::new(Semaphore::new(ALONG)),
        });
        let (aside, asides) = mpsc::channel(ASIDES);
        let board = Arc::new(Board::new(aside, origin.most));
        let reading = read(stream, Arc::clone(&board), Arc::clone(&poster));
        let reader = home.spawn(reading).abort_handle();
        let talk = Talk { board, carrier: Carrier::Posts(poster), open: Arc::default() };
        let older = Self { talk, reader };
        let introduction = older.talk.shake_hands(hello, Revision::V2024_11_05).await?;
        Ok((older, introduction, asides))
    }

    /// Hangs up.
    pub(super) fn close(&self) {
        self.reader.abort();
        self.talk.board.end(&LinkError::Ended);
    }
}

impl Drop for Older {
    fn drop(&mut self) {
        self.close();
    }
}

/// The address that the server wants messages posted to. It has to be of the same origin: our
/// credentials are meant for no other.
async fn endpoint(origin: &Origin, stream: &mut Stream) -> Result<Address, LinkError> {
    loop {
        match stream.next().await {
            Some(Heard::Endpoint(reference)) => {
                let reference = std::str::from_utf8(&reference).ok();
                let address = reference.and_then(|reference| origin.address.join(reference));
                return address.ok_or(LinkError::Malformed);
            }
            Some(Heard::Message(message)) if message.is_empty() => {}
            Some(Heard::Message(_)) => return Err(LinkError::Malformed),
            Some(Heard::TooLong) => return Err(LinkError::TooLong),
            None => return Err(LinkError::Ended),
        }
    }
}

/// Takes what the server says where it belongs, until the stream ends.
async fn read(mut stream: Stream, board: Arc<Board>, poster: Arc<Poster>) {
    while let Some(heard) = stream.next().await {
        match heard {
            Heard::Message(message) if message.is_empty() => {}
            Heard::Message(message) => {
                if let Some(answer) = board.take(message).await {
                    Arc::clone(&poster).post_along(answer);
                }
            }
            // The address does not change.
            Heard::Endpoint(_) => {}
            Heard::TooLong => board.too_long(None).await,
        }
    }
    board.end(&LinkError::Ended);
    board.say(Aside::Ended(None)).await;
}
