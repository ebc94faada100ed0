//! Suppressions in a file of the one who scans: `.mcpwarden.toml`.
//!
//! ```toml
//! [[ignore]]
//! rule = "path-traversal"
//! path = "tools/export.py"
//! reason = "the folder is chosen by the operator"
//! until = 2027-01-31
//! ```

use std::ops::Range;

use toml_edit::{Document, Item, TableLike, Value};
use warden_detect::redact;
use warden_model::{Digest, Finding, Location};

use super::Date;

/// Most suppressions in a file.
const MOST: usize = 10_000;

/// The suppressions of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ignores {
    /// In the order of the file.
    pub(super) entries: Vec<Ignore>,
}

/// One suppression. What is given narrows what it covers; at least one is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    pub(super) rule: Option<String>,
    pub(super) fingerprint: Option<Digest>,
    pub(super) path: Option<String>,
    pub(super) reason: String,
    pub(super) until: Option<Date>,
    pub(super) place: Location,
}

/// What is wrong with a file of suppressions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct IgnoreError {
    /// The file as it is shown.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

impl Ignores {
    /// Reads a file; `shown` is how it is shown.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(text: &str, shown: &str) -> Result<Self, Vec<IgnoreError>> {
        let mut reader = Reader { text, shown, errors: Vec::new() };
        let entries = reader.file();
        if reader.errors.is_empty() { Ok(Self { entries }) } else { Err(reader.errors) }
    }
}

impl Ignore {
    pub(super) fn is_over(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    pub(super) fn covers(&self, finding: &Finding) -> bool {
        self.rule.as_deref().is_none_or(|rule| rule == finding.rule)
            && self.fingerprint.is_none_or(|print| print == finding.fingerprint)
            && self.path.as_deref().is_none_or(|path| lies_in(&finding.location.file, path))
    }

    /// What it names, to tell it from others.
    pub(super) fn told(&self) -> String {
        let print = self.fingerprint.map(|print| print.to_string());
        let parts = [self.rule.clone(), print, self.path.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Whether a file is meant by a path: the file itself, or all of a folder. Paths count from their
/// end as well, since a tree is not always shown from the same place.
fn lies_in(file: &str, path: &str) -> bool {
    let (folder, plain) = (path.ends_with('/'), path.trim_matches('/'));
    let plain = plain.strip_prefix("./").unwrap_or(plain);
    let (file, plain) = (format!("/{file}"), format!("/{plain}"));
    if folder { file.contains(&format!("{plain}/")) } else { file.ends_with(&plain) }
}

struct Reader<'t> {
    text: &'t str,
    shown: &'t str,
    errors: Vec<IgnoreError>,
}

impl Reader<'_> {
    fn file(&mut self) -> Vec<Ignore> {
        let document = match Document::parse(self.text) {
            Ok(document) => document,
            Err(error) => {
                self.error(error.span(), "this is not TOML");
                return Vec::new();
            }
        };
        for (name, item) in document.as_table() {
            if name != "ignore" {
                let problem = format!("there is no setting `{name}`, only `[[ignore]]`");
                self.error(item.span(), &problem);
            }
        }
        let Some(item) = document.get("ignore") else { return Vec::new() };
        let Some(tables) = item.as_array_of_tables() else {
            self.error(item.span(), "write each suppression as a table `[[ignore]]`");
            return Vec::new();
        };
        if tables.len() > MOST {
            self.error(None, "more suppressions than are read");
        }
        tables.iter().take(MOST).filter_map(|table| self.entry(table, table.span())).collect()
    }

    fn entry(&mut self, table: &dyn TableLike, span: Option<Range<usize>>) -> Option<Ignore> {
        let before = self.errors.len();
        for (name, item) in table.iter() {
            if !["rule", "fingerprint", "path", "reason", "until"].contains(&name) {
                self.error(item.span(), &format!("a suppression has no `{name}`"));
            }
        }
        let rule = self.text_of(table, "rule");
        if let Some(rule) = rule.as_deref().filter(|rule| crate::rule(rule).is_none()) {
            let problem = format!("there is no rule `{rule}`");
            self.error(table.get("rule").and_then(Item::span), &problem);
        }
        let print = self.text_of(table, "fingerprint");
        let fingerprint = print.as_deref().and_then(|text| text.parse().ok());
        if print.is_some() && fingerprint.is_none() {
            let problem = "not a fingerprint: expected `sha256:` and 64 hexadecimal digits";
            self.error(table.get("fingerprint").and_then(Item::span), problem);
        }
        let path = self.text_of(table, "path");
        if rule.is_none() && print.is_none() && path.is_none() {
            self.error(span.clone(), "a suppression names a `rule`, a `fingerprint` or a `path`");
        }
        let reason = self.text_of(table, "reason").unwrap_or_default();
        if reason.trim().is_empty() {
            self.error(span.clone(), "a suppression needs a `reason`");
        }
        let until = self.until(table);
        let place = Location {
            file: self.shown.to_owned(),
            line: u32::try_from(self.line(span)).ok(),
            ..Location::default()
        };
        let reason = redact(reason.trim());
        let entry = Ignore { rule, fingerprint, path, reason, until, place };
        (self.errors.len() == before).then_some(entry)
    }

    fn text_of(&mut self, table: &dyn TableLike, name: &str) -> Option<String> {
        let item = table.get(name)?;
        let text = item.as_str().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.error(item.span(), &format!("`{name}` is a text"));
        }
        text.map(str::to_owned)
    }

    fn until(&mut self, table: &dyn TableLike) -> Option<Date> {
        let item = table.get("until")?;
        let text = match item.as_value() {
            Some(Value::Datetime(date)) => date.value().to_string(),
            Some(Value::String(text)) => text.value().clone(),
            _ => String::new(),
        };
        let date = text.parse().ok();
        if date.is_none() {
            self.error(item.span(), "`until` is a day like 2027-01-31");
        }
        date
    }

    fn error(&mut self, span: Option<Range<usize>>, problem: &str) {
        let (file, line) = (self.shown.to_owned(), self.line(span));
        self.errors.push(IgnoreError { file, line, problem: problem.to_owned() });
    }

    fn line(&self, span: Option<Range<usize>>) -> usize {
        let start = span.map_or(0, |span| span.start);
        let before = self.text.as_bytes().get(..start).unwrap_or_default();
        memchr::memchr_iter(b'\n', before).count() + 1
    }
}
