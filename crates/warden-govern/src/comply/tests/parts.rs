//! One change at a time: which control notices it.

use serde_json::json;

use super::*;

#[test]
fn an_estate_in_which_all_is_well_meets_every_control_and_each_has_evidence() {
    let judged = judged(&with(&[]));
    assert_eq!(judged.len(), 20);
    for one in &judged {
        assert_eq!(one.status, Status::Met, "{}: {:#?}", one.id, one.work);
        assert!(!one.evidence.is_empty() && one.is_fresh(), "{}: {:?}", one.id, one.evidence);
        assert!(one.work.is_empty() && one.owner.as_deref() == Some("ann"), "{}", one.id);
    }
}

#[test]
fn an_empty_estate_meets_nothing() {
    let estate = Estate::from_json(br#"{"version": 1, "as_of": "2026-11-20T08:00:00Z"}"#).unwrap();
    for one in judged(&estate) {
        assert_ne!(one.status, Status::Met, "{}", one.id);
        let open = one.status == Status::NotApplicable || !one.work.is_empty();
        assert!(open && one.owner.is_none(), "{}", one.id);
    }
    // Nothing to ask of nobody is not the same as nothing wrong.
    let all = frameworks_of(&estate);
    assert!(all.iter().all(|one| one.met.of == 0), "{all:#?}");
}

/// The change, the control that notices it, and what it then says.
#[track_caller]
fn notices(pointer: &str, new: Option<Value>, control: &str, status: Status) {
    let judged = judged(&with(&[(pointer, new)]));
    let noticed = one(&judged, control);
    assert_eq!(noticed.status, status, "{pointer}: {noticed:#?}");
    let item = &noticed.work[0];
    assert!(item.id.starts_with(control) && item.owner.as_deref() == Some("ann"), "{item:?}");
    assert!(!item.action.is_empty() && !item.why.is_empty(), "{item:?}");
}

#[test]
fn every_control_notices_what_it_is_for() {
    use Status::{NotMeasured, NotMet, Partly};
    let shadow = json!({"endpoint": "https://x.example/mcp"});
    notices("/shadows", Some(json!([shadow])), "C1", Partly);
    notices("/servers/0/owner", None, "C2", Partly);
    notices("/servers/0/owner", Some(json!("team")), "C2", Partly);
    notices("/servers/0/authentication", Some(json!("none")), "C3", Partly);
    notices("/servers/0/authentication", None, "C3", Partly);
    notices("/servers/0/credential_days", Some(json!(91)), "C3", Partly);
    notices("/servers/0/encrypted", Some(json!(false)), "C3", Partly);
    notices("/agents/0/role_based", None, "C4", Partly);
    notices("/agents/0/session_allowlist", Some(json!(false)), "C4", Partly);
    notices("/connections/0/rulings", None, "C5", Partly);
    notices("/tools/0/effect", None, "C5", Partly);
    notices("/traffic/approvals/0/by", None, "C5", Partly);
    notices("/servers/0/pinned", None, "C6", Partly);
    notices("/servers/0/drift_checked", Some(json!("2026-11-01T00:00:00Z")), "C6", Partly);
    notices("/drifts/0/detected", Some(json!("2026-11-10T12:00:01Z")), "C6", Partly);
    notices("/drifts/0/detected", None, "C6", Partly);
    notices("/servers/0/stages/3", None, "C7", Partly);
    notices("/certificates/0/revoked", Some(json!(true)), "C7", Partly);
    notices("/certificates/0/level", Some(json!(1)), "C7", Partly);
    notices("/certificates/0/expires", Some(json!("2026-11-19T00:00:00Z")), "C7", Partly);
    notices("/servers/0/audit", Some(json!("partial")), "C8", Partly);
    notices("/traffic/recorded", Some(json!(99)), "C8", Partly);
    notices("/evidence/2/digest", None, "C8", Partly);
    notices("/controls/0/seen", Some(json!("2026-11-18T06:00:00Z")), "C9", Partly);
    notices("/controls/4", None, "C9", Partly);
    notices(
        "/servers/0/observed_hosts",
        Some(json!(["mail.example", "evil.example"])),
        "C10",
        Partly,
    );
    notices("/tools/0/egress", None, "C10", Partly);
    notices("/exercises/0/attacks/0/outcome", Some(json!("detected")), "C11", Partly);
    notices("/servers/0/sandboxed", None, "C12", Partly);
    notices("/servers/0/monitoring", Some(json!("no-rate-limit")), "C12", Partly);
    notices("/assessments/0/state", Some(json!("review-due")), "C13", Partly);
    notices("/assessments/0/answers", Some(json!([])), "C13", Partly);
    notices("/assessments", Some(json!([])), "C13", NotMet);
    notices("/incidents/0/reports/0/sent", Some(json!("2026-11-21T09:00:01Z")), "C14", Partly);
    notices("/playbooks/2/owner", None, "C14", Partly);
    notices("/exercises/1/seconds", Some(json!(901)), "C15", Partly);
    notices("/exercises/1/at", Some(json!("2026-08-01")), "C15", Partly);
    notices("/scenarios/0/treatment", None, "C16", Partly);
    notices("/deliverables/0/at", Some(json!("2026-08-01")), "C17", Partly);
    notices("/deliverables", Some(json!([])), "C17", NotMet);
    notices("/exercises/0/evidence", Some(json!([])), "C18", NotMet);
    notices("/qualifications/0/expires", Some(json!("2026-11-19")), "C19", NotMet);
    notices("/connections/0/used", Some(json!(["read"])), "C20", Partly);
    notices("/agents/0/retention_days", None, "C20", Partly);
    notices("/controls/9/seen", None, "C15", Partly);
    let none = json!([]);
    let judged = judged(&with(&[("/connections/0/used", None), ("/controls", Some(none))]));
    assert_eq!(one(&judged, "C20").part("C20a").unwrap().status, NotMeasured);
}

#[test]
fn what_is_met_and_no_longer_shown_is_met_in_part() {
    let old = json!("2026-09-01");
    let judged = judged(&with(&[("/evidence/0/at", Some(old))]));
    let control = one(&judged, "C3");
    assert_eq!(control.status, Status::Partly);
    assert_eq!(control.work[0].id, "C3/evidence");
    assert_eq!(control.freshness.fresh, crate::Ratio { of: 0, all: 1 });
    // So is what ended, what is of a day to come, and what nobody has a record of.
    for change in
        [("/evidence/0/expires", json!("2026-11-19")), ("/evidence/0/at", json!("2026-11-21"))]
    {
        assert_eq!(
            one(&super::judged(&with(&[(change.0, Some(change.1))])), "C3").status,
            Status::Partly
        );
    }
}

/// R63: coverage is shown by three lenses, each control has one or more of them, and none is empty.
#[test]
fn every_control_has_a_lens_and_every_lens_has_controls() {
    use crate::Word as _;
    assert!(CONTROLS.iter().all(|control| !control.lenses.is_empty()));
    let shown = by_lens(&judged(&with(&[("/servers/0/sandboxed", None)])));
    assert_eq!(shown.len(), Lens::all().len());
    for lens in &shown {
        assert!(lens.met.all > 0, "{}", lens.lens);
    }
    let endpoint = shown.iter().find(|one| one.lens == Lens::Endpoint).unwrap();
    assert_eq!(endpoint.open, ["C12"]);
    assert_eq!(endpoint.met.of + 1, endpoint.met.all);
}
