//! Who shares a connection, with servers that are shell scripts.

use std::{collections::BTreeMap, time::SystemTime};

use warden_audit::Options;
use warden_policy::{Approval, Artifact, Bundle, Pin, Standing};

use super::*;
use crate::gateway::settings::{
    Breaker, Deadlines, HttpLimits, Listen, Reach, StdioReach, Watchers,
};

/// Says who it is in the way of its era, and nothing else.
const LEGACY: &str = r#"answer '"error":{"code":-32601,"message":"no"}'
answer '"result":{"protocolVersion":"2025-11-25"}'"#;
const MODERN: &str = r#"answer '"result":{"supportedVersions":["2026-07-28"],"capabilities":{}}'"#;

/// A server, and what its ledger needs.
struct Bench {
    server: Arc<Server>,
    #[expect(dead_code, reason = "it is held so that the folder ends with it")]
    folder: tempfile::TempDir,
}

impl Bench {
    fn new(share: Share, script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(|| SystemTime::UNIX_EPOCH);
        let ledger = Ledger::open(folder.path(), Options::new("test", clock)).unwrap();
        let (tell, heard): (Tell, Heard) = (Arc::new(|_| {}), Arc::new(|_, _, _| {}));
        let counts = Arc::new(Metrics::new());
        let vault = Arc::new(warden_seal::Vault::random("test").unwrap());
        let store = Arc::new(crate::store::MemoryStore::new());
        let pasts = Pasts::new(crate::content::Room::new(0), vault, store);
        let means = (&ledger, &tell, &heard);
        let settings = ((server_settings(share, script), Copies::new()), settings());
        let server = Server::new(settings.0, &settings.1, means, (&counts, &pasts));
        let server = Arc::new(server);
        Self { server, folder }
    }

    /// The key of a client that can be asked for everything.
    fn key(&self, session: Option<&str>) -> Key {
        let can = Can::read(r#"{"sampling":{},"roots":{},"elicitation":{}}"#);
        let session = session.map(Arc::<str>::from);
        self.server.key(&"ann".into(), session.as_ref(), can)
    }

    async fn lease(&self, key: &Key) -> Lease {
        self.server.lease(key).await.expect("there is a connection")
    }
}

fn settings() -> Settings {
    Settings {
        listen: Listen {
            address: ([127, 0, 0, 1], 0).into(),
            hosts: Vec::new(),
            origins: Vec::new(),
            tls: None,
            http: HttpLimits::default(),
            drain: Duration::from_secs(1),
            threads: 1,
        },
        identity: None,
        clients: Vec::new(),
        policies: None,
        servers: Vec::new(),
        views: Vec::new(),
        limits: crate::Limits::default(),
        inspection: Arc::default(),
        trust: Duration::from_secs(30),
        patience: Duration::from_secs(10),
        session_idle: Duration::from_mins(1),
        state_life: Duration::from_mins(1),
        metrics: Watchers::Nobody,
        traces: None,
        operators: crate::operator::Operators::default(),
        webhook: None,
    }
}

fn server_settings(share: Share, script: &str) -> ServerSettings {
    let words = |words: &[&str]| words.iter().map(Into::into).collect();
    let answer = r#"answer() { read -r line || exit 0; id=${line#*\"id\":}; id=${id%%,*}
        printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$1"; }"#;
    let script = format!("{answer}\n{script}\nwhile read -r line; do :; done");
    let pin = Pin {
        server: "mail".into(),
        approval: Approval { by: "ann".into(), at: "now".into(), reason: String::new() },
        artifact: Artifact::Unknown("a test".into()),
        instructions: None,
        asks: ["sampling", "elicitation", "roots"].map(str::to_owned).into(),
        definitions: Vec::new(),
    };
    ServerSettings {
        credentials: None,
        name: "mail".into(),
        prefix: String::new(),
        reach: Reach::Stdio(StdioReach {
            supervisor: words(&["/bin/sh", "-c", "shift 2; exec \"$@\"", "sh"]),
            command: words(&["/bin/sh", "-c", &script]),
            folder: None,
            environment: BTreeMap::from([("PATH".into(), "/usr/bin:/bin".into())]),
        }),
        bundle: Bundle { pin: Some(pin), artifact: Standing::Approved, ..Bundle::default() },
        artifact: None,
        class: warden_detect::DataClass::Internal,
        share,
        most_connections: 8,
        most_requests: 8,
        idle: Duration::from_mins(1),
        deadlines: Deadlines::default(),
        breaker: Breaker::default(),
    }
}

fn same(one: &Lease, other: &Lease) -> bool {
    Arc::ptr_eq(&one.connection, &other.connection)
}

#[tokio::test]
async fn requests_of_one_session_share_its_connection_from_the_first_on() {
    let bench = Bench::new(Share::Session, LEGACY);
    let (mine, other) = (bench.key(Some("mine")), bench.key(Some("other")));
    let (one, two) = tokio::join!(bench.lease(&mine), bench.lease(&mine));
    let other = bench.lease(&other).await;
    assert!(same(&one, &two));
    assert!(!same(&one, &other));
}

#[tokio::test]
async fn a_server_that_may_ask_somebody_of_many_gets_one_request_at_a_time() {
    let bench = Bench::new(Share::Principal, LEGACY);
    let key = bench.key(None);
    let (one, two) = (bench.lease(&key).await, bench.lease(&key).await);
    assert!(!same(&one, &two));
}

#[tokio::test]
async fn a_connection_that_is_free_in_a_moment_is_waited_for() {
    let bench = Bench::new(Share::Principal, LEGACY);
    let key = bench.key(None);
    let one = bench.lease(&key).await;
    let kept = Arc::clone(&one.connection);
    // The second is asked for before the first is given back.
    let (two, ()) = tokio::join!(biased; bench.lease(&key), async { drop(one) });
    assert!(Arc::ptr_eq(&two.connection, &kept));
}

#[tokio::test]
async fn a_modern_server_asks_in_its_answers_so_its_connection_is_shared() {
    let bench = Bench::new(Share::Principal, MODERN);
    let key = bench.key(None);
    let (one, two) = (bench.lease(&key).await, bench.lease(&key).await);
    assert!(same(&one, &two));
}
