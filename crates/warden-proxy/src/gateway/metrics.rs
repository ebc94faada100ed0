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
    time::Duration,
};

use warden_mcp::{Era, Method};

pub(crate) use server::ServerMetrics;

use super::listen::{Counts, Presence, REFUSED};
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

/// How a request ended.
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

const TRANSPORTS: [&str; 3] = ["stdio", "http", "sse"];
const OUTCOMES: [&str; 6] =
    ["answered", "failed", "tool-failed", "refused", "cancelled", "unanswered"];
const ERAS: [&str; 2] = ["legacy", "modern"];
const METHODS: usize = Method::ALL.len();

/// One request that has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallSeen<'call> {
    /// What was asked; `None` if we do not know the method.
    pub(crate) method: Option<Method>,
    /// The era that the client speaks.
    pub(crate) era: Era,
    /// How the client reached us.
    pub(crate) transport: Transport,
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// The server that it was taken to, and the tool's name there.
    pub(crate) server: Option<(&'call ServerMetrics, Option<&'call str>)>,
    /// From its arrival to its answer.
    pub(crate) total: Duration,
    /// The part of it for which we waited for the server.
    pub(crate) upstream: Option<Duration>,
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
    /// Streams of events.
    pub(crate) streams: usize,
    /// Whether the ledger can be written.
    pub(crate) ledger_works: bool,
    /// How old what runs is.
    pub(crate) up: Duration,
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
    servers: Mutex<BTreeMap<Box<str>, Arc<ServerMetrics>>>,
    ledger: (Histogram, AtomicU64),
    spans: (AtomicU64, AtomicU64),
}

impl Metrics {
    /// Nothing so far.
    pub(crate) fn new() -> Self {
        let series = (METHODS + 1) * ERAS.len() * TRANSPORTS.len() * OUTCOMES.len();
        Self {
            requests: (0..series).map(|_| AtomicU64::new(0)).collect(),
            total: (0..=METHODS).map(|_| Histogram::default()).collect(),
            ours: Histogram::default(),
            refusals: Mutex::default(),
            servers: Mutex::default(),
            ledger: Default::default(),
            spans: Default::default(),
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
        let place = (method * ERAS.len() + era) * TRANSPORTS.len() + seen.transport as usize;
        let place = place * OUTCOMES.len() + seen.outcome as usize;
        if let Some(count) = self.requests.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(total) = self.total.get(method) {
            total.add(seen.total);
        }
        self.ours.add(seen.total.saturating_sub(seen.upstream.unwrap_or_default()));
        if let Some((server, tool)) = seen.server {
            server.count(tool, seen.outcome, seen.upstream);
        }
    }

    /// Counts something that did not pass. The code is one of ours.
    pub(crate) fn refused(&self, code: &'static str) {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        *refusals.entry(code).or_default() += 1;
    }

    /// Counts one commit of the ledger, and how long it took.
    pub(crate) fn committed(&self, took: Duration, worked: bool) {
        self.ledger.0.add(took);
        if !worked {
            self.ledger.1.fetch_add(1, Ordering::Relaxed);
        }
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
        let servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        server::render(&mut page, &servers);
        self.render_ledger(&mut page, now);
        render_now(&mut page, now);
        process::render(&mut page);
        page.end()
    }

    fn render_requests(&self, page: &mut Page) {
        let help = "Requests that have ended.";
        page.family("mcpwarden_requests_total", Kind::Counter, help);
        let mut counts = self.requests.iter().map(|count| count.load(Ordering::Relaxed));
        for method in names() {
            for era in ERAS {
                for transport in TRANSPORTS {
                    for (outcome, count) in OUTCOMES.into_iter().zip(&mut counts) {
                        let labels = [
                            ("method", method),
                            ("era", era),
                            ("transport", transport),
                            ("outcome", outcome),
                        ];
                        page.value_if_any("", &labels, count);
                    }
                }
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
        self.ledger.0.render(page, &[]);
        let help = "How often the ledger could not be written.";
        let failures = self.ledger.1.load(Ordering::Relaxed);
        page.one("mcpwarden_ledger_failures_total", Kind::Counter, help, failures);
        let help = "Whether the ledger can be written; nothing passes if not.";
        let up = u64::from(now.ledger_works);
        page.one("mcpwarden_ledger_up", Kind::Gauge, help, up);
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
        ("mcpwarden_streams", "Open streams of events.", now.streams),
    ];
    for (name, help, value) in gauges {
        page.one(name, Kind::Gauge, help, u64::try_from(value).unwrap_or(u64::MAX));
    }
    page.one("mcpwarden_up_seconds", Kind::Gauge, "How long this has run.", now.up.as_secs());
    page.family("mcpwarden_build_info", Kind::Gauge, "What runs.");
    page.value("", &[("version", now.version)], 1);
}

#[cfg(test)]
mod tests;
