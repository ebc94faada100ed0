//! Types that a file defines: structs with their fields, interfaces, and everything else that may
//! have methods.

use tree_sitter::Node;

use crate::{
    ir::{Class, ClassId, Expr, ExprId, FieldInit, Name, StmtId, VarId},
    lang::{
        go::{
            Kind, Lowering,
            tree::{Field, Kid, part, parts},
            types::is_type,
        },
        span,
    },
};

/// What a class is made of.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) bases: Vec<ExprId>,
    pub(super) fields: Vec<FieldInit>,
}

impl<'t> Lowering<'_, 't> {
    /// `type (…)` outside functions; the names are known already.
    pub(super) fn type_declaration(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let specs = self.kids(node);
        for spec in &specs {
            let kids = self.kids(spec.node);
            let name = part(&kids, Field::Name).map(|name| self.name_of(name));
            if let Some(var) = name.and_then(|name| self.scopes.get(name)) {
                // A comment before `type` is that of its only type.
                let doc = self.doc(spec.node);
                let doc = doc.or_else(|| self.doc(node).filter(|_| specs.len() == 1));
                self.type_spec(spec.node, var, doc, out);
            }
        }
    }

    /// `type T …` inside a function.
    pub(super) fn local_type(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        for spec in self.kids(node) {
            let kids = self.kids(spec.node);
            let (Some(name), Some(defined)) = (part(&kids, Field::Name), part(&kids, Field::Type))
            else {
                continue;
            };
            let name = self.name_of(name);
            let var = self.declare(name);
            self.define_type(var, defined, spec.node, spec.kind);
            self.type_spec(spec.node, var, None, out);
        }
    }

    fn type_spec(&mut self, spec: Node<'t>, var: VarId, doc: Option<Name>, out: &mut Vec<StmtId>) {
        let kids = self.kids(spec);
        let Some(defined) = part(&kids, Field::Type) else { return };
        self.scopes.open();
        if let Some(parameters) = part(&kids, Field::TypeParameters) {
            self.type_parameters(parameters);
        }
        let value = match self.classes.get(&var).copied() {
            Some(class) => {
                let made = self.class_parts(defined);
                if let Some(class) = self.builder.module.classes.get_mut(class.at()) {
                    class.bases = made.bases;
                    class.fields = made.fields;
                    class.doc = doc;
                }
                self.builder.expr(Expr::Class(class), span(spec))
            }
            None => self.annotation(defined),
        };
        self.scopes.close();
        let target = self.builder.variable(var, span(spec));
        out.push(self.builder.assign(target, value, span(spec)));
    }

    /// The fields and bases of a type. A type that is defined as another one has that as its base.
    pub(super) fn class_parts(&mut self, node: Node<'t>) -> Parts {
        let mut parts = Parts::default();
        match Kind::of(node) {
            Kind::StructType => {
                if let Some((list, _)) = self.first(node) {
                    for kid in self.kids(list) {
                        self.field(&kid, &mut parts);
                    }
                }
            }
            Kind::InterfaceType => {
                for kid in self.kids(node) {
                    self.requirement(&kid, &mut parts);
                }
            }
            _ => parts.bases.push(self.annotation(node)),
        }
        parts
    }

    /// A field with its tag as its value. An embedded one is a base, and a field as well, called
    /// by its type's name.
    fn field(&mut self, kid: &Kid<'t>, out: &mut Parts) {
        let kids = self.kids(kid.node);
        let Some(node) = part(&kids, Field::Type) else { return };
        let annotation = self.annotation(node);
        let value = part(&kids, Field::Tag).map(|tag| self.expression(tag));
        let mut named = false;
        for name in parts(&kids, Field::Name) {
            let name = self.name_of(name);
            out.fields.push(FieldInit { name, value, annotation: Some(annotation) });
            named = true;
        }
        if !named {
            out.bases.push(annotation);
            if let Some(name) = self.last_name(annotation) {
                out.fields.push(FieldInit { name, value, annotation: Some(annotation) });
            }
        }
    }

    /// What an interface asks for: a method is a field that is a function, anything else a base.
    fn requirement(&mut self, kid: &Kid<'t>, out: &mut Parts) {
        if kid.kind == Kind::MethodElem {
            let kids = self.kids(kid.node);
            let Some(name) = part(&kids, Field::Name) else { return };
            let name = self.name_of(name);
            let types = self.types_within(kid.node);
            let annotation = Some(self.builder.expr(Expr::Unknown(types), span(kid.node)));
            out.fields.push(FieldInit { name, value: None, annotation });
        } else if is_type(kid.kind) {
            let base = self.annotation(kid.node);
            out.bases.push(base);
        }
    }

    /// The name that a type is called by: without its package and its arguments.
    fn last_name(&self, mut annotation: ExprId) -> Option<Name> {
        loop {
            match self.builder.module.expr(annotation) {
                Expr::Index(base, _) => annotation = *base,
                Expr::Member(_, name) | Expr::Global(name) => return Some(*name),
                Expr::Var(var) => {
                    return self.builder.module.vars.get(var.at()).map(|var| var.name);
                }
                _ => return None,
            }
        }
    }

    /// The class that methods of the type with this name belong to. That of a type from another
    /// file of the package is empty but for them.
    pub(super) fn class_named(&mut self, name: Name) -> ClassId {
        let known = self.scopes.get(name).and_then(|var| self.classes.get(&var));
        if let Some(class) = known.or_else(|| self.strangers.get(&name)) {
            return *class;
        }
        let class = self.builder.class(Class {
            name: Some(name),
            span: crate::ir::Span::default(),
            bases: Vec::new(),
            methods: Vec::new(),
            fields: Vec::new(),
            doc: None,
        });
        self.strangers.insert(name, class);
        class
    }
}
