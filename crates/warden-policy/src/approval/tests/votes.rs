//! Who has to say yes, and whose yes counts.

use proptest::prelude::*;

use super::*;

fn approvals(decision: Decision) -> Option<(Time, BTreeSet<Person>)> {
    match decision {
        Decision::Approved { until, by } => Some((until, by)),
        Decision::Pending { .. } | Decision::ReviewDue { .. } | Decision::Blocked(_) => None,
    }
}

#[test]
fn the_gravest_use_takes_two_of_three() {
    let found = decide(&approved(), &policy(), now());
    // Until the first answer ends.
    let until = now().plus_days(60);
    assert_eq!(found, Decision::Approved { until, by: people(&["otto", "sven"]) });
    let mut one = approved();
    one.votes.truncate(1);
    let pending = Decision::Pending { by: people(&["otto"]), needed: 2 };
    assert_eq!(decide(&one, &policy(), now()), pending);
    one.request.data = DataClass::Internal;
    assert!(approvals(decide(&one, &policy(), now())).is_some());
}

#[test]
fn one_person_has_one_vote_and_not_about_an_own_request() {
    let mut twice = approved();
    twice.votes = vec![vote("otto", Verdict::Approve), vote("OTTO", Verdict::Approve)];
    assert!(approvals(decide(&twice, &policy(), now())).is_none());
    let mut own = approved();
    own.request.by = person("otto");
    assert!(approvals(decide(&own, &policy(), now())).is_none());
    let mut stranger = approved();
    stranger.votes = vec![vote("otto", Verdict::Approve), vote("rita", Verdict::Approve)];
    assert!(approvals(decide(&stranger, &policy(), now())).is_none());
}

#[test]
fn a_vote_counts_in_its_time_and_for_its_subject() {
    let with = |change: fn(&mut Vote)| {
        let mut dossier = approved();
        change(&mut dossier.votes[0]);
        decide(&dossier, &policy(), now())
    };
    assert!(approvals(with(|it| it.expires = now())).is_none());
    assert!(approvals(with(|it| it.at = now().plus_days(1))).is_none());
    // Nobody's yes counts longer than the policy says.
    assert!(approvals(with(|it| it.at = ago(180))).is_none());
    let other = with(|it| it.subject = digest("another version"));
    assert_eq!(other, Decision::ReviewDue { by: people(&["sven"]), needed: 2 });
}

#[test]
fn a_no_stands_until_the_same_person_says_yes() {
    let mut dossier = approved();
    dossier.votes.push(Vote { at: ago(3), expires: ago(2), ..vote("cleo", Verdict::Reject) });
    let no = Decision::Blocked(vec![Blocked::Rejected { by: person("cleo") }]);
    assert_eq!(decide(&dossier, &policy(), now()), no);
    dossier.votes.push(vote("cleo", Verdict::Approve));
    assert!(approvals(decide(&dossier, &policy(), now())).is_some());
    // Of a yes and a no at the same time, the no.
    dossier.votes.push(vote("cleo", Verdict::Reject));
    assert_eq!(decide(&dossier, &policy(), now()), no);
}

#[test]
fn a_condition_that_is_not_met_in_time_ends_the_approval() {
    let mut dossier = approved();
    let due = now().plus_days(7);
    let text = "rotate the key".to_owned();
    let owner = person("rita");
    dossier.conditions = vec![Condition { text: text.clone(), owner, due, met: None }];
    let by = people(&["otto", "sven"]);
    assert_eq!(decide(&dossier, &policy(), now()), Decision::Approved { until: due, by });
    let overdue = Decision::Blocked(vec![Blocked::Overdue { condition: text }]);
    assert_eq!(decide(&dossier, &policy(), due), overdue);
    dossier.conditions[0].met = Some(now());
    assert!(approvals(decide(&dossier, &policy(), due)).is_some());
}

#[test]
fn no_votes_get_past_the_gates() {
    let mut dossier = approved();
    dossier.votes.push(vote("cleo", Verdict::Approve));
    dossier.answers.retain(|answer| answer.question != "A1" && answer.question != "V13");
    let blocked = Decision::Blocked(vec![
        Blocked::Approval { question: question("A1").unwrap(), why: Refused::Unanswered },
        Blocked::Vendor { question: question("V13").unwrap(), why: Refused::Unanswered },
    ]);
    assert_eq!(decide(&dossier, &policy(), now()), blocked);
}

/// R26: a script that nobody sells, for a sandbox, and the same one for production.
#[test]
fn a_local_script_without_a_vendor_can_be_approved() {
    let mut dossier = Dossier::new(
        Subject { artifact: None, ..subject() },
        Request {
            environment: Environment::Sandbox,
            data: DataClass::Public,
            third_party: Some(false),
            scope: Scope {
                regulated_data: Some(false),
                production_credentials: Some(false),
                customer_communications: Some(false),
            },
            ..request()
        },
    );
    let bound = dossier.subject.digest();
    dossier.votes = vec![Vote { subject: bound, ..vote("rita", Verdict::Approve) }];
    assert!(approvals(decide(&dossier, &policy(), now())).is_some());
    dossier.request.environment = Environment::Production;
    let pending = Decision::Pending { by: BTreeSet::new(), needed: 1 };
    assert_eq!(decide(&dossier, &policy(), now()), pending);
    dossier.request.data = DataClass::Regulated;
    assert!(
        matches!(decide(&dossier, &policy(), now()), Decision::Blocked(why) if why.len() == 12)
    );
}

#[test]
fn a_policy_that_asks_for_too_little_is_none() {
    let with = |change: fn(&mut ApprovalPolicy)| {
        let mut policy = policy();
        change(&mut policy);
        policy.check()
    };
    assert_eq!(with(|it| it.tier_1.needed = 1), Err(NoApprovalPolicy::Alone));
    assert_eq!(with(|it| it.tier_2.needed = 0), Err(NoApprovalPolicy::Quorum(2)));
    assert_eq!(with(|it| it.tier_3.needed = 5), Err(NoApprovalPolicy::Quorum(3)));
    assert_eq!(with(|it| it.tier_3.needed = 2), Err(NoApprovalPolicy::Falls));
    assert_eq!(with(|it| it.most_days = 0), Err(NoApprovalPolicy::Days));
    // One that nobody has checked approves nothing by itself.
    let mut empty = policy();
    empty.tier_1 = Quorum { needed: 0, eligible: BTreeSet::new() };
    assert!(approvals(decide(&answered(), &empty, now())).is_none());
}

proptest! {
    #[test]
    fn an_approval_ends_when_it_says_and_not_before(days in 0..400_u32, shift in 1..200_u32) {
        let mut dossier = approved();
        dossier.votes[0].expires = now().plus_days(shift);
        if let Some((until, _)) = approvals(decide(&dossier, &policy(), now())) {
            let then = now().plus_days(days);
            let holds = approvals(decide(&dossier, &policy(), then)).is_some();
            prop_assert_eq!(holds, then < until);
        }
    }

    #[test]
    fn less_is_never_more(drop in 0..27_usize, votes in 0..3_usize) {
        let mut dossier = approved();
        dossier.answers.remove(drop);
        dossier.votes.truncate(votes);
        // What one question asks for, the answer to another may show.
        let is_answered = |asked: &'static Question| {
            let answers = |id: &str| question(id).is_some_and(|it| it.answers(asked));
            dossier.answers.iter().any(|answer| answers(&answer.question))
        };
        let must = set(Set::Approval).chain(set(Set::Vendor)).filter(|it| it.need == Need::Must);
        let complete = must.into_iter().all(is_answered);
        let approved = approvals(decide(&dossier, &policy(), now())).is_some();
        prop_assert_eq!(approved, complete && votes == 2);
    }
}
