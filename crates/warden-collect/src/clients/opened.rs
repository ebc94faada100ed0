//! Which projects people have opened, from the state that clients keep. Walking a whole disk for
//! configuration files would take minutes and find what nobody uses.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use warden_model::UnreadReason;

use crate::{
    document::{Document, Kind, Node},
    reader::{Checked, Refusal},
};

/// A file in which a client notes what was opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source {
    pub(crate) client: &'static str,
    pub(crate) pattern: &'static str,
    pub(crate) kind: State,
}

/// How it notes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The keys of `projects` are paths.
    ProjectKeys,
    /// `file://` URIs, anywhere.
    Uris,
    /// Members that are called like paths, and `file://` URIs.
    Paths,
    /// The column `worktree` of the table `project`.
    Sqlite,
}

/// Where projects are noted.
pub(crate) static SOURCES: &[Source] = &[
    Source {
        client: "claude-code",
        pattern: "{CLAUDE_CONFIG_DIR:~}/.claude.json",
        kind: State::ProjectKeys,
    },
    Source {
        client: "claude-code",
        pattern: "{CLAUDE_CONFIG_DIR:~/.claude}/projects/*/sessions-index.json",
        kind: State::Paths,
    },
    Source {
        client: "vscode",
        pattern: "{editors}/User/globalStorage/storage.json",
        kind: State::Uris,
    },
    Source {
        client: "vscode",
        pattern: "{editors}/User/workspaceStorage/*/workspace.json",
        kind: State::Uris,
    },
    Source {
        client: "antigravity",
        pattern: "~/.gemini/config/projects/*.json",
        kind: State::Paths,
    },
    Source { client: "opencode", pattern: "{data}/opencode/opencode*.db", kind: State::Sqlite },
    Source {
        client: "opencode",
        pattern: "{data}/opencode/storage/project/*.json",
        kind: State::Paths,
    },
];

/// Members whose text is the path of a project.
const PATH_KEYS: &[&str] = &[
    "projectPath",
    "originalPath",
    "worktree",
    "path",
    "root",
    "rootPath",
    "folder",
    "folderPath",
    "workspace",
    "workspacePath",
    "cwd",
];

/// The paths that a document notes.
pub(crate) fn paths(document: &Document, kind: State) -> Vec<String> {
    let mut found = Vec::new();
    match kind {
        State::ProjectKeys => {
            let projects = document.at("/projects").and_then(Node::members).unwrap_or_default();
            found.extend(projects.iter().map(|project| project.key.clone()));
        }
        State::Uris => walk(document.root(), None, false, &mut found),
        State::Paths => walk(document.root(), None, true, &mut found),
        State::Sqlite => {}
    }
    found
}

/// Depth is capped by the parser, so this may recurse.
fn walk(node: &Node, key: Option<&str>, named: bool, found: &mut Vec<String>) {
    match &node.kind {
        Kind::String(text) => {
            if let Some(path) = from_uri(text) {
                found.push(path);
            } else if named && key.is_some_and(|key| PATH_KEYS.contains(&key)) && is_path(text) {
                found.push(text.clone());
            }
        }
        Kind::Array(items) => items.iter().for_each(|item| walk(item, key, named, found)),
        Kind::Object(members) => {
            for member in members {
                found.extend(from_uri(&member.key));
                walk(&member.value, Some(&member.key), named, found);
            }
        }
        _ => {}
    }
}

fn is_path(text: &str) -> bool {
    text.starts_with('/') || text.get(1..3).is_some_and(|rest| rest == ":\\" || rest == ":/")
}

/// The path of a `file://` URI of this machine.
fn from_uri(text: &str) -> Option<String> {
    let path = text.strip_prefix("file://")?;
    let path = path.strip_prefix("localhost").unwrap_or(path);
    let decoded = decode(path.strip_prefix('/')?)?;
    // `file:///c%3A/x` is `c:/x`, everything else keeps its slash.
    let drive = decoded.get(1..2) == Some(":");
    Some(if drive { decoded } else { format!("/{decoded}") })
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let hex = std::str::from_utf8(rest.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(hex, 16).ok()?);
        rest = rest.get(2..)?;
    }
    String::from_utf8(bytes).ok()
}

/// The projects in a database, opened so that nothing beside it is made or locked.
pub(crate) fn worktrees(file: &Checked) -> Result<Vec<String>, Refusal> {
    const MOST: usize = 5_000;
    let unreadable = |_: rusqlite::Error| {
        Refusal::new(UnreadReason::Malformed, "it is not a database of this client")
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(uri(&file.path), flags).map_err(unreadable)?;
    let mut query =
        database.prepare("SELECT worktree FROM project ORDER BY worktree").map_err(unreadable)?;
    let rows = query.query_map([], |row| row.get::<_, String>(0)).map_err(unreadable)?;
    rows.take(MOST).collect::<Result<_, _>>().map_err(unreadable)
}

fn uri(path: &Path) -> String {
    let mut out = String::from("file:");
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            byte => {
                const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
                let digit = |index: u8| char::from(DIGITS[usize::from(index)]);
                out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
    out.push_str("?mode=ro&immutable=1");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;

    #[track_caller]
    fn check(text: &str, kind: State, expected: &[&str]) {
        let document = Document::parse(text.as_bytes(), Format::Jsonc).unwrap();
        assert_eq!(paths(&document, kind), expected);
    }

    #[test]
    fn clients_note_projects_in_their_own_ways() {
        check(
            r#"{"projects": {"/home/a/x": {}, "C:\\y": {}}}"#,
            State::ProjectKeys,
            &["/home/a/x", "C:\\y"],
        );
        check(
            r#"{"a": [{"folderUri": "file:///home/a/x%20y"}], "b": {"file:///c%3A/z": 1}, "c": "vscode-remote://ssh/x"}"#,
            State::Uris,
            &["/home/a/x y", "c:/z"],
        );
        check(
            r#"{"entries": [{"projectPath": "/p", "fullPath": "/q"}], "originalPath": "/o", "path": "relative"}"#,
            State::Paths,
            &["/p", "/o"],
        );
        check(r#"{"folder": "file:///bad%zz"}"#, State::Uris, &[]);
    }

    #[test]
    fn a_database_is_read_without_a_trace() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("open code?.db");
        let database = Connection::open(&path).unwrap();
        database.execute_batch("CREATE TABLE project (id TEXT, worktree TEXT NOT NULL); INSERT INTO project VALUES ('1', '/b'), ('2', '/a');").unwrap();
        drop(database);
        let file = Checked { path: path.clone(), len: 0 };
        assert_eq!(worktrees(&file), Ok(vec!["/a".into(), "/b".into()]));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        std::fs::write(&path, "no database").unwrap();
        assert_eq!(
            worktrees(&file).map_err(|refusal| refusal.reason),
            Err(UnreadReason::Malformed)
        );
    }
}
