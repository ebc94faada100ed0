//! Pins on disk: one signed file for each server, so that starting one reads no other's.

use std::{fs, io::Write as _, path::PathBuf};

use warden_model::Digest;
use warden_policy::{Pin, open_pin, seal_pin};
use warden_seal::{KeyError, SigningKey};

use crate::{Failure, Kind, paths::Paths};

/// The largest pin file that is read, in bytes.
const MOST: u64 = 256 << 20;

/// Reads the pin of a server; `None` if nobody has approved it.
///
/// # Errors
/// A pin that is there and cannot be trusted.
pub(crate) fn load(paths: &Paths, server: &str) -> Result<Option<Pin>, Failure> {
    let file = file(paths, server);
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
    let key = key(SigningKey::load(&paths.key()), paths)?;
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
    private_folder(&paths.pins()).map_err(failed)?;
    let key = key(SigningKey::load_or_create(&paths.key()), paths)?;
    let file = file(paths, &pin.server);
    let fresh = file.with_extension(format!("new-{}", std::process::id()));
    publish(&key, paths).map_err(failed)?;
    let mut out = private_file(&fresh).map_err(failed)?;
    out.write_all(&seal_pin(pin, &key)).and_then(|()| out.sync_all()).map_err(failed)?;
    fs::rename(&fresh, &file).map_err(failed)?;
    fs::File::open(paths.pins()).and_then(|folder| folder.sync_all()).map_err(failed)
}

/// Writes the public key beside the private one, for those who check what it signed.
fn publish(key: &SigningKey, paths: &Paths) -> std::io::Result<()> {
    let file = paths.public_key();
    let pem = key.public().pem();
    if fs::read_to_string(&file).is_ok_and(|found| found == pem) {
        return Ok(());
    }
    fs::write(file, pem)
}

fn private_file(file: &std::path::Path) -> std::io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)
}

/// Makes a folder, and those above it, that only its owner can look into.
fn private_folder(folder: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn key(key: Result<SigningKey, KeyError>, paths: &Paths) -> Result<SigningKey, Failure> {
    key.map_err(|error| {
        let hint = match &error {
            KeyError::Open { .. } => format!("chmod 600 {}", paths.key().display()),
            _ => "without the key that signed them, approvals count for nothing".to_owned(),
        };
        let message = format!("cannot use the signing key `{}`", paths.key().display());
        Failure::new(Kind::Config, message).caused_by(error).hint(hint)
    })
}

/// The file of a server: its name as far as a file may have it, and a digest of the whole name.
fn file(paths: &Paths, server: &str) -> PathBuf {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let slug: String = server.chars().take(40).map(plain).collect();
    let digest = Digest::of(server.as_bytes()).hex();
    let tail: String = digest.iter().take(12).map(|digit| char::from(*digit)).collect();
    paths.pins().join(format!("{slug}-{tail}.json"))
}
