//! How an address is shown: what stands in front of it.

use std::{collections::BTreeSet, ops::Range};

use super::Carrier;
use crate::work;

/// How far before an address its mark-up is looked for, in bytes.
const REACH: usize = 512;

/// How far behind an address the rest of its tag is looked at.
const REST: usize = 512;

/// Where an address stands.
#[derive(Clone, Debug)]
pub(super) struct Place<'t> {
    /// How it is shown.
    pub(super) carrier: Carrier,
    /// The byte that ends it, if something opened it.
    pub(super) closes: Option<u8>,
    /// Whether it is a picture of no size, or one that is not shown.
    pub(super) unseen: bool,
    /// Whether mark-up stands in front of it at all.
    pub(super) marked: bool,
    /// The tag that it is in, if it is in one.
    tag: Option<&'t str>,
}

/// Tells where the addresses of a text stand, one after the other.
pub(super) struct Places<'t> {
    text: &'t str,
    /// Where the last address ended.
    floor: usize,
    /// The tag that the last one was in.
    tag: Option<&'t str>,
    /// Names of references that pictures use, once they are asked for.
    pictures: Option<BTreeSet<&'t str>>,
}

impl<'t> Places<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text, floor: 0, tag: None, pictures: None }
    }

    /// Where the address stands that begins at `start`.
    pub(super) fn of(&mut self, start: usize) -> Place<'t> {
        let from = self.text.ceil_char_boundary(start.saturating_sub(REACH).max(self.floor));
        let before = self.text.get(from..start).unwrap_or_default();
        work::add(before.len());
        let plain = |carrier, closes| Place {
            carrier,
            closes,
            unseen: false,
            marked: carrier != Carrier::Plain,
            tag: None,
        };
        let bare = before.trim_end_matches('<');
        if bare.ends_with("](") {
            let closes = if bare.len() < before.len() { b'>' } else { b')' };
            return plain(markdown(bare), Some(closes));
        }
        let label = bare.trim_end().strip_suffix("]:");
        if let Some(label) = label.and_then(|rest| Some(rest.rsplit_once('[')?.1)) {
            let picture = self.pictures().contains(label);
            return plain(if picture { Carrier::Image } else { Carrier::Link }, None);
        }
        let quote = before.as_bytes().last().copied().filter(|byte| matches!(byte, b'"' | b'\''));
        let head = if quote.is_some() { before.get(..before.len() - 1) } else { Some(before) };
        let head = head.unwrap_or_default();
        if ends_with(head.trim_end(), "url(") {
            return plain(Carrier::Style, Some(quote.unwrap_or(b')')));
        }
        if let Some(tag) = self.tag_before(before) {
            let carrier = in_tag(tag, before);
            let unseen = carrier == Carrier::Image && self.unseen(before, start);
            let closes = quote.or_else(|| inside_quotes(before));
            return Place { carrier, closes, unseen, marked: true, tag: Some(tag) };
        }
        if before.ends_with('<') {
            return plain(Carrier::Link, Some(b'>'));
        }
        plain(Carrier::Plain, None)
    }

    /// An address was looked at.
    pub(super) fn passed(&mut self, range: &Range<usize>, place: &Place<'t>) {
        self.floor = range.end;
        self.tag = place.tag;
    }

    /// The name of the tag that is open behind `before`.
    fn tag_before(&self, before: &'t str) -> Option<&'t str> {
        let inner = match before.rfind('<') {
            Some(at) => before.get(at + 1..)?,
            None if before.contains('>') => return None,
            None => return self.tag,
        };
        if inner.contains('>') {
            return None;
        }
        let name = inner.split(|char: char| !char.is_ascii_alphanumeric()).next()?;
        (!name.is_empty() && name.len() < inner.len()).then_some(name)
    }

    /// Whether the tag around an address says that nothing of it shows.
    fn unseen(&self, before: &str, start: usize) -> bool {
        let end = self.text.floor_char_boundary((start + REST).min(self.text.len()));
        let behind = self.text.get(start..end).unwrap_or_default();
        let behind = behind.split(['<', '>']).next().unwrap_or_default();
        work::add(behind.len());
        let before = before.rsplit('<').next().unwrap_or_default();
        let both = format!("{before} {behind}").to_ascii_lowercase();
        let flat: String =
            both.chars().filter(|char| !matches!(char, '"' | '\'' | ' ' | '\\')).collect();
        let none = |name: &str| {
            flat.match_indices(name).any(|(at, _)| {
                let value = flat.get(at + name.len()..).unwrap_or_default();
                let digits = value.bytes().take_while(u8::is_ascii_digit).count();
                matches!(value.get(..digits), Some("0" | "1"))
            })
        };
        (none("width=") && none("height="))
            || (none("width:") && none("height:"))
            || ["display:none", "visibility:hidden", "opacity:0;"]
                .iter()
                .any(|how| flat.contains(how))
    }

    /// The names of references that pictures use: `![text][name]` and `![name]`.
    fn pictures(&mut self) -> &BTreeSet<&'t str> {
        let text = self.text;
        self.pictures.get_or_insert_with(|| {
            let mut found = BTreeSet::new();
            for (at, _) in text.match_indices("![") {
                let end = text.floor_char_boundary((at + 2 + REACH).min(text.len()));
                let rest = text.get(at + 2..end).unwrap_or_default();
                work::add(rest.len());
                let Some((name, behind)) = rest.split_once(']') else { continue };
                let named = behind.strip_prefix('[').and_then(|rest| Some(rest.split_once(']')?.0));
                found.insert(named.filter(|named| !named.is_empty()).unwrap_or(name));
            }
            found
        })
    }
}

/// Whether what ends with `](` is a picture or a link.
fn markdown(before: &str) -> Carrier {
    let inner = before.get(..before.len() - 2).unwrap_or_default();
    let picture = inner.rfind('[').and_then(|at| inner.get(..at)).is_some_and(|b| b.ends_with('!'));
    if picture { Carrier::Image } else { Carrier::Link }
}

/// What a tag does with an address.
fn in_tag(tag: &str, before: &str) -> Carrier {
    let is = |names: &[&str]| names.iter().any(|name| tag.eq_ignore_ascii_case(name));
    if is(&["img", "image", "audio", "video", "source", "track", "picture", "body", "table", "td"])
        || (is(&["input"]) && last_attribute(before).eq_ignore_ascii_case("src"))
    {
        Carrier::Image
    } else if is(&["iframe", "frame", "object", "embed", "script", "link", "use", "portal"]) {
        Carrier::Frame
    } else if is(&["meta"]) && ends_with(before.trim_end_matches(['"', '\'']).trim_end(), "url=") {
        Carrier::Refresh
    } else if is(&["form"]) || last_attribute(before).eq_ignore_ascii_case("formaction") {
        Carrier::Form
    } else {
        Carrier::Link
    }
}

/// The name of the attribute that a value at the end of `before` belongs to.
fn last_attribute(before: &str) -> &str {
    let head = before.trim_end_matches(['"', '\'', ' ']).trim_end_matches('=').trim_end();
    head.rsplit(|char: char| !char.is_ascii_alphanumeric() && char != '-')
        .next()
        .unwrap_or_default()
}

/// The quotes that are open where an address stands behind other text of an attribute, as in
/// `content="0; url=`.
fn inside_quotes(before: &str) -> Option<u8> {
    let tag = before.rsplit('<').next().unwrap_or_default();
    let mut open = None;
    for byte in tag.bytes().filter(|byte| matches!(byte, b'"' | b'\'')) {
        open = match open {
            None => Some(byte),
            Some(quote) if quote == byte => None,
            Some(quote) => Some(quote),
        };
    }
    open
}

fn ends_with(text: &str, end: &str) -> bool {
    let at = text.len().checked_sub(end.len());
    at.and_then(|at| text.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}
