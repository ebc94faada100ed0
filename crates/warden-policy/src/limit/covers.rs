//! Names with `*` for anything.

use std::fmt;

/// A name in which each `*` stands for any characters, also none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Box<str>);

impl Pattern {
    /// The pattern with this text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// Whether it stands for this name. The time is at most the product of both lengths.
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        let (pattern, name) = (self.0.as_bytes(), name.as_bytes());
        let (mut at, mut in_name) = (0, 0);
        // Where the last `*` stands, and up to where it reaches.
        let mut star: Option<(usize, usize)> = None;
        while in_name < name.len() {
            match pattern.get(at) {
                Some(b'*') => {
                    star = Some((at, in_name));
                    at += 1;
                }
                Some(byte) if name.get(in_name) == Some(byte) => {
                    at += 1;
                    in_name += 1;
                }
                Some(_) | None => {
                    let Some((stands, reaches)) = star else { return false };
                    star = Some((stands, reaches + 1));
                    (at, in_name) = (stands + 1, reaches + 1);
                }
            }
        }
        pattern.get(at..).unwrap_or_default().iter().all(|byte| *byte == b'*')
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, covered: &[&str], spared: &[&str]) {
        let pattern = Pattern::new(pattern);
        for name in covered {
            assert!(pattern.covers(name), "{pattern} should cover {name}");
        }
        for name in spared {
            assert!(!pattern.covers(name), "{pattern} should spare {name}");
        }
    }

    #[test]
    fn a_star_stands_for_anything_and_everything_else_for_itself() {
        check("send", &["send"], &["", "sen", "send_mail", "Send"]);
        check("*", &["", "send"], &[]);
        check("send*", &["send", "send_mail"], &["resend"]);
        check("*_mail", &["send_mail", "_mail_mail"], &["send_mails"]);
        check("a*b*c", &["abc", "axbxbxc"], &["acb", "ab"]);
        check("", &[""], &["a"]);
    }
}
