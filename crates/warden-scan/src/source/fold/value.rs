//! What an expression comes to, as far as it can be worked out without running anything.

use std::sync::Arc;

use warden_flow::{
    analysis::{At, FnId},
    ir::ClassId,
};

use super::env::Env;

/// Texts are followed up to this many bytes.
pub(crate) const LONGEST: usize = 64 << 10;

/// Pieces of a text that are kept apart.
const MOST_PIECES: usize = 64;

/// Alternatives that are kept of one value.
pub(crate) const MOST_CHOICES: usize = 24;

/// A value.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// A text, parts of which may not be known.
    Text(Spelling),
    /// Bytes.
    Bytes(Arc<[u8]>, How),
    /// A whole number.
    Number(i64, How),
    /// `true` or `false`.
    Truth(bool),
    /// Nothing.
    Null,
    /// A list.
    List(Arc<List>),
    /// An object, dictionary or the instance of a struct.
    Object(Arc<Object>),
    /// A function of the program, with what surrounds it.
    Function(FnId, Env),
    /// A class of the program.
    Class(u32, ClassId),
    /// An instance of a class of the program.
    Instance(u32, ClassId),
    /// What a module of the program gives; several for a package of Go.
    Module(Arc<[u32]>),
    /// Something of a library or of the language: its API path.
    Library(Arc<str>, How),
    /// What a call of a library gives.
    Made(Arc<Made>),
    /// One of these.
    OneOf(Arc<[Value]>),
    /// Nothing can be said, except how it came about.
    Unknown(How),
}

/// A list.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    /// What is known to be in it.
    pub(crate) items: Vec<Value>,
    /// Whether there may be more, or the order may be another.
    pub(crate) open: bool,
}

/// An object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Object {
    /// The parts in order; a later one stands for an earlier one of the same name.
    pub(crate) parts: Vec<(Arc<str>, Value)>,
    /// Whether there may be more.
    pub(crate) open: bool,
}

/// What a call of a library gives.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// The API path of what is called.
    pub(crate) path: Arc<str>,
    /// The call.
    pub(crate) at: At,
    /// What it is given, with names.
    pub(crate) args: Vec<(Option<Arc<str>>, Value)>,
    /// What it is called on.
    pub(crate) on: Option<Value>,
    /// How whatever it is made of came about.
    pub(crate) how: How,
}

/// How a value came about: a set of ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct How(u16);

impl How {
    /// Put together of pieces.
    pub(crate) const JOINED: Self = Self(1);
    /// Decoded: base64, hexadecimal, compression.
    pub(crate) const DECODED: Self = Self(1 << 1);
    /// Made of the numbers of characters.
    pub(crate) const CODES: Self = Self(1 << 2);
    /// Calculated with, bit by bit.
    pub(crate) const MASKED: Self = Self(1 << 3);
    /// Turned round.
    pub(crate) const REVERSED: Self = Self(1 << 4);
    /// Read from a file.
    pub(crate) const FILE: Self = Self(1 << 5);
    /// Comes from outside: a parameter of an entry, a request, an answer.
    pub(crate) const OUTSIDE: Self = Self(1 << 6);
    /// Looked up by a name that is worked out.
    pub(crate) const LOOKED_UP: Self = Self(1 << 7);
    /// Comes from the environment or the command line.
    pub(crate) const SETTING: Self = Self(1 << 8);
    /// Written in the program, in part at least.
    pub(crate) const CONSTANT: Self = Self(1 << 9);

    /// Both together.
    #[must_use]
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether any of `other` is in this.
    #[must_use]
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether a text was hidden from whoever reads the program.
    #[must_use]
    pub(crate) const fn disguised(self) -> bool {
        self.has(Self(Self::DECODED.0 | Self::CODES.0 | Self::MASKED.0 | Self::REVERSED.0))
    }
}

/// A text, in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spelling {
    /// In order; no two known ones stand side by side.
    pub(crate) pieces: Vec<Piece>,
    /// How it came about.
    pub(crate) how: How,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// What is known.
    Known(String),
    /// The folder of the user.
    Home,
    /// A variable of the environment.
    Setting(Arc<str>),
    /// What a file holds: its path, as far as it is known.
    File(Arc<str>),
    /// Anything.
    Any,
}

impl Spelling {
    /// A text as it is written.
    pub(crate) fn plain(text: &str) -> Self {
        let pieces = match text {
            "" => Vec::new(),
            text => vec![Piece::Known(text.to_owned())],
        };
        Self { pieces, how: How::CONSTANT }
    }

    /// One piece that is not known.
    pub(crate) fn of(piece: Piece, how: How) -> Self {
        Self { pieces: vec![piece], how }
    }

    /// The text, if all of it is known.
    pub(crate) fn known(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Known(text)] => Some(text),
            _ => None,
        }
    }

    /// The text with `~` for the folder of the user, `$NAME` for settings and `*` for whatever
    /// is not known.
    pub(crate) fn shown(&self) -> String {
        let mut shown = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Known(text) => shown.push_str(text),
                Piece::Home => shown.push('~'),
                Piece::Setting(name) => {
                    shown.push('$');
                    shown.push_str(name);
                }
                Piece::File(_) | Piece::Any => shown.push('*'),
            }
        }
        shown
    }

    /// What is known at the start.
    pub(crate) fn start(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Known(text)) => text,
            _ => "",
        }
    }

    /// Whether anything of it is known.
    pub(crate) fn says(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Known(_)))
    }

    /// Appends another.
    pub(crate) fn push(&mut self, other: &Self) {
        self.how = self.how.with(other.how);
        for piece in &other.pieces {
            self.push_piece(piece.clone());
        }
    }

    fn push_piece(&mut self, piece: Piece) {
        let room = self.pieces.len() < MOST_PIECES;
        match (self.pieces.last_mut(), piece) {
            (Some(Piece::Known(last)), Piece::Known(text))
                if last.len() + text.len() <= LONGEST =>
            {
                last.push_str(&text);
            }
            (Some(Piece::Any), Piece::Any) => {}
            (_, piece) if room => self.pieces.push(piece),
            _ => {}
        }
    }

    /// Appends a text.
    pub(crate) fn push_text(&mut self, text: &str) {
        if !text.is_empty() {
            self.push_piece(Piece::Known(text.to_owned()));
        }
    }

    /// The same with a way in which it came about.
    #[must_use]
    pub(crate) fn by(mut self, how: How) -> Self {
        self.how = self.how.with(how);
        self
    }

    /// Changes every known piece.
    #[must_use]
    pub(crate) fn map(mut self, change: impl Fn(&str) -> String) -> Self {
        for piece in &mut self.pieces {
            if let Piece::Known(text) = piece {
                *text = change(text);
            }
        }
        self
    }
}

impl Value {
    /// A text as it is written.
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(Spelling::plain(text))
    }

    /// Nothing can be said.
    pub(crate) const fn unknown() -> Self {
        Self::Unknown(How(0))
    }

    /// A list whose elements are all known.
    pub(crate) fn list(items: Vec<Value>) -> Self {
        Self::List(Arc::new(List { items, open: false }))
    }

    /// One of several. Those that nothing can be said of are one.
    pub(crate) fn one_of(choices: impl IntoIterator<Item = Self>) -> Self {
        let mut flat: Vec<Self> = Vec::new();
        let mut how = None;
        for choice in choices {
            match choice {
                Self::OneOf(inner) => {
                    for one in inner.iter() {
                        keep(&mut flat, one.clone(), &mut how);
                    }
                }
                one => keep(&mut flat, one, &mut how),
            }
        }
        if let Some(how) = how {
            flat.push(Self::Unknown(how));
        }
        match flat.len() {
            0 => Self::unknown(),
            1 => flat.swap_remove(0),
            _ => Self::OneOf(flat.into()),
        }
    }

    /// What it may be, each by itself.
    pub(crate) fn choices(&self) -> &[Self] {
        match self {
            Self::OneOf(choices) => choices,
            one => std::slice::from_ref(one),
        }
    }

    /// How it came about.
    pub(crate) fn how(&self) -> How {
        match self {
            Self::Text(text) => text.how,
            Self::Bytes(_, how)
            | Self::Number(_, how)
            | Self::Library(_, how)
            | Self::Unknown(how) => *how,
            Self::List(list) => all(&list.items),
            Self::OneOf(choices) => all(choices),
            Self::Made(made) => made.how,
            Self::Object(object) => {
                object.parts.iter().fold(How(0), |how, (_, part)| how.with(part.how()))
            }
            Self::Truth(_) | Self::Null => How::CONSTANT,
            Self::Function(..) | Self::Class(..) | Self::Instance(..) | Self::Module(_) => How(0),
        }
    }

    /// As text: one spelling for each choice that has one.
    pub(crate) fn spellings(&self) -> Vec<Spelling> {
        self.choices().iter().map(Self::spelling).collect()
    }

    /// One choice as text.
    pub(crate) fn spelling(&self) -> Spelling {
        match self {
            Self::Text(text) => text.clone(),
            Self::Bytes(bytes, how) => {
                let text = Spelling::plain(&String::from_utf8_lossy(bytes));
                text.by(*how)
            }
            Self::Number(number, how) => Spelling::plain(&number.to_string()).by(*how),
            Self::Truth(truth) => Spelling::plain(if *truth { "true" } else { "false" }),
            Self::List(list) if !list.items.is_empty() => match super::codec::bytes_of(&list.items)
            {
                // Bytes that are written as numbers are a text wherever one is wanted.
                Some(bytes) => Spelling::plain(&String::from_utf8_lossy(&bytes))
                    .by(How::CODES.with(all(&list.items))),
                None => Spelling::of(Piece::Any, self.how()),
            },
            other => Spelling::of(Piece::Any, other.how()),
        }
    }

    /// The text, if it is one and all of it is known.
    pub(crate) fn known(&self) -> Option<&str> {
        match self {
            Self::Text(text) => text.known(),
            _ => None,
        }
    }

    /// Whether it counts as true, if that is known.
    pub(crate) fn truth(&self) -> Option<bool> {
        match self {
            Self::Truth(truth) => Some(*truth),
            Self::Null => Some(false),
            Self::Number(number, _) => Some(*number != 0),
            Self::Text(text) => match text.known() {
                Some(text) => Some(!text.is_empty()),
                None => text.says().then_some(true),
            },
            Self::List(list) if !list.items.is_empty() => Some(true),
            Self::Function(..) | Self::Class(..) | Self::Instance(..) => Some(true),
            _ => None,
        }
    }
}

fn all(values: &[Value]) -> How {
    values.iter().take(MOST_CHOICES).fold(How(0), |how, value| how.with(value.how()))
}

fn keep(flat: &mut Vec<Value>, one: Value, how: &mut Option<How>) {
    if let Value::Unknown(ways) = one {
        *how = Some(how.unwrap_or_default().with(ways));
        return;
    }
    if flat.len() < MOST_CHOICES && !flat.iter().any(|known| same(known, &one)) {
        flat.push(one);
    }
}

/// Whether two values are the same, as far as is cheap to say.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Number(a, _), Value::Number(b, _)) => a == b,
        (Value::Truth(a), Value::Truth(b)) => a == b,
        (Value::Null, Value::Null) => true,
        (Value::Library(a, _), Value::Library(b, _)) => a == b,
        (Value::Class(m, a), Value::Class(n, b))
        | (Value::Instance(m, a), Value::Instance(n, b)) => (m, a) == (n, b),
        (Value::Module(a), Value::Module(b)) => a == b,
        (Value::Function(a, _), Value::Function(b, _)) => a == b,
        (Value::Made(a), Value::Made(b)) => a.at == b.at,
        _ => false,
    }
}
