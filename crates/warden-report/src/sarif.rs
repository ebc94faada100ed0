//! SARIF 2.1.0, for code scanning services and editors.
//!
//! What could not be read is a notification of the invocation, and the invocation then counts as
//! not successful: a service that shows only results must not show a clean bill.

mod location;
mod result;
mod rule;
mod types;

use warden_model::{Scan, Unread};

use crate::{Tool, clean::printable, json};
use types::{
    ArtifactLocation, Driver, Invocation, Log, Message, Notification, Reference, Run, ToolComponent,
};

/// The published schema that the output satisfies.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The identifier of the notification about something unread.
const UNREAD: &str = "unread";

/// The scan as one run of a SARIF log, ended by a line feed.
///
/// # Errors
/// If a value cannot be written as JSON.
pub fn render(scan: &Scan, tool: &Tool<'_>) -> Result<String, serde_json::Error> {
    let run = Run {
        tool: ToolComponent { driver: driver(tool) },
        invocations: [Invocation {
            execution_successful: scan.coverage.complete(),
            tool_execution_notifications: scan.coverage.unread.iter().map(notification).collect(),
        }],
        results: scan.findings.iter().map(|finding| result::new(finding, tool)).collect(),
        column_kind: "unicodeCodePoints",
    };
    json::to_text(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

fn driver<'a>(tool: &Tool<'a>) -> Driver<'a> {
    Driver {
        name: Tool::NAME,
        full_name: "MCP Warden",
        semantic_version: tool.version,
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
