use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::{mark, sink},
    taint::{ANYBODY, Who, Wording, found},
};

#[doc = include_str!("server_side_request_forgery.md")]
#[derive(Debug)]
pub(crate) struct ServerSideRequestForgery;

static META: Meta = Meta {
    id: "server-side-request-forgery",
    class: Class::Ssrf,
    severity: Severity::High,
    title: "a tool requests an address that its arguments choose",
    help: "take only hosts from a list, or refuse private addresses after resolving the name and \
           after each redirect",
    languages: EVERY_LANGUAGE,
    cwe: &[918],
    page: include_str!("server_side_request_forgery.md"),
};

static UNCHECKED: Wording = Wording {
    part: "decides which host is asked",
    whole: "is requested, whatever address it is",
    label: "this reaches whatever the server can reach",
};

static BY_NAME: Wording = Wording {
    part: "decides which host is asked, and only its name is checked",
    whole: "is requested, and only the name of its host is checked",
    label: "a name or a redirect leads to a private address all the same",
};

impl Rule for ServerSideRequestForgery {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for one in found(view, &[sink::SSRF], ANYBODY) {
            let by_name = one.knows(mark::HOST);
            let wording = if by_name { &BY_NAME } else { &UNCHECKED };
            let (part, whole) = match one.who {
                _ if by_name => (Severity::Low, Severity::Low),
                // A tool that takes an address is there to request it; who says so is a model.
                Who::Model => (Severity::High, Severity::Medium),
                _ => (Severity::High, Severity::High),
            };
            out.push(one.draft(wording, part, whole));
        }
    }
}
