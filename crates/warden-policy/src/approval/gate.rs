//! The gates: what has to be answered before anybody's yes counts.

use super::{
    Answer, Answered, ApprovalPolicy, Dossier, Environment, Need, Question, Reply, Role, Set,
    question as known, set,
};
use crate::Time;

/// Why a question stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Nobody answered it.
    Unanswered,
    /// It was answered, and not with yes.
    Replied(Reply),
    /// It was answered with yes, and nothing shows it.
    NoEvidence,
    /// The answer, or its evidence, is too old.
    Expired,
    /// The answer is from the future.
    NotYet,
    /// It was answered for another version.
    OtherVersion,
    /// The yes does not say what the question wants to know.
    SaysTooLittle,
    /// It was waived by somebody who may not.
    MayNotWaive {
        /// What it takes.
        needed: Role,
    },
}

impl Refused {
    /// Why, for people.
    #[must_use]
    pub const fn because(self) -> &'static str {
        match self {
            Self::Unanswered => "nobody has answered it",
            Self::Replied(Reply::No) => "the answer is no",
            Self::Replied(Reply::Partial) => "the answer is yes in part only",
            Self::Replied(Reply::NotApplicable) => "it is said not to apply, which takes a waiver",
            Self::Replied(Reply::Unknown | Reply::Yes) => "nobody knows",
            Self::NoEvidence => "there is no evidence for the yes",
            Self::Expired => "the answer or its evidence is too old",
            Self::NotYet => "the answer is from the future",
            Self::OtherVersion => "it was answered for another version",
            Self::SaysTooLittle => "the yes does not say what the question wants to know",
            Self::MayNotWaive { .. } => "it was waived by somebody who may not",
        }
    }
}

/// How long a test of penetration counts (R108).
const PENETRATION_TEST_DAYS: u32 = 365;

/// Whether a server may come near regulated data, production credentials or customers (R40).
///
/// Returns until when. If it comes near none of them, nothing is asked.
///
/// # Errors
/// Every one of the 12 questions that is neither answered nor waived, with why.
pub fn gate_r40(
    dossier: &Dossier,
    policy: &ApprovalPolicy,
    now: Time,
) -> Result<Time, Vec<(&'static Question, Refused)>> {
    if !dossier.request.scope.any(dossier.request.data) {
        return Ok(Time::LAST);
    }
    all(set(Set::Approval), dossier, policy, now)
}

/// Whether a server of somebody else may be connected to an agent in production (R114, R115).
///
/// Returns until when. For an own server or a sandbox, nothing is asked.
///
/// # Errors
/// Every MUST of the 15 questions that is neither answered nor waived, with why.
pub fn gate_r114(
    dossier: &Dossier,
    policy: &ApprovalPolicy,
    now: Time,
) -> Result<Time, Vec<(&'static Question, Refused)>> {
    let request = &dossier.request;
    if request.third_party == Some(false) || request.environment == Environment::Sandbox {
        return Ok(Time::LAST);
    }
    let musts = set(Set::Vendor).filter(|question| question.need == Need::Must);
    all(musts, dossier, policy, now)
}

fn all(
    questions: impl Iterator<Item = &'static Question>,
    dossier: &Dossier,
    policy: &ApprovalPolicy,
    now: Time,
) -> Result<Time, Vec<(&'static Question, Refused)>> {
    let (mut until, mut refused) = (Time::LAST, Vec::new());
    for question in questions {
        match standing(question, dossier, policy, now) {
            Ok(time) => until = until.min(time),
            Err(why) => refused.push((question, why)),
        }
    }
    if refused.is_empty() { Ok(until) } else { Err(refused) }
}

/// Whether a question is answered with yes, or waived, and until when.
///
/// # Errors
/// Why it stands in the way.
pub fn standing(
    question: &'static Question,
    dossier: &Dossier,
    policy: &ApprovalPolicy,
    now: Time,
) -> Result<Time, Refused> {
    let why = match answered(question, dossier, now) {
        Ok(until) => return Ok(until),
        Err(why) => why,
    };
    let mut refused = why;
    for waiver in dossier.waivers.iter().filter(|waiver| waived(question, &waiver.question)) {
        let bound = dossier.binds(&waiver.subject);
        if waiver.at > now || now >= waiver.expires || !bound || waiver.reason.trim().is_empty() {
            continue;
        }
        let needed = if question.non_negotiable { Role::Ciso } else { Role::RiskOwner };
        // The one who asks does not also accept the risk, as with votes.
        let own = waiver.owner == dossier.request.by;
        if !own && policy.role(&waiver.owner).is_some_and(|role| role >= needed) {
            return Ok(waiver.expires);
        }
        refused = Refused::MayNotWaive { needed };
    }
    Err(refused)
}

/// Whether an answer of this identifier is about the question: its own, that of the question that
/// it was merged into, or that of one that shows everything that this one asks for (R145).
pub(super) fn about(question: &'static Question, id: &str) -> bool {
    known(id).is_some_and(|answered| answered.answers(question))
}

/// Whether a waiver of this identifier is about the question. A risk is accepted as it is named:
/// for the question itself, or for the one that it was merged into.
pub(super) fn waived(question: &Question, id: &str) -> bool {
    id == question.id || known(id).is_some_and(|named| named.sources.contains(&question.id))
}

fn answered(question: &'static Question, dossier: &Dossier, now: Time) -> Result<Time, Refused> {
    let all = dossier.answers.iter().filter(|answer| about(question, &answer.question));
    // One from the future takes nothing back that was said before.
    let (about, later): (Vec<&Answer>, Vec<&Answer>) = all.partition(|answer| answer.at <= now);
    // Who knows nothing, or not all, leaves it to whoever does. A no is never left.
    let left = |answer: &&Answer| {
        matches!(answer.reply, Reply::Unknown | Reply::Partial | Reply::NotApplicable)
    };
    let mut refused = if later.is_empty() { Refused::Unanswered } else { Refused::NotYet };
    let (mut until, mut yes) = (Time::LAST, false);
    for answer in latest(&about) {
        match holds(question, answer, dossier, now) {
            Ok(time) => {
                yes = true;
                until = until.min(time);
            }
            Err(why) if left(&answer) => refused = why,
            // An answer that ran out or is for another version is as if nobody had given it, and
            // there may be a newer one of another kind.
            Err(why @ (Refused::Expired | Refused::OtherVersion | Refused::NotYet))
                if answer.reply == Reply::Yes =>
            {
                refused = why;
            }
            Err(why) => return Err(why),
        }
    }
    if yes { Ok(until) } else { Err(refused) }
}

/// The latest answer of each kind: what the program found, and what people said; direct answers
/// and those to merged questions apart. Of two at the same time, the one that is no yes.
fn latest<'a>(about: &[&'a Answer]) -> Vec<&'a Answer> {
    let kind = |answer: &Answer| {
        (answer.question.clone(), matches!(answer.by, Answered::Automatic { .. }))
    };
    let mut out: Vec<&Answer> = Vec::new();
    for answer in about {
        match out.iter_mut().find(|known| kind(known) == kind(answer)) {
            Some(known) => {
                let later = (answer.at, answer.reply != Reply::Yes);
                if later > (known.at, known.reply != Reply::Yes) {
                    *known = answer;
                }
            }
            None => out.push(answer),
        }
    }
    out
}

/// Whether one answer is a yes that counts, and until when.
fn holds(
    question: &Question,
    answer: &Answer,
    dossier: &Dossier,
    now: Time,
) -> Result<Time, Refused> {
    if answer.reply != Reply::Yes {
        return Err(Refused::Replied(answer.reply));
    }
    if answer.at > now || answer.evidence_at > now {
        return Err(Refused::NotYet);
    }
    let mut until = answer.expires;
    if question.id == "V10" {
        until = until.min(answer.evidence_at.plus_days(PENETRATION_TEST_DAYS));
    }
    if now >= until {
        return Err(Refused::Expired);
    }
    if question.version_bound && !dossier.binds(&answer.subject) {
        return Err(Refused::OtherVersion);
    }
    if answer.evidence.is_none() {
        return Err(Refused::NoEvidence);
    }
    if answer.question_says_enough(question.id) { Ok(until) } else { Err(Refused::SaysTooLittle) }
}
