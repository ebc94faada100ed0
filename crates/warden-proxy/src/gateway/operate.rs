//! What operators ask over HTTP, and what is recorded of what they do.

mod hands;

use std::{
    collections::BTreeMap,
    sync::{Arc, Weak, atomic::AtomicBool, atomic::Ordering},
};

use hyper::{
    Response, StatusCode,
    header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, ORIGIN, WWW_AUTHENTICATE},
};
use warden_audit::{Decision, Event, Ledger, Record, Server, Tool};
use warden_policy::{
    access::SessionKey,
    stop::{Scope, Stop},
};

use super::{
    Core, Tell,
    http::{header, reply},
    listen::{Inbound, Outbody},
};
use crate::{
    operator::{Answer, Question, ROOT},
    stops::Stops,
};

pub(super) use hands::Hands;

/// Answers an operator; `None` if the request is about something else.
pub(crate) async fn operate(core: &Core, inbound: &Inbound) -> Option<Response<Outbody>> {
    let path = inbound.parts.uri.path();
    if !path.starts_with(ROOT) {
        return None;
    }
    let question = Question {
        verb: inbound.parts.method.as_str(),
        path,
        has_query: inbound.parts.uri.query().is_some(),
        authorization: header(inbound, AUTHORIZATION.as_str()),
        has_origin: inbound.parts.headers.contains_key(ORIGIN),
        content_type: header(inbound, CONTENT_TYPE.as_str()),
        body: &inbound.body,
    };
    let Answer { status, body } = core.desk.answer(&question).await?;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = reply::document(status, body.to_string());
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        let scheme = HeaderValue::from_static("Bearer realm=\"mcpwarden operators\"");
        headers.insert(WWW_AUTHENTICATE, scheme);
    }
    Some(response)
}

impl Core {
    /// Records that somebody else has ended a session.
    pub(super) fn tell_ended(&self, session: &SessionKey) {
        if !ended(&self.ledger, session, None) {
            self.broken();
        }
    }
}

/// Records that a session was ended. Returns whether it could be.
fn ended(ledger: &Ledger, session: &SessionKey, by: Option<&str>) -> bool {
    let record = Record {
        session: Some(session.as_str().into()),
        user: by.map(Into::into),
        ..Record::of(Event::SessionEnded)
    };
    ledger.append(record).and_then(|seq| ledger.commit(seq)).is_ok()
}

/// Records what is stopped and what goes on, each time that this changes, for as long as there is
/// anything that can be stopped.
pub(super) fn note_stops(core: &Core) {
    let mut notes = Notes {
        stops: Arc::downgrade(&core.stops),
        ledger: core.ledger.clone(),
        broken: Arc::clone(&core.broken),
        tell: Arc::clone(&core.tell),
        known: BTreeMap::new(),
    };
    let mut changes = core.stops.changes();
    tokio::spawn(async move {
        loop {
            notes.look();
            if changes.changed().await.is_err() {
                break;
            }
        }
    });
}

/// What was recorded of what is stopped.
struct Notes {
    stops: Weak<Stops>,
    ledger: Ledger,
    broken: Arc<AtomicBool>,
    tell: Tell,
    known: BTreeMap<Box<str>, Arc<Stop>>,
}

impl Notes {
    fn look(&mut self) {
        let Some(stops) = self.stops.upgrade() else { return };
        let standing = stops.all_standing();
        for stop in &standing {
            if !self.known.contains_key(&stop.id) {
                self.record(Event::StopSet, stop);
            }
        }
        for (id, stop) in &self.known {
            if !standing.iter().any(|other| other.id == *id) {
                let now = stops.known(id);
                self.record(Event::StopReleased, now.as_deref().unwrap_or(stop));
            }
        }
        self.known = standing.into_iter().map(|stop| (stop.id.clone(), stop)).collect();
    }

    fn record(&self, event: Event, stop: &Stop) {
        let (decision, by) = match (event, &stop.lifted) {
            (Event::StopReleased, Some(lifted)) => (Decision::Allow, Some(&*lifted.by)),
            // It was over by itself.
            (Event::StopReleased, None) => (Decision::Allow, None),
            _ => (Decision::Deny, Some(&*stop.by)),
        };
        let (scope, why) = (stop.scope.to_string(), format!("{} {}", stop.mode.name(), stop.id));
        let mut record = Record {
            decision: Some(decision),
            reason: Some(why.as_str().into()),
            rule: Some(scope.as_str().into()),
            user: by.map(Into::into),
            ..Record::of(event)
        };
        note_scope(&mut record, &stop.scope);
        let stored = self.ledger.append(record).and_then(|seq| self.ledger.commit(seq));
        if stored.is_err() && !self.broken.swap(true, Ordering::AcqRel) {
            (self.tell)("the ledger cannot be written, so nothing passes any more");
        }
    }
}

fn note_scope<'a>(record: &mut Record<'a>, scope: &'a Scope) {
    let server = |name: &'a str| {
        Some(Server { name: name.into(), manifest: None, artifact: None, version: None })
    };
    match scope {
        Scope::Session(key) => record.session = Some((&**key).into()),
        Scope::Tool(name) => {
            let (of, tool) = name.split_once('/').unwrap_or(("", name));
            record.server = server(of);
            record.tool = Some(Tool { name: tool.into(), pinned: None, served: None });
        }
        Scope::Server(name) => record.server = server(name),
        Scope::Agent(name) => record.agent = Some((&**name).into()),
        Scope::Tenant(_) | Scope::All => {}
    }
}
