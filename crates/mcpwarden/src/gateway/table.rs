//! Every setting: what it is called, what may stand there, what stands in for it, and what it is
//! for. Reading a configuration, the reference, the schema and the example are all made from this.

mod credentials;
mod gateway;
mod identity;
mod inspect;
mod server;

pub(crate) use gateway::WHOLE;
pub(crate) use inspect::LOOKING;

/// What belongs together under one heading: the whole file, a table, or each of several tables.
#[derive(Debug)]
pub(crate) struct Section {
    /// Its name in the file; empty for the file itself.
    pub(crate) name: &'static str,
    /// Whether there may be several: `[[server]]` and not `[limits]`.
    pub(crate) many: bool,
    /// What it is for.
    pub(crate) about: &'static str,
    /// What can be set in it.
    pub(crate) settings: &'static [Setting],
    /// What is below it.
    pub(crate) sections: &'static [Section],
}

/// One setting.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) usual: Usual,
    pub(crate) about: &'static str,
}

/// What may stand there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A name: it stands in paths, in the ledger and before tools.
    Name,
    /// The name of an agent: one on a machine is called `CLIENT@MACHINE`, as in an estate.
    Agent,
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number between these two.
    Count(u32, u32),
    /// A part of a whole, from 0 to 1.
    Share,
    /// A size.
    Size,
    /// A span of time.
    Span,
    /// A file or folder.
    Path,
    /// Several texts.
    Texts,
    /// A program and its arguments.
    Command,
    /// Texts by their names, in which references are filled in.
    Filled,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// An IP address and a port.
    Address,
    /// A SHA-256 digest.
    Digest,
    /// Where a server is reached.
    Url,
}

/// What stands in for a setting that is not there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Usual {
    /// Nothing can.
    Required,
    /// This value, as it would be written.
    Value(&'static str),
    /// This, in words.
    Words(&'static str),
}

impl Section {
    /// How it is written as a heading of the file.
    pub(crate) fn heading(&self) -> String {
        match (self.name, self.many) {
            ("", _) => String::new(),
            (name, true) => format!("[[{name}]]"),
            (name, false) => format!("[{name}]"),
        }
    }
}

impl Kind {
    /// What may stand there, in words that follow on "expected".
    pub(crate) fn expected(self) -> String {
        match self {
            Self::Name => "a name of 1 to 64 letters, digits, `-`, `_` and `.`".into(),
            Self::Agent => "a name of 1 to 64 letters, digits, `-`, `_`, `.` and `@`".into(),
            Self::Text => "a text".into(),
            Self::Flag => "`true` or `false`".into(),
            Self::Count(least, most) => format!("a whole number from {least} to {most}"),
            Self::Share => "a number from 0 to 1".into(),
            Self::Size => "a size, such as `\"4 MiB\"`".into(),
            Self::Span => "a span of time, such as `\"30s\"` or `\"1h 30m\"`".into(),
            Self::Path => "the path of a file or folder".into(),
            Self::Texts => "a list of texts".into(),
            Self::Command => "a program and its arguments, as a list of texts".into(),
            Self::Filled => "a table of texts".into(),
            Self::OneOf(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
                words.join(" or ")
            }
            Self::Address => "an IP address and a port, such as `\"127.0.0.1:8931\"`".into(),
            Self::Digest => "a SHA-256 digest, 64 lower-case hexadecimal digits".into(),
            Self::Url => "an `http` or `https` URL without a user".into(),
        }
    }
}

/// Whether a name can stand in paths, in the ledger and before tools.
pub(crate) fn is_name(name: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !name.is_empty() && name.len() <= 64 && name.bytes().all(good)
}

/// Whether an agent can be called so: a name, or two with `@` between them.
pub(crate) fn is_agent(name: &str) -> bool {
    let parts = name.split_once('@').map_or((name, None), |(first, rest)| (first, Some(rest)));
    name.len() <= 64 && is_name(parts.0) && parts.1.is_none_or(is_name)
}
