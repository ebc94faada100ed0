//! Whether a dossier amounts to an approval.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    BlastTier, Dossier, Moratorium, Person, Question, Refused, Role, Verdict, Vote, gate_r40,
    gate_r114, tier,
};
use crate::Time;

/// Who may approve what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalPolicy {
    /// The people, and what each may decide.
    pub people: BTreeMap<Person, Role>,
    /// Whose yes is needed in blast tier 1.
    pub tier_1: Quorum,
    /// In blast tier 2.
    pub tier_2: Quorum,
    /// In blast tier 3.
    pub tier_3: Quorum,
    /// How many days a yes counts at most.
    pub most_days: u32,
    /// That nothing new comes into production for a while, if somebody has said so.
    pub moratorium: Option<Moratorium>,
}

/// M of N people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// How many of them.
    pub needed: usize,
    /// Who.
    pub eligible: BTreeSet<Person>,
}

/// Why a policy of approvals is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoApprovalPolicy {
    /// Nobody's yes would be needed, or that of more people than there are.
    #[error("blast tier {0} asks for none, or for more people than may approve")]
    Quorum(u8),
    /// One person alone could approve the gravest.
    #[error("blast tier 1 needs at least two people")]
    Alone,
    /// A graver use would need fewer people.
    #[error("a graver blast tier would need fewer people than a milder one")]
    Falls,
    /// An approval would count for ever, or not at all.
    #[error("an approval counts from 1 to 400 days")]
    Days,
}

/// What a dossier amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is approved.
    Approved {
        /// Until then, if nothing changes.
        until: Time,
        /// Who said yes.
        by: BTreeSet<Person>,
    },
    /// Somebody's yes is missing.
    Pending {
        /// Who said yes.
        by: BTreeSet<Person>,
        /// How many are needed.
        needed: usize,
    },
    /// It was approved once, as another version: everybody has to look again.
    ReviewDue {
        /// Who said yes to this version.
        by: BTreeSet<Person>,
        /// How many are needed.
        needed: usize,
    },
    /// Something stands against it, whoever says yes.
    Blocked(Vec<Blocked>),
}

/// What stands against an approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// A question of the 12 (R40).
    Approval {
        /// Which.
        question: &'static Question,
        /// Why.
        why: Refused,
    },
    /// A question for the vendor (R114).
    Vendor {
        /// Which.
        question: &'static Question,
        /// Why.
        why: Refused,
    },
    /// Somebody who may approve said no.
    Rejected {
        /// Who.
        by: Person,
    },
    /// Something was to be done and was not.
    Overdue {
        /// What.
        condition: String,
    },
    /// Nothing new comes into production now.
    Moratorium {
        /// Who has said so.
        by: Person,
        /// Until when.
        until: Time,
    },
}

impl ApprovalPolicy {
    /// Checks that a policy asks for something.
    ///
    /// # Errors
    /// The first thing that it does not.
    pub fn check(&self) -> Result<(), NoApprovalPolicy> {
        let quorums = [(1, &self.tier_1), (2, &self.tier_2), (3, &self.tier_3)];
        for (number, quorum) in quorums {
            if !(1..=quorum.eligible.len()).contains(&quorum.needed) {
                return Err(NoApprovalPolicy::Quorum(number));
            }
        }
        if self.tier_1.needed < 2 {
            return Err(NoApprovalPolicy::Alone);
        }
        if self.tier_1.needed < self.tier_2.needed || self.tier_2.needed < self.tier_3.needed {
            return Err(NoApprovalPolicy::Falls);
        }
        if (1..=400).contains(&self.most_days) { Ok(()) } else { Err(NoApprovalPolicy::Days) }
    }

    /// What this person may decide.
    #[must_use]
    pub fn role(&self, person: &Person) -> Option<Role> {
        self.people.get(person).copied()
    }

    /// Whose yes is needed in this tier.
    #[must_use]
    pub const fn quorum(&self, tier: BlastTier) -> &Quorum {
        match tier {
            BlastTier::One => &self.tier_1,
            BlastTier::Two => &self.tier_2,
            BlastTier::Three => &self.tier_3,
        }
    }
}

/// What a dossier amounts to at a time.
///
/// The policy is one that [`ApprovalPolicy::check`] has passed. Whoever asked for the server does
/// not approve it, each person has one vote, the latest, and a vote counts for what it was given.
#[must_use]
pub fn decide(dossier: &Dossier, policy: &ApprovalPolicy, now: Time) -> Decision {
    let request = &dossier.request;
    let quorum = policy.quorum(tier(request.environment, request.data));
    let counted: Vec<&Vote> = votes(dossier, policy, quorum, now);
    let (mut blocked, mut until) = against(dossier, policy, now);
    for vote in &counted {
        if vote.verdict == Verdict::Reject {
            blocked.push(Blocked::Rejected { by: vote.by.clone() });
        }
    }
    if !blocked.is_empty() {
        return Decision::Blocked(blocked);
    }
    let by: BTreeSet<Person> = counted.iter().map(|vote| vote.by.clone()).collect();
    // A policy without people approves nothing, also if nobody has checked it.
    let needed = quorum.needed.max(1);
    if by.len() < needed {
        let earlier = dossier.votes.iter().any(|vote| !dossier.binds(&vote.subject));
        return if earlier {
            Decision::ReviewDue { by, needed }
        } else {
            Decision::Pending { by, needed }
        };
    }
    // With one yes fewer than needed it is over: the ends in order, counted from the last.
    let mut ends: Vec<Time> = counted.iter().map(|vote| end(vote, policy.most_days)).collect();
    ends.sort_unstable_by(|a, b| b.cmp(a));
    until = until.min(ends.get(needed - 1).copied().unwrap_or(now));
    Decision::Approved { until, by }
}

/// When a vote ends.
fn end(vote: &Vote, most_days: u32) -> Time {
    vote.expires.min(vote.at.plus_days(most_days))
}

/// The latest vote of everybody who may vote, as far as it counts.
fn votes<'a>(
    dossier: &'a Dossier,
    policy: &ApprovalPolicy,
    quorum: &Quorum,
    now: Time,
) -> Vec<&'a Vote> {
    let mut latest: BTreeMap<&Person, &Vote> = BTreeMap::new();
    let may = |person: &Person| quorum.eligible.contains(person) && *person != dossier.request.by;
    let given = |vote: &&Vote| may(&vote.by) && vote.at <= now && dossier.binds(&vote.subject);
    for vote in dossier.votes.iter().filter(given) {
        let known = latest.entry(&vote.by).or_insert(vote);
        // Of two at the same time, the no.
        if (vote.at, vote.verdict) > (known.at, known.verdict) {
            *known = vote;
        }
    }
    // A no does not lapse: whoever said it takes it back with a yes.
    let counts =
        |vote: &&Vote| vote.verdict == Verdict::Reject || now < end(vote, policy.most_days);
    // A yes that was given in a moratorium that it goes against counts neither then nor later.
    let moratorium = policy.moratorium.as_ref().filter(|one| one.concerns(dossier, policy));
    let against = |vote: &Vote| {
        vote.verdict == Verdict::Approve && moratorium.is_some_and(|one| one.holds(vote.at))
    };
    latest.into_values().filter(counts).filter(|vote| !against(vote)).collect()
}

/// What stands against it whoever says yes, and until when nothing does.
fn against(dossier: &Dossier, policy: &ApprovalPolicy, now: Time) -> (Vec<Blocked>, Time) {
    let (mut blocked, mut until) = (Vec::new(), Time::LAST);
    match gate_r40(dossier, policy, now) {
        Ok(time) => until = until.min(time),
        Err(refused) => blocked
            .extend(refused.into_iter().map(|(question, why)| Blocked::Approval { question, why })),
    }
    match gate_r114(dossier, policy, now) {
        Ok(time) => until = until.min(time),
        Err(refused) => blocked
            .extend(refused.into_iter().map(|(question, why)| Blocked::Vendor { question, why })),
    }
    if let Some(one) = policy.moratorium.as_ref().filter(|one| one.holds(now))
        && one.concerns(dossier, policy)
    {
        blocked.push(Blocked::Moratorium { by: one.by.clone(), until: one.until });
    }
    for condition in &dossier.conditions {
        let met = condition.met.is_some_and(|met| met <= now);
        if !met && now >= condition.due {
            blocked.push(Blocked::Overdue { condition: condition.text.clone() });
        } else if !met {
            until = until.min(condition.due);
        }
    }
    (blocked, until)
}
