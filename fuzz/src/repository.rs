//! Files of a repository, as the gate reads them out of a folder or a revision: two readings agree,
//! the order of files means nothing, and whatever is told is of a file that there is.

use std::collections::BTreeSet;

use warden_collect::{Configurations, RepositoryFile, collect_files};
use warden_model::Snapshot;

/// Paths that say how the bytes are read, and one that says nothing.
const PATHS: &[&str] = &[
    ".mcp.json",
    ".cursor/mcp.json",
    ".vscode/mcp.json",
    ".vscode/settings.json",
    ".gemini/settings.json",
    ".codex/config.toml",
    ".continue/config.yaml",
    "opencode.jsonc",
    ".devcontainer/devcontainer.json",
    "docker-compose.yml",
    "manifest.json",
    "server.json",
    "tools.json",
    "any.json",
];

/// What parts two files in one input.
const CUT: &str = "\n--8<--";

/// Each part begins with a byte that says the file's path (`A` is the first); the rest is the file.
/// A part of a path that was there before goes into a folder of its own.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut files: Vec<RepositoryFile> = Vec::new();
    for part in text.split(CUT).take(4) {
        let [path, bytes @ ..] = part.as_bytes() else { continue };
        let path = PATHS[usize::from(path.wrapping_sub(b'A')) % PATHS.len()];
        let taken = files.iter().any(|file| file.path == path);
        let path = if taken { format!("part{}/{path}", files.len()) } else { path.to_owned() };
        files.push(RepositoryFile { path, bytes: bytes.to_vec() });
    }
    let first = collect_files(&files);
    let again = collect_files(&files);
    assert_eq!(format!("{first:?}"), format!("{again:?}"), "two readings differ");
    told(&first, &files);
    files.reverse();
    assert_eq!(rows(&first), rows(&collect_files(&files)), "the order of files means something");
    // A folder around it changes nothing but paths: what is known by its path still is.
    let known = Configurations::default();
    for file in &files {
        let deeper = format!("packages/app/{}", file.path);
        assert_eq!(known.has(&file.path), known.has(&deeper), "{deeper}");
    }
}

/// Everything that is told is of a file that was given, at a line of it.
fn told(found: &Snapshot, files: &[RepositoryFile]) {
    let of = |path: &str| {
        let file = files.iter().find(|file| file.path == path);
        file.unwrap_or_else(|| panic!("`{path}` was not given"))
    };
    let places = found.connections.iter().map(|connection| &connection.location);
    let places = places.chain(found.surfaces.iter().map(|surface| &surface.location));
    for place in places {
        let lines = of(&place.file).bytes.split(|byte| *byte == b'\n').count();
        let line = place.line.map_or(1, |line| usize::try_from(line).expect("a line"));
        assert!((1..=lines).contains(&line), "line {line} of {lines} in `{}`", place.file);
    }
    for unread in &found.unread {
        of(&unread.location.file);
        assert!(!unread.detail.is_empty());
    }
}

/// What was found, in no order.
fn rows(found: &Snapshot) -> BTreeSet<String> {
    let connections = found.connections.iter().map(|it| format!("{} {:?}", it.name, it.location));
    let unread = found.unread.iter().map(|it| format!("{:?} {}", it.location, it.detail));
    let looked = found.looked.iter().map(|it| format!("{it:?}"));
    connections.chain(unread).chain(looked).collect()
}
