use warden_model::{Class, Connection, Severity};

use crate::{
    Context, Draft, Meta, Rule,
    command::{container_run, launch, options, unwrapped},
};

#[doc = include_str!("home_directory_exposed.md")]
#[derive(Debug)]
pub(crate) struct HomeDirectoryExposed;

static META: Meta = Meta {
    id: "home-directory-exposed",
    class: Class::ScopeExcess,
    severity: Severity::High,
    title: "a server may read a whole home directory or disk",
    help: "give it the one folder that it needs",
    languages: &[],
    cwe: &[],
    page: include_str!("home_directory_exposed.md"),
};

impl Rule for HomeDirectoryExposed {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_connection(&self, connection: &Connection, _: &Context<'_>, out: &mut Vec<Draft>) {
        let Some(launch) = launch(connection) else { return };
        let words = unwrapped(launch);
        if let Some(run) = container_run(&words) {
            for mount in options(run, &["-v", "--volume", "--mount"]) {
                report(connection, mount_source(mount), "mounts", out);
            }
            return;
        }
        if !words.iter().any(|word| serves_files(word)) && !serves_files(&connection.name) {
            return;
        }
        for word in words.iter().skip(1) {
            let value = word
                .split_once('=')
                .filter(|_| word.starts_with('-'))
                .map_or(word.as_str(), |(_, value)| value);
            report(connection, value, "is given", out);
        }
    }
}

fn report(connection: &Connection, path: &str, how: &str, out: &mut Vec<Draft>) {
    if let Some(what) = too_wide(path) {
        let message = format!("the server {how} {what}");
        let label = "keys, mail and every project are inside";
        out.push(Draft::on(connection, message, label).key(what));
    }
}

fn serves_files(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    [
        "filesystem",
        "file-system",
        "fileserver",
        "mcp-fs",
        "fs-mcp",
        "file-mcp",
        "mcp-file",
        "desktop-commander",
        "files",
    ]
    .iter()
    .any(|part| word.contains(part))
}

/// What a path gives away, if it is too much.
fn too_wide(path: &str) -> Option<&'static str> {
    let path = path.trim().trim_matches('"').replace('\\', "/");
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { &path };
    let lower = path.to_ascii_lowercase();
    let homes = [
        "~",
        "$home",
        "${home}",
        "${env:home}",
        "${userhome}",
        "%userprofile%",
        "${userprofile}",
        "$env:userprofile",
        "/root",
        "%homepath%",
    ];
    let below = |parent: &str| {
        lower.strip_prefix(parent).is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
    };
    if path == "/"
        || (lower.len() == 2
            && lower.ends_with(':')
            && lower.starts_with(|c: char| c.is_ascii_alphabetic()))
    {
        return Some("the whole disk");
    }
    if homes.contains(&lower.as_str()) || below("/home/") || below("/users/") || below("c:/users/")
    {
        return Some("a whole home directory");
    }
    if ["/home", "/users", "c:/users"].contains(&lower.as_str()) {
        return Some("every home directory");
    }
    let secret = [".ssh", ".aws", ".gnupg", ".kube", ".config"];
    let last = lower.rsplit('/').next().unwrap_or_default();
    (lower.contains('/') && secret.contains(&last)).then_some("a directory of credentials")
}

fn mount_source(mount: &str) -> &str {
    let named = mount
        .split(',')
        .find_map(|part| part.strip_prefix("source=").or_else(|| part.strip_prefix("src=")));
    let windows = mount.get(1..3).is_some_and(|start| start == ":\\" || start == ":/");
    let cut = mount.get(if windows { 2 } else { 0 }..).and_then(|rest| rest.find(':'));
    let end = cut.map_or(mount.len(), |at| if windows { at + 2 } else { at });
    named.or_else(|| mount.get(..end)).unwrap_or(mount)
}
