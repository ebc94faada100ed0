//! Holds what a registry says of a package against the package.
//!
//! People read the registry and machines run the archive. Where the two differ, one of them was
//! made to look like something else.

use std::{collections::BTreeMap, fs::File, io::Read as _, path::Path};

use serde_json::Value;

use super::{FetchError, Step};

/// The most that is read of a manifest.
const MOST: u64 = 8 << 20;

/// Something that a registry says otherwise than the archive.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Discrepancy {
    /// What it is about.
    pub subject: Subject,
    /// What the registry says; empty if nothing.
    pub registry: String,
    /// What the archive says; empty if nothing.
    pub archive: String,
}

/// What two manifests can differ in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Subject {
    /// The name.
    Name,
    /// The version.
    Version,
    /// The digest of the archive.
    Integrity,
    /// A script.
    Script(String),
    /// Something that it depends on.
    Dependency(String),
    /// A program that it brings.
    Program(String),
    /// A file that the archive has and its own list does not, or the other way round.
    File(String),
    /// The archive has no manifest.
    Manifest,
}

/// Compares what `npm view` says with `package.json`.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn npm(seen: &Value, root: &Path) -> Result<Vec<Discrepancy>, FetchError> {
    let Some(own) = manifest(&root.join("package.json"))? else {
        return Ok(vec![Discrepancy {
            subject: Subject::Manifest,
            registry: "package.json".to_owned(),
            archive: String::new(),
        }]);
    };
    let text = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let mut found = Vec::new();
    for (key, subject) in [("name", Subject::Name), ("version", Subject::Version)] {
        let (registry, archive) = (text(seen, key), text(&own, key));
        // A leading `v` or `=` is taken off when a package is published.
        let same = registry == archive
            || subject == Subject::Version
                && archive.trim_start_matches(['v', '=', ' ']) == registry;
        if !same {
            found.push(Discrepancy { subject, registry, archive });
        }
    }
    let mut scripts = members(&own, "scripts");
    // The registry adds what npm would do by itself for native code.
    if root.join("binding.gyp").is_file() && !scripts.contains_key("preinstall") {
        scripts.entry("install".to_owned()).or_insert_with(|| "node-gyp rebuild".to_owned());
    }
    differ(&members(seen, "scripts"), &scripts, Subject::Script, &mut found);
    differ(&dependencies(seen), &dependencies(&own), Subject::Dependency, &mut found);
    differ(&programs(seen), &programs(&own), Subject::Program, &mut found);
    Ok(found)
}

/// Reads a manifest of JSON. Nothing if there is none that can be read.
fn manifest(path: &Path) -> Result<Option<Value>, FetchError> {
    let Ok(file) = File::open(path) else { return Ok(None) };
    let mut bytes = Vec::new();
    file.take(MOST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| FetchError::Io { place: path.to_owned(), error })?;
    if bytes.len() as u64 > MOST {
        return Err(FetchError::TooMuch(Step::Keep));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    Ok(serde_json::from_slice(bytes).ok().filter(Value::is_object))
}

fn members(value: &Value, key: &str) -> BTreeMap<String, String> {
    let members = value.get(key).and_then(Value::as_object).into_iter().flatten();
    members.filter_map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned()))).collect()
}

/// What a package needs, whichever of the two lists the registry has it in.
fn dependencies(value: &Value) -> BTreeMap<String, String> {
    let mut all = members(value, "dependencies");
    all.extend(members(value, "optionalDependencies"));
    all
}

/// Programs with the files that they are.
fn programs(value: &Value) -> BTreeMap<String, String> {
    let mut all = match value.get("bin") {
        Some(Value::String(path)) => {
            let name = value.get("name").and_then(Value::as_str).unwrap_or_default();
            let name = name.rsplit('/').next().unwrap_or(name);
            BTreeMap::from([(name.to_owned(), path.clone())])
        }
        _ => members(value, "bin"),
    };
    for path in all.values_mut() {
        let plain = path.trim_start_matches("./").trim_start_matches('/').to_owned();
        *path = plain;
    }
    all
}

/// Notes every member that is not the same in both.
pub(super) fn differ(
    registry: &BTreeMap<String, String>,
    archive: &BTreeMap<String, String>,
    subject: fn(String) -> Subject,
    found: &mut Vec<Discrepancy>,
) {
    let names: std::collections::BTreeSet<&String> =
        registry.keys().chain(archive.keys()).collect();
    for name in names {
        let (one, other) = (registry.get(name), archive.get(name));
        if one != other {
            found.push(Discrepancy {
                subject: subject(name.clone()),
                registry: one.cloned().unwrap_or_default(),
                archive: other.cloned().unwrap_or_default(),
            });
        }
    }
}
