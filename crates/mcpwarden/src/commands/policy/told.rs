//! Answers for people and for programs.

use serde_json::{Value, json};
use warden_policy::access::{Rules, Verdict};
use warden_report::printable;

/// How wide text is.
const WIDTH: usize = 80;

/// The word for an answer.
pub(super) const fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Permitted { .. } => "permitted",
        Verdict::NeedsApproval { .. } => "needs approval",
        Verdict::Refused { why, .. } => why.code(),
    }
}

/// The rules that gave an answer.
pub(super) fn rules_of(verdict: &Verdict) -> Vec<&str> {
    let (Verdict::Permitted { rules }
    | Verdict::NeedsApproval { rules }
    | Verdict::Refused { rules, .. }) = verdict;
    rules.iter().map(|rule| &**rule).collect()
}

/// An answer in one line.
pub(super) fn line(verdict: &Verdict) -> String {
    let rules = rules_of(verdict);
    let by = if rules.is_empty() { String::new() } else { format!(" by {}", rules.join(", ")) };
    printable(&format!("{}{by}", word(verdict))).into_owned()
}

/// An answer as JSON.
pub(super) fn json(verdict: &Verdict) -> Value {
    json!({ "is": word(verdict), "rules": rules_of(verdict) })
}

/// An answer with each of its rules and what that is for.
pub(super) fn full(verdict: &Verdict, rules: &Rules) -> String {
    let mut out = format!("{}\n", word(verdict));
    for rule in rules_of(verdict).into_iter().filter_map(|id| rules.rule(id)) {
        let verb = if rule.permits { "permits" } else { "forbids" };
        let place = format!("{}:{}", rule.file, rule.line);
        out.push_str(&format!("  {} ({place}) {verb} it\n", printable(&rule.id)));
        let why = rule.why.as_deref().map(printable).unwrap_or_default();
        out.push_str(&wrapped(&why, 4));
    }
    out
}

/// Text in lines of at most 80 columns, each after so many spaces.
pub(super) fn wrapped(text: &str, indent: usize) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && indent + line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.push_str(&format!("{:indent$}{line}\n", ""));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        out.push_str(&format!("{:indent$}{line}\n", ""));
    }
    out
}
