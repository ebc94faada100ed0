//! Expressions of a dump.

use crate::ir::{
    Call, CallKind, Clause, Expr, ExprId, Item, Key, Logic, Operator, Property, VarId,
};

use super::{Dump, MAX_DEPTH};

impl Dump<'_> {
    /// An expression as text.
    pub(super) fn expr(&self, id: ExprId) -> String {
        let mut text = String::new();
        self.write(&mut text, id, 0);
        text
    }

    /// The name of a variable.
    pub(super) fn var(&self, id: VarId) -> &str {
        self.module.vars.get(id.at()).map_or("?", |var| self.module.text(var.name))
    }

    fn write(&self, out: &mut String, id: ExprId, depth: usize) {
        if depth > MAX_DEPTH {
            out.push('…');
            return;
        }
        let down = depth + 1;
        match self.module.expr(id) {
            Expr::Text(text) => out.push_str(&format!("{:?}", self.module.text(*text))),
            Expr::Number(text) => out.push_str(self.module.text(*text)),
            Expr::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Expr::Null => out.push_str("null"),
            Expr::Regex(pattern, flags) => {
                let (pattern, flags) = (self.module.text(*pattern), self.module.text(*flags));
                out.push_str(&format!("/{pattern}/{flags}"));
            }
            Expr::Var(var) => out.push_str(self.var(*var)),
            Expr::Global(name) => out.push_str(&format!("@{}", self.module.text(*name))),
            Expr::Function(function) => out.push_str(&format!("fn{}", function.0)),
            Expr::Class(class) => out.push_str(&format!("class{}", class.0)),
            Expr::Member(base, name) => {
                self.write(out, *base, down);
                out.push('.');
                out.push_str(self.module.text(*name));
            }
            Expr::Import(path) => self.wrap(out, "import(", &[*path], down),
            Expr::Index(base, index) => {
                self.write(out, *base, down);
                self.wrap(out, "[", &[*index], down);
            }
            Expr::Call(call) => self.call(out, call, down),
            Expr::Object(parts) => self.object(out, parts, down),
            Expr::List(items) => self.list(out, items, down),
            Expr::Comprehension { clauses, values } => {
                self.comprehension(out, clauses, values, down);
            }
            Expr::Unknown(parts) => self.wrap(out, "?(", parts, down),
            Expr::Not(_) | Expr::Unary(_) => self.prefix(out, id, down),
            Expr::Concat(_)
            | Expr::Binary(..)
            | Expr::Logic(..)
            | Expr::Choice { .. }
            | Expr::Assign { .. }
            | Expr::Default(..) => self.infix(out, id, down),
        }
    }

    /// `open`, the parts with commas between them, and the bracket that closes.
    fn wrap(&self, out: &mut String, open: &str, parts: &[ExprId], depth: usize) {
        out.push_str(open);
        self.joined(out, parts, ", ", depth);
        out.push(if open.ends_with('[') { ']' } else { ')' });
    }

    fn joined(&self, out: &mut String, parts: &[ExprId], between: &str, depth: usize) {
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                out.push_str(between);
            }
            self.write(out, *part, depth);
        }
    }

    fn prefix(&self, out: &mut String, id: ExprId, depth: usize) {
        let (sign, operand) = match self.module.expr(id) {
            Expr::Not(operand) => ('!', *operand),
            Expr::Unary(operand) => ('-', *operand),
            _ => return,
        };
        out.push(sign);
        self.write(out, operand, depth);
    }

    fn infix(&self, out: &mut String, id: ExprId, depth: usize) {
        out.push('(');
        match self.module.expr(id) {
            Expr::Concat(parts) => self.joined(out, parts, " ++ ", depth),
            Expr::Binary(operator, left, right) => {
                self.joined(out, &[*left, *right], sign(*operator), depth);
            }
            Expr::Logic(Logic::And, left, right) => {
                self.joined(out, &[*left, *right], " && ", depth);
            }
            Expr::Logic(Logic::Or, left, right) => {
                self.joined(out, &[*left, *right], " || ", depth);
            }
            Expr::Logic(Logic::Nullish, left, right) => {
                self.joined(out, &[*left, *right], " ?? ", depth);
            }
            Expr::Choice { cond, then, otherwise } => {
                self.joined(out, &[*cond, *then], " ? ", depth);
                out.push_str(" : ");
                self.write(out, *otherwise, depth);
            }
            Expr::Assign { target, value } => self.joined(out, &[*target, *value], " = ", depth),
            Expr::Default(target, value) => self.joined(out, &[*target, *value], " ?= ", depth),
            _ => {}
        }
        out.push(')');
    }

    fn call(&self, out: &mut String, call: &Call, depth: usize) {
        out.push_str(match call.kind {
            CallKind::Plain => "",
            CallKind::New => "new ",
            CallKind::Decorator => "decorate ",
            CallKind::Tagged => "tagged ",
            CallKind::Deferred => "deferred ",
        });
        self.write(out, call.callee, depth);
        out.push('(');
        for (at, arg) in call.args.iter().enumerate() {
            if at > 0 {
                out.push_str(", ");
            }
            if arg.spread {
                out.push_str("...");
            }
            if let Some(name) = arg.name {
                out.push_str(self.module.text(name));
                out.push('=');
            }
            self.write(out, arg.value, depth);
        }
        out.push(')');
    }

    fn object(&self, out: &mut String, parts: &[Property], depth: usize) {
        out.push('{');
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                out.push_str(", ");
            }
            match part.key {
                Key::Name(name) => {
                    out.push_str(self.module.text(name));
                    out.push_str(": ");
                }
                Key::Computed(key) => {
                    self.wrap(out, "[", &[key], depth);
                    out.push_str(": ");
                }
                Key::Spread => out.push_str("..."),
            }
            self.write(out, part.value, depth);
        }
        out.push('}');
    }

    fn list(&self, out: &mut String, items: &[Item], depth: usize) {
        out.push('[');
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                out.push_str(", ");
            }
            if item.spread {
                out.push_str("...");
            }
            self.write(out, item.value, depth);
        }
        out.push(']');
    }

    fn comprehension(&self, out: &mut String, clauses: &[Clause], values: &[ExprId], depth: usize) {
        out.push('[');
        self.joined(out, values, ": ", depth);
        for clause in clauses {
            out.push_str(" for ");
            self.joined(out, &[clause.target, clause.source], " in ", depth);
            for condition in &clause.conditions {
                out.push_str(" if ");
                self.write(out, *condition, depth);
            }
        }
        out.push(']');
    }
}

const fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => " == ",
        Operator::NotEqual => " != ",
        Operator::Compare => " < ",
        Operator::In => " in ",
        Operator::NotIn => " not in ",
        Operator::InstanceOf => " instanceof ",
        Operator::Arithmetic => " - ",
    }
}
