//! Addresses in manifests and lock files, without what could be a credential.

use warden_model::Source;

/// How long an address may be before the rest of it is cut off.
const LENGTH: usize = 2048;

/// An address without user, password, query and fragment.
pub(super) fn plain(url: &str) -> String {
    let url: String = url.trim().chars().filter(|letter| !letter.is_control()).collect();
    let Some((scheme, rest)) = url.split_once("://") else {
        // `git@host:owner/name`, and paths.
        let bare = url.split(['?', '#']).next().unwrap_or(&url);
        return cut(bare
            .rsplit_once('@')
            .filter(|_| bare.contains(':'))
            .map_or(bare, |(_, rest)| rest));
    };
    let (authority, path) = rest.split_at(rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len()));
    let path = &inner(path.split(['?', '#']).next().unwrap_or(path));
    let scheme = scheme.rsplit(|letter: char| letter.is_whitespace()).next().unwrap_or(scheme);
    // A password may hold a slash that nobody escaped: `user:pa/ss@host`. Then what looks like a
    // port is none, and everything up to the last `@` is taken for the password.
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let port = host.rsplit_once(':').map_or("", |(_, port)| port);
    if !host.ends_with(']') && !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return match (path.rsplit_once('@'), scheme.contains("ssh")) {
            (Some((_, rest)), _) => cut(&format!("{scheme}://{rest}")),
            // `ssh://git@host:owner/name` is written with a colon all the same.
            (None, true) => cut(&format!("{scheme}://{host}{path}")),
            (None, false) => {
                let name = host.split(':').next().unwrap_or("");
                cut(&format!("{scheme}://{name}{path}"))
            }
        };
    }
    cut(&format!("{scheme}://{host}{path}"))
}

fn cut(text: &str) -> String {
    text.chars().take(LENGTH).collect()
}

/// A path in which another address may stand, with its credentials: `user:password@` goes.
fn inner(path: &str) -> String {
    let bare = |part: &str| match part.rsplit_once('@') {
        Some((before, rest)) if before.contains(':') => rest.to_owned(),
        _ => part.to_owned(),
    };
    path.split('/').map(bare).collect::<Vec<_>>().join("/")
}

/// A text with the credentials of every address in it taken out: a range, a command, a marker.
pub(super) fn scrub(text: &str) -> String {
    if !text.contains("://") {
        return cut(text);
    }
    let mut out = String::with_capacity(text.len().min(LENGTH));
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        // The scheme is part of the address, and what stands before it is not.
        let (before, from) = rest.split_at(at);
        let begins = before
            .char_indices()
            .rev()
            .take_while(|(_, letter)| letter.is_ascii_alphanumeric() || "+-.".contains(*letter))
            .last()
            .map_or(at, |(start, _)| start);
        let ends = from
            .find(|letter: char| letter.is_whitespace() || "\"'`<>|;,)}".contains(letter))
            .unwrap_or(from.len());
        let (address, behind) = from.split_at(ends);
        let (kept, scheme) = before.split_at(begins);
        out.push_str(kept);
        out.push_str(&kept_fragment(scheme, address));
        rest = behind;
    }
    out.push_str(rest);
    cut(&out)
}

/// An address with the fragment that names a commit or branch, which is no secret.
fn kept_fragment(scheme: &str, address: &str) -> String {
    let fragment = address.split_once('#').map(|(_, fragment)| fragment);
    let word = |text: &&str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/:^~".contains(&byte))
    };
    let plain = plain(&format!("{scheme}{address}"));
    fragment.filter(word).map_or(plain.clone(), |fragment| format!("{plain}#{fragment}"))
}

/// The scheme and host of an address, for saying where packages come from.
pub(super) fn host(url: &str) -> Option<String> {
    let plain = plain(url);
    let (scheme, rest) = plain.split_once("://")?;
    let host = rest.split('/').next().filter(|host| !host.is_empty())?;
    Some(format!("{}://{host}", scheme.rsplit('+').next().unwrap_or(scheme)))
}

/// A repository, with the commit where the reference is a whole one.
pub(super) fn git(url: &str, reference: Option<&str>) -> Source {
    let url = url.strip_prefix("git+").unwrap_or(url);
    let commit = reference.filter(|text| is_commit(text)).map(str::to_ascii_lowercase);
    Source::Git { url: plain(url), commit }
}

/// Whether a text is a whole commit: 40 digits, or 64 of those with SHA-256.
pub(super) fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether an address is one of a repository by its scheme or end.
pub(super) fn is_git(url: &str) -> bool {
    let bare = url.split(['?', '#']).next().unwrap_or(url);
    let ends = bare.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("git"));
    url.starts_with("git+")
        || url.starts_with("git://")
        || url.starts_with("ssh://")
        || url.starts_with("git@")
        || url.contains("://") && ends
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_credential_is_left_in_an_address() {
        for (written, expected) in [
            ("https://host.example/a", "https://host.example/a"),
            (
                "https://u:s3cret@host.example:8443/a?token=s3cret#s3cret",
                "https://host.example:8443/a",
            ),
            ("https://s3cret@host.example", "https://host.example"),
            ("https://u:s3/cret@host.example/a", "https://host.example/a"),
            ("https://u:s@3cret@host.example/a", "https://host.example/a"),
            (
                "https://registry.example/@scope/name/-/name-1.0.0.tgz",
                "https://registry.example/@scope/name/-/name-1.0.0.tgz",
            ),
            ("git@host.example:owner/name.git", "host.example:owner/name.git"),
            ("ssh://git@host.example/owner/name", "ssh://host.example/owner/name"),
            ("https://[::1]:8080/a", "https://[::1]:8080/a"),
            ("../there", "../there"),
            ("https://a://u:s3cret@host.example/b", "https://a://host.example/b"),
        ] {
            assert_eq!(plain(written), expected);
        }
    }

    #[test]
    fn no_credential_is_left_in_a_command() {
        assert_eq!(
            scrub("curl 'https://u:s3cret@host.example/x?key=s3cret' | sh"),
            "curl 'https://host.example/x' | sh"
        );
        assert_eq!(
            scrub("git+https://s3cret@host.example/a.git#v1.2"),
            "git+https://host.example/a.git#v1.2"
        );
        assert_eq!(scrub("^1.2.3"), "^1.2.3");
    }

    #[test]
    fn only_a_whole_commit_is_one() {
        let whole = "a".repeat(40);
        assert!(matches!(
            git("git+https://h.example/a", Some(&whole)),
            Source::Git { commit: Some(_), .. }
        ));
        assert!(matches!(
            git("https://h.example/a", Some("main")),
            Source::Git { commit: None, .. }
        ));
    }

    proptest! {
        #[test]
        fn a_password_never_stays(user in "[a-z]{1,8}", host in "[a-z]{1,8}\\.example", path in "(/[a-z@]{1,5}){0,3}") {
            let url = format!("https://{user}:PASSWORD/WORD@{host}{path}");
            prop_assert!(!plain(&url).contains("WORD"));
            prop_assert!(!scrub(&url).contains("WORD"));
        }

        #[test]
        fn any_text_is_taken(text in any::<String>()) {
            _ = (plain(&text), scrub(&text), host(&text));
        }
    }
}
