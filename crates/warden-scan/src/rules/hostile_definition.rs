use warden_detect::{
    DEFAULT_LEVEL, Judge, LEVEL, Mark, Subject, Verdict, instructions, tool_text, visible,
};
use warden_model::{Class, Confidence, Severity};

use crate::{Context, Draft, Meta, Rule, Text, View};

#[doc = include_str!("hostile_definition.md")]
#[derive(Debug)]
pub(crate) struct HostileDefinition;

static META: Meta = Meta {
    id: "hostile-definition",
    class: Class::ToolPoisoning,
    severity: Severity::High,
    title: "a definition as a whole is hostile to the model or to its user",
    help: "read the whole definition; do not use the server unless its publisher can explain it",
    languages: &[],
    cwe: &[],
    page: include_str!("hostile_definition.md"),
};

impl Rule for HostileDefinition {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judges_texts(&self) -> bool {
        true
    }

    fn check_surface(&self, view: &View<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let judge = Judge::of(Subject::Definition);
        for (index, definition) in view.surface.definitions.iter().enumerate() {
            let texts: Vec<&Text<'_>> =
                view.texts.iter().filter(|text| text.definition == Some(index)).collect();
            // Orders in one text are another rule's, which says which.
            if texts.iter().any(|text| instructions(text.text).reaches(DEFAULT_LEVEL)) {
                continue;
            }
            let verdict = judge.tool(&definition.body);
            let Some(first) = texts.first() else { continue };
            let text = worst(&verdict)
                .and_then(|mark| texts.iter().find(|text| text.pointer == mark.field));
            let quoted = || {
                let shown = tool_text(&definition.body);
                worst(&verdict).map(|mark| quote(&shown.text, mark)).unwrap_or_default()
            };
            out.extend(draft(view, text.unwrap_or(first), &verdict, quoted));
        }
        for text in view.texts.iter().filter(|text| text.definition.is_none()) {
            if !instructions(text.text).reaches(DEFAULT_LEVEL) {
                let verdict = judge.text(text.text);
                let quoted =
                    || worst(&verdict).map(|mark| quote(text.text, mark)).unwrap_or_default();
                out.extend(draft(view, text, &verdict, quoted));
            }
        }
    }
}

fn draft(
    view: &View<'_>,
    text: &Text<'_>,
    verdict: &Verdict,
    quoted: impl FnOnce() -> String,
) -> Option<Draft> {
    let name = visible(text.name).text;
    if !verdict.complete {
        let message = format!("`{name}` could not be judged to its end");
        let draft = Draft::in_text(view, text, message, "encoded too often, or too long");
        return Some(draft.severity(Severity::Medium).confidence(Confidence::High).key("unread"));
    }
    let mark = worst(verdict).filter(|mark| verdict.reaches(needed(mark)))?;
    let what = match mark.detector {
        "purpose" => "says that it is for harm",
        "learnt" => "reads like definitions that were made to mislead",
        _ if mark.encoding.is_some() => "hides orders in another encoding",
        _ => "gives orders, taken together",
    };
    let sure = if verdict.score >= 80 { Confidence::High } else { Confidence::Medium };
    let draft = Draft::in_text(view, text, format!("`{name}` {what}"), quoted());
    Some(draft.confidence(sure).key(mark.class))
}

/// The score from which it is a finding. A finding accuses whoever published the definition: what
/// only the learnt judge says has to be well above its level.
fn needed(mark: &Mark) -> u32 {
    if mark.detector == "learnt" { LEVEL + 10 } else { LEVEL }
}

/// The weightiest evidence, without that for which there are rules of their own.
fn worst(verdict: &Verdict) -> Option<&Mark> {
    let own = ["smuggling", "hidden"];
    let marks = verdict.marks.iter().filter(|mark| mark.weight > 0);
    marks.filter(|mark| !own.contains(&mark.detector)).max_by_key(|mark| mark.weight)
}

fn quote(text: &str, mark: &Mark) -> String {
    let piece = text.get(mark.range.clone()).unwrap_or_default();
    let cut = piece.get(..piece.floor_char_boundary(100)).unwrap_or_default();
    let more = if cut.len() < piece.len() { "…" } else { "" };
    let line: Vec<&str> = cut.split_whitespace().collect();
    format!("says `{}{more}`", visible(&line.join(" ")).text)
}
