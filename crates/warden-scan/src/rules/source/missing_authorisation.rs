use std::collections::BTreeSet;

use warden_detect::{effects, words};
use warden_flow::{
    analysis::{FnId, Spot},
    ir::{Expr, ExprId, Key, Module, Name, Span, Stmt, StmtId},
};
use warden_model::{Class, Confidence, Effect, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Listed, Meta, Rule, SourceView, ToolInfo,
    source::surface::{Dispatched, reader::holds},
};

#[doc = include_str!("missing_authorisation.md")]
#[derive(Debug)]
pub(crate) struct MissingAuthorisation;

static META: Meta = Meta {
    id: "missing-authorisation",
    class: Class::AuthzMissing,
    severity: Severity::High,
    title: "a tool may be called that the server's own switch should keep shut",
    help: "check the switch where the call is answered, not only where tools are listed",
    languages: EVERY_LANGUAGE,
    cwe: &[862, 863],
    page: include_str!("missing_authorisation.md"),
};

impl Rule for MissingAuthorisation {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        unlisted(view, out);
        listed_only(view, out);
        unguarded(view, out);
    }
}

/// Tools that are answered and that the list does not have.
fn unlisted(view: &SourceView<'_>, out: &mut Vec<Draft>) {
    for tool in view.surface.tools.iter().filter(|tool| tool.listed == Listed::No) {
        let Some(name) = tool.name.as_deref() else { continue };
        let function = tool.branches.first().map(|branch| branch.function);
        let message =
            format!("`{name}` is answered when it is called, and no list of tools has it");
        let spot = view.spot(tool.place);
        let draft = Draft::in_code(view, spot, function, message, "no list has this tool");
        out.push(draft.tool(Some(name), None).key(name));
    }
}

/// A switch that only the list looks at: whoever knows the name of a tool calls it all the same.
fn listed_only(view: &SourceView<'_>, out: &mut Vec<Draft>) {
    let switches: BTreeSet<String> =
        view.surface.listers.iter().flat_map(|lister| switches(view, *lister)).collect();
    if switches.is_empty() {
        return;
    }
    for dispatcher in &view.surface.dispatchers {
        if dispatcher.of != Dispatched::Tools {
            continue;
        }
        let reached = view.analysis.reach(dispatcher.function).functions;
        let looked: BTreeSet<&str> =
            reached.iter().flat_map(|function| names(view, *function)).collect();
        if switches.iter().any(|switch| looked.contains(switch.as_str())) {
            continue;
        }
        let Some(switch) = switches.iter().next() else { continue };
        let message =
            format!("`{switch}` decides which tools are listed, and calls are answered without it");
        let spot = view.spot(dispatcher.place);
        let label = "answers calls without the switch";
        let draft = Draft::in_code(view, spot, Some(dispatcher.function), message, label);
        let severity = if is_write_switch(switch) { Severity::High } else { Severity::Medium };
        out.push(draft.severity(severity).key(switch).confidence(Confidence::Medium));
    }
}

/// The switches that a function, and what it calls, decides by.
fn switches(view: &SourceView<'_>, function: FnId) -> Vec<String> {
    let mut found = Vec::new();
    for function in view.analysis.reach(function).functions {
        let Some((module, span)) = body(view, function) else { continue };
        for cond in conditions(module, span) {
            found.extend(names_in(module, cond).filter(|name| is_switch(name)).map(str::to_owned));
        }
    }
    found
}

/// The conditions of a function: of branches, of choices, and what a list is filtered by. Those
/// that only decide what a tool says of itself decide nothing about the list.
fn conditions(module: &Module, span: Span) -> Vec<Span> {
    let mut found = Vec::new();
    for (stmt, at) in &module.stmts {
        if let Stmt::If { cond, then, otherwise } = stmt
            && holds(span, *at)
            && !(marks(module, then) && (otherwise.is_empty() || marks(module, otherwise)))
        {
            found.push(module.span(*cond));
        }
    }
    let definitions = definitions(module, span);
    for (expr, at) in module.exprs.iter().zip(&module.spans) {
        if !holds(span, *at) {
            continue;
        }
        match expr {
            Expr::Choice { cond, then, otherwise } => {
                let told = |branch: ExprId| {
                    matches!(module.expr(branch), Expr::Object(_))
                        && names_in(module, module.span(branch)).any(is_mark)
                };
                let said = told(*then) || told(*otherwise);
                if !said && !definitions.iter().any(|definition| holds(*definition, *at)) {
                    found.push(module.span(*cond));
                }
            }
            Expr::Comprehension { clauses, .. } => {
                let conditions = clauses.iter().flat_map(|clause| &clause.conditions);
                found.extend(conditions.map(|cond| module.span(*cond)));
            }
            Expr::Call(call) => {
                let filter = matches!(module.expr(call.callee), Expr::Member(_, name)
                    if module.text(*name) == "filter");
                found.extend(call.args.iter().filter(|_| filter).map(|arg| module.span(arg.value)));
            }
            _ => {}
        }
    }
    found
}

/// Whether all that a block does is to say something of a tool: `annotations.readOnlyHint = true`.
fn marks(module: &Module, block: &[StmtId]) -> bool {
    let says = |stmt: &StmtId| {
        module.stmts.get(stmt.at()).is_some_and(|(stmt, span)| {
            matches!(stmt, Stmt::Expr(_)) && names_in(module, *span).any(is_mark)
        })
    };
    !block.is_empty() && block.iter().all(says)
}

/// Whether a name is that of something that a tool says of itself: `readOnlyHint`.
fn is_mark(name: &str) -> bool {
    words(name).iter().any(|word| matches!(word.as_str(), "hint" | "annotations"))
}

/// Where a function writes down what single tools are: what has a name and a description.
fn definitions(module: &Module, span: Span) -> Vec<Span> {
    let named = |key: &Key, wanted: &[&str]| match key {
        Key::Name(name) => wanted.contains(&module.text(*name)),
        Key::Computed(_) | Key::Spread => false,
    };
    let told = |has: &dyn Fn(&[&str]) -> bool| {
        !has(&["tools", "Tools"])
            && has(&["name", "Name"])
            && has(&["description", "Description", "inputSchema", "InputSchema", "input_schema"])
    };
    let inside = module.exprs.iter().zip(&module.spans).filter(|(_, at)| holds(span, **at));
    let defines = inside.filter(|(expr, _)| match expr {
        Expr::Object(parts) => {
            told(&|wanted: &[&str]| parts.iter().any(|part| named(&part.key, wanted)))
        }
        Expr::Call(call) => told(&|wanted: &[&str]| {
            call.args
                .iter()
                .any(|arg| arg.name.is_some_and(|name| wanted.contains(&module.text(name))))
        }),
        _ => false,
    });
    defines.map(|(_, at)| *at).collect()
}

/// A tool that changes something and does not look at the switch that its neighbours look at.
fn unguarded(view: &SourceView<'_>, out: &mut Vec<Draft>) {
    let guards: Vec<Vec<Guard>> =
        view.surface.tools.iter().map(|tool| guards(view, tool)).collect();
    for (at, tool) in view.surface.tools.iter().enumerate() {
        let Some(function) = tool.handler.first().copied().filter(|_| tool.handler.len() == 1)
        else {
            continue;
        };
        if !tool.branches.is_empty() || !changes(view, at, tool) {
            continue;
        }
        let neighbours = guards.iter().enumerate().filter(|(other, _)| *other != at);
        let mut near = neighbours.flat_map(|(_, guards)| guards).filter(|guard| {
            guard.scope == scope(view, function) && guard.module == function.module
        });
        let Some(guard) = near.next() else { continue };
        let looked = view.analysis.reach(function).functions;
        let looks = looked.iter().any(|function| names(view, *function).any(|n| n == guard.name));
        if looks || registered_under(view, tool, &guard.name) {
            continue;
        }
        let Some((_, span)) = body(view, function) else { continue };
        let name = tool.name.as_deref().unwrap_or("a tool");
        let message = format!(
            "`{name}` changes things without a look at `{}`, which other tools refuse by",
            guard.name
        );
        let spot = Spot { module: function.module, span };
        let label = format!("does not look at `{}`", guard.name);
        let draft = Draft::in_code(view, spot, Some(function), message, label);
        out.push(draft.tool(tool.name.as_deref(), None).key(&guard.name));
    }
}

/// A switch that a tool refuses by.
struct Guard {
    name: String,
    module: u32,
    scope: Option<warden_flow::ir::ClassId>,
}

/// The class that a function is a method of.
fn scope(view: &SourceView<'_>, function: FnId) -> Option<warden_flow::ir::ClassId> {
    view.module(function.module)?.functions.get(function.function.at())?.class
}

/// The switches for changes that a tool refuses by, in its handlers themselves.
fn guards(view: &SourceView<'_>, tool: &ToolInfo) -> Vec<Guard> {
    let mut found = Vec::new();
    for function in &tool.handler {
        let Some((module, span)) = body(view, *function) else { continue };
        for (stmt, at) in &module.stmts {
            let Stmt::If { cond, then, .. } = stmt else { continue };
            if !holds(span, *at) || !leaves(module, then) {
                continue;
            }
            for name in names_in(module, module.span(*cond)).filter(|name| is_write_switch(name)) {
                found.push(Guard {
                    name: name.to_owned(),
                    module: function.module,
                    scope: scope(view, *function),
                });
            }
        }
    }
    found
}

fn leaves(module: &Module, body: &[StmtId]) -> bool {
    let last = body.last().and_then(|stmt| module.stmts.get(stmt.at()));
    matches!(last, Some((Stmt::Return(_) | Stmt::Throw(_), _)))
}

/// Whether a tool changes something: by its own words, or by what its code does for certain.
fn changes(view: &SourceView<'_>, at: usize, tool: &ToolInfo) -> bool {
    let definition = serde_json::Value::Object(tool.definition());
    let said = effects(&definition);
    let words = said.said().map(|evidence| evidence.effect);
    if words.is_some_and(|effect| effect != Effect::Read) {
        return true;
    }
    words.is_none()
        && view.effects.get(at).is_some_and(|tool| {
            tool.effects.iter().any(|effect| {
                !effect.loose
                    && matches!(
                        &*effect.kind,
                        "file-write" | "file-delete" | "database-write" | "execute"
                    )
            })
        })
}

/// Whether a tool is only registered while a switch is on.
fn registered_under(view: &SourceView<'_>, tool: &ToolInfo, switch: &str) -> bool {
    let Some(module) = view.module(tool.place.module) else { return false };
    let place = view.spot(tool.place).span;
    module.stmts.iter().any(|(stmt, span)| {
        let Stmt::If { cond, .. } = stmt else { return false };
        holds(*span, place) && names_in(module, module.span(*cond)).any(|name| name == switch)
    })
}

fn body<'a>(view: &SourceView<'a>, function: FnId) -> Option<(&'a Module, Span)> {
    let module = view.module(function.module)?;
    Some((module, module.functions.get(function.function.at())?.span))
}

/// The names of variables and members in a function.
fn names<'a>(view: &SourceView<'a>, function: FnId) -> impl Iterator<Item = &'a str> {
    let found = body(view, function);
    found.into_iter().flat_map(|(module, span)| names_in(module, span))
}

fn names_in(module: &Module, span: Span) -> impl Iterator<Item = &str> {
    let inside =
        module.exprs.iter().zip(&module.spans).filter(move |(_, found)| holds(span, **found));
    inside.flat_map(|(expr, _)| {
        let var = |at: usize| module.vars.get(at).map(|var| var.name);
        let names: Vec<Name> = match expr {
            Expr::Var(at) => var(at.at()).into_iter().collect(),
            Expr::Member(_, name) | Expr::Global(name) => vec![*name],
            // `const { readOnly } = config`
            Expr::Object(parts) => parts
                .iter()
                .filter_map(|part| match part.key {
                    Key::Name(name) => Some(name),
                    Key::Computed(_) | Key::Spread => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        names.into_iter().map(|name| module.text(name))
    })
}

/// Whether a name is that of a switch for tools: `readOnly`, `ALLOWED_TOOLS`, `nonDestructive`.
fn is_switch(name: &str) -> bool {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let tools = has(&["tool", "tools"])
        && has(&[
            "allowed",
            "enabled",
            "disabled",
            "permitted",
            "blocked",
            "denied",
            "hidden",
            "excluded",
        ]);
    tools || is_write_switch(name)
}

/// Whether a name is that of a switch for changes: `allow_write`, `readOnlyMode`, `nonDestructive`.
fn is_write_switch(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if !["write", "read", "destruct", "delete", "mutat", "modif", "safe"]
        .iter()
        .any(|w| lower.contains(w))
    {
        return false;
    }
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    // What a tool says of itself is no switch of the server.
    if has(&["hint"]) {
        return false;
    }
    let joined = words.join("_");
    let allows = has(&["allow", "allowed", "enable", "enabled", "permit", "permitted", "can"])
        && has(&[
            "write",
            "writes",
            "delete",
            "deletes",
            "destructive",
            "mutations",
            "modify",
            "mutate",
        ]);
    let only = joined.contains("read_only") || has(&["readonly"]);
    let not = joined.contains("non_destructive")
        || has(&["nondestructive"])
        || joined.contains("safe_mode");
    allows || only || not
}
