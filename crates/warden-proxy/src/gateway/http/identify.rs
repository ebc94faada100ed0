//! Who a client is, by what it shows.

use std::sync::Arc;

use hyper::header::AUTHORIZATION;
use warden_model::Digest;

use super::{Core, Inbound};

/// Who a client is.
pub(crate) enum Principal {
    /// Somebody who may come in.
    Known(Arc<str>),
    /// It has not shown that it is anybody.
    Unknown,
}

/// Finds out who a client is. Tokens are compared by their digests, so the time that it takes
/// says nothing about them.
pub(crate) fn identify(core: &Core, inbound: &Inbound) -> Principal {
    let clients = &core.settings.clients;
    if clients.is_empty() {
        return Principal::Known(Arc::clone(&core.anybody));
    }
    let shown = inbound.parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = shown.and_then(|shown| {
        let (scheme, token) = shown.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| Digest::of(token.trim().as_bytes()))
    });
    let certificate = inbound.peer.certificate.as_deref();
    let found = clients.iter().position(|client| {
        let by_token = client.token.is_some() && client.token == token;
        let by_certificate =
            client.certificate.is_some() && client.certificate.as_deref() == certificate;
        // Who is set up with both has to show both.
        match (&client.token, &client.certificate) {
            (Some(_), Some(_)) => by_token && by_certificate,
            _ => by_token || by_certificate,
        }
    });
    let known = found.and_then(|at| core.principals.get(at));
    known.map_or(Principal::Unknown, |name| Principal::Known(Arc::clone(name)))
}
