//! What `mcpwarden probe` told of the remote servers of an estate.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};
use warden_detect::redact_url;
use warden_govern::{
    Estate, Word as _,
    estate::{Authentication, read::Draft},
};
use warden_model::Digest;

use super::{evidence, finish, load, now, read};
use crate::{
    Failure, Kind, World,
    commands::{Report, VERSION, is_web},
};

/// The URLs of the remote servers of an estate, in order.
///
/// # Errors
/// When the estate cannot be read.
pub(crate) fn urls(path: &Path, world: &World) -> Result<Vec<String>, Failure> {
    let estate = load(path, now(world))?;
    let urls = estate.servers.into_iter().filter_map(|server| server.package);
    Ok(urls.filter(|url| is_web(url)).collect())
}

/// The estate with what was told of its servers. What people said goes before it, and what was
/// told goes before what a configuration shows.
///
/// # Errors
/// A report that cannot be read.
pub(super) fn add(
    files: &[PathBuf],
    estate: Estate,
    tables: Option<&Path>,
) -> Result<(Estate, Vec<String>), Failure> {
    let (mut estate, mut told) = (estate, Vec::new());
    if files.is_empty() {
        return Ok((estate, told));
    }
    let said = said(tables, &estate)?;
    for file in files {
        let bytes = read(file)?;
        let name = file.display().to_string();
        let report = report(&bytes, &name)?;
        let mut members = members(&report, &estate, &said, &name, &mut told);
        members.insert("evidence".into(), evidence(&name, "probe", Digest::of(&bytes), report.at));
        let mut draft = Draft::default();
        draft.add_file("estate.json", &estate.to_json());
        draft.add_part(&name, members);
        estate = finish(draft, estate.as_of)?;
    }
    Ok((estate, told))
}

/// The servers of which people have said how they know who calls.
fn said(tables: Option<&Path>, estate: &Estate) -> Result<BTreeSet<String>, Failure> {
    let Some(folder) = tables else { return Ok(BTreeSet::new()) };
    // A row of a table may say only what is to be added to what was found.
    let mut found = estate.clone();
    for server in &mut found.servers {
        server.authentication = None;
    }
    let mut draft = Draft::default();
    draft.add_file("estate.json", &found.to_json());
    super::add_folder(&mut draft, folder)?;
    let both = finish(draft, estate.as_of)?;
    let said = both.servers.into_iter().filter(|server| server.authentication.is_some());
    Ok(said.map(|server| server.id).collect())
}

fn report(bytes: &[u8], name: &str) -> Result<Report, Failure> {
    let bad = || {
        Failure::new(Kind::Input, format!("`{name}` is no report of a probe"))
            .hint("make one with `mcpwarden probe --output`")
    };
    let report: Report = serde_json::from_slice(bytes).map_err(|error| bad().caused_by(error))?;
    if report.version == VERSION { Ok(report) } else { Err(bad()) }
}

fn members(
    report: &Report,
    estate: &Estate,
    said: &BTreeSet<String>,
    name: &str,
    told: &mut Vec<String>,
) -> Map<String, Value> {
    let mut rows = Vec::new();
    for one in &report.servers {
        let is_it = |url: &String| redact_url(url) == one.url;
        let servers = estate.servers.iter().filter(|it| it.package.as_ref().is_some_and(is_it));
        let ids: Vec<_> = servers.map(|server| &server.id).collect();
        if ids.is_empty() {
            told.push(format!("`{name}` tells of {}, which no server has", one.url));
        }
        // What could not be told is not known, as before.
        let Some(state) = Authentication::from_word(&one.authentication) else { continue };
        let free = ids.into_iter().filter(|id| !said.contains(*id));
        rows.extend(
            free.map(|id| json!({"id": id, "authentication": state.word(), "evidence": [name]})),
        );
    }
    Map::from_iter([("servers".into(), Value::Array(rows))])
}
