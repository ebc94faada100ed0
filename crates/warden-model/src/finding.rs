//! One problem, and where it is.

use crate::{Class, Confidence, Digest, Severity};

/// One problem that a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's identifier, for example `unpinned-package`.
    pub rule: &'static str,
    /// What kind of problem it is.
    pub class: Class,
    /// CWE numbers, the closest first; may be empty.
    pub cwe: &'static [u16],
    /// How bad it is here.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// What is wrong, in one sentence without a full stop; never a secret.
    pub message: String,
    /// Why here: the label at the place itself, in a few words; never a secret.
    pub label: String,
    /// Where it is.
    pub location: Location,
    /// What it is about.
    pub subject: Subject,
    /// The line there, in source code.
    pub code: Option<Excerpt>,
    /// How it comes about, from the source to the sink; empty where there is no path.
    pub trace: Vec<TraceStep>,
    /// What to do about it.
    pub help: String,
    /// The same problem has the same fingerprint after its lines have moved.
    pub fingerprint: Digest,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Subject {
    /// The server's name.
    pub server: Option<String>,
    /// The tool, prompt, resource or template.
    pub tool: Option<String>,
    /// The parameter of the tool.
    pub parameter: Option<String>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Location {
    /// The file, as it is shown to people; empty if there is none.
    pub file: String,
    /// RFC 6901 pointer to the entry inside the file, for example `/mcpServers/git`.
    pub pointer: Option<String>,
    /// The line, counted from 1.
    pub line: Option<u32>,
    /// The column in characters, counted from 1.
    pub column: Option<u32>,
    /// The function, in source code.
    pub function: Option<String>,
}

/// One step on the way from a source to a sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceStep {
    /// Where.
    pub location: Location,
    /// What happens there.
    pub note: String,
    /// The line there, in source code.
    pub code: Option<Excerpt>,
}

/// A line of source code, ready to be shown: hidden characters are visible, secrets are out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, or a part of it when it is long.
    pub text: String,
    /// Where in `text` the place starts, in characters.
    pub start: usize,
    /// How many characters it covers; at least 1.
    pub length: usize,
}
