use std::collections::BTreeSet;

use cedar_policy::SchemaFragment;
use serde_json::Value as Json;

use super::*;
use crate::{
    Time,
    access::{Act, Carries, How, Labels, Principal, Traits, rules::SCHEMA},
};

fn sides(wall: &str, sides: &[&str]) -> Walls {
    [(wall.into(), sides.iter().map(|side| Box::from(*side)).collect())].into()
}

fn with_walls(args: &Walls, session: &Walls, check: impl Fn(&Asked<'_>)) {
    let who = Principal::of_agent("desk", How::Key);
    let carries = Carries { walls: args.clone(), ..Carries::default() };
    let labels = Labels { walls: session.clone(), ..Labels::default() };
    check(&Asked {
        who: &who,
        act: Act::Call,
        server: "files",
        name: "read",
        traits: &Traits::unknown(),
        carries: &carries,
        labels: &labels,
        now: Time::from_micros(0),
        approved: false,
    });
}

#[test]
fn a_wall_is_crossed_by_who_names_one_side_and_has_seen_another() {
    let none = Walls::new();
    let (a, b, both) = (sides("repo", &["a"]), sides("repo", &["b"]), sides("repo", &["a", "b"]));
    for (args, session, wanted) in [
        (&a, &none, false),
        (&a, &a, false),
        (&a, &b, true),
        (&a, &both, true),
        (&both, &none, true),
        (&none, &both, false),
        (&a, &sides("tenant", &["b"]), false),
    ] {
        with_walls(args, session, |asked| {
            assert_eq!(!crossed(asked).is_empty(), wanted, "{args:?} after {session:?}");
        });
    }
}

#[test]
fn the_hour_and_the_day_are_those_of_the_calendar() {
    let at = |text: &str| {
        let time: Time = text.parse().expect("a time");
        hour_and_weekday(time.micros() / 1_000_000)
    };
    assert_eq!(at("1970-01-01T00:00:00.000000Z"), (0, 4));
    assert_eq!(at("2026-11-22T23:59:59.000000Z"), (23, 7));
    assert_eq!(at("2026-11-23T00:00:00.000000Z"), (0, 1));
}

// What the table lacked, no rule could ask for; what the schema lacks, no rule may.
#[test]
fn every_member_is_one_of_the_schema_and_the_other_way_round() {
    let (schema, _) = SchemaFragment::from_cedarschema_str(SCHEMA).expect("it is built in");
    let schema = schema.to_json_value().expect("it has a JSON form");
    let of = |path: &str| {
        let attributes = schema.pointer(&format!("/Warden/{path}/attributes"));
        let attributes = attributes.and_then(Json::as_object).expect("a record");
        attributes.keys().cloned().collect::<BTreeSet<_>>()
    };
    let ours = |of: Of| {
        let mine = MEMBERS.iter().filter(|member| member.of == of);
        mine.map(|member| member.name.to_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!(ours(Of::Principal), of("entityTypes/Session/shape"));
    for kind in ["Tool", "Prompt", "Resource", "Asking"] {
        assert_eq!(ours(Of::Resource), of(&format!("entityTypes/{kind}/shape")));
    }
    let question = "commonTypes/Question";
    for (name, group) in [("session", Of::Session), ("args", Of::Args), ("time", Of::Time)] {
        assert_eq!(ours(group), of(&format!("{question}/attributes/{name}")));
    }
    let groups = ["session", "args", "time"].map(str::to_owned);
    let all: BTreeSet<String> = ours(Of::Context).into_iter().chain(groups).collect();
    assert_eq!(all, of(question));
    assert_eq!((MEMBERS[UNIX].name, MEMBERS[APPROVED].name), ("unix", "approved"));
}

#[test]
fn no_two_values_have_the_same_bytes() {
    let all = [
        Said::Nothing,
        Said::Flag(false),
        Said::Flag(true),
        Said::Number(1),
        Said::Text(""),
        Said::Text("a"),
        Said::Texts(vec![]),
        Said::Texts(vec!["".into()]),
        Said::Texts(vec!["a".into(), "bc".into()]),
        Said::Texts(vec!["ab".into(), "c".into()]),
    ];
    let bytes = |said: &Said<'_>| {
        let mut key = Vec::new();
        said.add_to(&mut key);
        key
    };
    let different: BTreeSet<Vec<u8>> = all.iter().map(bytes).collect();
    assert_eq!(different.len(), all.len());
    let one_in_another = different
        .iter()
        .any(|one| different.iter().any(|other| one != other && other.starts_with(one)));
    assert!(!one_in_another, "each says where it ends");
}
