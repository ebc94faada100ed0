//! What both formats are written from: each part once, with a reference that is its own.

use std::collections::{BTreeMap, BTreeSet};

use ::spdx::{Expression, ParseMode};
use warden_model::{Component, Digest, Ecosystem, Pinning, Source};

use crate::printable;

/// A longer licence is no expression of one.
const LONGEST: usize = 4096;

/// A part of the server, for all files that name it.
pub(super) struct Part<'a> {
    /// Unlike that of every other part, and the same in every bill.
    pub(super) reference: String,
    pub(super) purl: String,
    pub(super) component: &'a Component,
    pub(super) files: BTreeSet<&'a str>,
    /// Algorithm and hexadecimal digits.
    pub(super) hashes: BTreeSet<(Algorithm, String)>,
    /// What is bound otherwise: digests in other forms.
    pub(super) other_hashes: BTreeSet<String>,
    pub(super) development: bool,
    pub(super) direct: bool,
    /// References of what it depends on.
    pub(super) depends: BTreeSet<String>,
}

/// Algorithms that both formats know.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Algorithm {
    Sha512,
    Sha384,
    Sha256,
    Sha1,
    Md5,
}

impl Algorithm {
    const ALL: &[Self] = &[Self::Sha512, Self::Sha384, Self::Sha256, Self::Sha1, Self::Md5];

    /// The name in digests of components.
    const fn own(self) -> &'static str {
        match self {
            Self::Sha512 => "sha512",
            Self::Sha384 => "sha384",
            Self::Sha256 => "sha256",
            Self::Sha1 => "sha1",
            Self::Md5 => "md5",
        }
    }

    pub(super) const fn cyclonedx(self) -> &'static str {
        match self {
            Self::Sha512 => "SHA-512",
            Self::Sha384 => "SHA-384",
            Self::Sha256 => "SHA-256",
            Self::Sha1 => "SHA-1",
            Self::Md5 => "MD5",
        }
    }

    pub(super) const fn spdx(self) -> &'static str {
        match self {
            Self::Sha512 => "SHA512",
            Self::Sha384 => "SHA384",
            Self::Sha256 => "SHA256",
            Self::Sha1 => "SHA1",
            Self::Md5 => "MD5",
        }
    }

    const fn digits(self) -> usize {
        match self {
            Self::Sha512 => 128,
            Self::Sha384 => 96,
            Self::Sha256 => 64,
            Self::Sha1 => 40,
            Self::Md5 => 32,
        }
    }

    /// The algorithm and the digits of `algorithm:hex`.
    fn read(hash: &str) -> Option<(Self, String)> {
        let (name, digits) = hash.split_once(':')?;
        let own = Self::ALL.iter().copied().find(|own| own.own() == name)?;
        let hex = digits.len() == own.digits() && digits.bytes().all(|b| b.is_ascii_hexdigit());
        hex.then(|| (own, digits.to_ascii_lowercase()))
    }
}

/// Every part once, in the order of their references.
pub(super) fn parts(components: &[Component]) -> Vec<Part<'_>> {
    // The first of several that are one part decides what is said of it, so there has to be a first.
    let mut ordered: Vec<&Component> = components.iter().collect();
    ordered.sort();
    let mut parts: BTreeMap<String, Part<'_>> = BTreeMap::new();
    for component in &ordered {
        let reference = reference(component);
        let part = parts.entry(reference.clone()).or_insert_with(|| Part {
            reference,
            purl: purl(component),
            component,
            files: BTreeSet::new(),
            hashes: BTreeSet::new(),
            other_hashes: BTreeSet::new(),
            development: true,
            direct: false,
            depends: BTreeSet::new(),
        });
        part.files.insert(&component.file);
        part.development &= component.development;
        part.direct |= component.direct;
        for hash in &component.hashes {
            match Algorithm::read(hash) {
                Some(read) => part.hashes.insert(read),
                None => part.other_hashes.insert(hash.clone()),
            };
        }
    }
    for (from, to) in edges(&ordered) {
        if let Some(part) = parts.get_mut(&from) {
            part.depends.insert(to);
        }
    }
    parts.into_values().collect()
}

/// Who depends on whom, by reference. What no file names is no part and has no edge.
fn edges(components: &[&Component]) -> Vec<(String, String)> {
    let mut by_name: BTreeMap<(Ecosystem, &str), Vec<&Component>> = BTreeMap::new();
    for component in components {
        by_name.entry((component.ecosystem, &component.name)).or_default().push(component);
    }
    let mut edges = Vec::new();
    for from in components {
        for (name, version) in &from.depends {
            let found = by_name.get(&(from.ecosystem, name.as_str()));
            let found = found.map(Vec::as_slice).unwrap_or_default();
            let beside = |to: &&&Component| to.file == from.file;
            // One lock file is about itself; another one that has the name is about something else.
            let near: Vec<_> = found.iter().filter(beside).collect();
            let exact: Vec<_> = near
                .iter()
                .filter(|to| version.is_some() && to.version == *version)
                .copied()
                .collect();
            let chosen = if exact.is_empty() { near } else { exact };
            edges.extend(chosen.iter().map(|to| (reference(from), reference(to))));
        }
    }
    edges
}

/// The package URL, and for what is from elsewhere a mark of where.
fn reference(component: &Component) -> String {
    let from = match &component.source {
        Source::Registry => return purl(component),
        Source::Git { url, commit } => format!("git {url} {}", commit.as_deref().unwrap_or("")),
        Source::Url(url) => format!("url {url}"),
        Source::Path(path) => format!("path {path}"),
    };
    let digest = Digest::of(from.as_bytes()).hex();
    let mark: String = digest.iter().take(16).map(|digit| char::from(*digit)).collect();
    format!("{}#{mark}", purl(component))
}

/// The package URL with where it comes from, as far as package URLs can tell.
fn purl(component: &Component) -> String {
    let plain = component.purl();
    match &component.source {
        Source::Registry | Source::Path(_) => plain,
        Source::Git { url, commit } => {
            let at = commit.as_deref().map(|commit| format!("@{commit}")).unwrap_or_default();
            let start = if url.starts_with("git+") { "" } else { "git+" };
            format!("{plain}?vcs_url={}", qualifier(&format!("{start}{}{at}", bare(url))))
        }
        Source::Url(url) => format!("{plain}?download_url={}", qualifier(&bare(url))),
    }
}

/// Percent-encodes the value of a qualifier.
fn qualifier(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// An address without user, password, query and fragment, where secrets stand.
pub(super) fn bare(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (url, _) = url.split_at_checked(end).unwrap_or((url, ""));
    let Some((scheme, rest)) = url.split_once("://") else { return address(url) };
    let (host, path) =
        rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
    let host = host.rsplit('@').next().unwrap_or(host);
    address(&format!("{scheme}://{host}{path}"))
}

/// With what no address may hold as it is percent-encoded.
fn address(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        if c.is_control() || c.is_whitespace() || "<>\"{}|\\^`".contains(c) {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// The licence if it is an expression of SPDX, in the spelling of the standard.
pub(super) fn expression(written: &str) -> Option<String> {
    let written = written.trim();
    if written.is_empty() || written.len() > LONGEST {
        return None;
    }
    let mode = ParseMode { allow_deprecated: true, ..ParseMode::STRICT };
    let expression = Expression::parse_mode(written, mode).ok()?;
    Some(expression.to_string())
}

/// A text as it may stand in a bill.
pub(super) fn text(raw: &str) -> String {
    printable(raw).into_owned()
}

/// How firmly the version was chosen, in a word.
pub(super) const fn pinning(component: &Component) -> &'static str {
    match component.pinning {
        Pinning::Digest => "digest",
        Pinning::Exact => "exact",
        Pinning::Floating => "floating",
        Pinning::Local => "local",
    }
}

/// A time as both formats write it: seconds, in UTC. What is no time is the first one.
pub(super) fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string()
}

/// A UUID (RFC 9562, version 8) from a digest.
pub(super) fn uuid(digest: &Digest) -> String {
    let mut bytes: Vec<u8> = digest.bytes().iter().take(16).copied().collect();
    for (at, clear, set) in [(6, 0x0f, 0x80), (8, 0x3f, 0x80)] {
        if let Some(byte) = bytes.get_mut(at) {
            *byte = *byte & clear | set;
        }
    }
    let mut out = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        out.push_str(&format!("{byte:02x}"));
    }
    out
}
