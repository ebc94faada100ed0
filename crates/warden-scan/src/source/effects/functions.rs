//! What single functions do to the world, each looked at once.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use warden_flow::{
    Analysis,
    analysis::{At, FnId, Spot},
    ir::{Expr, ExprId, FuncId, Language, Span},
};

use super::{System, ToolEffect, calls};
use crate::source::surface::{
    Branch,
    reader::{Reader, holds},
};

/// Bytes of a text that are searched for hosts.
const LONGEST_TEXT: usize = 4096;

/// What a function does by itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) effects: Vec<ToolEffect>,
    pub(super) hosts: Vec<(String, Spot)>,
    pub(super) systems: Vec<(System, String)>,
    pub(super) credentials: Vec<String>,
    /// Whether a request goes to a place that is not constant.
    pub(super) open: bool,
}

/// The functions of a program.
pub(super) struct Functions<'a> {
    analysis: &'a Analysis<'a>,
    reader: &'a Reader<'a>,
    known: FxHashMap<FnId, Facts>,
    /// For each module the expressions by the start of their span.
    ordered: FxHashMap<u32, Vec<(u32, ExprId)>>,
}

impl<'a> Functions<'a> {
    pub(super) fn new(analysis: &'a Analysis<'a>, reader: &'a Reader<'a>) -> Self {
        Self { analysis, reader, known: FxHashMap::default(), ordered: FxHashMap::default() }
    }

    /// What a whole function does.
    pub(super) fn of(&mut self, function: FnId) -> &Facts {
        if !self.known.contains_key(&function) {
            let module = self.reader.module(function.module);
            let span = module.functions.get(function.function.at()).map(|found| found.span);
            let facts = self.facts(function, span.unwrap_or_default());
            self.known.insert(function, facts);
        }
        &self.known[&function]
    }

    /// What a part of a function does.
    pub(super) fn within(&mut self, branch: Branch) -> Facts {
        self.facts(branch.function, branch.spot.span)
    }

    fn facts(&mut self, function: FnId, span: Span) -> Facts {
        let mut facts = Facts::default();
        for (kind, call, spot) in self.analysis.effects_in(function) {
            let (kind, call, spot) = (Arc::clone(kind), Arc::clone(call), *spot);
            let loose = call.starts_with("?:");
            if !holds(span, spot.span) {
                continue;
            }
            let Some(mut effect) = calls::effect(&kind, &call) else { continue };
            if &*kind == "network"
                && let Some(told) = calls::method(self.reader, spot.module, spot.span)
            {
                effect = told;
            }
            let bounded = match &*kind {
                "network" => calls::is_bounded(self.reader, spot.module, spot.span),
                "mail" | "database-read" | "database-write" | "execute" | "evaluate" => false,
                _ => true,
            };
            facts.open |= !bounded && System::of_path(&call).is_none();
            if kind.starts_with("file-") {
                facts.systems.push((System::Files, call.to_string()));
            }
            facts.systems.extend(System::of_path(&call).map(|system| (system, call.to_string())));
            facts.effects.push(ToolEffect { effect, kind, call, loose, spot });
        }
        for at in self.expressions(function, span) {
            self.expression(at, &mut facts);
        }
        facts
    }

    /// The expressions of a function, without those of functions inside it.
    fn expressions(&mut self, function: FnId, span: Span) -> Vec<At> {
        let module = self.reader.module(function.module);
        let ordered = self.ordered.entry(function.module).or_insert_with(|| {
            let mut ordered: Vec<(u32, ExprId)> =
                module.spans.iter().zip(0..).map(|(span, id)| (span.start, ExprId(id))).collect();
            ordered.sort_unstable();
            ordered
        });
        let from = ordered.partition_point(|(start, _)| *start < span.start);
        let to = ordered.partition_point(|(start, _)| *start < span.end);
        let found = ordered.get(from..to).unwrap_or_default().iter();
        let at = |expr: ExprId| At { module: function.module, expr };
        found.map(|(_, expr)| at(*expr)).collect()
    }

    fn expression(&self, at: At, facts: &mut Facts) {
        match self.reader.expr(at) {
            Expr::Text(name) => {
                let text = self.reader.name(at.module, *name);
                self.address(text, at, facts);
            }
            Expr::Call(call) => {
                let callee = At { expr: call.callee, ..at };
                for path in self.analysis.paths_at(callee) {
                    facts.systems.extend(System::of_path(&path).map(|system| (system, path)));
                }
                facts.credentials.extend(self.credential(at));
            }
            Expr::Member(..) | Expr::Index(..) => facts.credentials.extend(self.credential(at)),
            // A constant of the module: an address, a client, a key.
            Expr::Var(var) => {
                let module = self.reader.module(at.module);
                let outside = module.vars.get(var.at()).is_some_and(|var| var.owner == FuncId(0));
                if outside {
                    self.constant(at, facts);
                }
            }
            Expr::Global(_) => self.constant(at, facts),
            _ => {}
        }
    }

    fn constant(&self, at: At, facts: &mut Facts) {
        for value in self.reader.values(at) {
            if value == at {
                continue;
            }
            match self.reader.expr(value) {
                Expr::Text(name) => {
                    self.address(self.reader.name(value.module, *name), value, facts);
                }
                Expr::Call(call) => {
                    facts.credentials.extend(self.credential(value));
                    for path in self.analysis.paths_at(At { expr: call.callee, ..value }) {
                        facts.systems.extend(System::of_path(&path).map(|system| (system, path)));
                    }
                    for arg in &call.args {
                        self.inside(At { expr: arg.value, ..value }, facts);
                    }
                }
                Expr::Member(..) | Expr::Index(..) => {
                    facts.credentials.extend(self.credential(value));
                }
                _ => {}
            }
        }
    }

    /// What an argument of the call that makes a client says: `axios.create({baseURL: …})`.
    fn inside(&self, at: At, facts: &mut Facts) {
        let parts = self.reader.parts(at).into_iter().map(|part| part.at);
        for at in parts.chain([at]) {
            if let Some(text) = self.reader.constant(at) {
                self.address(text, at, facts);
            }
            for value in self.reader.values(at) {
                facts.credentials.extend(self.credential(value));
            }
        }
    }

    /// The host of an address.
    fn address(&self, text: &str, at: At, facts: &mut Facts) {
        if text.len() > LONGEST_TEXT {
            return;
        }
        let Some((scheme, rest)) = text.trim().split_once("://") else { return };
        if let Some(system) = System::of_scheme(scheme) {
            facts.systems.push((system, format!("{scheme}:")));
            return;
        }
        if !matches!(scheme, "http" | "https" | "ws" | "wss") {
            return;
        }
        let authority = rest.split(['/', '?', '#', ' ', '"', '\'']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | '_');
        if host.is_empty() || !host.contains('.') || !host.chars().all(plain) {
            return;
        }
        facts.systems.extend(System::of_host(&host).map(|system| (system, host.clone())));
        facts.hosts.push((host, self.reader.spot(at)));
    }

    /// The environment variable that a credential is taken from.
    fn credential(&self, at: At) -> Option<String> {
        let name = self.variable(at)?;
        let upper = name.to_ascii_uppercase();
        let secret = ["TOKEN", "KEY", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "DSN", "_PAT"];
        let plain = upper.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        (plain && secret.iter().any(|word| upper.contains(word))).then(|| name.to_owned())
    }

    /// The environment variable that an expression reads.
    fn variable(&self, at: At) -> Option<&'a str> {
        let reader = self.reader;
        let is_env = |base: At| matches!(reader.last_name(base), Some("env" | "environ"));
        match reader.expr(at) {
            Expr::Member(base, name) => {
                let script = !matches!(reader.language(at.module), Language::Python | Language::Go);
                (script && is_env(At { expr: *base, ..at })).then(|| reader.name(at.module, *name))
            }
            Expr::Index(base, key) => is_env(At { expr: *base, ..at })
                .then(|| reader.constant(At { expr: *key, ..at }))
                .flatten(),
            Expr::Call(call) => {
                let callee = At { expr: call.callee, ..at };
                let first = At { expr: call.args.first()?.value, ..at };
                let reads = match reader.last_name(callee)? {
                    "getenv" | "Getenv" | "LookupEnv" => true,
                    "get" => reader.base(callee).is_some_and(is_env),
                    _ => false,
                };
                if reads { reader.constant(first) } else { None }
            }
            _ => None,
        }
    }
}
