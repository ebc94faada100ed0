use warden_model::{Severity, SourceFile, SourceTree, Subject};

use super::*;

pub(crate) fn sample(rule: &'static str, class: Class, file: &str, line: u32) -> Finding {
    Finding {
        rule,
        class,
        cwe: &[],
        severity: Severity::High,
        confidence: Confidence::High,
        message: "m".into(),
        label: "l".into(),
        location: Location { file: file.into(), line: Some(line), ..Location::default() },
        subject: Subject::default(),
        code: None,
        trace: Vec::new(),
        help: "h".into(),
        fingerprint: Digest::of(format!("{rule} {file}").as_bytes()),
    }
}

pub(crate) fn today() -> Date {
    Date::new(2027, 1, 15).expect("a day")
}

fn scan() -> Scan {
    Scan {
        findings: vec![
            sample("plain-http", Class::TlsMissing, "in/tools/run.py", 7),
            sample("hidden-characters", Class::ToolPoisoning, "in/tools/run.py", 7),
            sample("plain-http", Class::TlsMissing, "in/other.py", 2),
        ],
        ..Scan::default()
    }
}

fn ignores(text: &str) -> Ignores {
    Ignores::read(text, ".mcpwarden.toml").expect("it is well formed")
}

fn settled(scan: &mut Scan, change: impl Fn(&mut Decisions<'_>), ignores: &Ignores) -> Outcome {
    let mut decisions = Decisions {
        ignores,
        comments: &[],
        trust: Trust::Nobody,
        baseline: None,
        show: Show::All,
        today: today(),
    };
    change(&mut decisions);
    settle(scan, &decisions)
}

fn open(scan: &Scan) -> Vec<String> {
    scan.findings.iter().map(|one| format!("{} {}", one.rule, one.location.file)).collect()
}

#[test]
fn a_suppression_takes_out_what_it_covers_and_malice_only_by_fingerprint_and_with_an_end() {
    let mut found = scan();
    settled(&mut found, |_| {}, &ignores("[[ignore]]\npath = 'tools/'\nreason = 'r'\n"));
    assert_eq!(open(&found), ["hidden-characters in/tools/run.py", "plain-http in/other.py"]);
    assert_eq!(found.settled.len(), 1);
    let print = scan().findings[1].fingerprint;
    let exact = format!("[[ignore]]\nfingerprint = '{print}'\nreason = 'r'\n");
    let mut found = scan();
    settled(&mut found, |_| {}, &ignores(&exact));
    assert_eq!(found.findings.len(), 4, "it covers nothing, and that is told");
    let mut found = scan();
    settled(&mut found, |_| {}, &ignores(&format!("{exact}until = 2027-02-01\n")));
    assert_eq!(open(&found), ["plain-http in/other.py", "plain-http in/tools/run.py"]);
}

#[test]
fn a_suppression_that_is_over_or_covers_nothing_is_a_finding() {
    let mut found = scan();
    let text = "[[ignore]]\nrule = 'plain-http'\nreason = 'r'\nuntil = 2027-01-14\n\
                [[ignore]]\npath = 'nowhere.py'\nreason = 'r'\n\
                [[ignore]]\nrule = 'plain-http'\npath = 'other.py'\nreason = 'r'\nuntil = '2027-01-15'\n";
    settled(&mut found, |_| {}, &ignores(text));
    let told: Vec<(&str, Option<u32>)> = found
        .findings
        .iter()
        .filter(|one| one.rule == "invalid-suppression")
        .map(|one| (one.message.as_str(), one.location.line))
        .collect();
    assert_eq!(
        told,
        [
            ("a suppression has ended with 2027-01-14", Some(1)),
            ("a suppression covers no finding any more", Some(5)),
        ]
    );
    assert_eq!(found.settled.len(), 1, "on its last day it still counts");
}

#[test]
fn every_mistake_in_a_file_is_told_with_its_line() {
    let text = "colour = 1\n[[ignore]]\nrule = 'no-such-rule'\nreason = 'r'\n[[ignore]]\nreason = 'r'\n\
                [[ignore]]\npath = 'a'\n[[ignore]]\nfingerprint = 'x'\nreason = ' '\nuntil = 'soon'\n\
                owner = 'me'\n";
    let errors = Ignores::read(text, "f").expect_err("it is wrong");
    let lines: Vec<usize> = errors.iter().map(|error| error.line).collect();
    assert_eq!(lines, [1, 3, 5, 7, 13, 10, 11, 9, 12], "{errors:#?}");
    assert!(Ignores::read("[[ignore]\n", "f").is_err());
    assert_eq!(Ignores::read("", "f"), Ok(Ignores::default()));
}

fn commented(text: &str) -> Vec<Comment> {
    let tree = SourceTree {
        root: "in".into(),
        files: vec![SourceFile { path: "tools/run.py".into(), bytes: text.into() }],
        ..SourceTree::default()
    };
    comments(&tree)
}

#[test]
fn a_comment_is_about_its_line_or_the_next_one_with_code() {
    let text = "\n# mcpwarden: ignore[plain-http] a reason, until 2027-03-01\n\n# more\nrun()  \
                # mcpwarden: ignore[plain-http, plain-http]: because\nx = 'mcpwarden: ignore[a]'\n";
    let found = commented(text);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].line, found[0].reason.as_str()), (5, "a reason"));
    assert_eq!(found[0].until, Date::new(2027, 3, 1));
    assert_eq!((found[1].line, found[1].reason.as_str()), (5, "because"));
    assert_eq!(found[0].place.file, "in/tools/run.py");
    let block = commented("/* mcpwarden: ignore[plain-http] why */ run();\n");
    assert_eq!((block[0].line, block[0].reason.as_str()), (1, "why */ run();"));
}

#[test]
fn a_comment_that_is_not_right_says_so() {
    for (text, problem) in [
        ("# mcpwarden: ignore all of it", "a suppression names the rules that it is for"),
        ("# mcpwarden: ignore[x] r", "a suppression names `x`, which is no rule"),
        ("# mcpwarden: ignore[plain-http]", "a suppression gives no reason"),
        (
            "# mcpwarden: ignore[plain-http] r until soon",
            "a suppression ends on what is not a day like `2027-01-31`",
        ),
    ] {
        assert_eq!(commented(text)[0].problem.as_deref(), Some(problem), "{text}");
    }
}

#[test]
fn comments_count_only_where_they_are_trusted_and_never_about_malice() {
    let text = "\n\n\n\n\n\nrun()  # mcpwarden: ignore[plain-http, hidden-characters] r\n\
                # mcpwarden: ignore[plain-http] nothing here\n";
    let comments = commented(text);
    let none = Ignores::default();
    let mut found = scan();
    let outcome = settle(&mut found, &decisions(&comments, Trust::Nobody, &none));
    assert_eq!((found.findings.len(), outcome.untrusted), (3, 2));
    let mut found = scan();
    let outcome = settle(&mut found, &decisions(&comments, Trust::Comments, &none));
    assert_eq!(outcome.untrusted, 0);
    assert_eq!(
        open(&found),
        [
            "hidden-characters in/tools/run.py",
            "plain-http in/other.py",
            "invalid-suppression in/tools/run.py",
        ]
    );
}

fn decisions<'a>(comments: &'a [Comment], trust: Trust, ignores: &'a Ignores) -> Decisions<'a> {
    Decisions { ignores, comments, trust, baseline: None, show: Show::All, today: today() }
}

#[test]
fn a_baseline_settles_what_it_has_and_never_malice() {
    let prints: Vec<String> = scan().findings[..2]
        .iter()
        .map(|one| format!("{{\"fingerprint\": \"{}\"}}", one.fingerprint))
        .collect();
    let gone = Digest::of(b"gone");
    let text = format!(
        "{{\"version\": 1, \"findings\": [{}, {{\"fingerprint\": \"{gone}\"}}]}}",
        prints.join(",")
    );
    let baseline = Baseline::read(&text).expect("it is one");
    for (show, settled_count) in [(Show::All, 1), (Show::OnlyNew, 0)] {
        let mut found = scan();
        let none = Ignores::default();
        let with =
            Decisions { baseline: Some(&baseline), show, ..decisions(&[], Trust::Nobody, &none) };
        let outcome = settle(&mut found, &with);
        assert_eq!(open(&found), ["hidden-characters in/tools/run.py", "plain-http in/other.py"]);
        assert_eq!((found.settled.len(), outcome.gone), (settled_count, 2));
    }
}

#[test]
fn what_is_no_baseline_is_refused() {
    for (text, error) in [
        ("", BaselineError::Json),
        ("[]", BaselineError::Shape),
        ("{\"version\": 1}", BaselineError::Shape),
        ("{\"findings\": []}", BaselineError::Shape),
        ("{\"version\": 1, \"findings\": [{}]}", BaselineError::Fingerprint(0)),
        ("{\"version\": 99, \"findings\": []}", BaselineError::Version(99)),
    ] {
        assert_eq!(Baseline::read(text), Err(error), "{text}");
    }
}
