use warden_flow::{
    analysis::{FnId, Literal, Noted},
    ir::{Expr, ExprId},
};
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::{mark, sink},
    source::hooks::look_at_each,
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

/// A document whose references are followed to wherever they lead.
static REFERENCES: (&str, &str) = (
    "a document's references are followed, also those to other machines and to files",
    "whoever writes the document chooses what is fetched here",
);

impl Rule for ServerSideRequestForgery {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for one in found(view, &[sink::SSRF], ANYBODY) {
            if look_at_each(view, one.flow) {
                continue;
            }
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
        let documents = view.analysis.noted("remote-references").iter();
        let files = view.analysis.noted("remote-references-of-file").iter();
        let files = files.filter(|call| !is_told(view, call));
        for call in documents.chain(files) {
            let document = call.args.first().map(|arg| view.analysis.literal(arg.at));
            let is_own = matches!(document, Some(Literal::Text(_) | Literal::Object { .. }));
            if is_own || looks_at_references(view, call.function) {
                continue;
            }
            let (message, label) = REFERENCES;
            let draft =
                Draft::in_code(view, view.spot(call.at), Some(call.function), message, label);
            let draft = draft.severity(Severity::Medium).confidence(Confidence::Medium);
            out.push(draft.key(&*call.path));
        }
    }
}

/// Whether a call is given the path that its function was told: the file of whoever runs the
/// server, and not one that was fetched.
fn is_told(view: &SourceView<'_>, call: &Noted) -> bool {
    let Some(module) = view.module(call.function.module) else { return false };
    let Some(function) = module.functions.get(call.function.function.at()) else { return false };
    let Some(Expr::Var(var)) = call.args.first().and_then(|arg| view.expr(arg.at)) else {
        return false;
    };
    let mut params = function.params.iter();
    params.any(|param| matches!(module.expr(param.target), Expr::Var(own) if own == var))
}

/// Whether a function, or one that it calls, tells references inside a document from others: it
/// asks whether what stands at `$ref` starts with `#`.
fn looks_at_references(view: &SourceView<'_>, function: FnId) -> bool {
    view.analysis.reach(function).functions.into_iter().any(|one| {
        let Some(module) = view.module(one.module) else { return false };
        let Some(span) = module.functions.get(one.function.at()).map(|found| found.span) else {
            return false;
        };
        let text = |expr: ExprId, wanted: &str| {
            matches!(module.expr(expr), Expr::Text(text) if module.text(*text) == wanted)
        };
        let (mut names, mut starts) = (false, false);
        for (expr, at) in module.exprs.iter().zip(&module.spans) {
            if at.start < span.start || at.end > span.end {
                continue;
            }
            match expr {
                Expr::Text(text) => names |= module.text(*text) == "$ref",
                Expr::Member(_, name) => names |= module.text(*name) == "$ref",
                Expr::Call(call) => {
                    let asks = matches!(module.expr(call.callee), Expr::Member(_, name)
                        if matches!(module.text(*name), "startswith" | "startsWith"));
                    starts |= asks && call.args.iter().any(|arg| text(arg.value, "#"));
                }
                _ => {}
            }
        }
        names && starts
    })
}
