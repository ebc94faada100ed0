use warden_model::{Class, Confidence, Severity};

use crate::{Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView};

#[doc = include_str!("missing_origin_check.md")]
#[derive(Debug)]
pub(crate) struct MissingOriginCheck;

static META: Meta = Meta {
    id: "missing-origin-check",
    class: Class::NetExposed,
    severity: Severity::Medium,
    title: "MCP is served over HTTP without a look at `Host` or `Origin`",
    help: "refuse requests whose `Host` and `Origin` are not the server's own",
    languages: EVERY_LANGUAGE,
    cwe: &[346, 350],
    page: include_str!("missing_origin_check.md"),
};

impl Rule for MissingOriginCheck {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let posture = &view.posture;
        for place in &posture.unasked {
            let draft = Draft::in_code(
                view,
                view.spot(place.at),
                Some(place.function),
                "a transport for others to use looks at `Host` and `Origin` only where an option asks for it, and is left open without",
                "off unless somebody asks for it",
            );
            out.push(draft.confidence(Confidence::Medium));
        }
        // A page that a browser was led to has no token to send.
        if posture.authenticates() || !posture.origin_checks.is_empty() {
            return;
        }
        for transport in &posture.transports {
            if transport.guarded && !transport.switched_off {
                continue;
            }
            let place = transport.place;
            let draft = Draft::in_code(
                view,
                view.spot(place.at),
                Some(place.function),
                "MCP is served over HTTP, and any page in a browser on the machine may call it by rebinding its name",
                "served without a look at `Host` or `Origin`",
            );
            out.push(draft.confidence(Confidence::Medium));
        }
    }
}
