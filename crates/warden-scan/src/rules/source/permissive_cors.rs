use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    source::posture::{Cors, Origins},
};

#[doc = include_str!("permissive_cors.md")]
#[derive(Debug)]
pub(crate) struct PermissiveCors;

static META: Meta = Meta {
    id: "permissive-cors",
    class: Class::NetExposed,
    severity: Severity::Medium,
    title: "pages of every origin may call the server from a browser",
    help: "name the origins that may call the server, or leave the headers out",
    languages: EVERY_LANGUAGE,
    cwe: &[942],
    page: include_str!("permissive_cors.md"),
};

impl Rule for PermissiveCors {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        if !view.posture.serves() {
            return;
        }
        for cors in &view.posture.cors {
            let Some(severity) = severity(view, cors) else { continue };
            let message = match (cors.origins, cors.credentials) {
                (Origins::Any, true) => {
                    "pages of every origin may call the server, with the cookies of whoever looks at them"
                }
                (Origins::Reflected, true) => {
                    "every origin is given back as permitted, with the cookies of whoever looks at the page"
                }
                (Origins::Any | Origins::Reflected, false) => {
                    "pages of every origin may call the server and read what it answers"
                }
            };
            let spot = view.spot(cors.place.at);
            let draft =
                Draft::in_code(view, spot, Some(cors.place.function), message, "every origin");
            out.push(draft.severity(severity));
        }
    }
}

/// With a token on every request a page of somebody else gets nowhere.
fn severity(view: &SourceView<'_>, cors: &Cors) -> Option<Severity> {
    match (cors.credentials, view.posture.authenticates()) {
        (true, _) => Some(Severity::High),
        (false, false) => Some(Severity::Medium),
        (false, true) => None,
    }
}
