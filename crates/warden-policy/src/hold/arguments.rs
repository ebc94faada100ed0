//! Arguments as a person sees them: one value on a line, all of it visible, bounded.

use std::{collections::BTreeMap, ops::Range};

use serde_json::{Map, Value};
use warden_model::Digest;
use warden_seal::{canonical, read_strict};

use super::visible::{Place, escaped, halves};

/// The longest text that is shown whole, and the longest name, in characters.
const MOST_TEXT: usize = 400;
const MOST_NAME: usize = 100;

/// The most members or items of one value that are shown, half of them from its end.
const MOST_MEMBERS: usize = 60;

/// How deep values are shown.
const MOST_DEPTH: usize = 12;

/// The most lines, and the most characters of them all.
const MOST_LINES: usize = 400;
const MOST_ALL: usize = 16_000;

/// What of the arguments is a secret: an RFC 6901 pointer to a value, and the byte ranges of the
/// text there that are to be hidden. Without ranges, or where the value is no text, all of it is.
pub type Masks = BTreeMap<Box<str>, Vec<Range<usize>>>;

/// Arguments, written for a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) lines: Vec<String>,
    /// How many characters were left out, as JSON would have them.
    pub(super) left_out: u64,
    /// How many characters were hidden.
    pub(super) hidden: u64,
}

/// Writes arguments for a person.
pub(super) fn written(arguments: &Value, masks: &Masks) -> Written {
    let mut writer = Writer { masks, out: Written::default(), chars: 0 };
    writer.value(&mut String::new(), &Line { depth: 0, name: "", end: "" }, arguments);
    writer.out
}

struct Writer<'a> {
    masks: &'a Masks,
    out: Written,
    chars: usize,
}

/// Where a value stands: how deep, behind which name, and before what.
struct Line<'a> {
    depth: usize,
    name: &'a str,
    end: &'a str,
}

impl Writer<'_> {
    fn value(&mut self, at: &mut String, line: &Line<'_>, value: &Value) {
        if let Some(ranges) = self.masks.get(&**at) {
            let shown = self.masked(value, ranges);
            return self.line(line, &shown);
        }
        if self.is_full() || line.depth > MOST_DEPTH {
            let shown = self.left_out(value);
            return self.line(line, &shown);
        }
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => self.line(line, &value.to_string()),
            Value::String(text) => {
                let shown = self.text(text);
                self.line(line, &shown);
            }
            Value::Array(items) if items.is_empty() => self.line(line, "[]"),
            Value::Object(members) if members.is_empty() => self.line(line, "{}"),
            Value::Array(items) => self.items(at, line, items),
            Value::Object(members) => self.members(at, line, members),
        }
    }

    fn items(&mut self, at: &mut String, line: &Line<'_>, items: &[Value]) {
        self.line(&Line { end: "", ..*line }, "[");
        let all = items.len();
        for (number, item) in items.iter().enumerate() {
            if is_between(number, all) {
                self.skip(number, line.depth, all, |writer| {
                    writer.count(item);
                });
                continue;
            }
            let length = at.len();
            at.push_str(&format!("/{number}"));
            let end = if number + 1 < all { "," } else { "" };
            self.value(at, &Line { depth: line.depth + 1, name: "", end }, item);
            at.truncate(length);
        }
        self.line(&Line { name: "", ..*line }, "]");
    }

    fn members(&mut self, at: &mut String, line: &Line<'_>, members: &Map<String, Value>) {
        self.line(&Line { end: "", ..*line }, "{");
        let all = members.len();
        for (number, (name, value)) in members.iter().enumerate() {
            if is_between(number, all) {
                self.skip(number, line.depth, all, |writer| {
                    writer.out.left_out += name.chars().count() as u64;
                    writer.count(value);
                });
                continue;
            }
            let length = at.len();
            at.push('/');
            at.push_str(&name.replace('~', "~0").replace('/', "~1"));
            let name = format!("\"{}\": ", self.cut(name, MOST_NAME, Place::Name));
            let end = if number + 1 < all { "," } else { "" };
            self.value(at, &Line { depth: line.depth + 1, name: &name, end }, value);
            at.truncate(length);
        }
        self.line(&Line { name: "", ..*line }, "}");
    }

    /// Counts what is between the first and the last members, and says once how many they are.
    fn skip(&mut self, number: usize, depth: usize, all: usize, count: impl FnOnce(&mut Self)) {
        count(self);
        if number == MOST_MEMBERS / 2 {
            let shown = format!("\u{27e8}{} more left out\u{27e9}", all - MOST_MEMBERS);
            self.line(&Line { depth: depth + 1, name: "", end: "" }, &shown);
        }
    }

    fn text(&mut self, text: &str) -> String {
        format!("\"{}\"", self.cut(text, MOST_TEXT, Place::Value))
    }

    /// A text without its middle, if it is a long one, with what tells whether it is another one.
    fn cut(&mut self, text: &str, most: usize, place: Place) -> String {
        let (head, left_out, tail) = halves(text, most / 2);
        if left_out == 0 {
            return escaped(text, place);
        }
        self.out.left_out += left_out as u64;
        let (head, tail) = (escaped(head, place), escaped(tail, place));
        let digest = Digest::of(text.as_bytes());
        format!("{head}\u{27e8}{left_out} characters left out; all: {digest}\u{27e9}{tail}")
    }

    fn masked(&mut self, value: &Value, ranges: &[Range<usize>]) -> String {
        if let (Value::String(text), false) = (value, ranges.is_empty())
            && let Some(parts) = outside(text, ranges)
        {
            let mut shown = String::from("\"");
            for (clear, secret) in parts {
                shown.push_str(&self.cut(clear, MOST_TEXT, Place::Value));
                if !secret.is_empty() {
                    shown.push_str(&self.secret(secret.chars().count()));
                }
            }
            shown.push('"');
            return shown;
        }
        let length = match value {
            Value::String(text) => text.chars().count(),
            other => length(other),
        };
        self.secret(length)
    }

    fn secret(&mut self, length: usize) -> String {
        self.out.hidden += length as u64;
        format!("\u{27e8}secret, {length} characters\u{27e9}")
    }

    fn left_out(&mut self, value: &Value) -> String {
        let length = self.count(value);
        // A digest of what holds a secret would let it be guessed.
        let digest = canonical(value).ok().filter(|_| self.masks.is_empty());
        let digest = digest.map(|bytes| format!("; all: {}", Digest::of(&bytes)));
        format!("\u{27e8}{length} characters left out{}\u{27e9}", digest.unwrap_or_default())
    }

    fn count(&mut self, value: &Value) -> usize {
        let length = length(value);
        self.out.left_out += length as u64;
        length
    }

    fn is_full(&self) -> bool {
        self.chars >= MOST_ALL || self.out.lines.len() >= MOST_LINES
    }

    fn line(&mut self, line: &Line<'_>, shown: &str) {
        // Twice as many, since what was begun is also ended.
        if self.out.lines.len() >= 2 * MOST_LINES {
            return;
        }
        let text = format!("{:1$}{2}{shown}{3}", "", line.depth * 2, line.name, line.end);
        self.chars += text.chars().count();
        self.out.lines.push(text);
    }
}

/// Whether the member with this number is of those that are left out.
const fn is_between(number: usize, all: usize) -> bool {
    all > MOST_MEMBERS && number >= MOST_MEMBERS / 2 && number < all - MOST_MEMBERS / 2
}

fn length(value: &Value) -> usize {
    value.to_string().chars().count()
}

/// The text in pairs of what is shown and the secret behind it. `None` unless every range lies in
/// the text, on characters, and behind the one before it.
fn outside<'a>(text: &'a str, ranges: &[Range<usize>]) -> Option<Vec<(&'a str, &'a str)>> {
    let mut parts = Vec::new();
    let mut from = 0;
    for range in ranges {
        parts.push((text.get(from..range.start)?, text.get(range.clone())?));
        from = range.end;
    }
    parts.push((text.get(from..)?, ""));
    Some(parts)
}

/// The arguments could be read in more than one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the arguments can be read in more than one way")]
pub struct NotExact;

/// Reads arguments of at most `most` bytes as they will be sent.
///
/// # Errors
/// What two readers could read differently: a member that stands twice, and a number that has more
/// digits than most readers keep, so that the server might see another one than was approved.
pub fn exact_arguments(raw: &str, most: usize) -> Result<Value, NotExact> {
    let value = read_strict(raw.as_bytes(), most).map_err(|_| NotExact)?;
    if numbers(raw).all(is_exact) { Ok(value) } else { Err(NotExact) }
}

/// The numbers in a JSON text that was read.
fn numbers(raw: &str) -> impl Iterator<Item = &str> {
    // Every other piece is inside of quotation marks; in JSON only they can be escaped there.
    let mut quoted = false;
    let mut escape = false;
    raw.split(move |c: char| {
        let inside = quoted;
        match c {
            _ if escape => escape = false,
            '\\' if quoted => escape = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        inside || !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E')
    })
    .filter(|token| token.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Whether a number says no more than what is kept of it.
fn is_exact(token: &str) -> bool {
    let Ok(kept) = token.parse::<f64>() else { return false };
    kept.is_finite() && scientific(token) == scientific(&format!("{kept:e}"))
}

/// The digits that count of a number, and its power of ten.
fn scientific(token: &str) -> Option<(String, i64)> {
    let (number, power) = match token.split_once(['e', 'E']) {
        Some((number, power)) => (number, power.parse::<i64>().ok()?),
        None => (token, 0),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let whole = whole.trim_start_matches('-');
    let digits = format!("{whole}{part}");
    let from = digits.len() - digits.trim_start_matches('0').len();
    let kept = digits.trim_matches('0').to_owned();
    if kept.is_empty() {
        return Some((kept, 0));
    }
    // The power of the first digit that counts.
    let first = i64::try_from(whole.len()).ok()? - 1 - i64::try_from(from).ok()?;
    Some((kept, first.checked_add(power)?))
}

#[cfg(test)]
mod tests;
