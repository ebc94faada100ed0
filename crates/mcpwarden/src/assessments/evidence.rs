//! Files that show what was answered, kept by their digests.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use warden_model::Digest;

use crate::{Failure, Kind, files, paths::Paths};

/// The largest file of evidence, in bytes.
const MOST: u64 = 256 << 20;

/// A file that was handed in.
#[derive(Clone, Debug)]
pub(crate) struct Handed {
    pub(crate) digest: Digest,
    pub(crate) size: u64,
    path: PathBuf,
}

/// The files that were handed in: each file, and those of each folder.
///
/// # Errors
/// What cannot be read, is empty, or is larger than evidence is.
pub(crate) fn handed(paths: &[PathBuf]) -> Result<Vec<Handed>, Failure> {
    let bad = |path: &Path, error: io::Error| {
        Failure::new(Kind::Input, format!("cannot read `{}`", path.display())).caused_by(error)
    };
    let mut all = Vec::new();
    for path in paths {
        let mut found = vec![path.clone()];
        if path.is_dir() {
            let entries = fs::read_dir(path).map_err(|error| bad(path, error))?;
            let entries = entries.map(|entry| entry.map(|entry| entry.path()));
            found = entries.collect::<Result<_, _>>().map_err(|error| bad(path, error))?;
            found.sort();
        }
        for file in found {
            all.push(read(&file).map_err(|error| bad(&file, error))?);
        }
    }
    Ok(all)
}

fn read(file: &Path) -> io::Result<Handed> {
    let about = fs::metadata(file)?;
    if !about.is_file() || about.len() == 0 || about.len() > MOST {
        return Err(io::Error::other("evidence is a file of 1 byte to 256 MiB"));
    }
    let bytes = fs::read(file)?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Ok(Handed { digest: Digest::of(&bytes), size, path: file.to_owned() })
}

/// Keeps files that were handed in.
///
/// # Errors
/// When one cannot be kept, or is not what it was when it was looked at.
pub(crate) fn keep(all: &[Handed], paths: &Paths) -> Result<(), Failure> {
    let folder = paths.assessment_evidence();
    let cannot = |error: io::Error| {
        Failure::new(Kind::Config, format!("cannot keep evidence in `{}`", folder.display()))
            .caused_by(error)
    };
    files::private_folder(&folder).map_err(cannot)?;
    for one in all {
        let bytes = fs::read(&one.path).map_err(cannot)?;
        if Digest::of(&bytes) != one.digest {
            let message = format!("`{}` has changed while it was read", one.path.display());
            return Err(Failure::new(Kind::Input, message));
        }
        files::put(&folder.join(name(one.digest)), &bytes).map_err(cannot)?;
    }
    Ok(())
}

fn name(digest: Digest) -> String {
    String::from_utf8_lossy(&digest.hex()).into_owned()
}

/// Whether every file that is named is kept as it was: digest and length.
///
/// # Errors
/// The first one that is not.
pub(super) fn check(named: &BTreeMap<&str, u64>, paths: &Paths) -> Result<(), Failure> {
    let folder = paths.assessment_evidence();
    for (digest, size) in named {
        let path = digest.parse().map(|digest| folder.join(name(digest)));
        let held = path.as_ref().ok().and_then(|path| read(path).ok());
        if !held.is_some_and(|held| held.digest.to_string() == **digest && held.size == *size) {
            let message = format!("the evidence `{digest}` is not kept as it was handed in");
            return Err(Failure::new(Kind::Config, message)
                .hint(format!("put the file back into `{}`", folder.display())));
        }
    }
    Ok(())
}
