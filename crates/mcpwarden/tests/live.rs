//! Servers that are asked live: the fixture server with every trouble that it can make.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{collections::BTreeMap, num::NonZeroUsize, time::Duration};

use warden_collect::live::{Answers, Live, ask};
use warden_mcp::client::{Limits, start_in_group};
use warden_model::{
    AutoApprove, Connection, DefinitionKind, Endpoint, Hidden, Launch, Location, Origin, Scope,
    Transport, UnreadReason,
};
use warden_testkit::{TestHome, program};

fn server(flags: &[&str]) -> Connection {
    let command = program("fixture-server").to_str().unwrap().to_owned();
    let args = flags.iter().map(|flag| Hidden::from(*flag)).collect();
    Connection {
        name: "fixture".into(),
        client: "cursor".into(),
        scope: Scope::User,
        location: Location { file: "~/.cursor/mcp.json".into(), ..Location::default() },
        transport: Transport::Stdio,
        endpoint: Endpoint::Command(Launch { command, args, ..Launch::default() }),
        package: None,
        credentials: Vec::new(),
        auto_approve: AutoApprove::Ask,
        enabled: true,
        guarded: false,
        user: None,
    }
}

fn ask_within(limits: Limits, connections: &[Connection]) -> Answers {
    let home = TestHome::new();
    let (env, folder) = (BTreeMap::new(), home.home());
    let chosen: Vec<_> = (0..connections.len()).collect();
    let live = Live {
        env: &env,
        home: Some(&folder),
        limits,
        at_once: NonZeroUsize::MIN.saturating_add(3),
        start: &start_in_group,
        redact: &warden_detect::redact,
    };
    ask(connections, &chosen, &live)
}

fn ask_one(flags: &[&str]) -> Answers {
    // Long enough that a busy machine does not make a modern server look silent.
    let limits = Limits { silence: Duration::from_secs(20), ..Limits::default() };
    ask_within(limits, &[server(flags)])
}

fn names(answers: &Answers, kind: DefinitionKind) -> Vec<&str> {
    answers.surfaces[0].of_kind(kind).map(|definition| definition.name.as_str()).collect()
}

#[test]
fn both_eras_show_the_same() {
    let surface = |era, protocol: &str| {
        let answers = ask_one(&["--full", "--era", era]);
        assert!(answers.unread.is_empty(), "{:?}", answers.unread);
        let surface = &answers.surfaces[0];
        assert_eq!(surface.protocol.as_deref(), Some(protocol));
        assert_eq!(surface.origin, Origin::Live);
        assert_eq!(surface.implementation, Some(("fixture-server".into(), "1.0.0".into())));
        assert!(surface.instructions.as_deref().is_some_and(|words| words.contains("search_mail")));
        for kind in DefinitionKind::ALL {
            assert!(!names(&answers, *kind).is_empty(), "{}", kind.name());
        }
        let bodies = surface.definitions.iter().map(|definition| definition.body.to_string());
        bodies.collect::<Vec<_>>()
    };
    let legacy = surface("legacy", "2025-11-25");
    assert_eq!(legacy, surface("modern", "2026-07-28"));
    assert_eq!(legacy, surface("both", "2026-07-28"));
}

#[test]
fn pages_and_noise_change_nothing() {
    let plain = ask_one(&["--full"]);
    let troubled =
        ask_one(&["--full", "--page-size", "1", "--garbage", "--flood-stderr", "2000000"]);
    assert!(troubled.unread.is_empty(), "{:?}", troubled.unread);
    for kind in DefinitionKind::ALL {
        assert_eq!(names(&plain, *kind), names(&troubled, *kind));
    }
}

#[test]
fn a_server_that_is_too_slow_is_unread_for_want_of_time() {
    let limits = Limits { whole: Duration::from_millis(300), ..Limits::default() };
    let answers = ask_within(limits, &[server(&["--slow-list", "60000"])]);
    assert!(answers.surfaces[0].definitions.is_empty());
    assert_eq!(answers.unread[0].reason, UnreadReason::Timeout);
}

#[test]
fn a_server_that_refuses_to_start_says_why() {
    let answers = ask_one(&["--nonsense", "x"]);
    assert!(answers.surfaces.is_empty());
    let unread = &answers.unread[0];
    assert_eq!(unread.reason, UnreadReason::Unreachable);
    assert!(unread.detail.contains("unknown flag `--nonsense`"), "{}", unread.detail);
}

#[test]
fn nothing_that_a_server_started_is_left() {
    let home = TestHome::new();
    let file = home.path().join("child");
    let answers = ask_one(&["--spawn-child", file.to_str().unwrap()]);
    assert_eq!(answers.asked, 1);
    let child = home.await_file(&file);
    // The signal was sent before the answer came; the system may take a moment.
    let gone = (0..100_000).any(|_| {
        std::thread::yield_now();
        !warden_testkit::is_running(&child)
    });
    assert!(gone, "process {child} is left");
}
