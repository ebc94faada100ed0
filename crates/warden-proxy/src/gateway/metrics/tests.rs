use super::*;

fn now() -> Now<'static> {
    Now {
        refused: None,
        presence: Presence { connections: 3, requests: 2, streams: 1 },
        sessions: 5,
        listeners: 2,
        pasts: (0, 0),
        ledger_works: true,
        version: "0.1.0",
    }
}

fn call(ended: Ended) -> CallSeen<'static> {
    CallSeen {
        method: Some(Method::ToolsCall),
        era: Era::Modern,
        transport: Transport::Http,
        server_era: Some(Era::Legacy),
        ended,
        server: None,
        total: Duration::from_micros(100),
        upstream: Duration::from_micros(50),
        client: Duration::from_micros(10),
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
    metrics.observe(&call(Ended::Well));
    metrics.observe(&call(Ended::Well));
    metrics.observe(&CallSeen {
        method: None,
        era: Era::Legacy,
        server_era: None,
        ..call(Ended::Refused("drifted", -32_001))
    });
    let labels = r#"method="tools/call",era="modern",server_era="legacy",transport="http",outcome="answered""#;
    has(&metrics, &format!("mcpwarden_requests_total{{{labels}}} 2"));
    let labels =
        r#"method="other",era="legacy",server_era="none",transport="http",outcome="refused""#;
    has(&metrics, &format!("mcpwarden_requests_total{{{labels}}} 1"));
    let bucket = |end| {
        format!(r#"mcpwarden_request_duration_seconds_bucket{{method="tools/call",le="{end}"}}"#)
    };
    has(&metrics, &format!("{} 0", bucket("0.000064")));
    has(&metrics, &format!("{} 2", bucket("0.000128")));
    has(&metrics, &format!("{} 2", bucket("+Inf")));
    has(&metrics, r#"mcpwarden_request_duration_seconds_sum{method="tools/call"} 0.0002"#);
    has(&metrics, r#"mcpwarden_refusals_total{reason="drifted"} 1"#);
    has(&metrics, "mcpwarden_own_duration_seconds_count 3");
    has(&metrics, "mcpwarden_own_duration_seconds_sum 0.00012");
}

#[test]
fn every_combination_has_a_place_of_its_own() {
    let metrics = Metrics::new();
    let methods = Method::ALL.iter().copied().map(Some).chain([None]);
    for method in methods {
        let eras = [Era::Legacy, Era::Modern].into_iter();
        let eras = eras.flat_map(|era| {
            [None, Some(Era::Legacy), Some(Era::Modern)].map(|server_era| (era, server_era))
        });
        for (era, server_era) in eras {
            for transport in [Transport::Stdio, Transport::Http, Transport::Sse] {
                for ended in [
                    Ended::Well,
                    Ended::Error(-32_602),
                    Ended::ToolFailed,
                    Ended::Refused("drifted", -32_001),
                    Ended::Cancelled,
                    Ended::Unanswered("timeout"),
                ] {
                    let seen = CallSeen { method, era, server_era, transport, ..call(ended) };
                    metrics.observe(&seen);
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
        let seen = CallSeen { server: Some(&server.counted(tool)), ..call(Ended::Well) };
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
        let seen = CallSeen { server: Some(&old.counted(Some(tool))), ..call(Ended::Well) };
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
    let late = CallSeen { server: Some(&old.counted(None)), ..call(Ended::Well) };
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
    assert_eq!(metrics.timed(|| Err::<(), ()>(())), Err(()));
    metrics.spans(7, 1);
    for line in [
        r#"mcpwarden_refusals_total{reason="unknown-method"} 1"#,
        "mcpwarden_ledger_failures_total 1",
        "mcpwarden_ledger_up 1",
        "mcpwarden_spans_dropped_total 1",
        "mcpwarden_connections 3",
        "mcpwarden_sessions 5",
        "mcpwarden_listeners 2",
        "mcpwarden_streams 1",
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
    metrics.observe(&call(Ended::Error(-32_602)));
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

/// The rows of a table of every family on a page with something of each.
fn rows() -> Vec<String> {
    let metrics = Metrics::new();
    let server = metrics.server("files", ["read"].into_iter());
    server.failed("timeout");
    let counted = server.counted(Some("read"));
    metrics.observe(&CallSeen { server: Some(&counted), ..call(Ended::Unanswered("timeout")) });
    assert_eq!(metrics.timed(|| Ok::<_, ()>(())), Ok(()));
    metrics.noticed.count(crate::Matter::Hostile, crate::Follows::Observe);
    metrics.held("begun");
    let counts = Counts::default();
    let page = metrics.render(&Now { refused: Some(&counts), ..now() });
    let families = page.split("# HELP ").skip(1);
    let row = |family: &str| {
        let mut lines = family.lines();
        let (name, help) = lines.next().unwrap().split_once(' ').unwrap();
        let kind = lines.next().unwrap().rsplit(' ').next().unwrap();
        let value = lines.next().unwrap_or_else(|| panic!("nothing of {name}"));
        let labels = value.split_once('{').and_then(|(_, rest)| rest.rsplit_once('}'));
        let labels = labels.map_or("", |(labels, _)| labels).split("\",").filter_map(|label| {
            let (label, _) = label.split_once('=')?;
            (label != "le").then(|| format!("`{label}`"))
        });
        let labels = labels.collect::<Vec<_>>().join(", ");
        format!("| `{name}` | {kind} | {labels} | {help} |")
    };
    families.map(row).collect()
}

#[test]
fn the_documentation_has_every_metric_and_no_other() {
    let page = include_str!("../../../../../docs/observability.md");
    let documented: Vec<_> = page
        .lines()
        .filter(|line| line.starts_with("| `mcpwarden_") || line.starts_with("| `process_"))
        .collect();
    let rows = rows();
    assert_eq!(documented, rows, "the table has to be:\n{}", rows.join("\n"));
}
