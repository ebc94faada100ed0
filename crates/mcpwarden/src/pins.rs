//! Pins on disk: one signed file for each server, so that starting one reads no other's.

use std::{fs, path::PathBuf};

use warden_policy::{Pin, open_pin, seal_pin};

use crate::{Failure, Kind, files, key, paths::Paths};

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
    let key = key::load(paths)?;
    let pin = open_pin(&envelope, &[key.public()]).map_err(|error| bad(&file).caused_by(error))?;
    if pin.server != server {
        return Err(bad(&file).hint(format!("it is the approval of `{}`", pin.server)));
    }
    Ok(Some(pin))
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
