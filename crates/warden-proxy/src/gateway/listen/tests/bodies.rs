//! Bodies: their length, their time, their encoding.

use std::io::Read as _;

use flate2::{Compression, read};

use super::*;

const MOST: usize = 64 << 10;

fn post(more: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{more}\r\n");
    [head.as_bytes(), body].concat()
}

fn chunked(chunks: &[&[u8]]) -> Vec<u8> {
    let head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut all = head.as_bytes().to_vec();
    for chunk in chunks {
        all.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        all.extend_from_slice(chunk);
        all.extend_from_slice(b"\r\n");
    }
    all
}

#[test]
fn a_body_may_be_as_long_as_is_said_and_no_longer() {
    let (listener, _strings) = listen();
    let mut client = Raw::to(&listener);
    let (status, _, said) = client.ask(post("", &vec![b'a'; MOST]));
    assert_eq!((status, said.len()), (200, MOST));
    let (status, head, _) = client.ask(post("", &vec![b'a'; MOST + 1]));
    assert_eq!(status, 413);
    assert!(head.contains("connection: close\r\n"));
    assert_eq!(client.rest(), "");
}

#[test]
fn a_long_body_is_refused_before_it_is_sent() {
    let (listener, _strings) = listen();
    let mut client = Raw::to(&listener);
    let request = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n";
    assert_eq!(client.ask(request).0, 413);
    let request = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\
                   Expect: 100-continue\r\n\r\n";
    assert_eq!(Raw::to(&listener).ask(request).0, 413);
}

#[test]
fn a_client_that_sends_a_long_body_anyway_reads_why_it_was_refused() {
    let (listener, _strings) = listen();
    let mut client = Raw::to(&listener);
    let (status, _, _) = client.ask(post("", &vec![b'a'; 900 << 10]));
    assert_eq!(status, 413);
}

#[test]
fn a_body_in_chunks_is_put_together_and_has_the_same_limit() {
    let (listener, _strings) = listen();
    let mut client = Raw::to(&listener);
    let (status, _, said) = client.ask(chunked(&[b"some", b"thing", b""]));
    assert_eq!((status, &*said), (200, "something"));
    let piece = vec![b'a'; MOST / 2];
    assert_eq!(client.ask(chunked(&[&piece, &piece, b""])).0, 200);
    assert_eq!(client.ask(chunked(&[&piece, &piece, b"a", b""])).0, 413);
}

#[test]
fn a_client_that_waits_to_send_its_body_is_told_to_go_on() {
    let (listener, _strings) = listen();
    let mut client = Raw::to(&listener);
    client.send(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n",
    );
    assert_eq!(client.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    assert_eq!(client.ask("ok").2, "ok");
}

#[test]
fn compressed_bodies_are_taken_as_what_they_are() {
    let (listener, _strings) = listen();
    let mut client = Raw::to(&listener);
    let (mut gzip, mut deflate) = (Vec::new(), Vec::new());
    read::GzEncoder::new(&b"hello"[..], Compression::fast()).read_to_end(&mut gzip).unwrap();
    read::ZlibEncoder::new(&b"hello"[..], Compression::fast()).read_to_end(&mut deflate).unwrap();
    assert_eq!(client.ask(post("Content-Encoding: gzip\r\n", &gzip)).2, "hello");
    assert_eq!(client.ask(post("Content-Encoding: Deflate\r\n", &deflate)).2, "hello");
    assert_eq!(client.ask(post("Content-Encoding: identity\r\n", b"hello")).2, "hello");
    for other in ["br", "zstd", "gzip, gzip", "compress", ""] {
        let (status, _, _) = client.ask(post(&format!("Content-Encoding: {other}\r\n"), b""));
        assert_eq!(status, 415, "{other}");
    }
    let twice = "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n";
    assert_eq!(client.ask(post(twice, b"")).0, 415);
}

#[test]
fn a_compressed_body_may_not_grow_beyond_the_limit() {
    let (listener, _strings) = listen();
    let mut bomb = Vec::new();
    let zeros = std::io::repeat(0).take(20 << 20);
    read::GzEncoder::new(zeros, Compression::best()).read_to_end(&mut bomb).unwrap();
    assert!(bomb.len() < MOST);
    assert_eq!(Raw::to(&listener).ask(post("Content-Encoding: gzip\r\n", &bomb)).0, 413);
    let broken = &bomb[..bomb.len() / 2];
    let mut small = Vec::new();
    read::GzEncoder::new(&b"hello"[..], Compression::fast()).read_to_end(&mut small).unwrap();
    small.truncate(12);
    assert_eq!(Raw::to(&listener).ask(post("Content-Encoding: gzip\r\n", &small)).0, 400);
    assert_eq!(Raw::to(&listener).ask(post("Content-Encoding: gzip\r\n", broken)).0, 413);
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let mut settings = settings();
    settings.http.body_time = Duration::from_millis(20);
    let (listener, _strings) = listen_with(&settings);
    let mut client = Raw::to(&listener);
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nfive.";
    assert_eq!(client.ask(head).0, 408);
    counted(&listener, Refused::BodySlow, 1);
    let _left = client.0.shutdown(std::net::Shutdown::Write);
    assert_eq!(client.rest(), "");
}

#[test]
fn bodies_in_pieces_share_a_room() {
    let mut settings = settings();
    settings.http.held = 1000;
    let (listener, strings) = listen_with(&settings);
    let mut first = Raw::to(&listener);
    let wait = |path, length| {
        format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n")
    };
    first.send(wait("/wait", 900));
    first.send([b'a'; 400]);
    // The second part has to come by itself, which the answer to this says: it comes later.
    first.send([b'a'; 500]);
    let go = strings.wait();
    let mut second = Raw::to(&listener);
    assert_eq!(second.ask(chunked(&[&[b'a'; 600], &[b'a'; 600], b""])).0, 503);
    counted(&listener, Refused::Busy, 1);
    go.send(()).unwrap();
    assert_eq!(first.answer().0, 200);
}
