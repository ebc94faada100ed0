//! Versions in the order of their ecosystem.
//!
//! Whether a version is vulnerable is a question of order, and every ecosystem has its own: semantic
//! versions for npm, Go and Cargo, PEP 440 for PyPI. A text that is no version of its ecosystem has
//! no place in the order; that is an error here and a gap further up, never "not affected".

mod pep440;

use std::cmp::Ordering;

use warden_model::Ecosystem;

use pep440::Pep440;

/// A version longer than this is none.
const LONGEST: usize = 256;

/// A version of one scheme, in the order of that scheme.
#[derive(Clone, Debug)]
pub struct Version(Scheme);

#[derive(Clone, Debug)]
enum Scheme {
    Semantic(semver::Version),
    Python(Pep440),
}

/// The text is no version of its scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a version of its ecosystem")]
pub struct UnknownVersion;

impl Version {
    /// Reads a version as `ecosystem` has them.
    ///
    /// # Errors
    /// The text is no version: a range, a tag, a branch, or longer than any version.
    pub fn parse(ecosystem: Ecosystem, text: &str) -> Result<Self, UnknownVersion> {
        match ecosystem {
            Ecosystem::Npm | Ecosystem::Go | Ecosystem::Cargo => Self::semantic(text),
            Ecosystem::PyPi => bounded(text)?.parse().map(|version| Self(Scheme::Python(version))),
        }
    }

    /// Reads a semantic version (semver.org, 2.0.0), whatever the ecosystem. A leading `v` or `=`, as Go
    /// and npm write them, is taken off, and missing numbers are zeros: advisories write `1.2`.
    ///
    /// # Errors
    /// The text is no such version.
    pub fn semantic(text: &str) -> Result<Self, UnknownVersion> {
        let text = bounded(text)?.trim_start_matches(['=', ' ']);
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let end = text.find(['-', '+']).unwrap_or(text.len());
        let (numbers, rest) = text.split_at_checked(end).ok_or(UnknownVersion)?;
        let whole = match numbers.split('.').count() {
            3 => semver::Version::parse(text),
            1 => semver::Version::parse(&format!("{numbers}.0.0{rest}")),
            2 => semver::Version::parse(&format!("{numbers}.0{rest}")),
            _ => return Err(UnknownVersion),
        };
        whole.map(|version| Self(Scheme::Semantic(version))).map_err(|_| UnknownVersion)
    }

    /// Whether it comes before the release with its numbers: `1.0.0-rc.1`, `1.0.dev3`.
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        match &self.0 {
            Scheme::Semantic(version) => !version.pre.is_empty(),
            Scheme::Python(version) => version.is_prerelease(),
        }
    }
}

fn bounded(text: &str) -> Result<&str, UnknownVersion> {
    let text = text.trim();
    if text.len() > LONGEST { Err(UnknownVersion) } else { Ok(text) }
}

impl Ord for Version {
    /// What was built how does not count (semver.org, 10), and a semantic version comes before one of
    /// Python, which nobody asks.
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Scheme::Semantic(a), Scheme::Semantic(b)) => a.cmp_precedence(b),
            (Scheme::Python(a), Scheme::Python(b)) => a.cmp(b),
            (Scheme::Semantic(_), Scheme::Python(_)) => Ordering::Less,
            (Scheme::Python(_), Scheme::Semantic(_)) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn ascending(ecosystem: Ecosystem, versions: &[&str]) {
        let read: Vec<Version> = versions
            .iter()
            .map(|text| Version::parse(ecosystem, text).unwrap_or_else(|_| panic!("{text}")))
            .collect();
        for (at, a) in read.iter().enumerate() {
            for (other, b) in read.iter().enumerate() {
                let (x, y) = (versions[at], versions[other]);
                assert_eq!(a.cmp(b), at.cmp(&other), "{x} against {y}");
            }
        }
    }

    #[test]
    fn semantic_versions_have_the_precedence_of_the_specification() {
        ascending(
            Ecosystem::Npm,
            &[
                "0.0.5",
                "0.1.15",
                "0.1.16-rc.1",
                "0.1.16",
                "1.0.0-alpha",
                "1.0.0-alpha.1",
                "1.0.0-alpha.beta",
                "1.0.0-beta",
                "1.0.0-beta.2",
                "1.0.0-beta.11",
                "1.0.0-rc.1",
                "1.0.0",
                "2.0.0",
                "2.1.0",
                "2.1.1",
                "10.0.0",
            ],
        );
    }

    #[test]
    fn modules_of_go_have_pseudo_versions_between_releases() {
        ascending(
            Ecosystem::Go,
            &[
                "v0.0.0-20190101000000-0123456789ab",
                "v0.0.0-20240101000000-0123456789ab",
                "v1.2.3",
                "v1.2.4-0.20240101000000-abcdefabcdef",
                "v1.2.4-rc.1",
                "v1.2.4",
                "v2.0.0+incompatible",
                "v2.0.1-0.20240101000000-abcdefabcdef+incompatible",
            ],
        );
        let plain = Version::parse(Ecosystem::Go, "2.0.0").unwrap();
        assert_eq!(Version::parse(Ecosystem::Go, "v2.0.0+incompatible").unwrap(), plain);
    }

    #[test]
    fn what_is_no_version_is_an_error() {
        for text in ["", "latest", "^1.2.3", "1.x", "1.2.3.4", "01.2.3", "1.2.3-01", "main", "*"] {
            assert!(Version::parse(Ecosystem::Npm, text).is_err(), "{text}");
        }
        for text in ["", "latest", ">=1", "1.0.*", "1.0-final-x", "1..0", "1.0+", "main"] {
            assert!(Version::parse(Ecosystem::PyPi, text).is_err(), "{text}");
        }
        let long = format!("1.0.0-{}", "a".repeat(LONGEST));
        assert!(Version::parse(Ecosystem::Npm, &long).is_err());
    }

    fn any_version(ecosystem: Ecosystem) -> impl Strategy<Value = String> {
        match ecosystem {
            Ecosystem::PyPi => "([0-2]!)?[0-3](\\.[0-3]){0,3}((a|b|rc)[0-2])?(\\.post[0-2])?(\\.dev[0-2])?(\\+[a-b0-2](\\.[a-b0-2])?)?".boxed(),
            _ => "[0-2]\\.[0-2]\\.[0-2](-[a-b0-2](\\.([a-b]|[0-2])){0,2})?(\\+x)?".boxed(),
        }
    }

    proptest! {
        #[test]
        fn the_order_is_total(
            python in any::<bool>(),
            texts in any::<bool>().prop_flat_map(|_| (any_version(Ecosystem::PyPi), any_version(Ecosystem::PyPi), any_version(Ecosystem::PyPi))),
            plain in (any_version(Ecosystem::Npm), any_version(Ecosystem::Npm), any_version(Ecosystem::Npm)),
        ) {
            let ecosystem = if python { Ecosystem::PyPi } else { Ecosystem::Npm };
            let (a, b, c) = if python { texts } else { plain };
            let read = |text: &str| Version::parse(ecosystem, text).unwrap_or_else(|_| panic!("{text}"));
            let (a, b, c) = (read(&a), read(&b), read(&c));
            prop_assert_eq!(a.cmp(&a), Ordering::Equal);
            prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
            if a <= b && b <= c {
                prop_assert!(a <= c);
            }
            if a == b {
                prop_assert_eq!(a.cmp(&c), b.cmp(&c));
            }
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,40}") {
            for ecosystem in Ecosystem::ALL {
                let once = Version::parse(*ecosystem, &text);
                prop_assert_eq!(once.is_ok(), Version::parse(*ecosystem, &text).is_ok());
            }
        }
    }
}
