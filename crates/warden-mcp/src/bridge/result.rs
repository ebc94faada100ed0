//! Results, as the other era has them.

use std::borrow::Cow;

use super::{Untranslatable, content, input::result_type};
use crate::{
    Method, Revision,
    splice::{self, Edit},
    walk,
};

/// How long a result may be kept, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cache {
    /// For how many milliseconds.
    pub ttl_ms: u64,
    /// By whom.
    pub scope: Scope,
}

/// Who may use a result that somebody kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everybody.
    Public,
    /// Only who it was for.
    Private,
}

impl Scope {
    pub(super) const fn json(self) -> &'static str {
        match self {
            Self::Public => r#""public""#,
            Self::Private => r#""private""#,
        }
    }
}

impl Cache {
    /// What a result says about itself. What it does not say, or not well, is no time at all and
    /// nobody else.
    #[must_use]
    pub fn of(result: &str) -> Self {
        let ttl_ms = walk::member(result, "ttlMs").and_then(|raw| raw.parse().ok()).unwrap_or(0);
        let public = walk::text(result, "cacheScope").is_some_and(|scope| scope == "public");
        Self { ttl_ms, scope: if public { Scope::Public } else { Scope::Private } }
    }
}

/// The result of an older server, as a modern server gives it.
///
/// An older server cannot ask for input in a result, so whatever it says, the result is complete.
/// `cache` is what holds where the result does not say it.
#[must_use]
pub fn result_to_modern(method: Method, result: &str, cache: Cache) -> Cow<'_, str> {
    let complete = result_type(result).is_some_and(|kind| kind == "complete");
    let lacks = |name| walk::member(result, name).is_none();
    let cacheable = method.is_cacheable();
    let (ttl, scope) = (cacheable && lacks("ttlMs"), cacheable && lacks("cacheScope"));
    if complete && !ttl && !scope {
        return Cow::Borrowed(result);
    }
    let ttl_ms = cache.ttl_ms.to_string();
    let mut edits = vec![("resultType", Edit::Set(r#""complete""#))];
    edits.extend(ttl.then_some(("ttlMs", Edit::Set(&ttl_ms))));
    edits.extend(scope.then_some(("cacheScope", Edit::Set(cache.scope.json()))));
    Cow::Owned(splice::object(Some(result), &edits))
}

/// The result of a modern server, as a server of `revision` gives it.
///
/// # Errors
/// A result that is not one: it asks for input or is a task.
pub fn result_to_legacy(
    method: Method,
    result: &str,
    revision: Revision,
) -> Result<Cow<'_, str>, Untranslatable> {
    match result_type(result).as_deref() {
        None | Some("complete") => {}
        Some("input_required") => return Err(Untranslatable::InputRequired),
        Some("task") => return Err(Untranslatable::Task),
        Some(_) => return Err(Untranslatable::UnknownType),
    }
    let mut edits = vec![("resultType", Edit::Gone)];
    if method.is_cacheable() {
        edits.extend([("ttlMs", Edit::Gone), ("cacheScope", Edit::Gone)]);
    }
    let changed = match method {
        Method::ToolsCall => called(result, revision)?,
        Method::PromptsGet => {
            messages(result, revision)?.map(|list| vec![("messages", Some(list))])
        }
        Method::ToolsList => tools(result)?.map(|list| vec![("tools", Some(list))]),
        _ => None,
    };
    let changed = changed.unwrap_or_default();
    edits.extend(
        changed.iter().map(|(name, value)| (*name, value.as_deref().map_or(Edit::Gone, Edit::Set))),
    );
    let there = |(name, edit): &(&str, Edit<'_>)| {
        *edit != Edit::Gone || walk::member(result, name).is_some()
    };
    if edits.iter().any(there) {
        return Ok(Cow::Owned(splice::object(Some(result), &edits)));
    }
    Ok(Cow::Borrowed(result))
}

/// Members with their new values; those without one are taken out.
type Changes = Vec<(&'static str, Option<String>)>;

/// What changes in the result of a call: content that the revision does not have, and structured
/// content that is no object.
fn called(result: &str, revision: Revision) -> Result<Option<Changes>, Untranslatable> {
    let raw = walk::member(result, "content");
    let blocks = if content::lacks_any(revision) {
        content::elements(raw.unwrap_or("[]"), |block| Ok(content::as_text(block, revision)))?
    } else {
        None
    };
    let mut changes: Changes = Vec::new();
    changes.extend(blocks.map(|list| ("content", Some(list))));
    let structured = walk::member(result, "structuredContent");
    if let Some(structured) = structured.filter(|raw| !raw.starts_with('{')) {
        changes.push(("structuredContent", None));
        if walk::elements(raw.unwrap_or("[]")).next().is_none() {
            let text = splice::text(structured);
            changes.push(("content", Some(format!(r#"[{{"type":"text","text":{text}}}]"#))));
        }
    }
    Ok((!changes.is_empty()).then_some(changes))
}

/// The messages of a prompt, if the revision does not have some of their content.
fn messages(result: &str, revision: Revision) -> Result<Option<String>, Untranslatable> {
    if !content::lacks_any(revision) {
        return Ok(None);
    }
    content::elements(walk::member(result, "messages").unwrap_or("[]"), |message| {
        let block = walk::member(message, "content").unwrap_or("{}");
        let text = content::as_text(block, revision);
        Ok(text.map(|text| splice::object(Some(message), &[("content", Edit::Set(&text))])))
    })
}

/// The tools of a list, if some are changed.
fn tools(result: &str) -> Result<Option<String>, Untranslatable> {
    content::elements(walk::member(result, "tools").unwrap_or("[]"), |tool| {
        Ok(match tool_to_legacy(tool) {
            Cow::Owned(changed) => Some(changed),
            Cow::Borrowed(_) => None,
        })
    })
}

/// A tool of a modern server, as an older server lists it.
///
/// Output that is described as anything but an object is not described: clients of older
/// revisions refuse the whole list for that.
#[must_use]
pub fn tool_to_legacy(tool: &str) -> Cow<'_, str> {
    let schema = walk::member(tool, "outputSchema");
    let odd = schema.is_some_and(|raw| walk::text(raw, "type").is_none_or(|t| t != "object"));
    if odd { without(tool, "outputSchema") } else { Cow::Borrowed(tool) }
}

/// A tool of an older server, as a modern server lists it.
///
/// `execution` says whether it can be called as a task of 2025-11-25, which no modern client
/// knows.
#[must_use]
pub fn tool_to_modern(tool: &str) -> Cow<'_, str> {
    without(tool, "execution")
}

fn without<'a>(object: &'a str, member: &str) -> Cow<'a, str> {
    if walk::member(object, member).is_none() {
        return Cow::Borrowed(object);
    }
    Cow::Owned(splice::object(Some(object), &[(member, Edit::Gone)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Cache = Cache { ttl_ms: 0, scope: Scope::Private };
    const OLD: Revision = Revision::V2024_11_05;
    const NEWER: Revision = Revision::V2025_11_25;

    #[test]
    fn results_of_older_servers_are_complete_and_say_how_long_they_hold() {
        let list = r#"{"tools":[],"nextCursor":"c"}"#;
        let expected = r#"{"tools":[],"nextCursor":"c","resultType":"complete","ttlMs":0,"cacheScope":"private"}"#;
        assert_eq!(result_to_modern(Method::ToolsList, list, NONE), expected);
        assert_eq!(result_to_modern(Method::ToolsCall, "{}", NONE), r#"{"resultType":"complete"}"#);
        let said = r#"{"contents":[],"ttlMs":5,"resultType":"complete","cacheScope":"public"}"#;
        assert!(matches!(result_to_modern(Method::ResourcesRead, said, NONE), Cow::Borrowed(_)));
        assert_eq!(Cache::of(said), Cache { ttl_ms: 5, scope: Scope::Public });
        for odd in ["{}", r#"{"ttlMs":-1}"#, r#"{"ttlMs":1.5}"#, r#"{"cacheScope":"PUBLIC"}"#] {
            assert_eq!(Cache::of(odd), NONE, "{odd}");
        }
    }

    #[test]
    fn an_older_server_cannot_ask_in_a_result() {
        let asks = r#"{"resultType":"input_required","inputRequests":{}}"#;
        let seen = result_to_modern(Method::ToolsCall, asks, NONE);
        assert_eq!(seen, r#"{"resultType":"complete","inputRequests":{}}"#);
    }

    #[test]
    fn results_of_newer_servers_lose_what_only_they_say() {
        let list = r#"{"resultType":"complete","tools":[{"name":"a","icons":[],"title":"A"}],"nextCursor":"n","ttlMs":300000,"cacheScope":"public"}"#;
        let expected = r#"{"tools":[{"name":"a","icons":[],"title":"A"}],"nextCursor":"n"}"#;
        assert_eq!(result_to_legacy(Method::ToolsList, list, OLD).unwrap(), expected);
        let plain = r#"{"content":[{"type":"text","text":"x"}],"ttlMs":1}"#;
        let same = result_to_legacy(Method::ToolsCall, plain, OLD).unwrap();
        assert!(matches!(same, Cow::Borrowed(_)));
        for (kind, why) in [
            ("input_required", Untranslatable::InputRequired),
            ("task", Untranslatable::Task),
            ("other", Untranslatable::UnknownType),
        ] {
            let result = format!(r#"{{"resultType":"{kind}"}}"#);
            assert_eq!(result_to_legacy(Method::ToolsCall, &result, NEWER), Err(why));
        }
    }

    #[test]
    fn content_that_a_revision_lacks_becomes_text() {
        let result = r#"{"content":[{"type":"text","text":"x"},{"type":"audio","data":"AA==","mimeType":"audio/wav"},{"type":"resource_link","uri":"file:///a","name":"a","description":"the file","annotations":{"priority":1}}]}"#;
        let text = r#"{"type":"text","text":"x"}"#;
        let audio = r#"{"type":"audio","data":"AA==","mimeType":"audio/wav"}"#;
        let no_audio = r#"{"type":"text","text":"[audio, audio/wav: left out, as the protocol revision in use has none]"}"#;
        let no_link = r#"{"type":"text","annotations":{"priority":1},"text":"[resource a] file:///a\nthe file"}"#;
        let of = |revision| result_to_legacy(Method::ToolsCall, result, revision).unwrap();
        assert_eq!(of(OLD), format!(r#"{{"content":[{text},{no_audio},{no_link}]}}"#));
        let march = of(Revision::V2025_03_26);
        assert_eq!(march, format!(r#"{{"content":[{text},{audio},{no_link}]}}"#));
        assert!(matches!(of(Revision::V2025_06_18), Cow::Borrowed(_)));
        assert!(matches!(of(NEWER), Cow::Borrowed(_)));
        let prompt = format!(r#"{{"messages":[{{"role":"user","content":{audio}}}]}}"#);
        let seen = result_to_legacy(Method::PromptsGet, &prompt, OLD).unwrap();
        assert_eq!(seen, format!(r#"{{"messages":[{{"role":"user","content":{no_audio}}}]}}"#));
    }

    #[test]
    fn tools_of_older_servers_lose_what_only_they_say() {
        let tool = r#"{"name":"a","execution":{"taskSupport":"optional"},"inputSchema":{}}"#;
        assert_eq!(tool_to_modern(tool), r#"{"name":"a","inputSchema":{}}"#);
        let plain = r#"{"name":"a","":{},"outputSchema":{"type":"object"}}"#;
        assert!(matches!(tool_to_modern(plain), Cow::Borrowed(_)));
        assert!(matches!(tool_to_legacy(plain), Cow::Borrowed(_)));
    }

    #[test]
    fn structured_content_and_its_schema_are_objects_for_older_clients() {
        let array = r#"{"resultType":"complete","content":[],"structuredContent":[1, 2]}"#;
        let seen = result_to_legacy(Method::ToolsCall, array, NEWER).unwrap();
        assert_eq!(seen, r#"{"content":[{"type":"text","text":"[1, 2]"}]}"#);
        let told = r#"{"content":[{"type":"text","text":"x"}],"structuredContent":1}"#;
        let seen = result_to_legacy(Method::ToolsCall, told, NEWER).unwrap();
        assert_eq!(seen, r#"{"content":[{"type":"text","text":"x"}]}"#);
        let object = r#"{"content":[],"structuredContent":{"a":1}}"#;
        let same = result_to_legacy(Method::ToolsCall, object, OLD).unwrap();
        assert!(matches!(same, Cow::Borrowed(_)));
        let list = r#"{"tools":[{"name":"a","outputSchema":{"type":"array"}},{"name":"b","outputSchema":{"type":"object"}}]}"#;
        let seen = result_to_legacy(Method::ToolsList, list, NEWER).unwrap();
        let expected = r#"{"tools":[{"name":"a"},{"name":"b","outputSchema":{"type":"object"}}]}"#;
        assert_eq!(seen, expected);
    }
}
