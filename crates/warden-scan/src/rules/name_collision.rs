use warden_detect::{Likeness, pairs, visible};
use warden_model::{Class, Confidence, Definition, Severity};

use crate::{Context, Draft, Meta, Rule, View};

#[doc = include_str!("name_collision.md")]
#[derive(Debug)]
pub(crate) struct NameCollision;

static META: Meta = Meta {
    id: "name-collision",
    class: Class::ToolShadowing,
    severity: Severity::Medium,
    title: "two tools have the same name, or names that look the same",
    help: "disable one of them in this client, or give one server a prefix",
    languages: &[],
    cwe: &[],
    page: include_str!("name_collision.md"),
};

impl Rule for NameCollision {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_snapshot(&self, context: &Context<'_>, out: &mut Vec<Draft>) {
        let tools: Vec<(&View<'_>, &Definition)> = context
            .views
            .iter()
            .flat_map(|view| view.tools().map(move |(tool, _)| (view, tool)))
            .collect();
        let names: Vec<&str> = tools.iter().map(|(_, tool)| tool.name.as_str()).collect();
        for pair in pairs(&names) {
            let (Some(first), Some(second)) = (tools.get(pair.first), tools.get(pair.second))
            else {
                continue;
            };
            out.extend(judge(*first, *second, pair.likeness, context));
        }
    }
}

type Tool<'a> = (&'a View<'a>, &'a Definition);

fn judge(
    first: Tool<'_>,
    second: Tool<'_>,
    likeness: Likeness,
    context: &Context<'_>,
) -> Option<Draft> {
    let (here, there) = (first.0.surface, second.0.surface);
    let inside = std::ptr::eq(here, there);
    if !inside && context.same_server(here, there) {
        return None;
    }
    let (severity, what) = match likeness {
        Likeness::Same if inside => (Severity::High, "twice in one list"),
        Likeness::Same => (Severity::Medium, "the same name"),
        Likeness::Confusable => (Severity::High, "other characters that look the same"),
        Likeness::Spelling if !inside => {
            (Severity::Medium, "the same name but for case and separators")
        }
        Likeness::OneEdit if !inside && !plural(&first.1.name, &second.1.name) => {
            (Severity::Low, "one letter apart")
        }
        Likeness::Spelling | Likeness::OneEdit => return None,
    };
    let (a, b) = (visible(&first.1.name).text, visible(&second.1.name).text);
    let message =
        format!("`{b}` of `{}` can be taken for `{a}` of `{}`", there.server, here.server);
    let mut draft = Draft::at(second.1.location.clone(), message, what)
        .server(&there.server)
        .severity(severity)
        .confidence(if likeness == Likeness::OneEdit { Confidence::Low } else { Confidence::High })
        .key(&here.server)
        .key(&first.1.name);
    draft.subject.tool = Some(second.1.name.clone());
    Some(draft)
}

/// `get_issue` and `get_issues` are two honest names.
fn plural(a: &str, b: &str) -> bool {
    a.strip_suffix('s') == Some(b) || b.strip_suffix('s') == Some(a)
}
