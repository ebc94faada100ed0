//! Traces: what happened to a request, told to a collector of OpenTelemetry.
//!
//! Names and attributes are those of OpenTelemetry's conventions for MCP. A span never holds what
//! was said, an argument, an answer or a URI; a session is told from others by a digest.
//!
//! Spans go out as OTLP in JSON, which is a stable encoding that every collector has to take. We
//! write it ourselves: the official crates bring 23 more with them, protobuf, random numbers and
//! a second way of handling errors among them, for what are two hundred lines here, over a client
//! that is there already.
//!
//! Invariant: a call never waits for a trace. What cannot be handed over at once is thrown away
//! and counted.

mod context;
mod export;
mod ids;
mod otlp;
mod span;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::{mpsc, oneshot};
use warden_audit::Clock;

pub(crate) use context::{Carried, Remote, along};
pub(crate) use export::{TracesError, check};
pub(crate) use span::{About, Ended, Span};

use super::settings::Traces;
use context::Parent;
use ids::Ids;
use span::Finished;

/// How many spans wait to be sent.
const MOST_WAITING: usize = 4096;

/// What the exporter is told.
#[derive(Debug)]
enum Told {
    Span(Box<Finished>),
    /// Send what there is, and say so.
    Flush(oneshot::Sender<()>),
}

/// How many spans were sent, and how many were not.
#[derive(Debug, Default)]
struct Tally {
    sent: AtomicU64,
    dropped: AtomicU64,
}

/// Makes spans. Copies belong to the same exporter, which ends with the last of them.
#[derive(Clone, Default)]
pub(crate) struct Tracer(Option<Arc<Inner>>);

struct Inner {
    ids: Ids,
    clock: Clock,
    /// Of 2^63 traces that begin here, so many are kept.
    kept: u64,
    queue: mpsc::Sender<Told>,
    tally: Arc<Tally>,
}

impl Tracer {
    /// Makes no spans, and passes on what clients send along.
    pub(crate) fn off() -> Self {
        Self(None)
    }

    /// Sends spans as set.
    pub(crate) fn start(
        settings: &Traces,
        version: &str,
        clock: Clock,
    ) -> Result<Self, TracesError> {
        let (queue, told) = mpsc::channel(MOST_WAITING);
        let tally = Arc::new(Tally::default());
        export::start(settings, version, told, &tally)?;
        let kept = kept(settings.ratio);
        Ok(Self(Some(Arc::new(Inner { ids: Ids::new(), clock, kept, queue, tally }))))
    }

    /// Whether it makes spans.
    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Begins the span of a request that has come in.
    pub(crate) fn server(&self, remote: Remote, about: &About<'_>) -> Span {
        let Some(inner) = &self.0 else { return Span::silent(remote) };
        let keep = remote.parent().map_or_else(|| inner.keeps(), Parent::is_sampled);
        if keep { Span::server(inner, remote, about) } else { Span::silent(remote) }
    }

    /// How many spans were sent, and how many were thrown away.
    pub(crate) fn tally(&self) -> (u64, u64) {
        self.0.as_ref().map_or((0, 0), |inner| {
            let Tally { sent, dropped } = &*inner.tally;
            (sent.load(Ordering::Relaxed), dropped.load(Ordering::Relaxed))
        })
    }

    /// Waits until what there is has been sent, or given up, but no longer than `limit`.
    pub(crate) async fn flush(&self, limit: Duration) {
        let Some(inner) = &self.0 else { return };
        let (done, sent) = oneshot::channel();
        let flush = async {
            if inner.queue.send(Told::Flush(done)).await.is_ok() {
                sent.await.ok();
            }
        };
        // A collector that does not answer does not keep the gateway from stopping.
        tokio::time::timeout(limit, flush).await.ok();
    }
}

impl Inner {
    /// Whether a trace that begins here is kept.
    fn keeps(&self) -> bool {
        self.kept > 0 && (self.ids.next() >> 1) < self.kept
    }

    fn hand(&self, span: Box<Finished>) {
        if self.queue.try_send(Told::Span(span)).is_err() {
            self.tally.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The share of 2^63 that a ratio is, in steps of a millionth.
fn kept(ratio: f64) -> u64 {
    const STEPS: u64 = 1_000_000;
    // From 0 to a million, so nothing is cut off; what is no number is nothing.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let steps = (ratio.clamp(0.0, 1.0) * 1e6).round() as u64;
    if steps >= STEPS { 1 << 63 } else { (1 << 63) / STEPS * steps }
}

#[cfg(test)]
mod tests;
