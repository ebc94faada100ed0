use warden_detect::{credential_name, words};
use warden_flow::analysis::{HopKind, Origin};
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::{sink, source},
    taint::{Found, Wording, found},
};

#[doc = include_str!("secret_in_log.md")]
#[derive(Debug)]
pub(crate) struct SecretInLog;

static META: Meta = Meta {
    id: "secret-in-log",
    class: Class::SecretExposure,
    severity: Severity::Medium,
    title: "a secret is written to the log",
    help: "log that the secret is there, or its last characters, and not what it is",
    languages: EVERY_LANGUAGE,
    cwe: &[532, 200],
    page: include_str!("secret_in_log.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of a line of the log",
    whole: "is written to the log",
    label: "whoever reads the log has the secret",
};

impl Rule for SecretInLog {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let from = [source::CREDENTIAL, source::TOKEN, source::ENV];
        for one in found(view, &[sink::LOG], &from) {
            let Some(name) = secret(&one) else { continue };
            if !carries(&one) {
                continue;
            }
            let mut draft = one.draft(&WORDING, Severity::Medium, Severity::Medium);
            if let Some(name) = name {
                draft.message = format!("the secret `{name}` is written to the log");
            } else {
                draft = draft.confidence(Confidence::Medium);
            }
            out.push(draft);
        }
    }
}

/// Whether what is logged still is the secret. What a library makes out of it is something else: a
/// client, its answers, a length. And of what was masked nothing is left to hide.
fn carries(one: &Found<'_, '_>) -> bool {
    one.flow.trace.iter().all(|hop| {
        let text = one.view.text(hop.at);
        match hop.kind {
            HopKind::Through => keeps(text) && !masks(text),
            HopKind::Combined | HopKind::Sink => !masks(text) && !shows_a_part(text),
            _ => !masks(text),
        }
    })
}

/// Whether the result of a call of a library still holds the text that it was given.
fn keeps(call: &str) -> bool {
    // Operators, templates and members that are read keep it as well.
    let Some((callee, args)) = call.split_once('(') else { return true };
    let name = callee.rsplit(['.', ':']).next().unwrap_or(callee).trim().to_ascii_lowercase();
    // `settings.get("token")`, and not `client.get("/users")`.
    let looks_up = name == "get" && args.starts_with(['"', '\'']) && !args.contains('/');
    looks_up || KEEPING.contains(&name.as_str())
}

/// What is called to read, tidy or show a text.
static KEEPING: &[&str] = &[
    "getenv",
    "lookupenv",
    "str",
    "string",
    "repr",
    "bytes",
    "buffer",
    "from",
    "format",
    "sprintf",
    "sprint",
    "sprintln",
    "errorf",
    "strip",
    "lstrip",
    "rstrip",
    "trim",
    "trimspace",
    "trimstart",
    "trimend",
    "trimprefix",
    "trimsuffix",
    "removeprefix",
    "removesuffix",
    "lower",
    "upper",
    "tolowercase",
    "touppercase",
    "tostring",
    "encode",
    "decode",
    "join",
    "concat",
    "replace",
    "replaceall",
    "stringify",
    "dumps",
    "marshal",
    "inspect",
    "encodeuricomponent",
    "quote",
    "b64encode",
    "btoa",
    "encodetostring",
    "dict",
    "asdict",
    "model_dump",
    "assign",
    "vars",
    "set_password",
    "get_password",
    "getpass",
];

/// Whether what is called leaves only a part of a text to see.
fn masks(text: &str) -> bool {
    let callee = text.split_once('(').map_or("", |(callee, _)| callee);
    let name = callee.rsplit(['.', ':']).next().unwrap_or(callee);
    words(name).iter().any(|word| MASKING.contains(&word.as_str()))
}

/// Whether only a part of something is shown: `token[:4]`, `token[-4:]`.
fn shows_a_part(text: &str) -> bool {
    text.split('[')
        .skip(1)
        .any(|rest| rest.split_once(']').is_some_and(|(in_it, _)| is_range(in_it)))
}

/// Words of functions that leave only a part of a text to see.
static MASKING: &[&str] = &[
    "mask",
    "masked",
    "redact",
    "redacted",
    "obscure",
    "hide",
    "truncate",
    "sanitize",
    "sanitise",
    "censor",
    "scrub",
    "slice",
    "substring",
    "substr",
    "hash",
    "digest",
    "fingerprint",
];

fn is_range(inside: &str) -> bool {
    inside.contains(':')
        && inside.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, ':' | '-' | ' '))
}

/// The name of the secret, if the value is one at all: most of the environment is none.
#[expect(clippy::option_option, reason = "no secret, one without a name, and one with a name")]
fn secret(one: &Found<'_, '_>) -> Option<Option<String>> {
    let Origin::Source { kind, at, within, .. } = &one.flow.source else { return None };
    if *kind != source::ENV {
        return Some(None);
    }
    let text = one.view.text(*at);
    let quoted = text.split(['"', '\'', '`']).skip(1).step_by(2).map(str::to_owned);
    within.iter().cloned().chain(quoted).find(|name| credential_name(name)).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_library_makes_of_a_secret_is_not_the_secret() {
        for call in ["os.getenv(\"A_TOKEN\")", "token.strip()", "settings.get(\"key\")", "a.b"] {
            assert!(keeps(call), "{call}");
        }
        for call in ["Client(token=token)", "len(token)", "session.get(url)", "bool(token)"] {
            assert!(!keeps(call), "{call}");
        }
    }

    #[test]
    fn a_few_characters_of_a_secret_are_masked() {
        for text in ["mask_token(key)", "key.slice(-4)", "log.Redact(key)"] {
            assert!(masks(text), "{text}");
        }
        for text in ["f\"it ends with {key[-4:]}\"", "log(token[:4])"] {
            assert!(shows_a_part(text), "{text}");
        }
        for text in ["tokens[0]", "os.environ[\"A_TOKEN\"]", "load(key)"] {
            assert!(!masks(text) && !shows_a_part(text), "{text}");
        }
    }
}
