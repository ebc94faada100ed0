use std::{
    io::{BufRead, BufReader, PipeReader, PipeWriter, Write, pipe},
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use super::*;
use crate::client::{Failed, ProbeError, Process, Started, probe_stdio, start_in_group};

/// What a fake server does about one message.
enum Act {
    Say(Vec<Value>),
    Raw(Vec<u8>),
    Die,
}

struct Nothing;

impl Process for Nothing {
    fn tell(&mut self) {}
    fn kill(&mut self) {}
}

/// A server on a thread. `act` is given the number of the start and each message.
fn fake(act: impl Fn(usize, &Value) -> Act + Send + Sync + 'static) -> Result<Shown, Failed> {
    fake_within(&limits(), act)
}

fn fake_within(
    limits: &Limits,
    act: impl Fn(usize, &Value) -> Act + Send + Sync + 'static,
) -> Result<Shown, Failed> {
    let act = Arc::new(act);
    let starts = AtomicUsize::new(0);
    let mut start = || {
        let ((their_in, stdin), (stdout, their_out), (stderr, their_err)) =
            (pipe()?, pipe()?, pipe()?);
        let (act, number) = (Arc::clone(&act), starts.fetch_add(1, Ordering::SeqCst));
        thread::spawn(move || {
            serve(their_in, their_out, their_err, |message| act(number, message));
        });
        Ok(Started {
            stdin: Box::new(stdin),
            stdout: Box::new(stdout),
            stderr: Box::new(stderr),
            process: Box::new(Nothing),
        })
    };
    probe_stdio(&mut start, limits)
}

fn serve(input: PipeReader, mut out: PipeWriter, mut err: PipeWriter, act: impl Fn(&Value) -> Act) {
    for line in BufReader::new(input).lines() {
        let message: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let bytes = match act(&message) {
            Act::Say(messages) => {
                messages.iter().flat_map(|message| format!("{message}\n").into_bytes()).collect()
            }
            Act::Raw(bytes) => bytes,
            Act::Die => {
                err.write_all(b"last words\n").unwrap();
                return;
            }
        };
        // The client may have had enough.
        if out.write_all(&bytes).is_err() {
            return;
        }
    }
}

fn say(message: &Value) -> Act {
    Act::Say(behave(message).into_iter().collect())
}

/// For servers that are silent.
fn impatient() -> Limits {
    Limits { silence: Duration::from_millis(30), ..limits() }
}

#[test]
fn a_modern_server_is_read_without_a_handshake() {
    let shown = fake(|_, message| {
        assert_ne!(message["method"], "initialize");
        assert_eq!(
            message["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"],
            "2026-07-28"
        );
        say(message)
    });
    all_of_it(&shown.unwrap(), "2026-07-28");
}

#[test]
fn any_error_but_a_modern_one_leads_to_the_handshake() {
    for code in [-32601, -32602, -32600, -32000, 0, 5] {
        let shown = fake(move |_, message| match message["method"].as_str() {
            Some("server/discover") => Act::Say(vec![failure(message, code)]),
            _ => say(message),
        });
        all_of_it(&shown.unwrap(), "2025-11-25");
    }
}

#[test]
fn an_error_without_an_id_leads_to_the_handshake_too() {
    let shown = fake(|_, message| match message["method"].as_str() {
        Some("server/discover") => Act::Raw(
            b"{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"x\"}}\n"
                .into(),
        ),
        _ => say(message),
    });
    all_of_it(&shown.unwrap(), "2025-11-25");
}

#[test]
fn a_server_that_is_silent_before_the_handshake_is_read() {
    let shown = fake_within(&impatient(), |_, message| match message["method"].as_str() {
        Some("server/discover") => Act::Say(Vec::new()),
        _ => say(message),
    });
    all_of_it(&shown.unwrap(), "2025-11-25");
}

#[test]
fn a_modern_server_that_is_slow_to_start_is_still_read_as_modern() {
    let late = Mutex::new(None);
    let shown = fake_within(&impatient(), move |_, message| match message["method"].as_str() {
        Some("server/discover") => {
            *late.lock().unwrap() = behave(message);
            Act::Say(Vec::new())
        }
        Some("initialize") => {
            Act::Say(vec![late.lock().unwrap().take().unwrap(), failure(message, -32601)])
        }
        _ => say(message),
    });
    all_of_it(&shown.unwrap(), "2026-07-28");
}

#[test]
fn a_server_that_dies_of_the_first_question_is_started_again() {
    let shown = fake(|start, message| match message["method"].as_str() {
        Some("server/discover") => {
            assert_eq!(start, 0, "the question is not put again");
            Act::Die
        }
        _ => say(message),
    });
    all_of_it(&shown.unwrap(), "2025-11-25");
}

#[test]
fn a_server_that_always_dies_is_unreachable_and_its_last_words_are_kept() {
    let failed = fake(|_, _| Act::Die).unwrap_err();
    assert!(matches!(failed.error, ProbeError::Gone(crate::Method::Initialize)));
    assert_eq!(failed.said.reveal(), "last words");
    assert_eq!(failed.error.reason(), warden_model::UnreadReason::Unreachable);
}

#[test]
fn a_server_that_offers_only_other_revisions_is_asked_in_those_or_not_at_all() {
    let unsupported = |supported: Value| {
        move |_: usize, message: &Value| match message["method"].as_str() {
            Some("server/discover") => Act::Say(vec![json!({
                "jsonrpc": "2.0", "id": message["id"],
                "error": {"code": -32022, "message": "x", "data": {"supported": supported}},
            })]),
            _ => say(message),
        }
    };
    all_of_it(&fake(unsupported(json!(["2031-01-01", "2025-06-18"]))).unwrap(), "2025-06-18");
    let failed = fake(unsupported(json!(["2031-01-01"]))).unwrap_err();
    assert!(matches!(failed.error, ProbeError::Revision));
}

#[test]
fn noise_and_questions_of_the_server_do_not_disturb() {
    let refused = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&refused);
    let shown = fake(move |_, message| {
        if message["error"]["code"] == -32601 || message["result"] == json!({}) {
            counted.fetch_add(1, Ordering::SeqCst);
            return Act::Say(Vec::new());
        }
        let Some(answer) = behave(message) else { return Act::Say(Vec::new()) };
        let ask = |id: &str, method: &str| json!({"jsonrpc": "2.0", "id": id, "method": method});
        Act::Raw(
            format!(
                "listening on port 1\n\n{{\"level\":\"info\"}}\n{}\n{}\n{}\n{answer}\n",
                ask("s1", "sampling/createMessage"),
                ask("s2", "ping"),
                json!({"jsonrpc": "2.0", "id": 999, "result": {}}),
            )
            .into(),
        )
    });
    all_of_it(&shown.unwrap(), "2026-07-28");
    assert!(refused.load(Ordering::SeqCst) >= 2);
}

#[test]
fn an_answer_with_a_member_twice_is_an_error_and_not_an_answer() {
    let failed = fake(|_, message| {
        Act::Raw(
            format!(
                "{{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":{{\"a\":1,\"a\":2}}}}\n",
                message["id"]
            )
            .into(),
        )
    })
    .unwrap_err();
    assert!(matches!(
        failed.error,
        ProbeError::Frame { why: crate::FrameError::DuplicateMember { .. }, .. }
    ));
}

#[test]
fn a_list_that_fails_is_a_gap_and_the_others_are_read() {
    let shown = fake(|_, message| match message["method"].as_str() {
        Some("resources/list") => Act::Say(vec![failure(message, -32603)]),
        _ => say(message),
    })
    .unwrap();
    assert_eq!(shown.definitions.len(), 2);
    assert_eq!(shown.gaps.len(), 1);
    assert_eq!(shown.gaps[0].kind, DefinitionKind::Resource);
}

#[test]
fn a_definition_without_a_name_is_a_gap() {
    let shown = fake(|_, message| match message["method"].as_str() {
        Some("tools/list") => Act::Say(vec![
            json!({"jsonrpc": "2.0", "id": message["id"], "result": {"tools": [{"title": "x"}]}}),
        ]),
        _ => say(message),
    })
    .unwrap();
    assert!(matches!(shown.gaps[0].error, ProbeError::Shape { member: "name", .. }));
}

#[test]
fn a_list_without_end_is_a_gap() {
    let endless = |cursors: &'static [&'static str]| {
        let turn = AtomicUsize::new(0);
        let limits = Limits { pages: 9, ..limits() };
        let shown = fake_within(&limits, move |_, message| match message["method"].as_str() {
            Some("tools/list") => {
                let cursor = cursors[turn.fetch_add(1, Ordering::SeqCst) % cursors.len()];
                Act::Say(vec![json!({"jsonrpc": "2.0", "id": message["id"],
                    "result": {"tools": [], "nextCursor": cursor}})])
            }
            _ => say(message),
        });
        let gaps = shown.unwrap().gaps;
        assert!(matches!(gaps[0].error, ProbeError::TooManyPages(_)), "{gaps:?}");
    };
    endless(&["same"]);
    endless(&["a", "b"]);
}

#[test]
fn answers_are_bounded_in_bytes_and_in_values() {
    let flood = |limits: &Limits, tool: &'static str| {
        fake_within(limits, move |_, message| {
            match message["method"].as_str() {
            Some("tools/list") => Act::Raw(format!(
                "{{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":{{\"tools\":[{{\"name\":\"x\",\"y\":[{}]}}]}}}}\n",
                message["id"], [tool; 1000].join(","),
            ).into()),
            _ => say(message),
        }
        })
    };
    let few_bytes = Limits { bytes: 2000, ..limits() };
    assert!(matches!(flood(&few_bytes, "[]").unwrap().gaps[0].error, ProbeError::TooLarge));
    let few_values = Limits { values: 1000, ..limits() };
    assert!(matches!(flood(&few_values, "[]").unwrap().gaps[0].error, ProbeError::TooManyValues));
    assert!(flood(&limits(), "[]").unwrap().gaps.is_empty());
}

#[test]
fn a_server_that_never_answers_times_out() {
    let limits = Limits { whole: Duration::from_millis(120), ..limits() };
    let failed = fake_within(&limits, |_, _| Act::Say(Vec::new())).unwrap_err();
    assert!(matches!(failed.error, ProbeError::Timeout(_)));
}

#[test]
fn a_server_that_floods_with_questions_and_reads_nothing_is_given_up() {
    let mut start = || {
        let ((their_in, stdin), (stdout, mut their_out), (stderr, _)) = (pipe()?, pipe()?, pipe()?);
        thread::spawn(move || {
            let keep_open = their_in;
            let ping =
                format!("{}\n", json!({"jsonrpc": "2.0", "id": "x".repeat(900), "method": "ping"}));
            while their_out.write_all(ping.as_bytes()).is_ok() {}
            drop(keep_open);
        });
        Ok(Started {
            stdin: Box::new(stdin),
            stdout: Box::new(stdout),
            stderr: Box::new(stderr),
            process: Box::new(Nothing),
        })
    };
    let failed = probe_stdio(&mut start, &limits());
    assert!(matches!(failed.unwrap_err().error, ProbeError::Deaf));
}

#[test]
fn a_program_that_is_not_there_cannot_be_started() {
    let mut start = || start_in_group(Command::new("/nonexistent/server"));
    let failed = probe_stdio(&mut start, &limits()).unwrap_err();
    assert!(matches!(failed.error, ProbeError::Start(_)));
}

#[test]
fn everything_that_a_server_started_ends_with_it() {
    let folder = std::env::temp_dir().join(format!("probe-group-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("pid");
    // The grandchild ignores the polite signal and holds standard output open.
    let script = format!(
        "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > {0}; while :; do read x; done' < /dev/zero & \
         while ! test -s {0}; do :; done; echo flood >&2; cat > /dev/null; while :; do read x; done < /dev/zero",
        file.display()
    );
    let mut start = || {
        let mut command = Command::new("sh");
        command.args(["-c", &script]);
        start_in_group(command)
    };
    let quick = Limits { whole: Duration::from_secs(2), ..limits() };
    let failed = probe_stdio(&mut start, &quick).unwrap_err();
    assert!(matches!(failed.error, ProbeError::Timeout(_)), "{failed:?}");
    assert_eq!(failed.said.reveal(), "flood");
    let pid = std::fs::read_to_string(&file).unwrap().trim().parse().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    // The signal was sent; the system may take a moment to take the process away.
    let gone = (0..10_000).any(|_| {
        thread::yield_now();
        rustix::process::test_kill_process(pid).is_err() || is_zombie(pid.as_raw_nonzero().get())
    });
    assert!(gone, "the grandchild lives on");
}

fn is_zombie(pid: i32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z"))
}

#[test]
fn a_server_that_refuses_what_it_offers_is_asked_once_more_and_no_more() {
    let refusing = |times: usize| {
        let asked = AtomicUsize::new(0);
        move |_: usize, message: &Value| match message["method"].as_str() {
            Some("server/discover") if asked.fetch_add(1, Ordering::SeqCst) < times => {
                Act::Say(vec![json!({
                    "jsonrpc": "2.0", "id": message["id"],
                    "error": {"code": -32022, "message": "x", "data": {"supported": ["2026-07-28"]}},
                })])
            }
            _ => say(message),
        }
    };
    all_of_it(&fake(refusing(1)).unwrap(), "2026-07-28");
    assert!(matches!(fake(refusing(2)).unwrap_err().error, ProbeError::Revision));
}

#[test]
fn a_server_that_answers_whatever_it_is_asked_is_greeted_in_the_old_way() {
    let shown = fake(|_, message| match message["method"].as_str() {
        Some("server/discover" | "prompts/list") => {
            Act::Say(vec![json!({"jsonrpc": "2.0", "id": message["id"], "result": {}})])
        }
        _ => say(message),
    });
    let shown = shown.unwrap();
    all_of_it(&shown, "2025-11-25");
    assert!(shown.gaps.is_empty());
}
