//! Imports, and the name that a package has when nobody gives it one.

use tree_sitter::Node;

use crate::{
    ir::{Expr, ExprId, GapKind, Stmt, StmtId},
    lang::{
        go::{
            Kind, Lowering,
            names::{Package, Role},
            tree::{Field, part},
        },
        span,
    },
};

impl<'t> Lowering<'_, 't> {
    /// Lowers every import of the file. Names that are written come first, so that a guess never
    /// takes one away.
    pub(super) fn imports(&mut self, items: &[(Node<'t>, Kind)], out: &mut Vec<StmtId>) {
        let mut specs = Vec::new();
        for (node, kind) in items {
            if *kind == Kind::ImportDeclaration {
                self.import_specs(*node, &mut specs, out);
            }
        }
        let mut guessed = Vec::new();
        for spec in specs {
            let kids = self.kids(spec);
            let Some(path) = part(&kids, Field::Path) else { continue };
            let path = self.expression(path);
            let module = self.builder.expr(Expr::Import(path), span(spec));
            let kid = kids.iter().find(|kid| kid.field == Field::Name);
            match kid.map(|kid| (kid.node, kid.kind)) {
                None => guessed.push((spec, path, module)),
                Some((_, Kind::Dot)) => {
                    self.builder.module.exports.stars.push(module);
                    out.push(self.builder.stmt(Stmt::Expr(module), span(spec)));
                }
                Some((_, Kind::BlankIdentifier)) => {
                    out.push(self.builder.stmt(Stmt::Expr(module), span(spec)));
                }
                Some((name, _)) => {
                    let name = self.builder.slice(span(name)).to_owned();
                    self.import(&[name], (path, module), spec, out);
                }
            }
        }
        for (spec, path, module) in guessed {
            let names = names_of(self.text_of(path).unwrap_or_default());
            self.import(&names, (path, module), spec, out);
        }
    }

    fn import_specs(
        &mut self,
        declaration: Node<'t>,
        specs: &mut Vec<Node<'t>>,
        out: &mut Vec<StmtId>,
    ) {
        for kid in self.kids(declaration) {
            let inner = match kid.kind {
                Kind::ImportSpecList => self.kids(kid.node),
                _ => [kid].into_iter().collect(),
            };
            for spec in inner.iter().filter(|kid| kid.kind == Kind::ImportSpec) {
                self.foreign(declaration, spec.node, out);
                specs.push(spec.node);
            }
        }
    }

    /// `import "C"`: what stands in the comment before it is another language, which nobody here
    /// reads; it is kept as a text.
    fn foreign(&mut self, declaration: Node<'t>, spec: Node<'t>, out: &mut Vec<StmtId>) {
        let kids = self.kids(spec);
        let path = part(&kids, Field::Path).map(|path| self.builder.slice(span(path)));
        if path != Some("\"C\"") {
            return;
        }
        let comment = self.raw_comment(declaration);
        self.builder.gap(GapKind::Construct, comment.unwrap_or_else(|| span(spec)));
        if let Some(at) = comment {
            let text = self.constant(self.builder.slice(at), at);
            out.push(self.builder.stmt(Stmt::Expr(text), at));
        }
    }

    /// Declares the package under its names. Only the file sees them, not its package.
    fn import(
        &mut self,
        names: &[String],
        (path, module): (ExprId, ExprId),
        spec: Node<'t>,
        out: &mut Vec<StmtId>,
    ) {
        let mut var = None;
        for name in names {
            let name = self.builder.name(name);
            if self.scopes.get(name).is_none() {
                let known = *var.get_or_insert_with(|| self.builder.fresh(name));
                self.scopes.bind(name, known);
            }
        }
        let Some(var) = var else {
            out.push(self.builder.stmt(Stmt::Expr(module), span(spec)));
            return;
        };
        self.roles.insert(var, Role::Package);
        if let Some(package) = self.text_of(path).and_then(package_of) {
            self.packages.insert(var, package);
        }
        let target = self.builder.variable(var, span(spec));
        out.push(self.builder.assign(target, module, span(spec)));
    }
}

/// The package that a path means, if some of its functions have a form of their own. Logs of other
/// origin end the process in the same way.
fn package_of(path: &str) -> Option<Package> {
    match path {
        "fmt" => Some(Package::Format),
        "os" | "syscall" => Some(Package::System),
        _ => path.rsplit('/').next().filter(|last| last.contains("log")).map(|_| Package::Log),
    }
}

/// The names that the package at `path` may have, the likeliest first: its last part without a
/// version, and without what only says that it is for Go.
fn names_of(path: &str) -> Vec<String> {
    let mut parts = path.rsplit('/').filter(|part| !part.is_empty());
    let mut last = parts.next().unwrap_or_default();
    if is_version(last) {
        last = parts.next().unwrap_or(last);
    }
    let last =
        last.rsplit_once(".v").filter(|(_, tail)| is_number(tail)).map_or(last, |(name, _)| name);
    let bare = ["go-", "golang-", "go."].iter().find_map(|affix| last.strip_prefix(affix));
    let bare = bare.unwrap_or(last);
    let end = ["-go", "-golang", ".go"].iter().find_map(|affix| bare.strip_suffix(affix));
    let bare = end.unwrap_or(bare);
    let mut names = Vec::new();
    for text in [bare, last] {
        let (joined, lined) = (text.replace(['-', '.'], ""), text.replace(['-', '.'], "_"));
        let tail = text.rsplit(['-', '.']).next().unwrap_or_default().to_owned();
        for name in [joined, lined, tail] {
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(is_number)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_package_is_the_last_part_without_version_and_affixes() {
        for (path, name) in [
            ("fmt", "fmt"),
            ("path/filepath", "filepath"),
            ("github.com/jackc/pgx/v5", "pgx"),
            ("gopkg.in/yaml.v3", "yaml"),
            ("github.com/mattn/go-sqlite3", "sqlite3"),
            ("github.com/nats-io/nats.go", "nats"),
            ("github.com/mark3labs/mcp-go/server", "server"),
            ("github.com/hashicorp/go-retryablehttp", "retryablehttp"),
            ("github.com/metoro-io/mcp-golang", "mcp"),
            ("", ""),
        ] {
            assert_eq!(names_of(path).first().map_or("", String::as_str), name, "{path}");
        }
        assert!(names_of("github.com/metoro-io/mcp-golang").contains(&"mcp_golang".to_owned()));
    }
}
