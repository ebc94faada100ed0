//! Content that no detector reads: images, sound, archives, and whatever else is not text.

use std::{borrow::Cow, ops::Range};

use warden_mcp::{splice, walk};

use crate::content::pieces::{is_text, place};

/// Values nested deeper are not looked at; a verified message has none.
const DEEPEST: usize = 160;

/// Verified words without what is no text, each replaced by a text that says so. `None` if it is
/// nested too deep to be looked at.
pub(super) fn without(raw: &str) -> Option<Cow<'_, str>> {
    let mut found = Found { raw, all: Vec::new(), cut: false };
    found.value(raw, false, 0);
    if found.cut {
        return None;
    }
    if found.all.is_empty() {
        return Some(Cow::Borrowed(raw));
    }
    let mut out = String::with_capacity(raw.len());
    let mut from = 0;
    for (range, with) in &found.all {
        out.push_str(raw.get(from..range.start)?);
        out.push_str(with);
        from = range.end;
    }
    out.push_str(raw.get(from..)?);
    Some(Cow::Owned(out))
}

struct Found<'a> {
    raw: &'a str,
    /// What stands where, in order and apart, and the JSON in its place.
    all: Vec<(Range<usize>, String)>,
    cut: bool,
}

impl<'a> Found<'a> {
    fn value(&mut self, value: &'a str, structured: bool, depth: usize) {
        if depth > DEEPEST {
            self.cut = true;
            return;
        }
        if value.starts_with('[') {
            for inner in walk::elements(value) {
                self.value(inner, structured, depth + 1);
            }
            return;
        }
        if !structured && let Some(with) = in_place_of(value) {
            self.all.push((place(self.raw, value), with));
            return;
        }
        let sort = walk::text(value, "mimeType");
        let opaque = sort.is_some_and(|sort| !is_text(&sort));
        for (name, inner) in walk::members(value) {
            if opaque && matches!(&*name, "blob" | "data") && inner.starts_with('"') {
                self.all.push((place(self.raw, inner), splice::text(&words("content"))));
            } else {
                // What a tool calls its own members is no block of the protocol.
                let structured = structured || name == "structuredContent";
                self.value(inner, structured, depth + 1);
            }
        }
    }
}

/// What stands in place of a block that is no text, if it is one. What is encoded is none, whatever
/// it says that it is.
fn in_place_of(block: &str) -> Option<String> {
    let text = |member| walk::member(block, member).is_some_and(|raw| raw.starts_with('"'));
    match walk::text(block, "type").as_deref() {
        Some(sort @ ("image" | "audio")) if text("data") => return Some(said(sort)),
        Some("resource") => {
            let resource = walk::member(block, "resource").unwrap_or("{}");
            return walk::member(resource, "blob").map(|_| said("resource"));
        }
        _ => {}
    }
    let uri = walk::member(block, "uri").filter(|raw| raw.starts_with('"'))?;
    text("blob").then(|| {
        let words = splice::text(&words("resource"));
        format!(r#"{{"uri":{uri},"mimeType":"text/plain","text":{words}}}"#)
    })
}

fn said(what: &str) -> String {
    format!(r#"{{"type":"text","text":{}}}"#, splice::text(&words(what)))
}

/// For the model, so that it does not take nothing for an answer.
fn words(what: &str) -> String {
    format!("‹{what} withheld: it cannot be masked›")
}
