//! Words of a closed list, as they stand in files.
//!
//! Every list in an estate is closed: another word is refused with its place, and `unknown` or
//! nothing is not known, which counts as the worst.

use serde::{Deserialize as _, Deserializer, Serializer, de};
use warden_model::{Class, DataClass, Effect, Severity};

/// A word of a closed list.
pub trait Word: Copy + Sized + 'static {
    /// What the list is of, for error messages.
    const KIND: &'static str;
    /// Every word.
    fn all() -> &'static [Self];
    /// How it is written.
    fn word(self) -> &'static str;

    /// The word that is written so.
    #[must_use]
    fn from_word(text: &str) -> Option<Self> {
        Self::all().iter().copied().find(|word| word.word() == text)
    }
}

/// What a file may say where something is not known.
pub(crate) const UNKNOWN: &str = "unknown";

/// Makes an enum whose members are words of a file.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $kind:literal { $($(#[$of:meta])* $member:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$of])* $member),* }

        impl $crate::Word for $name {
            const KIND: &'static str = $kind;
            fn all() -> &'static [Self] {
                &[$(Self::$member),*]
            }
            fn word(self) -> &'static str {
                match self { $(Self::$member => $word),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad($crate::Word::word(*self))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str($crate::Word::word(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::word::deserialize(from)
            }
        }
    };
}
pub(crate) use words;

impl Word for Effect {
    const KIND: &'static str = "effect";
    fn all() -> &'static [Self] {
        Self::ALL
    }
    fn word(self) -> &'static str {
        self.name()
    }
}

impl Word for DataClass {
    const KIND: &'static str = "data class";
    fn all() -> &'static [Self] {
        &Self::ALL
    }
    fn word(self) -> &'static str {
        self.name()
    }
}

impl Word for Severity {
    const KIND: &'static str = "severity";
    fn all() -> &'static [Self] {
        Self::ALL
    }
    fn word(self) -> &'static str {
        self.name()
    }
}

impl Word for Class {
    const KIND: &'static str = "class of finding";
    fn all() -> &'static [Self] {
        Self::ALL
    }
    fn word(self) -> &'static str {
        self.id()
    }
}

fn refused<W: Word, E: de::Error>(text: &str) -> E {
    let all: Vec<_> = W::all().iter().take(12).map(|word| word.word()).collect();
    let more = if W::all().len() > all.len() { ", …" } else { "" };
    E::custom(format!("{text:?} is no {}; there is {}{more}", W::KIND, all.join(", ")))
}

/// Reads a word.
///
/// # Errors
/// A text that is not in the list.
pub(crate) fn deserialize<'de, W: Word, D: Deserializer<'de>>(from: D) -> Result<W, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(from)?;
    W::from_word(&text).ok_or_else(|| refused::<W, _>(&text))
}

/// Writes a word.
pub(crate) fn serialize<W: Word, S: Serializer>(word: &W, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(word.word())
}

/// A word, or nothing where it is not known.
pub(crate) mod maybe {
    use super::{Deserializer, Serializer, UNKNOWN, Word, refused};
    use serde::Deserialize as _;

    /// Reads a word; `unknown` is none.
    pub(crate) fn deserialize<'de, W: Word, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<W>, D::Error> {
        match Option::<std::borrow::Cow<str>>::deserialize(from)?.as_deref() {
            None | Some(UNKNOWN) => Ok(None),
            Some(text) => W::from_word(text).map(Some).ok_or_else(|| refused::<W, _>(text)),
        }
    }

    /// Writes a word, or nothing.
    #[expect(clippy::ref_option, reason = "serde hands a reference to the member")]
    pub(crate) fn serialize<W: Word, S: Serializer>(
        word: &Option<W>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match word {
            Some(word) => to.serialize_some(word.word()),
            None => to.serialize_none(),
        }
    }
}

/// Several words.
pub(crate) mod several {
    use super::{Deserializer, Serializer, Word, refused};
    use serde::Deserialize as _;

    /// Reads words, sorted and each once.
    pub(crate) fn deserialize<'de, W: Word + Ord, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<W>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        let word = |text: &String| W::from_word(text).ok_or_else(|| refused::<W, _>(text));
        let mut words = texts.iter().map(word).collect::<Result<Vec<_>, D::Error>>()?;
        words.sort_unstable();
        words.dedup();
        Ok(words)
    }

    /// Writes words.
    pub(crate) fn serialize<W: Word, S: Serializer>(words: &[W], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(words.iter().map(|word| word.word()))
    }
}
