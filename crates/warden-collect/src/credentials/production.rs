//! Which credentials are of production, as far as a configuration says it.
//!
//! What says it is a table: words in names, how live keys begin, parts of hosts, and settings that
//! choose a profile. A credential of which nothing says so may be one all the same.

use warden_model::{Connection, Credential, CredentialKind, Endpoint, Hidden, Production, Setting};

use super::split_camel_case;

/// Words that mean production, in names, hosts and profiles.
const WORDS: &[&str] = &["PROD", "PRODUCTION", "PRD", "LIVE"];
/// Words that turn the next one round.
const NOT: &[&str] = &["NON", "NOT", "PRE", "NO"];

/// How the live keys of services begin that also have keys for tests.
const LIVE: &[&str] = &[
    "sk_live_",
    "rk_live_",
    "pk_live_",
    "rzp_live_",
    "pdl_live_",
    "shippo_live_",
    "access-production-",
    "live_",
    "ac_live_",
];

/// What the names of settings end with that choose credentials lying somewhere else.
const PROFILES: &[&str] = &[
    "PROFILE",
    "CONTEXT",
    "ACCOUNT",
    "PROJECT",
    "ENVIRONMENT",
    "WORKSPACE",
    "VAULT",
    "TENANT",
    "ENV",
];
/// Settings that end so and say how a program is built, not what it reaches.
const BUILDS: &[&str] = &["NODE_ENV"];

/// Marks the credentials of a connection that are of production. A profile of production is a
/// reference to credentials, and is added as one.
pub(crate) fn mark(connection: &mut Connection) {
    let (settings, words, url) = match &connection.endpoint {
        Endpoint::Command(launch) => (&launch.env[..], &launch.args[..], None),
        Endpoint::Remote(remote) => (&remote.headers[..], &[][..], Some(remote.url.reveal())),
        Endpoint::Builtin => return,
    };
    let by_host = url.is_some_and(host_says) || words.iter().any(|word| host_says(word.reveal()));
    let profiles = profiles(settings, words);
    let by = |credential: &Credential| {
        let value = value_of(credential, settings, words);
        if says(&split_camel_case(&credential.name)) {
            return Some(Production::Name);
        }
        if value.is_some_and(is_live) {
            return Some(Production::Value);
        }
        if by_host || value.is_some_and(host_says) {
            return Some(Production::Host);
        }
        (!profiles.is_empty()).then_some(Production::Profile)
    };
    let found: Vec<_> = connection.credentials.iter().map(by).collect();
    let added = profiles.into_iter().map(|(kind, name)| Credential {
        kind,
        name,
        literal: false,
        location: connection.location.clone(),
        production: Some(Production::Profile),
    });
    let added: Vec<_> = added.collect();
    for (credential, production) in connection.credentials.iter_mut().zip(found) {
        credential.production = production;
    }
    for one in added {
        let is_known = |known: &Credential| known.kind == one.kind && known.name == one.name;
        if !connection.credentials.iter().any(is_known) {
            connection.credentials.push(one);
        }
    }
}

/// Whether a name in capitals, with underscores between its words, says production.
fn says(name: &str) -> bool {
    let words: Vec<_> = name.split('_').filter(|word| !word.is_empty()).collect();
    let is_said = |(at, word): (usize, &&str)| {
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        WORDS.contains(word) && !before.is_some_and(|before| NOT.contains(before))
    };
    words.iter().enumerate().any(is_said)
}

/// Whether the host in a value does. Only a value with an address in it has one.
fn host_says(value: &str) -> bool {
    let Some((_, rest)) = value.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    // `live.example.com` is where something is streamed.
    says(&split_camel_case(&host.to_ascii_lowercase()).replace("LIVE", ""))
}

fn is_live(value: &str) -> bool {
    let word = value.split_whitespace().last().unwrap_or_default();
    LIVE.iter().any(|start| word.starts_with(start))
}

/// The value that stands in the configuration for a credential.
fn value_of<'a>(
    credential: &Credential,
    settings: &'a [Setting],
    words: &'a [Hidden],
) -> Option<&'a str> {
    let set = settings.iter().find(|setting| setting.name == credential.name);
    if let Some(setting) = set {
        return Some(setting.value.reveal());
    }
    let at = words.iter().position(|word| {
        let word = word.reveal();
        word.split(['=', ':']).next() == Some(credential.name.as_str())
    })?;
    let word = words.get(at)?.reveal();
    match word.split_once(['=', ':']) {
        Some((_, value)) => Some(value),
        None => words.get(at + 1).map(Hidden::reveal),
    }
}

/// The settings and flags that choose a profile of production.
fn profiles(settings: &[Setting], words: &[Hidden]) -> Vec<(CredentialKind, String)> {
    let mut found = Vec::new();
    let mut note = |kind, name: &str, value: &str| {
        let upper = split_camel_case(name);
        let chooses = PROFILES.iter().any(|end| upper.ends_with(end));
        if chooses && !BUILDS.contains(&upper.as_str()) && says(&split_camel_case(value)) {
            found.push((kind, name.to_owned()));
        }
    };
    for setting in settings {
        note(CredentialKind::Env, &setting.name, setting.value.reveal());
    }
    for (at, word) in words.iter().enumerate() {
        let word = word.reveal();
        let next = words.get(at + 1).map_or("", Hidden::reveal);
        match word.split_once('=') {
            Some((name, value)) => note(CredentialKind::Argument, name, value),
            // The value of a flag stands behind it; that of `-e` has its name with it.
            None if word.starts_with("--") => note(CredentialKind::Argument, word, next),
            None => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_production_are_words_and_can_be_turned_round() {
        for name in ["PROD_TOKEN", "STRIPE_LIVE_KEY", "apiKeyProd", "DB_PRODUCTION_PASSWORD"] {
            assert!(says(&split_camel_case(name)), "{name}");
        }
        for name in ["PRODUCT_TOKEN", "NON_PROD_TOKEN", "PRE_PROD_KEY", "REPRODUCE_KEY", "TOKEN"] {
            assert!(!says(&split_camel_case(name)), "{name}");
        }
    }

    #[test]
    fn hosts_and_live_keys_are_told_from_others() {
        assert!(host_says("postgres://u:p@db.prod.example.com:5432/x"));
        assert!(host_says("https://api-prod.example.com/mcp"));
        for other in ["https://product.example.com", "https://live.example.com", "prod", "/prod/x"]
        {
            assert!(!host_says(other), "{other}");
        }
        assert!(is_live("Bearer sk_live_x") && is_live("rk_live_x"));
        assert!(!is_live("sk_test_x") && !is_live("my_sk_live_x"));
    }
}
