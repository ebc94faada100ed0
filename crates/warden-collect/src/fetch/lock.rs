//! The tree that npm resolved: `package-lock.json` in version 3.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{FetchError, Step};
use crate::store::UnpackLimits;

/// A package of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Locked {
    /// Where it is installed: `node_modules/a/node_modules/b`.
    pub(super) place: String,
    /// Its own name, also where it is installed under another.
    pub(super) name: String,
    pub(super) version: String,
    pub(super) integrity: Option<String>,
    /// Where it is from, if that is no registry.
    pub(super) from: Option<String>,
    pub(super) bundled: bool,
    pub(super) optional: bool,
    pub(super) install_script: bool,
    pub(super) licence: Option<String>,
    pub(super) os: Vec<String>,
    pub(super) cpu: Vec<String>,
    pub(super) requires: Vec<(String, String)>,
}

/// Reads the packages of a lock file, in the order of their places.
///
/// # Errors
/// When it is no lock file, or names a place that is none.
pub(super) fn read(bytes: &[u8], most: usize) -> Result<Vec<Locked>, FetchError> {
    let nonsense = |what: &str| FetchError::Nonsense { step: Step::Resolve, what: what.to_owned() };
    let lock: Value =
        serde_json::from_slice(bytes).map_err(|_| nonsense("the lock file is no JSON"))?;
    let packages = lock.get("packages").and_then(Value::as_object);
    let packages = packages.ok_or_else(|| nonsense("the lock file has no packages"))?;
    if packages.len() > most {
        return Err(FetchError::TooMany(most));
    }
    let mut locked = BTreeMap::new();
    for (place, entry) in packages.iter().filter(|(place, _)| !place.is_empty()) {
        let one = one(place, entry).ok_or_else(|| {
            nonsense(&format!("the lock file has a strange entry `{}`", place.escape_debug()))
        })?;
        locked.insert(place.clone(), one);
    }
    Ok(locked.into_values().collect())
}

fn one(place: &str, entry: &Value) -> Option<Locked> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
    let flag = |key: &str| entry.get(key).and_then(Value::as_bool).unwrap_or(false);
    let list = |key: &str| match entry.get(key) {
        Some(Value::Array(all)) => {
            all.iter().filter_map(|one| Some(one.as_str()?.to_owned())).collect()
        }
        Some(Value::String(one)) => vec![one.clone()],
        _ => Vec::new(),
    };
    let installed = installed_name(place)?;
    let from = if flag("link") {
        Some("a link to a folder".to_owned())
    } else {
        text("resolved").map(|from| super::ask::without_credentials(&from))
    };
    let mut requires = Vec::new();
    for key in ["dependencies", "optionalDependencies"] {
        let members = entry.get(key).and_then(Value::as_object).into_iter().flatten();
        requires.extend(
            members.filter_map(|(name, range)| Some((name.clone(), range.as_str()?.to_owned()))),
        );
    }
    requires.sort();
    requires.dedup();
    Some(Locked {
        place: place.to_owned(),
        name: text("name").unwrap_or_else(|| installed.to_owned()),
        version: text("version").unwrap_or_default(),
        integrity: text("integrity"),
        from,
        bundled: flag("inBundle") || flag("bundled"),
        optional: flag("optional") || flag("devOptional"),
        install_script: flag("hasInstallScript"),
        licence: text("license"),
        os: list("os"),
        cpu: list("cpu"),
        requires,
    })
}

/// The name under which a place installs: what stands behind the last `node_modules/`. Nothing if
/// it is no such place.
pub(super) fn installed_name(place: &str) -> Option<&str> {
    crate::store::TreePath::parse(place.as_bytes(), &UnpackLimits::default()).ok()?;
    let mut rest = place;
    let mut name = None;
    while !rest.is_empty() {
        let inside = rest.strip_prefix("node_modules/")?;
        let end = match inside.split_once('/') {
            Some((scope, tail)) if scope.starts_with('@') => {
                scope.len() + 1 + tail.find('/').unwrap_or(tail.len())
            }
            Some((first, _)) => first.len(),
            None => inside.len(),
        };
        let (found, tail) = inside.split_at_checked(end)?;
        if !super::npm::is_name(found) {
            return None;
        }
        name = Some(found);
        rest = tail.strip_prefix('/').unwrap_or(tail);
    }
    name
}

impl Locked {
    /// Whether it is for a system like this one, by what it says of systems.
    pub(super) fn is_for(&self, os: &str, cpu: &str) -> bool {
        fits(&self.os, os) && fits(&self.cpu, cpu)
    }
}

/// A list of names that are meant, or with `!` not meant.
fn fits(list: &[String], own: &str) -> bool {
    let refused = list.iter().any(|one| one.strip_prefix('!') == Some(own));
    let mut meant = list.iter().filter(|one| !one.starts_with('!')).peekable();
    !refused && (meant.peek().is_none() || meant.any(|one| one == own || one == "any"))
}
