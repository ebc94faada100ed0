//! Why there is no credential.

use serde_json::{Value, json};
use warden_model::Hidden;

/// Why there is no credential to show to a server. Nothing of it holds a token, a secret, or
/// anything that an authorization server has said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The person has to agree first, at this address.
    #[error("somebody has to agree first")]
    NeedsConsent {
        /// The address, which is for this person only.
        url: Hidden,
    },
    /// No.
    #[error("no credential: {}", .0.code())]
    Refused(Denied),
    /// It could not be found out.
    #[error("no credential for now: {}", .0.code())]
    Away(Missing),
}

impl CredentialError {
    /// The code in ledger, metrics and answers.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NeedsConsent { .. } => "needs-consent",
            Self::Refused(denied) => denied.code(),
            Self::Away(missing) => missing.code(),
        }
    }
}

impl CredentialError {
    /// Whether this is one of the codes.
    #[must_use]
    pub fn is_code(code: &str) -> bool {
        let denied = Denied::ALL.iter().any(|denied| denied.code() == code);
        code == "needs-consent" || denied || Missing::ALL.iter().any(|it| it.code() == code)
    }

    /// The error that tells a client of revision 2025-11-25 where its user has to go: a JSON-RPC
    /// `error` object with code -32042 (URL elicitation required). `id` names the elicitation.
    /// Nothing for any other error.
    #[must_use]
    pub fn elicitation(&self, server: &str, id: &str) -> Option<String> {
        let one = self.question(server, id)?;
        let error = json!({
            "code": -32042,
            "message": "This request requires more information.",
            "data": { "elicitations": [one] },
        });
        Some(error.to_string())
    }

    /// The parameters of `elicitation/create` that send a user of revision 2025-11-25 where he has to
    /// go. Nothing for any other error.
    #[must_use]
    pub fn question(&self, server: &str, id: &str) -> Option<Value> {
        let Self::NeedsConsent { url } = self else { return None };
        let message = format!("Agree that the agent may use `{server}` as you.");
        let (mode, url) = ("url", url.reveal());
        Some(json!({"mode": mode, "elicitationId": id, "url": url, "message": message}))
    }
}

impl From<Denied> for CredentialError {
    fn from(denied: Denied) -> Self {
        Self::Refused(denied)
    }
}

impl From<Missing> for CredentialError {
    fn from(missing: Missing) -> Self {
        Self::Away(missing)
    }
}

macro_rules! codes {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code. It is public and documented, and never moves.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}

codes! {
    /// Why a credential is refused.
    Denied {
        /// Whoever asks has shown no token that could be exchanged.
        NoSubjectToken = "no-subject-token",
        /// Nobody knows who asks, so that nothing can be kept for him.
        Nobody = "nobody",
        /// The token of the caller is not one that the authorization server exchanges, or a code
        /// or refresh token is not good any more (`invalid_grant`).
        Grant = "grant-refused",
        /// The authorization server does not know us, or does not let us do this.
        Client = "client-refused",
        /// It does not give these scopes.
        Scope = "scope-refused",
        /// It does not know the server (`invalid_target`).
        Target = "target-refused",
        /// It refused for another reason.
        Other = "issuer-refused",
        /// The token may do more than was asked for.
        WiderScope = "wider-scope",
        /// The token is the one that was to be exchanged.
        SameToken = "same-token",
        /// The token is no bearer token.
        TokenType = "token-type",
        /// What was issued is no access token.
        IssuedType = "issued-type",
        /// Nothing says how long the token is good, or it is good for no time.
        NoExpiry = "no-expiry",
        /// The token cannot stand in a header.
        TokenForm = "token-form",
        /// An address is not one of the configured authorization server's.
        Address = "issuer-address",
        /// Metadata are of another issuer, or the server names another one.
        Issuer = "issuer-differs",
        /// The authorization server does not say that it knows PKCE with S256.
        NoPkce = "no-pkce",
        /// The server refuses what we show, and there is nothing newer.
        Server = "server-refused",
        /// There is no secret of this name.
        NoSecret = "no-secret",
        /// The secret is older than it may be.
        OldSecret = "secret-too-old",
        /// A state or ticket is none of ours, was used before, or its time is up.
        State = "state-refused",
        /// A state belongs to somebody else.
        Somebody = "state-of-another",
        /// The answer is not from the issuer that was asked, or does not say (RFC 9207).
        CallbackIssuer = "callback-issuer",
        /// The person did not agree.
        NotAgreed = "not-agreed",
    }
}

codes! {
    /// What could not be had.
    Missing {
        /// The authorization server cannot be reached, or fails.
        Issuer = "issuer-away",
        /// It did not answer in time.
        Slow = "issuer-slow",
        /// What it answers cannot be read.
        Answer = "issuer-answer",
        /// The source of secrets cannot be asked, or its answer not be read.
        Secrets = "secrets-away",
        /// What was agreed cannot be read or kept.
        Store = "store-away",
        /// Too much is under way.
        Busy = "credentials-busy",
        /// Something that has to be set up is not.
        NotSetUp = "not-set-up",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_on_the_page() {
        let denied = Denied::ALL.iter().map(|it| it.code());
        let codes: Vec<_> = denied.chain(Missing::ALL.iter().map(|it| it.code())).collect();
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
        let page = include_str!("../../../../docs/credentials.md");
        for code in codes {
            assert!(page.contains(&format!("| `{code}` |")), "{code} is not on the page");
        }
        let url = Hidden::new("https://gate.example/credentials/ticket");
        let error = CredentialError::NeedsConsent { url };
        let elicitation = error.elicitation("tickets", "e-1").unwrap();
        let params: Vec<_> = warden_mcp::bridge::url_elicitations(&elicitation).collect();
        assert_eq!(params.len(), 1);
        assert!(params.iter().all(|it| it.contains("https://gate.example/credentials/ticket")));
        assert_eq!(CredentialError::from(Denied::Grant).elicitation("tickets", "e-1"), None);
        assert!(!format!("{error:?} {error}").contains("ticket"));
    }
}
