//! What a manifest of npm writes behind a name, and what a lock file says was fetched.

use warden_model::{Pinning, Source};

use crate::supply::{
    Requirement, RequirementKind, address,
    file::{asked, pinned},
    name,
};

/// What `"name": "spec"` asks for. The forms are those of `npm-package-arg`, and the protocols of
/// Yarn, pnpm and Bun.
pub(super) fn requirement(key: &str, spec: &str, kind: RequirementKind, line: u32) -> Requirement {
    let mut made = asked(key.to_owned(), kind, line);
    made.requirement = Some(address::scrub(spec));
    let mut range = spec.trim();
    // `patch:name@npm%3A1.2.3#…` changes what another says; the range is inside.
    if let Some(inner) = range.strip_prefix("patch:") {
        let inner = inner.split('#').next().unwrap_or(inner);
        range = name::split_at(inner).map_or("", |(_, range)| range);
        range =
            range.strip_prefix("npm%3A").or_else(|| range.strip_prefix("npm:")).unwrap_or(range);
        range = if name::is_semver(range) { range } else { "*" };
    }
    if let Some(real) = range.strip_prefix("npm:").or_else(|| range.strip_prefix("jsr:")) {
        match name::split_at(real) {
            Some((real, wanted)) => {
                rename(&mut made, key, real);
                range = wanted;
            }
            // `npm:^1.2.3` is how Yarn writes a plain range.
            None if real.starts_with('@') || !real.starts_with(is_range_start) => {
                rename(&mut made, key, real);
                range = "";
            }
            None => range = real,
        }
    }
    made.source = source(range);
    if made.source == Source::Registry {
        let exact = range.trim_start_matches('=').trim();
        made.version =
            name::is_semver(exact).then(|| exact.strip_prefix('v').unwrap_or(exact).to_owned());
    }
    made.pinning = match (&made.source, &made.version) {
        (Source::Registry, Some(_)) => Pinning::Exact,
        (source, _) => pinned(source, None, &[]),
    };
    made
}

fn is_range_start(letter: char) -> bool {
    letter.is_ascii_digit() || "^~<>=*xXv".contains(letter)
}

fn rename(made: &mut Requirement, key: &str, real: &str) {
    if real != key {
        made.alias = Some(key.to_owned());
        real.clone_into(&mut made.name);
    }
}

/// Where a range says that a package comes from.
pub(super) fn source(range: &str) -> Source {
    for path in ["file:", "link:", "portal:", "workspace:"] {
        if let Some(rest) = range.strip_prefix(path) {
            let rest = rest.split("::").next().unwrap_or(rest);
            return Source::Path(address::plain(rest));
        }
    }
    if range.starts_with(['.', '/', '~']) && range.contains('/') {
        return Source::Path(address::plain(range));
    }
    let (bare, reference) =
        range.split_once('#').map_or((range, None), |(bare, rest)| (bare, Some(rest)));
    let commit = reference.map(|text| text.strip_prefix("commit=").unwrap_or(text));
    for host in ["github", "gitlab", "bitbucket", "gist"] {
        if let Some(path) = bare.strip_prefix(host).and_then(|rest| rest.strip_prefix(':')) {
            return address::git(&format!("{host}:{path}"), commit);
        }
    }
    if address::is_git(bare) {
        return address::git(bare, commit);
    }
    if bare.contains("://") {
        return Source::Url(address::plain(bare));
    }
    // `owner/name` is a repository at GitHub.
    let mut parts = bare.split('/');
    if !bare.starts_with('@') && parts.clone().count() == 2 && parts.all(is_word) {
        return address::git(&format!("github:{bare}"), commit);
    }
    Source::Registry
}

fn is_word(part: &str) -> bool {
    !part.is_empty()
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// Where a lock file says that a package was fetched from. Archives at an address that has the
/// form of a registry's count as the registry's: which host that is, the origins tell.
pub(super) fn fetched(resolved: &str, name: &str) -> Source {
    let bare = resolved.split(['?', '#']).next().unwrap_or(resolved);
    let registry = bare.contains("://")
        && !address::is_git(resolved)
        && (bare.contains("/-/") || bare.contains(&format!("/download/{name}/")));
    if registry { Source::Registry } else { source(resolved) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(spec: &str, name: &str, version: Option<&str>, pinning: Pinning, source: &str) {
        let made = requirement("used", spec, RequirementKind::Normal, 1);
        assert_eq!((made.name.as_str(), made.version.as_deref()), (name, version), "{spec}");
        assert_eq!(made.pinning, pinning, "{spec}");
        let kind = match made.source {
            Source::Registry => "registry".to_owned(),
            Source::Git { url, commit } => format!("git {url} {}", commit.is_some()),
            Source::Url(url) => format!("url {url}"),
            Source::Path(path) => format!("path {path}"),
        };
        assert_eq!(kind, source, "{spec}");
        assert!(!made.requirement.expect("it is told").contains("s3cret"));
    }

    #[test]
    fn ranges_float_and_versions_do_not() {
        use Pinning::{Digest, Exact, Floating, Local};
        check("^1.2.3", "used", None, Floating, "registry");
        check("latest", "used", None, Floating, "registry");
        check("", "used", None, Floating, "registry");
        check("1.2.3", "used", Some("1.2.3"), Exact, "registry");
        check("=v1.2.3", "used", Some("1.2.3"), Exact, "registry");
        check("npm:@a/real@1.2.3", "@a/real", Some("1.2.3"), Exact, "registry");
        check("npm:real", "real", None, Floating, "registry");
        check("npm:^1.2.3", "used", None, Floating, "registry");
        check("workspace:*", "used", None, Local, "path *");
        check("file:../x", "used", None, Local, "path ../x");
        check("owner/name#main", "used", None, Floating, "git github:owner/name false");
        let commit = "0123456789abcdef0123456789abcdef01234567";
        check(&format!("github:o/n#{commit}"), "used", None, Digest, "git github:o/n true");
        check(
            "git+https://u:s3cret@h.example/n.git",
            "used",
            None,
            Floating,
            "git https://h.example/n.git false",
        );
        check(
            "https://u:s3cret@h.example/n.tgz?k=s3cret",
            "used",
            None,
            Floating,
            "url https://h.example/n.tgz",
        );
        check("patch:used@npm%3A1.2.3#~/x.patch", "used", Some("1.2.3"), Exact, "registry");
    }

    #[test]
    fn an_archive_of_a_registry_is_the_registrys() {
        assert_eq!(
            fetched("https://registry.example/@a/b/-/b-1.0.0.tgz", "@a/b"),
            Source::Registry
        );
        assert_eq!(
            fetched("https://u:p@files.example/b-1.0.0.tgz", "b"),
            Source::Url("https://files.example/b-1.0.0.tgz".into())
        );
        assert_eq!(fetched("file:local", "b"), Source::Path("local".into()));
    }
}
