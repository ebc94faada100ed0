//! No public function tells a credential: a property over every kind, every place, and every
//! function that is given one.

use proptest::prelude::*;
use serde_json::json;
use warden_detect::{
    FingerprintKey, Redactor, SECRETS, Sample, first_secrets, redact, redact_command,
    redact_setting, redact_url, sample_set, secret_in_setting, secrets, secrets_in_json,
    tell_secrets,
};

/// So much of a value is too much.
const PIECE: usize = 8;

/// Pieces of the secret part that differ from one made-up credential to the next.
fn pieces(sample: &Sample, others: &[Sample]) -> Vec<String> {
    let secret: Vec<char> =
        sample.text.get(sample.secret.clone()).unwrap_or_default().chars().collect();
    let windows = secret.windows(PIECE.min(secret.len()));
    let pieces = windows.map(|window| window.iter().collect::<String>());
    // A letter by chance may complete what the name of the kind says anyway.
    let said = format!("{} {}", sample.kind, sample.name);
    let random = |piece: &String| {
        !said.contains(piece.as_str()) && !others.iter().any(|other| other.text.contains(piece))
    };
    pieces.filter(random).collect()
}

/// What `shown` tells of a credential, if it tells any of it.
fn told(what: &str, shown: &str, sample: &Sample, pieces: &[String]) -> Option<String> {
    let told = pieces.iter().find(|piece| shown.contains(piece.as_str()))?;
    Some(format!("{what} tells {told:?} of a {}: {shown:?}", sample.kind))
}

/// Everything that is said about a text.
fn said(text: &str) -> Vec<(&'static str, String)> {
    let key = FingerprintKey::new([3; 32]);
    let told = tell_secrets(text, &key);
    let shown: Vec<String> =
        told.secrets.iter().map(|secret| format!("{secret} {secret:#?}")).collect();
    let value = json!({ "a": [text, { text: text }], "password": text });
    vec![
        ("secrets", format!("{:#?}", secrets(text))),
        ("first_secrets", format!("{:?}", first_secrets(text, 2))),
        ("tell_secrets", format!("{told:?}")),
        ("Secret", shown.concat()),
        ("secrets_in_json", format!("{:?}", secrets_in_json(&value, 9))),
        ("FingerprintKey", format!("{key:?}")),
        ("redact", redact(text)),
        ("redact twice", redact(&redact(text))),
        ("redact_url", redact_url(text)),
        ("redact_command", redact_command("server", ["--config", text])),
        ("redact_setting", redact_setting("CONFIG", text)),
        ("secret_in_setting", format!("{:?}", secret_in_setting("CONFIG", text))),
        ("Redactor", Redactor::new(["another value"]).apply(text)),
    ]
}

/// Everything that is said about a value where its place is known.
fn said_of(sample: &Sample) -> Vec<(&'static str, String)> {
    let Sample { name, text, .. } = sample;
    let query = format!("https://mcp.example.org/sse?{name}={text}&page=2");
    vec![
        ("redact_setting", redact_setting(name, text)),
        ("secret_in_setting", format!("{:?}", secret_in_setting(name, text))),
        ("redact_url", redact_url(&query)),
        ("a flag", redact_command("server", [format!("--{name}").as_str(), text.as_str()])),
        ("an assignment", redact_command("env", [format!("{name}={text}").as_str(), "server"])),
        (
            "a header",
            redact_command("curl", ["-H", format!("Authorization: Bearer {text}").as_str()]),
        ),
        ("Redactor", Redactor::new([text.as_str()]).apply(&format!("a {text} b"))),
    ]
}

fn places(sample: &Sample) -> Vec<String> {
    let Sample { name, text, .. } = sample;
    vec![
        format!("{name}={text}"),
        format!("{{\"{name}\": \"{text}\"}}"),
        format!("{name}: {text}"),
        format!("export {name}='{text}'"),
        format!("const key = {{ {name}: `{text}` }};"),
    ]
}

/// What is told of the credentials of a kind in a text, and should not be.
fn leaks(kind: usize, seed: u64, before: &str, behind: &str) -> Vec<String> {
    let kind = &SECRETS[kind % SECRETS.len()];
    let others = sample_set(kind, seed.wrapping_add(1));
    let mut leaks = Vec::new();
    for sample in sample_set(kind, seed) {
        let pieces = pieces(&sample, &others);
        assert!(!pieces.is_empty(), "{sample:?} is the same every time");
        let mut look = |what: &str, shown: &str| leaks.extend(told(what, shown, &sample, &pieces));
        for place in places(&sample) {
            for (what, shown) in said(&format!("{before} {place} {behind}")) {
                look(what, &shown);
            }
        }
        for (what, shown) in said_of(&sample) {
            look(what, &shown);
        }
    }
    leaks
}

#[test]
fn nothing_that_is_said_of_a_text_tells_a_credential_of_any_kind() {
    let all = (0..SECRETS.len()).flat_map(|kind| leaks(kind, 11, "# settings\n", "\nDEBUG=1"));
    let all: Vec<String> = all.collect();
    assert!(all.is_empty(), "{}\n{all:#?}", all.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 96 } else { 4096 }))]

    #[test]
    fn no_text_around_a_credential_makes_anything_tell_it(
        kind in any::<usize>(),
        seed in any::<u64>(),
        before in "[ -~\n]{0,60}",
        behind in "[ -~\n]{0,60}",
    ) {
        let leaks = leaks(kind, seed, &before, &behind);
        prop_assert!(leaks.is_empty(), "{:#?}", leaks);
    }

    #[test]
    fn any_text_is_looked_at_in_bounds_and_has_nothing_left_when_redacted(
        parts in prop::collection::vec(prop_oneof![
            any::<String>(),
            "[a-zA-Z0-9_=:/@.-]{1,40}",
            (any::<usize>(), any::<u64>(), 0_usize..200).prop_map(|(kind, seed, cut)| {
                let kind = &SECRETS[kind % SECRETS.len()];
                let sample = sample_set(kind, seed).remove(0);
                let text = format!("{}={}", sample.name, sample.text);
                text.chars().take(text.len().saturating_sub(cut)).collect()
            }),
        ], 0..8),
    ) {
        let text = parts.concat();
        let mut from = 0;
        for hit in secrets(&text) {
            prop_assert!(hit.range.start >= from && hit.range.start < hit.range.end);
            prop_assert!(text.get(hit.range.clone()).is_some());
            from = hit.range.end;
        }
        let shown = redact(&text);
        prop_assert_eq!(secrets(&shown), [], "{:?} is shown as {:?}", text, shown);
    }
}
