//! What a server was seen to do on the network beyond what it declares.

use super::{Lookup, Server};

/// What was observed without being declared; each once, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beyond<'a> {
    /// Hosts.
    pub hosts: Vec<&'a str>,
    /// Names of fields.
    pub fields: Vec<&'a str>,
}

impl Beyond<'_> {
    /// Whether everything was declared.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.hosts.is_empty() && self.fields.is_empty()
    }
}

impl Server {
    /// The hosts that it was seen to talk to and the fields that it was seen to send, without those
    /// that it declares: hosts, fields, and the parameters of its tools. Where nothing is declared,
    /// everything is beyond it.
    #[must_use]
    pub fn beyond_declared(&self, known: &Lookup<'_>) -> Beyond<'_> {
        let is_host = |host: &&str| !self.declared_hosts.iter().any(|said| covers(said, host));
        let tools = known.tools_of(&self.id);
        let is_field = |field: &&str| {
            let mut said = self.declared_fields.iter();
            let mut parameters = tools.iter().flat_map(|tool| &tool.parameters);
            !said.any(|said| said == field) && !parameters.any(|said| said == field)
        };
        Beyond {
            hosts: once(self.observed_hosts.iter().map(String::as_str).filter(is_host)),
            fields: once(self.observed_fields.iter().map(String::as_str).filter(is_field)),
        }
    }
}

fn once<'a>(all: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut all: Vec<_> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether a declared host is this one. `*.example.com` declares what is below it; a bare `*`
/// declares nothing.
fn covers(declared: &str, host: &str) -> bool {
    let (declared, host) = (declared.to_ascii_lowercase(), host.to_ascii_lowercase());
    match declared.strip_prefix("*.") {
        Some(parent) if parent.contains('.') => {
            host.strip_suffix(parent).is_some_and(|below| below.ends_with('.') && below.len() > 1)
        }
        Some(_) => false,
        None => declared == host,
    }
}
