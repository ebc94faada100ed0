//! What a repository brings: which server, where it is written, and what would run.

use warden_detect::{redact, redact_url};
use warden_model::{Digest, Location};
use warden_report::printable;

/// One server that a repository brings.
#[derive(Clone, Debug)]
pub(crate) struct Brought {
    /// Its name where it is written.
    pub(crate) name: String,
    /// Where that is.
    pub(crate) location: Location,
    /// By what it is brought: the identifier of a client, `server.json`, `gateway` or `dependency`.
    pub(crate) by: String,
    /// What would run.
    pub(crate) what: What,
    /// A digest of everything that is written about it: it is another one when that changes.
    pub(crate) print: Digest,
}

/// What would run, as far as what is written tells it for certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// One version of a package.
    Package {
        /// Its registry.
        registry: Registry,
        /// Its name there.
        name: String,
        /// The one version.
        version: String,
        /// The digests that its lock file allows, where there are any of our kind.
        allowed: Vec<Digest>,
    },
    /// An image, archive or bundle by its digest.
    Bytes {
        /// Where it is from.
        name: String,
        /// Which it is.
        digest: Digest,
    },
    /// A repository at a commit.
    Commit {
        /// The repository, without scheme and user.
        repository: String,
        /// All digits of the commit.
        commit: String,
    },
    /// A server elsewhere.
    Remote(String),
    /// What this program starts from the store by the name that it was certified by.
    Certified(String),
    /// A package of which any version may run.
    Floating {
        /// Its registry.
        registry: Registry,
        /// Its name there.
        name: String,
        /// What is asked for, if anything is.
        asked: Option<String>,
    },
    /// Something of which nobody can tell what it is.
    Untold {
        /// What is there, in a few words.
        shown: String,
        /// Why it cannot be told.
        why: String,
    },
    /// What is there could not be read.
    Unread {
        /// Why.
        why: String,
    },
}

/// Where packages are from that can be certified by name and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Registry {
    Npm,
    PyPi,
}

impl Registry {
    /// The name in certificates and on our command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::PyPi => "pypi",
        }
    }

    /// A name as the registry compares names.
    pub(crate) fn same(self, name: &str) -> String {
        match self {
            Self::Npm => name.to_owned(),
            Self::PyPi => warden_collect::supply::pypi_name(name),
        }
    }

    /// A package as `certify` takes it.
    pub(crate) fn target(self, name: &str, version: &str) -> String {
        match self {
            Self::Npm => format!("npm:{name}@{version}"),
            Self::PyPi => format!("pypi:{name}=={version}"),
        }
    }
}

impl What {
    /// What it is, in words that are safe to print and tell no secret.
    pub(crate) fn shown(&self) -> String {
        let text = match self {
            Self::Package { registry, name, version, .. } => {
                redact(&registry.target(name, version))
            }
            Self::Bytes { name, digest } => format!("{}@{digest}", redact(name)),
            Self::Commit { repository, commit } => {
                format!("git:{}@{commit}", redact(repository))
            }
            Self::Remote(url) => redact_url(url),
            Self::Certified(name) => format!("mcpwarden run {}", redact(name)),
            Self::Floating { registry, name, asked } => {
                let asked = asked.as_ref().map(|asked| format!("@{asked}")).unwrap_or_default();
                redact(&format!("{}:{name}{asked}", registry.name()))
            }
            Self::Untold { shown, .. } => redact(shown),
            Self::Unread { .. } => "something that could not be read".to_owned(),
        };
        printable(&text).into_owned()
    }

    /// What waivers and people call it: the package without its version, or the URL.
    pub(crate) fn called(&self) -> Option<String> {
        match self {
            Self::Package { registry, name, .. } | Self::Floating { registry, name, .. } => {
                Some(format!("{}:{}", registry.name(), registry.same(name)))
            }
            Self::Remote(url) => Some(url.clone()),
            Self::Bytes { name, .. } => Some(name.clone()),
            Self::Commit { repository, .. } => Some(format!("git:{repository}")),
            Self::Certified(_) | Self::Untold { .. } | Self::Unread { .. } => None,
        }
    }
}

/// A version that is one release of a registry, and nothing that stands for several; `None` for
/// everything else.
pub(crate) fn release(registry: Registry, written: &str) -> Option<String> {
    let plain = match registry {
        Registry::Npm => written.trim_start_matches('=').trim_start_matches('v'),
        Registry::PyPi => written,
    };
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || b".-+!_".contains(&byte);
    if plain.is_empty() || !plain.bytes().all(fine) {
        return None;
    }
    // The epoch of PEP 440 stands in front.
    let epoch = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain_epoch = plain.split_once('!').filter(|(before, _)| epoch(before));
    let rest = plain_epoch.map_or(plain, |(_, rest)| rest);
    let core = rest.split(['-', '+']).next().unwrap_or(rest);
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let numbers = core.split('.').take_while(digits).count();
    let whole = match registry {
        // npm takes `1.2` for every `1.2.x`.
        Registry::Npm => numbers == 3 && core.split('.').count() == 3,
        Registry::PyPi => numbers >= 1,
    };
    whole.then(|| plain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_one_version_and_nothing_else() {
        for (text, plain) in
            [("1.2.3", "1.2.3"), ("v1.2.3-rc.1", "1.2.3-rc.1"), ("=1.0.0", "1.0.0")]
        {
            assert_eq!(release(Registry::Npm, text).as_deref(), Some(plain), "{text}");
        }
        for text in
            ["", "1", "1.2", "1.x", "^1.2.3", "1.2.3 - 2", "latest", "1.2.x", "*", "1.2.3.4"]
        {
            assert_eq!(release(Registry::Npm, text), None, "{text}");
        }
        for text in ["2026.1.14", "1.0", "1!2.0", "1.0rc1", "1.0.post1"] {
            assert_eq!(release(Registry::PyPi, text).as_deref(), Some(text));
        }
        for text in ["", "1.*", ">=1", "latest", "~=1.0", "1.0,<2"] {
            assert_eq!(release(Registry::PyPi, text), None, "{text}");
        }
    }

    #[test]
    fn no_secret_and_no_escape_sequence_is_shown() {
        let url = What::Remote("https://u:p4ssw0rd@mcp.example/x?token=abcdef0123456789".into());
        assert!(
            !url.shown().contains("p4ssw0rd") && !url.shown().contains("abcdef"),
            "{}",
            url.shown()
        );
        let odd = What::Untold { shown: "a\u{1b}[2J".into(), why: String::new() };
        assert_eq!(odd.shown(), "a<U+001B>[2J");
    }
}
