//! What clients are told of the gateway (RFC 9728), and how they are told that they may not.

use hyper::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    binding::ALGORITHMS,
    door::Door,
    reason::{Denied, Reason},
    settings::Dpop,
    uri,
};

/// Where metadata are, before the path of the resource (RFC 9728, section 3.1).
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

impl Door {
    /// The metadata of the resource, if they are at this path: with the path of the resource behind
    /// the well-known one, or without.
    #[must_use]
    pub fn metadata(&self, path: &str) -> Option<Vec<u8>> {
        // Whoever has no authorization server has nothing to tell.
        if self.settings.issuers.is_empty() {
            return None;
        }
        let rest = path.strip_prefix(WELL_KNOWN)?;
        (rest.is_empty() || rest == self.path()).then(|| self.document().to_string().into_bytes())
    }

    fn document(&self) -> Value {
        let settings = &self.settings;
        let issuers: Vec<&str> = settings.issuers.iter().map(|issuer| &*issuer.url).collect();
        let mut document = Map::new();
        document.insert("resource".into(), json!(settings.resource));
        document.insert("authorization_servers".into(), json!(issuers));
        document.insert("bearer_methods_supported".into(), json!(["header"]));
        if !settings.scopes.is_empty() {
            document.insert("scopes_supported".into(), json!(settings.scopes));
        }
        if settings.dpop != Dpop::Off {
            document.insert("dpop_signing_alg_values_supported".into(), json!(algorithms()));
        }
        if settings.dpop == Dpop::Required {
            document.insert("dpop_bound_access_tokens_required".into(), json!(true));
        }
        Value::Object(document)
    }

    /// A no with everything that a client needs to get a yes (RFC 6750, section 3; RFC 9449,
    /// section 7.1; RFC 9728, section 5.1).
    pub(super) fn denied(&self, reason: Reason, scopes: &[String], now: i64) -> Denied {
        let status = reason.status();
        let mut challenges = Vec::new();
        let is_told = match status {
            StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST => true,
            StatusCode::FORBIDDEN => reason.error().is_some(),
            _ => false,
        };
        let is_proof = matches!(reason.error(), Some("invalid_dpop_proof" | "use_dpop_nonce"));
        let dpop = self.settings.dpop;
        if is_told && !self.settings.issuers.is_empty() {
            if dpop != Dpop::Required && !is_proof {
                challenges.push(self.challenge("Bearer", reason, scopes));
            }
            if dpop != Dpop::Off {
                let algorithms = algorithms().join(" ");
                let challenge = self.challenge("DPoP", reason, scopes);
                challenges.push(format!("{challenge}, algs=\"{algorithms}\""));
            }
        } else if is_told {
            challenges.push(match reason.error() {
                None => "Bearer realm=\"mcpwarden\"".to_owned(),
                Some(error) => format!("Bearer realm=\"mcpwarden\", error=\"{error}\""),
            });
        }
        let nonce = self.settings.nonces && is_told && dpop != Dpop::Off;
        let nonce = nonce.then(|| self.nonces.both(now).0);
        Denied { status, challenges, nonce, reason }
    }

    fn challenge(&self, scheme: &str, reason: Reason, scopes: &[String]) -> String {
        let origin = uri::split(&self.settings.resource).map_or("", |(origin, _)| origin);
        let mut challenge =
            format!("{scheme} resource_metadata=\"{origin}{WELL_KNOWN}{}\"", self.path());
        if let Some(error) = reason.error() {
            let description = reason.description();
            challenge += &format!(", error=\"{error}\", error_description=\"{description}\"");
        }
        if !scopes.is_empty() {
            challenge += &format!(", scope=\"{}\"", scopes.join(" "));
        }
        challenge
    }

    fn path(&self) -> &str {
        match uri::split(&self.settings.resource) {
            Some((_, path)) if path != "/" => path,
            Some(_) | None => "",
        }
    }
}

fn algorithms() -> [&'static str; 4] {
    ALGORITHMS.map(super::Algorithm::name)
}
