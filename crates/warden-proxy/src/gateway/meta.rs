//! What stands in `_meta` of the requests that go to servers.

use std::sync::atomic::{AtomicU64, Ordering};

use warden_mcp::{
    Method, Revision, bridge,
    splice::{self, Edit},
    walk,
};

use super::{caller::Caller, server::Server, traces::Carried, upstream::Link};

/// Numbers progress tokens, over all connections.
static TOKEN: AtomicU64 = AtomicU64::new(1);

/// The revision of a request.
pub(crate) const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
/// The client's name and version.
pub(crate) const INFO: &str = "io.modelcontextprotocol/clientInfo";
/// What the client can be asked for.
pub(crate) const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
/// The least level of log messages that it wants.
pub(crate) const LEVEL: &str = "io.modelcontextprotocol/logLevel";
/// Which subscription a notification belongs to.
pub(crate) const SUBSCRIPTION: &str = "io.modelcontextprotocol/subscriptionId";

/// Whether parameters say of which revision they are, or try to.
pub(crate) fn is_modern(params: &str) -> bool {
    walk::member(params, "_meta").is_some_and(|meta| walk::member(meta, VERSION).is_some())
}

/// `_meta` of a request of our own to a modern server.
pub(crate) fn own(info: &str, revision: Revision) -> String {
    format!(r#"{{"{VERSION}":"{}","{INFO}":{info},"{CAPABILITIES}":{{}}}}"#, revision.name())
}

/// Parameters on their way to a server.
pub(crate) struct Toward {
    /// JSON.
    pub(crate) params: String,
    /// The client's progress token, as written, which the server knows as ours.
    pub(crate) token: Option<Box<str>>,
}

/// The parameters of a client's request as this server has to be sent them, with what is
/// addressed called by its own name.
pub(crate) fn toward(
    caller: &Caller,
    server: &Server,
    link: &Link,
    params: Option<&str>,
    (renamed, carried): (&[(&str, Edit<'_>)], &Carried),
) -> Toward {
    let meta = params.and_then(|params| walk::member(params, "_meta"));
    let token = meta.and_then(|meta| walk::member(meta, "progressToken")).map(Box::from);
    let revision = link.introduction().revision;
    // The usual case of a legacy client and server: nothing has to be changed at all.
    if renamed.is_empty() && meta.is_none() && !revision.is_modern() && carried.is_empty() {
        return Toward { params: params.unwrap_or("{}").into(), token };
    }
    let number = token.is_some().then(|| TOKEN.fetch_add(1, Ordering::Relaxed).to_string());
    let version = format!("\"{}\"", revision.name());
    let declared = server.asks(caller.can).declared(revision);
    let declared = match &caller.extensions {
        Some(extensions) if revision.is_modern() => {
            splice::object(Some(&declared), &[("extensions", Edit::Set(extensions))])
        }
        _ => declared,
    };
    let level = caller.level().map(|level| format!("\"{}\"", level.name()));
    let mut edits: Vec<(&str, Edit<'_>)> = Vec::with_capacity(8);
    if let Some(number) = &number {
        edits.push(("progressToken", Edit::Set(number)));
    }
    if revision.is_modern() {
        edits.push((VERSION, Edit::Set(&version)));
        edits.push((INFO, Edit::Set(caller.info.as_deref().unwrap_or(server.info()))));
        edits.push((CAPABILITIES, Edit::Set(&declared)));
        edits.push(match &level {
            Some(level) => (LEVEL, Edit::Set(level)),
            None => (LEVEL, Edit::Gone),
        });
    } else {
        edits.extend([VERSION, INFO, CAPABILITIES, LEVEL].map(|name| (name, Edit::Gone)));
    }
    let along: Vec<_> = carried.members().map(|(name, text)| (name, text.map(splice::text))).into();
    if !carried.is_empty() {
        edits.extend(along.iter().map(|(name, text)| match text {
            Some(text) => (*name, Edit::Set(text)),
            None => (*name, Edit::Gone),
        }));
    }
    let params = if renamed.is_empty() {
        splice::nested(params, "_meta", &edits)
    } else {
        let renamed = splice::object(params, renamed);
        splice::nested(Some(&renamed), "_meta", &edits)
    };
    Toward { params, token }
}

/// A notification of a server as this client has to be sent it; `None` if it is none of its
/// business, or of its revision.
pub(crate) fn toward_client(
    caller: &Caller,
    method: Method,
    params: Option<&str>,
    token: Option<&str>,
) -> Option<Vec<u8>> {
    if !method.in_revision(caller.revision) {
        return None;
    }
    match method {
        Method::Progress => {
            let token = token?;
            let params = splice::object(params, &[("progressToken", Edit::Set(token))]);
            Some(splice::notification(method.name(), Some(&params)))
        }
        Method::Log => {
            let said = bridge::log_level_of(params?)?;
            let wanted = caller.level();
            // A modern client that names no level wants none; a legacy one leaves it to the
            // server.
            let wants = wanted.map_or(!caller.revision.is_modern(), |wanted| said >= wanted);
            wants.then(|| splice::notification(method.name(), params))
        }
        Method::ElicitationDone => Some(splice::notification(method.name(), params)),
        _ => None,
    }
}
