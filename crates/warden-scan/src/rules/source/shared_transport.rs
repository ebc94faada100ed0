use warden_flow::ir::Language;
use warden_model::{Class, Confidence, Severity};

use crate::{Context, Draft, Meta, Rule, SourceView, source::posture::SharedWhat};

#[doc = include_str!("shared_transport.md")]
#[derive(Debug)]
pub(crate) struct SharedTransport;

static META: Meta = Meta {
    id: "shared-transport",
    class: Class::CrossTenant,
    severity: Severity::High,
    title: "what belongs to one client answers several",
    help: "make a server and a transport for every client, and refuse a second transport while there is one",
    languages: &[Language::Python, Language::JavaScript, Language::TypeScript],
    cwe: &[362, 488],
    page: include_str!("shared_transport.md"),
};

impl Rule for SharedTransport {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for shared in &view.posture.shared {
            let (message, label, severity) = told(shared.what);
            let spot = view.spot(shared.place.at);
            let draft = Draft::in_code(view, spot, Some(shared.place.function), message, label);
            let severity = view.posture.chosen(severity);
            out.push(draft.severity(severity).confidence(Confidence::Medium));
        }
    }
}

/// What is said of it.
const fn told(what: SharedWhat) -> (&'static str, &'static str, Severity) {
    match what {
        SharedWhat::Server => (
            "one server is connected to a new transport for every request, and its answers go to the last one",
            "this server was made once, for all clients",
            Severity::High,
        ),
        SharedWhat::KeptServer => (
            "one server is connected to the transports of several clients, and what it sends goes to the last one",
            "this server was made once, for all clients",
            Severity::Medium,
        ),
        SharedWhat::Transport => (
            "one transport without sessions handles the requests of all clients, whose numbers are the same",
            "this transport was made once, for all clients",
            Severity::High,
        ),
        SharedWhat::Protocol => (
            "another transport is taken while there is one, and answers to the first go to the second",
            "overwrites the transport that it may have",
            Severity::Medium,
        ),
    }
}
