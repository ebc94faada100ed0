//! Imports: each name is a member of the module that it comes from.

use super::{Field, Kind, Python};
use crate::ir::{Expr, ExprId, Name, Span, Stmt};

impl Python<'_, '_> {
    /// `import a, b.c, d.e as f`.
    pub(super) fn import(&mut self) {
        self.children(|python, kind| match kind {
            Kind::DottedName => python.import_plain(),
            Kind::AliasedImport => python.import_alias(None),
            _ => {}
        });
    }

    /// `import a.b.c` loads `a.b.c` and binds `a`.
    fn import_plain(&mut self) {
        let at = self.at();
        let path = self.dotted_text();
        let whole = self.import_of(&path, at);
        let Some((top, _)) = path.split_once('.') else {
            return self.bind_import(&path, whole, at);
        };
        self.push(Stmt::Expr(whole), at);
        let value = self.import_of(top, at);
        self.bind_import(top, value, at);
    }

    /// `a.b as c`, from a module or as one.
    fn import_alias(&mut self, module: Option<(&str, Span)>) {
        let at = self.at();
        let (mut path, mut alias) = (String::new(), None);
        self.children(|python, _| match Field::of(&python.cursor) {
            Field::Alias => alias = Some((python.identifier(), python.at())),
            _ => path = python.dotted_text(),
        });
        let value = match module {
            Some((module, place)) => self.member_of(module, place, &path, at),
            None => self.import_of(&path, at),
        };
        let (name, place) = alias.unwrap_or_else(|| (self.builder.name(&path), at));
        let target = self.bind(name, place);
        self.push_assign(target, value, at);
    }

    /// `from m import a, b as c`, `from . import a`, `from m import *`.
    pub(super) fn import_from(&mut self) {
        let mut module = String::new();
        let mut place = self.at();
        self.children(|python, kind| match (Field::of(&python.cursor), kind) {
            (Field::ModuleName, _) => {
                place = python.at();
                module = python.dotted_text();
            }
            (_, Kind::DottedName) => {
                let (name, at) = (python.dotted_text(), python.at());
                let value = python.member_of(&module, place, &name, at);
                python.bind_import(&name, value, at);
            }
            (_, Kind::AliasedImport) => python.import_alias(Some((&module, place))),
            (_, Kind::Wildcard) => {
                let value = python.import_of(&module, place);
                python.builder.module.exports.stars.push(value);
                python.push(Stmt::Expr(value), place);
            }
            _ => {}
        });
    }

    fn bind_import(&mut self, name: &str, value: ExprId, at: Span) {
        let name = self.builder.name(name);
        let target = self.bind(name, at);
        self.push_assign(target, value, at);
    }

    /// A module by its path.
    pub(super) fn import_of(&mut self, path: &str, at: Span) -> ExprId {
        let path = self.builder.text(path, at);
        self.builder.expr(Expr::Import(path), at)
    }

    fn member_of(&mut self, module: &str, place: Span, name: &str, at: Span) -> ExprId {
        let module = self.import_of(module, place);
        let name: Name = self.builder.name(name);
        self.builder.expr(Expr::Member(module, name), at)
    }

    /// The dotted name at the cursor without blanks between its parts, with the dots of a
    /// relative one.
    fn dotted_text(&mut self) -> String {
        if self.kind() == Kind::RelativeImport {
            let mut text = String::new();
            self.children(|python, kind| {
                if kind == Kind::DottedName {
                    text.push_str(&python.dotted_text());
                } else {
                    let dots = python.builder.slice(python.at());
                    text.extend(dots.chars().filter(|dot| *dot == '.'));
                }
            });
            return text;
        }
        let mut text = String::new();
        self.children(|python, _| {
            let name = python.identifier();
            if !text.is_empty() {
                text.push('.');
            }
            text.push_str(python.builder.module.text(name));
        });
        text
    }
}
