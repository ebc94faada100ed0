//! The revisions of the protocol.

use crate::Era;

macro_rules! revisions {
    ($($variant:ident = $name:literal, $era:ident;)*) => {
        /// A released revision of the protocol, oldest first.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Revision {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Revision {
            /// Every revision, oldest first.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The revision with this name, if it is one that we know.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The name on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Whether it has a handshake ([`Era::Legacy`]) or metadata in every request
            /// ([`Era::Modern`]).
            #[must_use]
            pub const fn era(self) -> Era {
                match self { $(Self::$variant => Era::$era,)* }
            }
        }
    };
}

revisions! {
    V2024_11_05 = "2024-11-05", Legacy;
    V2025_03_26 = "2025-03-26", Legacy;
    V2025_06_18 = "2025-06-18", Legacy;
    V2025_11_25 = "2025-11-25", Legacy;
    V2026_07_28 = "2026-07-28", Modern;
}

impl Revision {
    /// The newest revision with a handshake.
    pub const NEWEST_LEGACY: Self = Self::V2025_11_25;

    /// The newest revision.
    pub const NEWEST: Self = Self::V2026_07_28;

    /// Whether it has metadata in every request instead of a handshake.
    #[must_use]
    pub const fn is_modern(self) -> bool {
        matches!(self.era(), Era::Modern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_revision_is_found_by_its_name_and_they_are_in_order() {
        for revision in Revision::ALL {
            assert_eq!(Revision::parse(revision.name()), Some(*revision));
            assert_ne!(revision.era(), Era::Both);
        }
        assert!(Revision::ALL.is_sorted());
        assert_eq!(Revision::ALL.last(), Some(&Revision::NEWEST));
        assert_eq!(Revision::parse("2026-07-29"), None);
    }
}
