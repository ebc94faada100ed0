//! The strings and numbers of a message as texts to judge, and as places to change.
//!
//! One text for each block of content, or for several that are short: a detector is called once
//! for a block and not for each member. Names that are words of the protocol are left out; others
//! stand before their values, as `name: value`, since they say what the values are.

use std::{borrow::Cow, ops::Range};

use warden_mcp::{bridge, frame, splice, walk};

/// A text is closed at the end of a block once it is this long, in bytes.
const ENOUGH: usize = 4096;
/// Values nested deeper are not looked at; a verified message has none.
const DEEPEST: usize = 160;
/// Numbers of fewer digits say nothing by themselves.
const DIGITS: usize = 8;

/// Members that are words of the protocol.
static PROTOCOL: &[&str] = &[
    "_meta",
    "annotations",
    "arguments",
    "audience",
    "blob",
    "code",
    "content",
    "contents",
    "data",
    "description",
    "isError",
    "lastModified",
    "message",
    "messages",
    "mimeType",
    "name",
    "priority",
    "resource",
    "resultType",
    "role",
    "size",
    "structuredContent",
    "text",
    "title",
    "type",
    "uri",
];
/// Those whose values are words of the protocol as well, if they look it.
static WORDS: &[&str] = &["type", "mimeType", "role", "audience", "resultType", "lastModified"];
/// Lists whose elements are blocks.
static BLOCKS: &[&str] = &["content", "contents", "messages"];
/// What is ours, sealed.
static SEALED: &[&str] = &["requestState"];

/// The texts of a message.
#[derive(Debug, Default)]
pub(super) struct Pieces<'a> {
    raw: &'a str,
    pub(super) all: Vec<Piece>,
    /// Something was too deep to be looked at.
    pub(super) cut: bool,
    /// There is content that is no text: images, sound, archives.
    pub(super) binary: bool,
    care: Care,
}

/// With how much care texts are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Care {
    /// What looks like a word of the protocol, where there is one, is left out.
    #[default]
    Usual,
    /// Nothing is left out, and no number is too short.
    All,
    /// The same, with a text for each value.
    Each,
}

/// One text.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub(super) text: String,
    parts: Vec<Part>,
}

/// Where a part of a text is from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    /// Where it stands in the text.
    at: Range<usize>,
    /// Where it stands in the message, as it is written there.
    token: Range<usize>,
    /// It is the name of a member, which cannot be changed without changing what the member is.
    name: bool,
}

impl<'a> Pieces<'a> {
    /// The texts of a verified value, without the members named.
    pub(super) fn of(raw: &'a str, without: &[&str]) -> Self {
        Self::read(raw, without, Care::Usual)
    }

    /// The texts of a verified value in every way in which a reader may put them together, with all
    /// that a client may see: for whoever has to find something and not only to notice it.
    pub(super) fn every_way(raw: &'a str) -> [Self; 3] {
        [Care::Usual, Care::All, Care::Each].map(|care| Self::read(raw, &[], care))
    }

    fn read(raw: &'a str, without: &[&str], care: Care) -> Self {
        let mut pieces = Self { raw, all: vec![Piece::default()], care, ..Self::default() };
        let thorough = pieces.is_thorough();
        // Only a state that goes with a question is sealed on its way.
        let seals = !thorough || bridge::result_type(raw).as_deref() == Some("input_required");
        if !raw.starts_with('{') {
            pieces.value(raw, None, 0);
        }
        for (name, value) in walk::members(raw).filter(|(name, _)| !without.contains(&&**name)) {
            if seals && SEALED.contains(&&*name) {
                continue;
            }
            if BLOCKS.contains(&&*name) && value.starts_with('[') {
                for block in walk::elements(value) {
                    pieces.value(block, None, 1);
                    pieces.close();
                }
            } else {
                pieces.member(raw, (&name, value), 1);
                if name == "structuredContent" {
                    pieces.close();
                }
            }
        }
        pieces.all.retain(|piece| !piece.text.is_empty());
        pieces
    }

    /// The message as it was written.
    pub(super) const fn raw(&self) -> &'a str {
        self.raw
    }

    fn is_thorough(&self) -> bool {
        self.care != Care::Usual
    }

    fn close(&mut self) {
        if self.all.last().is_none_or(|piece| piece.text.len() >= ENOUGH) {
            self.all.push(Piece::default());
        }
    }

    fn value(&mut self, value: &'a str, name: Option<&str>, depth: usize) {
        if depth > DEEPEST {
            self.cut = true;
            return;
        }
        match value.as_bytes().first() {
            Some(b'"') => {
                if let Some(text) = frame::string(value)
                    && (self.is_thorough()
                        || !(name.is_some_and(|name| WORDS.contains(&name)) && is_word(&text)))
                {
                    self.leaf(&text, value, name);
                }
            }
            Some(b'{') => {
                for (name, inner) in walk::members(value) {
                    self.member(value, (&name, inner), depth + 1);
                }
            }
            Some(b'[') => {
                for inner in walk::elements(value) {
                    self.value(inner, name.filter(|name| WORDS.contains(name)), depth + 1);
                }
            }
            Some(b'-' | b'0'..=b'9') => {
                let named = name.is_some_and(|name| !PROTOCOL.contains(&name));
                if self.is_thorough()
                    || named
                    || (value.len() >= DIGITS && !value.contains(['.', 'e', 'E']))
                {
                    self.leaf(value, value, name);
                }
            }
            _ => {}
        }
    }

    fn member(&mut self, object: &'a str, (name, value): (&Cow<'a, str>, &'a str), depth: usize) {
        if matches!(&**name, "blob" | "data") && value.starts_with('"') && !self.is_thorough() {
            let sort = walk::text(object, "mimeType");
            if sort.is_some_and(|sort| !is_text(&sort)) {
                self.binary = true;
                return;
            }
        }
        let nested = value.starts_with(['{', '['])
            || self.is_thorough() && value.starts_with(['t', 'f', 'n']);
        if nested && !PROTOCOL.contains(&&**name) {
            // A borrowed name stands as it is, in its quotes.
            self.name(name);
        }
        self.value(value, Some(name), depth);
    }

    fn name(&mut self, name: &str) {
        let Some(piece) = self.all.last_mut() else { return };
        let start = piece.text.len();
        piece.text.push_str(name);
        piece.parts.push(Part { at: start..piece.text.len(), token: 0..0, name: true });
        piece.text.push_str(":\n");
    }

    fn leaf(&mut self, text: &str, token: &'a str, name: Option<&str>) {
        let token = place(self.raw, token);
        let Some(piece) = self.all.last_mut() else { return };
        if let Some(name) = name.filter(|name| !PROTOCOL.contains(name)) {
            let start = piece.text.len();
            piece.text.push_str(name);
            piece.parts.push(Part { at: start..piece.text.len(), token: 0..0, name: true });
            piece.text.push_str(": ");
        }
        let start = piece.text.len();
        piece.text.push_str(text);
        piece.parts.push(Part { at: start..piece.text.len(), token, name: false });
        piece.text.push('\n');
        if self.care == Care::Each {
            self.all.push(Piece::default());
        }
    }
}

/// Where a slice of a text stands in it.
pub(super) fn place(whole: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
    start..start + part.len()
}

/// Whether a value is a word of a protocol, such as `text`, `image/png` or a date.
pub(super) fn is_word(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./+:;=".contains(&byte);
    text.len() <= 64 && text.bytes().all(plain)
}

pub(super) fn is_text(sort: &str) -> bool {
    let sort = sort.to_ascii_lowercase();
    let words = ["json", "xml", "script", "html", "yaml", "csv", "toml", "svg", "form"];
    sort.starts_with("text/") || words.iter().any(|word| sort.contains(word))
}

/// Changes to the strings and numbers of a message.
#[derive(Debug, Default)]
pub(super) struct Changes {
    all: Vec<Change>,
    /// Something stands where nothing can be changed.
    pub(super) impossible: bool,
}

#[derive(Debug)]
struct Change {
    token: Range<usize>,
    /// What is replaced in its value, in bytes; everything if there is none.
    at: Option<Range<usize>>,
    with: String,
}

impl Changes {
    /// Replaces a range of a text.
    pub(super) fn replace(&mut self, piece: &Piece, range: &Range<usize>, with: &str) {
        for part in piece.touched(range) {
            if part.name {
                self.impossible = true;
                continue;
            }
            let from = range.start.saturating_sub(part.at.start);
            let to = range.end.min(part.at.end) - part.at.start;
            self.value(part.token.clone(), from..to, with);
        }
    }

    /// Replaces all that is told by the string in which a range of a text stands.
    pub(super) fn replace_whole(&mut self, piece: &Piece, range: &Range<usize>, with: &str) {
        for part in piece.touched(range) {
            self.impossible |= part.name;
            let token = part.token.clone();
            self.all.push(Change { token, at: None, with: with.to_owned() });
        }
    }

    /// Replaces a range of the value of a token.
    pub(super) fn value(&mut self, token: Range<usize>, at: Range<usize>, with: &str) {
        self.all.push(Change { token, at: Some(at), with: with.to_owned() });
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The message with the changes in it; `None` if one of them cannot be made.
    pub(super) fn apply(mut self, raw: &str) -> Option<String> {
        let key = |at: &Option<Range<usize>>| at.as_ref().map_or((0, 0), |at| (1, at.start));
        self.all.sort_by_key(|change| (change.token.start, key(&change.at)));
        let mut out = String::with_capacity(raw.len());
        let mut from = 0;
        for changes in self.all.chunk_by(|a, b| a.token == b.token) {
            let token = changes.first()?.token.clone();
            out.push_str(raw.get(from..token.start)?);
            let written = raw.get(token.clone())?;
            let value = frame::string(written).unwrap_or(Cow::Borrowed(written));
            out.push_str(&splice::text(&changed(&value, changes)?));
            from = token.end;
        }
        out.push_str(raw.get(from..)?);
        Some(out)
    }
}

fn changed(value: &str, changes: &[Change]) -> Option<String> {
    let mut out = String::with_capacity(value.len());
    let mut from = 0;
    for change in changes {
        let Some(at) = &change.at else { return Some(change.with.clone()) };
        if at.end <= from {
            continue;
        }
        // What overlaps is taken out once.
        if at.start >= from {
            out.push_str(value.get(from..at.start)?);
            out.push_str(&change.with);
        }
        from = at.end;
    }
    out.push_str(value.get(from..)?);
    Some(out)
}

impl Piece {
    fn touched(&self, range: &Range<usize>) -> impl Iterator<Item = &Part> {
        let first = self.parts.partition_point(|part| part.at.end <= range.start);
        let rest = self.parts.get(first..).unwrap_or_default();
        rest.iter().take_while(move |part| part.at.start < range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, texts: &[&str]) {
        let pieces = Pieces::of(raw, &["_meta"]);
        let found: Vec<_> = pieces.all.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(found, texts, "{raw}");
    }

    #[test]
    fn a_text_has_what_a_model_reads_and_not_the_words_of_the_protocol() {
        check(
            r#"{"content":[{"type":"text","text":"a\nb"},{"type":"text","text":"c"}],"isError":false}"#,
            &["a\nb\nc\n"],
        );
        check(r#"{"type":"say \u0061ll"}"#, &["say all\n"]);
        check(
            r#"{"structuredContent":{"user":{"pin":4711,"tags":["x","y"]},"n":1.5},"_meta":{"k":"v"}}"#,
            &["user:\npin: 4711\ntags:\nx\ny\nn: 1.5\n"],
        );
        check(r#"{"content":[{"type":"image","data":"aGk=","mimeType":"image/png"}]}"#, &[]);
        check(
            r#"{"contents":[{"uri":"a:b","blob":"aGk=","mimeType":"text/plain"}]}"#,
            &["a:b\naGk=\n"],
        );
        check(r#"["x",12345678,1]"#, &["x\n12345678\n"]);
        let long = "x".repeat(ENOUGH);
        let raw = format!(r#"{{"content":[{{"text":"{long}"}},{{"text":"z"}}]}}"#);
        check(&raw, &[&format!("{long}\n"), "z\n"]);
        assert!(Pieces::of(r#"{"content":[{"data":"","mimeType":"audio/wav"}]}"#, &[]).binary);
    }

    #[test]
    fn what_is_changed_is_changed_where_it_was_written_and_nothing_else() {
        let raw =
            r#"{ "content":[{"text":"a \"secret\" b\u00e9"}], "n" : {"k":1234567890, "m": 1.0} }"#;
        let pieces = Pieces::of(raw, &[]);
        let piece = &pieces.all[0];
        let mut changes = Changes::default();
        for word in ["secret", "1234567890"] {
            let at = piece.text.find(word).expect("it is there");
            changes.replace(piece, &(at..at + word.len()), "‹x›");
        }
        assert!(!changes.impossible);
        let expected = r#"{ "content":[{"text":"a \"‹x›\" bé"}], "n" : {"k":"‹x›", "m": 1.0} }"#;
        assert_eq!(changes.apply(raw).as_deref(), Some(expected));
    }

    #[test]
    fn what_overlaps_is_taken_out_once_and_a_name_cannot_be_changed() {
        let raw = r#"{"secret":"abcdef"}"#;
        let pieces = Pieces::of(raw, &[]);
        let piece = &pieces.all[0];
        let start = piece.text.find("abc").expect("it is there");
        let mut changes = Changes::default();
        changes.replace(piece, &(start..start + 4), "‹x›");
        changes.replace(piece, &(start + 2..start + 5), "‹y›");
        assert_eq!(changes.apply(raw).as_deref(), Some(r#"{"secret":"‹x›f"}"#));
        let mut changes = Changes::default();
        changes.replace(piece, &(0..3), "‹x›");
        assert!(changes.impossible);
    }
}
