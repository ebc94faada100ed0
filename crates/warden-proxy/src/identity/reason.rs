//! Why somebody does not come in, and how that is said.

use hyper::StatusCode;

/// Why somebody does not come in. The codes are public and documented; they never move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Nothing was shown.
    Nothing,
    /// What was shown is of a kind that is not taken.
    Scheme,
    /// `Authorization` cannot be read.
    Malformed,
    /// More than one credential was shown.
    Several,
    /// A token was shown in the address.
    InUri,
    /// The token is no token, or one that readers could read differently.
    TokenMalformed,
    /// The token is longer than any.
    TokenLong,
    /// The token is signed in a way that is not accepted.
    TokenAlgorithm,
    /// The token has extensions that nobody here knows.
    TokenCritical,
    /// The token is from somebody whose tokens are not taken.
    TokenIssuer,
    /// The token is signed by a key that its issuer does not have.
    TokenKey,
    /// The signature is not right.
    TokenSignature,
    /// The token is for something else than to come in with.
    TokenType,
    /// The token is for somebody else.
    TokenAudience,
    /// The token has expired, or never does.
    TokenExpired,
    /// The token is from the future.
    TokenEarly,
    /// Something in the token is missing or is not what it has to be.
    TokenClaims,
    /// Whoever shows it was revoked by who operates the gateway.
    TokenRevoked,
    /// Its issuer says that the token is not valid.
    TokenInactive,
    /// The token says nothing by itself, and nobody is set up to be asked.
    TokenOpaque,
    /// The token is bound and that was not shown, or is not bound and has to be.
    TokenBinding,
    /// The proof is none.
    ProofMalformed,
    /// The proof is about another request or another token.
    ProofRequest,
    /// The proof is too old or from the future.
    ProofTime,
    /// The proof does not carry the number that was asked for.
    ProofNonce,
    /// The proof is by another key.
    ProofKey,
    /// The proof was shown before.
    ProofReplayed,
    /// There is no such key.
    KeyUnknown,
    /// The key has expired.
    KeyExpired,
    /// Nobody is set up for this certificate.
    CertificateUnknown,
    /// Something else that was shown says that it is somebody else.
    Contradicted,
    /// The token has not all of the scopes that are needed.
    Scope,
    /// The keys of the issuer cannot be had.
    KeysAway,
    /// The issuer cannot be asked about the token.
    IssuerAway,
    /// So many proofs are remembered that this one could not be.
    ProofsFull,
}

/// A row of the table: status, `error`, `error_description`.
type Row = (u16, Option<&'static str>, &'static str);

const REQUEST: Option<&str> = Some("invalid_request");
const TOKEN: Option<&str> = Some("invalid_token");
const PROOF: Option<&str> = Some("invalid_dpop_proof");

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 35] = [
        Self::Nothing,
        Self::Scheme,
        Self::Malformed,
        Self::Several,
        Self::InUri,
        Self::TokenMalformed,
        Self::TokenLong,
        Self::TokenAlgorithm,
        Self::TokenCritical,
        Self::TokenIssuer,
        Self::TokenKey,
        Self::TokenSignature,
        Self::TokenType,
        Self::TokenAudience,
        Self::TokenExpired,
        Self::TokenEarly,
        Self::TokenClaims,
        Self::TokenRevoked,
        Self::TokenInactive,
        Self::TokenOpaque,
        Self::TokenBinding,
        Self::ProofMalformed,
        Self::ProofRequest,
        Self::ProofTime,
        Self::ProofNonce,
        Self::ProofKey,
        Self::ProofReplayed,
        Self::KeyUnknown,
        Self::KeyExpired,
        Self::CertificateUnknown,
        Self::Contradicted,
        Self::Scope,
        Self::KeysAway,
        Self::IssuerAway,
        Self::ProofsFull,
    ];

    /// The code in ledger and metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nothing => "nothing-shown",
            Self::Scheme => "scheme-unknown",
            Self::Malformed => "authorization-malformed",
            Self::Several => "several-credentials",
            Self::InUri => "token-in-uri",
            Self::TokenMalformed => "token-malformed",
            Self::TokenLong => "token-long",
            Self::TokenAlgorithm => "token-algorithm",
            Self::TokenCritical => "token-critical",
            Self::TokenIssuer => "token-issuer",
            Self::TokenKey => "token-key",
            Self::TokenSignature => "token-signature",
            Self::TokenType => "token-type",
            Self::TokenAudience => "token-audience",
            Self::TokenExpired => "token-expired",
            Self::TokenEarly => "token-early",
            Self::TokenClaims => "token-claims",
            Self::TokenRevoked => "token-revoked",
            Self::TokenInactive => "token-inactive",
            Self::TokenOpaque => "token-opaque",
            Self::TokenBinding => "token-binding",
            Self::ProofMalformed => "proof-malformed",
            Self::ProofRequest => "proof-request",
            Self::ProofTime => "proof-time",
            Self::ProofNonce => "proof-nonce",
            Self::ProofKey => "proof-key",
            Self::ProofReplayed => "proof-replayed",
            Self::KeyUnknown => "key-unknown",
            Self::KeyExpired => "key-expired",
            Self::CertificateUnknown => "certificate-unknown",
            Self::Contradicted => "identity-contradicted",
            Self::Scope => "scope-missing",
            Self::KeysAway => "issuer-keys-away",
            Self::IssuerAway => "issuer-away",
            Self::ProofsFull => "proofs-full",
        }
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self.row().0 {
            400 => StatusCode::BAD_REQUEST,
            403 => StatusCode::FORBIDDEN,
            503 => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::UNAUTHORIZED,
        }
    }

    /// The `error` of the challenge; none where nothing was shown (RFC 6750, section 3.1) or where
    /// another token would not help.
    #[must_use]
    pub const fn error(self) -> Option<&'static str> {
        self.row().1
    }

    /// What the client is told.
    #[must_use]
    pub const fn description(self) -> &'static str {
        self.row().2
    }

    const fn row(self) -> Row {
        match self {
            Self::Nothing => (401, None, "show who you are"),
            Self::Scheme => (401, None, "show an access token"),
            Self::Malformed => (400, REQUEST, "the Authorization header cannot be read"),
            Self::Several => (400, REQUEST, "show one credential, once"),
            Self::InUri => (400, REQUEST, "a token does not belong into an address"),
            Self::TokenMalformed => (401, TOKEN, "the token is malformed"),
            Self::TokenLong => (401, TOKEN, "the token is too long"),
            Self::TokenAlgorithm => (401, TOKEN, "the token is signed in a way not accepted"),
            Self::TokenCritical => (401, TOKEN, "the token has critical extensions"),
            Self::TokenIssuer => (401, TOKEN, "the token is from another issuer"),
            Self::TokenKey => (401, TOKEN, "the token is signed by an unknown key"),
            Self::TokenSignature => (401, TOKEN, "the signature of the token is not right"),
            Self::TokenType => (401, TOKEN, "this is not an access token"),
            Self::TokenAudience => (401, TOKEN, "the token is for another resource"),
            Self::TokenExpired => (401, TOKEN, "the token has expired"),
            Self::TokenEarly => (401, TOKEN, "the token is not valid yet"),
            Self::TokenClaims => (401, TOKEN, "a claim is missing or malformed"),
            Self::TokenRevoked => (401, TOKEN, "the token was revoked"),
            Self::TokenInactive => (401, TOKEN, "the token is not active"),
            Self::TokenOpaque => (401, TOKEN, "tokens of this form are not accepted"),
            Self::TokenBinding => (401, TOKEN, "the token is not shown as it is bound"),
            Self::ProofMalformed => (401, PROOF, "the proof is malformed"),
            Self::ProofRequest => (401, PROOF, "the proof is for another request or token"),
            Self::ProofTime => (401, PROOF, "the proof is too old or from the future"),
            Self::ProofNonce => (401, Some("use_dpop_nonce"), "the proof needs the nonce"),
            Self::ProofKey => (401, PROOF, "the proof is by another key"),
            Self::ProofReplayed => (401, PROOF, "the proof was used before"),
            Self::KeyUnknown => (401, TOKEN, "the key is not known"),
            Self::KeyExpired => (401, TOKEN, "the key has expired"),
            Self::CertificateUnknown => (401, None, "the certificate is nobody's here"),
            Self::Contradicted => (403, None, "what is shown contradicts itself"),
            Self::Scope => (403, Some("insufficient_scope"), "the token lacks a scope"),
            Self::KeysAway | Self::IssuerAway => {
                (503, None, "the authorization server cannot be asked")
            }
            Self::ProofsFull => (503, None, "too many proofs at a time"),
        }
    }
}

/// A no, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// The status.
    pub status: StatusCode,
    /// The values of `WWW-Authenticate`, one header each.
    pub challenges: Vec<String>,
    /// The value of `DPoP-Nonce`, if there is one to be used.
    pub nonce: Option<String>,
    /// Why.
    pub reason: Reason,
}
