//! The settings of what is looked for in what passes.

use super::{
    Kind, Section, Setting,
    Usual::{Required, Value, Words},
};

const ALL: Kind = Kind::OneOf(&["observe", "label", "redact", "refuse"]);
const WHOLE: Kind = Kind::OneOf(&["observe", "label", "refuse"]);
const LISTED: Kind = Kind::OneOf(&["observe", "hide", "refuse"]);
const CLASS: Kind = Kind::OneOf(&["public", "internal", "confidential", "regulated"]);

/// A file of its own with these.
pub(crate) static LOOKING: Section = Section {
    name: "",
    many: false,
    about: "What is looked for, and what follows.",
    settings: &[],
    sections: &[INSPECT, TERM],
};

pub(super) const INSPECT: Section = Section {
    name: "inspect",
    many: false,
    about: "What is looked for in what passes, and what follows. `observe` writes it into the \
            record of the call; `label` also has the session remember it, so that every later \
            record says so; `redact` takes it out and lets the rest pass, and refuses what it \
            cannot be taken out of; `refuse` lets nothing pass.",
    settings: &[
        Setting {
            name: "content",
            kind: Kind::Flag,
            usual: Value("true"),
            about: "Whether arguments and answers are looked at at all.",
        },
        Setting {
            name: "level",
            kind: Kind::Count(1, 100),
            usual: Value("50"),
            about: "The score from which a text counts as hostile to a model.",
        },
        Setting {
            name: "memory",
            kind: Kind::Size,
            usual: Value("\"256 MiB\""),
            about: "How much memory may be taken to remember what was confidential, over all \
                    sessions: 256 KiB for each that has seen any.",
        },
        Setting {
            name: "definitions",
            kind: LISTED,
            usual: Value("\"observe\""),
            about: "What follows from a tool, prompt or resource whose definition is hostile \
                    to a model, though it was approved: it is noted, it is hidden and cannot \
                    be used, or nothing of its kind of that server can.",
        },
        Setting {
            name: "unread",
            kind: WHOLE,
            usual: Value("\"observe\""),
            about: "What follows where something could not be looked at, or not to its end: \
                    too deep, too much, no room to remember it.",
        },
        Setting {
            name: "carried_secrets",
            kind: ALL,
            usual: Value("\"refuse\""),
            about: "What follows from an argument with a secret that another server gave in \
                    this session, also in another encoding.",
        },
        Setting {
            name: "copied",
            kind: ALL,
            usual: Value("\"observe\""),
            about: "What follows from an argument that repeats what a confidential answer of \
                    another server said in this session, or that carries it out by a tool \
                    that sends.",
        },
        Setting {
            name: "secret_arguments",
            kind: ALL,
            usual: Value("\"observe\""),
            about: "What follows from an argument with any secret.",
        },
        Setting {
            name: "personal_arguments",
            kind: ALL,
            usual: Value("\"observe\""),
            about: "What follows from an argument with personal data or a `[[term]]`.",
        },
        Setting {
            name: "hidden_arguments",
            kind: ALL,
            usual: Value("\"observe\""),
            about: "What follows from an argument with characters that nobody sees.",
        },
        Setting {
            name: "hostile",
            kind: ALL,
            usual: Value("\"observe\""),
            about: "What follows from an answer, or a question of a server, with text that \
                    is hostile to a model.",
        },
        Setting {
            name: "hidden",
            kind: ALL,
            usual: Words("as `hostile`"),
            about: "What follows from an answer with characters that a model reads and a \
                    person does not see.",
        },
        Setting {
            name: "links",
            kind: ALL,
            usual: Value("\"observe\""),
            about: "What follows from an answer with a link or an image through which data \
                    leaves when it is followed or shown.",
        },
        Setting {
            name: "turned",
            kind: WHOLE,
            usual: Value("\"observe\""),
            about: "What follows from an answer that is suspicious, though not enough to be \
                    hostile by itself, and breaks with all answers of its tool before.",
        },
        Setting {
            name: "shape",
            kind: WHOLE,
            usual: Value("\"observe\""),
            about: "What follows from an answer that looks like none of its tool before, and \
                    not as the tool says.",
        },
        Setting {
            name: "secrets",
            kind: ALL,
            usual: Value("\"observe\""),
            about: "What follows from an answer with a secret.",
        },
        Setting {
            name: "personal",
            kind: ALL,
            usual: Value("\"observe\""),
            about: "What follows from an answer with personal data or a `[[term]]`.",
        },
    ],
    sections: &[],
};

pub(super) const TERM: Section = Section {
    name: "term",
    many: true,
    about: "A word or pattern that only this company has, looked for beside personal data.",
    settings: &[
        Setting {
            name: "name",
            kind: Kind::Text,
            usual: Required,
            about: "What hits are called in the ledger: small letters, digits and hyphens.",
        },
        Setting {
            name: "class",
            kind: CLASS,
            usual: Value("\"confidential\""),
            about: "How what it finds has to be treated.",
        },
        Setting {
            name: "words",
            kind: Kind::Texts,
            usual: Value("[]"),
            about: "Words that are looked for as they are, but for the case of ASCII letters.",
        },
        Setting {
            name: "pattern",
            kind: Kind::Text,
            usual: Words("no pattern is looked for"),
            about: "A regular expression that is looked for too.",
        },
        Setting {
            name: "check",
            kind: Kind::OneOf(&["none", "luhn", "verhoeff", "mod-11-10", "mod-97-10"]),
            usual: Value("\"none\""),
            about: "What the digits of a match of the pattern must have.",
        },
        Setting {
            name: "matches",
            kind: Kind::Texts,
            usual: Value("[]"),
            about: "Texts in which it has to find something; there has to be one. They are tried \
                    at start, and nothing starts if it does not.",
        },
        Setting {
            name: "passes",
            kind: Kind::Texts,
            usual: Value("[]"),
            about: "Texts in which it must find nothing.",
        },
    ],
    sections: &[],
};
