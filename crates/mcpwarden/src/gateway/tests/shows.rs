//! What credentials and the vault say against each other.

use crate::gateway::parse;

#[track_caller]
fn check(server: &str, wrong: &[&str]) {
    let text = format!("[[server]]\nname = \"a\"\n{server}\n");
    let problems = parse(&text).err().unwrap_or_default();
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), wrong.len(), "{told:?}");
    for (told, part) in told.iter().zip(wrong) {
        assert!(told.contains(part), "{told:?} does not say {part}");
        assert!(!told.contains("hunter2"), "{told}");
    }
}

const URL: &str = "url = \"https://a.example/mcp\"";
const EXCHANGE: &str = "kind = \"exchange\", issuer = \"https://id.example\", client_id = \"g\"";

// Secrets stand in the vault or behind a reference, and never in the configuration.
#[test]
fn a_secret_is_a_reference() {
    let with =
        |value: &str| format!("{URL}\ncredentials = {{ kind = \"static\", value = \"{value}\" }}");
    check(&with("Bearer ${TOKEN}"), &[]);
    check(&with("Bearer hunter2"), &["has a secret in `value` itself"]);
    check(&with("${vault:a}"), &["there is no `[vault]`"]);
    let vault = "[vault]\nkind = \"command\"\ncommand = [\"pass\"]";
    check(&format!("{}\n{vault}", with("${vault:a}")), &[]);
    check(
        &format!("{}\n[vault]\nkind = \"command\"", with("${vault:a}")),
        &["`command` is missing"],
    );
    let both = "[vault]\nkind = \"file\"\npath = \"p\"";
    check(&format!("{}\n{both}", with("${vault:a}")), &["either `passphrase_file`"]);
}

#[test]
fn what_is_personal_is_not_shared_and_nothing_goes_over_plain_http() {
    let fine = format!("{URL}\ncredentials = {{ {EXCHANGE}, scopes = [\"r\"] }}");
    check(&fine, &[]);
    check(&format!("share = \"all\"\n{fine}"), &["cannot `share` connections"]);
    check(&fine.replace("https://a", "http://a"), &["is reached without TLS"]);
    check(&fine.replace("https://a.example", "http://127.0.0.1:1"), &[]);
    check(&fine.replace("scopes = [\"r\"]", "scopes = []"), &["needs `scopes`"]);
    check(&fine.replace("\"exchange\"", "\"per-user\""), &["needs `public_url`"]);
    check(&fine.replace(", client_id = \"g\"", ""), &["needs `client_id`"]);
    let headers = "headers = { authorization = \"${A}\" }";
    check(&format!("{headers}\n{fine}"), &["in both `headers` and `credentials`"]);
    let program = fine.replace(URL, "command = [\"a\"]");
    check(&program, &["`credentials` is for URLs"]);
}
