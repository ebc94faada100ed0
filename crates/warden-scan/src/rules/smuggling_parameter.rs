use serde_json::Value;
use warden_detect::{smuggling, visible};
use warden_model::{Class, Confidence, Definition, Severity};

use crate::{Context, Draft, Meta, Rule, View};

#[doc = include_str!("smuggling_parameter.md")]
#[derive(Debug)]
pub(crate) struct SmugglingParameter;

static META: Meta = Meta {
    id: "smuggling-parameter",
    class: Class::ToolPoisoning,
    severity: Severity::Medium,
    title: "a parameter collects more than the tool needs",
    help: "ask what the parameter is for; a gateway can refuse calls that fill it",
    languages: &[],
    cwe: &[],
    page: include_str!("smuggling_parameter.md"),
};

impl Rule for SmugglingParameter {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judges_texts(&self) -> bool {
        true
    }

    fn check_surface(&self, view: &View<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for (tool, _) in view.tools() {
            let schema = tool.body.get("inputSchema");
            let properties =
                schema.and_then(|schema| schema.get("properties")).and_then(Value::as_object);
            let required =
                schema.and_then(|schema| schema.get("required")).and_then(Value::as_array);
            for (name, property) in properties.into_iter().flatten() {
                let required =
                    required.is_some_and(|names| names.iter().any(|other| other == name));
                if let Some(smuggling) = smuggling(name, property, required) {
                    let severity =
                        if smuggling.certain { Severity::High } else { Severity::Medium };
                    out.push(draft(view, tool, name, severity, smuggling.why));
                }
            }
        }
    }
}

fn draft(view: &View<'_>, tool: &Definition, name: &str, severity: Severity, label: &str) -> Draft {
    let message = format!(
        "`{}` asks for `{}`, which no call needs",
        visible(&tool.name).text,
        visible(name).text
    );
    let mut draft = Draft::at(tool.location.clone(), message, label)
        .server(&view.surface.server)
        .severity(severity)
        .confidence(Confidence::Medium);
    draft.subject.tool = Some(tool.name.clone());
    draft.subject.parameter = Some(name.to_owned());
    draft
}
