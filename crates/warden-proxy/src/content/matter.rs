//! What can be noticed, and what can follow from it.

/// What follows when something is noticed, the mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Follows {
    /// It is written into the record of the call.
    Observe,
    /// The session remembers it too, and every later record of the session says so.
    Label,
    /// It is taken out, and the rest passes.
    Redact,
    /// The definition is not shown, and cannot be used.
    Hide,
    /// The message is refused.
    Refuse,
}

impl Follows {
    /// Every one, in order.
    pub const ALL: [Self; 5] = [Self::Observe, Self::Label, Self::Redact, Self::Hide, Self::Refuse];

    /// The word for it in a configuration.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Label => "label",
            Self::Redact => "redact",
            Self::Hide => "hide",
            Self::Refuse => "refuse",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|follows| follows.word() == word)
    }
}

macro_rules! matters {
    ($($(#[$about:meta])* $variant:ident = $code:literal, $setting:literal, $usual:ident, $words:ident;)*) => {
        /// Something that can be noticed in what passes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Matter {
            $($(#[$about])* $variant,)*
        }

        /// Every matter with its names, in the order in which they are decided about.
        pub static MATTERS: &[Setting] = &[$(Setting {
            matter: Matter::$variant,
            code: $code,
            name: $setting,
            usual: Follows::$usual,
            words: $words,
        },)*];
    };
}

/// What can be set for a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What it is for.
    pub matter: Matter,
    /// The code in ledger, answers and metrics. Codes never move.
    pub code: &'static str,
    /// The name of the setting.
    pub name: &'static str,
    /// What follows unless it is set.
    pub usual: Follows,
    /// What can follow, by the words for it.
    pub words: &'static [&'static str],
}

const ALL: &[&str] = &["observe", "label", "redact", "refuse"];
const WHOLE: &[&str] = &["observe", "label", "refuse"];
const LISTED: &[&str] = &["observe", "hide", "refuse"];

matters! {
    /// A definition is hostile to a model.
    Definition = "hostile-definition", "definitions", Observe, LISTED;
    /// Something could not be looked at, or not to its end.
    Unread = "not-read", "unread", Observe, WHOLE;
    /// A secret that another server gave goes out in an argument.
    CarriedSecret = "carried-secret", "carried_secrets", Refuse, ALL;
    /// What a confidential answer said goes out in an argument.
    Copied = "copied-data", "copied", Observe, ALL;
    /// An argument holds a secret.
    SecretArgument = "secret-in-argument", "secret_arguments", Observe, ALL;
    /// An argument holds personal data or a company's own words.
    PersonalArgument = "personal-data-in-argument", "personal_arguments", Observe, ALL;
    /// An argument holds characters that a person does not see.
    HiddenArgument = "hidden-text-in-argument", "hidden_arguments", Observe, ALL;
    /// What a server says is hostile to a model.
    Hostile = "instruction-text", "hostile", Observe, ALL;
    /// What a server says holds characters that a model reads and a person does not see.
    Hidden = "hidden-text", "hidden", Observe, ALL;
    /// What a server says holds a link or image through which data leaves.
    Link = "link-that-carries", "links", Observe, ALL;
    /// An answer breaks with those before it, and is suspicious by itself.
    Turn = "turned-hostile", "turned", Observe, WHOLE;
    /// An answer looks like none before it, and not as its tool says.
    Shape = "unexpected-shape", "shape", Observe, WHOLE;
    /// What a server says holds a secret.
    Secret = "secret-in-answer", "secrets", Observe, ALL;
    /// What a server says holds personal data or a company's own words.
    Personal = "personal-data-in-answer", "personal", Observe, ALL;
}

impl Matter {
    /// Its row in [`MATTERS`].
    #[must_use]
    pub fn setting(self) -> &'static Setting {
        // The rows are made of the variants, in their order.
        MATTERS.get(self as usize).unwrap_or(&UNREAD)
    }

    /// The code in ledger, answers and metrics.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.setting().code
    }

    /// Whether people are told at once, not only in the ledger.
    #[must_use]
    pub const fn alarms(self) -> bool {
        match self {
            Self::Definition
            | Self::CarriedSecret
            | Self::Copied
            | Self::HiddenArgument
            | Self::Hostile
            | Self::Hidden
            | Self::Link
            | Self::Turn
            | Self::Shape => true,
            // They are in every other message of an ordinary day.
            Self::Unread
            | Self::SecretArgument
            | Self::PersonalArgument
            | Self::Secret
            | Self::Personal => false,
        }
    }
}

static UNREAD: Setting = Setting {
    matter: Matter::Unread,
    code: "not-read",
    name: "unread",
    usual: Follows::Observe,
    words: WHOLE,
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_matter_has_names_of_its_own_and_a_usual_consequence_that_can_be_set() {
        let codes: BTreeSet<_> = MATTERS.iter().map(|row| row.code).collect();
        let names: BTreeSet<_> = MATTERS.iter().map(|row| row.name).collect();
        assert_eq!((codes.len(), names.len()), (MATTERS.len(), MATTERS.len()));
        for row in MATTERS {
            assert_eq!(row.matter.setting(), row);
            assert!(row.words.contains(&row.usual.word()), "{}", row.code);
            assert!(row.words.iter().all(|word| Follows::named(word).is_some()), "{}", row.code);
        }
    }
}
