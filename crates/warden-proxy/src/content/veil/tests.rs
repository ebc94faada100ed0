use std::{collections::BTreeSet, sync::Arc};

use proptest::prelude::*;
use serde_json::{Value, json};
use warden_policy::mask::{Mask, Showing};

use super::*;
use crate::content::{Inspection, Room};

const IBAN: &str = "DE89 3704 0044 0532 0130 00";
const EMAIL: &str = "joanna.keller@hospital-bern.ch";
const CALL: Form<'static> = Form::Result(Method::ToolsCall, None);

fn looker() -> Looker {
    let inspection = Arc::new(Inspection::default());
    let room = Arc::new(Room::new(inspection.memory));
    let (party, class) = (room.party("a"), DataClass::Internal);
    Looker { inspection, room, tally: Arc::default(), habits: Arc::default(), party, class }
}

/// Somebody sees up to this in clear, of these kinds if any are named.
fn veil(above: DataClass, kinds: &[&str], label: DataClass) -> Veil {
    let kinds = (!kinds.is_empty()).then(|| kinds.iter().map(|it| (*it).into()).collect());
    let role = "*".into();
    let mask = Mask { role, above, kinds, servers: None, tools: None, clears: false };
    let (roles, server) = (BTreeSet::new(), "crm");
    let showing = Showing { roles: Some(&roles), server, tool: Some("get") };
    Veil::new(Sight::of(&[mask], &showing), label).expect("something is masked")
}

fn public(kinds: &[&str]) -> Veil {
    veil(DataClass::Public, kinds, DataClass::Public)
}

#[track_caller]
fn masked(raw: &Value, form: Form<'_>, veil: &Veil) -> (Value, Vec<String>) {
    match looker().veiled(&raw.to_string(), form, veil) {
        Veiled::Masked(text, kinds) => (serde_json::from_str(&text).expect("it is JSON"), kinds),
        other => panic!("{raw} is {other:?}"),
    }
}

fn text(text: &str) -> Value {
    json!({"content": [{"type": "text", "text": text}]})
}

#[test]
fn a_value_above_what_is_clear_is_replaced_by_its_kind_wherever_it_stands() {
    let pay = format!("pay to {IBAN} and write to {EMAIL}");
    for (raw, at) in [
        (text(&pay), "/content/0/text"),
        (json!({"structuredContent": {"to": [pay]}}), "/structuredContent/to/0"),
        (json!({"contents": [{"uri": "a:b", "text": pay}]}), "/contents/0/text"),
        (
            json!({"messages": [{"role": "user", "content": {"type": "text", "text": pay}}]}),
            "/messages/0/content/text",
        ),
        (
            json!({"content": [{"type": "resource", "resource": {"uri": "a:b", "text": pay}}]}),
            "/content/0/resource/text",
        ),
        (json!({"content": [], "_meta": {"x": pay}}), "/_meta/x"),
        (json!({"code": -1, "message": pay}), "/message"),
        (json!({"progressToken": 1, "progress": 1, "message": pay}), "/message"),
    ] {
        let (got, kinds) = masked(&raw, CALL, &public(&[]));
        let got = got.pointer(at).and_then(Value::as_str).unwrap_or_default();
        assert_eq!(got, "pay to ‹iban› and write to ‹email›", "{raw}");
        assert_eq!(kinds, ["masked/email", "masked/iban"]);
    }
}

#[test]
fn a_mask_is_for_its_kinds_and_its_classes() {
    let raw = text(&format!("pay to {IBAN} and write to {EMAIL}"));
    let (got, kinds) = masked(&raw, CALL, &public(&["iban"]));
    assert_eq!(got, text(&format!("pay to ‹iban› and write to {EMAIL}")));
    assert_eq!(kinds, ["masked/iban"]);
    let regulated = veil(DataClass::Confidential, &[], DataClass::Public);
    assert_eq!(looker().veiled(&text(EMAIL).to_string(), CALL, &regulated), Veiled::Clear);
    let (_, token) = warden_detect::samples()
        .into_iter()
        .find(|(kind, _)| *kind == "github-token")
        .expect("there is one");
    assert_eq!(masked(&text(&token), CALL, &public(&[])).0, text("‹github-token›"));
}

#[test]
fn what_holds_nothing_passes_as_it_was_written() {
    let raw = r#"{ "content" : [ {"type":"text","text":"The build is gr\u00fcn."} ], "n": 1.0 }"#;
    assert_eq!(looker().veiled(raw, CALL, &public(&[])), Veiled::Clear);
}

#[test]
fn what_looks_like_a_word_of_the_protocol_is_looked_at_as_well() {
    let plain = IBAN.replace(' ', "");
    for raw in [
        json!({"structuredContent": {"type": plain}}),
        json!({"structuredContent": {"role": [plain]}}),
        json!({"requestState": plain, "content": []}),
        json!({"content": [{"type": "text", "text": "x", "mimeType": plain}]}),
        json!({"structuredContent": {"card": {"data": 4_111_111_111_111_111_u64}}}),
    ] {
        let (got, _) = masked(&raw, CALL, &public(&[]));
        let got = got.to_string();
        assert!(!got.contains(&plain) && !got.contains("4111111111111111"), "{got}");
    }
}

#[test]
fn a_name_cannot_be_masked_so_the_whole_is() {
    for value in [json!(1), json!(true), json!(null), json!({}), json!("x")] {
        let raw = json!({"content": [{"type": "text", "text": "a"}], "isError": true,
            "structuredContent": {EMAIL: value}});
        let (got, kinds) = masked(&raw, CALL, &public(&[]));
        let whole =
            json!({"content": [{"type": "text", "text": "‹masked: public›"}], "isError": true});
        assert_eq!(got, whole);
        assert!(kinds.contains(&"masked/whole".into()), "{kinds:?}");
    }
}

#[test]
fn what_structured_content_hides_its_text_does_not_tell() {
    // A number is found by the word before it, which the text does not have.
    let data = json!({"date_of_birth": "1961-03-14", "name": "x"});
    let raw = json!({"content": [{"type": "text", "text": "x 1961-03-14 y"}],
        "structuredContent": data});
    let (got, _) = masked(&raw, CALL, &public(&[]));
    assert!(!got.to_string().contains("1961"), "{got}");
}

#[test]
fn what_no_detector_reads_is_withheld_with_a_word_for_the_model() {
    let said = |what: &str| format!("‹{what} withheld: it cannot be masked›");
    let raw = json!({"content": [
        {"type": "image", "data": "aGk=", "mimeType": "image/png"},
        {"type": "audio", "data": "aGk=", "mimeType": "text/plain"},
        {"type": "resource", "resource": {"uri": "a:b", "blob": "aGk=", "mimeType": "text/plain"}},
        {"type": "text", "text": "seen"}],
        "structuredContent": {"file": {"data": "aGk=", "mimeType": "application/pdf"}}});
    let (got, kinds) = masked(&raw, CALL, &public(&[]));
    let block = |what| json!({"type": "text", "text": said(what)});
    let blocks = [
        block("image"),
        block("audio"),
        block("resource"),
        json!({"type": "text", "text": "seen"}),
    ];
    assert_eq!(got["content"], json!(blocks));
    assert_eq!(got["structuredContent"]["file"]["data"], said("content"));
    assert_eq!(kinds, ["masked/binary"]);
    let raw = json!({"contents": [{"uri": "a:b", "blob": "aGk="}]});
    let (got, _) = masked(&raw, Form::Result(Method::ResourcesRead, Some("a:b")), &public(&[]));
    let content = json!({"uri": "a:b", "mimeType": "text/plain", "text": said("resource")});
    assert_eq!(got["contents"], json!([content]));
}

#[test]
fn all_that_comes_from_what_is_above_is_replaced_whatever_is_found_in_it() {
    let all = veil(DataClass::Internal, &[], DataClass::Confidential);
    let mark = "‹masked: confidential›";
    let block = json!({"type": "text", "text": mark});
    let of = |raw: &Value, form| masked(raw, form, &all).0;
    let raw = json!({"resultType": "complete", "isError": false, "_meta": {"a": "b"},
        "content": [{"type": "text", "text": "a plan"}], "structuredContent": {"plan": 7}});
    assert_eq!(of(&raw, CALL), json!({"resultType": "complete", "content": [block]}));
    let raw = json!({"contents": [{"uri": "a:plan", "text": "a plan"}]});
    let got = of(&raw, Form::Result(Method::ResourcesRead, Some("a:b")));
    let content = json!({"uri": "a:b", "mimeType": "text/plain", "text": mark});
    assert_eq!(got["contents"], json!([content]));
    let raw = json!({"description": "a plan", "messages": []});
    let got = of(&raw, Form::Result(Method::PromptsGet, None));
    assert_eq!(got, json!({"messages": [{"role": "user", "content": block}]}));
    let raw = json!({"code": -32000, "message": "a plan", "data": {"plan": 1}});
    assert_eq!(of(&raw, Form::Error), json!({"code": -32000, "message": mark}));
    let raw = json!({"task": {"taskId": "t-1", "status": "working", "statusMessage": "a plan", "ttl": null}});
    let task = json!({"taskId": "t-1", "status": "working", "ttl": null, "statusMessage": mark});
    assert_eq!(of(&raw, CALL), json!({"task": task}));
    let raw = json!({"progressToken": 1, "progress": 2, "message": "a plan"});
    let told = json!({"progressToken": 1, "progress": 2, "message": mark});
    assert_eq!(of(&raw, Form::Told(Method::Progress)), told);
    let raw = json!({"level": "info", "logger": "plan", "data": {"plan": 1}});
    let told = json!({"level": "info", "data": mark});
    assert_eq!(of(&raw, Form::Told(Method::Log)), told);
    let asks = json!({"resultType": "input_required", "inputRequests": {}});
    for (raw, form) in [(&asks, CALL), (&raw, Form::Question)] {
        assert_eq!(looker().veiled(&raw.to_string(), form, &all), Veiled::Withheld, "{raw}");
    }
}

#[test]
fn what_is_not_read_to_its_end_is_not_shown() {
    // Whoever sees them in clear sees none of more than can be told.
    let many = format!("{EMAIL} ").repeat(MOST_HITS + 1);
    let (got, _) = masked(&text(&many), CALL, &public(&["iban"]));
    assert_eq!(got, text("‹masked: public›"));
    let (got, _) = masked(&text(&many), CALL, &public(&[]));
    assert_eq!(got, text(&"‹email› ".repeat(MOST_HITS + 1)));
}

/// Values that are found, and words between them that are parts of values.
fn words() -> impl Strategy<Value = String> {
    let values = ["4111 1111 1111 1111", IBAN, EMAIL, "+41 44 668 18 00", "756.9217.0769.85"];
    let parts =
        ["@", "1111", "card", "IBAN", "phone:", "AHV", "born 14 March 1961", "\n", "‹iban›"];
    let all: Vec<&str> = values.into_iter().chain(parts).collect();
    let glue = prop::sample::select(vec![" ", "", "-", ", "]);
    prop::collection::vec((prop::sample::select(all), glue), 0..12)
        .prop_map(|all| all.iter().flat_map(|(word, glue)| [*word, *glue]).collect())
}

proptest! {
    // What passes holds nothing above what is clear that is found in it.
    #[test]
    fn nothing_that_is_found_is_left(said in prop::collection::vec(words(), 1..4), above in 0..3_usize) {
        let above = DataClass::ALL.get(above).copied().unwrap_or_default();
        let blocks: Vec<_> = said.iter().map(|text| json!({"type": "text", "text": text})).collect();
        let raw = json!({"content": blocks, "structuredContent": {"said": said, "last": said.last()}});
        let veil = veil(above, &[], DataClass::Public);
        let raw = raw.to_string();
        let passed = match looker().veiled(&raw, CALL, &veil) {
            Veiled::Clear => raw,
            Veiled::Masked(text, _) => text,
            Veiled::Withheld => return Ok(()),
        };
        prop_assert!(serde_json::from_str::<Value>(&passed).is_ok());
        for pieces in Pieces::every_way(&passed) {
            for piece in pieces.all {
                let found = looker().inspection.personal().find(&piece.text);
                prop_assert!(found.hits.iter().all(|hit| hit.class <= above), "{}", piece.text);
            }
        }
    }
}
