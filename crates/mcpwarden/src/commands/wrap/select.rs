//! Which of the configured servers are meant, and which of them can be guarded.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use warden_collect::{Machine, Os, collect, collect_target};
use warden_model::{Connection, Endpoint, Hidden, Scope, Snapshot};

use super::{Which, explained, place};
use crate::{
    Failure, Kind, World, output,
    wrap::{Goal, Named, Target, target},
};

/// Every server that is configured on this machine.
pub(super) struct Found {
    snapshot: Snapshot,
    cwd: PathBuf,
}

/// The servers that are meant.
#[derive(Default)]
pub(super) struct Chosen {
    /// Those that can be guarded, by file.
    pub(super) files: Vec<(Target, Vec<Goal>)>,
    /// Those that need not or cannot be, and why.
    pub(super) skipped: Vec<String>,
    /// Those that were asked for by name and cannot be, and files that cannot be changed.
    pub(super) refused: Vec<String>,
}

impl Found {
    /// Looks at this machine, and at `file` where that is none of any client's.
    pub(super) fn look(world: &World, file: Option<&Path>) -> Self {
        let os = match std::env::consts::OS {
            "macos" => Os::MacOs,
            "windows" => Os::Windows,
            _ => Os::Linux,
        };
        let machine = Machine {
            root: None,
            homes: world.home.iter().cloned().collect(),
            os,
            env: world.env.clone(),
            cwd: Some(world.cwd.clone()),
        };
        let mut found = Self { snapshot: collect(&machine, &()), cwd: world.cwd.clone() };
        let file = file.map(|file| world.cwd.join(file)).filter(|file| file.is_file());
        if let (Some(file), Some(home)) = (file, world.home.as_deref())
            && !found.has(&file, home)
        {
            found.snapshot = collect_target(&file, &machine, &());
        }
        found
    }

    fn has(&self, file: &Path, home: &Path) -> bool {
        let real = |path: &Path| path.canonicalize().ok();
        let mut files = self.snapshot.looked.iter().filter_map(|it| path(&it.file, home));
        files.any(|path| real(&path).is_some() && real(&path) == real(file))
    }

    pub(super) fn choose(&self, which: &Which, home: &Path) -> Result<Chosen, Failure> {
        self.tell_unread();
        let only = which.file.as_deref().map(|file| self.cwd.join(file));
        let only = only.map(|file| file.canonicalize().unwrap_or(file));
        let meant: Vec<_> = self
            .snapshot
            .connections
            .iter()
            .filter(|connection| which.wants(&named(connection)))
            .filter(|connection| {
                let here = || path(&connection.location.file, home)?.canonicalize().ok();
                only.is_none() || here() == only
            })
            .collect();
        if let Some(missing) =
            which.names.iter().find(|name| meant.iter().all(|one| one.name != **name))
        {
            return Err(Failure::new(Kind::Input, format!("there is no server `{missing}`"))
                .hint("run `mcpwarden scan` to see every server and its client"));
        }
        Ok(sorted(&meant, which, home))
    }

    fn tell_unread(&self) {
        let unread = self.snapshot.unread.len();
        if unread > 0 {
            let things = if unread == 1 { "place" } else { "places" };
            output::tell(&format!(
                "{unread} {things} could not be read, `mcpwarden scan` names them\n"
            ));
        }
    }
}

fn sorted(meant: &[&Connection], which: &Which, home: &Path) -> Chosen {
    let mut chosen = Chosen::default();
    let mut files: BTreeMap<PathBuf, (Target, Vec<Goal>)> = BTreeMap::new();
    for connection in meant {
        let file = &connection.location.file;
        let told = |why: &str| format!("{}: {why}", place(&named(connection), file));
        let (goal, path) = match (goal(connection), path(file, home)) {
            (Ok(goal), Some(path)) => (goal, path),
            (Ok(_), None) => {
                chosen.refused.push(told("it does not stand in a file"));
                continue;
            }
            (Err(Reason::Guarded), _) => {
                chosen.skipped.push(told("it is guarded already"));
                continue;
            }
            (Err(Reason::Cannot(why)), _) if which.names.is_empty() => {
                chosen.skipped.push(told(why));
                continue;
            }
            (Err(Reason::Cannot(why)), _) => {
                chosen.refused.push(told(why));
                continue;
            }
        };
        match target(&path, file, home) {
            Err(error) => chosen.refused.push(told(&format!("its file {}", explained(&error)))),
            Ok(target) => {
                let (_, goals) =
                    files.entry(target.path.clone()).or_insert_with(|| (target, Vec::new()));
                // Two clients may read the same entry.
                if goals.iter().all(|other| other.pointer != goal.pointer) {
                    goals.push(goal);
                }
            }
        }
    }
    chosen.files = files.into_values().collect();
    chosen
}

enum Reason {
    Guarded,
    Cannot(&'static str),
}

fn goal(connection: &Connection) -> Result<Goal, Reason> {
    if connection.guarded {
        return Err(Reason::Guarded);
    }
    if connection.scope == Scope::Managed {
        return Err(Reason::Cannot("it is set by the organisation"));
    }
    if connection.location.file.ends_with("devcontainer.json") {
        return Err(Reason::Cannot("it starts inside a container, where this program is not"));
    }
    let launch = match &connection.endpoint {
        Endpoint::Command(launch) => launch,
        Endpoint::Remote(_) => {
            return Err(Reason::Cannot("a server behind a URL cannot be guarded like this yet"));
        }
        Endpoint::Builtin => return Err(Reason::Cannot("it is a part of its client")),
    };
    // Some clients hand such a line to a shell. Behind the guard it would be one program's name.
    let spaced = launch.command.contains(char::is_whitespace);
    if spaced && launch.args.is_empty() && !Path::new(&launch.command).is_file() {
        return Err(Reason::Cannot(
            "its command is a whole line; split it into `command` and `args`",
        ));
    }
    let Some(pointer) = connection.location.pointer.clone() else {
        return Err(Reason::Cannot("its place in the file is not known"));
    };
    let words = launch.args.iter().map(Hidden::reveal).map(str::to_owned);
    let line = std::iter::once(launch.command.clone()).chain(words).collect();
    Ok(Goal { name: connection.name.clone(), client: connection.client.clone(), pointer, line })
}

fn named(connection: &Connection) -> Named {
    Named { name: connection.name.clone(), client: connection.client.clone() }
}

/// Where a file lies that people see under this name.
fn path(shown: &str, home: &Path) -> Option<PathBuf> {
    match shown.strip_prefix("~/") {
        Some(rest) => Some(home.join(rest)),
        None => Some(PathBuf::from(shown)).filter(|path| path.is_absolute()),
    }
}

/// How people see a path.
pub(super) fn shown(path: &Path, home: &Path) -> String {
    let below =
        home.canonicalize().ok().and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned));
    match below {
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}
