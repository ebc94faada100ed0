use warden_flow::analysis::Flow;
use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::sink,
    source::surface::EndpointInfo,
    taint::{CALLERS, source_of},
};

#[doc = include_str!("missing_authentication.md")]
#[derive(Debug)]
pub(crate) struct MissingAuthentication;

static META: Meta = Meta {
    id: "missing-authentication",
    class: Class::AuthNone,
    severity: Severity::High,
    title: "the network may call the server, and nobody is asked who they are",
    help: "ask for a token on every request, or listen on `127.0.0.1` only",
    languages: EVERY_LANGUAGE,
    cwe: &[306],
    page: include_str!("missing_authentication.md"),
};

impl Rule for MissingAuthentication {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let posture = &view.posture;
        if posture.authenticates() || !answers(view) {
            return;
        }
        let optional = posture.authentication.iter().any(|evidence| evidence.optional);
        let message = if optional {
            "the network may call the server, and unless a setting says otherwise nobody is asked who they are"
        } else {
            "the network may call the server, and nobody is asked who they are"
        };
        for (place, written) in posture.open_places() {
            let label = if written { "reachable from the network" } else { "no address is given" };
            let spot = view.spot(place.at);
            let draft = Draft::in_code(view, spot, Some(place.function), message, label);
            out.push(draft.severity(posture.chosen(severity(view))));
        }
    }
}

/// Whether there is something to protect: MCP, or routes that do more than say that all is well.
fn answers(view: &SourceView<'_>) -> bool {
    !view.posture.transports.is_empty() || view.surface.endpoints.iter().any(|e| !is_harmless(e))
}

fn is_harmless(endpoint: &EndpointInfo) -> bool {
    let Some(path) = endpoint.path.as_deref() else {
        // A plain server answers everything; what it does stands in its handler.
        return endpoint.handler.is_empty();
    };
    let reads = endpoint.method.as_deref().is_none_or(|method| matches!(method, "GET" | "HEAD"));
    let path = path.trim_end_matches('/').to_ascii_lowercase();
    let last = path.rsplit('/').next().unwrap_or_default();
    let known = matches!(
        last,
        "" | "health"
            | "healthz"
            | "ping"
            | "ready"
            | "readyz"
            | "live"
            | "livez"
            | "metrics"
            | "version"
            | "status"
            | "favicon.ico"
            | "robots.txt"
    );
    reads && (known || path.contains("callback") || path.contains(".well-known"))
}

/// Whoever can run commands of their own through the server has the machine.
fn severity(view: &SourceView<'_>) -> Severity {
    let runs = |flow: &&Flow| {
        [sink::COMMAND, sink::CODE].contains(&flow.sink) && CALLERS.contains(&source_of(view, flow))
    };
    if view.flows.iter().any(|flow| runs(&flow)) { Severity::Critical } else { Severity::High }
}
