use std::collections::BTreeSet;

use warden_detect::{DEFAULT_LEVEL, instructions};
use warden_flow::{
    analysis::{At, FnId},
    ir::{Call, Expr, ExprId, Key, Module, Operator, Property},
};
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    source::{
        declared::Standing,
        deeds::{Send, Touch},
        fold::{Fold, Value},
        guards::{alternatives, conditions},
        index::children,
        places::{place_of, planter_of},
        stores::{store_of, teller_of},
    },
};

#[doc = include_str!("delayed_switch.md")]
#[derive(Debug)]
pub(crate) struct DelayedSwitch;

static META: Meta = Meta {
    id: "delayed-switch",
    class: Class::MaliciousPackage,
    severity: Severity::Critical,
    title: "the server turns into something else after a while",
    help: "do the same on every day and in every place; what changes should change with a release",
    languages: EVERY_LANGUAGE,
    cwe: &[511, 506],
    page: include_str!("delayed_switch.md"),
};

impl Rule for DelayedSwitch {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let mut seen = BTreeSet::new();
        for act in acts(view) {
            let Some((cond, timing)) = switch(view.fold(), act.at) else { continue };
            // Looking for a build server alone is a habit of honest programs too.
            if timing > act.worst {
                continue;
            }
            let fold = view.fold();
            let function = fold.owner(cond);
            if !seen.insert((function, act.what)) {
                continue;
            }
            let message = format!("{} depends on {}", act.what, timing.what());
            let mut draft = Draft::in_code(
                view,
                view.spot(cond),
                Some(function),
                message,
                "this decides when it begins",
            )
            .key(act.what);
            if timing == Timing::Marker || timing == Timing::Build {
                draft = draft.severity(Severity::High).confidence(Confidence::Medium);
            }
            out.push(draft);
        }
    }
}

/// Something that an honest server would not do, or not only sometimes.
struct Act {
    at: At,
    what: &'static str,
    /// The least telling sort of condition that counts before it.
    worst: Timing,
}

fn acts(view: &SourceView<'_>) -> Vec<Act> {
    let deeds = view.deeds();
    let mut acts = Vec::new();
    for send in deeds.sends.iter().filter(|send| is_strange(view, send)) {
        acts.push(Act {
            at: send.at,
            what: "what is sent to a host that nothing declares",
            worst: Timing::Build,
        });
    }
    for file in &deeds.files {
        let paths = || file.files.iter().map(crate::source::fold::Spelling::shown);
        match file.touch {
            Touch::Read if paths().any(|path| store_of(&path).is_some()) => {
                acts.push(Act {
                    at: file.at,
                    what: "reading the credentials of other programs",
                    worst: Timing::Build,
                });
            }
            Touch::Write
                if paths().any(|path| place_of(&path).is_some_and(|place| !place.common)) =>
            {
                acts.push(Act {
                    at: file.at,
                    what: "what is left behind on the machine",
                    // Whether it is there already is asked by honest programs too.
                    worst: Timing::Count,
                });
            }
            _ => {}
        }
    }
    for start in &deeds.starts {
        if start.texts().any(|line| planter_of(&line).is_some() || teller_of(&line).is_some()) {
            acts.push(Act {
                at: start.at,
                what: "a command that nobody asked for",
                worst: Timing::Count,
            });
        }
    }
    for run in deeds
        .runs
        .iter()
        .chain(&deeds.loads)
        .filter(|run| !run.loose && run.value.how().disguised())
    {
        acts.push(Act { at: run.at, what: "code that is hidden", worst: Timing::Build });
    }
    for start in deeds.starts.iter().filter(|start| start.how.disguised()) {
        acts.push(Act { at: start.at, what: "a command that is hidden", worst: Timing::Build });
    }
    orders(view, &mut acts);
    descriptions(view, &mut acts);
    acts
}

fn is_strange(view: &SourceView<'_>, send: &Send) -> bool {
    send.fixed().any(|host| match view.declared().standing(host) {
        Standing::Named => false,
        Standing::Kin => send.blind && send.swallowed,
        Standing::Foreign => send.blind,
    })
}

/// Texts that speak to the model and not to the user, where they are used.
fn orders(view: &SourceView<'_>, acts: &mut Vec<Act>) {
    let fold = view.fold();
    for module in 0..fold.modules() {
        let found = fold.module(module);
        for (number, expr) in (0_u32..).zip(&found.exprs) {
            let at = At { module, expr: ExprId(number) };
            let text = match expr {
                Expr::Text(name) => found.text(*name).to_owned(),
                Expr::Concat(_) => match fold.quick(at) {
                    Value::Text(text) => text.shown(),
                    _ => continue,
                },
                _ => continue,
            };
            if text.len() < 40 || text.len() > 8000 || !instructions(&text).reaches(DEFAULT_LEVEL) {
                continue;
            }
            for used in fold.uses(at) {
                acts.push(Act {
                    at: used,
                    what: "a text that gives orders to the model",
                    worst: Timing::Build,
                });
            }
        }
    }
}

/// What tools say of themselves, where that is one of several texts or is changed afterwards.
fn descriptions(view: &SourceView<'_>, acts: &mut Vec<Act>) {
    let fold = view.fold();
    let mut tell = |(at, text): (At, At)| {
        if speaks_to_model(&fold.quick(text)) {
            acts.push(Act { at, what: "what a tool says of itself", worst: Timing::Count });
        }
    };
    for module in 0..fold.modules() {
        let found = fold.module(module);
        for (number, expr) in (0_u32..).zip(&found.exprs) {
            match expr {
                Expr::Assign { target, value } => {
                    let Expr::Member(base, name) = found.expr(*target) else { continue };
                    let of_tool = || fold.written(At { module, expr: *base }).contains("ool");
                    if matches!(found.text(*name), "description" | "Description") && of_tool() {
                        let value = At { module, expr: *value };
                        tell((At { module, expr: ExprId(number) }, value));
                        twice(alternatives(fold, value)).for_each(&mut tell);
                    }
                }
                Expr::Object(parts) if is_tool(found, parts) => {
                    let named = parts.iter().find(|part| has_key(found, part, "description"));
                    let texts = named.map(|part| At { module, expr: part.value });
                    let texts = texts.into_iter().flat_map(|at| alternatives(fold, at));
                    twice(texts).for_each(&mut tell);
                }
                Expr::Call(call) => {
                    let text = described(found, call).map(|expr| At { module, expr });
                    let texts = text.into_iter().flat_map(|at| alternatives(fold, at));
                    twice(texts).for_each(&mut tell);
                }
                _ => {}
            }
        }
    }
}

fn twice(texts: impl IntoIterator<Item = At>) -> impl Iterator<Item = (At, At)> {
    texts.into_iter().map(|at| (at, at))
}

/// Whether a text tells a model what to do, and not what a tool does. Alone that says little:
/// honest descriptions do it too, but not from some day on.
fn speaks_to_model(value: &Value) -> bool {
    let words = [
        "before ",
        "first ",
        "always",
        "must ",
        "do not",
        "don't",
        "never",
        "instead of",
        "other server",
        "other tool",
        "not be asked",
        "ignore",
        "secret",
        "silently",
        ".env",
        "id_rsa",
        "id_ed25519",
        "credential",
        "password",
        "<important",
        "<system",
    ];
    value.choices().iter().any(|choice| {
        let text = choice.spelling().shown().to_lowercase();
        words.iter().any(|word| text.contains(word))
    })
}

fn has_key(module: &Module, part: &Property, wanted: &str) -> bool {
    matches!(part.key, Key::Name(name) if module.text(name) == wanted)
}

/// Whether an object describes a tool.
fn is_tool(module: &Module, parts: &[Property]) -> bool {
    parts
        .iter()
        .any(|part| has_key(module, part, "inputSchema") || has_key(module, part, "input_schema"))
}

/// The description in a call that makes a tool.
fn described(module: &Module, call: &Call) -> Option<ExprId> {
    let name = match module.expr(call.callee) {
        Expr::Member(_, name) | Expr::Global(name) => module.text(*name),
        Expr::Var(var) => module.vars.get(var.at()).map_or("", |var| module.text(var.name)),
        _ => "",
    };
    let named = || {
        call.args.iter().find(|arg| arg.name.is_some_and(|name| module.text(name) == "description"))
    };
    let arg = match name {
        "WithDescription" => call.args.first(),
        "Tool" | "tool" | "add_tool" | "from_function" => named(),
        _ => None,
    };
    arg.map(|arg| arg.value)
}

/// What a switch waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timing {
    Date,
    Count,
    Marker,
    Build,
}

impl Timing {
    const fn what(self) -> &'static str {
        match self {
            Self::Date => "the date",
            Self::Count => "how often the server was called",
            Self::Marker => "a file that marks the time, or is there or not",
            Self::Build => "whether a build server runs it",
        }
    }
}

/// The condition before something that waits, if there is one.
fn switch(fold: &Fold<'_>, at: At) -> Option<(At, Timing)> {
    let found =
        conditions(fold, at).into_iter().filter_map(|cond| Some((cond, timing(fold, cond)?)));
    found.min_by_key(|(_, timing)| *timing)
}

fn timing(fold: &Fold<'_>, cond: At) -> Option<Timing> {
    let mut signs = BTreeSet::new();
    signs_of(fold, cond, 0, &mut signs);
    signs.into_iter().next()
}

/// Looks at a condition, at the variables in it, and at small functions that it calls.
fn signs_of(fold: &Fold<'_>, at: At, depth: u32, signs: &mut BTreeSet<Timing>) {
    let module = fold.module(at.module);
    let mut work = vec![at.expr];
    let mut steps = 0;
    while let Some(expr) = work.pop() {
        steps += 1;
        if steps > 400 {
            return;
        }
        let here = At { module: at.module, expr };
        match module.expr(expr) {
            Expr::Binary(Operator::Compare, a, b) => {
                counted(fold, at.module, *a, *b, signs);
                counted(fold, at.module, *b, *a, signs);
            }
            Expr::Call(call) => {
                called(fold, here, call.callee, signs);
                if depth < 2 {
                    let callee = At { module: at.module, expr: call.callee };
                    for function in fold.functions(callee).into_iter().take(2) {
                        within(fold, function, depth + 1, signs);
                    }
                }
            }
            Expr::Var(var) if depth < 2 => {
                for origin in fold.index(at.module).origins(*var).iter().take(4) {
                    if let crate::source::index::Base::Expr(value) = origin.base
                        && value != expr
                        && is_short(module, value)
                    {
                        signs_of(fold, At { module: at.module, expr: value }, depth + 1, signs);
                    }
                }
            }
            Expr::Text(name) if is_build(module.text(*name)) => {
                signs.insert(Timing::Build);
            }
            Expr::Member(_, name) if is_build(module.text(*name)) => {
                signs.insert(Timing::Build);
            }
            Expr::Member(_, name)
                if matches!(
                    module.text(*name),
                    "mtime" | "mtimeMs" | "st_mtime" | "birthtimeMs" | "st_ctime"
                ) =>
            {
                signs.insert(Timing::Marker);
            }
            _ => {}
        }
        children(module, expr, |child| work.push(child));
    }
}

fn is_short(module: &Module, expr: ExprId) -> bool {
    let span = module.span(expr);
    span.end.saturating_sub(span.start) < 300
        && !matches!(module.expr(expr), Expr::Function(_) | Expr::Class(_))
}

fn within(fold: &Fold<'_>, function: FnId, depth: u32, signs: &mut BTreeSet<Timing>) {
    let module = fold.module(function.module);
    let Some(found) = module.functions.get(function.function.at()) else { return };
    if found.span.end.saturating_sub(found.span.start) > 1200 {
        return;
    }
    for stmt in &found.body {
        if let Some((warden_flow::ir::Stmt::Return(Some(value)), _)) = module.stmts.get(stmt.at()) {
            signs_of(fold, At { module: function.module, expr: *value }, depth, signs);
        }
    }
}

/// Calls that tell the time, or look for a file.
fn called(fold: &Fold<'_>, call: At, callee: ExprId, signs: &mut BTreeSet<Timing>) {
    let value = fold.quick(At { expr: callee, ..call });
    for choice in value.choices() {
        let Value::Library(path, _) = choice else { continue };
        let path = &**path;
        let date = matches!(
            path,
            ":Date.now"
                | ":Date"
                | ":Date.UTC"
                | ":Date.parse"
                | "time:time"
                | "time:Now"
                | "time:Since"
                | "time:Until"
                | "time:Date"
        ) || (path.starts_with("datetime:")
            && [".now", ".today", ".utcnow"].iter().any(|end| path.ends_with(end)))
            || path.starts_with("time:Now().");
        if date {
            signs.insert(Timing::Date);
        }
        let marker = matches!(
            path,
            "os:path.exists"
                | "os:path.isfile"
                | "os:path.getmtime"
                | "fs:existsSync"
                | "fs:statSync"
                | "fs:accessSync"
                | "os:Stat"
                | "fs/promises:stat"
                | "fs/promises:access"
        );
        if marker {
            signs.insert(Timing::Marker);
        }
    }
    let module = fold.module(call.module);
    if let Expr::Member(_, name) = module.expr(callee)
        && matches!(module.text(*name), "ModTime" | "exists" | "is_file" | "is_dir")
    {
        signs.insert(Timing::Marker);
    }
}

/// `count > 40` of something that is counted.
fn counted(
    fold: &Fold<'_>,
    number: u32,
    count: ExprId,
    limit: ExprId,
    signs: &mut BTreeSet<Timing>,
) {
    let module = fold.module(number);
    let limit = fold.quick(At { module: number, expr: limit });
    let enough = limit
        .choices()
        .iter()
        .any(|choice| matches!(choice, Value::Number(number, _) if *number >= 2));
    if !enough {
        return;
    }
    let name = match module.expr(count) {
        Expr::Var(var) => module.vars.get(var.at()).map(|var| var.name),
        Expr::Member(_, name) => Some(*name),
        _ => None,
    };
    let Some(name) = name else { return };
    let same = |expr: ExprId| match module.expr(expr) {
        Expr::Var(var) => module.vars.get(var.at()).is_some_and(|var| var.name == name),
        Expr::Member(_, member) => *member == name,
        _ => false,
    };
    // `x += 1` is an assignment whose value begins with what is assigned to.
    let is_counter = module.exprs.iter().any(|expr| match expr {
        Expr::Assign { target, value } if same(*target) => match module.expr(*value) {
            Expr::Binary(Operator::Arithmetic, a, b) => {
                same(*a) && matches!(module.expr(*b), Expr::Number(_))
            }
            Expr::Concat(parts) => {
                parts.first().is_some_and(|first| same(*first))
                    && parts.len() == 2
                    && matches!(module.expr(parts[1]), Expr::Number(_))
            }
            _ => false,
        },
        _ => false,
    });
    if is_counter {
        signs.insert(Timing::Count);
    }
}

/// Variables by which build servers are known.
fn is_build(name: &str) -> bool {
    matches!(
        name,
        "CI" | "GITHUB_ACTIONS"
            | "GITLAB_CI"
            | "BUILDKITE"
            | "JENKINS_URL"
            | "TF_BUILD"
            | "TRAVIS"
            | "CIRCLECI"
            | "TEAMCITY_VERSION"
            | "CODEBUILD_BUILD_ID"
            | "BUILD_ID"
            | "CONTINUOUS_INTEGRATION"
    )
}
