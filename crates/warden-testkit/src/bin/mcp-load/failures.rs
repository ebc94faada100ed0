//! Everything that can be wrong with an answer, and how often it was.

use serde_json::{Map, Value};

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The connection could not be opened, broke, or ended before the answer did.
    Connection,
    /// The response is none, or goes on after its end.
    Framing,
    /// The status is not the right one.
    Status,
    /// The body is neither a JSON-RPC message nor events with one.
    Json,
    /// The answer is to another request.
    Id,
    /// The answer is a JSON-RPC error.
    Error,
    /// The result says that the tool failed.
    ToolFailed,
    /// The result is not what was asked for: another text, or another number of tools.
    Content,
    /// No answer came in time.
    Silence,
    /// There is no session.
    Session,
}

/// Every failure with the name that it has in the output.
static ALL: &[(Failure, &str)] = &[
    (Failure::Connection, "connection"),
    (Failure::Framing, "framing"),
    (Failure::Status, "status"),
    (Failure::Json, "json"),
    (Failure::Id, "id"),
    (Failure::Error, "error"),
    (Failure::ToolFailed, "is_error"),
    (Failure::Content, "content"),
    (Failure::Silence, "silence"),
    (Failure::Session, "session"),
];

/// How much of a bad answer is shown.
const SHOWN: usize = 300;

/// Failures, counted.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    counts: Vec<(Failure, u64)>,
    first: Option<String>,
}

impl Failure {
    pub(crate) fn name(self) -> &'static str {
        ALL.iter().find(|(failure, _)| *failure == self).map_or("unknown", |(_, name)| name)
    }
}

impl Failures {
    /// Counts a failure; the first is shown with what came instead of an answer.
    pub(crate) fn count(&mut self, failure: Failure, received: &[u8]) {
        match self.counts.iter_mut().find(|(known, _)| *known == failure) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((failure, 1)),
        }
        self.first.get_or_insert_with(|| {
            let start = received.get(..received.len().min(SHOWN)).unwrap_or_default();
            format!("{}: {}", failure.name(), String::from_utf8_lossy(start))
        });
    }

    pub(crate) fn total(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// The members of the output.
    pub(crate) fn write(&self, output: &mut Map<String, Value>) {
        output.insert("failures".into(), self.total().into());
        let kinds = self.counts.iter().map(|(kind, count)| (kind.name().into(), (*count).into()));
        output.insert("failure_kinds".into(), Value::Object(kinds.collect()));
        if let Some(first) = &self.first {
            output.insert("first_failure".into(), first.as_str().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_counted_by_kind_and_the_first_is_shown() {
        let mut failures = Failures::default();
        failures.count(Failure::Id, b"one");
        failures.count(Failure::Id, b"two");
        failures.count(Failure::Json, b"three");
        let mut output = Map::new();
        failures.write(&mut output);
        let expected = serde_json::json!({
            "failures": 3, "failure_kinds": {"id": 2, "json": 1}, "first_failure": "id: one"
        });
        assert_eq!(Value::Object(output), expected);
    }
}
