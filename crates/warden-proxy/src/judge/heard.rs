//! Notifications of a server: log messages, progress, news of tasks.

use std::{
    borrow::Cow,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use warden_audit::{Decision, Event, Payload, Record, Text};
use warden_mcp::Method;

use super::Judge;
use crate::{
    Batch, Refusal,
    content::{Form, Looked, Past, Veil},
    notes::Whom,
};

/// A flood of what is noticed costs little: the first so many are recorded, then ever fewer.
const FIRST: u64 = 64;

/// How many notifications something was noticed in.
#[derive(Debug, Default)]
pub(crate) struct Flood(AtomicU64);

/// A notification is not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeptBack;

impl Judge {
    /// Looks at what a notification says, and returns its parameters as they may be passed on.
    ///
    /// # Errors
    /// When it may not be.
    pub(crate) fn heard<'a>(
        &self,
        (method, params): (Method, Option<&'a str>),
        (past, veil): (&Mutex<Past>, Option<&Veil>),
        whom: &Whom,
        batch: &mut Batch<'_>,
    ) -> Result<Option<Cow<'a, str>>, KeptBack> {
        let Some(params) = params else { return Ok(None) };
        let looked = self.looker.words(params, (None, None), past);
        let looked = self.looker.behind(veil, Form::Told(method), params, looked);
        let Looked { labels, refused, changed, told, withheld, .. } = looked;
        let refused = refused.map(|matter| Refusal::Stage(matter.code()));
        let refused = refused.or(withheld.then_some(Refusal::Masked));
        if labels.is_empty() {
            return Ok(Some(params.into()));
        }
        let count = self.flood.0.fetch_add(1, Ordering::Relaxed) + 1;
        if count <= FIRST || count.is_power_of_two() {
            let decision = match (&refused, &changed) {
                (Some(_), _) => Decision::Deny,
                (None, Some(_)) => Decision::Modify,
                (None, None) => Decision::Observe,
            };
            let event =
                if refused.is_some() { Event::MessageDropped } else { Event::MessageNoticed };
            let record = Record {
                decision: Some(decision),
                reason: refused.map(|refusal| refusal.code().into()),
                mcp: Some(whom.method(method)),
                args: Some(Payload::of(params.as_bytes())),
                passed: changed.as_ref().map(|text| Payload::of(text.as_bytes())),
                labels: labels.iter().map(Text::from).collect(),
                ..whom.record(event)
            };
            batch.after(self.ledger.append(record).ok());
            if !told.is_empty() {
                let (server, name, told) = (&self.server, method.name(), told.join(", "));
                batch.alarms.push(format!("server {server}: {name} was noticed by {told}"));
            }
        }
        match (refused, changed) {
            (Some(_), _) => Err(KeptBack),
            (None, Some(changed)) => Ok(Some(changed.into())),
            (None, None) => Ok(Some(params.into())),
        }
    }
}
