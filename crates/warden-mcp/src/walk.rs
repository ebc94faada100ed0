//! Shallow steps through JSON that [`crate::frame::parse`] has already verified.
//!
//! A call that is only inspected and forwarded is never turned into an owned tree: these walks
//! return slices of the verified text. On text that was not verified they may return nonsense,
//! but they neither panic nor loop.

use std::borrow::Cow;

use crate::frame::string;

/// The members of an object: unescaped name and value as written.
///
/// Yields nothing for a value that is not an object.
#[must_use]
pub fn members(raw: &str) -> Members<'_> {
    Members { steps: Steps::new(raw, '{') }
}

/// The elements of an array, as written.
///
/// Yields nothing for a value that is not an array.
#[must_use]
pub fn elements(raw: &str) -> Elements<'_> {
    Elements { steps: Steps::new(raw, '[') }
}

/// The value of one member, as written.
#[must_use]
pub fn member<'a>(raw: &'a str, name: &str) -> Option<&'a str> {
    members(raw).find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The value of one member, if it is a string.
#[must_use]
pub fn text<'a>(raw: &'a str, name: &str) -> Option<Cow<'a, str>> {
    member(raw, name).and_then(string)
}

/// The members of an object, by their place in `raw`.
pub(crate) fn places(raw: &str) -> Places<'_> {
    Places { steps: Steps::new(raw, '{') }
}

/// Every string in a value, at any depth, member names included, unescaped.
pub fn strings(raw: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = raw.as_bytes();
        at += memchr::memchr(b'"', bytes.get(at..)?)?;
        let length = string_length(bytes.get(at..)?);
        let value = raw.get(at..at + length)?;
        at += length;
        // Verified text has no string that cannot be read; elsewhere there is nothing to say.
        Some(string(value).unwrap_or_default())
    })
}

/// See [`members`].
#[derive(Clone, Debug)]
pub struct Members<'a> {
    steps: Steps<'a>,
}

impl<'a> Iterator for Members<'a> {
    type Item = (Cow<'a, str>, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let name = string(self.steps.value()?)?;
        self.steps.past(b":");
        let value = self.steps.value()?;
        self.steps.past(b",");
        Some((name, value))
    }
}

/// See [`elements`].
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    steps: Steps<'a>,
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<Self::Item> {
        let value = self.steps.value()?;
        self.steps.past(b",");
        Some(value)
    }
}

/// See [`places`].
pub(crate) struct Places<'a> {
    steps: Steps<'a>,
}

/// Where a member of an object stands.
pub(crate) struct Place<'a> {
    /// Its name, unescaped.
    pub(crate) name: Cow<'a, str>,
    /// Where its name begins.
    pub(crate) start: usize,
    /// Where its value stands.
    pub(crate) value: std::ops::Range<usize>,
}

impl<'a> Iterator for Places<'a> {
    type Item = Place<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        // The steps do not count the opening bracket.
        let raw = self.steps.value()?;
        let start = self.steps.at + 1 - raw.len();
        let name = string(raw)?;
        self.steps.past(b":");
        let length = self.steps.value()?.len();
        let value = self.steps.at + 1 - length..self.steps.at + 1;
        self.steps.past(b",");
        Some(Place { name, start, value })
    }
}

#[derive(Clone, Debug)]
struct Steps<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Steps<'a> {
    fn new(raw: &'a str, opening: char) -> Self {
        let text = raw.strip_prefix(opening).unwrap_or_default();
        Self { text, at: 0 }
    }

    fn past(&mut self, also: &[u8]) {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at)
            && (matches!(byte, b' ' | b'\t' | b'\n' | b'\r') || also.contains(byte))
        {
            self.at += 1;
        }
    }

    /// The value that begins here; `None` at the end of the container.
    fn value(&mut self) -> Option<&'a str> {
        self.past(b"");
        let rest = self.text.as_bytes().get(self.at..)?;
        let length = match rest.first()? {
            b'"' => string_length(rest),
            b'{' | b'[' => container_length(rest),
            b'}' | b']' => return None,
            _ => rest
                .iter()
                .position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r'))
                .unwrap_or(rest.len()),
        };
        let value = self.text.get(self.at..self.at + length)?;
        self.at += length;
        (length > 0).then_some(value)
    }
}

/// The length of the string at the start of `bytes`, with both quotes.
fn string_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(step) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += step;
        if bytes.get(at) == Some(&b'"') {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

/// The length of the object or array at the start of `bytes`, with both brackets.
fn container_length(bytes: &[u8]) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at += string_length(bytes.get(at..).unwrap_or_default());
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn members_and_elements_are_slices_of_the_text() {
        let raw = r#"{ "a" : [1, "x,]", {"b":2}] , "c\u0064": null }"#;
        let seen: Vec<_> = members(raw).collect();
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[1], ("cd".into(), "null"));
        let inner: Vec<_> = elements(seen[0].1).collect();
        assert_eq!(inner, ["1", "\"x,]\"", "{\"b\":2}"]);
        assert_eq!(member(raw, "cd"), Some("null"));
        assert!(members("[1]").next().is_none());
        assert!(elements("{}").next().is_none());
    }

    #[test]
    fn strings_are_found_at_any_depth_and_unescaped() {
        let raw = r#"{"a":[{"b\n":"c\u0064"},1,"\"e"]}"#;
        let seen: Vec<_> = strings(raw).collect();
        assert_eq!(seen, ["a", "b\n", "cd", "\"e"]);
    }

    proptest! {
        #[test]
        fn nonsense_neither_panics_nor_loops(text in "[\\PC\"\\\\{}\\[\\],:]{0,60}") {
            let most = text.len() + 1;
            prop_assert!(members(&text).take(most).count() < most);
            prop_assert!(elements(&text).take(most).count() < most);
            prop_assert!(strings(&text).take(most).count() < most);
        }
    }
}
