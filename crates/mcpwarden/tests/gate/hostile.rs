//! Names that want to be more than names, in every format; and that each format is valid.

use serde_json::Value;

use crate::{MAIL, Repo, npm};

/// A name with everything in it that a log, a terminal, a table or a page could act on.
const NAME: &str = "x\\n::add-mask::y\\r\\n::error file=a::b|`<img src=x>`@all\\u001b[2J\\u202e%0A";

fn hostile() -> Repo {
    let repo = Repo::with(&MAIL.replace("\"mail\"", &format!("\"{NAME}\"")));
    repo.put(
        "a,line=9:b%0A::c/.mcp.json",
        &MAIL.replace("@acme/mail@1.2.3", "x@1.0.0\\n::debug::"),
    );
    repo
}

#[test]
fn nothing_in_a_name_begins_a_command() {
    let outcome = hostile().gate(&["--format", "github"]);
    assert_eq!(outcome.code, Some(13));
    let commands: Vec<&str> =
        outcome.stdout.lines().filter(|line| line.trim_start().starts_with("::")).collect();
    assert_eq!(commands.len(), 2, "{}", outcome.stdout);
    for command in commands {
        assert!(command.starts_with("::error file="), "{command}");
        assert!(!command.contains('\u{1b}') && !command.contains('\u{202e}'), "{command}");
    }
    assert!(
        outcome.stdout.contains("file=a%2Cline=9%3Ab%250A%3A%3Ac/.mcp.json,line="),
        "{}",
        outcome.stdout
    );
}

#[test]
fn nothing_in_a_name_reaches_a_terminal_or_a_table() {
    let repo = hostile();
    let outcome = repo.gate(&["--summary", "summary.md"]);
    assert!(!outcome.stdout.contains('\u{1b}') && !outcome.stdout.contains('\u{202e}'));
    assert!(outcome.stdout.lines().all(|line| line.chars().count() <= 80), "{}", outcome.stdout);
    let summary = std::fs::read_to_string(repo.home.work().join("summary.md")).unwrap();
    let rows: Vec<&str> = summary.lines().filter(|line| line.starts_with("| no |")).collect();
    assert_eq!(rows.len(), 2, "{summary}");
    // Bars that are not escaped end cells: five cells have six.
    for row in rows {
        assert_eq!(row.replace("\\|", "").matches('|').count(), 6, "{row}");
    }
    // What other steps have written stays.
    drop(repo.gate(&["--summary", "summary.md"]));
    let twice = std::fs::read_to_string(repo.home.work().join("summary.md")).unwrap();
    assert_eq!(twice, summary.repeat(2));
}

#[test]
fn every_format_is_valid() {
    let repo = hostile();
    repo.put(".vscode/mcp.json", "{");
    repo.put(".cursor/mcp.json", MAIL);
    repo.certify(&npm("@acme/mail", "1.2.3"));
    repo.put(
        ".mcpwarden/gate.toml",
        "[[waiver]]\npath = \".cursor/\"\nserver = \"none\"\nreason = \"r\"\nowner = \"o\"\nuntil = 2999-01-01\n",
    );
    let words = ["--findings", "info", "--sarif", "out.sarif", "--code-quality", "issues.json"];
    let report = repo.json(&words);
    check(include_str!("../../../../schemas/gate-report-1.schema.json"), &report);
    let read = |file: &str| -> Value {
        let text = std::fs::read_to_string(repo.home.work().join(file)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let log = read("out.sarif");
    let official = include_str!("../../../warden-report/tests/data/sarif-schema-2.1.0.json");
    check(&official.replace("|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "|^[a-zA-Z]{2}-[a-zA-Z]{2}$"), &log);
    let run = &log["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], false, "something is unread");
    let results = run["results"].as_array().unwrap();
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"], "every result has its rule");
        assert!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].is_string());
    }
    let issues = read("issues.json");
    let issues = issues.as_array().unwrap();
    assert_eq!(issues.len(), results.len());
    for issue in issues {
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1, "{issue}");
        for member in ["description", "check_name", "fingerprint", "severity"] {
            assert!(issue[member].is_string(), "{issue}");
        }
        assert!(issue["location"]["path"].is_string(), "{issue}");
    }
    let text = repo.gate(&["--format", "sarif"]).stdout;
    check(official_fixed(official).as_str(), &serde_json::from_str(&text).unwrap());
}

fn official_fixed(text: &str) -> String {
    text.replace("|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "|^[a-zA-Z]{2}-[a-zA-Z]{2}$")
}

#[track_caller]
fn check(schema: &str, instance: &Value) {
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let errors: Vec<_> = validator.iter_errors(instance).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_same_repository_gives_the_same_bytes() {
    let repo = hostile();
    for format in ["human", "json", "sarif", "github"] {
        assert_eq!(repo.gate(&["-f", format]), repo.gate(&["-f", format]), "{format}");
    }
}
