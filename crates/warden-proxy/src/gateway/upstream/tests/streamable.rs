use std::sync::Mutex;

use tokio::sync::Notify;

use super::{
    fake::{Do, Fake, Seen, accepted, answer, event, result, stream},
    *,
};

const MODERN: &str = r#"{"supportedVersions":["2026-07-28"],"capabilities":{}}"#;
const LEGACY: &str = r#"{"protocolVersion":"2025-11-25","capabilities":{}}"#;

/// A modern server that answers calls like this.
async fn modern(calls: impl Fn(&Seen) -> Vec<Do> + Send + Sync + 'static) -> Fake {
    Fake::start(move |seen| match &*seen.method() {
        "server/discover" => result(seen, MODERN),
        _ => calls(seen),
    })
    .await
}

/// A legacy server with sessions that deals with everything but the handshake like this.
async fn legacy(calls: impl Fn(&Seen) -> Vec<Do> + Send + Sync + 'static) -> Fake {
    Fake::start(move |seen| match &*seen.method() {
        "server/discover" => answer("400 Bad Request", "", "no session"),
        "initialize" => {
            let body = format!(r#"{{"jsonrpc":"2.0","id":{},"result":{LEGACY}}}"#, seen.id());
            let headers = "Content-Type: application/json\r\nMcp-Session-Id: s-1\r\n";
            answer("200 OK", headers, &body)
        }
        "notifications/initialized" => accepted(),
        _ => calls(seen),
    })
    .await
}

#[tokio::test]
async fn a_modern_server_is_told_everything_in_headers_and_connections_are_kept() {
    let mut fake = modern(|seen| result(seen, r#"{"content":[]}"#)).await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    assert_eq!(link.introduction().revision, Revision::V2026_07_28);
    assert_eq!(&*link.introduction().result, MODERN);
    let out = call(r#"{"name":"grüße"}"#).with_headers(vec![(
        HeaderName::from_static("mcp-param-region"),
        HeaderValue::from_static("us-west1"),
    )]);
    let mut exchange = link.send(out).await.unwrap();
    assert_eq!(link.under_way(), 1);
    let seen = all(&mut exchange).await.unwrap();
    assert_eq!(seen, [r#"{"jsonrpc":"2.0","id":2,"result":{"content":[]}}"#]);
    assert_eq!(link.under_way(), 0);
    let request = fake.sees(|seen| seen.method() == "tools/call").await;
    assert_eq!(request.connection, 1);
    for (name, value) in [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "=?base64?Z3LDvMOfZQ==?="),
        ("mcp-param-region", "us-west1"),
        ("accept", "application/json, text/event-stream"),
        ("accept-encoding", "identity"),
        ("content-type", "application/json"),
    ] {
        assert_eq!(request.headers.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(fails(&mut exchange).await.unsent());
}

#[tokio::test]
async fn a_modern_stream_carries_progress_and_its_end_is_the_answer() {
    let fake = modern(|seen| {
        let last = format!(r#"{{"jsonrpc":"2.0","id":{},"result":{{}}}}"#, seen.id());
        stream(vec![
            Do::Say(": hello\n\nid: 1\ndata:\n\n".into()),
            event(r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}"#),
            event(r#"{"jsonrpc":"2.0","id":9,"method":"roots/list"}"#),
            event(&last),
        ])
    })
    .await;
    let (link, mut asides) = open(&http(fake.url.clone())).await.unwrap();
    let mut exchange = link.send(call(r#"{"name":"a"}"#)).await.unwrap();
    let seen = all(&mut exchange).await.unwrap();
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen[0].contains("notifications/progress"));
    // Modern servers ask nothing.
    let dropped = aside(&mut asides).await;
    assert!(
        matches!(dropped, Aside::Dropped(Refusal::UnknownMethod, Some(name)) if name == "roots/list")
    );
}

#[tokio::test]
async fn giving_up_a_modern_request_hangs_up() {
    let gone = Arc::new(Notify::new());
    let tell = Arc::clone(&gone);
    let fake = modern(move |_| stream(vec![Do::Hang(Arc::clone(&tell))])).await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    let mut exchange = link.send(call(r#"{"name":"a"}"#)).await.unwrap();
    // It is on its way, and its answer has begun.
    assert!(timeout(Duration::from_millis(20), exchange.next()).await.is_err());
    drop(exchange);
    timeout(LONG, gone.notified()).await.expect("the server sees it");
    assert_eq!(link.under_way(), 0);
}

#[tokio::test]
async fn a_modern_error_is_an_answer_whatever_its_status() {
    let fake = modern(|seen| {
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":{},"error":{{"code":-32601,"message":"x"}}}}"#,
            seen.id()
        );
        answer("404 Not Found", "Content-Type: application/json\r\n", &body)
    })
    .await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    let mut exchange = link.send(call(r#"{"name":"a"}"#)).await.unwrap();
    assert!(all(&mut exchange).await.unwrap()[0].contains("-32601"));
    assert!(link.alive());
}

#[tokio::test]
async fn a_legacy_server_gets_its_session_with_everything() {
    let mut fake = legacy(|seen| match &*seen.verb {
        "DELETE" => answer("204 No Content", "", ""),
        _ => result(seen, "{}"),
    })
    .await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    assert_eq!(link.introduction().revision, Revision::V2025_11_25);
    let mut exchange = link.send(call(r#"{"name":"a"}"#)).await.unwrap();
    all(&mut exchange).await.unwrap();
    link.close().await;
    assert!(!link.alive());
    let initialize = fake.sees(|seen| seen.method() == "initialize").await;
    assert!(!initialize.headers.contains_key("mcp-session-id"));
    for what in ["notifications/initialized", "tools/call", ""] {
        let seen = fake.sees(|seen| seen.method() == what).await;
        assert_eq!(seen.headers.get("mcp-session-id").map(String::as_str), Some("s-1"), "{what}");
        let revision = seen.headers.get("mcp-protocol-version");
        assert_eq!(revision.map(String::as_str), Some("2025-11-25"), "{what}");
        assert!(!seen.headers.contains_key("mcp-method"));
    }
}

#[tokio::test]
async fn giving_up_a_legacy_request_says_so() {
    let mut fake = legacy(|seen| match &*seen.method() {
        "tools/call" => stream(vec![Do::Hang(Arc::default())]),
        _ => accepted(),
    })
    .await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    let exchange = link.send(call(r#"{"name":"a"}"#)).await.unwrap();
    let IdKey::Number(id) = exchange.wire_id() else { panic!("a number") };
    drop(exchange);
    let seen = fake.sees(|seen| seen.method() == "notifications/cancelled").await;
    assert!(seen.body.contains(&format!(r#""requestId":{id}"#)), "{}", seen.body);
}

#[tokio::test]
async fn a_legacy_stream_asks_and_is_answered_and_what_is_everybodys_goes_aside() {
    let mut fake = legacy(|seen| {
        if seen.method() != "tools/call" {
            return accepted();
        }
        let last = format!(r#"{{"jsonrpc":"2.0","id":{},"result":{{}}}}"#, seen.id());
        stream(vec![
            event(r#"{"jsonrpc":"2.0","id":"p","method":"ping"}"#),
            event(r#"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#),
            event(r#"{"jsonrpc":"2.0","id":77,"result":{}}"#),
            event("nonsense"),
            event(r#"{"jsonrpc":"2.0","id":"r","method":"roots/list"}"#),
            event(&last),
        ])
    })
    .await;
    let (link, mut asides) = open(&http(fake.url.clone())).await.unwrap();
    let mut exchange = link.send(call(r#"{"name":"a"}"#)).await.unwrap();
    let asked = exchange.next().await.unwrap();
    assert!(matches!(asked.what(), What::Request { method: Method::RootsList, .. }));
    exchange.answer(br#"{"jsonrpc":"2.0","id":"r","result":{"roots":[]}}"#).await.unwrap();
    all(&mut exchange).await.unwrap();
    assert!(matches!(aside(&mut asides).await, Aside::Said(said)
        if matches!(said.what(), What::Notification { method: Method::ToolsChanged, .. })));
    assert!(matches!(aside(&mut asides).await, Aside::Dropped(Refusal::NotAsked, None)));
    assert!(matches!(aside(&mut asides).await, Aside::Dropped(Refusal::Malformed, None)));
    let mut answered = [
        fake.sees(|seen| seen.id().starts_with('"')).await.body,
        fake.sees(|seen| seen.id().starts_with('"')).await.body,
    ];
    answered.sort();
    assert!(answered[0].contains(r#""id":"p","result":{}"#), "{answered:?}");
    assert!(answered[1].contains(r#""roots":[]"#), "{answered:?}");
}

#[tokio::test]
async fn a_broken_legacy_stream_is_resumed_from_its_last_event() {
    let id = Mutex::new(String::new());
    let mut fake = legacy(move |seen| match (&*seen.verb, &*seen.method()) {
        (_, "tools/call") => {
            *id.lock().unwrap() = seen.id();
            stream(vec![Do::Say("retry: 1\nid: e-1\ndata:\n\n".into()), Do::Close])
        }
        ("GET", _) if seen.headers.get("last-event-id").is_some_and(|last| last == "e-1") => {
            stream(vec![Do::Say("id: e-2\ndata:\n\n".into()), Do::Close])
        }
        ("GET", _) => stream(vec![event(&format!(
            r#"{{"jsonrpc":"2.0","id":{},"result":{{}}}}"#,
            id.lock().unwrap()
        ))]),
        _ => accepted(),
    })
    .await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    let mut exchange = link.send(call(r#"{"name":"a"}"#)).await.unwrap();
    assert_eq!(all(&mut exchange).await.unwrap().len(), 1);
    for last in ["e-1", "e-2"] {
        let seen = fake.sees(|seen| seen.verb == "GET").await;
        assert_eq!(seen.headers.get("last-event-id").map(String::as_str), Some(last));
        assert_eq!(seen.headers.get("mcp-session-id").map(String::as_str), Some("s-1"));
    }
}

#[tokio::test]
async fn the_listening_stream_feeds_what_belongs_to_nobody_and_goes_on_where_it_broke() {
    let mut fake = legacy(|seen| match seen.headers.get("last-event-id") {
        None => stream(vec![
            Do::Say("retry: 1\nid: g-1\n".into()),
            event(r#"{"jsonrpc":"2.0","id":4,"method":"elicitation/create","params":{}}"#),
            Do::Close,
        ]),
        Some(_) => stream(vec![
            event(r#"{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"a"}}"#),
            Do::Hang(Arc::default()),
        ]),
    })
    .await;
    let (link, mut asides) = open(&http(fake.url.clone())).await.unwrap();
    link.listen().await.unwrap();
    assert!(matches!(aside(&mut asides).await, Aside::Said(said)
        if matches!(said.what(), What::Request { method: Method::Elicitation, .. })));
    assert!(matches!(aside(&mut asides).await, Aside::Said(said)
        if matches!(said.what(), What::Notification { method: Method::ResourcesUpdated, .. })));
    fake.sees(|seen| seen.headers.get("last-event-id").is_some_and(|last| last == "g-1")).await;
}

#[tokio::test]
async fn a_server_without_a_listening_stream_is_no_trouble() {
    let fake = legacy(|_| answer("405 Method Not Allowed", "", "")).await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    assert_eq!(link.listen().await, Ok(()));
}

#[tokio::test]
async fn a_request_that_a_stale_connection_never_took_is_sent_again() {
    let closed = Arc::new(Notify::new());
    let go = Arc::clone(&closed);
    let mut fake = modern(move |seen| {
        let mut steps = result(seen, "{}");
        if seen.connection == 1 {
            steps.extend([Do::Wait(Arc::clone(&go)), Do::Close]);
        }
        steps
    })
    .await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    for _ in 0..2 {
        let mut exchange = link.send(call(r#"{"name":"a"}"#)).await.unwrap();
        all(&mut exchange).await.unwrap();
        closed.notify_one();
        // The server closes the connection now; whether we have seen that makes no difference.
        tokio::task::yield_now().await;
    }
    assert_eq!(fake.sees(|seen| seen.method() == "tools/call").await.connection, 1);
    assert_eq!(fake.sees(|seen| seen.method() == "tools/call").await.connection, 2);
}

#[tokio::test]
async fn an_answer_in_many_pieces_is_put_together() {
    let text = "x".repeat(9_000);
    let said = text.clone();
    let fake = modern(move |seen| {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{},"result":{{"a":"{said}"}}}}"#, seen.id());
        let (first, second) = body.split_at(4_000);
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n";
        vec![
            Do::Say(format!("{head}{:x}\r\n{first}\r\n", first.len())),
            Do::Say(format!("{:x}\r\n{second}\r\n0\r\n\r\n", second.len())),
        ]
    })
    .await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    for _ in 0..2 {
        let mut exchange = link.send(call(r#"{"name":"a"}"#)).await.unwrap();
        assert!(all(&mut exchange).await.unwrap()[0].contains(&text));
    }
}

#[tokio::test]
async fn a_stream_that_ends_with_its_answer_leaves_its_connection() {
    let mut fake = modern(|seen| {
        let last = format!("data: {{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":{{}}}}\n\n", seen.id());
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
        vec![Do::Say(format!("{head}{:x}\r\n{last}\r\n0\r\n\r\n", last.len()))]
    })
    .await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    for _ in 0..3 {
        let mut exchange = link.send(call(r#"{"name":"a"}"#)).await.unwrap();
        assert_eq!(all(&mut exchange).await.unwrap().len(), 1);
        assert_eq!(fake.sees(|seen| seen.method() == "tools/call").await.connection, 1);
    }
}

#[tokio::test]
async fn many_requests_at_once_get_their_own_answers() {
    let fake = modern(|seen| {
        let arguments = warden_mcp::walk::member(&seen.body, "params").unwrap_or_default();
        result(seen, &format!(r#"{{"echo":{arguments}}}"#))
    })
    .await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    let calls: Vec<_> = (0..200)
        .map(|number| {
            let link = Arc::clone(&link);
            tokio::spawn(async move {
                let params = format!(r#"{{"name":"a","n":{number}}}"#);
                let mut exchange = link.send(call(&params)).await.unwrap();
                let IdKey::Number(id) = exchange.wire_id() else { panic!("a number") };
                let seen = all(&mut exchange).await.unwrap();
                let expected =
                    format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"echo":{params}}}}}"#);
                assert_eq!(seen, [expected]);
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(link.under_way(), 0);
}

#[tokio::test]
async fn what_is_asked_on_the_standing_stream_belongs_to_the_only_call() {
    let (say, said) = mpsc::unbounded_channel();
    let relay = Arc::new(tokio::sync::Mutex::new(said));
    let told = Arc::new(Notify::new());
    let (stands, waits) = (Arc::clone(&relay), Arc::clone(&told));
    let mut fake = legacy(move |seen| match (&*seen.verb, &*seen.method()) {
        ("GET", _) => stream(vec![Do::Relay(Arc::clone(&stands))]),
        (_, "tools/call") => {
            [vec![Do::Wait(Arc::clone(&waits))], result(seen, r#"{"content":[]}"#)].concat()
        }
        _ => {
            waits.notify_one();
            accepted()
        }
    })
    .await;
    let (link, mut asides) = open(&http(fake.url.clone())).await.unwrap();
    link.listen().await.unwrap();
    let mut exchange = link.send(call("{}")).await.unwrap();
    fake.sees(|seen| seen.method() == "tools/call").await;
    let ask = r#"{"jsonrpc":"2.0","id":"q","method":"roots/list"}"#;
    let changed = r#"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#;
    say.send(format!("data: {changed}\n\ndata: {ask}\n\n")).unwrap();
    let received = timeout(LONG, exchange.next()).await.unwrap().unwrap();
    assert!(matches!(received.what(), What::Request { method: Method::RootsList, .. }));
    assert!(matches!(aside(&mut asides).await, Aside::Said(_)));
    let roots = br#"{"jsonrpc":"2.0","id":"q","result":{"roots":[]}}"#;
    exchange.answer(roots).await.unwrap();
    assert_eq!(all(&mut exchange).await.unwrap().len(), 1);
    // Nothing is under way any more that could be the cause.
    say.send(format!("data: {ask}\n\n")).unwrap();
    assert!(matches!(aside(&mut asides).await, Aside::Said(_)));
}

#[tokio::test]
async fn a_server_of_2025_03_26_may_say_several_things_at_once() {
    let fake = Fake::start(|seen| match &*seen.method() {
        "server/discover" => answer("400 Bad Request", "", "no session"),
        "initialize" => result(seen, r#"{"protocolVersion":"2025-03-26","capabilities":{}}"#),
        "tools/call" => {
            let log = r#"{"jsonrpc":"2.0","method":"notifications/message","params":{}}"#;
            let last = format!(r#"{{"jsonrpc":"2.0","id":{},"result":{{}}}}"#, seen.id());
            let batch = format!("[{last},{log}]");
            if seen.body.contains("events") {
                stream(vec![event(&batch)])
            } else {
                fake::json(&batch)
            }
        }
        _ => accepted(),
    })
    .await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    for params in [r#"{"name":"events"}"#, "{}"] {
        let mut exchange = link.send(call(params)).await.unwrap();
        let all = all(&mut exchange).await.unwrap();
        assert_eq!(all.len(), 2, "{params}");
        assert!(all[0].contains("notifications/message") && all[1].contains("result"));
    }
}

#[tokio::test]
async fn a_server_that_refuses_the_revision_that_it_offers_is_asked_once_more() {
    let asked = Mutex::new(0);
    let fake = Fake::start(move |seen| {
        let mut asked = asked.lock().unwrap();
        *asked += 1;
        if *asked == 1 {
            let data = r#"{"supported":["2026-07-28"],"requested":"2026-07-28"}"#;
            let body = format!(
                r#"{{"jsonrpc":"2.0","id":{},"error":{{"code":-32022,"message":"","data":{data}}}}}"#,
                seen.id()
            );
            return answer("400 Bad Request", "Content-Type: application/json\r\n", &body);
        }
        result(seen, MODERN)
    })
    .await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    assert_eq!(link.introduction().revision, Revision::V2026_07_28);
}
