//! What evidence answers by itself (R28 to R39, R99 to R105).

use warden_model::Effect;

use super::*;

#[expect(clippy::unnecessary_wraps, reason = "facts are optional where they are used")]
fn fact<T>(value: T) -> Option<Fact<T>> {
    Some(Fact { value, evidence: digest("evidence"), at: ago(1) })
}

#[track_caller]
fn reply(id: &str, facts: &Facts) -> (Reply, String) {
    let answers = automatic(facts, subject().digest(), now(), "0.1.0");
    let answer = answers.into_iter().find(|answer| answer.question == id).unwrap();
    assert!(answer.evidence.is_some() || answer.reply == Reply::Unknown);
    (answer.reply, answer.detail)
}

#[track_caller]
fn check(id: &str, facts: &Facts, expected: Reply) {
    let found = reply(id, facts);
    assert_eq!(found.0, expected, "{id}: {}", found.1);
}

#[test]
fn what_nobody_looked_at_is_unknown() {
    for answer in automatic(&Facts::default(), subject().digest(), now(), "0.1.0") {
        assert_eq!(answer.reply, Reply::Unknown, "{}", answer.question);
    }
}

/// R28.
#[test]
fn every_release_has_a_digest_or_the_answer_is_no() {
    let release = |version: &str, digest| Release { version: version.into(), digest };
    let good = vec![release("1.0.0", Some(digest("1"))), release("1.1.0", Some(digest("2")))];
    let mut facts = Facts { releases: fact(good.clone()), ..Facts::default() };
    // Nobody is named, or only names himself: a person has to say who it is.
    check("A1", &facts, Reply::Partial);
    let publisher = |proven| Some(Publisher { name: "example".into(), proven });
    facts.publisher = publisher(false);
    check("A1", &facts, Reply::Partial);
    facts.publisher = publisher(true);
    check("A1", &facts, Reply::Yes);
    facts.releases = fact([good, vec![release("1.2.0", None)]].concat());
    assert_eq!(reply("A1", &facts), (Reply::No, "without a digest: 1.2.0".into()));
    facts.releases = fact(Vec::new());
    check("A1", &facts, Reply::No);
}

/// R29.
#[test]
fn three_current_analyses_are_cited() {
    let run = |kind: &RunKind| Run {
        kind: *kind,
        tool: "mcpwarden".into(),
        version: "0.1.0".into(),
        rules: digest("rules"),
        at: ago(1),
        finished: true,
    };
    let runs: Vec<Run> = RunKind::ALL.iter().map(run).collect();
    let with = |runs: Vec<Run>| Facts { runs: fact(runs), most_run_days: 30, ..Facts::default() };
    let (found, detail) = reply("A2", &with(runs.clone()));
    assert_eq!(found, Reply::Yes);
    assert_eq!(detail.matches("mcpwarden 0.1.0, rules sha256:").count(), 3, "{detail}");
    for at in 0..3 {
        let mut broken = runs.clone();
        broken[at].finished = false;
        check("A2", &with(broken), Reply::No);
        let mut old = runs.clone();
        old[at].at = ago(30);
        check("A2", &with(old), Reply::No);
        let mut two = runs.clone();
        two.remove(at);
        check("A2", &with(two), Reply::No);
    }
}

/// R30.
#[test]
fn a_policy_without_a_promise_is_half_an_answer() {
    let with = |policy_found, patch_days, promise_expires| Facts {
        disclosure: fact(Disclosure { policy_found, patch_days, promise_expires }),
        ..Facts::default()
    };
    check("A3", &with(true, Some(30), Some(now().plus_days(1))), Reply::Yes);
    check("A3", &with(true, Some(30), Some(now())), Reply::Partial);
    check("A3", &with(true, Some(30), None), Reply::Partial);
    check("A3", &with(false, Some(30), Some(now().plus_days(1))), Reply::No);
    check("V12", &with(true, None, None), Reply::Partial);
}

/// R31.
#[test]
fn systems_are_named() {
    let within = |systems: &[&str], reach| {
        let names = systems.iter().map(|&name| name.into()).collect();
        Facts { systems: fact(Systems { names, reach }), ..Facts::default() }
    };
    let with = |systems: &[&str]| within(systems, Reach::Listed);
    check("A4", &with(&["github", "postgres"]), Reply::Yes);
    check("A4", &with(&[]), Reply::No);
    check("A4", &with(&["github", "*"]), Reply::No);
    check("A4", &with(&["Depends on configuration"]), Reply::No);
    // Whoever calls it chooses where it goes; and a list that may lack some is no whole answer.
    check("A4", &within(&["github"], Reach::Anything), Reply::No);
    check("A4", &within(&["github"], Reach::More), Reply::Partial);
}

/// R32.
#[test]
fn only_credentials_with_a_short_life_are_short_lived() {
    let with = |kind, lifetime_seconds| Facts {
        credentials: fact(vec![Credential { kind, lifetime_seconds }]),
        ..Facts::default()
    };
    check("A5", &with(CredentialKind::OauthToken, Some(3600)), Reply::Yes);
    check("A5", &with(CredentialKind::WorkloadIdentity, Some(86_400)), Reply::Yes);
    check("A5", &with(CredentialKind::OauthToken, None), Reply::No);
    check("A5", &with(CredentialKind::OauthToken, Some(86_401)), Reply::No);
    check("A5", &with(CredentialKind::StaticKey, Some(10)), Reply::No);
    check("A5", &with(CredentialKind::PersonalToken, None), Reply::No);
    check("A5", &with(CredentialKind::Unknown, Some(10)), Reply::No);
    check("A5", &Facts { credentials: fact(Vec::new()), ..Facts::default() }, Reply::Yes);
    // What its code asks for tells nothing of how long it lives.
    let facts = Facts { variables: fact(vec!["GITHUB_TOKEN".into()]), ..Facts::default() };
    let (found, detail) = reply("A5", &facts);
    assert_eq!(found, Reply::Unknown);
    assert!(detail.contains("GITHUB_TOKEN"), "{detail}");
}

/// R33.
#[test]
fn both_calls_have_to_be_refused() {
    for (user_refused, session_refused) in
        [(true, true), (true, false), (false, true), (false, false)]
    {
        let facts = Facts {
            restriction: fact(Restriction { user_refused, session_refused }),
            ..Facts::default()
        };
        let both = user_refused && session_refused;
        check("A6", &facts, if both { Reply::Yes } else { Reply::No });
    }
}

/// R34.
#[test]
fn what_can_change_has_to_be_watched() {
    let with = |can_change, last_look| Facts {
        definitions: fact(Definitions { can_change, last_look }),
        ..Facts::default()
    };
    check("A7", &with(false, None), Reply::Yes);
    check("A7", &with(true, None), Reply::No);
    check("A7", &with(true, Some(ago(1))), Reply::No);
    check("A7", &with(true, Some(now())), Reply::Yes);
    check("A7", &with(true, Some(now().plus_days(1))), Reply::No);
}

/// R35, R105.
#[test]
fn what_is_observed_has_to_be_declared() {
    let set = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
    let seen = |declared: &[&str], reach, observed| Facts {
        endpoints: fact(Endpoints { declared: set(declared), reach, observed }),
        ..Facts::default()
    };
    let with =
        |declared: &[&str], observed: &[&str]| seen(declared, Reach::Listed, Some(set(observed)));
    // What nobody has observed is no yes, and what nobody has listed neither.
    check("A8", &seen(&["api.example"], Reach::Listed, None), Reply::Partial);
    let once = || Some(set(&["api.example"]));
    check("A8", &seen(&["api.example"], Reach::More, once()), Reply::Partial);
    check("A8", &seen(&["api.example"], Reach::Anything, once()), Reply::No);
    check("V7", &seen(&["api.example"], Reach::Listed, None), Reply::Unknown);
    check("A8", &with(&["api.example"], &["api.example"]), Reply::Yes);
    check("A8", &with(&["*.example"], &["api.example"]), Reply::No);
    let more = with(&["api.example"], &["api.example", "telemetry.example"]);
    check("A8", &more, Reply::No);
    // It cannot show that nothing else is transmitted, only that something is.
    check("V7", &with(&["api.example"], &["api.example"]), Reply::Unknown);
    check("V7", &more, Reply::No);
    let mut answers = automatic(&more, subject().digest(), now(), "0.1.0");
    answers.push(answer("Q16", Reply::Yes));
    let found = contradictions(&answers);
    let found: Vec<_> = found.iter().map(|it| (it.question.id, it.detail.as_str())).collect();
    let detail = "it was observed to talk to: telemetry.example";
    assert_eq!(found, [("V7", detail)]);
}

/// R36.
#[test]
fn every_tool_that_acts_is_refused_or_approved() {
    let tool = |effect, rule| ActingTool { name: "t".into(), effect, rule };
    let with = |tools| Facts { acting: fact(tools), ..Facts::default() };
    let write = Some(Effect::Write);
    check("A9", &with(vec![tool(Some(Effect::Read), ToolRule::Free)]), Reply::Yes);
    check("A9", &with(vec![tool(write, ToolRule::Refused)]), Reply::Yes);
    check("A9", &with(vec![tool(write, ToolRule::Approval)]), Reply::Yes);
    check("A9", &with(vec![tool(write, ToolRule::Free)]), Reply::No);
    check("A9", &with(vec![tool(write, ToolRule::Unknown)]), Reply::No);
    check("A9", &with(vec![tool(None, ToolRule::Free)]), Reply::No);
    let answered = reply("A9", &with(vec![tool(write, ToolRule::Refused)])).1;
    assert!(answered.starts_with("no: 1 tools act"), "{answered}");
}

/// R37.
#[test]
fn a_record_has_every_field_of_the_report() {
    let with = |fits_schema, missing: &[&str]| Facts {
        audit: fact(Audit {
            fits_schema,
            missing_fields: missing.iter().map(|&field| field.into()).collect(),
        }),
        ..Facts::default()
    };
    check("A10", &with(true, &[]), Reply::Yes);
    check("A10", &with(false, &[]), Reply::No);
    check("A10", &with(true, &["3.2"]), Reply::No);
}

/// R38: unknown counts as no.
#[test]
fn residency_is_three_things() {
    let with = |storage: Option<&str>, processing: Option<&str>, transfer: Option<&str>| Facts {
        residency: fact(Residency {
            storage: storage.map(Into::into),
            processing: processing.map(Into::into),
            transfer: transfer.map(Into::into),
        }),
        ..Facts::default()
    };
    let none = Some("no transfer");
    check("A11", &with(Some("DE"), Some("IE"), none), Reply::Yes);
    check("A11", &with(None, Some("IE"), none), Reply::No);
    check("A11", &with(Some("DE"), None, none), Reply::No);
    check("A11", &with(Some("DE"), Some("IE"), None), Reply::No);
    check("A11", &with(Some("Europe"), Some("IE"), none), Reply::No);
}

/// R39, RFC 9116.
#[test]
fn a_security_txt_is_found_whole_and_current() {
    let good = SecurityTxt {
        found: true,
        https: Some(true),
        contacts: 1,
        expires: vec![now().plus_days(30)],
        ..SecurityTxt::default()
    };
    let with = |text| Facts { security_txt: fact(text), ..Facts::default() };
    check("A12", &with(good.clone()), Reply::Yes);
    // Nobody has seen it served.
    check("A12", &with(SecurityTxt { https: None, ..good.clone() }), Reply::Partial);
    for bad in [
        SecurityTxt { found: false, ..good.clone() },
        SecurityTxt { https: Some(false), ..good.clone() },
        SecurityTxt { https: None, contacts: 0, ..good.clone() },
        SecurityTxt { malformed: Some("line 1".into()), ..good.clone() },
        SecurityTxt { contacts: 0, ..good.clone() },
        SecurityTxt { expires: Vec::new(), ..good.clone() },
        SecurityTxt { expires: vec![now().plus_days(1); 2], ..good.clone() },
        SecurityTxt { expires: vec![now()], ..good },
    ] {
        check("A12", &with(bad), Reply::No);
    }
}

/// R99, R100, R102: evidence shows a half, contradicts, or stands beside.
#[test]
fn evidence_stands_beside_what_a_vendor_says() {
    let signed = |signature| Facts { signature: fact(signature), ..Facts::default() };
    check("V1", &signed(Signature::Verified), Reply::Partial);
    check("V1", &signed(Signature::Absent), Reply::No);
    check("V1", &signed(Signature::Broken), Reply::No);
    let changes = |count| Facts { unannounced_changes: fact(count), ..Facts::default() };
    check("V2", &changes(0), Reply::Unknown);
    check("V2", &changes(1), Reply::No);
    let probed = |methods| Facts { authentication: fact(methods), ..Facts::default() };
    check("V4", &probed(vec![AuthMethod::OauthV2, AuthMethod::StaticKey]), Reply::Yes);
    check("V4", &probed(vec![AuthMethod::StaticKey]), Reply::Partial);
    check("V4", &probed(vec![AuthMethod::OauthV2, AuthMethod::None]), Reply::No);
    check("V4", &probed(Vec::new()), Reply::No);
}

#[test]
fn what_evidence_says_gets_past_the_gate() {
    let systems = Systems { names: vec!["github".into()], reach: Reach::Listed };
    let facts = Facts { systems: fact(systems), ..Facts::default() };
    let mut dossier = answered();
    dossier.answers.retain(|answer| answer.question != "A4");
    dossier.answers.extend(automatic(&facts, dossier.subject.digest(), now(), "0.1.0"));
    assert!(gate_r40(&dossier, &policy(), now()).is_ok());
}

/// Every original question has its row, in the order of the lists, and says what it takes.
#[test]
fn there_is_a_way_to_answer_every_question() {
    let original = QUESTIONS.iter().filter(|question| question.sources.is_empty());
    let asked: Vec<_> = original.map(|question| question.id).collect();
    let rows: Vec<_> = HOW.iter().map(|how| how.question).collect();
    assert_eq!(rows, asked);
    for question in QUESTIONS {
        let rows = how(question);
        assert_eq!(rows.len(), question.sources.len().max(1), "{}", question.id);
        assert!(rows.iter().all(|how| !how.person.is_empty()), "{}", question.id);
    }
    // What evidence is looked at has somebody who looks.
    let answered = automatic(&Facts::default(), subject().digest(), now(), "0.1.0");
    for row in HOW.iter().filter(|how| !how.evidence.is_empty()) {
        assert!(answered.iter().any(|answer| answer.question == row.question), "{}", row.question);
    }
}

/// The page shows the table as it is.
#[test]
fn the_page_has_the_table() {
    let page = include_str!("../../../../../docs/approval.md");
    for question in QUESTIONS {
        let row = if question.sources.is_empty() {
            let how = how(question)[0];
            let evidence = if how.evidence.is_empty() { "nothing" } else { how.evidence };
            format!("| {} | {evidence} | {} |", question.id, how.person)
        } else {
            format!("| {} | as {} |", question.id, question.sources.join(" and "))
        };
        assert!(page.lines().any(|line| line.starts_with(&row)), "`{row}` is not on the page");
    }
}
