//! Small sources and what they become.

mod hostile;
mod names;
mod shapes;
mod statements;
mod types;

use crate::{
    Limits,
    dump::dump,
    ir::{GapKind, Language, Module},
    lang::lower,
};

fn read(source: &str) -> Module {
    lower("a.go", Language::Go, source.as_bytes(), Limits::default())
}

/// The dump of a whole file.
#[track_caller]
fn file(source: &str, expected: &str) {
    let shown = dump(&read(source));
    let expected: Vec<&str> = lines(expected);
    assert_eq!(shown.lines().collect::<Vec<_>>(), expected, "\n{shown}");
}

/// The dump of the body of a function whose parameters are `a`, `b` and `c`.
#[track_caller]
fn body(source: &str, expected: &str) {
    let module = read(&format!("package p\nfunc f(a, b, c string) {{\n{source}\n}}\n"));
    let shown = dump(&module);
    let inner = shown
        .lines()
        .skip_while(|line| !line.starts_with("fn1 "))
        .skip(1)
        .take_while(|line| line.starts_with(' '))
        .map(|line| line.strip_prefix("  ").unwrap_or(line));
    assert_eq!(inner.collect::<Vec<_>>(), lines(expected), "\n{shown}");
}

/// The lines of a text that is indented together with the code around it.
fn lines(text: &str) -> Vec<&str> {
    let margin = |line: &&str| line.len() - line.trim_start().len();
    let margin =
        text.lines().filter(|line| !line.trim().is_empty()).map(|line| margin(&line)).min();
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.get(margin.unwrap_or(0)..).unwrap_or(line))
        .collect()
}

fn kinds(module: &Module) -> Vec<GapKind> {
    module.gaps.iter().map(|gap| gap.kind).collect()
}
