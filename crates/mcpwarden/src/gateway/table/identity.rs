//! The settings of who comes in.

use super::{
    Kind, Section, Setting,
    Usual::{Required, Value, Words},
};

pub(super) const IDENTITY: Section = Section {
    name: "identity",
    many: false,
    about: "Who comes in, by tokens of authorization servers (`[[issuer]]`), keys (`[[key]]`) and \
            certificates (`[[peer]]`). It takes the place of `[[client]]`. Roles stand in the \
            policy: what a token claims of roles and groups gives nobody anything.",
    settings: &[
        Setting {
            name: "resource",
            kind: Kind::Url,
            usual: Required,
            about: "The gateway's own address as clients know it, with its path, such as \
                    `https://gate.example.com/mcp` (RFC 8707). A token has to be for it. `http` is \
                    taken for loopback only.",
        },
        Setting {
            name: "scopes",
            kind: Kind::Texts,
            usual: Value("[]"),
            about: "The scopes that clients are told to ask for.",
        },
        Setting {
            name: "dpop",
            kind: Kind::OneOf(&["off", "accepted", "required"]),
            usual: Value("\"accepted\""),
            about: "Whether clients can prove that a token is theirs (RFC 9449), or have to, with \
                    a key or a certificate.",
        },
        Setting {
            name: "nonces",
            kind: Kind::Flag,
            usual: Value("false"),
            about: "Whether proofs have to carry a number of the gateway's.",
        },
        Setting {
            name: "agent_headers",
            kind: Kind::Texts,
            usual: Value("[\"mcp-agent\"]"),
            about: "Headers in which a client says which agent it is. They prove nothing; one that \
                    says something else than what was proven is refused.",
        },
        Setting {
            name: "user_headers",
            kind: Kind::Texts,
            usual: Value("[\"mcp-user\"]"),
            about: "The same for the person.",
        },
    ],
    sections: &[],
};

pub(super) const ISSUER: Section = Section {
    name: "issuer",
    many: true,
    about: "An authorization server whose tokens are taken. With several, each needs a `realm`.",
    settings: &[
        Setting {
            name: "url",
            kind: Kind::Url,
            usual: Required,
            about: "Its identifier, letter for letter as its tokens have it in `iss`.",
        },
        Setting {
            name: "realm",
            kind: Kind::Text,
            usual: Words("there is only one"),
            about: "What stands before the names of its users and agents, with a colon.",
        },
        Setting {
            name: "audiences",
            kind: Kind::Texts,
            usual: Value("[]"),
            about: "What else than `resource` its tokens may be for, if it knows no resource \
                    indicators.",
        },
        Setting {
            name: "keys",
            kind: Kind::OneOf(&["discovery", "none"]),
            usual: Value("\"discovery\""),
            about: "Where its keys are: where its metadata say (RFC 8414, OpenID Connect \
                    Discovery), or nowhere, because its tokens say nothing by themselves.",
        },
        Setting {
            name: "jwks",
            kind: Kind::Url,
            usual: Words("as `keys` says"),
            about: "The address of its keys.",
        },
        Setting {
            name: "algorithms",
            kind: Kind::Texts,
            usual: Value("[\"RS256\", \"PS256\", \"ES256\", \"EdDSA\"]"),
            about: "How its tokens may be signed.",
        },
        Setting {
            name: "any_type",
            kind: Kind::Flag,
            usual: Value("false"),
            about: "Whether tokens without the type `at+jwt` (RFC 9068) are taken, if they do not \
                    look like tokens for something else.",
        },
        Setting {
            name: "scopes",
            kind: Kind::Texts,
            usual: Value("[]"),
            about: "Scopes that each of its tokens needs. One without them gets 403 and \
                    `insufficient_scope`.",
        },
        Setting {
            name: "tenant",
            kind: Kind::Text,
            usual: Words("there is only one"),
            about: "The tenant of whoever comes with its tokens, unless a claim says it.",
        },
        Setting {
            name: "leeway",
            kind: Kind::Span,
            usual: Value("\"30s\""),
            about: "How much clocks may differ, five minutes at most.",
        },
        Setting {
            name: "authorities",
            kind: Kind::Path,
            usual: Words("those of the system"),
            about: "Who signs its certificate, beside those whom the system trusts, in PEM form.",
        },
    ],
    sections: &[CLAIMS, INTROSPECTION],
};

const CLAIMS: Section = Section {
    name: "claims",
    many: false,
    about: "What claims are called in the tokens of an issuer: `[issuer.claims]` below its \
            `[[issuer]]`. One within another is an RFC 6901 pointer, such as \
            `/realm_access/roles`.",
    settings: &[
        Setting { name: "user", kind: Kind::Text, usual: Value("\"sub\""), about: "The person." },
        Setting {
            name: "agent",
            kind: Kind::Texts,
            usual: Value("[\"client_id\", \"azp\"]"),
            about: "The agent. Each of these that is there has to say the same.",
        },
        Setting {
            name: "session",
            kind: Kind::Text,
            usual: Value("\"sid\""),
            about: "The session at the issuer.",
        },
        Setting {
            name: "roles",
            kind: Kind::Text,
            usual: Words("none are read"),
            about: "Roles, as the token claims them.",
        },
        Setting {
            name: "groups",
            kind: Kind::Text,
            usual: Words("none are read"),
            about: "Groups, as the token claims them.",
        },
        Setting {
            name: "tenant",
            kind: Kind::Text,
            usual: Words("`tenant` of the issuer"),
            about: "The tenant. With it, a token without one is refused.",
        },
        Setting {
            name: "purpose",
            kind: Kind::Text,
            usual: Words("what the policy says of the agent"),
            about: "What the session is for.",
        },
        Setting {
            name: "tools",
            kind: Kind::Text,
            usual: Words("what the policy says of the agent"),
            about: "The tools that may be used, as `SERVER__TOOL`; `*` stands for any characters. \
                    What the policy says of the agent stays a limit.",
        },
    ],
    sections: &[],
};

const INTROSPECTION: Section = Section {
    name: "introspection",
    many: false,
    about: "Where to ask about tokens that say nothing by themselves (RFC 7662): \
            `[issuer.introspection]` below its `[[issuer]]`. One issuer can have it.",
    settings: &[
        Setting { name: "url", kind: Kind::Url, usual: Required, about: "The endpoint." },
        Setting {
            name: "client_id",
            kind: Kind::Text,
            usual: Required,
            about: "What the gateway is called there.",
        },
        Setting {
            name: "client_secret",
            kind: Kind::Text,
            usual: Required,
            about: "How the gateway shows that it is it; a reference, such as `${vault:issuer}`.",
        },
        Setting {
            name: "life",
            kind: Kind::Span,
            usual: Value("\"30s\""),
            about: "How long an answer is believed.",
        },
    ],
    sections: &[],
};

pub(super) const KEY: Section = Section {
    name: "key",
    many: true,
    about: "A key of the gateway's own. It begins with `mcpw_` and is random, so that it can be \
            recognized and not be guessed.",
    settings: &[
        Setting {
            name: "name",
            kind: Kind::Name,
            usual: Required,
            about: "Who has it, in the policy and in the ledger.",
        },
        Setting {
            name: "sha256",
            kind: Kind::Digest,
            usual: Required,
            about: "The digest of the key. The key itself stands nowhere.",
        },
        Setting {
            name: "holder",
            kind: Kind::OneOf(&["agent", "user"]),
            usual: Value("\"agent\""),
            about: "Whether that is an agent or a person.",
        },
        Setting {
            name: "expires",
            kind: Kind::Text,
            usual: Words("it has no end"),
            about: "When it ends, such as `2027-01-01T00:00:00Z`.",
        },
        Setting {
            name: "tenant",
            kind: Kind::Text,
            usual: Words("there is only one"),
            about: "The tenant of who has it, unless the policy says it.",
        },
    ],
    sections: &[],
};

pub(super) const PEER: Section = Section {
    name: "peer",
    many: true,
    about: "Whose certificates are taken: the first that matches. Needs `clients` in `[tls]`, and \
            one of `common_name`, `dns`, `uri`, `spiffe` and `spiffe_under`.",
    settings: &[
        Setting {
            name: "name",
            kind: Kind::Name,
            usual: Words("the name in the certificate"),
            about: "Who shows it, in the policy and in the ledger.",
        },
        Setting {
            name: "holder",
            kind: Kind::OneOf(&["agent", "user"]),
            usual: Value("\"agent\""),
            about: "Whether that is an agent or a person.",
        },
        Setting {
            name: "common_name",
            kind: Kind::Text,
            usual: Words("another one says it"),
            about: "A certificate with just this common name.",
        },
        Setting {
            name: "dns",
            kind: Kind::Text,
            usual: Words("another one says it"),
            about: "One with this DNS name among its alternative names.",
        },
        Setting {
            name: "uri",
            kind: Kind::Text,
            usual: Words("another one says it"),
            about: "One with this URI among its alternative names.",
        },
        Setting {
            name: "spiffe",
            kind: Kind::Text,
            usual: Words("another one says it"),
            about: "One whose only URI is this SPIFFE id.",
        },
        Setting {
            name: "spiffe_under",
            kind: Kind::Text,
            usual: Words("another one says it"),
            about: "One whose only URI is a SPIFFE id beneath this one, which is its name.",
        },
        Setting {
            name: "tenant",
            kind: Kind::Text,
            usual: Words("there is only one"),
            about: "The tenant of who shows it, unless the policy says it.",
        },
    ],
    sections: &[],
};
