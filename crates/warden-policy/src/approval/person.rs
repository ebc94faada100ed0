//! People by name, and what they may decide.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A person. Two spellings that differ in case are one person, so that nobody votes twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person(String);

/// The text names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a person is 1 to 200 printable ASCII characters without spaces, like `ann@example.com`")]
pub struct NoPerson;

impl Person {
    /// A person by an identifier such as a mail address.
    ///
    /// # Errors
    /// Anything in which two people could look like one: spaces, other alphabets, nothing.
    pub fn new(id: &str) -> Result<Self, NoPerson> {
        let plain = id.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain || !(1..=200).contains(&id.len()) {
            return Err(NoPerson);
        }
        Ok(Self(id.to_ascii_lowercase()))
    }

    /// The identifier, in lower case.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for Person {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Person {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let person = Self::new(&text).map_err(D::Error::custom)?;
        // What is signed has one spelling.
        if person.0 == text { Ok(person) } else { Err(D::Error::custom(NoPerson)) }
    }
}

/// What a person may decide, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Asks for servers.
    Member,
    /// Answers for the risk of a system.
    RiskOwner,
    /// Answers for security in a part of the company.
    SecurityOfficer,
    /// Answers for security in the whole company.
    Ciso,
}
