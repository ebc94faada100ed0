//! Text to rules.

use cedar_policy::{Policy, PolicyId, PolicySet};
use miette::Diagnostic;

use super::{RuleFile, RuleProblem};

/// The most bytes of one file of rules.
const MOST: usize = 4 * 1024 * 1024;
/// The most rules of all files together.
pub(super) const MOST_RULES: usize = 10_000;

/// A rule as it was read.
pub(super) struct Parsed {
    pub(super) policy: Policy,
    pub(super) file: String,
    pub(super) line: usize,
}

/// Reads a file. Rules get their `@id` as their name, or the file and their number from 1.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse(file: &RuleFile) -> Result<Vec<Parsed>, Vec<RuleProblem>> {
    let problem = |line, what: String| RuleProblem { file: file.name.clone(), line, what };
    if file.text.len() > MOST {
        return Err(vec![problem(1, format!("it is longer than {MOST} bytes"))]);
    }
    let set: PolicySet = file.text.parse().map_err(|errors: cedar_policy::ParseErrors| {
        let one = |error: &cedar_policy::ParseError| {
            problem(line_of(error, &file.text), error.to_string())
        };
        errors.iter().map(one).collect::<Vec<_>>()
    })?;
    if set.num_of_templates() > 0 {
        return Err(vec![problem(
            1,
            "a rule has a slot (`?principal`), which nothing fills".into(),
        )]);
    }
    let mut numbered: Vec<(usize, &Policy)> =
        set.policies().map(|policy| (number(policy.id()), policy)).collect();
    numbered.sort_by_key(|(number, _)| *number);
    let lines = begins(&file.text, numbered.len());
    let named = |((at, policy), line): ((usize, &Policy), usize)| {
        let own = policy.annotation("id").map(str::to_owned);
        let id = own.unwrap_or_else(|| format!("{}#{}", file.name, at + 1));
        Parsed { policy: policy.new_id(PolicyId::new(id)), file: file.name.clone(), line }
    };
    Ok(numbered.into_iter().zip(lines).map(named).collect())
}

/// The number that Cedar gave a rule: `policy0` for the first.
fn number(id: &PolicyId) -> usize {
    let name: &str = id.as_ref();
    name.strip_prefix("policy").and_then(|number| number.parse().ok()).unwrap_or(usize::MAX)
}

/// The line that a problem points at.
pub(super) fn line_of(problem: &dyn Diagnostic, text: &str) -> usize {
    let label = problem.labels().and_then(|mut labels| labels.next());
    line(text, label.map_or(0, |label| label.offset()))
}

fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    before.split(|byte| *byte == b'\n').count()
}

/// The lines on which rules begin: the first line that is neither empty nor a comment, at the
/// beginning and after every `;` that ends a rule. There are as many as rules.
fn begins(text: &str, rules: usize) -> Vec<usize> {
    let mut lines = Vec::with_capacity(rules);
    let (mut waiting, mut number, mut quoted) = (true, 1, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => number += 1,
            '\\' if quoted => {
                chars.next();
            }
            '"' => quoted = !quoted,
            '/' if !quoted && chars.peek() == Some(&'/') => {
                while chars.next_if(|c| *c != '\n').is_some() {}
            }
            ';' if !quoted => waiting = true,
            c if waiting && !c.is_whitespace() => {
                lines.push(number);
                waiting = false;
            }
            _ => {}
        }
    }
    lines.resize(rules, 1);
    lines
}
