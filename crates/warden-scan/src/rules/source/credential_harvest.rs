use std::collections::BTreeSet;

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, ExprId, Key, Module, Name, Stmt, StmtId},
};
use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    source::{
        deeds::{FileUse, Start, Touch},
        fold::{Fold, Value},
        index::Branch,
        reached::is_business,
        stores::{Store, is_telling_name, store_of, teller_of},
    },
    trace::called,
};

#[doc = include_str!("credential_harvest.md")]
#[derive(Debug)]
pub(crate) struct CredentialHarvest;

static META: Meta = Meta {
    id: "credential-harvest",
    class: Class::MaliciousPackage,
    severity: Severity::Critical,
    title: "the server reads the credentials of other programs",
    help: "let the user give the server a credential of its own, and leave those of other programs alone",
    languages: EVERY_LANGUAGE,
    cwe: &[506, 522],
    page: include_str!("credential_harvest.md"),
};

impl Rule for CredentialHarvest {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let mut seen = BTreeSet::new();
        for file in &view.deeds().files {
            if matches!(file.touch, Touch::Read | Touch::List)
                && let Some(store) = file.files.iter().find_map(|path| store_of(&path.shown()))
            {
                read(view, file, store, &mut seen, out);
            }
        }
        for start in &view.deeds().starts {
            started(view, start, out);
        }
        sifted(view, out);
    }
}

fn read(
    view: &SourceView<'_>,
    file: &FileUse,
    store: &'static Store,
    seen: &mut BTreeSet<At>,
    out: &mut Vec<Draft>,
) {
    let fold = view.fold();
    let leads = |value: &Value| {
        value
            .spellings()
            .iter()
            .any(|text| store_of(&text.shown()).is_some_and(|found| found == store))
    };
    let (at, function) = fold.blamed((file.at, file.function), file.file, &leads);
    if seen.insert(at) && !is_business(view, function, store.words) {
        let message = format!("the server reads {}", store.what);
        out.push(draft(view, at, function, message, store.what));
    }
}

/// Programs that give out what stands in a file.
const READERS: &[&str] = &[
    "cat",
    "head",
    "tail",
    "less",
    "more",
    "type",
    "cp",
    "tar",
    "zip",
    "gzip",
    "base64",
    "xxd",
    "od",
    "strings",
    "grep",
    "find",
    "sqlite3",
    "curl",
    "scp",
    "rsync",
    "nc",
    "dd",
    "openssl",
    "cut",
    "awk",
    "sed",
    "sort",
    "gc",
    "get-content",
    "copy",
    "tee",
    "rclone",
];

fn started(view: &SourceView<'_>, start: &Start, out: &mut Vec<Draft>) {
    for line in start.texts() {
        if let Some(teller) = teller_of(&line) {
            if !is_business(view, start.function, teller.business) {
                let message = format!("the server runs a command that tells {}", teller.what);
                out.push(draft(view, start.at, start.function, message, teller.what));
                return;
            }
            continue;
        }
        let lower = line.to_lowercase();
        let words = || {
            lower
                .split(|char: char| char.is_whitespace() || "\"'|;&()`@=<>".contains(char))
                .filter(|word| !word.is_empty())
        };
        let reads = words().any(|word| READERS.contains(&word.rsplit('/').next().unwrap_or(word)));
        let plain = lower.replace("\"$home\"", "~").replace("$home", "~").replace("${home}", "~");
        let stores: Vec<&Store> = plain
            .split(|char: char| char.is_whitespace() || "\"'|;&()`@=<>".contains(char))
            .filter_map(store_of)
            .collect();
        // A command line prints what it reads: there is no job for which that is the way.
        if let Some(store) = stores.first().filter(|_| reads) {
            let message = format!("the server runs a command that reads {}", store.what);
            out.push(draft(view, start.at, start.function, message, store.what));
            return;
        }
    }
}

/// Names of such files in a table that decides which files of a folder are read.
fn sifted(view: &SourceView<'_>, out: &mut Vec<Draft>) {
    let fold = view.fold();
    let reads: Vec<&FileUse> =
        view.deeds().files.iter().filter(|file| file.touch == Touch::Read).collect();
    let unknown = unknown_reads(view);
    if reads.is_empty() && unknown.is_empty() {
        return;
    }
    for module in 0..fold.modules() {
        let found = fold.module(module);
        for (number, expr) in (0_u32..).zip(&found.exprs) {
            let table = At { module, expr: ExprId(number) };
            if may_tell(found, expr) < 2 {
                continue;
            }
            for used in fold.uses(table) {
                let Some(branch) = chosen(fold, used) else { continue };
                let here = |at: &At| at.module == used.module && stands_in(fold, *at, branch);
                let read =
                    reads.iter().map(|file| file.at).chain(unknown.iter().copied()).find(here);
                let Some(read) = read.filter(|_| telling(&fold.value(table)) >= 2) else {
                    continue;
                };
                let function = fold.owner(read);
                if !is_business(
                    view,
                    function,
                    &["password", "credential", "secret", "cookie", "wallet"],
                ) {
                    let message =
                        "the server picks the files of other programs in which secrets are"
                            .to_owned();
                    out.push(draft(view, read, function, message, "sifted"));
                }
                return;
            }
        }
    }
}

/// Calls that read files of which nothing is known.
fn unknown_reads(view: &SourceView<'_>) -> Vec<At> {
    let tags = ["read-0", "read-self", "open-0"];
    tags.iter().flat_map(|tag| view.analysis.noted(tag)).map(|noted| noted.at).collect()
}

/// How many telling names a table may hold at most, as far as it is easily said.
fn may_tell(module: &Module, table: &Expr) -> usize {
    let named = |name: Name| usize::from(is_telling_name(module.text(name)));
    match table {
        Expr::List(items) => items
            .iter()
            .map(|item| match module.expr(item.value) {
                _ if item.spread => 2,
                Expr::Text(text) => named(*text),
                Expr::Number(_)
                | Expr::Bool(_)
                | Expr::Null
                | Expr::Object(_)
                | Expr::List(_)
                | Expr::Function(_)
                | Expr::Class(_)
                | Expr::Regex(..) => 0,
                _ => 1,
            })
            .sum(),
        Expr::Object(parts) => parts
            .iter()
            .map(|part| match part.key {
                Key::Name(name) => named(name),
                Key::Computed(_) => 1,
                Key::Spread => 2,
            })
            .sum(),
        _ => 0,
    }
}

fn telling(value: &Value) -> usize {
    match value {
        Value::List(list) => {
            list.items.iter().filter(|item| item.known().is_some_and(is_telling_name)).count()
        }
        Value::Object(object) => {
            object.parts.iter().filter(|(name, _)| is_telling_name(name)).count()
        }
        _ => 0,
    }
}

/// The branch that is taken when a condition with the table in it holds.
fn chosen(fold: &Fold<'_>, used: At) -> Option<(StmtId, Branch)> {
    let module = fold.module(used.module);
    let index = fold.index(used.module);
    let stmt = index.stmt(used.expr)?;
    let inside = |expr: ExprId| {
        let mut inner = used.expr;
        for _ in 0..24 {
            if inner == expr {
                return true;
            }
            match index.parent(inner) {
                Some(parent) => inner = parent,
                None => return false,
            }
        }
        false
    };
    match &module.stmts.get(stmt.at())?.0 {
        Stmt::If { cond, .. } if inside(*cond) && !matches!(module.expr(*cond), Expr::Not(_)) => {
            Some((stmt, Branch::Then))
        }
        Stmt::Switch { cases, .. } => cases.iter().enumerate().find_map(|(at, case)| {
            let tests = case.tests.iter().flatten().chain(&case.guard);
            let here = tests.into_iter().any(|test| inside(*test));
            here.then(|| (stmt, Branch::Case(u32::try_from(at).unwrap_or(u32::MAX))))
        }),
        _ => None,
    }
}

fn stands_in(fold: &Fold<'_>, at: At, (wanted, branch): (StmtId, Branch)) -> bool {
    let index = fold.index(at.module);
    let mut next = index.stmt(at.expr);
    while let Some(stmt) = next {
        let Some(outer) = index.outer(stmt) else { return false };
        if outer == (wanted, branch) {
            return true;
        }
        next = Some(outer.0);
    }
    false
}

fn draft(view: &SourceView<'_>, at: At, function: FnId, message: String, key: &str) -> Draft {
    let label = "these belong to somebody else";
    let mut draft = Draft::in_code(view, view.spot(at), Some(function), message, label).key(key);
    draft.trace = called(view, at, function, label);
    draft
}
