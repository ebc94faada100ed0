//! Asking an issuer about a token that says nothing by itself (RFC 7662).

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use serde_json::Value;
use tokio::sync::Semaphore;
use warden_seal::{jose::Claims, read_strict};

use super::{reason::Reason, settings, web::Web};

/// The longest answer, in bytes.
const MOST: usize = 64 << 10;

/// How many questions may be under way.
const AT_A_TIME: usize = 32;

/// Asks one issuer.
#[derive(Debug)]
pub(super) struct Asking(Semaphore);

impl Asking {
    pub(super) const fn new() -> Self {
        Self(Semaphore::const_new(AT_A_TIME))
    }

    /// What an issuer says of a token.
    ///
    /// # Errors
    /// [`Reason::TokenInactive`] if it is not valid, [`Reason::IssuerAway`] if there is no answer.
    pub(super) async fn ask(
        &self,
        web: &Web,
        place: &settings::Introspection,
        token: &str,
    ) -> Result<Claims, Reason> {
        // Whoever shows any number of tokens must not have us ask for each of them.
        let _turn = self.0.try_acquire().map_err(|_| Reason::IssuerAway)?;
        let request = request(place, token).ok_or(Reason::IssuerAway)?;
        let answer = web.ask(request).await.ok().flatten().ok_or(Reason::IssuerAway)?;
        let Ok(Value::Object(members)) = read_strict(&answer, MOST) else {
            return Err(Reason::IssuerAway);
        };
        match members.get("active") {
            Some(Value::Bool(true)) => Ok(Claims::trusted(members)),
            Some(Value::Bool(false)) => Err(Reason::TokenInactive),
            _ => Err(Reason::IssuerAway),
        }
    }
}

fn request(place: &settings::Introspection, token: &str) -> Option<Request<Full<Bytes>>> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    // RFC 6749, section 2.3.1: both are escaped before they are joined.
    let pair = format!("{}:{}", form(&place.client), form(place.secret.reveal()));
    let mut basic = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair))).ok()?;
    basic.set_sensitive(true);
    let body = format!("token={}&token_type_hint=access_token", form(token));
    Request::post(&place.url)
        .header(AUTHORIZATION, basic)
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::new(body.into()))
        .ok()
}

/// Text as a form carries it.
fn form(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
