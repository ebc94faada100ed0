//! Files of a repository by what their paths say, as they lie in a folder or as somebody else has
//! read them out of a revision: both are understood by the same code.

use std::path::Path;

use walkdir::WalkDir;
use warden_model::{Snapshot, Unread, UnreadReason};

use crate::{
    reader::{self, Refusal},
    sites::unread,
    target::{self, Names},
};

/// So many bytes of all files together are held.
const MOST: u64 = 512 << 20;

/// A file with the path by which it is shown, and everything in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryFile {
    /// The path as it is shown, with slashes.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The files that somebody wanted, and those that could not be read.
#[derive(Clone, Debug, Default)]
pub struct Picked {
    /// In the order of their paths.
    pub files: Vec<RepositoryFile>,
    /// What should have been read and could not be.
    pub unread: Vec<Unread>,
}

/// Whether a path is that of a configuration of a known client, or of a bundle or a saved answer.
#[derive(Debug)]
pub struct Configurations(Names);

impl std::fmt::Debug for Names {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Names")
    }
}

impl Default for Configurations {
    fn default() -> Self {
        Self(Names::of_table())
    }
}

impl Configurations {
    /// Whether [`collect_files`] reads a file of this path.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.0.is_known(path)
    }
}

/// Reads the files below `folder` for which `wanted` returns the most bytes that they may have.
/// `wanted` is given paths relative to the folder; `prefix` stands before them where they are
/// shown. Folders of installed packages and of tools are passed over, as a scan does.
#[must_use]
pub fn pick(folder: &Path, prefix: &str, wanted: &dyn Fn(&str) -> Option<u64>) -> Picked {
    let mut picked = Picked::default();
    let mut held = 0_u64;
    let shown = |path: &str| format!("{prefix}{path}");
    let walk = WalkDir::new(folder).max_depth(target::DEPTH).sort_by_file_name();
    let walk = walk.into_iter().filter_entry(|e| e.depth() == 0 || !target::is_skipped(e));
    for (number, entry) in walk.enumerate() {
        if number > target::ENTRIES {
            let why = Refusal::new(UnreadReason::TooLarge, "more entries than are looked at");
            picked.unread.push(unread(shown("."), None, why));
            break;
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let at = error.path().and_then(|path| path.strip_prefix(folder).ok());
                let at = at.map(crate::machine::slashes).unwrap_or_default();
                let why = error.io_error().map_or_else(
                    || Refusal::new(UnreadReason::Io, "the folder contains itself"),
                    Refusal::from,
                );
                picked.unread.push(unread(shown(&at), None, why));
                continue;
            }
        };
        let Ok(relative) = entry.path().strip_prefix(folder) else { continue };
        let path = crate::machine::slashes(relative);
        let Some(cap) = wanted(&path) else { continue };
        if entry.file_type().is_dir() {
            continue;
        }
        let read = reader::check(entry.path(), folder).and_then(|file| match file {
            Some(file) if held + file.len > MOST => {
                Err(Refusal::new(UnreadReason::TooLarge, "all files together are too large"))
            }
            Some(file) => reader::read(&file, cap).map(Some),
            None => Ok(None),
        });
        match read {
            Ok(Some(bytes)) => {
                held += bytes.len() as u64;
                picked.files.push(RepositoryFile { path: shown(&path), bytes });
            }
            // It was there a moment ago.
            Ok(None) => {}
            Err(why) => picked.unread.push(unread(shown(&path), None, why)),
        }
    }
    picked
}

/// Reads one file that somebody named, which may be a link.
///
/// # Errors
/// When it cannot be read.
pub fn read_named(file: &Path, cap: u64) -> Result<Vec<u8>, Refusal> {
    let real = file.canonicalize().map_err(|error| Refusal::from(&error))?;
    let checked = reader::check(&real, Path::new("/"))?;
    let checked = checked.ok_or_else(|| Refusal::new(UnreadReason::Io, "there is no such file"))?;
    reader::read(&checked, cap)
}

/// What configurations hold. A file whose path says nothing is read in every shape that there is.
#[must_use]
pub fn collect_files(files: &[RepositoryFile]) -> Snapshot {
    target::of_files(files.iter().map(|file| (file.path.as_str(), file.bytes.as_slice())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVERS: &str = r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "a@1.2.3"]}}}"#;

    #[test]
    fn what_is_wanted_is_picked_and_the_rest_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let put = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
            std::fs::write(path, text).expect("it is written");
        };
        put(".mcp.json", SERVERS);
        put("node_modules/x/.mcp.json", SERVERS);
        put("deep/.cursor/mcp.json", &" ".repeat(100));
        let names = Configurations::default();
        let picked = pick(folder.path(), "r/", &|path| names.has(path).then_some(90));
        let paths: Vec<_> = picked.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["r/.mcp.json"]);
        let unread: Vec<_> = picked.unread.iter().map(|one| one.location.file.as_str()).collect();
        assert_eq!(unread, ["r/deep/.cursor/mcp.json"], "it is too large");
    }

    #[test]
    fn files_are_read_by_their_paths_or_in_every_shape() {
        for path in [".mcp.json", "anything.json"] {
            let file = RepositoryFile { path: path.into(), bytes: SERVERS.into() };
            let found = collect_files(&[file]);
            assert_eq!(found.connections.len(), 1, "{path}");
            assert_eq!(found.connections[0].location.file, path);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_out_is_not_followed() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let outside = other.path().join("mcp.json");
        std::fs::write(&outside, SERVERS).unwrap();
        std::os::unix::fs::symlink(&outside, folder.path().join(".mcp.json")).unwrap();
        let picked = pick(folder.path(), "", &|path| (path == ".mcp.json").then_some(9999));
        assert_eq!((picked.files.len(), picked.unread.len()), (0, 1));
        assert_eq!(picked.unread[0].reason, UnreadReason::Outside);
    }
}
