//! The settings of the gateway itself.

use super::{
    Kind, Section, Setting,
    Usual::{Required, Value, Words},
    credentials::VAULT,
    identity::{IDENTITY, ISSUER, KEY, PEER},
    inspect::{INSPECT, TERM},
    server::SERVER,
};

/// The whole file.
pub(crate) static WHOLE: Section = Section {
    name: "",
    many: false,
    about: "Where the gateway listens, and what holds for all servers.",
    settings: &[
        Setting {
            name: "listen",
            kind: Kind::Address,
            usual: Value("\"127.0.0.1:8931\""),
            about: "Where clients are let in. Port 0 takes any that is free and says which. \
                    Another address than one of loopback needs `public`.",
        },
        Setting {
            name: "public",
            kind: Kind::Flag,
            usual: Value("false"),
            about: "That the gateway may be reached from other machines. It then has to know its \
                    clients, by a `[[client]]` each or by `[identity]`.",
        },
        Setting {
            name: "hosts",
            kind: Kind::Texts,
            usual: Value("[]"),
            about: "Names that `Host` may carry, without port, beside `localhost`, `127.0.0.1`, \
                    `[::1]` and the address listened on. Another name is refused.",
        },
        Setting {
            name: "origins",
            kind: Kind::Texts,
            usual: Value("[]"),
            about: "Origins that pages in browsers may come from, such as \
                    `https://app.example.com`. Others are refused.",
        },
        Setting {
            name: "names",
            kind: Kind::OneOf(&["prefixed", "plain"]),
            usual: Value("\"prefixed\""),
            about: "What tools and prompts are called: with the name of the server and `__` in \
                    front, or as the servers call them. A server's `prefix` goes before this.",
        },
        Setting {
            name: "threads",
            kind: Kind::Count(1, 1024),
            usual: Words("one for each processor"),
            about: "Threads that carry connections.",
        },
        Setting {
            name: "drain",
            kind: Kind::Span,
            usual: Value("\"30s\""),
            about: "How long what is under way may take once the gateway is told to stop.",
        },
        Setting {
            name: "metrics",
            kind: Kind::OneOf(&["open", "clients", "off"]),
            usual: Words("`open` on an address of loopback, `clients` otherwise"),
            about: "Who may read `/metrics`: whoever reaches the gateway, who may come in as a \
                    client, or nobody.",
        },
        Setting {
            name: "policy",
            kind: Kind::Text,
            usual: Value("\"laptop\""),
            about: "Who may do what: `laptop`, `team` or `regulated`, or the folder with rules of \
                    your own, which `mcpwarden policy init` begins. `open` permits everything that \
                    was approved and limits nothing, for trying things out and for measuring.",
        },
        Setting {
            name: "state",
            kind: Kind::Path,
            usual: Words("`gateway`, beside the ledger"),
            about: "The folder in which sessions, limits, calls that wait for a person and what is \
                    stopped outlive the process. Processes on one machine may share it.",
        },
        Setting {
            name: "secret",
            kind: Kind::Path,
            usual: Words("`secret` in the folder of the state"),
            about: "The file with the secret that session identifiers and request states are \
                    sealed with. It is made if it is not there. Replicas share it.",
        },
    ],
    sections: &[
        TLS,
        LIMITS,
        CERTIFICATES,
        VAULT,
        INSPECT,
        TERM,
        LEDGER,
        TRACES,
        CLIENT,
        OPERATOR,
        WEBHOOK,
        IDENTITY,
        ISSUER,
        KEY,
        PEER,
        SERVER,
        VIEW,
    ],
};

const TLS: Section = Section {
    name: "tls",
    many: false,
    about: "With it, clients are let in over HTTPS only. The files are in PEM form, and read \
            again when they change.",
    settings: &[
        Setting {
            name: "certificate",
            kind: Kind::Path,
            usual: Required,
            about: "The certificate of the gateway, and those between it and its authority.",
        },
        Setting {
            name: "key",
            kind: Kind::Path,
            usual: Required,
            about: "The key of the certificate.",
        },
        Setting {
            name: "clients",
            kind: Kind::Path,
            usual: Words("no certificate is asked for"),
            about: "The authorities that sign the certificates of clients. With it, who shows \
                    none is not let in.",
        },
    ],
    sections: &[],
};

const CERTIFICATES: Section = Section {
    name: "certificates",
    many: false,
    about: "What is asked of the certificates of servers. What does not count any more is neither \
            listed nor called within a second, and calls that are under way end.",
    settings: &[
        Setting {
            name: "required",
            kind: Kind::Flag,
            usual: Value("false"),
            about: "That every server has to be certified, and not those alone that say \
                    `certified`.",
        },
        Setting {
            name: "approved",
            kind: Kind::Flag,
            usual: Value("false"),
            about: "That every server has to be certified, and approved by named people, as it was \
                    certified, for its environment and the class of its data or a graver use: \
                    `mcpwarden approval`. What nobody has approved is neither listed nor called.",
        },
        Setting {
            name: "level",
            kind: Kind::Count(0, 3),
            usual: Words("1, and 2 in production with confidential or regulated data"),
            about: "The least level. Where more is asked for anyway, that counts.",
        },
        Setting {
            name: "trust",
            kind: Kind::Path,
            usual: Words("the keys that this machine trusts"),
            about: "The keys whose certificates and revocations count.",
        },
        Setting {
            name: "revocations",
            kind: Kind::Path,
            usual: Words("what this machine knows"),
            about: "The signed list of what is revoked or held back.",
        },
        Setting {
            name: "bundle",
            kind: Kind::Path,
            usual: Words("the bundle that is installed, or else the certificates of this machine"),
            about: "The signed bundle that certificates, approvals and revocations come in. It is \
                    read again within a second when something replaces it; one that is older or \
                    not believed leaves the last good one in force until that expires. What \
                    `revocations` holds counts besides.",
        },
    ],
    sections: &[],
};

const TRACES: Section = Section {
    name: "traces",
    many: false,
    about: "With it, spans are sent to a collector of OpenTelemetry, as OTLP in JSON over HTTP.",
    settings: &[
        Setting {
            name: "endpoint",
            kind: Kind::Url,
            usual: Required,
            about: "The collector, with its path, which is usually `/v1/traces`.",
        },
        Setting {
            name: "headers",
            kind: Kind::Filled,
            usual: Value("{}"),
            about: "Headers of every request to the collector, credentials among them.",
        },
        Setting {
            name: "ratio",
            kind: Kind::Share,
            usual: Value("1.0"),
            about: "The share of traces that begin at the gateway which is kept. Whoever begins \
                    one elsewhere decides about it there.",
        },
    ],
    sections: &[],
};

const LIMITS: Section = Section {
    name: "limits",
    many: false,
    about: "What a client may draw out of the gateway, and a server out of it.",
    settings: &[
        Setting {
            name: "message",
            kind: Kind::Size,
            usual: Value("\"64 MiB\""),
            about: "The longest message from a server.",
        },
        Setting {
            name: "body",
            kind: Kind::Size,
            usual: Value("\"4 MiB\""),
            about: "The longest body of a request, also once it is decompressed.",
        },
        Setting {
            name: "head",
            kind: Kind::Size,
            usual: Value("\"32 KiB\""),
            about: "The longest head of a request.",
        },
        Setting {
            name: "held",
            kind: Kind::Size,
            usual: Value("\"256 MiB\""),
            about: "How much of bodies that come in pieces is held at a time, over all clients.",
        },
        Setting {
            name: "connections",
            kind: Kind::Count(1, 1_000_000),
            usual: Value("20000"),
            about: "Connections at a time; fewer if the system allows fewer open files.",
        },
        Setting {
            name: "streams",
            kind: Kind::Count(1, 10_000),
            usual: Value("128"),
            about: "Streams on one HTTP/2 connection.",
        },
        Setting {
            name: "head_time",
            kind: Kind::Span,
            usual: Value("\"10s\""),
            about: "How long the head of a request may take.",
        },
        Setting {
            name: "body_time",
            kind: Kind::Span,
            usual: Value("\"30s\""),
            about: "How long a body may take.",
        },
        Setting {
            name: "stall_time",
            kind: Kind::Span,
            usual: Value("\"60s\""),
            about: "How long a client may leave what it is sent in our hands.",
        },
        Setting {
            name: "idle_time",
            kind: Kind::Span,
            usual: Value("\"75s\""),
            about: "How long a connection may be idle between requests.",
        },
        Setting {
            name: "keep_alive",
            kind: Kind::Span,
            usual: Value("\"15s\""),
            about: "After how much silence a stream of events gets a comment.",
        },
        Setting {
            name: "session_time",
            kind: Kind::Span,
            usual: Value("\"1h\""),
            about: "How long a session that says nothing is kept.",
        },
        Setting {
            name: "question_time",
            kind: Kind::Span,
            usual: Value("\"5m\""),
            about: "How long a question to a client may wait for its answer, and a request \
                    state for its continuation.",
        },
        Setting {
            name: "recheck",
            kind: Kind::Span,
            usual: Value("\"30s\""),
            about: "How long a look at what a server lists is believed.",
        },
    ],
    sections: &[],
};

const LEDGER: Section = Section {
    name: "ledger",
    many: false,
    about: "How calls are recorded. Where, says `MCPWARDEN_HOME`.",
    settings: &[Setting {
        name: "outlives",
        kind: Kind::OneOf(&["process", "power"]),
        usual: Value("\"process\""),
        about: "What a record outlives before its call is forwarded: the end of the process, or \
                the loss of power, which costs a write to the disk for each call.",
    }],
    sections: &[],
};

const CLIENT: Section = Section {
    name: "client",
    many: true,
    about: "Who may come in. Without any, everybody who reaches a loopback address may. One that \
            has both a token and a certificate has to show both.",
    settings: &[
        Setting {
            name: "name",
            kind: Kind::Agent,
            usual: Required,
            about: "Its name in the ledger. Clients of one name share sessions and connections.",
        },
        Setting {
            name: "user",
            kind: Kind::Text,
            usual: Words("nobody is known"),
            about: "The person on whose behalf it always asks, as operators are named. Nobody \
                    approves as an operator what is asked in his own name.",
        },
        Setting {
            name: "token_sha256",
            kind: Kind::Digest,
            usual: Words("no token is asked for"),
            about: "The digest of the token that it shows as `Authorization: Bearer TOKEN`. The \
                    token itself stands nowhere.",
        },
        Setting {
            name: "certificate",
            kind: Kind::Text,
            usual: Words("no certificate is asked for"),
            about: "The common name in its certificate, or the first alternative name where it \
                    has none. Needs `clients` in `[tls]`.",
        },
    ],
    sections: &[],
};

const OPERATOR: Section = Section {
    name: "operator",
    many: true,
    about: "Who may answer calls that wait for a person, stop things and end sessions over HTTP, \
            below `/operator/`. Nobody without any. A token of an operator is of no use as one of \
            a client, and the other way round.",
    settings: &[
        Setting {
            name: "name",
            kind: Kind::Text,
            usual: Required,
            about: "The name, as users are named: nobody approves what he asks for himself.",
        },
        Setting {
            name: "token_sha256",
            kind: Kind::Digest,
            usual: Required,
            about: "The digest of the token that is shown as `Authorization: Bearer TOKEN`. The \
                    token itself stands nowhere.",
        },
        Setting {
            name: "may",
            kind: Kind::Texts,
            usual: Required,
            about: "What he may do: `holds` to see and answer calls that wait, `stops` to stop \
                    and start, `sessions` to end sessions.",
        },
    ],
    sections: &[],
};

const WEBHOOK: Section = Section {
    name: "webhook",
    many: false,
    about: "Who is told, by a signed POST, of each call that begins to wait for a person. It \
            counts from the next start.",
    settings: &[
        Setting {
            name: "url",
            kind: Kind::Url,
            usual: Required,
            about: "An `https` URL; `http` to this machine only.",
        },
        Setting {
            name: "secret",
            kind: Kind::Text,
            usual: Required,
            about: "What it is signed with, of at least 32 bytes; usually a reference, such as \
                    `\"${file:webhook.secret}\"`.",
        },
    ],
    sections: &[],
};

const VIEW: Section = Section {
    name: "view",
    many: true,
    about: "A part of what the servers offer, at `/mcp/NAME`.",
    settings: &[
        Setting {
            name: "name",
            kind: Kind::Name,
            usual: Required,
            about: "Its name, and the last part of its path.",
        },
        Setting {
            name: "servers",
            kind: Kind::Texts,
            usual: Required,
            about: "The names of the servers in it.",
        },
        Setting {
            name: "tools",
            kind: Kind::Texts,
            usual: Value("[]"),
            about: "Its tools, by the names that clients see; `*` stands for anything. Empty: \
                    all of its servers.",
        },
    ],
    sections: &[],
};
