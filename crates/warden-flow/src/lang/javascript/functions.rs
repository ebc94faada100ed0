//! Functions: declarations, expressions, arrows and methods.

use std::mem::{replace, take};

use crate::ir::{
    ClassId, Expr, ExprId, FuncId, Name, Param, ParamKind, Property, Span, Stmt, StmtId,
};

use super::{
    expressions::named,
    kinds::{Field, Kind},
    lowerer::Lowerer,
    patterns::Bind,
};

/// Bytes of a description that are kept.
const MAX_DOC: usize = 16 << 10;

/// White space that may stand between a description and what it describes, in bytes.
const MAX_BETWEEN: u32 = 256;

/// What is known about a function before it is read.
#[derive(Default)]
pub(super) struct Shape {
    /// What it is called.
    pub(super) name: Option<Name>,
    /// The comment before it.
    pub(super) doc: Option<Name>,
    /// The class that it is a method of.
    pub(super) class: Option<ClassId>,
    /// Whether it has no `this` of its own.
    pub(super) arrow: bool,
    /// Whether its own name can be used inside it.
    pub(super) names_itself: bool,
}

/// What belongs to the function that is being read, while an inner one is read.
pub(super) struct Outer {
    out: Vec<StmtId>,
    hoisted: Vec<StmtId>,
    awaits: bool,
}

impl Lowerer<'_, '_> {
    /// Remembers the comment under the cursor, together with the line comments right before it.
    pub(super) fn note_comment(&mut self) {
        let at = self.span();
        let between = Span { start: self.comment.end, end: at.start };
        let is_line = |span| self.builder.slice(span).starts_with("//");
        let goes_on = is_line(at) && is_line(self.comment) && self.adjoins(between);
        self.comment = if goes_on { Span { start: self.comment.start, end: at.end } } else { at };
    }

    /// Whether nothing stands between two things, not even an empty line.
    fn adjoins(&self, between: Span) -> bool {
        if between.end.saturating_sub(between.start) > MAX_BETWEEN {
            return false;
        }
        let text = self.builder.slice(between);
        between.start <= between.end
            && text.bytes().all(|byte| byte.is_ascii_whitespace())
            && text.bytes().filter(|byte| *byte == b'\n').count() < 2
    }

    /// The text of the comment right before what is being read.
    pub(super) fn doc(&mut self) -> Option<Name> {
        let between = Span { start: self.comment.end, end: self.anchor };
        if self.comment.end == 0 || self.anchor == u32::MAX || !self.adjoins(between) {
            return None;
        }
        self.anchor = u32::MAX;
        let comment = self.builder.slice(self.comment);
        let end = comment.floor_char_boundary(MAX_DOC);
        let text = plain_comment(comment.get(..end).unwrap_or(comment));
        (!text.is_empty()).then(|| self.builder.name(&text))
    }

    /// Lowers a function declaration: an assignment at the start of the block.
    pub(super) fn function_declaration(&mut self) {
        let at = self.span();
        if let Some(target) = self.declared_name() {
            let doc = self.doc();
            let shape = Shape { name: self.name_at(target), doc, ..Shape::default() };
            let function = self.function(&shape);
            let value = self.builder.expr(Expr::Function(function), at);
            let stmt = self.builder.assign(target, value, at);
            self.hoisted.push(stmt);
        }
    }

    /// Declares the name of a function or class declaration.
    pub(super) fn declared_name(&mut self) -> Option<ExprId> {
        self.at(Field::Name, |inner| {
            let at = inner.span();
            let name = inner.identifier();
            let var = inner.builder.declare(name);
            inner.builder.variable(var, at)
        })
    }

    /// The name of the variable that an expression is.
    pub(super) fn name_at(&self, target: ExprId) -> Option<Name> {
        match self.made(target) {
            Expr::Var(var) => Some(self.builder.module.vars[var.at()].name),
            _ => None,
        }
    }

    /// Lowers a function that is a value.
    pub(super) fn function_value(&mut self) -> ExprId {
        let at = self.span();
        let given = self.given.take();
        let kind = self.kind();
        let mut shape = Shape { arrow: kind == Kind::Arrow, ..Shape::default() };
        if given.is_some() {
            shape.doc = self.doc();
        }
        shape.name = given;
        let own = if shape.arrow { None } else { self.at(Field::Name, Self::identifier) };
        shape.names_itself = own.is_some();
        shape.name = own.or(shape.name);
        let function = self.function(&shape);
        if kind == Kind::Generator {
            self.generator = Some(function);
        }
        self.builder.expr(Expr::Function(function), at)
    }

    /// Lowers a method of an object literal, or its getter as what it gives.
    pub(super) fn object_method(&mut self) -> Option<Property> {
        let at = self.span();
        self.anchor = at.start;
        let (mut key, mut getter, mut setter) = (None, false, false);
        self.each(|inner, kind| match kind {
            Kind::Get => getter = true,
            Kind::Set => setter = true,
            _ if inner.field() == Field::Name => key = Some(inner.key()),
            _ => {}
        });
        let doc = self.doc();
        let name = key.and_then(named);
        let function = self.function(&Shape { name, doc, ..Shape::default() });
        if setter {
            return None;
        }
        let callee = self.builder.expr(Expr::Function(function), at);
        if !getter {
            return Some(Property { key: key?, value: callee });
        }
        let given = self.gives(function);
        let value = given.unwrap_or_else(|| self.plain_call(callee, Vec::new(), at));
        Some(Property { key: key?, value })
    }

    /// Lowers the function under the cursor.
    pub(super) fn function(&mut self, shape: &Shape) -> FuncId {
        let names_itself = shape.names_itself;
        let (id, outer) = self.open(shape, self.span());
        self.each(|inner, kind| match inner.field() {
            Field::Parameters | Field::Parameter => inner.parameters(id),
            Field::ReturnType => {
                let returns = inner.annotation();
                inner.builder.function_mut(id).returns = returns;
            }
            Field::Body => {
                if names_itself {
                    inner.own_name(id);
                }
                inner.function_body(kind);
            }
            _ if kind == Kind::Async => inner.builder.function_mut(id).is_async = true,
            _ => {}
        });
        self.close_function(id, outer);
        id
    }

    /// Starts a function.
    pub(super) fn open(&mut self, shape: &Shape, at: Span) -> (FuncId, Outer) {
        let id = self.builder.open_function(at);
        let receiver = (!shape.arrow).then(|| self.builder.declare(self.known.this));
        let function = self.builder.function_mut(id);
        function.name = shape.name;
        function.doc = shape.doc;
        function.class = shape.class;
        function.receiver = receiver;
        let outer = Outer {
            out: take(&mut self.out),
            hoisted: take(&mut self.hoisted),
            awaits: replace(&mut self.awaits, false),
        };
        (id, outer)
    }

    /// Ends a function.
    pub(super) fn close_function(&mut self, id: FuncId, outer: Outer) {
        let body = replace(&mut self.out, outer.out);
        self.hoisted = outer.hoisted;
        self.awaits = outer.awaits;
        self.builder.function_mut(id).body = body;
        self.builder.close_function();
    }

    /// The body of a function: a block, or the expression that it returns.
    pub(super) fn function_body(&mut self, kind: Kind) {
        match kind {
            Kind::Block => self.statements(),
            _ => self.give(),
        }
    }

    /// Makes a function's own name mean the function.
    fn own_name(&mut self, id: FuncId) {
        let function = self.builder.function_mut(id);
        let (at, name) = (function.span, function.name);
        let Some(name) = name.filter(|name| !self.builder.declares(*name)) else { return };
        let var = self.builder.declare(name);
        let target = self.builder.expr(Expr::Var(var), at);
        let value = self.builder.expr(Expr::Function(id), at);
        self.push_assign(target, value, at);
    }

    /// Lowers parameters: a list of them, or a single name before an arrow.
    pub(super) fn parameters(&mut self, id: FuncId) {
        if self.kind() != Kind::Parameters {
            return self.parameter(id);
        }
        self.each(|inner, kind| {
            if !kind.is_token() {
                inner.parameter(id);
            }
        });
    }

    fn parameter(&mut self, id: FuncId) {
        let at = self.span();
        if !self.builder.enter(at) {
            return;
        }
        let mut property = false;
        let (mut target, mut default, mut annotation) = (None, None, None);
        let mut kind = self.kind();
        if kind == Kind::Parameter {
            self.each(|inner, part| match inner.field() {
                Field::Pattern | Field::Name => {
                    kind = part;
                    target = Some(inner.pattern(Bind::Block));
                }
                Field::Type => annotation = inner.annotation(),
                Field::Value => default = Some(inner.default_value(target)),
                Field::Decorator => inner.decoration(),
                _ => property |= matches!(part, Kind::Nothing | Kind::Readonly),
            });
        } else {
            target = Some(self.pattern(Bind::Block));
        }
        self.builder.leave();
        // TypeScript says here what `this` is. It is no parameter.
        let Some(target) = target.filter(|_| kind != Kind::This) else { return };
        let (target, default) = match *self.made(target) {
            Expr::Default(target, default) => (target, Some(default)),
            _ => (target, default),
        };
        let kind = if kind == Kind::RestPattern { ParamKind::Rest } else { ParamKind::Plain };
        let name = self.name_at(target);
        let param = Param { name, target, default, annotation, kind };
        self.builder.function_mut(id).params.push(param);
        if property {
            self.own_field(target, at);
        }
    }

    fn default_value(&mut self, target: Option<ExprId>) -> ExprId {
        match target {
            Some(target) => self.value_of(target),
            None => self.expr(),
        }
    }

    /// `constructor(private db: Db)`: the parameter is a field as well.
    fn own_field(&mut self, param: ExprId, at: Span) {
        let Some(name) = self.name_at(param) else { return };
        let this = self.builder.reference(self.known.this, at);
        let target = self.builder.expr(Expr::Member(this, name), at);
        let value = self.builder.reference(name, at);
        self.push_assign(target, value, at);
    }

    /// Lowers a decorator that there is no place for in the function or class: for what it does.
    pub(super) fn decoration(&mut self) {
        self.only_child(Self::effect);
    }

    /// What a function without parameters gives, if that is all that it does.
    pub(super) fn gives(&self, id: FuncId) -> Option<ExprId> {
        let function = self.builder.module.functions.get(id.at())?;
        let [only] = function.body.as_slice() else { return None };
        match self.builder.module.stmts.get(only.at()) {
            Some((Stmt::Return(value), _)) if function.params.is_empty() => *value,
            _ => None,
        }
    }
}

/// The text of a comment without its marks.
fn plain_comment(comment: &str) -> String {
    let inner = comment.strip_prefix("/*").map(|inner| inner.strip_suffix("*/").unwrap_or(inner));
    let lines = inner.unwrap_or(comment).lines().map(|line| {
        let line = line.trim();
        let marks = if inner.is_some() { "*" } else { "/" };
        line.trim_start_matches(marks).trim()
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    text.trim().to_owned()
}
