//! An address taken apart, and the places in it that somebody is to fill.

use std::borrow::Cow;

/// A longer value is none that somebody is to fill.
const LONGEST: usize = 160;

/// So many values of an address are looked at for places; what is left is no longer an address
/// that anybody fills by hand.
const MOST: usize = 64;

/// An address in its parts.
#[derive(Clone, Debug)]
pub(super) struct Address<'t> {
    /// The host, with what stands before `@` and the port.
    pub(super) host: &'t str,
    /// Between host and query.
    pub(super) path: &'t str,
    /// The pairs of query and fragment; a part without `=` has no name.
    pub(super) pairs: Vec<(&'t str, &'t str)>,
}

impl<'t> Address<'t> {
    pub(super) fn of(address: &'t str) -> Self {
        let rest = address.split_once("//").map_or(address, |(_, rest)| rest);
        let authority = end_of_host(rest);
        let (host, rest) = rest.split_at_checked(authority).unwrap_or((rest, ""));
        let (path, query) = match rest.find(['?', '#']) {
            Some(at) => {
                (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).unwrap_or_default())
            }
            None => (rest, ""),
        };
        let parts = if query.is_empty() { Vec::new() } else { parts(query) };
        let pair = |part: &'t str| part.split_once('=').unwrap_or(("", part));
        Self { host, path, pairs: parts.into_iter().map(pair).collect() }
    }

    pub(super) const fn has_query(&self) -> bool {
        !self.pairs.is_empty()
    }

    /// Whether it leads to this machine, or to nowhere in particular.
    pub(super) fn is_local(&self) -> bool {
        let host = self.host.rsplit('@').next().unwrap_or_default();
        let name = host.split(':').next().unwrap_or_default();
        name.is_empty()
            || ["localhost", "127.0.0.1", "0.0.0.0"].contains(&name)
            || host.starts_with("[::1]")
    }
}

/// Where the host ends: a name in brackets may hold anything.
fn end_of_host(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'{' | b'<' | b'[' => depth += 1,
            b'}' | b'>' | b']' => depth = depth.saturating_sub(1),
            b'/' | b'?' | b'#' | b'\\' if depth == 0 => return at,
            _ => {}
        }
    }
    rest.len()
}

/// The parts of a query. `&` inside of brackets separates nothing.
fn parts(query: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut from, mut depth) = (0, 0_usize);
    for (at, byte) in query.bytes().enumerate() {
        match byte {
            b'{' | b'<' | b'[' => depth += 1,
            b'}' | b'>' | b']' => depth = depth.saturating_sub(1),
            b'&' | b'#' | b'?' if depth == 0 => {
                found.push(query.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(query.get(from..).unwrap_or_default());
    // Written in HTML, the sign between two is `&amp;`.
    found.iter().map(|part| part.strip_prefix("amp;").unwrap_or(part)).collect()
}

/// A place in an address that somebody is to fill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    /// What it is written as, without brackets; empty if nothing stands there.
    pub(super) token: String,
    /// The name of the parameter.
    pub(super) name: String,
    /// Where in the address.
    pub(super) part: Part,
    /// How it is written.
    pub(super) form: Form,
}

/// A part of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Host,
    Path,
    Query,
}

/// How a place is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `?d=` and nothing behind.
    Open,
    /// Dots, lines or crosses.
    Blank,
    /// A name in brackets, or with a sign that says so.
    Bracket,
    /// A name in capitals.
    Capitals,
    /// Words that are no value.
    Words,
}

/// Returns the places of an address that somebody is to fill.
pub(super) fn slots(address: &Address<'_>) -> Vec<Slot> {
    let mut found = Vec::new();
    let mut add = |name: &str, (token, form): (String, Form), part| {
        found.push(Slot { token, name: name.to_lowercase(), part, form });
    };
    for label in address.host.split('.').take(MOST).filter(|label| bracketed(label)) {
        if let Some(slot) = slot(label) {
            add("", slot, Part::Host);
        }
    }
    if address.path.contains(['{', '<', '[', '$', '%', '…', '_']) {
        for segment in address.path.split('/').take(MOST).filter(|one| !one.is_empty()) {
            let in_it = slot(segment).or_else(|| within(segment));
            if let Some(slot) = in_it.filter(|(_, form)| *form == Form::Bracket) {
                add("", slot, Part::Path);
            }
        }
    }
    for (name, value) in address.pairs.iter().take(MOST) {
        let open = value.is_empty() && !name.is_empty();
        let slot = if open { Some((String::new(), Form::Open)) } else { slot(value) };
        if let Some(slot) = slot.or_else(|| within(value)) {
            add(name, slot, Part::Query);
        }
    }
    found
}

fn bracketed(text: &str) -> bool {
    text.contains(['{', '<', '[', '$'])
}

/// A place that is a part of a value: `img-{data}.png`.
fn within(value: &str) -> Option<(String, Form)> {
    let at = value.find(['{', '<'])?;
    slot(value.get(at..)?.split_inclusive(['}', '>']).next()?)
}

/// What a value says if it is a place to fill.
fn slot(value: &str) -> Option<(String, Form)> {
    if value.len() > LONGEST || value.is_empty() {
        return None;
    }
    let value = if value.contains('%') { decoded(value) } else { Cow::Borrowed(value) };
    let value = value.trim().replace("&lt;", "<").replace("&gt;", ">");
    let inner = value.trim_matches(|char: char| {
        matches!(
            char,
            '{' | '}' | '<' | '>' | '[' | ']' | '(' | ')' | '$' | '%' | '#' | '«' | '»' | '*'
        )
    });
    let first = value.chars().next()?;
    let blank = |char: char| matches!(char, '…' | '.' | '_' | '?' | '□');
    if value.chars().all(blank)
        || (value.len() > 2 && value.chars().all(|char| matches!(char, 'X' | 'x')))
    {
        return Some((value, Form::Blank));
    }
    let sign = matches!(first, '{' | '<' | '[' | '«')
        || (matches!(first, '$' | '#')
            && value.len() > 2
            && inner.starts_with(char::is_alphabetic))
        || (first == '%' && (value == "%s" || value.starts_with("%(")))
        || (first == '*' && value.ends_with('*') && value.len() > 2);
    if sign {
        return Some((inner.trim().to_owned(), Form::Bracket));
    }
    let letters = || value.chars().filter(|char| char.is_alphabetic());
    let named = value.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | '-' | ' '));
    if named && letters().count() >= 3 && !value.contains(|char: char| char.is_ascii_digit()) {
        if letters().all(char::is_uppercase) {
            return Some((value, Form::Capitals));
        }
        // Scripts without capitals: words where others have codes.
        if letters().all(|char| !char.is_ascii()) {
            return Some((value, Form::Words));
        }
    }
    None
}

/// Without percent encoding, as far as that is text.
pub(super) fn decoded(value: &str) -> Cow<'_, str> {
    let mut out = Vec::with_capacity(value.len());
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or_default());
                bytes = ahead;
            }
            _ => out.push(byte),
        }
    }
    String::from_utf8(out).map_or(Cow::Borrowed(value), Cow::Owned)
}
