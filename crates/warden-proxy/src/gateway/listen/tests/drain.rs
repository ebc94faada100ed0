//! Stopping.

use std::thread::JoinHandle;

use super::*;

/// A listener, and an idle connection to it. One worker tells all its connections at once, so what
/// one knows the others do as well.
fn with_an_idle_connection() -> (Listener<Fake>, Strings, Raw) {
    let (listener, strings) = listen_with(&Listen { threads: 1, ..settings() });
    let mut idle = Raw::to(&listener);
    assert_eq!(idle.ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").0, 200);
    (listener, strings, idle)
}

/// Begins to drain: an idle connection is closed at once. Returns how many are abandoned, at its end.
fn drained(listener: Listener<Fake>, mut idle: Raw) -> JoinHandle<usize> {
    let drain = std::thread::spawn(move || block_on(listener.drain(PATIENCE)).abandoned);
    assert_eq!(idle.rest(), "");
    drain
}

#[test]
fn a_drain_lets_a_running_request_end_and_takes_no_other() {
    let (listener, strings, idle) = with_an_idle_connection();
    let (address, mut busy) = (listener.local_addr(), Raw::to(&listener));
    busy.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let go = strings.wait();
    let drain = drained(listener, idle);
    go.send(()).unwrap();
    let (status, head, body) = busy.answer();
    assert_eq!((status, &*body), (200, "waited"));
    assert!(head.contains("connection: close"));
    assert_eq!(busy.rest(), "");
    assert_eq!(drain.join().unwrap(), 0);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_drain_ends_lasting_streams_cleanly_and_lets_answers_finish() {
    let (listener, strings) = listen();
    let (mut lasting, mut answer) = (Raw::to(&listener), Raw::to(&listener));
    lasting.send("GET /lasting HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let notices = strings.stream();
    answer.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let events = strings.stream();
    notices.blocking_send("data: last\n\n".into()).unwrap();
    let drain = std::thread::spawn(move || block_on(listener.drain(PATIENCE)));
    assert!(lasting.rest().ends_with("data: last\n\n\r\n0\r\n\r\n"));
    assert!(notices.is_closed());
    events.blocking_send("data: answer\n\n".into()).unwrap();
    drop(events);
    assert!(answer.rest().ends_with("data: answer\n\n\r\n0\r\n\r\n"));
    assert_eq!(drain.join().unwrap().abandoned, 0);
}

#[test]
fn a_drain_lets_a_stream_that_answers_a_request_end_by_itself() {
    let (listener, strings, idle) = with_an_idle_connection();
    let mut subscribed = Raw::to(&listener);
    subscribed.send("GET /subscription HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let notices = strings.stream();
    let drain = drained(listener, idle);
    notices.blocking_send("data: result\n\n".into()).unwrap();
    drop(notices);
    assert!(subscribed.rest().ends_with("data: result\n\n\r\n0\r\n\r\n"));
    assert_eq!(drain.join().unwrap(), 0);
}

#[test]
fn a_drain_gives_up_after_its_time() {
    let (listener, strings) = listen();
    let mut client = Raw::to(&listener);
    client.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let go = strings.wait();
    assert_eq!(block_on(listener.drain(Duration::from_millis(20))).abandoned, 1);
    assert!(go.is_closed());
    client.rest();
}
