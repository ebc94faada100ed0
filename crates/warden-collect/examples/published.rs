//! Published servers, fetched from the registries that npm and pip are set up for, laid out and
//! started without network, with what each step took:
//! `cargo run --release -p warden-collect --example published`.

#![expect(clippy::unwrap_used, reason = "a trial that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "the figures are what it is run for")]

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
    sync::atomic::AtomicBool,
    time::Instant,
};

use warden_collect::{
    fetch::{FetchLimits, FetchProgress, Fetched, Fetcher, Obtained, Programs, Wanted},
    store::{
        Check, Store, UnpackLimits,
        launch::{Interpreter, materialise},
    },
};

/// The first message of a client.
const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#;

#[expect(clippy::disallowed_methods, reason = "a trial is handed nothing")]
fn environment() -> BTreeMap<String, String> {
    std::env::vars().collect()
}

fn fetch(store: &Store, wanted: &Wanted) -> Fetched {
    let writer = store.writer().unwrap();
    let (env, programs, cancel) = (environment(), Programs::default(), AtomicBool::new(false));
    let progress: &dyn FetchProgress = &();
    let asker = Fetcher {
        store: &writer,
        programs: &programs,
        env: &env,
        limits: FetchLimits::default(),
        unpack: UnpackLimits::default(),
        progress,
        cancel: &cancel,
    };
    match asker.fetch(wanted).unwrap() {
        Obtained::Artifact(fetched) => *fetched,
        Obtained::DefinitionsOnly { url } => panic!("there is only {url}"),
    }
}

/// Fetches, lays out and starts a server, which has to answer.
fn answer(wanted: &Wanted) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store")).unwrap();
    let started = Instant::now();
    let fetched = fetch(&store, wanted);
    let fetching = started.elapsed();
    let again = Fetched::from_json(&fetched.to_json().unwrap()).unwrap();
    assert_eq!(again, fetched);
    let writer = store.writer().unwrap();
    let started = Instant::now();
    let launch = materialise(&writer, &fetched, None, &UnpackLimits::default()).unwrap();
    let laying = started.elapsed();
    let twice = materialise(&writer, &fetched, None, &UnpackLimits::default()).unwrap();
    assert_eq!(twice, launch, "the same record gives the same tree");
    drop(writer);
    let interpreter = match &launch.interpreter {
        Interpreter::Node => Path::new("node"),
        Interpreter::Python { .. } => Path::new("python3"),
    };
    let quick = Instant::now();
    let words = launch.command_line(&store, Check::Quick, interpreter).unwrap();
    let quick = quick.elapsed();
    println!(
        "{} {:?}: {} dependencies, {} files, fetched in {fetching:?}, laid out in {laying:?}, \
         verified in {quick:?}, gaps {:?}, discrepancies {:?}, overlaps {:?}, {:?}",
        fetched.name,
        fetched.version,
        fetched.dependencies.len(),
        store.manifest(launch.tree).unwrap().nodes().len(),
        fetched.gaps,
        fetched.discrepancies,
        launch.overlaps,
        fetched.registry,
    );
    // A network of its own, with nothing in it.
    let mut child = Command::new("unshare")
        .args(["--user", "--map-root-user", "--net", "--"])
        .args(&words)
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.as_mut().unwrap(), "{INITIALIZE}").unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    store.tree(launch.tree, Check::Full).unwrap();
    assert!(line.contains("serverInfo"), "{line}");
}

fn npm(name: &str, version: &str) -> Wanted {
    Wanted::Npm { name: name.to_owned(), version: Some(version.to_owned()) }
}

fn pypi(name: &str, version: Option<&str>) -> Wanted {
    Wanted::PyPi { name: name.to_owned(), version: version.map(str::to_owned) }
}

fn main() {
    answer(&npm("@modelcontextprotocol/server-everything", "2025.9.25"));
    answer(&npm("@modelcontextprotocol/server-memory", "2025.9.25"));
    answer(&pypi("mcp-server-time", None));
    answer(&pypi("mcp-server-git", None));
}
