//! What the acts about a server amount to.
//!
//! A pure function of the acts and of who is believed. Where a signature does not count any more,
//! what it said against the server still stands and what it said for it does not: a key that ends
//! or is stolen never lets anything in.

use std::collections::BTreeSet;

use warden_model::Digest;

use super::{
    AcceptedFinding, Act, Acts, Answer, ApprovalPolicy, DataClass, Decision, Dossier, Environment,
    Immaterial, Person, Reply, Role, SameAs, Signed, Subject, Verdict,
    act::Deed,
    change::{open_again, unbound},
    decide, tier,
};
use crate::{
    Time,
    certificate::{Subjects, Use},
};

/// What the acts about a server amount to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The server.
    pub server: String,
    /// What was asked for and said, if something was asked for and is believed.
    pub dossier: Option<Dossier>,
    /// Who took everything back, when and why, if somebody did since it was asked for.
    pub withdrawn: Option<Withdrawn>,
    /// The findings whose risk was accepted, whoever did: see [`History::accepted`].
    pub findings: Vec<AcceptedFinding>,
    /// What the latest change that matters came to.
    pub changed: Option<Changed>,
    /// The numbers of the acts that do not count, and why.
    pub passed_over: Vec<(u64, String)>,
}

/// That everything was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// By whom.
    pub by: Person,
    /// When.
    pub at: Time,
    /// Why.
    pub reason: String,
}

/// What a change that matters came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// When it was seen.
    pub at: Time,
    /// What changed.
    pub what: Vec<String>,
    /// Whose votes count no more.
    pub void: BTreeSet<Person>,
    /// The questions whose answers are open again.
    pub reopened: Vec<&'static str>,
    /// Who has to be told.
    pub tell: BTreeSet<Person>,
}

/// How an approval stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has asked for one, or nobody who is believed.
    NotRequested,
    /// It was taken back.
    Withdrawn,
    /// What it amounts to.
    Decided(Decision),
}

impl Standing {
    /// The word in lists.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotRequested => "not requested",
            Self::Withdrawn => "withdrawn",
            Self::Decided(Decision::Approved { .. }) => "approved",
            Self::Decided(Decision::Pending { .. }) => "pending",
            Self::Decided(Decision::ReviewDue { .. }) => "review due",
            Self::Decided(Decision::Blocked(_)) => "blocked",
        }
    }
}

impl History {
    /// Reads the acts in their order.
    #[must_use]
    pub fn of(acts: &Acts, policy: &ApprovalPolicy) -> Self {
        let mut history = Self {
            server: acts.server().into(),
            dossier: None,
            withdrawn: None,
            findings: Vec::new(),
            changed: None,
            passed_over: Vec::new(),
        };
        for signed in acts.all() {
            if let Err(why) = &signed.counts {
                history.passed_over.push((signed.act.number, why.to_string()));
            }
            history.add(signed, policy);
        }
        history
    }

    /// How it stands at this time.
    #[must_use]
    pub fn standing(&self, policy: &ApprovalPolicy, now: Time) -> Standing {
        match (&self.dossier, &self.withdrawn) {
            (_, Some(_)) => Standing::Withdrawn,
            (None, None) => Standing::NotRequested,
            (Some(dossier), None) => Standing::Decided(decide(dossier, policy, now)),
        }
    }

    /// The state in a word: what is due for review is so also where questions stand in the way.
    #[must_use]
    pub const fn word(&self, standing: &Standing) -> &'static str {
        match (standing, &self.changed) {
            (Standing::Decided(Decision::Pending { .. } | Decision::Blocked(_)), Some(_)) => {
                "review due"
            }
            _ => standing.name(),
        }
    }

    /// Whether what was certified by these digests is approved for this use at this time.
    #[must_use]
    pub fn approves(
        &self,
        digests: &Subjects,
        wanted: Use,
        policy: &ApprovalPolicy,
        now: Time,
    ) -> bool {
        let about = |subject: &Subject| {
            subject.server == self.server
                && (subject.artifact, subject.tree, subject.manifest)
                    == (digests.artifact, digests.tree, digests.manifest)
        };
        let approved =
            matches!(self.standing(policy, now), Standing::Decided(Decision::Approved { .. }));
        approved
            && self.dossier.as_ref().is_some_and(|dossier| {
                let request = &dossier.request;
                about(&dossier.subject) && covers((request.environment, request.data), wanted)
            })
    }

    /// The findings whose risk somebody accepted who may, and whose last day has not passed.
    pub fn accepted<'a>(
        &'a self,
        policy: &'a ApprovalPolicy,
        now: Time,
    ) -> impl Iterator<Item = &'a AcceptedFinding> {
        self.findings.iter().filter(move |finding| {
            let may = policy.role(&finding.owner).is_some_and(|role| role >= Role::RiskOwner);
            may && finding.ends().is_some_and(|end| now < end)
        })
    }

    fn add(&mut self, signed: &Signed, policy: &ApprovalPolicy) {
        let counts = signed.counts.is_ok();
        let act = &signed.act;
        match &act.deed {
            Deed::Request { subject, request } => {
                let earlier = self.dossier.take();
                self.withdrawn = None;
                self.changed = None;
                if counts {
                    let mut dossier = Dossier::new(subject.clone(), request.clone());
                    // What the server is like does not depend on what it is asked for. Who said yes
                    // and whose risk it is does.
                    if let Some(earlier) = earlier {
                        if earlier.subject == *subject {
                            dossier.same_as = earlier.same_as;
                        }
                        dossier.answers = earlier.answers;
                    }
                    self.dossier = Some(dossier);
                }
            }
            Deed::Answers { answers } => {
                if let Some(dossier) = &mut self.dossier {
                    for answer in answers {
                        put(&mut dossier.answers, answer, counts);
                    }
                }
            }
            Deed::Vote { vote, conditions } => {
                if let Some(dossier) = &mut self.dossier {
                    if counts || vote.verdict == Verdict::Reject {
                        dossier.votes.push(vote.clone());
                    }
                    dossier.conditions.extend(conditions.iter().cloned());
                }
            }
            Deed::Met { condition } if counts => self.met(act, condition, policy),
            Deed::Waive { waiver } if counts => {
                if let Some(dossier) = &mut self.dossier {
                    dossier.waivers.push(waiver.clone());
                }
            }
            Deed::Accept { finding } if counts => {
                self.findings.retain(|known| known.fingerprint != finding.fingerprint);
                self.findings.push(finding.clone());
            }
            // What is said for a server by a key that does not count.
            Deed::Met { .. } | Deed::Waive { .. } | Deed::Accept { .. } => {}
            Deed::Lift { what } => self.lift(what),
            Deed::Withdraw { reason } => {
                let (by, at, reason) = (act.by.clone(), act.at, reason.clone());
                self.withdrawn = Some(Withdrawn { by, at, reason });
            }
            Deed::Change { from, subject, immaterial, material } => {
                self.change(
                    act.at,
                    (from, subject),
                    if counts { immaterial } else { &[] },
                    material,
                );
            }
        }
    }

    /// A condition is met if somebody says so who may say yes and does not ask.
    fn met(&mut self, act: &Act, text: &str, policy: &ApprovalPolicy) {
        let Some(dossier) = &mut self.dossier else { return };
        if !may_decide(dossier, policy, &act.by) {
            self.passed_over.push((act.number, "who says so may not decide".into()));
            return;
        }
        for condition in dossier.conditions.iter_mut().filter(|known| known.text == text) {
            condition.met.get_or_insert(act.at);
        }
    }

    fn lift(&mut self, what: &str) {
        if let Some(dossier) = &mut self.dossier {
            dossier.waivers.retain(|waiver| waiver.question != what);
        }
        self.findings.retain(|finding| finding.fingerprint.to_string() != what);
    }

    fn change(
        &mut self,
        at: Time,
        (from, subject): (&Digest, &Subject),
        immaterial: &[Immaterial],
        material: &[String],
    ) {
        let Some(dossier) = &mut self.dossier else { return };
        if dossier.subject == *subject {
            return;
        }
        if !immaterial.is_empty() && *from == dossier.subject.digest() {
            let changes = immaterial.to_vec();
            dossier.same_as.push(SameAs { subject: dossier.subject.digest(), changes });
            dossier.subject = subject.clone();
            return;
        }
        let (void, tell) = unbound(dossier);
        let reopened = open_again(dossier);
        dossier.same_as.clear();
        dossier.subject = subject.clone();
        let what = if material.is_empty() {
            vec!["nobody who is believed has compared it".into()]
        } else {
            material.to_vec()
        };
        self.changed = Some(Changed { at, what, void, reopened, tell });
    }
}

/// Whether this person's yes counts for this dossier.
#[must_use]
pub fn may_decide(dossier: &Dossier, policy: &ApprovalPolicy, person: &Person) -> bool {
    let quorum = policy.quorum(tier(dossier.request.environment, dossier.request.data));
    quorum.eligible.contains(person) && *person != dossier.request.by
}

/// Puts an answer in the place of an earlier one of its kind: that of the program, or of people.
///
/// One whose signature does not count takes the place of a yes if it is none, and of nothing else.
fn put(answers: &mut Vec<Answer>, answer: &Answer, counts: bool) {
    let kind = |answer: &Answer| (answer.question.clone(), answer.is_automatic());
    let own = kind(answer);
    let mut known = answers.iter().filter(|known| kind(known) == own);
    if !counts && (answer.reply == Reply::Yes || known.any(|known| known.reply != Reply::Yes)) {
        return;
    }
    // One from the future, or as old, is held beside it.
    answers.retain(|known| kind(known) != own || known.at >= answer.at);
    answers.push(answer.clone());
}

/// Whether an approval for one use holds for another: the same or a milder one.
fn covers((environment, data): (Environment, DataClass), wanted: Use) -> bool {
    let place = |environment| match environment {
        Environment::Sandbox => 0,
        Environment::Production | Environment::Unknown => 1,
    };
    let class = |data| match data {
        DataClass::Public => 0,
        DataClass::Internal => 1,
        DataClass::Confidential => 2,
        DataClass::Regulated | DataClass::Unknown => 3,
    };
    // Nobody said what it was asked for: then it was asked for nothing.
    let said = environment != Environment::Unknown && data != DataClass::Unknown;
    said && place(wanted.environment) <= place(environment) && class(wanted.data) <= class(data)
}
