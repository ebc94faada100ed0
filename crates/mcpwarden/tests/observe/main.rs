//! What can be seen of a running gateway: metrics and traces, and that neither tells a secret.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod collector;
mod metrics;
mod parties;
mod traces;

/// What nobody but client and server is to know.
pub(crate) const SECRETS: [&str; 7] = [
    ARGUMENT,
    ANSWER,
    "secret-in-the-url",
    "secret-of-the-upstream",
    "secret-of-the-collector",
    "secret-of-the-client",
    "made-up-by-the-client",
];

/// What a client says to a tool.
pub(crate) const ARGUMENT: &str = "secret-argument";

/// What a tool says.
pub(crate) const ANSWER: &str = "secret-answer";

/// The digest of the client's token.
pub(crate) fn token() -> String {
    let digest = warden_model::Digest::of(b"secret-of-the-client");
    String::from_utf8_lossy(&digest.hex()).into_owned()
}

/// Fails if a text holds what nobody is to know.
#[track_caller]
pub(crate) fn tells_nothing(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "`{secret}` is in\n{text}");
    }
}
