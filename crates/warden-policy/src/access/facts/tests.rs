use std::collections::{BTreeMap, BTreeSet};

use proptest::{
    collection::{btree_map, btree_set},
    prelude::*,
    sample::select,
};
use warden_model::Effect;

use super::*;
use crate::access::{
    Audience, Breach, Environment, How, Pack, RuleFile, Rules, SessionKey, built_in,
};

fn names(most: usize) -> impl Strategy<Value = BTreeSet<Box<str>>> {
    btree_set("[a-z=\\\\\"é]{1,3}".prop_map(Into::into), 0..most)
}

/// Walls, with names that UTF-8 and UTF-16 sort in another order.
fn walls() -> impl Strategy<Value = BTreeMap<Box<str>, BTreeSet<Box<str>>>> {
    let name = select(vec!["repo", "a\n\u{1}\u{7f}", "\u{20ac}", "\u{1f600}", "\u{fb33}"]);
    btree_map(name.prop_map(Box::from), names(3), 0..4)
}

fn principal() -> impl Strategy<Value = Principal> {
    let roles = btree_set(select(vec!["reader", "writer", "operator", "admin"]), 0..4);
    let list =
        prop_oneof![Just(None), Just(Some(vec!["files__*"])), Just(Some(vec!["*__send", "x"])),];
    (select(How::ALL.to_vec()), roles, list, any::<[bool; 4]>(), 0..3_i64).prop_map(
        |(how, roles, list, on, end)| Principal {
            how,
            user: on[0].then(|| "ada".into()),
            agent: "desk".into(),
            client: on[1].then(|| std::sync::Arc::new(("c".to_owned(), "1".to_owned()))),
            machine: None,
            delegation: vec!["a".into()],
            tenant: if on[2] { "acme".into() } else { "".into() },
            purpose: None,
            roles: roles.into_iter().map(Into::into).collect(),
            scopes: on[3].then(BTreeSet::new),
            allowlist: list.map(|all| all.into_iter().map(Box::from).collect()),
            session: SessionKey::derived(&["s"]),
            expires: (end > 0).then(|| Time::from_micros(end * 1_000_000)),
        },
    )
}

fn traits() -> impl Strategy<Value = Traits> {
    let effects = btree_set(select(Effect::ALL.to_vec()), 1..4);
    let words = (
        select(Audience::ALL.to_vec()),
        select(DataClass::ALL.to_vec()),
        select(Environment::ALL.to_vec()),
    );
    (effects, words, 0..4_u8, any::<[bool; 3]>()).prop_map(
        |(effects, (audience, class, environment), level, on)| Traits {
            effects,
            audience,
            trusted: on[0],
            class,
            environment,
            level,
            tenant: if on[1] { "acme".into() } else { "".into() },
            effects_by: if on[2] { KnownBy::Rule } else { KnownBy::Nobody },
            ..Traits::unknown()
        },
    )
}

fn carries() -> impl Strategy<Value = Carries> {
    let classes = (select(DataClass::ALL.to_vec()), select(DataClass::ALL.to_vec()));
    let breach = prop_oneof![3 => Just(None), 1 => select(BREACHES.to_vec()).prop_map(Some)];
    (classes, any::<[bool; 4]>(), walls(), names(3), breach).prop_map(
        |((copied, class), on, walls, hosts, breach)| Carries {
            copied,
            class,
            credentials: on[0],
            steered: on[1],
            untrusted: on[2],
            unread: on[3],
            walls,
            domains: hosts.clone(),
            hosts,
            breaches: breach.map(|what| Breach { at: "/a".into(), what }).into_iter().collect(),
        },
    )
}

fn labels() -> impl Strategy<Value = Labels> {
    (select(DataClass::ALL.to_vec()), any::<[bool; 4]>(), names(3), walls()).prop_map(
        |(class, on, sources, walls)| Labels {
            untrusted: on[0],
            hostile: on[1],
            class,
            credentials: on[2],
            blind: on[3],
            walls,
            sources,
        },
    )
}

fn asked() -> impl Strategy<Value = OwnedAsked> {
    let kinds = select(vec![
        (Act::List, Kind::Tool),
        (Act::Call, Kind::Tool),
        (Act::Read, Kind::Resource),
        (Act::Prompt, Kind::Prompt),
        (Act::Ask, Kind::Asking),
    ]);
    let name = select(vec!["read", "send", "x://y"]);
    (principal(), traits(), carries(), labels(), kinds, name, any::<bool>()).prop_map(
        |(who, traits, carries, labels, (act, kind), name, approved)| OwnedAsked {
            who,
            act,
            kind,
            server: "files".into(),
            name: name.into(),
            traits,
            carries,
            labels,
            now: Time::from_micros(1_500_000),
            approved,
        },
    )
}

fn rules() -> Rules {
    let pack = built_in(Pack::Team);
    let directory = Directory::read(pack.directory).expect("it is built in");
    let file = RuleFile { name: "rules.cedar".to_owned(), text: pack.rules.to_owned() };
    Rules::compile(&[file], &directory).expect("it is built in")
}

thread_local! {
    static RULES: Rules = rules();
}

proptest! {
    // A decision equals its replay.
    #[test]
    fn a_decision_equals_its_replay(asked in asked()) {
        let decided = RULES.with(|rules| rules.decide_as(asked.kind, &asked.asked()));
        let text = write(asked.kind, &asked.asked(), &decided).expect("it is short");
        let again = read(&text).expect("it was written like that");
        prop_assert_eq!(&again.verdict, &decided);
        let replayed = RULES.with(|rules| rules.decide_as(again.asked.kind, &again.asked.asked()));
        prop_assert_eq!(replayed, decided);
        let verdict = &again.verdict;
        prop_assert_eq!(write(again.asked.kind, &again.asked.asked(), verdict), Ok(text));
    }

    // RFC 8785, by the writer that others use.
    #[test]
    fn what_is_written_is_canonical(asked in asked(), words in "\\PC{0,8}[\"\\\\\u{0}-\u{1f}é😀]{0,4}") {
        let asked = OwnedAsked { name: words.into(), ..asked };
        let verdict = Verdict::Permitted { rules: vec!["own".into()] };
        let text = write(asked.kind, &asked.asked(), &verdict).expect("it is short");
        let value = serde_json::from_str(&text).expect("it is JSON");
        let canonical = warden_seal::canonical(&value).expect("it has exact numbers");
        prop_assert_eq!(text.as_bytes(), canonical);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[{}\\[\\]a-z0-9\":, ]{0,80}") {
        prop_assert!(read(&text).is_err());
    }
}

fn one() -> String {
    let who = Principal {
        how: How::Process,
        user: None,
        agent: "desk".into(),
        client: None,
        machine: None,
        delegation: Vec::new(),
        tenant: "".into(),
        purpose: None,
        roles: BTreeSet::new(),
        scopes: None,
        allowlist: None,
        session: SessionKey::derived(&["s"]),
        expires: None,
    };
    let asked = Asked {
        who: &who,
        act: Act::Call,
        server: "files",
        name: "read",
        traits: &Traits::unknown(),
        carries: &Carries::default(),
        labels: &Labels::default(),
        now: Time::from_micros(0),
        approved: false,
    };
    let verdict = Verdict::Permitted { rules: vec!["own".into()] };
    write(Kind::Tool, &asked, &verdict).expect("it is short")
}

#[test]
fn version_1_stays_as_it_is() {
    assert_eq!(one(), include_str!("../../../tests/data/facts-1.json").trim_end());
}

// What new rules would have answered is known before they count.
#[test]
fn what_other_rules_would_have_answered_is_named_with_its_place() {
    let directory = Directory::read(built_in(Pack::Laptop).directory).expect("it is built in");
    let file = |text: &str| RuleFile { name: "a".to_owned(), text: text.to_owned() };
    let compiled = |text: &str| Rules::compile(&[file(text)], &directory).expect("they are fine");
    let facts = one();
    let records = || [("s:1".to_owned(), facts.as_str()), ("s:2".to_owned(), "{}")];
    let open = replay(&compiled("permit (principal, action, resource);"), &directory, records());
    assert_eq!((open.asked, open.differ.len(), open.unread.len()), (1, 0, 1));
    let shut = replay(&compiled(""), &directory, records());
    assert_eq!(shut.differ[0].place, "s:1");
    assert_eq!(shut.differ[0].about, "call files/read");
    assert!(matches!(shut.differ[0].now, Verdict::Refused { .. }));
}

#[test]
fn what_is_not_known_here_is_refused() {
    let text = one();
    assert!(read(&text).is_ok());
    let with = |from: &str, to: &str| read(&text.replace(from, to));
    assert_eq!(with("\"version\":1", "\"version\":2"), Err(FactsError::Version(2)));
    assert_eq!(with("\"call\"", "\"fly\""), Err(FactsError::Word("act")));
    assert_eq!(with("\"permitted\"", "\"maybe\""), Err(FactsError::Word("verdict")));
    assert!(matches!(with("\"given\"", "\"taken\""), Err(FactsError::Form(_))));
    assert!(matches!(read(&" ".repeat(MOST_FACTS + 1)), Err(FactsError::TooLong)));
}

// What was refused since it had drifted or was not approved says nothing about rules.
#[test]
fn what_was_refused_before_rules_were_asked_is_no_difference() {
    let directory = Directory::read(built_in(Pack::Laptop).directory).expect("it is built in");
    let all = RuleFile { name: "a".into(), text: "permit (principal, action, resource);".into() };
    let all = Rules::compile(&[all], &directory).expect("they are fine");
    let refused = r#""verdict":{"is":"policy-refused","rules":[]}"#;
    let drifted = one().replace(r#""verdict":{"is":"permitted","rules":["own"]}"#, refused);
    assert_ne!(drifted, one());
    let replayed = replay(&all, &directory, [("s:1".to_owned(), drifted.as_str())]);
    assert!(replayed.is_same() && replayed.asked == 0);
    assert_eq!(replayed.never_asked, ["s:1"]);
}

#[test]
fn a_directory_decides_about_tenant_and_tools_of_an_agent_anew() {
    let under = |text: &str| {
        let directory = Directory::read(text).expect("it is fine");
        read(&one()).expect("they are facts").asked.under(&directory).who
    };
    let agent = "[[tenant]]\nname = \"north\"\n[[agent]]\nname = \"desk\"\nowner = \"ann\"\n";
    let tools = format!("{agent}tenant = \"north\"\ntools = [\"mail__*\"]");
    let who = under(&tools);
    assert_eq!((&*who.tenant, who.allowlist.map(|list| list.len())), ("north", Some(1)));
    let who = under(agent);
    assert_eq!((&*who.tenant, who.allowlist), ("", None));
}
