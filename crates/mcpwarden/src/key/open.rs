//! From who is named to somebody who signs.

use std::{fmt, fs, path::Path};

use warden_seal::{
    CommandSigner, KeyError, KeyForm, Signer, TokenSigner, TokenTrouble, VerifyKey, key_form,
    load_encrypted, load_plain,
};

use super::{Secret, Source, Spec, own, secret::secret};
use crate::{Failure, Kind, World, paths::Paths};

/// Somebody who signs, and where the key is.
pub(crate) struct Opened {
    pub(crate) signer: Box<dyn Signer>,
    pub(crate) spec: Spec,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Opened").field(&self.signer.public()).finish()
    }
}

/// Makes ready who signs: reads and opens the file, logs in to the token, or reads the key that a
/// program's signatures have to fit.
///
/// # Errors
/// Why nobody signs. Nobody else takes his place, and nothing of what opens a key is told.
pub(crate) fn signer(
    source: &Source,
    world: &World,
    paths: &Paths,
) -> Result<Box<dyn Signer>, Failure> {
    let place = source.spec.place();
    match &source.spec {
        Spec::Machine => Ok(Box::new(own(paths)?)),
        Spec::File(path) => file(path, &source.secret, world),
        Spec::Token(uri) => {
            let from = match &uri.pin_source {
                Some(file) => Secret::File(file.clone()),
                None => source.secret.clone(),
            };
            let pin = secret(&from, &place, world)?;
            let signer = TokenSigner::open(&uri.key, &pin).map_err(|trouble| {
                let failure = Failure::new(Kind::Config, format!("cannot sign with {place}"));
                let failure = match hint(trouble, &uri.key.module) {
                    Some(hint) => failure.hint(hint),
                    None => failure,
                };
                failure.caused_by(trouble)
            })?;
            Ok(Box::new(signer))
        }
        Spec::Command(words) => {
            let Some(key) = &source.key else {
                return Err(Failure::new(Kind::Config, format!("cannot sign with {place}")).hint(
                    "name the public key that its signatures have to fit: `--signer-key FILE`",
                ));
            };
            let argv = words.iter().map(Into::into).collect();
            let key = public(key)?;
            Ok(Box::new(CommandSigner { argv, key, patience: source.patience }))
        }
    }
}

fn file(path: &Path, from: &Secret, world: &World) -> Result<Box<dyn Signer>, Failure> {
    let place = format!("the file `{}`", path.display());
    let failed = |error: KeyError| {
        let failure = Failure::new(Kind::Config, format!("cannot sign with {place}"));
        let failure = match &error {
            KeyError::Open { .. } => failure.hint(format!("chmod 600 {}", path.display())),
            KeyError::Io(system) => failure.hint(system.to_string()),
            KeyError::Malformed => failure.hint("make one: `mcpwarden key new --output FILE`"),
            _ => failure,
        };
        failure.caused_by(error)
    };
    let key = match key_form(path).map_err(&failed)? {
        KeyForm::Plain if *from != Secret::Asked => {
            return Err(Failure::new(Kind::Config, format!("{place} needs no passphrase"))
                .hint("whoever says one expects it to be encrypted: `mcpwarden key encrypt`"));
        }
        KeyForm::Plain => load_plain(path),
        KeyForm::Encrypted => load_encrypted(path, &secret(from, &place, world)?),
    };
    Ok(Box::new(key.map_err(failed)?))
}

fn hint(trouble: TokenTrouble, module: &Path) -> Option<String> {
    Some(match trouble {
        TokenTrouble::Module => format!("`{}` is to be its PKCS #11 library", module.display()),
        TokenTrouble::Pin => {
            "tokens lock themselves after some wrong PINs: look before you try again".into()
        }
        TokenTrouble::Locked => "its security officer can set a new PIN".into(),
        TokenTrouble::NoToken => "is it plugged in, and may you use it?".into(),
        TokenTrouble::ManyTokens | TokenTrouble::ManyKeys => {
            "give one of them another label: which of them is meant is not ours to choose".into()
        }
        TokenTrouble::NoKey => {
            "a key is its private and its public half (Ed25519 or P-256) under one label".into()
        }
        TokenTrouble::Start | TokenTrouble::Sign => return None,
    })
}

/// Reads a public key.
///
/// # Errors
/// A file that holds none.
pub(crate) fn public(file: &Path) -> Result<VerifyKey, Failure> {
    let bad = || Failure::new(Kind::Config, format!("`{}` holds no public key", file.display()));
    let bytes = fs::read(file).map_err(|error| bad().caused_by(error))?;
    VerifyKey::from_pem(&bytes).map_err(|error| {
        bad().caused_by(error).hint("expected an Ed25519 or P-256 public key in PEM form")
    })
}
