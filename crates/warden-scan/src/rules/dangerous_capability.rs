use warden_detect::{EffectEvidence, Effects, visible};
use warden_model::{AutoApprove, Class, Confidence, Definition, Effect, Severity};

use crate::{Context, Draft, Meta, Rule, View};

#[doc = include_str!("dangerous_capability.md")]
#[derive(Debug)]
pub(crate) struct DangerousCapability;

static META: Meta = Meta {
    id: "dangerous-capability",
    class: Class::HitlMissing,
    severity: Severity::Medium,
    title: "a tool can run code, change rights or destroy something, and does not say so",
    help: "let the client ask before every call, and ask the publisher to set `destructiveHint`",
    languages: &[],
    cwe: &[],
    page: include_str!("dangerous_capability.md"),
};

impl Rule for DangerousCapability {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_surface(&self, view: &View<'_>, context: &Context<'_>, out: &mut Vec<Draft>) {
        let connection =
            view.surface.connection.and_then(|index| context.snapshot.connections.get(index));
        for (tool, effects) in view.tools() {
            let Some(said) = effects.said().filter(|said| said.effect >= Effect::Execute) else {
                continue;
            };
            let asks =
                !connection.is_some_and(|connection| unasked(&connection.auto_approve, &tool.name));
            if declared(tool) && asks {
                continue;
            }
            out.push(draft(view, tool, said, effects, asks));
        }
    }
}

fn draft(
    view: &View<'_>,
    tool: &Definition,
    said: &EffectEvidence,
    effects: &Effects,
    asks: bool,
) -> Draft {
    let name = visible(&tool.name).text;
    let (severity, how) = match (asks, effects.effect) {
        (false, _) => (Severity::High, "and the client does not ask"),
        (true, Effect::Destructive) => (Severity::Low, "without saying so in its annotations"),
        (true, _) => (Severity::Medium, "without saying so in its annotations"),
    };
    let message = format!("`{name}` can {}, {how}", what(effects.effect));
    let label = format!("its {} says `{}`", said.source.name(), visible(&said.word).text);
    let mut draft = Draft::at(tool.location.clone(), message, label)
        .server(&view.surface.server)
        .severity(severity)
        .confidence(Confidence::Medium)
        .key(effects.effect.name());
    draft.subject.tool = Some(tool.name.clone());
    draft
}

fn declared(tool: &Definition) -> bool {
    let hint = tool.body.pointer("/annotations/destructiveHint");
    hint.and_then(serde_json::Value::as_bool) == Some(true)
}

fn unasked(setting: &AutoApprove, tool: &str) -> bool {
    match setting {
        AutoApprove::Ask => false,
        AutoApprove::Tools(tools) => tools.iter().any(|name| name == tool || name == "*"),
        AutoApprove::All(_) => true,
    }
}

const fn what(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "read",
        Effect::Write => "change something",
        Effect::Send => "send data away",
        Effect::Execute => "run commands or code",
        Effect::Admin => "change who may do what",
        Effect::Destructive => "destroy what cannot be brought back",
    }
}
