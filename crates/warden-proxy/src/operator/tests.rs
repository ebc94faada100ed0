use std::collections::BTreeSet;

use warden_model::Digest;
use warden_policy::hold::HoldSettings;

use super::*;
use crate::holds::tests::{Call, World};

fn table(name: &str, token: &str, may: &[&str]) -> OperatorTable {
    let hex = Digest::of(token.as_bytes()).hex();
    OperatorTable {
        name: name.into(),
        token_sha256: hex.into_iter().map(char::from).collect(),
        may: may.iter().map(|&may| may.to_owned()).collect(),
    }
}

/// A desk at which ben may everything, stan only stop, and ann, who is a user, answer.
fn desk() -> (Desk, World) {
    let world = World::new(HoldSettings::default());
    let tables = [
        table("ben", "t-ben", &["holds", "stops", "sessions"]),
        table("stan", "t-stan", &["stops"]),
        table("Ann", "t-ann", &["holds"]),
    ];
    let operators = Operators::check(&tables, &[Digest::of(b"t-client")]).unwrap();
    (Desk { operators, holds: world.holds.clone(), levers: None }, world)
}

fn get<'a>(path: &'a str, authorization: &'a str) -> Question<'a> {
    Question {
        verb: "GET",
        path,
        has_query: false,
        authorization: Some(authorization),
        has_origin: false,
        content_type: None,
        body: b"",
    }
}

fn post<'a>(path: &'a str, authorization: &'a str, body: &'a str) -> Question<'a> {
    let json = Some("application/json; charset=utf-8");
    Question { verb: "POST", content_type: json, body: body.as_bytes(), ..get(path, authorization) }
}

#[track_caller]
fn is(answer: Option<&Answer>, status: u16, reason: &str) {
    let answer = answer.expect("it is ours to answer");
    assert_eq!((answer.status, &answer.body["error"]["reason"]), (status, &reason.into()));
}

// Who waits is visible, and an operator answers.
#[tokio::test]
async fn an_operator_sees_what_waits_and_answers() {
    let (desk, world) = desk();
    let hold = world.pending(&Call::new("x")).await;
    let list = desk.answer(&get("/operator/v1/holds", "Bearer t-ben")).await.unwrap();
    assert_eq!((list.status, &list.body["holds"][0]["id"]), (200, &(*hold.id).into()));
    assert_eq!(list.body["holds"][0]["call"]["name"], "send");
    let path = format!("/operator/v1/holds/{}", hold.id);
    let shown = desk.answer(&get(&path, "bearer t-ben")).await.unwrap();
    assert_eq!(shown.body["hold"]["state"], "pending");
    assert_eq!(shown.body["you"]["level"], "rested");
    world.wait(5);
    let approve = format!("{path}/approve");
    let done = desk.answer(&post(&approve, "Bearer t-ben", r#"{"reason":"ok"}"#)).await.unwrap();
    assert_eq!((done.status, &done.body["hold"]["state"]), (200, &"approved".into()));
    assert_eq!(done.body["hold"]["answer"]["by"], "ben");
    let again = desk.answer(&post(&approve, "Bearer t-ben", "{}")).await;
    is(again.as_ref(), 409, "already-approved");
    let fatigue = desk.answer(&get("/operator/v1/holds/fatigue", "Bearer t-ben")).await.unwrap();
    assert_eq!(fatigue.body["people"][0]["name"], "ben");
    assert_eq!(fatigue.body["people"][0]["median_ms"], 5_000);
}

#[tokio::test]
async fn who_asks_does_not_approve_as_operator_either() {
    let (desk, world) = desk();
    let hold = world.pending(&Call::new("x")).await;
    let path = format!("/operator/v1/holds/{}", hold.id);
    let approve = desk.answer(&post(&format!("{path}/approve"), "Bearer t-ann", "{}")).await;
    is(approve.as_ref(), 403, "is-requester");
    let silent = desk.answer(&post(&format!("{path}/refuse"), "Bearer t-ann", "{}")).await;
    is(silent.as_ref(), 400, "no-reason");
    let path = format!("{path}/refuse");
    let refuse = post(&path, "Bearer t-ann", r#"{"reason":"not me"}"#);
    let refused = desk.answer(&refuse).await.unwrap();
    assert_eq!((refused.status, &refused.body["hold"]["state"]), (200, &"refused".into()));
}

#[tokio::test]
async fn only_operators_are_answered_and_only_what_they_may() {
    let (desk, _) = desk();
    let path = "/operator/v1/holds";
    for wrong in ["Bearer t-client", "Bearer t-be", "Bearer ", "Basic t-ben", "t-ben", "Bearer"] {
        is(desk.answer(&get(path, wrong)).await.as_ref(), 401, "unauthorized");
    }
    let silent = Question { authorization: None, ..get(path, "") };
    is(desk.answer(&silent).await.as_ref(), 401, "unauthorized");
    // Whoever is nobody does not even learn what there is.
    is(desk.answer(&get("/operator/v1/nothing", "Bearer x")).await.as_ref(), 401, "unauthorized");
    is(desk.answer(&get(path, "Bearer t-stan")).await.as_ref(), 403, "may-not");
    let browser = Question { has_origin: true, ..get(path, "Bearer t-ben") };
    is(desk.answer(&browser).await.as_ref(), 403, "origin");
    for elsewhere in ["/mcp", "/operator", "/operators/v1/holds", "/"] {
        assert_eq!(desk.answer(&get(elsewhere, "Bearer t-ben")).await, None, "{elsewhere}");
    }
}

#[tokio::test]
async fn what_is_not_asked_as_it_is_written_is_refused() {
    let (desk, _) = desk();
    let ben = "Bearer t-ben";
    for (path, status, reason) in [
        ("/operator/v1/", 404, "nothing-here"),
        ("/operator/v1/holds/", 404, "nothing-here"),
        ("/operator/v1/holds/a/b", 404, "nothing-here"),
        ("/operator/v1/holds/..%2f", 404, "no-such-hold"),
        ("/operator/v1/holds/x/approve", 405, "method"),
        ("/operator/v1/stops", 501, "not-here"),
    ] {
        is(desk.answer(&get(path, ben)).await.as_ref(), status, reason);
    }
    let approve = "/operator/v1/holds/x/approve";
    for (body, status, reason) in [
        ("", 400, "malformed"),
        ("[]", 400, "malformed"),
        (r#"{"reason":1}"#, 400, "malformed"),
        (r#"{"reason":"a","reason":"b"}"#, 400, "malformed"),
        (r#"{"reason":"a","x":1}"#, 400, "malformed"),
        (r#"{"reason":"a"}"#, 404, "no-such-hold"),
    ] {
        is(desk.answer(&post(approve, ben, body)).await.as_ref(), status, reason);
    }
    let long = format!("{{\"reason\":\"{}\"}}", "x".repeat(501));
    is(desk.answer(&post(approve, ben, &long)).await.as_ref(), 400, "malformed");
    let longer = format!("{{\"reason\":\"{}\"}}", "x".repeat(MOST_BODY));
    is(desk.answer(&post(approve, ben, &longer)).await.as_ref(), 413, "too-long");
    let form = Some("application/x-www-form-urlencoded");
    let form = Question { content_type: form, ..post(approve, ben, "{}") };
    is(desk.answer(&form).await.as_ref(), 415, "content-type");
    let query = Question { has_query: true, ..get("/operator/v1/holds", ben) };
    is(desk.answer(&query).await.as_ref(), 400, "query");
    let session = post("/operator/v1/sessions/x/end", ben, "{}");
    is(desk.answer(&session).await.as_ref(), 501, "not-here");
}

#[tokio::test]
async fn a_store_that_is_away_is_no_empty_list() {
    let (desk, world) = desk();
    world.store.away.store(true, std::sync::atomic::Ordering::SeqCst);
    let list = desk.answer(&get("/operator/v1/holds", "Bearer t-ben")).await;
    is(list.as_ref(), 503, "hold-store-away");
    let fatigue = desk.answer(&get("/operator/v1/holds/fatigue", "Bearer t-ben")).await;
    is(fatigue.as_ref(), 503, "hold-store-away");
}

#[test]
fn operators_are_named_apart_from_each_other_and_from_clients() {
    let client = Digest::of(b"t-client");
    let problems = |tables: &[OperatorTable]| Operators::check(tables, &[client]).unwrap_err();
    let ben = table("ben", "t-ben", &["holds"]);
    assert_eq!(
        problems(&[table("x", "t-client", &["holds"])]),
        [OperatorProblem::Token { number: 1 }]
    );
    assert_eq!(
        problems(&[ben.clone(), table("BEN ", "t-ben", &["all"])]),
        [
            OperatorProblem::Name { number: 2 },
            OperatorProblem::Token { number: 2 },
            OperatorProblem::May { number: 2 },
        ]
    );
    let empty = OperatorTable { token_sha256: "x".into(), ..table("", "", &[]) };
    assert_eq!(problems(&[empty]).len(), 3);
    assert!(Operators::check(&[], &[]).unwrap().is_empty());
    assert!(Operators::check(&[ben], &[client]).is_ok());
}

#[test]
fn every_route_can_be_reached_and_names_who_may() {
    let mut seen = BTreeSet::new();
    for route in routes::ROUTES {
        let path = route.path.replace('*', "name");
        let found = find(route.verb, &path).unwrap();
        assert_eq!((found.deed, found.may), (route.deed, route.may), "{path}");
        assert!(path.starts_with(ROOT));
        assert!(seen.insert((route.verb, route.path)), "{path} stands twice");
    }
}
