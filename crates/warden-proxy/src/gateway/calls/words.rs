//! A request in the words of its server, and an answer in those of its client.

use std::borrow::Cow;

use warden_mcp::{Gate, Method, Outcome, bridge, reply, splice, splice::Edit, walk};

use crate::{
    call::Target,
    flights::InFlight,
    gateway::{
        asked::Request,
        caller::Caller,
        meta,
        route::{self, Route},
        server::{Lease, Server},
        traces::{Carried, Ended as How},
        upstream::Outbound,
    },
};

/// An outcome of the same sort.
pub(super) const fn in_place_of<'a>(outcome: Outcome<'_>, changed: &'a str) -> Outcome<'a> {
    match outcome {
        Outcome::Error(_) => Outcome::Error(changed),
        Outcome::Result(_) => Outcome::Result(changed),
    }
}

/// A result as the client's revision has it.
pub(super) fn in_words_of<'a>(
    caller: &Caller,
    method: Method,
    result: &'a str,
    server_is_modern: bool,
) -> Result<Cow<'a, str>, bridge::Untranslatable> {
    if !caller.revision.is_modern() {
        return bridge::result_to_legacy(method, result, caller.revision);
    }
    if server_is_modern && bridge::result_type(result).is_some() {
        return Ok(result.into());
    }
    // What a server does not say of how long it holds, holds for no time.
    let cache = bridge::Cache { ttl_ms: 0, scope: bridge::Scope::Private };
    Ok(bridge::result_to_modern(method, result, cache))
}

/// How a server has answered.
pub(super) fn how(method: Method, outcome: Outcome<'_>) -> How {
    match outcome {
        Outcome::Error(error) => {
            let code = walk::member(error, "code").and_then(|code| code.parse().ok());
            How::Error(code.unwrap_or(reply::INTERNAL_ERROR))
        }
        // Looking for the word first is cheap, and it is seldom there.
        Outcome::Result(result)
            if method == Method::ToolsCall
                && memchr::memmem::find(result.as_bytes(), b"\"isError\"").is_some()
                && walk::member(result, "isError") == Some("true") =>
        {
            How::ToolFailed
        }
        Outcome::Result(_) => How::Well,
    }
}

/// The request as it goes out, with the headers that repeat its arguments.
pub(super) fn outbound(
    server: &Server,
    flight: &InFlight,
    params: Box<[u8]>,
    target: &Target,
) -> Outbound {
    let method = flight.call.subject().method;
    // It was verified as text, and only text was put into it.
    let params: Box<str> = String::from_utf8(params.into_vec()).unwrap_or_default().into();
    let arguments = walk::member(&params, "arguments");
    let mirrored = server.mirrored.get(own_name(target));
    // One that cannot be written is missed by the server, which says so.
    let headers = mirrored.and_then(|mirrored| mirrored.headers(arguments).ok());
    let out = Outbound::judged(&flight.call, method, params);
    match headers {
        Some(headers) => out.with_headers(headers),
        None => out,
    }
}

/// The addresses that have to be visited before a request is made again, which a server of
/// 2025-11-25 names in an error, as a modern client is asked for that. The server needs nothing
/// but the same request once more, so no state goes with it.
pub(super) fn visits(caller: &Caller, error: &str) -> Option<String> {
    if !caller.revision.is_modern() || !caller.can.follows_urls() {
        return None;
    }
    let params: Vec<_> = bridge::url_elicitations(error)
        .take(bridge::MOST_INPUTS)
        .enumerate()
        .map(|(at, params)| {
            let params = splice::object(Some(params), &[("elicitationId", Edit::Gone)]);
            (format!("visit-{at}"), params)
        })
        .collect();
    let asks = params.iter().map(|(key, params)| (&**key, Method::Elicitation, Some(&**params)));
    (!params.is_empty()).then(|| bridge::input_required(asks, None))
}

/// Whether a modern server wants to know more before it answers.
pub(super) fn is_input_required(result: &str) -> bool {
    bridge::result_type(result).as_deref() == Some("input_required")
}

pub(super) fn own_name(target: &Target) -> &str {
    match target {
        Target::Definition(_, name) => name,
        Target::Resource(_) | Target::Task(_) | Target::Ask(_) => "",
    }
}

/// The parameters of a request, with what is addressed called by its own name, and with `also`.
pub(super) fn named(request: &Request, route: &Route, also: &[(&str, Edit<'_>)]) -> String {
    let params = request.params();
    let own = match (&route.public, &route.target) {
        (None, _) | (_, Target::Resource(_) | Target::Ask(_)) => None,
        (Some(_), Target::Definition(_, own) | Target::Task(own)) => Some(own),
    };
    let mut edits: Vec<(&str, Edit<'_>)> = Vec::with_capacity(1 + also.len());
    let value;
    if let (Some(own), Gate::Judge(named)) = (own, request.method.gate()) {
        value = match named {
            warden_mcp::Named::Reference => route::reference(params, own),
            _ => splice::text(own),
        };
        edits.push((route::naming(named), Edit::Set(&value)));
    }
    edits.extend(also.iter().map(|(name, edit)| (*name, *edit)));
    if edits.is_empty() {
        return params.unwrap_or("{}").into();
    }
    splice::object(params, &edits)
}

/// The same for this server, and the client's progress token.
pub(super) fn toward(
    caller: &Caller,
    params: &str,
    (route, lease): (&Route, &Lease),
    (also, carried): (&[(&str, Edit<'_>)], &Carried),
) -> (String, Option<Box<str>>) {
    let mut edits: Vec<(&str, Edit<'_>)> = Vec::new();
    let link = &lease.connection.link;
    // What belongs to rounds is only between two who have them.
    let rounds = caller.revision.is_modern() && link.introduction().revision.is_modern();
    for name in ["inputResponses", "requestState"] {
        let written = walk::member(params, name).is_some();
        if !rounds && written && !also.iter().any(|(other, _)| *other == name) {
            edits.push((name, Edit::Gone));
        }
    }
    let toward = meta::toward(caller, &route.server, link, Some(params), (&edits, carried));
    (toward.params, toward.token)
}
