//! What a server is built from: the packages that a manifest asks for and a lock file names.

use crate::Pinning;

/// The ecosystem that a package is from, each with its own names and order of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ecosystem {
    /// The npm registry.
    Npm,
    /// The Python Package Index.
    PyPi,
    /// Modules of Go.
    Go,
    /// Crates of Rust.
    Cargo,
}

impl Ecosystem {
    /// Every ecosystem.
    pub const ALL: &[Self] = &[Self::Npm, Self::PyPi, Self::Go, Self::Cargo];

    /// The name in advisories of OSV.
    #[must_use]
    pub const fn osv(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::PyPi => "PyPI",
            Self::Go => "Go",
            Self::Cargo => "crates.io",
        }
    }

    /// The type in a package URL.
    #[must_use]
    pub const fn purl(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::PyPi => "pypi",
            Self::Go => "golang",
            Self::Cargo => "cargo",
        }
    }
}

/// Where the bytes of a component come from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The registry of its ecosystem, or one that stands in for it.
    Registry,
    /// A repository, with the commit where one is named.
    Git {
        /// The address of the repository, without credentials.
        url: String,
        /// The full commit.
        commit: Option<String>,
    },
    /// An archive at an address, without credentials.
    Url(String),
    /// A folder or file beside the manifest.
    Path(String),
}

/// One package that a server depends on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Component {
    /// Its ecosystem.
    pub ecosystem: Ecosystem,
    /// Its name as the ecosystem compares names (PyPI: PEP 503; others as written).
    pub name: String,
    /// The version that is used; none where only a range is known.
    pub version: Option<String>,
    /// What was asked for, as the manifest writes it.
    pub requirement: Option<String>,
    /// Digests of the bytes as `algorithm:hex`, the strongest first; empty if none is recorded.
    pub hashes: Vec<String>,
    /// How firmly the version was chosen.
    pub pinning: Pinning,
    /// Where the bytes come from.
    pub source: Source,
    /// Whether the server itself asks for it.
    pub direct: bool,
    /// Whether it is only for building and testing the server.
    pub development: bool,
    /// Whether it runs code when it is installed; unknown where the file does not tell.
    pub install_scripts: Option<bool>,
    /// Its licence as written, an SPDX expression if possible.
    pub licence: Option<String>,
    /// The names of what it depends on, with the version where the file tells.
    pub depends: Vec<(String, Option<String>)>,
    /// The file that names it, as in the snapshot.
    pub file: String,
    /// The line in that file, from 1; 0 where there is none.
    pub line: u32,
}

impl Component {
    /// Its package URL (ECMA-427).
    #[must_use]
    pub fn purl(&self) -> String {
        let mut out = format!("pkg:{}/", self.ecosystem.purl());
        let parts: Vec<String> = self.name.split('/').map(escaped).collect();
        out.push_str(&parts.join("/"));
        if let Some(version) = &self.version {
            out.push('@');
            out.push_str(&escaped(version));
        }
        out
    }
}

/// Percent-encodes what a package URL may not hold as it is.
fn escaped(part: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(part.len());
    for byte in part.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => {
                out.push(char::from(byte));
            }
            _ => {
                // Writing to a string cannot fail.
                _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_urls_are_written_as_the_standard_has_them() {
        let component = |ecosystem, name: &str, version: Option<&str>| Component {
            ecosystem,
            name: name.into(),
            version: version.map(Into::into),
            requirement: None,
            hashes: Vec::new(),
            pinning: Pinning::Floating,
            source: Source::Registry,
            direct: true,
            development: false,
            install_scripts: None,
            licence: None,
            depends: Vec::new(),
            file: String::new(),
            line: 0,
        };
        for (made, expected) in [
            (
                component(Ecosystem::Npm, "@angular/animation", Some("12.3.1")),
                "pkg:npm/%40angular/animation@12.3.1",
            ),
            (
                component(Ecosystem::PyPi, "django", Some("1.11.1+local")),
                "pkg:pypi/django@1.11.1%2Blocal",
            ),
            (
                component(Ecosystem::Go, "github.com/a/b", Some("v1.2.3")),
                "pkg:golang/github.com/a/b@v1.2.3",
            ),
            (component(Ecosystem::Cargo, "rand", None), "pkg:cargo/rand"),
        ] {
            assert_eq!(made.purl(), expected);
        }
    }
}
