//! Files that are touched.

use std::collections::BTreeSet;

use warden_flow::{
    analysis::{At, FnId, Noted},
    ir::{Expr, Language},
};

use super::{argument, noted};
use crate::source::{
    SourceView,
    fold::{Fold, Spelling, Value},
};

/// A file that is touched.
#[derive(Clone, Debug)]
pub(crate) struct FileUse {
    /// The call.
    pub(crate) at: At,
    /// The function that it stands in.
    pub(crate) function: FnId,
    /// In which way.
    pub(crate) touch: Touch,
    /// The expression of the path.
    pub(crate) file: At,
    /// Which one: one of these.
    pub(crate) files: Vec<Spelling>,
}

/// In which way a file is touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touch {
    /// It is read.
    Read,
    /// It is written, or made.
    Write,
    /// It is removed.
    Remove,
    /// It is emptied.
    Empty,
    /// What is in the folder is listed.
    List,
    /// Who may do what with it is changed.
    Mode,
}

const TAGS: &[(&str, Option<usize>, Touch)] = &[
    ("read-0", Some(0), Touch::Read),
    ("read-self", None, Touch::Read),
    ("write-0", Some(0), Touch::Write),
    ("write-1", Some(1), Touch::Write),
    ("write-self", None, Touch::Write),
    ("remove-0", Some(0), Touch::Remove),
    ("remove-self", None, Touch::Remove),
    ("truncate-0", Some(0), Touch::Empty),
    ("list-0", Some(0), Touch::List),
    ("mode-0", Some(0), Touch::Mode),
    ("open-0", Some(0), Touch::Read),
    ("open-self", None, Touch::Read),
];

const NAMES: &[&str] = &["file", "filename", "path", "src", "source", "name"];

pub(super) fn files(view: &SourceView<'_>, fold: &Fold<'_>) -> Vec<FileUse> {
    let mut files = Vec::new();
    for (tag, place, touch) in TAGS {
        for noted in noted(view, tag) {
            let file = match place {
                Some(1) => argument(noted, 1, &["dst", "target"]),
                Some(place) => argument(noted, *place, NAMES),
                None => noted.receiver,
            };
            let Some(file) = file else { continue };
            let value = fold.value(file);
            let texts = spelled(&value);
            if texts.is_empty() {
                continue;
            }
            let touch = match *tag {
                "open-0" => opened(fold, noted, 1),
                "open-self" => opened(fold, noted, 0),
                _ => *touch,
            };
            files.push(FileUse {
                at: noted.at,
                function: noted.function,
                touch,
                file,
                files: texts,
            });
        }
    }
    by_name(fold, &mut files);
    files.sort_by_key(|file| file.at);
    files
}

/// Reads in bundles, where only the name of the function is left of the module it is of. What they
/// read is known by its path or not at all.
fn by_name(fold: &Fold<'_>, files: &mut Vec<FileUse>) {
    let known: BTreeSet<At> = files.iter().map(|file| file.at).collect();
    for module in 0..fold.modules() {
        let found = fold.module(module);
        if matches!(found.language, Language::Python | Language::Go) {
            continue;
        }
        for expr in &fold.index(module).calls {
            let at = At { module, expr: *expr };
            let Expr::Call(call) = found.expr(*expr) else { continue };
            let reads = matches!(found.expr(call.callee), Expr::Member(_, name) if matches!(found.text(*name), "readFile" | "readFileSync" | "createReadStream"));
            let path = call.args.first().filter(|_| reads && !known.contains(&at));
            let Some(file) = path.map(|arg| At { module, expr: arg.value }) else { continue };
            let texts = spelled(&fold.value(file));
            if !texts.is_empty() {
                let function = FnId { module, function: fold.index(module).owner(*expr) };
                files.push(FileUse { at, function, touch: Touch::Read, file, files: texts });
            }
        }
    }
}

/// Spellings of which something is known.
fn spelled(value: &Value) -> Vec<Spelling> {
    let texts = value.choices().iter().filter(|choice| matches!(choice, Value::Text(_)));
    texts.map(Value::spelling).filter(Spelling::says).collect()
}

/// What a file is opened for.
fn opened(fold: &Fold<'_>, noted: &Noted, place: usize) -> Touch {
    let Some(mode) = argument(noted, place, &["mode", "flags"]) else { return Touch::Read };
    let writes = if fold.module(mode.module).language == Language::Go {
        let written = fold.written(mode);
        ["O_WRONLY", "O_RDWR", "O_APPEND", "O_CREATE", "O_TRUNC"]
            .iter()
            .any(|flag| written.contains(flag))
    } else {
        fold.value(mode).known().is_some_and(|mode| mode.contains(['w', 'a', 'x', '+']))
    };
    if writes { Touch::Write } else { Touch::Read }
}
