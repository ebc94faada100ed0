//! What holds for every estate.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Members that a scan or a person may not have found out.
const OPTIONAL: &[&str] = &[
    "/servers/0/owner",
    "/servers/0/data",
    "/servers/0/authentication",
    "/servers/0/encrypted",
    "/servers/0/credential_days",
    "/servers/0/rotation_days",
    "/servers/0/audit",
    "/servers/0/drift_checked",
    "/servers/0/monitoring",
    "/servers/0/sandboxed",
    "/servers/0/pinned",
    "/servers/0/vendor",
    "/servers/0/environment",
    "/servers/0/evidence",
    "/agents/0/owner",
    "/agents/0/purpose",
    "/agents/0/role_based",
    "/agents/0/session_allowlist",
    "/agents/0/data",
    "/agents/0/evidence",
    "/tools/0/effect",
    "/tools/1/egress",
    "/connections/0/used",
    "/connections/0/rulings",
    "/traffic/recorded",
    "/traffic/evidence",
    "/evidence/0/at",
    "/evidence/1/at",
    "/exercises/1/seconds",
    "/drifts/0/detected",
    "/incidents/0/identified",
    "/playbooks/0/owner",
    "/scenarios/0/treatment",
];

/// How good a status is. What does not apply is set apart.
fn good(status: Status) -> u8 {
    match status {
        Status::Met | Status::NotApplicable => 2,
        Status::Partly => 1,
        Status::NotMet | Status::NotMeasured => 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// To know less of an estate never makes a control or a demand of a framework better.
    #[test]
    fn knowing_less_is_never_better(
        gone in proptest::sample::subsequence(OPTIONAL, 0..=OPTIONAL.len()),
        more in proptest::sample::select(OPTIONAL),
    ) {
        let changes: Vec<(&str, Option<Value>)> = gone.iter().map(|at| (*at, None)).collect();
        let mut fewer = changes.clone();
        fewer.push((more, None));
        let (before, after) = (with(&changes), with(&fewer));
        for (before, after) in judged(&before).iter().zip(judged(&after)) {
            prop_assert!(
                good(after.status) <= good(before.status),
                "{}: {} then {} without {more}", before.id, before.status, after.status
            );
        }
    }

    /// The same estate gives the same answer, in whatever order its parts stand.
    #[test]
    fn the_order_of_an_estate_does_not_matter(seed in 0_usize..6) {
        let mut value = sound();
        for name in ["people", "evidence", "controls", "playbooks", "exercises", "tools"] {
            let all = value[name].as_array_mut().unwrap();
            let by = seed % all.len();
            all.rotate_left(by);
        }
        let turned = Estate::from_json(&serde_json::to_vec(&value).unwrap()).unwrap();
        prop_assert_eq!(judged(&with(&[])), judged(&turned));
    }
}

#[test]
fn several_together_are_no_better_than_the_worst_and_no_worse_than_all() {
    use Status::{Met, NotApplicable, NotMeasured, NotMet, Partly};
    let together = |all: &[Status]| Status::together(all.iter().copied());
    assert_eq!(together(&[]), NotApplicable);
    assert_eq!(together(&[Met, NotApplicable]), Met);
    assert_eq!(together(&[Met, NotMeasured]), Partly);
    assert_eq!(together(&[Met, NotMet]), Partly);
    assert_eq!(together(&[NotMet, NotMeasured]), NotMet);
    assert_eq!(together(&[NotMeasured, NotApplicable]), NotMeasured);
    assert_eq!(together(&[Partly]), Partly);
    let of = |of, all, unknown| Status::of(crate::Ratio { of, all }, unknown);
    assert_eq!(
        [of(0, 0, 0), of(2, 2, 0), of(1, 2, 1), of(0, 2, 1), of(0, 2, 2)],
        [NotApplicable, Met, Partly, NotMet, NotMeasured]
    );
}

/// Thousands of servers, each of a critical process.
#[test]
fn a_large_estate_is_judged_without_looking_at_everything_for_each_server() {
    let mut value = sound();
    let (server, tool) = (value["servers"][0].clone(), value["tools"][0].clone());
    let (mut servers, mut tools) = (Vec::new(), Vec::new());
    for at in 0..500 {
        let mut one = server.clone();
        one["id"] = json!(format!("s{at}"));
        let mut its = tool.clone();
        its["server"] = one["id"].clone();
        servers.push(one);
        tools.push(its);
    }
    value["servers"].as_array_mut().unwrap().extend(servers);
    value["tools"].as_array_mut().unwrap().extend(tools);
    let estate = Estate::from_json(&serde_json::to_vec(&value).unwrap()).unwrap();
    ask(&estate, |ground| {
        let critical = critical_servers(ground);
        assert_eq!(critical.len(), 501);
        let pages = critical.iter().filter_map(|server| server_page(ground, &server.id));
        assert_eq!(pages.filter(|page| page.regimes.len() == 3).count(), 501);
    });
}
