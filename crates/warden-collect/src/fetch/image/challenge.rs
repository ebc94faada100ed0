//! What a registry asks for before it hands something out: the challenges of `WWW-Authenticate`
//! (RFC 9110, section 11.6.1), read strictly.

use thiserror::Error;

/// What a registry wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// A token from somewhere else (RFC 6750, and the token flow of registries).
    Bearer(Bearer),
    /// A name and a password (RFC 7617).
    Basic,
}

/// Where a token is to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The address that hands it out.
    pub realm: String,
    /// For whom it is.
    pub service: Option<String>,
    /// What it is for, as the registry says it.
    pub scope: Option<String>,
}

/// Why a challenge cannot be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadChallenge {
    /// There is none.
    #[error("it does not say what it wants to see")]
    Absent,
    /// It is not written as the standard says.
    #[error("what it wants to see is not readable")]
    Malformed,
    /// It names no place where tokens are.
    #[error("it does not say where it hands out tokens")]
    NoRealm,
    /// It is none that is known.
    #[error("it wants to see something else than a token or a password")]
    Unknown,
}

/// One challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Its scheme, in lower case.
    pub scheme: String,
    /// Its parameters, their names in lower case.
    pub parameters: Vec<(String, String)>,
}

/// Every challenge in the values of the header.
///
/// # Errors
/// When they are not readable, or there is none.
pub fn challenges<'v>(
    values: impl IntoIterator<Item = &'v str>,
) -> Result<Vec<Challenge>, BadChallenge> {
    let mut all = Vec::new();
    for value in values {
        all.extend(Reader(value).challenges().ok_or(BadChallenge::Malformed)?);
    }
    if all.is_empty() { Err(BadChallenge::Absent) } else { Ok(all) }
}

/// What the values of the header demand: a token before a password.
///
/// # Errors
/// When they are not readable, or nothing in them is known.
pub fn demand(values: &[&str]) -> Result<Demand, BadChallenge> {
    let all = challenges(values.iter().copied())?;
    let named = |scheme: &str| all.iter().find(|challenge| challenge.scheme == scheme);
    let Some(challenge) = named("bearer") else {
        return named("basic").map(|_| Demand::Basic).ok_or(BadChallenge::Unknown);
    };
    let of = |name: &str| {
        let mut found = challenge.parameters.iter().filter(|(own, _)| own == name);
        found.next().map(|(_, value)| value.clone())
    };
    let realm = of("realm").filter(|realm| !realm.is_empty()).ok_or(BadChallenge::NoRealm)?;
    Ok(Demand::Bearer(Bearer { realm, service: of("service"), scope: of("scope") }))
}

/// What is left of a value.
struct Reader<'a>(&'a str);

impl<'a> Reader<'a> {
    /// All of it. Nothing if it is not written as it should be.
    fn challenges(mut self) -> Option<Vec<Challenge>> {
        let mut all: Vec<Challenge> = Vec::new();
        loop {
            self.commas();
            if self.0.is_empty() {
                return Some(all);
            }
            let word = self.word()?.to_ascii_lowercase();
            if self.equals() {
                let value = self.value()?;
                let parameters = &mut all.last_mut()?.parameters;
                // Two of one name would be read by one as this and by another as that.
                if parameters.iter().any(|(name, _)| *name == word) {
                    return None;
                }
                parameters.push((word, value));
            } else {
                let spaced = self.0.starts_with(' ');
                all.push(Challenge { scheme: word, parameters: Vec::new() });
                if spaced {
                    self.skip_token68();
                }
            }
            self.spaces();
            // A parameter may follow its scheme without a comma, and nothing else may.
            let first = all.last().is_some_and(|challenge| challenge.parameters.is_empty());
            if !(self.0.is_empty() || self.0.starts_with(',') || first) {
                return None;
            }
        }
    }

    fn spaces(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }

    fn commas(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t', ',']);
    }

    fn word(&mut self) -> Option<&'a str> {
        let is = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        let end = self.0.find(|c| !is(c)).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        (!word.is_empty()).then_some(word)
    }

    /// Whether a value follows, which is then what is left.
    fn equals(&mut self) -> bool {
        match self.0.trim_start_matches([' ', '\t']).strip_prefix('=') {
            Some(rest) => {
                self.0 = rest;
                self.spaces();
                true
            }
            None => false,
        }
    }

    fn value(&mut self) -> Option<String> {
        let Some(quoted) = self.0.strip_prefix('"') else {
            return self.word().map(str::to_owned);
        };
        let mut value = String::new();
        let mut letters = quoted.char_indices();
        while let Some((at, letter)) = letters.next() {
            let meant = match letter {
                '"' => {
                    self.0 = quoted.get(at + 1..)?;
                    return Some(value);
                }
                '\\' => letters.next()?.1,
                letter => letter,
            };
            if meant.is_control() && meant != '\t' {
                return None;
            }
            value.push(meant);
        }
        None
    }

    /// Leaves out the one text that some schemes have in place of parameters.
    fn skip_token68(&mut self) {
        let rest = self.0.trim_start_matches(' ');
        let is = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
        let end = rest.find(|c| !is(c)).unwrap_or(rest.len());
        let Some((text, after)) = rest.split_at_checked(end) else { return };
        let after = after.trim_start_matches('=').trim_start_matches([' ', '\t']);
        if !text.is_empty() && (after.is_empty() || after.starts_with(',')) {
            self.0 = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_asked_for_before_a_password() {
        let wanted = Bearer {
            realm: "https://auth.example/token?a=b,c".into(),
            service: Some("registry \"x\"".into()),
            scope: Some("repository:mail:pull".into()),
        };
        let text = r#"Bearer realm="https://auth.example/token?a=b,c",service="registry \"x\"" , scope="repository:mail:pull""#;
        assert_eq!(demand(&[text]), Ok(Demand::Bearer(wanted.clone())));
        let both = format!("Negotiate YWJj==, Basic realm=\"x\", {text}");
        assert_eq!(demand(&[&both]), Ok(Demand::Bearer(wanted.clone())));
        assert_eq!(demand(&["Basic realm=x", text]), Ok(Demand::Bearer(wanted)));
        assert_eq!(demand(&["bAsIc REALM = \"x\""]), Ok(Demand::Basic));
        assert_eq!(demand(&["Basic"]), Ok(Demand::Basic));
    }

    #[test]
    fn what_is_not_readable_is_not_guessed_at() {
        for text in [
            "Bearer realm=\"x",
            "Bearer realm=\"a\" realm=\"b\"",
            "Bearer realm=\"a\", realm=\"b\"",
            "realm=\"x\"",
            "Bearer realm=\"x\" service=\"y\"",
            "=",
            "Bearer \u{7f}",
            "Bearer realm=\"\\\u{1}\"",
        ] {
            assert_eq!(demand(&[text]), Err(BadChallenge::Malformed), "{text}");
        }
        assert_eq!(demand(&[]), Err(BadChallenge::Absent));
        assert_eq!(demand(&[" , "]), Err(BadChallenge::Absent));
        assert_eq!(demand(&["Bearer service=\"x\""]), Err(BadChallenge::NoRealm));
        assert_eq!(demand(&["Negotiate"]), Err(BadChallenge::Unknown));
    }
}
