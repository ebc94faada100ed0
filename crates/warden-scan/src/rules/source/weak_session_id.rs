use warden_model::{Class, Confidence, Severity};

use crate::{Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView};

#[doc = include_str!("weak_session_id.md")]
#[derive(Debug)]
pub(crate) struct WeakSessionId;

static META: Meta = Meta {
    id: "weak-session-id",
    class: Class::SessionWeak,
    severity: Severity::High,
    title: "the identifier of a session can be guessed",
    help: "make it of at least 128 bits from the system's source of randomness",
    languages: EVERY_LANGUAGE,
    cwe: &[330, 340],
    page: include_str!("weak_session_id.md"),
};

impl Rule for WeakSessionId {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        // Nobody else can take part in a session over pipes.
        if !view.posture.serves() {
            return;
        }
        for found in &view.posture.weak_sessions {
            let message = format!(
                "the identifier of a session is made of {}, and can be guessed by others",
                found.from
            );
            let place = found.place;
            let spot = view.spot(place.at);
            let draft = Draft::in_code(view, spot, Some(place.function), message, "can be guessed");
            out.push(draft.confidence(Confidence::Medium));
        }
    }
}
