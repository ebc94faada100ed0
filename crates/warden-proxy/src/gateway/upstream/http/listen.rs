//! The stream on which a legacy server says what belongs to no request.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    sync::{mpsc, oneshot},
    time::{sleep, timeout},
};
use warden_mcp::Method;

use super::{Heard, Streamable, get::Get, stream::Place};
use crate::{
    Refusal,
    gateway::upstream::{
        Aside, LinkError, Received, What, belongs_to_all, envelope, received::batch,
    },
};

/// How long the head of the answer is waited for. Some servers give it with their first event.
const HEAD: Duration = Duration::from_secs(2);

/// How long is waited before the stream is opened again, if the server does not say.
const PAUSE: Duration = Duration::from_secs(1);
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(30);

impl Streamable {
    /// Listens to what a legacy server says of its own accord, if it says anything that way.
    pub(in crate::gateway::upstream) async fn listen(self: &Arc<Self>) -> Result<(), LinkError> {
        if self.modern {
            return Ok(());
        }
        let listener = Listener {
            get: Arc::clone(&self.get),
            http: Arc::downgrade(self),
            aside: self.aside.clone(),
        };
        let (opened, first) = oneshot::channel();
        self.listen_with(Some(self.home.spawn(listener.run(opened)).abort_handle()));
        match timeout(HEAD, first).await {
            Ok(Ok(result)) => result,
            // The link is being given up.
            Ok(Err(_)) => Err(LinkError::Gone),
            // It goes on without us.
            Err(_) => Ok(()),
        }
    }
}

struct Listener {
    get: Arc<Get>,
    /// A link that is only listened to is one that nobody uses.
    http: Weak<Streamable>,
    aside: mpsc::Sender<Aside>,
}

impl Listener {
    /// Listens until the session or the link has ended. Whoever waits is told how opening the
    /// stream went; if it cannot be opened while somebody waits, that is all.
    async fn run(self, opened: oneshot::Sender<Result<(), LinkError>>) {
        let mut opened = Some(opened);
        // Returns whether somebody heard it.
        let mut tell = |result| opened.take().is_some_and(|waiting| waiting.send(result).is_ok());
        let mut place = Place::default();
        let mut failures = 0;
        loop {
            match self.get.open(&place).await {
                Ok(Some(mut stream)) => {
                    tell(Ok(()));
                    while let Some(heard) = stream.next().await {
                        failures = 0;
                        self.hear(heard).await;
                    }
                    place = stream.place();
                }
                Ok(None) => {
                    tell(Ok(()));
                    return;
                }
                Err(LinkError::SessionGone) => {
                    if let Some(http) = self.http.upgrade() {
                        http.is_over();
                    }
                    tell(Err(LinkError::SessionGone));
                    return self.say(Aside::Ended(None)).await;
                }
                Err(error) => {
                    if tell(Err(error)) {
                        return;
                    }
                }
            }
            let pause = place.retry.unwrap_or(PAUSE).clamp(SHORTEST, LONGEST);
            sleep(LONGEST.min(pause * 2_u32.pow(failures))).await;
            failures = (failures + 1).min(8);
        }
    }

    async fn say(&self, aside: Aside) {
        // Nobody listens once the link is being given up.
        self.aside.send(aside).await.ok();
    }

    async fn hear(&self, heard: Heard) {
        match heard {
            Heard::Message(message) if !message.is_empty() => {
                let batches = self.http.upgrade().is_some_and(|http| http.batches);
                let batch = if batches { batch(&message) } else { None };
                for message in batch.unwrap_or_else(|| vec![message]) {
                    self.message(&message).await;
                }
            }
            Heard::Message(_) | Heard::Endpoint(_) => {}
            Heard::TooLong => self.say(Aside::Dropped(Refusal::TooLong, None)).await,
        }
    }

    fn answer(&self, answer: Option<Vec<u8>>) {
        if let Some((answer, http)) = answer.zip(self.http.upgrade()) {
            http.post_along(answer);
        }
    }

    async fn message(&self, message: &Bytes) {
        let received = match Received::read(message.clone()) {
            Ok(received) => received,
            Err((refusal, name)) => {
                self.answer(Received::not_known(message));
                return self.say(Aside::Dropped(refusal, name)).await;
            }
        };
        match received.what() {
            What::Request { id, method: Method::Ping, .. } => {
                self.answer(Some(envelope::pong(received.part(id))));
            }
            What::Result { .. } | What::Error { .. } => {
                self.say(Aside::Dropped(Refusal::NotAsked, None)).await;
            }
            What::Notification { method, .. } if belongs_to_all(*method) => {
                self.say(Aside::Said(received)).await;
            }
            // Older SDKs send here what they ask and report while a request is under way.
            What::Request { .. } | What::Notification { .. } => {
                let cause = self.http.upgrade().and_then(|http| http.only_acting());
                match cause {
                    Some(mailbox) => mailbox.put(received, self.get.origin.most).await,
                    None => self.say(Aside::Said(received)).await,
                }
            }
        }
    }
}
