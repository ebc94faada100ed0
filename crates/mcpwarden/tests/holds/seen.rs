//! What else waits beside calls of tools, and who is told what of it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    sync::mpsc::{Receiver, channel},
    thread,
};

use super::*;

/// Prompts and resources wait as well.
const LOOK: &str = r#"
@id("look")
@why("Somebody looks at what is read.")
forbid (
  principal,
  action in [Warden::Action::"prompt", Warden::Action::"read"],
  resource
)
unless { context.approved };
"#;

// Whatever policy wants a person for waits for one.
#[test]
fn prompts_and_resources_wait_like_calls() {
    let bench = Bench::ruled("", LOOK, "");
    let coder = bench.coder();
    for (method, params) in [
        ("prompts/get", json!({"name": "greeting"})),
        ("resources/read", json!({"uri": "mail://inbox"})),
    ] {
        let hold = waits(&coder.ask(method, &params));
        let shown = bench.calls("ben", &["show", &hold]).success();
        assert!(shown.contains("rule look: Somebody looks at what is read."), "{shown}");
        let policy = bench.home.path().join("rules").to_string_lossy().into_owned();
        let approve = ["approve", &*hold, "--yes", "--policy", &policy];
        drop(bench.calls("ben", &approve).success());
        passes(&coder.ask(method, &params));
        assert_ne!(waits(&coder.ask(method, &params)), hold);
    }
}

// What cannot be waited for is refused.
#[test]
fn what_goes_on_by_itself_is_not_approved_once() {
    let bench = Bench::ruled("", LOOK, "");
    let visitor = bench.visitor("2025-11-25", json!({}));
    let answer = visitor.ask("resources/subscribe", &json!({"uri": "mail://inbox"}));
    assert_eq!(answer.reason().as_deref(), Some("needs-approval"), "{}", answer.text());
    assert!(bench.pending().is_empty());
}

/// Somebody who is told: the bodies that come.
fn listener() -> (String, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let (tell, told) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream);
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
                    break;
                }
                let size = line.to_ascii_lowercase();
                let size = size.strip_prefix("content-length:").map(str::trim).map(str::parse);
                length = size.and_then(Result::ok).unwrap_or(length);
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            drop(reader.read_exact(&mut body));
            let answer = b"HTTP/1.1 204 x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            drop(reader.get_mut().write_all(answer));
            if tell.send((head, String::from_utf8_lossy(&body).into_owned())).is_err() {
                return;
            }
        }
    });
    (address, told)
}

// People are told of what waits, and no secret is shown to them.
#[test]
fn a_webhook_is_told_of_what_waits_without_its_secrets() {
    let (address, told) = listener();
    let secret = "0123456789abcdef0123456789abcdef";
    let webhook = format!("[webhook]\nurl = \"{address}\"\nsecret = \"{secret}\"");
    let bench = Bench::new(&webhook);
    let coder = bench.coder();
    let arguments = json!({"path": "a", "password": "tr0ub4dor&3"});
    let hold = waits(&coder.call("delete_file", &arguments));
    assert_eq!(waits(&coder.call("delete_file", &arguments)), hold);
    let (head, body) = told.recv_timeout(Duration::from_mins(1)).expect("somebody is told");
    assert!(head.to_ascii_lowercase().contains("x-warden-signature: v1="), "{head}");
    let event: Value = serde_json::from_str(&body).expect("it is JSON");
    assert_eq!((&event["event"], &event["hold"]["id"]), (&json!("hold"), &json!(hold)));
    let shown = bench.calls("ben", &["show", &hold]).success();
    for text in [&body, &shown] {
        assert!(text.contains("secret, 11 characters"), "{text}");
        assert!(!text.contains("tr0ub4dor") && !text.contains(secret), "{text}");
    }
    let text = bench.calls("ben", &["pending", "--json"]).success();
    assert!(!text.contains("tr0ub4dor"), "{text}");
    // Once for each call, however often it is asked for.
    assert!(told.try_recv().is_err());
}
