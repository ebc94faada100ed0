use super::*;

use super::samples::samples;

#[test]
fn every_kind_is_found_named_and_taken_out() {
    let samples = samples();
    for (kind, text) in &samples {
        let hits = secrets(text);
        assert_eq!(hits.first().map(|hit| hit.kind), Some(*kind), "{text}");
        let shown = redact(text);
        for hit in &hits {
            let value = text.get(hit.range.clone()).expect("a range of the text");
            assert!(!shown.contains(value), "{shown} still tells {value}");
        }
        assert!(shown.contains(&format!("‹{kind}›")), "{shown}");
    }
    for kind in SECRETS {
        assert!(samples.iter().any(|(id, _)| *id == kind.id), "{} has no sample", kind.id);
    }
    assert!(SECRETS.len() >= 30);
}

#[test]
fn identifiers_are_unique_and_kebab_case() {
    for (index, kind) in SECRETS.iter().enumerate() {
        assert!(
            kind.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
            "{}",
            kind.id
        );
        assert!(SECRETS.iter().skip(index + 1).all(|other| other.id != kind.id), "{}", kind.id);
        assert!(!kind.provider.is_empty() && !kind.keywords.is_empty());
        drop(automaton::regex(kind.pattern));
    }
}

#[test]
fn placeholders_and_prose_are_not_secrets() {
    for text in [
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "set AWS_ACCESS_KEY_ID to AKIAIOSFODNN7EXAMPLE",
        "token: Authentication token for the API",
        "the secret_name parameter: name of the secret",
        "postgresql://user:${PASSWORD}@host/db",
        "https://example.com/a/b?c=d",
        "password: str = None",
        "Bearer authentication-token",
        "sk-learn-pipeline-with-long-name",
        "api_key=$OPENAI_API_KEY",
    ] {
        assert_eq!(secrets(text), [], "{text}");
    }
}

#[test]
fn a_name_tells_a_credential() {
    for name in [
        "GITHUB_TOKEN",
        "apiKey",
        "OPENAI_API_KEY",
        "DB_PASSWORD",
        "x-api-key",
        "Authorization",
        "CLIENT_SECRET",
        "github_personal_access_token",
        "PGPASSWORD_SECRET",
        "SLACK_BOT_TOKEN_2",
    ] {
        assert!(credential_name(name), "{name}");
    }
    for name in [
        "MAX_TOKENS",
        "TOKEN_FILE",
        "CLIENT_ID",
        "KEYBOARD",
        "PUBLIC_KEY",
        "AUTH_URL",
        "MONKEY",
        "PASSTHROUGH",
        "LOG_LEVEL",
        "SECRET_NAME",
        "KEY_PREFIX",
    ] {
        assert!(!credential_name(name), "{name}");
    }
}

#[test]
fn a_setting_holds_a_secret_or_refers_to_one() {
    for (name, value) in [
        ("API_KEY", "hunter2"),
        ("Authorization", "Bearer 0123456789abcdef"),
        ("DB_PASSWORD", "p@ss"),
        ("PASSWORD", "$ecret-Pass"),
        ("TOKEN", "${TOKEN:-abc123def456}"),
    ] {
        assert!(secret_in_setting(name, value).is_some(), "{name}={value}");
        assert!(!redact_setting(name, value).contains(value), "{name}={value}");
    }
    for (name, value) in [
        ("API_KEY", "${API_KEY}"),
        ("API_KEY", "$API_KEY"),
        ("API_KEY", "%API_KEY%"),
        ("API_KEY", "${input:api-key}"),
        ("API_KEY", "${env:API_KEY}"),
        ("API_KEY", "<your key>"),
        ("API_KEY", "your-token-here"),
        ("API_KEY", "op://vault/item/field"),
        ("Authorization", "Bearer ${TOKEN}"),
        ("TOKEN", ""),
        ("SSH_KEY", "/home/me/.ssh/id_ed25519"),
        ("USE_AUTH", "true"),
        ("LOG_LEVEL", "debug"),
    ] {
        assert_eq!(secret_in_setting(name, value), None, "{name}={value}");
    }
    assert_eq!(redact_setting("API_KEY", "${API_KEY}"), "${API_KEY}");
    let behind = "vault://a token=abcd1234EFGH5678ijkl";
    assert_eq!(redact_setting("API_KEY", behind), "vault://a token=‹credential›");
}

#[test]
fn what_is_left_of_a_value_is_looked_at_again() {
    // With the key in it the value looks like a placeholder.
    let text = "token=abc123de!fghijkl?sk-ant-replaceAbCdEfGhIjKlMnOp";
    let shown = redact(text);
    assert_eq!(secrets(&shown), [], "{shown}");
    assert!(!shown.contains("abc123de"), "{shown}");
}
