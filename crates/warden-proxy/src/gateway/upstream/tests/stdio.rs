use std::collections::BTreeMap;

use super::*;
use crate::gateway::settings::StdioReach;

/// What every script begins with: `id` is that of the last line read.
const COMMON: &str = r#"
say() { printf '%s\n' "$1"; }
answer() { say "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":$1}"; }
refuse() { say "{\"jsonrpc\":\"2.0\",\"id\":$id,\"error\":{\"code\":-32601,\"message\":\"no\"}}"; }
hear() { read -r line || exit 0; id=${line#*\"id\":}; id=${id%%,*}; }
"#;

const MODERN: &str = r#"hear; answer '{"supportedVersions":["2026-07-28"],"capabilities":{}}'"#;
const LEGACY: &str = r#"hear; refuse; hear; answer '{"protocolVersion":"2025-06-18"}'; hear"#;

/// A server that is a shell script, without a supervisor of its own.
fn script(parts: &[&str]) -> Reach {
    let words = |words: &[&str]| words.iter().map(Into::into).collect();
    let script = format!("{COMMON}\n{}", parts.join("\n"));
    Reach::Stdio(StdioReach {
        supervisor: words(&["/bin/sh", "-c", "shift 2; exec \"$@\"", "sh"]),
        command: words(&["/bin/sh", "-c", &script]),
        folder: None,
        environment: BTreeMap::from([("PATH".into(), "/usr/bin:/bin".into())]),
    })
}

#[tokio::test]
async fn a_modern_server_is_found_by_its_first_answer() {
    let (link, _asides) = open(&script(&[MODERN, "hear; answer '{\"a\":1}'; hear"])).await.unwrap();
    assert_eq!(link.introduction().revision, Revision::V2026_07_28);
    let mut exchange = link.send(call("{\n\"name\":\"a\"\r\n}")).await.unwrap();
    let seen = all(&mut exchange).await.unwrap();
    assert_eq!(seen, [r#"{"jsonrpc":"2.0","id":2,"result":{"a":1}}"#]);
    let process = link.close().await.expect("a process");
    assert_eq!(process.exit, Some(0));
    assert!(!link.alive());
}

#[tokio::test]
async fn a_legacy_server_gets_a_handshake() {
    let told = r#"case "$line" in *notifications/initialized*) ;; *) exit 9;; esac"#;
    let (link, _asides) = open(&script(&[LEGACY, told, "hear; answer '{}'; hear"])).await.unwrap();
    assert_eq!(link.introduction().revision, Revision::V2025_06_18);
    let mut exchange = link.send(call(r#"{"name":"a"}"#)).await.unwrap();
    assert_eq!(all(&mut exchange).await.unwrap().len(), 1);
    assert_eq!(link.close().await.and_then(|process| process.exit), Some(0));
}

#[tokio::test]
async fn a_server_that_is_silent_about_the_modern_question_gets_a_handshake() {
    let silent = r#"hear; hear; answer '{"protocolVersion":"2024-11-05"}'; hear; hear"#;
    let (link, _asides) = open(&script(&[silent])).await.unwrap();
    assert_eq!(link.introduction().revision, Revision::V2024_11_05);
}

#[tokio::test]
async fn a_modern_server_that_is_slow_to_begin_with_is_modern_all_the_same() {
    // It reads nothing before the handshake has been sent as well.
    let slow = r#"hear; first=$id; hear
        case "$line" in *'"initialize"'*) ;; *) exit 9;; esac; second=$id
        id=$first; answer '{"supportedVersions":["2026-07-28"]}'; id=$second; refuse
        hear; answer '{}'; hear"#;
    let (link, _asides) = open(&script(&[slow])).await.unwrap();
    assert_eq!(link.introduction().revision, Revision::V2026_07_28);
    let mut exchange = link.send(call("{}")).await.unwrap();
    assert_eq!(all(&mut exchange).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_server_that_dies_of_the_modern_question_is_started_again() {
    let fragile = r#"hear; case "$line" in *server/discover*) exit 3;; esac
        answer '{"protocolVersion":"2025-03-26"}'; hear; hear; answer '{}'; hear"#;
    let (link, _asides) = open(&script(&[fragile])).await.unwrap();
    assert_eq!(link.introduction().revision, Revision::V2025_03_26);
    let mut exchange = link.send(call("{}")).await.unwrap();
    assert_eq!(all(&mut exchange).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_a_server_says_goes_where_it_belongs() {
    let says = r#"
        hear; one=$id; hear; two=$id
        say '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t2","progress":1}}'
        say '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t9","progress":1}}'
        say '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"both"}}'
        id=$one; answer '{"n":1}'
        say '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"two"}}'
        say '{"jsonrpc":"2.0","id":"r","method":"roots/list"}'
        say '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}'
        hear; echo "$line" | grep -q '"id":"r"' || exit 9
        say '{"jsonrpc":"2.0","id":"p","method":"ping"}'
        hear; echo "$line" | grep -q '"id":"p","result":{}' || exit 9
        id=$two; answer '{"n":2}'; answer '{"n":2}'; hear"#;
    let (link, mut asides) = open(&script(&[LEGACY, says])).await.unwrap();
    let mut one = link.send(call(r#"{"_meta":{"progressToken":"t1"}}"#)).await.unwrap();
    let mut two = link.send(call(r#"{"_meta":{"progressToken":"t2"}}"#)).await.unwrap();
    assert_eq!(link.under_way(), 2);
    assert_eq!(all(&mut one).await.unwrap().len(), 1);
    for method in [Method::Progress, Method::Log] {
        let received = two.next().await.unwrap();
        assert!(
            matches!(received.what(), What::Notification { method: own, .. } if *own == method)
        );
    }
    let asked = two.next().await.unwrap();
    assert!(matches!(asked.what(), What::Request { method: Method::RootsList, .. }));
    two.answer(br#"{"jsonrpc":"2.0","id":"r","result":{"roots":[]}}"#).await.unwrap();
    assert!(all(&mut two).await.unwrap()[0].contains(r#""n":2"#));
    let expected = |aside: &Aside, which| match (which, aside) {
        (0, Aside::Dropped(Refusal::NotAsked, Some(name))) => name == "notifications/progress",
        (1, Aside::Said(said)) => String::from_utf8_lossy(said.bytes()).contains("both"),
        (2, Aside::Said(said)) => {
            matches!(said.what(), What::Notification { method: Method::ToolsChanged, .. })
        }
        (3, Aside::Dropped(Refusal::NotAsked, None)) => true,
        _ => false,
    };
    for which in 0..4 {
        let aside = aside(&mut asides).await;
        assert!(expected(&aside, which), "{which}: {aside:?}");
    }
}

#[tokio::test]
async fn giving_up_says_so_and_the_late_answer_is_thrown_away() {
    let says = r#"
        hear; first=$id; hear
        case "$line" in *notifications/cancelled*"\"requestId\":$first"*) ;; *) exit 9;; esac
        id=$first; answer '{}'; hear; answer '{"n":2}'; hear"#;
    let (link, mut asides) = open(&script(&[LEGACY, says])).await.unwrap();
    drop(link.send(call("{}")).await.unwrap());
    assert_eq!(link.under_way(), 0);
    let mut exchange = link.send(call("{}")).await.unwrap();
    assert!(all(&mut exchange).await.unwrap()[0].contains(r#""n":2"#));
    link.close().await;
    assert!(matches!(aside(&mut asides).await, Aside::Ended(_)));
}

#[tokio::test]
async fn the_end_of_a_server_is_told_to_everybody() {
    let (link, mut asides) = open(&script(&[MODERN, "hear; exit 7"])).await.unwrap();
    let mut exchange = link.send(call("{}")).await.unwrap();
    let error = fails(&mut exchange).await;
    assert_eq!((error.code(), error.unsent()), ("server-ended", false));
    let ended = aside(&mut asides).await;
    assert!(matches!(ended, Aside::Ended(Some(process)) if process.exit == Some(7)), "{ended:?}");
    assert!(!link.alive());
    assert_eq!(link.send(call("{}")).await.err(), Some(LinkError::Gone));
}

#[tokio::test]
async fn a_server_that_ignores_its_end_is_stopped() {
    let stubborn = "hear; answer '{}'; exec sleep 1000";
    let (link, _asides) = open(&script(&[MODERN, stubborn])).await.unwrap();
    let mut exchange = link.send(call("{}")).await.unwrap();
    all(&mut exchange).await.unwrap();
    let process = timeout(LONG, link.close()).await.expect("it ends").expect("a process");
    assert_eq!((process.exit, process.signal), (None, Some(15)));
}

#[tokio::test]
async fn what_is_too_long_is_told_to_the_one_who_waits() {
    let says = r#"hear; long=$(printf '%20000s' x); answer "\"$long\""
        say "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"data\":\"$long\"}}"
        hear; answer '{}'; hear"#;
    let (link, mut asides) = open(&script(&[LEGACY, says])).await.unwrap();
    let mut exchange = link.send(call("{}")).await.unwrap();
    assert_eq!(fails(&mut exchange).await, LinkError::TooLong);
    assert!(matches!(aside(&mut asides).await, Aside::Dropped(Refusal::TooLong, None)));
    let mut exchange = link.send(call("{}")).await.unwrap();
    assert_eq!(all(&mut exchange).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_program_that_cannot_be_started_is_an_error() {
    let Reach::Stdio(mut reach) = script(&[""]) else { panic!("a program") };
    reach.supervisor = vec!["/nowhere/at/all".into()];
    let error = open(&Reach::Stdio(reach)).await.expect_err("nothing to start");
    assert_eq!((error.code(), error.unsent()), ("cannot-start", true));
    assert_eq!(open(&script(&["exit 0"])).await.err(), Some(LinkError::Ended));
}

#[tokio::test]
async fn what_a_pipe_does_not_take_at_once_is_written_in_order() {
    let says = r#"for n in 1 2 3 4; do hear; answer "\"${#line}\""; done; hear"#;
    let (link, _asides) = open(&script(&[LEGACY, says])).await.unwrap();
    let mut exchanges = Vec::new();
    for size in [200_000, 10, 70_000, 10] {
        let params = format!(r#"{{"name":"{}"}}"#, "x".repeat(size));
        let length = envelope::request(3, Method::ToolsCall, Some(&params)).len();
        exchanges.push((length, link.send(call(&params)).await.unwrap()));
    }
    for (length, mut exchange) in exchanges {
        let heard = all(&mut exchange).await.unwrap();
        assert!(heard[0].ends_with(&format!(r#""result":"{length}"}}"#)), "{length}: {heard:?}");
    }
}

#[tokio::test]
async fn one_that_does_not_take_what_it_gets_does_not_hold_up_the_others() {
    let says = r#"hear; hear; n=0
        while [ $n -lt 90 ]; do n=$((n+1))
            say '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}'
        done
        answer '{}'; hear"#;
    let (link, _asides) = open(&script(&[LEGACY, says])).await.unwrap();
    let mut slow = link.send(call(r#"{"_meta":{"progressToken":1}}"#)).await.unwrap();
    let mut other = link.send(call("{}")).await.unwrap();
    assert_eq!(all(&mut other).await.unwrap().len(), 1);
    // Nothing of what the slow one was to get is lost.
    drop(link);
    let mut heard = 0;
    while slow.next().await.is_ok() {
        heard += 1;
    }
    assert_eq!(heard, 90);
}
