//! What users need, and the tests that prove it: `docs/requirements.md`.
//!
//! A test names a requirement by its number, `R52`, in the comment above it or inside it; a comment
//! at the head of a file of tests speaks for all of them. A requirement that no test proves, or
//! proves only in part, stands in `docs/requirements-open.csv` with the part that is missing.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::LazyLock,
};

use regex::Regex;

use crate::shell::{self, Failure, root};

/// The requirements with their acceptance sentences.
pub const ROWS: &str = "docs/requirements.csv";
/// Those that are not proven, with what is missing.
pub const OPEN: &str = "docs/requirements-open.csv";
/// The page that is generated.
pub const PAGE: &str = "docs/requirements.md";

/// A number such as `R52`.
pub type Number = u16;

/// A requirement.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Its number.
    pub number: Number,
    /// What is needed.
    pub text: String,
    /// What has to hold.
    pub acceptance: String,
}

/// A test: its file and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Test {
    /// The file, from the root of the repository.
    pub file: String,
    /// The name of the function; none where a file speaks for all of its tests.
    pub name: Option<String>,
}

/// Everything that is known.
#[derive(Debug)]
pub struct Proofs {
    /// The requirements, in their order.
    pub rows: Vec<Requirement>,
    /// Which tests name which.
    pub tests: BTreeMap<Number, BTreeSet<Test>>,
    /// What is missing of those that are open.
    pub open: BTreeMap<Number, String>,
}

/// Reads requirements, open ones and all tests.
///
/// # Errors
/// A file that cannot be read or is not in its form.
pub fn read() -> Result<Proofs, Failure> {
    let rows = table(ROWS)?;
    let rows = rows.into_iter().map(|(number, cells)| {
        let cell = |name: &str| cells.get(name).cloned().unwrap_or_default();
        Requirement { number, text: cell("requirement"), acceptance: cell("acceptance") }
    });
    let open = table(OPEN)?.into_iter();
    let open =
        open.map(|(number, cells)| (number, cells.get("missing").cloned().unwrap_or_default()));
    let mut tests: BTreeMap<Number, BTreeSet<Test>> = BTreeMap::new();
    for file in shell::tracked()? {
        // Its own tests speak of numbers, and prove nothing.
        if Path::new(&file).extension().is_none_or(|end| end != "rs")
            || file == "xtask/src/requirements.rs"
        {
            continue;
        }
        let text = shell::read(&root().join(&file))?;
        for (number, name) in named(&text, is_of_tests(&file)) {
            tests.entry(number).or_default().insert(Test { file: file.clone(), name });
        }
    }
    Ok(Proofs { rows: rows.collect(), tests, open: open.collect() })
}

type Cells = BTreeMap<String, String>;

fn table(name: &str) -> Result<Vec<(Number, Cells)>, Failure> {
    let wrong = |why: String| Failure(format!("{name}: {why}"));
    let text = shell::read(&root().join(name))?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for row in reader.deserialize::<Cells>() {
        let cells = row.map_err(|error| wrong(error.to_string()))?;
        let id = cells.get("id").cloned().unwrap_or_default();
        let number = id.strip_prefix('R').and_then(|digits| digits.parse().ok());
        rows.push((number.ok_or_else(|| wrong(format!("`{id}` is no number")))?, cells));
    }
    Ok(rows)
}

/// Whether everything in a file is a test.
fn is_of_tests(file: &str) -> bool {
    file.contains("/tests/") || file.ends_with("/tests.rs")
}

/// The requirements that tests in this text name, with the name of each test.
fn named(text: &str, all_tests: bool) -> Vec<(Number, Option<String>)> {
    let mut found = Vec::new();
    let (mut above, mut is_test) = (Vec::new(), false);
    let mut current: Option<String> = None;
    let mut depth = 0;
    for whole in text.lines() {
        let line = whole.trim();
        let indent = whole.len() - whole.trim_start().len();
        if line == "}" && indent <= depth {
            current = None;
        } else if let Some(comment) = line.strip_prefix("//!") {
            if all_tests {
                found.extend(numbers(comment).map(|number| (number, None)));
            }
        } else if let Some(comment) = line.strip_prefix("//") {
            above.extend(numbers(comment));
            // Inside of a test it may stand above any line.
            if let Some(name) = &current {
                found.extend(numbers(comment).map(|number| (number, Some(name.clone()))));
            }
        } else if line.starts_with("#[") || line.starts_with(')') {
            is_test |= line.contains("test]") || line.contains("::test(");
        } else if let Some(name) = function(line) {
            // One that ends where it begins has no comments inside.
            current = (is_test && !line.ends_with('}')).then(|| name.to_owned());
            depth = indent;
            if is_test {
                found.extend(above.iter().map(|number| (*number, Some(name.to_owned()))));
            }
            (above, is_test) = (Vec::new(), false);
        } else if !line.is_empty() {
            above.clear();
        }
    }
    found
}

fn function(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let line = line.strip_prefix("async ").unwrap_or(line);
    let rest = line.strip_prefix("fn ")?;
    rest.split(['(', '<']).next()
}

/// The numbers in a comment: `R52`, and all from one end to the other of `R98–R100` and
/// `R98 to R100`.
fn numbers(comment: &str) -> impl Iterator<Item = Number> + '_ {
    static NUMBERS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\bR(\d{1,3})(?:(?:–| to )R(\d{1,3}))?\b").ok());
    let end = |number: Option<regex::Match<'_>>| number.and_then(|it| it.as_str().parse().ok());
    let all = NUMBERS.iter().flat_map(move |pattern| pattern.captures_iter(comment));
    all.flat_map(move |found| {
        let first: Number = end(found.get(1)).unwrap_or_default();
        first..=end(found.get(2)).unwrap_or(first)
    })
}

impl Proofs {
    /// What is wrong: a requirement with neither test nor missing part, a number that is none, a
    /// missing part that is not said.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let known: BTreeSet<_> = self.rows.iter().map(|row| row.number).collect();
        let mut problems = Vec::new();
        for row in &self.rows {
            let number = row.number;
            if !self.tests.contains_key(&number) && !self.open.contains_key(&number) {
                problems
                    .push(format!("R{number}: no test names it, and {OPEN} has no line for it"));
            }
        }
        for (number, tests) in self.tests.iter().filter(|(number, _)| !known.contains(number)) {
            problems.push(format!("R{number} is no requirement, but {tests:?} name it"));
        }
        for (number, missing) in &self.open {
            if !known.contains(number) || missing.trim().is_empty() {
                problems.push(format!("{OPEN}: R{number} is unknown, or nothing is missing"));
            }
        }
        problems
    }

    /// The page.
    #[must_use]
    pub fn page(&self) -> String {
        let open = self.rows.iter().filter(|row| self.open.contains_key(&row.number)).count();
        let mut text = format!(
            "# Requirements and their proof\n\n\
             Generated by `cargo xtask generate` from the tests: a test that proves a requirement\n\
             names its number. {} requirements: {} are proven by tests, {open} are open in whole or\n\
             in part.\n",
            self.rows.len(),
            self.rows.len() - open,
        );
        text.push_str("\n## Open\n\n| | what is missing |\n|---|---|\n");
        for (number, missing) in &self.open {
            text.push_str(&format!("| [R{number}](#r{number}) | {} |\n", cell(missing)));
        }
        text.push_str("\n## All\n");
        for row in &self.rows {
            let number = row.number;
            text.push_str(&format!(
                "\n### R{number}\n\n{}\n\n*Holds when:* {}\n",
                row.text.trim(),
                row.acceptance.trim()
            ));
            if let Some(missing) = self.open.get(&number) {
                text.push_str(&format!("\n**Open:** {}\n", missing.trim()));
            }
            let tests = self.tests.get(&number).into_iter().flatten();
            let lines: Vec<_> = tests.map(line).collect();
            if !lines.is_empty() {
                text.push_str(&format!("\n{}", lines.concat()));
            }
        }
        text
    }
}

fn cell(text: &str) -> String {
    text.trim().replace('|', "\\|")
}

fn line(test: &Test) -> String {
    let name = test.name.as_deref().map_or_else(|| "all tests".into(), |name| format!("`{name}`"));
    format!("- {name} in [{}](../{})\n", test.file, test.file)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "//! R1, for all.\n// R2: in a helper\nfn helper() {}\n\n// R3: one\n// R4\n\
        #[test]\nfn proves() {\n    // R5: also\n    assert!(x);\n}\n\n/// R6\n#[tokio::test]\n\
        async fn later() {}\n// not R1234, nor CR77\nproptest! {\n    /// R7: x, R8–R10; R20 to R22\n    #[test]\n    fn law(x in 0..1) {}\n}\n";

    #[test]
    fn a_number_counts_where_a_test_is() {
        let found = named(TEXT, true);
        let of = |number: Number| {
            found.iter().find(|(found, _)| *found == number).map(|(_, name)| name.as_deref())
        };
        assert_eq!(of(1), Some(None));
        assert_eq!(of(2), None, "a helper proves nothing");
        assert_eq!((of(3), of(4)), (Some(Some("proves")), Some(Some("proves"))));
        assert_eq!((of(5), of(6)), (Some(Some("proves")), Some(Some("later"))));
        for number in [7, 8, 9, 10, 20, 21, 22] {
            assert_eq!(of(number), Some(Some("law")), "R{number}");
        }
        assert_eq!((of(1234), of(11), of(19)), (None, None, None));
        assert!(named(TEXT, false).iter().all(|(number, _)| *number != 1));
    }
}
