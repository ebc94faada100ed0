//! Requests that two readers could understand in two ways, and clients that say nothing.

use super::*;

/// The first answer's status, and that nothing after it was taken for another request.
#[track_caller]
fn only_one_answer(request: &str, status: u16) {
    let (listener, _strings) = listen();
    let mut client = Raw::to(&listener);
    client.send(request.replace('\n', "\r\n"));
    // Who is refused may have been left already.
    let _left = client.0.shutdown(std::net::Shutdown::Write);
    let all = client.rest();
    assert!(all.starts_with(&format!("HTTP/1.1 {status} ")), "{request:?} has {all:?}");
    assert_eq!(all.matches("HTTP/1.1 ").count(), 1, "{request:?} has {all:?}");
}

const SMUGGLED: &str = "GET /smuggled HTTP/1.1\nHost: localhost\n\n";

#[test]
fn chunks_and_a_length_together_end_the_connection() {
    let te = "Transfer-Encoding: chunked\n";
    let head = "POST / HTTP/1.1\nHost: localhost\n";
    only_one_answer(&format!("{head}{te}Content-Length: 4\n\n0\n\n{SMUGGLED}"), 200);
    only_one_answer(&format!("{head}Content-Length: 4\n{te}\n0\n\n{SMUGGLED}"), 200);
}

#[test]
fn two_lengths_are_refused() {
    let head = "POST / HTTP/1.1\nHost: localhost\nContent-Length: 3\n";
    only_one_answer(&format!("{head}Content-Length: 4\n\nabc{SMUGGLED}"), 400);
    for length in ["+3", "-3", "3, 4", "0x3", "", "3 3", "99999999999999999999999"] {
        let head = format!("POST / HTTP/1.1\nHost: localhost\nContent-Length: {length}\n\n");
        only_one_answer(&format!("{head}abc{SMUGGLED}"), 400);
    }
}

#[test]
fn other_transfer_encodings_are_refused() {
    for coding in ["identity", "gzip", "chunked, gzip", "xchunked", "chunked\nTransfer-Encoding: x"]
    {
        let head = format!("POST / HTTP/1.1\nHost: localhost\nTransfer-Encoding: {coding}\n\n");
        only_one_answer(&format!("{head}0\n\n{SMUGGLED}"), 400);
    }
    let head = "POST / HTTP/1.0\nHost: localhost\nTransfer-Encoding: chunked\n\n";
    let (listener, _strings) = listen();
    let mut client = Raw::to(&listener);
    client.send(format!("{head}0\n\n{SMUGGLED}").replace('\n', "\r\n"));
    assert!(client.rest().contains(" 400 "));
}

#[test]
fn chunks_that_are_none_are_refused() {
    let head = "POST / HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\n";
    for chunk in
        ["x\n", "-1\n", "0x1\na\n0\n\n", "ffffffffffffffffff\n", "1\nab\n0\n\n", " 1\na\n0\n\n"]
    {
        only_one_answer(&format!("{head}{chunk}{SMUGGLED}"), 400);
    }
}

#[test]
fn heads_that_are_none_are_refused() {
    for head in [
        "GET / HTTP/1.1\nHost : localhost",
        "GET / HTTP/1.1\nHost: localhost\nX: a\n folded: b",
        "GET / HTTP/1.1\n Host: localhost",
        "GET / HTTP/1.1\nHost: localhost\nX",
        "GET / HTTP/1.1\nHost: localhost\nX: \0",
        "GET / HTTP/1.1\nHost: localhost\nX\u{e9}: a",
        "GET / HTTP/1.1 x\nHost: localhost",
        "GET  / HTTP/1.1\nHost: localhost",
        "GET /a b HTTP/1.1\nHost: localhost",
        "GET / HTTP/3.0\nHost: localhost",
        "GET /\nHost: localhost",
        "\u{16}\u{3}\u{1}\u{2}",
    ] {
        only_one_answer(&format!("{head}\n\n"), 400);
    }
}

#[test]
fn a_head_that_does_not_come_is_not_waited_for() {
    let mut settings = settings();
    settings.http.head_time = Duration::from_millis(20);
    let (listener, _strings) = listen_with(&settings);
    let mut silent = Raw::to(&listener);
    let mut slow = Raw::to(&listener);
    slow.send("GET / HTTP/1.1\r\nHost: lo");
    assert_eq!((&*silent.rest(), &*slow.rest()), ("", ""));
    let mut later = Raw::to(&listener);
    assert_eq!(later.ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").0, 200);
    later.send("GET / HT");
    assert_eq!(later.rest(), "");
    counted(&listener, Refused::HeadSlow, 3);
}

#[test]
fn a_connection_that_is_idle_for_long_is_closed_without_a_word() {
    let mut settings = settings();
    settings.http.idle = Duration::from_millis(20);
    let (listener, _strings) = listen_with(&settings);
    let mut client = Raw::to(&listener);
    assert_eq!(client.ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").0, 200);
    assert_eq!(client.rest(), "");
    counted(&listener, Refused::HeadSlow, 0);
}

#[test]
fn a_thousand_silent_connections_keep_nobody_from_being_served() {
    let (listener, _strings) = listen();
    // Both ends of each are open files of this process, and other tests have some too.
    let most = 1000.min(listener.cap().granted / 3);
    let silent: Vec<_> = (0..most)
        .map(|number| {
            let mut client = Raw::to(&listener);
            if number % 2 == 0 {
                client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Le");
            }
            client
        })
        .collect();
    let mut client = Raw::to(&listener);
    assert_eq!(client.ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").0, 200);
    drop(silent);
}

#[test]
fn beyond_the_cap_a_client_waits_until_another_leaves() {
    let mut settings = settings();
    settings.http.connections = 2;
    let (listener, strings) = listen_with(&settings);
    let (mut one, mut two) = (Raw::to(&listener), Raw::to(&listener));
    one.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n");
    two.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let (first, second) = (strings.wait(), strings.wait());
    let mut three = Raw::to(&listener);
    three.send("GET /wait HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert_eq!(listener.gauges().presence().connections, 2);
    assert!(strings.waits.try_recv().is_err());
    drop(one);
    let third = strings.wait();
    third.send(()).unwrap();
    assert_eq!(three.answer().2, "waited");
    drop((first, second));
}

#[test]
fn when_silent_connections_take_all_places_they_are_closed_for_those_who_ask() {
    let mut settings = settings();
    settings.http.connections = 20;
    settings.http.head_time = Duration::from_hours(1);
    settings.http.idle = Duration::from_hours(1);
    let (listener, strings) = listen_with(&settings);
    let ask = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut busy = Raw::to(&listener);
    busy.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let go = strings.wait();
    let silent: Vec<_> = (0..60)
        .map(|number| {
            let mut client = Raw::to(&listener);
            match number % 3 {
                0 => client.send("GET / HT"),
                // May still wait for its place, so its answer is not waited for.
                1 => client.send(ask),
                _ => {}
            }
            client
        })
        .collect();
    let mut client = Raw::to(&listener);
    assert_eq!(client.ask(ask).0, 200);
    // Who has asked for something is not among those who only wait.
    go.send(()).unwrap();
    assert_eq!(busy.answer().2, "waited");
    drop(silent);
}
