//! What an answer looks like: kinds, counts, names and sources, without any value.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::work;

/// Kinds of blocks: text, image, audio, embedded resource, link to a resource, anything else.
pub(super) const KINDS: usize = 6;

/// How deep and how far members are gone through.
const DEEPEST: usize = 16;
const MEMBERS: usize = 4096;

/// A longer text is not read as JSON.
const LONGEST: usize = 1 << 20;

/// Forms of an answer.
pub(super) const STRUCTURED: u8 = 1;
pub(super) const JSON: u8 = 1 << 1;
pub(super) const WORDS: u8 = 1 << 2;
pub(super) const MODEL_ONLY: u8 = 1 << 3;
pub(super) const METADATA: u8 = 1 << 4;

/// What an answer looks like.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Whether it is none that a shape is about: an error, or one that waits for input.
    pub(super) empty: bool,
    /// The places of the blocks of each kind.
    pub(super) kinds: [Vec<String>; KINDS],
    /// Members: by the hash of the names on the way, types as bits, and the first place.
    pub(super) members: BTreeMap<u64, (u8, String)>,
    /// Schemes and hosts of resources, hashed, and their places.
    pub(super) sources: Vec<(u64, String)>,
    /// Forms, a bit for each.
    pub(super) forms: u8,
    /// Whether there are more members than were gone through.
    pub(super) cut: bool,
}

impl Seen {
    pub(super) fn of(answer: &Value) -> Self {
        let mut seen = Self::default();
        let failed = answer.get("isError").and_then(Value::as_bool) == Some(true);
        let blocks = answer.get("content").and_then(Value::as_array);
        let structured = answer.get("structuredContent");
        seen.empty = failed || (blocks.is_none() && structured.is_none());
        if seen.empty {
            return seen;
        }
        if let Some(value) = structured {
            seen.forms |= STRUCTURED;
            seen.walk(value, "/structuredContent");
        }
        if answer.get("_meta").is_some() {
            seen.forms |= METADATA;
        }
        for (number, block) in blocks.into_iter().flatten().enumerate() {
            seen.block(block, format!("/content/{number}"), structured.is_some());
        }
        seen
    }

    fn block(&mut self, block: &Value, at: String, structured: bool) {
        let kind = kind(block);
        if for_model_alone(block) {
            self.forms |= MODEL_ONLY;
        }
        if block.get("_meta").is_some() {
            self.forms |= METADATA;
        }
        if let Some(uri) = uri(block) {
            self.sources.push((hash(0, source(uri).as_bytes()), format!("{at}/uri")));
        }
        if let Some(text) = block.get("text").and_then(Value::as_str) {
            match as_json(text) {
                Some(value) => {
                    self.forms |= JSON;
                    // Beside structured content it is the same once more.
                    if !structured {
                        self.walk(&value, &format!("{at}/text"));
                    }
                }
                None => self.forms |= WORDS,
            }
        }
        if let Some(places) = self.kinds.get_mut(kind) {
            places.push(at);
        }
    }

    /// Goes through the members of a value. Items of a list are all one.
    fn walk(&mut self, value: &Value, at: &str) {
        let mut open = vec![(value, 0_u64, at.to_owned(), 0_usize)];
        let mut left = MEMBERS;
        while let Some((value, way, at, depth)) = open.pop() {
            if depth > DEEPEST || left == 0 {
                self.cut = true;
                continue;
            }
            left -= 1;
            work::add(1);
            match value {
                Value::Object(members) => {
                    for (name, value) in members {
                        if self.members.len() >= MEMBERS {
                            self.cut = true;
                            break;
                        }
                        let way = hash(way, name.as_bytes());
                        let at = format!("{at}/{}", escaped(name));
                        self.members.entry(way).or_insert_with(|| (0, at.clone())).0 |=
                            types(value);
                        open.push((value, way, at, depth + 1));
                    }
                }
                Value::Array(values) => {
                    let items = values.iter().enumerate().take(left);
                    let way = hash(way, b"[]");
                    open.extend(
                        items.map(|(number, one)| (one, way, format!("{at}/{number}"), depth + 1)),
                    );
                    self.cut |= values.len() > left;
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
    }
}

/// The kind of a block, as a number.
pub(super) fn kind(block: &Value) -> usize {
    match block.get("type").and_then(Value::as_str) {
        Some("text") => 0,
        Some("image") => 1,
        Some("audio") => 2,
        Some("resource") => 3,
        Some("resource_link") => 4,
        _ => OTHER,
    }
}

/// A kind that the protocol does not have.
pub(super) const OTHER: usize = 5;

/// Whether a block says that a person does not get to see it.
pub(super) fn for_model_alone(block: &Value) -> bool {
    let audience = block.pointer("/annotations/audience").and_then(Value::as_array);
    audience.is_some_and(|all| !all.is_empty() && all.iter().all(|one| one == "assistant"))
}

/// The address of a resource or of a link to one.
pub(super) fn uri(block: &Value) -> Option<&str> {
    let uri = block.get("uri").or_else(|| block.pointer("/resource/uri"));
    uri.and_then(Value::as_str)
}

/// Scheme and host of an address, in lower case.
fn source(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once(':') else { return String::new() };
    let rest = rest.strip_prefix("//").unwrap_or("");
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    format!("{scheme}:{host}").to_lowercase()
}

/// The value that a text is, if it is written as an object or a list.
pub(super) fn as_json(text: &str) -> Option<Value> {
    let text = text.trim();
    let fits = text.starts_with(['{', '[']) && text.len() <= LONGEST;
    fits.then(|| serde_json::from_str(text).ok()).flatten()
}

/// The type of a value, as a bit. A member may be null or left out, which says the same.
const fn types(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 1 << 1,
        Value::String(_) => 1 << 2,
        Value::Array(_) => 1 << 3,
        Value::Object(_) => 1 << 4,
    }
}

/// A name as a part of a place (RFC 6901).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// FNV-1a, begun with what stands before, and mixed once more.
pub(super) fn hash(before: u64, bytes: &[u8]) -> u64 {
    let begun = before ^ 0xcbf2_9ce4_8422_2325;
    let all = bytes
        .iter()
        .fold(begun, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    (all ^ (all >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
