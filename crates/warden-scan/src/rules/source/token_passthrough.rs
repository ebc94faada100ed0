use warden_flow::analysis::Origin;
use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::{sink, source},
    taint::{Found, Wording, found},
};

#[doc = include_str!("token_passthrough.md")]
#[derive(Debug)]
pub(crate) struct TokenPassthrough;

static META: Meta = Meta {
    id: "token-passthrough",
    class: Class::TokenPassthrough,
    severity: Severity::High,
    title: "the token of a client is handed on to another service",
    help: "check that the token was issued for this server, and get one of its own for the other \
           service",
    languages: EVERY_LANGUAGE,
    cwe: &[441, 863],
    page: include_str!("token_passthrough.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of what is sent to another service",
    whole: "is sent to another service",
    label: "the other service takes the server for its client",
};

impl Rule for TokenPassthrough {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let kinds = [sink::HEADER, sink::EGRESS];
        for one in
            found(view, &kinds, &[source::TOKEN, source::HTTP]).iter().filter(|one| token(one))
        {
            out.push(one.draft(&WORDING, Severity::High, Severity::High));
        }
    }
}

/// Whether it is the token of the request and not another part of it.
fn token(one: &Found<'_, '_>) -> bool {
    match &one.flow.source {
        Origin::Source { kind: source::TOKEN, within, .. } => {
            within.is_empty() || within.iter().any(|name| authorization(name))
        }
        Origin::Source { path, within, .. } => {
            let last = path.rsplit('.').next().unwrap_or_default();
            within.iter().map(String::as_str).chain([last]).any(authorization)
        }
        Origin::Entry(_, within) => within.iter().any(|name| authorization(name)),
    }
}

fn authorization(name: &str) -> bool {
    name.eq_ignore_ascii_case("authorization")
}
