//! What operators can do beside answering calls that wait: stop things and end sessions.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use warden_audit::{Clock, Ledger};
use warden_policy::{
    Time,
    access::SessionKey,
    stop::{Lifted, Mode, Scope, Stop},
};

use super::ended;
use crate::{
    gateway::pasts::Pasts,
    operator::{Answer, Levers, Operator},
    stops::Stops,
    store::{NotPut, Reply, Space, Store},
    stored_session::Opened,
};

/// The longest that something can be stopped for without saying it again: ten years, in seconds.
const LONGEST: u32 = 10 * 366 * 86_400;

/// What can be done.
pub(in crate::gateway) struct Hands {
    pub(in crate::gateway) store: Arc<dyn Store>,
    pub(in crate::gateway) stops: Arc<Stops>,
    pub(in crate::gateway) pasts: Arc<Pasts>,
    pub(in crate::gateway) clock: Clock,
    pub(in crate::gateway) ledger: Ledger,
}

impl std::fmt::Debug for Hands {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hands(..)")
    }
}

/// What is to be stopped, or to go on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// `session`, `tool`, `server`, `agent`, `tenant` or `all`.
    what: Option<String>,
    name: Option<String>,
    reason: String,
    /// For so many seconds.
    seconds: Option<u32>,
    #[serde(default)]
    revoke: bool,
    /// The stop that is lifted, by its name.
    lift: Option<String>,
    #[serde(default)]
    reinstate: bool,
}

fn malformed(message: &str) -> Answer {
    Answer::failed(400, "malformed", message)
}

fn away() -> Answer {
    Answer::failed(503, "store-away", "the store does not answer")
}

impl Hands {
    fn now(&self) -> Time {
        (self.clock)().into()
    }

    async fn list(&self) -> Answer {
        let Ok(kept) = self.store.all(Space::Stops).await else { return away() };
        let now = self.now();
        let mut rows = Vec::new();
        for (_, entry) in kept {
            let Ok(stop) = Stop::from_bytes(&entry.value) else {
                return Answer::failed(500, "stop-unreadable", "what is stored cannot be read");
            };
            rows.push(shown(&stop, now));
        }
        Answer::done(json!({ "stops": rows }))
    }

    async fn change(&self, by: &Operator, body: Value) -> Answer {
        let Ok(wanted) = serde_json::from_value::<Wanted>(body) else {
            return malformed("the body says `what` is stopped or which stop to `lift`, and why");
        };
        if wanted.reason.trim().is_empty() {
            return Answer::failed(400, "no-reason", "who stops something says why");
        }
        let answer = match &wanted.lift {
            Some(id) => self.lift(by, id, &wanted).await,
            None => self.set(by, &wanted).await,
        };
        // It counts at once here, and soon elsewhere; that the store is away stops everything.
        self.stops.refresh().await.ok();
        answer
    }

    async fn set(&self, by: &Operator, wanted: &Wanted) -> Answer {
        let Some(scope) = scope(wanted) else {
            return malformed(
                "`what` is a session, tool, server, agent, tenant or all, by its name",
            );
        };
        let at = self.now();
        let seconds = wanted.seconds.filter(|_| !wanted.revoke);
        if wanted.reinstate
            || wanted.seconds != seconds
            || seconds.is_some_and(|seconds| !(1..=LONGEST).contains(&seconds))
        {
            return malformed("only a pause ends by itself, after 1 second to ten years");
        }
        let stop = Stop {
            v: 1,
            id: uuid::Uuid::now_v7().simple().to_string().into(),
            scope,
            mode: if wanted.revoke { Mode::Revoke } else { Mode::Pause },
            by: by.name.clone(),
            at,
            why: wanted.reason.as_str().into(),
            until: seconds.map(|seconds| at.plus_seconds(seconds)),
            lifted: None,
        };
        self.put(&stop, None).await
    }

    async fn lift(&self, by: &Operator, id: &str, wanted: &Wanted) -> Answer {
        if wanted.what.is_some() || wanted.name.is_some() || wanted.seconds.is_some() {
            return malformed("a stop is lifted by its name alone");
        }
        let Ok(kept) = self.store.all(Space::Stops).await else { return away() };
        let Some((_, entry)) = kept.into_iter().find(|(key, _)| key == id) else {
            return Answer::failed(404, "no-such-stop", "there is no such stop");
        };
        let Ok(mut stop) = Stop::from_bytes(&entry.value) else {
            return Answer::failed(500, "stop-unreadable", "what is stored cannot be read");
        };
        let (name, why) = (by.name.clone(), wanted.reason.as_str().into());
        let lifted = Lifted { by: name, at: self.now(), why };
        match stop.lift(lifted, wanted.reinstate) {
            Ok(()) => self.put(&stop, Some(entry.number)).await,
            Err(why) => Answer::failed(409, "not-lifted", &why.to_string()),
        }
    }

    async fn put(&self, stop: &Stop, before: Option<u64>) -> Answer {
        let Ok(bytes) = stop.to_bytes() else { return malformed("the text is too long") };
        match self.store.put(Space::Stops, &stop.id, &bytes, before).await {
            Ok(_) => Answer::done(json!({ "stop": shown(stop, self.now()) })),
            Err(NotPut::Changed) => {
                Answer::failed(409, "changed", "somebody else has changed it just now")
            }
            Err(NotPut::Away(_)) => away(),
        }
    }

    async fn end(&self, by: &Operator, session: SessionKey, body: &Value) -> Answer {
        if body.as_object().is_none_or(|members| !members.is_empty()) {
            return malformed("the body is `{}`");
        }
        let mut opened = match Opened::read(&*self.store, &session).await {
            Ok(Some(opened)) => opened,
            Ok(None) => return Answer::failed(404, "no-such-session", "there is no such session"),
            Err(trouble) => return Answer::failed(503, "store-away", &trouble.to_string()),
        };
        opened.session.ended = true;
        if let Err(trouble) = opened.save(&*self.store).await {
            return Answer::failed(503, "store-away", &trouble.to_string());
        }
        self.pasts.forget(&session);
        if !ended(&self.ledger, &session, Some(&by.name)) {
            return Answer::failed(503, "cannot-record", "it is ended, and could not be recorded");
        }
        Answer::done(json!({ "ended": session.as_str() }))
    }
}

impl Levers for Hands {
    fn stops(&self) -> Reply<'_, Answer> {
        Box::pin(self.list())
    }

    fn stop<'a>(&'a self, by: &'a Operator, body: Value) -> Reply<'a, Answer> {
        Box::pin(self.change(by, body))
    }

    fn end_session<'a>(
        &'a self,
        by: &'a Operator,
        session: SessionKey,
        body: Value,
    ) -> Reply<'a, Answer> {
        Box::pin(async move { self.end(by, session, &body).await })
    }
}

/// What is to be stopped; `None` if it is not said in full.
fn scope(wanted: &Wanted) -> Option<Scope> {
    let name = wanted.name.as_deref();
    if wanted.what.as_deref() == Some("all") {
        return name.is_none().then_some(Scope::All);
    }
    let name: Arc<str> = name.filter(|name| !name.is_empty())?.into();
    match wanted.what.as_deref()? {
        "session" => SessionKey::parse(&name).map(|_| Scope::Session(name)),
        "tool" => name.contains('/').then_some(Scope::Tool(name)),
        "server" => Some(Scope::Server(name)),
        "agent" => Some(Scope::Agent(name)),
        "tenant" => Some(Scope::Tenant(name)),
        _ => None,
    }
}

fn shown(stop: &Stop, now: Time) -> Value {
    json!({
        "id": stop.id,
        "what": stop.scope.kind(),
        "name": stop.scope.name(),
        "mode": stop.mode.name(),
        "stands": stop.stands(now),
        "by": stop.by,
        "at": stop.at,
        "reason": stop.why,
        "until": stop.until,
        "lifted": stop.lifted.as_ref().map(|lifted| json!({
            "by": lifted.by,
            "at": lifted.at,
            "reason": lifted.why,
        })),
    })
}
