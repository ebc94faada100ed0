//! Reading tables of TOML: every problem at once, with its place, and never with a value in it.

use std::{cell::RefCell, collections::BTreeSet, ops::Range, sync::Arc};

use toml_edit::{Item, TableLike, Value};

/// The most entries that one table may have.
pub(super) const MOST_ENTRIES: usize = 100_000;
/// The most entries that one list may have.
const MOST_IN_LIST: usize = 1_000;
/// The most bytes of one name.
const MOST_NAME: usize = 256;

/// One thing that is wrong with `policy.toml`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Problem {
    /// Where, as an offset in bytes.
    pub at: usize,
    /// The line, from 1.
    pub line: usize,
    /// What, without a value of the file.
    pub what: String,
}

/// Collects what is wrong with a text.
pub(super) struct Form<'a> {
    text: &'a str,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Form<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, problems: RefCell::new(Vec::new()) }
    }

    /// Something is wrong here.
    pub(super) fn wrong(&self, span: Option<Range<usize>>, what: impl Into<String>) {
        let at = span.map_or(0, |span| span.start);
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        let line = before.split(|byte| *byte == b'\n').count();
        self.problems.borrow_mut().push(Problem { at, line, what: what.into() });
    }

    /// How much was wrong until now.
    pub(super) fn count(&self) -> usize {
        self.problems.borrow().len()
    }

    /// Everything that is wrong, in the order of the text.
    pub(super) fn finish(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.at);
        problems
    }

    /// The tables of an array of tables.
    pub(super) fn entries<'t>(&'t self, name: &'t str, item: &'t Item) -> Vec<Entry<'t>> {
        let Some(tables) = item.as_array_of_tables() else {
            self.wrong(item.span(), format!("write each {name} as a table `[[{name}]]`"));
            return Vec::new();
        };
        if tables.len() > MOST_ENTRIES {
            self.wrong(item.span(), format!("there are more than {MOST_ENTRIES} tables `{name}`"));
            return Vec::new();
        }
        let entry =
            |table: &'t toml_edit::Table| Entry { form: self, of: name, table, span: table.span() };
        tables.iter().map(entry).collect()
    }
}

/// One table, with what is known of it for a problem.
pub(super) struct Entry<'t> {
    form: &'t Form<'t>,
    of: &'t str,
    table: &'t dyn TableLike,
    pub(super) span: Option<Range<usize>>,
}

impl Entry<'_> {
    /// What it is, with its article.
    fn one(&self) -> String {
        let article = if self.of.starts_with('a') { "an" } else { "a" };
        format!("{article} {}", self.of)
    }

    /// Says of every setting that is not among these that there is none.
    pub(super) fn only(&self, known: &[&str]) {
        for (name, item) in self.table.iter().filter(|(name, _)| !known.contains(name)) {
            let span = self.table.key(name).and_then(toml_edit::Key::span).or_else(|| item.span());
            let known = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
            let name = name.chars().filter(|c| !c.is_control()).take(64).collect::<String>();
            let what = format!("{} has no setting `{name}`, only {}", self.one(), known.join(", "));
            self.form.wrong(span, what);
        }
    }

    /// What stands under a name, as it stands in the text.
    pub(super) fn item(&self, name: &str) -> Option<&Item> {
        self.table.get(name)
    }

    /// Something is wrong with a setting.
    pub(super) fn wrong(&self, name: &str, what: impl Into<String>) {
        let span = self.table.get(name).and_then(Item::span).or_else(|| self.span.clone());
        self.form.wrong(span, what);
    }

    fn get<T>(
        &self,
        name: &str,
        wanted: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let item = self.table.get(name)?;
        let found = item.as_value().and_then(read);
        if found.is_none() {
            self.wrong(name, format!("`{name}` of {} has to be {wanted}", self.one()));
        }
        found
    }

    /// A name: 1 to 256 bytes without control characters.
    pub(super) fn name(&self, name: &str) -> Option<Arc<str>> {
        let read = |value: &Value| value.as_str().filter(|text| fine(text)).map(Arc::from);
        self.get(name, "a text of 1 to 256 bytes without control characters", read)
    }

    /// A name that has to be there.
    pub(super) fn needed(&self, name: &str) -> Option<Arc<str>> {
        if !self.table.contains_key(name) {
            self.form.wrong(self.span.clone(), format!("`{name}` of {} is missing", self.one()));
        }
        self.name(name)
    }

    /// A list of names, each once.
    pub(super) fn names(&self, name: &str) -> Option<BTreeSet<Arc<str>>> {
        self.get(name, "a list of at most 1000 names", |value| {
            let values = value.as_array().filter(|values| values.len() <= MOST_IN_LIST)?;
            let one = |value: &Value| value.as_str().filter(|text| fine(text)).map(Arc::from);
            values.iter().map(one).collect()
        })
    }

    /// One of the words that `parse` knows.
    pub(super) fn word<T>(
        &self,
        name: &str,
        words: &[&str],
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let wanted = format!("one of {}", listed(words));
        self.get(name, &wanted, |value| value.as_str().and_then(parse))
    }

    /// A list of words that `parse` knows.
    pub(super) fn words<T: Ord>(
        &self,
        name: &str,
        words: &[&str],
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<BTreeSet<T>> {
        let wanted = format!("a list of some of {}", listed(words));
        self.get(name, &wanted, |value| {
            let values = value.as_array().filter(|values| values.len() <= MOST_IN_LIST)?;
            values.iter().map(|value| value.as_str().and_then(&parse)).collect()
        })
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.get(name, "`true` or `false`", Value::as_bool)
    }

    /// A whole number in this range.
    pub(super) fn number(&self, name: &str, range: Range<u8>) -> Option<u8> {
        let wanted = format!("a number from {} to {}", range.start, range.end.saturating_sub(1));
        let number = |value: &Value| value.as_integer().and_then(|value| u8::try_from(value).ok());
        self.get(name, &wanted, |value| number(value).filter(|value| range.contains(value)))
    }

    /// A length of time such as `30m`, `8h` or `7d`, in seconds.
    pub(super) fn seconds(&self, name: &str) -> Option<u32> {
        let wanted = "a length of time such as `\"90s\"`, `\"30m\"`, `\"8h\"` or `\"7d\"`";
        self.get(name, wanted, |value| value.as_str().and_then(seconds))
    }
}

/// Whether a text can be a name.
fn fine(text: &str) -> bool {
    (1..=MOST_NAME).contains(&text.len()) && !text.chars().any(char::is_control)
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ")
}

fn seconds(text: &str) -> Option<u32> {
    let units = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];
    let (digits, each) = units.iter().find_map(|(c, each)| Some((text.strip_suffix(*c)?, each)))?;
    let number: u32 = digits.parse().ok().filter(|_| !digits.starts_with('+'))?;
    number.checked_mul(*each).filter(|seconds| *seconds > 0)
}
