use std::collections::BTreeSet;

use warden_detect::{DEFAULT_LEVEL, instructions};
use warden_flow::{
    analysis::At,
    ir::{Call, Expr, ExprId, Key, Module, Property},
};
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    source::{
        declared::Standing,
        deeds::{Send, Touch},
        fold::Value,
        guards::alternatives,
        places::{place_of, planter_of},
        stores::{store_of, teller_of},
        waits::{Timing, switch},
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
            let Some((cond, timing)) = switch(view.fold(), act.at, &act.files) else { continue };
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
    /// The files that it reads.
    files: Vec<String>,
}

const fn act(at: At, what: &'static str, worst: Timing) -> Act {
    Act { at, what, worst, files: Vec::new() }
}

fn acts(view: &SourceView<'_>) -> Vec<Act> {
    let deeds = view.deeds();
    let mut acts = Vec::new();
    for send in deeds.sends.iter().filter(|send| is_strange(view, send)) {
        acts.push(act(send.at, "what is sent to a host that nothing declares", Timing::Build));
    }
    for file in &deeds.files {
        let paths = || file.files.iter().map(crate::source::fold::Spelling::shown);
        match file.touch {
            Touch::Read if paths().any(|path| store_of(&path).is_some()) => {
                acts.push(Act {
                    files: paths().collect(),
                    ..act(file.at, "reading the credentials of other programs", Timing::Build)
                });
            }
            Touch::Write
                if paths().any(|path| place_of(&path).is_some_and(|place| !place.common)) =>
            {
                // Whether it is there already is asked by honest programs too.
                acts.push(act(file.at, "what is left behind on the machine", Timing::Count));
            }
            _ => {}
        }
    }
    for start in &deeds.starts {
        if start.texts().any(|line| planter_of(&line).is_some() || teller_of(&line).is_some()) {
            acts.push(act(start.at, "a command that nobody asked for", Timing::Count));
        }
    }
    for run in deeds
        .runs
        .iter()
        .chain(&deeds.loads)
        .filter(|run| !run.loose && run.value.how().disguised())
    {
        acts.push(act(run.at, "code that is hidden", Timing::Build));
    }
    for start in deeds.starts.iter().filter(|start| start.how.disguised()) {
        acts.push(act(start.at, "a command that is hidden", Timing::Build));
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
                acts.push(act(used, "a text that gives orders to the model", Timing::Build));
            }
        }
    }
}

/// What tools say of themselves, where that is one of several texts or is changed afterwards.
fn descriptions(view: &SourceView<'_>, acts: &mut Vec<Act>) {
    let fold = view.fold();
    let mut tell = |(at, text): (At, At)| {
        if speaks_to_model(&fold.quick(text)) {
            acts.push(act(at, "what a tool says of itself", Timing::Count));
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
