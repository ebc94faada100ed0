//! Text in a record: short, whoever chose it.

use std::{borrow::Cow, fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The most bytes of a text that go into a record.
const MOST: usize = 1024;
/// Stands at the end of a text that was cut.
const CUT: &str = "…";

/// A text in a record. What is longer than 1,024 bytes is cut when it is written and ends in `…`.
///
/// Names and identifiers come from servers and clients. Were a long one an error, a caller could
/// keep a refusal out of the ledger by choosing a long name.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    /// The same text without its lender.
    #[must_use]
    pub fn into_owned(self) -> Text<'static> {
        Text(Cow::Owned(self.0.into_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Text<'a> {
    fn from(text: &'a String) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Text<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self(text)
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.len() <= MOST {
            return serializer.serialize_str(&self.0);
        }
        let end = self.0.floor_char_boundary(MOST - CUT.len());
        let (kept, _) = self.0.split_at(end);
        serializer.collect_str(&format_args!("{kept}{CUT}"))
    }
}

impl<'de> Deserialize<'de> for Text<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn written(text: &str) -> String {
        let json = serde_json::to_string(&Text::from(text)).expect("text can be written");
        serde_json::from_str(&json).expect("what was written can be read")
    }

    #[test]
    fn a_text_is_cut_between_two_characters() {
        assert_eq!(written("short"), "short");
        assert_eq!(written(&"x".repeat(MOST)), "x".repeat(MOST));
        let cut = written(&"ä".repeat(MOST));
        assert!(cut.len() <= MOST && cut.ends_with("ä…"), "{cut}");
        assert_eq!(written(&cut), cut);
    }
}
