//! From a pattern of the table to files that may be there.

use std::{
    fs::DirEntry,
    path::{Path, PathBuf},
};

use warden_model::UnreadReason;

use crate::{
    machine::{Home, Os, World},
    reader::Refusal,
};

/// The products of VS Code itself.
const VSCODE: &[&str] = &["Code", "Code - Insiders", "VSCodium", "Code - OSS"];

/// The rest of its family, which runs the same extensions.
const FORKS: &[&str] = &["Cursor", "Windsurf", "Kiro", "Antigravity", "Trae", "Void", "Aide"];

/// User data on machines that an editor is connected to.
const REMOTE: &[&str] = &[".vscode-server/data", ".vscode-server-insiders/data"];

/// How deep `**` goes.
const DEPTH: usize = 6;

/// How many entries of one directory, and how many directories below `**`, are looked at.
const ENTRIES: usize = 5_000;

/// Directories that `**` does not enter.
const SKIPPED: &[&str] = &["node_modules", ".git"];

/// Variables that a pattern may begin with.
#[cfg(test)]
const VARIABLES: &[&str] = &[
    "CLAUDE_CONFIG_DIR",
    "CLAUDE_CODE_PLUGIN_CACHE_DIR",
    "CLAUDE_CODE_PLUGIN_SEED_DIR",
    "CODEX_HOME",
    "COPILOT_HOME",
    "OPENCODE_CONFIG",
    "OPENCODE_CONFIG_DIR",
    "XDG_CONFIG_HOME",
];

/// A pattern with its beginning resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rooted<'a> {
    pub(crate) base: PathBuf,
    pub(crate) rest: &'a str,
}

/// Whether a pattern begins with something that can be resolved.
#[cfg(test)]
pub(crate) fn is_known(pattern: &str) -> bool {
    let Some((token, _)) = token(pattern) else {
        return pattern.starts_with(['~', '.', '/']);
    };
    let directories =
        ["config", "data", "support", "roaming", "local", "programdata", "programfiles"];
    let name = token.split(':').next().unwrap_or(token);
    directories.contains(&name)
        || ["vscode", "editors"].contains(&name)
        || VARIABLES.contains(&name)
}

/// What stands in braces at the beginning, and the rest behind its slash.
fn token(pattern: &str) -> Option<(&str, &str)> {
    let (token, rest) = pattern.strip_prefix('{')?.split_once('}')?;
    Some((token, rest.strip_prefix('/').unwrap_or(rest)))
}

/// Where a pattern of a person begins: there may be several places.
pub(crate) fn in_home<'a>(pattern: &'a str, home: &Home, os: Os) -> Vec<Rooted<'a>> {
    let rooted = |base: PathBuf, rest: &'a str| vec![Rooted { base, rest }];
    if let Some(rest) = pattern.strip_prefix("~/") {
        return rooted(home.path.clone(), rest);
    }
    let Some((token, rest)) = token(pattern) else { return Vec::new() };
    match token {
        "config" => rooted(relocated(home, "XDG_CONFIG_HOME", ".config"), rest),
        "data" => rooted(relocated(home, "XDG_DATA_HOME", ".local/share"), rest),
        "support" => rooted(support(home, os), rest),
        "roaming" => rooted(home.path.join("AppData/Roaming"), rest),
        "local" => rooted(home.path.join("AppData/Local"), rest),
        "vscode" => {
            user_data(home, os, &[VSCODE]).into_iter().map(|base| Rooted { base, rest }).collect()
        }
        "editors" => {
            let bases = user_data(home, os, &[VSCODE, FORKS]);
            bases.into_iter().map(|base| Rooted { base, rest }).collect()
        }
        _ => variable(token, home).into_iter().map(|base| Rooted { base, rest }).collect(),
    }
}

/// Where a pattern of the whole machine begins.
pub(crate) fn on_machine<'a>(pattern: &'a str, world: &World) -> Vec<Rooted<'a>> {
    let (bases, rest): (Vec<&str>, &str) = match token(pattern) {
        Some(("programdata", rest)) => (vec!["C:/ProgramData", "ProgramData"], rest),
        Some(("programfiles", rest)) => (vec!["C:/Program Files", "Program Files"], rest),
        _ => (vec![""], pattern.strip_prefix('/').unwrap_or(pattern)),
    };
    let root = |base: &str| match &world.root {
        Some(root) => root.join(base),
        None if base.is_empty() => PathBuf::from("/"),
        None => PathBuf::from(base),
    };
    // Without a tree of its own, only a path with its drive is one of this machine.
    let usable = |base: &&str| world.root.is_some() || base.is_empty() || base.contains(':');
    bases.into_iter().filter(usable).map(|base| Rooted { base: root(base), rest }).collect()
}

fn relocated(home: &Home, variable: &str, default: &str) -> PathBuf {
    let set = home.env.get(variable).filter(|path| Path::new(path).is_absolute());
    set.map_or_else(|| home.path.join(default), PathBuf::from)
}

/// What a variable says, and where the client looks without it. A program that was not started
/// from this shell does not have the variable, so both count.
fn variable(token: &str, home: &Home) -> Vec<PathBuf> {
    let (name, default) =
        token.split_once(':').map_or((token, None), |(name, rest)| (name, Some(rest)));
    let mut bases = Vec::new();
    if let Some(value) = home.env.get(name).filter(|value| !value.is_empty()) {
        let one_only = !name.ends_with("SEED_DIR");
        let parts = std::env::split_paths(value).filter(|path| path.is_absolute());
        if one_only {
            bases.extend(Some(PathBuf::from(value)).filter(|path| path.is_absolute()));
        } else {
            bases.extend(parts);
        }
    }
    bases.extend(default.and_then(|default| match default {
        "~" => Some(home.path.clone()),
        default => default.strip_prefix("~/").map(|rest| home.path.join(rest)),
    }));
    bases
}

fn support(home: &Home, os: Os) -> PathBuf {
    match os {
        Os::Linux => relocated(home, "XDG_CONFIG_HOME", ".config"),
        Os::MacOs => home.path.join("Library/Application Support"),
        Os::Windows => home.path.join("AppData/Roaming"),
    }
}

/// The user-data directories of editors.
pub(crate) fn user_data(home: &Home, os: Os, products: &[&[&str]]) -> Vec<PathBuf> {
    let support = support(home, os);
    let mut bases: Vec<_> =
        products.iter().copied().flatten().map(|name| support.join(name)).collect();
    bases.extend(REMOTE.iter().map(|path| home.path.join(path)));
    if products.len() > 1 {
        bases.push(home.path.join(".cursor-server/data"));
    }
    if let Some(portable) = home.env.get("VSCODE_PORTABLE") {
        bases.push(Path::new(portable).join("user-data"));
    }
    bases
}

/// The paths that a pattern stands for. Without `*` that is the one path, whether it is there or
/// not.
pub(crate) fn expand(
    base: &Path,
    pattern: &str,
    out: &mut Vec<PathBuf>,
    unread: &mut Vec<(PathBuf, Refusal)>,
) {
    let mut todo = vec![(base.to_owned(), pattern, DEPTH)];
    let mut directories = 0;
    while let Some((folder, pattern, depth)) = todo.pop() {
        let (part, rest) = pattern.split_once('/').unwrap_or((pattern, ""));
        if !part.contains('*') {
            let path = if part.is_empty() { folder } else { folder.join(part) };
            if rest.is_empty() {
                out.push(path);
            } else {
                todo.push((path, rest, depth));
            }
            continue;
        }
        directories += 1;
        if directories > ENTRIES {
            let detail = "more directories than are looked at";
            unread.push((base.to_owned(), Refusal::new(UnreadReason::TooLarge, detail)));
            return;
        }
        let entries = match list(&folder) {
            Ok(entries) => entries,
            Err(refusal) => {
                unread.push((folder, refusal));
                continue;
            }
        };
        let deep = part == "**";
        if deep {
            todo.push((folder.clone(), rest, depth));
        }
        for entry in entries {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let kind = entry.file_type();
            let is_directory = kind.as_ref().is_ok_and(std::fs::FileType::is_dir);
            // People link plug-ins that they work on. Where that leads is checked with the file.
            let is_linked = kind.is_ok_and(|kind| kind.is_symlink());
            if deep {
                if is_directory && depth > 0 && !SKIPPED.contains(&&*name) {
                    todo.push((entry.path(), pattern, depth - 1));
                }
            } else if matches(part, &name) {
                if rest.is_empty() {
                    out.push(entry.path());
                } else if is_directory || is_linked {
                    todo.push((entry.path(), rest, depth));
                }
            }
        }
    }
}

/// The entries of a directory by name; none if it is not there.
pub(crate) fn list(folder: &Path) -> Result<Vec<DirEntry>, Refusal> {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => return Ok(Vec::new()),
        Err(error) => return Err(Refusal::from(&error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        if found.len() >= ENTRIES {
            return Err(Refusal::new(UnreadReason::TooLarge, "more entries than are looked at"));
        }
        found.push(entry.map_err(|error| Refusal::from(&error))?);
    }
    found.sort_by_key(DirEntry::file_name);
    Ok(found)
}

/// Whether a name fits a pattern with at most one `*`.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => {
            // As in a shell, `*` alone does not stand for hidden names.
            let hidden = start.is_empty() && name.starts_with('.');
            name.len() >= start.len() + end.len()
                && name.starts_with(start)
                && name.ends_with(end)
                && !hidden
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn home(env: &[(&str, &str)]) -> Home {
        Home {
            path: "/h".into(),
            label: "~".into(),
            layouts: Os::ALL.to_vec(),
            env: env
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect::<BTreeMap<_, _>>(),
        }
    }

    #[track_caller]
    fn check(pattern: &str, os: Os, env: &[(&str, &str)], expected: &[&str]) {
        let found: Vec<_> = in_home(pattern, &home(env), os)
            .into_iter()
            .map(|one| crate::machine::slashes(&one.base.join(one.rest)))
            .collect();
        assert_eq!(found, expected, "{pattern}");
    }

    #[test]
    fn every_system_has_its_own_directories() {
        check("{support}/X/a.json", Os::Linux, &[], &["/h/.config/X/a.json"]);
        check("{support}/X/a.json", Os::MacOs, &[], &["/h/Library/Application Support/X/a.json"]);
        check("{support}/X/a.json", Os::Windows, &[], &["/h/AppData/Roaming/X/a.json"]);
        check("~/.a/b.json", Os::Windows, &[], &["/h/.a/b.json"]);
    }

    #[test]
    fn the_environment_relocates_clients() {
        check("{config}/a", Os::Linux, &[("XDG_CONFIG_HOME", "/x")], &["/x/a"]);
        check("{config}/a", Os::Linux, &[("XDG_CONFIG_HOME", "relative")], &["/h/.config/a"]);
        check(
            "{CODEX_HOME:~/.codex}/c",
            Os::Linux,
            &[("CODEX_HOME", "/c")],
            &["/c/c", "/h/.codex/c"],
        );
        check("{CODEX_HOME:~/.codex}/c", Os::Linux, &[], &["/h/.codex/c"]);
        check("{OPENCODE_CONFIG_DIR}/o", Os::Linux, &[], &[]);
        check("{CLAUDE_CONFIG_DIR:~}/.claude.json", Os::Linux, &[], &["/h/.claude.json"]);
        check(
            "{CLAUDE_CODE_PLUGIN_SEED_DIR}/s",
            Os::Linux,
            &[("CLAUDE_CODE_PLUGIN_SEED_DIR", "/a:/b")],
            &["/a/s", "/b/s"],
        );
    }

    #[test]
    fn patterns_match_names_as_a_shell_does() {
        for (pattern, name, fits) in [
            ("*.json", "a.json", true),
            ("*.json", ".json", false),
            ("*.json", ".a.json", false),
            ("*", "a", true),
            ("a*b", "ab", true),
            ("a*a", "a", false),
            ("x", "x", true),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn stars_stand_for_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        for path in [
            "p/a/.mcp.json",
            "p/b/c/.mcp.json",
            "p/node_modules/x/.mcp.json",
            "p/1/2/3/4/5/6/7/.mcp.json",
        ] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "{}").unwrap();
        }
        let found = |pattern: &str| {
            let (mut out, mut unread) = (Vec::new(), Vec::new());
            expand(folder.path(), pattern, &mut out, &mut unread);
            assert_eq!(unread, []);
            let mut out: Vec<_> = out
                .iter()
                .filter(|path| path.exists())
                .map(|path| crate::machine::slashes(path.strip_prefix(folder.path()).unwrap()))
                .collect();
            out.sort();
            out
        };
        assert_eq!(found("p/**/.mcp.json"), ["p/a/.mcp.json", "p/b/c/.mcp.json"]);
        assert_eq!(found("p/*/.mcp.json"), ["p/a/.mcp.json"]);
        assert_eq!(found("p/a/.mcp.json"), ["p/a/.mcp.json"]);
    }
}
