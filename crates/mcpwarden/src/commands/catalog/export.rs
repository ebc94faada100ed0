//! The catalog as files: a web server that serves a folder serves the API.
//!
//! A file cannot be a folder as well, so each answer is the `index.json` of the folder that has its
//! path. Parameters mean nothing to a web server: the list is one page, and has everything.

use std::{fs, io, path::Path};

use warden_report::catalog::{Catalog, GatewayUrl, Listed, Page, STYLE, page, server_json};

use crate::{Failure, Kind};

/// What tells that a folder was written by us, and may be replaced.
const MARK: &str = ".mcpwarden-catalog";

/// Writes the catalog into a folder, in place of an earlier export there.
///
/// # Errors
/// When the folder holds anything else, or cannot be written. What was there is then still there.
pub(super) fn export(
    catalog: &Catalog,
    folder: &Path,
    gateway: Option<&GatewayUrl>,
) -> Result<(), Failure> {
    if is_foreign(folder) {
        let message = format!("`{}` holds something else than a catalog", folder.display());
        return Err(Failure::new(Kind::Usage, message).hint("name a new or an empty folder"));
    }
    let written = write(catalog, folder, gateway);
    written.map_err(|error| {
        let message = format!("cannot write the catalog to `{}`", folder.display());
        Failure::new(Kind::Usage, message).caused_by(error)
    })
}

/// Whether there is anything there that we have not written.
fn is_foreign(folder: &Path) -> bool {
    if folder.join(MARK).is_file() {
        return false;
    }
    match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

/// Everything is written beside the folder first, so that what is gone is not left over.
fn write(catalog: &Catalog, folder: &Path, gateway: Option<&GatewayUrl>) -> io::Result<()> {
    let beside = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
    let beside = beside.unwrap_or(Path::new("."));
    fs::create_dir_all(beside)?;
    let fresh = tempfile::Builder::new().prefix(".catalog-").tempdir_in(beside)?;
    let new = fresh.path().join("new");
    fill(catalog, &new, gateway)?;
    if folder.exists() {
        fs::rename(folder, fresh.path().join("old"))?;
    }
    fs::rename(&new, folder)
}

fn fill(catalog: &Catalog, root: &Path, gateway: Option<&GatewayUrl>) -> io::Result<()> {
    put(root, MARK, b"")?;
    put(root, "index.html", page(catalog, gateway).as_bytes())?;
    put(root, "catalog.css", STYLE.as_bytes())?;
    let alive: Vec<Listed<'_>> =
        catalog.all().filter(|one| !one.entry.status.is_deleted()).collect();
    for one in &alive {
        server(catalog, *one, root)?;
    }
    let list = Page { servers: alive, next: None };
    put(root, "v0.1/servers/index.json", list.to_json().as_bytes())
}

/// The answers about one version. A slash that a client writes as `%2F` arrives as a slash.
fn server(catalog: &Catalog, one: Listed<'_>, root: &Path) -> io::Result<()> {
    let entry = one.entry;
    let versions = format!("v0.1/servers/{}/versions", entry.name);
    let own = format!("{versions}/{}", entry.version);
    put(root, &format!("{own}/index.json"), one.json.as_bytes())?;
    let json = server_json(entry).map_err(io::Error::other)?;
    put(root, &format!("{own}/server.json"), &json)?;
    if one.latest {
        put(root, &format!("{versions}/latest/index.json"), one.json.as_bytes())?;
        let all = catalog.versions(&entry.name, false).map(|page| page.to_json());
        put(root, &format!("{versions}/index.json"), all.unwrap_or_default().as_bytes())?;
    }
    Ok(())
}

/// Names and versions in the catalog have no part that leads out of a folder.
fn put(root: &Path, file: &str, bytes: &[u8]) -> io::Result<()> {
    let file = root.join(file);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, bytes)
}
