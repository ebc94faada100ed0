//! Messages with metadata in each of them (2026-07-28).

use hyper::Response;
use warden_mcp::{Revision, header as mirror, reply as rpc, walk};

use super::{Outbody, Visit, header, post, reply};
use crate::gateway::{
    answer::{Answer, HEADER_MISMATCH},
    asked::{Asked, Request},
    caller::Caller,
    meta,
};

/// Deals with a message.
pub(super) async fn message(visit: Visit, asked: Asked) -> Response<Outbody> {
    let request = match asked {
        Asked::Request(request) => request,
        Asked::Notification(notification) => {
            visit.core.notification(&visit.stranger(Revision::NEWEST), &notification);
            return reply::accepted();
        }
        Asked::Response(_) => {
            let caller = visit.stranger(Revision::NEWEST);
            visit.core.tell_dropped(&caller, crate::Refusal::NotAsked, None);
            let message = "a client of this revision sends no responses";
            return post::bad_request("null", post::INVALID, message, "not-asked");
        }
    };
    match caller(&visit, &request) {
        Ok(caller) => {
            if let Err(why) = post::mirrored(&visit, &caller, &request) {
                return post::bad_request(request.id(), HEADER_MISMATCH, &why, "header-mismatch");
            }
            post::run(visit.core, caller, request, None).await
        }
        Err(answer) => *answer,
    }
}

/// Who asks, as the metadata of the request says.
fn caller(visit: &Visit, request: &Request) -> Result<Caller, Box<Response<Outbody>>> {
    let id = request.id();
    let said = header(&visit.inbound, mirror::REVISION.as_str());
    let params = request.params().unwrap_or("{}");
    let metadata = walk::member(params, "_meta").unwrap_or("{}");
    let version = walk::text(metadata, meta::VERSION);
    // Headers are looked at first: something on the way may have acted by them already.
    let mut caller = visit.stranger(Revision::NEWEST);
    if said.and_then(Revision::parse).is_some_and(Revision::is_modern)
        && let Err(why) = post::mirrored(visit, &caller, request)
    {
        return Err(post::bad_request(id, HEADER_MISMATCH, &why, "header-mismatch").into());
    }
    let Some(version) = version else {
        return Err(missing(id, meta::VERSION).into());
    };
    if said != Some(&*version) {
        let message = "`MCP-Protocol-Version` and the body do not name the same revision";
        return Err(post::bad_request(id, HEADER_MISMATCH, message, "header-mismatch").into());
    }
    match Revision::parse(&version) {
        Some(revision) if revision.is_modern() => caller.revision = revision,
        _ => {
            let answer = Answer::unsupported(id, &version);
            return Err(reply::refused(answer, Revision::NEWEST).into());
        }
    }
    let capabilities = walk::member(metadata, meta::CAPABILITIES);
    if !capabilities.is_some_and(|raw| raw.starts_with('{')) {
        return Err(missing(id, meta::CAPABILITIES).into());
    }
    caller.read_metadata(params);
    Ok(caller)
}

fn missing(id: &str, name: &str) -> Response<Outbody> {
    let message = format!("`_meta` lacks `{name}`");
    post::bad_request(id, rpc::INVALID_PARAMS, &message, "no-metadata")
}
