//! Which files of a tree are read as code, and in which language.

use std::collections::BTreeSet;

use warden_flow::ir::Language;
use warden_model::{SourceFile, SourceTree};

use super::packages::entry_files;

/// The files that are code, with their languages, in the order of their paths.
pub(crate) fn code(tree: &SourceTree) -> Vec<(&SourceFile, Language)> {
    let entries: BTreeSet<String> = entry_files(tree).into_iter().collect();
    let read = |file: &SourceFile| {
        of(file).or_else(|| entries.contains(&file.path).then_some(Language::JavaScript))
    };
    tree.files.iter().filter_map(|file| Some((file, read(file)?))).collect()
}

/// Whether a file is code by its name or its first line, whatever manifests say.
pub(crate) fn is_code(file: &SourceFile) -> bool {
    of(file).is_some()
}

/// The language of a file by its name, or by the interpreter that its first line names.
fn of(file: &SourceFile) -> Option<Language> {
    let name = file.name();
    // Types without code.
    if [".d.ts", ".d.mts", ".d.cts", ".pyi"].iter().any(|end| name.ends_with(end)) {
        return None;
    }
    Language::of_path(name).or_else(|| interpreter(&file.bytes).filter(|_| !name.contains('.')))
}

fn interpreter(bytes: &[u8]) -> Option<Language> {
    let line = bytes.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
    let line = String::from_utf8_lossy(line.get(..200).unwrap_or(line));
    line.split(['/', ' ', '\t']).find_map(|word| match word.trim_end() {
        "node" | "nodejs" => Some(Language::JavaScript),
        "deno" | "bun" | "tsx" | "ts-node" => Some(Language::TypeScript),
        word if word.starts_with("python") => Some(Language::Python),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[(&str, Language)]) {
        let file = |(path, text): &(&str, &str)| SourceFile {
            path: (*path).to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        let mut tree =
            SourceTree { files: files.iter().map(file).collect(), ..SourceTree::default() };
        tree.sort();
        let found: Vec<(&str, Language)> = code(&tree)
            .into_iter()
            .map(|(file, language)| (file.path.as_str(), language))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn names_and_first_lines_tell_the_language() {
        check(
            &[
                ("a.py", ""),
                ("b.d.ts", ""),
                ("bin/run", "#!/usr/bin/env -S node --no-warnings\nx"),
                ("bin/tool", "#!/usr/bin/python3.12\nx"),
                ("bin/sh", "#!/bin/sh\nx"),
                ("c.txt", "#!/usr/bin/env node\n"),
            ],
            &[
                ("a.py", Language::Python),
                ("bin/run", Language::JavaScript),
                ("bin/tool", Language::Python),
            ],
        );
    }

    #[test]
    fn what_a_manifest_runs_is_code_whatever_it_is_called() {
        check(
            &[("package.json", r#"{"bin": "./assets/font.dat"}"#), ("assets/font.dat", "run()")],
            &[("assets/font.dat", Language::JavaScript)],
        );
    }
}
