//! Who signs, in one word: `machine`, `file:PATH`, `pkcs11:…` or `command:PROGRAM ARGUMENTS`.

use std::path::{Path, PathBuf};

use warden_seal::TokenUri;

/// What a name of a signer looks like, for hints.
pub(crate) const FORMS: &str = "there are `machine`, `file:PATH`, `pkcs11:token=…;object=…?module-path=…` and `command:PROGRAM`";

/// Who signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spec {
    /// The key of this machine.
    Machine,
    /// A key in a file.
    File(PathBuf),
    /// A key in a token.
    Token(TokenUri),
    /// A program that is asked.
    Command(Vec<String>),
}

impl Spec {
    /// Reads a name; a relative path begins in `folder`.
    ///
    /// # Errors
    /// Why it names nobody. It is not repeated, since a PIN may have been written into it.
    pub(crate) fn parse(text: &str, folder: &Path) -> Result<Self, String> {
        if text == "machine" {
            return Ok(Self::Machine);
        }
        if text.starts_with("pkcs11:") {
            return TokenUri::parse(text).map(Self::Token).map_err(|error| error.to_string());
        }
        match text.split_once(':') {
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(folder.join(path))),
            Some(("command", line)) => {
                let words = shell_words::split(line).map_err(|error| error.to_string())?;
                match words.first() {
                    Some(first) if !first.is_empty() => Ok(Self::Command(words)),
                    Some(_) | None => Err("no program is named".into()),
                }
            }
            Some(_) | None => Err(FORMS.into()),
        }
    }

    /// Where the key is, for people: never what opens it, and of a command nothing but the program.
    pub(crate) fn place(&self) -> String {
        match self {
            Self::Machine => "the key of this machine".into(),
            Self::File(path) => format!("the file `{}`", path.display()),
            Self::Token(uri) => {
                format!("the key `{}` in the token `{}`", uri.key.key, uri.key.token)
            }
            Self::Command(words) => {
                format!("the program `{}`", words.first().map_or("", String::as_str))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_of_four() {
        let here = Path::new("/here");
        let read = |text: &str| Spec::parse(text, here);
        assert_eq!(read("machine"), Ok(Spec::Machine));
        assert_eq!(read("file:keys/a.pem"), Ok(Spec::File("/here/keys/a.pem".into())));
        assert_eq!(read("file:/a.pem"), Ok(Spec::File("/a.pem".into())));
        let words = ["sign it", "now"].map(str::to_owned).to_vec();
        assert_eq!(read("command:'sign it' now"), Ok(Spec::Command(words)));
        assert!(matches!(
            read("pkcs11:token=t;object=k?module-path=/m"),
            Ok(Spec::Token(TokenUri { pin_source: None, .. }))
        ));
        for wrong in [
            "",
            "own",
            "file:",
            "command:",
            "command:''",
            "command:'a",
            "pkcs11:token=t",
            "key.pem",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn nothing_secret_is_repeated() {
        let here = Path::new("/");
        let text = "pkcs11:token=t;object=k?module-path=/m&pin-value=13579";
        assert!(!Spec::parse(text, here).unwrap_err().contains("13579"));
        let command = Spec::parse("command:sign --pin 13579", here).unwrap();
        assert!(!command.place().contains("13579"), "{}", command.place());
    }
}
