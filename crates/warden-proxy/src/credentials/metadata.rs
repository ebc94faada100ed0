//! What an authorization server says of itself, and which one a server names.
//!
//! Which issuer it is somebody has configured. Metadata only say where its endpoints are, and are
//! refused where they lead to other origins than the configured ones (RFC 8414; RFC 9728).

use std::path::PathBuf;

use hyper::StatusCode;
use serde_json::Value;
use warden_mcp::Address;

use super::{
    error::{CredentialError, Denied, Missing},
    reach::{Question, Reach},
    settings::Issuer,
};

/// How long metadata are believed, in seconds.
const LIFE: u64 = 3600;

/// What an authorization server says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) authorization: Option<String>,
    pub(super) token: String,
    pub(super) revocation: Option<String>,
    /// It knows PKCE with S256.
    pub(super) has_s256: bool,
    /// It says in its answers who it is (RFC 9207).
    pub(super) says_issuer: bool,
    /// Until when this is believed, in seconds since 1970.
    pub(super) until: u64,
}

/// Finds out where the endpoints of an issuer are.
///
/// # Errors
/// It cannot be reached, says that it is another one, or names addresses that are not its own.
pub(super) async fn find(
    reach: &Reach,
    issuer: &Issuer,
    now: u64,
) -> Result<Metadata, CredentialError> {
    let until = now.saturating_add(LIFE);
    let Some(identifier) = &issuer.identifier else {
        // Then nothing but the one endpoint is known.
        let token = issuer.token_endpoint.clone().ok_or(Missing::NotSetUp)?;
        let (authorization, revocation) = (None, None);
        let (has_s256, says_issuer) = (false, false);
        return Ok(Metadata { authorization, token, revocation, has_s256, says_issuer, until });
    };
    for url in places(identifier).ok_or(Denied::Address)? {
        let question = Question { url: &url, headers: Vec::new(), form: None };
        let answer = reach.ask(question).await?;
        match answer.status {
            StatusCode::OK => {
                let said = answer.object().ok_or(Missing::Answer)?;
                return read(reach, (issuer, identifier), &said, until);
            }
            status if status.is_client_error() => {}
            status if status.is_server_error() => return Err(Missing::Issuer.into()),
            _ => return Err(Missing::Answer.into()),
        }
    }
    Err(Missing::Answer.into())
}

/// Where the metadata of an issuer may be, the likeliest first (RFC 8414, sections 3.1 and 5).
fn places(identifier: &str) -> Option<Vec<String>> {
    let (origin, path) = split(identifier)?;
    let mut all = vec![
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}/.well-known/openid-configuration{path}"),
    ];
    if !path.is_empty() {
        all.push(format!("{origin}{path}/.well-known/openid-configuration"));
    }
    Some(all)
}

/// Origin and path of a URL, the path without a slash at its end.
fn split(url: &str) -> Option<(String, String)> {
    let address = Address::parse(url)?;
    let uri = address.uri();
    let origin = format!("{}://{}", uri.scheme_str()?, uri.authority()?);
    // An issuer has neither query nor fragment (RFC 8414, section 2).
    let plain = uri.query().is_none() && !url.contains('#');
    plain.then(|| (origin, uri.path().trim_end_matches('/').to_owned()))
}

fn read(
    reach: &Reach,
    (issuer, identifier): (&Issuer, &str),
    said: &Value,
    until: u64,
) -> Result<Metadata, CredentialError> {
    let text = |name| said.get(name).and_then(Value::as_str);
    // Letter by letter: one that is nearly the same is another one (RFC 8414, section 3.3).
    if text("issuer") != Some(identifier) {
        return Err(Denied::Issuer.into());
    }
    let own = |name| match text(name) {
        None => Ok(None),
        Some(url) => reach.allows(url).map(|_| Some(url.to_owned())),
    };
    let token = match &issuer.token_endpoint {
        Some(token) => token.clone(),
        None => own("token_endpoint")?.ok_or(Missing::Answer)?,
    };
    let methods = said.get("code_challenge_methods_supported").and_then(Value::as_array);
    let says = said.get("authorization_response_iss_parameter_supported");
    Ok(Metadata {
        authorization: own("authorization_endpoint")?,
        token,
        revocation: own("revocation_endpoint")?,
        has_s256: methods.is_some_and(|all| all.iter().any(|one| one == "S256")),
        says_issuer: says == Some(&Value::Bool(true)),
        until,
    })
}

/// Makes sure that a server, as far as it says so, takes tokens of this issuer (RFC 9728). One that
/// says nothing is taken by the configuration's word.
///
/// # Errors
/// It names other issuers only, or says that it is another server.
pub(super) async fn agrees(
    (resource, authorities): (&str, Option<PathBuf>),
    identifier: &str,
) -> Result<(), CredentialError> {
    let Some((origin, path)) = split(resource) else { return Err(Denied::Address.into()) };
    // Only the server's own origin is asked, and it is shown nothing.
    let reach = Reach::new([resource], authorities)?;
    let mut places = vec![format!("{origin}/.well-known/oauth-protected-resource{path}")];
    if !path.is_empty() {
        places.push(format!("{origin}/.well-known/oauth-protected-resource"));
    }
    for url in places {
        let question = Question { url: &url, headers: Vec::new(), form: None };
        let answer = reach.ask(question).await?;
        if answer.status != StatusCode::OK {
            continue;
        }
        let said = answer.object().ok_or(Missing::Answer)?;
        let named = said.get("resource").and_then(Value::as_str).unwrap_or_default();
        let issuers = said.get("authorization_servers").and_then(Value::as_array);
        let known = issuers.is_none_or(|all| all.iter().any(|one| one == identifier));
        // The one at the root may speak of the whole origin.
        let same = |named: &str| named.trim_end_matches('/') == resource.trim_end_matches('/');
        let own = same(named) || named.trim_end_matches('/') == origin;
        return if known && own { Ok(()) } else { Err(Denied::Issuer.into()) };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_are_looked_for_in_the_order_of_the_specification() {
        let at = |url| places(url).map(|all| all.join(" "));
        assert_eq!(
            at("https://id.example/a/").unwrap(),
            "https://id.example/.well-known/oauth-authorization-server/a \
             https://id.example/.well-known/openid-configuration/a \
             https://id.example/a/.well-known/openid-configuration"
        );
        assert_eq!(
            at("https://id.example").unwrap(),
            "https://id.example/.well-known/oauth-authorization-server \
             https://id.example/.well-known/openid-configuration"
        );
        for bad in ["https://id.example/?a=b", "https://id.example/#a", "id.example", ""] {
            assert_eq!(at(bad), None, "{bad}");
        }
    }
}
