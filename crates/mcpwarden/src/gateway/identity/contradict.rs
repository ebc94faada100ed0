//! What is written of who comes in against something else that is.

use warden_policy::Time;
use warden_proxy::identity::Algorithm;

use super::{Config, Issuer, Key, Keys, Peer};

/// What is written of who comes in against something else that is: section, which of several,
/// setting, and what.
pub(in crate::gateway) fn contradictions(
    config: &Config,
) -> Vec<(&'static str, usize, &'static str, String)> {
    let mut wrong = Vec::new();
    let whole = config.identity.is_some();
    if whole && !config.clients.is_empty() {
        let what = "`[identity]` and `[[client]]` each say who comes in; make each client a \
                    `[[key]]` or a `[[peer]]`";
        wrong.push(("identity", 0, "resource", what.into()));
    }
    for (section, setting, there) in [
        ("issuer", "url", !config.issuers.is_empty()),
        ("key", "name", !config.keys.is_empty()),
        ("peer", "name", !config.peers.is_empty()),
    ] {
        if there && !whole {
            let what = format!("`[[{section}]]` says who comes in, and there is no `[identity]`");
            wrong.push((section, 0, setting, what));
        }
    }
    for (nth, one) in config.issuers.iter().enumerate() {
        for (setting, what) in of_issuer(one, config) {
            wrong.push(("issuer", nth, setting, what));
        }
    }
    for (nth, one) in config.keys.iter().enumerate() {
        for (setting, what) in of_key(one) {
            wrong.push(("key", nth, setting, what));
        }
    }
    for (nth, one) in config.peers.iter().enumerate() {
        for (setting, what) in of_peer(one, config) {
            wrong.push(("peer", nth, setting, what));
        }
    }
    wrong
}

fn of_issuer(raw: &Issuer, config: &Config) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    let unknown = |name: &&String| Algorithm::parse(name).is_none();
    if raw.algorithms.iter().flatten().any(|name| unknown(&name)) {
        let known: Vec<_> = Algorithm::ALL.iter().map(|known| known.name()).collect();
        let what =
            format!("`algorithms` names one that there is not; there are: {}", known.join(", "));
        wrong.push(("algorithms", what));
    }
    if raw.jwks.is_some() && raw.keys == Keys::None {
        wrong.push(("jwks", "`jwks` says where keys are, and `keys` that there are none".into()));
    }
    if let Some(asked) = &raw.introspection {
        if !asked.client_secret.contains("${") {
            let what = "`client_secret` of `introspection` is a secret itself; write a reference";
            wrong.push(("introspection", what.into()));
        }
        if asked.client_secret.contains("${vault:") && config.vault.is_none() {
            let what = "`introspection` names the vault, and there is no `[vault]`";
            wrong.push(("introspection", what.into()));
        }
    }
    wrong
}

fn of_key(raw: &Key) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    if raw.expires.as_deref().is_some_and(|text| Time::from_rfc3339(text).is_none()) {
        let what =
            format!("key `{}`: `expires` is a time such as `2027-01-01T00:00:00Z`", raw.name);
        wrong.push(("expires", what));
    }
    if matches!(&*raw.name, "anonymous" | "local") {
        let what = format!("`{}` is the name of somebody else", raw.name);
        wrong.push(("name", what));
    }
    wrong
}

fn of_peer(raw: &Peer, config: &Config) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    if raw.matches().len() != 1 {
        let what = "a `[[peer]]` has one of `common_name`, `dns`, `uri`, `spiffe` and \
                    `spiffe_under`";
        wrong.push(("name", what.into()));
    }
    if raw.name.is_some() && raw.spiffe_under.is_some() {
        let what = "a `[[peer]]` with `spiffe_under` means many, and so has no `name`";
        wrong.push(("name", what.into()));
    }
    if config.tls.as_ref().is_none_or(|tls| tls.clients.is_none()) {
        let what = "a `[[peer]]` shows a certificate, but `clients` of [tls] names no authority";
        wrong.push(("name", what.into()));
    }
    wrong
}
