//! Pins on disk: one signed file for each server, so that starting one reads no other's.

use std::{
    fs,
    path::{Path, PathBuf},
};

use warden_policy::{Pin, open_pin, seal_pin};
use warden_seal::{PublicKey, log::NoteKey};

use crate::{Failure, Kind, certify::logs, files, key, paths::Paths};

/// The largest pin file that is read, in bytes.
const MOST: u64 = 256 << 20;

/// Reads the pin of a server; `None` if nobody has approved it.
///
/// # Errors
/// A pin that is there and cannot be trusted.
pub(crate) fn load(paths: &Paths, server: &str) -> Result<Option<Pin>, Failure> {
    let file = paths.pin(server);
    let envelope = match fs::metadata(&file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Ok(found) if found.len() > MOST => Err(std::io::Error::other("larger than 256 MiB")),
        Ok(_) | Err(_) => fs::read(&file),
    };
    let bad = |file: &PathBuf| {
        Failure::new(Kind::Config, format!("cannot trust the approval in `{}`", file.display()))
            .hint(format!(
                "look at the server and approve it anew: `mcpwarden approve --name {server}`"
            ))
    };
    let envelope = envelope.map_err(|error| bad(&file).caused_by(error))?;
    let pin =
        open_pin(&envelope, &believed(paths)?).map_err(|error| bad(&file).caused_by(error))?;
    if pin.server != server {
        return Err(bad(&file).hint(format!("it is the approval of `{}`", pin.server)));
    }
    Ok(Some(pin))
}

/// Every pin that is there, by name.
///
/// # Errors
/// One that cannot be trusted: what it shows is not known.
pub(crate) fn all(paths: &Paths) -> Result<Vec<Pin>, Failure> {
    let mut pins = Vec::new();
    let files = files_of(paths).map_err(|error| {
        let what = format!("cannot read the approvals in `{}`", paths.pins().display());
        Failure::new(Kind::Config, what).caused_by(error)
    })?;
    if files.is_empty() {
        return Ok(pins);
    }
    let keys = believed(paths)?;
    for file in files {
        let bad = || {
            Failure::new(Kind::Config, format!("cannot trust the approval in `{}`", file.display()))
        };
        let envelope = read(&file).map_err(|error| bad().caused_by(error))?;
        let pin = open_pin(&envelope, &keys).map_err(|error| bad().caused_by(error))?;
        if paths.pin(&pin.server) != file {
            return Err(bad().hint(format!("it is the approval of `{}`", pin.server)));
        }
        pins.push(pin);
    }
    pins.sort_by(|a, b| a.server.cmp(&b.server));
    Ok(pins)
}

fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    if fs::metadata(file)?.len() > MOST {
        return Err(std::io::Error::other("larger than 256 MiB"));
    }
    fs::read(file)
}

/// The files of pins; none where there is no folder for them.
fn files_of(paths: &Paths) -> std::io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(paths.pins()) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let file = entry?.path();
        if file.extension().is_some_and(|end| end == "json") {
            files.push(file);
        }
    }
    Ok(files)
}

/// The keys whose approvals count: that of this machine, and for a while the one before it.
fn believed(paths: &Paths) -> Result<Vec<PublicKey>, Failure> {
    let own = key::load(paths)?;
    let policy = logs::log_policy(paths, &own)?;
    let others = policy.keys.iter().map(NoteKey::key).filter(|key| *key != own.public());
    Ok([own.public()].into_iter().chain(others).collect())
}

/// Has the key of this machine sign every approval that counts, and returns how many there are.
///
/// # Errors
/// One that does not count, or cannot be stored.
pub(crate) fn sign_again(paths: &Paths) -> Result<usize, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(Kind::Config, "cannot sign the approvals again").caused_by(error)
    };
    let (keys, own) = (believed(paths)?, key::own(paths)?);
    let mut count = 0;
    for file in files_of(paths).map_err(failed)? {
        let envelope = read(&file).map_err(failed)?;
        // One that did not count before is not made to count.
        let Ok(pin) = open_pin(&envelope, &keys) else { continue };
        files::put(&file, &seal_pin(&pin, &own)).map_err(failed)?;
        count += 1;
    }
    Ok(count)
}

/// Signs a pin and puts it in place of the one before.
///
/// # Errors
/// When it cannot be stored; the one before is then still there.
pub(crate) fn store(paths: &Paths, pin: &Pin) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(Kind::Config, "cannot store the approval").caused_by(error)
    };
    let key = key::own(paths)?;
    files::private_folder(&paths.pins()).map_err(failed)?;
    files::put(&paths.pin(&pin.server), &seal_pin(pin, &key)).map_err(failed)
}
