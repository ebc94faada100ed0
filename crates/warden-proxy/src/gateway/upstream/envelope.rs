//! The envelopes around what is sent.

use std::fmt::Write as _;

use warden_mcp::Method;

/// A request.
pub(super) fn request(id: i64, method: Method, params: Option<&str>) -> Vec<u8> {
    let mut text = String::with_capacity(80 + params.map_or(0, str::len));
    // Writing into a string cannot fail.
    write!(text, r#"{{"jsonrpc":"2.0","id":{id},"#).ok();
    finish(text, method, params)
}

/// A notification.
pub(super) fn notification(method: Method, params: Option<&str>) -> Vec<u8> {
    let mut text = String::with_capacity(80 + params.map_or(0, str::len));
    text.push_str(r#"{"jsonrpc":"2.0","#);
    finish(text, method, params)
}

fn finish(mut text: String, method: Method, params: Option<&str>) -> Vec<u8> {
    text.push_str(r#""method":""#);
    text.push_str(method.name());
    text.push('"');
    if let Some(params) = params {
        text.push_str(r#","params":"#);
        text.push_str(params);
    }
    text.push('}');
    // Room for the newline of a line.
    let mut bytes = text.into_bytes();
    bytes.reserve(1);
    bytes
}

/// Says that the answer to a request is no longer wanted.
pub(super) fn cancelled(id: i64) -> Vec<u8> {
    notification(Method::Cancelled, Some(&format!(r#"{{"requestId":{id}}}"#)))
}

/// The answer to a ping.
pub(super) fn pong(id: &str) -> Vec<u8> {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{}}}}"#).into_bytes()
}

/// Makes one line of a message. In verified JSON a line break stands only between values, where
/// a space is as good.
pub(super) fn line(mut message: Vec<u8>) -> Vec<u8> {
    if memchr::memchr2(b'\n', b'\r', &message).is_some() {
        for byte in &mut message {
            if matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
    message.push(b'\n');
    message
}

#[cfg(test)]
mod tests {
    use warden_mcp::{Message, frame};

    use super::*;

    #[test]
    fn what_is_written_is_one_line_that_passes_our_own_check() {
        let message = request(7, Method::ToolsCall, Some("{\r\n \"name\": \"a\\n\" }"));
        let line = line(message);
        assert_eq!(line.iter().position(|byte| *byte == b'\n'), Some(line.len() - 1));
        let Ok(Message::Request { id, method, params }) = frame::parse(&line) else {
            panic!("a request");
        };
        assert_eq!((id.raw, &*method), ("7", "tools/call"));
        assert_eq!(params, Some("{   \"name\": \"a\\n\" }"));
        assert!(frame::parse(&notification(Method::Initialized, None)).is_ok());
        assert!(frame::parse(&cancelled(3)).is_ok());
        assert!(frame::parse(&pong("\"a\"")).is_ok());
    }
}
