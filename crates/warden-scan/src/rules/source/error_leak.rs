use warden_flow::analysis::{FnId, Origin, Returned};
use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView, ToolInfo,
    models::{sink, source},
    taint::{Wording, found},
};

#[doc = include_str!("error_leak.md")]
#[derive(Debug)]
pub(crate) struct ErrorLeak;

static META: Meta = Meta {
    id: "error-leak",
    class: Class::SecretExposure,
    severity: Severity::Low,
    title: "an answer tells what an error says of the inside",
    help: "log the details, and answer with a message that says only what the caller can do",
    languages: EVERY_LANGUAGE,
    cwe: &[209, 497],
    page: include_str!("error_leak.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of an answer",
    whole: "is answered",
    label: "paths, versions and calls of the server are told here",
};

impl Rule for ErrorLeak {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for one in found(view, &[sink::RESPONSE], &[source::ERROR]) {
            out.push(one.draft(&WORDING, Severity::Low, Severity::Low));
        }
        for tool in &view.surface.tools {
            for handler in &tool.handler {
                for given in view.analysis.returned(*handler) {
                    out.extend(answered(view, tool, *handler, &given));
                }
            }
        }
    }
}

/// A finding about something that the handler of a tool gives back.
fn answered(
    view: &SourceView<'_>,
    tool: &ToolInfo,
    handler: FnId,
    given: &Returned,
) -> Option<Draft> {
    let Origin::Source { kind: source::ERROR, at, path, .. } = &given.source else { return None };
    let function = given.trace.first().map_or(handler, |hop| hop.function);
    let message = "what an error tells of the inside is answered";
    let draft = Draft::in_code(view, *at, Some(function), message, WORDING.label);
    Some(draft.tool(tool.name.as_deref(), None).key(path.as_ref()))
}
