use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    sync::mpsc::{Receiver, channel},
};

use super::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn clock() -> Clock {
    Arc::new(|| SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000))
}

fn start(address: &str) -> Result<Webhook, WebhookError> {
    let settings = WebhookSettings { address: address.to_owned(), secret: SECRET.into() };
    Webhook::start(&settings, clock())
}

/// Somebody who is told, and answers with these statuses one after the other: the headers and
/// bodies that come.
fn listener(statuses: &'static [u16]) -> (String, Receiver<(Vec<String>, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/hook", listener.local_addr().unwrap());
    let (tell, told) = channel();
    thread::spawn(move || {
        for status in statuses {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = Vec::new();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                head.push(line.trim().to_owned());
            }
            let length = head.iter().find_map(|line| line.strip_prefix("content-length: "));
            let mut body = vec![0; length.unwrap().parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
            tell.send((head, String::from_utf8(body).unwrap())).unwrap();
            let answer =
                format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    (address, told)
}

#[test]
fn a_hold_is_told_with_a_code_that_the_other_side_can_check() {
    let (address, told) = listener(&[204]);
    let webhook = start(&address).unwrap();
    webhook.tell(&crate::holds::tests::hold());
    let (head, body) = told.recv().unwrap();
    assert_eq!(head[0], "POST /hook HTTP/1.1");
    let value = |name: &str| head.iter().find_map(|line| line.strip_prefix(name)).unwrap();
    assert_eq!(value("x-warden-timestamp: "), "1795000000");
    let code = value("x-warden-signature: v1=");
    let key = MacKey::new(&SECRET.into()).unwrap();
    assert!(key.is_code(code, &[b"1795000000.", body.as_bytes()]));
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&body["event"], &body["hold"]["v"]), (&"hold".into(), &1.into()));
    assert!(!format!("{head:?}{body}").contains(SECRET));
}

#[test]
fn what_is_not_taken_is_tried_again_and_then_the_next() {
    let (address, told) = listener(&[503, 200, 400, 200]);
    let webhook = start(&address).unwrap();
    let hold = crate::holds::tests::hold();
    for id in ["a", "b", "c"] {
        webhook.tell(&Hold { id: id.into(), ..hold.clone() });
    }
    let ids: Vec<_> = (0..4)
        .map(|_| {
            let body: serde_json::Value = serde_json::from_str(&told.recv().unwrap().1).unwrap();
            body["hold"]["id"].as_str().unwrap().to_owned()
        })
        .collect();
    // The first is sent again, and the second, which is refused, is not.
    assert_eq!(ids, ["a", "a", "b", "c"]);
}

#[test]
fn telling_never_waits() {
    // Nobody takes what comes here: it is bound, and never accepted.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", silent.local_addr().unwrap());
    let webhook = start(&address).unwrap();
    let hold = crate::holds::tests::hold();
    for _ in 0..QUEUE + 10 {
        webhook.tell(&hold);
    }
    // One may have been taken out of the queue.
    assert!(webhook.tally().dropped.load(Ordering::Relaxed) >= 9);
}

#[test]
fn only_addresses_that_keep_it_to_themselves_are_taken() {
    for good in ["https://hooks.example.com/x?y=z", "http://localhost:1/", "http://[::1]:8/x"] {
        assert!(address(good).is_ok(), "{good}");
    }
    for bad in [
        "http://hooks.example.com/",
        "https://user:secret@hooks.example.com/",
        "ftp://localhost/",
        "/hook",
        "localhost:80",
        "http://localhost.example.com/",
        "",
    ] {
        assert!(matches!(address(bad), Err(WebhookError::Address)), "{bad}");
    }
    let short = WebhookSettings { address: "http://localhost/".into(), secret: "short".into() };
    assert!(matches!(Webhook::start(&short, clock()), Err(WebhookError::Secret(_))));
    let settings = WebhookSettings { address: String::new(), secret: SECRET.into() };
    assert!(!format!("{settings:?}").contains(SECRET));
}
