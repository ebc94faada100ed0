//! The published servers that are certified, at fixed versions.

use std::collections::BTreeSet;

use crate::eval::labels::{Package, Packages, Registry, Versions};

/// A published version, as `mcpwarden certify` is asked for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Server {
    registry: Registry,
    name: String,
    version: String,
}

/// Servers beside those that the labels name.
static MORE: &[(Registry, &str, &str)] = &[
    (Registry::Npm, "@modelcontextprotocol/server-brave-search", "0.6.2"),
    (Registry::Npm, "@modelcontextprotocol/server-filesystem", "2026.8.31"),
    (Registry::Npm, "@modelcontextprotocol/server-github", "2025.4.8"),
    (Registry::Npm, "@modelcontextprotocol/server-puppeteer", "2025.5.12"),
    (Registry::Npm, "@modelcontextprotocol/server-sequential-thinking", "2026.8.31"),
    (Registry::Npm, "@playwright/mcp", "0.0.83"),
    (Registry::Npm, "@supabase/mcp-server-supabase", "0.13.0"),
    (Registry::Npm, "chrome-devtools-mcp", "1.11.0"),
    (Registry::Npm, "mcp-remote", "0.15.1"),
    (Registry::Pypi, "arxiv-mcp-server", "0.8.2"),
];

impl Server {
    /// What a label names.
    #[must_use]
    pub fn of(package: &Package) -> Self {
        Self::new(package.registry, &package.name, &package.version)
    }

    fn new(registry: Registry, name: &str, version: &str) -> Self {
        Self { registry, name: name.to_owned(), version: version.to_owned() }
    }

    /// What one types after `certify`.
    #[must_use]
    pub fn target(&self) -> String {
        match self.registry {
            Registry::Npm => format!("npm:{}@{}", self.name, self.version),
            Registry::Pypi => format!("pypi:{}=={}", self.name, self.version),
        }
    }
}

/// Every server in which nothing wrong is known, each once.
#[must_use]
pub fn servers(labels: &Packages) -> BTreeSet<Server> {
    let more = MORE.iter().map(|(registry, name, version)| Server::new(*registry, name, version));
    labels.benign.iter().map(Server::of).chain(more).collect()
}

/// Every version on a side of a pair, each once.
#[must_use]
pub fn sides(labels: &Packages) -> BTreeSet<Server> {
    let both =
        |trees: &Versions| trees.vulnerable.iter().chain(&trees.fixed).map(Server::of).collect();
    labels.vulnerable.iter().flat_map(|pair| -> Vec<Server> { both(&pair.trees) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::labels;

    #[test]
    fn a_version_is_asked_for_as_its_registry_writes_it() {
        assert_eq!(Server::new(Registry::Npm, "@a/b", "1.0.0").target(), "npm:@a/b@1.0.0");
        assert_eq!(Server::new(Registry::Pypi, "b", "1.0").target(), "pypi:b==1.0");
    }

    #[test]
    fn enough_servers_are_named_that_some_may_be_missing() {
        let labels = labels::packages().expect("the labels can be read");
        let servers = servers(&labels);
        assert!(servers.len() >= 33, "there are {}", servers.len());
        assert_eq!(servers.len(), labels.benign.len() + MORE.len(), "one is named twice");
        assert!(sides(&labels).len() >= 20);
    }
}
