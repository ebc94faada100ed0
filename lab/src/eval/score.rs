//! What counts as found, as kept and as accused. Everything here is about findings and labels
//! alone, so that the test without a network scores in the same way as the command.

use std::collections::BTreeSet;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::finding::{Finding, Place};
use super::labels::{CaseLabel, Sink};
use super::weakness::{MALICE, Wanted};

/// How far from the labelled line a finding may be.
const NEAR: u32 = 3;

/// How well a label was met; each implies the ones before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not at all.
    None,
    /// There is some finding in the file.
    File,
    /// There is a finding of the right class at the place.
    Class,
    /// There is a finding of the right rule at the place.
    Rule,
}

/// Where a finding may be to count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The file, inside the tree.
    pub file: String,
    /// Lines that it may be near to.
    pub lines: Vec<u32>,
    /// The function that it may be in.
    pub function: Option<String>,
}

impl Target {
    /// A sink in the tree that its label was made from.
    #[must_use]
    pub fn labelled(sink: &Sink) -> Self {
        Self { file: sink.file.clone(), lines: vec![sink.line], function: sink.function.clone() }
    }

    /// The same sink in the tree that puts it right, given both texts. Lines that the label's
    /// expression finds are the sink. Where it finds none, the code was written anew: then the
    /// function is the sink if it has a name, and otherwise the line where the old one would be.
    #[must_use]
    pub fn fixed(sink: &Sink, vulnerable: &str, fixed: &str) -> Self {
        let file = sink.fixed_file.as_ref().unwrap_or(&sink.file).clone();
        let expression = sink.pattern.as_deref().and_then(|pattern| Regex::new(pattern).ok());
        let found = expression.map(|expression| matching(&expression, fixed)).unwrap_or_default();
        match &sink.function {
            _ if !found.is_empty() => Self { file, lines: found, function: None },
            Some(function) => Self { file, lines: Vec::new(), function: Some(function.clone()) },
            None => Self { file, lines: vec![moved(sink.line, vulnerable, fixed)], function: None },
        }
    }

    /// Whether a finding is there, or its way leads through there: some labels name the place
    /// where a value is put together or handed on to a helper, others the call inside the helper.
    fn meets(&self, finding: &Finding) -> bool {
        self.has(&finding.place) || finding.trace.iter().any(|place| self.has(place))
    }

    fn has(&self, place: &Place) -> bool {
        let near = |line: u32| self.lines.iter().any(|at| at.abs_diff(line) <= NEAR);
        let inside = self.function.is_some() && self.function == place.function;
        self.file == place.file && (inside || place.line.is_some_and(near))
    }
}

/// How well these findings meet a label, and which of the right rule did.
#[must_use]
pub fn meet<'a>(
    findings: &'a [Finding],
    target: &Target,
    wanted: &Wanted,
) -> (Level, Vec<&'a Finding>) {
    let mut level = Level::None;
    let mut right = Vec::new();
    for finding in findings {
        let here = target.meets(finding);
        let found = match (here, &finding.rule, finding.class.as_str()) {
            (true, rule, _) if wanted.rules.contains(rule) => Level::Rule,
            (true, _, class) if wanted.classes.contains(class) => Level::Class,
            _ if finding.place.file == target.file => Level::File,
            _ => Level::None,
        };
        if found == Level::Rule {
            right.push(finding);
        }
        level = level.max(found);
    }
    (level, right)
}

/// What a fixed tree keeps of what was found in the vulnerable one: at its sinks, or anywhere the
/// very same finding.
#[must_use]
pub fn kept(
    findings: &[Finding],
    targets: &[Target],
    wanted: &Wanted,
    found: &BTreeSet<String>,
) -> Level {
    let at_sinks = targets.iter().map(|target| meet(findings, target, wanted).0);
    let again = findings.iter().any(|finding| found.contains(&finding.identity()));
    let at_sinks = at_sinks.max().unwrap_or(Level::None);
    if again { Level::Rule } else { at_sinks }
}

/// How well the findings in a malicious server meet its label.
#[must_use]
pub fn exposed(findings: &[Finding], label: &CaseLabel) -> Level {
    let wanted = Wanted::exactly(&label.rules).unwrap_or_default();
    let at = |place: &Place| {
        let named = label.function.is_none() || label.function == place.function;
        place.file == label.file && named
    };
    let level = |finding: &Finding| {
        let here = at(&finding.place) || finding.trace.iter().any(at);
        match here {
            true if wanted.rules.contains(&finding.rule) => Level::Rule,
            true if wanted.classes.contains(finding.class.as_str()) => Level::Class,
            _ if finding.place.file == label.file => Level::File,
            _ => Level::None,
        }
    };
    findings.iter().map(level).max().unwrap_or(Level::None)
}

/// What accuses the twin: findings of malice, and those that would be right on the other side.
pub fn accused<'a>(
    findings: &'a [Finding],
    label: &'a CaseLabel,
) -> impl Iterator<Item = &'a Finding> {
    findings.iter().filter(|finding| {
        label.rules.contains(&finding.rule)
            || MALICE.iter().any(|class| class.id() == finding.class)
    })
}

fn matching(expression: &Regex, text: &str) -> Vec<u32> {
    let lines = (1..).zip(text.lines());
    lines.filter(|(_, line)| expression.is_match(line)).map(|(at, _)| at).collect()
}

/// Where a line of the old text is in the new one, or would be.
fn moved(line: u32, old: &str, new: &str) -> u32 {
    let at = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let changes = similar::TextDiff::from_lines(old, new);
    for change in changes.ops() {
        if !change.old_range().contains(&at) {
            continue;
        }
        let inside = at - change.old_range().start;
        let new = change.new_range();
        let there = (new.start + inside).min(new.end.max(new.start + 1) - 1);
        return u32::try_from(there + 1).unwrap_or(u32::MAX);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(rule: &str, class: &str, line: u32, function: &str) -> Finding {
        Finding {
            rule: rule.into(),
            class: class.into(),
            severity: "high".into(),
            message: "m".into(),
            place: Place::below("", "a.py", Some(line), Some(function)),
            trace: vec![Place::below("", "b.py", Some(1), Some("deliver"))],
            tool: None,
            parameter: None,
            fingerprint: format!("{rule}:{function}"),
        }
    }

    fn sink(line: u32, function: Option<&str>, pattern: &str) -> Sink {
        Sink {
            file: "a.py".into(),
            line,
            function: function.map(str::to_owned),
            pattern: Some(pattern.into()),
            fixed_file: None,
        }
    }

    fn case(rules: &[&str], file: &str, function: Option<&str>) -> CaseLabel {
        CaseLabel {
            title: String::new(),
            trick: String::new(),
            sdk: String::new(),
            rules: rules.iter().map(ToString::to_string).collect(),
            file: file.into(),
            function: function.map(str::to_owned),
            why: String::new(),
        }
    }

    #[track_caller]
    fn check(found: &Finding, expected: Level) {
        let wanted = Wanted::of(&["command-injection".to_owned()]).expect("it is known");
        let target = Target::labelled(&sink(10, Some("run"), "x"));
        assert_eq!(meet(std::slice::from_ref(found), &target, &wanted).0, expected);
    }

    #[test]
    fn a_finding_is_right_near_the_line_or_in_the_function() {
        check(&finding("command-injection", "COMMAND_INJECTION", 13, "other"), Level::Rule);
        check(&finding("command-injection", "COMMAND_INJECTION", 90, "Shell.run"), Level::Rule);
        check(&finding("argument-injection", "COMMAND_INJECTION", 9, "run"), Level::Class);
        check(&finding("path-traversal", "PATH_TRAVERSAL", 10, "run"), Level::File);
        check(&finding("command-injection", "COMMAND_INJECTION", 14, "other"), Level::File);
    }

    #[test]
    fn a_finding_is_right_when_its_way_leads_through_the_place() {
        let mut through = finding("command-injection", "COMMAND_INJECTION", 90, "helper");
        through.place.file = "c.py".into();
        through.trace = vec![Place::below("", "a.py", Some(11), Some("caller"))];
        check(&through, Level::Rule);
        through.trace = vec![Place::below("", "a.py", Some(30), Some("caller"))];
        check(&through, Level::None);
    }

    #[test]
    fn a_finding_in_another_file_counts_nowhere() {
        let mut other = finding("command-injection", "COMMAND_INJECTION", 10, "run");
        other.place.file = "c.py".into();
        check(&other, Level::None);
    }

    #[test]
    fn the_sink_in_the_fixed_tree_is_where_the_expression_finds_it() {
        let fixed = Target::fixed(&sink(1, Some("run"), r"exec\("), "exec(x)\n", "a\nb\nexec(y)\n");
        assert_eq!(fixed, Target { file: "a.py".into(), lines: vec![3], function: None });
    }

    #[test]
    fn a_sink_that_was_written_anew_is_its_function_or_where_the_line_went() {
        let old = "a\nb\nexec(x)\nc\n";
        let new = "a\nnew\nnew\nb\nspawn(x)\nc\n";
        let by_name = Target::fixed(&sink(3, Some("run"), r"exec\("), old, new);
        assert_eq!((by_name.lines, by_name.function.as_deref()), (vec![], Some("run")));
        assert_eq!(Target::fixed(&sink(3, None, r"exec\("), old, new).lines, [5]);
    }

    #[test]
    fn a_fixed_tree_keeps_what_is_at_the_sink_or_is_the_same_finding() {
        let wanted = Wanted::of(&["command-injection".to_owned()]).expect("it is known");
        let targets = [Target { file: "a.py".into(), lines: vec![3], function: None }];
        let findings = [finding("command-injection", "COMMAND_INJECTION", 50, "run")];
        let nothing = BTreeSet::new();
        assert_eq!(kept(&findings, &targets, &wanted, &nothing), Level::File);
        let found = BTreeSet::from([findings[0].identity()]);
        assert_eq!(kept(&findings, &targets, &wanted, &found), Level::Rule);
    }

    #[test]
    fn a_malicious_server_is_exposed_at_the_place_or_on_the_way_through_it() {
        let findings = [finding("exfiltration", "DATA_EXFIL", 5, "send")];
        let level = |file, function| exposed(&findings, &case(&["exfiltration"], file, function));
        assert_eq!(level("a.py", Some("send")), Level::Rule);
        assert_eq!(level("b.py", Some("deliver")), Level::Rule);
        assert_eq!(level("a.py", Some("other")), Level::File);
        assert_eq!(level("a.py", None), Level::Rule);
        assert_eq!(level("c.py", None), Level::None);
    }

    #[test]
    fn a_twin_is_accused_by_malice_and_by_the_rules_of_its_case() {
        let label = case(&["command-injection"], "a.py", None);
        let findings = [
            finding("command-injection", "COMMAND_INJECTION", 1, "f"),
            finding("persistence", "MALICIOUS_PACKAGE", 1, "f"),
            finding("missing-authentication", "AUTH_NONE", 1, "f"),
        ];
        let rules: Vec<&str> =
            accused(&findings, &label).map(|finding| finding.rule.as_str()).collect();
        assert_eq!(rules, ["command-injection", "persistence"]);
    }
}
