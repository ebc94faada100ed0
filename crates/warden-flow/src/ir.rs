//! The one form that every language becomes: modules of functions over statements and expressions.
//!
//! Everything lives in tables of its [`Module`] and is named by an index, so that hostile nesting
//! cannot make a destructor recurse, and so that a module is a value of its own: it is made from
//! one file and knows no other. Names are resolved to variables where the language says so; what
//! no scope declares stays a [`Expr::Global`], which the linker and the analysis understand.
//!
//! What languages write differently and mean alike has one form here:
//!
//! | source | form |
//! |---|---|
//! | `await e`, `e as T`, `e!`, parentheses, `*e`, `&e` | the form of `e` |
//! | `f"{a}b"`, `` `${a}b` ``, `a + b`, `"%s" % a`, `"{}".format(a)` | [`Expr::Concat`] |
//! | a decorator `@d` on `f` | `f` = [`Expr::Call`] of `d` with `f`, kind [`CallKind::Decorator`] |
//! | `import {a as b} from "m"` | `b` = member `a` of [`Expr::Import`] |
//! | `with open(p) as f:` | assignment of `f`, then the body |
//! | destructuring | [`Expr::Assign`] whose target is an [`Expr::Object`] or [`Expr::List`] |
//! | `x or d`, `x ?? d` | [`Expr::Logic`] |
//! | `assert c` | [`Stmt::If`] that throws otherwise |

use std::sync::Arc;

/// Defines an index into a table.
macro_rules! index {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in its table.
            #[must_use]
            pub const fn at(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// A text of a module: a name or the value of a literal.
    Name;
    /// An expression of a module.
    ExprId;
    /// A statement of a module.
    StmtId;
    /// A variable of a module: one declaration in one scope.
    VarId;
    /// A function of a module; 0 is the module's own body.
    FuncId;
    /// A class of a module.
    ClassId;
}

/// The languages that there is a front-end for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Python 3.
    Python,
    /// JavaScript, as ECMAScript modules or `CommonJS`, with JSX.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// Go.
    Go,
}

/// Bytes of a file: from, and up to without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// One file in the common form.
#[derive(Clone, Debug)]
pub struct Module {
    /// The path inside the tree, with `/`.
    pub path: String,
    /// The language that it was read as.
    pub language: Language,
    /// The package that the file says it belongs to; only Go has one.
    pub package: Option<Name>,
    /// Every text, each once.
    pub names: Vec<Arc<str>>,
    /// Every expression.
    pub exprs: Vec<Expr>,
    /// Where each expression stands; as long as `exprs`.
    pub spans: Vec<Span>,
    /// Every statement with its place.
    pub stmts: Vec<(Stmt, Span)>,
    /// Every function; the first is the body of the module.
    pub functions: Vec<Function>,
    /// Every class, struct or interface.
    pub classes: Vec<Class>,
    /// Every variable.
    pub vars: Vec<Var>,
    /// What the module gives to others.
    pub exports: Exports,
    /// The line that each line starts at, in bytes.
    pub lines: Vec<u32>,
    /// What was not understood.
    pub gaps: Vec<Gap>,
}

/// What other modules can take from a module.
#[derive(Clone, Debug, Default)]
pub struct Exports {
    /// JavaScript: the variable that holds the object of exports (`module.exports`). Every
    /// `export` is also an assignment to a member of it (`export default e` to `default`).
    pub object: Option<VarId>,
    /// Python and Go: every variable of the outermost scope, by name.
    pub scope: Vec<(Name, VarId)>,
    /// Modules whose every export is one of ours: `export * from`, `from m import *`.
    pub stars: Vec<ExprId>,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Var {
    /// What it is called.
    pub name: Name,
    /// The function that declares it; the first function for those of the module.
    pub owner: FuncId,
    /// Whether a function inside `owner` uses it as well.
    pub captured: bool,
}

/// A function, method, closure or the body of a module.
#[derive(Clone, Debug)]
pub struct Function {
    /// What it is called; anonymous ones have the name of what they are assigned to, if any.
    pub name: Option<Name>,
    /// The whole of it.
    pub span: Span,
    /// Its parameters in order, without the receiver.
    pub params: Vec<Param>,
    /// `self`, `this` or Go's receiver. An arrow function has none: it captures that of outside.
    pub receiver: Option<VarId>,
    /// The class that it is a method of.
    pub class: Option<ClassId>,
    /// The function around it; `None` for the body of the module.
    pub parent: Option<FuncId>,
    /// What it does.
    pub body: Vec<StmtId>,
    /// The docstring, or the comment right before it.
    pub doc: Option<Name>,
    /// Whether it is called by its own name only to make something (`class` without `new`, …):
    /// generators and async functions are ordinary ones whose results are followed through.
    pub is_async: bool,
    /// The annotation of what it returns.
    pub returns: Option<ExprId>,
    /// Decorators or annotations right before it, in the order of the text.
    pub decorators: Vec<ExprId>,
}

/// One parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// What it is called; `None` where it is taken apart at once.
    pub name: Option<Name>,
    /// The variable, or a pattern ([`Expr::Object`], [`Expr::List`]) that takes it apart.
    pub target: ExprId,
    /// The value when none is given.
    pub default: Option<ExprId>,
    /// The annotation, as an expression: `str`, `Annotated[str, Field(…)]`, `McpServer`.
    pub annotation: Option<ExprId>,
    /// How arguments reach it.
    pub kind: ParamKind,
}

/// How arguments reach a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// By position or by name.
    Plain,
    /// By name only.
    Named,
    /// Every further position: `*args`, `...args`.
    Rest,
    /// Every further name: `**kwargs`.
    NamedRest,
}

/// A class, or a Go struct with its methods.
#[derive(Clone, Debug)]
pub struct Class {
    /// What it is called.
    pub name: Option<Name>,
    /// The whole of it.
    pub span: Span,
    /// What it is made of: base classes, embedded structs, interfaces.
    pub bases: Vec<ExprId>,
    /// Its methods; constructors are called `constructor` (JavaScript) or `__init__`.
    pub methods: Vec<Method>,
    /// Fields with their initial value, and their annotation.
    pub fields: Vec<FieldInit>,
    /// The docstring, or the comment right before it.
    pub doc: Option<Name>,
}

/// A method of a class.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// What it is called.
    pub name: Name,
    /// Its body.
    pub function: FuncId,
    /// A method of the class and not of its instances.
    pub is_static: bool,
    /// Called by reading the member: `@property`, `get x()`.
    pub is_getter: bool,
}

/// A field that a class declares.
#[derive(Clone, Copy, Debug)]
pub struct FieldInit {
    /// What it is called.
    pub name: Name,
    /// Its initial value.
    pub value: Option<ExprId>,
    /// Its type.
    pub annotation: Option<ExprId>,
}

/// An expression. Targets of assignments have the same form: [`Expr::Var`], [`Expr::Member`],
/// [`Expr::Index`], and [`Expr::Object`] or [`Expr::List`] of those for destructuring, with
/// [`Expr::Default`] and spread parts.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A text.
    Text(Name),
    /// A number, as it is written.
    Number(Name),
    /// `true` or `false`.
    Bool(bool),
    /// `null`, `undefined`, `None`, `nil`.
    Null,
    /// A regular expression literal: the pattern, and its flags.
    Regex(Name, Name),
    /// A variable.
    Var(VarId),
    /// A name that no scope declares: a builtin, or something of another file of a Go package.
    Global(Name),
    /// A whole module: `import`, `require`, `import()`, `__import__`. Relative ones keep their
    /// dots (`./x` in JavaScript, `.x` and `..x.y` in Python).
    Import(ExprId),
    /// `base.name`.
    Member(ExprId, Name),
    /// `base[index]`; a slice has the whole range as its index.
    Index(ExprId, ExprId),
    /// A call.
    Call(Call),
    /// A function as a value.
    Function(FuncId),
    /// A class as a value.
    Class(ClassId),
    /// An object, dictionary, struct literal or keyed pattern.
    Object(Vec<Property>),
    /// An array, tuple, set or pattern in order.
    List(Vec<Item>),
    /// Text put together of parts in order. Flat: no part is a `Concat` that stood right there.
    Concat(Vec<ExprId>),
    /// Anything else with two operands whose result is a number or a truth.
    Binary(Operator, ExprId, ExprId),
    /// `!x`, `not x`.
    Not(ExprId),
    /// Any other operation with one operand whose result holds nothing of it: `-x`, `typeof x`.
    Unary(ExprId),
    /// `a and b`, `a or b`, `a ?? b`: one of both.
    Logic(Logic, ExprId, ExprId),
    /// `a if cond else b`, `cond ? a : b`.
    Choice {
        /// What decides.
        cond: ExprId,
        /// If so.
        then: ExprId,
        /// If not.
        otherwise: ExprId,
    },
    /// An assignment that is an expression as well; its value is the assigned one. `a += b` is
    /// the assignment of a [`Expr::Concat`] of both.
    Assign {
        /// Where to.
        target: ExprId,
        /// What.
        value: ExprId,
    },
    /// Inside a pattern: `target = default`.
    Default(ExprId, ExprId),
    /// A comprehension or generator expression.
    Comprehension {
        /// What is iterated, from outside in.
        clauses: Vec<Clause>,
        /// What each round makes; two for a dictionary (key, value).
        values: Vec<ExprId>,
    },
    /// `new C(…)` without a known form, JSX, spread alone, and all that is not understood: the
    /// parts, from which the value may come. Comes with a [`Gap`] unless it is harmless.
    Unknown(Vec<ExprId>),
}

/// A call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What is called.
    pub callee: ExprId,
    /// With what.
    pub args: Vec<Arg>,
    /// In which way.
    pub kind: CallKind,
}

/// In which way something is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// An ordinary call.
    Plain,
    /// `new C(…)`, or a Go composite literal `T{…}` (one argument: the object).
    New,
    /// A decorator, called with what it decorates.
    Decorator,
    /// A tagged template: the parts of text as a list first, then the values.
    Tagged,
    /// `go f(x)` and `defer f(x)`.
    Deferred,
}

/// An argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arg {
    /// The value.
    pub value: ExprId,
    /// `name=value`.
    pub name: Option<Name>,
    /// `*value`, `**value`, `...value`.
    pub spread: bool,
}

/// A part of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// Under which key.
    pub key: Key,
    /// What.
    pub value: ExprId,
}

/// The key of a part of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A name or a constant text.
    Name(Name),
    /// Whatever an expression gives.
    Computed(ExprId),
    /// Every part of the value: `...rest`, `**rest`.
    Spread,
}

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// What.
    pub value: ExprId,
    /// `...value`, `*value`.
    pub spread: bool,
}

/// One `for … in …` of a comprehension with its conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// What each element is bound to.
    pub target: ExprId,
    /// What is iterated.
    pub source: ExprId,
    /// What must hold.
    pub conditions: Vec<ExprId>,
}

/// Operations whose result is a number or a truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `==`, `===`, `is`.
    Equal,
    /// `!=`, `!==`, `is not`, `<>`.
    NotEqual,
    /// `<`, `<=`, `>`, `>=`.
    Compare,
    /// `in`.
    In,
    /// `not in`.
    NotIn,
    /// `instanceof`.
    InstanceOf,
    /// `-`, `/`, `%` of numbers, `**`, bit operations, shifts.
    Arithmetic,
}

/// Operations that give one of their operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logic {
    /// `and`, `&&`.
    And,
    /// `or`, `||`.
    Or,
    /// `??`.
    Nullish,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Stmt {
    /// An expression for what it does; declarations are [`Expr::Assign`].
    Expr(ExprId),
    /// A branch.
    If {
        /// What decides.
        cond: ExprId,
        /// If so.
        then: Vec<StmtId>,
        /// If not.
        otherwise: Vec<StmtId>,
    },
    /// Any loop.
    Loop {
        /// `for target in source`: bound to each element (Go `range`: a list of key and value).
        each: Option<(ExprId, ExprId)>,
        /// Whether each round binds keys (`for … in` of JavaScript, of a dictionary: unknown).
        keys: bool,
        /// What must hold for another round.
        cond: Option<ExprId>,
        /// The rounds; the update of a C-like loop stands at the end.
        body: Vec<StmtId>,
        /// Python's `else`.
        otherwise: Vec<StmtId>,
    },
    /// A choice by value. Go's and Python's cases do not fall through.
    Switch {
        /// What is looked at; `None` for Go's `switch` without one.
        subject: Option<ExprId>,
        /// The cases in order.
        cases: Vec<Case>,
    },
    /// Leaves the function.
    Return(Option<ExprId>),
    /// Leaves the function by an error: `throw`, `raise`, `panic`, `os.Exit`, `process.exit`.
    Throw(Option<ExprId>),
    /// Leaves the loop or the switch.
    Break,
    /// Goes on with the next round.
    Continue,
    /// Gives a value to whoever iterates: `yield`.
    Yield(ExprId),
    /// A body with handlers.
    Try {
        /// What is tried.
        body: Vec<StmtId>,
        /// For each handler the variable of the error, and what it does.
        handlers: Vec<(Option<VarId>, Vec<StmtId>)>,
        /// What happens in the end.
        finally: Vec<StmtId>,
    },
}

/// A case of a [`Stmt::Switch`].
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The values (`None`: default). Patterns of Python are expressions as far as they are
    /// values; a capture is an assignment in the body.
    pub tests: Option<Vec<ExprId>>,
    /// What must hold as well: `case x if cond`.
    pub guard: Option<ExprId>,
    /// What is done.
    pub body: Vec<StmtId>,
    /// Whether it goes on with the next case at its end.
    pub falls: bool,
}

/// Something that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Where.
    pub span: Span,
    /// Why.
    pub kind: GapKind,
}

/// Why something was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapKind {
    /// Not the syntax of the language.
    Syntax,
    /// Nested deeper than is followed.
    TooDeep,
    /// A construct that the front-end does not know.
    Construct,
    /// The file is larger than is read.
    TooLarge,
    /// The file is not UTF-8; it was read with replacements.
    Encoding,
    /// Reading it took more than its budget.
    Budget,
    /// A function whose analysis took more than its budget.
    Function,
    /// A module that the tree should have and does not.
    MissingModule,
    /// A call whose target is computed in a way that nothing can be said about.
    Dynamic,
}

impl GapKind {
    /// The lower-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::TooDeep => "too-deep",
            Self::Construct => "construct",
            Self::TooLarge => "too-large",
            Self::Encoding => "encoding",
            Self::Budget => "budget",
            Self::Function => "function-budget",
            Self::MissingModule => "missing-module",
            Self::Dynamic => "dynamic",
        }
    }
}

impl Module {
    /// The text of a name.
    #[must_use]
    pub fn text(&self, name: Name) -> &str {
        self.names.get(name.at()).map_or("", |text| text)
    }

    /// An expression.
    ///
    /// # Panics
    /// Never for an index of this module: indices are only made together with what they name.
    #[must_use]
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.at()]
    }

    /// Where an expression stands.
    #[must_use]
    pub fn span(&self, id: ExprId) -> Span {
        self.spans.get(id.at()).copied().unwrap_or_default()
    }

    /// The line and column of a byte, both counted from 1; the column in bytes.
    #[must_use]
    pub fn line(&self, byte: u32) -> (u32, u32) {
        let line = self.lines.partition_point(|start| *start <= byte).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        (u32::try_from(line).unwrap_or(u32::MAX), byte.saturating_sub(start) + 1)
    }
}
