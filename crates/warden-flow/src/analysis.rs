//! What is known once a program was followed: flows into sinks, calls that rules asked for, and
//! what functions reach.
//!
//! The result is independent of who calls the program. Whoever knows where values come in names
//! those places as [`Entry`]s and gets the [`Flow`]s from there.

use std::sync::Arc;

use crate::{
    ir::{ExprId, FuncId, Gap, Language, Span},
    models::{Bits, SinkKind, SourceKind},
};

/// A function of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FnId {
    /// The position of its module.
    pub module: u32,
    /// The function there.
    pub function: FuncId,
}

/// An expression of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// The position of its module.
    pub module: u32,
    /// The expression there.
    pub expr: ExprId,
}

/// A place in a file of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// The position of its module.
    pub module: u32,
    /// The bytes there.
    pub span: Span,
}

/// A value that comes in from outside: part of a parameter of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The function that is called from outside.
    pub function: FnId,
    /// Which parameter, counted without the receiver.
    pub param: u16,
    /// The members on the way inside it, for example `params`, `arguments`.
    pub within: Vec<String>,
    /// What is known of the values by themselves (validators of a schema): for the member with
    /// this name directly below `within`, or for all with an empty name.
    pub known: Vec<(String, Bits)>,
    /// What kind of source it is.
    pub kind: SourceKind,
}

/// The ways from entries and sources to sinks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flows {
    /// Each (source, sink, place) once, sorted by place.
    pub ways: Vec<Flow>,
    /// The module and the function where there were more ways than are followed.
    pub gaps: Vec<(u32, Gap)>,
}

/// One way from a source to a sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Where the value comes in.
    pub source: Origin,
    /// What it must not reach.
    pub sink: SinkKind,
    /// The call that it reaches.
    pub at: Spot,
    /// The function that the call stands in.
    pub function: FnId,
    /// The API path of what is called there, for example `subprocess:run`.
    pub callee: Arc<str>,
    /// The pattern of the model that says so.
    pub model: Arc<str>,
    /// Whether nothing is known of the receiver: the name alone decided.
    pub loose: bool,
    /// What is known of the value where it arrives. A rule can tell a weak check from none.
    pub bits: Bits,
    /// The way, source first, sink last. Never empty.
    pub trace: Vec<Hop>,
    /// Constants that values had to be equal to on the way: (member path below the entry,
    /// constant). Tells tools apart where one function dispatches by name.
    pub conditions: Vec<(Vec<String>, Arc<str>)>,
}

/// Where a value of a flow comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Part of an entry: its position in the list that was asked with, and the members below
    /// `within`. Empty: the whole of it.
    Entry(usize, Vec<String>),
    /// A source that a model names.
    Source {
        /// What kind.
        kind: SourceKind,
        /// Where.
        at: Spot,
        /// The API path, for example `:process.env`.
        path: Arc<str>,
        /// The members below it, for example `OPENAI_API_KEY`.
        within: Vec<String>,
    },
}

/// Something from a source that a function gives back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// Where it comes from: never an entry.
    pub source: Origin,
    /// What is known of it.
    pub bits: Bits,
    /// The way, source first.
    pub trace: Vec<Hop>,
}

/// A step on the way from a source to a sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Where.
    pub at: Spot,
    /// The function that it is in.
    pub function: FnId,
    /// What happens.
    pub kind: HopKind,
}

/// What happens at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HopKind {
    /// The value comes in here.
    Source,
    /// It is kept in a variable, a field or a container.
    Assigned,
    /// It becomes part of another value.
    Combined,
    /// It is passed to a function of the program.
    Passed,
    /// It comes back from a function.
    Returned,
    /// It goes through code that is not in the tree.
    Through,
    /// It reaches the sink.
    Sink,
}

/// A call that a model has a `note` for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The tag of the note.
    pub tag: Arc<str>,
    /// The call. For a note on a value that is not called: the expression.
    pub at: At,
    /// The function that it stands in.
    pub function: FnId,
    /// The API path of what is called.
    pub path: Arc<str>,
    /// The receiver, if there is one.
    pub receiver: Option<At>,
    /// The arguments, in order.
    pub args: Vec<NotedArg>,
}

/// An argument of a noted call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotedArg {
    /// `name=…`.
    pub name: Option<Arc<str>>,
    /// The expression.
    pub at: At,
    /// The functions of the program that it may be.
    pub functions: Vec<FnId>,
    /// The classes of the program that it may be, or be instances of: (module, class).
    pub classes: Vec<(u32, crate::ir::ClassId)>,
}

/// What an expression is, as far as it can be said without running anything.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A text.
    Text(Arc<str>),
    /// A number, as it is written.
    Number(Arc<str>),
    /// `true` or `false`.
    Bool(bool),
    /// `null` and the like.
    Null,
    /// A regular expression: pattern and flags.
    Regex(Arc<str>, Arc<str>),
    /// A list.
    List(Vec<Literal>),
    /// An object, in order; parts with keys that are not known are left out and make it open.
    Object {
        /// The parts.
        parts: Vec<(Arc<str>, Literal)>,
        /// Where each part's value stands.
        places: Vec<At>,
        /// Whether there may be more.
        open: bool,
    },
    /// A function of the program.
    Function(FnId),
    /// A class of the program.
    Class(u32, crate::ir::ClassId),
    /// Something of a library: its API path.
    Path(Arc<str>),
    /// A call: of what, and with what. `z.string().min(1)` is a call of the path
    /// `zod:z.string().min` on the literal of `z.string()`.
    Call {
        /// The API path or the name of what is called.
        path: Arc<str>,
        /// The receiver.
        on: Option<Box<Literal>>,
        /// The arguments, with their names.
        args: Vec<(Option<Arc<str>>, Literal)>,
    },
    /// A text of which only the constant parts are known: `None` where something else stands.
    Pieces(Vec<Option<Arc<str>>>),
    /// Nothing can be said.
    Unknown,
}

/// What a function reaches through everything that it calls.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Reach {
    /// The functions, itself included, sorted.
    pub functions: Vec<FnId>,
    /// The effects on the world, with the place and the API path of one call for each
    /// (effect, path), sorted.
    pub effects: Vec<(Arc<str>, Arc<str>, Spot)>,
}

/// A function, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionInfo {
    /// What it is called; the name of what it is in for one without a name.
    pub name: String,
    /// The class that it is a method of.
    pub class: Option<String>,
    /// Its file.
    pub path: String,
    /// Its language.
    pub language: Language,
    /// The names of its parameters; empty ones are taken apart at once.
    pub params: Vec<String>,
    /// Where.
    pub spot: Spot,
}
