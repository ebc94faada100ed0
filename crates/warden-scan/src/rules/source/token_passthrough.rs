use warden_detect::words;
use warden_flow::analysis::{HopKind, Origin};
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

/// Whether it is the token of the request, and not another part of it or something read out of it.
fn token(one: &Found<'_, '_>) -> bool {
    let mut through = one.flow.trace.iter().filter(|hop| hop.kind == HopKind::Through);
    if through.any(|hop| takes_apart(one.view.text(hop.at))) {
        return false;
    }
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

/// Whether a call gives what a token says, and not the token.
fn takes_apart(call: &str) -> bool {
    let callee = call.split_once('(').map_or(call, |(callee, _)| callee);
    let name = callee.rsplit(['.', ':']).next().unwrap_or(callee);
    let named = words(name).iter().any(|word| {
        matches!(word.as_str(), "jwt" | "verify" | "verified" | "introspect" | "claims" | "hash")
    });
    let library = || words(callee).iter().any(|word| matches!(word.as_str(), "jwt" | "jose"));
    named || (name.eq_ignore_ascii_case("decode") && library())
}

fn authorization(name: &str) -> bool {
    name.eq_ignore_ascii_case("authorization")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_token_says_is_not_the_token() {
        assert!(takes_apart("jose.decodeJwt(token)") && takes_apart("jwt.decode(token, key)"));
        assert!(!takes_apart("header.substring(7)") && !takes_apart("token.trim()"));
    }
}
