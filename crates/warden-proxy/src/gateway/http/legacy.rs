//! Messages in a session (2025-03-26 to 2025-11-25).

use std::sync::Arc;

use bytes::Bytes;
use hyper::{
    Response, StatusCode,
    header::{ACCEPT, HeaderName, HeaderValue},
};
use tokio::sync::mpsc;
use warden_mcp::{Method, Revision, frame, header as mirror, walk};

use super::{Outbody, Visit, header, post, reply};
use crate::gateway::{
    answer::Answer,
    asked::{Asked, Request, elements},
    caller::Caller,
    can::Can,
    outlet::Outlet,
    session::{Beginning, Session},
};

/// Carries the identifier of a session.
pub(super) const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");

/// Carries the identifier of the last event that a client has seen.
const LAST_EVENT: &str = "last-event-id";

/// How many events may wait for a client that reads its standing stream slowly.
const WAITING: usize = 64;

/// The most messages in a batch.
const MOST_BATCH: usize = 100;

/// Deals with a message.
pub(super) async fn message(visit: Visit, asked: Asked) -> Response<Outbody> {
    match asked {
        Asked::Request(request) if request.method == Method::Initialize => {
            initialize(visit, request).await
        }
        Asked::Request(request) => match session(&visit, request.id()) {
            Ok(session) => {
                let caller = caller(&visit, &session);
                post::run(visit.core, caller, request, Some(session)).await
            }
            Err(response) => *response,
        },
        Asked::Notification(notification) => match session(&visit, "null") {
            Ok(session) => {
                if notification.method == Method::Cancelled {
                    session.cancel(notification.params());
                }
                visit.core.notification(&caller(&visit, &session), &notification);
                reply::accepted()
            }
            Err(response) => *response,
        },
        Asked::Response(response) => match session(&visit, "null") {
            Ok(session) => {
                visit.core.response(&caller(&visit, &session), &response);
                reply::accepted()
            }
            Err(response) => *response,
        },
    }
}

/// The revision that is spoken with a client that asks for this one: the same if it has a
/// handshake, the newest that has one otherwise.
pub(crate) fn negotiated(params: Option<&str>) -> Revision {
    let wanted = params.and_then(|params| walk::text(params, "protocolVersion"));
    let wanted = wanted.and_then(|wanted| Revision::parse(&wanted));
    wanted.filter(|wanted| !wanted.is_modern()).unwrap_or(Revision::NEWEST_LEGACY)
}

/// What a client says of itself in `initialize`.
pub(crate) fn beginning(principal: &Arc<str>, view: &str, params: Option<&str>) -> Beginning {
    let params_or = params.unwrap_or("{}");
    let capabilities = walk::member(params_or, "capabilities").unwrap_or("{}");
    let info = walk::member(params_or, "clientInfo").unwrap_or("{}");
    let part = |name| walk::text(info, name).unwrap_or_default().into_owned();
    Beginning {
        principal: Arc::clone(principal),
        view: view.into(),
        revision: negotiated(params),
        can: Can::read(capabilities),
        client: (part("name"), part("version")),
    }
}

async fn initialize(visit: Visit, request: Request) -> Response<Outbody> {
    let beginning = beginning(&visit.principal, &visit.view.name, request.params());
    let Some((id, session)) = visit.core.sessions.begin(beginning) else {
        return reply::plain(StatusCode::INTERNAL_SERVER_ERROR, "no session could be made");
    };
    let caller = caller(&visit, &session);
    let answer = Box::pin(visit.core.request(&caller, &request, &Outlet::Closed)).await;
    let mut response = reply::answer(answer, caller.revision);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(SESSION, id);
    }
    response
}

fn caller(visit: &Visit, session: &Arc<Session>) -> Caller {
    Caller {
        revision: session.revision,
        client: Some(Arc::clone(&session.client)),
        can: session.can,
        session: Some(Arc::clone(session)),
        ..visit.stranger(session.revision)
    }
}

/// The session that a message belongs to.
fn session(visit: &Visit, id: &str) -> Result<Arc<Session>, Box<Response<Outbody>>> {
    let Some(named) = header(&visit.inbound, SESSION.as_str()) else {
        let message = "`Mcp-Session-Id` is missing; begin with `initialize`";
        return Err(post::bad_request(id, post::INVALID, message, "no-session").into());
    };
    let found = visit.core.sessions.find(named, &visit.principal);
    let Some(session) = found.filter(|session| session.view == visit.view.name) else {
        let why = (post::INVALID, "there is no such session", "unknown-session");
        return Err(reply::failure(StatusCode::NOT_FOUND, id, why).into());
    };
    match header(&visit.inbound, mirror::REVISION.as_str()) {
        Some(said) if said != session.revision.name() => {
            let message = "`MCP-Protocol-Version` is not the revision of this session";
            Err(post::bad_request(id, post::INVALID, message, "wrong-revision").into())
        }
        _ => Ok(session),
    }
}

/// Opens the standing stream of a session, or goes on with one that broke.
pub(super) fn get(visit: &Visit) -> Response<Outbody> {
    let said = header(&visit.inbound, mirror::REVISION.as_str()).and_then(Revision::parse);
    if said.is_some_and(Revision::is_modern) {
        return reply::method_not_allowed();
    }
    if header(&visit.inbound, SESSION.as_str()).is_none() {
        return reply::method_not_allowed();
    }
    let accepts = visit.inbound.parts.headers.get_all(ACCEPT).iter();
    let accepts = accepts.filter_map(|value| value.to_str().ok());
    if !accepts
        .into_iter()
        .any(|value| value.contains("text/event-stream") || value.contains("*/*"))
    {
        return reply::plain(StatusCode::NOT_ACCEPTABLE, "a stream is `text/event-stream`");
    }
    let session = match session(visit, "null") {
        Ok(session) => session,
        Err(response) => return *response,
    };
    let last = header(&visit.inbound, LAST_EVENT);
    let Some(events) = session.streams(|streams| {
        if let Some(last) = last {
            let missed = streams.missed(last)?;
            let (sender, receiver) = mpsc::channel(WAITING + missed.len());
            for event in missed {
                // There is room for all of them.
                sender.try_send(event).ok();
            }
            streams.go_on(last, sender);
            Some(receiver)
        } else {
            let (sender, receiver) = mpsc::channel(WAITING);
            streams.stand(sender, session.revision >= Revision::V2025_11_25);
            Some(receiver)
        }
    }) else {
        return reply::plain(StatusCode::NOT_FOUND, "there is nothing to go on with");
    };
    reply::events(Outbody::Lasting(events, Some(visit.over())))
}

/// Ends a session.
pub(super) fn delete(visit: &Visit) -> Response<Outbody> {
    let said = header(&visit.inbound, mirror::REVISION.as_str()).and_then(Revision::parse);
    if said.is_some_and(Revision::is_modern) {
        return reply::method_not_allowed();
    }
    match session(visit, "null") {
        Ok(_) => {
            visit.core.sessions.end(header(&visit.inbound, SESSION.as_str()).unwrap_or_default());
            let mut response = reply::accepted();
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        }
        Err(response) => *response,
    }
}

/// Several messages at once, which one revision has (2025-03-26, basic, "Batching").
pub(super) async fn batch(visit: Visit) -> Response<Outbody> {
    let session = match session(&visit, "null") {
        Ok(session) if session.revision == Revision::V2025_03_26 => session,
        Ok(_) => {
            let message = "the revision of this session has no batches";
            return post::bad_request("null", post::INVALID, message, "no-batches");
        }
        Err(_) => {
            let message = "batches are not taken outside of a session that has them";
            return post::bad_request("null", post::INVALID, message, "no-batches");
        }
    };
    let messages = elements(&visit.inbound.body, MOST_BATCH);
    let Some(messages) = messages.filter(|all| !all.is_empty()) else {
        let message = "a batch has between one and a hundred messages";
        return post::bad_request("null", post::INVALID, message, "bad-batch");
    };
    let caller = caller(&visit, &session);
    let mut answers = Vec::new();
    for message in messages {
        if let Some(answer) = one(&visit, &caller, &session, &message).await {
            answers.push(answer);
        }
    }
    if answers.is_empty() {
        return reply::accepted();
    }
    let body = [b"[", &answers.join(&b","[..])[..], b"]"].concat();
    let mut response = reply::document(StatusCode::OK, String::new());
    *response.body_mut() = Outbody::Whole(body.into());
    response
}

/// One message of a batch, and its answer if it wants one.
async fn one(
    visit: &Visit,
    caller: &Caller,
    session: &Arc<Session>,
    message: &Bytes,
) -> Option<Vec<u8>> {
    let answer = match Asked::read(message) {
        Ok(Asked::Request(request)) if request.method == Method::Initialize => {
            let refusal = crate::Refusal::UnknownMethod;
            Answer::refusal(caller.revision, request.id(), refusal, ("initialize", ""))
        }
        Ok(Asked::Request(request)) => {
            let work = Box::pin(visit.core.request(caller, &request, &Outlet::Closed));
            session.run(&request.key, work).await
        }
        Ok(Asked::Notification(notification)) => {
            if notification.method == Method::Cancelled {
                session.cancel(notification.params());
            }
            visit.core.notification(caller, &notification);
            Answer::none()
        }
        Ok(Asked::Response(response)) => {
            visit.core.response(caller, &response);
            Answer::none()
        }
        Err(not) => {
            visit.core.tell_dropped(caller, not.refusal, not.method.as_deref());
            let id = not.id.as_deref().unwrap_or("null");
            Answer::result(not.refusal.answer(id, "the message", ""))
        }
    };
    (!answer.body.is_empty()).then_some(answer.body)
}

/// The request that a notification takes back.
pub(crate) fn cancelled(params: Option<&str>) -> Option<warden_mcp::IdKey> {
    let raw = walk::member(params?, "requestId")?;
    match frame::string(raw) {
        Some(text) => Some(warden_mcp::IdKey::Text(text.into())),
        None => raw.parse().ok().map(warden_mcp::IdKey::Number),
    }
}
