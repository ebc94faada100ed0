//! Messages that are posted: of which era they are, and their way to an answer.

use std::{sync::Arc, time::Duration};

use hyper::{Response, StatusCode, header::CONTENT_TYPE};
use warden_mcp::{Method, Revision, header as mirror, reply as rpc, walk};

use super::{Outbody, Visit, header, legacy, modern, reply};
use crate::gateway::{
    Core,
    answer::Answer,
    asked::{Asked, NotTaken, Request},
    caller::Caller,
    meta,
    metrics::Transport,
    outlet::{Outlet, Post},
    session::Session,
};

/// How long a client in a session waits before its answer becomes a stream: so it is kept alive
/// meanwhile, and can be gone on with if it breaks.
const SLOW: Duration = Duration::from_secs(1);

/// How long the last event of a stream may wait for a client that reads slowly.
const LAST: Duration = Duration::from_secs(30);

/// Deals with a POST.
pub(super) async fn post(visit: Visit) -> Response<Outbody> {
    if !is_json(&visit) {
        let message = "a message is `application/json`";
        return reply::plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
    }
    if visit.inbound.body.trim_ascii_start().first() == Some(&b'[') {
        return legacy::batch(visit).await;
    }
    match Asked::read(&visit.inbound.body) {
        Ok(asked) if is_modern(&visit, &asked) => modern::message(visit, asked).await,
        Ok(asked) => legacy::message(visit, asked).await,
        Err(not) => not_taken(&visit, &not),
    }
}

fn is_json(visit: &Visit) -> bool {
    let content = visit.inbound.parts.headers.get(CONTENT_TYPE);
    let content = content.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = content.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// Whether a message is of a revision without a handshake: it says so in its body, or its header
/// names no revision that has one.
fn is_modern(visit: &Visit, asked: &Asked) -> bool {
    let params = match asked {
        Asked::Request(request) => request.params(),
        Asked::Notification(notification) => notification.params(),
        Asked::Response(_) => None,
    };
    if params.is_some_and(meta::is_modern) {
        return true;
    }
    let named = header(&visit.inbound, mirror::REVISION.as_str());
    match (named, named.and_then(Revision::parse)) {
        (_, Some(revision)) => revision.is_modern(),
        (Some(_), None) => header(&visit.inbound, legacy::SESSION.as_str()).is_none(),
        (None, None) => {
            // A request that nobody could send in a session is answered in the modern way.
            matches!(asked, Asked::Request(request) if request.method == Method::Discover)
        }
    }
}

/// A message that is none.
fn not_taken(visit: &Visit, not: &NotTaken) -> Response<Outbody> {
    let named = header(&visit.inbound, mirror::REVISION.as_str());
    let modern = named.and_then(Revision::parse).is_some_and(Revision::is_modern);
    let revision = if modern { Revision::NEWEST } else { Revision::NEWEST_LEGACY };
    let caller = visit.stranger(revision);
    let id = not.id.as_deref().unwrap_or("null");
    match &not.method {
        Some(method) if not.id.is_some() => {
            let answer = visit.core.unheard_of(&caller, (id, method), Transport::Http);
            reply::answer(answer, revision)
        }
        _ => {
            visit.core.tell_dropped(&caller, not.refusal, not.method.as_deref());
            let body = not.refusal.answer(id, "the message", "");
            let mut response = reply::document(StatusCode::BAD_REQUEST, String::new());
            *response.body_mut() = Outbody::Whole(body.into());
            response
        }
    }
}

/// Takes a request through, and answers with the answer, or with a stream of events if something
/// is to be said before it.
pub(super) async fn run(
    core: Arc<Core>,
    caller: Caller,
    request: Request,
    session: Option<Arc<Session>>,
) -> Response<Outbody> {
    let revision = caller.revision;
    let post = Post::new(session.clone());
    let in_session = session.is_some();
    // A subscription goes on until the client goes, which takes the connection with it.
    let lasts = request.method == Method::SubscriptionsListen;
    let stream =
        |events| if lasts { Outbody::Lasting(events, None) } else { Outbody::Events(events) };
    let outlet = Outlet::Post(Arc::clone(&post));
    let mut work = Box::pin(async move {
        let work = std::pin::pin!(core.request(&caller, &request, &outlet));
        match &session {
            // A legacy client can say that it no longer wants the answer.
            Some(session) => session.run(&request.key, work).await,
            None => work.await,
        }
    });
    let events = tokio::select! {
        biased;
        answer = &mut work => return match post.events() {
            // Something was said before it, which has to come first.
            Some(events) => {
                tokio::spawn(follow(std::future::ready(answer), post, revision.is_modern()));
                reply::events(stream(events))
            }
            None => reply::answer(answer, revision),
        },
        events = post.started() => events,
        () = tokio::time::sleep(SLOW), if in_session => {
            post.begin();
            post.started().await
        }
    };
    tokio::spawn(follow(work, post, revision.is_modern()));
    reply::events(stream(events))
}

/// Sees a request through whose answer is a stream.
async fn follow(work: impl Future<Output = Answer>, post: Arc<Post>, modern: bool) {
    let answer = if modern {
        // The end of the stream is the end of the request (2026-07-28, basic/patterns,
        // "Cancellation"). A legacy client may come back for it.
        tokio::select! {
            answer = work => answer,
            () = post.abandoned() => return,
        }
    } else {
        work.await
    };
    if !answer.body.is_empty() {
        // Who does not read it has gone.
        tokio::time::timeout(LAST, post.send(&answer.body)).await.ok();
    }
    post.finish();
}

/// Whether headers and body say the same.
pub(super) fn mirrored(visit: &Visit, caller: &Caller, request: &Request) -> Result<(), String> {
    let params = request.params();
    let tool = params
        .filter(|_| request.method == Method::ToolsCall)
        .and_then(|params| walk::text(params, "name"));
    let behind =
        tool.and_then(|name| caller.view.behind(warden_model::DefinitionKind::Tool, &name));
    let known =
        behind.and_then(|behind| visit.core.servers.get(behind.server)?.mirrored.get(&behind.own));
    mirror::check(&visit.inbound.parts.headers, request.method.name(), params, known)
        .map_err(|mismatch| mismatch.to_string())
}

/// An answer that is an error about HTTP.
pub(super) fn bad_request(
    id: &str,
    code: i64,
    message: &str,
    reason: &'static str,
) -> Response<Outbody> {
    reply::failure(StatusCode::BAD_REQUEST, id, (code, message, reason))
}

/// The code of a request that is none.
pub(super) const INVALID: i64 = rpc::INVALID_REQUEST;
