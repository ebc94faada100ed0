//! MCP over HTTP, for clients: Streamable HTTP of every revision, and the older HTTP with
//! server-sent events, at their paths.

pub(crate) mod identify;
pub(crate) mod legacy;
mod modern;
mod old;
mod post;
pub(crate) mod reply;

use std::sync::{Arc, OnceLock};

use hyper::{Method as Verb, Response, StatusCode};

use super::{
    Core, Gateway,
    caller::Caller,
    listen::{Gauges, Handler, Inbound, Outbody},
    names::View,
};
use identify::Principal;
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
    pub(crate) principal: Arc<str>,
    pub(crate) view: Arc<View>,
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
        let path = inbound.parts.uri.path().to_owned();
        let principal = match identify::identify(&core, &inbound) {
            Principal::Known(principal) => principal,
            Principal::Unknown => return reply::unauthorized(),
        };
        let Some((door, view)) = split(&path) else {
            return reply::plain(StatusCode::NOT_FOUND, "there is nothing here");
        };
        let Some(view) = core.view(view) else {
            return reply::plain(StatusCode::NOT_FOUND, "there is no such view");
        };
        let visit = Visit { core, principal, view, inbound };
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
fn header<'a>(inbound: &'a Inbound, name: &str) -> Option<&'a str> {
    let mut values = inbound.parts.headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(only), None) => only.to_str().ok().map(str::trim),
        _ => None,
    }
}

impl Visit {
    /// Who asks, for messages that are about no session.
    fn stranger(&self, revision: warden_mcp::Revision) -> Caller {
        Caller {
            principal: Arc::clone(&self.principal),
            revision,
            view: Arc::clone(&self.view),
            client: None,
            info: None,
            can: super::can::Can::default(),
            extensions: None,
            level: None,
            along: super::traces::along(&self.inbound.parts.headers),
            session: None,
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
