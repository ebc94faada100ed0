//! Which files are to be read: every place of every client, in every home and opened project.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use warden_model::{Location, Scope, Unread, UnreadReason};

use crate::{
    clients::{
        CLIENTS, Client, Place, format_of,
        opened::{self, State},
        pattern, rank,
    },
    document::Document,
    machine::{Home, World},
    reader::{self, CONFIG_CAP, Checked, Refusal},
};

/// How many opened projects are visited.
const PROJECTS: usize = 2_000;

/// One client's interest in a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job {
    pub(crate) client: &'static Client,
    pub(crate) place: &'static Place,
}

/// A file that is there, and who is interested in it, the owner first.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) file: Checked,
    pub(crate) shown: String,
    /// The path as it was found, before links were followed.
    pub(crate) path: PathBuf,
    /// What links in it may not leave.
    pub(crate) boundary: PathBuf,
    pub(crate) jobs: Vec<Job>,
}

/// Everything that is to be read, and what is in the way.
#[derive(Debug, Default)]
pub(crate) struct Sites {
    pub(crate) sites: Vec<Site>,
    pub(crate) unread: Vec<Unread>,
}

/// A path that may be there.
struct Candidate {
    path: PathBuf,
    own: PathBuf,
    job: Job,
}

/// Finds every file that is there.
pub(crate) fn find(world: &World, cwd: Option<&Path>) -> Sites {
    let mut sites = Sites::default();
    let homes: Vec<&Home> =
        world.homes.iter().filter(|home| readable(world, home, &mut sites)).collect();
    let mut candidates = Vec::new();
    let mut blocked = Vec::new();
    for client in CLIENTS {
        for place in client.places {
            of_place(world, &homes, Job { client, place }, &mut candidates, &mut blocked);
        }
    }
    let projects = projects(world, &homes, cwd, &mut sites);
    for client in CLIENTS {
        for place in client.places.iter().filter(|place| place.scope == Scope::Project) {
            for project in &projects {
                in_project(project, Job { client, place }, &mut candidates, &mut blocked);
            }
        }
    }
    ancestors(world, &projects, &mut candidates);
    // Projects come behind homes, but a client's interest counts by its place in the table.
    candidates.sort_by_cached_key(|one| rank(one.job.client.id));
    for (path, client, refusal) in blocked {
        sites.unread.push(unread(world.shown(&path), Some(client), refusal));
    }
    merge(world, candidates, &mut sites);
    sites
}

pub(crate) fn unread(file: String, client: Option<&str>, refusal: Refusal) -> Unread {
    Unread {
        location: Location { file, ..Location::default() },
        client: client.map(str::to_owned),
        reason: refusal.reason,
        detail: refusal.detail,
    }
}

fn readable(world: &World, home: &Home, sites: &mut Sites) -> bool {
    let refusal = match std::fs::read_dir(&home.path) {
        Ok(_) => return true,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Refusal::new(UnreadReason::Io, "there is no such directory")
        }
        Err(error) => Refusal::from(&error),
    };
    sites.unread.push(unread(world.shown(&home.path), None, refusal));
    false
}

type Blocked = Vec<(PathBuf, &'static str, Refusal)>;

fn of_place(
    world: &World,
    homes: &[&Home],
    job: Job,
    candidates: &mut Vec<Candidate>,
    blocked: &mut Blocked,
) {
    let place = job.place;
    let rooted: BTreeSet<(PathBuf, &str)> = match place.scope {
        Scope::Managed if place.systems.iter().any(|os| world.layouts.contains(os)) => {
            let found = pattern::on_machine(place.pattern, world);
            found.into_iter().map(|one| (one.base, one.rest)).collect()
        }
        Scope::User | Scope::Plugin => homes
            .iter()
            .flat_map(|home| {
                let layouts = home.layouts.iter().filter(|os| place.systems.contains(os));
                layouts.flat_map(|os| pattern::in_home(place.pattern, home, *os))
            })
            .map(|one| (one.base, one.rest))
            .collect(),
        // Projects have their turn when it is known which there are.
        Scope::Managed | Scope::Project | Scope::Given => return,
    };
    for (base, rest) in rooted {
        expand(&base, rest, job, candidates, blocked);
    }
}

fn expand(
    base: &Path,
    rest: &str,
    job: Job,
    candidates: &mut Vec<Candidate>,
    blocked: &mut Blocked,
) {
    let (mut paths, mut refused) = (Vec::new(), Vec::new());
    pattern::expand(base, rest, &mut paths, &mut refused);
    let machine = job.place.scope == Scope::Managed;
    for path in paths {
        let own =
            if machine { PathBuf::from("/") } else { path.parent().unwrap_or(base).to_owned() };
        candidates.push(Candidate { path, own, job });
    }
    blocked.extend(refused.into_iter().map(|(path, refusal)| (path, job.client.id, refusal)));
}

fn in_project(project: &Path, job: Job, candidates: &mut Vec<Candidate>, blocked: &mut Blocked) {
    let rest = job.place.pattern.strip_prefix("./").unwrap_or(job.place.pattern);
    let (mut paths, mut refused) = (Vec::new(), Vec::new());
    pattern::expand(project, rest, &mut paths, &mut refused);
    let own = project.to_owned();
    candidates.extend(paths.into_iter().map(|path| Candidate { path, own: own.clone(), job }));
    blocked.extend(refused.into_iter().map(|(path, refusal)| (path, job.client.id, refusal)));
}

/// Claude Code reads `.mcp.json` in every directory above a project too, up to home.
fn ancestors(world: &World, projects: &BTreeSet<PathBuf>, candidates: &mut Vec<Candidate>) {
    let Some((client, place)) = CLIENTS.iter().find_map(|client| {
        let place = client.places.iter().find(|place| place.pattern == "./.mcp.json")?;
        Some((client, place))
    }) else {
        return;
    };
    let mut above = BTreeSet::new();
    for project in projects {
        let edge = world.boundary(project, Path::new("/"));
        above.extend(
            project
                .ancestors()
                .skip(1)
                .take_while(|path| path.starts_with(&edge))
                .map(Path::to_owned),
        );
    }
    for folder in above {
        let path = folder.join(".mcp.json");
        candidates.push(Candidate { path, own: folder, job: Job { client, place } });
    }
}

/// Every project that somebody has opened and that is still there.
fn projects(
    world: &World,
    homes: &[&Home],
    cwd: Option<&Path>,
    sites: &mut Sites,
) -> BTreeSet<PathBuf> {
    let mut states = Vec::new();
    for home in homes {
        for source in opened::SOURCES {
            let bases: BTreeSet<(PathBuf, &str)> = home
                .layouts
                .iter()
                .flat_map(|os| pattern::in_home(source.pattern, home, *os))
                .map(|one| (one.base, one.rest))
                .collect();
            for (base, rest) in bases {
                let (mut paths, mut refused) = (Vec::new(), Vec::new());
                pattern::expand(&base, rest, &mut paths, &mut refused);
                states.extend(paths.into_iter().map(|path| (*home, source, path)));
                sites.unread.extend(refused.into_iter().map(|(path, refusal)| {
                    unread(world.shown(&path), Some(source.client), refusal)
                }));
            }
        }
    }
    let noted: Vec<_> = states
        .par_iter()
        .map(|(home, source, path)| (*home, *source, path, note(world, source, path)))
        .collect();
    let mut found: BTreeSet<PathBuf> = cwd.map(Path::to_owned).into_iter().collect();
    for (home, source, path, outcome) in noted {
        match outcome {
            Ok(written) => found.extend(written.iter().filter_map(|one| project(world, home, one))),
            Err(refusal) => {
                sites.unread.push(unread(world.shown(path), Some(source.client), refusal));
            }
        }
    }
    if found.len() > PROJECTS {
        let refusal = Refusal::new(UnreadReason::TooLarge, "more opened projects than are visited");
        sites.unread.push(unread("opened projects".to_owned(), None, refusal));
    }
    found.into_iter().take(PROJECTS).collect()
}

/// A workspace file stands for the folder that it lies in.
fn project(world: &World, home: &Home, written: &str) -> Option<PathBuf> {
    match written.strip_suffix(".code-workspace") {
        Some(_) => {
            let (folder, _) = written.rsplit_once(['/', '\\'])?;
            world.locate(folder, home)
        }
        None => world.locate(written, home),
    }
}

fn note(world: &World, source: &opened::Source, path: &Path) -> Result<Vec<String>, Refusal> {
    let own = path.parent().unwrap_or(path);
    let Some(file) = reader::check(path, &world.boundary(path, own))? else {
        return Ok(Vec::new());
    };
    if source.kind == State::Sqlite {
        return opened::worktrees(&file);
    }
    let bytes = reader::read(&file, CONFIG_CAP)?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Vec::new());
    }
    let document = Document::parse(&bytes, format_of(&path.to_string_lossy()))?;
    Ok(opened::paths(&document, source.kind))
}

/// Looks which candidates are there, and brings those together that are one file.
fn merge(world: &World, candidates: Vec<Candidate>, sites: &mut Sites) {
    let mut order: Vec<PathBuf> = Vec::new();
    let mut by_path: BTreeMap<PathBuf, Vec<Candidate>> = BTreeMap::new();
    for candidate in candidates {
        let known = by_path.entry(candidate.path.clone()).or_default();
        if known.is_empty() {
            order.push(candidate.path.clone());
        }
        known.push(candidate);
    }
    let checked: Vec<_> = order
        .par_iter()
        .map(|path| {
            let own = by_path
                .get(path)
                .and_then(|list| list.first())
                .map_or(path.as_path(), |one| &one.own);
            let boundary = world.boundary(path, own);
            let outcome = reader::check(path, &boundary);
            (path, boundary, outcome)
        })
        .collect();
    let mut by_file: HashMap<PathBuf, usize> = HashMap::new();
    for (path, boundary, outcome) in checked {
        let list = by_path.get(path).map(Vec::as_slice).unwrap_or_default();
        let owner = list.first().map(|one| one.job.client.id);
        match outcome {
            Ok(None) => {}
            Err(refusal) => sites.unread.push(unread(world.shown(path), owner, refusal)),
            Ok(Some(file)) => {
                let jobs = list.iter().map(|one| one.job);
                let known = by_file.get(&file.path).and_then(|at| sites.sites.get_mut(*at));
                if let Some(site) = known {
                    site.jobs.extend(jobs);
                } else {
                    by_file.insert(file.path.clone(), sites.sites.len());
                    let (shown, jobs) = (world.shown(path), jobs.collect());
                    sites.sites.push(Site { file, shown, path: path.clone(), boundary, jobs });
                }
            }
        }
    }
}
