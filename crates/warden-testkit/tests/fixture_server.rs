//! The fixture server does what its flags say, in both eras.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use warden_testkit::{Client, Era, Received, TestHome, fixture_server};

const LEGACY: Era = Era::Legacy("2025-11-25");
const BOTH: [Era; 2] = [LEGACY, Era::Modern];

#[track_caller]
fn connect(flags: &[&str], era: Era) -> Client {
    Client::connect(&mut fixture_server(flags), era)
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap_or_default()
}

#[test]
fn day_one_has_three_tools_in_both_eras() {
    for era in BOTH {
        assert_eq!(connect(&[], era).tool_names(), ["read_mail", "search_mail", "echo"]);
    }
}

#[test]
fn day_seven_adds_a_tool_and_changes_a_description() {
    let first = connect(&[], LEGACY).list("tools/list", "tools");
    let seventh = connect(&["--day", "7"], LEGACY).list("tools/list", "tools");
    assert_eq!(seventh.len(), 4);
    assert_eq!(seventh[3]["name"], "send_email");
    assert_eq!(first[0], seventh[0]);
    assert_ne!(first[1]["description"], seventh[1]["description"]);
}

#[test]
fn every_legacy_revision_is_spoken() {
    for revision in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut client = Client::spawn(&mut fixture_server(&[]));
        assert_eq!(client.open(Era::Legacy(revision))["protocolVersion"], revision);
    }
}

#[test]
fn the_modern_era_marks_results_and_lists() {
    let mut client = connect(&["--full"], Era::Modern);
    let list = client.request("tools/list", json!({})).expect("lists");
    assert_eq!(list["resultType"], "complete");
    assert_eq!(list["cacheScope"], "private");
    assert!(list["ttlMs"].is_u64());
}

#[test]
fn an_unserved_era_is_refused() {
    let mut client = Client::spawn(&mut fixture_server(&["--era", "modern"]));
    assert_eq!(client.request("initialize", json!({})).expect_err("refused").code, -32601);
    assert_eq!(client.request("tools/list", json!({})).expect_err("refused").code, -32022);
    let mut client = Client::spawn(&mut fixture_server(&["--era", "legacy"]));
    assert_eq!(client.request("server/discover", json!({})).expect_err("refused").code, -32601);
}

#[test]
fn echo_returns_its_arguments_unchanged() {
    let mut client = connect(&[], LEGACY);
    let answer = client.call("echo", json!({"b": 1.5, "a": [null, "é"]})).expect("answers");
    assert_eq!(text(&answer), r#"{"b":1.5,"a":[null,"é"]}"#);
}

#[test]
fn the_second_mail_is_hostile() {
    let mut client = connect(&["--hostile-second"], LEGACY);
    let answers: Vec<_> =
        (0..3).map(|id| client.call("read_mail", json!({"id": id})).expect("answers")).collect();
    let hostile: Vec<_> =
        answers.iter().map(|answer| text(answer).contains("ignore all")).collect();
    assert_eq!(hostile, [false, true, false]);
}

#[test]
fn a_change_of_day_is_announced_before_the_next_answer() {
    for era in BOTH {
        let home = TestHome::new();
        let file = home.write("day", "1");
        let mut client = connect(&["--day-file", file.to_str().expect("UTF-8")], era);
        if era == Era::Modern {
            client.start(
                "subscriptions/listen",
                json!({"notifications": {"toolsListChanged": true}}),
            );
        }
        assert_eq!(client.tool_names().len(), 4);
        fs::write(&file, "7").expect("the file can be written");
        client.call("tick", json!({})).expect("answers");
        let announced = client.notifications.last().expect("a notification came");
        assert_eq!(announced["method"], "notifications/tools/list_changed");
        assert!(client.tool_names().contains(&"send_email".into()));
    }
}

#[test]
fn a_dying_server_leaves_half_an_answer() {
    let mut client = connect(&["--die-mid-answer"], LEGACY);
    client.start("tools/call", json!({"name": "echo", "arguments": {}}));
    assert!(matches!(client.receive(), Received::Garbage(_)));
    assert_eq!(client.receive(), Received::Closed);
    assert_eq!(client.wait().code(), Some(3));
}

#[test]
fn a_tool_may_never_answer() {
    let mut client = connect(&["--never-answer", "echo"], LEGACY);
    let id = client.start("tools/call", json!({"name": "echo", "arguments": {}}));
    client.call("read_mail", json!({"id": 1})).expect("other tools answer");
    assert!(client.strays.iter().all(|message| message["id"] != id));
}

#[test]
fn unsolicited_responses_stand_around_the_answer() {
    let mut client = connect(&["--unsolicited"], LEGACY);
    client.call("echo", json!({})).expect("answers");
    client.request("ping", json!({})).expect("answers");
    assert_eq!(client.strays.len(), 2);
}

#[test]
fn the_server_sends_requests_known_and_unknown() {
    let mut client = connect(&["--unknown-requests"], LEGACY);
    client.call("echo", json!({})).expect("answers");
    let methods: Vec<_> = client.requests.iter().map(|request| &request["method"]).collect();
    assert!(methods.contains(&&json!("fixture/unknown")) && methods.contains(&&json!("ping")));
}

#[test]
fn huge_lists_and_answers_have_about_the_size_asked_for() {
    let mut client = connect(&["--huge", "1000000"], LEGACY);
    let list = client.request("tools/list", json!({})).expect("lists").to_string().len();
    assert!((900_000..1_200_000).contains(&list), "{list}");
    assert_eq!(text(&client.call("huge", json!({})).expect("answers")).len(), 1_000_000);
}

#[test]
fn a_flood_on_standard_error_does_not_block_the_answer() {
    let mut client = connect(&["--flood-stderr", "1000000"], LEGACY);
    client.call("echo", json!({})).expect("answers");
}

#[test]
fn pages_join_to_the_whole_list() {
    for era in BOTH {
        let mut client = connect(&["--full", "--page-size", "3"], era);
        assert_eq!(client.tool_names(), connect(&["--full"], era).tool_names());
    }
}

#[test]
fn garbage_stands_between_messages() {
    let mut client = Client::spawn(&mut fixture_server(&["--garbage"]));
    client.start("ping", json!({}));
    assert!(matches!(client.receive(), Received::Garbage(_)));
}

#[test]
fn questions_come_as_requests_before_and_as_results_after() {
    let mut client = connect(&["--full"], LEGACY);
    client.answer_requests(
        "elicitation/create",
        json!({"action": "accept", "content": {"name": "Ada"}}),
    );
    let answer = client.call("elicit", json!({})).expect("answers");
    assert!(text(&answer).contains("Ada"));

    let mut client = connect(&["--full"], Era::Modern);
    let question = client.call("elicit", json!({})).expect("answers");
    assert_eq!(question["resultType"], "input_required");
    assert_eq!(question["inputRequests"]["question"]["method"], "elicitation/create");
    let again = json!({"name": "elicit", "arguments": {}, "requestState": question["requestState"],
        "inputResponses": {"question": {"action": "accept", "content": {"name": "Ada"}}}});
    let answer = client.request("tools/call", again).expect("answers");
    assert!(text(&answer).contains("Ada"));
}

#[test]
fn progress_is_reported_to_whoever_gave_a_token() {
    let mut client = connect(&["--full"], LEGACY);
    let params =
        json!({"name": "progress", "arguments": {"steps": 4}, "_meta": {"progressToken": "t"}});
    client.request("tools/call", params).expect("answers");
    assert_eq!(client.notifications.len(), 4);
}

#[cfg(target_os = "linux")]
#[test]
fn grandchildren_say_who_they_are() {
    for flag in ["--spawn-child", "--spawn-session"] {
        let home = TestHome::new();
        let file = home.path().join("pid");
        let mut client = connect(&[flag, file.to_str().expect("UTF-8")], LEGACY);
        let pid = home.await_file(&file);
        client.call("echo", json!({})).expect("answers");
        assert!(pid.parse::<u32>().is_ok_and(|pid| pid != client.process()), "{pid}");
        assert!(warden_testkit::is_running(&pid));
        warden_testkit::end_process(&pid);
        assert!(warden_testkit::ends_within(&pid, Duration::from_secs(10)));
    }
}

#[test]
fn a_misspelt_flag_is_an_error() {
    let mut client = Client::spawn(&mut fixture_server(&["--huuge", "1"]));
    client.set_patience(Duration::from_secs(10));
    assert_eq!(client.receive(), Received::Closed);
    assert_eq!(client.wait().code(), Some(2));
}
