//! The generated parts of documents that people write the rest of.

use std::path::Path;

use crate::shell::{self, Failure};

/// Returns `document` with the part called `name` replaced by `body`.
///
/// # Errors
/// The document has no such part, or the part has no end.
pub fn replace(document: &str, name: &str, body: &str) -> Result<String, Failure> {
    let (before, _, after) = split(document, name)?;
    Ok(format!("{before}\n\n{}\n\n{after}", body.trim()))
}

/// Returns the part called `name`, without blank lines around it.
///
/// # Errors
/// The document has no such part, or the part has no end.
pub fn part<'a>(document: &'a str, name: &str) -> Result<&'a str, Failure> {
    split(document, name).map(|(_, part, _)| part.trim())
}

/// Writes a part of the document at `path`; a new one gets a heading at the end.
///
/// # Errors
/// The document cannot be read or written, or the part has no end.
pub fn write(path: &Path, name: &str, title: &str, body: &str) -> Result<(), Failure> {
    let mut document = shell::read(path)?;
    if part(&document, name).is_err() {
        document.push_str(&format!(
            "\n## {title}\n\n<!-- generated: {name} -->\n<!-- end of generated: {name} -->\n"
        ));
    }
    shell::write(path, &replace(&document, name, body)?)
}

fn split<'a>(document: &'a str, name: &str) -> Result<(&'a str, &'a str, &'a str), Failure> {
    let begin = format!("<!-- generated: {name} -->");
    let end = format!("<!-- end of generated: {name} -->");
    let missing = |marker: &str| Failure(format!("the document has no line `{marker}`"));
    let start = document.find(&begin).ok_or_else(|| missing(&begin))? + begin.len();
    let (before, rest) = document.split_at(start);
    let stop = rest.find(&end).ok_or_else(|| missing(&end))?;
    let (part, after) = rest.split_at(stop);
    Ok((before, part, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "a\n<!-- generated: x -->\nold\n<!-- end of generated: x -->\nb\n";

    #[test]
    fn only_the_part_between_the_markers_changes() {
        let changed = replace(DOCUMENT, "x", "new\n").expect("the part exists");
        assert_eq!(part(&changed, "x").expect("the part exists"), "new");
        assert!(changed.starts_with("a\n<!--") && changed.ends_with("-->\nb\n"));
    }

    #[test]
    fn a_second_time_changes_nothing() {
        let once = replace(DOCUMENT, "x", "new").expect("the part exists");
        assert_eq!(replace(&once, "x", "new").expect("the part exists"), once);
    }

    #[test]
    fn a_missing_part_is_an_error() {
        assert!(replace(DOCUMENT, "y", "new").is_err());
        assert!(replace("<!-- generated: x -->", "x", "new").is_err());
    }
}
