//! Alphabets that tokens are written in.

/// A set of ASCII characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class([u64; 2]);

/// Every alphabet by the name that shapes use.
pub(super) const CLASSES: &[(&str, Class)] = &[
    ("dig", Class::of("0-9")),
    ("hex", Class::of("0-9a-f")),
    ("HEX", Class::of("0-9A-Fa-f")),
    ("low", Class::of("0-9a-z")),
    ("up", Class::of("0-9A-Z")),
    ("abc", Class::of("A-Za-z")),
    ("b32", Class::of("2-7A-Z")),
    ("b58", Class::of("1-9A-HJ-NP-Za-km-z")),
    ("b62", Class::of("0-9A-Za-z")),
    ("b64", Class::of("0-9A-Za-z+/")),
    ("pad", Class::of("0-9A-Za-z+/=")),
    ("url", Class::of("0-9A-Za-z_^-")),
    ("upd", Class::of("0-9A-Za-z_=^-")),
    ("dot", Class::of("0-9A-Za-z_.^-")),
    ("azu", Class::of("0-9A-Za-z_.~^-")),
    ("pct", Class::of("0-9A-Za-z_%+/=^-")),
    ("cry", Class::of("0-9A-Za-z./")),
];

/// Letters and digits.
pub(super) const ALNUM: Class = Class::of("0-9A-Za-z");

impl Class {
    /// `a-z` is a range; `^-` at the end is the hyphen itself.
    pub(super) const fn of(spec: &str) -> Self {
        let bytes = spec.as_bytes();
        let mut set = [0_u64; 2];
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] == b'^' {
                at += 1;
                set[(bytes[at] >> 6) as usize] |= 1 << (bytes[at] & 63);
            } else if at + 2 < bytes.len() && bytes[at + 1] == b'-' && bytes[at] != b'_' {
                let mut byte = bytes[at];
                while byte <= bytes[at + 2] {
                    set[(byte >> 6) as usize] |= 1 << (byte & 63);
                    byte += 1;
                }
                at += 2;
            } else {
                set[(bytes[at] >> 6) as usize] |= 1 << (bytes[at] & 63);
            }
            at += 1;
        }
        Self(set)
    }

    /// The alphabet of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        CLASSES.iter().find(|(known, _)| *known == name).map(|(_, class)| *class)
    }

    /// Whether `byte` is in the set.
    pub(super) const fn has(self, byte: u8) -> bool {
        byte < 128 && self.0[(byte >> 6) as usize] >> (byte & 63) & 1 == 1
    }

    /// How many characters there are.
    pub(super) const fn size(self) -> u32 {
        self.0[0].count_ones() + self.0[1].count_ones()
    }

    /// The characters, in the order of ASCII.
    pub(super) fn letters(self) -> Vec<u8> {
        (0..128).filter(|byte| self.has(*byte)).collect()
    }

    /// How many bytes at the start of `bytes` are in the set, at most `most`.
    pub(super) fn run(self, bytes: &[u8], most: usize) -> usize {
        bytes.iter().take(most).take_while(|byte| self.has(**byte)).count()
    }

    /// The same, from the end.
    pub(super) fn run_back(self, bytes: &[u8], most: usize) -> usize {
        bytes.iter().rev().take(most).take_while(|byte| self.has(**byte)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_what_its_name_says() {
        let text = |name: &str| {
            String::from_utf8(Class::named(name).expect("it is known").letters()).expect("ASCII")
        };
        assert_eq!(text("hex"), "0123456789abcdef");
        assert_eq!(text("b32").len(), 32);
        assert_eq!(text("b58").len(), 58);
        assert_eq!(text("b62").len(), 62);
        assert_eq!(text("b64").len(), 64);
        assert!(text("url").contains('-') && text("url").contains('_') && text("url").len() == 64);
        assert_eq!(Class::named("none"), None);
        assert_eq!(ALNUM.size(), 62);
    }
}
