use warden_detect::{DEFAULT_LEVEL, Evidence, instructions, visible};
use warden_model::{Class, Confidence, Severity};

use crate::{Context, Draft, Meta, Part, Rule, Text, View};

#[doc = include_str!("instruction_like_text.md")]
#[derive(Debug)]
pub(crate) struct InstructionLikeText;

static META: Meta = Meta {
    id: "instruction-like-text",
    class: Class::ToolPoisoning,
    severity: Severity::High,
    title: "a definition gives orders to the model",
    help: "read the text; do not use the server unless the orders are harmless and about this tool only",
    languages: &[],
    cwe: &[],
    page: include_str!("instruction_like_text.md"),
};

impl Rule for InstructionLikeText {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judges_texts(&self) -> bool {
        true
    }

    fn check_surface(&self, view: &View<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for text in &view.texts {
            let found = instructions(text.text);
            let Some(worst) = found.worst().filter(|_| found.reaches(DEFAULT_LEVEL)) else {
                continue;
            };
            let message = format!("{} {}", place(text), worst.kind.what());
            let severity = if found.score >= 120 { Severity::Critical } else { Severity::High };
            let sure = if found.score >= 80 { Confidence::High } else { Confidence::Medium };
            out.push(
                Draft::in_text(view, text, message, quote(text.text, worst))
                    .severity(severity)
                    .confidence(sure)
                    .key(worst.kind.name()),
            );
        }
    }
}

fn place(text: &Text<'_>) -> String {
    let name = visible(text.name).text;
    match (text.part, &text.parameter) {
        (Part::Instructions, _) => "the server's instructions hold text that".to_owned(),
        (_, Some(parameter)) => {
            format!("parameter `{}` of `{name}` holds text that", visible(parameter).text)
        }
        (Part::Description, None) => format!("the description of `{name}` holds text that"),
        (Part::Name | Part::Member | Part::Value, None) => format!("`{name}` holds text that"),
    }
}

fn quote(text: &str, evidence: &Evidence) -> String {
    let piece = text.get(evidence.range.clone()).unwrap_or_default();
    let cut = piece.get(..piece.floor_char_boundary(100)).unwrap_or_default();
    let more = if cut.len() < piece.len() { "…" } else { "" };
    let line: Vec<&str> = cut.split_whitespace().collect();
    format!("says `{}{more}`", visible(&line.join(" ")).text)
}
