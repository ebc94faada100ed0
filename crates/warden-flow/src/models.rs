//! What is said about code that is not in the tree: libraries, builtins, the language's own types.
//!
//! A model is text, so that it can be read, reviewed and listed in a reference. A line at the left
//! edge is a pattern over *API paths*; the indented lines below it are what calls of it do.
//!
//! ```text
//! subprocess:{run,call,Popen}
//!     sink command 0|args when shell=true
//!     sink argument 0|args[1..]
//!     effect execute
//! shlex:quote
//!     clean command
//! ```
//!
//! # API paths
//!
//! Where a value comes from: `module:member.member().member`. The module is what is imported
//! (in Python the first part of its name, in JavaScript without `node:`; a default import is the
//! module itself), empty for what the language gives (`:open`, `:process.env`). `()` is the result
//! of a call or of making an instance, `[]` an element, `>1` the second parameter of a function
//! that is passed to a call. In patterns `*` at the start stands for anything before, `.*` for any
//! member, and `{a,b}` for either. `*.execute` also covers receivers that nothing is known of.
//!
//! # Effects
//!
//! | effect | of a call that matches |
//! |---|---|
//! | `sink KIND SELECT [unless BITS] [when TESTS]` | the selected values must not be tainted |
//! | `source KIND [value\|result\|param N] [when TESTS]` | the result (default), the value itself or a parameter of a passed function is tainted |
//! | `clean BITS [SELECT] [when TESTS]` | the result is the selected values (default: all and the receiver), with the bits set; with `self` also the value itself where it is not called |
//! | `strip SELECT SELECT` | the result is the second, in which the regular expression in the first matches nowhere any more |
//! | `pure` | the result holds nothing of the arguments |
//! | `pass SELECT` | the result is the selected value, also as a function or an object |
//! | `field SELECT` | the result is the member of the receiver that the selected text names |
//! | `guard true\|false SELECT clears BITS [needs BITS] [when TESTS]` | when the result is so, the bits are set on the selected value and on whatever it came from |
//! | `pattern SELECT SELECT [start\|whole]` | the result being true means that the second matches the regular expression in the first, anywhere unless said otherwise; being false, that it matches nowhere |
//! | `ensure SELECT clears BITS [needs BITS]` | as `guard`, when the call returns at all |
//! | `store SELECT into SELECT` | the first becomes an element of the second |
//! | `call SELECT with SELECT,…` | the selected function is called with the given values |
//! | `instance PATH` | the result is what the path says |
//! | `shared` | the value at the path is one that a library hands from function to function: what is written to one of its members is what is read of that member anywhere |
//! | `note TAG [when TESTS]` | the call is kept for rules that ask for the tag |
//! | `effect NAME [when TESTS]` | whoever calls it has this effect on the world |
//!
//! A call that no sink, source or result effect is said of gives back what it got: its result is
//! tainted by its arguments and its receiver, with their bits.
//!
//! # Selecting
//!
//! `0` an argument by position, `name` by name, `0|name` whichever is given, `*` every argument,
//! `2..` those from there, `self` the receiver; then `.field`, `[0]`, `[1..]` or `[]` inside it.
//!
//! # Tests
//!
//! `x=a/b`: what is selected may be one of these constants (what is not known may be). `x==a/b`:
//! it is one of these for certain. `x!=a/b`: it may be something else. `x`, `!x`: it is given, or
//! not. `~` stands for `/`; `*a` for whatever ends with `a`, which is also known of texts that
//! are put together; the last name of something of a library counts as a constant.
//!
//! # Comparisons
//!
//! `a in b` and the like are calls of `__contains__` of `b`, `a < b` and the like of
//! `__compare__` of both, what is assigned to a member calls `=` of it, and `typeof a == "b"`
//! calls `:typeof` with both.
//!
//! # Bits
//!
//! Sixty-four properties that a tainted value may have for certain. The first are the sink kinds:
//! a value with the bit of a sink is harmless there. The rest are *marks*: `leading` (something
//! constant stands before it), `authority` (the host of the URL is fixed), and whatever the tables
//! declare. `unless` names marks that make it harmless as well. `all` is every bit.

mod parse;
mod path;
#[cfg(test)]
mod tests;

use std::fmt;

pub use parse::ModelError;
pub(crate) use path::{Matcher, Step};

/// A set of bits: sink kinds and marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bits(pub u64);

impl Bits {
    /// No bit.
    pub const NONE: Self = Self(0);
    /// Every bit.
    pub const ALL: Self = Self(u64::MAX);

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether any bit is in both.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether every bit of `other` is in this.
    #[must_use]
    pub const fn holds(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A sink kind: its position in the list of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SinkKind(pub u8);

impl SinkKind {
    /// The bit that makes a value harmless there.
    #[must_use]
    pub const fn bit(self) -> Bits {
        Bits(1 << self.0)
    }
}

/// A source kind: its position in the list of source kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceKind(pub u8);

/// The names that models use.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// Sink kinds; at most 40. The position is the bit.
    pub sinks: Vec<&'static str>,
    /// Marks; they take the bits from 63 downwards. The engine sets `leading` and `authority`.
    pub marks: Vec<&'static str>,
    /// Source kinds. The engine knows `env`: whoever runs the program sets that.
    pub sources: Vec<&'static str>,
    /// Sink kinds that so much reaches (logs, answers) that parameters are followed into them
    /// only through one call; sources that models name are followed all the way to it.
    pub shallow: Vec<&'static str>,
}

/// Everything that is said about one language's libraries.
#[derive(Debug, Default)]
pub struct Table {
    pub(crate) matcher: Matcher,
    pub(crate) models: Vec<Model>,
}

/// The models of every language, and what regular expressions let through.
pub struct Models {
    /// The names in use.
    pub vocabulary: Vocabulary,
    /// Python's.
    pub python: Table,
    /// JavaScript's and TypeScript's.
    pub javascript: Table,
    /// Go's.
    pub go: Table,
    /// Which bits a value has that matches a regular expression; told the pattern and where.
    pub pattern: fn(&Vocabulary, &str, Matched) -> Bits,
}

impl fmt::Debug for Models {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Models").field("vocabulary", &self.vocabulary).finish_non_exhaustive()
    }
}

/// Where a regular expression matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched {
    /// Somewhere.
    Somewhere,
    /// From the start on.
    Start,
    /// From start to end.
    Whole,
    /// Nowhere.
    Nowhere,
}

/// One pattern with what calls of it do.
#[derive(Clone, Debug)]
pub struct Model {
    /// The pattern as it is written, for reports.
    pub pattern: String,
    /// What it does.
    pub effects: Vec<Effect>,
    /// Whether the pattern starts with `*`: the receiver is not known for certain.
    pub loose: bool,
}

/// One effect of a call; the table at the top says what each means.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// `sink`.
    Sink {
        /// The kind.
        kind: SinkKind,
        /// What must not be tainted.
        select: Select,
        /// The bits that make it harmless; the kind's own is among them.
        unless: Bits,
        /// When it is a sink at all.
        when: Vec<Test>,
    },
    /// `source`.
    Source {
        /// The kind.
        kind: SourceKind,
        /// What is tainted.
        into: Place,
        /// When it is a source at all.
        when: Vec<Test>,
    },
    /// `clean`.
    Clean {
        /// What is set.
        bits: Bits,
        /// On what; `None` for every argument and the receiver.
        select: Option<Select>,
        /// When it is set at all.
        when: Vec<Test>,
    },
    /// `strip`.
    Strip {
        /// The regular expression.
        pattern: Select,
        /// What is left of this.
        subject: Select,
    },
    /// `pure`.
    Pure,
    /// `pass`.
    Pass(Select),
    /// `field`.
    Field(Select),
    /// `guard`, and `ensure` as one without a truth.
    Guard {
        /// The result for which it holds; `None` for every result.
        truth: Option<bool>,
        /// What was checked.
        select: Select,
        /// What is then set.
        clears: Bits,
        /// What the value must have for the check to mean anything.
        needs: Bits,
        /// When it is a guard at all.
        when: Vec<Test>,
    },
    /// `pattern`.
    Pattern {
        /// The regular expression.
        pattern: Select,
        /// What is matched.
        subject: Select,
        /// Where, if it matches.
        matched: Matched,
    },
    /// `store`.
    Store {
        /// What.
        from: Select,
        /// Where to.
        into: Select,
    },
    /// `call`.
    Call {
        /// The function.
        function: Select,
        /// Its arguments.
        with: Vec<Select>,
    },
    /// `instance`.
    Instance(Vec<Step>),
    /// `shared`.
    Shared,
    /// `note`, and when.
    Note(String, Vec<Test>),
    /// `effect`, and when.
    World(String, Vec<Test>),
}

/// What a `source` taints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The result of a call.
    Result,
    /// The value at the path, without a call.
    Value,
    /// A parameter of a function that is passed to the call.
    Param(u8),
}

/// Which values of a call are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// The arguments; several where it may be given in several ways.
    pub from: Vec<Argument>,
    /// The way inside each.
    pub within: Vec<Within>,
}

/// Which argument is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// The receiver.
    Receiver,
    /// By position, counted from 0.
    At(u8),
    /// Every position from there.
    After(u8),
    /// By name.
    Named(String),
    /// Every argument.
    All,
}

/// A step inside a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Within {
    /// A member.
    Field(String),
    /// An element of a literal list.
    Element(u8),
    /// Every element from there.
    Elements(u8),
}

/// A condition on what a call is given. What cannot be known counts as fulfilled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// What is looked at.
    pub select: Select,
    /// What it must be.
    pub is: Is,
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Is {
    /// `x=a/b`: one of these constants (`true`, `false`, `none`, or a text).
    OneOf(Vec<String>),
    /// `x==a/b`: one of these constants, for certain.
    Surely(Vec<String>),
    /// `x!=a/b`: given or not, but none of these constants.
    NoneOf(Vec<String>),
    /// `x`: given.
    Given,
    /// `!x`: not given.
    Absent,
}

impl Vocabulary {
    /// The sink kind with this name.
    #[must_use]
    pub fn sink(&self, name: &str) -> Option<SinkKind> {
        let at = self.sinks.iter().position(|known| *known == name)?;
        u8::try_from(at).ok().filter(|at| *at < 40).map(SinkKind)
    }

    /// The source kind with this name.
    #[must_use]
    pub fn source(&self, name: &str) -> Option<SourceKind> {
        let at = self.sources.iter().position(|known| *known == name)?;
        u8::try_from(at).ok().map(SourceKind)
    }

    /// The bit of a sink kind or a mark; `all` is every bit, `none` no bit.
    #[must_use]
    pub fn bit(&self, name: &str) -> Option<Bits> {
        match name {
            "all" => return Some(Bits::ALL),
            "none" => return Some(Bits::NONE),
            _ => {}
        }
        self.sink(name).map(SinkKind::bit).or_else(|| {
            let at = self.marks.iter().position(|known| *known == name)?;
            (at < 24).then(|| Bits(1 << (63 - at)))
        })
    }

    /// The bit of a mark that the engine sets; none if the tables do not know it.
    pub(crate) fn mark(&self, name: &str) -> Bits {
        self.bit(name).unwrap_or_default()
    }
}
