//! What is around a finding, taken from estates.

use proptest::prelude::*;

use super::{NEUTRAL_ROW, SERVERS, estate};
use crate::{
    Estate,
    estate::{Audit, FindingState, Lookup, Persistence},
    risk::{Composite, Exposure, Flow, Level, NEUTRAL, Risks, ServerScore, Weights},
};

/// A mail server that sends and reads what strangers write, a wiki that is read, an agent for each,
/// and one for both.
fn mail_and_wiki() -> Estate {
    estate(&[
        ("people.csv", "id,name,is_group\nann,Ann,no\nbob,Bob,no\nteam,Team,yes\n"),
        ("servers.csv", &format!("{SERVERS}mail,Mail,{NEUTRAL_ROW}\nwiki,Wiki,{NEUTRAL_ROW}\n")),
        (
            "tools.csv",
            "server,name,effect,data,untrusted,egress,capabilities,systems\n\
             mail,read,read,confidential,yes,none,read-email,\n\
             mail,send,send,confidential,no,unrestricted,send-communication,\n\
             wiki,search,read,internal,no,none,,\n",
        ),
        ("agents.csv", "id,name\nreader,Reader\nwriter,Writer\n"),
        ("connections.csv", "agent,server\nreader,wiki\nwriter,mail\nwriter,wiki\n"),
        (
            "findings.csv",
            "id,class,severity,server,tool,state,found\n\
             f-mail,AUTHZ_MISSING,high,mail,,open,2026-10-01\n\
             f-wiki,AUTHZ_MISSING,high,wiki,,open,2026-10-01\n",
        ),
    ])
}

fn score(estate: &Estate, finding: &str) -> Composite {
    let known = Lookup::new(estate);
    let risks = Risks::of(&known, &Weights::default(), estate.day());
    let scored = risks.findings.iter().find(|scored| scored.finding.id == finding);
    scored.unwrap_or_else(|| panic!("{finding} stands")).composite.clone()
}

fn all_as_json(estate: &Estate) -> String {
    let known = Lookup::new(estate);
    let risks = Risks::of(&known, &Weights::default(), estate.day());
    let findings = risks.findings.iter();
    let findings: Vec<_> =
        findings.map(|scored| (&scored.finding.id, &scored.composite, scored.agent)).collect();
    let servers: Vec<_> =
        risks.servers.iter().map(|risk| (&risk.server.id, risks.score(risk).points())).collect();
    serde_json::to_string(&(findings, servers)).unwrap()
}

/// R75: the score is a function of the technical severity and of what is around the finding; the
/// same finding on two servers has two scores, and the explanation lists each term.
#[test]
fn the_same_finding_is_worse_where_more_is_around_it() {
    let estate = mail_and_wiki();
    let (mail, wiki) = (score(&estate, "f-mail"), score(&estate, "f-wiki"));
    assert_eq!(
        (mail.brief().as_str(), mail.level()),
        ("68 +15+10+5+3+10 cap-3 -20", Level::Critical)
    );
    let terms: Vec<_> = mail
        .terms()
        .iter()
        .map(|term| format!("{} {} {}", term.term, term.value, term.points))
        .collect();
    assert_eq!(
        terms,
        [
            "base high 68",
            "capability send 15",
            "egress unrestricted 10",
            "data-class confidential 5",
            "network segmented 3",
            "toxic-flow  10",
            "cap  -3",
            "offset  -20",
        ]
    );
    assert_eq!(mail.terms().iter().map(|term| term.points).sum::<i32>(), 88);
    // The wiki has no part in the flow: it brings neither strangers, nor data, nor a way out.
    assert_eq!((wiki.brief().as_str(), wiki.level()), ("68 +2+3 -20", Level::Medium));
}

#[test]
fn whoever_steers_an_agent_has_all_that_it_can_do() {
    let mut estate = mail_and_wiki();
    estate.findings[1].class = warden_model::Class::ToolPoisoning;
    let wiki = score(&estate, "f-wiki");
    assert_eq!(wiki.exposure().data, Some(warden_model::DataClass::Confidential));
    assert!(wiki.brief().starts_with("68 +15+10+5+3"), "{}", wiki.brief());
    let known = Lookup::new(&estate);
    let risks = Risks::of(&known, &Weights::default(), estate.day());
    let scored = risks.findings.iter().find(|scored| scored.finding.id == "f-wiki").unwrap();
    assert_eq!(scored.agent, Some("writer"));
}

#[test]
fn a_flow_is_toxic_for_every_server_that_has_a_part_in_it() {
    let mut estate = mail_and_wiki();
    // The wiki now holds what strangers must not see; the way out is another server's.
    estate.tools[2].data = Some(warden_model::DataClass::Confidential);
    let wiki = score(&estate, "f-wiki");
    assert_eq!(wiki.exposure().flow, Flow::Toxic);
    assert_eq!(wiki.brief(), "68 +5+3+10 -20");
    // Without the agent that has both, nothing meets.
    estate.connections.retain(|connection| connection.agent != "writer");
    assert_eq!(score(&estate, "f-wiki").brief(), "68 +5+3 -20");
}

#[test]
fn what_policy_denies_counts_where_nobody_gets_past_the_gateway() {
    let mut estate = mail_and_wiki();
    estate.findings[0].class = warden_model::Class::PromptInjection;
    estate.tools[0].untrusted = Some(false);
    estate.tools[2].untrusted = Some(true);
    // Strangers write in the wiki, and the agent may send mail.
    assert_eq!(score(&estate, "f-mail").exposure().flow, Flow::Toxic);
    let denied = |tool: &str| crate::estate::Ruled {
        tool: tool.into(),
        ruling: crate::estate::Ruling::Deny,
    };
    estate.connections[1].rulings = vec![denied("send")];
    let closed = score(&estate, "f-mail");
    assert_eq!(closed.exposure().flow, Flow::None, "{}", closed.brief());
    estate.servers[0].enforced = None;
    assert_eq!(score(&estate, "f-mail").exposure().flow, Flow::Toxic);
}

#[test]
fn what_is_not_known_is_the_worst_of_its_kind() {
    let estate = estate(&[
        ("servers.csv", "id,name\nbare,Bare\n"),
        (
            "findings.csv",
            "id,class,severity,server,state,found\nf,AUTHZ_MISSING,medium,bare,open,2026-10-01\n",
        ),
    ]);
    let bare = score(&estate, "f");
    assert_eq!(bare.brief(), "48 +20+10+10+15+10+10+30+32+16+5+10 cap-128 -20");
    assert_eq!(bare.level(), Level::High);
    let worst = Weights::default().score(
        warden_model::Severity::Medium,
        crate::risk::Manner::Plain,
        Exposure::UNKNOWN,
    );
    assert_eq!(worst.points(), bare.points());
}

/// R83, on an estate: an assessment that was passed and has not run out lowers what nobody had
/// assessed, and one that was failed raises what is said to be assessed.
#[test]
fn an_assessment_counts_until_it_runs_out() {
    let mut estate = mail_and_wiki();
    estate.servers[1].posture = None;
    assert_eq!(score(&estate, "f-wiki").points(), 85);
    let passed = crate::estate::Assessment {
        server: "wiki".into(),
        state: crate::estate::AssessmentState::Passed,
        opened: "2026-01-01".parse().unwrap(),
        decided: Some("2026-02-01".parse().unwrap()),
        reviewer: None,
        interval_days: None,
        next: None,
        answers: Vec::new(),
    };
    estate.assessments = vec![passed];
    assert_eq!(score(&estate, "f-wiki").points(), 53);
    estate.assessments[0].next = Some("2026-10-31".parse().unwrap());
    assert_eq!(score(&estate, "f-wiki").points(), 85);
    estate.servers[1].posture = Some(crate::estate::Posture::Assessed);
    estate.assessments[0].state = crate::estate::AssessmentState::Failed;
    assert_eq!(score(&estate, "f-wiki").points(), 85);
}

/// R49: each server has a score between 0 and 100 whose terms sum to it, and the same estate gives
/// the same bytes, in whatever order its parts come.
#[test]
fn servers_are_scored_the_same_in_every_order() {
    let estate = mail_and_wiki();
    let once = all_as_json(&estate);
    let mut turned = estate.clone();
    turned.servers.reverse();
    turned.tools.reverse();
    turned.agents.reverse();
    turned.connections.reverse();
    turned.findings.reverse();
    assert_eq!(all_as_json(&turned), once);
    assert_eq!(all_as_json(&estate), once);
    // L12: which weights it was is stored with each score.
    let stamp = Weights::default().stamp().digest.to_string();
    assert_eq!(once.matches(&stamp).count(), estate.findings.len());

    let known = Lookup::new(&estate);
    let risks = Risks::of(&known, &Weights::default(), estate.day());
    for risk in &risks.servers {
        let ServerScore::Worst(composite) = risks.score(risk) else { panic!("both have findings") };
        let sum: i32 = composite.terms().iter().map(|term| term.points).sum();
        assert_eq!(sum, i32::from(composite.points()));
    }
}

#[test]
fn a_server_in_which_nobody_has_looked_has_no_score() {
    let mut estate = mail_and_wiki();
    estate.findings.clear();
    estate.servers[1].stages[3].status = Some(crate::estate::StageStatus::Failed);
    let known = Lookup::new(&estate);
    let risks = Risks::of(&known, &Weights::default(), estate.day());
    let score = |id| risks.score(risks.server(id).unwrap()).points();
    assert_eq!((score("mail"), score("wiki")), (Some(0), None));
}

/// L10: a waiver changes what becomes of a finding and by when, and never its score.
#[test]
fn a_waiver_never_changes_a_score() {
    let mut estate = mail_and_wiki();
    let before = all_as_json(&estate);
    estate.findings[0].state = FindingState::Accepted;
    let waiver = |owner: &str, until: &str| crate::estate::Waiver {
        id: "w".into(),
        subject: "f-mail".into(),
        owner: owner.into(),
        role: "risk-owner".into(),
        reason: "Replaced in spring".into(),
        from: "2026-10-01".parse().unwrap(),
        until: until.parse().unwrap(),
    };
    let standing = |estate: &Estate| {
        let known = Lookup::new(estate);
        let risks = Risks::of(&known, &Weights::default(), estate.day());
        let scored = risks.findings.iter().find(|scored| scored.finding.id == "f-mail").unwrap();
        (scored.standing.name(), scored.due().map(|due| due.to_string()))
    };
    let lapsed = ("acceptance lapsed", None);
    assert_eq!(standing(&estate), lapsed);
    assert_eq!(all_as_json(&estate), before);
    estate.waivers = vec![waiver("ann", "2026-12-31")];
    assert_eq!(standing(&estate), ("accepted", Some("2026-12-31".into())));
    assert_eq!(all_as_json(&estate), before);
    for (owner, until) in [("ann", "2026-10-31"), ("team", "2026-12-31")] {
        estate.waivers = vec![waiver(owner, until)];
        assert_eq!(standing(&estate), lapsed, "{owner} {until}");
    }
    estate.waivers[0].reason = " ".into();
    assert_eq!(standing(&estate), lapsed);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// L9: another finding never lowers the score of a server, and closing one never raises it.
    #[test]
    fn a_server_is_as_bad_as_its_worst_finding(
        severities in prop::collection::vec((0_usize..5, any::<bool>()), 0..8),
        closed in 0_usize..8,
    ) {
        let mut estate = mail_and_wiki();
        let one = estate.findings.remove(0);
        estate.findings.clear();
        let score = |estate: &Estate| {
            let known = Lookup::new(estate);
            let risks = Risks::of(&known, &Weights::default(), estate.day());
            risks.score(risks.server("mail").unwrap()).points()
        };
        let mut last = score(&estate);
        for (at, (severity, poisoned)) in severities.iter().enumerate() {
            let mut finding = one.clone();
            finding.id = format!("f{at}");
            finding.severity = warden_model::Severity::ALL[*severity];
            if *poisoned {
                finding.class = warden_model::Class::TlsMissing;
            }
            estate.findings.push(finding);
            let now = score(&estate);
            prop_assert!(now >= last);
            last = now;
        }
        if let Some(finding) = estate.findings.get_mut(closed) {
            finding.state = FindingState::Closed;
            prop_assert!(score(&estate) <= last);
        }
    }

    /// Each axis of an estate only ever raises the score as it gets worse, through to the server.
    #[test]
    fn a_worse_server_is_never_scored_better(audit in 0_usize..4, persistence in 0_usize..4) {
        use crate::Word as _;
        let with = |audit: usize, persistence: usize| {
            let mut estate = mail_and_wiki();
            estate.servers[1].audit = Audit::all().get(audit).copied();
            estate.servers[1].persistence = Persistence::all().get(persistence).copied();
            score(&estate, "f-wiki").points()
        };
        let here = with(audit, persistence);
        prop_assert!(here <= with((audit + 1).min(3), persistence));
        prop_assert!(here <= with(audit, (persistence + 1).min(3)));
        prop_assert!(here >= Weights::default().score(
            warden_model::Severity::High, crate::risk::Manner::Plain, NEUTRAL,
        ).points());
    }
}
