use warden_flow::{Limits, analyse};
use warden_model::{SourceFile, SourceTree};

use super::*;

#[track_caller]
fn check(path: &str, text: &str, expected: usize) {
    let file = SourceFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() };
    let tree = SourceTree { name: "x".into(), files: vec![file], ..SourceTree::default() };
    let program = crate::source::program(&tree, Limits::default());
    let analysis = analyse(&program, crate::models::models());
    let view = SourceView::of(&tree, &analysis);
    assert_eq!(late(&view).len(), expected, "{text}");
}

/// A function that refuses paths, with what it does before and after.
fn function(before: &str, after: &str) -> String {
    format!(
        "async function checked(name) {{\n const p = path.resolve(name); {before}\n \
         if (!isPathAllowed(p)) throw new Error('no');\n {after}\n}}"
    )
}

#[test]
fn what_is_resolved_after_a_check_has_to_be_looked_at() {
    check("s.js", &function("", "return await fs.realpath(p);"), 1);
    check("s.js", &function("", "const real = fs.realpathSync(p); return real;"), 1);
    check(
        "s.js",
        &function(
            "",
            "const real = await fs.realpath(p); if (!inside(real)) throw 1; return real;",
        ),
        0,
    );
    check(
        "s.js",
        &function(
            "",
            "const real = await fs.realpath(p); const n = real.toLowerCase(); if (n !== p) throw 1; return real;",
        ),
        0,
    );
    check(
        "s.js",
        &function("", "const real = await fs.realpath(p); assertAllowed(real); return real;"),
        0,
    );
    check("s.js", &function("", "if (isPathAllowed(await fs.realpath(p))) return p;"), 0);
}

#[test]
fn a_check_of_what_was_resolved_is_early_enough() {
    check("s.js", &function("const real = await fs.realpath(p);", "return fs.realpath(p);"), 0);
    let own = "async function isPathAllowed(p) { return under(await fs.realpath(p)); }\n";
    check("s.js", &format!("{own}{}", function("", "return fs.realpath(p);")), 0);
}

#[test]
fn following_links_for_another_reason_is_no_mistake() {
    check("s.js", &function("", "await fs.realpath(p); return p;"), 0);
    check("s.js", &function("", "return fs.realpath(other);"), 0);
    check(
        "s.js",
        "function f(p) { if (p.startsWith('~/')) return home(p); return fs.realpathSync(p); }",
        0,
    );
    check(
        "s.js",
        "function f(p) { if (!isPathAllowed(p)) throw 1; return Promise.resolve(p); }",
        0,
    );
    check(
        "s.py",
        "def f(p):\n    if not p.is_relative_to(ROOT):\n        raise E\n    return p.resolve()\n",
        1,
    );
    check(
        "s.py",
        "def f(p):\n    p = p.resolve()\n    if not p.is_relative_to(ROOT):\n        raise E\n    return p\n",
        0,
    );
}
