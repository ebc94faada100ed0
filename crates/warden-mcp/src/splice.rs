//! Changes to verified JSON, made in its text.
//!
//! A message that we touch in one place is forwarded with every other byte as it was written, so
//! that what was verified is what arrives: no number is rounded, no member moves, no escape is
//! spelled in another way. What is given here as JSON must be JSON; the text that comes out is
//! then as well-formed as the text that went in.

use crate::walk;

/// What becomes of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit<'a> {
    /// It has this JSON value.
    Set(&'a str),
    /// It is taken out.
    Gone,
}

/// An object with some members changed.
///
/// A member that is set is replaced where it stands, or put at the end, in the order of `edits`.
/// Everything else stays byte for byte as written. Without `raw`, or where `raw` is no object,
/// this begins with an empty one. If `edits` names a member twice, the first counts.
#[must_use]
pub fn object(raw: Option<&str>, edits: &[(&str, Edit<'_>)]) -> String {
    let raw = raw.filter(|raw| raw.starts_with('{')).unwrap_or("{}");
    let mut places = walk::places(raw).peekable();
    let mut splicing = Splicing::new(raw, places.peek().map_or(1, |place| place.start), edits);
    for place in places {
        splicing.step(&place);
    }
    splicing.finish()
}

/// The same for the object that is member `inner`, which is made if it is not there and
/// something is to be set in it.
#[must_use]
pub fn nested(raw: Option<&str>, inner: &str, edits: &[(&str, Edit<'_>)]) -> String {
    let held = raw.and_then(|raw| walk::member(raw, inner));
    if held.is_none() && edits.iter().all(|(_, edit)| *edit == Edit::Gone) {
        return raw.unwrap_or("{}").to_owned();
    }
    object(raw, &[(inner, Edit::Set(&object(held, edits)))])
}

/// A JSON string.
#[must_use]
pub fn text(value: &str) -> String {
    let mut out = Vec::with_capacity(value.len() + 2);
    push_text(&mut out, value);
    into_text(out)
}

/// An answer with a result, as one message. `id` and `result` are JSON.
#[must_use]
pub fn answer(id: &str, result: &str) -> Vec<u8> {
    [r#"{"jsonrpc":"2.0","id":"#, id, r#","result":"#, result, "}"].concat().into_bytes()
}

/// An answer with an error, as one message. `id` and `error` are JSON.
#[must_use]
pub fn failure(id: &str, error: &str) -> Vec<u8> {
    [r#"{"jsonrpc":"2.0","id":"#, id, r#","error":"#, error, "}"].concat().into_bytes()
}

/// A notification, as one message. `params` is JSON.
#[must_use]
pub fn notification(method: &str, params: Option<&str>) -> Vec<u8> {
    call(r#"{"jsonrpc":"2.0","#, "", method, params)
}

/// A request, as one message. `id` and `params` are JSON.
#[must_use]
pub fn request(id: &str, method: &str, params: Option<&str>) -> Vec<u8> {
    call(r#"{"jsonrpc":"2.0","id":"#, id, method, params)
}

/// Turns a verified message into one line, as the stdio transport wants it.
///
/// In JSON a raw line break stands only between tokens, where a space says the same.
pub fn one_line(message: &mut [u8]) {
    let mut at = 0;
    while let Some(step) = memchr::memchr2(b'\n', b'\r', message.get(at..).unwrap_or_default()) {
        at += step;
        if let Some(byte) = message.get_mut(at) {
            *byte = b' ';
        }
    }
}

/// A message that calls `method`. `start` is all before its `id`, which is empty if it has none.
fn call(start: &str, id: &str, method: &str, params: Option<&str>) -> Vec<u8> {
    const METHOD: &str = r#""method":"#;
    const PARAMS: &str = r#","params":"#;
    let fixed = start.len() + METHOD.len() + PARAMS.len() + 4;
    let given = id.len() + method.len() + params.map_or(0, str::len);
    let mut out = Vec::with_capacity(fixed + given);
    out.extend_from_slice(start.as_bytes());
    if !id.is_empty() {
        out.extend_from_slice(id.as_bytes());
        out.push(b',');
    }
    out.extend_from_slice(METHOD.as_bytes());
    push_text(&mut out, method);
    if let Some(params) = params {
        out.extend_from_slice(PARAMS.as_bytes());
        out.extend_from_slice(params.as_bytes());
    }
    out.push(b'}');
    out
}

fn push_text(out: &mut Vec<u8>, value: &str) {
    out.push(b'"');
    // Every byte is looked at, also after a special one: that is what wide registers are for.
    let special = |found, byte: &u8| found | matches!(byte, b'"' | b'\\' | ..0x20);
    if value.as_bytes().iter().fold(false, special) {
        for byte in value.bytes() {
            push_escaped(out, byte);
        }
    } else {
        out.extend_from_slice(value.as_bytes());
    }
    out.push(b'"');
}

fn push_escaped(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        ..0x20 => {
            let digit = |at: u8| HEX.get(usize::from(at)).copied().unwrap_or_default();
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
            return;
        }
        _ => {
            out.push(byte);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// What was put together from whole strings and ASCII is a string.
fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

/// One pass over an object's members.
struct Splicing<'a> {
    raw: &'a str,
    edits: &'a [(&'a str, Edit<'a>)],
    /// Which edits were met.
    met: Vec<bool>,
    out: String,
    /// All of `raw` before this is in `out`, or left out.
    copied: usize,
    /// Where the member before ends.
    end: usize,
    /// Whether a member is kept already.
    any: bool,
}

impl<'a> Splicing<'a> {
    /// `inside` is where the first member begins.
    fn new(raw: &'a str, inside: usize, edits: &'a [(&'a str, Edit<'a>)]) -> Self {
        let more = edits.iter().map(|(name, edit)| match edit {
            Edit::Set(value) => name.len() + value.len() + 4,
            Edit::Gone => 0,
        });
        let mut out = String::with_capacity(raw.len() + more.sum::<usize>());
        out.push_str(raw.get(..inside).unwrap_or_default());
        let met = vec![false; edits.len()];
        Self { raw, edits, met, out, copied: inside, end: inside, any: false }
    }

    fn step(&mut self, place: &walk::Place<'_>) {
        let at = self.edits.iter().position(|(name, _)| *name == place.name);
        let edit = at.and_then(|at| self.edits.get(at)).map(|(_, edit)| *edit);
        if let Some(met) = at.and_then(|at| self.met.get_mut(at)) {
            *met = true;
        }
        if edit == Some(Edit::Gone) {
            // What separates it from the member before goes with it.
            self.copy_to(self.end);
            self.copied = place.value.end;
        } else if !self.any {
            self.copied = place.start;
            self.any = true;
        }
        if let Some(Edit::Set(value)) = edit {
            self.copy_to(place.value.start);
            self.out.push_str(value);
            self.copied = place.value.end;
        }
        self.end = place.value.end;
    }

    /// Writes what stands before `end` and is not yet written, if anything is kept so far.
    fn copy_to(&mut self, end: usize) {
        if self.any {
            self.out.push_str(self.raw.get(self.copied..end).unwrap_or_default());
        }
        self.copied = end;
    }

    fn finish(mut self) -> String {
        self.copy_to(self.end);
        for (at, (name, edit)) in self.edits.iter().enumerate() {
            let again = self.edits.iter().take(at).any(|(other, _)| other == name);
            let Edit::Set(value) = edit else { continue };
            if again || self.met.get(at) == Some(&true) {
                continue;
            }
            if self.any {
                self.out.push(',');
            }
            self.any = true;
            self.out.push_str(&text(name));
            self.out.push(':');
            self.out.push_str(value);
        }
        self.out.push_str(self.raw.get(self.copied..).unwrap_or_default());
        self.out
    }
}

#[cfg(test)]
mod tests;
