//! Dependencies that are servers, and settings that say where packages come from.

use std::collections::BTreeSet;

use warden_collect::{
    RepositoryFile,
    supply::{self, GapKind},
};
use warden_model::{Component, Digest, Ecosystem, Location, Source};
use warden_scan::supply::Known;

use super::what::{Brought, Registry, What, release};

/// Files in which npm and its relatives look for settings.
const SETTINGS: &[&str] = &[".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml"];

/// Settings of theirs that make packages come from elsewhere, or other code run besides them.
const DIVERTING: &[&str] = &[
    "registry",
    "registryserver",
    "node-options",
    "script-shell",
    "strict-ssl",
    "cafile",
    "ca",
    "prefix",
    "proxy",
    "https-proxy",
    "globalconfig",
    "userconfig",
    "yarnpath",
    "yarn-path",
    "plugins",
    "preload",
];

/// Whether a path is that of such settings.
pub(super) fn is_setting(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| SETTINGS.contains(&name))
}

/// What settings of the repository say about where packages come from.
#[derive(Debug, Default)]
pub(super) struct Elsewhere(Option<String>);

impl Elsewhere {
    /// Why nobody can tell what this is, if the settings are in the way.
    pub(super) fn holds(&self, what: &What) -> Option<String> {
        match what {
            What::Package { registry: Registry::Npm, .. }
            | What::Floating { registry: Registry::Npm, .. } => self.0.clone(),
            _ => None,
        }
    }
}

/// Looks through the settings for a registry that is not among the allowed ones.
pub(super) fn elsewhere(files: &[RepositoryFile], allowed: &[String]) -> Elsewhere {
    let plain = |url: &str| url.trim().trim_matches(['"', '\'']).trim_end_matches('/').to_owned();
    let fine = |value: &str| allowed.iter().any(|known| plain(known) == plain(value));
    for file in files.iter().filter(|file| is_setting(&file.path)) {
        let text = String::from_utf8_lossy(&file.bytes);
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.starts_with(['#', ';']) {
                continue;
            }
            let (key, value) = line.split_once(['=', ' ', ':']).unwrap_or((line, ""));
            // `@scope:registry=…` of npm; the key of a scope ends before its own sign.
            let (key, value) = match value.strip_prefix("registry") {
                Some(rest) if key.starts_with('@') => ("registry", rest),
                _ => (key, value),
            };
            let name = key.trim().trim_matches('"').to_ascii_lowercase();
            let name = name.strip_prefix("npm").filter(|rest| rest.starts_with("registry"));
            let name = name
                .map_or_else(|| key.trim().trim_matches('"').to_ascii_lowercase(), str::to_owned);
            let value = value.trim_start_matches(['=', ' ', ':']);
            if DIVERTING.contains(&name.as_str()) && !(name.starts_with("registry") && fine(value))
            {
                let why = format!("line {number} of `{}` can make it another: `{name}`", file.path);
                return Elsewhere(Some(why));
            }
        }
    }
    Elsewhere(None)
}

/// Adds every dependency that is a server, and every file that could have named one and cannot be
/// understood.
pub(super) fn dependencies(
    files: &[&RepositoryFile],
    servers: &BTreeSet<(Registry, String)>,
    allowed: &[String],
    out: &mut Vec<Brought>,
) {
    let read =
        supply::read_files(files.iter().map(|file| (file.path.as_str(), file.bytes.as_slice())));
    let mut found: Vec<Brought> =
        read.components.iter().filter_map(|component| dependency(component, servers)).collect();
    // What a manifest asks for and a lock file names is what the lock file names.
    let locked: BTreeSet<(String, Option<String>)> = found
        .iter()
        .filter(|one| !matches!(one.what, What::Floating { .. }))
        .map(|one| (folder(&one.location.file).to_owned(), one.what.called()))
        .collect();
    found.retain(|one| {
        let floats = matches!(one.what, What::Floating { .. });
        !(floats && locked.contains(&(folder(&one.location.file).to_owned(), one.what.called())))
    });
    for origin in read.origins.iter().filter(|origin| !is_usual(&origin.host, allowed)) {
        // A digest beside such an address is whatever somebody who wrote both wanted it to be.
        let why = format!("its lock file takes packages from `{}`", origin.host);
        for one in found.iter_mut().filter(|one| one.location.file == origin.file) {
            one.what = What::Untold { shown: one.what.shown(), why: why.clone() };
        }
    }
    out.extend(found);
    for gap in read.gaps.iter().filter(|gap| hides(gap.kind)) {
        let why = format!("its dependencies cannot be read: {}", gap.detail);
        out.push(Brought {
            name: "?".to_owned(),
            print: Digest::of_parts([gap.file.as_bytes(), why.as_bytes()]),
            location: place(&gap.file, gap.line),
            by: "dependency".to_owned(),
            what: What::Unread { why },
        });
    }
}

/// Whether packages come from where they usually do, or from where policy says that they may.
fn is_usual(host: &str, allowed: &[String]) -> bool {
    // Put together here: nothing is to be mistaken for an address that is asked.
    let usual = [
        ["registry", "npmjs", "org"].join("."),
        ["registry", "yarnpkg", "com"].join("."),
        ["files", "pythonhosted", "org"].join("."),
        ["pypi", "org"].join("."),
    ];
    let bare = |url: &str| {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest.split('/').next().unwrap_or(rest).to_owned()
    };
    let own = bare(host);
    usual.contains(&own) || allowed.iter().any(|known| bare(known) == own)
}

/// Whether such a gap can hide a dependency.
const fn hides(kind: GapKind) -> bool {
    match kind {
        GapKind::TooLarge
        | GapKind::Malformed
        | GapKind::Duplicate
        | GapKind::Unknown
        | GapKind::Entries => true,
        // What code or other files ask for is installed by them, and the others leave what is
        // named where it is.
        GapKind::Include
        | GapKind::Dynamic
        | GapKind::OutOfDate
        | GapKind::Incomplete
        | GapKind::Disagree => false,
    }
}

fn folder(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn place(file: &str, line: u32) -> Location {
    Location { file: file.to_owned(), line: (line > 0).then_some(line), ..Location::default() }
}

fn dependency(component: &Component, servers: &BTreeSet<(Registry, String)>) -> Option<Brought> {
    let registry = match component.ecosystem {
        Ecosystem::Npm => Registry::Npm,
        Ecosystem::PyPi => Registry::PyPi,
        Ecosystem::Go | Ecosystem::Cargo => return None,
    };
    let known = Known::built_in().is_server(component.ecosystem, &component.name)
        || servers.contains(&(registry, registry.same(&component.name)));
    if !known {
        return None;
    }
    let name = component.name.clone();
    let untold = |why: &str| What::Untold {
        shown: format!("{}:{name}", registry.name()),
        why: why.to_owned(),
    };
    let version = component.version.as_deref();
    let what = match (&component.source, version.and_then(|version| release(registry, version))) {
        (Source::Registry, Some(version)) => {
            let allowed = component.hashes.iter().filter_map(|hash| hash.parse().ok()).collect();
            What::Package { registry, name: name.clone(), version, allowed }
        }
        (Source::Registry, None) => What::Floating {
            registry,
            name: name.clone(),
            asked: component.requirement.clone().or_else(|| component.version.clone()),
        },
        (Source::Git { url, commit: Some(commit) }, _) => {
            What::Commit { repository: bare(url), commit: commit.clone() }
        }
        (Source::Git { commit: None, .. }, _) => {
            untold("a branch or tag moves: name all digits of a commit")
        }
        (Source::Url(_), _) => untold("an archive behind an address can change at any time"),
        (Source::Path(_), _) => untold("what lies beside its manifest is no package"),
    };
    let hashes = component.hashes.join(" ");
    let source = format!("{:?}", component.source);
    let parts = [&component.file, &name, &what.shown(), &hashes, &source];
    Some(Brought {
        print: Digest::of_parts(parts.iter().map(|part| part.as_bytes())),
        location: place(&component.file, component.line),
        by: "dependency".to_owned(),
        name,
        what,
    })
}

/// A repository without scheme, user and ending.
pub(super) fn bare(url: &str) -> String {
    let url = url.strip_prefix("git+").unwrap_or(url);
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest =
        rest.split_once('@').filter(|(user, _)| !user.contains('/')).map_or(rest, |(_, r)| r);
    let rest = rest.split(['#', '?']).next().unwrap_or(rest).trim_end_matches('/');
    rest.strip_suffix(".git").unwrap_or(rest).replacen(':', "/", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> RepositoryFile {
        RepositoryFile { path: path.into(), bytes: text.into() }
    }

    #[track_caller]
    fn diverts(path: &str, text: &str, diverts: bool) {
        let found = elsewhere(&[file(path, text)], &["https://npm.company.example/".into()]);
        assert_eq!(found.0.is_some(), diverts, "{path}: {text}");
    }

    #[test]
    fn settings_that_bring_other_packages_are_noticed() {
        for text in [
            "registry=https://x.example/",
            "registry = \"https://x.example\"",
            "@acme:registry=https://x.example/",
            "fund=false\nnode-options=--require ./x.js",
            "strict-ssl=false",
        ] {
            diverts(".npmrc", text, true);
            diverts("deep/.npmrc", text, true);
        }
        diverts(".yarnrc.yml", "npmRegistryServer: \"https://x.example\"", true);
        diverts(".yarnrc.yml", "yarnPath: .yarn/x.cjs", true);
        diverts(".yarnrc", "registry \"https://x.example\"", true);
        diverts("bunfig.toml", "[install]\nregistry = \"https://x.example\"", true);
    }

    #[test]
    fn settings_that_do_not_are_let_be() {
        for text in [
            "",
            "# registry=https://x.example/",
            "registry=https://npm.company.example",
            "@acme:registry=https://npm.company.example/",
            "save-exact=true\nengine-strict=true",
        ] {
            diverts(".npmrc", text, false);
        }
        diverts(".yarnrc.yml", "npmRegistryServer: https://npm.company.example", false);
    }

    #[test]
    fn a_dependency_that_is_a_server_is_told_as_its_lock_file_names_it() {
        let manifest = r#"{"dependencies": {"mcp-remote": "^0.1.0", "express": "^4.0.0"}}"#;
        let lock = r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"mcp-remote": "^0.1.0"}},
            "node_modules/mcp-remote": {"version": "0.1.16"}}}"#;
        let (manifest, lock) =
            (file("a/package.json", manifest), file("a/package-lock.json", lock));
        let told = |files: &[&RepositoryFile]| {
            let mut out = Vec::new();
            dependencies(files, &BTreeSet::new(), &[], &mut out);
            out.iter().map(|one| one.what.shown()).collect::<Vec<_>>()
        };
        assert_eq!(told(&[&manifest]), ["npm:mcp-remote@^0.1.0"]);
        assert_eq!(told(&[&manifest, &lock]), ["npm:mcp-remote@0.1.16"]);
        let certified = [(Registry::Npm, "express".to_owned())].into();
        let mut out = Vec::new();
        dependencies(&[&manifest], &certified, &[], &mut out);
        assert_eq!(out.len(), 2, "what is certified as a server is one");
        assert_eq!(told(&[&file("package.json", "{")]), ["something that could not be read"]);
    }

    #[test]
    fn a_lock_file_that_takes_packages_from_elsewhere_tells_nothing() {
        let lock = r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"mcp-remote": "0.1.16"}},
            "node_modules/mcp-remote": {"version": "0.1.16",
              "resolved": "https://x.example/mcp-remote/-/mcp-remote-0.1.16.tgz"}}}"#;
        let lock = file("package-lock.json", lock);
        let mut out = Vec::new();
        dependencies(&[&lock], &BTreeSet::new(), &[], &mut out);
        assert!(matches!(&out[0].what, What::Untold { why, .. } if why.contains("x.example")));
        out.clear();
        dependencies(&[&lock], &BTreeSet::new(), &["https://x.example/".into()], &mut out);
        assert!(matches!(&out[0].what, What::Package { .. }));
    }

    #[test]
    fn repositories_are_compared_without_scheme_and_user() {
        for url in [
            "https://code.example/a/b.git",
            "git+ssh://git@code.example/a/b",
            "git@code.example:a/b.git",
        ] {
            assert_eq!(bare(url), "code.example/a/b", "{url}");
        }
    }
}
