//! Files that somebody made to be wrong.

use super::*;

#[track_caller]
fn refused(path: &str, text: &str, kind: GapKind) {
    let supply = of(&[(path, text)]);
    let kinds: Vec<_> = supply.gaps.iter().map(|gap| gap.kind).collect();
    assert_eq!(kinds, [kind], "{path}: {:?}", supply.gaps);
    assert!(supply.components.is_empty(), "{path}: {:?}", supply.components);
}

#[test]
fn a_file_that_cannot_be_understood_is_a_gap() {
    for path in ["package.json", "package-lock.json", "Pipfile.lock", "bun.lock"] {
        refused(path, "{", GapKind::Malformed);
        refused(path, "[]", GapKind::Malformed);
        refused(path, "", GapKind::Malformed);
        refused(path, r#"{"a": 1, "a": 2}"#, GapKind::Duplicate);
        refused(path, &"[".repeat(100_000), GapKind::TooLarge);
    }
    for path in ["pyproject.toml", "poetry.lock", "uv.lock", "Cargo.toml", "Cargo.lock"] {
        refused(path, "a = ", GapKind::Malformed);
        refused(path, "a = 1\na = 2", GapKind::Malformed);
    }
    refused("pnpm-lock.yaml", "a: 1\na: 2\n", GapKind::Duplicate);
    refused("yarn.lock", "hello", GapKind::Malformed);
    refused("x.dist-info/METADATA", "hello", GapKind::Malformed);
}

#[test]
fn a_version_that_is_not_known_is_a_gap() {
    refused("package-lock.json", r#"{"lockfileVersion": 4, "packages": {}}"#, GapKind::Unknown);
    refused("package-lock.json", r#"{"lockfileVersion": 3}"#, GapKind::Unknown);
    refused("pnpm-lock.yaml", "lockfileVersion: '10.0'\n", GapKind::Unknown);
    refused("yarn.lock", "__metadata:\n  version: 99\n", GapKind::Unknown);
    refused("bun.lock", r#"{"lockfileVersion": 7}"#, GapKind::Unknown);
    refused("bun.lockb", "#!/usr/bin/env bun", GapKind::Unknown);
    refused("uv.lock", "version = 2\n", GapKind::Unknown);
    refused("poetry.lock", "[metadata]\nlock-version = '3.0'\n", GapKind::Unknown);
    refused("pdm.lock", "[metadata]\nlock_version = '9'\n", GapKind::Unknown);
    refused("pylock.toml", "lock-version = '2.0'\n", GapKind::Unknown);
    refused("Pipfile.lock", r#"{"_meta": {"pipfile-spec": 7}}"#, GapKind::Unknown);
    refused("Cargo.lock", "version = 9\n", GapKind::Unknown);
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let large = vec![b' '; SUPPLY_CAP + 1];
    let supply = read_files([("package.json", large.as_slice())]);
    assert_eq!(supply.gaps[0].kind, GapKind::TooLarge);
    assert!(supply.manifests.is_empty());
}

#[test]
fn too_many_entries_and_files_are_gaps() {
    let many = "a==1\n".repeat(ENTRY_CAP + 2);
    refused("requirements.txt", &many, GapKind::TooLarge);
    let paths: Vec<String> = (0..=FILES_CAP).map(|at| format!("{at}/go.mod")).collect();
    let supply = read_files(paths.iter().map(|path| (path.as_str(), &b"module a"[..])));
    assert_eq!(supply.gaps[0].kind, GapKind::TooLarge);
    assert_eq!(supply.manifests.len(), FILES_CAP);
}

#[test]
fn malformed_entries_are_counted_and_the_others_kept() {
    let lock = r#"{"lockfileVersion": 3, "packages": {"": {},
      "node_modules/": {"version": "1.0.0"},
      "node_modules/bad": {"version": "1.0.0", "integrity": "sha512-AAAA"},
      "node_modules/b c": {"version": "1.0.0"},
      "node_modules/d": 7}}"#;
    let supply = of(&[("package-lock.json", lock)]);
    assert_eq!(supply.gaps.len(), 1);
    assert_eq!((supply.gaps[0].kind, supply.gaps[0].line), (GapKind::Entries, 2));
    assert!(supply.gaps[0].detail.starts_with('4'), "{:?}", supply.gaps);
    assert_eq!(supply.components.len(), 1);
    assert!(supply.components[0].hashes.is_empty());
}

/// A graph in which everything has one name would have an edge for every pair.
#[test]
fn a_crowd_of_one_name_costs_no_more_than_its_file() {
    let mut lock = String::from("version = 1\n");
    for at in 0..20_000 {
        write!(
            lock,
            "[[package]]\nname = 'a'\nversion = '{at}'\ndependencies = [{{ name = 'a' }}]\n"
        )
        .unwrap();
    }
    let supply = of(&[("uv.lock", &lock)]);
    assert_eq!(supply.components.len(), 20_000);
    assert!(supply.gaps.iter().any(|gap| gap.kind == GapKind::TooLarge));
}

#[test]
fn packages_that_need_each_other_end() {
    let lock = r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"a": "1"}},
      "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1"}},
      "node_modules/b": {"version": "1.0.0", "dependencies": {"a": "1", "b": "1"}}}}"#;
    let supply = of(&[("package-lock.json", lock)]);
    assert_eq!(supply.components.len(), 2);
    let deep = format!("node_modules/a{}", "/node_modules/a".repeat(2_000));
    let lock = format!(
        r#"{{"lockfileVersion": 3, "packages": {{"{deep}": {{"dependencies": {{"b": "1"}}}}}}}}"#
    );
    assert_eq!(of(&[("package-lock.json", &lock)]).components.len(), 1);
}

#[test]
fn entries_that_contradict_each_other_are_told() {
    let sum = |digit: &str| digit.repeat(64);
    let package = |sum: String| {
        format!(
            "[[package]]\nname = 'a'\nversion = '1.0.0'\nsource = 'registry+https://r.example'\nchecksum = '{sum}'\n"
        )
    };
    let lock = format!("version = 4\n{}{}", package(sum("a")), package(sum("b")));
    let supply = of(&[("Cargo.lock", &lock)]);
    assert_eq!(supply.components.len(), 1);
    assert_eq!(supply.components[0].hashes.len(), 2);
    assert_eq!(supply.gaps[0].kind, GapKind::Disagree);
}

/// A file of each format with a credential wherever an address may stand.
fn with_secrets(secret: &str) -> Vec<(&'static str, String)> {
    let quoted = format!("\"{secret}\"");
    vec![
        (
            "a/package.json",
            format!(
                r#"{{"name": "n", "repository": {quoted}, "dependencies": {{"a": "git+{secret}.git", "b": {quoted}}}}}"#
            ),
        ),
        (
            "a/package-lock.json",
            format!(
                r#"{{"lockfileVersion": 3, "packages": {{"": {{"dependencies": {{"b": {quoted}}}}}, "node_modules/b": {{"resolved": {quoted}}}}}}}"#
            ),
        ),
        (
            "b/yarn.lock",
            format!(
                "# yarn lockfile v1\n\n\"b@{secret}\":\n  version \"1.0.0\"\n  resolved {quoted}\n"
            ),
        ),
        (
            "c/pnpm-lock.yaml",
            format!(
                "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      b:\n        specifier: {secret}\n        version: {secret}\npackages:\n  b@{secret}:\n    resolution: {{tarball: {quoted}}}\nsnapshots:\n  b@{secret}: {{}}\n"
            ),
        ),
        (
            "d/bun.lock",
            format!(
                r#"{{"lockfileVersion": 1, "workspaces": {{"": {{"dependencies": {{"b": {quoted}}}}}}}, "packages": {{"b": ["b@{secret}", {{}}]}}}}"#
            ),
        ),
        (
            "e/pyproject.toml",
            format!(
                "[project]\ndependencies = ['b @ {secret}']\n[tool.uv.sources]\nb = {{ url = {quoted} }}\n[[tool.poetry.source]]\nurl = {quoted}\n"
            ),
        ),
        (
            "f/uv.lock",
            format!(
                "version = 1\n[[package]]\nname = 'b'\nversion = '1'\nsource = {{ url = {quoted} }}\n"
            ),
        ),
        (
            "g/poetry.lock",
            format!(
                "[[package]]\nname = 'b'\nversion = '1'\n[package.source]\ntype = 'url'\nurl = {quoted}\n[metadata]\nlock-version = '2.0'\n"
            ),
        ),
        (
            "h/requirements.txt",
            format!("b @ {secret}\n-e git+{secret}\n--index-url {secret}\n{secret}\n-r {secret}\n"),
        ),
        (
            "i/Cargo.lock",
            format!(
                "version = 4\n[[package]]\nname = 'b'\nversion = '1.0.0'\nsource = 'git+{secret}#abc'\n"
            ),
        ),
        (
            "j/Pipfile",
            format!("[[source]]\nurl = {quoted}\n[packages]\nb = {{ git = {quoted} }}\n"),
        ),
        (
            "k/pylock.toml",
            format!(
                "lock-version = '1.0'\n[[packages]]\nname = 'b'\nindex = {quoted}\narchive = {{ url = {quoted} }}\n"
            ),
        ),
        (
            "l/pdm.lock",
            format!(
                "[metadata]\nlock_version = '4.5.0'\n[[package]]\nname = 'b'\nversion = '1'\nurl = {quoted}\n"
            ),
        ),
        ("m/.yarnrc.yml", format!("npmRegistryServer: {quoted}\n")),
    ]
}

#[test]
fn no_credential_comes_out_of_any_format() {
    let files = with_secrets("https://user:s3cret@h.example/x");
    let supply = read_files(files.iter().map(|(path, text)| (*path, text.as_bytes())));
    assert!(supply.components.len() > 12, "{:#?}", supply.gaps);
    let said = format!("{supply:?}");
    assert!(!said.contains("s3cret"), "{}", told(&supply));
    assert!(!said.contains("user:"), "{}", told(&supply));
}
