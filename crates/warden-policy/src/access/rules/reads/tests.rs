use super::*;

fn looks_at(when: &str) -> (Vec<String>, Reads, Vec<String>) {
    let rule = format!("permit (principal, action, resource) when {{ {when} }};");
    let rule: Policy = rule.parse().expect("a rule");
    let (reads, roles) = conditions(&rule, &Model::new().expect("it is built in"));
    let names = reads.each().map(|member| format!("{:?}.{}", member.of, member.name)).collect();
    (names, reads, roles.iter().map(ToString::to_string).collect())
}

#[test]
fn a_rule_looks_at_the_members_that_it_names() {
    for (when, wanted) in [
        ("true", &[][..]),
        ("principal.tenant == resource.tenant", &["Principal.tenant", "Resource.tenant"]),
        ("principal has user && principal[\"user\"] like \"a*\"", &["Principal.user"]),
        ("context.session.untrusted", &["Session.untrusted"]),
        ("context[\"args\"][\"class\"] == \"public\"", &["Args.class"]),
        ("context.session has walls", &["Session.walls"]),
        ("context.time.hour < 7 || context.approved", &["Time.hour", "Context.approved"]),
        (
            "if context.args.unread then resource.known else true",
            &["Resource.known", "Args.unread"],
        ),
        (
            "[resource.level].contains(principal.howLevel)",
            &["Principal.howLevel", "Resource.level"],
        ),
        ("{\"Var\": {\"left\": resource.risk}}.Var.left > 1", &["Resource.risk"]),
        ("action == Warden::Action::\"call\" && action in Warden::Action::\"use\"", &[]),
        ("resource is Warden::Tool", &[]),
        ("resource is Warden::Tool in Warden::Server::\"a\"", &["Resource.server"]),
        (
            "resource in [Warden::Tenant::\"a\", Warden::Server::\"b\"]",
            &["Resource.server", "Resource.tenant"],
        ),
        ("Warden::Tool::\"a/b\" == resource", &["Resource.server", "Resource.name"]),
        ("principal in Warden::Role::\"a\"", &[]),
        (
            "context.time == {hour: 1, weekday: 1, unix: 1}",
            &["Time.hour", "Time.weekday", "Time.unix"],
        ),
    ] {
        assert_eq!(looks_at(when).0, wanted, "{when}");
    }
}

#[test]
fn the_roles_that_conditions_name_are_known() {
    let (_, reads, roles) = looks_at(
        "principal in Warden::Role::\"a\\\"b\" || principal is Warden::Session in Warden::Role::\"c\"",
    );
    assert!(reads.roles() && !reads.who());
    assert_eq!(roles, ["a\"b", "c"]);
}

// What is named by itself can be who asks or what is asked for: then everything about them counts.
#[test]
fn what_cannot_be_told_is_everything() {
    let principal =
        ["[principal] == []", "principal in resource", "principal in Warden::Server::\"a\""];
    for when in principal {
        assert!(looks_at(when).1.who(), "{when}");
    }
    let resource = [
        "{a: resource} == {a: resource}",
        "resource in [principal]",
        "Warden::Tool::\"files/read\".level > 1",
        "Warden::Tool::\"files/read\" in Warden::Server::\"files\"",
    ];
    for when in resource {
        let mut reads = looks_at(when).1;
        let before = reads;
        reads |= Reads::resource();
        assert_eq!(reads, before, "{when}");
    }
    for when in ["principal.nothing == 1", "context.nothing", "context == {}", "context.args has x"]
    {
        assert!(looks_at(when).1.second(), "{when}");
    }
}
