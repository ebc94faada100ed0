use super::*;
use crate::gateway::metrics::server::Breaker;

fn now() -> Now<'static> {
    Now {
        refused: None,
        presence: Presence { connections: 3, requests: 2 },
        sessions: 5,
        streams: 1,
        ledger_works: true,
        up: Duration::from_secs(61),
        version: "0.1.0",
    }
}

fn call(outcome: Outcome) -> CallSeen<'static> {
    CallSeen {
        method: Some(Method::ToolsCall),
        era: Era::Modern,
        transport: Transport::Http,
        outcome,
        server: None,
        total: Duration::from_micros(100),
        upstream: Some(Duration::from_micros(60)),
    }
}

#[track_caller]
fn has(metrics: &Metrics, line: &str) {
    let page = metrics.render(&now());
    assert!(page.lines().any(|found| found == line), "{line} is not in\n{page}");
}

#[test]
fn requests_are_counted_by_what_they_were() {
    let metrics = Metrics::new();
    metrics.observe(&call(Outcome::Answered));
    metrics.observe(&call(Outcome::Answered));
    metrics.observe(&CallSeen { method: None, era: Era::Legacy, ..call(Outcome::Refused) });
    let labels = r#"method="tools/call",era="modern",transport="http",outcome="answered""#;
    has(&metrics, &format!("mcpwarden_requests_total{{{labels}}} 2"));
    let labels = r#"method="other",era="legacy",transport="http",outcome="refused""#;
    has(&metrics, &format!("mcpwarden_requests_total{{{labels}}} 1"));
    let bucket = |end| {
        format!(r#"mcpwarden_request_duration_seconds_bucket{{method="tools/call",le="{end}"}}"#)
    };
    has(&metrics, &format!("{} 0", bucket("0.000064")));
    has(&metrics, &format!("{} 2", bucket("0.000128")));
    has(&metrics, &format!("{} 2", bucket("+Inf")));
    has(&metrics, r#"mcpwarden_request_duration_seconds_sum{method="tools/call"} 0.0002"#);
    has(&metrics, "mcpwarden_own_duration_seconds_count 3");
    has(&metrics, "mcpwarden_own_duration_seconds_sum 0.00012");
}

#[test]
fn every_combination_has_a_place_of_its_own() {
    let metrics = Metrics::new();
    let methods = Method::ALL.iter().copied().map(Some).chain([None]);
    for method in methods {
        for era in [Era::Legacy, Era::Modern] {
            for transport in [Transport::Stdio, Transport::Http, Transport::Sse] {
                for outcome in [
                    Outcome::Answered,
                    Outcome::Failed,
                    Outcome::ToolFailed,
                    Outcome::Refused,
                    Outcome::Cancelled,
                    Outcome::Unanswered,
                ] {
                    metrics.observe(&CallSeen { method, era, transport, ..call(outcome) });
                }
            }
        }
    }
    assert!(metrics.requests.iter().all(|count| count.load(Ordering::Relaxed) == 1));
}

#[test]
fn only_tools_that_were_approved_have_a_label() {
    let metrics = Metrics::new();
    let server = metrics.server("files", ["read"].into_iter());
    for tool in [Some("read"), Some("made up by a client"), None] {
        let seen = CallSeen { server: Some((&server, tool)), ..call(Outcome::Answered) };
        metrics.observe(&seen);
    }
    let count = |tool, count| {
        let labels = format!(r#"server="files",tool="{tool}",outcome="answered""#);
        format!("mcpwarden_upstream_requests_total{{{labels}}} {count}")
    };
    has(&metrics, &count("read", 1));
    has(&metrics, &count("", 2));
    assert!(!metrics.render(&now()).contains("made up"));
}

#[test]
fn counters_of_a_server_go_on_after_a_change_of_settings() {
    let metrics = Metrics::new();
    let old = metrics.server("files", ["read", "write"].into_iter());
    for tool in ["read", "write"] {
        let seen = CallSeen { server: Some((&old, Some(tool))), ..call(Outcome::Answered) };
        metrics.observe(&seen);
    }
    old.failed("timeout");
    let new = metrics.server("files", ["read"].into_iter());
    new.failed("timeout");
    new.breaker(Breaker::Open);
    let count = |tool| {
        let labels = format!(r#"server="files",tool="{tool}",outcome="answered""#);
        format!("mcpwarden_upstream_requests_total{{{labels}}} 1")
    };
    has(&metrics, &count("read"));
    // What was under way before the change ends after it.
    let late = CallSeen { server: Some((&old, None)), ..call(Outcome::Answered) };
    metrics.observe(&late);
    has(&metrics, &count(""));
    has(&metrics, r#"mcpwarden_upstream_failures_total{server="files",reason="timeout"} 2"#);
    has(&metrics, r#"mcpwarden_upstream_breaker{server="files"} 2"#);
    metrics.keep(&[]);
    assert!(!metrics.render(&now()).contains("server=\"files\""));
}

#[test]
fn the_page_says_what_is_the_case() {
    let metrics = Metrics::new();
    metrics.refused("unknown-method");
    metrics.committed(Duration::from_millis(1), false);
    metrics.spans(7, 1);
    for line in [
        r#"mcpwarden_refusals_total{reason="unknown-method"} 1"#,
        "mcpwarden_ledger_failures_total 1",
        "mcpwarden_ledger_up 1",
        "mcpwarden_spans_dropped_total 1",
        "mcpwarden_connections 3",
        "mcpwarden_sessions 5",
        r#"mcpwarden_build_info{version="0.1.0"} 1"#,
    ] {
        has(&metrics, line);
    }
    let counts = Counts::default();
    let page = metrics.render(&Now { refused: Some(&counts), ..now() });
    assert!(page.contains("mcpwarden_http_refusals_total{reason=\"host-unknown\"} 0\n"));
}

#[test]
fn the_page_is_one_that_a_monitor_can_read() {
    let metrics = Metrics::new();
    metrics.server("a \"name\" with\\all\nof it", ["t"].into_iter()).failed("x");
    metrics.observe(&call(Outcome::Failed));
    let page = metrics.render(&now());
    assert!(page.contains(r#"server="a \"name\" with\\all\nof it""#));
    let mut family = "";
    for line in page.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            family = rest.split(' ').next().unwrap();
        } else if !line.starts_with('#') {
            assert!(line.starts_with(family), "{line} is not of {family}");
            let value = line.rsplit(' ').next().unwrap();
            assert!(value.parse::<f64>().is_ok(), "{line}");
        }
    }
}
