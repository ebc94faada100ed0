//! Tokens, as authorization servers answer with them.

use std::{collections::BTreeSet, time::Duration};

use hyper::StatusCode;
use serde_json::Value;
use warden_model::Hidden;

use super::{
    error::{CredentialError, Denied, Missing},
    reach::Answer,
};

/// The longest token.
const MOST: usize = 16 << 10;

/// The longest time that a token is kept, in seconds, however long it is good.
const LONGEST: u64 = 3600;

/// A token counts as expired so many seconds before it is, or a tenth of its life if that is less:
/// clocks differ, and what is sent has to arrive.
const MARGIN: u64 = 30;

/// The type of an access token (RFC 8693, section 3).
pub(super) const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// The type of a token that is a JWT (RFC 8693, section 3).
pub(super) const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// A token for a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) access: Hidden,
    /// When it is not shown any more, in seconds since 1970.
    pub(super) until: u64,
    pub(super) refresh: Option<Hidden>,
}

/// What was asked for.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// What it may do; where nothing was asked for, what the server gives is what there is.
    pub(super) scopes: &'a BTreeSet<String>,
    /// The token that was exchanged.
    pub(super) subject: Option<&'a Hidden>,
    /// How long it is taken to be good if nothing says so.
    pub(super) assumed: Option<Duration>,
}

/// Reads the answer of a token endpoint (RFC 6749, section 5; RFC 8693, section 2.2).
pub(super) fn read(answer: &Answer, wanted: &Wanted, now: u64) -> Result<Token, CredentialError> {
    match answer.status {
        StatusCode::OK => {
            let body = answer.object().ok_or(Missing::Answer)?;
            Ok(token(&body, wanted, now)?)
        }
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            let body = answer.object().ok_or(Missing::Answer)?;
            Err(refusal(body.get("error").and_then(Value::as_str).unwrap_or_default()))
        }
        StatusCode::TOO_MANY_REQUESTS => Err(Missing::Issuer.into()),
        status if status.is_server_error() => Err(Missing::Issuer.into()),
        // A redirect is not followed: it would take our secret along.
        _ => Err(Missing::Answer.into()),
    }
}

/// RFC 6749, section 5.2; RFC 8693, section 2.2.2.
fn refusal(error: &str) -> CredentialError {
    match error {
        "invalid_grant" => Denied::Grant.into(),
        "invalid_client" | "unauthorized_client" => Denied::Client.into(),
        "invalid_scope" => Denied::Scope.into(),
        "invalid_target" => Denied::Target.into(),
        "temporarily_unavailable" | "server_error" => Missing::Issuer.into(),
        _ => Denied::Other.into(),
    }
}

fn token(body: &Value, wanted: &Wanted, now: u64) -> Result<Token, Denied> {
    let text = |name| body.get(name).and_then(Value::as_str);
    let access = text("access_token").filter(|token| is_token(token)).ok_or(Denied::TokenForm)?;
    if !text("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
        return Err(Denied::TokenType);
    }
    if let Some(subject) = wanted.subject {
        // What a caller shows us is for us and for nobody else.
        if subject.reveal() == access {
            return Err(Denied::SameToken);
        }
        if !matches!(text("issued_token_type"), Some(ACCESS_TOKEN | JWT)) {
            return Err(Denied::IssuedType);
        }
    }
    scopes(body, wanted.scopes)?;
    let life = life(body, wanted.assumed)?;
    let refresh = match body.get("refresh_token") {
        None | Some(Value::Null) => None,
        Some(Value::String(token)) if is_refresh(token) => Some(Hidden::new(token.as_str())),
        Some(_) => return Err(Denied::TokenForm),
    };
    let until = now.saturating_add(life.min(LONGEST)).saturating_sub(MARGIN.min(life / 10));
    Ok(Token { access: Hidden::new(access), until, refresh })
}

/// What a token may do is what was asked for if nothing is said (RFC 6749, section 5.1).
fn scopes(body: &Value, wanted: &BTreeSet<String>) -> Result<(), Denied> {
    let given = match body.get("scope") {
        None => return Ok(()),
        Some(Value::String(given)) => given,
        Some(_) => return Err(Denied::WiderScope),
    };
    let mut given = given.split(' ').filter(|scope| !scope.is_empty());
    let fits = wanted.is_empty() || given.all(|scope| wanted.contains(scope));
    if fits { Ok(()) } else { Err(Denied::WiderScope) }
}

fn life(body: &Value, assumed: Option<Duration>) -> Result<u64, Denied> {
    let said = match body.get("expires_in") {
        None | Some(Value::Null) => assumed.map(|assumed| assumed.as_secs()),
        // Some write the number as text.
        Some(Value::String(text)) => text.parse().ok(),
        Some(number) => number.as_u64(),
    };
    said.filter(|life| *life > 0).ok_or(Denied::NoExpiry)
}

/// RFC 6750, section 2.1.
fn is_token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    !body.is_empty() && token.len() <= MOST && body.bytes().all(good)
}

/// RFC 6749, appendix A.17.
fn is_refresh(token: &str) -> bool {
    !token.is_empty() && token.len() <= MOST && token.bytes().all(|b| (0x20..0x7f).contains(&b))
}
