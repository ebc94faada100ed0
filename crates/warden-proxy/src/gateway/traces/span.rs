//! One span, from its beginning to its end.

use std::{
    borrow::Cow,
    fmt,
    sync::Arc,
    time::{Instant, UNIX_EPOCH},
};

use warden_mcp::{Gate, Method, Named, Revision};
use warden_model::Digest;

use super::{
    Inner,
    context::{Carried, Parent, Remote},
};
use crate::gateway::metrics::Transport;

/// The longest text that stands in a span.
const MOST_TEXT: usize = 256;

/// What a request is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'request> {
    /// What is asked.
    pub(crate) method: Method,
    /// The tool or prompt that it names, if that was approved: what a client makes up would
    /// become the name of a span.
    pub(crate) target: Option<&'request str>,
    /// The request's identifier.
    pub(crate) id: Option<&'request str>,
    /// The revision that is spoken.
    pub(crate) revision: Revision,
    /// The session, of which only a digest is told.
    pub(crate) session: Option<&'request str>,
    /// How it comes, or goes.
    pub(crate) transport: Transport,
    /// The server that it goes to.
    pub(crate) server: Option<&'request str>,
}

/// How a request ended, for its span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// With a result.
    Well,
    /// With a result that says that the tool failed.
    ToolFailed,
    /// With an error of this code.
    Error(i64),
    /// We refused it, for this reason and with an error of this code.
    Refused(&'static str, i64),
    /// The client no longer wanted it.
    Cancelled,
    /// The server did not answer, for this reason.
    Unanswered(&'static str),
}

/// Who reports the span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Server = 2,
    Client = 3,
}

/// A span that is over.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) own: Parent,
    pub(super) parent: Option<u64>,
    pub(super) remote: Remote,
    pub(super) kind: Kind,
    pub(super) name: String,
    /// Nanoseconds since 1970.
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) attributes: Vec<(&'static str, Cow<'static, str>)>,
    pub(super) failed: bool,
}

/// A span that goes on. Dropping it says that nobody waits for the answer any more.
pub(crate) struct Span {
    live: Option<(Box<Finished>, Instant, Arc<Inner>)>,
    /// Of a span that is not kept.
    remote: Remote,
}

impl Span {
    /// One that is not kept, and passes on what came along.
    pub(super) fn silent(remote: Remote) -> Self {
        Self { live: None, remote }
    }

    /// One that is not kept, of which nothing came along.
    pub(crate) fn none() -> Self {
        Self::silent(Remote::default())
    }

    /// Ends it as if it had never begun: what it is of was not sent.
    pub(crate) fn forget(mut self) {
        self.live = None;
    }

    /// The span of a request to us.
    pub(super) fn server(inner: &Arc<Inner>, remote: Remote, about: &About<'_>) -> Self {
        let parent = remote.parent();
        let trace = parent.map_or_else(|| inner.ids.trace(), |parent| parent.trace);
        let ids = (trace, parent.map(|parent| parent.span));
        Self::begin(inner, ids, (Kind::Server, remote), about)
    }

    /// The span of a request of ours that this one leads to.
    pub(crate) fn client(&self, about: &About<'_>) -> Self {
        let Some((own, _, inner)) = &self.live else { return Self::silent(self.remote.clone()) };
        let ids = (own.own.trace, Some(own.own.span));
        Self::begin(inner, ids, (Kind::Client, own.remote.without_link()), about)
    }

    fn begin(
        inner: &Arc<Inner>,
        (trace, parent): (u128, Option<u64>),
        (kind, remote): (Kind, Remote),
        about: &About<'_>,
    ) -> Self {
        let since = (inner.clock)().duration_since(UNIX_EPOCH).unwrap_or_default();
        let start = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
        let finished = Finished {
            own: Parent { trace, span: inner.ids.next(), flags: 1 },
            parent,
            remote,
            kind,
            name: about.name(),
            start,
            end: start,
            attributes: about.attributes(),
            failed: false,
        };
        let live = Some((Box::new(finished), Instant::now(), Arc::clone(inner)));
        Self { live, remote: Remote::default() }
    }

    /// What goes along with the request that this span is of.
    pub(crate) fn carried(&self) -> Carried {
        match &self.live {
            Some((span, ..)) => span.remote.carried(Some(span.own)),
            None => self.remote.carried(None),
        }
    }

    /// Ends it.
    pub(crate) fn end(mut self, ended: Ended) {
        self.finish(ended);
    }

    fn finish(&mut self, ended: Ended) {
        let Some((mut span, since, inner)) = self.live.take() else { return };
        let took = u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX);
        span.end = span.start.saturating_add(took);
        let (kind, code): (Cow<'static, str>, _) = match ended {
            Ended::Well => return inner.hand(span),
            Ended::ToolFailed => ("tool_error".into(), None),
            Ended::Error(code) => (code.to_string().into(), Some(code)),
            Ended::Refused(reason, code) => (reason.into(), Some(code)),
            Ended::Cancelled => ("cancelled".into(), None),
            Ended::Unanswered(reason) => (reason.into(), None),
        };
        span.failed = true;
        span.attributes.push(("error.type", kind));
        if let Some(code) = code {
            span.attributes.push(("rpc.response.status_code", code.to_string().into()));
        }
        inner.hand(span);
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        self.finish(Ended::Cancelled);
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Span").field("live", &self.live.is_some()).finish_non_exhaustive()
    }
}

impl About<'_> {
    fn name(&self) -> String {
        let method = self.method.name();
        self.target.map_or_else(|| method.into(), |target| format!("{method} {}", short(target)))
    }

    fn attributes(&self) -> Vec<(&'static str, Cow<'static, str>)> {
        let (transport, protocol) = match self.transport {
            Transport::Stdio => ("pipe", None),
            Transport::Http | Transport::Sse => ("tcp", Some("http")),
        };
        let named = match self.method.gate() {
            Gate::Judge(Named::Tool) => Some("gen_ai.tool.name"),
            Gate::Judge(Named::Prompt) => Some("gen_ai.prompt.name"),
            _ => None,
        };
        // A session's identifier may open it, so it is not for a collector to know.
        let session = |session: &str| {
            let digest = Digest::of(session.as_bytes()).hex();
            String::from_utf8_lossy(digest.get(..32).unwrap_or_default()).into_owned()
        };
        let is_call = self.method == Method::ToolsCall;
        let own = |text: &str| Cow::Owned(short(text).to_owned());
        [
            ("mcp.method.name", Some(Cow::Borrowed(self.method.name()))),
            ("mcp.protocol.version", Some(self.revision.name().into())),
            ("network.transport", Some(transport.into())),
            ("network.protocol.name", protocol.map(Cow::Borrowed)),
            ("gen_ai.operation.name", is_call.then_some("execute_tool".into())),
            (named.unwrap_or_default(), self.target.filter(|_| named.is_some()).map(own)),
            ("jsonrpc.request.id", self.id.map(own)),
            ("mcp.session.id", self.session.map(|id| session(id).into())),
            ("mcpwarden.server", self.server.map(own)),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name, value)))
        .collect()
    }
}

/// The beginning of a text.
fn short(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MOST_TEXT)).unwrap_or_default()
}
