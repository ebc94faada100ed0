use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, prop_compose, proptest};

use super::{Criterion, Facts, Reach, Verdict, classify, classify_recurring};

/// Facts of which everything is known, and nothing is bad.
fn harmless() -> Facts {
    let none = Reach { number: Some(0), per_mille: Some(0) };
    Facts {
        critical_function: Some(false),
        supervised_service: Some(false),
        malicious_access: Some(false),
        possible_data_loss: Some(false),
        clients: none,
        counterparts: none,
        transactions: none,
        transaction_value_per_mille: Some(0),
        relevant_client: Some(false),
        media: Some(false),
        complaints: Some(false),
        requirements_unmet: Some(false),
        clients_lost: Some(false),
        duration_minutes: Some(0),
        downtime_minutes: Some(0),
        member_states: Some(1),
        data_harm: Some(false),
        costs_eur: Some(0),
    }
}

type Change = fn(&mut Facts);

/// Each threshold, just below and just above.
const THRESHOLDS: &[(Criterion, Change, Change)] = &[
    (Criterion::Clients, |f| f.clients.per_mille = Some(100), |f| f.clients.per_mille = Some(101)),
    (
        Criterion::Clients,
        |f| f.clients.number = Some(100_000),
        |f| f.clients.number = Some(100_001),
    ),
    (
        Criterion::Clients,
        |f| f.counterparts.per_mille = Some(300),
        |f| f.counterparts.per_mille = Some(301),
    ),
    (
        Criterion::Clients,
        |f| f.transactions.per_mille = Some(100),
        |f| f.transactions.per_mille = Some(101),
    ),
    (
        Criterion::Clients,
        |f| f.transaction_value_per_mille = Some(100),
        |f| f.transaction_value_per_mille = Some(101),
    ),
    (Criterion::Clients, |f| f.relevant_client = Some(false), |f| f.relevant_client = Some(true)),
    (Criterion::Reputation, |f| f.media = Some(false), |f| f.media = Some(true)),
    (Criterion::Reputation, |f| f.complaints = Some(false), |f| f.complaints = Some(true)),
    (
        Criterion::Reputation,
        |f| f.requirements_unmet = Some(false),
        |f| f.requirements_unmet = Some(true),
    ),
    (Criterion::Reputation, |f| f.clients_lost = Some(false), |f| f.clients_lost = Some(true)),
    (Criterion::Duration, |f| f.duration_minutes = Some(1440), |f| f.duration_minutes = Some(1441)),
    (Criterion::Duration, |f| f.downtime_minutes = Some(120), |f| f.downtime_minutes = Some(121)),
    (Criterion::Spread, |f| f.member_states = Some(1), |f| f.member_states = Some(2)),
    (Criterion::Data, |f| f.data_harm = Some(false), |f| f.data_harm = Some(true)),
    (Criterion::Economic, |f| f.costs_eur = Some(100_000), |f| f.costs_eur = Some(100_001)),
];

#[test]
fn every_threshold_is_met_above_and_not_at_it() {
    for (criterion, below, above) in THRESHOLDS {
        let mut facts = harmless();
        below(&mut facts);
        assert!(classify(&facts).met.is_empty(), "{criterion}");
        above(&mut facts);
        assert_eq!(classify(&facts).met, [*criterion]);
    }
}

#[test]
fn it_takes_critical_services_and_two_thresholds() {
    let services: [Change; 2] =
        [|f| f.critical_function = Some(true), |f| f.supervised_service = Some(true)];
    for service in services {
        for (one, _, first) in THRESHOLDS {
            for (two, _, second) in THRESHOLDS {
                let mut facts = harmless();
                first(&mut facts);
                second(&mut facts);
                assert_eq!(classify(&facts).verdict, Verdict::NotMajor, "nothing critical");
                service(&mut facts);
                let wanted = if one == two { Verdict::NotMajor } else { Verdict::Major };
                assert_eq!(classify(&facts).verdict, wanted, "{one} and {two}");
            }
        }
    }
}

#[test]
fn a_malicious_access_that_may_lose_data_is_major_by_itself_also_where_a_loss_is_proven() {
    let mut facts = harmless();
    facts.malicious_access = Some(true);
    assert_eq!(classify(&facts).verdict, Verdict::NotMajor);
    facts.possible_data_loss = Some(true);
    let found = classify(&facts);
    assert_eq!((found.verdict, found.by_access), (Verdict::Major, Some(true)));
    assert_eq!(found.met, [Criterion::Data, Criterion::Services]);
    facts.data_harm = Some(true);
    assert_eq!(classify(&facts).verdict, Verdict::Major, "a proven loss is not less");
    // Without the access, a loss of data is one threshold.
    facts.malicious_access = Some(false);
    facts.critical_function = Some(true);
    assert_eq!(classify(&facts).verdict, Verdict::NotMajor);
}

#[test]
fn what_is_not_known_is_undetermined_unless_what_is_known_decides() {
    let nothing = classify(&Facts::default());
    assert_eq!(nothing.verdict, Verdict::Undetermined);
    assert_eq!(nothing.missing.len(), 7);
    // It can no longer become major: nothing critical is affected.
    let mut facts = Facts {
        critical_function: Some(false),
        supervised_service: Some(false),
        malicious_access: Some(false),
        ..Facts::default()
    };
    assert_eq!(classify(&facts).verdict, Verdict::NotMajor);
    // Two thresholds decide, whatever the rest is.
    facts.critical_function = Some(true);
    facts.media = Some(true);
    assert_eq!(classify(&facts).verdict, Verdict::Undetermined);
    facts.costs_eur = Some(200_000);
    assert_eq!(classify(&facts).verdict, Verdict::Major);
    // One open threshold beside none that is met cannot make two.
    let mut facts = harmless();
    facts.critical_function = Some(true);
    facts.costs_eur = None;
    assert_eq!(classify(&facts).verdict, Verdict::NotMajor);
    facts.media = Some(true);
    assert_eq!(classify(&facts).verdict, Verdict::Undetermined);
}

#[test]
fn incidents_that_recur_are_classified_together() {
    let mut one = harmless();
    one.critical_function = Some(true);
    one.costs_eur = Some(60_000);
    one.downtime_minutes = Some(90);
    assert_eq!(classify(&one).verdict, Verdict::NotMajor);
    assert_eq!(classify_recurring(std::slice::from_ref(&one)), None, "one does not recur");
    let both = classify_recurring(&[one.clone(), one.clone()]).unwrap();
    assert_eq!(both.verdict, Verdict::Major);
    assert_eq!(both.missing, [Criterion::Spread], "two states of one each may be two");
    let mut open = one.clone();
    open.costs_eur = None;
    open.downtime_minutes = None;
    assert_eq!(classify_recurring(&[one, open]).unwrap().verdict, Verdict::Undetermined);
}

prop_compose! {
    fn reach()(number in prop::option::of(0u64..200_000), per_mille in prop::option::of(0u32..1000)) -> Reach {
        Reach { number, per_mille }
    }
}

prop_compose! {
    fn facts()(
        flags in prop::array::uniform10(prop::option::of(any::<bool>())),
        reaches in prop::array::uniform3(reach()),
        value in prop::option::of(0u32..1000),
        times in prop::array::uniform2(prop::option::of(0u64..3000)),
        states in prop::option::of(0u32..5),
        costs in prop::option::of(0u64..200_000),
    ) -> Facts {
        Facts {
            critical_function: flags[0],
            supervised_service: flags[1],
            malicious_access: flags[2],
            possible_data_loss: flags[3],
            relevant_client: flags[4],
            media: flags[5],
            complaints: flags[6],
            requirements_unmet: flags[7],
            clients_lost: flags[8],
            data_harm: flags[9],
            clients: reaches[0],
            counterparts: reaches[1],
            transactions: reaches[2],
            transaction_value_per_mille: value,
            duration_minutes: times[0],
            downtime_minutes: times[1],
            member_states: states,
            costs_eur: costs,
        }
    }
}

/// One fact made worse, or a fact that was not known made as bad as it can be.
fn worse(facts: &Facts, which: usize) -> Facts {
    let mut worse = facts.clone();
    match which {
        0 => worse.critical_function = Some(true),
        1 => worse.supervised_service = Some(true),
        2 => worse.malicious_access = Some(true),
        3 => worse.possible_data_loss = Some(true),
        4 => worse.media = Some(true),
        5 => worse.data_harm = Some(true),
        6 => worse.relevant_client = Some(true),
        7 => worse.costs_eur = Some(worse.costs_eur.unwrap_or(0) + 1_000_000),
        8 => worse.member_states = Some(worse.member_states.unwrap_or(0) + 5),
        9 => worse.duration_minutes = Some(worse.duration_minutes.unwrap_or(0) + 10_000),
        _ => worse.clients.number = Some(worse.clients.number.unwrap_or(0) + 1_000_000),
    }
    worse
}

fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NotMajor => 0,
        Verdict::Undetermined => 1,
        Verdict::Major => 2,
    }
}

proptest! {
    #[test]
    fn a_worse_fact_never_makes_an_incident_less(facts in facts(), which in 0usize..11) {
        let (before, after) = (classify(&facts), classify(&worse(&facts, which)));
        prop_assert!(rank(after.verdict) >= rank(before.verdict), "{before:?} {after:?}");
        prop_assert!(before.met.iter().all(|criterion| after.met.contains(criterion)));
    }

    #[test]
    fn what_was_decided_stays_whatever_the_unknown_turns_out_to_be(
        known in facts(), filled in facts(),
    ) {
        let before = classify(&known);
        let mut after = known.clone();
        macro_rules! fill {
            ($($name:ident),*) => { $(after.$name = after.$name.or(filled.$name);)* };
        }
        fill!(critical_function, supervised_service, malicious_access, possible_data_loss,
            relevant_client, media, complaints, requirements_unmet, clients_lost, data_harm,
            transaction_value_per_mille, duration_minutes, downtime_minutes, member_states, costs_eur);
        if before.verdict != Verdict::Undetermined {
            prop_assert_eq!(classify(&after).verdict, before.verdict);
        }
    }
}
