//! The kinds that no shape can describe: private keys, JSON web tokens, URLs with a password, and
//! what stands behind a telling name.

mod assigned;
mod url;

use std::ops::Range;

pub(super) use assigned::{assigned, may_be_assigned, name_before, scheme_value};
pub(super) use url::{Sort, Stops, url};

use super::{
    class::Class,
    proof,
    shape::{Fit, boundary},
};

const URL_SAFE: Class = Class::of("0-9A-Za-z_^-");
const BASE64: Class = Class::of("0-9A-Za-z+/=");
/// What the lines of a private key are made of, also where they are written as one.
const ARMOUR: Class = Class::of("0-9A-Za-z+/=\\:, \t\r\n");

/// What was found at a word, and how far nothing has to be looked at again.
pub(super) struct Look {
    pub(super) value: Option<Range<usize>>,
    pub(super) tried: usize,
}

impl Look {
    const fn nothing(tried: usize) -> Self {
        Self { value: None, tried }
    }

    const fn at(value: Range<usize>) -> Self {
        Self { tried: value.end, value: Some(value) }
    }
}

/// What the first and the last line of a private key say is not longer.
const LABEL: usize = 72;

/// A private key between `-----BEGIN … PRIVATE KEY-----` and its end.
pub(super) fn pem(text: &str, start: usize, fit: Fit) -> Look {
    let nothing = Look::nothing(start);
    let Some(rest) = text.get(start + 10..) else { return nothing };
    let Some(header) = rest.as_bytes().iter().take(LABEL).position(|byte| *byte == b'-') else {
        return nothing;
    };
    let named = rest.get(..header).is_some_and(|header| header.contains("PRIVATE KEY"));
    let Some(body) = rest.get(header..).and_then(|rest| rest.strip_prefix("-----")) else {
        return nothing;
    };
    // What seemed to end this line begins another: that one is the key's.
    if !named || begins(body) {
        return nothing;
    }
    let from = text.len() - body.len();
    let next = body.find("-----").unwrap_or(body.len());
    let closed = body.get(next..).is_some_and(|rest| rest.starts_with("-----END"));
    let inside = if closed { next } else { ARMOUR.run(body.as_bytes(), next) };
    let key = body.get(..inside).unwrap_or_default();
    let holds = match fit {
        Fit::Exact => framed(key, closed),
        Fit::Loose => inside >= 16 || framed(key, closed),
    };
    if !holds {
        return nothing;
    }
    let end =
        from + if closed { next + footer(body.get(next..).unwrap_or_default()) } else { inside };
    Look::at(start..end)
}

/// How long the line is that begins with `-----END`. Dashes that begin the next key are no part
/// of it.
fn footer(text: &str) -> usize {
    const END: usize = "-----END".len();
    let behind = text.get(END..).unwrap_or_default();
    let label =
        behind.bytes().take(LABEL).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b' ');
    let label = label.count();
    let dashes = behind.get(label..).and_then(|rest| rest.strip_prefix("-----"));
    match dashes {
        Some(next) if begins(next) => END + label,
        Some(_) => END + label + 5,
        None => END,
    }
}

/// Whether the dashes in front of this begin a key.
fn begins(text: &str) -> bool {
    text.get(..5).is_some_and(|next| next.eq_ignore_ascii_case("BEGIN"))
}

/// Whether a key stands between the two lines, or something that only speaks of one.
fn framed(key: &str, closed: bool) -> bool {
    let runs = key.split(|char: char| !char.is_ascii() || !BASE64.has(char as u8));
    let long = runs.filter(|run| run.len() >= 32).any(|run| proof::varied(run.as_bytes()));
    // Spread over words it has no long run, but still begins as a key does.
    long || (closed && ["MI", "b3Bl", "lQ"].iter().any(|start| key.trim_start().starts_with(start)))
}

/// Three runs with dots between, of which the first is a JSON object.
pub(super) fn jwt(text: &str, start: usize, fit: Fit) -> Look {
    let bytes = text.as_bytes();
    let run = |from: usize| from + URL_SAFE.run(bytes.get(from..).unwrap_or_default(), usize::MAX);
    let head = run(start);
    let nothing = Look::nothing(head);
    let second = |end: usize| bytes.get(end) == Some(&b'.');
    if head < start + 11 || !second(head) || (fit == Fit::Exact && !boundary(bytes, start)) {
        return nothing;
    }
    let body = run(head + 1);
    let object = text.get(head + 1..body).is_some_and(|body| body.starts_with("eyJ"));
    if body < head + 12 || !object || !second(body) {
        return nothing;
    }
    let proven = fit == Fit::Loose || text.get(start..head).is_some_and(proof::json);
    if proven { Look::at(start..run(body + 1)) } else { nothing }
}
