//! Reading a configuration by the table of settings: every setting is known, has a value of its
//! kind, and stands where it belongs.
//!
//! What is wrong is told by line, column and name. A value is never repeated: it may be a secret
//! that somebody put into the wrong place.

use std::{fmt, ops::Range};

use toml_edit::{Document, Item, Table, TableLike, Value};
use warden_mcp::Address;

use super::{
    measure::{Size, Span},
    near::nearest,
    table::{Kind, Section, Setting, Usual, WHOLE, is_agent, is_name},
};

/// The longest configuration, in bytes.
pub(super) const MOST: usize = 1 << 20;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Where it begins, in bytes.
    pub(super) at: usize,
    /// What is wrong.
    pub(super) what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.what)
    }
}

/// Line and column of a place, both from 1, in characters.
pub(super) fn place(text: &str, at: usize) -> (usize, usize) {
    let before: &[u8] = text.as_bytes().get(..at.min(text.len())).unwrap_or_default();
    let line = before.split(|byte| *byte == b'\n').count();
    let begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(before.get(begin..).unwrap_or_default()).chars().count();
    (line, column + 1)
}

/// Reads a configuration as TOML.
///
/// # Errors
/// Where it is none. What the parser shows of the text is left out.
pub(super) fn parse(text: &str) -> Result<Document<&str>, Problem> {
    Document::parse(text).map_err(|error| Problem {
        at: error.span().map_or(0, |span| span.start),
        what: format!("not TOML: {}", error.message().lines().next().unwrap_or_default()),
    })
}

/// Everything that is wrong with the form of a configuration.
pub(super) fn problems(whole: &'static Section, document: &Document<&str>) -> Vec<Problem> {
    let mut form = Form { problems: Vec::new() };
    form.section(whole, document.as_table(), &Path::default());
    form.problems.sort_by_key(|problem| problem.at);
    form.problems
}

/// Where a setting stands: its section, and the name of the entry if there are several.
#[derive(Clone, Debug, Default)]
struct Path {
    begin: usize,
    of: String,
}

struct Form {
    problems: Vec<Problem>,
}

impl Form {
    fn add(&mut self, at: usize, what: String) {
        self.problems.push(Problem { at, what });
    }

    fn section(&mut self, section: &'static Section, table: &dyn TableLike, path: &Path) {
        for (name, item) in table.iter() {
            let at = table.key(name).and_then(toml_edit::Key::span).or_else(|| item.span());
            let at = at.map_or(path.begin, |span| span.start);
            let setting = section.settings.iter().find(|setting| setting.name == name);
            let below = section.sections.iter().find(|below| below.name == name);
            match (setting, below) {
                (Some(setting), _) => self.setting(setting, item, path),
                (None, Some(below)) => self.below(below, item, at),
                (None, None) => self.add(at, unknown(section, name, path)),
            }
        }
        for setting in section.settings {
            if matches!(setting.usual, Usual::Required) && !table.contains_key(setting.name) {
                self.add(path.begin, format!("`{}`{} is missing", setting.name, path.of));
            }
        }
    }

    fn below(&mut self, section: &'static Section, item: &Item, at: usize) {
        let begin = |span: Option<Range<usize>>| span.map_or(at, |span| span.start);
        if section.many {
            let tables: Option<Vec<(&dyn TableLike, usize)>> = match item {
                Item::ArrayOfTables(tables) => {
                    let each =
                        tables.iter().map(|table| (table as &dyn TableLike, begin(table.span())));
                    Some(each.collect())
                }
                Item::Value(Value::Array(values)) => {
                    let each = values.iter().map(|value| {
                        let table: &dyn TableLike = value.as_inline_table()?;
                        Some((table, begin(value.span())))
                    });
                    each.collect()
                }
                Item::None | Item::Value(_) | Item::Table(_) => None,
            };
            let Some(tables) = tables else {
                return self.add(at, format!("`{0}` is a list: write `[[{0}]]`", section.name));
            };
            for (table, begin) in tables {
                let of = entry(section, table);
                self.section(section, table, &Path { begin, of });
            }
        } else if let Some(table) = item.as_table_like() {
            let of = format!(" of {}", section.heading());
            self.section(section, table, &Path { begin: begin(item.span()), of });
        } else {
            self.add(at, format!("`{0}` is a table: write `[{0}]`", section.name));
        }
    }

    fn setting(&mut self, setting: &Setting, item: &Item, path: &Path) {
        let at = item.span().map_or(path.begin, |span| span.start);
        if let Some(why) = unfit(setting.kind, item) {
            self.add(at, format!("`{}`{} {why}", setting.name, path.of));
        }
    }
}

/// How an entry is told from others: by its name, as far as it has one that can be shown.
fn entry(section: &Section, table: &dyn TableLike) -> String {
    match table.get("name").and_then(Item::as_str).filter(|name| is_agent(name)) {
        Some(name) => format!(" of {} `{name}`", section.name),
        None => format!(" of {}", section.heading()),
    }
}

fn unknown(section: &Section, name: &str, path: &Path) -> String {
    let known = section.settings.iter().map(|setting| setting.name);
    let known: Vec<_> = known.chain(section.sections.iter().map(|below| below.name)).collect();
    let shown = warden_detect::redact(name);
    let what = format!("there is no setting `{shown}`{}", path.of);
    if let Some(near) = nearest(name, known.iter().copied()) {
        return format!("{what}; did you mean `{near}`?");
    }
    let others = || WHOLE.sections.iter().chain([&WHOLE]);
    let names = others().flat_map(|other| other.settings.iter().map(|known| known.name));
    let Some(meant) = nearest(name, names) else { return what };
    let has = |other: &&Section| other.settings.iter().any(|known| known.name == meant);
    let heading = others().find(has).map(Section::heading).unwrap_or_default();
    let meant = if meant == name { "it".into() } else { format!("did you mean `{meant}`? It") };
    if heading.is_empty() {
        format!("{what}; {meant} stands above the first `[`")
    } else {
        format!("{what}; {meant} belongs under `{heading}`")
    }
}

/// Why a value does not fit, if it does not.
fn unfit(kind: Kind, item: &Item) -> Option<String> {
    let fits = match kind {
        Kind::Name => item.as_str().is_some_and(is_name),
        Kind::Agent => item.as_str().is_some_and(is_agent),
        Kind::Text => item.is_str(),
        Kind::Flag => item.is_bool(),
        Kind::Count(least, most) => {
            item.as_integer().is_some_and(|n| i64::from(least) <= n && n <= i64::from(most))
        }
        Kind::Share => {
            let whole = item.as_integer().is_some_and(|n| matches!(n, 0 | 1));
            whole || item.as_float().is_some_and(|n| (0.0..=1.0).contains(&n))
        }
        Kind::Size => {
            let number = item.as_integer().and_then(|n| Size::parse(&n.to_string()));
            number.or_else(|| Size::parse(item.as_str()?)).is_some()
        }
        Kind::Span => {
            let number = item.as_integer().and_then(|n| Span::seconds(u64::try_from(n).ok()?));
            number.or_else(|| Span::parse(item.as_str()?)).is_some()
        }
        Kind::Path => match item.as_str() {
            Some(path) if path.starts_with("~/") => return Some(HOME.into()),
            path => path.is_some_and(|path| !path.is_empty()),
        },
        Kind::Texts => texts(item).is_some(),
        Kind::Command => match texts(item).as_deref() {
            Some([program, ..]) if program.starts_with("~/") => return Some(HOME.into()),
            words => words.and_then(<[_]>::first).is_some_and(|program| !program.is_empty()),
        },
        Kind::Filled => {
            item.as_table_like().is_some_and(|table| table.iter().all(|(_, value)| value.is_str()))
        }
        Kind::OneOf(words) => return one_of(words, item, kind),
        Kind::Address => {
            item.as_str().is_some_and(|text| text.parse::<std::net::SocketAddr>().is_ok())
        }
        Kind::Digest => item
            .as_str()
            .is_some_and(|text| warden_model::Digest::from_hex(text.as_bytes()).is_ok()),
        Kind::Url => match item.as_str() {
            Some(url) if url.contains("${") => {
                return Some("holds `${`, which is filled in in `env` and `headers` only".into());
            }
            url => url.and_then(Address::parse).is_some(),
        },
    };
    (!fits).then(|| format!("has to be {}", kind.expected()))
}

const HOME: &str = "begins with `~`, which only shells know; write the whole path";

fn one_of(words: &[&str], item: &Item, kind: Kind) -> Option<String> {
    let Some(word) = item.as_str() else {
        return Some(format!("has to be {}", kind.expected()));
    };
    if words.contains(&word) {
        return None;
    }
    let near = nearest(word, words.iter().copied());
    let near = near.map_or_else(String::new, |near| format!("; did you mean `\"{near}\"`?"));
    Some(format!("has to be {}{near}", kind.expected()))
}

fn texts(item: &Item) -> Option<Vec<&str>> {
    item.as_array()?.iter().map(Value::as_str).collect()
}

/// Where a setting of a section stands, or else where its section begins.
pub(super) fn find(document: &Document<&str>, section: &str, nth: usize, setting: &str) -> usize {
    let whole: &Table = document.as_table();
    let table: Option<(&dyn TableLike, Option<Range<usize>>)> = if section.is_empty() {
        Some((whole, None))
    } else {
        match whole.get(section) {
            Some(Item::ArrayOfTables(tables)) => {
                tables.get(nth).map(|table| (table as &dyn TableLike, table.span()))
            }
            Some(Item::Value(Value::Array(values))) => values
                .get(nth)
                .and_then(|value| Some((value.as_inline_table()? as &dyn TableLike, value.span()))),
            Some(item) => item.as_table_like().map(|table| (table, item.span())),
            None => None,
        }
    };
    let Some((table, span)) = table else { return 0 };
    let key = table.key(setting).and_then(toml_edit::Key::span);
    key.or(span).map_or(0, |span| span.start)
}
