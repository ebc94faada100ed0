//! Keys: that of this machine, and those that sign in its place.
//!
//! The key of this machine signs the log, and everything else unless somebody says who does:
//! [`SignerArgs`] on the command line, or `signer.toml`; for acts of people [`PersonArgs`]. Who was
//! named and cannot sign is
//! an error; nobody else signs instead.

mod args;
mod open;
mod secret;
mod settings;
mod spec;

use warden_seal::{KeyError, SigningKey};

pub(crate) use args::{PersonArgs, SignerArgs};
pub(crate) use open::{Opened, signer};
pub(crate) use secret::{Secret, secret, twice};
pub(crate) use settings::{Source, write};
pub(crate) use spec::Spec;

use crate::{Failure, Kind, files, paths::Paths};

/// The key, which is made at the first use. The one that verifies lies beside it, for those who
/// check.
///
/// # Errors
/// When it cannot be used or made.
pub(crate) fn own(paths: &Paths) -> Result<SigningKey, Failure> {
    let failed = |error: std::io::Error| {
        let message = format!("cannot keep a key in `{}`", paths.state().display());
        Failure::new(Kind::Config, message).caused_by(error)
    };
    files::private_folder(&paths.state()).map_err(failed)?;
    let key = SigningKey::load_or_create(&paths.key()).map_err(|error| unusable(error, paths))?;
    let (file, pem) = (paths.public_key(), key.public().pem());
    if !std::fs::read_to_string(&file).is_ok_and(|found| found == pem) {
        files::put(&file, pem.as_bytes()).map_err(failed)?;
    }
    Ok(key)
}

/// The key as it is there.
///
/// # Errors
/// When there is none, or it cannot be used.
pub(crate) fn load(paths: &Paths) -> Result<SigningKey, Failure> {
    SigningKey::load(&paths.key()).map_err(|error| unusable(error, paths))
}

fn unusable(error: KeyError, paths: &Paths) -> Failure {
    let hint = match &error {
        KeyError::Open { .. } => format!("chmod 600 {}", paths.key().display()),
        _ => "without the key that signed them, approvals count for nothing".to_owned(),
    };
    let message = format!("cannot use the signing key `{}`", paths.key().display());
    Failure::new(Kind::Config, message).caused_by(error).hint(hint)
}
