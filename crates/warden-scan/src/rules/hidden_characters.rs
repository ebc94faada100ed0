use std::collections::BTreeSet;

use warden_detect::{HiddenChar, HiddenKind, hidden, visible};
use warden_model::{Class, Connection, Severity};

use crate::{Context, Draft, Meta, Rule, View, command::launch};

#[doc = include_str!("hidden_characters.md")]
#[derive(Debug)]
pub(crate) struct HiddenCharacters;

static META: Meta = Meta {
    id: "hidden-characters",
    class: Class::ToolPoisoning,
    severity: Severity::High,
    title: "text holds characters that a person does not see",
    help: "do not use the server until its publisher has taken them out; look at the text with `mcpwarden scan`",
    languages: &[],
    cwe: &[],
    page: include_str!("hidden_characters.md"),
};

impl Rule for HiddenCharacters {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judges_texts(&self) -> bool {
        true
    }

    fn check_connection(&self, connection: &Connection, _: &Context<'_>, out: &mut Vec<Draft>) {
        let command = launch(connection).map(|launch| launch.command.as_str());
        let package = connection.package.as_ref().map(|package| package.name.as_str());
        let places = [
            ("name", Some(connection.name.as_str())),
            ("command", command),
            ("package name", package),
        ];
        for (what, text) in places {
            let found = text.map(hidden).unwrap_or_default();
            if let Some(severity) = severity(&found) {
                let shown = visible(text.unwrap_or_default()).text;
                let message = format!("the {what} `{shown}` holds {}", list(&found));
                out.push(
                    Draft::on(connection, message, "not what it looks like")
                        .severity(severity)
                        .key(what),
                );
            }
        }
    }

    fn check_surface(&self, view: &View<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for text in &view.texts {
            let found = hidden(text.text);
            if let Some(severity) = severity(&found) {
                let name = visible(text.name).text;
                let message = format!("a text of `{name}` holds {}", list(&found));
                let label = excerpt(text.text, &found);
                out.push(Draft::in_text(view, text, message, label).severity(severity));
            }
        }
    }
}

fn severity(found: &[HiddenChar]) -> Option<Severity> {
    found
        .iter()
        .map(|hit| match hit.kind {
            HiddenKind::Tag => Severity::Critical,
            HiddenKind::Variation if found.len() > 3 => Severity::Critical,
            HiddenKind::Bidi
            | HiddenKind::Escape
            | HiddenKind::Variation
            | HiddenKind::ZeroWidth
            | HiddenKind::Ignorable => Severity::High,
            HiddenKind::Control => Severity::Medium,
            HiddenKind::SoftHyphen => Severity::Low,
        })
        .max()
}

fn list(found: &[HiddenChar]) -> String {
    let kinds: BTreeSet<&str> = found.iter().map(|hit| hit.kind.name()).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    format!("{} hidden characters ({})", found.len(), kinds.join(", "))
}

/// What stands around the first of them.
fn excerpt(text: &str, found: &[HiddenChar]) -> String {
    let at = found.first().map_or(0, |hit| hit.offset);
    let from = text.floor_char_boundary(at.saturating_sub(16));
    let to = text.ceil_char_boundary(at.saturating_add(64).min(text.len()));
    let before = if from > 0 { "…" } else { "" };
    let after = if to < text.len() { "…" } else { "" };
    let part = visible(text.get(from..to).unwrap_or_default()).text.replace('\n', " ");
    format!("reads `{before}{part}{after}`")
}
