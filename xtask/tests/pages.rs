//! The page of codes has every code that the program has.

use std::collections::BTreeSet;

use xtask::shell::{read, root};

/// The sources whose tables of codes are public.
const SOURCES: &[&str] = &[
    "crates/warden-audit/src/check.rs",
    "crates/warden-collect/src/artifact.rs",
    "crates/warden-model/src/effect.rs",
    "crates/warden-policy/src/drift.rs",
    "crates/warden-policy/src/judge.rs",
    "crates/warden-proxy/src/gateway/connection.rs",
    "crates/warden-proxy/src/gateway/server/pool.rs",
    "crates/warden-proxy/src/gateway/upstream/error.rs",
    "crates/warden-proxy/src/refusal.rs",
];

/// Where the listener's table of codes is.
const LISTENER: &str = "crates/warden-proxy/src/gateway/listen/refused.rs";

/// The folder of the gateway, whose sources answer some things with a code that is in no table.
const GATEWAY: &str = "crates/warden-proxy/src/gateway/";

/// The pages that explain them.
const PAGES: &[&str] = &["docs/reference/reasons.md", "docs/formats/pin.md"];

#[test]
fn every_code_is_explained() {
    let pages: String =
        PAGES.iter().map(|page| read(&root().join(page)).expect("the page can be read")).collect();
    let mut missing = Vec::new();
    for source in SOURCES {
        let text = read(&root().join(source)).expect("the source can be read");
        let codes = codes(&text);
        assert!(!codes.is_empty(), "{source} has no table of codes");
        let unexplained = codes.iter().filter(|code| !pages.contains(&format!("| `{code}` |")));
        missing.extend(unexplained.map(|code| format!("{source}: {code}")));
    }
    assert!(missing.is_empty(), "{PAGES:?} lack {missing:#?}");
}

#[test]
fn every_refusal_of_the_listener_is_explained() {
    let page = read(&root().join("docs/reference/reasons.md")).expect("the page can be read");
    let source = read(&root().join(LISTENER)).expect("the source can be read");
    let (_, table) = source.split_once("static TABLE").expect("there is a table");
    let (table, _) = table.split_once("};").expect("it has an end");
    let rows = table.split("R::").skip(1);
    let codes: Vec<_> = rows.filter_map(|row| row.split('"').nth(1)).collect();
    assert!(codes.len() > 10, "the table has rows: {codes:?}");
    for code in codes {
        assert!(page.contains(&format!("| `{code}` |")), "{code}");
    }
}

#[test]
fn every_code_that_is_answered_without_a_table_is_explained() {
    let page = read(&root().join("docs/reference/reasons.md")).expect("the page can be read");
    let mut seen = BTreeSet::new();
    for name in xtask::shell::tracked().expect("Git lists the files") {
        if !name.starts_with(GATEWAY) || name.contains("/tests") {
            continue;
        }
        // A file that was deleted is tracked until the next commit.
        let Ok(source) = read(&root().join(&name)) else { continue };
        for call in ["Answer::ours(", "bad_request(", "failure(", "let why = (", "Upstream("] {
            let calls = source.split(call).skip(1);
            seen.extend(calls.filter_map(|rest| last_code(rest).map(str::to_owned)));
        }
    }
    assert!(seen.len() > 8, "there are such codes: {seen:?}");
    let missing: Vec<_> =
        seen.iter().filter(|code| !page.contains(&format!("| `{code}` |"))).collect();
    assert!(missing.is_empty(), "docs/reference/reasons.md lacks {missing:?}");
}

/// The last of the texts that a call is given, if it is a code.
fn last_code(call: &str) -> Option<&str> {
    let (arguments, _) = call.split_once(')')?;
    let code = arguments.rsplit('"').nth(1)?;
    let good = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    (code.contains('-') && code.bytes().all(good)).then_some(code)
}

#[test]
fn codes_are_read_from_calls() {
    assert_eq!(last_code("id, CODE, \"in words\", \"bad-level\")"), Some("bad-level"));
    assert_eq!(last_code("id, CODE, message, reason)"), None);
    assert_eq!(last_code("\"null\", CODE, \"in words\")"), None);
}

#[test]
fn every_matter_is_explained() {
    let page = read(&root().join("docs/reference/reasons.md")).expect("the page can be read");
    let table = root().join("crates/warden-proxy/src/content/matter.rs");
    let source = read(&table).expect("the table can be read");
    let rows = source.lines().filter_map(|line| line.trim().split_once(" = \""));
    let rows = rows.filter(|(_, rest)| rest.ends_with(';'));
    let codes: Vec<&str> = rows.filter_map(|(_, rest)| rest.split('"').next()).collect();
    assert!(codes.len() > 10, "{codes:?}");
    for code in codes {
        assert!(page.contains(&format!("| `{code}` |")), "{code}");
    }
}

/// The lower-case words of match arms such as `Self::TooLong => "too-long",`.
fn codes(source: &str) -> BTreeSet<&str> {
    let arms = source.lines().filter_map(|line| line.trim().split_once(" => \""));
    let ours = arms.filter(|(variant, _)| variant.starts_with("Self::"));
    let words = ours.filter_map(|(_, rest)| rest.strip_suffix("\","));
    words.filter(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')).collect()
}

#[test]
fn codes_are_read_from_match_arms() {
    let source =
        "    Self::TooLong => \"too-long\",\n    Self::A { .. } => \"a\",\n    b => \"c\",\n";
    assert_eq!(codes(source).into_iter().collect::<Vec<_>>(), ["a", "too-long"]);
}
