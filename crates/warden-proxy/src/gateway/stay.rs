//! For how long somebody may stay whom we have let in.
//!
//! What he came in with was right when his request came. A stream or a call can last for hours, and
//! must not outlive it: a token expires, its issuer takes it back, a key is taken out of the
//! configuration, an operator revokes an agent. So it is looked at again when its time is up, when
//! settings or stops change, and now and then. What cannot be found out ends it.

use std::{
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};

use hyper::{
    HeaderMap, Method, Uri,
    header::{AUTHORIZATION, HeaderName, HeaderValue},
};
use tokio::sync::{Notify, watch};
use warden_policy::{Time, access::Principal};

use super::{
    Core, Gateway,
    http::identify::{Known, by_client},
    listen::{Inbound, Peer},
};
use crate::identity::{Door, Reason, Shown};

/// How long somebody stays without being looked at, so that a key that its issuer has withdrawn is
/// noticed also for those who ask nothing.
const LOOK: Duration = Duration::from_mins(1);

/// How long it may take to find out whether somebody may stay. Then he may not.
const PATIENCE: Duration = Duration::from_secs(1);

/// How soon an issuer that cannot be asked is asked again: many streams may end their time at once.
const AGAIN: Duration = Duration::from_millis(100);

/// How long what is under way has to end in its own words.
const GRACE: Duration = Duration::from_millis(250);

/// What a proof stands in.
const DPOP: HeaderName = HeaderName::from_static("dpop");

/// For how long somebody may stay; for ever, unless it says otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stay(Option<Arc<Came>>);

/// How somebody came in.
#[derive(Debug)]
struct Came {
    watching: Watching,
    who: Arc<Principal>,
    until: Option<Time>,
    /// What he has shown, and nothing else of his request.
    headers: HeaderMap,
    method: Method,
    uri: Uri,
    peer: Peer,
    /// Why he may not stay, once that is known.
    gone: OnceLock<Reason>,
    told: Notify,
}

/// What tells when somebody is to be looked at again.
#[derive(Clone)]
pub(crate) struct Watching {
    gateway: Weak<Gateway>,
    stops: watch::Receiver<u64>,
    changes: watch::Receiver<u64>,
}

impl std::fmt::Debug for Watching {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watching(..)")
    }
}

impl Watching {
    /// From now on. To be made before anybody is identified.
    pub(crate) fn new(gateway: &Arc<Gateway>, core: &Core) -> Self {
        Self {
            gateway: Arc::downgrade(gateway),
            stops: core.stops.changes(),
            changes: gateway.changes.subscribe(),
        }
    }

    /// The stay of who came in with this request.
    pub(crate) fn stay(self, inbound: &Inbound, known: &Known) -> Stay {
        let parts = &inbound.parts;
        let mut headers = HeaderMap::new();
        for name in [AUTHORIZATION, DPOP] {
            for value in parts.headers.get_all(&name) {
                headers.append(&name, own(value));
            }
        }
        Stay(Some(Arc::new(Came {
            watching: self,
            who: Arc::clone(&known.who),
            until: known.until,
            headers,
            method: parts.method.clone(),
            uri: own_uri(&parts.uri),
            peer: inbound.peer.clone(),
            gone: OnceLock::new(),
            told: Notify::new(),
        })))
    }
}

impl Stay {
    /// Waits until whoever it is may not stay any more, and returns why, and the parts of the
    /// gateway as they are then.
    pub(crate) async fn over(&self) -> (Reason, Arc<Core>) {
        match &self.0 {
            Some(came) => came.over().await,
            None => std::future::pending().await,
        }
    }

    /// The same, telling those who wait by [`Self::told`]. Returns a little later, so that they can
    /// end first what they have under way.
    pub(crate) async fn watch(&self) -> Reason {
        let (why, _) = self.over().await;
        if let Some(came) = &self.0 {
            // Whoever was first has said it.
            came.gone.set(why).ok();
            came.told.notify_waiters();
        }
        tokio::time::sleep(GRACE).await;
        why
    }

    /// Waits until somebody who watches has found out that it is over.
    pub(crate) async fn told(&self) -> Reason {
        let Some(came) = &self.0 else { return std::future::pending().await };
        loop {
            let told = came.told.notified();
            tokio::pin!(told);
            // Whoever asks for news after looking misses what happens between.
            told.as_mut().enable();
            if let Some(why) = came.gone.get() {
                return *why;
            }
            told.await;
        }
    }

    /// Whether it goes on, as far as those know who watch.
    ///
    /// # Errors
    /// Why it does not.
    pub(crate) fn now(&self) -> Result<(), Reason> {
        let gone = self.0.as_ref().and_then(|came| came.gone.get());
        gone.map_or(Ok(()), |why| Err(*why))
    }
}

impl Came {
    async fn over(&self) -> (Reason, Arc<Core>) {
        let Watching { gateway, mut stops, mut changes } = self.watching.clone();
        let mut until = self.until;
        loop {
            let Some(now) = gateway.upgrade().map(|gateway| gateway.core().now()) else {
                // Everything ends with the gateway.
                return std::future::pending().await;
            };
            tokio::select! {
                () = tokio::time::sleep(wait(until, now)) => {}
                // Nobody is left who could say that something else is so: then the time says.
                Ok(()) = stops.changed() => {}
                Ok(()) = changes.changed() => {}
            }
            let Some(core) = gateway.upgrade().map(|gateway| gateway.core()) else { continue };
            // In a box: it is a long way to an issuer, and thousands wait who seldom go it.
            match Box::pin(self.look(&core)).await {
                Ok(next) => until = next,
                Err(why) => return (why, core),
            }
        }
    }

    /// Until when he may stay.
    async fn look(&self, core: &Core) -> Result<Option<Time>, Reason> {
        if core.stops.revokes(&self.who) {
            return Err(Reason::TokenRevoked);
        }
        let Some(door) = &core.door else {
            let known = by_client(core, &self.headers, self.peer.certificate.as_deref());
            let same = known.is_some_and(|who| who.session == self.who.session);
            return if same { Ok(None) } else { Err(Reason::KeyUnknown) };
        };
        let looked = tokio::time::timeout(PATIENCE, self.at_door(core, door)).await;
        looked.unwrap_or(Err(Reason::IssuerAway))
    }

    async fn at_door(&self, core: &Core, door: &Door) -> Result<Option<Time>, Reason> {
        loop {
            let shown = Shown {
                headers: &self.headers,
                method: &self.method,
                uri: &self.uri,
                certificate: self.peer.leaf.as_deref(),
                now: core.now(),
            };
            match door.again(&shown).await {
                // He is somebody else by other settings.
                Ok(who) if who.principal.session != self.who.session => {
                    return Err(Reason::Contradicted);
                }
                Ok(who) => return Ok(who.until),
                Err(Reason::IssuerAway | Reason::KeysAway) => tokio::time::sleep(AGAIN).await,
                Err(why) => return Err(why),
            }
        }
    }
}

/// The same, in bytes of its own. What hyper hands out is a part of the buffer that it read the
/// request into, which is kept for as long as any part of it is: 8 KiB, and a stream lasts long.
fn own(value: &HeaderValue) -> HeaderValue {
    let mut own = HeaderValue::from_bytes(value.as_bytes()).unwrap_or_else(|_| value.clone());
    own.set_sensitive(value.is_sensitive());
    own
}

fn own_uri(uri: &Uri) -> Uri {
    uri.to_string().parse().unwrap_or_else(|_| uri.clone())
}

/// How long nothing has to be looked at.
fn wait(until: Option<Time>, now: Time) -> Duration {
    let left = until.map(|until| until.micros().saturating_sub(now.micros()).saturating_add(1000));
    let left = left.map(|micros| Duration::from_micros(u64::try_from(micros).unwrap_or(0)));
    left.unwrap_or(LOOK).clamp(Duration::from_millis(1), LOOK)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn what_is_kept_of_a_request_keeps_nothing_else_of_it() {
        let read = Bytes::from_static(b"GET /mcp/dev?x=%20 HTTP/1.1\r\nauthorization: Bearer abc");
        let within = |part: &[u8]| read.as_ptr_range().contains(&part.as_ptr());
        let mut shown = HeaderValue::from_maybe_shared(read.slice(44..)).unwrap();
        shown.set_sensitive(true);
        let uri = Uri::from_maybe_shared(read.slice(4..18)).unwrap();
        let (own, own_uri) = (own(&shown), own_uri(&uri));
        assert!(within(shown.as_bytes()) && within(uri.path().as_bytes()));
        assert!(!within(own.as_bytes()) && !within(own_uri.path().as_bytes()));
        assert_eq!((own.as_bytes(), own.is_sensitive()), (&b"Bearer abc"[..], true));
        assert_eq!(own_uri.to_string(), "/mcp/dev?x=%20");
    }
}
