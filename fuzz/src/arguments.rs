//! Arguments: what passes a constraint leads where it may, for a reader that only splits text;
//! any schema is refused or has an answer; what was told is found again.

use std::sync::LazyLock;

use serde_json::{Value, json};
use warden_policy::argument::{
    Argument, Constraints, Places, TokenKey, Tokens, ToolSchema, Walls, inexact_numbers, read,
    verbs,
};

fn at(name: &str) -> Argument {
    Argument { at: Places::One(name.to_owned()), ..Argument::default() }
}

fn set(argument: Argument) -> Constraints {
    Constraints::compile(&[argument], None).expect("a setting of ours")
}

static PATH: LazyLock<Constraints> =
    LazyLock::new(|| set(Argument { paths: Some(vec!["/srv/projects".into()]), ..at("x") }));
static HOST: LazyLock<Constraints> =
    LazyLock::new(|| set(Argument { hosts: Some(vec!["*.example.com".into()]), ..at("x") }));
static MAIL: LazyLock<Constraints> =
    LazyLock::new(|| set(Argument { recipients: Some(vec!["*@example.com".into()]), ..at("x") }));

/// The first byte says what follows: `S` a schema and, behind a zero byte, arguments; `P` a path;
/// `U` a URL; `Q` SQL; `R` recipients; `T` a text; anything else arguments.
pub fn check(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    match kind {
        b'S' => schema(&text),
        b'P' => path(&text),
        b'U' => url(&text),
        b'Q' => sql(&text),
        b'R' => recipients(&text),
        b'T' => tokens(&text),
        _ => arguments(&text),
    }
}

fn passes(constraints: &Constraints, text: &str) -> bool {
    constraints.check(&json!({ "x": text })).is_empty()
}

fn schema(text: &str) {
    let (schema, args) = text.split_once('\0').unwrap_or((text, "{}"));
    let Ok(schema) = serde_json::from_str::<Value>(schema) else { return };
    let args = serde_json::from_str(args).unwrap_or(Value::Null);
    let Ok(compiled) = ToolSchema::compile(&schema) else { return };
    let found = compiled.check(&args);
    assert_eq!(found, compiled.check(&args), "two answers differ");
    for breach in &found {
        let args = if args.is_null() { json!({}) } else { args.clone() };
        assert!(args.pointer(&breach.at).is_some(), "a breach at {} of {args}", breach.at);
    }
}

fn path(text: &str) {
    if !passes(&PATH, text) {
        return;
    }
    let text =
        text.get(..5).filter(|it| it.eq_ignore_ascii_case("file:")).map_or(text, |_| &text[5..]);
    let text = text.strip_prefix("//localhost").unwrap_or(text);
    let mut names: Vec<&str> = Vec::new();
    for name in text.split(['/', '\\']) {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    if !text.contains('%') {
        assert_eq!(names.get(..2), Some(&["srv", "projects"][..]), "{text:?}");
    }
}

fn url(text: &str) {
    if passes(&HOST, text) && text.is_ascii() {
        let rest = text.split_once("://").expect("a scheme").1;
        let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default().to_lowercase();
        assert!(!host.contains('@'), "{text:?}");
        let host = host.split(':').next().unwrap_or_default().trim_end_matches('.');
        assert!(host.ends_with(".example.com"), "{text:?}");
    }
}

fn sql(text: &str) {
    let found = verbs(text);
    assert_eq!(found, verbs(text), "two readings differ");
    let more = verbs(&format!("{text}\n; DROP TABLE t"));
    assert!(more.contains("drop") || more.contains("unclear"), "{text:?} hides what is behind it");
}

fn recipients(text: &str) {
    if passes(&MAIL, text) {
        let lower = text.to_lowercase();
        let all = lower.matches('@').count();
        assert_eq!(lower.matches("@example.com").count(), all, "{text:?}");
    }
}

fn tokens(text: &str) {
    let key = TokenKey::new([3; 32]);
    let mut tokens = Tokens::default();
    tokens.remember(&key, text);
    let bytes = tokens.to_bytes();
    assert_eq!(Tokens::from_bytes(&bytes, 1024).as_ref(), Some(&tokens));
    if !tokens.is_empty() {
        assert!(tokens.holds(&key, &json!([text])).is_some(), "{text:?} does not hold its own");
    }
}

fn arguments(text: &str) {
    assert!(inexact_numbers(text).len() <= 16);
    let Ok(args) = serde_json::from_str::<Value>(text) else { return };
    for constraints in [&PATH, &HOST, &MAIL] {
        assert!(constraints.check(&args).len() <= 16);
    }
    let found = read(&args, "server", "tool", &Walls::default());
    for host in &found.hosts {
        assert!(host.is_ascii() && !host.contains(char::is_uppercase), "{host:?}");
    }
}
