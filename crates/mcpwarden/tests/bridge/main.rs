//! Official clients and official servers of both eras, with the gateway between them.
//!
//! Each test plays one round of every feature of the protocol through the gateway: the client over
//! one transport, the server on another, each legacy or modern. What the client saw has to be what
//! it sees when it talks to the server directly; or, where the two share no era, to the server of
//! the same language that speaks the client's. Differences are in a table, with reasons.

mod compare;
mod expected;
mod gateway;
mod inspector;
mod parties;

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use serde_json::Value;
use warden_testkit::TestHome;

use compare::differences;
use gateway::Gateway;
use parties::{Client, Server, Transport};

/// Who talks to whom, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    pub(crate) client: Client,
    pub(crate) on: Transport,
    pub(crate) server: Server,
    pub(crate) at: Transport,
}

macro_rules! directly {
    ($($name:ident: $client:ident => $server:ident, $at:ident;)*) => {$(
        #[test]
        fn $name() {
            check_direct(Client::$client, Server::$server, Transport::$at);
        }
    )*};
}

macro_rules! bridged {
    ($($name:ident: $client:ident, $on:ident => $server:ident, $at:ident;)*) => {$(
        #[test]
        fn $name() {
            check(Cell {
                client: Client::$client,
                on: Transport::$on,
                server: Server::$server,
                at: Transport::$at,
            });
        }
    )*};
}

// What stands for the direct way below does not depend on the transport.
directly! {
    legacy_typescript_on_http_directly_is_the_same_to_the_old_typescript_client: TypeScriptV1 => TypeScriptV1, Http;
    legacy_typescript_on_sse_directly_is_the_same_to_the_old_typescript_client: TypeScriptV1 => TypeScriptV1, Sse;
    legacy_python_on_http_directly_is_the_same_to_the_old_python_client: PythonV1 => PythonV1, Http;
    legacy_python_on_sse_directly_is_the_same_to_the_old_python_client: PythonV1 => PythonV1, Sse;
    modern_typescript_on_http_directly_is_the_same_to_the_modern_typescript_client: TypeScriptV2 => TypeScriptV2, Http;
    modern_python_on_http_directly_is_the_same_to_the_modern_python_client: PythonV2 => PythonV2, Http;
}

bridged! {
    legacy_typescript_on_stdio_is_the_same_to_the_old_typescript_client_on_stdio: TypeScriptV1, Stdio => TypeScriptV1, Stdio;
    legacy_typescript_on_http_is_the_same_to_the_old_typescript_client_on_stdio: TypeScriptV1, Stdio => TypeScriptV1, Http;
    legacy_typescript_on_sse_is_the_same_to_the_old_typescript_client_on_stdio: TypeScriptV1, Stdio => TypeScriptV1, Sse;
    legacy_typescript_on_stdio_is_the_same_to_the_old_typescript_client_on_http: TypeScriptV1, Http => TypeScriptV1, Stdio;
    legacy_typescript_on_http_is_the_same_to_the_old_typescript_client_on_http: TypeScriptV1, Http => TypeScriptV1, Http;
    legacy_typescript_on_sse_is_the_same_to_the_old_typescript_client_on_http: TypeScriptV1, Http => TypeScriptV1, Sse;
    legacy_typescript_on_stdio_is_the_same_to_the_old_typescript_client_on_sse: TypeScriptV1, Sse => TypeScriptV1, Stdio;
    legacy_typescript_on_http_is_the_same_to_the_old_typescript_client_on_sse: TypeScriptV1, Sse => TypeScriptV1, Http;
    legacy_typescript_on_sse_is_the_same_to_the_old_typescript_client_on_sse: TypeScriptV1, Sse => TypeScriptV1, Sse;
    modern_typescript_on_stdio_is_the_same_to_the_old_typescript_client_on_stdio: TypeScriptV1, Stdio => TypeScriptV2, Stdio;
    modern_typescript_on_http_is_the_same_to_the_old_typescript_client_on_stdio: TypeScriptV1, Stdio => TypeScriptV2, Http;
    modern_typescript_on_stdio_is_the_same_to_the_old_typescript_client_on_http: TypeScriptV1, Http => TypeScriptV2, Stdio;
    modern_typescript_on_http_is_the_same_to_the_old_typescript_client_on_http: TypeScriptV1, Http => TypeScriptV2, Http;
    modern_typescript_on_stdio_is_the_same_to_the_old_typescript_client_on_sse: TypeScriptV1, Sse => TypeScriptV2, Stdio;
    modern_typescript_on_http_is_the_same_to_the_old_typescript_client_on_sse: TypeScriptV1, Sse => TypeScriptV2, Http;

    legacy_python_on_stdio_is_the_same_to_the_old_python_client_on_stdio: PythonV1, Stdio => PythonV1, Stdio;
    legacy_python_on_http_is_the_same_to_the_old_python_client_on_stdio: PythonV1, Stdio => PythonV1, Http;
    legacy_python_on_sse_is_the_same_to_the_old_python_client_on_stdio: PythonV1, Stdio => PythonV1, Sse;
    legacy_python_on_stdio_is_the_same_to_the_old_python_client_on_http: PythonV1, Http => PythonV1, Stdio;
    legacy_python_on_http_is_the_same_to_the_old_python_client_on_http: PythonV1, Http => PythonV1, Http;
    legacy_python_on_sse_is_the_same_to_the_old_python_client_on_http: PythonV1, Http => PythonV1, Sse;
    legacy_python_on_stdio_is_the_same_to_the_old_python_client_on_sse: PythonV1, Sse => PythonV1, Stdio;
    legacy_python_on_http_is_the_same_to_the_old_python_client_on_sse: PythonV1, Sse => PythonV1, Http;
    legacy_python_on_sse_is_the_same_to_the_old_python_client_on_sse: PythonV1, Sse => PythonV1, Sse;
    modern_python_on_stdio_is_the_same_to_the_old_python_client_on_stdio: PythonV1, Stdio => PythonV2, Stdio;
    modern_python_on_http_is_the_same_to_the_old_python_client_on_stdio: PythonV1, Stdio => PythonV2, Http;
    modern_python_on_stdio_is_the_same_to_the_old_python_client_on_http: PythonV1, Http => PythonV2, Stdio;
    modern_python_on_http_is_the_same_to_the_old_python_client_on_http: PythonV1, Http => PythonV2, Http;
    modern_python_on_stdio_is_the_same_to_the_old_python_client_on_sse: PythonV1, Sse => PythonV2, Stdio;
    modern_python_on_http_is_the_same_to_the_old_python_client_on_sse: PythonV1, Sse => PythonV2, Http;

    legacy_typescript_on_stdio_is_the_same_to_the_modern_typescript_client_on_stdio: TypeScriptV2, Stdio => TypeScriptV1, Stdio;
    legacy_typescript_on_http_is_the_same_to_the_modern_typescript_client_on_stdio: TypeScriptV2, Stdio => TypeScriptV1, Http;
    legacy_typescript_on_sse_is_the_same_to_the_modern_typescript_client_on_stdio: TypeScriptV2, Stdio => TypeScriptV1, Sse;
    legacy_typescript_on_stdio_is_the_same_to_the_modern_typescript_client_on_http: TypeScriptV2, Http => TypeScriptV1, Stdio;
    legacy_typescript_on_http_is_the_same_to_the_modern_typescript_client_on_http: TypeScriptV2, Http => TypeScriptV1, Http;
    legacy_typescript_on_sse_is_the_same_to_the_modern_typescript_client_on_http: TypeScriptV2, Http => TypeScriptV1, Sse;
    modern_typescript_on_stdio_is_the_same_to_the_modern_typescript_client_on_stdio: TypeScriptV2, Stdio => TypeScriptV2, Stdio;
    modern_typescript_on_http_is_the_same_to_the_modern_typescript_client_on_stdio: TypeScriptV2, Stdio => TypeScriptV2, Http;
    modern_typescript_on_stdio_is_the_same_to_the_modern_typescript_client_on_http: TypeScriptV2, Http => TypeScriptV2, Stdio;
    modern_typescript_on_http_is_the_same_to_the_modern_typescript_client_on_http: TypeScriptV2, Http => TypeScriptV2, Http;

    legacy_python_on_stdio_is_the_same_to_the_modern_python_client_on_stdio: PythonV2, Stdio => PythonV1, Stdio;
    legacy_python_on_http_is_the_same_to_the_modern_python_client_on_stdio: PythonV2, Stdio => PythonV1, Http;
    legacy_python_on_sse_is_the_same_to_the_modern_python_client_on_stdio: PythonV2, Stdio => PythonV1, Sse;
    legacy_python_on_stdio_is_the_same_to_the_modern_python_client_on_http: PythonV2, Http => PythonV1, Stdio;
    legacy_python_on_http_is_the_same_to_the_modern_python_client_on_http: PythonV2, Http => PythonV1, Http;
    legacy_python_on_sse_is_the_same_to_the_modern_python_client_on_http: PythonV2, Http => PythonV1, Sse;
    modern_python_on_stdio_is_the_same_to_the_modern_python_client_on_stdio: PythonV2, Stdio => PythonV2, Stdio;
    modern_python_on_http_is_the_same_to_the_modern_python_client_on_stdio: PythonV2, Stdio => PythonV2, Http;
    modern_python_on_stdio_is_the_same_to_the_modern_python_client_on_http: PythonV2, Http => PythonV2, Stdio;
    modern_python_on_http_is_the_same_to_the_modern_python_client_on_http: PythonV2, Http => PythonV2, Http;

    legacy_python_on_http_is_the_same_to_the_old_typescript_client_on_http: TypeScriptV1, Http => PythonV1, Http;
    modern_python_on_http_is_the_same_to_the_old_typescript_client_on_http: TypeScriptV1, Http => PythonV2, Http;
    legacy_python_on_http_is_the_same_to_the_modern_typescript_client_on_http: TypeScriptV2, Http => PythonV1, Http;
    modern_python_on_http_is_the_same_to_the_modern_typescript_client_on_http: TypeScriptV2, Http => PythonV2, Http;
    legacy_typescript_on_http_is_the_same_to_the_old_python_client_on_http: PythonV1, Http => TypeScriptV1, Http;
    modern_typescript_on_http_is_the_same_to_the_old_python_client_on_http: PythonV1, Http => TypeScriptV2, Http;
    legacy_typescript_on_http_is_the_same_to_the_modern_python_client_on_http: PythonV2, Http => TypeScriptV1, Http;
    modern_typescript_on_http_is_the_same_to_the_modern_python_client_on_http: PythonV2, Http => TypeScriptV2, Http;

    modern_python_on_http_is_the_same_to_the_new_typescript_client_on_stdio: TypeScriptV2Legacy, Stdio => PythonV2, Http;
    modern_python_on_http_is_the_same_to_the_new_typescript_client_on_http: TypeScriptV2Legacy, Http => PythonV2, Http;
    legacy_python_on_http_is_the_same_to_the_probing_typescript_client_on_stdio: TypeScriptV2Auto, Stdio => PythonV1, Http;
    legacy_python_on_http_is_the_same_to_the_probing_typescript_client_on_http: TypeScriptV2Auto, Http => PythonV1, Http;
    modern_typescript_on_http_is_the_same_to_the_new_python_client_on_stdio: PythonV2Legacy, Stdio => TypeScriptV2, Http;
    modern_typescript_on_http_is_the_same_to_the_new_python_client_on_http: PythonV2Legacy, Http => TypeScriptV2, Http;
    legacy_typescript_on_http_is_the_same_to_the_probing_python_client_on_stdio: PythonV2Auto, Stdio => TypeScriptV1, Http;
    legacy_typescript_on_http_is_the_same_to_the_probing_python_client_on_http: PythonV2Auto, Http => TypeScriptV1, Http;
    modern_typescript_on_stdio_is_the_same_to_the_new_typescript_client_on_sse: TypeScriptV2Legacy, Sse => TypeScriptV2, Stdio;
    modern_python_on_stdio_is_the_same_to_the_new_python_client_on_sse: PythonV2Legacy, Sse => PythonV2, Stdio;
}

/// Plays the round directly, over another transport than standard input and output.
#[track_caller]
fn check_direct(client: Client, server: Server, at: Transport) {
    let home = TestHome::new();
    let running = server.serve(&home, at);
    let seen = client.drive(&home, at, &running.target);
    let found = differences(&direct(client, server), &seen);
    assert!(found.is_empty(), "{client:?} sees {server:?} changed over {at:?}: {found:#?}");
}

/// Plays the round through the gateway, and compares.
#[track_caller]
fn check(cell: Cell) {
    let home = TestHome::new();
    let running = cell.server.serve(&home, cell.at);
    let gateway = Gateway::before(&home, &running, cell.at, cell.on);
    let seen = cell.client.drive(&home, cell.on, &gateway.target);
    let direct = direct(cell.client, cell.server.sibling(cell.client.era()));
    expected::check(cell, &differences(&direct, &seen));
}

/// What a client sees of a server without a gateway.
#[track_caller]
fn direct(client: Client, server: Server) -> Value {
    static SEEN: Once<(Client, Server)> = Once::new();
    SEEN.get((client, server), || {
        let home = TestHome::new();
        let running = server.serve(&home, Transport::Stdio);
        client.drive(&home, Transport::Stdio, &running.target)
    })
}

/// Answers that several tests need and that are asked for once each.
struct Once<K>(LazyLock<Mutex<HashMap<K, Arc<OnceLock<Value>>>>>);

impl<K: Eq + Hash> Once<K> {
    const fn new() -> Self {
        Self(LazyLock::new(Mutex::default))
    }

    /// The answer, from `ask` if it is not known.
    fn get(&self, key: K, ask: impl FnOnce() -> Value) -> Value {
        // A test that failed while it asked leaves nothing half done behind.
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = Arc::clone(all.entry(key).or_default());
        drop(all);
        seen.get_or_init(ask).clone()
    }
}
