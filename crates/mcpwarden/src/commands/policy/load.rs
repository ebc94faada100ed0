//! Reading the folder of a policy.

use std::{
    fs,
    path::{Path, PathBuf},
};

use warden_policy::access::{Directory, RuleFile, Rules};

use crate::{Failure, Kind, World};

/// The most bytes of one file.
const MOST: u64 = 32 * 1024 * 1024;
/// The most files of rules.
const MOST_FILES: usize = 1_000;

/// A policy that was checked.
pub(super) struct Policy {
    pub(super) directory: Directory,
    pub(super) rules: Rules,
}

/// Reads and checks a policy.
pub(super) fn policy(world: &World, dir: &Path) -> Result<Policy, Failure> {
    let dir = world.cwd.join(dir);
    let name = dir.join("policy.toml");
    let directory = Directory::read(&text(&name)?).map_err(|problems| {
        let lines = problems.iter().map(|problem| format!("policy.toml:{problem}"));
        wrong(&dir, lines.map(|line| line.replacen(":line ", ":", 1)).collect())
    })?;
    let files: Result<Vec<RuleFile>, Failure> = rule_files(&dir)?
        .into_iter()
        .map(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Ok(RuleFile { name, text: text(&file)? })
        })
        .collect();
    let rules = Rules::compile(&files?, &directory)
        .map_err(|problems| wrong(&dir, problems.iter().map(ToString::to_string).collect()))?;
    Ok(Policy { directory, rules })
}

/// Every file of rules in a folder, sorted.
pub(super) fn rule_files(dir: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error| {
        Failure::new(Kind::Input, format!("cannot read the folder `{}`", dir.display()))
            .caused_by(error)
            .hint("make one: `mcpwarden policy init team DIR`")
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|end| end == "cedar") {
            files.push(path);
        }
        if files.len() > MOST_FILES {
            let what = format!("there are more than {MOST_FILES} files of rules");
            return Err(Failure::new(Kind::Input, what));
        }
    }
    files.sort();
    Ok(files)
}

/// A file as text.
pub(super) fn text(file: &Path) -> Result<String, Failure> {
    let failed =
        |what: &str| Failure::new(Kind::Input, format!("cannot read `{}`{what}", file.display()));
    let length = fs::metadata(file).map_err(|error| failed("").caused_by(error))?.len();
    if length > MOST {
        return Err(failed(&format!(": it is longer than {MOST} bytes")));
    }
    fs::read_to_string(file).map_err(|error| failed("").caused_by(error))
}

fn wrong(dir: &Path, problems: Vec<String>) -> Failure {
    let what = match problems.len() {
        1 => "there is a problem".to_owned(),
        count => format!("there are {count} problems"),
    };
    let failure = Failure::new(Kind::Config, format!("{what} in the policy `{}`", dir.display()));
    // All of them: whoever mends one wants to see the others.
    problems.into_iter().fold(failure, Failure::hint)
}
