//! Names of packages, as their ecosystems compare them.

/// How long a name may be. The registries allow 214 characters at most; modules of Go are paths.
const LENGTH: usize = 512;

/// The name of a Python package as PEP 503 has it: small letters, and one `-` for every run of
/// `-`, `_` and `.`.
#[must_use]
pub fn pypi(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut dash = false;
    for letter in name.chars() {
        if matches!(letter, '-' | '_' | '.') {
            dash = true;
            continue;
        }
        if dash {
            out.push('-');
            dash = false;
        }
        out.push(letter.to_ascii_lowercase());
    }
    if dash {
        out.push('-');
    }
    out
}

/// Whether a text can be the name of a package: not empty, not too long, and all of it visible.
pub(super) fn is_name(name: &str) -> bool {
    let fine = |letter: char| !letter.is_control() && !letter.is_whitespace();
    // An address is none, and could hold a credential.
    let place = name.contains("://");
    !name.is_empty() && name.len() <= LENGTH && !place && name.chars().all(fine)
}

/// Splits `name@rest` at the `@` that is not that of a scope.
pub(super) fn split_at(text: &str) -> Option<(&str, &str)> {
    let scope = usize::from(text.starts_with('@'));
    let at = text.get(scope..)?.find('@')? + scope;
    Some((text.get(..at)?, text.get(at + 1..)?)).filter(|(name, _)| !name.is_empty())
}

/// Whether a text is one whole version and no range: it begins with a digit, after an optional
/// `v`, has three parts for npm, and nothing in it stands for more than itself.
pub(super) fn is_semver(text: &str) -> bool {
    let plain = text.strip_prefix('v').unwrap_or(text);
    let core = plain.split(['-', '+']).next().unwrap_or(plain);
    let mut parts = core.split('.');
    let whole = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.clone().count() == 3
        && parts.all(whole)
        && plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_names_are_those_of_pep_503() {
        for (written, expected) in [
            ("Zope.Interface", "zope-interface"),
            ("typing__-extensions", "typing-extensions"),
            ("ruamel.yaml.clib", "ruamel-yaml-clib"),
            ("plain", "plain"),
            ("_x_", "-x-"),
        ] {
            assert_eq!(pypi(written), expected);
            assert_eq!(pypi(expected), expected, "normal names stay");
        }
    }

    #[test]
    fn a_scope_is_no_version() {
        assert_eq!(split_at("@a/b@^1"), Some(("@a/b", "^1")));
        assert_eq!(split_at("a@npm:b@^1"), Some(("a", "npm:b@^1")));
        assert_eq!(split_at("@a/b"), None);
        assert_eq!(split_at("@"), None);
    }

    #[test]
    fn a_version_is_no_range() {
        for version in ["1.2.3", "v1.2.3", "1.2.3-rc.1", "0.0.0+build"] {
            assert!(is_semver(version), "{version}");
        }
        for range in ["", "1", "1.2", "1.x.0", "^1.2.3", "1.2.3 || 2.0.0", "latest", "1..3", "*"] {
            assert!(!is_semver(range), "{range}");
        }
    }

    #[test]
    fn a_name_shows_what_it_is() {
        assert!(is_name("@a/b"));
        assert!(["", "a://u:p@b", "a b", "a\nb", "a\u{7f}"].iter().all(|name| !is_name(name)));
        assert!(!is_name(&"a".repeat(513)));
    }
}
