use warden_detect::{Reference, visible};
use warden_model::{Class, Confidence, Severity};

use crate::{Context, Draft, Meta, Part, Rule, View};

#[doc = include_str!("cross_tool_reference.md")]
#[derive(Debug)]
pub(crate) struct CrossToolReference;

static META: Meta = Meta {
    id: "cross-tool-reference",
    class: Class::ToolShadowing,
    severity: Severity::High,
    title: "a definition gives orders about another server's tool",
    help: "do not connect the two servers in one client until the text is explained",
    languages: &[],
    cwe: &[],
    page: include_str!("cross_tool_reference.md"),
};

impl Rule for CrossToolReference {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judges_texts(&self) -> bool {
        true
    }

    fn check_surface(&self, view: &View<'_>, context: &Context<'_>, out: &mut Vec<Draft>) {
        for text in &view.texts {
            if matches!(text.part, Part::Name | Part::Member) {
                continue;
            }
            for Reference { name, order, .. } in
                context.names.orders(text.text, |name| owned(name, view, context))
            {
                let message = format!(
                    "`{}` gives orders about `{}`, which is not its server's",
                    visible(text.name).text,
                    visible(&name).text
                );
                let order = text.text.get(order).unwrap_or_default();
                let order = order.get(..order.floor_char_boundary(80)).unwrap_or_default();
                let label = format!("says `{}`", visible(order).text);
                out.push(
                    Draft::in_text(view, text, message, label)
                        .confidence(Confidence::Medium)
                        .key(&name),
                );
            }
        }
    }
}

/// Whether the name is the server's own, also in another copy of it.
fn owned(name: &str, view: &View<'_>, context: &Context<'_>) -> bool {
    let copies =
        context.views.iter().filter(|other| context.same_server(view.surface, other.surface));
    let connection =
        view.surface.connection.and_then(|index| context.snapshot.connections.get(index));
    view.owns(name)
        || connection.is_some_and(|own| own.name == name)
        || copies.into_iter().any(|copy| copy.owns(name))
}
