use serde_json::json;

use super::*;

fn names(of: &BTreeSet<Box<str>>) -> Vec<&str> {
    of.iter().map(AsRef::as_ref).collect()
}

#[derive(serde::Deserialize)]
struct File {
    wall: Vec<Wall>,
}

fn walls() -> Walls {
    let set = r#"
        [[wall]]
        name = "repository"
        of = [
            { server = "github", tool = "*", field = ["owner", "repo"], join = "/" },
            { server = "http", tool = "get", pointer = "/path", pattern = "^/repos/([^/]+/[^/]+)" },
            { server = "github", tool = "search", pointer = "/items/*/full_name", side = "answer" },
        ]
    "#;
    let file: File = toml_edit::de::from_str(set).expect("a file");
    Walls::compile(&file.wall).expect("walls")
}

#[test]
fn hosts_and_domains_are_found_wherever_they_stand() {
    let args = json!({"a": ["see https://API.example.com/x and www.Other.test"], "b": {"c": "mail ann@Mail.test"},
        "d": "bücher.example", "e": "10.0.0.1:8080", "f": "https%3A%2F%2Fhidden.test%2F", "g": "main.rs",
        "h": "http://2130706433/", "i": "@mention", "j": "aHR0cHM6Ly9iNjQudGVzdC8="});
    let read = read(&args, "s", "t", &Walls::default());
    assert_eq!(
        names(&read.hosts),
        [
            "10.0.0.1",
            "127.0.0.1",
            "api.example.com",
            "b64.test",
            "hidden.test",
            "www.other.test",
            "xn--bcher-kva.example"
        ]
    );
    assert_eq!(names(&read.domains), ["mail.test"]);
    assert!(!read.unread);
}

// Which repository a call is about is told, or it is said that it cannot be.
#[test]
fn sides_are_told_or_said_to_be_unreadable() {
    let of = |args: Value, server: &str, tool: &str| {
        let read = read(&args, server, tool, &walls());
        let sides = read.walls.get("repository").map(names).unwrap_or_default().join(" ");
        (sides, read.unread)
    };
    assert_eq!(
        of(json!({"owner": " Acme", "repo": "PayRoll"}), "github", "x"),
        ("acme/payroll".into(), false)
    );
    assert_eq!(
        of(json!({"path": "/repos/acme/payroll/pulls"}), "http", "get"),
        ("acme/payroll".into(), false)
    );
    assert_eq!(of(json!({}), "github", "x"), (String::new(), false));
    assert_eq!(of(json!({"owner": "acme", "repo": "x"}), "other", "x"), (String::new(), false));
    for args in [
        json!({"owner": "acme"}),
        json!({"owner": "acme", "repo": ["x"]}),
        json!({"owner": "a/b", "repo": "c"}),
        json!({"owner": "acme", "repo": "x", "Repo": "y"}),
        json!({"owner": "acme", "repo": ".."}),
        json!({"owner": "acme", "repo": "x%2fy"}),
        json!({"owner": "", "repo": "x"}),
        json!({"owner": true, "repo": "x"}),
        json!({"owner": "ac\u{200b}me", "repo": "x"}),
    ] {
        assert!(of(args.clone(), "github", "x").1, "{args}");
    }
    assert!(of(json!({"path": "/other"}), "http", "get").1);
    let answer = Read::answer(
        &json!({"items": [{"full_name": "a/b"}, {"full_name": "C/D"}]}),
        "github",
        "search",
        &walls(),
    );
    assert_eq!(answer.walls.get("repository").map(names), Some(vec!["a/b", "c/d"]));
}

#[test]
fn more_than_can_be_read_is_said() {
    let many: Vec<String> = (0..=MOST_NAMES).map(|it| format!("https://h{it}.test/")).collect();
    assert!(read(&json!(many), "s", "t", &Walls::default()).unread);
    assert!(read(&json!("a ".repeat(MOST_BYTES)), "s", "t", &Walls::default()).unread);
    assert!(read(&json!("x%2525252541"), "s", "t", &Walls::default()).unread);
}

#[test]
fn walls_that_mean_nothing_are_refused() {
    let of = |part: Value| {
        let wall: Wall =
            serde_json::from_value(json!({"name": "w", "of": [part]})).expect("a wall");
        Walls::compile(&[wall])
    };
    assert!(of(json!({"server": "s", "tool": "t"})).is_err());
    assert!(of(json!({"server": "s", "tool": "t", "field": ["a", "b"]})).is_err(), "no join");
    assert!(
        of(json!({"server": "s", "tool": "t", "pointer": "/a", "pattern": "x"})).is_err(),
        "no group"
    );
    assert!(of(json!({"server": "s", "tool": "t", "pointer": "/a", "pattern": "(?=x)"})).is_err());
    assert!(of(json!({"server": "s", "tool": "t", "field": ["a"]})).is_ok());
}
