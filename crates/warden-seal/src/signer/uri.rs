//! Where a key in a token is, as one line: `pkcs11:` URIs (RFC 7512).
//!
//! Of the attributes, those are read that say which key is meant. One that is not known here might
//! mean another key, so it is refused instead of being passed over (RFC 7512, section 2.3: a
//! consumer that does not know an attribute does not match).

use std::path::PathBuf;

use super::TokenKey;

/// More than any place of a key needs.
const MOST: usize = 4096;

const SCHEME: &str = "pkcs11:";

/// What a `pkcs11:` URI says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUri {
    /// Which key.
    pub key: TokenKey,
    /// The file that holds the PIN, if it says so.
    pub pin_source: Option<PathBuf>,
}

/// Why a text names no key in a token. Nothing of the text is repeated: a PIN may stand in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUri {
    /// Not of the form of RFC 7512.
    #[error("not a `pkcs11:` URI")]
    Malformed,
    /// An attribute stands twice.
    #[error("`{0}` stands twice")]
    Twice(&'static str),
    /// An attribute that decides which key is meant, and is not known here.
    #[error("it has an attribute that is not known here: there are {KNOWN}")]
    Unknown,
    /// A PIN in clear.
    #[error("a PIN does not stand in a URI, where everybody who lists processes could read it")]
    Pin,
    /// It is of an object that is no private key.
    #[error("`type` is `private`, or is left out")]
    Type,
    /// The PIN is to come from elsewhere than a file.
    #[error("`pin-source` is the absolute path of a file, or `file:` and that")]
    PinSource,
    /// The library has no absolute path.
    #[error("`module-path` is the absolute path of the library")]
    Module,
    /// An attribute is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
}

const KNOWN: &str = "`token`, `object`, `type`, `module-path` and `pin-source`";

#[derive(Default)]
struct Parts {
    token: Option<String>,
    object: Option<String>,
    kind: Option<String>,
    module: Option<String>,
    pin: Option<String>,
}

impl TokenUri {
    /// Reads a URI: `pkcs11:token=T;object=K?module-path=/lib.so&pin-source=file:/run/pin`.
    ///
    /// # Errors
    /// What is no such URI, names less than one key, or has a PIN in it.
    pub fn parse(text: &str) -> Result<Self, BadUri> {
        let rest = text.strip_prefix(SCHEME).filter(|_| text.len() <= MOST);
        let rest = rest.ok_or(BadUri::Malformed)?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut parts = Parts::default();
        for (attribute, separator) in [(path, ';'), (query, '&')] {
            if attribute.is_empty() {
                continue;
            }
            for pair in attribute.split(separator) {
                parts.take(pair, separator)?;
            }
        }
        parts.check()
    }
}

impl Parts {
    fn take(&mut self, pair: &str, separator: char) -> Result<(), BadUri> {
        let (name, value) = pair.split_once('=').ok_or(BadUri::Malformed)?;
        let value = decoded(value).filter(|value| !value.is_empty()).ok_or(BadUri::Malformed)?;
        let (name, place) = match (separator, name) {
            (';', "token") => ("token", &mut self.token),
            (';', "object") => ("object", &mut self.object),
            (';', "type") => ("type", &mut self.kind),
            ('&', "module-path") => ("module-path", &mut self.module),
            ('&', "pin-source") => ("pin-source", &mut self.pin),
            (_, "pin-value") => return Err(BadUri::Pin),
            _ => return Err(BadUri::Unknown),
        };
        if place.replace(value).is_some() { Err(BadUri::Twice(name)) } else { Ok(()) }
    }

    fn check(self) -> Result<TokenUri, BadUri> {
        if self.kind.is_some_and(|kind| kind != "private") {
            return Err(BadUri::Type);
        }
        let module = PathBuf::from(self.module.ok_or(BadUri::Missing("module-path"))?);
        if !module.is_absolute() {
            return Err(BadUri::Module);
        }
        // RFC 7512, section 2.4: a file is named by a `file:` URI or by its path. A program that
        // is to be run, which begins with a bar, is neither.
        let file = |source: String| {
            let path = source.strip_prefix("file:").unwrap_or(&source);
            let path = PathBuf::from(path.strip_prefix("//").map_or(path, |path| path));
            if path.is_absolute() { Ok(path) } else { Err(BadUri::PinSource) }
        };
        let key = TokenKey {
            module,
            token: self.token.ok_or(BadUri::Missing("token"))?,
            key: self.object.ok_or(BadUri::Missing("object"))?,
        };
        Ok(TokenUri { key, pin_source: self.pin.map(file).transpose()? })
    }
}

/// Takes percent signs out (RFC 3986, section 2.1). Nothing but printable characters goes in.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
                bytes.push(u8::try_from(high * 16 + low).ok()?);
            }
            b'!'..=b'~' => bytes.push(byte),
            _ => return None,
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    (!text.contains(char::is_control)).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn uri(text: &str) -> Result<TokenUri, BadUri> {
        TokenUri::parse(text)
    }

    #[test]
    fn a_uri_names_one_key_in_one_token() {
        let found = uri("pkcs11:token=My%20token;object=signing%3Bkey;type=private\
             ?module-path=/lib/p11.so&pin-source=file:///run/pin");
        let key = TokenKey {
            module: "/lib/p11.so".into(),
            token: "My token".into(),
            key: "signing;key".into(),
        };
        let expected = TokenUri { key, pin_source: Some("/run/pin".into()) };
        assert_eq!(found, Ok(expected.clone()));
        for source in ["/run/pin", "file:/run/pin", "file%3A%2Frun%2Fpin"] {
            let text = format!(
                "pkcs11:object=signing%3bkey;token=My%20token?pin-source={source}&module-path=/lib/p11.so"
            );
            assert_eq!(uri(&text), Ok(expected.clone()), "{source}");
        }
    }

    #[test]
    fn what_names_less_or_more_is_refused() {
        let whole = "pkcs11:token=t;object=k?module-path=/m";
        assert!(uri(whole).is_ok());
        for (text, wrong) in [
            ("token=t;object=k?module-path=/m".to_owned(), BadUri::Malformed),
            ("pkcs11:".to_owned(), BadUri::Missing("module-path")),
            ("pkcs11:token=t?module-path=/m".to_owned(), BadUri::Missing("object")),
            ("pkcs11:object=k?module-path=/m".to_owned(), BadUri::Missing("token")),
            ("pkcs11:token=t;object=k?module-path=m".to_owned(), BadUri::Module),
            ("pkcs11:token=t;token=u;object=k?module-path=/m".to_owned(), BadUri::Twice("token")),
            ("pkcs11:token=t;object=k;serial=1?module-path=/m".to_owned(), BadUri::Unknown),
            ("pkcs11:token=t;object=k;type=cert?module-path=/m".to_owned(), BadUri::Type),
            ("pkcs11:token=t;object=k;?module-path=/m".to_owned(), BadUri::Malformed),
            ("pkcs11:token=;object=k?module-path=/m".to_owned(), BadUri::Malformed),
            ("pkcs11:token=a b;object=k?module-path=/m".to_owned(), BadUri::Malformed),
            ("pkcs11:token=%0a;object=k?module-path=/m".to_owned(), BadUri::Malformed),
            ("pkcs11:token=%f;object=k?module-path=/m".to_owned(), BadUri::Malformed),
            (format!("{whole}&pin-value=1234"), BadUri::Pin),
            (format!("{whole}&pin-source=%7Ccat%20/run/pin"), BadUri::PinSource),
            (format!("{whole}&pin-source=pin"), BadUri::PinSource),
            (format!("{whole}&slot=1"), BadUri::Unknown),
            (format!("{whole}{}", "x".repeat(MOST)), BadUri::Malformed),
        ] {
            let found = uri(&text);
            assert_eq!(found, Err(wrong), "{text}");
            assert!(!format!("{}", found.unwrap_err()).contains("1234"));
        }
    }

    proptest! {
        #[test]
        fn no_text_stops_it(rest in "\\PC{0,80}") {
            if let Ok(found) = uri(&format!("pkcs11:{rest}")) {
                prop_assert!(!found.key.token.is_empty() && !found.key.key.is_empty());
            }
        }
    }
}
