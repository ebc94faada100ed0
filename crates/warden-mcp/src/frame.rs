//! One JSON-RPC message: checked strictly, then borrowed.

use std::borrow::Cow;

use crate::strict;

/// How deep a message may be nested.
pub const MOST_DEPTH: usize = 128;

/// The longest request identifier that is taken, in bytes.
const MOST_ID: usize = 1024;

/// A message, as a view of the bytes it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// Wants an answer.
    Request {
        /// What the answer will carry.
        id: Id<'a>,
        /// The method's name; not yet known to be a method of ours.
        method: Cow<'a, str>,
        /// The parameters as they were written.
        params: Option<&'a str>,
    },
    /// Wants none.
    Notification {
        /// The method's name; not yet known to be a method of ours.
        method: Cow<'a, str>,
        /// The parameters as they were written.
        params: Option<&'a str>,
    },
    /// An answer.
    Response {
        /// The request that it answers; `None` for an error about a request nobody could read.
        id: Option<Id<'a>>,
        /// What it says.
        outcome: Outcome<'a>,
    },
}

/// What an answer says, as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// The value of `result`.
    Result(&'a str),
    /// The value of `error`.
    Error(&'a str),
}

/// A request identifier: as it was written, and as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id<'a> {
    /// As it was written.
    pub raw: &'a str,
    /// As it is compared.
    pub key: IdKey,
}

/// A request identifier, detached from its message. `1` and `"1"` are different.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdKey {
    /// An integer.
    Number(i64),
    /// A string, unescaped.
    Text(Box<str>),
}

/// Why bytes are not a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// Not UTF-8.
    #[error("not UTF-8 at byte {offset}")]
    Encoding {
        /// Where.
        offset: usize,
    },
    /// Not JSON.
    #[error("not JSON at byte {offset}")]
    Syntax {
        /// Where.
        offset: usize,
    },
    /// An object has one member twice.
    #[error("a member stands twice in one object, before byte {offset}")]
    DuplicateMember {
        /// Where the second name ends.
        offset: usize,
    },
    /// Nested too deep.
    #[error("nested deeper than {MOST_DEPTH} levels")]
    TooDeep,
    /// Something stands behind the message.
    #[error("something stands behind the message")]
    Trailing,
    /// Not an object.
    #[error("a message is an object")]
    NotAnObject,
    /// A batch. Only revision 2025-03-26 had them.
    #[error("batches are not taken")]
    Batch,
    /// `jsonrpc` is missing or not `"2.0"`.
    #[error("`jsonrpc` is not `2.0`")]
    Version,
    /// A member that JSON-RPC does not have.
    #[error("a message has no member of that name")]
    UnknownMember,
    /// The members do not make a request, notification or response.
    #[error("neither request, nor notification, nor response")]
    Shape,
    /// `id` is not an integer or a string of bearable size.
    #[error("`id` is neither an integer nor a short string")]
    Id,
}

/// Reads one message.
///
/// # Errors
/// Everything that is not exactly one JSON-RPC 2.0 message which every parser reads alike.
pub fn parse(bytes: &[u8]) -> Result<Message<'_>, FrameError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| FrameError::Encoding { offset: error.valid_up_to() })?;
    let mut parts = Parts::default();
    for (name, range) in strict::check(text, MOST_DEPTH)? {
        let value = text.get(range).ok_or(FrameError::Shape)?;
        let slot = match &*name {
            "jsonrpc" => &mut parts.jsonrpc,
            "id" => &mut parts.id,
            "method" => &mut parts.method,
            "params" => &mut parts.params,
            "result" => &mut parts.result,
            "error" => &mut parts.error,
            _ => return Err(FrameError::UnknownMember),
        };
        *slot = Some(value);
    }
    parts.message()
}

/// The members of an envelope, as they were written.
#[derive(Default)]
struct Parts<'a> {
    jsonrpc: Option<&'a str>,
    id: Option<&'a str>,
    method: Option<&'a str>,
    params: Option<&'a str>,
    result: Option<&'a str>,
    error: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn message(self) -> Result<Message<'a>, FrameError> {
        if self.jsonrpc != Some("\"2.0\"") {
            return Err(FrameError::Version);
        }
        match (self.method, self.id, self.result, self.error) {
            (Some(method), id, None, None) => {
                if self.params.is_some_and(|params| !params.starts_with('{')) {
                    return Err(FrameError::Shape);
                }
                let method = string(method).ok_or(FrameError::Shape)?;
                Ok(match id {
                    Some(raw) => Message::Request { id: id_of(raw)?, method, params: self.params },
                    None => Message::Notification { method, params: self.params },
                })
            }
            (None, id, result, error) if self.params.is_none() => {
                let outcome = match (result, error) {
                    (Some(result), None) => Outcome::Result(result),
                    (None, Some(error)) => Outcome::Error(error),
                    _ => return Err(FrameError::Shape),
                };
                let id = match (id, &outcome) {
                    (None | Some("null"), Outcome::Error(_)) => None,
                    (Some(raw), _) => Some(id_of(raw)?),
                    (None, Outcome::Result(_)) => return Err(FrameError::Shape),
                };
                Ok(Message::Response { id, outcome })
            }
            _ => Err(FrameError::Shape),
        }
    }
}

/// Reads a JSON string that is known to be one; `None` if it is another value.
#[must_use]
pub fn string(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        return serde_json::from_str::<String>(raw).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inner))
}

/// Reads an identifier. Integers have one spelling, so that `1`, `1.0` and `1e0` cannot be
/// three requests for us and one for the server.
fn id_of(raw: &str) -> Result<Id<'_>, FrameError> {
    const SAFE: i64 = (1 << 53) - 1;
    if raw.len() > MOST_ID {
        return Err(FrameError::Id);
    }
    let key = if let Some(text) = string(raw) {
        IdKey::Text(text.into())
    } else {
        let number = raw.parse::<i64>().map_err(|_| FrameError::Id)?;
        if !(-SAFE..=SAFE).contains(&number) || raw == "-0" {
            return Err(FrameError::Id);
        }
        IdKey::Number(number)
    };
    Ok(Id { raw, key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, why: &FrameError) {
        assert_eq!(parse(text.as_bytes()).as_ref(), Err(why), "{text}");
    }

    #[test]
    fn a_request_is_borrowed_from_its_bytes() {
        let bytes = br#"{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"x"}}"#;
        let Ok(Message::Request { id, method, params }) = parse(bytes) else {
            panic!("a request");
        };
        assert_eq!(id.key, IdKey::Text("a".into()));
        assert!(matches!(method, Cow::Borrowed("tools/call")));
        assert_eq!(params, Some(r#"{"name":"x"}"#));
    }

    #[test]
    fn an_escaped_method_name_is_read_and_not_passed_over() {
        let bytes = br#"{"jsonrpc":"2.0","method":"tools\/call"}"#;
        let Ok(Message::Notification { method, .. }) = parse(bytes) else {
            panic!("a notification");
        };
        assert_eq!(method, "tools/call");
    }

    #[test]
    fn responses_say_either_or() {
        let result = br#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
        assert!(matches!(
            parse(result),
            Ok(Message::Response { id: Some(_), outcome: Outcome::Result("{}") })
        ));
        let error = br#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}"#;
        assert!(matches!(
            parse(error),
            Ok(Message::Response { id: None, outcome: Outcome::Error(_) })
        ));
        refused(r#"{"jsonrpc":"2.0","id":1,"result":{},"error":{}}"#, &FrameError::Shape);
        refused(r#"{"jsonrpc":"2.0","id":1}"#, &FrameError::Shape);
        refused(r#"{"jsonrpc":"2.0","result":{}}"#, &FrameError::Shape);
        refused(r#"{"jsonrpc":"2.0","id":1,"method":"x","result":{}}"#, &FrameError::Shape);
    }

    #[test]
    fn identifiers_have_one_spelling() {
        for id in ["1.0", "1e0", "-0", "null", "true", "{}", "[1]", "9007199254740993"] {
            refused(&format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"x"}}"#), &FrameError::Id);
        }
        let long = "x".repeat(MOST_ID);
        refused(&format!(r#"{{"jsonrpc":"2.0","id":"{long}","method":"x"}}"#), &FrameError::Id);
    }

    #[test]
    fn what_json_rpc_does_not_have_is_refused() {
        refused(r#"{"jsonrpc":"1.0","id":1,"method":"x"}"#, &FrameError::Version);
        refused(r#"{"id":1,"method":"x"}"#, &FrameError::Version);
        refused(r#"{"jsonrpc":"2.0","id":1,"method":"x","y":1}"#, &FrameError::UnknownMember);
        refused(r#"{"jsonrpc":"2.0","id":1,"method":"x","params":[]}"#, &FrameError::Shape);
        refused(r#"{"jsonrpc":"2.0","id":1,"method":3}"#, &FrameError::Shape);
        assert_eq!(parse(b"\xff{}"), Err(FrameError::Encoding { offset: 0 }));
    }
}
