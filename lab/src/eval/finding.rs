//! Findings, as far as scoring needs them: from a report in JSON.

use serde::Deserialize;

use xtask::shell::Failure;

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// The class.
    pub class: String,
    /// How bad it is.
    pub severity: String,
    /// What is wrong.
    pub message: String,
    /// Where it is.
    pub place: Place,
    /// The way there.
    pub trace: Vec<Place>,
    /// The tool, if it is one that a model controls.
    pub tool: Option<String>,
    /// The parameter of the tool.
    pub parameter: Option<String>,
    /// The same for the same problem, when lines have moved.
    pub fingerprint: String,
}

/// A place in a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, inside the tree.
    pub file: String,
    /// The line, counted from 1.
    pub line: Option<u32>,
    /// The innermost function, without its class.
    pub function: Option<String>,
}

impl Finding {
    /// What makes it the same finding in another version: its fingerprint cannot tell, since the
    /// names of packages and folders are in it.
    #[must_use]
    pub fn identity(&self) -> String {
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        let place = &self.place;
        [
            self.rule.clone(),
            place.file.clone(),
            part(&place.function),
            part(&self.tool),
            part(&self.parameter),
            self.message.clone(),
        ]
        .join("\n")
    }

    /// Whether it is one that would stop a release.
    #[must_use]
    pub fn is_high(&self) -> bool {
        ["high", "critical"].contains(&self.severity.as_str())
    }
}

impl Place {
    /// A place below `root`, as a report shows it.
    #[must_use]
    pub fn below(root: &str, file: &str, line: Option<u32>, function: Option<&str>) -> Self {
        let inside = file.strip_prefix(root).map_or(file, |rest| rest.trim_start_matches('/'));
        let function = function.map(|name| name.rsplit('.').next().unwrap_or(name));
        // The body of a module is no function that a label could name.
        let named = function.filter(|name| !name.is_empty() && !name.starts_with(['<', '(']));
        Self { file: inside.to_owned(), line, function: named.map(str::to_owned) }
    }
}

#[derive(Deserialize)]
struct Report {
    findings: Vec<Entry>,
    coverage: Coverage,
}

#[derive(Deserialize)]
struct Coverage {
    complete: bool,
}

#[derive(Deserialize)]
struct Entry {
    rule: String,
    class: String,
    severity: String,
    message: String,
    location: Location,
    trace: Vec<Step>,
    tool: Option<String>,
    parameter: Option<String>,
    fingerprint: String,
}

#[derive(Deserialize)]
struct Step {
    location: Location,
}

#[derive(Deserialize)]
struct Location {
    file: String,
    line: Option<u32>,
    function: Option<String>,
}

/// Reads a report about the tree that is shown as `root`: its findings, and whether everything was
/// looked at.
///
/// # Errors
/// It is no report.
pub fn read(report: &str, root: &str) -> Result<(Vec<Finding>, bool), Failure> {
    let report: Report = serde_json::from_str(report)
        .map_err(|error| Failure(format!("the report cannot be read: {error}")))?;
    let place = |at: &Location| Place::below(root, &at.file, at.line, at.function.as_deref());
    let findings = report.findings.into_iter().map(|entry| Finding {
        place: place(&entry.location),
        trace: entry.trace.iter().map(|step| place(&step.location)).collect(),
        rule: entry.rule,
        class: entry.class,
        severity: entry.severity,
        message: entry.message,
        tool: entry.tool,
        parameter: entry.parameter,
        fingerprint: entry.fingerprint,
    });
    Ok((findings.collect(), report.coverage.complete))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"{
        "version": 1,
        "findings": [{
            "rule": "command-injection", "class": "COMMAND_INJECTION", "severity": "critical",
            "confidence": "high", "message": "m", "fingerprint": "sha256:00",
            "location": {"file": "tree/a/b.py", "line": 3, "column": 1, "function": "Git.log"},
            "tool": "log", "parameter": "path", "help": "h",
            "trace": [{"location": {"file": "tree/c.py", "line": 9, "function": "<module>"}, "note": "n"}]
        }],
        "coverage": {"complete": false, "files": 2}
    }"#;

    #[test]
    fn places_are_inside_the_tree_and_functions_without_their_class() {
        let (findings, complete) = read(REPORT, "tree").expect("it is a report");
        assert!(!complete);
        let [finding] = &findings[..] else { panic!("there is one: {findings:?}") };
        let place = Place { file: "a/b.py".into(), line: Some(3), function: Some("log".into()) };
        assert_eq!(finding.place, place);
        let step = Place { file: "c.py".into(), line: Some(9), function: None };
        assert_eq!(finding.trace, [step]);
        assert!(finding.is_high());
        assert!(read("{}", "tree").is_err());
    }
}
