//! What stands in place of all that a server says: nothing of it but the words of the protocol
//! that a client needs to go on.

use warden_mcp::{
    Method, bridge,
    splice::{self, Edit},
    walk,
};
use warden_model::DataClass;

use super::Form;
use crate::content::pieces::is_word;

/// Members of tasks and notifications that say how something stands, and not what it is.
static STANDS: &[&str] = &[
    "resultType",
    "taskId",
    "status",
    "createdAt",
    "lastUpdatedAt",
    "ttl",
    "ttlMs",
    "pollInterval",
    "pollIntervalMs",
    "progressToken",
    "progress",
    "total",
    "level",
    "elicitationId",
];

/// JSON of the same form that says only that something is masked; `None` if there is none.
pub(super) fn in_place_of(raw: &str, form: Form<'_>, label: DataClass) -> Option<String> {
    let mark = splice::text(&format!("‹masked: {}›", label.name()));
    match form {
        Form::Error => {
            let code = walk::member(raw, "code").filter(|code| is_number(code));
            Some(format!(r#"{{"code":{},"message":{mark}}}"#, code.unwrap_or("-32603")))
        }
        Form::Result(method, about) => match bridge::result_type(raw).as_deref() {
            None | Some("complete") => {
                let result = complete(raw, (method, about), &mark)?;
                Some(with_type(raw, &result))
            }
            Some("task") => task(raw, &mark),
            // What a server wants to know cannot be asked without its words.
            Some(_) => None,
        },
        Form::Told(method) => told(raw, method, &mark),
        Form::Question => None,
    }
}

fn complete(raw: &str, (method, about): (Method, Option<&str>), mark: &str) -> Option<String> {
    match method {
        Method::ToolsCall if walk::member(raw, "task").is_some() => {
            Some(format!(r#"{{"task":{}}}"#, task(walk::member(raw, "task")?, mark)?))
        }
        Method::ToolsCall | Method::TasksResult => Some(tool(raw, mark)),
        Method::PromptsGet => Some(format!(
            r#"{{"messages":[{{"role":"user","content":{{"type":"text","text":{mark}}}}}]}}"#
        )),
        Method::ResourcesRead => {
            let uri = splice::text(about.unwrap_or_default());
            let contents = format!(r#"{{"uri":{uri},"mimeType":"text/plain","text":{mark}}}"#);
            Some(format!(r#"{{"contents":[{contents}],"ttlMs":0,"cacheScope":"private"}}"#))
        }
        Method::Complete => Some(r#"{"completion":{"values":[]}}"#.into()),
        Method::TasksGet | Method::TasksCancel | Method::TasksUpdate => task(raw, mark),
        _ => None,
    }
}

/// The result of a tool. Its structured content is gone: the names of members can be data, too.
fn tool(raw: &str, mark: &str) -> String {
    let failed = walk::member(raw, "isError").filter(|failed| *failed == "true");
    let failed = failed.map(|failed| format!(r#","isError":{failed}"#)).unwrap_or_default();
    format!(r#"{{"content":[{{"type":"text","text":{mark}}}]{failed}}}"#)
}

/// How a task stands, and its result without what it says.
fn task(raw: &str, mark: &str) -> Option<String> {
    let mut out = standing(raw);
    let result = walk::member(raw, "result").map(|result| tool(result, mark));
    let error = walk::member(raw, "error");
    let error = error.and_then(|error| in_place_of(error, Form::Error, DataClass::Public));
    let said = walk::member(raw, "statusMessage").map(|_| mark);
    if walk::member(raw, "inputRequests").is_some() {
        return None;
    }
    let set = [("result", result.as_deref()), ("error", error.as_deref()), ("statusMessage", said)];
    let set = set.into_iter().filter_map(|(name, value)| Some((name, Edit::Set(value?))));
    out = splice::object(Some(&out), &set.collect::<Vec<_>>());
    Some(out)
}

fn told(raw: &str, method: Method, mark: &str) -> Option<String> {
    let out = standing(raw);
    let said = match method {
        Method::Progress => walk::member(raw, "message").map(|_| "message"),
        Method::Log => Some("data"),
        Method::TasksStatus | Method::TasksTold => return task(raw, mark),
        Method::ElicitationDone => None,
        _ => return None,
    };
    let set: Vec<_> = said.into_iter().map(|name| (name, Edit::Set(mark))).collect();
    Some(splice::object(Some(&out), &set))
}

/// Only what says how something stands.
fn standing(raw: &str) -> String {
    let plain = |raw: &str| {
        is_number(raw)
            || raw == "null"
            || warden_mcp::frame::string(raw).is_some_and(|text| is_word(&text))
    };
    let kept = STANDS.iter().filter_map(|name| {
        let value = walk::member(raw, name).filter(|value| plain(value))?;
        Some((*name, Edit::Set(value)))
    });
    splice::object(None, &kept.collect::<Vec<_>>())
}

fn with_type(raw: &str, result: &str) -> String {
    match walk::member(raw, "resultType") {
        Some(sort) => splice::object(Some(result), &[("resultType", Edit::Set(sort))]),
        None => result.to_owned(),
    }
}

fn is_number(raw: &str) -> bool {
    raw.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}
