//! What in one package may mean something in another.

use std::collections::{BTreeMap, BTreeSet};

use regex::bytes::Regex;
use warden_flow::{Package, ir::Language};
use warden_model::{SourceFile, SourceTree};

use super::{Groups, Owners};
use crate::source::{code, packages};

/// Paths that lead up, as they stand in a text, and imports of Python that do.
const UP: &str = r#"(?-u)(?:\.\.[/\\])+[A-Za-z0-9_.@/\\-]*|["'`/]\.\.["'`]|from\s+\.{2,}[\w.]*"#;

/// Joins packages wherever one may reach another.
pub(super) fn join(tree: &SourceTree, owners: &Owners<'_>, groups: &mut Groups) {
    let names = Names::of(tree, owners);
    let up = Regex::new(UP).ok();
    let roots = python_roots(tree, owners);
    for (file, language) in code(tree) {
        let own = owners.at(&file.path);
        let mut reach = |found: &BTreeSet<usize>| {
            for other in found {
                groups.join(own, *other);
            }
        };
        match &up {
            Some(up) => {
                for found in up.find_iter(&file.bytes) {
                    reach(&upwards(file, found.as_bytes(), owners));
                }
            }
            // Without the pattern nothing can be ruled out.
            None => reach(&owners.below("")),
        }
        match language {
            Language::Python => python(file, &roots, &mut reach),
            _ => names.each(file, &mut reach),
        }
    }
}

/// The packages that a path leading up from a file may mean.
fn upwards(file: &SourceFile, found: &[u8], owners: &Owners<'_>) -> BTreeSet<usize> {
    let text = String::from_utf8_lossy(found).replace('\\', "/");
    let (mut folder, path) = match text.strip_prefix("from") {
        Some(rest) => {
            let rest = rest.trim_start();
            let names = rest.trim_start_matches('.');
            let mut folder = file.folder();
            for _ in 1..rest.len() - names.len() {
                folder = above(folder);
            }
            (folder, names.replace('.', "/"))
        }
        None => (file.folder(), text.trim_matches(['"', '\'', '`']).to_owned()),
    };
    let mut rest: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match rest.pop() {
                Some(_) => {}
                None => folder = above(folder),
            },
            part => rest.push(part),
        }
    }
    let found = owners.below(&joined(folder, &rest.join("/")));
    if found.is_empty() && rest.pop().is_some() {
        // What is not there now may be made there.
        return owners.below(&joined(folder, &rest.join("/")));
    }
    found
}

fn above(folder: &str) -> &str {
    folder.rsplit_once('/').map_or("", |(above, _)| above)
}

/// The names by which the packages of JavaScript and Go are imported, and short names.
struct Names {
    pattern: Option<Regex>,
    /// What each name may mean, and below which folder.
    owners: BTreeMap<Vec<u8>, Vec<(String, BTreeSet<usize>)>>,
}

impl Names {
    fn of(tree: &SourceTree, owners: &Owners<'_>) -> Self {
        let mut found: BTreeMap<Vec<u8>, Vec<(String, BTreeSet<usize>)>> = BTreeMap::new();
        let mut add = |name: &str, scope: &str, path: &str| {
            if !name.is_empty() {
                let meant = found.entry(name.as_bytes().to_vec()).or_default();
                meant.push((scope.to_owned(), owners.below(path)));
            }
        };
        for Package { name, folder, main, aliases } in packages(tree) {
            add(&name, "", &folder);
            if let Some(main) = main {
                add(&name, "", &joined(&folder, &main));
            }
            for (short, long) in aliases {
                // Short names count in their own package alone.
                let long = joined(&folder, long.trim_end_matches('*'));
                add(short.trim_end_matches('*').trim_end_matches('/'), &folder, &long);
            }
        }
        let mut names: Vec<&Vec<u8>> = found.keys().collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let escaped: Vec<String> =
            names.iter().map(|name| regex::escape(&String::from_utf8_lossy(name))).collect();
        let pattern = format!("[\"'`]({})", escaped.join("|"));
        let pattern = Regex::new(&pattern).ok().filter(|_| !escaped.is_empty());
        Self { pattern, owners: found }
    }

    fn each(&self, file: &SourceFile, reach: &mut impl FnMut(&BTreeSet<usize>)) {
        let mut meant = |owners: &[(String, BTreeSet<usize>)]| {
            let here = owners.iter().filter(|(scope, _)| file.path.starts_with(scope.as_str()));
            here.for_each(|(_, owners)| reach(owners));
        };
        match &self.pattern {
            Some(pattern) => {
                for found in pattern.captures_iter(&file.bytes) {
                    let name = found.get(1).map_or(&[][..], |name| name.as_bytes());
                    // A longer name begins like a shorter one: both may be meant.
                    let like = self.owners.iter().filter(|(known, _)| name.starts_with(known));
                    like.for_each(|(_, owners)| meant(owners));
                }
            }
            None => self.owners.values().for_each(|owners| meant(owners)),
        }
    }
}

fn joined(folder: &str, rest: &str) -> String {
    let mut rest = rest.trim_start_matches("./");
    let mut folder = folder;
    while let Some(inside) = rest.strip_prefix("../") {
        (folder, rest) = (above(folder), inside);
    }
    match (folder.is_empty(), rest.is_empty()) {
        (true, _) => rest.to_owned(),
        (_, true) => folder.to_owned(),
        _ => format!("{folder}/{rest}"),
    }
}

/// For each folder the modules and packages of Python that an import may find there.
type Roots = BTreeMap<String, BTreeMap<String, BTreeSet<usize>>>;

fn python_roots(tree: &SourceTree, owners: &Owners<'_>) -> Roots {
    let mut roots = Roots::new();
    for (file, language) in code(tree) {
        if language != Language::Python {
            continue;
        }
        let own = owners.at(&file.path);
        let mut name = file.path.rsplit('/').next().unwrap_or_default();
        name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let mut folder = file.folder();
        loop {
            let names = roots.entry(folder.to_owned()).or_default();
            names.entry(name.to_owned()).or_default().insert(own);
            let Some((up, last)) =
                folder.rsplit_once('/').or((!folder.is_empty()).then_some(("", folder)))
            else {
                break;
            };
            (folder, name) = (up, last);
        }
    }
    roots
}

/// Joins what the absolute imports of a file may mean: modules in a folder above it, or in the
/// `src` of one.
fn python(file: &SourceFile, roots: &Roots, reach: &mut impl FnMut(&BTreeSet<usize>)) {
    let words = imported(&file.bytes);
    let mut folder = file.folder();
    loop {
        for base in [folder.to_owned(), joined(folder, "src")] {
            let Some(names) = roots.get(&base) else { continue };
            for word in &words {
                names.get(*word).into_iter().for_each(&mut *reach);
            }
        }
        if folder.is_empty() {
            return;
        }
        folder = above(folder);
    }
}

/// Every word on a line that imports something, and all words of a text that hides its lines.
fn imported(text: &[u8]) -> BTreeSet<&str> {
    let hidden = memchr::memmem::find(text, b"\\\n").is_some()
        || memchr::memmem::find(text, b"\\\r").is_some();
    let mut words = BTreeSet::new();
    for line in text.split(|byte| matches!(byte, b'\n' | b'\r')) {
        if hidden || memchr::memmem::find(line, b"import").is_some() {
            let parts = line
                .split(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii()));
            words.extend(parts.filter_map(|part| std::str::from_utf8(part).ok()));
        }
    }
    words
}
