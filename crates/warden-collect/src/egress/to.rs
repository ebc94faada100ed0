//! Where somebody went: host, port and path, as far as a log shows them.

use std::{collections::BTreeSet, fmt};

/// Ports that a URL does not name.
const USUAL: [u16; 2] = [80, 443];

/// The longest name of a host (RFC 1035), and of a path that is kept.
const MOST_HOST: usize = 253;
const MOST_PATH: usize = 1024;

/// How many fields of a query are kept, and the longest name of one.
const MOST_FIELDS: usize = 64;
const MOST_FIELD: usize = 64;

/// A place in the network.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct To {
    /// The host in small letters: a name without a full stop at its end, or an address without
    /// brackets.
    pub host: String,
    /// The port, if the log says it, or the scheme of the URL.
    pub port: Option<u16>,
    /// The path, without query; none if the log does not see it.
    pub path: Option<String>,
    /// The names of the fields in the query, in order and each once, without their values.
    pub fields: Vec<String>,
}

impl To {
    /// A place from a URL, also without its scheme: `https://host:port/path`, `host/path`.
    ///
    /// Names and passwords in front of the host, query and fragment are left out.
    #[must_use]
    pub fn from_url(url: &str) -> Option<Self> {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end)?;
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let to = Self::from_authority(authority)?;
        let usual = url.split_once("://").map(|(scheme, _)| scheme);
        let usual = usual.map(|scheme| if scheme.ends_with('s') { 443 } else { 80 });
        let to = Self { port: to.port.or(usual), ..to };
        Some(if path.starts_with('/') { to.at_path(path) } else { to.at_path(&format!("/{path}")) })
    }

    /// A place from `host` or `host:port`; its path is not known.
    #[must_use]
    pub fn from_authority(authority: &str) -> Option<Self> {
        let (name, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (name, port) = rest.split_once(']')?;
                (name, port.strip_prefix(':'))
            }
            // More than one colon without brackets is an address of its own.
            None if authority.matches(':').count() > 1 => (authority, None),
            None => match authority.split_once(':') {
                Some((name, port)) => (name, Some(port)),
                None => (authority, None),
            },
        };
        let port = match port {
            Some(port) => Some(port.parse::<u16>().ok()?),
            None => None,
        };
        let host = host(name)?;
        Some(Self::at(host, port))
    }

    /// A host of which nothing more is known than the port, if that.
    #[must_use]
    pub const fn at(host: String, port: Option<u16>) -> Self {
        Self { host, port, path: None, fields: Vec::new() }
    }

    /// The port, unless it is one that URLs do not name. Nobody tells 80 and 443 apart as
    /// different servers, since one leads to the other.
    #[must_use]
    pub fn unusual_port(&self) -> Option<u16> {
        self.port.filter(|port| !USUAL.contains(port))
    }

    /// Whether both can be the same port; one that is not said can be any.
    #[must_use]
    pub fn fits_port(&self, other: &Self) -> bool {
        let is_unsaid = self.port.is_none() || other.port.is_none();
        is_unsaid || self.unusual_port() == other.unusual_port()
    }

    /// The same with this path; of a query behind it only the names of its fields are kept.
    #[must_use]
    pub fn at_path(mut self, path: &str) -> Self {
        let path = path.split('#').next().unwrap_or_default();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        self.path = Some(kept(path));
        self.fields = fields(query);
        self
    }
}

impl fmt::Display for To {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]", self.host)?;
        } else {
            f.write_str(&self.host)?;
        }
        if let Some(port) = self.unusual_port() {
            write!(f, ":{port}")?;
        }
        f.write_str(self.path.as_deref().unwrap_or_default())
    }
}

/// The names of the fields of a query (WHATWG URL, "application/x-www-form-urlencoded"). What has no
/// value has no name either: a query can be a secret as a whole.
fn fields(query: &str) -> Vec<String> {
    let pairs = url::form_urlencoded::parse(query.as_bytes()).take(MOST_FIELDS);
    let pairs = pairs.filter(|(name, value)| !name.is_empty() && !value.is_empty());
    let names: BTreeSet<String> =
        pairs.map(|(name, _)| name.chars().take(MOST_FIELD).collect()).collect();
    names.into_iter().collect()
}

fn kept(path: &str) -> String {
    path.chars().take(MOST_PATH).collect()
}

/// The name of a host in its one spelling; none for what is no name and no address.
#[must_use]
pub fn host(name: &str) -> Option<String> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    let fits = !name.is_empty() && name.len() <= MOST_HOST && name.chars().all(is_part);
    // A sign for "nothing" in many logs is a line of dashes.
    (fits && name.chars().any(char::is_alphanumeric)).then(|| name.to_lowercase())
}
