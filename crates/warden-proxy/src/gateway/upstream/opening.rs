//! How a server is asked who it is, and which era follows from what it says.

use warden_mcp::{Revision, frame, walk};

use super::{Hello, Introduction, LinkError, Received, What};

/// The codes that only a server of the modern era uses.
const MODERN_CODES: std::ops::RangeInclusive<i64> = -32_022..=-32_020;

/// The code that names the revisions a server speaks.
const UNSUPPORTED_REVISION: i64 = -32_022;

/// What follows from the answer to `server/discover`.
#[derive(Debug)]
pub(super) enum Next {
    /// The server is modern, and this is who it is.
    Modern(Introduction),
    /// It wants a handshake, with this revision.
    Handshake(Revision),
    /// It refuses a revision and offers the same one, so it is asked once more: its error.
    Again(Box<str>),
}

impl Next {
    /// What follows where this was the last time to ask.
    pub(super) fn at_last(self) -> Result<Self, LinkError> {
        match self {
            Self::Again(error) => Err(LinkError::Refused(error)),
            next => Ok(next),
        }
    }
}

/// The parameters of `server/discover`.
pub(super) fn discover(hello: &Hello) -> String {
    format!(
        r#"{{"_meta":{{"io.modelcontextprotocol/protocolVersion":"{}","io.modelcontextprotocol/clientInfo":{},"io.modelcontextprotocol/clientCapabilities":{}}}}}"#,
        Revision::NEWEST.name(),
        hello.info,
        hello.capabilities
    )
}

/// The parameters of `initialize`.
pub(super) fn initialize(hello: &Hello, revision: Revision) -> String {
    format!(
        r#"{{"protocolVersion":"{}","capabilities":{},"clientInfo":{}}}"#,
        revision.name(),
        hello.capabilities,
        hello.info
    )
}

/// Reads the answer to `server/discover`.
///
/// # Errors
/// When the server is modern and yet cannot be spoken to.
pub(super) fn discovered(answer: &Received) -> Result<Next, LinkError> {
    match answer.what() {
        What::Result { result, .. } => {
            let result = answer.part(result);
            let Some(supported) = walk::member(result, "supportedVersions") else {
                // Whatever it is, it is not the answer to what was asked.
                return Ok(Next::Handshake(Revision::NEWEST_LEGACY));
            };
            let revision = choose(supported)?;
            Ok(if revision.is_modern() {
                Next::Modern(Introduction { revision, result: result.into() })
            } else {
                Next::Handshake(revision)
            })
        }
        What::Error { error, .. } => complaint(answer.part(error)),
        What::Notification { .. } | What::Request { .. } => Err(LinkError::Malformed),
    }
}

/// Only an error of the modern era says that the server is modern; any other one says nothing.
fn complaint(error: &str) -> Result<Next, LinkError> {
    let code = walk::member(error, "code").and_then(|code| code.parse::<i64>().ok());
    if !code.is_some_and(|code| MODERN_CODES.contains(&code)) {
        return Ok(Next::Handshake(Revision::NEWEST_LEGACY));
    }
    if code != Some(UNSUPPORTED_REVISION) {
        return Err(LinkError::Refused(error.into()));
    }
    let data = walk::member(error, "data").unwrap_or_default();
    let revision = choose(walk::member(data, "supported").unwrap_or_default())?;
    if revision.is_modern() {
        return Ok(Next::Again(error.into()));
    }
    Ok(Next::Handshake(revision))
}

/// The newest revision in an array that we know as well.
fn choose(supported: &str) -> Result<Revision, LinkError> {
    let theirs = walk::elements(supported).filter_map(frame::string);
    theirs.filter_map(|name| Revision::parse(&name)).max().ok_or(LinkError::Unsupported)
}

/// Reads the answer to `initialize`.
///
/// # Errors
/// When the server refuses, or speaks no revision with a handshake that we know.
pub(super) fn initialized(answer: &Received) -> Result<Introduction, LinkError> {
    match answer.what() {
        What::Result { result, .. } => {
            let result = answer.part(result);
            let revision = walk::text(result, "protocolVersion")
                .and_then(|name| Revision::parse(&name))
                .filter(|revision| !revision.is_modern())
                .ok_or(LinkError::Unsupported)?;
            Ok(Introduction { revision, result: result.into() })
        }
        What::Error { error, .. } => Err(LinkError::Refused(answer.part(error).into())),
        What::Notification { .. } | What::Request { .. } => Err(LinkError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn answer(body: &str) -> Received {
        let text = format!(r#"{{"jsonrpc":"2.0","id":1,{body}}}"#);
        Received::read(Bytes::from(text)).expect("an answer")
    }

    #[track_caller]
    fn leads_to_handshake(body: &str, expected: Revision) {
        match discovered(&answer(body)) {
            Ok(Next::Handshake(revision)) => assert_eq!(revision, expected, "{body}"),
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn only_what_a_modern_server_says_makes_it_modern() {
        let modern = answer(r#""result":{"supportedVersions":["2025-06-18","2026-07-28","x"]}"#);
        assert!(matches!(discovered(&modern), Ok(Next::Modern(_))));
        leads_to_handshake(
            r#""result":{"supportedVersions":["2025-06-18","2024-11-05"]}"#,
            Revision::V2025_06_18,
        );
        leads_to_handshake(r#""result":{}"#, Revision::NEWEST_LEGACY);
        for code in [-32601, -32602, -32000, 0] {
            leads_to_handshake(
                &format!(r#""error":{{"code":{code},"message":""}}"#),
                Revision::NEWEST_LEGACY,
            );
        }
        leads_to_handshake(
            r#""error":{"code":-32022,"message":"","data":{"supported":["2025-03-26"]}}"#,
            Revision::V2025_03_26,
        );
    }

    #[test]
    fn a_modern_server_that_speaks_nothing_of_ours_is_not_asked_again() {
        let strange = answer(r#""result":{"supportedVersions":["2031-01-01"]}"#);
        assert_eq!(discovered(&strange).err(), Some(LinkError::Unsupported));
        let strange = answer(r#""error":{"code":-32022,"message":"","data":{"supported":[]}}"#);
        assert_eq!(discovered(&strange).err(), Some(LinkError::Unsupported));
        let capability = answer(r#""error":{"code":-32021,"message":"no"}"#);
        assert!(matches!(discovered(&capability), Err(LinkError::Refused(_))));
    }

    #[test]
    fn a_server_that_refuses_what_it_offers_is_asked_once_more() {
        let odd =
            answer(r#""error":{"code":-32022,"message":"","data":{"supported":["2026-07-28"]}}"#);
        let next = discovered(&odd).unwrap();
        assert!(matches!(next, Next::Again(_)));
        assert!(matches!(next.at_last(), Err(LinkError::Refused(_))));
        let modern = answer(r#""result":{"supportedVersions":["2026-07-28"]}"#);
        assert!(matches!(discovered(&modern).unwrap().at_last(), Ok(Next::Modern(_))));
    }

    #[test]
    fn a_handshake_ends_in_a_revision_with_a_handshake() {
        let fine = answer(r#""result":{"protocolVersion":"2025-03-26"}"#);
        assert_eq!(initialized(&fine).map(|own| own.revision), Ok(Revision::V2025_03_26));
        for version in ["2026-07-28", "1.0"] {
            let odd = answer(&format!(r#""result":{{"protocolVersion":"{version}"}}"#));
            assert_eq!(initialized(&odd).err(), Some(LinkError::Unsupported));
        }
        let no = answer(r#""error":{"code":1,"message":"no"}"#);
        let raw = r#"{"code":1,"message":"no"}"#;
        assert_eq!(initialized(&no).err(), Some(LinkError::Refused(raw.into())));
    }
}
