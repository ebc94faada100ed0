//! Settings: a name with a value, where the name says what the value is.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{find, mark, redact, secrets, shape::Fit};
use crate::automaton;

/// Kinds that say nothing of the issuer.
const GENERIC: &[&str] = &["credential", "bearer-token"];

/// Words that make a name a credential's, wherever they stand in it.
const CREDENTIAL_WORDS: &[&str] = &[
    "token",
    "secret",
    "secrets",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "apikey",
    "credential",
    "credentials",
    "authorization",
    "bearer",
    "cookie",
    "pat",
    "apitoken",
    "accesstoken",
    "authtoken",
    "secretkey",
    "privatekey",
    "accesskey",
    "clientsecret",
    "jwt",
];

/// Words that make a name a credential's when they are its last.
const CREDENTIAL_ENDS: &[&str] = &["key", "pass", "auth", "dsn", "keys", "pw"];

/// Words behind which a name speaks of a credential without holding one.
const ABOUT: &[&str] = &[
    "file",
    "path",
    "name",
    "id",
    "url",
    "uri",
    "ttl",
    "expiry",
    "expires",
    "type",
    "limit",
    "count",
    "length",
    "env",
    "header",
    "prefix",
    "endpoint",
    "enabled",
    "dir",
    "directory",
    "provider",
    "helper",
    "command",
    "cmd",
    "var",
    "mode",
    "store",
    "format",
    "algorithm",
    "issuer",
    "audience",
    "scope",
    "scopes",
    "region",
    "version",
    "size",
    "max",
    "timeout",
    "host",
    "port",
    "arn",
    "manager",
];

/// Whether a value under this name is a credential.
#[must_use]
pub fn credential_name(name: &str) -> bool {
    let words = crate::words(name);
    let Some(last) = words.last().map(String::as_str) else { return false };
    if words.iter().any(|word| word == "public" || word == "publishable" || word == "max") {
        return false;
    }
    if ABOUT.contains(&last) {
        return false;
    }
    CREDENTIAL_ENDS.contains(&last)
        || words.iter().any(|word| CREDENTIAL_WORDS.contains(&word.as_str()))
}

/// Whether a value stands for a secret that is kept elsewhere, or for none at all: `${X}`, `$X`,
/// `%X%`, `{{x}}`, `op://…`, `<placeholder>`, `your-token-here`.
#[must_use]
pub fn is_reference(value: &str) -> bool {
    let value = bare(value);
    value.is_empty() || variable(value) || elsewhere(value) || placeholder(value)
}

/// Returns the kind of the credential that stands in a setting as it is, if one does.
#[must_use]
pub fn secret_in_setting(name: &str, value: &str) -> Option<&'static str> {
    let alone = secrets(value).first().map(|hit| hit.kind);
    if alone.is_some_and(|kind| !GENERIC.contains(&kind)) {
        return alone;
    }
    let plain = bare(value);
    let secret = credential_name(name) && !is_reference(value) && !trivial(plain);
    if alone.is_none() && !secret {
        return None;
    }
    named(name, value).or(alone).or_else(|| alike(value)).or(Some("credential"))
}

/// The kind of a value that the name of its issuer gives away.
fn named(name: &str, value: &str) -> Option<&'static str> {
    if value.len() > 8192 || name.len() > 256 {
        return None;
    }
    let hits = secrets(&format!("{name}={}", bare(value)));
    let hit = hits.iter().find(|hit| hit.range.start > name.len())?;
    (!GENERIC.contains(&hit.kind)).then_some(hit.kind)
}

/// The kind whose structure a value has, though not its checksum: it is a credential by its name,
/// and this is the best that can be said of it.
fn alike(value: &str) -> Option<&'static str> {
    let value = bare(value);
    let found = find::find(value, Fit::Loose, 2).hits;
    found.first().filter(|hit| hit.range == (0..value.len())).map(|hit| hit.kind)
}

/// Returns a setting's value as it may be shown: whatever stands under a credential's name is
/// taken out, also what does not look like one.
#[must_use]
pub fn redact_setting(name: &str, value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    // What begins like a reference can go on like a secret.
    if credential_name(name) && !is_shown_reference(value) {
        return mark(secret_in_setting(name, value).unwrap_or("credential"));
    }
    if name.is_empty() || name.len() > 256 {
        return redact(value);
    }
    // The name may be that of an issuer, which alone says what the value is. It may also hide what
    // the value shows by itself, where that begins like a reference.
    let start = format!("{name}=");
    let named = redact(&format!("{start}{value}"));
    redact(named.strip_prefix(&start).unwrap_or(value))
}

/// Whether a value looks like what documentation puts in a secret's place.
pub(super) fn placeholder(value: &str) -> bool {
    const PARTS: &[&str] = &[
        "xxxx",
        "****",
        "....",
        "example",
        "placeholder",
        "changeme",
        "change-me",
        "change_me",
        "replace",
        "your-",
        "your_",
        "yourtoken",
        "yourapikey",
        "my-token",
        "my_token",
        "-here",
        "_here",
        "insert",
        "dummy",
        "redacted",
        "todo",
        "00000000",
        "…",
        "•",
    ];
    static WORDS: LazyLock<AhoCorasick> =
        LazyLock::new(|| automaton::keywords(PARTS.iter().copied()));
    let start = value.as_bytes().get(..256).unwrap_or(value.as_bytes());
    let enclosed = |open, close| value.starts_with(open) && value.ends_with(close);
    enclosed('<', '>')
        || enclosed('[', ']')
        || enclosed('‹', '›')
        || start.get(..4).is_some_and(|first| first.eq_ignore_ascii_case(b"your"))
        || WORDS.is_match(start)
}

/// Whether a reference can be shown as it is. A default behind `:-` may be a secret.
fn is_shown_reference(value: &str) -> bool {
    let value = bare(value);
    variable(value)
        || elsewhere(value)
        || (placeholder(value) && secrets(value).is_empty() && short(value))
}

const fn short(value: &str) -> bool {
    value.len() < 40
}

/// The value without quotes and without the scheme of an `Authorization` header.
fn bare(value: &str) -> &str {
    let value = value.trim().trim_matches(['"', '\'']);
    let lower = value.get(..7).map(str::to_ascii_lowercase).unwrap_or_default();
    let scheme = ["bearer ", "basic ", "token ", "bot "]
        .iter()
        .find(|scheme| lower.starts_with(**scheme))
        .map_or(0, |scheme| scheme.len());
    value.get(scheme..).unwrap_or(value).trim()
}

/// Whether this is one variable and nothing else.
pub(super) fn variable(value: &str) -> bool {
    let name = |text: &str, lower: bool| {
        !text.is_empty()
            && !text.starts_with(|first: char| first.is_ascii_digit())
            && text.bytes().all(|byte| {
                byte.is_ascii_uppercase()
                    || byte.is_ascii_digit()
                    || byte == b'_'
                    || (lower && (byte.is_ascii_lowercase() || b":.- /".contains(&byte)))
            })
    };
    if let Some(inner) = value.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")) {
        return name(inner.trim(), true);
    }
    if let Some(inner) = value.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")) {
        return name(inner.trim(), true);
    }
    if let Some(inner) = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        return name(inner, true) && !inner.contains(":-") && !inner.contains(":=");
    }
    if let Some(inner) = value.strip_prefix('%').and_then(|rest| rest.strip_suffix('%')) {
        return name(inner, true);
    }
    if let Some(inner) = value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        return name(inner, true);
    }
    let dollar = value.strip_prefix("$env:").or_else(|| value.strip_prefix('$'));
    dollar.is_some_and(|inner| name(inner, false))
}

/// Whether this points to where a secret is kept.
fn elsewhere(value: &str) -> bool {
    const SCHEMES: &[&str] = &[
        "op://",
        "vault:",
        "vault://",
        "keychain:",
        "keyring:",
        "secret://",
        "secrets://",
        "file:",
        "env:",
        "input:",
        "aws-sm:",
        "gcp-sm:",
        "awssm://",
        "doppler:",
        "bws://",
        "se://",
    ];
    SCHEMES.iter().any(|scheme| value.starts_with(scheme)) || path(value)
}

fn path(value: &str) -> bool {
    let rooted = ["/", "./", "../", "~/"].iter().any(|start| value.starts_with(start));
    // A slash is also a letter of base64: a path has a short first part, and no `=` or `+`.
    rooted && !value.contains(['=', '+']) && value.matches('/').count() >= 2
}

/// Whether a value is too plain to be a secret, whatever its name says.
fn trivial(value: &str) -> bool {
    let number = value.len() < 6 && value.bytes().all(|byte| byte.is_ascii_digit());
    let word = [
        "true",
        "false",
        "yes",
        "no",
        "none",
        "null",
        "on",
        "off",
        "auto",
        "default",
        "undefined",
        "required",
        "optional",
        "oauth",
        "oauth2",
        "bearer",
    ]
    .iter()
    .any(|word| value.eq_ignore_ascii_case(word));
    value.is_empty() || number || word
}
