//! Credentials in the values of JSON: arguments and answers.

use std::ops::Range;

use serde_json::Value;

use super::{SecretHit, credential_name, first_secrets, is_reference, proof, redact};

/// Deeper values are not looked at.
const DEPTH: u32 = 512;
/// Values that are longer than any password are none by their name alone.
const PASSWORD: Range<usize> = 6..257;

/// A credential in a string of a JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonSecret {
    /// Where the string stands, as a JSON pointer without what would tell a credential.
    pub pointer: String,
    /// Which sort: an `id` of [`super::SECRETS`].
    pub kind: &'static str,
    /// Where the value stands in the string, in bytes.
    pub range: Range<usize>,
    /// It is the name of a member and not its value.
    pub in_name: bool,
}

/// The credentials in a JSON value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JsonSecrets {
    /// In no order but that of the walk, which is the same every time.
    pub hits: Vec<JsonSecret>,
    /// There were more than were asked for, or values so deep that nobody looked at them.
    pub cut: bool,
}

/// One step of the way to a value; the first member is the step before.
type Step<'a> = (usize, Segment<'a>);

#[derive(Clone, Copy)]
enum Segment<'a> {
    Root,
    Name(&'a str),
    Index(usize),
}

/// Returns up to `most` credentials of the strings in `value`, also of those that only the name of
/// their member gives away.
#[must_use]
pub fn secrets_in_json(value: &Value, most: usize) -> JsonSecrets {
    let mut walk = Walk { most, steps: vec![(0, Segment::Root)], found: JsonSecrets::default() };
    let mut left = vec![(value, 0, 0)];
    while let Some((value, step, depth)) = left.pop() {
        match value {
            Value::String(text) => walk.string(text, step),
            Value::Array(items) if depth < DEPTH => {
                for (index, item) in items.iter().enumerate().rev() {
                    left.push((item, walk.step(step, Segment::Index(index)), depth + 1));
                }
            }
            Value::Object(members) if depth < DEPTH => {
                for (name, member) in members.iter().rev() {
                    let step = walk.step(step, Segment::Name(name));
                    walk.name(name, step);
                    left.push((member, step, depth + 1));
                }
            }
            Value::Array(_) | Value::Object(_) => walk.found.cut = true,
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    walk.found
}

struct Walk<'a> {
    most: usize,
    steps: Vec<Step<'a>>,
    found: JsonSecrets,
}

impl<'a> Walk<'a> {
    fn step(&mut self, from: usize, segment: Segment<'a>) -> usize {
        self.steps.push((from, segment));
        self.steps.len() - 1
    }

    fn name(&mut self, name: &str, step: usize) {
        self.look(name, step, true);
    }

    fn string(&mut self, text: &str, step: usize) {
        if self.look(text, step, false) {
            return;
        }
        let Some((_, Segment::Name(name))) = self.steps.get(step) else { return };
        if is_password(text) && credential_name(name) {
            self.add(step, SecretHit { kind: "credential", range: 0..text.len() }, false);
        }
    }

    /// Returns whether there was anything.
    fn look(&mut self, text: &str, step: usize, in_name: bool) -> bool {
        let found = first_secrets(text, self.most.saturating_sub(self.found.hits.len()).max(1));
        self.found.cut |= found.cut;
        let any = !found.hits.is_empty();
        for hit in found.hits {
            self.add(step, hit, in_name);
        }
        any
    }

    fn add(&mut self, step: usize, hit: SecretHit, in_name: bool) {
        if self.found.hits.len() >= self.most {
            self.found.cut = true;
            return;
        }
        let pointer = self.pointer(step);
        let SecretHit { kind, range } = hit;
        self.found.hits.push(JsonSecret { pointer, kind, range, in_name });
    }

    fn pointer(&self, mut step: usize) -> String {
        let mut parts = Vec::new();
        while let Some((before, segment)) = self.steps.get(step) {
            match segment {
                Segment::Root => break,
                Segment::Name(name) => {
                    parts.push(redact(name).replace('~', "~0").replace('/', "~1"));
                }
                Segment::Index(index) => parts.push(index.to_string()),
            }
            step = *before;
        }
        parts.iter().rev().flat_map(|part| ["/", part.as_str()]).collect()
    }
}

/// Whether what stands under a telling name is more than a word about it.
fn is_password(value: &str) -> bool {
    PASSWORD.contains(&value.len())
        && !value.contains(char::is_whitespace)
        && value.bytes().any(|byte| !byte.is_ascii_alphabetic() && !b"_-.:/".contains(&byte))
        && !is_reference(value)
        && !proof::made_up(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::samples;

    #[test]
    fn every_kind_is_found_in_an_answer() {
        for (kind, text) in samples() {
            let value = serde_json::json!({ "content": [{ "type": "text", "text": text }] });
            let found = secrets_in_json(&value, 9);
            assert_eq!(found.hits.first().map(|hit| hit.kind), Some(kind));
            assert_eq!(found.hits[0].pointer, "/content/0/text");
        }
    }

    #[test]
    fn a_telling_name_is_enough_for_a_password_and_not_for_a_word() {
        let value = serde_json::json!({
            "password": "hunter2", "api_key": "string", "token": "The token to use, see 4.2",
            "secret": "${SECRET_1}", "client_secret": "your-secret-1", "page_token": "4",
        });
        let found = secrets_in_json(&value, 9);
        assert_eq!(found.hits.len(), 1, "{found:?}");
        assert_eq!(found.hits[0].pointer, "/password");
        assert!(!found.cut);
    }

    #[test]
    fn a_name_that_is_a_credential_is_not_told_by_its_pointer() {
        let (_, token) =
            samples().into_iter().find(|(kind, _)| *kind == "github-token").expect("it is there");
        let mut members = serde_json::Map::new();
        members.insert(token.clone(), serde_json::json!({ "a/b": token }));
        let found = secrets_in_json(&Value::Object(members), 9);
        let pointers: Vec<_> = found.hits.iter().map(|hit| hit.pointer.as_str()).collect();
        assert_eq!(pointers, ["/‹github-token›", "/‹github-token›/a~1b"]);
        assert!(found.hits[0].in_name && !format!("{found:?}").contains(&token));
    }

    #[test]
    fn what_is_not_looked_at_is_said() {
        let mut deep = serde_json::json!("x");
        for _ in 0..600 {
            deep = serde_json::json!([deep]);
        }
        assert!(secrets_in_json(&deep, 9).cut);
        let many: Vec<_> = (0..9).map(|_| "postgres://app:s3cr3tPa55@db/app").collect();
        let found = secrets_in_json(&serde_json::json!(many), 3);
        assert!(found.cut && found.hits.len() == 3);
    }
}
