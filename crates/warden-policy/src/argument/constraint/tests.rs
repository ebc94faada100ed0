use serde::Deserialize;
use serde_json::json;

use super::*;

#[derive(Deserialize)]
struct File {
    argument: Vec<Argument>,
}

fn constraints(text: &str) -> Result<Constraints, ConstraintError> {
    let file: File = toml_edit::de::from_str(text).expect("a file");
    Constraints::compile(&file.argument, Some("/home/ann"))
}

#[track_caller]
fn check(text: &str, args: &Value, expected: &[(&str, &str)]) {
    let found = constraints(text).expect("constraints").check(args);
    let found: Vec<(&str, &str)> = found.iter().map(|it| (&*it.at, it.what)).collect();
    assert_eq!(found, expected, "{args}");
}

const ALL: &str = r#"
    [[argument]]
    at = "path"
    paths = ["/srv/projects", "~/work"]
    required = true

    [[argument]]
    at = ["url", "/options/*/url"]
    hosts = ["*.example.com"]

    [[argument]]
    at = "query"
    sql = ["select"]

    [[argument]]
    at = ["to", "cc", "bcc"]
    recipients = ["*@example.com"]

    [[argument]]
    at = "amount"
    amount = { most = "1000.50", currency-field = "currency", currencies = ["EUR"] }

    [[argument]]
    at = "mode"
    one-of = ["read", 1]

    [[argument]]
    at = "name"
    pattern = "[a-z]+"
    length = 5

    [[argument]]
    at = "force"
    absent = true
"#;

// Each constraint says what it was broken by, and where.
#[test]
fn every_kind_of_constraint_is_told() {
    check(ALL, &json!({"path": "/srv/projects/a"}), &[]);
    let good = json!({"path": "/home/ann/work/x", "url": "https://a.example.com/", "options": [{"url": "https://b.example.com"}],
        "query": "SELECT 1", "to": "a@example.com", "cc": ["b@example.com"], "amount": 1000, "currency": "eur",
        "mode": 1, "name": "abc", "other": "../../x"});
    check(ALL, &good, &[]);
    let bad = json!({"path": "/etc", "url": "https://evil.test", "options": [{}, {"url": "x"}], "query": "DROP TABLE t",
        "to": "a@example.com", "bcc": "eve@evil.test", "amount": 1001, "currency": "EUR", "mode": "write",
        "name": "abcdef1", "force": null});
    check(
        ALL,
        &bad,
        &[
            ("/path", "path-roots"),
            ("/url", "url-hosts"),
            ("/options/1/url", "url-hosts"),
            ("/query", "sql-verbs"),
            ("/bcc", "recipients"),
            ("/amount", "amount"),
            ("/mode", "one-of"),
            ("/name", "pattern"),
            ("/name", "length"),
            ("/force", "absent"),
        ],
    );
}

// Nothing stands in for a constrained argument.
#[test]
fn names_that_can_be_taken_for_another_are_breaches() {
    let path = "[[argument]]\nat = 'file_path'\npaths = ['/srv']";
    for name in [
        "File_Path",
        "FILE_PATH",
        "filePath",
        "file-path",
        "ﬁle_path",
        "file_path ",
        "file\u{200b}_path",
        "ｆile_path",
        "file_path\0",
        "filepath",
        "file path",
        "file_ｐath",
        "\u{feff}file_path",
        "file\u{ad}path",
    ] {
        check(
            path,
            &json!({"file_path": "/srv/a", name: "/etc"}),
            &[(&format!("/{name}"), "look-alike")],
        );
    }
    check(path, &json!({"file_path": "/srv/a", "file_name": "/etc"}), &[]);
}

#[test]
fn values_of_another_kind_are_breaches() {
    let path = "[[argument]]\nat = 'path'\npaths = ['/srv']";
    for value in [
        json!(5),
        json!(true),
        json!({"path": "/srv/a"}),
        json!([["/srv/a"]]),
        json!(["/srv/a", "/etc"]),
        json!(["/srv/a", 5]),
    ] {
        check(path, &json!({"path": value}), &[("/path", "path-roots")]);
    }
    check(path, &json!({"path": ["/srv/a", "/srv/b"]}), &[]);
    check(path, &json!({"path": null}), &[]);
    let required = "[[argument]]\nat = 'path'\nrequired = true";
    check(required, &json!({}), &[("/path", "required")]);
    check(required, &json!({"path": null}), &[("/path", "required")]);
    check(required, &json!([]), &[("/path", "required")]);
    let money = "[[argument]]\nat = 'amount'\namount = { most = 10, currency-field = 'currency', currencies = ['EUR'] }";
    for currency in [json!("USD"), json!(null), json!(["EUR"]), json!(5)] {
        check(money, &json!({"amount": 5, "currency": currency}), &[("/amount", "amount")]);
    }
    check(money, &json!({"amount": 5}), &[("/amount", "amount")]);
    check(
        money,
        &json!({"amount": 5, "currency": "EUR", "Currency": "USD"}),
        &[("/amount", "amount")],
    );
    let pattern = "[[argument]]\nat = 'x'\npattern = 'a|b'";
    check(pattern, &json!({"x": "b"}), &[]);
    for value in ["ab", "xa", "b\n", "a\nb", "", "ａ", "A"] {
        check(pattern, &json!({"x": value}), &[("/x", "pattern")]);
    }
}

#[test]
fn settings_that_mean_nothing_are_refused() {
    for text in [
        "at = 'x'",
        "at = []\nrequired = true",
        "at = ''\nrequired = true",
        "at = 'x'\npaths = ['a']",
        "at = 'x'\npaths = []",
        "at = 'x'\nbase = '/srv'",
        "at = 'x'\nhosts = ['a b']",
        "at = 'x'\nschemes = ['https']",
        "at = 'x'\nanywhere = true",
        "at = 'x'\nsql = []",
        "at = 'x'\nsql = ['unclear']",
        "at = 'x'\nrecipients = ['example.com']",
        "at = 'x'\namount = { most = '1,000' }",
        "at = 'x'\namount = { most = -1 }",
        "at = 'x'\none-of = []",
        "at = 'x'\none-of = [1.5]",
        "at = 'x'\npattern = '(?=a)'",
        "at = 'x'\npattern = '('",
        "at = 'x'\nabsent = true\nrequired = true",
        "at = 'x'\namount = { most = 1, currencies = ['EUR'] }",
        "at = 'x'\namount = { most = 1, currency-field = 'c' }",
    ] {
        let found = constraints(&format!("[[argument]]\n{text}"));
        assert!(found.is_err(), "{text}");
    }
    for text in [
        "at = 'x'\npath = ['/srv']",
        "at = 'x'\namount = { most = 1.5 }",
        "paths = ['/srv']",
        "at = 5",
    ] {
        assert!(
            toml_edit::de::from_str::<File>(&format!("[[argument]]\n{text}")).is_err(),
            "{text}"
        );
    }
}

#[test]
fn what_is_set_has_to_be_about_an_argument_that_there_is() {
    let schema = json!({"properties": {"to": {}, "bcc": {}, "path": {}}});
    let fits = |text: &str| constraints(text).expect("constraints").fits(&schema);
    assert_eq!(fits("[[argument]]\nat = 'path'\npaths = ['/srv']"), Ok(()));
    let unknown = fits("[[argument]]\nat = 'file'\npaths = ['/srv']");
    assert_eq!(unknown, Err(ConstraintError::Unknown("/file".into())));
    let open = fits("[[argument]]\nat = 'to'\nrecipients = ['*@example.com']");
    assert_eq!(open, Err(ConstraintError::Beside("/bcc".into())));
    assert_eq!(fits("[[argument]]\nat = ['to', 'bcc']\nrecipients = ['*@example.com']"), Ok(()));
}
