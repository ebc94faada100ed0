use std::collections::BTreeSet;

use jiff::civil::Date;
use warden_govern::{
    Estate, Word as _,
    estate::{
        Control, Deliverable, DeliverableKind, Lookup, Measure, Past, ReviewOutcome, TaskNote,
    },
    maturity::MaturityTier,
    metrics::Given,
    programme::{
        DueState, Gated, NotSigned, Phase, Programme, SignOff, Source, State, Task, due, gate,
        programme, sign_off, sign_off_state, skills,
    },
};

use super::governed;

fn of(estate: &Estate) -> Programme {
    programme(&Lookup::new(estate), &Given::default(), None)
}

fn task(programme: &Programme, id: &str) -> Task {
    programme.tasks.iter().find(|task| task.id == id).unwrap().clone()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn note(task: &str, done: Option<&str>) -> TaskNote {
    TaskNote {
        task: task.into(),
        owner: Some("ann".into()),
        done: done.map(day),
        evidence: Vec::new(),
    }
}

/// R144: one plan with every task of both, each with where it is from; days 30 and 60 belong to the
/// earlier phase; progress is done of all, and what is late has slipped.
#[test]
fn one_plan_has_every_task_of_both() {
    let programme = of(&governed::estate());
    let count = |phase: Phase, source: Source| {
        programme.tasks.iter().filter(|one| (one.phase, one.source) == (phase, source)).count()
    };
    let counts = [Phase::First, Phase::Second, Phase::Third]
        .map(|phase| (count(phase, Source::One), count(phase, Source::Two)));
    assert_eq!(counts, [(5, 4), (4, 4), (4, 5)]);
    assert_eq!((count(Phase::Steady, Source::One), count(Phase::Steady, Source::Two)), (0, 8));
    let ids: BTreeSet<_> = programme.tasks.iter().map(|task| task.id).collect();
    assert_eq!(ids.len(), programme.tasks.len());

    let phases = [1, 30, 31, 60, 61, 90, 91].map(Phase::of_day);
    let (first, second, third) = (Phase::First, Phase::Second, Phase::Third);
    assert_eq!(phases, [first, first, second, second, third, third, Phase::Steady]);
    // Day 1 is the first of September.
    assert_eq!(task(&programme, "owners").due, Some(day("2026-09-30")));
    assert_eq!(task(&programme, "baseline").due, Some(day("2026-10-30")));
    assert_eq!((programme.day_number, programme.phase), (Some(81), Some(third)));

    let done = programme.tasks.iter().filter(|one| one.phase != Phase::Steady);
    let done = done.filter(|one| one.state == State::Done).count();
    assert_eq!((programme.done.of, programme.done.all), (done as u64, 26));
    let cmdb = task(&programme, "cmdb");
    assert_eq!((cmdb.state, cmdb.late), (State::Open, Some(51)));
    assert!(programme.slipped.contains(&"cmdb") && !programme.slipped.contains(&"owners"));
    // What is due today is not late.
    assert_eq!(task(&programme, "ninety-days").late, None);
}

#[test]
fn a_persons_word_counts_where_the_estate_says_nothing() {
    let mut estate = governed::estate();
    estate.tasks =
        vec![note("cmdb", Some("2026-09-20")), note("certification", Some("2026-10-01"))];
    let programme = of(&estate);
    assert_eq!(task(&programme, "cmdb").state, State::Done);
    let certification = task(&programme, "certification");
    assert_eq!(certification.state, State::Begun);
    assert_eq!(certification.contradicted, Some(day("2026-10-01")));
    assert_eq!(certification.missing, ["files", "mail"]);
    estate.tasks[0].done = Some(day("2026-12-24"));
    assert_eq!(task(&of(&estate), "cmdb").state, State::Begun, "it is still to come");
}

#[test]
fn nothing_is_done_where_nothing_is_known() {
    let programme = of(&Estate::default());
    let done: Vec<_> = programme.tasks.iter().filter(|one| one.state == State::Done).collect();
    assert_eq!(done, [] as [&Task; 0]);
    assert_eq!((programme.from, programme.phase), (None, None));
    assert_eq!(programme.slipped, [""; 0]);
}

/// R47: an inventory is not signed off while an entry lacks owner, publisher, version or data tag;
/// who signed what and when is kept; a later change makes it stale.
#[test]
fn an_inventory_is_signed_off_when_it_is_whole_and_until_it_changes() {
    let mut estate = governed::estate();
    let now = estate.as_of;
    let takes: [fn(&mut Estate); 5] = [
        |one| one.servers[0].owner = None,
        |one| one.servers[0].owner = Some("team".into()),
        |one| one.servers[0].publisher = None,
        |one| one.servers[0].version = Some(String::new()),
        |one| one.servers[0].data = None,
    ];
    for take in takes {
        let mut lacking = estate.clone();
        take(&mut lacking);
        let known = Lookup::new(&lacking);
        let refused = sign_off(&known, "ann", now).unwrap_err();
        assert!(
            matches!(&refused, NotSigned::Lacking(all) if all[0].server == "mail"),
            "{refused}"
        );
        assert!(matches!(sign_off_state(&known), SignOff::Refused(_)));
    }
    assert_eq!(sign_off(&Lookup::new(&estate), "team", now), Err(NotSigned::Nobody("team".into())));
    assert_eq!(sign_off(&Lookup::new(&Estate::default()), "ann", now), Err(NotSigned::Empty));
    assert_eq!(sign_off_state(&Lookup::new(&estate)), SignOff::Unsigned);

    let signed = sign_off(&Lookup::new(&estate), "ann", now).unwrap();
    assert_eq!((signed.person.as_str(), signed.time), ("ann", Some(now)));
    assert!(signed.digest.starts_with("sha256:"));
    estate.deliverables.push(signed.clone());
    assert_eq!(sign_off_state(&Lookup::new(&estate)), SignOff::Signed(signed.clone()));
    assert_eq!(task(&of(&estate), "inventory-sign-off").state, State::Done);

    let changes: [fn(&mut Estate); 4] = [
        |one| one.servers[1].version = Some("2.1".into()),
        |one| drop(one.servers.remove(1)),
        |one| drop(one.connections.remove(0)),
        |one| one.servers[1].owner = None,
    ];
    for change in changes {
        let mut later = estate.clone();
        change(&mut later);
        assert_eq!(sign_off_state(&Lookup::new(&later)), SignOff::Stale(signed.clone()));
        assert_eq!(task(&of(&later), "inventory-sign-off").state, State::Open);
    }
}

/// R119: every agent has a person who answers for it, or is on the list of gaps; a group is none.
#[test]
fn agents_without_a_person_are_listed() {
    let mut estate = governed::estate();
    assert_eq!(of(&estate).ownerless, [""; 0]);
    assert_eq!(task(&of(&estate), "owners").state, State::Done);
    estate.agents[0].owner = Some("team".into());
    estate.agents[1].owner = None;
    let programme = of(&estate);
    assert_eq!(programme.ownerless, ["bot", "helper"]);
    assert_eq!(task(&programme, "owners").state, State::Open);
}

/// R128: the report has the maturity tier of the first day and of now, and the signals gained.
#[test]
fn the_report_compares_with_the_first_day() {
    let mut estate = governed::estate();
    assert_eq!(task(&of(&estate), "maturity-report").state, State::Open);
    let past = |figure: &str, value| Past { quarter: "day-0".into(), figure: figure.into(), value };
    estate.past = vec![past("M18", 1.0), past("S-siem", 0.0), past("S-auth", 1.0)];
    let programme = of(&estate);
    assert_eq!(programme.since.tier, Some(MaturityTier::Reactive));
    assert_eq!(programme.tier, MaturityTier::Optimized);
    assert_eq!(programme.since.gained, ["S-siem"]);
    assert_eq!(
        task(&programme, "maturity-report").says,
        "Maturity tier 1 Reactive on the first day, Maturity tier 4 Optimized now"
    );
}

#[test]
fn documents_count_from_the_first_day_on_and_are_named_with_their_digest() {
    let mut estate = governed::estate();
    let ninety = of(&estate).ninety;
    assert_eq!((ninety.handed_over.of, ninety.handed_over.all), (1, 3));
    let handed = |kind, at| Deliverable {
        kind,
        at: day(at),
        time: None,
        person: "ann".into(),
        digest: "sha256:0c".into(),
    };
    estate.deliverables.push(handed(DeliverableKind::Policy, "2026-08-31"));
    estate.deliverables.push(handed(DeliverableKind::Enforcement, "2026-11-19"));
    let ninety = of(&estate).ninety;
    let digests: Vec<_> = ninety.artefacts.iter().map(|one| one.digest.as_deref()).collect();
    assert_eq!(digests, [None, Some("sha256:0c"), Some("sha256:0b")]);
    estate.deliverables.push(handed(DeliverableKind::Policy, "2026-09-01"));
    assert_eq!(task(&of(&estate), "ninety-days").state, State::Done);
}

#[test]
fn a_moratorium_needs_a_person_and_a_document() {
    let mut estate = governed::estate();
    let state = |estate: &Estate| task(&of(estate), "moratorium").state;
    assert_eq!(state(&estate), State::Open);
    estate.controls.push(Control {
        measure: Measure::WrittenPolicy,
        name: "moratorium".into(),
        since: Some(day("2026-09-01")),
        seen: None,
        owner: Some("ann".into()),
        evidence: vec!["policy".into()],
    });
    assert_eq!(state(&estate), State::Done);
    estate.controls.last_mut().unwrap().evidence.clear();
    assert_eq!(state(&estate), State::Open);
}

#[test]
fn an_agent_goes_into_production_with_a_review_that_counts() {
    let estate = governed::estate();
    let found = |take: &dyn Fn(&mut Estate)| -> Vec<String> {
        let mut estate = estate.clone();
        take(&mut estate);
        gate(&Lookup::new(&estate), "bot").iter().map(Gated::to_string).collect()
    };
    assert_eq!(found(&|_| ()), [""; 0]);
    assert_eq!(found(&|one| one.agents[0].reviewed = None), ["it was never reviewed"]);
    assert_eq!(
        found(&|one| one.agents[0].reviewed = Some(day("2026-11-21"))),
        ["it was never reviewed"]
    );
    assert_eq!(
        found(&|one| one.agents[0].review_until = Some(day("2026-11-19"))),
        ["its review counted until 2026-11-19"]
    );
    assert_eq!(
        found(&|one| one.agents[0].review_outcome = Some(ReviewOutcome::Failed)),
        ["its review of 2026-10-01 failed"]
    );
    assert_eq!(
        found(&|one| one.agents[0].review_outcome = None),
        ["what came of its review of 2026-10-01 is not known"]
    );
    assert_eq!(
        found(&|one| one.agents[0].review_until = None),
        ["until when its review of 2026-10-01 counts is not known"]
    );
    assert_eq!(
        found(&|one| {
            one.agents[0].owner = None;
            one.agents[0].process = None;
            one.agents[0].data.clear();
        }),
        [
            "no person answers for it",
            "its business process is not known",
            "the data that it works with is not known"
        ]
    );
    assert_eq!(gate(&Lookup::new(&estate), "nobody"), [Gated::NotKnown]);
}

fn state_of(estate: &Estate, what: &str, subject: &str) -> (DueState, Option<i32>) {
    let all = due(&Lookup::new(estate));
    let one = all.iter().find(|one| one.what == what && one.subject == subject).unwrap();
    (one.state, one.late)
}

/// R130: an assessment has a state, a reviewer and an interval after which it is done again, and is
/// told to be overdue.
#[test]
fn an_assessment_is_overdue_after_its_interval() {
    let mut estate = governed::estate();
    let known = Lookup::new(&estate);
    let all = due(&known);
    let mail = all.iter().find(|one| one.what == "vendor assessment").unwrap();
    assert_eq!((mail.step.as_deref(), mail.owner.as_deref()), (Some("passed"), Some("bob")));
    // A year after it was decided, where nobody has said another day.
    assert_eq!((mail.due, mail.state), (Some(day("2027-09-20")), DueState::Fresh));
    estate.assessments[0].next = Some(day("2026-11-19"));
    assert_eq!(state_of(&estate, "vendor assessment", "mail"), (DueState::Overdue, Some(1)));
    estate.assessments[0].next = Some(day("2026-11-20"));
    assert_eq!(state_of(&estate, "vendor assessment", "mail"), (DueState::Fresh, None));
    estate.assessments.clear();
    assert_eq!(state_of(&estate, "vendor assessment", "mail"), (DueState::Never, None));
}

/// R131: drift checks, baselines of behaviour, certificates of people, red teams and the item of the
/// enterprise's register are records, and what of them was not done in time is told to be overdue.
#[test]
fn what_goes_on_is_overdue_when_it_was_not_done_in_time() {
    let estate = governed::estate();
    let fresh = (DueState::Fresh, None);
    for (what, subject) in [
        ("agent review", "bot"),
        ("drift check", "mail"),
        ("behaviour baseline", "usual"),
        ("staff certificate", "bob/CMCPSE"),
        ("red team", ""),
        ("board report", ""),
        ("enterprise risk item", "register"),
        ("playbook exercise", "shadow-server"),
    ] {
        assert_eq!(state_of(&estate, what, subject), fresh, "{what}");
    }
    assert_eq!(state_of(&estate, "staff certificate", "ann/OSCP"), (DueState::Overdue, Some(323)));
    assert_eq!(state_of(&estate, "quarterly deep dive", ""), (DueState::Never, None));
    let mut later = governed::estate();
    later.as_of = "2027-01-02T12:00:00Z".parse().unwrap();
    assert_eq!(state_of(&later, "red team", ""), (DueState::Overdue, Some(1)));
    assert_eq!(state_of(&later, "drift check", "mail"), (DueState::Overdue, Some(42)));
    assert_eq!(state_of(&later, "behaviour baseline", "usual"), (DueState::Overdue, Some(42)));
    assert_eq!(state_of(&later, "staff certificate", "bob/CMCPSE"), (DueState::Overdue, Some(1)));
    assert_eq!(state_of(&later, "enterprise risk item", "register").0, DueState::Overdue);
    // What is overdue comes first.
    let known = Lookup::new(&estate);
    let states: Vec<_> = due(&known).iter().map(|one| one.state == DueState::Fresh).collect();
    assert!(states.is_sorted());
}

/// R143: the register has the five areas of each person, with certificate, issuer and end, and what
/// nobody covers is a gap.
#[test]
fn the_skills_register_shows_who_covers_what_and_the_gaps() {
    let estate = governed::estate();
    let rows = skills(&Lookup::new(&estate)).rows();
    let lines: Vec<_> = rows.iter().map(|row| row.join(" | ")).collect();
    assert_eq!(
        lines,
        [
            "person | authentication | authorisation | injection-defence | server-hardening | \
             incident-response",
            "ann |  |  |  | OSCP (OffSec, 2026-01-01, does not count) | ",
            "bob | CMCPSE (PDSO, 2027-01-01) | CMCPSE (PDSO, 2027-01-01) | \
             CMCPSE (PDSO, 2027-01-01) |  | ",
            "covered | 1 | 1 | 1 | gap | gap",
        ]
    );
    let programme = of(&estate);
    assert_eq!(
        task(&programme, "certified-staff").missing,
        ["incident-response", "server-hardening"]
    );
    assert_eq!(Source::One.word(), "source 1");
}
