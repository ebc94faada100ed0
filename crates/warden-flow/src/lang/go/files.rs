//! A whole file: what it declares, in the order in which Go makes it.

use tree_sitter::Node;

use crate::{
    builder::offset,
    ir::{Arg, Call, CallKind, Class, Expr, FuncId, Name, Span, Stmt, StmtId, VarId},
    lang::{
        go::{
            Kind, Lowering,
            names::Role,
            tree::{Field, part, parts},
        },
        span,
    },
};

/// What stands outside functions.
type Item<'t> = (Node<'t>, Kind);

/// Text before a declaration on its line that it may still be documented with: `type (`, `var`.
const INDENT: usize = 64;

/// How far a comment before a declaration is followed.
const COMMENT: usize = 64 << 10;

impl<'t> Lowering<'_, 't> {
    /// Lowers what is in the file. First come imports, types and functions, which are there before
    /// anything runs, then values in their order, then what runs by itself.
    pub(super) fn file(&mut self, root: Node<'t>) -> Vec<StmtId> {
        let items = items(root);
        let mut body = Vec::new();
        self.imports(&items, &mut body);
        for (node, kind) in &items {
            self.announce(*node, *kind);
        }
        for (node, _) in items.iter().filter(|(_, kind)| *kind == Kind::TypeDeclaration) {
            self.type_declaration(*node, &mut body);
        }
        let mut values = Vec::new();
        for (node, kind) in &items {
            self.value(*node, *kind, &mut values);
        }
        let mut runs = Vec::new();
        for (node, kind) in &items {
            match kind {
                Kind::FunctionDeclaration => self.function_declaration(*node, &mut body, &mut runs),
                Kind::MethodDeclaration => {
                    self.method_declaration(*node);
                }
                _ => {}
            }
        }
        body.append(&mut values);
        body.append(&mut runs);
        body
    }

    /// Makes the names of a declaration known before anything is read that uses them.
    fn announce(&mut self, node: Node<'t>, kind: Kind) {
        match kind {
            Kind::FunctionDeclaration => {
                let kids = self.kids(node);
                if let Some(name) = part(&kids, Field::Name).map(|name| self.name_of(name))
                    && name != self.known.init
                {
                    let var = self.announce_name(name);
                    self.roles.insert(var, Role::Function);
                }
            }
            Kind::TypeDeclaration => {
                for spec in self.kids(node) {
                    self.announce_type(spec.node, spec.kind);
                }
            }
            Kind::ConstDeclaration | Kind::VarDeclaration => {
                for spec in self.specs(node) {
                    let kids = self.kids(spec);
                    for name in parts(&kids, Field::Name) {
                        let name = self.name_of(name);
                        self.announce_name(name);
                    }
                }
            }
            _ => {}
        }
    }

    fn announce_name(&mut self, name: Name) -> VarId {
        if name == self.known.blank {
            return self.blank();
        }
        let var = self.builder.declare_in_module(name);
        self.scopes.bind(name, var);
        var
    }

    fn announce_type(&mut self, spec: Node<'t>, kind: Kind) {
        let kids = self.kids(spec);
        let (Some(name), Some(node)) = (part(&kids, Field::Name), part(&kids, Field::Type)) else {
            return;
        };
        let name = self.name_of(name);
        let var = self.announce_name(name);
        self.define_type(var, node, spec, kind);
    }

    /// Notes how a type is defined, and makes an empty class for it unless it is another's alias.
    pub(super) fn define_type(&mut self, var: VarId, node: Node<'t>, spec: Node<'t>, kind: Kind) {
        self.roles.insert(var, Role::Type);
        self.types.insert(var, node);
        if kind == Kind::TypeSpec {
            let name = self.builder.module.vars.get(var.at()).map(|var| var.name);
            let class = self.builder.class(Class {
                name,
                span: span(spec),
                bases: Vec::new(),
                methods: Vec::new(),
                fields: Vec::new(),
                doc: None,
            });
            self.classes.insert(var, class);
        }
    }

    /// What runs when the package is made, in the order of the text.
    fn value(&mut self, node: Node<'t>, kind: Kind, out: &mut Vec<StmtId>) {
        match kind {
            Kind::ImportDeclaration
            | Kind::TypeDeclaration
            | Kind::FunctionDeclaration
            | Kind::MethodDeclaration => {}
            Kind::PackageClause => {
                if let Some((name, _)) = self.first(node) {
                    self.builder.module.package = Some(self.name_of(name));
                }
            }
            Kind::Comment => self.directive(node, out),
            _ => self.statement(node, kind, out),
        }
    }

    /// Keeps `//go:generate`, `//go:embed`, `//go:build` and their like as a text.
    fn directive(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let at = span(node);
        let text = self.builder.slice(at);
        if text.starts_with("//go:") || text.starts_with("// +build") {
            let text = self.constant(text.trim_end(), at);
            out.push(self.builder.stmt(Stmt::Expr(text), at));
        }
    }

    /// Calls a function that runs by itself.
    pub(super) fn run(&mut self, function: FuncId, at: Span) -> StmtId {
        let callee = self.builder.expr(Expr::Function(function), at);
        let args: Vec<Arg> = Vec::new();
        let call = Call { callee, args, kind: CallKind::Plain };
        let call = self.builder.expr(Expr::Call(call), at);
        self.builder.stmt(Stmt::Expr(call), at)
    }

    /// The comment right before a declaration.
    pub(super) fn doc(&mut self, node: Node<'t>) -> Option<Name> {
        let text = comment_before(self.builder.source, node.start_byte())?;
        (!text.is_empty()).then(|| self.builder.name(&text))
    }

    /// The comment right before a declaration, as it stands.
    pub(super) fn raw_comment(&self, node: Node<'t>) -> Option<Span> {
        let end = line_start(self.builder.source, node.start_byte())?;
        let start = comment_start(self.builder.source.get(..end)?)?;
        Some(Span { start: offset(start), end: offset(end) })
    }
}

/// The parts of the file, also those inside something broken.
fn items(root: Node<'_>) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    let mut cursor = root.walk();
    if !cursor.goto_first_child() {
        return items;
    }
    loop {
        let node = cursor.node();
        if node.is_error() && cursor.goto_first_child() {
            continue;
        }
        let kind = Kind::of(node);
        if kind != Kind::Other {
            items.push((node, kind));
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return items;
            }
        }
    }
}

/// The text of the comment that ends on the line before `at`, without its signs.
fn comment_before(source: &str, at: usize) -> Option<String> {
    let end = line_start(source, at)?;
    let start = comment_start(source.get(..end)?)?;
    let mut text = String::new();
    for line in source.get(start..end)?.lines() {
        let line = line.trim();
        if line.starts_with("//go:") {
            continue;
        }
        let line = line.strip_prefix("//").or_else(|| line.strip_prefix("/*")).unwrap_or(line);
        let line = line.strip_suffix("*/").unwrap_or(line).trim();
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
    }
    Some(text.trim().to_owned())
}

/// The start of the line that `at` is on, if little stands before it there.
fn line_start(source: &str, at: usize) -> Option<usize> {
    let from = at.saturating_sub(INDENT);
    let before = source.as_bytes().get(from..at)?;
    match memchr::memrchr(b'\n', before) {
        Some(newline) => Some(from + newline + 1),
        None => (from == 0).then_some(0),
    }
}

/// Where the comment starts that `before` ends with; at most [`COMMENT`] bytes back.
fn comment_start(before: &str) -> Option<usize> {
    let floor = before.len().saturating_sub(COMMENT);
    let bytes = before.as_bytes();
    let last = before.strip_suffix('\n')?.trim_end_matches([' ', '\t', '\r']);
    if last.ends_with("*/") {
        return memchr::memmem::rfind(bytes.get(floor..)?, b"/*").map(|at| floor + at);
    }
    let mut start = None;
    let mut end = before.len();
    while end > floor {
        let line = bytes.get(..end - 1)?;
        let begin = memchr::memrchr(b'\n', line).map_or(0, |at| at + 1);
        if !line.get(begin..)?.trim_ascii_start().starts_with(b"//") {
            break;
        }
        start = Some(begin);
        end = begin;
    }
    start
}
