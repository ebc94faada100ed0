use super::*;
use crate::{Colors, View, sample};

/// Names that want to be more than names.
const HOSTILE: &str = "x\n::add-mask::y\r\n| a `b` <img src=//x> @everyone \u{202e}";

fn row(name: &str, line: u32, standing: Standing) -> Row {
    Row {
        name: name.to_owned(),
        location: Location {
            file: ".mcp.json".to_owned(),
            pointer: Some(format!("/mcpServers/{name}")),
            line: Some(line),
            column: Some(5),
            function: None,
        },
        by: "claude-code".to_owned(),
        what: format!("npm:@acme/{}@1.2.3", crate::printable(name)),
        print: Digest::of(name.as_bytes()),
        standing,
    }
}

fn report() -> Report {
    let counts = Standing::Counts {
        level: 2,
        until: "2027-02-19".to_owned(),
        issuer: "ann".to_owned(),
        floats: false,
    };
    let fails = |code| Standing::Fails {
        code,
        why: "no certificate that is believed is about it; certified are 1.2.2, 1.2.1".to_owned(),
        help: "certify it: `mcpwarden certify npm:@acme/files@1.2.3`".to_owned(),
    };
    let waived = Standing::Waived {
        code: "not-certified",
        why: "no certificate that is believed is about it".to_owned(),
        owner: "ann@example.com".to_owned(),
        reason: "certified next week".to_owned(),
        until: "2027-01-31".to_owned(),
    };
    Report {
        rows: vec![
            row("mail", 3, counts),
            row("files", 7, fails("not-certified")),
            row(HOSTILE, 11, fails("floating-version")),
            row("search", 15, waived),
            row("old", 19, Standing::Known),
        ],
        notes: vec!["a waiver of line 3 is over: `npm:@acme/mail`".to_owned()],
        asked: Asked {
            level: 2,
            environment: "production",
            data: "regulated",
            since: Some("0123456789ab".to_owned()),
            policy: Some(".mcpwarden/gate.toml".to_owned()),
        },
        files: 4,
        certificates: 1,
        ..Report::default()
    }
}

#[test]
fn a_person_reads_what_is_in_the_way_first() {
    let text = human(&report(), View { columns: 80, colors: Colors::Off });
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn an_empty_repository_is_said_to_be_empty() {
    let report = Report { files: 1, ..Report::default() };
    assert!(report.passes());
    assert_eq!(report.summary(), "no MCP server is brought by 1 file");
}

#[test]
fn nothing_in_a_name_is_a_command_or_markup() {
    let lines = annotations(&report());
    let commands: Vec<&str> = lines.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(commands.len(), 3, "{lines}");
    assert!(
        commands
            .iter()
            .all(|line| line.starts_with("::error file=") || line.starts_with("::warning "))
    );
    insta::assert_snapshot!(lines);
    let text = markdown(&report());
    assert!(!text.contains('\u{202e}') && !text.contains('\r'), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn the_log_satisfies_the_official_schema_and_says_all() {
    let text = sarif(&report(), &sample::TOOL).expect("it can be written");
    let log = serde_json::from_str(&text).expect("it is JSON");
    sarif::check(&log);
    let results = log["runs"][0]["results"].as_array().expect("there are results");
    assert_eq!(results.len(), 3);
    assert_eq!(results[0]["ruleId"], "not-certified");
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], ".mcp.json");
    assert_eq!(place["region"]["startLine"], 7);
    assert_eq!(results[2]["suppressions"][0]["kind"], "external");
}

#[test]
fn every_code_is_a_rule_once() {
    let rules = rules();
    let ids: std::collections::BTreeSet<&str> = rules.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), rules.len());
    assert!(rules.iter().all(|rule| !rule.page.is_empty() && !rule.title.is_empty()));
}

#[test]
fn issues_are_what_is_in_the_way() {
    insta::assert_snapshot!(quality(&report()).expect("it can be written"));
}

#[test]
fn lines_that_move_leave_a_finding_what_it_is() {
    let mut moved = report();
    for row in &mut moved.rows {
        row.location.line = row.location.line.map(|line| line + 10);
    }
    let prints = |report: &Report| -> Vec<Digest> {
        report.scan().findings.iter().map(|finding| finding.fingerprint).collect()
    };
    assert_eq!(prints(&report()), prints(&moved));
}
