use warden_detect::credential_name;
use warden_flow::analysis::Origin;
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
