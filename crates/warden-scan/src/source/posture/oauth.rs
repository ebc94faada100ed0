//! Mistakes in the use of OAuth that can be seen where they are written.

use std::collections::BTreeSet;

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, Language},
};

use super::{CallAt, OauthFact, OauthMistake, Posture, Scan, words};
use crate::source::surface::reader::{Part, Reader};

fn push(scan: &Scan<'_>, at: At, mistake: OauthMistake, out: &mut Posture) {
    out.oauth.push(OauthFact { place: scan.place(at), mistake });
}

/// A text that is an address to ask for a code or a token at.
pub(super) fn text(scan: &Scan<'_>, at: At, out: &mut Posture) {
    let texts: Vec<&str> = match scan.reader.expr(at) {
        Expr::Text(name) => vec![scan.reader.name(at.module, *name)],
        Expr::Concat(parts) => {
            parts.iter().filter_map(|part| scan.text(At { expr: *part, ..at })).collect()
        }
        _ => return,
    };
    if !texts.iter().any(|text| text.contains("response_type=")) {
        return;
    }
    let all = texts.concat();
    if all.contains("response_type=token") || all.contains("response_type=id_token") {
        push(scan, at, OauthMistake::ImplicitFlow, out);
    } else if all.contains("response_type=code") && is_whole(scan, at) {
        asked(scan, at, &|name| all.contains(&format!("{name}=")), out);
    }
}

/// Whether a text is no part of a longer one, which is looked at by itself.
fn is_whole(scan: &Scan<'_>, at: At) -> bool {
    if matches!(scan.reader.expr(at), Expr::Concat(_)) {
        return true;
    }
    let whole = scan.reader.spot(at).span;
    !scan.module.exprs.iter().any(|expr| match expr {
        Expr::Concat(parts) => parts.iter().any(|part| scan.module.span(*part) == whole),
        _ => false,
    })
}

/// `{response_type: "code", client_id: …}`, and the keys that options use.
pub(super) fn object(scan: &Scan<'_>, at: At, parts: &[Part<'_>], out: &mut Posture) {
    let part =
        |names: &[&str]| parts.iter().find(|part| names.contains(&part.name)).map(|part| part.at);
    let text = |names: &[&str]| part(names).and_then(|at| scan.text(at));
    match text(&["response_type", "responseType"]) {
        Some("token" | "id_token" | "id_token token") => {
            push(scan, at, OauthMistake::ImplicitFlow, out);
        }
        Some("code") if part(&["client_id", "clientId"]).is_some() => {
            asked(scan, at, &|name| parts.iter().any(|part| part.name == name), out);
        }
        _ => {}
    }
    if text(&["code_challenge_method", "codeChallengeMethod"]) == Some("plain") {
        push(scan, at, OauthMistake::PlainProofKey, out);
    }
    for (name, mistake) in
        [("verify_aud", OauthMistake::NoAudience), ("verify_signature", OauthMistake::NoSignature)]
    {
        if part(&[name]).is_some_and(|at| scan.truth(at) == Some(false)) {
            push(scan, at, mistake, out);
        }
    }
}

/// A code is asked for: with a proof key and a state?
fn asked(scan: &Scan<'_>, at: At, has: &dyn Fn(&str) -> bool, out: &mut Posture) {
    let function = scan.reader.enclosing(scan.reader.spot(at));
    let around = names_in(scan, function);
    let near = |wanted: &[&str]| wanted.iter().any(|name| has(name) || around.contains(*name));
    if !near(&[
        "code_challenge",
        "codeChallenge",
        "code_verifier",
        "codeVerifier",
        "S256ChallengeOption",
    ]) {
        push(scan, at, OauthMistake::NoProofKey, out);
    }
    if !near(&["state"]) {
        push(scan, at, OauthMistake::NoState, out);
    }
}

/// Every name and text inside a function.
fn names_in<'a>(scan: &Scan<'a>, function: FnId) -> BTreeSet<&'a str> {
    let module = scan.module;
    scan.inside(scan.span_of(function))
        .flat_map(|(_, expr)| -> Vec<&'a str> {
            match expr {
                Expr::Text(name) | Expr::Member(_, name) | Expr::Global(name) => {
                    vec![module.text(*name)]
                }
                Expr::Var(var) => {
                    let var = module.vars.get(var.at());
                    var.map(|var| module.text(var.name)).into_iter().collect()
                }
                Expr::Object(parts) => parts
                    .iter()
                    .filter_map(|part| match part.key {
                        warden_flow::ir::Key::Name(name) => Some(module.text(name)),
                        _ => None,
                    })
                    .collect(),
                Expr::Call(call) => {
                    call.args.iter().filter_map(|arg| arg.name).map(|n| module.text(n)).collect()
                }
                _ => Vec::new(),
            }
        })
        .collect()
}

/// Calls that compare addresses, and calls that check tokens.
pub(super) fn call(scan: &Scan<'_>, call: CallAt<'_>, name: &str, out: &mut Posture) {
    let reader = scan.reader;
    match name {
        "startsWith" | "startswith" | "includes" | "HasPrefix" | "Contains" => {
            let subject = if matches!(name, "HasPrefix" | "Contains") {
                reader.plain_args(call).first().copied()
            } else {
                reader.base(scan.callee(call))
            };
            // A list that includes the address compares all of it.
            let redirect = subject.and_then(|at| reader.last_name(at)).is_some_and(is_redirect);
            if redirect {
                push(scan, call.at, OauthMistake::LooseRedirect, out);
            }
        }
        "decode"
            if scan.language() == Language::Python
                && reader
                    .arg(call, None, "verify")
                    .is_some_and(|at| scan.truth(at) == Some(false)) =>
        {
            push(scan, call.at, OauthMistake::NoSignature, out);
        }
        "ParseUnverified" => push(scan, call.at, OauthMistake::NoSignature, out),
        "jwtVerify" => {
            let options = reader.plain_args(call).get(2).copied();
            let told = options.is_some_and(|at| {
                let values = reader.values(at);
                values.iter().any(|value| {
                    !matches!(reader.expr(*value), Expr::Object(_))
                        || reader.part(*value, &["audience"]).is_some()
                })
            });
            if !told && !later(scan, call.at) {
                push(scan, call.at, OauthMistake::NoAudience, out);
            }
        }
        "JWTVerifier" | "BearerAuthProvider" if scan.language() == Language::Python => {
            let none = reader
                .arg(call, None, "audience")
                .is_none_or(|at| matches!(reader.expr(at), Expr::Null));
            let keyed = ["jwks_uri", "public_key"].iter();
            if none && keyed.into_iter().any(|key| reader.arg(call, None, key).is_some()) {
                push(scan, call.at, OauthMistake::NoAudience, out);
            }
        }
        _ => {}
    }
}

/// Whether the function looks at the audience by itself.
fn later(scan: &Scan<'_>, at: At) -> bool {
    let function = scan.reader.enclosing(scan.reader.spot(at));
    let names = names_in(scan, function);
    ["aud", "audience", "resource"].iter().any(|name| names.contains(name))
}

fn is_redirect(name: &str) -> bool {
    let words = words(name);
    let at = words.iter().position(|word| word == "redirect");
    at.is_some_and(|at| {
        words.get(at + 1).is_some_and(|word| matches!(word.as_str(), "uri" | "url"))
            && words.get(at + 2).is_none()
    })
}

/// What only the whole program says.
pub(super) fn whole(reader: &Reader<'_>, posture: &mut Posture) {
    // The proof key may be put in where the address is finished, in another function or file.
    let proves = reader.modules().any(|(_, module)| {
        module.names.iter().any(|name| {
            matches!(&**name, "code_challenge" | "codeChallenge" | "code_challenge_method")
                || name.contains("S256Challenge")
        })
    });
    if proves {
        posture.oauth.retain(|fact| fact.mistake != OauthMistake::NoProofKey);
    }
}
