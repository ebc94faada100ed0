//! What the gateway counts, and how a monitor reads it.
//!
//! Every label has few values that are known beforehand: methods, eras, transports and outcomes
//! are enums, codes are constants of ours, and the names of servers and tools are those of the
//! configuration and of what was approved. Nothing that a client sends becomes a label.
//!
//! So a counter is a place in an array and counting is one atomic addition, without a map, a lock
//! or an allocation. The usual crates look labels up in a map behind a lock for each observation;
//! what they would take off us is the text format, which is the smaller half of this module.

mod histogram;
mod process;
mod server;
mod text;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use warden_mcp::{Era, Method};

pub(crate) use server::{Breaker, Counted, ServerMetrics};

use super::{
    listen::{Counts, Presence, REFUSED},
    traces::Ended,
};
use crate::content::Tally;
use histogram::Histogram;
use text::{Kind, Page};

/// How a message came to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// Standard input and output.
    Stdio,
    /// Streamable HTTP.
    Http,
    /// HTTP with server-sent events, of 2024-11-05.
    Sse,
}

/// How a request ended, as far as a label says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With a result.
    Answered,
    /// With the server's error.
    Failed,
    /// With a result that says that the tool failed.
    ToolFailed,
    /// We did not let it pass, or not back.
    Refused,
    /// The client no longer wanted it.
    Cancelled,
    /// The server did not answer.
    Unanswered,
}

impl Outcome {
    const fn of(ended: Ended) -> Self {
        match ended {
            Ended::Well => Self::Answered,
            Ended::ToolFailed => Self::ToolFailed,
            Ended::Error(_) => Self::Failed,
            Ended::Refused(..) => Self::Refused,
            Ended::Cancelled => Self::Cancelled,
            Ended::Unanswered(_) => Self::Unanswered,
        }
    }
}

const TRANSPORTS: [&str; 3] = ["stdio", "http", "sse"];
const OUTCOMES: [&str; 6] =
    ["answered", "failed", "tool-failed", "refused", "cancelled", "unanswered"];
const ERAS: [&str; 2] = ["legacy", "modern"];
/// A request that reached no server has none.
const SERVER_ERAS: [&str; 3] = ["none", "legacy", "modern"];
const METHODS: usize = Method::ALL.len();

/// One request that has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallSeen<'call> {
    /// What was asked; `None` if we do not know the method.
    pub(crate) method: Option<Method>,
    /// The era that the client speaks.
    pub(crate) era: Era,
    /// The era that the server speaks, if one was reached.
    pub(crate) server_era: Option<Era>,
    /// How the client reached us.
    pub(crate) transport: Transport,
    /// How it ended.
    pub(crate) ended: Ended,
    /// What is counted for the server that it was for.
    pub(crate) server: Option<&'call Counted>,
    /// From its arrival to its answer.
    pub(crate) total: Duration,
    /// The part of it for which we waited for the server.
    pub(crate) upstream: Duration,
    /// The part of it for which we waited for the client.
    pub(crate) client: Duration,
}

/// What is the case at the moment, as opposed to what has happened so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now<'now> {
    /// What the listener counts.
    pub(crate) refused: Option<&'now Counts>,
    /// What the listener holds open.
    pub(crate) presence: Presence,
    /// Sessions of legacy clients.
    pub(crate) sessions: usize,
    /// Modern clients that listen to what servers announce.
    pub(crate) listeners: usize,
    /// How many sessions remember something, and how many bytes that takes.
    pub(crate) pasts: (usize, usize),
    /// Whether the ledger can be written.
    pub(crate) ledger_works: bool,
    /// The version of this program.
    pub(crate) version: &'now str,
}

/// Everything that is counted. One for the whole gateway; it outlives a change of settings.
#[derive(Debug)]
pub(crate) struct Metrics {
    requests: Box<[AtomicU64]>,
    /// By method; the last is for those that we do not know.
    total: Box<[Histogram]>,
    ours: Histogram,
    refusals: Mutex<BTreeMap<&'static str, u64>>,
    /// Calls that a person had to approve, by what became of them.
    holds: Mutex<BTreeMap<&'static str, u64>>,
    servers: Mutex<BTreeMap<Box<str>, Arc<ServerMetrics>>>,
    ledger: LedgerMetrics,
    began: Instant,
    spans: (AtomicU64, AtomicU64),
    /// What was noticed in what passed.
    pub(crate) noticed: Arc<Tally>,
}

#[derive(Debug, Default)]
struct LedgerMetrics {
    took: Histogram,
    failures: AtomicU64,
    /// Milliseconds after the beginning, when something was stored last.
    last: AtomicU64,
}

impl Metrics {
    /// Nothing so far.
    pub(crate) fn new() -> Self {
        let series =
            (METHODS + 1) * ERAS.len() * SERVER_ERAS.len() * TRANSPORTS.len() * OUTCOMES.len();
        Self {
            requests: (0..series).map(|_| AtomicU64::new(0)).collect(),
            total: (0..=METHODS).map(|_| Histogram::default()).collect(),
            ours: Histogram::default(),
            refusals: Mutex::default(),
            holds: Mutex::default(),
            servers: Mutex::default(),
            ledger: LedgerMetrics::default(),
            began: Instant::now(),
            spans: Default::default(),
            noticed: Arc::default(),
        }
    }

    /// The counters of a server, with those of the tools that were approved. Counters that are
    /// there already go on.
    pub(crate) fn server<'tools>(
        &self,
        name: &str,
        tools: impl Iterator<Item = &'tools str>,
    ) -> Arc<ServerMetrics> {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        let old = servers.get(name).map(Arc::as_ref);
        let new = Arc::new(ServerMetrics::new(name, tools, old));
        servers.insert(name.into(), Arc::clone(&new));
        new
    }

    /// Forgets servers that are not among `names`.
    pub(crate) fn keep(&self, names: &[&str]) {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        servers.retain(|name, _| names.contains(&&**name));
    }

    /// Counts a request that has ended.
    pub(crate) fn observe(&self, seen: &CallSeen<'_>) {
        let method = seen.method.map_or(METHODS, |method| method as usize);
        let era = usize::from(seen.era == Era::Modern);
        let server_era = match seen.server_era {
            None => 0,
            Some(Era::Legacy | Era::Both) => 1,
            Some(Era::Modern) => 2,
        };
        let outcome = Outcome::of(seen.ended);
        let place = (method * ERAS.len() + era) * SERVER_ERAS.len() + server_era;
        let place = place * TRANSPORTS.len() + seen.transport as usize;
        let place = place * OUTCOMES.len() + outcome as usize;
        if let Some(count) = self.requests.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(total) = self.total.get(method) {
            total.add(seen.total);
        }
        self.ours.add(seen.total.saturating_sub(seen.upstream + seen.client));
        if let Some(server) = seen.server {
            server.count(outcome, seen.upstream);
        }
        if let Ended::Refused(reason, _) | Ended::Unanswered(reason) = seen.ended {
            self.refused(reason);
        }
    }

    /// Counts something that did not pass. The code is one of ours.
    pub(crate) fn refused(&self, code: &'static str) {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        *refusals.entry(code).or_default() += 1;
    }

    /// Counts what became of a call that a person had to approve.
    pub(crate) fn held(&self, what: &'static str) {
        let mut holds = self.holds.lock().unwrap_or_else(PoisonError::into_inner);
        *holds.entry(what).or_default() += 1;
    }

    /// Stores something in the ledger, and counts how long that took.
    pub(crate) fn timed<T, E>(&self, commit: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let since = Instant::now();
        let stored = commit();
        self.committed(since.elapsed(), stored.is_ok());
        stored
    }

    /// Counts one commit of the ledger, and how long it took.
    pub(crate) fn committed(&self, took: Duration, worked: bool) {
        self.ledger.took.add(took);
        if worked {
            self.ledger.last.store(self.millis(), Ordering::Relaxed);
        } else {
            self.ledger.failures.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Says how many spans were sent, and how many were thrown away, since the start.
    pub(crate) fn spans(&self, sent: u64, dropped: u64) {
        self.spans.0.store(sent, Ordering::Relaxed);
        self.spans.1.store(dropped, Ordering::Relaxed);
    }

    /// Everything, in the text format of Prometheus (0.0.4).
    pub(crate) fn render(&self, now: &Now<'_>) -> String {
        let mut page = Page::default();
        self.render_requests(&mut page);
        page.family("mcpwarden_refusals_total", Kind::Counter, "What did not pass, by reason.");
        for (code, count) in &*self.refusals.lock().unwrap_or_else(PoisonError::into_inner) {
            page.value("", &[("reason", code)], *count);
        }
        let help = "Calls that a person had to approve, by what became of them.";
        page.family("mcpwarden_holds_total", Kind::Counter, help);
        for (what, count) in &*self.holds.lock().unwrap_or_else(PoisonError::into_inner) {
            page.value("", &[("what", what)], *count);
        }
        let help = "What was noticed in what passed, by matter, and what followed.";
        page.family("mcpwarden_noticed_total", Kind::Counter, help);
        for (matter, followed, count) in self.noticed.all() {
            page.value_if_any("", &[("matter", matter), ("followed", followed)], count);
        }
        let servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        server::render(&mut page, &servers);
        self.render_ledger(&mut page, now);
        render_now(&mut page, now);
        let up = self.began.elapsed().as_secs();
        page.one("mcpwarden_up_seconds", Kind::Gauge, "How long this has run.", up);
        process::render(&mut page);
        page.end()
    }

    fn render_requests(&self, page: &mut Page) {
        let help = "Requests that have ended.";
        page.family("mcpwarden_requests_total", Kind::Counter, help);
        let places = names().flat_map(|method| ERAS.map(|era| (method, era)));
        let places = places.flat_map(|(method, era)| SERVER_ERAS.map(|on| (method, era, on)));
        let places = places.flat_map(|(method, era, server_era)| {
            TRANSPORTS.map(|transport| {
                [
                    ("method", method),
                    ("era", era),
                    ("server_era", server_era),
                    ("transport", transport),
                ]
            })
        });
        let counts = self.requests.chunks(OUTCOMES.len());
        for ([method, era, server_era, transport], counts) in places.zip(counts) {
            for (outcome, count) in OUTCOMES.into_iter().zip(counts) {
                let labels = [method, era, server_era, transport, ("outcome", outcome)];
                page.value_if_any("", &labels, count.load(Ordering::Relaxed));
            }
        }
        let help = "From the arrival of a request to its answer.";
        page.family("mcpwarden_request_duration_seconds", Kind::Histogram, help);
        for (method, total) in names().zip(&self.total) {
            total.render(page, &[("method", method)]);
        }
        let help = "The part of it for which nobody but the gateway was waited for.";
        page.family("mcpwarden_own_duration_seconds", Kind::Histogram, help);
        self.ours.render(page, &[]);
    }

    fn render_ledger(&self, page: &mut Page, now: &Now<'_>) {
        let help = "How long it takes to store what was recorded.";
        page.family("mcpwarden_ledger_commit_duration_seconds", Kind::Histogram, help);
        self.ledger.took.render(page, &[]);
        let help = "How often the ledger could not be written.";
        let failures = self.ledger.failures.load(Ordering::Relaxed);
        page.one("mcpwarden_ledger_failures_total", Kind::Counter, help, failures);
        let help = "Whether the ledger can be written; nothing passes if not.";
        let up = u64::from(now.ledger_works);
        page.one("mcpwarden_ledger_up", Kind::Gauge, help, up);
        let help = "How long ago something was stored last, or the beginning if nothing was.";
        let age = self.millis().saturating_sub(self.ledger.last.load(Ordering::Relaxed));
        page.one("mcpwarden_ledger_last_commit_age_seconds", Kind::Gauge, help, age / 1000);
        let (sent, dropped) = &self.spans;
        let (sent, dropped) = (sent.load(Ordering::Relaxed), dropped.load(Ordering::Relaxed));
        page.one("mcpwarden_spans_sent_total", Kind::Counter, "Spans that were sent.", sent);
        let help = "Spans that were thrown away because nobody took them.";
        page.one("mcpwarden_spans_dropped_total", Kind::Counter, help, dropped);
    }
}

/// The names of all methods, and one for those that have none.
fn names() -> impl Iterator<Item = &'static str> {
    Method::ALL.iter().map(|method| method.name()).chain(["other"])
}

fn render_now(page: &mut Page, now: &Now<'_>) {
    if let Some(refused) = now.refused {
        let help = "What the listener did not take, by reason.";
        page.family("mcpwarden_http_refusals_total", Kind::Counter, help);
        for reason in REFUSED {
            page.value("", &[("reason", reason.code())], refused.of(reason));
        }
    }
    let gauges = [
        ("mcpwarden_connections", "Open connections of clients.", now.presence.connections),
        ("mcpwarden_http_requests", "HTTP requests being answered.", now.presence.requests),
        ("mcpwarden_sessions", "Sessions of legacy clients.", now.sessions),
        ("mcpwarden_streams", "Open streams of events.", now.presence.streams),
        ("mcpwarden_listeners", "Modern clients that listen to changes.", now.listeners),
        ("mcpwarden_pasts", "Sessions that remember confidential data.", now.pasts.0),
        ("mcpwarden_past_bytes", "Memory that this takes at most.", now.pasts.1),
    ];
    for (name, help, value) in gauges {
        page.one(name, Kind::Gauge, help, u64::try_from(value).unwrap_or(u64::MAX));
    }
    page.family("mcpwarden_build_info", Kind::Gauge, "What runs.");
    page.value("", &[("version", now.version)], 1);
}

#[cfg(test)]
mod tests;
