//! The probe over HTTP: the modern way, Streamable HTTP with a handshake, and the older transport
//! with server-sent events, in this order.

mod document;
mod get;
mod link;
mod older;
mod stranger;
mod streamable;

use std::time::Instant;

use warden_model::Hidden;

use super::{Failed, Limits, ProbeError, Shown, lists::collect};
use crate::Address;
pub use document::{Asking, Document, DocumentError, document};
pub use get::{GetError, Getter, Getting, Got};
use link::Link;
pub use link::Refused;
use older::Older;
pub use stranger::{Stranger, as_stranger};
use streamable::{Opened, Streamable};

/// A server behind a URL.
#[derive(Clone, Debug)]
pub struct Target<'a> {
    /// Its address.
    pub url: &'a Hidden,
    /// The headers that are sent with every request.
    pub headers: &'a [(String, Hidden)],
    /// Which transport is tried first.
    pub first: First,
}

/// Which transport is tried first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// Streamable HTTP.
    Streamable,
    /// HTTP with server-sent events, which the configuration asks for.
    Events,
}

/// Connects to a server and asks what it shows a model.
///
/// Redirects are followed only within the same origin, so that no header reaches another one.
///
/// # Errors
/// When the server cannot be reached or introduces itself in no way that we know. A list that
/// fails later is a gap in what is returned.
pub fn probe_http(target: &Target<'_>, limits: &Limits) -> Result<Shown, Failed> {
    let end = Instant::now() + limits.whole;
    let address = Address::parse(target.url.reveal()).ok_or(ProbeError::Address)?;
    let link = Link::new(&address, target.headers, limits.bytes)?;
    let shown = match target.first {
        First::Streamable => match streamable(&link, &address, limits, end)? {
            Some(shown) => shown,
            None => older(&link, &address, limits, end)?,
        },
        First::Events => match older(&link, &address, limits, end) {
            Err(ProbeError::Status(_) | ProbeError::ContentType) => {
                streamable(&link, &address, limits, end)?.ok_or(ProbeError::Revision)?
            }
            other => other?,
        },
    };
    Ok(shown)
}

fn streamable(
    link: &Link,
    address: &Address,
    limits: &Limits,
    end: Instant,
) -> Result<Option<Shown>, ProbeError> {
    match Streamable::open(link, address, limits, end)? {
        Opened::Not => Ok(None),
        Opened::Yes(mut wire, greeting) => {
            let shown = collect(&mut wire, greeting, limits, end);
            wire.close(limits.ending);
            Ok(Some(shown))
        }
    }
}

fn older(
    link: &Link,
    address: &Address,
    limits: &Limits,
    end: Instant,
) -> Result<Shown, ProbeError> {
    let (mut wire, greeting) = Older::open(link, address, end)?;
    Ok(collect(&mut wire, greeting, limits, end))
}
