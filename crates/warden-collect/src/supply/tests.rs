//! Projects of each kind, most of them written by the real tools, and what is read of them.

use std::{fmt::Write as _, fs, path::Path};

use proptest::prelude::*;
use walkdir::WalkDir;
use warden_model::{Component, SourceFile, SourceTree};

use super::*;

mod hostile;
mod joined;

/// The files of a fixture, in no particular order.
fn fixture(case: &str) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/supply/fixtures").join(case);
    let files: Vec<_> = WalkDir::new(&root)
        .into_iter()
        .map(|entry| entry.expect("a fixture"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(&root).expect("below it");
            (path.to_string_lossy().replace('\\', "/"), fs::read(entry.path()).expect("a file"))
        })
        .collect();
    assert!(!files.is_empty(), "{case} has files");
    files
}

/// Reads files that are named in place.
fn of(files: &[(&str, &str)]) -> Supply {
    read_files(files.iter().map(|(path, text)| (*path, text.as_bytes())))
}

fn all(files: &[(String, Vec<u8>)]) -> Supply {
    read_files(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
}

/// What was read, a line for each fact.
fn told(supply: &Supply) -> String {
    let mut out = String::new();
    for manifest in &supply.manifests {
        tell_manifest(&mut out, manifest);
    }
    for component in &supply.components {
        tell(&mut out, component);
    }
    for origin in &supply.origins {
        writeln!(out, "origin {} {} in {}", origin.host, origin.packages, origin.file).unwrap();
    }
    for gap in &supply.gaps {
        writeln!(out, "gap {:?} {}:{} {}", gap.kind, gap.file, gap.line, gap.detail).unwrap();
    }
    out
}

fn tell_manifest(out: &mut String, manifest: &Manifest) {
    let Manifest { file, name, version, licence, .. } = manifest;
    writeln!(out, "manifest {file}: {name:?} {version:?} {licence:?}").unwrap();
    for (what, pairs) in [
        ("engine", &manifest.engines),
        ("script", &manifest.install_scripts),
        ("bin", &manifest.bin),
    ] {
        for (name, value) in pairs {
            writeln!(out, "  {what} {name}: {value}").unwrap();
        }
    }
    for lock in &manifest.locks {
        writeln!(out, "  lock {lock}").unwrap();
    }
    for set in &manifest.registries {
        writeln!(out, "  registry {:?} {} {}:{}", set.holds, set.url, set.file, set.line).unwrap();
    }
    for asked in &manifest.requirements {
        let Requirement { name, alias, requirement, kind, marker, line, .. } = asked;
        let alias = alias.as_ref().map(|alias| format!(" as {alias}")).unwrap_or_default();
        let range = requirement.as_deref().unwrap_or("-");
        let marker = marker.as_ref().map(|marker| format!(" if {marker}")).unwrap_or_default();
        writeln!(out, "  {line}: {kind:?} {name}{alias} {range}{marker}").unwrap();
    }
}

fn tell(out: &mut String, made: &Component) {
    let version = made.version.as_deref().unwrap_or("?");
    write!(out, "{} {version} {}", made.name, made.pinning.name()).unwrap();
    for (word, said) in [
        ("direct", made.direct),
        ("dev", made.development),
        ("scripts", made.install_scripts == Some(true)),
        ("scripts?", made.install_scripts.is_none()),
    ] {
        if said {
            write!(out, " {word}").unwrap();
        }
    }
    for hash in &made.hashes {
        write!(out, " {}", hash.get(..16).unwrap_or(hash)).unwrap();
    }
    if made.source != Source::Registry {
        write!(out, " {:?}", made.source).unwrap();
    }
    for word in [&made.requirement, &made.licence].into_iter().flatten() {
        write!(out, " `{word}`").unwrap();
    }
    write!(out, " {}:{}", made.file, made.line).unwrap();
    for (name, version) in &made.depends {
        write!(out, " >{name}@{}", version.as_deref().unwrap_or("?")).unwrap();
    }
    out.push('\n');
}

/// The cases that have fixtures.
const CASES: &[&str] = &[
    "npm-v1",
    "npm-v2",
    "npm-v3",
    "yarn-v1",
    "yarn-v4",
    "pnpm-v5",
    "pnpm-v6",
    "pnpm-v9",
    "bun",
    "requirements",
    "pipenv",
    "poetry",
    "uv",
    "pdm",
    "pylock",
    "metadata",
    "go",
    "cargo",
    "cargo-v1",
];

#[test]
fn every_format_is_read_as_its_tool_wrote_it() {
    for case in CASES {
        insta::assert_snapshot!(*case, told(&all(&fixture(case))));
    }
}

#[test]
fn the_order_of_files_does_not_matter() {
    for case in CASES {
        let mut files = fixture(case);
        let first = all(&files);
        files.reverse();
        assert_eq!(all(&files), first, "{case}");
    }
}

#[test]
fn a_tree_is_read_with_the_names_that_people_see() {
    let mut tree = SourceTree { root: "shown".into(), ..SourceTree::default() };
    for (path, bytes) in fixture("npm-v3") {
        tree.files.push(SourceFile { path, bytes });
    }
    tree.sort();
    let supply = read(&tree);
    assert!(supply.gaps.is_empty(), "{:?}", supply.gaps);
    assert!(supply.components.iter().all(|made| made.file == "shown/package-lock.json"));
    assert_eq!(supply.manifests[1].file, "shown/package.json");
}

/// Name, version, whether it is asked for, and whether it is for development.
fn essence(case: &str) -> Vec<(String, Option<String>, bool, bool)> {
    let supply = all(&fixture(case));
    let kept = supply.components.into_iter().filter(|made| made.name != "local-thing");
    let mut all: Vec<_> =
        kept.map(|made| (made.name, made.version, made.direct, made.development)).collect();
    all.sort();
    all
}

#[test]
fn tools_of_one_ecosystem_agree() {
    let first = essence("npm-v3");
    assert!(first.len() > 20);
    for case in ["npm-v1", "npm-v2", "yarn-v1", "pnpm-v5", "pnpm-v6", "pnpm-v9", "bun"] {
        assert_eq!(essence(case), first, "{case}");
    }
    assert_eq!(essence("cargo-v1"), essence("cargo"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn damaged_files_never_panic_and_read_alike_twice(
        case in 0..CASES.len(),
        cuts in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..4),
        rotate in 0..8_usize,
    ) {
        let mut files = fixture(CASES[case]);
        for (at, byte) in cuts {
            let place = usize::from(byte) % files.len();
            let bytes = &mut files[place].1;
            let at = usize::from(at) % bytes.len().max(1);
            match byte % 3 {
                0 => bytes.truncate(at),
                1 => bytes[at] = byte,
                _ => bytes.insert(at, byte),
            }
        }
        let first = all(&files);
        let shift = rotate % files.len();
        files.rotate_left(shift);
        prop_assert_eq!(all(&files), first);
    }
}
