use std::{collections::BTreeMap, fs, os::unix::fs::symlink};

use super::*;
use crate::{
    machine::Os,
    target::tests::{tarred, zipped},
};

fn machine() -> Machine {
    Machine { root: None, homes: Vec::new(), os: Os::Linux, env: BTreeMap::new(), cwd: None }
}

struct Place(tempfile::TempDir);

impl Place {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            place.write(name, text);
        }
        place
    }

    fn write(&self, name: &str, text: &[u8]) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn link(&self, to: &str, name: &str) {
        symlink(to, self.0.path().join(name)).unwrap();
    }

    fn collect(&self, target: &str) -> Collected {
        self.limited(target, &SourceLimits::default())
    }

    fn limited(&self, target: &str, limits: &SourceLimits) -> Collected {
        collect_source(&self.0.path().join(target), &machine(), limits, &())
    }

    /// Paths of what was not read, with the reason.
    fn unread(&self, collected: &Collected) -> Vec<String> {
        let prefix = format!("{}/", slashes(self.0.path()));
        let line = |one: &Unread| {
            format!("{} {}", one.location.file.replace(&prefix, ""), one.reason.name())
        };
        collected.unread.iter().map(line).collect()
    }
}

fn paths(collected: &Collected) -> Vec<&str> {
    let files = collected.tree.iter().flat_map(|tree| &tree.files);
    files.map(|file| file.path.as_str()).collect()
}

fn skipped(collected: &Collected) -> Vec<String> {
    let skipped = collected.tree.iter().flat_map(|tree| &tree.skipped);
    skipped.map(|one| format!("{} {} {}", one.path, one.reason.name(), one.files)).collect()
}

#[test]
fn a_folder_gives_its_code_and_what_rules_need_besides() {
    let place = Place::new(&[
        ("package.json", br#"{"name": "@a/server"}"#),
        ("README.md", b"# Server"),
        ("src/index.ts", b"run()"),
        ("src/types.d.ts", b"declare const x: string"),
        ("bin/server", b"#!/usr/bin/env node\nrun()"),
        ("Dockerfile", b"FROM scratch"),
        ("logo.png", b"\x89PNG\r\n"),
        ("data.bin", b"a\0b"),
    ]);
    let found = place.collect("");
    assert_eq!(
        paths(&found),
        ["Dockerfile", "README.md", "bin/server", "package.json", "src/index.ts"]
    );
    assert_eq!(found.tree.as_ref().map(|tree| tree.name.as_str()), Some("@a/server"));
    assert_eq!(found.unread, []);
    assert_eq!(skipped(&found), [" data 1"]);
}

#[test]
fn what_is_left_out_on_purpose_is_counted() {
    let place = Place::new(&[
        ("server.py", b"run()"),
        ("node_modules/a/index.js", b""),
        ("node_modules/b/index.js", b""),
        (".git/config", b""),
        ("env/pyvenv.cfg", b""),
        ("env/lib/x.py", b""),
        ("tests/test_server.py", b""),
        ("helper_test.go", b""),
        ("__pycache__/server.cpython-312.pyc", b""),
    ]);
    let found = place.collect("");
    assert_eq!(paths(&found), ["server.py"]);
    assert_eq!(
        skipped(&found),
        [
            " tests 1",
            ".git history 1",
            "__pycache__ cache 1",
            "env dependencies 2",
            "node_modules dependencies 2",
            "tests tests 1",
        ]
    );
    assert_eq!(found.unread, []);
}

#[test]
fn code_that_cannot_be_analysed_is_told() {
    let place = Place::new(&[
        ("server.py", b"run()"),
        ("core.pyc", b""),
        ("fast.cpython-312-x86_64-linux-gnu.so", b""),
        ("__pycache__/gone.cpython-312.pyc", b""),
        ("inner.whl", b""),
        ("libz.so.1.2", b""),
        ("picture.png", b"\x7fELF\x02"),
        ("payload", b"\0asm\x01"),
        ("a.rs", b""),
        ("b.rs", b""),
    ]);
    let found = place.collect("");
    let mut told = place.unread(&found);
    told.sort();
    assert_eq!(
        told,
        [
            "__pycache__/gone.cpython-312.pyc opaque-code",
            "a.rs opaque-code",
            "core.pyc opaque-code",
            "fast.cpython-312-x86_64-linux-gnu.so opaque-code",
            "inner.whl opaque-code",
            "libz.so.1.2 opaque-code",
            "payload opaque-code",
            "picture.png opaque-code",
        ]
    );
    assert!(found.unread.iter().any(|one| one.detail == "2 files of Rust, which is not analysed"));
}

#[test]
fn a_folder_of_compiled_code_alone_is_not_empty() {
    let place = Place::new(&[("core.pyc", b"")]);
    let found = place.collect("");
    assert!(found.tree.is_none());
    assert_eq!(place.unread(&found), ["core.pyc opaque-code"]);
}

#[test]
fn links_do_not_lead_out_of_the_tree_or_round_in_it() {
    let place = Place::new(&[("in/a.py", b"run()"), ("in/sub/b.py", b"run()"), ("out.py", b"")]);
    place.link("../out.py", "in/out.py");
    place.link("..", "in/sub/up");
    place.link("loop", "in/loop");
    place.link("a.py", "in/again.py");
    place.link("/", "in/all");
    let found = place.collect("in");
    assert_eq!(paths(&found), ["a.py", "again.py", "sub/b.py"]);
    assert_eq!(place.unread(&found), ["in/all outside", "in/loop io", "in/out.py outside"]);
}

#[test]
fn limits_are_told_and_hold() {
    let place = Place::new(&[
        ("a.py", b"12345678"),
        ("b.py", b"12345678"),
        ("c/d/e.py", b"1"),
        ("large.py", &[b'\n'; 100]),
    ]);
    let base = SourceLimits::default();
    let check = |limits: SourceLimits, expected: &[&str], read: &[&str]| {
        let found = place.limited("", &limits);
        assert_eq!(paths(&found), read);
        let reasons: Vec<String> = place.unread(&found);
        let reasons: Vec<&str> =
            reasons.iter().map(|line| line.rsplit(['/', '\\']).next().unwrap_or(line)).collect();
        assert_eq!(reasons, expected);
    };
    let all = &["a.py", "b.py", "c/d/e.py", "large.py"];
    check(base, &[], all);
    check(SourceLimits { code: 50, ..base }, &["large.py too-large"], &all[..3]);
    check(SourceLimits { depth: 2, ..base }, &["d too-deep"], &["a.py", "b.py", "large.py"]);
    let found = place.limited("", &SourceLimits { total: 10, ..base });
    assert_eq!((paths(&found), found.unread.len()), (vec!["a.py"], 1));
    let found = place.limited("", &SourceLimits { files: 2, ..base });
    assert_eq!((paths(&found), found.unread.len()), (vec!["a.py", "b.py"], 1));
    let found = place.limited("", &SourceLimits { entries: 2, ..base });
    assert_eq!(found.unread.len(), 1);
}

#[test]
fn what_was_built_here_is_left_out_and_what_is_kept_built_is_read() {
    let files: &[(&str, &[u8])] = &[
        ("package.json", b"{}"),
        ("src/a.ts", b""),
        ("src/sub/b.ts", b""),
        ("dist/a.js", b""),
        ("dist/esm/sub/b.js", b""),
        ("dist/extra.js", b""),
    ];
    let kept = Place::new(files);
    assert_eq!(paths(&kept.collect("")).len(), 6);
    let built = Place::new(files);
    built.write(".gitignore", b"node_modules\n/dist/\n");
    let found = built.collect("");
    assert_eq!(
        paths(&found),
        [".gitignore", "dist/extra.js", "package.json", "src/a.ts", "src/sub/b.ts"]
    );
    assert_eq!(skipped(&found), ["dist built 1", "dist/esm/sub built 1"]);
}

#[test]
fn packages_are_read_without_the_folder_around_everything() {
    let place = Place::new(&[]);
    let npm = tarred(&[
        ("package/package.json", br#"{"name": "p"}"#),
        ("package/dist/index.js", b"run()"),
        ("package/node_modules/q/index.js", b"run()"),
    ]);
    place.write("p-1.0.0.tgz", &npm);
    let found = place.collect("p-1.0.0.tgz");
    assert_eq!(paths(&found), ["dist/index.js", "package.json"]);
    let tree = found.tree.as_ref().unwrap();
    assert!(tree.root.ends_with("p-1.0.0.tgz!/package"), "{}", tree.root);
    assert_eq!(
        place.unread(&found),
        ["p-1.0.0.tgz!/package/node_modules opaque-code"],
        "a package that brings its dependencies along decides what is in them"
    );
    let wheel = zipped(&[
        ("server/main.py", b"run()"),
        ("server-1.0.dist-info/METADATA", b"Metadata-Version: 2.1\nName: a-server\n"),
        ("server/data.zip", b"PK"),
    ]);
    place.write("server.whl", &wheel);
    let found = place.collect("server.whl");
    assert_eq!(found.tree.as_ref().unwrap().name, "a-server");
    assert_eq!(place.unread(&found), ["server.whl!/server/data.zip opaque-code"]);
}

#[test]
fn entries_that_lead_out_or_come_twice_are_told() {
    let place = Place::new(&[]);
    place.write("a.zip", &zipped(&[("../a.py", b""), ("b.py", b"run()")]));
    let found = place.collect("a.zip");
    assert_eq!(paths(&found), ["b.py"]);
    assert_eq!(place.unread(&found), ["a.zip!/../a.py outside"]);
    place.write("b.tgz", &tarred(&[("p/b.py", b"run()"), ("p/b.py", b"other()")]));
    let found = place.collect("b.tgz");
    assert_eq!(paths(&found), ["b.py"]);
    assert_eq!(place.unread(&found), ["b.tgz!/p/b.py malformed"]);
}

#[test]
fn a_bomb_is_stopped() {
    let place = Place::new(&[]);
    let zeros = vec![b' '; 17 << 20];
    place.write("a.zip", &zipped(&[("a.py", &zeros), ("b.py", b"run()")]));
    let found = place.collect("a.zip");
    assert_eq!(paths(&found), ["b.py"]);
    assert_eq!(place.unread(&found), ["a.zip!/a.py too-large"]);
}

#[test]
fn a_single_file_is_a_tree() {
    let place = Place::new(&[("server.py", b"\xff\xfe"), ("notes.txt", b"")]);
    let found = place.collect("server.py");
    assert_eq!(paths(&found), ["server.py"]);
    assert_eq!(found.tree.as_ref().map(|tree| tree.name.as_str()), Some("server"));
    assert!(is_source(&place.0.path().join("server.py")));
    assert!(place.collect("notes.txt").tree.is_none());
}
