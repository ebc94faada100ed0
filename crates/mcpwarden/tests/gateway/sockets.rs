//! Connections that are held open, fed slowly, stuffed, or not read from.

use std::{
    io::Write as _,
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use serde_json::json;
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup, open_files_of,
        visitor::{LEGACY, Visitor},
        wire::Wire,
    },
    raise_file_limit,
};

use crate::{beside, revisions};

/// How long a gateway may take to cut off those who have had their time; long, since machines
/// are busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A gateway with little patience.
#[track_caller]
fn strict(home: &TestHome, more: &str) -> Gateway {
    let limits = format!("[limits]\nhead_time = 1\nbody_time = 1\n{more}");
    Gateway::start(home, &Setup::new().program("fix", &["--full"]).table(&limits))
}

/// Feeds every connection a byte at a time until the gateway has closed all of them.
#[track_caller]
fn drip(mut wires: Vec<Wire>, start: &[u8], with: &[u8]) {
    for wire in &mut wires {
        drop(wire.send(start));
        wire.set_patience(Duration::from_millis(2));
    }
    let deadline = Instant::now() + PATIENCE;
    while !wires.is_empty() {
        assert!(Instant::now() < deadline, "{} are still open", wires.len());
        // Waiting for an answer is what paces it.
        wires.retain_mut(|wire| {
            wire.send(with).is_ok()
                && wire.head().is_err_and(|error| {
                    let kinds = [std::io::ErrorKind::WouldBlock, std::io::ErrorKind::TimedOut];
                    kinds.contains(&error.kind())
                })
        });
    }
}

#[test]
fn heads_and_bodies_that_trickle_in_are_cut_off_while_others_are_served() {
    let home = TestHome::new();
    let gateway = strict(&home, "");
    let many = |count| (0..count).map(|_| Wire::connect(gateway.address())).collect::<Vec<_>>();
    beside(&gateway, || {
        drip(many(200), b"POST /mcp HTTP/1.1\r\nHost: localhost\r\n", b"X: y\r\n");
        drip(many(100), b"", b"G");
        let head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        drip(many(100), format!("{head}Content-Length: 100000\r\n\r\n").as_bytes(), b" ");
        drip(
            many(100),
            format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes(),
            b"1\r\n \r\n",
        );
    });
}

#[test]
fn as_many_half_open_connections_as_the_system_allows_keep_nobody_out() {
    // A hundred thousand if the system lets us; what it lets us is said below.
    const WANTED: usize = 100_000;
    raise_file_limit().expect("at least the limit that everybody has");
    let allowed = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let allowed = allowed.and_then(|most| usize::try_from(most).ok()).unwrap_or(WANTED);
    // Others of these tests run in this process as well.
    let count = WANTED.min(allowed.saturating_sub(2_000)).min(26_000);
    let home = TestHome::new();
    let setup = Setup::new().program("fix", &["--full"]).table("[limits]\nconnections = 2000");
    let gateway = Gateway::start(&home, &setup);
    beside(&gateway, || {
        let mut open = Vec::with_capacity(count);
        for number in 0..count {
            let mut wire = Wire::connect(gateway.address());
            if number % 3 == 0 {
                drop(wire.send(b"POST /mcp HTTP/1.1\r\nHost:"));
            }
            open.push(wire);
        }
        println!("{count} half-open connections, the limit being {allowed}");
        let files = open_files_of(gateway.pid()).unwrap_or_default();
        assert!(files < 2_300, "it holds {files} files");
        for revision in revisions() {
            Visitor::of(gateway.address(), revision).prove_served();
        }
    });
}

/// Ten gigabytes of nothing, compressed block by block: each block is a member of its own.
fn bomb(blocks: usize) -> Vec<u8> {
    const BLOCK: usize = 64 << 20;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let piece = vec![b' '; 1 << 20];
    for _ in 0..BLOCK / piece.len() {
        encoder.write_all(&piece).expect("there is memory");
    }
    let member = encoder.finish().expect("there is memory");
    member.repeat(blocks)
}

#[test]
fn ten_compressed_gigabytes_are_refused_and_cost_no_memory() {
    let home = TestHome::new();
    // Room for all that comes over the wire, so that only what comes out of it is too much.
    let gateway = strict(&home, "body = 16777216\nmessage = 16777216");
    let body = bomb(160);
    assert!(body.len() < 16 << 20, "{} bytes", body.len());
    beside(&gateway, || {
        for revision in revisions() {
            let visitor = Visitor::of(gateway.address(), revision);
            let reply = visitor.send_bytes(&body, &[("Content-Encoding", "gzip")]);
            assert_eq!(reply.status, 413, "{revision}: {}", reply.text());
        }
    });
}

#[test]
fn a_body_beyond_the_limit_is_refused_before_it_is_there() {
    let home = TestHome::new();
    let gateway = strict(&home, "");
    beside(&gateway, || {
        for revision in revisions() {
            let _visitor = Visitor::of(gateway.address(), revision);
            let mut wire = Wire::connect(gateway.address());
            wire.send(
                b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                  Content-Length: 10000000000\r\n\r\n{",
            )
            .expect("it is taken");
            assert_eq!(wire.reply().expect("an answer").status, 413);
            let mut wire = Wire::connect(gateway.address());
            let head = b"POST /mcp HTTP/1.1\r\nHost: localhost\r\n\
                Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
            wire.send(head).expect("it is taken");
            let chunk = [b"100000\r\n".to_vec(), vec![b' '; 1 << 20], b"\r\n".to_vec()].concat();
            // It stops taking it somewhere behind the fourth.
            let sent = (0..64).take_while(|_| wire.send(&chunk).is_ok()).count();
            assert!(sent < 64, "it took all of it");
        }
    });
}

#[test]
fn who_opens_streams_and_reads_nothing_is_held_within_bounds() {
    let home = TestHome::new();
    let setup = Setup::new().program("fix", &["--full", "--huge", "1000000"]);
    let gateway = Gateway::start(&home, &setup);
    beside(&gateway, || {
        let mut unread = Vec::new();
        for revision in &LEGACY[1..] {
            let visitor = Visitor::of(gateway.address(), revision);
            for _ in 0..20 {
                let call = visitor.request(
                    &json!(unread.len()),
                    "tools/call",
                    &json!({"name": "progress", "arguments": {"steps": 1000},
                        "_meta": {"progressToken": unread.len()}}),
                );
                unread.push(visitor.open(&call));
            }
        }
        let visitor = Visitor::modern(gateway.address());
        for number in 0..20 {
            let params = json!({"name": "huge", "arguments": {}});
            let mut wire = visitor.open(&visitor.request(&json!(number), "tools/call", &params));
            // One after another on the same connection, none of them read.
            for _ in 0..20 {
                let message = visitor.request(&json!(number), "tools/call", &params);
                let headers = visitor.headers(&message);
                let headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
                drop(wire.post("/mcp", &headers, message.to_string().as_bytes()));
            }
            unread.push(wire);
        }
    });
}
