//! One tree with byte ranges for every configuration format.
//!
//! Readers of shapes, and whoever edits a file, see the same [`Node`]s whether the file is JSON,
//! JSON with comments, TOML or YAML. Every range counts bytes of the original file, a byte order
//! mark included, so that an edit is "replace these bytes" and everything else stays as it was.

mod build;
mod json;
mod toml;
mod yaml;

use std::ops::Range;

use thiserror::Error;

/// How deep values may be nested in each other.
pub const DEPTH_CAP: usize = 128;

/// How many values one file may hold, those that stand for a YAML alias included.
pub const NODE_CAP: usize = 400_000;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON as RFC 8259 has it. A byte order mark is allowed.
    Json,
    /// JSON with what clients accept besides: comments, trailing commas, single quotes and bare
    /// keys. Nearly every client's "JSON" is read like this.
    Jsonc,
    /// TOML 1.0.
    Toml,
    /// YAML 1.2. A stream of several documents is an array of them.
    Yaml,
}

/// A file that was parsed: its tree, and what its offsets mean to people.
#[derive(Clone, Debug)]
pub struct Document {
    text: Box<str>,
    lines: Vec<usize>,
    root: Node,
    duplicates: Vec<Duplicate>,
}

/// One value and where it stands.
///
/// What a range covers, besides the obvious:
/// - a string covers its quotes; a YAML block scalar covers its header, up to its last character
///   that is not a line break;
/// - a YAML block sequence or mapping goes from its first `-` or key to the end of its last
///   value. A block sequence cannot be replaced by `[…]` on its own, since that may have to be
///   indented deeper: replace from [`Member::key_span`] to the end of the value instead;
/// - a TOML table that is written with a header goes from the header to the end of its last
///   value, and thereby over other tables that stand in between; one that is made of dotted keys
///   covers these;
/// - an empty YAML value covers nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The bytes of the file that it covers.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// Whether it is written elsewhere: a YAML alias or a merged member. It must not be edited
    /// here. Its `span` is that of the alias; the spans below it lie at the anchor.
    pub shared: bool,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Members in the order of the file. A key that stands twice is here twice.
    Object(Vec<Member>),
    /// Items in the order of the file.
    Array(Vec<Node>),
    /// Text with its escapes resolved; TOML dates and times are text too.
    String(String),
    /// A number as it is written.
    Number(String),
    /// True or false.
    Bool(bool),
    /// Nothing.
    Null,
}

/// One member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key with its escapes resolved.
    pub key: String,
    /// The bytes of the key, quotes included.
    pub key_span: Range<usize>,
    /// The value.
    pub value: Node,
}

/// A key that stands twice in one object. Clients take the last, and so does [`Node::get`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The key.
    pub key: String,
    /// Where the one that counts stands.
    pub key_span: Range<usize>,
}

/// A place as people count: line and column from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// Why bytes are not a document. It never holds any of their text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DocumentError {
    /// The bytes are not UTF-8.
    #[error("byte {offset} is not UTF-8")]
    Encoding {
        /// The first byte that is wrong.
        offset: usize,
    },
    /// There is nothing but white space and comments.
    #[error("the file is empty")]
    Empty,
    /// Values are nested deeper than [`DEPTH_CAP`].
    #[error("values are nested more than {DEPTH_CAP} deep")]
    TooDeep,
    /// There are more values than [`NODE_CAP`], aliases counted as what they stand for.
    #[error("more than {NODE_CAP} values")]
    TooLarge,
    /// The text breaks the grammar of its format.
    #[error("syntax error at line {line}, column {column}")]
    Syntax {
        /// The line, counted from 1.
        line: u32,
        /// The column in characters, counted from 1.
        column: u32,
    },
}

impl Document {
    /// Parses the bytes of a file.
    ///
    /// # Errors
    /// When the bytes are not a document of this format within the caps.
    pub fn parse(bytes: &[u8], format: Format) -> Result<Self, DocumentError> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| DocumentError::Encoding { offset: error.valid_up_to() })?;
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let base = text.len() - body.len();
        let parsed = match format {
            Format::Json => json::parse_strict(body, base),
            Format::Jsonc => json::parse(body, base),
            Format::Toml => toml::parse(body, base),
            Format::Yaml => yaml::parse(body, base),
        };
        let lines = line_starts(text);
        match parsed {
            Ok(Parsed { root, duplicates }) => {
                Ok(Self { text: text.into(), lines, root, duplicates })
            }
            Err(Stop::At(offset)) => {
                let Position { line, column } = position(text, &lines, offset);
                Err(DocumentError::Syntax { line, column })
            }
            Err(Stop::Because(error)) => Err(error),
        }
    }

    /// The outermost value.
    #[must_use]
    pub const fn root(&self) -> &Node {
        &self.root
    }

    /// The keys that stand more than once in one object.
    #[must_use]
    pub fn duplicates(&self) -> &[Duplicate] {
        &self.duplicates
    }

    /// The value at an RFC 6901 pointer. Of a key that stands twice, the last counts.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<&Node> {
        self.root.at(pointer)
    }

    /// The line and column of a byte of the file.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        position(&self.text, &self.lines, offset)
    }

    /// The text as it stands in the file.
    #[must_use]
    pub fn source(&self, span: Range<usize>) -> Option<&str> {
        self.text.get(span)
    }
}

impl Node {
    /// The members, if it is an object.
    #[must_use]
    pub fn members(&self) -> Option<&[Member]> {
        match &self.kind {
            Kind::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The items, if it is an array.
    #[must_use]
    pub fn items(&self) -> Option<&[Self]> {
        match &self.kind {
            Kind::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The text, if it is a string.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text that a string, number or truth value would have as an environment variable.
    #[must_use]
    pub fn scalar(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) | Kind::Number(text) => Some(text),
            Kind::Bool(true) => Some("true"),
            Kind::Bool(false) => Some("false"),
            Kind::Null | Kind::Object(_) | Kind::Array(_) => None,
        }
    }

    /// True or false, if it is one of them.
    #[must_use]
    pub const fn truth(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    /// The last member with this key.
    #[must_use]
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.members()?.iter().rev().find(|member| member.key == key)
    }

    /// The value of the last member with this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.member(key).map(|member| &member.value)
    }

    /// The value at an RFC 6901 pointer below this one.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<&Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self, |node, token| match &node.kind {
            Kind::Object(_) => node.get(&unescape(token)),
            Kind::Array(items) => items.get(index(token)?),
            _ => None,
        })
    }
}

/// Adds one key or index to an RFC 6901 pointer.
#[must_use]
pub fn pointer_push(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"))
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

fn index(token: &str) -> Option<usize> {
    let canonical = token == "0" || !token.starts_with(['0', '+']);
    token.parse().ok().filter(|_| canonical)
}

/// What a parser returns.
struct Parsed {
    root: Node,
    duplicates: Vec<Duplicate>,
}

/// Why a parser stopped.
enum Stop {
    /// The text is wrong at this byte of the file.
    At(usize),
    /// Any other reason.
    Because(DocumentError),
}

impl From<DocumentError> for Stop {
    fn from(error: DocumentError) -> Self {
        Self::Because(error)
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    std::iter::once(0).chain(breaks.map(|(offset, _)| offset + 1)).collect()
}

fn position(text: &str, lines: &[usize], offset: usize) -> Position {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let line = lines.partition_point(|start| *start <= offset).max(1);
    let start = lines.get(line - 1).copied().unwrap_or(0);
    let before = text.get(start..offset).unwrap_or("");
    let column = before.chars().filter(|character| *character != '\u{feff}').count() + 1;
    Position {
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests;
