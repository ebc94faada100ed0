//! Which image is meant, and for which system.

use std::{fmt, net::Ipv6Addr, str::FromStr};

use warden_model::Digest;

/// The most characters of a repository, with which every registry still takes it.
const REPOSITORY: usize = 255;

/// The most characters of a tag (OCI distribution specification 1.1, "Pulling manifests").
const TAG: usize = 128;

/// An image at a registry: `REGISTRY/REPOSITORY@sha256:DIGEST` or `REGISTRY/REPOSITORY:TAG`.
///
/// The registry is always named. Programs that add one of their own to a bare name do not all add
/// the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    registry: String,
    repository: String,
    which: Which,
}

/// How a reference says which image of a repository it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// By a name that can be moved.
    Tag(String),
    /// By what it is.
    Digest(Digest),
}

/// Why a text is no reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadReference {
    /// It does not begin with a host.
    #[error("it does not begin with the host of a registry")]
    NoRegistry,
    /// The host or port is none.
    #[error("its registry is no host, or has no port that there is")]
    Registry,
    /// The repository is none.
    #[error("its repository is not lower-case words between slashes")]
    Repository,
    /// Neither tag nor digest.
    #[error("it names neither a tag nor a digest")]
    Neither,
    /// Tag and digest.
    #[error("it names both a tag and a digest")]
    Both,
    /// The tag is none.
    #[error("its tag is no tag")]
    Tag,
    /// The digest is none that is known.
    #[error("its digest is not `sha256:` and 64 lower-case digits")]
    Digest,
}

impl Reference {
    /// The host of the registry in lower case, with its port if one is named.
    #[must_use]
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The repository.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// Which image of the repository.
    #[must_use]
    pub const fn which(&self) -> &Which {
        &self.which
    }

    /// Registry and repository.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }

    /// The tag, if it names one.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        match &self.which {
            Which::Tag(tag) => Some(tag),
            Which::Digest(_) => None,
        }
    }
}

impl FromStr for Reference {
    type Err = BadReference;

    fn from_str(text: &str) -> Result<Self, BadReference> {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (text, None),
        };
        let (host, rest) = name.split_once('/').ok_or(BadReference::NoRegistry)?;
        // A first part without any of these is a part of the repository elsewhere.
        if host != "localhost" && !host.contains(['.', ':']) {
            return Err(BadReference::NoRegistry);
        }
        let registry = registry(host).ok_or(BadReference::Registry)?;
        let (repository, tag) = match rest.split_once(':') {
            Some((repository, tag)) => (repository, Some(tag)),
            None => (rest, None),
        };
        if !is_repository(repository) {
            return Err(BadReference::Repository);
        }
        let which = match (tag, digest) {
            (None, None) => return Err(BadReference::Neither),
            (Some(_), Some(_)) => return Err(BadReference::Both),
            (Some(tag), None) if is_tag(tag) => Which::Tag(tag.to_owned()),
            (Some(_), None) => return Err(BadReference::Tag),
            (None, Some(digest)) => {
                Which::Digest(digest.parse().map_err(|_| BadReference::Digest)?)
            }
        };
        Ok(Self { registry, repository: repository.to_owned(), which })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        match &self.which {
            Which::Tag(tag) => write!(f, ":{tag}"),
            Which::Digest(digest) => write!(f, "@{digest}"),
        }
    }
}

/// A host and port in their one spelling.
fn registry(text: &str) -> Option<String> {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((inside, rest)) => {
            let port = if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) };
            (format!("[{}]", inside.parse::<Ipv6Addr>().ok()?), port)
        }
        None => match text.split_once(':') {
            Some((host, port)) => (name(host)?, Some(port)),
            None => (name(text)?, None),
        },
    };
    match port {
        None => Some(host),
        Some(port) => {
            let number: u16 = port.parse().ok().filter(|number| *number > 0)?;
            (number.to_string() == port).then(|| format!("{host}:{port}"))
        }
    }
}

/// A name of a host in lower case.
fn name(host: &str) -> Option<String> {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    (host.len() <= 253 && host.split('.').all(label)).then(|| host.to_ascii_lowercase())
}

/// Whether this is a name of the distribution specification: words of small letters and digits,
/// with single dots, one or two underscores or any dashes between them.
fn is_repository(text: &str) -> bool {
    let word = |word: &str| {
        let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let ends = [word.as_bytes().first(), word.as_bytes().last()];
        ends.iter().all(|end| end.is_some_and(plain))
            && word.as_bytes().split(plain).all(|between| {
                matches!(between, b"" | b"." | b"_" | b"__") || between.iter().all(|b| *b == b'-')
            })
    };
    text.len() <= REPOSITORY && text.split('/').all(word)
}

fn is_tag(text: &str) -> bool {
    text.len() <= TAG
        && !text.starts_with(['.', '-'])
        && !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// A system that an image is for: `OS/ARCHITECTURE` or `OS/ARCHITECTURE/VARIANT`, in the words of
/// the image specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    /// The system, such as `linux`.
    pub os: String,
    /// The processor, such as `amd64`.
    pub architecture: String,
    /// Which kind of it, such as `v7`.
    pub variant: Option<String>,
}

/// The text is no platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a platform is `OS/ARCHITECTURE`, such as `linux/amd64`")]
pub struct BadPlatform;

impl Default for Platform {
    fn default() -> Self {
        Self { os: "linux".into(), architecture: "amd64".into(), variant: None }
    }
}

impl Platform {
    /// Makes one of its parts.
    ///
    /// # Errors
    /// When a part is no word.
    pub fn new(os: &str, architecture: &str, variant: Option<&str>) -> Result<Self, BadPlatform> {
        let word = |text: &str| {
            !text.is_empty()
                && text.len() <= 32
                && text.bytes().all(|byte| {
                    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte)
                })
        };
        if ![Some(os), Some(architecture), variant].into_iter().flatten().all(word) {
            return Err(BadPlatform);
        }
        let variant = variant.map(str::to_owned);
        Ok(Self { os: os.to_owned(), architecture: architecture.to_owned(), variant })
    }

    /// Whether both are the same system. A variant that goes without saying may be left out.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.os == other.os
            && self.architecture == other.architecture
            && self.usual_variant() == other.usual_variant()
    }

    fn usual_variant(&self) -> &str {
        let usual = match self.architecture.as_str() {
            "amd64" => "v1",
            "arm64" => "v8",
            "arm" => "v7",
            _ => "",
        };
        self.variant.as_deref().unwrap_or(usual)
    }
}

impl FromStr for Platform {
    type Err = BadPlatform;

    fn from_str(text: &str) -> Result<Self, BadPlatform> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            [os, architecture] => Self::new(os, architecture, None),
            [os, architecture, variant] => Self::new(os, architecture, Some(variant)),
            _ => Err(BadPlatform),
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        self.variant.iter().try_for_each(|variant| write!(f, "/{variant}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[track_caller]
    fn check(text: &str, registry: &str, repository: &str) {
        let read: Reference = text.parse().expect("it is a reference");
        assert_eq!((read.registry(), read.repository()), (registry, repository), "{text}");
        assert_eq!(read.to_string().parse(), Ok(read), "{text}");
    }

    #[test]
    fn an_image_is_named_with_its_registry() {
        check("registry.example/mail:1.2", "registry.example", "mail");
        check("Registry.Example:5000/a/b__c/d-e.f:latest", "registry.example:5000", "a/b__c/d-e.f");
        check(&format!("127.0.0.1:80/mail@{DIGEST}"), "127.0.0.1:80", "mail");
        check(&format!("[::1]:80/mail@{DIGEST}"), "[::1]:80", "mail");
        check("localhost/mail:1", "localhost", "mail");
    }

    #[track_caller]
    fn refused(text: &str, why: BadReference) {
        assert_eq!(text.parse::<Reference>(), Err(why), "{text}");
    }

    #[test]
    fn what_is_no_reference_is_told_by_its_first_fault() {
        for text in ["mail", "mail:1", "team/mail:1", "", "/mail:1", &format!("mail@{DIGEST}")] {
            refused(text, BadReference::NoRegistry);
        }
        for host in ["a..b", "-a.b", "a.b:", "a.b:0", "a.b:080", "a.b:70000", "u:p", "[::x]:1"] {
            refused(&format!("{host}/mail:1"), BadReference::Registry);
        }
        for name in ["", "Mail", "a//b", "a/", "../b", "a_.b", "a___b", "-a", "a b", "a?b", "é"] {
            refused(&format!("r.example/{name}:1"), BadReference::Repository);
        }
        refused(&format!("r.example/{}:1", "a".repeat(256)), BadReference::Repository);
        refused("r.example/mail", BadReference::Neither);
        refused(&format!("r.example/mail:1@{DIGEST}"), BadReference::Both);
        for tag in ["", ".a", "-a", "a/b", "a:b", "a b", &"a".repeat(129)] {
            refused(&format!("r.example/mail:{tag}"), BadReference::Tag);
        }
        for digest in ["sha512:00", "", "sha256:", &DIGEST.to_uppercase(), "md5:0"] {
            refused(&format!("r.example/mail@{digest}"), BadReference::Digest);
        }
    }

    #[test]
    fn a_variant_that_goes_without_saying_may_be_left_out() {
        let platform = |text: &str| text.parse::<Platform>().expect("it is a platform");
        assert!(platform("linux/arm64").is(&platform("linux/arm64/v8")));
        assert!(platform("linux/arm").is(&platform("linux/arm/v7")));
        assert!(!platform("linux/arm").is(&platform("linux/arm/v6")));
        assert!(!platform("linux/amd64").is(&platform("linux/amd64/v3")));
        assert!(!platform("windows/amd64").is(&Platform::default()));
        for wrong in ["linux", "", "linux/", "Linux/amd64", "a/b/c/d", "a/b c"] {
            assert_eq!(wrong.parse::<Platform>(), Err(BadPlatform), "{wrong}");
        }
    }
}
