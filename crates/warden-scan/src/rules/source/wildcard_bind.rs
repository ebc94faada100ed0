use warden_model::{Class, Severity};

use crate::{Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView};

#[doc = include_str!("wildcard_bind.md")]
#[derive(Debug)]
pub(crate) struct WildcardBind;

static META: Meta = Meta {
    id: "wildcard-bind",
    class: Class::NetExposed,
    severity: Severity::High,
    title: "the server listens on every address of the machine",
    help: "listen on `127.0.0.1` unless somebody asks for more",
    languages: EVERY_LANGUAGE,
    cwe: &[1327, 668],
    page: include_str!("wildcard_bind.md"),
};

impl Rule for WildcardBind {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let authenticates = view.posture.authenticates();
        for (place, written) in view.posture.open_places() {
            let (message, label) = if written {
                ("the server listens on every address of the machine", "every address")
            } else {
                (
                    "the server listens on every address of the machine, since it is given none",
                    "no address is given",
                )
            };
            let severity = match (written, authenticates) {
                (true, false) => Severity::High,
                (true, true) | (false, false) => Severity::Medium,
                (false, true) => Severity::Low,
            };
            let spot = view.spot(place.at);
            let draft = Draft::in_code(view, spot, Some(place.function), message, label);
            out.push(draft.severity(view.posture.chosen(severity)));
        }
    }
}
