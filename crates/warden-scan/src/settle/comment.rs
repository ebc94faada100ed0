//! Suppressions in source code: `mcpwarden: ignore[rule] reason until 2027-01-31`.

use warden_detect::{redact, visible};
use warden_model::{Finding, Location, SourceFile, SourceTree};

use super::Date;

/// What such a comment begins with.
const MARK: &str = "mcpwarden: ignore";

/// Most comments of one tree.
const MOST: usize = 10_000;

/// Lines below a comment that are searched for what it is about.
const NEAR: u32 = 50;

/// A suppression in source code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The rules that it names.
    pub rules: Vec<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// Where it stands.
    pub place: Location,
    /// The line that it is about.
    pub line: u32,
    /// What is wrong with it; it then does nothing.
    pub problem: Option<String>,
}

impl Comment {
    pub(super) fn is_over(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    pub(super) fn covers(&self, finding: &Finding) -> bool {
        finding.location.file == self.place.file
            && finding.location.line == Some(self.line)
            && self.rules.iter().any(|rule| rule == finding.rule)
    }
}

/// Every such comment in a tree.
pub(crate) fn comments(tree: &SourceTree) -> Vec<Comment> {
    let finder = memchr::memmem::Finder::new(MARK);
    let mut found = Vec::new();
    for file in &tree.files {
        if finder.find(&file.bytes).is_some() {
            in_file(tree, file, &mut found);
        }
        if found.len() >= MOST {
            found.truncate(MOST);
            break;
        }
    }
    found
}

fn in_file(tree: &SourceTree, file: &SourceFile, out: &mut Vec<Comment>) {
    let text = String::from_utf8_lossy(&file.bytes);
    let lines: Vec<&str> = text.lines().collect();
    for (line, text) in (1_u32..).zip(&lines) {
        let Some((before, rest)) = text.split_once(MARK) else { continue };
        let Some(start) = comment_start(before) else { continue };
        let alone = before.get(..start).is_none_or(|code| code.trim().is_empty());
        let about = if alone { next_code(&lines, line) } else { line };
        let place = Location { line: Some(line), ..tree.place(&file.path) };
        out.push(read(rest, place, about));
    }
}

/// Where a comment starts that goes on to the end of `before`.
fn comment_start(before: &str) -> Option<usize> {
    ["#", "//", "/*", "<!--", "--"].iter().filter_map(|mark| before.rfind(mark)).min()
}

/// The next line after `line` that is neither empty nor a comment.
fn next_code(lines: &[&str], line: u32) -> u32 {
    let is_code = |at: &u32| {
        let text = lines.get(*at as usize - 1).map_or("", |text| text.trim_start());
        !text.is_empty()
            && !["#", "//", "/*", "*", "<!--", "--"].iter().any(|m| text.starts_with(m))
    };
    (line + 1..=line.saturating_add(NEAR)).find(is_code).unwrap_or(line)
}

fn read(rest: &str, place: Location, line: u32) -> Comment {
    let mut comment = Comment {
        rules: Vec::new(),
        reason: String::new(),
        until: None,
        place,
        line,
        problem: None,
    };
    let inside = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let Some((names, reason)) = inside else {
        comment.problem = Some("a suppression names the rules that it is for".to_owned());
        return comment;
    };
    comment.rules = names.split(',').map(|name| shown(name.trim())).collect();
    let ends: &[char] = &[' ', '\t', '*', '/', '-', '>', ':'];
    let reason = reason.trim_matches(ends);
    let (reason, until) = match reason.rsplit_once("until ") {
        Some((reason, date)) => (reason.trim_end_matches([' ', ',', ';', '(']), Some(date)),
        None => (reason, None),
    };
    comment.reason = shown(reason);
    let until = until.map(|date| date.trim_end_matches([')', '.']).parse::<Date>());
    comment.problem = match until {
        _ if crate_unknown(&comment.rules).is_some() => crate_unknown(&comment.rules),
        Some(Err(error)) => Some(format!("a suppression ends on what is {error}")),
        _ if comment.reason.is_empty() => Some("a suppression gives no reason".to_owned()),
        _ => None,
    };
    comment.until = until.and_then(Result::ok);
    comment
}

fn crate_unknown(rules: &[String]) -> Option<String> {
    let unknown = rules.iter().find(|rule| crate::rule(rule).is_none())?;
    Some(format!("a suppression names `{unknown}`, which is no rule"))
}

/// A text out of scanned code, as it may be shown.
fn shown(text: &str) -> String {
    let cut: String = text.chars().take(300).collect();
    visible(&redact(&cut)).text
}
