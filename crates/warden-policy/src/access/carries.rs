//! What the arguments of a call hold, as far as rules ask for it.

use std::collections::{BTreeMap, BTreeSet};

use warden_model::DataClass;

/// What the arguments of a call hold.
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that rules ask for by itself")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Carries {
    /// The highest class of what was seen before and is in them again.
    pub copied: DataClass,
    /// A credential that somebody else gave is in them.
    pub credentials: bool,
    /// The highest class of what they hold by themselves: personal data, secrets, own words.
    pub class: DataClass,
    /// Where they lead (an address, an account, a host) or what they name was taken from content
    /// that was judged to be written against the model.
    pub steered: bool,
    /// The same of content that a stranger wrote.
    pub untrusted: bool,
    /// Which side of each wall they are about.
    pub walls: BTreeMap<Box<str>, BTreeSet<Box<str>>>,
    /// Hosts of the URLs in them, in lower case and as ASCII (IDNA).
    pub hosts: BTreeSet<Box<str>>,
    /// Domains of the e-mail addresses in them, in lower case.
    pub domains: BTreeSet<Box<str>>,
    /// Something in them could not be looked at.
    pub unread: bool,
    /// What they break of what was set for the tool.
    pub breaches: Vec<Breach>,
}

/// One thing that arguments break of what was set for the tool.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Breach {
    /// Where: an RFC 6901 pointer into the arguments.
    pub at: Box<str>,
    /// What was set: `schema`, `number`, `path-roots`, `url-hosts`, `sql-verbs`, `recipients`,
    /// `amount`, `one-of`, `pattern`, `length`, `required`, `absent`, `look-alike`, `unread`.
    pub what: &'static str,
}
