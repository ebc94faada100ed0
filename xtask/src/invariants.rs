//! The `Invariant:` lines of every crate, which `ARCHITECTURE.md` collects.

use crate::shell::{self, Failure};

/// The name of the generated part in `ARCHITECTURE.md`.
pub const PART: &str = "invariants";

/// What a crate promises.
#[derive(Debug)]
pub struct Promises {
    /// The crate.
    pub name: String,
    /// Its invariants, one sentence each, without the word.
    pub invariants: Vec<String>,
}

/// Reads the promises of every crate of the workspace.
///
/// # Errors
/// A crate has neither `lib.rs` nor `main.rs`, or one of them cannot be read.
pub fn read() -> Result<Vec<Promises>, Failure> {
    let folder = shell::root().join("crates");
    let mut all = Vec::new();
    for name in shell::names(&folder)? {
        let sources = folder.join(&name).join("src");
        let lib = sources.join("lib.rs");
        let source = if lib.is_file() { lib } else { sources.join("main.rs") };
        all.push(Promises { name, invariants: of_source(&shell::read(&source)?) });
    }
    Ok(all)
}

/// Writes all of them as the part of `ARCHITECTURE.md`.
#[must_use]
pub fn document(all: &[Promises]) -> String {
    let sections: Vec<_> = all.iter().map(section).collect();
    sections.join("\n\n")
}

fn section(promises: &Promises) -> String {
    let items = promises.invariants.iter().map(|invariant| format!("- Invariant: {invariant}"));
    format!("### `{}`\n\n{}", promises.name, items.collect::<Vec<_>>().join("\n"))
}

/// Returns the invariants in the crate's own documentation; a sentence may go over several lines.
fn of_source(source: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open = false;
    for line in source.lines().map_while(|line| line.strip_prefix("//!")) {
        let line = line.trim();
        if let Some(sentence) = line.strip_prefix("Invariant:") {
            found.push(sentence.trim().to_owned());
            open = true;
        } else if line.is_empty() {
            open = false;
        } else if let (true, Some(last)) = (open, found.last_mut()) {
            last.push(' ');
            last.push_str(line);
        }
    }
    // Links to items mean something in the documentation of the crate only.
    found.iter().map(|sentence| sentence.replace("[`", "`").replace("`]", "`")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_over_several_lines_are_joined() {
        let source = "//! Words.\n//!\n//! Invariant: one\n//! and more.\n//! Invariant: a [`B`].\n\nmod a;\n//! Invariant: no.";
        assert_eq!(of_source(source), ["one and more.", "a `B`."]);
    }
}
