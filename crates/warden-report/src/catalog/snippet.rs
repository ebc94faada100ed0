//! How each client adds a server: its configuration, and a link or a command where it has one.
//!
//! A server is never added as it is. A package starts through `mcpwarden run NAME`, which launches
//! exactly the bytes that were certified; a server elsewhere is reached through the gateway, which
//! asks for its certificate at every call.

mod table;
mod write;

use std::fmt;

use thiserror::Error;
use warden_model::Digest;

use super::{Catalog, check, entry::Entry};

pub use table::ADDERS;

/// How a client adds a server.
#[derive(Clone, Copy, Debug)]
pub struct Adder {
    /// The client's identifier, that of the table of clients.
    pub id: &'static str,
    /// The name that people know.
    pub name: &'static str,
    /// The file into which the configuration goes.
    pub place: Place,
    wrap: Wrap,
    local: &'static [(&'static str, Fill)],
    remote: &'static [(&'static str, Fill)],
    link: Option<Link>,
    command: Option<Command>,
}

/// Where a file lies on each system; `./` is a project, `~/` the home directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// On Linux.
    pub linux: &'static str,
    /// On macOS.
    pub macos: &'static str,
    /// On Windows.
    pub windows: &'static str,
}

/// What stands around an entry.
#[derive(Clone, Copy, Debug)]
enum Wrap {
    /// JSON: objects below each other, then the server's name.
    Json(&'static [&'static str]),
    /// YAML: one key, then the server's name.
    Yaml(&'static str),
    /// YAML: one key, then a list.
    YamlList(&'static str),
    /// TOML: a table below this one.
    Toml(&'static str),
    /// TOML: one of several tables with this name.
    TomlList(&'static str),
}

/// What stands at a key of an entry.
#[derive(Clone, Copy, Debug)]
enum Fill {
    Text(&'static str),
    Number(u16),
    True,
    Everything,
    Name,
    Program,
    Arguments,
    Words,
    Url,
}

/// A link that makes a client add a server.
#[derive(Clone, Copy, Debug)]
enum Link {
    /// The whole entry with its name as percent-encoded JSON.
    Json(&'static str),
    /// The name, and the entry as JSON in base64.
    Base64(&'static str),
}

/// A command line that makes a client add a server, for both kinds of server. `{name}` is the
/// name in the configuration, `{line}` our program with its arguments, `{url}` the gateway and
/// `{json}` the entry with its name.
#[derive(Clone, Copy, Debug)]
struct Command {
    local: &'static str,
    remote: &'static str,
}

/// What a configuration is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// JSON.
    Json,
    /// TOML.
    Toml,
    /// YAML.
    Yaml,
}

/// How one client adds one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The client's identifier.
    pub client: &'static str,
    /// The client's name.
    pub name: &'static str,
    /// The file that it goes into.
    pub place: Place,
    /// What it is written in.
    pub language: Language,
    /// What goes into the file; `None` if how this client reaches remote servers by its file is
    /// not known well enough to promise anything.
    pub text: Option<String>,
    /// A link that does the same.
    pub link: Option<String>,
    /// A command line that does the same.
    pub command: Option<String>,
}

/// The way to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// `mcpwarden run NAME`
    Run(String),
    /// The gateway at this address.
    Gateway(GatewayUrl),
}

impl Door {
    /// The way to this server: a package starts here, anything else is behind the gateway.
    /// `None` if the server is elsewhere and there is no gateway; then nobody should add it.
    #[must_use]
    pub fn to(entry: &Entry, gateway: Option<&GatewayUrl>) -> Option<Self> {
        if entry.packages.is_empty() {
            return gateway.cloned().map(Self::Gateway);
        }
        Some(Self::Run(entry.runs_as.clone()))
    }
}

/// The address of a gateway. It can stand in any snippet without being quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayUrl(String);

impl GatewayUrl {
    /// Reads the address of a gateway, or of one of its views.
    ///
    /// # Errors
    /// It is no http or https URL, or has a query or characters that mean something to a shell.
    pub fn parse(url: &str) -> Result<Self, BadUrl> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/%[]".contains(&byte);
        let fits = check::is_url(url) && url.bytes().all(plain);
        if fits { Ok(Self(url.to_owned())) } else { Err(BadUrl) }
    }
}

impl fmt::Display for GatewayUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is no address of a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the gateway's address must be an http or https URL without a query")]
pub struct BadUrl;

/// Says how every known client adds a server under this name, in the order of [`ADDERS`].
fn snippets(name: &str, door: &Door) -> Vec<Snippet> {
    ADDERS.iter().map(|adder| write::snippet(adder, name, door)).collect()
}

impl Catalog {
    /// Says how every known client adds this server, in the order of [`ADDERS`].
    #[must_use]
    pub fn snippets(&self, entry: &Entry, door: &Door) -> Vec<Snippet> {
        snippets(&self.key_name(entry), door)
    }

    /// The name of this server in configurations: what every client takes for a name, and not
    /// that of another server of the catalog, which it would replace there.
    #[must_use]
    pub fn key_name(&self, entry: &Entry) -> String {
        let name = short_key(entry);
        let same = |other: &Entry| other.name != entry.name && short_key(other) == name;
        if !self.all().any(|other| same(other.entry)) {
            return name;
        }
        let digits = Digest::of(entry.name.as_bytes()).hex();
        let digits: String = digits.iter().take(8).map(|digit| char::from(*digit)).collect();
        let start: String = name.chars().take(55).collect();
        format!("{start}-{digits}")
    }
}

/// The server's own name with the characters that every client takes.
fn short_key(entry: &Entry) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    entry.short_name().chars().take(64).map(plain).collect()
}

#[cfg(test)]
mod tests;
