//! What a word that names a package says: name, version, pinning and publisher.

use warden_model::{Package, Pinning, Registry};

use super::launchers::local;

/// `name@1.2.3`, `@scope/name`, `github:owner/repo#commit`, a URL or a path.
pub(super) fn npm(word: &str) -> Package {
    // `alias@npm:real@1.2.3` runs the real one.
    if let Some((_, real)) = word.split_once("@npm:") {
        return npm_name(real);
    }
    if let Some(package) = git(word, '#') {
        return package;
    }
    if word.contains("://") {
        return url(word);
    }
    if let Some(path) = word.strip_prefix("file:") {
        return local(path);
    }
    if word.starts_with(['.', '/', '~']) || word.get(1..3) == Some(":\\") {
        return local(word);
    }
    let (name, _) = split_version(word);
    if !word.starts_with('@') && name.split('/').count() == 2 {
        return repository(name, None);
    }
    npm_name(word)
}

fn npm_name(word: &str) -> Package {
    let (name, version) = split_version(word);
    let publisher = name.strip_prefix('@').and_then(|rest| rest.split('/').next());
    versioned(Registry::Npm, name, version, publisher)
}

/// `name@1.2.3`, `name==1.2.3`, `name[extra]>=1`, `git+https://…@ref`, a URL or a path.
pub(super) fn pypi(word: &str) -> Package {
    let target = word.split_once(" @ ").map_or(word, |(_, target)| target.trim());
    if let Some(package) = git(target, '@') {
        return package;
    }
    if target.contains("://") {
        return url(target);
    }
    if target.starts_with(['.', '/', '~']) || target.get(1..3) == Some(":\\") {
        return local(target);
    }
    let end =
        target.find(['=', '<', '>', '!', '~', '@', '[', ' ', ';', ',']).unwrap_or(target.len());
    let (name, rest) = target.split_at(end);
    let rest = match rest.split_once(']') {
        Some((_, rest)) if rest_is_extra(target, end) => rest,
        _ => rest,
    };
    let rest = rest.split(';').next().unwrap_or(rest).trim();
    let exact = rest
        .strip_prefix("===")
        .or_else(|| rest.strip_prefix("=="))
        .or_else(|| rest.strip_prefix('@'));
    let version = exact.unwrap_or(rest).trim();
    let pinned = exact.is_some() && is_release(version);
    Package {
        registry: Registry::PyPi,
        name: name.to_owned(),
        version: (!version.is_empty()).then(|| version.to_owned()),
        pinning: if pinned { Pinning::Exact } else { Pinning::Floating },
        publisher: None,
    }
}

fn rest_is_extra(word: &str, end: usize) -> bool {
    word.as_bytes().get(end) == Some(&b'[')
}

/// `registry/namespace/name:tag@sha256:…`. A tag can be moved, so only a digest pins.
pub(super) fn image(word: &str) -> Package {
    let (rest, digest) = match word.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (word, None),
    };
    let last = rest.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match rest.get(last..).and_then(|last| last.rfind(':')) {
        Some(colon) => (rest.get(..last + colon), rest.get(last + colon + 1..)),
        None => (Some(rest), None),
    };
    let name = name.unwrap_or(rest);
    let pinned = digest.is_some_and(is_sha256);
    Package {
        registry: Registry::Oci,
        name: name.to_owned(),
        version: digest.or(tag).map(str::to_owned),
        pinning: if pinned { Pinning::Digest } else { Pinning::Floating },
        publisher: Some(namespace(name).to_owned()),
    }
}

fn is_sha256(digest: &str) -> bool {
    digest.strip_prefix("sha256:").is_some_and(|hex| hex.len() == 64 && is_hex(hex))
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Who publishes an image: what stands before its last part, without the registry.
fn namespace(name: &str) -> &str {
    let mut parts: Vec<&str> = name.split('/').collect();
    let host = |part: &str| part.contains(['.', ':']) || part == "localhost";
    if parts.len() > 1 && parts.first().is_some_and(|first| host(first)) {
        parts.remove(0);
    }
    if parts.len() > 1 { parts.first().copied().unwrap_or("library") } else { "library" }
}

/// A Go module or package path with an optional version.
pub(super) fn go(word: &str) -> Package {
    if word.starts_with(['.', '/']) || !word.contains('.') {
        return local(word);
    }
    let (name, version) = split_version(word);
    let mut parts = name.split('/');
    let publisher = match parts.next() {
        Some("github.com" | "gitlab.com" | "bitbucket.org") => parts.next(),
        host => host,
    };
    versioned(Registry::Other, name, version, publisher)
}

/// `@scope/name@1.2.3` of other registries.
pub(super) fn other(word: &str) -> Package {
    let (name, version) = split_version(word);
    let publisher = name.strip_prefix('@').and_then(|rest| rest.split('/').next());
    versioned(Registry::Other, name, version, publisher)
}

/// Anything behind an address. What it serves can change at any time.
pub(super) fn url(word: &str) -> Package {
    Package {
        registry: Registry::Url,
        name: without_secrets(word),
        version: None,
        pinning: Pinning::Floating,
        publisher: host(word).map(str::to_owned),
    }
}

fn versioned(
    registry: Registry,
    name: &str,
    version: Option<&str>,
    publisher: Option<&str>,
) -> Package {
    let pinned = version.is_some_and(is_release);
    Package {
        registry,
        name: name.to_owned(),
        version: version.map(str::to_owned),
        pinning: if pinned { Pinning::Exact } else { Pinning::Floating },
        publisher: publisher.map(str::to_owned),
    }
}

/// Splits at the `@` of a version, which is not that of a scope.
fn split_version(word: &str) -> (&str, Option<&str>) {
    match word.rfind('@').filter(|at| *at > 0) {
        Some(at) => (word.get(..at).unwrap_or(word), word.get(at + 1..)),
        None => (word, None),
    }
}

/// One release and no range or tag: `1.2.3`, `v1.2.3-rc.1`, `2025.4.24`, `0.6.2`.
fn is_release(version: &str) -> bool {
    let version = version.strip_prefix(['=', 'v']).unwrap_or(version);
    let (numbers, suffix) = match version.find(|c: char| !c.is_ascii_digit() && c != '.') {
        Some(at) => version.split_at(at),
        None => (version, ""),
    };
    let numbers = numbers.strip_suffix('.').unwrap_or(numbers);
    let parts = numbers.split('.').count();
    let numeric = numbers.split('.').all(|part| !part.is_empty());
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | '_' | '!');
    // `1.x` and `1.2.*` are ranges.
    numeric && parts >= 2 && suffix.chars().all(plain) && !suffix.starts_with(['x', 'X', '*'])
}

/// A Git repository, with its ref behind `mark`.
fn git(word: &str, mark: char) -> Option<Package> {
    for (prefix, host) in
        [("github:", "github.com"), ("gitlab:", "gitlab.com"), ("bitbucket:", "bitbucket.org")]
    {
        if let Some(rest) = word.strip_prefix(prefix) {
            let (path, reference) = split_reference(rest, mark);
            return Some(repository(&format!("{host}/{path}"), reference));
        }
    }
    let bare = word.strip_prefix("git+").or_else(|| {
        let git = word.starts_with("git://")
            || word.starts_with("git@")
            || word.starts_with("ssh://git@");
        (git || word.split('#').next()?.strip_suffix(".git").is_some()).then_some(word)
    })?;
    let bare = bare.split_once("://").map_or(bare, |(_, rest)| rest);
    let bare =
        bare.split_once('@').filter(|(user, _)| !user.contains('/')).map_or(bare, |(_, rest)| rest);
    let bare = if mark == '@' { bare.split('#').next().unwrap_or(bare) } else { bare };
    let (path, reference) = split_reference(bare, mark);
    Some(repository(&path.replacen(':', "/", 1), reference))
}

fn split_reference(path: &str, mark: char) -> (&str, Option<&str>) {
    path.split_once(mark).map_or((path, None), |(path, reference)| (path, Some(reference)))
}

fn repository(path: &str, reference: Option<&str>) -> Package {
    let path = path.strip_suffix(".git").unwrap_or(path);
    let mut parts = path.split('/');
    let first = parts.next().unwrap_or(path);
    let owner = if first.contains('.') { parts.next() } else { Some(first) };
    let commit = reference.is_some_and(|text| matches!(text.len(), 40 | 64) && is_hex(text));
    Package {
        registry: Registry::Git,
        name: path.to_owned(),
        version: reference.map(str::to_owned),
        pinning: if commit { Pinning::Digest } else { Pinning::Floating },
        publisher: owner.map(str::to_owned),
    }
}

fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    host.split(':').next().filter(|host| !host.is_empty())
}

/// A URL without its user part and query, which may hold secrets.
fn without_secrets(url: &str) -> String {
    let plain = url.split(['?', '#']).next().unwrap_or(url);
    match plain.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
            let host = authority.rsplit('@').next().unwrap_or(authority);
            format!("{scheme}://{host}{path}")
        }
        None => plain.to_owned(),
    }
}
