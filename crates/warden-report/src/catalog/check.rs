//! Whether an entry fits into the catalog: the limits of `server.json`, and some of our own.
//!
//! The schema bounds names and lengths. We are stricter where a value ends up in a command line,
//! in a link or on a page: a name may not begin like an option, a link has to be one, and what a
//! person reads may not reorder or hide text.

use thiserror::Error;

use super::entry::{Argument, Entry, Package, RegistryType, Remote, Transport, Variable};
use crate::clean::printable;

/// How many packages, remotes, arguments, variables or headers may stand in one list.
const MOST: usize = 64;

/// How long a text may be that the schema does not bound.
const LONGEST: usize = 2048;

/// An entry that does not fit, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{server}` {version}: {unfit}", server = printable(.name), version = printable(.version))]
pub struct Problem {
    /// The server's name as it was given.
    pub name: String,
    /// Its version as it was given.
    pub version: String,
    /// What is wrong.
    pub unfit: Unfit,
}

/// Why an entry does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unfit {
    /// The name is no name of the registry.
    #[error(
        "the name must be a reverse-DNS name, one slash and a name, at most 200 characters, each \
         part beginning and ending with a letter or digit"
    )]
    Name,
    /// The version is empty, too long, a range or `latest`.
    #[error("the version must be one exact version of at most 255 characters")]
    Version,
    /// A text is too short, too long or holds characters that nobody sees.
    #[error("the {field} must have {least} to {most} characters, all of which can be seen")]
    Text {
        /// Which one.
        field: &'static str,
        /// How many characters it has to have.
        least: usize,
        /// How many it may have.
        most: usize,
    },
    /// A URL is none.
    #[error("the {0} must be an absolute http or https URL")]
    Url(&'static str),
    /// A list is too long.
    #[error("there may be at most {MOST} {0}")]
    Many(&'static str),
    /// There is nothing to add.
    #[error("it has neither a package nor a remote")]
    Nothing,
    /// A package has no exact version.
    #[error("a package has no exact version")]
    PackageVersion,
    /// A bundle comes without its digest.
    #[error("a bundle needs the digest of its file")]
    BundleDigest,
    /// An argument says neither what it is nor what belongs there.
    #[error("an argument has neither a value nor a hint")]
    Argument,
    /// A secret variable has a value.
    #[error("a secret has a value, which everybody who reads the catalog would see")]
    Secret,
    /// The level or the score is out of its range.
    #[error("the level must be 0 to 3 and the score 0 to 100")]
    Certificate,
    /// Times do not follow each other.
    #[error("the times are out of order or before 1970")]
    Times,
    /// The same version of the same server stands twice.
    #[error("the same version stands twice")]
    Twice,
    /// It cannot be written as JSON.
    #[error("it cannot be written as JSON")]
    Unwritten,
}

/// Looks whether `entry` fits into the catalog.
///
/// # Errors
/// The first reason why it does not.
pub fn check(entry: &Entry) -> Result<(), Problem> {
    fits(entry).map_err(|unfit| problem(entry, unfit))
}

pub(super) fn problem(entry: &Entry, unfit: Unfit) -> Problem {
    Problem { name: entry.name.clone(), version: entry.version.clone(), unfit }
}

fn fits(entry: &Entry) -> Result<(), Unfit> {
    ensure(is_name(&entry.name), Unfit::Name)?;
    ensure(is_version(&entry.version), Unfit::Version)?;
    text("description", &entry.description, 1, 100)?;
    optional("title", entry.title.as_deref(), 100)?;
    if let Some(repository) = &entry.repository {
        url("repository", &repository.url)?;
        text("repository's service", &repository.source, 1, 100)?;
        optional("repository's identifier", repository.id.as_deref(), 200)?;
        optional("repository's folder", repository.subfolder.as_deref(), 500)?;
    }
    entry.website.as_deref().map_or(Ok(()), |website| url("website", website))?;
    ensure(!entry.packages.is_empty() || !entry.remotes.is_empty(), Unfit::Nothing)?;
    few("packages", &entry.packages)?;
    few("remotes", &entry.remotes)?;
    entry.packages.iter().try_for_each(package)?;
    entry.remotes.iter().try_for_each(remote)?;
    let certificate = &entry.certificate;
    ensure(certificate.level <= 3 && certificate.score <= 100, Unfit::Certificate)?;
    times(entry)
}

fn times(entry: &Entry) -> Result<(), Unfit> {
    let epoch = jiff::Timestamp::UNIX_EPOCH;
    let certificate = &entry.certificate;
    let changed = entry.status.change();
    if let Some(why) = changed.and_then(|change| change.why.as_deref()) {
        text("reason of the status", why, 1, 500)?;
    }
    // Who syncs asks for what was updated; a change that is later than that would be missed.
    let seen = changed.is_none_or(|change| change.at >= epoch && change.at <= entry.updated);
    let ordered = epoch <= entry.published && entry.published <= entry.updated;
    let counts = epoch <= certificate.issued && certificate.issued < certificate.expires;
    ensure(seen && ordered && counts, Unfit::Times)
}

fn package(package: &Package) -> Result<(), Unfit> {
    text("package's identifier", &package.identifier, 1, LONGEST)?;
    optional("package's runtime", package.runtime_hint.as_deref(), 100)?;
    // An image has its version in the identifier, a bundle in its URL.
    let versioned = match package.registry {
        RegistryType::Npm | RegistryType::Pypi => package.version.is_some(),
        RegistryType::Oci | RegistryType::Mcpb => true,
    };
    ensure(versioned, Unfit::PackageVersion)?;
    ensure(package.version.as_deref().is_none_or(is_version), Unfit::PackageVersion)?;
    let bundle = package.registry == RegistryType::Mcpb;
    ensure(!bundle || package.sha256.is_some(), Unfit::BundleDigest)?;
    if bundle {
        url("bundle", &package.identifier)?;
    }
    for arguments in [&package.runtime_arguments, &package.arguments] {
        few("arguments", arguments)?;
        arguments.iter().try_for_each(argument)?;
    }
    variables("variables", &package.environment)?;
    match &package.transport {
        Transport::Stdio => Ok(()),
        Transport::Http(address) => remote(address),
    }
}

fn argument(argument: &Argument) -> Result<(), Unfit> {
    match argument {
        Argument::Positional { hint, value } => {
            ensure(hint.is_some() || value.is_some(), Unfit::Argument)?;
            optional("argument's hint", hint.as_deref(), 200)?;
            optional("argument", value.as_deref(), LONGEST)
        }
        Argument::Named { name, value } => {
            text("argument's name", name, 1, 200)?;
            optional("argument", value.as_deref(), LONGEST)
        }
    }
}

fn remote(remote: &Remote) -> Result<(), Unfit> {
    url("remote", &remote.url)?;
    variables("headers", &remote.headers)
}

fn variables(list: &'static str, variables: &[Variable]) -> Result<(), Unfit> {
    few(list, variables)?;
    variables.iter().try_for_each(|variable| {
        text("variable's name", &variable.name, 1, 200)?;
        optional("variable's description", variable.description.as_deref(), 1000)?;
        optional("variable's value", variable.value.as_deref(), LONGEST)?;
        optional("variable's default", variable.default.as_deref(), LONGEST)?;
        let told = variable.value.is_some() || variable.default.is_some();
        ensure(!(variable.secret && told), Unfit::Secret)
    })
}

fn few<T>(list: &'static str, items: &[T]) -> Result<(), Unfit> {
    ensure(items.len() <= MOST, Unfit::Many(list))
}

fn optional(field: &'static str, value: Option<&str>, most: usize) -> Result<(), Unfit> {
    value.map_or(Ok(()), |value| text(field, value, 1, most))
}

fn text(field: &'static str, value: &str, least: usize, most: usize) -> Result<(), Unfit> {
    let count = value.chars().take(most + 1).count();
    let seen = value.chars().all(crate::clean::is_plain) && !value.trim().is_empty();
    ensure(count >= least && count <= most && seen, Unfit::Text { field, least, most })
}

fn url(field: &'static str, value: &str) -> Result<(), Unfit> {
    ensure(is_url(value), Unfit::Url(field))
}

fn ensure(holds: bool, unfit: Unfit) -> Result<(), Unfit> {
    if holds { Ok(()) } else { Err(unfit) }
}

/// Whether this is the name of a server: the pattern of the schema, and no part that begins or
/// ends with punctuation, so that no name looks like an option or a path.
pub(super) fn is_name(name: &str) -> bool {
    let Some((space, own)) = name.split_once('/') else { return false };
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    let bounded = |part: &str| {
        part.bytes().next().is_some_and(plain) && part.bytes().last().is_some_and(plain)
    };
    let label = |label: &str| bounded(label) && label.bytes().all(|b| plain(b) || b == b'-');
    (3..=200).contains(&name.len())
        && space.split('.').all(label)
        && bounded(own)
        && own.bytes().all(|byte| plain(byte) || matches!(byte, b'.' | b'_' | b'-'))
}

/// Whether this is one exact version: no range, no tag, nothing that a path would have to hide.
pub(super) fn is_version(version: &str) -> bool {
    let plain = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'!' | b':')
    };
    let wild = |part: &str| matches!(part, "x" | "X");
    (1..=255).contains(&version.len())
        && version.bytes().all(plain)
        && version.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && !version.eq_ignore_ascii_case("latest")
        && !version.split('.').any(wild)
}

/// Whether this is an absolute http or https URL, written with the characters that a URL has.
pub(super) fn is_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let Some(rest) = rest else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    // RFC 3986, section 2: unreserved and reserved characters, and percent-encoded ones. A user
    // name in front of the host would only be there to mislead.
    let known =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    url.len() <= LONGEST
        && host.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'[')
        && !host.contains('@')
        && rest.bytes().all(known)
        && super::percent::decode(rest).is_some()
}

#[cfg(test)]
mod tests;
