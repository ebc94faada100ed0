//! What makes a place look like an MCP endpoint.

use super::To;

/// Where RFC 9728 has the metadata of what tokens are for.
const RESOURCE: &str = "/.well-known/oauth-protected-resource";

/// The word that hosts and paths have.
const WORD: &str = "mcp";

/// Why a place is taken for an MCP endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Its path ends in `/mcp` or `/sse`.
    Path,
    /// Its metadata were asked for, as clients of MCP do before they log in.
    Metadata,
    /// Its host is that of a server in a registry.
    Listed,
    /// A part of the name of its host is `mcp`.
    Name,
}

impl Sign {
    /// The sign in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Path => "the path ends in /mcp or /sse",
            Self::Metadata => "metadata of a protected resource were asked for",
            Self::Listed => "the host is that of a server in the registry",
            Self::Name => "a part of the host is `mcp`",
        }
    }
}

/// What makes this place look like an MCP endpoint, and the endpoint; `listed` says whether a host
/// is in a catalog of servers.
#[must_use]
pub fn sign(to: &To, listed: &dyn Fn(&str) -> bool) -> Option<(Sign, To)> {
    let path = to.path.as_deref().unwrap_or_default();
    if let Some(of) = metadata(path) {
        let path = (!of.is_empty()).then(|| of.to_owned());
        return Some((Sign::Metadata, To { path, ..to.clone() }));
    }
    if is_endpoint(path) {
        let path = path.trim_end_matches('/').to_owned();
        return Some((Sign::Path, To { path: Some(path), ..to.clone() }));
    }
    let whole = || To { path: None, ..to.clone() };
    if listed(&to.host) {
        return Some((Sign::Listed, whole()));
    }
    is_named(&to.host).then(|| (Sign::Name, whole()))
}

/// The path of the resource that metadata are of, if it is a path of metadata.
pub(super) fn metadata(path: &str) -> Option<&str> {
    let of = path.strip_prefix(RESOURCE)?.trim_end_matches('/');
    (of.is_empty() || of.starts_with('/')).then_some(of)
}

fn is_endpoint(path: &str) -> bool {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    last.eq_ignore_ascii_case(WORD) || last.eq_ignore_ascii_case("sse")
}

/// Whether one part of a host, between full stops or hyphens, is the word.
fn is_named(host: &str) -> bool {
    // The name of a country or a kind of company is nobody's choice.
    let labels = host.rsplit_once('.').map_or(host, |(labels, _)| labels);
    labels.split(['.', '-']).any(|part| part == WORD)
}
