//! A file that a passphrase opens: name → secret, and when each was made and last changed.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};
use warden_model::Hidden;
use warden_seal::{
    CofferError, MOST_COFFER, Passphrase, create_coffer, open_coffer, replace_coffer,
};

use super::{Found, Keeper, Reply, aside, command, is_secret_name};
use crate::credentials::{
    error::{CredentialError, Denied, Missing},
    settings::PassphraseFrom,
};

/// The secrets in a file, as somebody changes them.
#[derive(Debug, Default)]
pub struct Coffer(BTreeMap<String, CofferEntry>);

/// One secret in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CofferEntry {
    /// The secret.
    pub value: Hidden,
    /// When it was first put in, in seconds since 1970.
    pub created: u64,
    /// When it was last changed.
    pub changed: u64,
}

impl Coffer {
    /// Makes a file without secrets. One that is there stays as it is.
    ///
    /// # Errors
    /// There is such a file, or it cannot be written.
    pub fn create(path: &Path, passphrase: &Passphrase) -> Result<(), CofferError> {
        create_coffer(path, &Self::default().write(), passphrase)
    }

    /// Opens a file.
    ///
    /// # Errors
    /// See [`open_coffer`].
    pub fn open(path: &Path, passphrase: &Passphrase) -> Result<Self, CofferError> {
        let plain = open_coffer(path, passphrase)?;
        Self::read(&plain).ok_or(CofferError::Malformed)
    }

    /// Writes the file anew, with new salt and nonce, under this passphrase.
    ///
    /// # Errors
    /// It cannot be written; the old one is still there then.
    pub fn save(&self, path: &Path, passphrase: &Passphrase) -> Result<(), CofferError> {
        replace_coffer(path, &self.write(), passphrase)
    }

    /// Puts a secret in, `now` in seconds since 1970. Returns whether there was one of this name.
    pub fn set(&mut self, name: &str, value: Hidden, now: u64) -> bool {
        let before = self.0.get(name).map(|entry| entry.created);
        let entry = CofferEntry { value, created: before.unwrap_or(now), changed: now };
        self.0.insert(name.to_owned(), entry);
        before.is_some()
    }

    /// Takes a secret out. Returns whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some()
    }

    /// Every secret, sorted by name.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &CofferEntry)> {
        self.0.iter().map(|(name, entry)| (&**name, entry))
    }

    fn write(&self) -> Vec<u8> {
        let entry = |(name, it): (&String, &CofferEntry)| {
            let value = it.value.reveal();
            let all = json!({ "value": value, "created": it.created, "changed": it.changed });
            (name.clone(), all)
        };
        let secrets: Map<String, Value> = self.0.iter().map(entry).collect();
        json!({ "version": 1, "secrets": secrets }).to_string().into_bytes()
    }

    fn read(plain: &[u8]) -> Option<Self> {
        let whole = warden_seal::read_strict(plain, MOST_COFFER).ok()?;
        if whole.get("version").and_then(Value::as_u64) != Some(1) {
            return None;
        }
        let entry = |(name, it): (&String, &Value)| {
            let number = |name| it.get(name).and_then(Value::as_u64);
            let value = Hidden::new(it.get("value")?.as_str()?);
            let (created, changed) = (number("created")?, number("changed")?);
            is_secret_name(name).then(|| (name.clone(), CofferEntry { value, created, changed }))
        };
        let secrets = whole.get("secrets")?.as_object()?;
        secrets.iter().map(entry).collect::<Option<_>>().map(Self)
    }
}

/// A file as a source.
pub(super) struct Kept {
    path: PathBuf,
    passphrase: PassphraseFrom,
}

impl Kept {
    pub(super) const fn new(path: PathBuf, passphrase: PassphraseFrom) -> Self {
        Self { path, passphrase }
    }
}

impl Keeper for Kept {
    fn fetch<'a>(&'a self, name: &'a str) -> Reply<'a, Result<Found, CredentialError>> {
        Box::pin(async move {
            let (path, from) = (self.path.clone(), self.passphrase.clone());
            // Opening it takes some tenths of a second, on purpose.
            let coffer = aside(move || {
                let passphrase = passphrase(&from)?;
                Coffer::open(&path, &passphrase).map_err(|_| Missing::Secrets.into())
            });
            let coffer = coffer.await?;
            let entry = coffer.0.get(name).ok_or(Denied::NoSecret)?;
            Ok(Found { value: entry.value.clone(), changed: Some(entry.changed) })
        })
    }
}

fn passphrase(from: &PassphraseFrom) -> Result<Passphrase, CredentialError> {
    match from {
        PassphraseFrom::File(path) => Passphrase::read(path).map_err(|_| Missing::Secrets.into()),
        PassphraseFrom::Command(program) => {
            let said = command::run(program, None)?;
            Passphrase::new(said.reveal().as_bytes().to_vec()).map_err(|_| Missing::Secrets.into())
        }
    }
}
