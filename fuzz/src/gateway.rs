//! The whole gateway: a client on pipes in memory, and a server on a socket of this process.
//!
//! An input is a conversation ([`script`]). The server ([`server`]) does as it was told and writes
//! down what it gets; the judge of it all ([`oracle`]) knows what was approved and what was asked,
//! and nothing else.

mod oracle;
mod pipes;
mod script;
mod server;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::{Duration, Instant, SystemTime},
};

use serde_json::{Value, json};
use warden_audit::{Ledger, Options, SegmentId, read_bytes, verify};
use warden_detect::DataClass;
use warden_model::{Definition, DefinitionKind, Digest, Effect, Location, Surface};
use warden_policy::{Approval, Artifact, Bundle, Pin, Standing, access::Policies};
use warden_proxy::{
    Follows, Inspection, Limits, Matter,
    gateway::{
        Gateway, Keeping, serve_pipe,
        settings::{
            Breaker, Deadlines, HttpLimits, HttpReach, Listen, Reach, ServerSettings, Settings,
            Share, View, Watchers,
        },
    },
    operator::Operators,
    store::MemoryStore,
};
use warden_seal::Vault;

use oracle::Oracle;
use script::{Script, Step};
use server::Server;

/// How long a server may take: short, since it is told not to answer often enough.
const DEADLINE: Duration = Duration::from_millis(if cfg!(test) { 2000 } else { 60 });

/// How long an answer is waited for before the client goes on. Nothing that an oracle says depends
/// on it, but tests of how far a conversation comes do.
const PATIENCE: Duration = Duration::from_millis(if cfg!(test) { 500 } else { 25 });

/// The most steps of one conversation.
const MOST: usize = 48;

/// How a conversation is set up.
#[derive(Clone, Copy, Debug)]
struct Setup {
    approved: bool,
    swapped: bool,
    strict: bool,
    modern: bool,
    /// What is served is not what was approved.
    drifted: bool,
}

/// Counts the panics of all threads: those of tasks are caught where they happen.
static PANICS: AtomicUsize = AtomicUsize::new(0);

fn count_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // Tests of the oracle are meant to panic, and run beside this.
            let thread = std::thread::current();
            if !thread.name().is_some_and(|name| name.contains("tests::")) {
                PANICS.fetch_add(1, Ordering::SeqCst);
            }
            before(panic);
        }));
    });
}

/// What a conversation came to.
#[derive(Debug, Default)]
struct Played {
    /// The methods of what came to the server, in order.
    #[cfg_attr(not(test), expect(dead_code, reason = "only tests want to know"))]
    arrived: Vec<String>,
    /// The lines that came to the client.
    #[cfg_attr(not(test), expect(dead_code, reason = "only tests want to know"))]
    heard: usize,
}

/// The whole input is a conversation, see [`script`].
pub fn check(data: &[u8]) {
    play(data);
}

fn play(data: &[u8]) -> Played {
    count_panics();
    let panics = PANICS.load(Ordering::SeqCst);
    let mut script = Script::new(data);
    let setup = script.setup();
    let folder = crate::memory();
    let clock: warden_audit::Clock = Arc::new(|| SystemTime::UNIX_EPOCH);
    let ledger = Ledger::open(folder.path(), Options::new("fuzz", Arc::clone(&clock)));
    let ledger = ledger.expect("a ledger");
    let server = Server::start(setup);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let gateway = runtime.block_on(async {
        let vault = Vault::random("fuzz").expect("a vault");
        let store = Arc::new(MemoryStore::new());
        let keeping = Keeping { vault, key: [7; 32], store };
        Gateway::new(settings(setup, &server.url()), keeping, (&ledger, clock, Arc::new(|_| {})))
    });
    let gateway = gateway.expect("the settings do not contradict themselves");
    let (to_gateway, from_client) = pipes::input();
    let (to_client, from_gateway) = pipes::output();
    let mut oracle = Oracle::new(setup);
    runtime.block_on(async {
        gateway.begin().await;
        let served = Arc::clone(&gateway);
        let task = tokio::spawn(async move {
            serve_pipe(&served, "", Box::new(from_client), Box::new(to_client)).await
        });
        for _ in 0..MOST {
            match script.next(&oracle) {
                None => break,
                Some(Step::Plan(deed)) => server.plan(deed),
                Some(Step::Wait) => gather(&from_gateway, &mut oracle, false).await,
                Some(Step::Say(line)) => {
                    oracle.says(&line);
                    if to_gateway.send(line).is_err() {
                        break;
                    }
                    gather(&from_gateway, &mut oracle, true).await;
                }
            }
        }
        gather(&from_gateway, &mut oracle, false).await;
        drop(to_gateway);
        gateway.close().await;
        task.abort();
    });
    runtime.shutdown_timeout(Duration::from_secs(2));
    drop(gateway);
    for line in from_gateway.try_iter() {
        oracle.hears(&line);
    }
    let seen = server.seen();
    for message in &seen {
        oracle.arrives(message);
    }
    drop(server);
    ledger.close().ok();
    drop(ledger);
    look_at_the_ledger(folder.path());
    assert_eq!(PANICS.load(Ordering::SeqCst), panics, "something has panicked");
    let method = |message: &Value| message["method"].as_str().unwrap_or_default().to_owned();
    Played { arrived: seen.iter().map(method).collect(), heard: oracle.heard() }
}

/// Takes what the gateway says, until everything is answered (`soon`) or nothing more comes.
async fn gather(from: &mpsc::Receiver<Vec<u8>>, oracle: &mut Oracle, soon: bool) {
    let until = Instant::now() + PATIENCE;
    loop {
        for line in from.try_iter() {
            oracle.hears(&line);
        }
        if Instant::now() > until || (soon && oracle.is_content()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Every call that was sent has one end, in a ledger that verifies.
fn look_at_the_ledger(folder: &std::path::Path) {
    verify(folder).expect("the ledger is whole");
    let mut counts = std::collections::HashMap::new();
    for entry in std::fs::read_dir(folder).expect("our own folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|end| end != "jsonl") {
            continue;
        }
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let segment: SegmentId = name.parse().expect("a segment");
        let bytes = std::fs::read(&path).expect("our own file");
        let (records, torn) = read_bytes(segment, &bytes).expect("a whole chain");
        assert_eq!(torn, 0);
        for stored in records {
            *counts.entry(stored.record.event.to_string()).or_insert(0_usize) += 1;
        }
    }
    let count = |event: &str| counts.get(event).copied().unwrap_or(0);
    assert_eq!(count("call.intent"), count("call.closed"), "{counts:?}");
    assert_eq!(count("request.intent"), count("request.closed"), "{counts:?}");
}

/// Hostile answers are refused in half of the runs.
pub(crate) fn inspection(strict: bool) -> Inspection {
    let follows = if strict { Follows::Refuse } else { Follows::Observe };
    Inspection::default().with(Matter::Hostile, follows)
}

fn settings(setup: Setup, url: &str) -> Settings {
    let artifact = if setup.swapped {
        Standing::Drifted { pinned: Digest::of(b"a"), served: None }
    } else {
        Standing::Approved
    };
    let server = ServerSettings {
        name: "mail".into(),
        prefix: String::new(),
        reach: Reach::Http(HttpReach { url: url.into(), headers: Vec::new(), authorities: None }),
        credentials: None,
        bundle: Bundle { pin: setup.approved.then(pin), artifact, ..Bundle::default() },
        artifact: None,
        class: DataClass::Internal,
        share: Share::Session,
        most_connections: 4,
        most_requests: 8,
        idle: Duration::from_secs(60),
        deadlines: Deadlines {
            open: DEADLINE * 4,
            quick: DEADLINE,
            call: DEADLINE,
            whole: DEADLINE * 2,
        },
        breaker: Breaker { failures: 1000, ..Breaker::default() },
    };
    Settings {
        listen: Listen {
            address: ([127, 0, 0, 1], 0).into(),
            hosts: Vec::new(),
            origins: Vec::new(),
            tls: None,
            http: HttpLimits::default(),
            drain: DEADLINE,
            threads: 1,
        },
        identity: None,
        clients: Vec::new(),
        policies: Policies::open().ok().map(Arc::new),
        servers: vec![server],
        views: Vec::<View>::new(),
        limits: Limits { message: 1 << 20, ..Limits::default() },
        inspection: inspection(setup.strict).into(),
        trust: Duration::from_secs(30),
        patience: DEADLINE,
        session_idle: Duration::from_secs(60),
        state_life: Duration::from_secs(60),
        metrics: Watchers::Nobody,
        traces: None,
        operators: Operators::default(),
        webhook: None,
    }
}

/// A tool as it was approved.
fn tool(name: &str) -> Value {
    json!({"name": name, "description": "does it", "inputSchema": {"type": "object"}})
}

/// What was approved: two tools, a prompt, a template, and to ask for the client's model.
fn pin() -> Pin {
    let bodies = [
        (DefinitionKind::Tool, tool("read")),
        (DefinitionKind::Tool, tool("search")),
        (DefinitionKind::Prompt, json!({"name": "greet"})),
        (DefinitionKind::Template, json!({"uriTemplate": "x://{y}", "name": "x"})),
    ];
    let definitions = bodies.map(|(kind, body)| Definition {
        kind,
        name: body[kind.name_member()].as_str().unwrap_or_default().into(),
        body,
        location: Location::default(),
    });
    let surface = Surface { definitions: definitions.into(), ..Surface::default() };
    Pin {
        server: "mail".into(),
        approval: Approval { by: "ann".into(), at: "now".into(), reason: String::new() },
        artifact: Artifact::Unknown("made up".into()),
        instructions: None,
        asks: ["sampling".to_owned()].into(),
        definitions: Pin::of_surface(&surface, |_| Effect::Read).expect("a pin"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often a method comes to the server. What a server does with its next request may be
    /// met by a look of the gateway instead of the call, so there are a few tries.
    #[track_caller]
    fn arrive(conversation: &str, method: &str, count: usize) {
        let mut played = play(conversation.as_bytes());
        for _ in 0..8 {
            if count == 0 || arrived(&played, method) == count {
                break;
            }
            played = play(conversation.as_bytes());
        }
        assert_eq!(arrived(&played, method), count, "{conversation}: {played:?}");
    }

    fn arrived(played: &Played, method: &str) -> usize {
        played.arrived.iter().filter(|arrived| *arrived == method).count()
    }

    #[test]
    fn a_conversation_reaches_the_server_and_the_client() {
        // An oracle over a silent wire would hold as well.
        arrive("0i03c000c110", "tools/call", 2);
        arrive("8d0c001c111", "tools/call", 2);
        arrive("0i03c020", "tools/call", 0);
        arrive("1i03c000", "tools/call", 0);
        arrive("2i03c000", "tools/call", 0);
        arrive("@i03c010", "tools/call", 0);
        arrive("0i03q0300", "prompts/get", 0);
        arrive("0i03q0330", "prompts/get", 1);
        arrive("8d0U9c001s100", "tools/call", 2);
        assert!(play(b"0i03c100c200").heard >= 3);
    }
}
