//! A repository at one commit, through Git: fetched into an empty repository of ours, and packed
//! from there. Nothing is checked out, and no configuration, hook or attribute of anybody counts.
//!
//! A commit can name attributes that leave files out of an archive or change them on the way. Ours
//! come first and switch all of that off: what is scanned is what the commit holds.

use std::{ffi::OsString, fs, path::Path};

use super::{
    FetchError, Fetched, Gap, Job, Kind, Step,
    ask::{self, Ask},
};
use crate::store::Format;

/// Settings for every command.
const SETTINGS: &[&str] = &[
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.autocrlf=false",
    "protocol.ext.allow=never",
    "transfer.fsckObjects=true",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "gc.auto=0",
    "credential.helper=",
];

/// What stands in front of every attribute of the commit.
const ATTRIBUTES: &str =
    "* -export-ignore -export-subst -text -eol -filter -ident -working-tree-encoding\n";

/// Variables that keep the configuration of the user and the system away.
const ENV: &[(&str, &str)] = &[
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_COUNT", "0"),
    ("GIT_ATTR_NOSYSTEM", "1"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_ASKPASS", ""),
    ("SSH_ASKPASS", ""),
    ("GIT_SSH_COMMAND", "ssh -oBatchMode=yes"),
    ("GIT_LFS_SKIP_SMUDGE", "1"),
    ("LC_ALL", "C"),
];

/// Fetches a commit.
///
/// # Errors
/// When it cannot be had.
pub(super) fn fetch(job: &Job<'_>, repository: &str, commit: &str) -> Result<Fetched, FetchError> {
    let full = matches!(commit.len(), 40 | 64)
        && commit.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !full {
        return Err(FetchError::BadName(commit.to_owned()));
    }
    let plain = !repository.is_empty()
        && !repository.starts_with('-')
        && !repository.chars().any(char::is_control)
        && !repository.contains("::");
    if !plain {
        return Err(FetchError::BadName(ask::without_credentials(repository)));
    }
    let work = job.asker.store.work()?;
    let folder = work.path().join("repository");
    fs::create_dir(&folder).map_err(|error| FetchError::Io { place: folder.clone(), error })?;
    let git = Git { job, folder: &folder };
    git.get(repository, commit)?;
    let gaps = git.submodules(commit)?;
    let file = work.path().join("archive.tar");
    let mut output = OsString::from("--output=");
    output.push(&file);
    git.run(Step::Keep, &["archive".into(), "--format=tar".into(), output, commit.into()])?;
    let archive = job.keep(&file)?;
    let (tree, _) = job.asker.store.unpack(archive, Format::Tar, &job.asker.unpack)?;
    let mut fetched = Fetched::new(Kind::Git, &ask::without_credentials(repository), tree);
    fetched.version = Some(commit.to_owned());
    fetched.archive = Some(archive);
    fetched.format = Some(Format::Tar);
    fetched.gaps = gaps;
    Ok(fetched)
}

struct Git<'a> {
    job: &'a Job<'a>,
    folder: &'a Path,
}

impl Git<'_> {
    fn run(&self, step: Step, words: &[OsString]) -> Result<Vec<u8>, FetchError> {
        let mut args = Vec::new();
        for setting in SETTINGS {
            args.extend([OsString::from("-c"), OsString::from(setting)]);
        }
        args.extend_from_slice(words);
        let program = &self.job.asker.programs.git;
        // Variables of a caller that is itself run by Git would lead to his repository.
        let folder = self.folder;
        let ask = Ask { step, program, args, folder, env: ENV, without: "GIT_", input: &[] };
        ask::run(&ask, self.job)?.success(step)
    }

    /// Fetches the commit alone, or everything if the other side does not give one alone.
    fn get(&self, repository: &str, commit: &str) -> Result<(), FetchError> {
        self.job.asker.progress.step(Step::Fetch, 0, 1);
        let hash = if commit.len() == 64 { "sha256" } else { "sha1" };
        let format = format!("--object-format={hash}");
        self.run(Step::Fetch, &words(&["init", "--quiet", "--bare", "--template=", &format]))?;
        let info = self.folder.join("info");
        let io = |error| FetchError::Io { place: info.clone(), error };
        fs::create_dir_all(&info).map_err(io)?;
        fs::write(info.join("attributes"), ATTRIBUTES).map_err(io)?;
        let fetch =
            ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"];
        let mut alone = words(&fetch);
        alone.extend(words(&["--depth=1", "--", repository, commit]));
        if let Err(error) = self.run(Step::Fetch, &alone) {
            let FetchError::Failed { .. } = error else { return Err(error) };
            let mut all = words(&fetch);
            all.extend(words(&["--", repository, "+refs/*:refs/remotes/all/*"]));
            // If this fails too, the first failure may have been another one: this one is told.
            self.run(Step::Fetch, &all)?;
        }
        let exists = self.run(Step::Fetch, &words(&["cat-file", "-t", commit]));
        match exists {
            Ok(kind) if kind.trim_ascii() == b"commit" => {}
            Ok(_) => {
                return Err(FetchError::Nonsense {
                    step: Step::Fetch,
                    what: "the name is not one of a commit".to_owned(),
                });
            }
            Err(FetchError::Failed { said, .. }) => {
                return Err(FetchError::NotFound { what: commit.to_owned(), said });
            }
            Err(error) => return Err(error),
        }
        self.job.asker.progress.step(Step::Fetch, 1, 1);
        Ok(())
    }

    fn submodules(&self, commit: &str) -> Result<Vec<Gap>, FetchError> {
        let list = self.run(Step::Look, &words(&["ls-tree", "-r", "-z", commit]))?;
        let lines = list.split(|byte| *byte == 0);
        let modules = lines.filter(|line| line.starts_with(b"160000 "));
        Ok(modules
            .filter_map(|line| {
                let tab = line.iter().position(|byte| *byte == b'\t')?;
                let path = line.get(tab + 1..)?.escape_ascii().to_string();
                Some(Gap::Submodule { path })
            })
            .collect())
    }
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}
