//! Egress logs held against an estate: `tests/fixtures/egress` has ten forms of them.

use std::{collections::BTreeMap, path::Path};

use serde_json::json;

use super::*;

/// The three servers that are registered.
const SERVERS: &str = "id,package\n\
    tickets,https://tickets.example.com/mcp\n\
    wiki,https://wiki.example.com/api/mcp\n\
    search,https://search.example.net:8443/sse\n\
    files,npm:files\n";

/// The logs, in the order in which they are given.
const LOGS: [&str; 9] = [
    "squid.log",
    "access.log",
    "envoy.log",
    "dnsmasq.log",
    "named.log",
    "dns.log",
    "ssl.json",
    "gateway.csv",
    "w3c.log",
];

/// The endpoints in them that nobody has registered, with the lines that show each.
const UNKNOWN: [(&str, &[&str]); 7] = [
    ("auth.rogue.example", &["envoy.log:2"]),
    ("catalogued.example", &["named.log:1", "ssl.json:4"]),
    ("files.rogue.example:9000/sse", &["access.log:2"]),
    ("mcp.shadow.example", &["squid.log:4", "dnsmasq.log:6", "ssl.json:2"]),
    ("notes-mcp.dns-only.example", &["dnsmasq.log:4"]),
    ("notes.rogue.example/mcp", &["squid.log:3", "gateway.csv:3"]),
    ("tickets.example.com/other/mcp", &["access.log:4"]),
];

fn logs(home: &TestHome) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/egress");
    for name in LOGS.iter().chain(&["registry.json"]) {
        let text = std::fs::read(from.join(name)).expect("the fixture is there");
        home.write(format!("work/{name}"), text);
    }
    home.write("work/estate/servers.csv", SERVERS);
}

/// The endpoints that nobody has registered, with the lines that show them.
fn shadows(all: &Value) -> BTreeMap<String, Vec<String>> {
    let line = |line: &Value| format!("{}:{}", line["file"].as_str().unwrap_or("?"), line["line"]);
    let one = |shadow: &Value| {
        let lines = shadow["lines"].as_array().expect("lines");
        let endpoint = shadow["endpoint"].as_str().expect("an endpoint");
        (endpoint.to_owned(), lines.iter().map(line).collect())
    };
    all["shadows"].as_array().expect("a list").iter().map(one).collect()
}

fn wanted(of: impl Fn(&str) -> bool) -> BTreeMap<String, Vec<String>> {
    let wanted = UNKNOWN.iter().filter_map(|(endpoint, lines)| {
        let lines: Vec<_> = lines.iter().filter(|line| of(line)).map(|it| (*it).into()).collect();
        (!lines.is_empty()).then(|| ((*endpoint).to_owned(), lines))
    });
    wanted.collect()
}

/// R46: of logs of proxies, resolvers and firewalls with three servers that are registered and
/// seven endpoints that are not, exactly the seven are told, with the lines that show them; of all
/// logs together and of each alone.
#[test]
fn exactly_what_nobody_has_registered_is_told_with_its_lines() {
    let home = TestHome::new();
    logs(&home);
    let ask = |logs: &[&str]| {
        let words = ["--registry", "registry.json", "--gateway", "10.1.0.250", "--format", "json"];
        let told = warden(&home, &[&["estate", "egress"], logs, &words].concat());
        assert_eq!(told.code, Some(0), "{}", told.block());
        serde_json::from_str::<Value>(&told.stdout).expect("it is JSON")
    };
    let all = ask(&LOGS);
    assert_eq!(shadows(&all), wanted(|_| true));
    let servers: Vec<_> = all["servers"].as_array().expect("a list").iter().collect();
    let count = |server: &Value| {
        let names = ["connections", "through_gateway", "lookups"];
        json!([server["servers"][0], names.map(|name| &server[name])])
    };
    let counts: Vec<_> = servers.into_iter().map(count).collect();
    let known =
        [json!(["search", [2, 0, 1]]), json!(["tickets", [3, 1, 0]]), json!(["wiki", [3, 1, 1]])];
    assert_eq!(counts, known);
    // What cannot be read is counted with its first place.
    let unread: Vec<_> = all["unread"].as_array().expect("a list").iter().collect();
    let unread: Vec<_> =
        unread.iter().map(|one| json!([one["lines"], one["file"], one["first_line"]])).collect();
    assert_eq!(
        unread,
        [json!([1, "squid.log", 7]), json!([2, "dns.log", 8]), json!([2, "access.log", 5]),],
        "{all:#}"
    );
    for log in LOGS {
        let mine = |line: &str| line.starts_with(&format!("{log}:"));
        assert_eq!(shadows(&ask(&[log])), wanted(mine), "{log}");
    }
    // Names of machines and users are evidence; what stands in a query is not kept.
    let found = all["shadows"].as_array().expect("a list").iter();
    let notes = found.clone().find(|one| one["endpoint"] == "notes.rogue.example/mcp");
    let notes = notes.expect("it is told");
    assert_eq!(notes["users"], json!(["ben", "dee@example.com"]));
    assert_eq!(notes["sources"], json!(["10.1.0.20", "10.1.0.7"]));
    assert_eq!(
        (&notes["seen"], &notes["lines"][0]["at"]),
        (&json!("2026-11-22"), &json!("1795338002.500"))
    );
    assert!(!all.to_string().contains("token"), "{all:#}");
}

#[test]
fn what_egress_logs_show_reads_well() {
    let home = TestHome::new();
    logs(&home);
    let words = ["estate", "egress", "squid.log", "gateway.csv", "--gateway", "10.1.0.250"];
    insta::assert_snapshot!(warden(&home, &words).block());
    home.write("work/empty/people.csv", "id,name\n");
    let gone = warden(&home, &["estate", "egress", "gone.log", "--estate", "empty"]);
    assert_eq!(gone.code, Some(4), "{}", gone.block());
}

/// R42: the share of MCP traffic that goes through gateways is computed against the total that
/// egress logs show; lookups are no traffic, and without a total it is not measured. Of the
/// published figure it is said that it is cited.
#[test]
fn the_share_of_gateways_is_computed_against_the_total_of_egress_logs() {
    let home = TestHome::new();
    logs(&home);
    let share = |logs: &[&str]| {
        let logs: Vec<_> = logs.iter().flat_map(|log| ["--egress", log]).collect();
        let words = ["estate", "build", "--tables", "estate", "--gateway", "10.1.0.250"];
        let built = warden(&home, &[&words[..], &logs].concat());
        assert_eq!(built.code, Some(0), "{}", built.block());
        let told = warden(&home, &["metrics", "--estate", "estate.json", "M7", "--format", "json"]);
        let told: Value = serde_json::from_str(&told.stdout).expect("it is JSON");
        told["metrics"][0].clone()
    };
    let all = share(&LOGS);
    let estate = document(&home, "estate.json");
    let traffic = &estate["traffic"];
    assert_eq!((&traffic["through_gateway"], &traffic["estimated"]), (&json!(2), &json!(15)));
    assert_eq!(traffic["egress"].as_array().map(Vec::len), Some(LOGS.len()));
    assert!(all.to_string().contains("13.3 %"), "{all:#}");
    // Without the registry one host is not known to be a server.
    assert_eq!(shadows(&estate).len(), UNKNOWN.len() - 1);
    let lookups = share(&["dnsmasq.log", "dns.log"]);
    assert!(lookups.to_string().contains("not measured"), "{lookups:#}");
    assert_eq!(document(&home, "estate.json")["traffic"].get("estimated"), None);
}

#[test]
fn an_endpoint_is_no_shadow_any_more_when_somebody_registers_it() {
    let home = TestHome::new();
    logs(&home);
    let build = || {
        let words = ["estate", "build", "--tables", "estate", "--egress", "squid.log"];
        let built = warden(&home, &words);
        assert_eq!(built.code, Some(0), "{}", built.block());
        assert!(
            built.stderr.contains("lines of logs that cannot be read: 1, in no form"),
            "{}",
            built.block()
        );
        shadows(&document(&home, "estate.json")).into_keys().collect::<Vec<_>>()
    };
    assert_eq!(build(), ["mcp.shadow.example", "notes.rogue.example/mcp"]);
    let more = format!("{SERVERS}notes,https://notes.rogue.example/mcp\n");
    home.write("work/estate/servers.csv", more);
    assert_eq!(build(), ["mcp.shadow.example"]);
}
