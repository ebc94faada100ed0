//! Whatever a client has seen answered is on record, however the guard ends.

use std::{collections::HashSet, time::Duration};

use serde_json::json;
use warden_testkit::{Client, Received, TestHome};

use crate::{LEGACY, approve, guarded, records};

/// How often the guard is killed.
const KILLS: u64 = 200;
/// How many calls are on their way at a time.
const IN_FLIGHT: u64 = 8;

/// Numbers that are the same on every run (xorshift, Marsaglia 2003).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

#[test]
fn a_guard_that_is_killed_at_any_instant_loses_no_call_that_was_answered() {
    let home = TestHome::new();
    approve(&home, &[]);
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let mut answered: HashSet<String> = HashSet::new();
    for round in 1..=KILLS {
        let mut client = Client::spawn(&mut guarded(&home, &[]));
        client.set_patience(Duration::from_secs(30));
        client.open(LEGACY);
        let most = numbers.next(60);
        let mut next = round * 1000;
        let mut send = |client: &mut Client| {
            next += 1;
            client.send(&json!({
                "jsonrpc": "2.0", "id": next, "method": "tools/call",
                "params": {"name": "echo", "arguments": {"n": next}}
            }));
        };
        for _ in 0..IN_FLIGHT {
            send(&mut client);
        }
        for _ in 0..most {
            let Received::Message(answer) = client.receive() else { panic!("no answer") };
            assert!(answer.get("result").is_some(), "{answer}");
            answered.insert(answer["id"].to_string());
            send(&mut client);
        }
        // Somewhere in the middle of what is still on its way.
        for _ in 0..numbers.next(20_000) {
            std::hint::spin_loop();
        }
        client.kill();
        while let Received::Message(answer) = client.receive() {
            answered.insert(answer["id"].to_string());
        }
    }
    assert!(answered.len() > 3000, "{}", answered.len());
    for event in ["call.intent", "call.closed"] {
        let recorded: HashSet<String> = records(&home, event)
            .iter()
            .map(|record| record["request"].as_str().unwrap().to_owned())
            .collect();
        let lost: Vec<_> = answered.difference(&recorded).collect();
        assert!(lost.is_empty(), "{event} of {lost:?} is not on record");
    }
}
