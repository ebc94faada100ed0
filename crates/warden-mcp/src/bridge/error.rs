//! Errors, with the codes of the other side's revision.

use std::borrow::Cow;

use crate::{
    Method, Revision,
    reply::{INTERNAL_ERROR, INVALID_PARAMS, INVALID_REQUEST},
    splice::{self, Edit},
    walk,
};

/// There is no such resource, up to 2025-11-25.
const NOT_FOUND: i64 = -32_002;
/// A person has to visit an address first; 2025-11-25 alone.
const URL_REQUIRED: i64 = -32_042;
/// Headers and body differ, since 2026-07-28.
const HEADER_MISMATCH: i64 = crate::header::MISMATCH;
/// The client lacks a capability that is needed, since 2026-07-28.
const MISSING_CAPABILITY: i64 = -32_021;
/// The revision is not supported, since 2026-07-28.
const UNSUPPORTED_VERSION: i64 = -32_022;

/// An error with the code that it has in revision `to`. Message and data stay; codes that mean
/// the same everywhere, or that we do not know, too.
#[must_use]
pub fn error_for(method: Method, error: &str, to: Revision) -> Cow<'_, str> {
    let code = walk::member(error, "code").and_then(|raw| raw.parse::<i64>().ok());
    let Some(code) = code else { return Cow::Borrowed(error) };
    let other = code_for(method, code, error, to);
    if other == code {
        return Cow::Borrowed(error);
    }
    let other = other.to_string();
    Cow::Owned(splice::object(Some(error), &[("code", Edit::Set(&other))]))
}

fn code_for(method: Method, code: i64, error: &str, to: Revision) -> i64 {
    match code {
        NOT_FOUND if to.is_modern() => INVALID_PARAMS,
        INVALID_PARAMS if !to.is_modern() && is_not_found(method, error) => NOT_FOUND,
        URL_REQUIRED if to != Revision::V2025_11_25 => INTERNAL_ERROR,
        HEADER_MISMATCH | MISSING_CAPABILITY if !to.is_modern() => INVALID_REQUEST,
        UNSUPPORTED_VERSION if !to.is_modern() => INVALID_PARAMS,
        other => other,
    }
}

/// Whether it is about a resource that is not there, and not about parameters that are wrong:
/// only then it names the resource.
fn is_not_found(method: Method, error: &str) -> bool {
    let data = walk::member(error, "data").unwrap_or_default();
    method == Method::ResourcesRead && walk::member(data, "uri").is_some()
}

/// The params of the elicitations that an error of revision 2025-11-25 asks for before the
/// request is made again; nothing for any other error.
pub fn url_elicitations(error: &str) -> impl Iterator<Item = &str> {
    let code = walk::member(error, "code").and_then(|raw| raw.parse::<i64>().ok());
    let data = walk::member(error, "data").filter(|_| code == Some(URL_REQUIRED));
    let list = data.and_then(|data| walk::member(data, "elicitations"));
    // Whatever else it asks for, it may ask only for this.
    walk::elements(list.unwrap_or_default())
        .filter(|params| walk::text(params, "mode").is_some_and(|mode| mode == "url"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(method: Method, code: i64, to: Revision, expected: i64) {
        let of = |code| format!(r#"{{"code":{code},"message":"m","data":{{"uri":"file:///a"}}}}"#);
        assert_eq!(error_for(method, &of(code), to), of(expected));
    }

    #[test]
    fn codes_are_those_of_the_revision() {
        let (old, last, new) =
            (Revision::V2024_11_05, Revision::V2025_11_25, Revision::V2026_07_28);
        check(Method::ResourcesRead, -32_002, new, -32_602);
        check(Method::ResourcesRead, -32_002, old, -32_002);
        check(Method::ResourcesRead, -32_602, last, -32_002);
        check(Method::ResourcesRead, -32_602, new, -32_602);
        check(Method::ToolsCall, -32_602, last, -32_602);
        check(Method::ToolsCall, -32_042, last, -32_042);
        check(Method::ToolsCall, -32_042, old, -32_603);
        check(Method::ToolsCall, -32_042, new, -32_603);
        check(Method::ToolsCall, -32_020, last, -32_600);
        check(Method::ToolsCall, -32_021, last, -32_600);
        check(Method::Discover, -32_022, last, -32_602);
        check(Method::ToolsCall, -32_021, new, -32_021);
        check(Method::ToolsCall, -32_001, new, -32_001);
        check(Method::ToolsCall, 7, old, 7);
    }

    #[test]
    fn invalid_params_of_a_read_without_a_resource_stay() {
        for error in [r#"{"code":-32602,"message":"m"}"#, r#"{"code":-32602,"data":"uri"}"#, "{}"] {
            let same = error_for(Method::ResourcesRead, error, Revision::V2025_11_25);
            assert!(matches!(same, Cow::Borrowed(_)), "{error}");
        }
    }

    #[test]
    fn addresses_that_have_to_be_visited_are_read() {
        let error = r#"{"code":-32042,"message":"This request requires more information.","data":{"elicitations":[{"mode":"url","elicitationId":"550e","url":"https://mcp.example.com/connect","message":"Authorization is required."},{"mode":"form"}]}}"#;
        let all: Vec<_> = url_elicitations(error).collect();
        assert_eq!(all.len(), 1);
        assert_eq!(walk::text(all[0], "elicitationId").unwrap(), "550e");
        let other = error.replace("-32042", "-32603");
        assert_eq!(url_elicitations(&other).count(), 0);
    }
}
