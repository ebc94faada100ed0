//! Who a client is, by what it shows.

use std::sync::Arc;

use hyper::{HeaderMap, Response, header::AUTHORIZATION};
use warden_model::{Digest, Hidden};
use warden_policy::{Time, access::Principal};

use super::{Core, Inbound, Outbody, reply};
use crate::identity::{Denied, Door, Shown};

/// Who a client is.
pub(crate) enum Identified {
    /// Somebody who may come in.
    Known(Known),
    /// It has not shown that it is anybody.
    Unknown,
    /// The same, and what it needs to do so.
    Denied(Box<Denied>),
}

/// Somebody who may come in.
pub(crate) struct Known {
    /// Who that is.
    pub(crate) who: Arc<Principal>,
    /// The token that it has shown.
    pub(crate) subject: Option<Arc<Hidden>>,
    /// Until when that can be said without looking again; `None` if nothing ends it.
    pub(crate) until: Option<Time>,
}

/// Finds out who a client is. To be asked once for each request: a proof counts once.
pub(crate) async fn identify(core: &Core, inbound: &Inbound) -> Identified {
    // The way to an issuer is long, and most requests have no need to go there.
    if let Some(door) = &core.door {
        return Box::pin(at_door(core, door, inbound)).await;
    }
    let (headers, peer) = (&inbound.parts.headers, &inbound.peer);
    let known = |who| Identified::Known(Known { who, subject: None, until: None });
    by_client(core, headers, peer.certificate.as_deref()).map_or(Identified::Unknown, known)
}

/// Answers and records that somebody is not known.
pub(crate) fn refuse(core: &Core, identified: &Identified) -> Response<Outbody> {
    let Identified::Denied(denied) = identified else { return reply::unauthorized() };
    core.tell_denied(denied.reason);
    reply::denied(denied)
}

async fn at_door(core: &Core, door: &Door, inbound: &Inbound) -> Identified {
    let now = core.now();
    let shown = Shown {
        headers: &inbound.parts.headers,
        method: &inbound.parts.method,
        uri: &inbound.parts.uri,
        certificate: inbound.peer.leaf.as_deref(),
        now,
    };
    match door.admit(&shown).await {
        Ok(admitted) if admitted.fits(&inbound.body) => {
            // What is written about somebody may have changed since his token was verified.
            let who = core.dressed(admitted.who.principal.clone());
            let (subject, until) = (admitted.token.map(Arc::new), admitted.who.until);
            Identified::Known(Known { who, subject, until })
        }
        Ok(_) => Identified::Denied(Box::new(door.body_challenge(now))),
        Err(denied) => Identified::Denied(Box::new(denied)),
    }
}

/// Who is set up as a client that shows this. Tokens are compared by their digests, so the time that
/// it takes says nothing about them.
pub(crate) fn by_client(
    core: &Core,
    headers: &HeaderMap,
    certificate: Option<&str>,
) -> Option<Arc<Principal>> {
    let clients = &core.settings.clients;
    if clients.is_empty() {
        return Some(Arc::clone(&core.anybody));
    }
    let shown = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = shown.and_then(|shown| {
        let (scheme, token) = shown.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| Digest::of(token.trim().as_bytes()))
    });
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
    found.and_then(|at| core.principals.get(at)).cloned()
}
