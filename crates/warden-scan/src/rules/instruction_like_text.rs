use warden_detect::{Evidence, LEVEL, instructions, visible};
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
            let Some(worst) = found.worst() else { continue };
            let message = format!("{} {}", place(text), worst.kind.what());
            let (severity, sure) = judged(found.score);
            out.push(
                Draft::in_text(view, text, message, quote(text.text, worst))
                    .severity(severity)
                    .confidence(sure)
                    .key(worst.kind.name()),
            );
        }
    }
}

/// How bad a text with this score is, and how sure that is. Below the level it is a smell, and
/// below half of it no more than noticed.
const fn judged(score: u32) -> (Severity, Confidence) {
    match score {
        120.. => (Severity::Critical, Confidence::High),
        80.. => (Severity::High, Confidence::High),
        LEVEL.. => (Severity::High, Confidence::Medium),
        SMELL.. => (Severity::Low, Confidence::Medium),
        _ => (Severity::Info, Confidence::Low),
    }
}

/// From here on a text is a smell.
const SMELL: u32 = LEVEL / 2;

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
