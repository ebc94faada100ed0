//! Whether what a server answers may pass.

use std::{borrow::Cow, sync::PoisonError, time::Instant};

use warden_audit::{
    Answer, Decision, Ending, Outcome as End, Payload, Record, Recorded, SignedBundle,
};
use warden_mcp::{Ask, Outcome, bridge, walk};
use warden_model::{DefinitionKind, Digest};
use warden_policy::{Change, Drift, DriftClass, Question, Ruled, judge};

use super::{Judge, Member, Seer, with_members};
use crate::{
    Batch, Refusal,
    call::{Sent, Target},
    content::{Form, Looked, Outward, Said},
    flights::InFlight,
};

/// What is larger than its limit.
pub(crate) const SIZE: &str = "size";

/// A judged request that was answered.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The answer passes, in place of its result or error with this one if something was taken out.
    Passed(Option<Box<str>>),
    /// It does not.
    Stopped(Refusal),
    /// It could not be recorded, so it does not pass.
    Unrecorded,
}

impl Judge {
    /// Inspects the answer to a judged request and records how that ended, not yet stored.
    pub(crate) fn answered(
        &self,
        call: InFlight,
        outcome: Outcome<'_>,
        now: Instant,
        batch: &mut Batch<'_>,
    ) -> Ended {
        let InFlight { call, since, past } = call;
        let raw = match outcome {
            Outcome::Error(raw) | Outcome::Result(raw) => raw,
        };
        // What a client answers to a server's question goes the other way.
        let asked = matches!(call.subject().target, Target::Ask(_));
        let asks = match outcome {
            _ if asked => Ok(()),
            Outcome::Error(raw) => self.inspect_error(raw),
            Outcome::Result(raw) => self.inspect_requests(raw),
        };
        let size = if raw.len() > self.limits.answer { Err(Refusal::Stage(SIZE)) } else { Ok(()) };
        let looked = match asks.and(size) {
            // Clients show the texts of errors to their models, too.
            Ok(()) if asked => {
                let way = call.subject().method.name();
                self.looker.outward(raw, Outward { way, sends: false }, &past)
            }
            Ok(()) => {
                let trusted = call.subject().brings.as_ref().map(|brings| !brings.untrusted);
                let said = (self.said(call.subject(), outcome), trusted);
                let looker = self.looker.at_least(call.subject().class);
                let found = looker.words(raw, said, &past);
                let (veil, form) = (call.subject().veil.as_deref(), form(call.subject(), outcome));
                looker.behind(veil, form, raw, found)
            }
            Err(refusal) => return stopped((call, refusal), outcome, (since, now), batch),
        };
        self.tell_noticed(&call.subject().target.words(), &looked, batch);
        if let Some(brings) = call.subject().brings.as_ref().filter(|_| looked.refused.is_none()) {
            past.lock().unwrap_or_else(PoisonError::into_inner).join(brings);
        }
        let Looked { labels, refused, changed, withheld, .. } = looked;
        let labels = labels.into_iter().map(Into::into).collect();
        let mut details = Record { labels, ..answer_of(outcome, since, now) };
        let masked = withheld.then_some(Refusal::Masked);
        if let Some(refusal) = refused.map(|matter| Refusal::Stage(matter.code())).or(masked) {
            details.reason = Some(refusal.code().into());
            let ending = Ending { outcome: End::Refused, details };
            let stopped = Ended::Stopped(refusal);
            return close(call, ending, batch).map_or(Ended::Unrecorded, |_| stopped);
        }
        if let Some(changed) = &changed {
            details.decision = Some(Decision::Modify);
            details.passed = Some(Payload::of(changed.as_bytes()));
        }
        let ending = Ending { outcome: ended(outcome), details };
        let passed = Ended::Passed(changed.map(Into::into));
        close(call, ending, batch).map_or(Ended::Unrecorded, |_| passed)
    }

    /// Whose answer this is, if it is one of a tool.
    fn said<'a>(&'a self, sent: &'a Sent, outcome: Outcome<'_>) -> Option<Said<'a>> {
        let Target::Definition(DefinitionKind::Tool, name) = &sent.target else { return None };
        let pin = self.bundle.pin.as_ref().filter(|_| matches!(outcome, Outcome::Result(_)))?;
        let pinned = pin.definition(DefinitionKind::Tool, name);
        Some(Said { tool: name, definition: pinned.map(|pinned| &pinned.body) })
    }

    /// Says what was noticed, if people should know at once.
    pub(crate) fn tell_noticed(&self, what: &str, looked: &Looked, batch: &mut Batch<'_>) {
        if !looked.told.is_empty() {
            let told = looked.told.join(", ");
            let server = &self.server;
            batch
                .alarms
                .push(format!("server {server}: the answer of {what} was noticed by {told}"));
        }
    }

    /// Judges what an error asks of the client: 2025-11-25 has one that asks for addresses to be
    /// visited.
    fn inspect_error(&self, error: &str) -> Result<(), Refusal> {
        if bridge::url_elicitations(error).next().is_some() {
            self.may_ask(Ask::Elicitation)?;
        }
        Ok(())
    }

    /// Judges what an answer asks of the client.
    pub(crate) fn inspect_requests(&self, result: &str) -> Result<(), Refusal> {
        // What cannot be made out cannot be judged, so it does not pass.
        let requests = bridge::input_requests(result).map_err(|_| Refusal::UnknownMethod)?;
        requests.iter().try_for_each(|request| self.may_ask(request.ask))
    }

    fn may_ask(&self, ask: Ask) -> Result<(), Refusal> {
        match judge((), Question::Ask(ask.name()), &self.bundle, Ruled::Free) {
            Ok(_) => Ok(()),
            Err(no) => Err(Refusal::Policy(no.reason)),
        }
    }

    /// The server's instructions, if they are what was approved. Drift is recorded.
    ///
    /// `result` is that of `initialize` or `server/discover`. Returns whether it may be shown as
    /// it is; otherwise its instructions have to go.
    pub(crate) fn introduces_well(
        &self,
        result: &str,
        seer: &mut Seer<'_>,
        batch: &mut Batch<'_>,
    ) -> bool {
        let written = walk::member(result, "instructions").is_some();
        let served = walk::text(result, "instructions");
        let Some(pin) = &self.bundle.pin else { return !written };
        // What is written and is no text was approved by nobody.
        if served.as_deref() == pin.instructions.as_deref() && served.is_some() == written {
            return !written || self.instructs_well(seer, batch);
        }
        let digest = |text: Option<&str>| text.map(|text| Digest::of(text.as_bytes()));
        let class = match (&pin.instructions, &served) {
            (None, _) => DriftClass::Added,
            (Some(_), None) => DriftClass::Removed,
            (Some(_), Some(_)) => DriftClass::TextChanged,
        };
        let drift = Drift {
            kind: None,
            name: "instructions".into(),
            changes: vec![Change { class, detail: "the server's instructions".into() }],
            pinned: digest(pin.instructions.as_deref()),
            served: digest(served.as_deref()),
        };
        let served = served.map(Cow::into_owned).unwrap_or_default();
        let noticed = self.looker.reworded(pin.instructions.as_deref(), &served);
        self.tell_drift((&drift, &noticed), seer, batch);
        false
    }
}

/// What can be put in place of an answer.
fn form<'a>(sent: &'a Sent, outcome: Outcome<'_>) -> Form<'a> {
    let about = match &sent.target {
        Target::Resource(uri) => Some(uri.as_str()),
        Target::Definition(..) | Target::Task(_) | Target::Ask(_) => None,
    };
    match outcome {
        Outcome::Result(_) => Form::Result(sent.method, about),
        Outcome::Error(_) => Form::Error,
    }
}

/// An answer that does not pass.
fn stopped(
    (call, refusal): (Recorded<Sent>, Refusal),
    outcome: Outcome<'_>,
    (since, now): (Instant, Instant),
    batch: &mut Batch<'_>,
) -> Ended {
    let reason = Some(refusal.code().into());
    let details = Record { reason, ..answer_of(outcome, since, now) };
    let ending = Ending { outcome: End::Refused, details };
    close(call, ending, batch).map_or(Ended::Unrecorded, |_| Ended::Stopped(refusal))
}

/// Records how a call ended; `None` if it cannot be.
pub(crate) fn close(
    call: Recorded<Sent>,
    ending: Ending<'_>,
    batch: &mut Batch<'_>,
) -> Option<Sent> {
    let closed = call.close(ending).ok();
    batch.after(closed.as_ref().map(|closed| closed.seq));
    closed.map(|closed| closed.subject)
}

/// An introduction without instructions.
pub(crate) fn without_instructions(id: &str, result: &str) -> Cow<'static, [u8]> {
    let change = |name: &str| match name {
        "instructions" => Member::Gone,
        _ => Member::Same,
    };
    with_members(id, result, change).into()
}

/// What is recorded of an answer.
pub(crate) fn answer_of(outcome: Outcome<'_>, since: Instant, now: Instant) -> Record<'static> {
    let (bytes, status) = match outcome {
        Outcome::Error(raw) => (raw, "error"),
        Outcome::Result(raw) if walk::member(raw, "isError") == Some("true") => (raw, "tool_error"),
        Outcome::Result(raw) => (raw, "result"),
    };
    Record {
        result: Some(Answer::of(bytes.as_bytes(), status)),
        duration_us: Some(micros(since, now)),
        ..Record::default()
    }
}

/// Records that a judged request will not be answered.
pub(crate) fn failed(
    call: InFlight,
    why: (End, &'static str),
    now: Instant,
    batch: &mut Batch<'_>,
) -> Option<Sent> {
    failed_under(call, why, None, now, batch)
}

/// The same, where a bundle says that the server does not count as certified any more.
pub(crate) fn failed_under(
    call: InFlight,
    why: (End, &'static str),
    bundle: Option<SignedBundle>,
    now: Instant,
    batch: &mut Batch<'_>,
) -> Option<Sent> {
    let InFlight { call, since, .. } = call;
    let (outcome, reason) = why;
    let details = Record {
        bundle,
        reason: Some(reason.into()),
        duration_us: Some(micros(since, now)),
        ..Record::default()
    };
    close(call, Ending { outcome, details }, batch)
}

/// How an answer ends a request.
pub(crate) const fn ended(outcome: Outcome<'_>) -> End {
    match outcome {
        Outcome::Result(_) => End::Success,
        Outcome::Error(_) => End::Failure,
    }
}

pub(crate) fn micros(since: Instant, now: Instant) -> u64 {
    u64::try_from(now.saturating_duration_since(since).as_micros()).unwrap_or(u64::MAX)
}
