//! Whether a request may pass, in either direction.

use std::sync::Arc;

use warden_audit::{Decision, Event, Facts, Pending, Record, Seq};
use warden_model::Digest;
use warden_policy::{
    NotPermitted, Permitted, Question, Reason, Ruled, Standing, Time,
    access::{
        Act, Asked, Carries, Kind, Labels, Principal, RuleId, Rules, Traits, Verdict, Why, facts,
    },
    judge,
};

use super::Judge;
use crate::{
    Batch, Matter, Refusal,
    call::{Call, Inspected, Target},
    notes::{Sides, Whom},
    shelf::pinned,
};

/// A request that does not pass, not yet on record.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) call: Box<Call>,
    pub(crate) refusal: Refusal,
    pub(crate) sides: Sides,
    /// The rules that were asked, if they were.
    pub(crate) ruling: Option<Box<Ruling>>,
}

/// What rules have said, as it is recorded.
#[derive(Debug)]
pub(crate) struct Ruling {
    policy: Digest,
    named: Vec<RuleId>,
    rules: String,
    facts: Option<Facts>,
}

impl Ruling {
    fn of(rules: &Rules, (kind, asked): (Kind, &Asked<'_>), verdict: &Verdict) -> Self {
        // Facts that are too many to be kept are missing, which a replay says.
        let facts = facts::write(kind, asked, verdict).ok().and_then(Facts::new);
        let named = said(verdict).to_vec();
        Self { policy: rules.digest(), rules: named.join(" "), named, facts }
    }

    /// The digest of what was asked.
    pub(crate) const fn policy(&self) -> Digest {
        self.policy
    }

    /// The rules that decided.
    pub(crate) fn named(&self) -> &[RuleId] {
        &self.named
    }

    /// Writes it into a record.
    pub(crate) fn note<'a>(&'a self, record: &mut Record<'a>) {
        record.policy = Some(self.policy);
        record.facts.clone_from(&self.facts);
        record.rule = (!self.rules.is_empty()).then(|| self.rules.as_str().into());
    }
}

/// The rules that a verdict names.
fn said(verdict: &Verdict) -> &[RuleId] {
    match verdict {
        Verdict::Permitted { rules }
        | Verdict::NeedsApproval { rules }
        | Verdict::Refused { rules, .. } => rules,
    }
}

/// What the rules said of what was judged. What was refused for another reason had no verdict, and
/// counts as refused.
fn verdict<T>(judged: &Result<Permitted<T>, NotPermitted<T>>) -> Verdict {
    match judged {
        Ok(permitted) => Verdict::Permitted { rules: permitted.rules().to_vec() },
        Err(NotPermitted { reason: Reason::NeedsApproval, rules, .. }) => {
            Verdict::NeedsApproval { rules: rules.clone() }
        }
        Err(NotPermitted { reason, rules, .. }) => {
            let why = if let Reason::Rules(why) = reason { *why } else { Why::Rule };
            Verdict::Refused { why, rules: rules.clone() }
        }
    }
}

/// A request that does not pass, or not yet.
#[derive(Debug)]
pub(crate) enum NotAdmitted {
    /// It does not pass.
    Refused(Refused),
    /// A person has to approve it first.
    Held(Box<Held>),
}

/// A request that a person has to approve.
#[derive(Debug)]
pub(crate) struct Held {
    /// The request, which can be judged again.
    pub(crate) call: Inspected,
    /// The rules that ask for it.
    pub(crate) ruling: Ruling,
    /// How what it names stands.
    pub(crate) sides: Sides,
}

impl Held {
    /// As a refusal.
    pub(crate) fn refused(self, refusal: Refusal) -> Refused {
        let Self { call, ruling, sides } = self;
        let ruling = Some(Box::new(ruling));
        Refused { call: Box::new(call.into_call()), refusal, sides, ruling }
    }
}

impl NotAdmitted {
    /// As a refusal: what waits for a person does not pass now.
    pub(crate) fn refused(self) -> Refused {
        match self {
            Self::Refused(refused) => refused,
            Self::Held(held) => held.refused(Refusal::Policy(Reason::NeedsApproval)),
        }
    }
}

/// The rules that are asked, and what they are told beside what the call carries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) who: &'a Principal,
    pub(crate) act: Act,
    pub(crate) kind: Kind,
    pub(crate) traits: &'a Traits,
    pub(crate) labels: &'a Labels,
    pub(crate) now: Time,
    /// A person has approved just this: which hold it was, and who.
    pub(crate) approved: Option<&'a str>,
}

impl<'a> Asking<'a> {
    /// What is asked of this call of this server.
    pub(crate) fn asked(
        &self,
        (server, name): (&'a str, &'a str),
        carries: &'a Carries,
    ) -> Asked<'a> {
        Asked {
            who: self.who,
            act: self.act,
            server,
            name,
            traits: self.traits,
            carries,
            labels: self.labels,
            now: self.now,
            approved: self.approved.is_some(),
        }
    }
}

impl Judge {
    /// Judges a request of the client and announces it in the ledger, not yet stored. `asking` is
    /// missing where there are no rules.
    ///
    /// # Errors
    /// Why it does not pass, or not yet.
    pub(crate) fn admit(
        &self,
        call: Inspected,
        standing: Standing,
        whom: &Whom,
        asking: Option<&Asking<'_>>,
    ) -> Result<Pending<Permitted<Inspected>>, NotAdmitted> {
        let event = match call.call().target {
            Target::Ask(_) => Event::RequestIntent,
            Target::Definition(..) | Target::Resource(_) | Target::Task(_) => Event::CallIntent,
        };
        let (permitted, ruling, sides) = self.permit(call, standing, asking)?;
        let call = permitted.subject().call();
        let decision = if call.passed.is_some() { Decision::Modify } else { Decision::Allow };
        let mut intent = Record { decision: Some(decision), ..whom.of_call(event, call, sides) };
        intent.reason = asking.and_then(|asking| asking.approved).map(warden_audit::Text::from);
        if let Some(ruling) = &ruling {
            ruling.note(&mut intent);
        }
        if let Ok(announcement) = self.ledger.announce(intent) {
            Ok(announcement.of(permitted))
        } else {
            let call = Box::new(permitted.into_subject().into_call());
            let refusal = Refusal::CannotRecord;
            Err(NotAdmitted::Refused(Refused { call, refusal, sides, ruling: None }))
        }
    }

    /// Judges a request before its server is asked for anything, as if what it names stood as it was
    /// approved. Returns the request: whether it passes is judged again, once that is known.
    ///
    /// # Errors
    /// Why it does not pass in any case, or not yet.
    pub(crate) fn foresee(
        &self,
        call: Inspected,
        asking: Option<&Asking<'_>>,
    ) -> Result<Inspected, NotAdmitted> {
        let (permitted, ..) = self.permit(call, Standing::Approved, asking)?;
        Ok(permitted.into_subject())
    }

    fn permit(
        &self,
        call: Inspected,
        standing: Standing,
        asking: Option<&Asking<'_>>,
    ) -> Result<(Permitted<Inspected>, Option<Ruling>, Sides), NotAdmitted> {
        let target = call.call().target.clone();
        let (question, sides) = match &target {
            Target::Definition(kind, name) => {
                let pinned = pinned(self.bundle.pin.as_ref(), *kind, name);
                let question = Question::Use { kind: *kind, name, standing };
                (question, Sides::of(pinned, standing))
            }
            Target::Resource(_) | Target::Task(_) => (Question::Read, Sides::default()),
            Target::Ask(ask) => (Question::Ask(ask.name()), Sides::default()),
        };
        if let Target::Definition(kind, name) = &target
            && self.definitions.hides(*kind, name)
        {
            let refusal = Refusal::Stage(Matter::Definition.code());
            let call = Box::new(call.into_call());
            return Err(NotAdmitted::Refused(Refused { call, refusal, sides, ruling: None }));
        }
        let (judged, ruling) = self.ruled(call, question, asking);
        match (judged, ruling) {
            (Ok(permitted), ruling) => Ok((permitted, ruling, sides)),
            (
                Err(NotPermitted { reason: Reason::NeedsApproval, subject: call, .. }),
                Some(ruling),
            ) => Err(NotAdmitted::Held(Box::new(Held { call, ruling, sides }))),
            (Err(NotPermitted { reason, subject, .. }), ruling) => {
                let call = Box::new(subject.into_call());
                let (refusal, ruling) = (Refusal::Policy(reason), ruling.map(Box::new));
                Err(NotAdmitted::Refused(Refused { call, refusal, sides, ruling }))
            }
        }
    }

    /// Judges a request where there are no rules beside what was approved.
    ///
    /// # Errors
    /// Why it does not pass.
    pub(crate) fn admit_unruled(
        &self,
        call: Inspected,
        standing: Standing,
        whom: &Whom,
    ) -> Result<Pending<Permitted<Inspected>>, Refused> {
        self.admit(call, standing, whom, None).map_err(NotAdmitted::refused)
    }

    /// Judges a request, and says by which rules and facts.
    fn ruled(
        &self,
        call: Inspected,
        question: Question<'_>,
        asking: Option<&Asking<'_>>,
    ) -> (Result<Permitted<Inspected>, NotPermitted<Inspected>>, Option<Ruling>) {
        let Some(asking) = asking else {
            return (judge(call, question, &self.bundle, Ruled::Free), None);
        };
        // What is asked looks into the call, which the judgement takes along.
        let carries = Arc::clone(&call.call().carries);
        let name = call.call().target.name().to_owned();
        let asked = asking.asked((&self.server, &name), &carries);
        let ruled = Ruled::By(asking.rules, asking.kind, &asked);
        let judged = judge(call, question, &self.bundle, ruled);
        let ruling = Ruling::of(asking.rules, (asking.kind, &asked), &verdict(&judged));
        (judged, Some(ruling))
    }

    /// Records that a request was refused. Returns the record's place, `None` if the ledger is
    /// broken.
    pub(crate) fn tell_refused(&self, refused: &Refused, whom: &Whom) -> Option<Seq> {
        let Refused { call, refusal, sides, ruling } = refused;
        let event = match call.target {
            Target::Ask(_) => Event::RequestRefused,
            Target::Definition(..) | Target::Resource(_) | Target::Task(_) => Event::CallRefused,
        };
        let mut record = whom.refused(event, call, *refusal, *sides);
        if let Some(ruling) = ruling {
            ruling.note(&mut record);
        }
        self.ledger.append(record).ok()
    }

    /// Records that a message was not passed on.
    pub(crate) fn tell_dropped(
        &self,
        refusal: Refusal,
        method: Option<&str>,
        whom: &Whom,
        batch: &mut Batch<'_>,
    ) {
        batch.after(self.ledger.append(whom.dropped(refusal, method, b"")).ok());
    }
}
