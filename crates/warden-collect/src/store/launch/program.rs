//! Which file of a package is started.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
};

use serde_json::Value;

use super::LaunchError;
use crate::store::{UnpackLimits, unpack::TreePath};

/// The most that is read of a manifest.
const MOST: u64 = 8 << 20;

/// The script of a package of npm that lies at `place`.
///
/// # Errors
/// When there is none, several, or one that Node.js does not run.
pub(super) fn of_node(
    root: &Path,
    place: &str,
    wanted: Option<&str>,
) -> Result<String, LaunchError> {
    let path = root.join(place).join("package.json");
    let none = || LaunchError::NoProgram { wanted: wanted.map(str::to_owned) };
    let file = File::open(&path).map_err(|_| none())?;
    let mut bytes = Vec::new();
    file.take(MOST).read_to_end(&mut bytes).map_err(LaunchError::io(&path))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let manifest: Value = serde_json::from_slice(bytes).map_err(|_| none())?;
    let name = manifest.get("name").and_then(Value::as_str).unwrap_or_default();
    let short = name.rsplit('/').next().unwrap_or(name);
    let programs: BTreeMap<String, String> = match manifest.get("bin") {
        Some(Value::String(path)) => BTreeMap::from([(short.to_owned(), path.clone())]),
        Some(Value::Object(members)) => members
            .iter()
            .filter_map(|(name, path)| Some((name.clone(), path.as_str()?.to_owned())))
            .collect(),
        _ => BTreeMap::new(),
    };
    let script = choose(&programs, wanted, short)?;
    let inside =
        TreePath::parse(script.trim_start_matches('/').as_bytes(), &UnpackLimits::default())
            .map_err(|_| LaunchError::BadProgram(script.clone()))?;
    let script = format!("{place}/{}", inside.as_str());
    if is_script(&root.join(&script)) { Ok(script) } else { Err(LaunchError::BadProgram(script)) }
}

/// The one that was asked for, the only one, or the one that is called like its package.
///
/// # Errors
/// When that is none, or more than one.
pub(super) fn choose(
    programs: &BTreeMap<String, String>,
    wanted: Option<&str>,
    usual: &str,
) -> Result<String, LaunchError> {
    if let Some(wanted) = wanted {
        let none = || LaunchError::NoProgram { wanted: Some(wanted.to_owned()) };
        return programs.get(wanted).cloned().ok_or_else(none);
    }
    let mut all: Vec<&String> = programs.values().collect();
    all.dedup();
    match all.as_slice() {
        [] => Err(LaunchError::NoProgram { wanted: None }),
        [only] => Ok((*only).clone()),
        _ => programs
            .get(usual)
            .cloned()
            .ok_or_else(|| LaunchError::Several(programs.keys().cloned().collect())),
    }
}

/// Whether Node.js runs a file: by its first line, or by its ending if it has no such line.
fn is_script(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let mut line = Vec::new();
    if BufReader::new(file.take(256)).read_until(b'\n', &mut line).is_err() {
        return false;
    }
    let line = String::from_utf8_lossy(&line);
    let ending = path.extension().and_then(|ending| ending.to_str());
    if line.starts_with("#!") {
        return line.contains("node");
    }
    matches!(ending, Some("js" | "mjs" | "cjs")) && path.is_file()
}
