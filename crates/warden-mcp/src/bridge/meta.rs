//! `_meta`: what a request says about itself and its client.

use std::borrow::Cow;

use super::level::Level;
use crate::{
    Revision,
    frame::string,
    splice::{self, Edit},
    walk,
};

/// The revision that a request is of.
pub const PROTOCOL_VERSION: &str = "io.modelcontextprotocol/protocolVersion";

/// Who sends a request.
pub const CLIENT_INFO: &str = "io.modelcontextprotocol/clientInfo";

/// What a server may ask of whoever sends a request.
pub const CLIENT_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

/// From which level on log messages are wanted for a request; without it none are.
pub const LOG_LEVEL: &str = "io.modelcontextprotocol/logLevel";

/// Which server a result is of.
pub const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

/// Which subscription a notification is for.
pub const SUBSCRIPTION_ID: &str = "io.modelcontextprotocol/subscriptionId";

/// Which task a message of revision 2025-11-25 belongs to.
pub const RELATED_TASK: &str = "io.modelcontextprotocol/related-task";

/// The name of the tasks extension.
pub const TASKS: &str = "io.modelcontextprotocol/tasks";

/// What only newer revisions know.
const MODERN: &[&str] =
    &[PROTOCOL_VERSION, CLIENT_INFO, CLIENT_CAPABILITIES, LOG_LEVEL, SUBSCRIPTION_ID];

/// Members of params that only newer revisions know.
const RETRY: &[&str] = &["inputResponses", "requestState"];

/// What stands in `_meta` of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta<'a> {
    /// The revision's name; it need not be one that we know.
    pub version: Option<Cow<'a, str>>,
    /// The client's name and version, as JSON.
    pub client_info: Option<&'a str>,
    /// The client's capabilities, as JSON.
    pub capabilities: Option<&'a str>,
    /// The level from which on log messages are wanted, as JSON.
    pub log_level: Option<&'a str>,
    /// What progress is told under, as JSON.
    pub progress_token: Option<&'a str>,
    /// Trace context (W3C), in which the request is made.
    pub traceparent: Option<Cow<'a, str>>,
    /// More of the trace context.
    pub tracestate: Option<Cow<'a, str>>,
    /// What travels with the trace.
    pub baggage: Option<Cow<'a, str>>,
}

impl<'a> Meta<'a> {
    /// Reads `_meta` of these params, in one pass; `None` if there is no such object.
    #[must_use]
    pub fn read(params: &'a str) -> Option<Self> {
        let raw = walk::member(params, "_meta").filter(|raw| raw.starts_with('{'))?;
        let mut meta = Self::default();
        for (name, value) in walk::members(raw) {
            match &*name {
                PROTOCOL_VERSION => meta.version = string(value),
                CLIENT_INFO => meta.client_info = Some(value),
                CLIENT_CAPABILITIES => meta.capabilities = Some(value),
                LOG_LEVEL => meta.log_level = Some(value),
                "progressToken" => meta.progress_token = Some(value),
                "traceparent" => meta.traceparent = string(value),
                "tracestate" => meta.tracestate = string(value),
                "baggage" => meta.baggage = string(value),
                _ => {}
            }
        }
        Some(meta)
    }

    /// The level from which on log messages are wanted.
    ///
    /// # Errors
    /// What was written, if it is no level. The request is then to be refused.
    pub fn level(&self) -> Result<Option<Level>, &'a str> {
        let Some(raw) = self.log_level else { return Ok(None) };
        let level = string(raw).and_then(|name| Level::parse(&name));
        level.map(Some).ok_or(raw)
    }
}

/// What a request to a modern server says about itself.
#[derive(Clone, Copy, Debug)]
pub struct ModernMeta<'a> {
    /// The revision.
    pub version: Revision,
    /// The client's name and version, as JSON.
    pub client_info: Option<&'a str>,
    /// The client's capabilities, as JSON.
    pub capabilities: &'a str,
    /// From which level on log messages are wanted.
    pub log_level: Option<Level>,
}

/// The params of a request to a modern server. Foreign members of `_meta` stay; whatever a client
/// of an older revision has put into reserved ones does not.
#[must_use]
pub fn to_modern_params(params: Option<&str>, meta: &ModernMeta<'_>) -> String {
    let version = splice::text(meta.version.name());
    let level = meta.log_level.map(|level| splice::text(level.name()));
    let or_gone = |value| Option::map_or(value, Edit::Gone, Edit::Set);
    let edits = [
        (PROTOCOL_VERSION, Edit::Set(&version)),
        (CLIENT_INFO, or_gone(meta.client_info)),
        (CLIENT_CAPABILITIES, Edit::Set(meta.capabilities)),
        (LOG_LEVEL, or_gone(level.as_deref())),
        (SUBSCRIPTION_ID, Edit::Gone),
    ];
    splice::nested(params, "_meta", &edits)
}

/// The params of a request or notification as older revisions have them: without the reserved
/// members of `_meta`, without what a retry carries. Foreign members stay.
#[must_use]
pub fn to_legacy_params(params: &str) -> Cow<'_, str> {
    let meta = walk::member(params, "_meta").unwrap_or_default();
    let any = |raw, names: &[&str]| walk::members(raw).any(|(name, _)| names.contains(&&*name));
    let reserved = any(meta, MODERN);
    if !reserved && !any(params, RETRY) {
        return Cow::Borrowed(params);
    }
    let mut edits: Vec<_> = gone(RETRY).collect();
    let left = splice::object(Some(meta), &gone(MODERN).collect::<Vec<_>>());
    if reserved {
        let empty = walk::members(&left).next().is_none();
        edits.push(("_meta", if empty { Edit::Gone } else { Edit::Set(&left) }));
    }
    Cow::Owned(splice::object(Some(params), &edits))
}

/// The params of a notification on a subscription's stream. `subscription` is the identifier of
/// the request that opened it, as JSON.
#[must_use]
pub fn notification_to_modern(params: Option<&str>, subscription: &str) -> String {
    splice::nested(params, "_meta", &[(SUBSCRIPTION_ID, Edit::Set(subscription))])
}

fn gone<'a>(names: &'a [&'a str]) -> impl Iterator<Item = (&'a str, Edit<'a>)> {
    names.iter().map(|name| (*name, Edit::Gone))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: &str = r#"{"name":"get_weather","arguments":{"_meta":{"a":1}},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"ExampleClient","version":"1.0.0"},"io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/logLevel":"warning","progressToken":7,"traceparent":"00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01","com.example/x":[1.0]}}"#;

    #[test]
    fn what_a_request_says_about_itself_is_read() {
        let meta = Meta::read(CALL).unwrap();
        assert_eq!(meta.version.as_deref(), Some("2026-07-28"));
        assert_eq!(meta.client_info, Some(r#"{"name":"ExampleClient","version":"1.0.0"}"#));
        assert_eq!(meta.capabilities, Some("{}"));
        assert_eq!(meta.level(), Ok(Some(Level::Warning)));
        assert_eq!(meta.progress_token, Some("7"));
        assert!(meta.traceparent.unwrap().ends_with("-01"));
        assert_eq!(meta.baggage, None);
        assert_eq!(Meta::read("{}"), None);
        assert_eq!(Meta::read(r#"{"_meta":1}"#), None);
        let params = r#"{"_meta":{"io.modelcontextprotocol/logLevel":"loud"}}"#;
        assert_eq!(Meta::read(params).unwrap().level(), Err("\"loud\""));
    }

    #[test]
    fn older_revisions_get_what_is_foreign_and_nothing_reserved() {
        let expected = r#"{"name":"get_weather","arguments":{"_meta":{"a":1}},"_meta":{"progressToken":7,"traceparent":"00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01","com.example/x":[1.0]}}"#;
        assert_eq!(to_legacy_params(CALL), expected);
        let only = r#"{"a":1,"_meta":{"io.modelcontextprotocol/protocolVersion":"x"}}"#;
        assert_eq!(to_legacy_params(only), r#"{"a":1}"#);
        let retry = r#"{"name":"x","inputResponses":{},"requestState":"s","_meta":{"k":1}}"#;
        assert_eq!(to_legacy_params(retry), r#"{"name":"x","_meta":{"k":1}}"#);
        for same in ["{}", r#"{"a":{"requestState":1},"_meta":{"progressToken":1}}"#] {
            assert!(matches!(to_legacy_params(same), Cow::Borrowed(_)));
        }
    }

    #[test]
    fn newer_revisions_get_metadata_that_is_ours() {
        let mut meta = ModernMeta {
            version: Revision::V2026_07_28,
            client_info: Some(r#"{"name":"a","version":"1"}"#),
            capabilities: "{}",
            log_level: None,
        };
        let forged = r#"{"_meta":{"progressToken":1,"io.modelcontextprotocol/logLevel":"debug","io.modelcontextprotocol/clientCapabilities":{"sampling":{}}}}"#;
        assert_eq!(
            to_modern_params(Some(forged), &meta),
            r#"{"_meta":{"progressToken":1,"io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"a","version":"1"}}}"#
        );
        meta.log_level = Some(Level::Info);
        meta.client_info = None;
        let params = to_modern_params(None, &meta);
        let read = Meta::read(&params).unwrap();
        assert_eq!((read.level(), read.client_info), (Ok(Some(Level::Info)), None));
        assert_eq!(to_legacy_params(&params), "{}");
    }

    #[test]
    fn a_notification_says_which_subscription_it_is_for() {
        let params = notification_to_modern(Some(r#"{"uri":"file:///a"}"#), "\"s1\"");
        let expected =
            r#"{"uri":"file:///a","_meta":{"io.modelcontextprotocol/subscriptionId":"s1"}}"#;
        assert_eq!(params, expected);
        assert_eq!(to_legacy_params(&params), r#"{"uri":"file:///a"}"#);
    }
}
