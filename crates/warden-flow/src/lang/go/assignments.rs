//! Variables, constants, and everything that is assigned to.

use smallvec::SmallVec;
use tree_sitter::Node;

use crate::{
    ir::{Expr, ExprId, GapKind, Item, Name, Operator, Span, StmtId},
    lang::{
        go::{
            Kind, Lowering,
            tree::{Field, part, parts},
        },
        span,
    },
};

/// Bytes of a constant's value that are read again for the constants below that repeat it.
const REPEATED: usize = 256;

impl<'t> Lowering<'_, 't> {
    /// Every expression of a list.
    pub(super) fn values(&mut self, list: Node<'t>) -> Vec<ExprId> {
        let kids = self.kids(list);
        kids.iter().map(|kid| self.expression(kid.node)).collect()
    }

    /// The expressions of a list together with where they stand.
    fn sources(&mut self, list: Node<'t>) -> SmallVec<[(ExprId, Node<'t>); 2]> {
        let kids = self.kids(list);
        kids.iter().map(|kid| (self.expression(kid.node), kid.node)).collect()
    }

    /// The variables of a list, declared if they are not yet.
    pub(super) fn declared(&mut self, list: Node<'t>) -> Vec<ExprId> {
        let kids = self.kids(list);
        let declare = |kid: &super::tree::Kid<'t>| {
            if kid.kind != Kind::Identifier {
                return self.expression(kid.node);
            }
            let name = self.name_of(kid.node);
            let var = self.declare(name);
            self.builder.variable(var, span(kid.node))
        };
        kids.iter().map(declare).collect()
    }

    /// `a, b := …`: what stands right is read before the names left are known.
    pub(super) fn short_declaration(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let kids = self.kids(node);
        let values = part(&kids, Field::Right).map(|right| self.sources(right));
        let targets = part(&kids, Field::Left).map(|left| self.declared(left));
        self.bind(targets.unwrap_or_default(), &values.unwrap_or_default(), span(node), out);
    }

    /// `a = b`, `a, b = b, a`, `a += b`.
    pub(super) fn assignment(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let kids = self.kids(node);
        let at = span(node);
        let values = part(&kids, Field::Right).map(|right| self.sources(right)).unwrap_or_default();
        let targets = part(&kids, Field::Left).map(|left| self.values(left)).unwrap_or_default();
        let operator = kids.iter().find(|kid| kid.field == Field::Operator);
        let operator = operator.map_or(Kind::Other, |kid| kid.kind);
        let (Some(target), Some((value, _))) = (targets.first(), values.first()) else {
            return self.bind(targets, &values, at, out);
        };
        let changed = match operator {
            Kind::Assign => return self.bind(targets, &values, at, out),
            Kind::PlusAssign => self.concat(vec![*target, *value], at),
            _ => self.builder.expr(Expr::Binary(Operator::Arithmetic, *target, *value), at),
        };
        out.push(self.builder.assign(*target, changed, at));
    }

    /// `i++` and `i--`.
    pub(super) fn counted(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let Some((inner, _)) = self.first(node) else { return };
        let at = span(node);
        let target = self.expression(inner);
        let one = self.builder.name("1");
        let one = self.builder.expr(Expr::Number(one), at);
        let value = self.builder.expr(Expr::Binary(Operator::Arithmetic, target, one), at);
        out.push(self.builder.assign(target, value, at));
    }

    /// `ch <- v`: the channel holds the value from then on.
    pub(super) fn sent(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let kids = self.kids(node);
        let channel = part(&kids, Field::Channel).map(|channel| self.expression(channel));
        let value = part(&kids, Field::Value).map(|value| self.expression(value));
        if let (Some(channel), Some(value)) = (channel, value) {
            out.push(self.builder.assign(channel, value, span(node)));
        }
    }

    /// Assigns values to targets: one to one, side by side, or the results of one call to several.
    pub(super) fn bind(
        &mut self,
        targets: Vec<ExprId>,
        values: &[(ExprId, Node<'t>)],
        at: Span,
        out: &mut Vec<StmtId>,
    ) {
        for (target, (value, _)) in targets.iter().zip(values) {
            if let Some(name) = self.target_name(*target) {
                self.call_it(*value, name);
            }
        }
        let value = match (targets.len(), values) {
            (_, []) => return,
            (2, [(value, node)]) => match self.second(*value, *node) {
                Some(second) => self.tuple(vec![*value, second], span(*node)),
                None => *value,
            },
            (_, [(value, _)]) => *value,
            _ => self.tuple(values.iter().map(|(value, _)| *value).collect(), at),
        };
        if targets.is_empty() {
            out.push(self.builder.stmt(crate::ir::Stmt::Expr(value), at));
            return;
        }
        let target = self.tuple(targets, at);
        out.push(self.builder.assign(target, value, at));
    }

    /// What tells whether the value is there: the `ok` of `v, ok := m[k]`, `x.(T)` and `<-ch`.
    fn second(&mut self, value: ExprId, mut node: Node<'t>) -> Option<ExprId> {
        while Kind::of(node) == Kind::Parenthesized {
            node = self.first(node)?.0;
        }
        let there = match Kind::of(node) {
            Kind::Index => match *self.builder.module.expr(value) {
                Expr::Index(map, key) => Expr::Binary(Operator::In, key, map),
                _ => return None,
            },
            Kind::TypeAssertion => {
                let kids = self.kids(node);
                let wanted = part(&kids, Field::Type)?;
                let wanted = self.annotation(wanted);
                Expr::Binary(Operator::InstanceOf, value, wanted)
            }
            Kind::Unary => Expr::Unary(value),
            _ => return None,
        };
        Some(self.builder.expr(there, span(node)))
    }

    fn target_name(&self, target: ExprId) -> Option<Name> {
        match self.builder.module.expr(target) {
            Expr::Var(var) => self.builder.module.vars.get(var.at()).map(|var| var.name),
            Expr::Member(_, name) | Expr::Global(name) => Some(*name),
            _ => None,
        }
    }

    /// The single declarations of `var (…)` or `const (…)`.
    pub(super) fn specs(&mut self, declaration: Node<'t>) -> Vec<Node<'t>> {
        let mut specs = Vec::new();
        for kid in self.kids(declaration) {
            match kid.kind {
                Kind::VarSpec | Kind::ConstSpec => specs.push(kid.node),
                Kind::VarSpecList => {
                    let inner = self.kids(kid.node);
                    specs.extend(inner.iter().map(|kid| kid.node));
                }
                _ => {}
            }
        }
        specs
    }

    /// `var a, b T = …`; without values they hold what the type says.
    pub(super) fn variables(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        for spec in self.specs(node) {
            let kids = self.kids(spec);
            let at = span(spec);
            let names: SmallVec<[Node<'t>; 2]> = parts(&kids, Field::Name).collect();
            let values = part(&kids, Field::Value).map(|list| self.sources(list));
            let defined = part(&kids, Field::Type);
            let Some(values) = values else {
                for name in names {
                    let zero = defined.map(|defined| self.zero(defined));
                    let target = self.declared_name(name);
                    if let Some(zero) = zero {
                        out.push(self.builder.assign(target, zero, at));
                    }
                }
                continue;
            };
            let targets: Vec<ExprId> =
                names.into_iter().map(|name| self.declared_name(name)).collect();
            if targets.len() != values.len() {
                self.bind(targets, &values, at, out);
                continue;
            }
            for (target, value) in targets.into_iter().zip(values) {
                self.bind(vec![target], &[value], at, out);
            }
        }
    }

    fn declared_name(&mut self, node: Node<'t>) -> ExprId {
        let name = self.name_of(node);
        let var = self.declare(name);
        self.builder.variable(var, span(node))
    }

    /// `const (…)`: one without a value repeats the one above it, with the next `iota`.
    pub(super) fn constants(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let outer = self.iota;
        let mut above = None;
        for (iota, spec) in (0..).zip(self.specs(node)) {
            self.iota = Some(iota);
            let kids = self.kids(spec);
            let own = part(&kids, Field::Value);
            let repeated = above.filter(|_| own.is_none());
            let values = match (own, repeated) {
                (Some(list), _) => self.values(list),
                (None, Some(list)) => self.repeated(list, span(spec)),
                (None, None) => Vec::new(),
            };
            above = own.or(above);
            for (at, name) in parts(&kids, Field::Name).enumerate() {
                let target = self.declared_name(name);
                let Some(value) = values.get(at) else { continue };
                self.constant_text(target, *value);
                out.push(self.builder.assign(target, *value, span(spec)));
            }
        }
        self.iota = outer;
    }

    fn repeated(&mut self, list: Node<'t>, at: Span) -> Vec<ExprId> {
        if list.end_byte() - list.start_byte() <= REPEATED {
            return self.values(list);
        }
        vec![self.builder.unknown(Vec::new(), GapKind::Construct, at)]
    }

    fn constant_text(&mut self, target: ExprId, value: ExprId) {
        let module = &self.builder.module;
        if let (Expr::Var(var), Expr::Text(text)) = (module.expr(target), module.expr(value)) {
            self.constants.insert(*var, *text);
        }
    }

    /// Parts of a list in order.
    pub(super) fn list(&mut self, values: Vec<ExprId>, at: Span) -> ExprId {
        let items = values.into_iter().map(|value| Item { value, spread: false });
        self.builder.expr(Expr::List(items.collect()), at)
    }
}
