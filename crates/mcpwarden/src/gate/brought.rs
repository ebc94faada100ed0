//! Everything that a repository brings: configurations of clients, `server.json`, configurations of
//! our gateway, and dependencies that are servers.

use std::collections::BTreeSet;

use warden_collect::{Configurations, RepositoryFile, collect_files, supply};
use warden_model::{
    Connection, Digest, Endpoint, Hidden, Launch, Location, Package, Pinning, Snapshot, Unread,
};

use super::{
    exact, parts, published,
    what::{Brought, Registry, What, release},
};

/// The largest configuration that is read, in bytes.
pub(super) const CONFIG_CAP: u64 = warden_collect::CONFIG_CAP;

/// What a repository brings.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// In the order of files and lines.
    pub(crate) servers: Vec<Brought>,
    /// What the configurations hold, for the rules.
    pub(crate) snapshot: Snapshot,
    /// How many files were read.
    pub(crate) files: usize,
}

/// What the files are looked at with.
pub(crate) struct Look<'a> {
    /// Packages that are servers, besides those that everybody knows.
    pub(crate) servers: &'a BTreeSet<(Registry, String)>,
    /// Whether dependencies are looked at.
    pub(crate) dependencies: bool,
    /// Registries that packages may come from, besides the usual ones.
    pub(crate) registries: &'a [String],
}

/// Which files of a repository are read: the most bytes of each.
pub(crate) fn wanted(names: &Configurations, path: &str) -> Option<u64> {
    if names.has(path) || published::is_gateway(path) || parts::is_setting(path) {
        return Some(CONFIG_CAP);
    }
    supply::is_read(path).then_some(supply::SUPPLY_CAP as u64)
}

/// Finds everything in the files; what could not be read is a server that nobody can tell.
pub(crate) fn find(files: &[RepositoryFile], unread: &[Unread], look: &Look<'_>) -> Found {
    let names = Configurations::default();
    let mut found = Found { files: files.len(), ..Found::default() };
    let (ours, others): (Vec<_>, Vec<_>) =
        files.iter().partition(|file| published::is_ours(&names, &file.path, &file.bytes));
    let elsewhere = parts::elsewhere(files, look.registries);
    // What has a name that is only read for dependencies is no configuration.
    let is_part = |path: &str| !names.has(path) && supply::is_read(path) || parts::is_setting(path);
    let configured: Vec<RepositoryFile> =
        others.iter().filter(|file| !is_part(&file.path)).map(|file| (*file).clone()).collect();
    found.snapshot = collect_files(&configured);
    found.servers.extend(found.snapshot.connections.iter().map(connection));
    for file in &others {
        if file.path.rsplit('/').next() == Some("server.json") {
            published::server_json(file, look.registries, &mut found.servers);
        }
    }
    for file in &ours {
        published::gateway(file, &mut found.servers);
    }
    if look.dependencies {
        parts::dependencies(&others, look.servers, look.registries, &mut found.servers);
    }
    let missed = unread.iter().chain(&found.snapshot.unread);
    let missed: Vec<Brought> = missed
        .filter(|one| look.dependencies || !is_part(&one.location.file))
        .map(unseen)
        .collect();
    found.servers.extend(missed);
    for server in &mut found.servers {
        if let Some(why) = elsewhere.holds(&server.what) {
            server.print = Digest::of_parts([server.print.to_string().as_bytes(), why.as_bytes()]);
            server.what = What::Untold { shown: server.what.shown(), why };
        }
    }
    let place = |one: &Brought| {
        let at = &one.location;
        (at.file.clone(), at.line, at.column, one.name.clone(), one.what.shown())
    };
    found.servers.sort_by_cached_key(place);
    found
        .servers
        .dedup_by(|later, first| later.location == first.location && later.print == first.print);
    found
}

/// What could not be read may bring anything.
fn unseen(unread: &Unread) -> Brought {
    let why = format!("{}: {}", unread.reason.name(), unread.detail);
    Brought {
        name: "?".to_owned(),
        print: Digest::of_parts([unread.location.file.as_bytes(), why.as_bytes()]),
        location: unread.location.clone(),
        by: unread.client.clone().unwrap_or_else(|| "file".to_owned()),
        what: What::Unread { why },
    }
}

fn connection(connection: &Connection) -> Brought {
    Brought {
        name: connection.name.clone(),
        location: connection.location.clone(),
        by: connection.client.clone(),
        what: what(connection),
        print: print(connection),
    }
}

fn what(connection: &Connection) -> What {
    match &connection.endpoint {
        Endpoint::Builtin => What::Untold {
            shown: connection.name.clone(),
            why: "its client brings it, and no file tells what it is".to_owned(),
        },
        Endpoint::Remote(remote) => address(remote.url.reveal()),
        Endpoint::Command(launch) if is_container(&connection.location) => {
            let shown =
                connection.package.as_ref().map_or(&launch.command, |package| &package.name);
            let why = "what else its container mounts and starts stands elsewhere".to_owned();
            What::Untold { shown: shown.clone(), why }
        }
        Endpoint::Command(launch) => {
            by_name(launch).unwrap_or_else(|| launched(launch, connection.package.as_ref()))
        }
    }
}

/// Whether an entry is that of a service or a workload, around which more stands.
fn is_container(place: &Location) -> bool {
    let pointer = place.pointer.as_deref().unwrap_or_default();
    pointer.starts_with("/services/") || pointer.contains("/containers/")
}

/// What runs at an address.
pub(super) fn address(url: &str) -> What {
    let fixed = url.starts_with("https://") || url.starts_with("http://");
    if !fixed || url.contains(['$', '{', '}', '<', '>']) || url.contains(char::is_whitespace) {
        let shown = warden_detect::redact_url(url);
        return What::Untold {
            shown,
            why: "its address is put together when it starts".to_owned(),
        };
    }
    What::Remote(url.to_owned())
}

/// A certified server that this program starts from its store: nothing else can run by that name.
fn by_name(launch: &Launch) -> Option<What> {
    if launch.command != "mcpwarden" {
        return None;
    }
    let args: Vec<&str> = launch.args.iter().map(Hidden::reveal).collect();
    let ["run", name, rest @ ..] = args.as_slice() else { return None };
    let untold = |why: &str| {
        Some(What::Untold { shown: format!("mcpwarden run {name}"), why: why.to_owned() })
    };
    if name.is_empty() || name.starts_with('-') || rest.contains(&"--") {
        return None;
    }
    if launch.env_file.is_some() || launch.env.iter().any(|setting| exact::loads(&setting.name)) {
        return untold("its environment can make it believe other keys");
    }
    let sandbox = rest.windows(2).any(|two| two == ["--environment", "sandbox"]);
    if sandbox || rest.iter().any(|word| word.starts_with("--environment=")) {
        return untold("it says itself that nothing real is in reach, which lowers what is asked");
    }
    Some(What::Certified((*name).to_owned()))
}

/// What a command line runs.
pub(super) fn launched(launch: &Launch, read: Option<&Package>) -> What {
    match exact::package(launch, read) {
        Ok(package) => of_package(&package),
        Err(why) => {
            let args = launch.args.iter().map(Hidden::reveal);
            let line = warden_detect::redact_command(&launch.command, args);
            let shown = read.map_or(line, |package| {
                let version = package.version.as_ref().map(|v| format!("@{v}")).unwrap_or_default();
                format!("{}:{}{version}", package.registry.name(), package.name)
            });
            What::Untold { shown, why }
        }
    }
}

/// What a package is.
pub(super) fn of_package(package: &Package) -> What {
    use warden_model::Registry as From;
    let untold = |why: &str| What::Untold {
        shown: format!("{}:{}", package.registry.name(), package.name),
        why: why.to_owned(),
    };
    let of_registry = |registry: Registry| {
        let version = package.version.as_deref().filter(|_| package.pinning == Pinning::Exact);
        match version.and_then(|version| release(registry, version)) {
            Some(version) => {
                What::Package { registry, name: package.name.clone(), version, allowed: Vec::new() }
            }
            None => What::Floating {
                registry,
                name: package.name.clone(),
                asked: package.version.clone(),
            },
        }
    };
    match package.registry {
        From::Npm => of_registry(Registry::Npm),
        From::PyPi => of_registry(Registry::PyPi),
        From::Oci => match package.version.as_deref().and_then(|digest| digest.parse().ok()) {
            Some(digest) if package.pinning == Pinning::Digest => {
                What::Bytes { name: format!("oci:{}", package.name), digest }
            }
            Some(_) | None => untold("the tag of an image moves: name its digest"),
        },
        From::Git => match &package.version {
            Some(commit) if package.pinning == Pinning::Digest => {
                What::Commit { repository: package.name.clone(), commit: commit.clone() }
            }
            Some(_) | None => untold("a branch or tag moves: name all digits of a commit"),
        },
        From::Url => untold("an archive behind an address can change at any time"),
        From::Local => untold("a program of this machine or of the repository is no package"),
        From::Other => untold("packages of this registry cannot be certified"),
    }
}

/// A digest of everything that is written about a server. A change of any of it makes it another.
fn print(connection: &Connection) -> Digest {
    let Location { file, pointer, .. } = &connection.location;
    let mut parts = vec![
        file.clone(),
        pointer.clone().unwrap_or_default(),
        connection.name.clone(),
        connection.client.clone(),
        connection.enabled.to_string(),
        connection.transport.name().to_owned(),
        format!("{:?}", connection.package),
    ];
    match &connection.endpoint {
        Endpoint::Builtin => {}
        Endpoint::Remote(remote) => {
            parts.push(remote.url.reveal().to_owned());
            for header in &remote.headers {
                parts.extend([header.name.clone(), header.value.reveal().to_owned()]);
            }
        }
        Endpoint::Command(launch) => {
            parts.extend([launch.command.clone(), launch.args.len().to_string()]);
            parts.extend(launch.args.iter().map(|word| word.reveal().to_owned()));
            for setting in &launch.env {
                parts.extend([setting.name.clone(), setting.value.reveal().to_owned()]);
            }
            parts.push(format!("{:?} {:?}", launch.env_file, launch.cwd));
        }
    }
    Digest::of_parts(parts.iter().map(String::as_bytes))
}

#[cfg(test)]
mod tests;
