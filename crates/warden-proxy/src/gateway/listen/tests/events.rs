//! Streams of events.

use super::*;

const ASK: &str = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";

#[test]
fn events_arrive_as_they_are_sent_and_the_stream_ends_with_its_sender() {
    let (listener, strings) = listen();
    let mut client = Raw::to(&listener);
    client.send(ASK);
    let stream = strings.stream();
    let head = client.until("\r\n\r\n");
    assert!(head.contains("transfer-encoding: chunked"));
    stream.blocking_send("data: 1\n\n".into()).unwrap();
    assert_eq!(client.until("data: 1\n\n\r\n"), "9\r\ndata: 1\n\n\r\n");
    stream.blocking_send("data: 2\n\n".into()).unwrap();
    drop(stream);
    assert_eq!(client.until("0\r\n\r\n"), "9\r\ndata: 2\n\n\r\n0\r\n\r\n");
    assert_eq!(client.ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").0, 200);
}

#[test]
fn the_sender_sees_that_the_client_has_gone() {
    let (listener, strings) = listen();
    let mut client = Raw::to(&listener);
    client.send(ASK);
    let stream = strings.stream();
    drop(client);
    block_on(async { tokio::time::timeout(PATIENCE, stream.closed()).await.unwrap() });
}

#[test]
fn a_silent_stream_is_kept_alive_with_comments() {
    let mut settings = settings();
    settings.http.keep_alive = Duration::from_millis(10);
    let (listener, strings) = listen_with(&settings);
    let mut client = Raw::to(&listener);
    client.send(ASK);
    let stream = strings.stream();
    client.until("\r\n\r\n");
    for _ in 0..3 {
        assert_eq!(client.until("\n\n\r\n"), "3\r\n:\n\n\r\n");
    }
    stream.blocking_send("data: 1\n\n".into()).unwrap();
    client.until("data: 1\n\n\r\n");
    client.until(":\n\n\r\n");
}

#[test]
fn a_client_that_reads_nothing_holds_its_sender_back_and_is_cut_off() {
    let mut settings = settings();
    settings.http.stall = Duration::from_millis(50);
    let (listener, strings) = listen_with(&settings);
    let mut client = Raw::to(&listener);
    client.send(ASK);
    let stream = strings.stream();
    let large = Bytes::from(vec![b'a'; 1 << 20]);
    // Ends only because the client is cut off: nobody takes this much.
    while stream.blocking_send(large.clone()).is_ok() {}
    counted(&listener, Refused::Stalled, 1);
}

#[test]
fn a_lasting_stream_has_events_comments_and_an_end() {
    let mut settings = settings();
    settings.http.keep_alive = Duration::from_millis(10);
    let (listener, strings) = listen_with(&settings);
    let mut client = Raw::to(&listener);
    // The answer to the first of two requests in one write is whole before the stream begins.
    let first = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    client.send([first, &ASK.replace("events", "lasting")].concat());
    assert_eq!(client.answer().0, 200);
    let stream = strings.stream();
    let head = client.until("\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(head.contains("transfer-encoding: chunked\r\n"), "{head}");
    assert_eq!(client.until("\n\n\r\n"), "3\r\n:\n\n\r\n");
    assert_eq!(listener.gauges().presence().requests, 1);
    stream.blocking_send("data: 1\n\n".into()).unwrap();
    client.until("9\r\ndata: 1\n\n\r\n");
    stream.blocking_send(Bytes::new()).unwrap();
    stream.blocking_send(vec![b'a'; 300_000].into()).unwrap();
    drop(stream);
    let rest = client.rest();
    assert!(rest.contains(&format!("493e0\r\n{}\r\n", "a".repeat(300_000))));
    assert!(rest.ends_with("\r\n0\r\n\r\n"));
}

#[test]
fn a_lasting_stream_ends_with_its_client_whatever_that_sends() {
    let (listener, strings) = listen();
    let (mut silent, mut loud) = (Raw::to(&listener), Raw::to(&listener));
    silent.send(ASK.replace("events", "lasting"));
    let stream = strings.stream();
    drop(silent);
    block_on(async { tokio::time::timeout(PATIENCE, stream.closed()).await.unwrap() });
    loud.send(ASK.replace("events", "lasting"));
    let stream = strings.stream();
    loud.0.write_all(&vec![b'a'; 8 << 10]).ok();
    block_on(async { tokio::time::timeout(PATIENCE, stream.closed()).await.unwrap() });
}

#[test]
fn a_client_that_does_not_read_a_lasting_stream_is_cut_off() {
    let mut settings = settings();
    settings.http.stall = Duration::from_millis(50);
    let (listener, strings) = listen_with(&settings);
    let mut client = Raw::to(&listener);
    client.send(ASK.replace("events", "lasting"));
    let stream = strings.stream();
    let large = Bytes::from(vec![b'a'; 1 << 20]);
    while stream.blocking_send(large.clone()).is_ok() {}
    counted(&listener, Refused::Stalled, 1);
}

#[test]
fn a_client_of_http_1_0_reads_a_stream_until_it_is_closed() {
    let (listener, strings) = listen();
    let mut client = Raw::to(&listener);
    client.send(ASK.replace("events", "lasting").replace("1.1", "1.0"));
    let stream = strings.stream();
    stream.blocking_send("data: 1\n\n".into()).unwrap();
    drop(stream);
    assert!(client.rest().ends_with("\r\n\r\ndata: 1\n\n"));
}
