use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView, source::posture::OauthMistake,
};

#[doc = include_str!("oauth_mistake.md")]
#[derive(Debug)]
pub(crate) struct OauthMistakeRule;

static META: Meta = Meta {
    id: "oauth-mistake",
    class: Class::OauthMisconfig,
    severity: Severity::Medium,
    title: "OAuth is used in a way that lets others in",
    help: "use the authorization code flow with PKCE (S256) and a state, and compare addresses and audiences as a whole",
    languages: EVERY_LANGUAGE,
    cwe: &[287, 352, 601],
    page: include_str!("oauth_mistake.md"),
};

impl Rule for OauthMistakeRule {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for fact in &view.posture.oauth {
            let (severity, message, label, key) = told(fact.mistake);
            let place = fact.place;
            let draft =
                Draft::in_code(view, view.spot(place.at), Some(place.function), message, label);
            out.push(draft.severity(severity).key(key));
        }
    }
}

const fn told(mistake: OauthMistake) -> (Severity, &'static str, &'static str, &'static str) {
    match mistake {
        OauthMistake::ImplicitFlow => (
            Severity::Medium,
            "tokens come back in the address, where histories and logs keep them",
            "the implicit flow",
            "implicit",
        ),
        OauthMistake::NoProofKey => (
            Severity::Medium,
            "a code is asked for without a proof key, so whoever gets hold of the code can use it",
            "no `code_challenge`",
            "pkce",
        ),
        OauthMistake::PlainProofKey => (
            Severity::Medium,
            "the proof key is sent as it is, so whoever sees the request can use the code",
            "`plain` instead of `S256`",
            "plain",
        ),
        OauthMistake::NoState => (
            Severity::Medium,
            "a code is asked for without a state, so an answer to somebody else's question is taken",
            "no `state`",
            "state",
        ),
        OauthMistake::LooseRedirect => (
            Severity::High,
            "the address to go back to is only compared in part, so a longer one of somebody else passes",
            "compared in part",
            "redirect",
        ),
        OauthMistake::NoAudience => (
            Severity::Medium,
            "whom a token was made for is not checked, so one for another service opens this one",
            "no audience is checked",
            "audience",
        ),
        OauthMistake::NoSignature => (
            Severity::High,
            "the signature of a token is not checked, so anybody can write one",
            "the signature is not checked",
            "signature",
        ),
    }
}
