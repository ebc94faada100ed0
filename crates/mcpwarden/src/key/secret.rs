//! Where a passphrase or a PIN comes from: a file of its own, a variable, or whoever sits there.

use std::{
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use warden_seal::{KeyError, Passphrase};

use crate::{Failure, Kind, World, machine::SECRETS, output};

/// Longer than anybody types.
const MOST: usize = 1024;

/// Where a passphrase or a PIN comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Secret {
    /// Whoever sits at the terminal.
    #[default]
    Asked,
    /// A file that only its owner can read.
    File(PathBuf),
    /// A variable of the environment.
    Variable(String),
}

impl Secret {
    /// From a variable with this name.
    ///
    /// # Errors
    /// A name that programs which are started would be given.
    pub(crate) fn variable(name: &str) -> Result<Self, String> {
        if name.strip_prefix(SECRETS).is_some_and(|rest| !rest.is_empty()) {
            return Ok(Self::Variable(name.to_owned()));
        }
        Err(format!("its name begins with `{SECRETS}`: no program that is started is given those"))
    }
}

/// The passphrase or PIN. `what` it opens is for the question.
///
/// # Errors
/// When it is not there, or nobody is there to be asked.
pub(crate) fn secret(from: &Secret, what: &str, world: &World) -> Result<Passphrase, Failure> {
    match from {
        Secret::File(path) => read(path),
        Secret::Variable(name) => {
            let value = world.secrets.get(name).ok_or_else(|| {
                Failure::new(Kind::Config, format!("the variable `{name}` is not set"))
                    .hint(format!("it holds what opens {what}"))
            })?;
            Passphrase::new(value.reveal().as_bytes().to_vec()).map_err(|error| {
                Failure::new(Kind::Config, format!("cannot use the variable `{name}`"))
                    .caused_by(error)
            })
        }
        Secret::Asked => asked(&format!("What opens {what}: "), world),
    }
}

/// A new passphrase; somebody who types it does so twice.
///
/// # Errors
/// As [`secret`], and when the two differ.
pub(crate) fn twice(from: &Secret, what: &str, world: &World) -> Result<Passphrase, Failure> {
    let first = secret(from, what, world)?;
    if *from == Secret::Asked {
        let again = asked("The same again: ", world)?;
        if first != again {
            return Err(Failure::new(Kind::Usage, "the two passphrases differ"));
        }
    }
    Ok(first)
}

fn read(path: &Path) -> Result<Passphrase, Failure> {
    Passphrase::read(path).map_err(|error| {
        let named = path.display();
        let message = format!("cannot use the passphrase in `{named}`");
        match &error {
            KeyError::Open { .. } => {
                Failure::new(Kind::Config, format!("others can read the passphrase in `{named}`"))
                    .hint(format!("chmod 600 {named}"))
            }
            KeyError::Io(_) => Failure::new(Kind::Config, message).hint(error_text(error)),
            _ => Failure::new(Kind::Config, message).caused_by(error),
        }
    })
}

/// What the system says of the file.
fn error_text(error: KeyError) -> String {
    match error {
        KeyError::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}

fn asked(question: &str, world: &World) -> Result<Passphrase, Failure> {
    if !world.terminal.stdin || !world.terminal.stderr {
        return Err(Failure::new(
            Kind::Usage,
            "a passphrase is needed, and nobody is there to be asked",
        )
        .hint(
            "`--passphrase-file FILE`, or `passphrase_file` or `passphrase_env` in `signer.toml`",
        ));
    }
    let failed =
        |error: io::Error| Failure::new(Kind::Input, "cannot read the passphrase").caused_by(error);
    output::tell(question);
    let typed = {
        let _quiet = Quiet::begin().map_err(failed)?;
        typed(&mut io::stdin().lock().bytes())
    };
    output::tell("\n");
    let typed = typed.map_err(failed)?;
    let typed = typed.ok_or_else(|| Failure::new(Kind::Usage, "nothing was entered"))?;
    Passphrase::new(typed)
        .map_err(|error| Failure::new(Kind::Usage, "nothing was entered").caused_by(error))
}

/// What somebody types until the end of the line; nothing if he gives up.
fn typed(keys: &mut dyn Iterator<Item = io::Result<u8>>) -> io::Result<Option<Vec<u8>>> {
    // With all the room it can need, so that no copy is left behind by growing.
    let mut line = Vec::with_capacity(MOST);
    for key in keys {
        match key? {
            b'\n' | b'\r' => return Ok(Some(line)),
            // Interrupt and end of input, which the terminal does not act on now.
            3 | 4 => return Ok(None),
            8 | 0x7f => {
                // One character, which may be several bytes.
                while line.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
            }
            byte if line.len() < MOST => line.push(byte),
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// A terminal that shows nothing of what is typed, and hands every key on, until this is dropped.
struct Quiet(Termios);

impl Quiet {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
        tcsetattr(io::stdin(), OptionalActions::Flush, &quiet)?;
        Ok(Self(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // Whoever sits there sees that it did not work, and nothing here can help.
        tcsetattr(io::stdin(), OptionalActions::Flush, &self.0).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_was_typed_and_not_taken_back() {
        let line = |text: &str| typed(&mut text.bytes().map(Ok)).unwrap();
        assert_eq!(line("secret\nmore"), Some(b"secret".to_vec()));
        assert_eq!(line("secr\u{e4}\u{7f}et\r"), Some(b"secret".to_vec()));
        assert_eq!(line("\u{7f}\n"), Some(Vec::new()));
        for given_up in ["secret", "secret\u{3}\n", "\u{4}", &"x".repeat(MOST + 1)] {
            assert_eq!(line(given_up), None);
        }
    }

    #[test]
    fn a_variable_has_a_name_that_no_server_is_given() {
        assert!(Secret::variable("MCPWARDEN_SECRET_PIN").is_ok());
        for wrong in ["PIN", "MCPWARDEN_SECRET_", "mcpwarden_secret_pin", ""] {
            assert!(Secret::variable(wrong).is_err(), "{wrong}");
        }
    }
}
