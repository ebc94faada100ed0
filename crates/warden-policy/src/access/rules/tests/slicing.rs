//! What is left out of a slice would have said nothing, what a rule is not shown makes no
//! difference to it, and what is kept of one question is never the answer to another.

use super::{
    super::{compile, model::Model, parse},
    *,
};

fn head() -> impl Strategy<Value = String> {
    let principal = prop_oneof![
        Just("principal"),
        Just("principal is Warden::Session"),
        Just("principal in Warden::Role::\"reader\""),
        Just("principal in Warden::Role::\"writer\""),
        Just("principal is Warden::Session in Warden::Role::\"auditor\""),
        Just("principal in Warden::Server::\"files\""),
        Just("principal == Warden::Session::\"a\""),
    ];
    let action = prop_oneof![
        Just("action"),
        Just("action in Warden::Action::\"use\""),
        Just("action == Warden::Action::\"call\""),
        Just("action in [Warden::Action::\"call\", Warden::Action::\"list\"]"),
    ];
    let resource = prop_oneof![
        Just("resource"),
        Just("resource is Warden::Tool"),
        Just("resource == Warden::Tool::\"files/read\""),
        Just("resource == Warden::Tool::\"mail/send\""),
        Just("resource in Warden::Server::\"files\""),
        Just("resource in Warden::Tenant::\"acme\""),
        Just("resource is Warden::Tool in Warden::Server::\"mail\""),
        Just("resource == Warden::Server::\"files\""),
        Just("resource in Warden::Role::\"reader\""),
    ];
    (principal, action, resource).prop_map(|(p, a, r)| format!("({p}, {a}, {r})"))
}

/// Conditions that look at everything there is, in every way that Cedar has.
fn condition() -> impl Strategy<Value = String> {
    let one = proptest::sample::select(vec![
        "context.session.untrusted",
        "context.approved",
        "context.session has walls && context.session.walls.contains(\"repo=a\")",
        "context.args.crossing",
        "context.args.crossed == [\"repo\"]",
        "context.args.hosts.contains(\"example.com\")",
        "context.args.classLevel > context.session.classLevel",
        "context.args == context.args && context.session == {untrusted: true}",
        "context.time.unix * 9223372036854775807 > 1",
        "context.time.hour < 12",
        "context == {}",
        "resource.effects.contains(\"send\")",
        "resource.tenant != \"\" && resource.tenant != principal.tenant",
        "resource.server == \"files\" || resource.name like \"s*\"",
        "resource == Warden::Tool::\"files/read\"",
        "resource in Warden::Server::\"mail\"",
        "resource in [Warden::Tenant::\"acme\", Warden::Tool::\"mail/send\"]",
        "resource is Warden::Tool in Warden::Server::\"files\"",
        "resource is Warden::Prompt",
        "Warden::Tool::\"files/read\".level < 2",
        "Warden::Tool::\"mail/send\" in Warden::Server::\"mail\"",
        "principal has user && principal.user == \"ada\"",
        "principal.user == \"ada\"",
        "principal has purpose",
        "principal in Warden::Role::\"reader\"",
        "principal in [Warden::Role::\"writer\", Warden::Role::\"auditor\"]",
        "principal is Warden::Session in Warden::Role::\"auditor\"",
        "[principal, resource].contains(resource)",
        "principal in resource",
        "principal.nothing",
        "if resource.trusted then resource.level > 0 else principal.howLevel > 3",
        "action == Warden::Action::\"call\"",
        "action in Warden::Action::\"use\" && resource.known",
    ]);
    let clause = ("(when|unless)", one).prop_map(|(word, one)| format!("{word} {{ {one} }}"));
    proptest::collection::vec(clause, 0..3).prop_map(|clauses| clauses.join(" "))
}

fn rule() -> impl Strategy<Value = String> {
    (any::<bool>(), head(), condition()).prop_map(|(permit, head, condition)| {
        format!("{} {head} {condition};", if permit { "permit" } else { "forbid" })
    })
}

fn case() -> impl Strategy<Value = Case> {
    let roles = proptest::sample::subsequence(vec!["auditor", "reader", "writer"], 0..=3);
    let things = proptest::sample::select(vec![
        ("files", "read", "acme"),
        ("files", "write", "acme"),
        ("files", "write", ""),
        ("mail", "send", ""),
        ("mail", "read", ""),
        ("mail/send", "x", ""),
    ]);
    let acts = proptest::sample::select(Act::ALL.to_vec());
    let on = any::<[bool; 12]>();
    (roles, things, acts, on).prop_map(|(roles, (server, name, tenant), act, on)| {
        let mut case = Case { server, name, act, approved: on[1], ..Case::of(&roles) };
        case.traits.tenant = tenant.into();
        case.labels.untrusted = on[0];
        let side = |side: &str| [("repo".into(), [Box::from(side)].into())].into();
        let mut set = |at: usize, change: &mut dyn FnMut(&mut Case)| {
            if on[at] {
                change(&mut case);
            }
        };
        set(2, &mut |case| case.traits.effects = [Effect::Send].into());
        set(3, &mut |case| case.traits.level = 2);
        set(4, &mut |case| case.traits.trusted = true);
        set(5, &mut |case| case.labels.walls = side("a"));
        set(6, &mut |case| case.carries.walls = side("b"));
        set(7, &mut |case| case.carries.hosts = ["example.com".into()].into());
        set(8, &mut |case| case.who.user = None);
        set(9, &mut |case| case.who.tenant = "other".into());
        set(10, &mut |case| case.who.purpose = Some("support".into()));
        set(11, &mut |case| case.now = case.now.plus_seconds(3 * 3_600));
        case
    })
}

/// Rules as they are written, whatever would be said of them: one that can never match has to make
/// no difference.
fn unchecked(text: &str) -> Rules {
    let file = RuleFile { name: "a".to_owned(), text: text.to_owned() };
    let parsed = parse::parse(&file).expect("they can be read");
    let all = compile::set(&parsed).expect("no two have one name");
    let model = Model::new().expect("it is built in");
    Rules::built(model, &parsed, all, Digest::of(b"")).expect("no two have one name")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_slice_decides_what_all_rules_decide(
        rules in proptest::collection::vec(rule(), 0..16),
        cases in proptest::collection::vec(case(), 1..24),
    ) {
        let rules = unchecked(&rules.join("\n"));
        // One after the other, so that what is kept of one could be taken for another; and twice.
        for case in cases.iter().chain(&cases) {
            for kind in [Kind::Tool, Kind::Prompt] {
                let asked = case.asked();
                let whole = rules.decided(kind, &asked, Slicing::Whole);
                prop_assert_eq!(rules.decide_as(kind, &asked), whole);
            }
        }
    }
}
