use std::collections::BTreeSet;

use warden_detect::{is_reference, secrets};
use warden_flow::{
    analysis::At,
    ir::{Expr, ExprId, Key, Module},
};
use warden_model::{Class, Confidence, Severity};

use crate::{Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView};

#[doc = include_str!("secret_in_code.md")]
#[derive(Debug)]
pub(crate) struct SecretInCode;

static META: Meta = Meta {
    id: "secret-in-code",
    class: Class::SecretExposure,
    severity: Severity::High,
    title: "a credential stands in the code",
    help: "take it from the environment, and withdraw it where it was issued: whoever has the package has it",
    languages: EVERY_LANGUAGE,
    cwe: &[798, 540],
    page: include_str!("secret_in_code.md"),
};

/// Texts longer than this are data, and no credential.
const LONGEST: usize = 4096;

impl Rule for SecretInCode {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for (number, module) in (0_u32..).zip(&view.program().modules) {
            if is_example(&module.path) {
                continue;
            }
            let mut seen = BTreeSet::new();
            for (at, expr) in (0_u32..).zip(&module.exprs) {
                let Expr::Text(name) = expr else { continue };
                let text = module.text(*name);
                if text.len() < 12 || text.len() > LONGEST {
                    continue;
                }
                let at = At { module: number, expr: ExprId(at) };
                if let Some(kind) = kind(view, at, module, text)
                    && seen.insert((kind, text))
                {
                    out.push(draft(view, at, kind));
                }
            }
        }
    }
}

/// What sort of credential a text is, by itself or by the name that it is given.
fn kind(view: &SourceView<'_>, at: At, module: &Module, text: &str) -> Option<&'static str> {
    if is_placeholder(text) {
        return None;
    }
    if let Some(hit) = secrets(text).first() {
        return Some(hit.kind);
    }
    // A name makes a secret of a text that says nothing by itself, if the text looks made by a
    // machine: that is what the detector looks for in settings.
    if text.len() > 200 || text.contains([' ', '\n', '{', '<', '$', '/', '(']) {
        return None;
    }
    let name = named(view, at, module)?;
    let setting = format!("{name} = \"{text}\"");
    let hits = secrets(&setting);
    let hit = hits
        .first()
        .filter(|hit| setting.get(hit.range.clone()).is_some_and(|found| found.contains(text)))?;
    Some(hit.kind)
}

/// The name that a text is given: a variable, a part of an object, a parameter.
fn named<'m>(view: &SourceView<'_>, at: At, module: &'m Module) -> Option<&'m str> {
    let parent = view.fold().index(at.module).parent(at.expr)?;
    match module.expr(parent) {
        Expr::Assign { target, value } if *value == at.expr => match module.expr(*target) {
            Expr::Var(var) => module.vars.get(var.at()).map(|var| module.text(var.name)),
            Expr::Member(_, name) => Some(module.text(*name)),
            _ => None,
        },
        Expr::Object(parts) => {
            parts.iter().find(|part| part.value == at.expr).and_then(|part| match part.key {
                Key::Name(name) => Some(module.text(name)),
                Key::Computed(_) | Key::Spread => None,
            })
        }
        Expr::Call(call) => {
            let arg = call.args.iter().find(|arg| arg.value == at.expr)?;
            arg.name.map(|name| module.text(name))
        }
        _ => None,
    }
}

/// What stands for a secret that somebody has to put there, or for a public one.
fn is_placeholder(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let words = [
        "example",
        "your",
        "xxxx",
        "placeholder",
        "changeme",
        "dummy",
        "sample",
        "redacted",
        "insert",
        "replace",
        "<",
        "...",
        "test",
        "fake",
        "****",
        "0000000",
        "1234567",
        "abcdef",
        "todo",
    ];
    is_reference(text) || words.iter().any(|word| lower.contains(word)) || is_usual(&lower)
}

/// An address with a password that everybody knows, or for this machine: what stands there until
/// somebody sets the real one.
fn is_usual(lower: &str) -> bool {
    let Some((_, rest)) = lower.split_once("://") else { return false };
    let Some((login, host)) = rest.split('/').next().and_then(|place| place.rsplit_once('@'))
    else {
        return false;
    };
    let password = login.split_once(':').map_or("", |(_, password)| password);
    let words = [
        "password",
        "passwd",
        "pass",
        "pwd",
        "secret",
        "postgres",
        "root",
        "admin",
        "guest",
        "mysql",
        "user",
        "neo4j",
        "mongo",
        "redis",
        "minioadmin",
    ];
    let local =
        ["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal", "db:", "postgres:"];
    words.contains(&password) || local.iter().any(|start| host.starts_with(start))
}

/// Files that show how something is used.
fn is_example(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.split('/').any(|part| {
        matches!(
            part,
            "test"
                | "tests"
                | "__tests__"
                | "examples"
                | "example"
                | "fixtures"
                | "testdata"
                | "mocks"
        )
    }) || lower.contains(".test.")
        || lower.contains(".spec.")
        || lower.ends_with("_test.go")
}

fn draft(view: &SourceView<'_>, at: At, kind: &'static str) -> Draft {
    let function = view.fold().owner(at);
    let message = format!("a credential stands in the code: {kind}");
    let draft = Draft::in_code(
        view,
        view.spot(at),
        Some(function),
        message,
        "whoever has the package has this",
    )
    .key(kind);
    let generic = kind.contains("generic") || kind.contains("password");
    if generic { draft.severity(Severity::Medium).confidence(Confidence::Medium) } else { draft }
}
