//! Spans as OTLP in JSON: identifiers as hexadecimal text, 64-bit numbers as decimal text, enums
//! as numbers, names in camel case.

use serde::Serialize;

use super::{context::Parent, span::Finished};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'spans> {
    resource_spans: [ResourceSpans<'spans>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceSpans<'spans> {
    resource: Resource<'spans>,
    scope_spans: [ScopeSpans<'spans>; 1],
}

#[derive(Serialize)]
struct Resource<'spans> {
    attributes: Vec<Attribute<'spans>>,
}

#[derive(Serialize)]
struct ScopeSpans<'spans> {
    scope: Scope<'spans>,
    spans: Vec<WireSpan<'spans>>,
}

#[derive(Serialize)]
struct Scope<'spans> {
    name: &'static str,
    version: &'spans str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireSpan<'spans> {
    trace_id: String,
    span_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_state: Option<&'spans str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_span_id: Option<String>,
    name: &'spans str,
    kind: u8,
    start_time_unix_nano: String,
    end_time_unix_nano: String,
    attributes: Vec<Attribute<'spans>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<[Link; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Link {
    trace_id: String,
    span_id: String,
}

#[derive(Serialize)]
struct Status {
    code: u8,
}

#[derive(Serialize)]
struct Attribute<'spans> {
    key: &'spans str,
    value: Value<'spans>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Value<'spans> {
    string_value: &'spans str,
}

/// `STATUS_CODE_ERROR`.
const ERROR: u8 = 2;

/// The body of a request to a collector. `None` only if JSON cannot be written at all.
pub(super) fn write(spans: &[Box<Finished>], version: &str) -> Option<Vec<u8>> {
    let service = [("service.name", "mcpwarden"), ("service.version", version)];
    let request = Request {
        resource_spans: [ResourceSpans {
            resource: Resource { attributes: service.map(attribute).into() },
            scope_spans: [ScopeSpans {
                scope: Scope { name: "mcpwarden.gateway", version },
                spans: spans.iter().map(|span| wire(span)).collect(),
            }],
        }],
    };
    serde_json::to_vec(&request).ok()
}

fn wire(span: &Finished) -> WireSpan<'_> {
    let attributes = span.attributes.iter().map(|(name, value)| attribute((name, value)));
    let link = |Parent { trace, span, .. }| {
        [Link { trace_id: format!("{trace:032x}"), span_id: format!("{span:016x}") }]
    };
    WireSpan {
        trace_id: format!("{:032x}", span.own.trace),
        span_id: format!("{:016x}", span.own.span),
        trace_state: span.remote.state(),
        parent_span_id: span.parent.map(|parent| format!("{parent:016x}")),
        name: &span.name,
        kind: span.kind as u8,
        start_time_unix_nano: span.start.to_string(),
        end_time_unix_nano: span.end.to_string(),
        attributes: attributes.collect(),
        links: span.remote.link().map(link),
        status: span.failed.then_some(Status { code: ERROR }),
    }
}

fn attribute<'text>((key, string_value): (&'text str, &'text str)) -> Attribute<'text> {
    Attribute { key, value: Value { string_value } }
}
