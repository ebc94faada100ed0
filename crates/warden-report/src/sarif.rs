//! SARIF 2.1.0, for code scanning services and editors.
//!
//! What could not be read is a notification of the invocation, and the invocation then counts as
//! not successful: a service that shows only results must not show a clean bill.

mod cwe;
mod location;
mod result;
mod rule;
mod types;

use warden_model::{Gaps, Scan, Unread};

use crate::{Tool, clean::printable, json};
use types::{
    ArtifactLocation, Driver, Invocation, Log, Message, Notification, Reference, Run,
    RunProperties, ToolComponent,
};

/// The published schema that the output satisfies.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The identifier of the notification about something unread.
const UNREAD: &str = "unread";

/// The identifier of the notification about code that was not understood.
const GAP: &str = "gap";

/// The scan as one run of a SARIF log, ended by a line feed.
///
/// # Errors
/// If a value cannot be written as JSON.
pub fn render(scan: &Scan, tool: &Tool<'_>) -> Result<String, serde_json::Error> {
    let unread = scan.coverage.unread.iter().map(notification);
    let gaps = scan.coverage.source.gaps.iter().map(gap);
    let run = Run {
        tool: ToolComponent { driver: driver(tool) },
        invocations: [Invocation {
            execution_successful: scan.coverage.complete(),
            tool_execution_notifications: unread.chain(gaps).collect(),
        }],
        results: result::all(scan, tool),
        taxonomies: [cwe::taxonomy(scan, tool)],
        column_kind: "unicodeCodePoints",
        properties: RunProperties { persona: scan.persona.name(), held_back: scan.held_back },
    };
    json::to_text(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

fn driver<'a>(tool: &Tool<'a>) -> Driver<'a> {
    Driver {
        name: Tool::NAME,
        full_name: "MCP Warden",
        semantic_version: tool.version,
        supported_taxonomies: [cwe::component()],
        rules: tool.rules.iter().map(rule::new).collect(),
    }
}

fn notification(unread: &Unread) -> Notification {
    let text = format!("could not be read: {}: {}", unread.reason.name(), unread.detail);
    Notification {
        descriptor: Reference { id: UNREAD },
        level: "error",
        message: message(&text),
        locations: location::of(&unread.location).into_iter().collect(),
    }
}

fn gap(gaps: &Gaps) -> Notification {
    let text = format!("not understood in {} places: {}", gaps.count, gaps.meaning);
    Notification {
        descriptor: Reference { id: GAP },
        level: "warning",
        message: message(&text),
        locations: gaps.places.iter().filter_map(location::of).collect(),
    }
}

/// A plain text; what a viewer could stumble over is spelled out.
fn message(text: &str) -> Message {
    Message { text: printable(text).into_owned() }
}

/// A file as SARIF speaks of it.
fn artifact(file: &str) -> ArtifactLocation {
    ArtifactLocation { uri: location::uri(file) }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::check;
