//! Who may come in.

use super::*;

#[track_caller]
fn check(head: &str, status: u16) -> String {
    let (listener, _strings) = listen();
    let answer = Raw::to(&listener).ask(format!("{head}\r\n\r\n"));
    assert_eq!(answer.0, status, "{head}\n{}{}", answer.1, answer.2);
    answer.1
}

#[test]
fn hosts_of_the_gateway_are_served() {
    check("GET / HTTP/1.1\r\nHost: localhost", 200);
    check("GET / HTTP/1.1\r\nHost: LOCALHOST:8080", 200);
    check("GET / HTTP/1.1\r\nHost: 127.0.0.1:1", 200);
    check("GET / HTTP/1.1\r\nHost: [::1]:1", 200);
    check("GET / HTTP/1.1\r\nHost: gateway.example", 200);
    check("GET http://localhost/ HTTP/1.1\r\nHost: localhost", 200);
}

#[test]
fn other_hosts_are_sent_away() {
    check("GET / HTTP/1.1\r\nHost: evil.example", 421);
    check("GET / HTTP/1.1\r\nHost: localhost.evil.example", 421);
    check("GET / HTTP/1.1\r\nHost: evil.example@localhost", 421);
    check("GET / HTTP/1.1\r\nHost: localhost.", 421);
    check("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example", 421);
}

#[test]
fn a_host_that_is_missing_or_there_twice_is_malformed() {
    check("GET / HTTP/1.1", 400);
    check("GET / HTTP/1.0", 400);
    check("GET / HTTP/1.1\r\nHost:", 400);
    check("GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost", 400);
    check("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example", 400);
    check("GET http://evil.example/ HTTP/1.1\r\nHost: localhost", 400);
    check("GET http://localhost/ HTTP/1.1\r\nHost: evil.example", 400);
}

#[test]
fn origins_come_in_only_when_they_are_named() {
    let with = |origin: &str| format!("GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}");
    let head = check(&with("https://app.example"), 200);
    assert!(head.contains("access-control-allow-origin: https://app.example\r\n"));
    assert!(head.contains("vary: origin\r\n"));
    for origin in [
        "null",
        "https://evil.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.evil.example",
        "http://localhost:3000",
        "http://localhost.",
        "http://127.0.0.1:8080",
        "",
    ] {
        let head = check(&with(origin), 403);
        assert!(!head.contains("access-control-allow-origin"), "{origin}");
    }
    check(&format!("{}\r\nOrigin: https://app.example", with("https://app.example")), 403);
}

#[test]
fn a_page_at_the_very_address_that_is_asked_is_ours() {
    let with =
        |host: &str, origin: &str| format!("GET / HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}");
    check(&with("localhost:8080", "http://localhost:8080"), 200);
    check(&with("localhost", "https://localhost"), 200);
    check(&with("localhost:8080", "http://localhost:8081"), 403);
    check(&with("localhost:8080", "http://localhost"), 403);
    check(&with("localhost:8080", "http://127.0.0.1:8080"), 403);
    check(&with("localhost:8080", "ftp://localhost:8080"), 403);
    check(&with("evil.example", "http://evil.example"), 421);
}

#[test]
fn what_another_site_embeds_does_not_come_in() {
    check("GET / HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site", 403);
    check("GET / HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-site", 403);
    check("GET / HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: none", 200);
}

#[test]
fn a_browser_is_told_what_a_page_may_send() {
    let head = check(
        "OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\nOrigin: https://app.example\r\n\
         Access-Control-Request-Method: POST\r\n\
         Access-Control-Request-Headers: content-type, mcp-session-id,Mcp-Param-City, x-evil",
        204,
    );
    assert!(head.contains("allow-headers: content-type, mcp-session-id, Mcp-Param-City\r\n"));
    assert!(head.contains("allow-methods: GET, POST, DELETE"));
    assert!(head.contains("expose-headers: Mcp-Session-Id"));
    check(
        "OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n\
         Access-Control-Request-Method: POST",
        403,
    );
}

#[test]
fn methods_that_nothing_answers_are_refused() {
    for method in ["PUT", "PATCH", "TRACE", "CONNECT", "SUBSCRIBE"] {
        let target = if method == "CONNECT" { "localhost:1" } else { "/" };
        let head = check(&format!("{method} {target} HTTP/1.1\r\nHost: localhost:1"), 405);
        assert!(head.contains("allow: GET, POST, DELETE"));
    }
    check("HEAD / HTTP/1.1\r\nHost: localhost", 200);
    check("DELETE / HTTP/1.1\r\nHost: localhost", 200);
}

#[test]
fn long_targets_and_heads_are_refused() {
    let target = |length| format!("GET /{} HTTP/1.1\r\nHost: localhost", "a".repeat(length));
    check(&target((8 << 10) - 1), 200);
    check(&target(8 << 10), 414);
    check(&format!("{}\r\nX: {}", target(1), "a".repeat(40 << 10)), 431);
    check(&format!("{}{}", target(1), "\r\nX: a".repeat(100)), 431);
}

#[test]
fn each_refusal_is_counted() {
    let (listener, _strings) = listen();
    let counts = listener.gauges().counts();
    Raw::to(&listener).ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    Raw::to(&listener).ask("GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\n\r\n");
    assert_eq!((counts.of(Refused::HostUnknown), counts.of(Refused::OriginUnknown)), (1, 1));
    assert_eq!(counts.of(Refused::Method), 0);
}
