//! What names mean, imports, and what runs by itself.

use super::{body, file, kinds, read};
use crate::ir::{Expr, GapKind};

#[test]
fn what_a_declaration_hides_is_still_read_by_it() {
    let module = read(
        "package p\nfunc f(path string) {\n  if true {\n    path := clean(path)\n    use(path)\n  }\n  use(path)\n}\n",
    );
    let vars: Vec<u32> = module
        .exprs
        .iter()
        .filter_map(|expr| match expr {
            Expr::Var(var) if module.text(module.vars[var.at()].name) == "path" => Some(var.0),
            _ => None,
        })
        .collect();
    let [param, read, inner, used, outer] = vars.as_slice() else {
        panic!("five uses expected: {vars:?}");
    };
    assert_eq!(param, read);
    assert_ne!(param, inner);
    assert_eq!(inner, used);
    assert_eq!(param, outer);
}

#[test]
fn a_short_declaration_takes_what_its_own_scope_has() {
    let module = read("package p\nfunc f() (x int, err error) {\n  y, err := g()\n  return\n}\n");
    let vars = module.vars.iter().map(|var| module.text(var.name)).collect::<Vec<_>>();
    assert_eq!(vars, ["f", "x", "err", "y"]);
}

#[test]
fn closures_capture_what_is_outside() {
    let module = read("package p\nfunc f(a, b string) {\n  g := func() { use(a) }\n  g()\n}\n");
    let captured =
        |name: &str| module.vars.iter().any(|var| module.text(var.name) == name && var.captured);
    assert!(captured("a"));
    assert!(!captured("b"));
}

#[test]
fn imports_are_called_by_their_alias_or_their_last_part() {
    file(
        r#"
        package p
        import str "strings"
        import (
            "path/filepath"
            "github.com/jackc/pgx/v5"
            . "math"
            _ "embed"
        )
        func f(a string) { str.ToLower(filepath.Join(a)); pgx.Connect(Max(a)) }
        "#,
        r#"
        module:
          str = import("strings")
          import("math")
          import("embed")
          filepath = import("path/filepath")
          pgx = import("github.com/jackc/pgx/v5")
          f = fn1
        fn1 f(a: @string):
          str.ToLower(filepath.Join(a))
          pgx.Connect(@Max(a))
        package p
        exports all of import("math")
        "#,
    );
}

#[test]
fn a_package_shows_what_it_declares_and_not_what_it_imports() {
    let module = read(
        "package p\nimport \"fmt\"\nconst a = 1\nvar b, _ = 2, 3\ntype C int\nfunc d() {}\nfunc (C) e() {}\nfunc init() {}\n",
    );
    let names = module.exports.scope.iter().map(|(name, _)| module.text(*name));
    assert_eq!(names.collect::<Vec<_>>(), ["a", "b", "C", "d"]);
}

#[test]
fn what_prepares_runs_before_main_and_main_only_in_a_program() {
    let source = |package: &str| {
        format!(
            "package {package}\nfunc main() {{}}\nfunc init() {{ a() }}\nfunc init() {{ b() }}\n"
        )
    };
    let functions = "fn1 main():\nfn2 init():\n  @a()\nfn3 init():\n  @b()\n";
    file(
        &source("main"),
        &format!("module:\n  main = fn1\n  fn2()\n  fn3()\n  fn1()\n{functions}package main"),
    );
    file(&source("p"), &format!("module:\n  main = fn1\n  fn2()\n  fn3()\n{functions}package p"));
}

#[test]
fn directives_are_kept_as_text() {
    file(
        "//go:build linux\n\npackage p\n\n//go:generate sh -c ls\n\n//go:embed data/*\nvar files embed.FS\n\n// A comment.\n",
        r#"
        module:
          "//go:build linux"
          "//go:generate sh -c ls"
          "//go:embed data/*"
          files = new @embed.FS({})
        package p
        "#,
    );
}

#[test]
fn another_language_in_a_comment_is_a_gap() {
    let module = read(
        "package p\n\n/*\n#include <stdlib.h>\n*/\nimport \"C\"\nfunc f() { C.system(nil) }\n",
    );
    assert_eq!(kinds(&module), [GapKind::Construct]);
    assert!(module.names.iter().any(|name| name.contains("#include <stdlib.h>")));
    let module = read("package p\nimport (\n\t\"C\"\n)\n");
    assert_eq!(kinds(&module), [GapKind::Construct]);
}

#[test]
fn a_function_without_a_body_is_a_gap() {
    assert_eq!(kinds(&read("package p\nfunc add(a, b int) int\n")), [GapKind::Construct]);
}

#[test]
fn the_comment_right_before_is_the_documentation() {
    let module = read(
        "package p\n\n// F does\n// this.\n//go:noinline\nfunc F() {}\n\n// Not this.\n\nfunc G() {}\n\n/* H does\n   that. */\nfunc H() {}\n\n// T is.\ntype T struct{}\n\ntype (\n\t// U is.\n\tU int\n)\n",
    );
    let docs = module.functions.iter().filter_map(|function| function.doc);
    assert_eq!(
        docs.map(|doc| module.text(doc)).collect::<Vec<_>>(),
        ["F does\nthis.", "H does\nthat."]
    );
    let docs = module.classes.iter().filter_map(|class| class.doc);
    assert_eq!(docs.map(|doc| module.text(doc)).collect::<Vec<_>>(), ["T is.", "U is."]);
}

#[test]
fn the_blank_name_takes_anything() {
    body("_, x := g(a)\n_ = b", "[_, x] = @g(a)\n_ = b");
}

#[test]
fn names_that_look_alike_are_different_names() {
    // The second one is Cyrillic.
    body("c := a\nс := b\nuse(c)", "c = a\nс = b\n@use(c)");
}
