//! What a moratorium keeps out of production, and what it does not.

use super::*;

fn closed(from: Time, until: Time) -> ApprovalPolicy {
    let text = MORATORIUM_TEXT.into();
    let moratorium = Moratorium { version: 1, by: person("cleo"), at: from, from, until, text };
    ApprovalPolicy { moratorium: Some(moratorium), ..policy() }
}

fn stands(dossier: &Dossier, policy: &ApprovalPolicy) -> bool {
    matches!(decide(dossier, policy, now()), Decision::Approved { .. })
}

fn stopped(dossier: &Dossier, policy: &ApprovalPolicy) -> bool {
    match decide(dossier, policy, now()) {
        Decision::Blocked(all) => all.iter().any(|one| matches!(one, Blocked::Moratorium { .. })),
        Decision::Approved { .. } | Decision::Pending { .. } | Decision::ReviewDue { .. } => false,
    }
}

#[test]
fn a_yes_of_its_time_counts_neither_then_nor_later() {
    let dossier = approved();
    assert!(stopped(&dossier, &closed(ago(3), now().plus_days(1))));
    // Its end is over, and the two yes were said before that.
    let over = decide(&dossier, &closed(ago(3), now()), now());
    assert_eq!(over, Decision::Pending { by: people(&[]), needed: 2 });
    // It has not begun, or was over before they said yes.
    assert!(stands(&dossier, &closed(now().plus_days(1), now().plus_days(2))));
    assert!(stands(&dossier, &closed(ago(9), ago(1))));
    // Where nobody knows the environment it is production; a sandbox is none of its business.
    let mut elsewhere = approved();
    elsewhere.request.environment = Environment::Unknown;
    assert!(stopped(&elsewhere, &closed(ago(3), now().plus_days(1))));
    elsewhere.request.environment = Environment::Sandbox;
    assert!(stands(&elsewhere, &closed(ago(3), now().plus_days(1))));
}

#[test]
fn what_enough_people_had_approved_before_is_not_new() {
    let policy = closed(now(), now().plus_days(1));
    assert!(stands(&approved(), &policy));
    // One of two is not enough.
    let mut half = approved();
    half.votes[1].at = now();
    assert!(stopped(&half, &policy));
    // An update of it may be approved.
    let mut update = approved();
    for vote in &mut update.votes {
        vote.subject = digest("the version before");
    }
    assert!(!stopped(&update, &policy));
    let again = |name| Vote { at: now(), ..vote(name, Verdict::Approve) };
    update.votes.extend([again("otto"), again("sven")]);
    assert!(stands(&update, &policy));
    // Of whoever asks, and of who may not, no yes counts.
    let mut strange = approved();
    strange.votes[0].by = person("rita");
    assert!(stopped(&strange, &policy));
}
