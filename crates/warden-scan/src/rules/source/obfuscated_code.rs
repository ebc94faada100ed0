use std::collections::BTreeSet;

use warden_flow::{
    analysis::{At, FnId, Origin, Spot},
    ir::{Expr, ExprId},
};
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::source,
    source::{
        fold::{Fold, How, Piece, Value},
        look_alikes::look_alikes,
    },
};

#[doc = include_str!("obfuscated_code.md")]
#[derive(Debug)]
pub(crate) struct ObfuscatedCode;

static META: Meta = Meta {
    id: "obfuscated-code",
    class: Class::MaliciousPackage,
    severity: Severity::Critical,
    title: "what runs is hidden from whoever reads the code",
    help: "write the code as it is; what has to be generated can be generated before it is published",
    languages: EVERY_LANGUAGE,
    cwe: &[506, 656],
    page: include_str!("obfuscated_code.md"),
};

impl Rule for ObfuscatedCode {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let deeds = view.deeds();
        for run in deeds.runs.iter().filter(|run| !run.loose) {
            let what = hidden(&run.value).filter(|_| !from_outside(view, run.at));
            if let Some(what) = what {
                let message = format!("code that was {what} is run");
                out.push(draft(view, run.at, run.function, message));
            }
        }
        for load in &deeds.loads {
            let disguised = load.value.how().disguised() && !from_outside(view, load.at);
            let apart =
                load.value.how().has(How::JOINED) && load.value.known().is_some_and(is_powerful);
            if disguised || apart {
                let message = "a module is loaded whose name is hidden".to_owned();
                out.push(draft(view, load.at, load.function, message));
            } else if load.value.known().is_some_and(is_no_code) {
                let message = "code is loaded from a file of data".to_owned();
                out.push(draft(view, load.at, load.function, message));
            }
        }
        for start in &deeds.starts {
            let how = start.how;
            if how.disguised()
                && how.has(How::CONSTANT.with(How::FILE))
                && !from_outside(view, start.at)
            {
                let message = "a program is started whose command line is hidden".to_owned();
                out.push(draft(view, start.at, start.function, message));
            }
        }
        looked_up(view, out);
        renamed(view, out);
        look_alikes(view, out);
    }
}

/// How the text that is run was hidden.
fn hidden(value: &Value) -> Option<&'static str> {
    let how = value.how();
    if how.has(How::DECODED) {
        return Some("decoded first");
    }
    if how.has(How::CODES) {
        return Some("put together of the numbers of its characters");
    }
    if how.has(How::MASKED) {
        return Some("masked");
    }
    if how.has(How::REVERSED) {
        return Some("written from right to left");
    }
    let of_data = |one: &Value| match one {
        Value::Text(text) => text.pieces.iter().any(|piece| match piece {
            Piece::File(path) => is_data(path),
            _ => false,
        }),
        _ => false,
    };
    value.choices().iter().any(of_data).then_some("kept in a file of data")
}

/// Whether a file is there to be looked at and not to be run.
fn is_data(path: &str) -> bool {
    let end = path.rsplit('.').next().unwrap_or_default();
    matches!(
        end,
        "png"
            | "jpg"
            | "jpeg"
            | "gif"
            | "ico"
            | "svg"
            | "webp"
            | "bmp"
            | "json"
            | "dat"
            | "bin"
            | "woff"
            | "woff2"
            | "ttf"
            | "css"
            | "csv"
            | "po"
            | "mo"
            | "lang"
            | "wav"
            | "mp3"
            | "pdf"
            | "xml"
            | "db"
            | "txt"
            | "md"
            | "yaml"
            | "yml"
            | "toml"
            | "ini"
            | "log"
    )
}

/// Whether a file that is loaded cannot be code by its name. JSON is parsed and not run.
fn is_no_code(path: &str) -> bool {
    path.contains('.') && is_data(path) && path.rsplit('.').next() != Some("json")
}

/// Whether somebody outside chooses the text: then it is their code, and another rule's business.
fn from_outside(view: &SourceView<'_>, at: At) -> bool {
    let spot = view.spot(at);
    view.flows.iter().filter(|flow| flow.at == spot).any(|flow| match &flow.source {
        Origin::Entry(..) => true,
        Origin::Source { kind, .. } => {
            [source::HTTP, source::REMOTE, source::DATABASE, source::ARGV, source::ENV]
                .contains(kind)
        }
    })
}

/// Modules with which a program gets out of itself.
fn is_powerful(name: &str) -> bool {
    let name = name.strip_prefix("node:").unwrap_or(name);
    matches!(
        name,
        "child_process"
            | "subprocess"
            | "os"
            | "vm"
            | "ctypes"
            | "socket"
            | "net"
            | "http"
            | "https"
            | "marshal"
            | "builtins"
            | "pty"
            | "dgram"
            | "dns"
            | "worker_threads"
            | "module"
    )
}

/// Members of the language and of its libraries with which a program gets out of itself.
fn is_power(path: &str) -> bool {
    let (module, member) = path.split_once(':').unwrap_or(("", path));
    match module {
        "" => {
            matches!(
                member,
                "eval"
                    | "exec"
                    | "compile"
                    | "Function"
                    | "require"
                    | "__import__"
                    | "process.binding"
                    | "process.mainModule"
                    | "process.mainModule.require"
                    | "process.dlopen"
                    | "process.getBuiltinModule"
                    | "importScripts"
            ) || member.ends_with(".constructor")
        }
        "os" | "subprocess" | "child_process" | "vm" | "builtins" | "pty" | "ctypes" => {
            !member.is_empty()
        }
        "importlib" | "marshal" | "socket" => true,
        _ => false,
    }
}

/// Members that are looked up by a name that is hidden.
fn looked_up(view: &SourceView<'_>, out: &mut Vec<Draft>) {
    let fold = view.fold();
    for module in 0..fold.modules() {
        let found = fold.module(module);
        let mut seen = BTreeSet::new();
        for (number, expr) in (0_u32..).zip(&found.exprs) {
            let id = ExprId(number);
            let spelled = |name: &str| fold.written(At { module, expr: id }).contains(name);
            let name = match expr {
                // The front-end has put the name together.
                Expr::Member(_, name)
                    if is_power_name(found.text(*name)) && !spelled(found.text(*name)) =>
                {
                    let function = FnId { module, function: fold.index(module).owner(id) };
                    if is_indexed(fold.written(At { module, expr: id })) && seen.insert(function) {
                        let message = "a function is looked up by a name that is hidden".to_owned();
                        out.push(draft(view, At { module, expr: id }, function, message));
                    }
                    continue;
                }
                Expr::Index(_, name) if is_worked_out(fold, module, *name) => *name,
                Expr::Call(call) if matches!(found.expr(call.callee), Expr::Global(name) if found.text(*name) == "getattr") => {
                    match call.args.get(1) {
                        Some(arg) if !is_plain(fold, At { module, expr: arg.value }) => arg.value,
                        _ => continue,
                    }
                }
                _ => continue,
            };
            let at = At { module, expr: id };
            let key = fold.value(At { module, expr: name });
            let how = key.how();
            if !how.disguised() && !how.has(How::JOINED) {
                continue;
            }
            let value = fold.value(at);
            let power = value.choices().iter().find_map(|choice| match choice {
                Value::Library(path, _)
                    if is_power(path) || (how.disguised() && !path.contains("[]")) =>
                {
                    Some(path)
                }
                _ => None,
            });
            // The name alone says enough where nothing is known of what it is looked up in.
            let alone = key.known().is_some_and(is_power_name);
            let function = FnId { module, function: fold.index(module).owner(id) };
            if (power.is_some() || alone) && seen.insert(function) {
                let message = "a function is looked up by a name that is hidden".to_owned();
                out.push(draft(view, at, function, message));
            }
        }
    }
}

/// Whether a member is written as an element: `x["a" + "b"]`.
fn is_indexed(written: &str) -> bool {
    written.ends_with(']')
}

fn is_power_name(name: &str) -> bool {
    matches!(
        name,
        "eval"
            | "exec"
            | "execSync"
            | "spawn"
            | "system"
            | "popen"
            | "constructor"
            | "require"
            | "child_process"
            | "__import__"
            | "Function"
            | "compile"
            | "getBuiltinModule"
            | "mainModule"
            | "b64decode"
            | "decompress"
    )
}

/// Whether a name is the result of something, or of a variable that holds such a result.
fn is_worked_out(fold: &Fold<'_>, module: u32, name: ExprId) -> bool {
    let found = fold.module(module);
    match found.expr(name) {
        Expr::Call(_) | Expr::Concat(_) => true,
        Expr::Text(_) => !is_plain(fold, At { module, expr: name }),
        Expr::Var(var) => {
            let origins = fold.index(module).origins(*var);
            origins.len() == 1
                && origins.iter().all(|origin| match origin.base {
                    crate::source::index::Base::Expr(value) => {
                        matches!(found.expr(value), Expr::Call(_) | Expr::Concat(_))
                    }
                    crate::source::index::Base::Param(..) => false,
                })
        }
        _ => false,
    }
}

/// Whether a name is written as it is.
fn is_plain(fold: &Fold<'_>, at: At) -> bool {
    match fold.module(at.module).expr(at.expr) {
        Expr::Text(_) => {
            let how = fold.value(at).how();
            !how.has(How::JOINED) && !how.disguised()
        }
        Expr::Var(_) | Expr::Member(..) => true,
        _ => false,
    }
}

/// Variables with numbers for names, as programs that hide programs give them.
fn renamed(view: &SourceView<'_>, out: &mut Vec<Draft>) {
    for (number, module) in (0_u32..).zip(&view.program().modules) {
        let hidden = |name: &str| {
            name.strip_prefix("_0x").is_some_and(|rest| {
                rest.len() >= 4 && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
        };
        let names: BTreeSet<&str> = module
            .vars
            .iter()
            .map(|var| module.text(var.name))
            .filter(|name| hidden(name))
            .take(40)
            .collect();
        if names.len() < 12 {
            continue;
        }
        let first = module.functions.first().map(|body| body.span).unwrap_or_default();
        let spot = Spot { module: number, span: first };
        let message = "the names of the code were replaced by numbers".to_owned();
        let draft =
            Draft::in_code(view, spot, None, message, "a program that hides programs wrote this");
        out.push(draft.severity(Severity::High).confidence(Confidence::Medium).key("renamed"));
    }
}

fn draft(view: &SourceView<'_>, at: At, function: FnId, message: String) -> Draft {
    let label = "what this does is not to be seen";
    let key = message.clone();
    Draft::in_code(view, view.spot(at), Some(function), message, label).key(key)
}
