//! Archives of strangers: nothing outside of the folder is written, and two runs agree.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{Seek as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Component, Path, PathBuf},
};

use warden_collect::store::{Format, Manifest, UnpackLimits, unpack};

/// The most that the oracle lets come out.
const LIMITS: UnpackLimits =
    UnpackLimits { entries: 500, bytes: 1 << 20, ratio: 50, path: 300, depth: 16 };

/// What stands next to the folder that is unpacked to.
const BESIDE: &str = "this must stay as it is";

/// The first byte says how the archive is written (`A` is the first way), the rest is the archive.
pub fn check(data: &[u8]) {
    let [kind, bytes @ ..] = data else { return };
    let format = Format::ALL[usize::from(kind.wrapping_sub(b'A')) % Format::ALL.len()];
    let (one, other) = (run(bytes, format), run(bytes, format));
    assert!(one == other, "two runs differ");
}

/// Unpacks once, and gives the form of the tree that came out, or why none did.
fn run(bytes: &[u8], format: Format) -> Result<Vec<u8>, String> {
    let around = crate::memory();
    let root = around.path();
    fs::write(root.join("beside"), BESIDE).expect("room for a file");
    let mut archive = File::create_new(root.join("archive")).expect("room for a file");
    archive.write_all(bytes).expect("room for a file");
    let mut archive = File::open(root.join("archive")).expect("it was just written");
    archive.rewind().expect("it is a file");
    let into = root.join("into");
    let done = unpack(&mut archive, format, &into, &LIMITS);
    let mut names: Vec<String> = fs::read_dir(root)
        .expect("our own folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(fs::read_to_string(root.join("beside")).expect("it is there"), BESIDE);
    assert!(fs::read(root.join("archive")).expect("it is there") == bytes);
    match done {
        Err(error) => {
            assert_eq!(names, ["archive", "beside"], "nothing is left of what was refused");
            Err(error.to_string())
        }
        Ok(done) => {
            assert_eq!(names, ["archive", "beside", "into"]);
            let (files, size) = looked_at(&into);
            assert_eq!((done.files, done.bytes), (files, size), "it says what it did");
            assert!(size <= LIMITS.bytes + 4096, "{size} bytes came out");
            let manifest = Manifest::of(&into).expect("what was unpacked has a digest");
            Ok(manifest.form())
        }
    }
}

/// Walks the folder with other means than the code does: everything is a file or folder of ours, or
/// a link that stays inside. Gives the number of files and their bytes.
fn looked_at(into: &Path) -> (u64, u64) {
    let (mut files, mut size) = (0, 0);
    let mut links = BTreeMap::new();
    let mut folders = vec![into.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("our own folder") {
            let path = entry.expect("an entry").path();
            let metadata = path.symlink_metadata().expect("it is there");
            let name = path.file_name().expect("it has a name").to_str().expect("it is UTF-8");
            assert!(!name.chars().any(char::is_control) && !name.ends_with(['.', ' ']));
            if metadata.is_dir() {
                folders.push(path);
            } else if metadata.is_symlink() {
                links.insert(path.clone(), fs::read_link(&path).expect("it is a link"));
            } else {
                assert!(metadata.is_file(), "`{name}` is no file");
                assert_eq!(metadata.permissions().mode() & 0o7077, 0, "`{name}` is for others");
                files += 1;
                size += metadata.len();
            }
        }
    }
    for (path, to) in &links {
        let folder = path.parent().expect("it lies in a folder");
        assert!(stays(into, folder, to, &links, 0), "{} leads out", path.display());
        // The system agrees, as far as the link leads anywhere.
        if let Ok(real) = path.canonicalize() {
            assert!(real.starts_with(into.canonicalize().expect("it is there")));
        }
    }
    (files, size)
}

/// Whether following a link never leaves the folder: part by part, by recursion.
fn stays(
    into: &Path,
    from: &Path,
    to: &Path,
    links: &BTreeMap<PathBuf, PathBuf>,
    depth: usize,
) -> bool {
    fn walk(
        into: &Path,
        from: &Path,
        to: &Path,
        links: &BTreeMap<PathBuf, PathBuf>,
        depth: usize,
    ) -> Option<PathBuf> {
        let mut at = from.to_owned();
        for part in to.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    if at == into {
                        return None;
                    }
                    at.pop();
                }
                Component::Normal(name) => {
                    at.push(name);
                    if let Some(next) = links.get(&at) {
                        at.pop();
                        if depth > 50 {
                            return None;
                        }
                        at = walk(into, &at, next, links, depth + 1)?;
                    }
                }
                Component::RootDir | Component::Prefix(_) => return None,
            }
        }
        Some(at)
    }
    walk(into, from, to, links, depth).is_some()
}
