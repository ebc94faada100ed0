//! What JavaScript and TypeScript become.

mod bundles;
mod calls;
mod classes;
mod control;
mod expressions;
mod functions;
mod hostile;
mod modules;

use crate::{
    dump::dump,
    ir::{GapKind, Language, Module},
    lang::{Limits, lower},
};

/// The module that a source becomes, read as what its path says.
fn module(path: &str, source: &str) -> Module {
    let language = Language::of_path(path).expect("the path has an ending that is known");
    lower(path, language, source.as_bytes(), Limits::default())
}

/// Checks what a source becomes, without the line about the object of exports.
#[track_caller]
fn check(path: &str, source: &str, expected: &str) {
    let text = dump(&module(path, source)).replace("exports exports\n", "");
    let expected = plain(expected);
    assert_eq!(text.trim_end(), expected.trim_end(), "\n{text}");
}

/// A text without the indentation that its first line has.
fn plain(text: &str) -> String {
    let text = text.trim_start_matches('\n');
    let indent = text.len() - text.trim_start_matches(' ').len();
    let lines = text.lines().map(|line| line.get(indent..).unwrap_or(""));
    lines.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn gaps(path: &str, source: &str) -> Vec<GapKind> {
    let mut kinds: Vec<GapKind> = module(path, source).gaps.iter().map(|gap| gap.kind).collect();
    kinds.dedup();
    kinds
}
