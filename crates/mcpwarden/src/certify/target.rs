//! What a person asks to have certified, as it is written on the command line.

use std::path::Path;

use warden_collect::fetch::{
    Wanted,
    image::{BadReference, Platform, Reference},
};

use crate::{Failure, Kind};

/// Reads a target: `npm:NAME@VERSION`, `pypi:NAME==VERSION`, `git:REPOSITORY@COMMIT`,
/// `oci:REGISTRY/REPOSITORY@DIGEST`, an address, or a folder or archive. `platform` is the system
/// that an image has to be for.
///
/// # Errors
/// When it is none of these, or a platform is named for something else than an image. A bare name is
/// not guessed at: it could be of two registries.
pub(crate) fn parse(
    text: &str,
    platform: Option<&Platform>,
    cwd: &Path,
) -> Result<Wanted, Failure> {
    if let Some(rest) = text.strip_prefix("oci:") {
        let reference = rest.parse().map_err(|error| no_image(text, error))?;
        return Ok(Wanted::Image { reference, platform: platform.cloned().unwrap_or_default() });
    }
    if platform.is_some() {
        return Err(Failure::new(Kind::Usage, format!("`{text}` is not for one system alone"))
            .hint("`--platform` says which image of a registry is meant: `oci:…`"));
    }
    if let Some(rest) = text.strip_prefix("npm:") {
        let (name, version) = npm(rest);
        return Ok(Wanted::Npm { name: name.into(), version: version.map(Into::into) });
    }
    if let Some(rest) = text.strip_prefix("pypi:") {
        let parts = rest.split_once("==").or_else(|| rest.split_once('@'));
        let (name, version) = parts.map_or((rest, None), |(name, version)| (name, Some(version)));
        return Ok(Wanted::PyPi { name: name.into(), version: version.map(Into::into) });
    }
    if let Some(rest) = text.strip_prefix("git:") {
        let (repository, commit) = rest.rsplit_once('@').ok_or_else(|| {
            Failure::new(Kind::Usage, format!("`{text}` names no commit"))
                .hint("a branch moves: write `git:REPOSITORY@COMMIT` with all digits of the commit")
        })?;
        return Ok(Wanted::Git { repository: repository.into(), commit: commit.into() });
    }
    if text.starts_with("https://") || text.starts_with("http://") {
        return Ok(Wanted::Remote(text.into()));
    }
    let path = cwd.join(text);
    match path.metadata() {
        Ok(found) if found.is_dir() => Ok(Wanted::Folder(path)),
        Ok(_) => Ok(Wanted::File(path)),
        Err(error) => Err(Failure::new(Kind::Usage, format!("there is no `{text}`"))
            .caused_by(error)
            .hint(format!("a package is named with its registry: `npm:{text}` or `pypi:{text}`"))
            .hint("others are a folder, an archive, `git:REPOSITORY@COMMIT` or a URL")
            .hint("an image is `oci:REGISTRY/REPOSITORY@sha256:DIGEST`")),
    }
}

/// Why a text names no image, and what to write in its place.
fn no_image(text: &str, error: BadReference) -> Failure {
    let failure = Failure::new(Kind::Usage, format!("`{text}` names no image")).caused_by(error);
    match error {
        BadReference::NoRegistry | BadReference::Registry => failure
            .hint("write `oci:HOST/REPOSITORY@sha256:DIGEST`: a bare name is not guessed at")
            .hint("HOST is the one that serves images, not always the one of its pages"),
        BadReference::Neither => {
            failure.hint("add `@sha256:DIGEST`, or `:TAG` for the one that the tag is at now")
        }
        BadReference::Both => {
            failure.hint("leave out the tag: the digest alone says what is fetched")
        }
        BadReference::Repository | BadReference::Tag | BadReference::Digest => {
            failure.hint("write `oci:HOST/REPOSITORY@sha256:DIGEST` or `oci:HOST/REPOSITORY:TAG`")
        }
    }
}

/// What an image is called when it is named by its digest alone.
pub(crate) fn image(name: &str, digest: &str) -> Option<String> {
    let reference: Reference = format!("{name}@{digest}").parse().ok()?;
    Some(format!("oci:{reference}"))
}

/// Name and version of a package of npm, whose name may begin with a scope.
fn npm(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once('@') {
        Some((name, version)) if !name.is_empty() => (name, Some(version)),
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: &Wanted) {
        assert_eq!(&parse(text, None, Path::new("/")).expect("it is a target"), wanted, "{text}");
    }

    #[test]
    fn packages_are_named_with_their_registry() {
        let npm = |name: &str, version: Option<&str>| Wanted::Npm {
            name: name.into(),
            version: version.map(Into::into),
        };
        check("npm:@acme/mail@1.2.3", &npm("@acme/mail", Some("1.2.3")));
        check("npm:@acme/mail", &npm("@acme/mail", None));
        check("npm:mail@next", &npm("mail", Some("next")));
        let pypi = |name: &str, version: Option<&str>| Wanted::PyPi {
            name: name.into(),
            version: version.map(Into::into),
        };
        check("pypi:mcp-server-git==2026.1.14", &pypi("mcp-server-git", Some("2026.1.14")));
        check("pypi:mcp-server-git@2026.1.14", &pypi("mcp-server-git", Some("2026.1.14")));
        check("pypi:mcp-server-git", &pypi("mcp-server-git", None));
    }

    #[test]
    fn repositories_are_named_with_a_commit_and_servers_by_their_address() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        check(
            &format!("git:git@code.example:a/b.git@{commit}"),
            &Wanted::Git { repository: "git@code.example:a/b.git".into(), commit: commit.into() },
        );
        check("https://mcp.example/", &Wanted::Remote("https://mcp.example/".into()));
        assert!(parse("git:https://code.example/a/b", None, Path::new("/")).is_err());
    }

    #[test]
    fn a_bare_name_is_not_guessed_at() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(parse("mail", None, folder.path()).is_err());
        std::fs::create_dir(folder.path().join("mail")).expect("a folder");
        let found = parse("mail", None, folder.path()).expect("it is there");
        assert_eq!(found, Wanted::Folder(folder.path().join("mail")));
    }
    #[test]
    fn images_are_named_with_their_registry_and_a_system() {
        let text = "oci:registry.example/team/mail:1.0";
        let reference: Reference = "registry.example/team/mail:1.0".parse().expect("it is one");
        let arm: Platform = "linux/arm64".parse().expect("it is one");
        for platform in [None, Some(arm)] {
            let wanted = Wanted::Image {
                reference: reference.clone(),
                platform: platform.clone().unwrap_or_default(),
            };
            let found = parse(text, platform.as_ref(), Path::new("/")).expect("it is a target");
            assert_eq!(found, wanted);
        }
        for bad in ["oci:mail", "oci:team/mail:1", "oci:registry.example/mail", "oci:"] {
            assert!(parse(bad, None, Path::new("/")).is_err(), "{bad}");
        }
        let platform = Platform::default();
        assert!(parse("npm:mail", Some(&platform), Path::new("/")).is_err());
        let digest = format!("sha256:{}", "0".repeat(64));
        let own = format!("oci:registry.example/mail@{digest}");
        assert_eq!(image("registry.example/mail", &digest), Some(own));
        assert_eq!(image("team/mail", &digest), None);
    }
}
