use super::{super::parse, *};

#[track_caller]
fn refused(text: &str, line: usize, what: &str) {
    let file = RuleFile { name: "a.cedar".to_owned(), text: text.to_owned() };
    let problems = Rules::compile(&[file], &directory()).expect_err("it is wrong");
    let found = problems.iter().any(|one| one.line == line && one.what.contains(what));
    assert!(found, "{problems:#?}");
}

#[test]
fn what_the_schema_does_not_have_is_refused_with_its_line() {
    let head = "// A comment; with \"a sign\n\n@id(\"x\") permit (principal, action, resource)\n";
    refused(&format!("{head}when {{ resource.size > 1 }};"), 3, "size");
    refused(&format!("{head}when {{ resource.risk == \"high\" }};"), 3, "type");
    refused(&format!("{head}when {{ principal.user == \"a\" }};"), 3, "user");
    refused(&format!("{head}when {{"), 4, "unexpected end");
    refused("permit (principal, action == Warden::Action::\"fly\", resource);", 1, "fly");
    refused("permit (principal == ?principal, action, resource);", 1, "slot");
}

#[test]
fn what_can_never_match_is_refused() {
    let with = |head: &str| format!("@id(\"x\") permit ({head});");
    for (head, what) in [
        ("principal in Warden::Role::\"boss\", action, resource", "no role `boss`"),
        ("principal, action, resource in Warden::Server::\"db\"", "no server `db`"),
        ("principal, action, resource in Warden::Tenant::\"umbrella\"", "no tenant `umbrella`"),
        ("principal, action, resource == Warden::Prompt::\"files/x\"", "no prompt `files/x`"),
        ("principal, action, resource == Warden::Tool::\"db/x\"", "no tool `db/x`"),
        ("principal == Warden::Session::\"s\", action, resource", "single session"),
    ] {
        refused(&with(head), 1, what);
    }
    let known = "principal, action, resource == Warden::Tool::\"files/x\"";
    assert_eq!(compiled(&with(known)).all().len(), 1);
    refused("permit (principal, action, resource) when { false };", 1, "false");
    refused("permit (principal, action, resource) unless { true };", 1, "false");
    let call = "action == Warden::Action::\"call\"";
    refused(&with(&format!("principal, {call}, resource is Warden::Prompt")), 1, "");
}

#[test]
fn a_yes_that_is_always_overruled_is_refused() {
    let two =
        |no: &str, yes: &str| format!("@id(\"no\") forbid ({no});\n@id(\"x\") permit ({yes});");
    let any = "principal, action, resource";
    let reader = "principal in Warden::Role::\"reader\", action, resource";
    let call = "principal, action == Warden::Action::\"call\", resource";
    let used = "principal, action in Warden::Action::\"use\", resource";
    let files = "principal, action, resource in Warden::Server::\"files\"";
    let acme = "principal, action, resource in Warden::Tenant::\"acme\"";
    let tool = "principal, action, resource == Warden::Tool::\"files/x\"";
    for (no, yes) in [(any, reader), (used, call), (acme, files), (files, tool)] {
        refused(&two(no, yes), 2, "`no` forbids all of it");
    }
    for (no, yes) in [(call, used), (tool, files), (files, acme), (files, reader)] {
        assert_eq!(compiled(&two(no, yes)).all().len(), 2);
    }
}

#[test]
fn two_rules_of_one_name_are_refused() {
    let one = "@id(\"x\") permit (principal, action, resource);\n";
    refused(&[one, one].concat(), 2, "another rule of this name");
}

#[test]
fn rules_have_names_and_places_and_the_digest_covers_everything() {
    let rules = compiled(RULES);
    let read = rules.rule("read").expect("it is there");
    assert_eq!((read.line, read.permits, read.why.as_deref()), (2, true, Some("Readers read.")));
    assert_eq!(rules.rule("mail").map(|rule| (rule.line, rule.permits)), Some((9, false)));
    let nameless = compiled("permit (principal, action, resource);");
    assert_eq!(&*nameless.all()[0].id, "a.cedar#1");
    let file = |name: &str, text: &str| RuleFile { name: name.to_owned(), text: text.to_owned() };
    let (a, b) = (file("a", "@id(\"a\") permit (principal, action, resource);"), file("b", ""));
    let digest = |files: &[RuleFile]| Rules::compile(files, &directory()).expect("fine").digest();
    assert_eq!(digest(&[a.clone(), b.clone()]), digest(&[b, a.clone()]));
    assert_ne!(digest(&[a]), rules.digest());
    let other = Directory::read(&format!("{DIRECTORY}\n")).expect("fine");
    assert_ne!(Rules::compile(&[], &other).expect("fine").digest(), digest(&[]));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[a-z(){};,@\"=:. ]{0,60}") {
        let _outcome = parse::parse(&RuleFile { name: "a".to_owned(), text });
    }
}
