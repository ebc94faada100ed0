//! The settings of a server.

use super::{
    Kind, Section, Setting,
    Usual::{Required, Value, Words},
    credentials::CREDENTIALS,
};

pub(super) const SERVER: Section = Section {
    name: "server",
    many: true,
    about: "A server behind the gateway: a program (`command`) or a URL (`url`). Nothing of it is \
            shown before it is approved: `mcpwarden approve --config FILE NAME`.",
    settings: &[
        Setting {
            name: "name",
            kind: Kind::Name,
            usual: Required,
            about: "Its name, in the ledger and before the names of its tools.",
        },
        Setting {
            name: "approved_as",
            kind: Kind::Text,
            usual: Words("its `name`"),
            about: "The name that it was approved by.",
        },
        Setting {
            name: "prefix",
            kind: Kind::Text,
            usual: Words("as `names` says"),
            about: "What stands before the names of its tools and prompts; may be empty.",
        },
        Setting {
            name: "command",
            kind: Kind::Command,
            usual: Words("it has a `url`"),
            about: "The program and its arguments. A program without `/` is looked for in `PATH`.",
        },
        Setting {
            name: "folder",
            kind: Kind::Path,
            usual: Words("the folder of this file"),
            about: "Where the program starts. Relative paths among its arguments begin here.",
        },
        Setting {
            name: "env",
            kind: Kind::Filled,
            usual: Value("{}"),
            about: "Variables of the program. It sees `PATH`, `HOME`, `USER`, `LOGNAME`, `SHELL`, \
                    `LANG`, `LC_ALL`, `TZ`, `TMPDIR` and these, and nothing else.",
        },
        Setting {
            name: "url",
            kind: Kind::Url,
            usual: Words("it has a `command`"),
            about: "Where it is reached.",
        },
        Setting {
            name: "certified",
            kind: Kind::Text,
            usual: Words(
                "its certificate is not asked for, unless `required` of `[certificates]` says so",
            ),
            about: "The name that it was certified by: `mcpwarden certify TARGET --name NAME`. \
                    Without a `url` it is started from the store, with its bytes verified. It is \
                    listed and called only while its certificate counts.",
        },
        Setting {
            name: "environment",
            kind: Kind::OneOf(&["sandbox", "production"]),
            usual: Value("\"production\""),
            about: "Where it is used. With its `class` this says what level its certificate needs.",
        },
        Setting {
            name: "transport",
            kind: Kind::OneOf(&["http", "sse"]),
            usual: Value("\"http\""),
            about: "How the URL is spoken to: Streamable HTTP, or the HTTP with server-sent \
                    events of 2024-11-05.",
        },
        Setting {
            name: "headers",
            kind: Kind::Filled,
            usual: Value("{}"),
            about: "Headers of every request to the URL, credentials among them. They never \
                    reach a client, and those of clients never reach the server.",
        },
        Setting {
            name: "authorities",
            kind: Kind::Path,
            usual: Words("those of the system"),
            about: "Who signs the certificate of the URL, beside those whom the system trusts, \
                    in PEM form.",
        },
        Setting {
            name: "class",
            kind: Kind::OneOf(&["public", "internal", "confidential", "regulated"]),
            usual: Value("\"internal\""),
            about: "How what it answers has to be treated at least. From `confidential` on, \
                    sessions remember what it said; so they do of answers in which a secret or \
                    personal data is found.",
        },
        Setting {
            name: "share",
            kind: Kind::OneOf(&["all", "client", "session"]),
            usual: Value("\"client\""),
            about: "Who shares a connection: everybody, the sessions of one client, or nobody.",
        },
        Setting {
            name: "connections",
            kind: Kind::Count(1, 10_000),
            usual: Value("32"),
            about: "Connections at a time, over all who share. For a program: processes.",
        },
        Setting {
            name: "requests",
            kind: Kind::Count(1, 10_000),
            usual: Value("64"),
            about: "Requests under way on one connection.",
        },
        Setting {
            name: "idle_time",
            kind: Kind::Span,
            usual: Value("\"10m\""),
            about: "After how long a connection that nobody uses is closed, and its program ended.",
        },
        Setting {
            name: "open_time",
            kind: Kind::Span,
            usual: Value("\"30s\""),
            about: "How long it may take to start and to introduce itself.",
        },
        Setting {
            name: "list_time",
            kind: Kind::Span,
            usual: Value("\"15s\""),
            about: "How long a list, a completion or a ping may take.",
        },
        Setting {
            name: "call_time",
            kind: Kind::Span,
            usual: Value("\"60s\""),
            about: "How long a call may take, and again after each report of progress.",
        },
        Setting {
            name: "whole_time",
            kind: Kind::Span,
            usual: Value("\"10m\""),
            about: "How long a call may take in all, however much it reports.",
        },
        Setting {
            name: "failures",
            kind: Kind::Count(1, 1_000_000),
            usual: Value("5"),
            about: "Failures in a row after which it is left alone, for a second at first and at \
                    most a minute.",
        },
    ],
    sections: &[CREDENTIALS],
};
