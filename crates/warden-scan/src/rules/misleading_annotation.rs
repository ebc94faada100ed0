use warden_detect::visible;
use warden_model::{Class, Confidence, Definition, Effect, Severity};

use crate::{Context, Draft, Meta, Rule, View};

#[doc = include_str!("misleading_annotation.md")]
#[derive(Debug)]
pub(crate) struct MisleadingAnnotation;

static META: Meta = Meta {
    id: "misleading-annotation",
    class: Class::ToolPoisoning,
    severity: Severity::High,
    title: "an annotation says less than the tool does",
    help: "do not rely on the annotation: let the client ask before this tool",
    languages: &[],
    cwe: &[],
    page: include_str!("misleading_annotation.md"),
};

impl Rule for MisleadingAnnotation {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_surface(&self, view: &View<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for (tool, effects) in view.tools() {
            let Some(said) = effects.said() else { continue };
            let (claim, severity) =
                if hint(tool, "readOnlyHint") == Some(true) && said.effect > Effect::Read {
                    let mild = said.effect == Effect::Write;
                    ("readOnlyHint", if mild { Severity::Medium } else { Severity::High })
                } else if hint(tool, "destructiveHint") == Some(false)
                    && said.effect == Effect::Destructive
                {
                    ("destructiveHint", Severity::Medium)
                } else {
                    continue;
                };
            let name = visible(&tool.name).text;
            let message =
                format!("`{name}` claims to be harmless, and its words say `{}`", said.effect);
            let label = format!(
                "`{claim}` against `{}` in its {}",
                visible(&said.word).text,
                said.source.name()
            );
            let mut draft = Draft::at(tool.location.clone(), message, label)
                .server(&view.surface.server)
                .severity(severity)
                .confidence(Confidence::Medium)
                .key(claim);
            draft.subject.tool = Some(tool.name.clone());
            out.push(draft);
        }
    }
}

fn hint(tool: &Definition, name: &str) -> Option<bool> {
    tool.body.get("annotations")?.get(name)?.as_bool()
}
