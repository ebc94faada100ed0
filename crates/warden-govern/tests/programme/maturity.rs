use jiff::{Timestamp, civil::Date};
use warden_govern::{
    Estate,
    estate::{Audit, Authentication, ExerciseKind, Lookup, Measure, Past},
    maturity::{Maturity, MaturityTier, maturity, mvp},
};

use super::governed;

fn of(estate: &Estate) -> Maturity {
    maturity(&Lookup::new(estate))
}

fn failing(maturity: &Maturity) -> Vec<&'static str> {
    maturity.signals.iter().filter(|signal| !signal.holds).map(|signal| signal.id).collect()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn drop_control(estate: &mut Estate, measure: Measure) {
    estate.controls.retain(|control| control.measure != measure);
}

fn put_off(estate: &mut Estate, measure: Measure, seen: &str) {
    let seen: Timestamp = seen.parse().unwrap();
    let ours = estate.controls.iter_mut().filter(|control| control.measure == measure);
    ours.for_each(|control| control.seen = Some(seen));
}

/// Takes one thing away from the whole estate.
#[track_caller]
fn without(signal: &str, tier: MaturityTier, take: impl FnOnce(&mut Estate)) {
    let mut estate = governed::estate();
    take(&mut estate);
    let maturity = of(&estate);
    assert_eq!((failing(&maturity), maturity.tier), (vec![signal], tier));
}

/// R92: the names and subtitles are exact; the tier is the highest of which all signals hold, and
/// of all below it; what fails is listed.
#[test]
fn four_tiers_of_which_each_needs_those_below() {
    let titles = MaturityTier::ALL.map(|tier| (tier.number(), tier.name(), tier.subtitle()));
    assert_eq!(
        titles,
        [
            (1, "Reactive", "No structured MCP security program"),
            (2, "Foundational", "Basic controls in place, limited visibility"),
            (3, "Managed", "Controls implemented and monitored"),
            (4, "Optimized", "Continuous assurance with measurable program"),
        ]
    );
    let whole = of(&governed::estate());
    assert_eq!((whole.tier, failing(&whole)), (MaturityTier::Optimized, vec![]));
    // All of the fourth tier is worth nothing without the second.
    without("S-siem", MaturityTier::Reactive, |estate| drop_control(estate, Measure::SiemSink));
    assert_eq!(MaturityTier::Managed.to_string(), "Maturity tier 3 Managed");
}

/// R93: where nothing is, it is the first tier, with its four symptoms.
#[test]
fn an_empty_estate_is_reactive_with_four_symptoms() {
    let maturity = of(&Estate::default());
    assert_eq!(maturity.tier, MaturityTier::Reactive);
    let symptoms: Vec<_> =
        maturity.symptoms.iter().filter(|one| one.present).map(|one| one.title).collect();
    assert_eq!(
        symptoms,
        [
            "No MCP audit log in SIEM",
            "No agent inventory",
            "Authentication gaps known but unaddressed",
            "No vendor assessment process",
        ]
    );
    let none = of(&governed::estate());
    assert!(none.symptoms.iter().all(|symptom| !symptom.present));
    // Nothing holds because there is nothing to look at.
    assert_eq!(failing(&maturity).len(), maturity.signals.len());
}

/// An estate with authentication, logging and an inventory, and nothing else.
fn foundational() -> Estate {
    let whole = governed::estate();
    let mut estate = Estate {
        as_of: whole.as_of,
        people: whole.people,
        vendors: whole.vendors,
        processes: whole.processes,
        servers: whole.servers,
        tools: whole.tools,
        agents: whole.agents,
        connections: whole.connections,
        controls: whole.controls,
        ..Estate::default()
    };
    estate.controls.retain(|control| control.measure == Measure::SiemSink);
    for agent in &mut estate.agents {
        (agent.role_based, agent.session_allowlist, agent.reviewed) = (None, None, None);
    }
    estate
}

/// R94: authentication, SIEM and inventory make the second tier; without any one of them it is the
/// first. A sink counts while it was alive less than 24 hours ago.
#[test]
fn dropping_any_signal_of_the_second_tier_makes_the_first() {
    let tier = |take: &dyn Fn(&mut Estate)| {
        let mut estate = foundational();
        take(&mut estate);
        of(&estate).tier
    };
    assert_eq!(tier(&|_| ()), MaturityTier::Foundational);
    let drops: [&dyn Fn(&mut Estate); 7] = [
        &|estate| estate.servers[0].authentication = None,
        &|estate| estate.servers[1].credential_days = Some(91),
        &|estate| estate.servers[0].audit = Some(Audit::Partial),
        &|estate| drop_control(estate, Measure::SiemSink),
        &|estate| put_off(estate, Measure::SiemSink, "2026-11-19T12:00:00Z"),
        &|estate| estate.agents.clear(),
        &|estate| estate.connections.clear(),
    ];
    for (at, take) in drops.iter().enumerate() {
        assert_eq!(tier(*take), MaturityTier::Reactive, "{at}");
    }
    let alive = tier(&|estate| put_off(estate, Measure::SiemSink, "2026-11-19T12:00:01Z"));
    assert_eq!(alive, MaturityTier::Foundational);
    // What is said to have been alive in the future was not seen.
    let ahead = tier(&|estate| put_off(estate, Measure::SiemSink, "2026-11-20T12:00:01Z"));
    assert_eq!(ahead, MaturityTier::Reactive);
}

/// R95: each of the six signals of the third tier makes the second when it is dropped; the last
/// red team counts for 92 days.
#[test]
fn dropping_any_signal_of_the_third_tier_makes_the_second() {
    let second = MaturityTier::Foundational;
    without("S-rbac", second, |estate| estate.agents[1].role_based = None);
    without("S-session", second, |estate| estate.agents[0].session_allowlist = None);
    for alert in [Measure::AlertUnauthorised, Measure::AlertSession, Measure::AlertRate] {
        without("S-alerts", second, |estate| drop_control(estate, alert));
    }
    without("S-vendors", second, |estate| estate.assessments.clear());
    without("S-vendors", second, |estate| drop_control(estate, Measure::VendorProcess));
    without("S-vendors", second, |estate| estate.assessments[0].next = Some(day("2026-11-19")));
    without("S-playbooks", second, |estate| drop(estate.playbooks.remove(3)));
    without("S-playbooks", second, |estate| estate.playbooks[3].owner = Some("team".into()));
    without("S-playbooks", second, |estate| drop(estate.exercises.remove(1)));
    let red_team = |at: &str| {
        let at = day(at);
        move |estate: &mut Estate| {
            let ours = estate.exercises.iter_mut().find(|one| one.kind == ExerciseKind::RedTeam);
            ours.unwrap().at = at;
        }
    };
    without("S-red-team", second, red_team("2026-08-19"));
    let mut estate = governed::estate();
    red_team("2026-08-20")(&mut estate);
    assert_eq!(of(&estate).tier, MaturityTier::Optimized);
}

/// R96: each of the five signals of the fourth tier makes the third when it is dropped; a
/// certificate of staff ends, one that is as good has to be declared by somebody else, and a board
/// report counts for 92 days.
#[test]
fn dropping_any_signal_of_the_fourth_tier_makes_the_third() {
    let third = MaturityTier::Managed;
    without("S-gates", third, |estate| drop_control(estate, Measure::PipelineGate));
    without("S-gates", third, |estate| estate.agents[0].review_until = Some(day("2026-11-19")));
    without("S-drift", third, |estate| estate.servers[0].drift_checked = None);
    without("S-staff", third, |estate| estate.qualifications.clear());
    without("S-staff", third, |estate| {
        estate.qualifications[0].expires = Some(day("2026-11-19"));
    });
    without("S-board", third, |estate| estate.deliverables[0].at = day("2026-08-19"));
    without("S-baseline", third, |estate| {
        put_off(estate, Measure::Baseline, "2026-11-19T12:00:00Z");
    });

    let mut estate = governed::estate();
    estate.qualifications.remove(0);
    estate.qualifications[0].expires = None;
    assert_eq!(of(&estate).tier, MaturityTier::Optimized, "declared as good by another person");
    estate.qualifications[0].equivalent_by = Some("ann".into());
    assert_eq!(of(&estate).tier, third, "nobody declares their own");
}

/// R97: where one is, where one wants to be and by when, and what is missing for it in order, with
/// who sees to it.
#[test]
fn the_way_to_the_target_is_in_order_and_has_owners() {
    let mut estate = governed::estate();
    estate.organisation.target_maturity = Some(3);
    drop_control(&mut estate, Measure::Baseline);
    put_off(&mut estate, Measure::SiemSink, "2026-11-01T00:00:00Z");
    estate.exercises.clear();
    estate.tasks.push(warden_govern::estate::TaskNote {
        task: "red-team".into(),
        owner: Some("ann".into()),
        done: None,
        evidence: Vec::new(),
    });
    let maturity = of(&estate);
    assert_eq!(maturity.tier, MaturityTier::Reactive);
    assert_eq!(maturity.target, Some(MaturityTier::Managed));
    assert_eq!(maturity.target_by, Some(day("2027-03-31")));
    let steps: Vec<_> = maturity
        .roadmap
        .iter()
        .map(|step| (step.place, step.signal, step.owner.as_deref()))
        .collect();
    // The baseline belongs to a tier beyond the target.
    assert_eq!(
        steps,
        [
            (1, "S-siem", Some("bob")),
            (2, "S-playbooks", Some("ann")),
            (3, "S-red-team", Some("ann")),
        ]
    );
}

#[test]
fn tiers_of_earlier_quarters_are_shown_in_their_order() {
    let mut estate = governed::estate();
    for (quarter, value) in [("2026-Q3", 2.0), ("2026-Q1", 1.0), ("day-0", 1.0), ("2026-Q2", 7.0)] {
        let (quarter, figure) = (quarter.into(), "M18".into());
        estate.past.push(Past { quarter, figure, value });
    }
    let maturity = of(&estate);
    let trend: Vec<_> =
        maturity.trend.iter().map(|one| (one.quarter.as_str(), one.tier.number())).collect();
    assert_eq!(trend, [("2026-Q1", 1), ("2026-Q3", 2)]);
    assert_eq!(maturity.since.tier, Some(MaturityTier::Reactive));
}

/// R120: a server in production without authentication and logging blocks, also where all other
/// signals hold; one of which nothing is known is one.
#[test]
fn a_server_in_production_without_the_baseline_keeps_the_second_tier_out_of_reach() {
    let blocked = |take: &dyn Fn(&mut Estate)| {
        let mut estate = governed::estate();
        take(&mut estate);
        let maturity = of(&estate);
        let lacks: Vec<_> = maturity.blocking.iter().map(|one| one.lacks.join("+")).collect();
        (maturity.tier, lacks.join(" "))
    };
    let first = MaturityTier::Reactive;
    let none: (MaturityTier, String) = (MaturityTier::Optimized, String::new());
    assert_eq!(blocked(&|_| ()), none);
    assert_eq!(
        blocked(&|estate| estate.servers[0].authentication = Some(Authentication::None)),
        (first, "authentication".into())
    );
    assert_eq!(blocked(&|estate| estate.servers[0].audit = None), (first, "logging".into()));
    assert_eq!(
        blocked(&|estate| {
            estate.servers[1].environment = None;
            (estate.servers[1].audit, estate.servers[1].authentication) = (None, None);
        }),
        (first, "authentication+logging".into())
    );
}

/// R140: the four elements of the least programme are shown as four of four, and are the second
/// tier; each can be missing.
#[test]
fn four_of_four_is_the_second_tier() {
    let mut estate = foundational();
    let whole = governed::estate();
    estate.assessments.clone_from(&whole.assessments);
    let process = whole.controls.iter().filter(|one| one.measure == Measure::VendorProcess);
    estate.controls.extend(process.cloned());
    let met = |estate: &Estate| {
        let mvp = mvp(&Lookup::new(estate));
        mvp.elements.iter().map(|element| element.holds).collect::<Vec<_>>()
    };
    assert_eq!(met(&estate), [true; 4]);
    assert_eq!(mvp(&Lookup::new(&estate)).met.percent(), "100.0 %");
    assert_eq!(of(&estate).tier, MaturityTier::Foundational);

    let lacking = |take: &dyn Fn(&mut Estate)| {
        let mut estate = estate.clone();
        take(&mut estate);
        met(&estate)
    };
    assert_eq!(lacking(&|one| one.servers[0].version = None), [false, true, true, true]);
    assert_eq!(lacking(&|one| one.servers[0].rotation_days = None), [true, false, true, true]);
    assert_eq!(lacking(&|one| one.servers[0].audit = None), [true, true, false, true]);
    assert_eq!(lacking(&|one| one.assessments.clear()), [true, true, true, false]);
    assert_eq!(met(&Estate::default()), [false; 4]);
}
