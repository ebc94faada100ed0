//! What is counted for each server.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::{
    OUTCOMES, Outcome,
    histogram::Histogram,
    text::{Kind, Page},
};

/// The most tools of a server that are counted one by one.
const MOST_TOOLS: usize = 500;

/// Outcomes of calls of one tool.
type Outcomes = [AtomicU64; OUTCOMES.len()];

/// Whether a server is left alone because it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breaker {
    /// It is asked.
    Closed,
    /// One request is let through to see whether it works again.
    Trying,
    /// It is left alone.
    Open,
}

/// The counters of one server, under one configuration. The next one shares them, so that what
/// is still under way counts as well.
#[derive(Debug)]
pub(crate) struct ServerMetrics {
    tools: BTreeMap<Box<str>, Arc<Outcomes>>,
    whole: Arc<Whole>,
}

/// Where one request is counted.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    tool: Option<Arc<Outcomes>>,
    whole: Arc<Whole>,
}

impl Counted {
    pub(super) fn count(&self, outcome: Outcome, waited: Duration) {
        let counts = self.tool.as_deref().unwrap_or(&self.whole.rest);
        if let Some(count) = counts.get(outcome as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        // One that was refused before anything was asked has waited for nobody.
        if !waited.is_zero() {
            self.whole.took.add(waited);
        }
    }
}

#[derive(Debug)]
struct Whole {
    name: Box<str>,
    /// Everything that is no call of a tool that was approved.
    rest: Outcomes,
    took: Histogram,
    failures: Mutex<BTreeMap<&'static str, u64>>,
    breaker: AtomicU8,
    links: AtomicUsize,
    under_way: AtomicUsize,
    opened: AtomicU64,
}

impl ServerMetrics {
    pub(super) fn new<'tools>(
        name: &str,
        tools: impl Iterator<Item = &'tools str>,
        old: Option<&Self>,
    ) -> Self {
        let tools = tools.take(MOST_TOOLS).map(|tool| {
            let counts = old.and_then(|old| old.tools.get(tool)).cloned();
            (tool.into(), counts.unwrap_or_default())
        });
        let whole = || Whole {
            name: name.into(),
            rest: Outcomes::default(),
            took: Histogram::default(),
            failures: Mutex::default(),
            breaker: AtomicU8::new(0),
            links: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            opened: AtomicU64::new(0),
        };
        let kept = old.map(|old| Arc::clone(&old.whole));
        Self { tools: tools.collect(), whole: kept.unwrap_or_else(|| Arc::new(whole())) }
    }

    /// Where a request is counted that calls this tool, or none.
    pub(crate) fn counted(&self, tool: Option<&str>) -> Counted {
        let tool = tool.and_then(|tool| self.tools.get(tool));
        Counted { tool: tool.cloned(), whole: Arc::clone(&self.whole) }
    }

    /// Counts that the server or the way to it failed. The code is one of ours.
    pub(crate) fn failed(&self, code: &'static str) {
        let mut failures = self.whole.failures.lock().unwrap_or_else(PoisonError::into_inner);
        *failures.entry(code).or_default() += 1;
    }

    /// Says what the breaker is now.
    pub(crate) fn breaker(&self, state: Breaker) {
        self.whole.breaker.store(state as u8, Ordering::Relaxed);
    }

    /// A connection was opened.
    pub(crate) fn opened(&self) {
        self.whole.opened.fetch_add(1, Ordering::Relaxed);
    }

    /// Says how many connections there are now, and how many requests are under way on them.
    pub(crate) fn links(&self, now: usize, under_way: usize) {
        self.whole.links.store(now, Ordering::Relaxed);
        self.whole.under_way.store(under_way, Ordering::Relaxed);
    }

    fn calls(&self) -> impl Iterator<Item = (&str, &'static str, u64)> {
        let rest = [("", &self.whole.rest)].into_iter();
        let tools = self.tools.iter().map(|(tool, counts)| (&**tool, &**counts)).chain(rest);
        tools.flat_map(|(tool, counts)| {
            let counts = counts.iter().map(|count| count.load(Ordering::Relaxed));
            OUTCOMES.into_iter().zip(counts).map(move |(outcome, count)| (tool, outcome, count))
        })
    }
}

/// Writes what is counted for each of `servers`.
pub(super) fn render(page: &mut Page, servers: &BTreeMap<Box<str>, Arc<ServerMetrics>>) {
    let help = "Requests for a server; those that call no tool have an empty one.";
    page.family("mcpwarden_upstream_requests_total", Kind::Counter, help);
    for server in servers.values() {
        for (tool, outcome, count) in server.calls() {
            let labels = [("server", &*server.whole.name), ("tool", tool), ("outcome", outcome)];
            page.value_if_any("", &labels, count);
        }
    }
    let help = "How long a server was waited for.";
    page.family("mcpwarden_upstream_duration_seconds", Kind::Histogram, help);
    for server in servers.values() {
        server.whole.took.render(page, &[("server", &server.whole.name)]);
    }
    let help = "How often a server or the way to it failed, by reason.";
    page.family("mcpwarden_upstream_failures_total", Kind::Counter, help);
    for server in servers.values() {
        for (code, count) in &*server.whole.failures.lock().unwrap_or_else(PoisonError::into_inner)
        {
            page.value("", &[("server", &server.whole.name), ("reason", code)], *count);
        }
    }
    let help = "Whether a server is left alone: 0 no, 1 it is being tried, 2 yes.";
    page.family("mcpwarden_upstream_breaker", Kind::Gauge, help);
    for server in servers.values() {
        let state = u64::from(server.whole.breaker.load(Ordering::Relaxed));
        page.value("", &[("server", &server.whole.name)], state);
    }
    page.family("mcpwarden_upstream_links", Kind::Gauge, "Open connections to a server.");
    for server in servers.values() {
        let links = u64::try_from(server.whole.links.load(Ordering::Relaxed)).unwrap_or(u64::MAX);
        page.value("", &[("server", &server.whole.name)], links);
    }
    let help = "Requests that a server has not answered yet.";
    page.family("mcpwarden_upstream_requests_under_way", Kind::Gauge, help);
    for server in servers.values() {
        let open = u64::try_from(server.whole.under_way.load(Ordering::Relaxed));
        page.value("", &[("server", &server.whole.name)], open.unwrap_or(u64::MAX));
    }
    let help = "Connections to a server that were opened.";
    page.family("mcpwarden_upstream_links_opened_total", Kind::Counter, help);
    for server in servers.values() {
        page.value(
            "",
            &[("server", &server.whole.name)],
            server.whole.opened.load(Ordering::Relaxed),
        );
    }
}
