//! What is noted of a request on its way, for metrics and traces.
//!
//! It belongs to the request, which everything on the way sees, and is told once, when the request
//! is over: also when nobody waited for its answer any more.

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use pin_project_lite::pin_project;
use warden_mcp::{Era, Gate, Named, walk};
use warden_model::DefinitionKind;

use super::{
    Core,
    asked::Request,
    caller::Caller,
    metrics::{CallSeen, Counted, Transport},
    pasts::Kept,
    traces::{About, Ended, Remote, Span},
};

use crate::content::Past;

/// What is noted of one request.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    span: Mutex<Option<Span>>,
    /// What is counted for its server.
    counted: OnceLock<Counted>,
    era: OnceLock<Era>,
    session: OnceLock<Arc<Kept>>,
    server: Waited,
    client: Waited,
}

/// Nanoseconds for which somebody was waited for.
#[derive(Debug, Default)]
struct Waited(AtomicU64);

/// Somebody is waited for, until this is dropped.
#[derive(Debug)]
struct Waiting<'a> {
    since: Instant,
    whom: &'a Waited,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let took = u64::try_from(self.since.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.whom.0.fetch_add(took, Ordering::Relaxed);
    }
}

pin_project! {
    /// Work during which somebody is waited for, from when it is first looked after.
    ///
    /// An `async fn` would have room for the work twice: where it was given, and where it is waited
    /// for. There are thousands of requests that wait.
    #[derive(Debug)]
    #[must_use = "nothing is done before it is waited for"]
    pub(crate) struct During<'a, F> {
        whom: &'a Waited,
        waiting: Option<Waiting<'a>>,
        #[pin]
        work: F,
    }
}

impl<F: Future> Future for During<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.waiting.get_or_insert_with(|| Waiting { since: Instant::now(), whom: this.whom });
        let done = ready!(this.work.poll(context));
        *this.waiting = None;
        Poll::Ready(done)
    }
}

impl Waited {
    const fn during<F>(&self, work: F) -> During<'_, F> {
        During { whom: self, waiting: None, work }
    }

    fn all(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

impl Seen {
    /// Notes where it goes.
    pub(crate) fn goes_to(&self, counted: Counted) {
        // A request goes to one server; what is said again is the same.
        self.counted.set(counted).ok();
    }

    /// Notes of which era the server is.
    pub(crate) fn meets(&self, era: Era) {
        self.era.set(era).ok();
    }

    /// Notes the session that it belongs to.
    pub(crate) fn belongs_to(&self, session: Arc<Kept>) {
        self.session.set(session).ok();
    }

    /// The session that it belongs to, once that is known.
    pub(crate) fn session(&self) -> Option<&Arc<Kept>> {
        self.session.get()
    }

    /// What has flowed into its session; where that is not known, nothing can be said of it.
    pub(crate) fn past(&self) -> Arc<Mutex<Past>> {
        match self.session.get() {
            Some(session) => Arc::clone(&session.past),
            None => Arc::new(Mutex::new(Past::unknown())),
        }
    }

    /// Where it is counted.
    pub(crate) fn counted(&self) -> Option<&Counted> {
        self.counted.get()
    }

    /// Waits for a server.
    pub(crate) const fn server<F: Future>(&self, work: F) -> During<'_, F> {
        self.server.during(work)
    }

    /// Waits for the client.
    pub(crate) const fn client<F: Future>(&self, work: F) -> During<'_, F> {
        self.client.during(work)
    }

    /// Begins the span of a request of ours that this one leads to.
    pub(crate) fn child(&self, about: &About<'_>) -> Span {
        let span = self.span.lock().unwrap_or_else(PoisonError::into_inner);
        span.as_ref().map_or_else(Span::none, |span| span.client(about))
    }
}

/// A request that is under way. Dropping it tells how it ended.
pub(crate) struct UnderWay<'a> {
    core: &'a Core,
    caller: &'a Caller,
    request: &'a Request,
    transport: Transport,
    since: Instant,
    /// How it ended; nobody waits any more unless this is said.
    pub(crate) ended: Ended,
}

impl<'a> UnderWay<'a> {
    pub(crate) fn new(
        core: &'a Core,
        caller: &'a Caller,
        request: &'a Request,
        transport: Transport,
    ) -> Self {
        core.under_way.fetch_add(1, Ordering::AcqRel);
        if core.tracer.is_on() || caller.along.is_some() {
            let span = begin(core, caller, request, transport);
            *request.seen.span.lock().unwrap_or_else(PoisonError::into_inner) = Some(span);
        }
        Self { core, caller, request, transport, since: Instant::now(), ended: Ended::Cancelled }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let seen = &self.request.seen;
        let counted = seen.counted();
        self.core.under_way.fetch_sub(1, Ordering::AcqRel);
        self.core.metrics.observe(&CallSeen {
            method: Some(self.request.method),
            era: self.caller.revision.era(),
            server_era: seen.era.get().copied(),
            transport: self.transport,
            ended: self.ended,
            server: counted,
            total: self.since.elapsed(),
            upstream: seen.server.all(),
            client: seen.client.all(),
        });
        let span = seen.span.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(span) = span {
            span.end(self.ended);
        }
    }
}

/// The span of a request that has come in.
fn begin(core: &Core, caller: &Caller, request: &Request, transport: Transport) -> Span {
    let params = request.params();
    let remote = Remote::read(
        params.and_then(|params| walk::member(params, "_meta")),
        caller.along.as_deref(),
    );
    let kind = match request.method.gate() {
        Gate::Judge(Named::Tool) => Some(DefinitionKind::Tool),
        Gate::Judge(Named::Prompt) => Some(DefinitionKind::Prompt),
        _ => None,
    };
    // Only a name that was approved becomes that of a span.
    let named = params.filter(|_| kind.is_some()).and_then(|params| walk::text(params, "name"));
    let target =
        named.filter(|name| kind.is_some_and(|kind| caller.view.behind(kind, name).is_some()));
    core.tracer.server(
        remote,
        &About {
            method: request.method,
            target: target.as_deref(),
            id: Some(request.id()),
            revision: caller.revision,
            session: caller.session_name().map(|name| &**name),
            transport,
            server: None,
        },
    )
}

/// What a request of a method that there is not looks like to metrics.
pub(crate) fn unknown(core: &Core, caller: &Caller, transport: Transport, ended: Ended) {
    core.metrics.observe(&CallSeen {
        method: None,
        era: caller.revision.era(),
        server_era: None,
        transport,
        ended,
        server: None,
        total: Duration::ZERO,
        upstream: Duration::ZERO,
        client: Duration::ZERO,
    });
}
