//! The path between a client and a server: whatever they send, and in whatever order.
//!
//! An input is a conversation ([`script`]). Beside the guard goes a model ([`model`]) that sees the
//! same lines, and reads them with another parser, and says of everything that the guard sends
//! whether it may be sent.

mod model;
mod script;

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use warden_audit::{Ledger, Options, SegmentId, read_bytes, verify};
use warden_detect::DataClass;
use warden_mcp::{IdKey, Line};
use warden_model::{Definition, DefinitionKind, Digest, Effect, Location, Surface};
use warden_policy::{Approval, Artifact, Bundle, Pin, Standing};
use warden_proxy::{Batch, Guard, Limits, Settings};

use crate::gateway::inspection;

use model::Model;
use script::{Script, Step};

/// How long a look at a list is believed.
const TRUST: Duration = Duration::from_secs(30);

/// How long a look may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the server was approved to say of itself.
const INSTRUCTIONS: &str = "Be kind.";

/// The most steps of one conversation.
const MOST: usize = 96;

/// Which side a line comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Client,
    Server,
}

/// A line as its reader hands it over.
#[derive(Clone, Debug)]
enum Spoken {
    Whole(Vec<u8>),
    TooLong(Option<IdKey>),
    Torn(Vec<u8>),
}

impl Spoken {
    fn line(&self) -> Line<'_> {
        match self {
            Self::Whole(bytes) => Line::Whole(bytes),
            Self::TooLong(id) => Line::TooLong { bytes: 1 << 30, id: id.clone() },
            Self::Torn(bytes) => Line::Torn(bytes),
        }
    }
}

/// The whole input is a conversation, see [`script`].
pub fn check(data: &[u8]) {
    let mut script = Script::new(data);
    let setup = script.setup();
    let mut bench = Bench::new(setup);
    for _ in 0..MOST {
        let Some(step) = script.next(&bench.model) else { break };
        match step {
            Step::Say(side, lines) => bench.say(side, &lines),
            Step::Wait(time) => bench.wait(time),
            Step::End => {
                bench.end();
                break;
            }
        }
    }
    bench.finish();
}

/// How a conversation is set up.
#[derive(Clone, Copy, Debug)]
struct Setup {
    approved: bool,
    drifted: bool,
    strict: bool,
    small: bool,
    /// The server was approved without instructions.
    mute: bool,
}

struct Bench {
    guard: Guard,
    ledger: Ledger,
    folder: TempDir,
    now: Instant,
    model: Model,
}

impl Bench {
    fn new(setup: Setup) -> Self {
        let folder = crate::memory();
        let clock = Arc::new(|| SystemTime::UNIX_EPOCH);
        let ledger = Ledger::open(folder.path(), Options::new("fuzz", clock)).expect("a ledger");
        let pin = setup.approved.then(|| pin(setup.mute));
        let model = Model::new(pin.as_ref(), !setup.drifted);
        let artifact = if setup.drifted {
            Standing::Drifted { pinned: Digest::of(b"a"), served: None }
        } else {
            Standing::Approved
        };
        let size = if setup.small { 100 } else { 1 << 20 };
        let limits = Limits { message: 1 << 20, arguments: size, answer: size };
        let settings = Settings {
            server: "mail".into(),
            bundle: Bundle { pin, artifact, ..Bundle::default() },
            artifact: None,
            limits,
            inspection: inspection(setup.strict),
            class: DataClass::Internal,
            trust: TRUST,
            patience: PATIENCE,
        };
        let now = Instant::now();
        Self { guard: Guard::new(settings, ledger.clone(), now), ledger, folder, now, model }
    }

    fn say(&mut self, side: Side, lines: &[Spoken]) {
        let mut batch = Batch::default();
        self.model.begin(self.now);
        for line in lines {
            match side {
                Side::Client => self.guard.from_client(line.line(), self.now, &mut batch),
                Side::Server => self.guard.from_server(line.line(), self.now, &mut batch),
            }
            self.model.hears(side, line, self.now);
        }
        self.carry(batch);
    }

    fn wait(&mut self, time: Duration) {
        self.now += time;
        let mut batch = Batch::default();
        self.model.begin(self.now);
        self.guard.tick(self.now, &mut batch);
        self.carry(batch);
    }

    fn end(&mut self) {
        let mut batch = Batch::default();
        self.model.begin(self.now);
        self.guard.ended(warden_audit::Process::default(), self.now, &mut batch);
        self.carry(batch);
    }

    fn carry(&mut self, batch: Batch<'_>) {
        let mut out = batch.commit(&self.ledger, "mail");
        self.guard.settle(&mut out, self.now);
        assert!(!out.broken, "the ledger works");
        self.model.alarmed(&out.alarms);
        for line in &out.to_server {
            self.model.may_go_to_server(line);
        }
        for line in &out.to_client {
            self.model.may_go_to_client(line);
        }
    }

    /// Everything that was judged and sent is on record, and came to an end exactly once.
    fn finish(self) {
        let Self { guard, ledger, folder, model, .. } = self;
        drop(guard);
        drop(ledger);
        verify(folder.path()).expect("the ledger is whole");
        let mut counts = std::collections::HashMap::new();
        for entry in std::fs::read_dir(folder.path()).expect("our own folder") {
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
                *counts.entry(stored.record.event.to_string()).or_insert(0) += 1;
            }
        }
        let count = |event: &str| counts.get(event).copied().unwrap_or(0);
        assert_eq!(count("call.intent"), model.judged(), "{counts:?}");
        assert_eq!(count("call.closed"), model.judged(), "{counts:?}");
        assert_eq!(count("request.intent"), model.asked(), "{counts:?}");
        assert_eq!(count("request.closed"), model.asked(), "{counts:?}");
    }
}

fn tool(name: &str) -> Value {
    json!({"name": name, "description": "does it", "inputSchema": {"type": "object"}})
}

/// What was approved: two tools, a prompt, a template, and to ask for the client's model.
fn pin(mute: bool) -> Pin {
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
        instructions: (!mute).then(|| INSTRUCTIONS.into()),
        asks: ["sampling".to_owned()].into(),
        definitions: Pin::of_surface(&surface, |_| Effect::Read).expect("a pin"),
    }
}
