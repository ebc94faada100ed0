//! Names: what they mean where, and those that the front-end knows itself.

use crate::{
    builder::Builder,
    ir::{Expr, ExprId, Name, Span, VarId},
    lang::{go::Lowering, span},
};
use tree_sitter::Node;

/// What a name means that is not a plain variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Function,
    Package,
    Type,
}

/// A package some of whose functions have a form of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Package {
    Format,
    Log,
    System,
}

#[derive(Clone, Copy, Default)]
struct Binding {
    var: Option<VarId>,
    /// How many scopes were open.
    level: usize,
}

/// The scopes that are open. Each name knows its innermost meaning, so that looking one up costs
/// the same however deep scopes are nested; closing a scope brings back what it had hidden.
#[derive(Default)]
pub(super) struct Scopes {
    bound: Vec<Binding>,
    hidden: Vec<(Name, Binding)>,
    marks: Vec<usize>,
}

impl Scopes {
    pub(super) fn open(&mut self) {
        self.marks.push(self.hidden.len());
    }

    pub(super) fn close(&mut self) {
        let mark = self.marks.pop().unwrap_or(0);
        for (name, before) in self.hidden.drain(mark..).rev() {
            if let Some(binding) = self.bound.get_mut(name.at()) {
                *binding = before;
            }
        }
    }

    pub(super) fn get(&self, name: Name) -> Option<VarId> {
        self.bound.get(name.at()).and_then(|binding| binding.var)
    }

    /// What the innermost scope itself means by the name.
    fn here(&self, name: Name) -> Option<VarId> {
        let binding = self.bound.get(name.at())?;
        binding.var.filter(|_| binding.level == self.marks.len())
    }

    pub(super) fn bind(&mut self, name: Name, var: VarId) {
        if self.bound.len() <= name.at() {
            self.bound.resize(name.at() + 1, Binding::default());
        }
        let binding = Binding { var: Some(var), level: self.marks.len() };
        let before = std::mem::replace(&mut self.bound[name.at()], binding);
        if !self.marks.is_empty() {
            self.hidden.push((name, before));
        }
    }
}

/// Names that mean something to the front-end.
pub(super) struct Known {
    pub(super) blank: Name,
    pub(super) init: Name,
    pub(super) main: Name,
    pub(super) new: Name,
    pub(super) panic: Name,
    pub(super) exit: Name,
    pub(super) strconv: Name,
    pub(super) quote: Name,
    pub(super) int: Name,
    pub(super) float: Name,
    pub(super) sprint: Name,
    pub(super) sprintf: Name,
    pub(super) sprintln: Name,
    /// `Fatal`, `Fatalf`, `Fatalln` of a log or a test.
    pub(super) fatal: [Name; 3],
    /// `Panic`, `Panicf`, `Panicln` of a log.
    pub(super) panics: [Name; 3],
    /// Types whose conversion keeps the value: `string(x)`, `any(x)`, `error(x)`.
    pub(super) keeping: [Name; 3],
    pub(super) string: Name,
    pub(super) bool: Name,
    pub(super) numbers: [Name; 18],
}

impl Known {
    pub(super) fn new(builder: &mut Builder<'_>) -> Self {
        Self {
            blank: builder.name("_"),
            init: builder.name("init"),
            main: builder.name("main"),
            new: builder.name("new"),
            panic: builder.name("panic"),
            exit: builder.name("Exit"),
            strconv: builder.name("strconv"),
            quote: builder.name("Quote"),
            int: builder.name("int"),
            float: builder.name("float64"),
            sprint: builder.name("Sprint"),
            sprintf: builder.name("Sprintf"),
            sprintln: builder.name("Sprintln"),
            fatal: ["Fatal", "Fatalf", "Fatalln"].map(|text| builder.name(text)),
            panics: ["Panic", "Panicf", "Panicln"].map(|text| builder.name(text)),
            keeping: ["string", "any", "error"].map(|text| builder.name(text)),
            string: builder.name("string"),
            bool: builder.name("bool"),
            numbers: NUMBERS.map(|text| builder.name(text)),
        }
    }
}

const NUMBERS: [&str; 18] = [
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "uintptr",
    "byte",
    "rune",
    "float32",
    "float64",
    "complex64",
    "complex128",
    "comparable",
];

impl<'t> Lowering<'_, 't> {
    /// The name that a node consists of.
    pub(super) fn name_of(&mut self, node: Node<'t>) -> Name {
        let text = self.builder.slice(span(node));
        self.builder.name(text)
    }

    /// Declares a name in the innermost scope; the same variable if it is declared there already.
    pub(super) fn declare(&mut self, name: Name) -> VarId {
        if name == self.known.blank {
            return self.blank();
        }
        self.scopes.here(name).unwrap_or_else(|| self.shadow(name))
    }

    /// Declares a name in the innermost scope anew.
    pub(super) fn shadow(&mut self, name: Name) -> VarId {
        let var = self.builder.fresh(name);
        if name != self.known.blank {
            self.scopes.bind(name, var);
        }
        var
    }

    /// The variable that takes what nobody wants.
    pub(super) fn blank(&mut self) -> VarId {
        if let Some(blank) = self.frame.blank {
            return blank;
        }
        let blank = self.builder.fresh(self.known.blank);
        self.frame.blank = Some(blank);
        blank
    }

    /// What a name means here.
    pub(super) fn meaning(&mut self, name: Name, at: Span) -> ExprId {
        if let Some(var) = self.scopes.get(name) {
            return self.builder.variable(var, at);
        }
        if name == self.known.blank {
            let blank = self.blank();
            return self.builder.variable(blank, at);
        }
        self.builder.expr(Expr::Global(name), at)
    }

    /// What the name that a node consists of means.
    pub(super) fn identifier(&mut self, node: Node<'t>) -> ExprId {
        let name = self.name_of(node);
        self.meaning(name, span(node))
    }

    /// Whether an expression is a variable that holds a value: no function of the file, no type,
    /// no package, and no name from elsewhere.
    pub(super) fn holds_value(&self, mut expr: ExprId) -> bool {
        while let Expr::Member(base, _) = self.builder.module.expr(expr) {
            expr = *base;
        }
        matches!(self.builder.module.expr(expr),
            Expr::Var(var) if !self.roles.contains_key(var))
    }
}
