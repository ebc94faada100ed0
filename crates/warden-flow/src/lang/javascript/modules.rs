//! `import` and `export`.
//!
//! Imports are assignments at the start of the module. What is exported is assigned to members of
//! the object of exports at the end, since others see the variable and not what it held.

use crate::ir::{Expr, ExprId, Name, Span, Stmt, VarId};

use super::{
    kinds::{Field, Kind},
    lowerer::Lowerer,
};

impl Lowerer<'_, '_> {
    /// Lowers `import` with a path.
    pub(super) fn import_statement(&mut self) {
        let at = self.span();
        // The path stands behind the names.
        let module = self.at(Field::Source, Self::imported);
        let before = self.hoisted.len();
        self.each(|inner, kind| match kind {
            Kind::ImportClause => {
                if let Some(module) = module {
                    inner.import_clause(module);
                }
            }
            Kind::ImportRequire => inner.import_require(),
            _ => {}
        });
        if let Some(module) = module.filter(|_| self.hoisted.len() == before) {
            let stmt = self.builder.stmt(Stmt::Expr(module), at);
            self.hoisted.push(stmt);
        }
    }

    /// The module that the string under the cursor names.
    fn imported(&mut self) -> ExprId {
        let at = self.span();
        let path = self.string();
        self.builder.expr(Expr::Import(path), at)
    }

    fn import_clause(&mut self, module: ExprId) {
        self.each(|inner, kind| match kind {
            Kind::Identifier => {
                let value = inner.builder.expr(
                    Expr::Member(module, inner.known.default),
                    inner.builder.module.span(module),
                );
                inner.bring_in(value);
            }
            Kind::NamespaceImport => {
                inner.only_child(|inner| inner.bring_in(module));
            }
            Kind::NamedImports => inner.each(|inner, kind| {
                if kind == Kind::ImportSpecifier {
                    inner.import_specifier(module);
                }
            }),
            _ => {}
        });
    }

    /// Declares the name under the cursor with a value, at the start of the module.
    fn bring_in(&mut self, value: ExprId) {
        let at = self.span();
        let name = self.identifier();
        let var = self.builder.declare(name);
        let target = self.builder.variable(var, at);
        let stmt = self.builder.assign(target, value, at);
        self.hoisted.push(stmt);
    }

    fn import_specifier(&mut self, module: ExprId) {
        let at = self.span();
        let mut name = None;
        let mut renamed = false;
        self.each(|inner, _| match inner.field() {
            Field::Name => name = Some(inner.export_name()),
            Field::Alias => renamed = true,
            _ => {}
        });
        let Some(name) = name else { return };
        let value = self.builder.expr(Expr::Member(module, name), at);
        let local = if renamed { Field::Alias } else { Field::Name };
        self.at(local, |inner| inner.bring_in(value));
    }

    /// The name under the cursor: an identifier, a string or `default`.
    fn export_name(&mut self) -> Name {
        match self.kind() {
            Kind::String => {
                let text = self.string_value();
                self.builder.name(&text)
            }
            _ => self.identifier(),
        }
    }

    /// `import x = require("m")`.
    fn import_require(&mut self) {
        let module = self.at(Field::Source, Self::imported);
        if let Some(module) = module
            && self.down(|_, kind| kind == Kind::Identifier)
        {
            self.bring_in(module);
            self.up();
        }
    }

    /// `import x = A.B`.
    pub(super) fn import_alias(&mut self) {
        let at = self.span();
        let mut name = None;
        self.each(|inner, kind| {
            if !kind.is_expression() {
                return;
            }
            match name {
                None => name = Some(inner.identifier()),
                Some(name) => {
                    let value = inner.expr();
                    let var = inner.builder.declare(name);
                    let target = inner.builder.variable(var, at);
                    inner.push_assign(target, value, at);
                }
            }
        });
    }

    /// Lowers everything that starts with `export`.
    pub(super) fn export_statement(&mut self) {
        let module = self.at(Field::Source, Self::imported);
        let mut export = Exported { module, ..Exported::default() };
        self.each(|inner, kind| match (inner.field(), kind) {
            (Field::Decorator, _) => {
                let decorator = inner.only_child(Self::expr);
                inner.decorators.extend(decorator);
            }
            (Field::Declaration, _) => inner.exported_declaration(kind, export),
            (Field::Value, _) => inner.export_default(),
            (_, Kind::DefaultWord) => export.by_default = true,
            (_, Kind::TypeWord) => export.only_types = true,
            (_, Kind::Assign) => export.whole = true,
            (_, Kind::Arithmetic) => inner.export_all(export),
            (_, Kind::NamespaceExport) => inner.export_namespace(export),
            (_, Kind::ExportClause) => inner.export_clause(export),
            _ if export.whole && kind.is_expression() => inner.export_whole(),
            _ => {}
        });
    }

    /// `export * from "m"`.
    fn export_all(&mut self, export: Exported) {
        if let Some(module) = export.module {
            self.builder.module.exports.stars.push(module);
        }
    }

    /// `export * as name from "m"`.
    fn export_namespace(&mut self, export: Exported) {
        let Some(module) = export.module else { return };
        if self.down(|_, kind| matches!(kind, Kind::Identifier | Kind::String)) {
            let at = self.span();
            let name = self.export_name();
            self.export_as(name, module, at);
            self.up();
        }
    }

    fn export_clause(&mut self, export: Exported) {
        if export.only_types {
            return;
        }
        self.each(|inner, kind| {
            if kind == Kind::ExportSpecifier {
                inner.export_specifier(export);
            }
        });
    }

    fn export_specifier(&mut self, export: Exported) {
        let at = self.span();
        let (mut name, mut alias) = (None, None);
        let mut is_type = false;
        self.each(|inner, kind| match inner.field() {
            Field::Name => name = Some(inner.export_name()),
            Field::Alias => alias = Some(inner.export_name()),
            _ => is_type |= kind == Kind::TypeWord,
        });
        let Some(name) = name.filter(|_| !is_type) else { return };
        let value = match export.module {
            Some(module) => self.builder.expr(Expr::Member(module, name), at),
            None => self.builder.reference(name, at),
        };
        self.export_as(alias.unwrap_or(name), value, at);
    }

    /// Assigns to a member of the exports.
    fn export_as(&mut self, name: Name, value: ExprId, at: Span) {
        let object = self.space_object(at);
        let target = self.builder.expr(Expr::Member(object, name), at);
        let stmt = self.builder.assign(target, value, at);
        let list = if self.space.is_empty() { &mut self.tail } else { &mut self.out };
        list.push(stmt);
    }

    fn exported_declaration(&mut self, kind: Kind, export: Exported) {
        let at = self.span();
        let mut bound = Vec::new();
        match kind {
            Kind::Declaration => {
                let mut targets = Vec::new();
                self.variables(Some(&mut targets));
                for target in targets {
                    self.bound(target, &mut bound);
                }
            }
            Kind::Nothing => self.skip(),
            _ => {
                self.declaration(kind);
                bound.extend(self.declared_here());
            }
        }
        for var in bound {
            let name = self.builder.module.vars[var.at()].name;
            let value = self.builder.variable(var, at);
            let name = if export.by_default { self.known.default } else { name };
            self.export_as(name, value, at);
        }
    }

    /// The variable that the declaration under the cursor declared.
    fn declared_here(&mut self) -> Option<VarId> {
        if !self.down(|at, kind| {
            (at.field() == Field::Name || kind == Kind::Identifier) && !kind.is_token()
        }) {
            return None;
        }
        let name = match self.kind() {
            Kind::Identifier | Kind::TypeName => Some(self.identifier()),
            _ => None,
        };
        self.up();
        name.map(|name| self.builder.declare(name))
    }

    /// `export default value`.
    fn export_default(&mut self) {
        let at = self.span();
        if self.kind().takes_name() {
            self.given = Some(self.known.default);
        }
        let value = self.expr();
        let object = self.space_object(at);
        let target = self.builder.expr(Expr::Member(object, self.known.default), at);
        self.push_assign(target, value, at);
    }

    /// `export = value`.
    fn export_whole(&mut self) {
        let at = self.span();
        let value = self.expr();
        let target = self.builder.variable(self.exports, at);
        self.push_assign(target, value, at);
    }
}

/// What stands before and behind what is exported.
#[derive(Clone, Copy, Default)]
struct Exported {
    module: Option<ExprId>,
    by_default: bool,
    only_types: bool,
    whole: bool,
}
