//! Connections to servers.
//!
//! A [`Link`] is one conversation with one server: a process, an HTTP session, or, with a modern
//! server over HTTP, nothing but an address. It knows how the server is spoken to and nothing of
//! policy: what it sends it is handed as an [`Outbound`], which is made only from what was judged
//! and recorded, or from what needs neither.

mod received;

use std::sync::Arc;

use tokio::sync::mpsc;
use warden_audit::{Process, Recorded};
use warden_mcp::{IdKey, Method, Revision};
use warden_policy::Permitted;

pub(crate) use received::{Received, What};

use super::settings::{Deadlines, Reach};
use crate::{
    Refusal,
    call::{Inspected, Sent, judged},
};

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
    headers: Vec<(String, String)>,
}

impl Outbound {
    /// A request that policy does not judge; `None` for one that it does.
    pub(crate) fn plain(method: Method, params: Option<Box<str>>) -> Option<Self> {
        match judged(method, params.as_deref()) {
            Some(_) => None,
            None => Some(Self { method, params, headers: Vec::new() }),
        }
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
