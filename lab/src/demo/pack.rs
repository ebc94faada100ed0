//! Files that are kept compressed, since a ledger is long and says the same again and again.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;

use flate2::{Compression, read::GzDecoder, write::GzEncoder};

use xtask::shell::{self, Failure};

/// The most that one file may be, so that a damaged one fills no disk.
const MOST: u64 = 64 << 20;

/// Compresses every file of a folder into another one, which is made anew.
///
/// # Errors
/// A file cannot be read or written.
pub fn pack(from: &Path, to: &Path) -> Result<(), Failure> {
    if to.exists() {
        fs::remove_dir_all(to).map_err(|error| Failure::of(to, &error))?;
    }
    fs::create_dir_all(to).map_err(|error| Failure::of(to, &error))?;
    for name in shell::names(from)?.iter().filter(|name| !name.starts_with('.')) {
        let (source, target) = (from.join(name), to.join(format!("{name}.gz")));
        let bytes = fs::read(&source).map_err(|error| Failure::of(&source, &error))?;
        let mut writer = GzEncoder::new(Vec::new(), Compression::best());
        let packed = writer.write_all(&bytes).and_then(|()| writer.finish());
        let packed = packed.map_err(|error| Failure::of(&source, &error))?;
        fs::write(&target, packed).map_err(|error| Failure::of(&target, &error))?;
    }
    Ok(())
}

/// Brings back what [`pack`] has put away.
///
/// # Errors
/// A file cannot be read or written, or is larger than any of a demonstration.
pub fn unpack(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to).map_err(|error| Failure::of(to, &error))?;
    for name in shell::names_with(from, "gz")? {
        let source = from.join(&name);
        let target = to.join(name.trim_end_matches(".gz"));
        let file = fs::File::open(&source).map_err(|error| Failure::of(&source, &error))?;
        let mut bytes = Vec::new();
        let read = GzDecoder::new(file).take(MOST + 1).read_to_end(&mut bytes);
        let read = read.map_err(|error| Failure::of(&source, &error))?;
        if read as u64 > MOST {
            return Err(Failure(format!("{}: it is too large", source.display())));
        }
        fs::write(&target, bytes).map_err(|error| Failure::of(&target, &error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_away_comes_back() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("a")).expect("it is made");
        fs::write(at("a/one"), "words").expect("it is written");
        fs::write(at("a/.lock"), "").expect("it is written");
        pack(&at("a"), &at("b")).expect("it is packed");
        assert_eq!(shell::names(&at("b")).expect("a folder"), ["one.gz"]);
        unpack(&at("b"), &at("c")).expect("it is unpacked");
        assert_eq!(fs::read_to_string(at("c/one")).expect("it is there"), "words");
    }
}
