//! Classes, and what is decorated.

use super::{Field, Frame, Kind, Python};
use crate::{
    builder::ScopeKind,
    ir::{Class, ClassId, Expr, ExprId, Stmt},
};

impl Python<'_, '_> {
    /// `@decorator` before a function or class.
    pub(super) fn decorated(&mut self) {
        let mut decorators = Vec::new();
        let mut defined = false;
        self.children(|python, kind| match kind {
            Kind::Decorator => decorators.push(python.inner()),
            Kind::Function => {
                defined = true;
                python.function(&decorators);
            }
            Kind::Class => {
                defined = true;
                python.class_definition(&decorators);
            }
            _ => python.statement(kind),
        });
        if !defined {
            for decorator in decorators {
                let at = self.builder.module.span(decorator);
                self.push(Stmt::Expr(decorator), at);
            }
        }
    }

    /// `class Name(Base): body`. The body runs where the class stands: its statements are put
    /// there, over variables that its methods do not see; fields and methods are listed besides.
    pub(super) fn class_definition(&mut self, decorators: &[ExprId]) {
        let at = self.at();
        let class = self.builder.class(Class {
            name: None,
            span: at,
            bases: Vec::new(),
            methods: Vec::new(),
            fields: Vec::new(),
            doc: None,
        });
        let mut name = None;
        self.children(|python, kind| match (Field::of(&python.cursor), kind) {
            (Field::Name, _) => {
                let text = python.identifier();
                name = Some((text, python.at()));
                python.builder.module.classes[class.at()].name = Some(text);
            }
            (Field::Superclasses, _) => python.bases(class),
            (Field::Body, Kind::Block) => python.class_body(class),
            _ => {}
        });
        let value = self.builder.expr(Expr::Class(class), at);
        let Some((name, place)) = name else { return self.push(Stmt::Expr(value), at) };
        let target = self.bind(name, place);
        let value = self.decorate(value, decorators);
        self.add_field(target, Some(value), None);
        self.push_assign(target, value, at);
    }

    /// Bases by position; those by name (`metaclass=…`) are no bases, but may call something.
    fn bases(&mut self, class: ClassId) {
        let mut bases = Vec::new();
        for arg in self.arguments() {
            if arg.name.is_none() && !arg.spread {
                bases.push(arg.value);
            }
            if matches!(self.builder.module.expr(arg.value), Expr::Call(_)) {
                let at = self.builder.module.span(arg.value);
                self.push(Stmt::Expr(arg.value), at);
            }
        }
        self.builder.module.classes[class.at()].bases = bases;
    }

    fn class_body(&mut self, class: ClassId) {
        let doc = self.docstring();
        self.builder.module.classes[class.at()].doc = doc;
        self.builder.open_scope(ScopeKind::Class);
        self.frames.push(Frame { class: Some(class), ..Frame::default() });
        self.children(Self::statement);
        self.frames.pop();
        self.builder.close_scope();
    }
}
