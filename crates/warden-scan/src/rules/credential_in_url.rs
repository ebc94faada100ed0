use warden_detect::{is_reference, redact_url, secret_in_setting, secrets};
use warden_model::{Class, Confidence, Connection, Endpoint, Severity};

use crate::{Context, Draft, Meta, Rule, command::words};

#[doc = include_str!("credential_in_url.md")]
#[derive(Debug)]
pub(crate) struct CredentialInUrl;

static META: Meta = Meta {
    id: "credential-in-url",
    class: Class::SecretExposure,
    severity: Severity::High,
    title: "a credential is part of a URL",
    help: "send it in a header that refers to a secret, and change the credential",
    languages: &[],
    cwe: &[],
    page: include_str!("credential_in_url.md"),
};

impl Rule for CredentialInUrl {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_connection(&self, connection: &Connection, _: &Context<'_>, out: &mut Vec<Draft>) {
        match &connection.endpoint {
            Endpoint::Remote(remote) => report(connection, remote.url.reveal(), out),
            Endpoint::Command(launch) => {
                for word in words(launch).iter().skip(1).filter(|word| word.contains("://")) {
                    report(connection, word, out);
                }
            }
            Endpoint::Builtin => {}
        }
    }
}

fn report(connection: &Connection, url: &str, out: &mut Vec<Draft>) {
    if let Some((place, confidence)) = place(url) {
        let message = format!("the URL of the server holds a credential in its {place}");
        let label = "URLs end up in logs, histories and referrers";
        out.push(Draft::on(connection, message, label).confidence(confidence).key(place));
    }
}

/// Which part of a URL holds a credential.
fn place(url: &str) -> Option<(&'static str, Confidence)> {
    let kinds: Vec<&str> = secrets(url).iter().map(|hit| hit.kind).collect();
    if kinds.iter().any(|kind| matches!(*kind, "url-credential" | "database-url" | "sentry-dsn")) {
        return Some(("user part", Confidence::High));
    }
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    let telling = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .any(|(name, value)| !is_reference(value) && secret_in_setting(name, value).is_some());
    if telling {
        return Some(("query", Confidence::High));
    }
    let base = url.split(['?', '#']).next().unwrap_or_default();
    (!kinds.is_empty() || redact_url(base).contains('‹')).then_some(("path", Confidence::Medium))
}
