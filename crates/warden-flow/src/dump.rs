//! A module as text, for tests and for people who want to see what a front-end understood.
//!
//! The same notation for every language: one line per statement, indented. Variables are their
//! name, globals `@name`, functions `fn1`, classes `class1`; text put together is `(a ++ b)`,
//! arithmetic of any kind `(a - b)`, what was not understood `?(parts)`.

mod expr;
#[cfg(test)]
mod tests;

use crate::ir::{
    Case, Class, Expr, FieldInit, FuncId, Function, Module, Param, ParamKind, Stmt, StmtId,
};

/// Nesting that is written; below stands `…`.
const MAX_DEPTH: usize = 100;

/// Writes a module: its body, then every function, every class, what it exports and the gaps.
#[must_use]
pub fn dump(module: &Module) -> String {
    let mut dump = Dump { module, text: String::new() };
    for (at, function) in module.functions.iter().enumerate() {
        dump.function(at, function);
    }
    for (at, class) in module.classes.iter().enumerate() {
        dump.class(at, class);
    }
    dump.rest();
    dump.text
}

struct Dump<'m> {
    module: &'m Module,
    text: String,
}

impl Dump<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        for _ in 0..depth.min(MAX_DEPTH) {
            self.text.push_str("  ");
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn function(&mut self, at: usize, function: &Function) {
        let head = if at == 0 { "module:".to_owned() } else { self.head(at, function) };
        self.line(0, &head);
        if let Some(doc) = function.doc {
            let doc = format!("doc {:?}", self.module.text(doc));
            self.line(1, &doc);
        }
        for decorator in &function.decorators {
            let decorator = format!("decorator {}", self.expr(*decorator));
            self.line(1, &decorator);
        }
        self.block(&function.body, 1);
    }

    fn head(&self, at: usize, function: &Function) -> String {
        let mut head = format!("fn{at}");
        if let Some(name) = function.name {
            head.push_str(&format!(" {}", self.module.text(name)));
        }
        let mut params: Vec<String> =
            function.receiver.iter().map(|var| format!("receiver {}", self.var(*var))).collect();
        params.extend(function.params.iter().map(|param| self.param(param)));
        head.push_str(&format!("({})", params.join(", ")));
        if let Some(returns) = function.returns {
            head.push_str(&format!(" -> {}", self.expr(returns)));
        }
        if let Some(class) = function.class {
            head.push_str(&format!(" of class{}", class.0));
        }
        match function.parent {
            None | Some(FuncId(0)) => {}
            Some(parent) => {
                head.push_str(&format!(" in fn{}", parent.0));
            }
        }
        if function.is_async {
            head.push_str(" async");
        }
        head.push(':');
        head
    }

    fn param(&self, param: &Param) -> String {
        let mut text = match param.kind {
            ParamKind::Plain => String::new(),
            ParamKind::Named => "named ".to_owned(),
            ParamKind::Rest => "*".to_owned(),
            ParamKind::NamedRest => "**".to_owned(),
        };
        text.push_str(&self.expr(param.target));
        if let Some(annotation) = param.annotation {
            text.push_str(&format!(": {}", self.expr(annotation)));
        }
        if let Some(default) = param.default {
            text.push_str(&format!(" = {}", self.expr(default)));
        }
        text
    }

    fn class(&mut self, at: usize, class: &Class) {
        let bases: Vec<String> = class.bases.iter().map(|base| self.expr(*base)).collect();
        let name = class.name.map_or("", |name| self.module.text(name));
        let head = format!("class{at} {name}({}):", bases.join(", "));
        self.line(0, &head);
        if let Some(doc) = class.doc {
            let doc = format!("doc {:?}", self.module.text(doc));
            self.line(1, &doc);
        }
        for field in &class.fields {
            let field = self.field(field);
            self.line(1, &field);
        }
        for method in &class.methods {
            let kind = match (method.is_static, method.is_getter) {
                (false, false) => "method",
                (true, false) => "static method",
                (false, true) => "getter",
                (true, true) => "static getter",
            };
            let name = self.module.text(method.name);
            let method = format!("{kind} {name} = fn{}", method.function.0);
            self.line(1, &method);
        }
    }

    fn field(&self, field: &FieldInit) -> String {
        let mut text = format!("field {}", self.module.text(field.name));
        if let Some(annotation) = field.annotation {
            text.push_str(&format!(": {}", self.expr(annotation)));
        }
        if let Some(value) = field.value {
            text.push_str(&format!(" = {}", self.expr(value)));
        }
        text
    }

    fn rest(&mut self) {
        if let Some(package) = self.module.package {
            let package = format!("package {}", self.module.text(package));
            self.line(0, &package);
        }
        if let Some(object) = self.module.exports.object {
            let object = format!("exports {}", self.var(object));
            self.line(0, &object);
        }
        for star in &self.module.exports.stars {
            let star = format!("exports all of {}", self.expr(*star));
            self.line(0, &star);
        }
        for gap in &self.module.gaps {
            let (line, column) = self.module.line(gap.span.start);
            let gap = format!("gap {} at {line}:{column}", gap.kind.name());
            self.line(0, &gap);
        }
    }

    fn block(&mut self, body: &[StmtId], depth: usize) {
        if depth > MAX_DEPTH {
            self.line(depth, "…");
            return;
        }
        for id in body {
            if let Some((stmt, _)) = self.module.stmts.get(id.at()) {
                self.stmt(stmt, depth);
            }
        }
    }

    /// A head and what stands below it; nothing for an empty block without need.
    fn part(&mut self, head: &str, body: &[StmtId], depth: usize) {
        self.line(depth, head);
        self.block(body, depth + 1);
    }

    fn stmt(&mut self, stmt: &Stmt, depth: usize) {
        match stmt {
            Stmt::If { cond, then, otherwise } => {
                let head = format!("if {}:", self.expr(*cond));
                self.part(&head, then, depth);
                if !otherwise.is_empty() {
                    self.part("else:", otherwise, depth);
                }
            }
            Stmt::Loop { body, otherwise, .. } => {
                let head = self.loop_head(stmt);
                self.part(&head, body, depth);
                if !otherwise.is_empty() {
                    self.part("else:", otherwise, depth);
                }
            }
            Stmt::Switch { subject, cases } => {
                let subject = subject.map(|subject| format!(" {}", self.expr(subject)));
                let head = format!("switch{}:", subject.unwrap_or_default());
                self.line(depth, &head);
                for case in cases {
                    self.case(case, depth + 1);
                }
            }
            Stmt::Try { body, handlers, finally } => {
                self.part("try:", body, depth);
                for (error, handler) in handlers {
                    let error = error.map(|var| format!(" {}", self.var(var)));
                    let head = format!("catch{}:", error.unwrap_or_default());
                    self.part(&head, handler, depth);
                }
                if !finally.is_empty() {
                    self.part("finally:", finally, depth);
                }
            }
            Stmt::Expr(_)
            | Stmt::Return(_)
            | Stmt::Throw(_)
            | Stmt::Break
            | Stmt::Continue
            | Stmt::Yield(_) => {
                let text = self.simple(stmt);
                self.line(depth, &text);
            }
        }
    }

    fn simple(&self, stmt: &Stmt) -> String {
        let with = |word: &str, value: Option<_>| match value {
            Some(value) => format!("{word} {}", self.expr(value)),
            None => word.to_owned(),
        };
        match stmt {
            Stmt::Expr(expr) => match self.module.expr(*expr) {
                Expr::Assign { target, value } => {
                    format!("{} = {}", self.expr(*target), self.expr(*value))
                }
                _ => self.expr(*expr),
            },
            Stmt::Return(value) => with("return", *value),
            Stmt::Throw(value) => with("throw", *value),
            Stmt::Yield(value) => with("yield", Some(*value)),
            Stmt::Break => "break".to_owned(),
            Stmt::Continue => "continue".to_owned(),
            Stmt::If { .. } | Stmt::Loop { .. } | Stmt::Switch { .. } | Stmt::Try { .. } => {
                String::new()
            }
        }
    }

    fn loop_head(&self, stmt: &Stmt) -> String {
        let mut head = "loop".to_owned();
        if let Stmt::Loop { each, keys, cond, .. } = stmt {
            if let Some((target, source)) = each {
                let word = if *keys { "keys of " } else { "" };
                head.push_str(&format!(" {} in {word}{}", self.expr(*target), self.expr(*source)));
            }
            if let Some(cond) = cond {
                head.push_str(&format!(" while {}", self.expr(*cond)));
            }
        }
        head.push(':');
        head
    }

    fn case(&mut self, case: &Case, depth: usize) {
        let mut head = match &case.tests {
            None => "default".to_owned(),
            Some(tests) => {
                let tests: Vec<String> = tests.iter().map(|test| self.expr(*test)).collect();
                format!("case {}", tests.join(", "))
            }
        };
        if let Some(guard) = case.guard {
            head.push_str(&format!(" if {}", self.expr(guard)));
        }
        if case.falls {
            head.push_str(" falls");
        }
        head.push(':');
        self.part(&head, &case.body, depth);
    }
}
