//! The stream on which a legacy server says what belongs to no request.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use bytes::Bytes;
use hyper::{Response, StatusCode, body::Incoming};
use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};
use warden_mcp::Method;

use super::{
    Heard, Stream, Streamable,
    events::Events,
    headers::{self, Kind},
    wire::Wire,
};
use crate::{
    Refusal,
    gateway::upstream::{Aside, LinkError, Received, What, envelope},
};

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
        let opened = timeout(self.patience, self.get(None)).await;
        let (wire, answer) = opened.unwrap_or(Err(LinkError::Timeout))?;
        match (answer.status(), headers::kind(answer.headers())) {
            (StatusCode::OK, Kind::Events) => {}
            // It has no such stream.
            (StatusCode::METHOD_NOT_ALLOWED, _) => return Ok(()),
            (StatusCode::NOT_FOUND, _) if self.session => {
                self.end();
                return Err(LinkError::SessionGone);
            }
            (StatusCode::OK, _) => return Err(LinkError::WrongContentType),
            (status, _) => return Err(LinkError::Status(status.as_u16())),
        }
        let stream = Stream::new(wire, answer.into_body(), Events::new(self.origin.most));
        let listener = Listener { http: Arc::downgrade(self), aside: self.aside.clone() };
        self.listen_with(Some(self.home.spawn(listener.run(stream)).abort_handle()));
        Ok(())
    }
}

/// What became of a stream that was to be opened again.
enum Again {
    Open(Box<Stream>),
    /// Not now.
    Closed,
    /// There is no session to listen to.
    SessionGone,
}

struct Listener {
    /// A link that is only listened to is one that nobody uses.
    http: Weak<Streamable>,
    aside: mpsc::Sender<Aside>,
}

impl Listener {
    async fn run(self, mut stream: Stream) {
        let mut failures = 0;
        loop {
            while let Some(heard) = stream.next().await {
                failures = 0;
                self.hear(heard).await;
            }
            let events = stream.events.again();
            stream = loop {
                let pause = events.retry().unwrap_or(PAUSE).clamp(SHORTEST, LONGEST);
                sleep(LONGEST.min(pause * 2_u32.pow(failures))).await;
                failures = (failures + 1).min(10);
                let Some(http) = self.http.upgrade() else { return };
                let Ok((wire, answer)) = http.get(events.last()).await else { continue };
                match Self::opened(&http, wire, answer, &events) {
                    Again::Open(stream) => break *stream,
                    Again::Closed => {}
                    Again::SessionGone => {
                        drop(http);
                        // Nobody listens once the link is being given up.
                        self.aside.send(Aside::Ended(None)).await.ok();
                        return;
                    }
                }
            };
        }
    }

    /// Goes on with a stream that was opened again.
    fn opened(http: &Streamable, wire: Wire, answer: Response<Incoming>, events: &Events) -> Again {
        match (answer.status(), headers::kind(answer.headers())) {
            (StatusCode::OK, Kind::Events) => {
                Again::Open(Box::new(Stream::new(wire, answer.into_body(), events.again())))
            }
            (StatusCode::NOT_FOUND, _) if http.session => {
                http.over.store(true, std::sync::atomic::Ordering::Relaxed);
                Again::SessionGone
            }
            _ => Again::Closed,
        }
    }

    async fn hear(&self, heard: Heard) {
        let aside = match heard {
            Heard::Message(message) if !message.is_empty() => self.message(message),
            Heard::Message(_) | Heard::Endpoint(_) => None,
            Heard::TooLong => Some(Aside::Dropped(Refusal::TooLong, None)),
        };
        if let Some(aside) = aside {
            // Nobody listens once the link is being given up.
            self.aside.send(aside).await.ok();
        }
    }

    fn message(&self, message: Bytes) -> Option<Aside> {
        let received = match Received::read(message) {
            Ok(received) => received,
            Err((refusal, name)) => return Some(Aside::Dropped(refusal, name)),
        };
        match received.what() {
            What::Request { id, method: Method::Ping, .. } => {
                if let Some(http) = self.http.upgrade() {
                    http.post_along(envelope::pong(received.part(id)));
                }
                None
            }
            What::Result { .. } | What::Error { .. } => {
                Some(Aside::Dropped(Refusal::NotAsked, None))
            }
            What::Request { .. } | What::Notification { .. } => Some(Aside::Said(received)),
        }
    }
}
