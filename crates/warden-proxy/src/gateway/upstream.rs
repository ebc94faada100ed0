//! Connections to servers.
//!
//! A [`Link`] is one conversation with one server: a process, an HTTP session, or, with a modern
//! server over HTTP, nothing but an address. It knows how the server is spoken to and nothing of
//! policy: what it sends it is handed as an [`Outbound`], which is made only from what was judged
//! and recorded, or from what needs neither.

mod board;
mod envelope;
mod error;
mod exchange;
mod http;
mod mailbox;
mod older;
mod opening;
mod pipe;
mod received;
mod talk;

use std::sync::{Arc, atomic::Ordering};

use hyper::header::{HeaderName, HeaderValue};
use tokio::{sync::mpsc, time::timeout};
use warden_audit::{Process, Recorded};
use warden_mcp::{Method, Revision};

pub(crate) use error::LinkError;
pub(crate) use exchange::Exchange;
pub(crate) use http::{Behalf, Shown, trusted};
pub(crate) use received::{Received, What};

use super::{
    settings::{Deadlines, Reach},
    traces::Carried,
};
use crate::{
    Refusal,
    call::{Sent, judged},
};
use http::{Origin, Streamable};
use older::Older;
use pipe::Pipe;

/// How much may wait that belongs to no request.
const ASIDES: usize = 256;

/// How the gateway introduces itself to a server.
#[derive(Clone, Debug)]
pub(crate) struct Hello {
    /// `clientInfo`, as JSON.
    pub(crate) info: String,
    /// `capabilities`, as JSON: what the server may ask of us.
    pub(crate) capabilities: String,
}

/// How a server introduced itself.
#[derive(Clone, Debug)]
pub(crate) struct Introduction {
    /// The revision that is spoken.
    pub(crate) revision: Revision,
    /// The whole result of `initialize` or `server/discover`, verified JSON.
    pub(crate) result: Box<str>,
}

/// A request on its way to a server.
#[derive(Debug)]
pub(crate) struct Outbound {
    method: Method,
    params: Option<Box<str>>,
    /// `Mcp-Param-*` headers, name and encoded value, for a modern server over HTTP.
    headers: Vec<(HeaderName, HeaderValue)>,
    /// What goes along, for traces.
    carried: Carried,
}

impl Outbound {
    /// A request that policy does not judge; `None` for one that it does.
    pub(crate) fn plain(method: Method, params: Option<Box<str>>) -> Option<Self> {
        match judged(method, params.as_deref()) {
            Some(_) => None,
            None => Some(Self::new(method, params)),
        }
    }

    /// A request that was judged and recorded, which `_proof` shows; it can only be had from
    /// [`crate::call::send`].
    pub(crate) fn judged(_proof: &Recorded<Sent>, method: Method, params: Box<str>) -> Self {
        Self::new(method, Some(params))
    }

    fn new(method: Method, params: Option<Box<str>>) -> Self {
        Self { method, params, headers: Vec::new(), carried: Carried::default() }
    }

    /// With what goes along, for traces.
    pub(crate) fn with_carried(self, carried: Carried) -> Self {
        Self { carried, ..self }
    }

    /// With `Mcp-Param-*` headers, name and encoded value, for a modern server over HTTP.
    pub(crate) fn with_headers(self, headers: Vec<(HeaderName, HeaderValue)>) -> Self {
        Self { headers, ..self }
    }
}

/// What happened on a link outside of any request.
#[derive(Debug)]
pub(crate) enum Aside {
    /// A notification that belongs to no request, or a request of the server whose cause cannot
    /// be told.
    Said(Received),
    /// Something was thrown away, and why.
    Dropped(Refusal, Option<String>),
    /// The link is of no use any more.
    Ended(Option<Process>),
}

/// One conversation with one server.
#[derive(Debug)]
pub(crate) struct Link {
    introduction: Introduction,
    way: Way,
    shown: Option<Arc<Shown>>,
}

#[derive(Debug)]
enum Way {
    Pipe(Pipe),
    Http(Arc<Streamable>),
    Older(Older),
}

impl Link {
    /// Connects to a server and asks who it is. Messages of more than `most` bytes are not taken.
    /// `shown` is for servers that are URLs.
    ///
    /// # Errors
    /// Why it cannot be spoken to.
    pub(crate) async fn open(
        reach: &Reach,
        hello: &Hello,
        deadlines: &Deadlines,
        most: usize,
        shown: Option<Arc<Shown>>,
    ) -> Result<(Arc<Self>, mpsc::Receiver<Aside>), LinkError> {
        let opened = async {
            match reach {
                Reach::Stdio(reach) => {
                    let (pipe, introduction, asides) = Pipe::open(reach, hello, most).await?;
                    Ok((Self { introduction, way: Way::Pipe(pipe), shown: None }, asides))
                }
                Reach::Http(reach) => {
                    let origin = Origin::new(reach, most, shown).await?;
                    Self::streamable_first(&origin, hello, deadlines).await
                }
                Reach::Sse(reach) => {
                    let origin = Origin::new(reach, most, shown).await?;
                    Self::older_first(&origin, hello, deadlines).await
                }
            }
        };
        let (link, asides) =
            timeout(deadlines.open, opened).await.unwrap_or(Err(LinkError::Timeout))?;
        Ok((Arc::new(link), asides))
    }

    async fn streamable_first(
        origin: &Arc<Origin>,
        hello: &Hello,
        deadlines: &Deadlines,
    ) -> Result<(Self, mpsc::Receiver<Aside>), LinkError> {
        match Self::streamable(origin, hello, deadlines).await {
            // A server of the older transport takes no POST at its address.
            Err(error @ LinkError::Status(400 | 404 | 405)) => {
                Self::older(origin, hello, deadlines).await.map_err(|_| error)
            }
            opened => opened,
        }
    }

    async fn older_first(
        origin: &Arc<Origin>,
        hello: &Hello,
        deadlines: &Deadlines,
    ) -> Result<(Self, mpsc::Receiver<Aside>), LinkError> {
        match Self::older(origin, hello, deadlines).await {
            Err(error @ (LinkError::Status(400 | 404..=406) | LinkError::WrongContentType)) => {
                Self::streamable(origin, hello, deadlines).await.map_err(|_| error)
            }
            opened => opened,
        }
    }

    async fn streamable(
        origin: &Arc<Origin>,
        hello: &Hello,
        deadlines: &Deadlines,
    ) -> Result<(Self, mpsc::Receiver<Aside>), LinkError> {
        let (aside, asides) = mpsc::channel(ASIDES);
        let (http, introduction) = Streamable::open(origin, hello, deadlines, &aside).await?;
        Ok((Self { introduction, way: Way::Http(http), shown: origin.shown.clone() }, asides))
    }

    async fn older(
        origin: &Arc<Origin>,
        hello: &Hello,
        deadlines: &Deadlines,
    ) -> Result<(Self, mpsc::Receiver<Aside>), LinkError> {
        let (older, introduction, asides) = Older::open(origin, hello, deadlines).await?;
        Ok((Self { introduction, way: Way::Older(older), shown: origin.shown.clone() }, asides))
    }

    /// Takes over what the principal whose connection this is has shown since.
    pub(crate) fn speaks_for(&self, behalf: &Arc<Behalf>) {
        if let Some(shown) = &self.shown {
            shown.speaks_for(Arc::clone(behalf));
        }
    }

    /// How the server introduced itself.
    pub(crate) const fn introduction(&self) -> &Introduction {
        &self.introduction
    }

    /// Sends a request.
    ///
    /// # Errors
    /// When it cannot be sent.
    pub(crate) async fn send(&self, out: Outbound) -> Result<Exchange, LinkError> {
        Ok(match &self.way {
            Way::Pipe(Pipe { talk, .. }) | Way::Older(Older { talk, .. }) => {
                Exchange::shared(talk.send(&out).await?)
            }
            Way::Http(http) => Exchange::posted(http.send(&out).await?),
        })
    }

    /// Answers a request of the server that came outside of any exchange. `body` is a complete
    /// response with the identifier that the server gave.
    ///
    /// # Errors
    /// When it cannot be sent.
    pub(crate) async fn answer(&self, body: &[u8]) -> Result<(), LinkError> {
        self.post(body.to_vec()).await
    }

    async fn post(&self, message: Vec<u8>) -> Result<(), LinkError> {
        match &self.way {
            Way::Pipe(Pipe { talk, .. }) | Way::Older(Older { talk, .. }) => {
                talk.carrier.carry(message).await
            }
            Way::Http(http) => http.post(message).await,
        }
    }

    /// Whether requests can still be sent, as far as is known.
    pub(crate) fn alive(&self) -> bool {
        match &self.way {
            Way::Pipe(Pipe { talk, .. }) | Way::Older(Older { talk, .. }) => talk.board.alive(),
            Way::Http(http) => http.alive(),
        }
    }

    /// Whether it is clear on behalf of which request the server asks something. A modern one
    /// asks in its answers.
    pub(crate) const fn tells_requests_apart(&self) -> bool {
        matches!(self.way, Way::Http(_)) || self.introduction.revision.is_modern()
    }

    /// Says that everything that is sent comes from one client: what the server says without
    /// naming a request is for that client.
    pub(crate) fn serves_one(&self) {
        match &self.way {
            Way::Pipe(Pipe { talk, .. }) | Way::Older(Older { talk, .. }) => {
                talk.board.serves_one();
            }
            Way::Http(http) => http.serves_one(),
        }
    }

    /// Whether requests repeat in headers what they say.
    pub(crate) const fn has_headers(&self) -> bool {
        matches!(self.way, Way::Http(_)) && self.introduction.revision.is_modern()
    }

    /// The process number of a server that is a program.
    pub(crate) fn pid(&self) -> Option<u32> {
        match &self.way {
            Way::Pipe(pipe) => Some(pipe.pid()),
            Way::Http(_) | Way::Older(_) => None,
        }
    }

    /// How many requests are under way.
    pub(crate) fn under_way(&self) -> usize {
        let open = match &self.way {
            Way::Pipe(Pipe { talk, .. }) | Way::Older(Older { talk, .. }) => &talk.open,
            Way::Http(http) => &http.open,
        };
        open.load(Ordering::Relaxed)
    }

    /// Has a legacy server over Streamable HTTP say what belongs to no request. Others say it
    /// anyhow, or not before they are asked.
    ///
    /// # Errors
    /// Why the stream cannot be opened.
    pub(crate) async fn listen(&self) -> Result<(), LinkError> {
        match &self.way {
            Way::Http(http) => http.listen().await,
            Way::Pipe(_) | Way::Older(_) => Ok(()),
        }
    }

    /// Ends the conversation: the session, or the program with everything that it started.
    /// Returns how the program ended.
    pub(crate) async fn close(&self) -> Option<Process> {
        match &self.way {
            Way::Pipe(pipe) => return Some(pipe.close().await),
            Way::Http(http) => http.close().await,
            Way::Older(older) => older.close(),
        }
        None
    }
}

/// Whether a notification is about the server and not about a request, however it arrives.
const fn belongs_to_all(method: Method) -> bool {
    matches!(
        method,
        Method::ToolsChanged
            | Method::PromptsChanged
            | Method::ResourcesChanged
            | Method::ResourcesUpdated
            | Method::TasksStatus
            | Method::TasksTold
    )
}

#[cfg(test)]
mod tests;
