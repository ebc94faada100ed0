//! How a remote server knows who calls, told from what it does with somebody who shows nothing.
//!
//! Asked are its introduction and its list of tools, and nothing else: no tool, no other address.
//! What cannot be told is not guessed: it is [`State::Unknown`], with the reason.

use std::time::Duration;

use warden_mcp::{
    Address,
    client::{Limits, ProbeError, Refused, Stranger, as_stranger},
};
use warden_model::Hidden;

use crate::fetch::image::challenge::{Challenge, challenges};

/// How a server knows who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It does not: it lists its tools to anybody.
    None,
    /// One key or password that does not end.
    Static,
    /// OAuth 2.
    Oauth,
    /// Mutual TLS.
    Mtls,
    /// It could not be told.
    Unknown,
}

impl State {
    /// How it is written.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Static => "static",
            Self::Oauth => "oauth",
            Self::Mtls => "mtls",
            Self::Unknown => "unknown",
        }
    }
}

/// What was told of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// How it knows who calls.
    pub state: State,
    /// What says so. Nothing in it was said by the server.
    pub why: String,
    /// How many tools it lists to anybody.
    pub tools: Option<usize>,
}

/// How much of a server's time and answers is taken.
const LIMITS: Limits = Limits {
    whole: Duration::from_secs(15),
    silence: Duration::from_secs(3),
    ending: Duration::from_secs(1),
    bytes: 16 * 1024 * 1024,
    pages: 50,
    values: 500_000,
};

/// Asks the server at a URL. Nothing of anybody is shown to it.
#[must_use]
pub fn ask(url: &Hidden) -> Told {
    match Address::parse(url.reveal()) {
        Some(address) => judge(&as_stranger(&address, &LIMITS)),
        None => unknown(ProbeError::Address.to_string()),
    }
}

fn told(state: State, why: impl Into<String>) -> Told {
    Told { state, why: why.into(), tools: None }
}

fn unknown(why: impl Into<String>) -> Told {
    told(State::Unknown, why)
}

/// What follows from what a server did.
fn judge(found: &Stranger) -> Told {
    let error = match &found.listed {
        Ok(tools) => {
            let why = if found.certificate {
                "it lists its tools to anybody; it asks for a certificate and does without"
            } else {
                "it lists its tools to anybody"
            };
            return Told { tools: Some(*tools), ..told(State::None, why) };
        }
        Err(error) => error,
    };
    if found.untrusted {
        return unknown("this machine does not trust its certificate");
    }
    if let Some(refused) = &found.refused {
        let by_challenge = challenged(refused);
        if by_challenge.state != State::Unknown || !found.certificate {
            return by_challenge;
        }
    }
    if found.certificate && is_for_want_of_a_certificate(error) {
        return told(State::Mtls, "it asks for a certificate and refuses who has none");
    }
    unknown(error.to_string())
}

/// What servers and what stands in front of them do with a connection without a certificate: they
/// end it, or answer with one of these statuses.
const fn is_for_want_of_a_certificate(error: &ProbeError) -> bool {
    match error {
        ProbeError::Connect(_) | ProbeError::Gone(_) => true,
        ProbeError::Status(status) => matches!(*status, 400 | 401 | 403 | 495 | 496),
        _ => false,
    }
}

/// What a refusal says that it wants to see.
fn challenged(refused: &Refused) -> Told {
    if refused.status != 401 {
        return unknown(format!("it refuses with status {}", refused.status));
    }
    let all = match challenges(refused.challenges.iter().map(String::as_str)) {
        Ok(all) => all,
        Err(error) => return unknown(format!("it refuses with status 401, and {error}")),
    };
    let names_metadata = |one: &Challenge| {
        one.parameters.iter().any(|(name, value)| name == "resource_metadata" && !value.is_empty())
    };
    let is = |schemes: &[&str]| all.iter().any(|one| schemes.contains(&one.scheme.as_str()));
    // RFC 9728, section 5.1, and RFC 9449, which has no other use than OAuth.
    if all.iter().any(names_metadata) {
        return told(State::Oauth, "it names the metadata of what tokens are for (RFC 9728)");
    }
    if is(&["dpop"]) {
        return told(State::Oauth, "it asks for a token that is bound to a key (RFC 9449)");
    }
    for (schemes, what) in [
        (&["bearer"][..], "it asks for a bearer token, and names no metadata of where one is had"),
        (&["apikey", "api-key", "x-api-key"], "it asks for a key"),
        (&["basic", "digest"], "it asks for a name and a password"),
    ] {
        if is(schemes) {
            return told(State::Static, what);
        }
    }
    unknown("it refuses with status 401, and asks for something that is not known")
}

#[cfg(test)]
mod tests {
    use warden_mcp::Method;

    use super::*;

    fn refusal(status: u16, challenges: &[&str]) -> Stranger {
        let challenges = challenges.iter().map(|one| (*one).to_owned()).collect();
        Stranger {
            certificate: false,
            refused: Some(Refused { status, challenges }),
            listed: Err(ProbeError::Status(status)),
            untrusted: false,
        }
    }

    #[track_caller]
    fn check(found: &Stranger, state: State, why: &str) {
        let told = judge(found);
        assert!(told.state == state && told.why.contains(why), "{told:?}");
    }

    #[test]
    fn a_challenge_tells_what_is_wanted() {
        let metadata = "Bearer realm=\"x\", resource_metadata=\"https://a.example/meta\"";
        check(&refusal(401, &["Basic", metadata]), State::Oauth, "RFC 9728");
        check(&refusal(401, &["DPoP algs=\"ES256\""]), State::Oauth, "RFC 9449");
        check(&refusal(401, &["Bearer realm=\"x\""]), State::Static, "bearer");
        check(&refusal(401, &["Bearer resource_metadata=\"\""]), State::Static, "bearer");
        check(&refusal(401, &["ApiKey"]), State::Static, "a key");
        check(&refusal(401, &["Basic realm=\"x\""]), State::Static, "password");
        check(&refusal(401, &["Negotiate"]), State::Unknown, "not known");
        check(&refusal(401, &[]), State::Unknown, "does not say");
        check(&refusal(401, &["Bearer realm=\"x"]), State::Unknown, "not readable");
        check(&refusal(403, &[metadata]), State::Unknown, "status 403");
    }

    #[test]
    fn a_certificate_that_is_asked_for_counts_only_where_nothing_else_was_wrong() {
        let asked =
            |listed| Stranger { certificate: true, refused: None, listed, untrusted: false };
        check(&asked(Err(ProbeError::Connect("reset".into()))), State::Mtls, "has none");
        check(&asked(Err(ProbeError::Status(400))), State::Mtls, "has none");
        check(&asked(Err(ProbeError::Status(500))), State::Unknown, "500");
        check(&asked(Err(ProbeError::Timeout(Method::Discover))), State::Unknown, "in time");
        check(&asked(Ok(3)), State::None, "does without");
        let strange = Stranger { untrusted: true, ..asked(Err(ProbeError::Connect("x".into()))) };
        check(&strange, State::Unknown, "does not trust");
        let with_token = Stranger { certificate: true, ..refusal(401, &["Bearer"]) };
        check(&with_token, State::Static, "bearer");
        check(&Stranger { certificate: true, ..refusal(403, &[]) }, State::Mtls, "has none");
    }
}
