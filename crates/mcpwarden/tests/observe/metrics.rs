//! Metrics, after traffic that is known.

use serde_json::json;
use warden_testkit::TestHome;

use crate::parties::{Gateway, config, upstream};
use crate::{tells_nothing, token};

#[track_caller]
fn has(page: &str, line: &str) {
    assert!(page.lines().any(|found| found == line), "{line} is not in\n{page}");
}

/// The number behind a name.
#[track_caller]
fn value(page: &str, name: &str) -> f64 {
    let found = page.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    found.unwrap_or_else(|| panic!("{name} is not in\n{page}"))
}

#[test]
fn metrics_are_those_of_the_traffic_and_tell_nothing_of_what_was_said() {
    let (home, upstream) = (TestHome::new(), upstream(false));
    let gateway = Gateway::start(&home, &config(&upstream, ""));
    for tool in ["up__echo", "up__echo", "up__echo", "up__fail", "up__no"] {
        gateway.call(tool, "");
    }
    gateway.call("made-up-by-the-client", "");
    gateway.modern("made-up-by-the-client", json!({}), "");
    gateway.modern("tools/list", json!({}), "");
    gateway.modern("ping", json!({}), "mcp-protocol-version: 2025-11-25\r\n");
    let lied = "mcp-session-id: made-up-by-the-client\r\ncontent-type: application/json\r\n";
    gateway.ask("POST", "/mcp", lied, r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#);
    gateway.ask("POST", "/mcp", "content-type: application/json\r\n", "{");
    gateway.ask("GET", "/healthz", "origin: http://made-up-by-the-client\r\n", "");

    let page = gateway.metrics();
    let request = |method, server, outcome, count| {
        let labels = format!(
            "method=\"{method}\",era=\"modern\",server_era=\"{server}\",transport=\"http\",outcome=\"{outcome}\""
        );
        has(&page, &format!("mcpwarden_requests_total{{{labels}}} {count}"));
    };
    request("tools/call", "legacy", "answered", 3);
    request("tools/call", "legacy", "tool-failed", 1);
    request("tools/call", "legacy", "failed", 1);
    request("tools/call", "none", "refused", 1);
    request("tools/list", "none", "answered", 1);
    request("other", "none", "refused", 1);
    for (tool, outcome, count) in
        [("echo", "answered", 3), ("fail", "tool-failed", 1), ("no", "failed", 1)]
    {
        let labels = format!("server=\"up\",tool=\"{tool}\",outcome=\"{outcome}\"");
        has(&page, &format!("mcpwarden_upstream_requests_total{{{labels}}} {count}"));
    }
    for (reason, count) in [
        ("not-approved", 1),
        ("unknown-method", 1),
        ("header-mismatch", 1),
        ("unknown-session", 1),
        ("malformed-message", 1),
    ] {
        has(&page, &format!("mcpwarden_refusals_total{{reason=\"{reason}\"}} {count}"));
    }
    for line in [
        r#"mcpwarden_http_refusals_total{reason="origin-unknown"} 1"#,
        r#"mcpwarden_request_duration_seconds_count{method="tools/call"} 6"#,
        "mcpwarden_own_duration_seconds_count 8",
        r#"mcpwarden_upstream_duration_seconds_count{server="up"} 5"#,
        r#"mcpwarden_upstream_links{server="up"} 1"#,
        r#"mcpwarden_upstream_links_opened_total{server="up"} 1"#,
        r#"mcpwarden_upstream_requests_under_way{server="up"} 0"#,
        r#"mcpwarden_upstream_breaker{server="up"} 0"#,
        "mcpwarden_ledger_up 1",
        "mcpwarden_ledger_failures_total 0",
        "mcpwarden_sessions 0",
        "mcpwarden_streams 0",
        "mcpwarden_listeners 0",
    ] {
        has(&page, line);
    }
    assert!(value(&page, "mcpwarden_ledger_commit_duration_seconds_count") >= 10.0, "{page}");
    assert!(value(&page, "mcpwarden_ledger_last_commit_age_seconds") < 60.0, "{page}");
    assert!(value(&page, "process_resident_memory_bytes") > 1e6, "{page}");
    tells_nothing(&page);
}

#[test]
fn a_server_that_is_away_is_counted_and_left_alone() {
    let (home, upstream) = (TestHome::new(), upstream(false));
    let text = config(&upstream, "") + "failures = 1\n";
    let path = crate::parties::approved(&home, &text);
    // Nobody listens at port 1.
    let text = text.replace(&upstream.address, "127.0.0.1:1");
    std::fs::write(&path, &text).expect("the configuration is ours");
    let gateway = Gateway::start_as_approved(&home, &path);
    gateway.call("up__echo", "");
    gateway.call("up__echo", "");
    let page = gateway.metrics();
    has(&page, r#"mcpwarden_upstream_failures_total{server="up",reason="cannot-connect"} 1"#);
    has(&page, r#"mcpwarden_upstream_breaker{server="up"} 2"#);
    has(&page, r#"mcpwarden_refusals_total{reason="server-resting"} 1"#);
}

#[test]
fn metrics_are_read_by_those_who_may() {
    let (home, upstream) = (TestHome::new(), upstream(false));
    let client = format!("[[client]]\nname = \"c\"\ntoken_sha256 = \"{}\"\n", token());
    let status = |more: &str, headers: &str| {
        let gateway = Gateway::start(&home, &config(&upstream, more));
        gateway.ask("GET", "/metrics", headers, "").0
    };
    let shown = "authorization: Bearer secret-of-the-client\r\n";
    let clients = format!("metrics = \"clients\"\n{client}");
    assert_eq!(status(&client, ""), 200);
    assert_eq!(status(&clients, ""), 401);
    assert_eq!(status(&clients, "authorization: Bearer made-up-by-the-client\r\n"), 401);
    assert_eq!(status(&clients, shown), 200);
    assert_eq!(status("metrics = \"off\"", ""), 404);
    let gateway = Gateway::start(&home, &config(&upstream, ""));
    assert_eq!(gateway.ask("POST", "/metrics", "", "").0, 405);
    assert_eq!(gateway.ask("GET", "/metrics", "origin: http://elsewhere\r\n", "").0, 403);
}

#[test]
fn the_limit_of_open_files_is_raised_as_far_as_it_goes() {
    let (home, upstream) = (TestHome::new(), upstream(false));
    let gateway =
        Gateway::start_after(&home, &config(&upstream, ""), "ulimit -Sn 300; ulimit -Hn 700");
    assert!((value(&gateway.metrics(), "process_max_fds") - 700.0).abs() < 0.5);
}
