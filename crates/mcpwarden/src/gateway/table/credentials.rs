//! The settings of what servers are shown, and of where secrets are kept.

use super::{
    Kind, Section, Setting,
    Usual::{Required, Value, Words},
};

pub(super) const CREDENTIALS: Section = Section {
    name: "credentials",
    many: false,
    about: "What a server that is a URL is shown on behalf of whom a request is for: \
                    `credentials = { … }` in its `[[server]]`, or `[server.credentials]` \
                    below it. What callers show the gateway goes to no server.",
    settings: &[
        Setting {
            name: "kind",
            kind: Kind::OneOf(&["static", "client-credentials", "exchange", "per-user"]),
            usual: Required,
            about: "What it is shown: a secret from the vault; a token for the gateway \
                    itself; the caller's token, exchanged for one that is for this server \
                    only (RFC 8693); or a token that the person has agreed to.",
        },
        Setting {
            name: "header",
            kind: Kind::Text,
            usual: Value("\"Authorization\""),
            about: "`static`: the header that the secret stands in.",
        },
        Setting {
            name: "value",
            kind: Kind::Text,
            usual: Words("not `static`"),
            about: "`static`: what stands there, such as `Bearer ${vault:tickets}`.",
        },
        Setting {
            name: "resource",
            kind: Kind::Url,
            usual: Words("its `url` without a query"),
            about: "What authorization servers call the server (RFC 8707).",
        },
        Setting {
            name: "issuer",
            kind: Kind::Url,
            usual: Words("only `token_endpoint` is known"),
            about: "The authorization server, letter for letter as it calls itself; its \
                    metadata are found from this (RFC 8414). `per-user` needs it.",
        },
        Setting {
            name: "token_endpoint",
            kind: Kind::Url,
            usual: Words("as the metadata say"),
            about: "Where tokens are asked for.",
        },
        Setting {
            name: "origins",
            kind: Kind::Texts,
            usual: Value("[]"),
            about: "Other origins that the metadata may name. What leads elsewhere is \
                    refused.",
        },
        Setting {
            name: "authorities",
            kind: Kind::Path,
            usual: Words("those of the system"),
            about: "Who signs the certificate of the authorization server, beside those whom \
                    the system trusts, in PEM form.",
        },
        Setting {
            name: "client_id",
            kind: Kind::Text,
            usual: Words("`static`"),
            about: "What the gateway is called there: as it was registered, or the URL of \
                    its metadata document.",
        },
        Setting {
            name: "client_secret",
            kind: Kind::Text,
            usual: Words("the client is public"),
            about: "How the gateway shows that it is it; a reference, such as \
                    `${vault:tickets-client}`.",
        },
        Setting {
            name: "client_auth",
            kind: Kind::OneOf(&["basic", "post"]),
            usual: Value("\"basic\""),
            about: "Where the secret stands: in a header, or in the form.",
        },
        Setting {
            name: "scopes",
            kind: Kind::Texts,
            usual: Value("[]"),
            about: "What the token may do. One that may do more is refused. `exchange` and \
                    `per-user` need at least one.",
        },
        Setting {
            name: "assume_life",
            kind: Kind::Span,
            usual: Words("it is refused"),
            about: "How long a token is taken to be good if nothing says so.",
        },
        Setting {
            name: "subject_type",
            kind: Kind::Text,
            usual: Value("\"urn:ietf:params:oauth:token-type:access_token\""),
            about: "`exchange`: the type of the tokens that callers show.",
        },
        Setting {
            name: "audience",
            kind: Kind::Text,
            usual: Words("only the resource is named"),
            about: "`exchange`: for whom the token is to be.",
        },
        Setting {
            name: "actor_token",
            kind: Kind::Text,
            usual: Words("nobody else is named"),
            about: "`exchange`: who acts for the caller; a reference.",
        },
        Setting {
            name: "public_url",
            kind: Kind::Url,
            usual: Words("not `per-user`"),
            about: "`per-user`: where people's browsers reach the gateway, without a path.",
        },
        Setting {
            name: "client_name",
            kind: Kind::Text,
            usual: Value("\"MCP Warden\""),
            about: "`per-user`: what the gateway is called on the page where people agree.",
        },
        Setting {
            name: "unknown_browsers",
            kind: Kind::Flag,
            usual: Value("false"),
            about: "`per-user`: whether a browser that shows nothing may agree for whoever \
                    was asked. Not needed where `public_url` is on this machine.",
        },
    ],
    sections: &[],
};

pub(super) const VAULT: Section = Section {
    name: "vault",
    many: false,
    about: "Where the secrets are that `${vault:NAME}` stands for, in `env`, \
                    `headers` and `credentials`.",
    settings: &[
        Setting {
            name: "kind",
            kind: Kind::OneOf(&["file", "command", "http"]),
            usual: Required,
            about: "Where secrets are: in a file that a passphrase opens (`mcpwarden \
                    vault`), with a program that prints them, or in a server that speaks as \
                    HashiCorp Vault does.",
        },
        Setting {
            name: "path",
            kind: Kind::Path,
            usual: Words("not `file`"),
            about: "`file`: the file.",
        },
        Setting {
            name: "passphrase_file",
            kind: Kind::Path,
            usual: Words("`passphrase_command`"),
            about: "`file`: a file with what opens it, which only its owner may read.",
        },
        Setting {
            name: "passphrase_command",
            kind: Kind::Command,
            usual: Words("`passphrase_file`"),
            about: "`file`: a program that prints what opens it.",
        },
        Setting {
            name: "command",
            kind: Kind::Command,
            usual: Words("not `command`"),
            about: "`command`: program and arguments; the name of the secret is added. It \
                    sees `PATH`, `HOME`, `USER`, `LOGNAME`, `SHELL`, `LANG`, `LC_ALL`, `TZ` \
                    and `TMPDIR` and nothing else of the environment.",
        },
        Setting {
            name: "command_time",
            kind: Kind::Span,
            usual: Value("\"5s\""),
            about: "How long a program may take.",
        },
        Setting {
            name: "address",
            kind: Kind::Url,
            usual: Words("not `http`"),
            about: "`http`: where the server is, without a path.",
        },
        Setting {
            name: "mount",
            kind: Kind::Text,
            usual: Value("\"secret\""),
            about: "`http`: where the key-value store (version 2) is mounted.",
        },
        Setting {
            name: "namespace",
            kind: Kind::Text,
            usual: Words("there is only one"),
            about: "`http`: the namespace.",
        },
        Setting {
            name: "token_file",
            kind: Kind::Path,
            usual: Words("not `http`"),
            about: "`http`: a file with the token, which only its owner may read. It is read \
                    each time.",
        },
        Setting {
            name: "authorities",
            kind: Kind::Path,
            usual: Words("those of the system"),
            about: "`http`: who signs its certificate, beside those whom the system trusts, \
                    in PEM form.",
        },
        Setting {
            name: "life",
            kind: Kind::Span,
            usual: Value("\"5m\""),
            about: "How long a secret is believed before it is asked for again.",
        },
        Setting {
            name: "max_age",
            kind: Kind::Span,
            usual: Words("any age will do"),
            about: "How old a secret may be before that is told.",
        },
        Setting {
            name: "refuse_older",
            kind: Kind::Flag,
            usual: Value("false"),
            about: "Whether one that is older, or whose age nobody knows, is refused.",
        },
    ],
    sections: &[],
};
