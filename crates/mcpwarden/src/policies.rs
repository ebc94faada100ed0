//! Rules of policy, from a folder or built in.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use warden_policy::access::{Pack, Policies, RuleFile, built_in, open_files};

use crate::{Failure, Kind};

/// The longest file of rules, in bytes.
const MOST: u64 = 4 << 20;
/// The most files of rules.
const MOST_FILES: usize = 1_000;
/// Rules that permit everything that was approved.
const OPEN: &str = "open";
/// Who and what there is.
pub(crate) const DIRECTORY: &str = "policy.toml";

/// The policy of this name: a pack, or a folder with `policy.toml` and files of rules. Relative
/// folders begin at `home`.
///
/// # Errors
/// When there is none, or it cannot decide.
pub(crate) fn read(name: &str, home: &Path) -> Result<Policies, Failure> {
    read_with(name, home, "")
}

/// Where nothing is added, these are the same bytes, and the rules have the same digest.
fn with<'a>(directory: &'a str, more: &str) -> Cow<'a, str> {
    if more.is_empty() { directory.into() } else { format!("{directory}\n{more}").into() }
}

/// The same, with more about who and what there is than `policy.toml` says.
///
/// # Errors
/// When there is none, or it cannot decide, also with what was added.
pub(crate) fn read_with(name: &str, home: &Path, more: &str) -> Result<Policies, Failure> {
    let pack = Pack::ALL.into_iter().find(|pack| pack.name() == name).map(built_in);
    if let Some(files) = pack.or_else(|| (name == OPEN).then(open_files)) {
        let rules = RuleFile { name: "rules.cedar".into(), text: files.rules.into() };
        return Policies::read(&with(files.directory, more), &[rules]).map_err(|error| {
            Failure::new(Kind::Internal, format!("the policy `{name}` cannot be used"))
                .caused_by(error)
        });
    }
    let folder = home.join(name);
    let cannot = || Failure::new(Kind::Config, format!("cannot use the policy in `{name}`"));
    if !folder.is_dir() {
        let packs: Vec<_> = Pack::ALL.iter().map(|pack| format!("`{}`", pack.name())).collect();
        return Err(cannot().hint(format!(
            "a policy is {}, `open`, or a folder with `{DIRECTORY}` and files `*.cedar`",
            packs.join(", ")
        )));
    }
    let directory = text(&folder.join(DIRECTORY)).map_err(|error| cannot().caused_by(error))?;
    let rules = rules(&folder).map_err(|error| cannot().caused_by(error))?;
    Policies::read(&with(&directory, more), &rules).map_err(|error| {
        cannot().caused_by(error).hint(format!("`mcpwarden policy check {name}` says it at length"))
    })
}

/// Where a policy comes from: its name, and where relative folders begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) home: PathBuf,
}

impl Source {
    /// Reads it.
    ///
    /// # Errors
    /// When there is none, or it cannot decide.
    pub(crate) fn read(&self) -> Result<Policies, Failure> {
        read(&self.name, &self.home)
    }

    /// The files that decide, as they are at the moment; none of a policy that is built in. Those
    /// that cannot be listed are none: that is found out when they are read.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        if self.name == OPEN || Pack::ALL.into_iter().any(|pack| pack.name() == self.name) {
            return Vec::new();
        }
        let folder = self.home.join(&self.name);
        let rules = rule_files(&folder).unwrap_or_default();
        std::iter::once(folder.join(DIRECTORY)).chain(rules).collect()
    }
}

/// Every file of rules in a folder, by name.
fn rules(folder: &Path) -> std::io::Result<Vec<RuleFile>> {
    let read = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(RuleFile { name, text: text(path)? })
    };
    rule_files(folder)?.iter().map(read).collect()
}

fn rule_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "cedar") {
            files.push(path);
        }
    }
    if files.len() > MOST_FILES {
        return Err(std::io::Error::other("there are too many files of rules"));
    }
    files.sort();
    Ok(files)
}

fn text(path: &Path) -> std::io::Result<String> {
    use std::io::Read as _;
    let mut text = String::new();
    let mut file = std::fs::File::open(path)?.take(MOST + 1);
    file.read_to_string(&mut text)?;
    if text.len() as u64 > MOST {
        return Err(std::io::Error::other("a file of rules is too long"));
    }
    Ok(text)
}
