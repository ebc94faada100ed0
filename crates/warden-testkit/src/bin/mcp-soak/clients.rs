//! Clients who come, ask and go, and check that what they get is theirs.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use warden_testkit::gateway::visitor::{LEGACY, Old, Visitor, next};

use crate::trouble::Dice;

/// The pause between two calls of one client: this is about trouble, not about load.
const PAUSE: Duration = Duration::from_millis(20);

/// The most calls before a client goes.
const MOST_CALLS: u64 = 40;

/// Tools to call, each on a server with troubles of its own.
const TOOLS: &[&str] = &["echo", "own__echo", "web__echo", "new__echo", "extra__echo"];

/// What has become of calls.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Clients that came.
    pub(crate) clients: AtomicU64,
    /// Calls that were made.
    pub(crate) calls: AtomicU64,
    /// Calls with their own result.
    pub(crate) answered: AtomicU64,
    /// Calls with an error of their own: the server had crashed, or was taken out.
    pub(crate) failed: AtomicU64,
    /// Calls without an answer.
    pub(crate) lost: AtomicU64,
    /// Calls with more than one answer.
    pub(crate) doubled: AtomicU64,
    /// Calls with somebody else's answer.
    pub(crate) mixed_up: AtomicU64,
    /// Sessions and streams that could not be opened or ended.
    pub(crate) turned_away: AtomicU64,
}

fn add(count: &AtomicU64) {
    count.fetch_add(1, Ordering::Relaxed);
}

/// Plays one client after another until it is over.
pub(crate) fn run(number: usize, address: SocketAddr, counts: &Counts, done: &AtomicBool) {
    let mut dice = Dice::new(number as u64);
    while !done.load(Ordering::Acquire) {
        add(&counts.clients);
        let came = match dice.below(4) {
            0 => old(address, counts, &mut dice, done),
            1 => {
                calls(&Visitor::modern(address), counts, &mut dice, done);
                Ok(())
            }
            _ => legacy(address, counts, &mut dice, done),
        };
        if came.is_err() {
            add(&counts.turned_away);
        }
    }
}

fn legacy(
    address: SocketAddr,
    counts: &Counts,
    dice: &mut Dice,
    done: &AtomicBool,
) -> io::Result<()> {
    let revision = LEGACY.get(dice.index(LEGACY.len())).copied().unwrap_or("2025-11-25");
    let mut visitor = Visitor { revision: revision.into(), ..Visitor::modern(address) };
    visitor.try_begin()?;
    if visitor.session.is_none() {
        return Err(io::Error::other("no session"));
    }
    // Half of them listen, and some of those go without a word.
    let stream = if dice.below(2) == 0 { Some(visitor.try_stand()?) } else { None };
    calls(&visitor, counts, dice, done);
    drop(stream);
    if dice.below(3) > 0 && visitor.try_end()? != 204 {
        return Err(io::Error::other("the session does not end"));
    }
    Ok(())
}

fn calls(visitor: &Visitor, counts: &Counts, dice: &mut Dice, done: &AtomicBool) {
    for _ in 0..dice.below(MOST_CALLS) {
        if done.load(Ordering::Acquire) {
            return;
        }
        let (word, params) = call(dice);
        let request = visitor.request(&json!(next()), "tools/call", &params);
        add(&counts.calls);
        match visitor.try_send(&request) {
            Ok(reply) => judge(counts, &request, &word, &reply.messages()),
            Err(_) => add(&counts.lost),
        }
        thread::sleep(PAUSE);
    }
}

fn old(address: SocketAddr, counts: &Counts, dice: &mut Dice, done: &AtomicBool) -> io::Result<()> {
    let mut client = Old::try_open(address, "", None)?;
    for _ in 0..dice.below(MOST_CALLS) {
        if done.load(Ordering::Acquire) {
            break;
        }
        let (word, params) = call(dice);
        let request =
            json!({"jsonrpc": "2.0", "id": next(), "method": "tools/call", "params": params});
        add(&counts.calls);
        // An answer that comes twice is the first that comes to the next call.
        match client.try_ask(&request) {
            Ok(answer) => judge(counts, &request, &word, &[answer]),
            Err(_) => add(&counts.lost),
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// A word that nobody else says, and the call that has it repeated.
fn call(dice: &mut Dice) -> (String, Value) {
    let tool = TOOLS.get(dice.index(TOOLS.len())).copied().unwrap_or("echo");
    let word = format!("word-{}-", next());
    let filler = "x".repeat(dice.index(2000));
    (word.clone(), json!({"name": tool, "arguments": {"word": word, "filler": filler}}))
}

fn judge(counts: &Counts, request: &Value, word: &str, messages: &[Value]) {
    let answers: Vec<_> =
        messages.iter().filter(|message| message.get("method").is_none()).collect();
    match answers[..] {
        [] => add(&counts.lost),
        [answer] if answer["id"] != request["id"] => add(&counts.mixed_up),
        [answer] if answer.get("error").is_some() => add(&counts.failed),
        [answer] => {
            let text = answer["result"].to_string();
            let own = text.contains(word) && text.matches("word-").count() == 1;
            add(if own { &counts.answered } else { &counts.mixed_up });
        }
        _ => add(&counts.doubled),
    }
}
