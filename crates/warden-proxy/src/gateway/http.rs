//! MCP over HTTP, for clients: Streamable HTTP of every revision, and the older HTTP with
//! server-sent events, at their paths.

mod consent;
pub(crate) mod identify;
pub(crate) mod legacy;
mod modern;
mod old;
mod post;
pub(crate) mod reply;

use std::sync::{Arc, OnceLock};

use hyper::{Method as Verb, Response, StatusCode, header::HeaderValue};
use warden_model::Hidden;
use warden_policy::access::Principal;

use super::{
    Core, Gateway,
    caller::Caller,
    listen::{Gauges, Handler, Inbound, Outbody, Over},
    names::View,
    stay::{Stay, Watching},
};
use crate::{Refusal, identity::Reason};
use identify::{Identified, Known};
use old::Olds;

/// Where modern and legacy Streamable HTTP is served; a view's name may stand behind it.
const MCP: &str = "/mcp";

/// Where the stream of the older transport is opened.
const SSE: &str = "/sse";

/// Where the older transport takes messages.
const MESSAGES: &str = "/messages";

/// Serves MCP over HTTP.
pub(crate) struct Front {
    gateway: Arc<Gateway>,
    olds: Olds,
    /// What the listener counts, once there is one.
    gauges: OnceLock<Gauges>,
}

/// A request that is about MCP: who asks, and what of.
pub(crate) struct Visit {
    pub(crate) core: Arc<Core>,
    pub(crate) who: Arc<Principal>,
    pub(crate) principal: Arc<str>,
    /// The token that was shown.
    pub(crate) subject: Option<Arc<Hidden>>,
    pub(crate) view: Arc<View>,
    /// For how long he may stay.
    pub(crate) stay: Stay,
    pub(crate) inbound: Inbound,
}

impl Front {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway, olds: Olds::default(), gauges: OnceLock::new() }
    }

    /// Takes what the listener counts, for metrics.
    pub(crate) fn measure(&self, gauges: Gauges) {
        // There is one listener.
        self.gauges.set(gauges).ok();
    }
}

impl Handler for Front {
    async fn handle(self: &Arc<Self>, inbound: Inbound) -> Response<Outbody> {
        let core = self.gateway.core();
        let metrics = Arc::clone(&core.metrics);
        let answer = self.answer(core, inbound).await;
        // Most are of requests that have been counted, and carry nothing.
        if let Some(reply::Reason(reason)) = answer.extensions().get() {
            metrics.refused(reason);
        }
        answer
    }
}

impl Front {
    async fn answer(&self, core: Arc<Core>, inbound: Inbound) -> Response<Outbody> {
        if let Some(answer) = self.gateway.watch(&core, &inbound, self.gauges.get()).await {
            return answer;
        }
        // An operator is never a client.
        if let Some(answer) = super::operate::operate(&core, &inbound).await {
            return answer;
        }
        if let Some(answer) = metadata(&core, &inbound) {
            return answer;
        }
        if let Some(answer) = consent::answer(&core, &inbound).await {
            return answer;
        }
        // Before anybody looks, so that nothing is missed that happens meanwhile.
        let watching = Watching::new(&self.gateway, &core);
        let known = match identify::identify(&core, &inbound).await {
            Identified::Known(known) => known,
            other => return identify::refuse(&core, &other),
        };
        let stay = watching.stay(&inbound, &known);
        let nonce = core.door.as_ref().and_then(|door| door.nonce(core.now()));
        let mut answer = self.serve(core, (known, stay), inbound).await;
        if let Some(nonce) = nonce.and_then(|nonce| HeaderValue::try_from(nonce).ok()) {
            answer.headers_mut().insert(reply::NONCE, nonce);
        }
        answer
    }

    /// Answers somebody who is known.
    async fn serve(
        &self,
        core: Arc<Core>,
        (known, stay): (Known, Stay),
        inbound: Inbound,
    ) -> Response<Outbody> {
        let path = inbound.parts.uri.path().to_owned();
        let Some((door, view)) = split(&path) else {
            return reply::plain(StatusCode::NOT_FOUND, "there is nothing here");
        };
        let Some(view) = core.view(view) else {
            return reply::plain(StatusCode::NOT_FOUND, "there is no such view");
        };
        let Known { who, subject, .. } = known;
        if inbound.parts.method == Verb::GET && core.stops.revokes(&who) {
            core.tell_left(&who, Refusal::NotLetIn(Reason::TokenRevoked), "GET");
            return reply::plain(StatusCode::FORBIDDEN, "revoked by who operates the gateway");
        }
        let visit = Visit { core, principal: who.name(), who, subject, view, stay, inbound };
        match (door, visit.inbound.parts.method.clone()) {
            (MCP, Verb::POST) => post::post(visit).await,
            (MCP, Verb::GET) => legacy::get(&visit),
            (MCP, Verb::DELETE) => legacy::delete(&visit),
            (SSE, Verb::GET) => self.olds.open(&visit),
            (MESSAGES, Verb::POST) => self.olds.message(&visit),
            _ => reply::method_not_allowed(),
        }
    }
}

/// What clients are told of where to get tokens (RFC 9728), if that is what they ask for.
fn metadata(core: &Core, inbound: &Inbound) -> Option<Response<Outbody>> {
    let document = core.door.as_ref()?.metadata(inbound.parts.uri.path())?;
    if !matches!(inbound.parts.method, Verb::GET | Verb::HEAD) {
        return Some(reply::plain(StatusCode::METHOD_NOT_ALLOWED, "not in this way"));
    }
    Some(reply::json(StatusCode::OK, document))
}

/// The door and the name of the view in a path.
fn split(path: &str) -> Option<(&'static str, &str)> {
    [MCP, SSE, MESSAGES].into_iter().find_map(|door| {
        let rest = path.strip_prefix(door)?;
        match rest.strip_prefix('/') {
            Some(view) if !view.contains('/') => Some((door, view)),
            None if rest.is_empty() => Some((door, "")),
            Some(_) | None => None,
        }
    })
}

/// One value of a header that may stand there once.
pub(crate) fn header<'a>(inbound: &'a Inbound, name: &str) -> Option<&'a str> {
    let mut values = inbound.parts.headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(only), None) => only.to_str().ok().map(str::trim),
        _ => None,
    }
}

impl Visit {
    /// When a stream of his that belongs to no request is over: it must not outlive what he came in
    /// with.
    fn over(&self) -> Over {
        let (stay, who) = (self.stay.clone(), Arc::clone(&self.who));
        Over::when(async move {
            let (why, core) = stay.over().await;
            core.tell_left(&who, Refusal::NotLetIn(why), "GET");
        })
    }

    /// Who asks, for messages that are about no session.
    fn stranger(&self, revision: warden_mcp::Revision) -> Caller {
        Caller {
            who: Arc::clone(&self.who),
            principal: Arc::clone(&self.principal),
            subject: self.subject.clone(),
            revision,
            view: Arc::clone(&self.view),
            client: None,
            info: None,
            can: super::can::Can::default(),
            extensions: None,
            level: None,
            along: super::traces::along(&self.inbound.parts.headers),
            session: None,
            stay: self.stay.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_door_and_at_most_a_view() {
        assert_eq!(split("/mcp"), Some((MCP, "")));
        assert_eq!(split("/mcp/dev"), Some((MCP, "dev")));
        assert_eq!(split("/sse"), Some((SSE, "")));
        for path in ["/", "/mcpx", "/mcp/a/b", "//mcp", "/MCP"] {
            assert_eq!(split(path), None, "{path}");
        }
    }
}
