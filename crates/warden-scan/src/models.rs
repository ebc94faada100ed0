//! What is known of libraries: which calls are dangerous with what, which make a value harmless,
//! and where values come from.
//!
//! One vocabulary for all languages, and one text per library and language in
//! `models/<language>/<library>.txt`; how such a text reads is told in [`warden_flow::models`].
//! A library that is missing is a file and a line in `models/<language>.rs`.
//!
//! A `$word` in the text stands for a list of bits, see `GROUPS`.

mod go;
mod javascript;
mod pattern;
mod python;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use warden_flow::models::{Bits, ModelError, Models, SinkKind, SourceKind, Table, Vocabulary};

/// Gives each name a number: its position in the list.
macro_rules! names {
    ($list:ident, $make:expr, $type:ty: $($(#[$doc:meta])* $constant:ident = $name:literal;)*) => {
        pub(crate) static $list: &[&str] = &[$($name),*];
        names!(@one $make, $type, 0; $($(#[$doc])* $constant;)*);
    };
    (@one $make:expr, $type:ty, $at:expr;) => {};
    (@one $make:expr, $type:ty, $at:expr;
     $(#[$doc:meta])* $constant:ident; $($(#[$docs:meta])* $others:ident;)*) => {
        $(#[$doc])*
        pub const $constant: $type = $make($at);
        names!(@one $make, $type, $at + 1; $($(#[$docs])* $others;)*);
    };
}

/// Sink kinds. A value is harmless at a sink when it has the bit of its kind.
pub mod sink {
    use super::SinkKind;

    names! { NAMES, SinkKind, SinkKind:
        /// A line that a shell takes apart.
        COMMAND = "command";
        /// The program that is started.
        PROGRAM = "program";
        /// An argument that the program may take for an option.
        ARGUMENT = "argument";
        /// Text that is run as code of the language.
        CODE = "code";
        /// A template as such, not what is filled in.
        TEMPLATE = "template";
        /// A file or folder that is read, written or listed.
        PATH = "path";
        /// An archive that is unpacked, or where it is unpacked to.
        ARCHIVE = "archive";
        /// SQL.
        SQL = "sql";
        /// A filter of a document store.
        NOSQL = "nosql";
        /// Any other language of queries: Cypher, `PromQL`, LDAP, `XPath`, `GraphQL`.
        QUERY = "query";
        /// An address that is requested.
        SSRF = "ssrf";
        /// Bytes that become objects of any class.
        DESERIALISE = "deserialise";
        /// A page that a browser shows.
        HTML = "html";
        /// A regular expression.
        REGEX = "regex";
        /// How much memory, time or how many rounds something takes.
        SIZE = "size";
        /// The name of a temporary file.
        TEMPFILE = "tempfile";
        /// A header of an HTTP message.
        HEADER = "header";
        /// A line of a log.
        LOG = "log";
        /// What leaves the machine: bodies, query strings, messages.
        EGRESS = "egress";
        /// What a client gets as an answer.
        RESPONSE = "response";
        /// Recipients and other headers of a mail.
        MAIL_HEADER = "mail-header";
        /// The name of a module that is loaded.
        MODULE = "module";
        /// What is written into a file.
        WRITTEN = "written";
    }
}

/// Marks: what is known of a value besides the sinks that it is harmless at.
pub mod mark {
    use super::Bits;

    const fn bit(at: u8) -> Bits {
        Bits(1 << (63 - at))
    }

    names! { NAMES, bit, Bits:
        /// Something constant stands before it.
        LEADING = "leading";
        /// The host of the URL is fixed.
        AUTHORITY = "authority";
        /// `..` is resolved in it, links are not.
        NORMAL = "normal";
        /// Links are resolved in it.
        RESOLVED = "resolved";
        /// It is a number.
        NUMERIC = "numeric";
        /// It consists of harmless characters, or is one of a list.
        CHARSET = "charset";
        /// Quoted, or put through an escape that fits the place or does not.
        QUOTED = "quoted";
        /// `--` stands before it.
        SEPARATOR = "separator";
        /// It starts with the name of a permitted folder, as far as the text goes.
        CONTAINED = "contained";
        /// Something was looked for in it that should not be there.
        DENIED = "denied";
        /// It was taken apart as a URL.
        PARSED = "parsed";
        /// Its host was checked, but only by name and before redirects.
        HOST = "host";
        /// No more than a certain length.
        BOUNDED = "bounded";
        /// It is the way from a permitted folder: `..` at its start is all that can be wrong.
        RELATIVE = "relative";
        /// It holds no `..`.
        DOTLESS = "dotless";
        /// It starts with the name of a permitted folder, but what follows may go on with it.
        PREFIX = "prefix";
        /// It is no absolute path.
        LOCAL = "local";
        /// It is the host of a URL, or an address that the host has.
        HOSTPART = "hostpart";
        /// It starts with a dash, which was looked at.
        OPTION = "option";
        /// Its links are resolved, and it is not below any of some folders.
        SPARED = "spared";
    }
}

/// Where values come from.
pub mod source {
    use super::SourceKind;

    names! { NAMES, SourceKind, SourceKind:
        /// An argument of a tool: a model chooses it.
        TOOL = "tool";
        /// The address of a resource.
        RESOURCE = "resource";
        /// An argument of a prompt.
        PROMPT = "prompt";
        /// A request to a server's own HTTP endpoint.
        HTTP = "http";
        /// The answer of a remote service.
        REMOTE = "remote";
        /// The environment.
        ENV = "env";
        /// What stands in a file.
        FILE = "file";
        /// A secret: a key, a token, a password.
        CREDENTIAL = "credential";
        /// What a database holds.
        DATABASE = "database";
        /// What the machine tells of itself: names, users, processes.
        SYSTEM = "system";
        /// The token that a request to the server itself brings.
        TOKEN = "token";
        /// What an error tells: stack traces, internal messages.
        ERROR = "error";
        /// Arguments of the command line.
        ARGV = "argv";
        /// The name of an entry of an archive.
        ARCHIVE = "archive";
    }
}

/// Words for several bits at once: `clean $number`.
pub(crate) static GROUPS: &[(&str, &str)] = &[
    // A number, a truth or a date can hold nothing that any syntax gives a meaning to.
    ("$number", "numeric,$word"),
    // Letters, digits and `_`, or one of a list that the code knows.
    ("$word", "charset,$plain,path,archive,tempfile,module,code"),
    // Nothing that has a meaning in a text.
    (
        "$plain",
        "command,program,argument,template,sql,nosql,query,ssrf,deserialise,html,regex,header,mail-header",
    ),
];

/// What calls do to the world outside the program.
#[cfg(test)]
pub(crate) static EFFECTS: &[(&str, &str)] = &[
    ("execute", "starts a program"),
    ("evaluate", "runs text as code"),
    ("file-read", "reads or lists files"),
    ("file-write", "writes, moves or creates files"),
    ("file-delete", "deletes files"),
    ("network", "sends something to another machine"),
    ("listen", "waits for connections"),
    ("mail", "sends a message to people"),
    ("database-read", "asks a database"),
    ("database-write", "changes a database"),
    ("env-read", "reads the environment"),
    ("env-write", "changes the environment"),
    ("process", "ends or changes processes"),
    ("clipboard", "reads or writes the clipboard"),
    ("screen", "looks at the screen, or acts on it"),
];

static MODELS: LazyLock<Models> = LazyLock::new(|| read().0);

/// Every model, for [`warden_flow::analyse`].
#[must_use]
pub fn models() -> &'static Models {
    &MODELS
}

/// Every model, and what is wrong with the texts; a test keeps that empty.
fn read() -> (Models, Vec<(&'static str, ModelError)>) {
    let vocabulary = Vocabulary {
        sinks: sink::NAMES.to_vec(),
        marks: mark::NAMES.to_vec(),
        sources: source::NAMES.to_vec(),
        shallow: vec!["log", "response"],
    };
    let mut wrong = Vec::new();
    let mut table = |files: &[(&'static str, &str)]| {
        let mut table = Table::default();
        for (name, text) in files {
            if let Err(error) = table.add(&vocabulary, &expanded(text)) {
                wrong.push((*name, error));
            }
        }
        table
    };
    let python = table(python::FILES);
    let javascript = table(javascript::FILES);
    let go = table(go::FILES);
    (Models { vocabulary, python, javascript, go, pattern: pattern::bits }, wrong)
}

/// The bits that a word of [`GROUPS`], or a list of names, stands for.
#[must_use]
pub(crate) fn bits(names: &str) -> Bits {
    let vocabulary = &models().vocabulary;
    let names = expanded(names);
    let each = names.split(',').filter_map(|name| vocabulary.bit(name.trim()));
    each.fold(Bits::NONE, Bits::with)
}

/// `text` with the words of [`GROUPS`] written out; lines stay where they are.
fn expanded(text: &str) -> String {
    let mut text = text.to_owned();
    for (word, bits) in GROUPS {
        text = text.replace(word, bits);
    }
    text
}
