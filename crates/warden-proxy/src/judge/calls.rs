//! Whether a request may pass, in either direction.

use warden_audit::{Decision, Event, Pending, Record, Seq};
use warden_policy::{Permitted, Question, Standing, judge};

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
}

impl Judge {
    /// Judges a request of the client and announces it in the ledger, not yet stored.
    ///
    /// # Errors
    /// Why it does not pass.
    pub(crate) fn admit(
        &self,
        call: Inspected,
        standing: Standing,
        whom: &Whom,
    ) -> Result<Pending<Permitted<Inspected>>, Refused> {
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
        let event = match target {
            Target::Ask(_) => Event::RequestIntent,
            Target::Definition(..) | Target::Resource(_) | Target::Task(_) => Event::CallIntent,
        };
        if let Target::Definition(kind, name) = &target
            && self.definitions.hides(*kind, name)
        {
            let refusal = Refusal::Stage(Matter::Definition.code());
            return Err(Refused { call: Box::new(call.into_call()), refusal, sides });
        }
        let permitted = match judge(call, question, &self.bundle) {
            Ok(permitted) => permitted,
            Err((reason, call)) => {
                let call = Box::new(call.into_call());
                return Err(Refused { call, refusal: Refusal::Policy(reason), sides });
            }
        };
        let call = permitted.subject().call();
        let decision = if call.passed.is_some() { Decision::Modify } else { Decision::Allow };
        let intent = Record { decision: Some(decision), ..whom.of_call(event, call, sides) };
        if let Ok(announcement) = self.ledger.announce(intent) {
            Ok(announcement.of(permitted))
        } else {
            let call = Box::new(permitted.into_subject().into_call());
            Err(Refused { call, refusal: Refusal::CannotRecord, sides })
        }
    }

    /// Records that a request was refused. Returns the record's place, `None` if the ledger is
    /// broken.
    pub(crate) fn tell_refused(&self, refused: &Refused, whom: &Whom) -> Option<Seq> {
        let Refused { call, refusal, sides } = refused;
        let event = match call.target {
            Target::Ask(_) => Event::RequestRefused,
            Target::Definition(..) | Target::Resource(_) | Target::Task(_) => Event::CallRefused,
        };
        self.ledger.append(whom.refused(event, call, *refusal, *sides)).ok()
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
