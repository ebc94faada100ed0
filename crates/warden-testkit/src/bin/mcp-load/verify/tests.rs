use super::*;

const SIZE: usize = 300;

fn verifier(method: &str) -> Verifier {
    let words = ["--url", "http://127.0.0.1:1/mcp", "--payload", "300", "--tools", "2", "--method"];
    let words: Vec<String> = words.iter().chain([&method]).map(|word| (*word).into()).collect();
    Verifier::new(&Options::parse(&words).expect("the flags are right"))
}

fn answer(id: u64, text: &str) -> String {
    let content = serde_json::json!([{"type": "text", "text": text}]);
    format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"content":{content}}}}}"#)
}

fn response(kind: &str, body: &str) -> Response {
    let length = body.len();
    let text = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let mut response = Response::default();
    assert_eq!(response.take(text.as_bytes()), Ok(true));
    response
}

#[track_caller]
fn check(verifier: &mut Verifier, body: &str, expected: Result<(), Failure>) {
    assert_eq!(verifier.check(&response("application/json", body), 12), expected, "{body}");
}

#[test]
fn wrong_answers_are_noticed_before_and_after_a_right_one() {
    let text = english(SIZE);
    let right = answer(12, &text);
    let wrong = [
        (answer(13, &text), Failure::Id),
        (answer(12, &text.replacen('e', "i", 1)), Failure::Content),
        (answer(12, &english(SIZE - 1)), Failure::Content),
        (right.replace("]}", r#"],"isError":true}"#), Failure::ToolFailed),
        (right.replace(r#""result""#, r#""error""#), Failure::Error),
        (right.replace(r#"{"content""#, r#"{"contents""#), Failure::Content),
        (right.replace("2.0", "1.0"), Failure::Json),
        (right.replace(r#""id":12"#, r#""id":"12""#), Failure::Id),
        (format!("{right}}}"), Failure::Json),
        (String::new(), Failure::Json),
    ];
    let mut verifier = verifier("tools/call");
    for _ in 0..2 {
        for (body, failure) in &wrong {
            check(&mut verifier, body, Err(*failure));
        }
        check(&mut verifier, &right, Ok(()));
    }
}

#[test]
fn a_list_has_as_many_different_tools_as_it_should() {
    let list =
        |names: &str| format!(r#"{{"jsonrpc":"2.0","id":12,"result":{{"tools":[{names}]}}}}"#);
    let mut verifier = verifier("tools/list");
    check(&mut verifier, &list(r#"{"name":"a"},{"name":"b"}"#), Ok(()));
    check(&mut verifier, &list(r#"{"name":"a"},{"name":"a"}"#), Err(Failure::Content));
    check(&mut verifier, &list(r#"{"name":"a"}"#), Err(Failure::Content));
    check(&mut verifier, &list(r#"{"name":"b"},{"name":"a"}"#), Ok(()));
}

#[test]
fn the_answer_among_events_is_found_and_there_is_one() {
    let mut verifier = verifier("tools/call");
    let right = format!("event: message\ndata: {}\n\n", answer(12, &english(SIZE)));
    let noise = ": alive\n\nid: 7\ndata:\n\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n";
    let mut check = |body: String, expected| {
        let found = verifier.check(&response("text/event-stream", &body), 12);
        assert_eq!(found, expected, "{body}");
    };
    check(right.clone(), Ok(()));
    check(format!("{noise}{right}"), Ok(()));
    check(right.replace('\n', "\r\n"), Ok(()));
    check(format!("{right}{right}"), Err(Failure::Id));
    check(noise.into(), Err(Failure::Json));
    check(right.trim_end().into(), Err(Failure::Json));
}
