//! The messages that we write ourselves.

use serde_json::json;

/// The JSON-RPC error code of a refusal by policy.
///
/// Outside the range that JSON-RPC and MCP reserve (-32768 to -32000), so that no client takes
/// it for an error of the protocol.
pub const REFUSED: i64 = -31_000;

/// JSON-RPC: the bytes are not JSON.
pub const PARSE_ERROR: i64 = -32_700;

/// JSON-RPC: the JSON is not a request.
pub const INVALID_REQUEST: i64 = -32_600;

/// JSON-RPC: there is no such method.
pub const METHOD_NOT_FOUND: i64 = -32_601;

/// JSON-RPC: the parameters are wrong; MCP answers an unknown tool with it.
pub const INVALID_PARAMS: i64 = -32_602;

/// MCP 2026-07-28: the client has not declared a capability that the request needs.
pub const MISSING_CAPABILITY: i64 = -32_021;

/// JSON-RPC: the other side failed.
pub const INTERNAL_ERROR: i64 = -32_603;

/// An error answer as one line. `id` is a verified identifier as written, or `null`; `reason` is
/// a machine-readable word for programs, `message` a sentence for people.
#[must_use]
pub fn error(id: &str, code: i64, message: &str, reason: &str) -> Vec<u8> {
    let error = json!({ "code": code, "message": message, "data": { "reason": reason } });
    format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{error}}}"#).into_bytes()
}

/// A request as one line. `id` and `params` are JSON.
#[must_use]
pub fn request(id: &str, method: &str, params: &str) -> Vec<u8> {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Message, Outcome, parse};

    #[test]
    fn what_we_write_passes_our_own_check() {
        let line = error("\"a\"", REFUSED, "no \"tool\"", "unknown-tool");
        let Ok(Message::Response { outcome: Outcome::Error(error), .. }) = parse(&line) else {
            panic!("an error answer");
        };
        assert!(error.contains("\"reason\":\"unknown-tool\""));
        assert!(parse(&request("1", "tools/list", "{}")).is_ok());
    }
}
