use std::sync::Arc;

use proptest::prelude::*;
use warden_model::{DataClass, Effect};

use super::*;
use crate::{
    Time,
    access::{Audience, Carries, Directory, How, Labels, Principal, SessionKey, Traits},
};

mod compile;
mod packs;
mod slicing;

const DIRECTORY: &str = r#"
[[tenant]]
name = "acme"
[[role]]
name = "reader"
[[role]]
name = "writer"
in = ["reader"]
[[role]]
name = "auditor"
[[server]]
name = "files"
tenant = "acme"
[[server]]
name = "mail"
[[tool]]
server = "*"
"#;

fn directory() -> Directory {
    Directory::read(DIRECTORY).expect("it is fine")
}

fn compiled(text: &str) -> Rules {
    let file = RuleFile { name: "a.cedar".to_owned(), text: text.to_owned() };
    Rules::compile(&[file], &directory()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn who(roles: &[&str]) -> Principal {
    Principal {
        how: How::Token,
        user: Some("ada".into()),
        agent: "desk".into(),
        client: None,
        machine: None,
        delegation: Vec::new(),
        tenant: "acme".into(),
        purpose: None,
        roles: roles.iter().map(|role| Arc::from(*role)).collect(),
        scopes: None,
        allowlist: None,
        session: SessionKey::derived(&roles.iter().copied().chain(["s"]).collect::<Vec<_>>()),
        expires: None,
    }
}

/// A question with everything in it, to be changed.
#[derive(Debug)]
struct Case {
    who: Principal,
    act: Act,
    server: &'static str,
    name: &'static str,
    traits: Traits,
    carries: Carries,
    labels: Labels,
    now: Time,
    approved: bool,
}

impl Case {
    fn of(roles: &[&str]) -> Self {
        let traits = Traits { effects: [Effect::Read].into(), ..Traits::unknown() };
        Self {
            who: who(roles),
            act: Act::Call,
            server: "files",
            name: "read",
            traits: Traits { tenant: "acme".into(), audience: Audience::Own, ..traits },
            carries: Carries::default(),
            labels: Labels::default(),
            now: Time::from_micros(1_795_169_813_123_456),
            approved: false,
        }
    }

    fn asked(&self) -> Asked<'_> {
        Asked {
            who: &self.who,
            act: self.act,
            server: self.server,
            name: self.name,
            traits: &self.traits,
            carries: &self.carries,
            labels: &self.labels,
            now: self.now,
            approved: self.approved,
        }
    }

    #[track_caller]
    fn gets(&self, rules: &Rules, wanted: &str) {
        assert_eq!(told(&rules.decide(&self.asked())), wanted);
    }
}

fn told(verdict: &Verdict) -> String {
    let (word, rules) = match verdict {
        Verdict::Permitted { rules } => ("permitted", rules),
        Verdict::NeedsApproval { rules } => ("approval", rules),
        Verdict::Refused { why, rules } => (why.code(), rules),
    };
    [&[word], rules.iter().map(|rule| &**rule).collect::<Vec<_>>().as_slice()].concat().join(" ")
}

const RULES: &str = r#"
@id("read") @why("Readers read.")
permit (principal in Warden::Role::"reader", action in Warden::Action::"use", resource)
when { resource.effects.contains("read") };

@id("write")
permit (principal in Warden::Role::"writer", action, resource in Warden::Server::"files");

@id("mail") forbid (principal, action, resource in Warden::Server::"mail")
unless { context.approved };

@id("hostile") forbid (principal, action == Warden::Action::"call", resource)
when { context.session.hostile };
"#;

// What no rule allows is refused, and what one forbids is refused whatever allows it.
#[test]
fn what_no_rule_allows_is_refused_and_a_no_goes_before_every_yes() {
    let rules = compiled(RULES);
    let mut case = Case::of(&["reader"]);
    case.gets(&rules, "permitted read");
    case.labels.hostile = true;
    case.gets(&rules, "policy-refused hostile");
    case.act = Act::List;
    case.gets(&rules, "permitted read");
    Case::of(&[]).gets(&rules, "policy-no-rule");
    let mut case = Case::of(&["reader", "writer"]);
    case.gets(&rules, "permitted read write");
    case.traits.effects = [Effect::Write].into();
    case.gets(&rules, "permitted write");
}

// What a rule wants approved waits for a person, and is shown in lists meanwhile.
#[test]
fn what_an_approval_would_change_needs_one() {
    let rules = compiled(RULES);
    let mut case = Case { server: "mail", ..Case::of(&["reader"]) };
    case.gets(&rules, "approval mail");
    case.act = Act::List;
    case.gets(&rules, "permitted read");
    case.act = Act::Call;
    case.approved = true;
    case.gets(&rules, "permitted read");
    case.labels.hostile = true;
    case.gets(&rules, "policy-refused hostile");
    case.approved = false;
    case.gets(&rules, "policy-refused hostile");
    let rules =
        compiled("@id(\"a\") permit (principal, action, resource) when { context.approved };");
    Case::of(&[]).gets(&rules, "approval a");
}

#[test]
fn a_rule_that_cannot_be_evaluated_refuses() {
    let text = r#"
        @id("all") permit (principal, action, resource);
        @id("big") forbid (principal, action, resource)
        when { context.time.unix * 9223372036854775807 > 1 };
    "#;
    Case::of(&[]).gets(&compiled(text), "policy-error big");
}

// A session ends when it ends, and has nothing but what it was given.
#[test]
fn a_session_that_is_over_or_was_not_given_it_has_nothing() {
    let rules = compiled(RULES);
    let mut case = Case::of(&["reader"]);
    case.who.expires = Some(case.now);
    case.gets(&rules, "session-expired");
    case.who.expires = Some(case.now.plus_seconds(1));
    case.gets(&rules, "permitted read");
    for (list, wanted) in [
        (&["files__read"][..], "permitted read"),
        (&["mail__*", "files__re*"], "permitted read"),
        (&["files__*_all"], "not-in-session"),
        (&["read"], "not-in-session"),
        (&[], "not-in-session"),
    ] {
        case.who.allowlist = Some(list.iter().map(|name| Box::from(*name)).collect());
        case.gets(&rules, wanted);
    }
}

#[test]
fn a_server_whose_name_could_be_taken_for_another_thing_is_refused() {
    let rules = compiled("@id(\"all\") permit (principal, action, resource);");
    Case { server: "files/x", ..Case::of(&[]) }.gets(&rules, "policy-error");
}

#[test]
fn what_is_kept_of_a_session_or_tool_is_never_used_for_another() {
    let text = "@id(\"ada\") permit (principal, action, resource) \
                when { principal has user && principal.user == \"ada\" && resource.risk < 50 };";
    let rules = compiled(text);
    let mut case = Case::of(&["reader"]);
    case.traits.risk = 10;
    case.gets(&rules, "permitted ada");
    case.who.user = None;
    case.gets(&rules, "policy-no-rule");
    case.who.user = Some("ada".into());
    case.gets(&rules, "permitted ada");
    case.traits.risk = 60;
    case.gets(&rules, "policy-no-rule");
}

#[test]
fn every_member_of_the_context_can_be_asked_for() {
    let text = r#"
        @id("all") permit (principal, action, resource)
        when {
          context.session.classLevel == 2 && context.session.class == "confidential" &&
          context.session.untrusted && context.session.credentials && context.session.blind &&
          context.session.walls.contains("repo=a") && context.args.walls.contains("repo=b") &&
          context.args.crossing && context.args.crossed.contains("repo") &&
          context.args.copied == "regulated" && context.args.copiedLevel == 3 &&
          context.args.hosts.contains("example.com") && context.args.breaches.isEmpty() &&
          context.time.weekday == 5 && context.time.hour == 10 &&
          principal.how == "token" && principal.howLevel == 4 && principal.tenant == "acme" &&
          resource.audienceLevel == 0 && resource.server == "files" && resource.name == "read"
        };
    "#;
    let mut case = Case::of(&[]);
    let side = |side: &str| [("repo".into(), [Box::from(side)].into())].into();
    case.labels = Labels {
        untrusted: true,
        credentials: true,
        blind: true,
        class: DataClass::Confidential,
        walls: side("a"),
        ..Labels::default()
    };
    case.carries = Carries {
        copied: DataClass::Regulated,
        walls: side("b"),
        hosts: ["example.com".into()].into(),
        ..Carries::default()
    };
    case.gets(&compiled(text), "permitted all");
}
