//! What a gate asks for: `.mcpwarden/gate.toml`, as it is written.
//!
//! ```toml
//! environment = "production"
//! data = "confidential"
//!
//! [[waiver]]
//! package = "npm:@acme/mail"
//! reason = "certified next week, see the ticket"
//! owner = "ann@example.com"
//! until = 2027-01-31
//! ```

use std::{fmt, ops::Range};

use toml_edit::{Document, Item, TableLike, Value};
use warden_detect::redact;
use warden_model::Severity;
use warden_policy::{
    approval::{DataClass, Environment},
    certificate::{CertificatePolicy, MinLevels, Use},
};
use warden_scan::settle::Date;

use super::what::Brought;
use crate::gateway::near::nearest;

/// The longest policy that is read, in bytes.
pub(crate) const MOST: usize = 1 << 20;

/// The most waivers of one policy.
const MOST_WAIVERS: usize = 10_000;

/// What a waiver can name; at least one of them has to be there, and each narrows it down.
const NAMING: &[&str] = &["server", "package", "url", "path"];

/// Every setting of a policy.
const SETTINGS: &[&str] = &[
    "level",
    "environment",
    "data",
    "allow_floating",
    "dependencies",
    "findings",
    "registries",
    "waiver",
];

/// What is asked for, and what is let pass all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    /// No level below this counts, whatever the use.
    pub(crate) level: Option<u8>,
    /// Where the servers are used; production unless somebody says otherwise.
    pub(crate) environment: Environment,
    /// With which data; regulated unless somebody says otherwise.
    pub(crate) data: DataClass,
    /// Whether a package without a version counts if its newest certificate does.
    pub(crate) allow_floating: bool,
    /// Whether dependencies are left out.
    pub(crate) no_dependencies: bool,
    /// Findings of a scan from this severity on are in the way too.
    pub(crate) findings: Option<Severity>,
    /// Registries that packages may come from besides the usual ones.
    pub(crate) registries: Vec<String>,
    /// What is let pass.
    pub(crate) waivers: Vec<Waiver>,
}

/// That somebody answers for a server that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiver {
    server: Option<String>,
    package: Option<String>,
    url: Option<String>,
    path: Option<String>,
    /// Why.
    pub(crate) reason: String,
    /// Who answers for it.
    pub(crate) owner: String,
    /// The last day on which it counts.
    pub(crate) until: Date,
    /// The line in its file, from 1.
    pub(crate) line: usize,
}

/// One thing that is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    line: usize,
    what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}: {}", self.line, self.what)
    }
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// Everything that is wrong with it: a setting that is written wrongly must not be taken for one
    /// that is not there.
    pub(crate) fn read(text: &str) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader { text, problems: Vec::new() };
        let policy = reader.policy();
        reader.problems.sort_by_key(|problem| problem.line);
        if reader.problems.is_empty() { Ok(policy) } else { Err(reader.problems) }
    }

    /// The least levels: those that are published, and none below what is set.
    pub(crate) fn certificates(&self) -> CertificatePolicy {
        let usual = CertificatePolicy::default();
        let least = self.level.unwrap_or(0);
        let rows = usual.levels.rows().map(|row| row.map(|level| level.max(least)));
        // A level that there is not was refused where it was read.
        CertificatePolicy { levels: MinLevels::new(rows).unwrap_or(usual.levels), ..usual }
    }

    /// For what the servers are used.
    pub(crate) const fn wanted(&self) -> Use {
        Use { environment: self.environment, data: self.data }
    }

    /// The level that is needed.
    pub(crate) fn needed(&self) -> u8 {
        self.certificates().levels.of(self.wanted())
    }
}

impl Waiver {
    /// Whether it is over.
    pub(crate) fn is_over(&self, today: Date) -> bool {
        self.until < today
    }

    /// Whether it is about this server.
    pub(crate) fn covers(&self, one: &Brought) -> bool {
        let called = one.what.called();
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
        };
        is(&self.server, Some(&one.name))
            && is(&self.package, called.as_deref())
            && is(&self.url, called.as_deref())
            && self.path.as_deref().is_none_or(|path| lies_in(&one.location.file, path))
    }

    /// What it names, to tell it from others.
    pub(crate) fn told(&self) -> String {
        let parts = [&self.server, &self.package, &self.url, &self.path];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        redact(&parts.join(" "))
    }
}

/// Whether a file is the one that is named, or lies in the folder that is named with `/` at its end.
fn lies_in(file: &str, path: &str) -> bool {
    let file = file.strip_prefix("./").unwrap_or(file);
    let path = path.strip_prefix("./").unwrap_or(path);
    if path.ends_with('/') { file.starts_with(path) } else { file == path }
}

struct Reader<'t> {
    text: &'t str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn wrong(&mut self, span: Option<Range<usize>>, what: impl Into<String>) {
        let at = span.map_or(0, |span| span.start);
        self.problems.push(Problem { line: line(self.text, at), what: what.into() });
    }

    fn policy(&mut self) -> Policy {
        let mut policy = Policy::default();
        if self.text.len() > MOST {
            self.wrong(None, "it is longer than a policy can be");
            return policy;
        }
        let text = self.text;
        let document = match Document::parse(text) {
            Ok(document) => document,
            Err(error) => {
                let message = error.message().lines().next().unwrap_or_default().to_owned();
                self.wrong(error.span(), format!("not TOML: {message}"));
                return policy;
            }
        };
        let table = document.as_table();
        self.only(table, SETTINGS, "");
        for (name, item) in table {
            self.setting(&mut policy, name, item);
        }
        policy
    }

    fn setting(&mut self, policy: &mut Policy, name: &str, item: &Item) {
        match name {
            "level" => match item.as_integer().and_then(|level| u8::try_from(level).ok()) {
                Some(level) if level <= 3 => policy.level = Some(level),
                Some(_) | None => self.wrong(item.span(), "`level` has to be a number from 0 to 3"),
            },
            "environment" => {
                let words =
                    [("sandbox", Environment::Sandbox), ("production", Environment::Production)];
                policy.environment = self.one_of(name, item, &words).unwrap_or_default();
            }
            "data" => {
                let words = [
                    ("public", DataClass::Public),
                    ("internal", DataClass::Internal),
                    ("confidential", DataClass::Confidential),
                    ("regulated", DataClass::Regulated),
                ];
                policy.data = self.one_of(name, item, &words).unwrap_or_default();
            }
            "findings" => policy.findings = self.one_of(name, item, SEVERITIES),
            "allow_floating" => policy.allow_floating = self.flag(name, item),
            "dependencies" => policy.no_dependencies = !self.flag(name, item),
            "registries" => policy.registries = self.registries(item),
            "waiver" => policy.waivers = self.waivers(item),
            _ => {}
        }
    }

    /// Says of every name that there is no such setting, and what may have been meant.
    fn only(&mut self, table: &dyn TableLike, known: &[&str], of: &str) {
        for (name, item) in table.iter() {
            if !known.contains(&name) {
                let near = nearest(name, known.iter().copied());
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                let span = table.key(name).and_then(toml_edit::Key::span).or_else(|| item.span());
                self.wrong(span, format!("there is no setting `{}`{of}{near}", redact(name)));
            }
        }
    }

    fn one_of<T: Copy>(&mut self, name: &str, item: &Item, words: &[(&str, T)]) -> Option<T> {
        let found = item.as_str();
        let known = words.iter().find(|(word, _)| Some(*word) == found);
        if known.is_none() {
            let all: Vec<String> = words.iter().map(|(word, _)| format!("`\"{word}\"`")).collect();
            let near = found.and_then(|found| nearest(found, words.iter().map(|(word, _)| *word)));
            let near = near.map(|near| format!("; did you mean `\"{near}\"`?")).unwrap_or_default();
            let what = format!("`{name}` has to be one of {}{near}", all.join(", "));
            self.wrong(item.span(), what);
        }
        known.map(|(_, value)| *value)
    }

    fn flag(&mut self, name: &str, item: &Item) -> bool {
        let found = item.as_bool();
        if found.is_none() {
            self.wrong(item.span(), format!("`{name}` has to be `true` or `false`"));
        }
        found.unwrap_or_default()
    }

    fn registries(&mut self, item: &Item) -> Vec<String> {
        let texts: Option<Vec<String>> = item
            .as_array()
            .and_then(|all| all.iter().map(|one| one.as_str().map(str::to_owned)).collect());
        let fine = |url: &String| url.starts_with("https://");
        match texts {
            Some(texts) if texts.iter().all(fine) => texts,
            Some(_) | None => {
                let what = "`registries` has to be a list of addresses that begin with `https://`";
                self.wrong(item.span(), what);
                Vec::new()
            }
        }
    }

    fn waivers(&mut self, item: &Item) -> Vec<Waiver> {
        let Some(tables) = item.as_array_of_tables() else {
            self.wrong(item.span(), "write each waiver as a table `[[waiver]]`");
            return Vec::new();
        };
        if tables.len() > MOST_WAIVERS {
            self.wrong(item.span(), format!("there are more than {MOST_WAIVERS} waivers"));
        }
        tables.iter().take(MOST_WAIVERS).filter_map(|one| self.waiver(one, one.span())).collect()
    }

    fn waiver(&mut self, table: &dyn TableLike, span: Option<Range<usize>>) -> Option<Waiver> {
        let known = [NAMING, &["reason", "owner", "until"]].concat();
        let before = self.problems.len();
        self.only(table, &known, " of a waiver");
        let mut named = NAMING.iter().map(|name| self.text_of(table, name));
        let [server, package, url, path] = [(); 4].map(|()| named.next().flatten());
        drop(named);
        if [&server, &package, &url, &path].iter().all(|one| one.is_none()) {
            self.wrong(span.clone(), "a waiver names a `server`, a `package`, a `url` or a `path`");
        }
        if let Some(package) = &package
            && !["npm:", "pypi:", "oci:", "git:"].iter().any(|kind| package.starts_with(kind))
        {
            let what =
                "`package` of a waiver begins with its registry and has no version: `npm:mail`";
            self.wrong(table.get("package").and_then(Item::span), what);
        }
        let mut needed = |name: &str| {
            let text = self.text_of(table, name).unwrap_or_default();
            if text.trim().is_empty() {
                self.wrong(span.clone(), format!("a waiver needs `{name}`"));
            }
            text
        };
        let (reason, owner) = (needed("reason"), needed("owner"));
        let until = if let Some(item) = table.get("until") {
            self.day(item)
        } else {
            self.wrong(span.clone(), "a waiver needs `until`, its last day");
            None
        };
        if self.problems.len() > before {
            return None;
        }
        let line = line(self.text, span.map_or(0, |span| span.start));
        Some(Waiver { server, package, url, path, reason, owner, until: until?, line })
    }

    fn day(&mut self, item: &Item) -> Option<Date> {
        let text = match item {
            Item::Value(Value::Datetime(day)) => day.value().to_string(),
            Item::Value(Value::String(text)) => text.value().clone(),
            _ => String::new(),
        };
        let day = text.parse().ok();
        if day.is_none() {
            self.wrong(item.span(), "`until` of a waiver has to be a day, as in 2027-01-31");
        }
        day
    }

    fn text_of(&mut self, table: &dyn TableLike, name: &str) -> Option<String> {
        let item = table.get(name)?;
        let text = item.as_str().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.wrong(item.span(), format!("`{name}` of a waiver has to be a text"));
        }
        text.map(str::to_owned)
    }
}

/// Severities by their names.
const SEVERITIES: &[(&str, Severity)] = &[
    ("info", Severity::Info),
    ("low", Severity::Low),
    ("medium", Severity::Medium),
    ("high", Severity::High),
    ("critical", Severity::Critical),
];

fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at.min(text.len())).unwrap_or_default();
    before.split(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests;
