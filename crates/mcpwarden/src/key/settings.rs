//! `signer.toml`: who signs on this machine, unless the command line says it.
//!
//! It is read whole or not at all, and whoever could write to it could have anything signed by
//! anybody, so it belongs to one person alone. A value is never repeated: it may be a secret that
//! somebody put into the wrong place.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use toml_edit::{Document, DocumentMut, Item, value};

use super::{Secret, Spec};
use crate::{Failure, Kind, files, gateway::near::nearest, paths::Paths};

/// The longest file.
const MOST: u64 = 64 << 10;

/// How long a program may take that is asked for a signature.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most that may be asked for.
const MOST_PATIENCE: i64 = 3600;

const SIGNER: &str = "signer";
const PASSPHRASE_FILE: &str = "passphrase_file";
const PASSPHRASE_ENV: &str = "passphrase_env";
const KEY: &str = "key";
const TIMEOUT: &str = "timeout";
const ALL: [&str; 5] = [SIGNER, PASSPHRASE_FILE, PASSPHRASE_ENV, KEY, TIMEOUT];

/// Who signs, and what is needed for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) spec: Spec,
    /// What opens it.
    pub(crate) secret: Secret,
    /// The public key that a program's signatures have to fit.
    pub(crate) key: Option<PathBuf>,
    /// How long a program may take.
    pub(crate) patience: Duration,
}

impl Source {
    /// Somebody who needs nothing else.
    pub(crate) const fn of(spec: Spec) -> Self {
        Self { spec, secret: Secret::Asked, key: None, patience: PATIENCE }
    }

    /// Whether what is said fits together.
    ///
    /// # Errors
    /// What is said and means nothing here, or is missing.
    pub(crate) fn check(self) -> Result<Self, String> {
        let opened = self.secret != Secret::Asked;
        match &self.spec {
            Spec::Machine | Spec::Command(_) if opened => {
                Err("a passphrase is said, and it opens files and tokens alone".into())
            }
            Spec::Token(uri) if opened && uri.pin_source.is_some() => {
                Err("the PIN is said twice: with `pin-source`, and beside it".into())
            }
            Spec::Command(_) if self.key.is_none() => {
                Err("the public key is missing that the program's signatures have to fit".into())
            }
            Spec::Machine | Spec::File(_) | Spec::Token(_) if self.key.is_some() => {
                Err("a public key is said, and only a program needs one".into())
            }
            Spec::Machine | Spec::File(_) | Spec::Token(_) | Spec::Command(_) => Ok(self),
        }
    }
}

/// Who signs on this machine: what the file says, or the key of the machine where there is none.
///
/// # Errors
/// A file that is there and not understood whole, or that others may write to.
pub(crate) fn settings(paths: &Paths) -> Result<Source, Failure> {
    let file = paths.signer();
    match read(&file) {
        Ok(Some(text)) => {
            let folder = paths.state();
            parse(&text, &folder).map_err(|why| why.into_iter().fold(bad(&file), Failure::hint))
        }
        Ok(None) => Ok(Source::of(Spec::Machine)),
        Err(error) => Err(bad(&file).caused_by(error)),
    }
}

fn bad(file: &Path) -> Failure {
    Failure::new(Kind::Config, format!("cannot tell who signs from `{}`", file.display()))
}

fn read(file: &Path) -> io::Result<Option<String>> {
    let found = match fs::metadata(file) {
        Ok(found) => found,
        // A link to nowhere is something that somebody meant.
        Err(error) if error.kind() == io::ErrorKind::NotFound && !file.is_symlink() => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if found.len() > MOST || !found.is_file() {
        return Err(io::Error::other("it is no file, or larger than 64 KiB"));
    }
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o022 != 0 {
        return Err(io::Error::other(format!("others may write to it (mode {mode:o})")));
    }
    fs::read_to_string(file).map(Some)
}

/// Reads the file; relative paths begin in `folder`.
fn parse(text: &str, folder: &Path) -> Result<Source, Vec<String>> {
    let document = Document::parse(text).map_err(|error| {
        // What the parser shows of the text is left out.
        vec![format!("not TOML: {}", error.message().lines().next().unwrap_or_default())]
    })?;
    let mut wrong = Vec::new();
    for (name, _) in document.as_table() {
        if !ALL.contains(&name) {
            wrong.push(unknown(name));
        }
    }
    let get = |name: &str| document.as_table().get(name);
    let mut text_of = |name: &str| {
        let item = get(name)?;
        let text = item.as_str().filter(|text| !text.is_empty());
        if text.is_none() {
            wrong.push(format!("`{name}` is a text"));
        }
        text.map(str::to_owned)
    };
    let [signer, file, variable, key] =
        [SIGNER, PASSPHRASE_FILE, PASSPHRASE_ENV, KEY].map(&mut text_of);
    let spec = match signer.map(|text| Spec::parse(&text, folder)) {
        Some(Ok(spec)) => Some(spec),
        Some(Err(why)) => {
            wrong.push(format!("`{SIGNER}`: {why}"));
            None
        }
        None => {
            wrong.push(format!("`{SIGNER}` is missing"));
            None
        }
    };
    let secret = match (file, variable.map(|name| Secret::variable(&name))) {
        (Some(_), Some(_)) => Err("the passphrase is said twice".to_owned()),
        (Some(file), None) => Ok(Secret::File(folder.join(file))),
        (None, Some(variable)) => variable.map_err(|why| format!("`{PASSPHRASE_ENV}`: {why}")),
        (None, None) => Ok(Secret::Asked),
    };
    let patience = match get(TIMEOUT) {
        Some(item) => patience(item),
        None => Ok(PATIENCE),
    };
    let secret = secret.map_err(|why| wrong.push(why)).ok();
    let patience = patience.map_err(|why| wrong.push(why)).ok();
    match (spec, secret, patience) {
        (Some(spec), Some(secret), Some(patience)) if wrong.is_empty() => {
            let key = key.map(|key| folder.join(key));
            Source { spec, secret, key, patience }.check().map_err(|why| vec![why])
        }
        _ => Err(wrong),
    }
}

fn patience(item: &Item) -> Result<Duration, String> {
    let seconds = item.as_integer().filter(|seconds| (1..=MOST_PATIENCE).contains(seconds));
    let seconds = seconds.and_then(|seconds| u64::try_from(seconds).ok());
    let seconds = seconds.ok_or(format!("`{TIMEOUT}` is in seconds, from 1 to {MOST_PATIENCE}"))?;
    Ok(Duration::from_secs(seconds))
}

fn unknown(name: &str) -> String {
    let shown: String = name.chars().take(64).collect();
    match nearest(name, ALL.into_iter()) {
        Some(near) => format!("there is no `{shown}`; is `{near}` meant?"),
        None => format!("there is no `{shown}`: there are {}", ALL.join(", ")),
    }
}

/// Writes who signs from now on.
///
/// # Errors
/// When it cannot be written down; then nothing has changed.
pub(crate) fn write(source: &Source, words: &str, paths: &Paths) -> Result<(), Failure> {
    let mut document = DocumentMut::new();
    let text = |path: &Path| value(path.display().to_string());
    document.insert(SIGNER, value(words));
    match &source.secret {
        Secret::Asked => {}
        Secret::File(path) => drop(document.insert(PASSPHRASE_FILE, text(path))),
        Secret::Variable(name) => drop(document.insert(PASSPHRASE_ENV, value(name))),
    }
    if let Some(key) = &source.key {
        document.insert(KEY, text(key));
    }
    if source.patience != PATIENCE {
        let seconds = i64::try_from(source.patience.as_secs()).unwrap_or(MOST_PATIENCE);
        document.insert(TIMEOUT, value(seconds));
    }
    files::put(&paths.signer(), document.to_string().as_bytes()).map_err(|error| {
        Failure::new(Kind::Config, format!("cannot write `{}`", paths.signer().display()))
            .caused_by(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Source, Vec<String>> {
        parse(text, Path::new("/m"))
    }

    #[test]
    fn a_file_says_who_signs() {
        let found =
            read("signer = 'file:ops.pem'\npassphrase_env = 'MCPWARDEN_SECRET_OPS'").unwrap();
        assert_eq!(found.spec, Spec::File("/m/ops.pem".into()));
        assert_eq!(found.secret, Secret::Variable("MCPWARDEN_SECRET_OPS".into()));
        let found = read("signer = 'command:kms sign'\nkey = 'kms.pub'\ntimeout = 5").unwrap();
        assert_eq!(found.key, Some("/m/kms.pub".into()));
        assert_eq!(found.patience, Duration::from_secs(5));
    }

    #[test]
    fn what_is_not_understood_is_told_with_what_was_meant() {
        for (text, told) in [
            ("", "`signer` is missing"),
            ("signer = 1", "`signer` is a text"),
            ("signer = 'machine", "not TOML"),
            ("signer = 'machine'\n[log]\na = 1", "there is no `log`"),
            ("signer = 'machine'\nsigners = 'x'", "is `signer` meant?"),
            ("signer = 'machine'\npassphrase-file = 'x'", "is `passphrase_file` meant?"),
            ("signer = 'file:k'\npassphrase_env = 'PIN'", "MCPWARDEN_SECRET_"),
            (
                "signer = 'file:k'\npassphrase_env = 'MCPWARDEN_SECRET_A'\npassphrase_file = 'x'",
                "twice",
            ),
            ("signer = 'machine'\npassphrase_file = 'x'", "files and tokens alone"),
            ("signer = 'machine'\nkey = 'x'", "only a program"),
            ("signer = 'command:kms'", "public key is missing"),
            ("signer = 'command:kms'\nkey = 'k'\ntimeout = 0", "from 1 to 3600"),
            ("signer = 'command:kms'\nkey = 'k'\ntimeout = '5'", "from 1 to 3600"),
            ("signer = 'kms'", "there are `machine`"),
        ] {
            let found = read(text).unwrap_err().join("\n");
            assert!(found.contains(told), "{text}: {found}");
        }
    }

    #[test]
    fn a_value_is_not_repeated() {
        for text in [
            "signer = 'hunter2'",
            "signer = 'pkcs11:token=t;object=k?module-path=/m&pin-value=hunter2'",
            "signer = 'file:k'\npassphrase_env = 'hunter2'",
            "passphrase = 'hunter2",
        ] {
            let found = read(text).unwrap_err().join("\n");
            assert!(!found.contains("hunter2"), "{found}");
        }
    }
}
