use super::*;

#[test]
fn every_kind_is_found_named_and_taken_out() {
    let mut wrong = Vec::new();
    for (kind, text) in samples() {
        let hits = secrets(&text);
        let found = hits.first().map_or("nothing", |hit| hit.kind);
        if found != kind && !shared_secret_kinds(found, kind) {
            wrong.push(format!("{kind}: {found} in {text}"));
        }
        let shown = redact(&text);
        for hit in &hits {
            let value = text.get(hit.range.clone()).expect("a range of the text");
            assert!(!shown.contains(value), "{shown} still tells {value}");
        }
        if !shown.contains(&format!("‹{found}›")) {
            wrong.push(format!("{kind}: {found} is shown as {shown}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n{wrong:#?}", wrong.len());
    assert!(SECRETS.len() >= 250);
}

#[test]
fn identifiers_are_unique_and_kebab_case() {
    for (index, kind) in SECRETS.iter().enumerate() {
        assert!(
            kind.id
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{}",
            kind.id
        );
        assert!(SECRETS.iter().skip(index + 1).all(|other| other.id != kind.id), "{}", kind.id);
        assert!(!kind.provider.is_empty());
        for shape in kind.form.shapes() {
            assert!(shape::Shape::parse(shape).is_some(), "{shape}");
        }
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

/// A token of each shape of a kind, with `change` made to what differs from token to token.
fn changed(kind: &SecretKind, change: impl Fn(&str) -> String) -> Vec<String> {
    let shapes = kind.form.shapes().iter().filter_map(|shape| shape::Shape::parse(shape));
    sample_set(kind, 5)
        .into_iter()
        .zip(shapes)
        .map(|(sample, shape)| {
            let at = shape::At::Start(0);
            let found = shape.at(sample.text.as_bytes(), at, Fit::Loose).expect("it has its shape");
            let mut text = sample.text.clone();
            for (range, _) in found.random.iter().rev().filter(|(range, _)| range.len() > 3) {
                let run = text.get(range.clone()).expect("a part").to_owned();
                text.replace_range(range.clone(), &change(&run));
            }
            if sample.named { format!("{}={text}", sample.name) } else { text }
        })
        .collect()
}

#[track_caller]
fn check_clean(kind: &SecretKind, texts: &[String]) {
    for text in texts {
        assert_eq!(secrets(text), [], "{}: {text}", kind.id);
    }
}

#[test]
fn what_documentation_writes_in_place_of_a_token_is_none() {
    for kind in SECRETS {
        check_clean(kind, &changed(kind, |run| "x".repeat(run.len())));
        check_clean(kind, &changed(kind, |run| "0".repeat(run.len())));
        check_clean(kind, &changed(kind, |_| "<your-token>".into()));
        check_clean(kind, &changed(kind, |_| "changeme".into()));
        check_clean(kind, &changed(kind, |_| "${TOKEN}".into()));
        let example = |run: &str| format!("{}example", run.get(7..).unwrap_or_default());
        check_clean(kind, &changed(kind, example));
        check_clean(
            kind,
            &changed(kind, |run| "EXAMPLE".repeat(9).chars().take(run.len()).collect()),
        );
    }
}

#[test]
fn a_wrong_checksum_is_no_token() {
    let mut seen = 0;
    for kind in SECRETS.iter().filter(|kind| {
        use kind::Proof::{Base58Check, Bech32, Crc16, Crc62, CrcHex, Json, Snowflake};
        matches!(kind.proof, Crc62 | CrcHex | Base58Check | Bech32 | Crc16 | Json | Snowflake)
    }) {
        for sample in sample_set(kind, 5) {
            // Two letters of the proven part change places, or the first of what decodes goes.
            let (one, two) = match kind.proof {
                kind::Proof::Json | kind::Proof::Snowflake => (2, 9),
                _ => (sample.text.len() - 5, sample.text.len() - 12),
            };
            let mut letters: Vec<char> = sample.text.chars().collect();
            letters.swap(one, two);
            let text: String = letters.into_iter().collect();
            if text == sample.text {
                continue;
            }
            let text = format!("{}={text}", sample.name);
            let found = secrets(&text);
            assert!(found.iter().all(|hit| hit.kind != kind.id), "{}: {text}", kind.id);
            seen += 1;
        }
    }
    assert!(seen >= 15, "{seen}");
}

#[test]
fn a_token_with_a_wrong_checksum_is_no_credential_by_its_place_either() {
    let kind = SECRETS.iter().find(|kind| kind.id == "github-token").expect("it is known");
    for sample in sample_set(kind, 2) {
        let wrong = sample.text.replace('_', "_a");
        let wrong = wrong.get(..sample.text.len()).expect("ASCII");
        assert_eq!(secrets(&format!("token={wrong}")), [], "{wrong}");
        // It is not shown all the same.
        assert_eq!(redact(&format!("token={wrong}")), "token=‹github-token›");
    }
}

#[test]
fn what_is_cut_short_or_goes_on_is_none() {
    for id in ["github-token", "npm-token", "google-api-key", "gitlab-token", "digitalocean-token"]
    {
        let kind = SECRETS.iter().find(|kind| kind.id == id).expect("it is known");
        let sample = sample_set(kind, 3).remove(0).text;
        let short = sample.get(..sample.len() - 1).expect("ASCII");
        assert_eq!(secrets(short), [], "{short}");
        assert_eq!(secrets(&format!("{sample}a")), [], "{sample}");
        assert_eq!(secrets(&format!("a{sample}")), [], "{sample}");
    }
}

#[test]
fn what_the_sieve_leaves_out_is_no_token() {
    // The same search over every word of the text, without the sieve before it.
    for seed in 0..2 {
        for kind in SECRETS {
            for sample in sample_set(kind, seed) {
                for text in [
                    format!("{} = \"{}\"\n", sample.name, sample.text),
                    format!("{{\"{}\":\"{}\",\"a\":1}}", sample.name, sample.text),
                    format!("so {}: {} and more words", sample.name, sample.text),
                ] {
                    assert_eq!(secrets(&text), find::unsieved(&text), "{text}");
                }
            }
        }
    }
}

#[test]
fn the_matcher_is_small() {
    assert!(find::table_bytes() < 5 << 20, "{}", find::table_bytes());
}

#[test]
fn twice_the_text_is_looked_at_twice_as_often_at_most() {
    // Counted and not timed, so that a busy machine changes nothing. What one look costs is
    // bounded by the longest shape and by how far a name reaches.
    for piece in [
        "token=",
        "eyJ",
        "sk-a1b2c3d4e5-",
        "://a:",
        "discord a1B2c3D4e5F6g7H8 ",
        "-----BEGIN ",
        "aws key a1b2c3d4e5f6g7h8 ",
        "a=b1c2d3e4:",
    ] {
        let looks = |length: usize| find::looks(&piece.repeat(length / piece.len()));
        let (one, two) = (looks(20_000), looks(40_000));
        assert!(two <= one * 2 + 64, "{piece}: {one}, {two}");
        assert!(one <= 20_000, "{piece}: {one}");
    }
}

#[test]
fn what_only_the_exact_look_finds_is_taken_out_too() {
    let text = "\u{1f3f4} eyTJ09POVshgs-tokenp_ |oxb-@XA\u{1}\0\0aIA";
    assert!(!secrets(text).is_empty());
    let shown = redact(text);
    assert_eq!(secrets(&shown), [], "{shown:?}");
}

#[test]
fn what_a_value_shows_by_itself_is_not_hidden_by_the_name_before_it() {
    let zeros = "\0".repeat(28);
    let hook = format!("hooks.slack.com/services/{}ijkl", "\0".repeat(14));
    let value = format!("vault://a*token=abcdFE4321GH5678{zeros}{hook}");
    let shown = redact_setting("TOKEN", &value);
    assert_eq!(secrets(&shown), [], "{shown:?}");
    assert!(!shown.contains("abcdFE4321GH5678"), "{shown:?}");
}

#[test]
fn a_line_that_begins_like_a_key_does_not_hide_the_key_behind_it() {
    let kind = SECRETS.iter().find(|kind| kind.id == "private-key").unwrap();
    for sample in sample_set(kind, 7) {
        let key = sample.text.get(sample.secret.clone()).unwrap();
        let body = key.lines().nth(1).unwrap_or(key);
        for decoy in [
            "-----BEGIN PRIVATE KEY ",
            "-----BEGiN PRIVATE KEY\t ssh_key=",
            "-----BEGIN PRIVATE KEY-----MIIE-----END PRIVATE KE@ ",
            "-----BEGIN PRIVATE KEY-----MIIE-----END PRIVATE KEY",
            "-----BEGIN PRIVATE KEY-----MIIE-----END",
        ] {
            let shown = redact(&format!("\u{1}{decoy}{}", sample.text));
            assert!(!shown.contains(body), "{shown}");
        }
    }
}
