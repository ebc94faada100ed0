//! What is wrong, the worst first, in the manner of a compiler.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
    hash::Hash,
};

use anstyle::Style;
use warden_model::{Finding, Location, Scan, Severity};

use super::{code, excerpt};
use crate::{
    Tool,
    clean::printable,
    lines::{padded, shorten, width, wrap},
    pen::{BOLD, FRAME, PLAIN, Pen, severity_style},
};

/// So many findings of a rule are no longer shown one by one, if they are mild.
const MANY: usize = 3;

pub(super) fn write(scan: &Scan, tool: &Tool<'_>, pen: &mut Pen) {
    let mut explained = BTreeSet::new();
    for group in grouped(&scan.findings) {
        let Some(first) = group.first() else { continue };
        let rule = tool.rules.iter().find(|rule| rule.id == first.rule);
        let same = group.iter().all(|finding| finding.message == first.message);
        let message = rule.filter(|_| !same).map_or(first.message.as_str(), |rule| rule.title);
        pen.gap();
        header(first, message, group.len(), pen);
        let gutter = gutter(&group);
        for finding in &group {
            place(scan, finding, gutter, pen);
        }
        footer(first, gutter, explained.insert(first.rule).then_some(tool), pen);
    }
    pen.gap();
}

/// Findings that say the same of several places are one block with several places.
fn grouped(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| Reverse(finding.severity));
    let mut times = HashMap::new();
    for finding in &sorted {
        *times.entry(alike(finding)).or_insert(0) += 1;
    }
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    let mut known = HashMap::new();
    for finding in sorted {
        // What is mild and frequent is one block, even if each finding names its own package.
        let many = times.get(&alike(finding)).is_some_and(|times| *times >= MANY);
        let folded = finding.severity <= Severity::Medium && many;
        let message = if folded { "" } else { finding.message.as_str() };
        let index = *known.entry((alike(finding), message)).or_insert(groups.len());
        match groups.get_mut(index).filter(|_| finding.trace.is_empty()) {
            Some(group) => group.push(finding),
            // A path belongs to one place only, so that one is a block of its own.
            None => groups.push(vec![finding]),
        }
    }
    groups
}

/// All that a block says once, besides the message.
fn alike(finding: &Finding) -> impl Eq + Hash + '_ {
    let what = (finding.rule, finding.severity, finding.confidence);
    (what, finding.trace.is_empty(), &finding.help)
}

fn header(first: &Finding, message: &str, places: usize, pen: &mut Pen) {
    let tag = format!("{}[{}]", first.severity, first.rule);
    let times = if places > 1 { format!(" (in {places} places)") } else { String::new() };
    let text = format!("{tag}: {message}{times}");
    for (number, line) in wrap(&printable(&text), pen.columns()).into_iter().enumerate() {
        match line.strip_prefix(&tag).filter(|_| number == 0) {
            Some(rest) => {
                pen.put(severity_style(first.severity), &tag);
                pen.put(BOLD, rest);
            }
            None => pen.put(BOLD, &line),
        }
        pen.end();
    }
}

/// The columns that the longest line number of a block takes.
fn gutter(group: &[&Finding]) -> usize {
    let lines = group.iter().filter_map(|finding| code::longest_number(finding));
    lines.max().map_or(1, |line| line.to_string().len()).max(2)
}

fn place(scan: &Scan, finding: &Finding, gutter: usize, pen: &mut Pen) {
    pen.put(FRAME, &format!("{:gutter$}--> ", ""));
    pen.put(PLAIN, &place_text(&finding.location));
    pen.end();
    if code::has_code(finding) {
        code::write(finding, gutter, pen);
        return;
    }
    let Some(shown) = excerpt::of(scan, finding) else {
        label_alone(finding, gutter, pen);
        return;
    };
    bar(gutter, None, pen);
    pen.end();
    let room = pen.columns().saturating_sub(gutter + 3).max(12);
    let lead = shorten(&printable(&shown.lead), room / 2);
    let marked = shorten(&printable(&shown.marked), room.saturating_sub(width(&lead)));
    bar(gutter, finding.location.line, pen);
    pen.put(PLAIN, &format!(" {lead}{marked}"));
    pen.end();
    let style = severity_style(finding.severity);
    marks((style, "^"), &finding.label, (gutter, width(&lead), width(&marked)), pen);
    bar(gutter, None, pen);
    pen.end();
}

/// The marks below an excerpt and the label: beside the marks if it fits there, else below them.
pub(super) fn marks(
    (style, mark): (Style, &str),
    label: &str,
    (gutter, start, length): (usize, usize, usize),
    pen: &mut Pen,
) {
    let label = printable(label);
    let room = pen.columns().saturating_sub(gutter + 3);
    bar(gutter, None, pen);
    pen.put(PLAIN, &format!(" {:start$}", ""));
    pen.put(style, &mark.repeat(length.max(1)));
    if start + length + 1 + width(&label) <= room {
        pen.put(style, &format!(" {label}"));
        pen.end();
        return;
    }
    pen.end();
    // A label that starts far to the right would be a narrow column of words.
    let start = start.min(room / 2);
    for line in wrap(&label, room.saturating_sub(start)) {
        bar(gutter, None, pen);
        pen.put(PLAIN, &format!(" {:start$}", ""));
        pen.put(style, &line);
        pen.end();
    }
}

fn label_alone(finding: &Finding, gutter: usize, pen: &mut Pen) {
    if !finding.label.is_empty() {
        pen.block_after(&format!("{:gutter$} = ", ""), PLAIN, &finding.label);
    }
}

pub(super) fn bar(gutter: usize, line: Option<u32>, pen: &mut Pen) {
    let number = line.map(|line| line.to_string()).unwrap_or_default();
    pen.put(FRAME, &format!("{} |", padded(&number, gutter)));
}

fn footer(first: &Finding, gutter: usize, explain: Option<&Tool<'_>>, pen: &mut Pen) {
    let margin = |word: &str| format!("{:gutter$} = {word}: ", "");
    // Where there is code, the steps stand in it.
    let told = first.trace.iter().filter(|_| !code::has_code(first));
    for (number, step) in told.enumerate() {
        let text = format!("{}. {}: {}", number + 1, place_text(&step.location), step.note);
        pen.block_after(&margin("path"), PLAIN, &text);
    }
    if !first.help.is_empty() {
        pen.block_after(&margin("help"), PLAIN, &first.help);
    }
    let more = match explain {
        Some(_) => format!("; `{} explain {}` has more", Tool::NAME, first.rule),
        None => String::new(),
    };
    let note = format!("confidence is {}{more}", first.confidence);
    pen.block_after(&margin("note"), PLAIN, &note);
}

/// `file:line:column`, or with the pointer where there is no line.
pub(super) fn place_text(location: &Location) -> String {
    let place = match (location.line, location.column, &location.pointer) {
        (Some(line), Some(column), _) => format!(":{line}:{column}"),
        (Some(line), None, _) => format!(":{line}"),
        (None, _, Some(pointer)) => format!(" {pointer}"),
        (None, _, None) => String::new(),
    };
    let function = location.function.as_ref().map(|function| format!(" in `{function}`"));
    format!("{}{place}{}", location.file, function.unwrap_or_default())
}
