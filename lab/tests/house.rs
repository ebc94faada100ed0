//! The house is in order: layers, pages, promises, what is in tracked files.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lab::generate::{self, CLI, PAGES, RULES};
use xtask::shell::{names_with, read, root, tracked};
use xtask::{TASKS, graph, invariants, layers, markers, requirements, tiers};

/// Source files that are longer than 600 lines without their tests, and why.
const LONG: &[(&str, &str)] =
    &[("crates/warden-collect/src/clients/table.rs", "one table: every client and its files")];

/// How long a source file may be before somebody has to say why.
const LIMIT: usize = 600;

#[test]
fn crates_use_only_the_layers_below_them() {
    let pairs = graph::inner().expect("Cargo tells the dependencies");
    assert!(!pairs.is_empty(), "the workspace has dependencies between its crates");
    let wrong = layers::violations(&pairs);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_crate_has_a_place_in_the_layers() {
    let known: BTreeSet<_> = layers::LAYERS.iter().map(|(name, _)| *name).collect();
    for promises in invariants::read().expect("the crates can be read") {
        let name = promises.name.as_str();
        let placed = known.contains(name) || layers::TOOLS.contains(&name) || name == "mcpwarden";
        assert!(placed, "`{name}` is not in the table of layers");
    }
}

#[test]
fn every_crate_promises_something_and_architecture_repeats_it() {
    let all = invariants::read().expect("the crates can be read");
    for promises in &all {
        assert!(!promises.invariants.is_empty(), "`{}` has no `Invariant:` line", promises.name);
    }
    let document = read(&root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md can be read");
    let written = markers::part(&document, invariants::PART).expect("it has the part");
    let wanted = invariants::document(&all);
    assert_eq!(written, wanted.trim(), "run `cargo xtask generate invariants`");
}

#[test]
fn every_crate_takes_part_in_the_lints_of_the_workspace() {
    for name in tracked().expect("Git lists the files") {
        if name.ends_with("/Cargo.toml") {
            let manifest = read(&root().join(&name)).expect("the manifest can be read");
            // A workspace of its own has lints of its own.
            if manifest.contains("\n[workspace]\n") {
                continue;
            }
            assert!(manifest.contains("[lints]\nworkspace = true"), "{name}");
        }
    }
}

#[test]
fn every_rule_has_one_file_one_page_and_one_line_in_the_table() {
    check_rules("", "static CONFIGURATION_RULES");
    check_rules("source", "static SOURCE_RULES");
}

#[track_caller]
fn check_rules(folder: &str, table: &str) {
    let folder = root().join(PAGES).join(folder);
    let stems = |extension| -> BTreeSet<String> {
        // A folder that holds no rule yet need not be there.
        let names = names_with(&folder, extension).unwrap_or_default();
        names.iter().filter_map(|name| Some(name.rsplit_once('.')?.0.to_owned())).collect()
    };
    let mut files = stems("rs");
    // The other table stands where the rules of the first are.
    files.remove("source");
    assert_eq!(files, stems("md"), "each rule is a file and a page of the same name");
    assert_eq!(files, rules_in_the_table(table), "each rule is in `{table}`");
}

#[test]
fn the_reference_of_rules_is_what_the_pages_say() {
    let written = read(&root().join(RULES)).expect("the reference can be read");
    let wanted = generate::rules().expect("the pages can be read");
    assert!(written == wanted, "run `cargo xtask generate rules`");
}

#[test]
fn the_page_of_secrets_lists_every_kind() {
    let page = read(&root().join(generate::SECRETS)).expect("the page can be read");
    let written = markers::part(&page, generate::SECRETS_PART).expect("it has the part");
    assert!(written == generate::secrets().trim(), "run `cargo xtask generate secrets`");
}

#[test]
fn the_page_of_personas_has_the_table() {
    let page = read(&root().join(generate::PERSONAS)).expect("the page can be read");
    let written = markers::part(&page, generate::PERSONAS_PART).expect("it has the part");
    assert!(written == generate::personas().trim(), "run `cargo xtask generate personas`");
}

#[test]
fn no_tracked_file_names_a_registry_host_or_a_folder_of_a_machine() {
    // Put together here, so that this file does not name them either.
    let hosts = [
        "npmjs org",
        "npmjs com",
        "pypi org",
        "pythonhosted org",
        "rubygems org",
        "proxy golang org",
        "index crates io",
    ];
    let hosts: Vec<String> = hosts.iter().map(|labels| labels.replace(' ', ".")).collect();
    let checkout = root().display().to_string();
    for name in tracked().expect("Git lists the files") {
        // Deleted files are still tracked until the next commit; binary files hold no such text.
        let Ok(text) = fs::read_to_string(root().join(&name)) else { continue };
        assert!(!text.contains(&checkout), "{name} has `{checkout}`");
        let host = hosts.iter().find(|host| text.contains(host.as_str()));
        assert!(host.is_none(), "{name} has `{host:?}`");
    }
}

#[test]
fn long_source_files_have_a_reason() {
    let mut long = BTreeSet::new();
    for name in tracked().expect("Git lists the files") {
        let source = ["rs", "mjs", "js", "py"].iter().any(|kind| has_extension(&name, kind));
        let Ok(text) = fs::read_to_string(root().join(&name)) else { continue };
        let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").count();
        if source && lines > LIMIT {
            long.insert(name);
        }
    }
    let listed: BTreeSet<String> = LONG.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(long, listed, "files over {LIMIT} lines are listed in `LONG`, with a reason");
    assert!(LONG.iter().all(|(_, reason)| !reason.is_empty()));
}

/// R146: what people and programs read says of which kind a tier is. The kinds are two types, of
/// which neither can take the place of the other.
#[test]
fn no_tier_is_named_by_its_number_alone() {
    let mut looked = BTreeSet::new();
    for name in tracked().expect("Git lists the files") {
        let Some((_, extension)) = name.rsplit_once('.') else { continue };
        let source = extension == "rs";
        if !(source || ["md", "snap", "json", "html", "typ", "toml", "csv"].contains(&extension))
            // The test of the rule itself, and what was asked for, in its own words.
            || name == "xtask/src/tiers.rs"
            || name.starts_with("docs/requirements")
        {
            continue;
        }
        let Ok(text) = fs::read_to_string(root().join(&name)) else { continue };
        let text = match extension {
            "rs" => tiers::said(&text),
            // What stands in a cell of its own is a word of its own.
            "html" => text.replace('>', "> "),
            _ => text,
        };
        let bare = tiers::bare(&text);
        assert!(bare.is_empty(), "{name}: without its kind: {bare:?}");
        looked.insert(extension.to_owned());
    }
    assert!(["md", "rs", "snap", "json"].iter().all(|kind| looked.contains(*kind)), "{looked:?}");
}

#[test]
fn the_commands_in_the_readme_exist() {
    let readme = read(&root().join("README.md")).expect("README.md can be read");
    let reference = read(&root().join(CLI)).expect("the reference can be read");
    let mut seen = 0;
    for line in examples(&readme) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["cargo", "xtask", task, ..] => {
                assert!(TASKS.iter().any(|known| known.name == task), "{line}");
            }
            ["cargo", "run", "--release", "--", command, ..] | ["mcpwarden", command, ..] => {
                let known = reference.contains(&format!("## `mcpwarden {command}`"));
                assert!(known || command.starts_with('-'), "{line}");
            }
            _ => continue,
        }
        seen += 1;
    }
    assert!(seen >= 2, "the README has the two commands of a fresh machine");
}

/// Lines of the code blocks, without a prompt.
fn examples(document: &str) -> impl Iterator<Item = &str> {
    let mut in_example = false;
    document.lines().filter_map(move |line| {
        let fence = line.starts_with("```");
        in_example ^= fence;
        (in_example && !fence).then(|| line.trim_start_matches("$ ").trim())
    })
}

/// The modules that a table of rules refers to.
fn rules_in_the_table(table: &str) -> BTreeSet<String> {
    let texts = ["../rules.rs", "source.rs"].map(|name| read(&root().join(PAGES).join(name)));
    let found: String = texts
        .into_iter()
        .flatten()
        .filter_map(|text| {
            let (_, rest) = text.split_once(table)?;
            Some(rest.split_once("];")?.0.to_owned())
        })
        .collect();
    let entries = found.split('&').filter_map(|entry| entry.split_once("::"));
    entries.map(|(module, _)| module.trim().to_owned()).collect()
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found == extension)
}

#[test]
fn every_requirement_is_proven_by_a_test_or_says_what_is_missing() {
    let proofs = requirements::read().expect("requirements and tests can be read");
    assert_eq!(proofs.rows.len(), 147);
    let problems = proofs.problems();
    assert!(problems.is_empty(), "{problems:#?}");
    let page = read(&root().join(requirements::PAGE)).expect("the page can be read");
    assert!(page == proofs.page(), "run `cargo xtask generate requirements`");
}
