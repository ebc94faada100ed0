use warden_model::SourceFile;

use super::*;

fn tree(files: &[(&str, &str)]) -> SourceTree {
    let file = |(path, text): &(&str, &str)| SourceFile {
        path: (*path).to_owned(),
        bytes: (*text).into(),
    };
    let mut tree = SourceTree { files: files.iter().map(file).collect(), ..SourceTree::default() };
    tree.sort();
    tree
}

/// The own files of each part.
fn cut_up(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let own = |part: TreePart| {
        let paths = part.tree.files.into_iter().map(|file| file.path);
        paths.filter(|path| !part.borrowed.contains(path)).collect()
    };
    parts(tree(files)).into_iter().map(own).collect()
}

#[track_caller]
fn joined(files: &[(&str, &str)]) {
    assert_eq!(cut_up(files).len(), 1, "{:?}", cut_up(files));
}

#[track_caller]
fn apart(files: &[(&str, &str)]) {
    assert_eq!(cut_up(files).len(), 2, "{:?}", cut_up(files));
}

#[test]
fn packages_that_know_nothing_of_each_other_are_parts() {
    let found = cut_up(&[
        ("README.md", ""),
        ("a/package.json", r#"{"name": "a"}"#),
        ("a/src/index.ts", "import x from './x';"),
        ("a/src/x.ts", ""),
        ("b/pyproject.toml", ""),
        ("b/src/b/main.py", "import os"),
    ]);
    let expected = [
        &["README.md"][..],
        &["a/package.json", "a/src/index.ts", "a/src/x.ts"],
        &["b/pyproject.toml", "b/src/b/main.py"],
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_part_sees_the_texts_above_it_and_no_code_there() {
    let found = parts(tree(&[
        ("README.md", ""),
        ("run.py", "import os"),
        ("a/README.md", ""),
        ("a/one/go.mod", "module one"),
        ("a/one/main.go", "package main"),
        ("docs/more.md", ""),
    ]));
    let last = found.last().expect("two parts");
    let borrowed: Vec<&str> = last.borrowed.iter().map(String::as_str).collect();
    assert_eq!((found.len(), &borrowed[..]), (2, &["README.md", "a/README.md"][..]));
    assert_eq!(last.tree.files.len(), 4);
}

#[test]
fn a_single_server_is_one_part_with_everything_above_it() {
    joined(&[("README.md", ""), ("package.json", r#"{"name": "x"}"#), ("index.js", "")]);
    joined(&[("README.md", ""), ("server/package.json", r#"{"name": "x"}"#), ("server/a.js", "")]);
    joined(&[
        ("package.json", r#"{"name": "x"}"#),
        ("index.js", ""),
        ("dist/esm/package.json", r#"{"type": "module"}"#),
        ("dist/esm/index.js", ""),
    ]);
}

#[test]
fn an_import_in_either_direction_joins() {
    let a = ("a/package.json", r#"{"name": "@x/a"}"#);
    let b = ("b/package.json", r#"{"name": "@x/b", "main": "./lib.js"}"#);
    let with =
        |one: &'static str, other: &'static str| [a, b, ("a/i.js", one), ("b/lib.js", other)];
    apart(&with("", ""));
    apart(&with("import '@y/b'; // see ./b", "require('./x')"));
    for text in ["import '@x/b'", "require(\"@x/b/lib\")", "import('../b/lib.js')", "f(`../${x}`)"]
    {
        joined(&with(text, ""));
    }
    joined(&with("", "export * from '@x/a'"));
    joined(&with("", "export * from '../a'"));
}

#[test]
fn a_short_name_joins_where_it_counts() {
    let config = r#"{"compilerOptions": {"paths": {"@/*": ["./b/src/*"]}}}"#;
    let files = |text: &'static str| {
        [
            ("a/package.json", r#"{"name": "a"}"#),
            ("tsconfig.json", config),
            ("a/src/i.ts", text),
            ("b/package.json", r#"{"name": "b"}"#),
            ("b/src/i.ts", "import '@/own';"),
        ]
    };
    // The folder with the short names has no code and is a part of its own.
    assert_eq!(cut_up(&files("import './own'")).len(), 3);
    joined(&files("import '@/i'"));
}

#[test]
fn modules_of_python_join_where_they_could_be_found() {
    let files = |text: &'static str| {
        [
            ("a/pyproject.toml", ""),
            ("a/main.py", text),
            ("b/requirements.txt", ""),
            ("b/tools/run.py", ""),
        ]
    };
    apart(&files("import tools"));
    apart(&files("x = 'b'"));
    for text in [
        "import b.tools.run",
        "from b.tools import run",
        "from \\\n b import tools",
        "importlib.import_module('b.tools')",
        "from .. import b",
        "from ..b.tools import run",
        "open('../b/data.txt')",
    ] {
        joined(&files(text));
    }
    joined(&[("a/setup.py", ""), ("a/m.py", "import shared"), ("src/shared/__init__.py", "")]);
}

#[test]
fn modules_of_go_join_by_their_names() {
    let files = |text: &'static str| {
        [
            ("a/go.mod", "module example.com/a\n"),
            ("a/main.go", text),
            ("b/go.mod", "module example.com/b\n"),
            ("b/pkg/x.go", "package pkg\n"),
        ]
    };
    apart(&files("package main\nimport \"example.com/a/pkg\"\n"));
    joined(&files("package main\nimport \"example.com/b/pkg\"\n"));
}

#[test]
fn what_is_found_in_parts_is_what_is_found_in_the_whole() {
    let server = "\
import subprocess
from mcp.server.fastmcp import FastMCP
mcp = FastMCP('x')
@mcp.tool()
def run(c: str) -> str:
    return subprocess.run(c, shell=True, capture_output=True).stdout
";
    let files = [
        ("README.md", "Servers"),
        ("a/pyproject.toml", "[project]\nname = 'a'\n"),
        ("a/server.py", server),
        ("b/requirements.txt", "mcp\n"),
        ("b/server.py", server),
    ];
    let tree = tree(&files);
    let whole = crate::analyse_tree(&tree, &crate::Analyse::default());
    let cut: Vec<crate::TreeScan> = parts(tree)
        .into_iter()
        .map(|part| {
            crate::analyse_tree(&part.tree, &crate::Analyse::default()).without(&part.borrowed)
        })
        .collect();
    let prints = |scans: &[crate::TreeScan]| -> BTreeSet<String> {
        let findings = scans.iter().flat_map(|scan| &scan.findings);
        findings.map(|one| format!("{} {:?} {}", one.rule, one.location, one.fingerprint)).collect()
    };
    assert!(cut.len() > 1 && whole.findings.len() >= 2);
    assert_eq!(prints(&cut), prints(&[whole]));
}
