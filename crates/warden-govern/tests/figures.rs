//! Published figures in everything that people read.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use warden_govern::facts::unlabelled;

fn texts(folder: &Path, ends: &[&str], found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            texts(&path, ends, found);
        } else if ends.iter().any(|end| name.ends_with(end)) {
            found.push(path);
        }
    }
}

/// R16, R147: no page, no report in a test, and no text in the source states a
/// published figure without what came of looking it up.
#[test]
fn no_text_states_a_published_figure_without_its_state() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = vec![root.join("README.md"), root.join("ARCHITECTURE.md")];
    texts(&root.join("docs"), &[".md"], &mut files);
    texts(&root.join("crates"), &[".rs", ".snap", ".txt", ".html"], &mut files);
    // The register itself, tests of what finds figures, and what is asked for, word for word.
    let own = [
        "src/facts/register.rs",
        "src/facts.rs",
        "src/board/tests/linted.rs",
        "docs/requirements.md",
    ];
    let mut looked = 0;
    for file in files.iter().filter(|file| !own.iter().any(|end| file.ends_with(end))) {
        let Ok(text) = fs::read_to_string(file) else { continue };
        looked += 1;
        assert_eq!(unlabelled(&text), [], "{}", file.display());
    }
    assert!(looked > 500, "only {looked} files were looked at");
}
