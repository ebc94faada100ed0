//! Where a package was built, as was proven, held against what it says of itself.
//!
//! A statement can be true and about something else: about another version, another package, or a
//! repository that this one does not say it is from. Then whoever put it beside this package lied.

use warden_model::Ecosystem;

/// What is known of where a package was built. Only the last is ever good.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Nobody could ask.
    #[default]
    Unknown,
    /// Nobody could ask, and this is why.
    Unasked(String),
    /// The registry has no statement.
    Absent,
    /// There is a statement that could not be verified, and may be true.
    Unverified(String),
    /// There is a statement, and a signature, a proof or a time in it is false.
    False(String),
    /// There is a true statement, and it is about something else.
    Other(Lie),
    /// It was proven.
    Proven(Built),
}

/// What makes a true statement a lie where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lie {
    /// It is about another file.
    Subject {
        /// What it is about.
        named: String,
    },
    /// The package says that it is from another repository than it was built from.
    Repository {
        /// The one that it was built from.
        built: String,
        /// The one that it says it is from.
        claimed: String,
    },
    /// The statement names another repository than the certificate of who signed it.
    Predicate {
        /// The one of the certificate.
        built: String,
        /// The one of the statement.
        claimed: String,
    },
}

/// A statement whose signatures and proofs hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Built {
    /// Who vouched for the signer.
    pub issuer: String,
    /// Who signed.
    pub signer: String,
    /// The repository, by the certificate.
    pub repository: Option<String>,
    /// The commit, by the certificate.
    pub commit: Option<String>,
    /// The workflow, by the certificate.
    pub workflow: Option<String>,
    /// Where it ran, by the certificate.
    pub runner: Option<String>,
    /// When it was signed, in seconds since 1970.
    pub signed_at: i64,
    /// The type of the predicate.
    pub predicate_type: String,
    /// The repository, by the predicate.
    pub predicate_repository: Option<String>,
    /// The names of what it is about, each with its digests: algorithm and lower-case digits.
    pub subjects: Vec<(String, Vec<(String, String)>)>,
}

/// The package that a statement should be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package<'p> {
    /// Its ecosystem.
    pub ecosystem: Ecosystem,
    /// Its name, as the registry writes it.
    pub name: &'p str,
    /// Its version.
    pub version: &'p str,
    /// What its archive is called at the registry, where that counts.
    pub file: Option<&'p str>,
    /// The SHA-256 of its archive, in lower-case digits.
    pub sha256: &'p str,
    /// The SHA-512 of its archive, in lower-case digits.
    pub sha512: &'p str,
    /// The repositories that it says it is from: by the registry, and by its own manifest.
    pub repositories: &'p [String],
}

/// Who vouches for what a build service builds, and where the repositories are that he can tell of.
/// Anybody else can have a certificate as well: one that names a person says nothing of a build.
const BUILDERS: &[(&str, &str)] = &[
    ("https://token.actions.githubusercontent.com", "github.com"),
    ("https://gitlab.com", "gitlab.com"),
];

/// The types of predicates that say where something was built (SLSA) or by whom it was published
/// (PEP 740): the labels of the host and the path of an address. A type is a name, and nothing is
/// ever asked there.
const PREDICATES: &[(&[&str], &str)] = &[
    (&["slsa", "dev"], "/provenance/v1"),
    (&["slsa", "dev"], "/provenance/v0.2"),
    (&["docs", "pypi", "org"], "/attestations/publish/v1"),
];

/// Holds a true statement against the package that it was found beside.
#[must_use]
pub fn held(built: Built, package: &Package<'_>) -> Origin {
    if !says_where(&built.predicate_type) {
        return Origin::Unverified("it says something else than where it was built".to_owned());
    }
    let Some((_, host)) = BUILDERS.iter().find(|(issuer, _)| *issuer == built.issuer) else {
        return Origin::Unverified("no build service that is known vouches for it".to_owned());
    };
    let repository = built.repository.as_deref().and_then(Repository::parse);
    let Some(repository) = repository.filter(|repository| repository.host == *host) else {
        return Origin::Unverified(
            "its certificate names no repository of that service".to_owned(),
        );
    };
    if !is_about(&built, package) {
        let named = built.subjects.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
        return Origin::Other(Lie::Subject { named: named.join(", ") });
    }
    if let Some(claimed) = &built.predicate_repository
        && Repository::parse(claimed).as_ref() != Some(&repository)
    {
        let claimed = claimed.clone();
        return Origin::Other(Lie::Predicate { built: repository.shown(), claimed });
    }
    let other = package.repositories.iter().find(|claimed| {
        // What is no address contradicts nothing.
        Repository::parse(claimed).is_some_and(|claimed| claimed != repository)
    });
    match other {
        Some(claimed) => {
            Origin::Other(Lie::Repository { built: repository.shown(), claimed: claimed.clone() })
        }
        None => Origin::Proven(built),
    }
}

/// Whether this is, to the letter, one of the types in [`PREDICATES`].
fn says_where(predicate_type: &str) -> bool {
    let Some(rest) = predicate_type.strip_prefix("https://") else { return false };
    let Some((host, path)) = rest.find('/').and_then(|at| rest.split_at_checked(at)) else {
        return false;
    };
    PREDICATES
        .iter()
        .any(|(labels, own)| *own == path && host.split('.').eq(labels.iter().copied()))
}

/// Whether one subject is this package by name and by digest. Each alone is not enough: a statement
/// about the same bytes under another name was made for another package.
fn is_about(built: &Built, package: &Package<'_>) -> bool {
    let named = |name: &str| match package.ecosystem {
        Ecosystem::Npm => npm_names(package).iter().any(|own| own == name),
        _ => package.file.is_some_and(|file| file == name),
    };
    let same = |digests: &[(String, String)]| {
        let mut known = digests.iter().filter_map(|(algorithm, digest)| {
            Some(match algorithm.as_str() {
                "sha256" => digest == package.sha256,
                "sha512" => digest == package.sha512,
                _ => return None,
            })
        });
        // All that are known have to fit, and there has to be one.
        known.next().is_some_and(|first| first && known.all(|fits| fits))
    };
    built.subjects.iter().any(|(name, digests)| named(name) && same(digests))
}

/// The package URL of a package of npm, in both spellings that are in use for a scope.
fn npm_names(package: &Package<'_>) -> [String; 2] {
    let (name, version) = (package.name, package.version);
    let encoded =
        name.strip_prefix('@').map_or_else(|| name.to_owned(), |rest| format!("%40{rest}"));
    [format!("pkg:npm/{encoded}@{version}"), format!("pkg:npm/{name}@{version}")]
}

/// A repository at a service, however it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Repository {
    host: String,
    path: String,
}

impl Repository {
    /// Reads an address as manifests write it. Nothing if it is none of a repository.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("git+").unwrap_or(text);
        let (host, path) = match text.split_once("://") {
            Some((_, rest)) => rest.split_once('/')?,
            None => match text.split_once(':') {
                // `github:owner/name` and `git@host:owner/name`.
                Some(("github", path)) => ("github.com", path),
                Some(("gitlab", path)) => ("gitlab.com", path),
                Some((host, path)) => (host, path),
                // `owner/name` is one at GitHub, by the manifest of npm.
                None => ("github.com", text),
            },
        };
        let host = host.rsplit('@').next().unwrap_or(host);
        let host = host.split(':').next().unwrap_or(host).to_ascii_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
        // A query, a fragment and a reference behind `@` say which part or which state of it.
        let path = path.split(['?', '#', '@']).next().unwrap_or(path);
        let path = path.split("/-/").next().unwrap_or(path);
        let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        // The services have owners, and on GitHub anything behind owner and name is a place in it.
        let least = if BUILDERS.iter().any(|(_, known)| *known == host) { 2 } else { 1 };
        if parts.len() < least || host.is_empty() {
            return None;
        }
        if host == "github.com" {
            parts.truncate(2);
        }
        let path = parts.join("/").to_ascii_lowercase();
        let path = path.strip_suffix(".git").unwrap_or(&path).to_owned();
        Some(Self { host, path })
    }

    fn shown(&self) -> String {
        format!("https://{}/{}", self.host, self.path)
    }
}

impl Lie {
    /// What is wrong, in words without a full stop.
    #[must_use]
    pub fn told(&self) -> String {
        let shown = |text: &str| -> String {
            warden_detect::visible(text).text.chars().take(200).collect()
        };
        match self {
            Self::Subject { named } => format!("it is about `{}`", shown(named)),
            Self::Repository { built, claimed } => format!(
                "it was built from `{}` and says that it is from `{}`",
                shown(built),
                shown(claimed)
            ),
            Self::Predicate { built, claimed } => format!(
                "it names `{}`, and the certificate of who signed it `{}`",
                shown(claimed),
                shown(built)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPOSITORY: &str = "https://github.com/acme/mail";

    fn predicate_type(number: usize) -> String {
        let (labels, path) = PREDICATES[number];
        format!("https://{}{path}", labels.join("."))
    }

    fn built() -> Built {
        Built {
            issuer: BUILDERS[0].0.into(),
            repository: Some(REPOSITORY.into()),
            predicate_type: predicate_type(0),
            predicate_repository: Some(REPOSITORY.into()),
            subjects: vec![(
                "pkg:npm/%40acme/mail@1.2.3".into(),
                vec![("sha512".into(), "55".into())],
            )],
            ..Built::default()
        }
    }

    fn package(repositories: &[String]) -> Package<'_> {
        Package {
            ecosystem: Ecosystem::Npm,
            name: "@acme/mail",
            version: "1.2.3",
            file: None,
            sha256: "22",
            sha512: "55",
            repositories,
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Built), claimed: &str) -> Origin {
        let mut built = built();
        change(&mut built);
        held(built, &package(&[claimed.to_owned()]))
    }

    #[test]
    fn a_statement_about_this_package_from_its_repository_proves() {
        for claimed in [
            REPOSITORY,
            "git+https://github.com/acme/mail.git",
            "git+ssh://git@github.com/Acme/Mail.git",
            "git://github.com/acme/mail.git#main",
            "git@github.com:acme/mail.git",
            "github:acme/mail",
            "acme/mail",
            "https://www.github.com/acme/mail/tree/main/packages/mail",
            // Names no repository, and therefore no other one.
            "https://github.com/acme",
            "https://acme.example",
            "acme",
            "",
        ] {
            assert!(matches!(check(|_| (), claimed), Origin::Proven(_)), "{claimed}");
        }
        assert!(matches!(held(built(), &package(&[])), Origin::Proven(_)));
    }

    #[test]
    fn another_repository_is_a_lie() {
        for claimed in [
            "https://github.com/acme/mail2",
            "github:acme2/mail",
            "https://gitlab.com/acme/mail",
            "https://code.acme.example/mail",
            "ssh://git@code.acme.example:2222/acme/mail.git",
            "https://github.com/acme/mail.git.evil/x",
        ] {
            let told = check(|_| (), claimed);
            assert!(matches!(told, Origin::Other(Lie::Repository { .. })), "{claimed}: {told:?}");
        }
        let told =
            check(|built| built.predicate_repository = Some("acme/other".into()), REPOSITORY);
        assert!(matches!(told, Origin::Other(Lie::Predicate { .. })), "{told:?}");
        // One of two claims is enough.
        let two = [REPOSITORY.to_owned(), "github:evil/mail".to_owned()];
        assert!(matches!(held(built(), &package(&two)), Origin::Other(_)));
    }

    #[test]
    fn another_subject_is_a_lie() {
        let subject = |name: &str, algorithm: &str, digest: &str| {
            (name.to_owned(), vec![(algorithm.to_owned(), digest.to_owned())])
        };
        for other in [
            subject("pkg:npm/%40acme/mail@1.2.4", "sha512", "55"),
            subject("pkg:npm/mail@1.2.3", "sha512", "55"),
            subject("pkg:npm/%40acme/mail@1.2.3", "sha512", "56"),
            subject("pkg:npm/%40acme/mail@1.2.3", "sha256", "55"),
            subject("pkg:npm/%40acme/mail@1.2.3", "sha1", "55"),
            ("pkg:npm/%40acme/mail@1.2.3".to_owned(), Vec::new()),
        ] {
            let told = check(|built| built.subjects = vec![other.clone()], REPOSITORY);
            assert!(matches!(told, Origin::Other(Lie::Subject { .. })), "{other:?}: {told:?}");
        }
        let mut two = built();
        two.subjects[0].1.push(("sha256".into(), "23".into()));
        assert!(matches!(held(two, &package(&[])), Origin::Other(_)), "one of two digests");
        // Under its own name beside others it is this package.
        let mut more = built();
        more.subjects.insert(0, subject("pkg:npm/other@1.0.0", "sha512", "00"));
        assert!(matches!(held(more, &package(&[])), Origin::Proven(_)));
    }

    #[test]
    fn a_file_of_python_goes_by_its_name() {
        let mut of = built();
        of.predicate_type = predicate_type(2);
        of.predicate_repository = None;
        of.subjects =
            vec![("mail-1.2.3-py3-none-any.whl".into(), vec![("sha256".into(), "22".into())])];
        let own = Package {
            ecosystem: Ecosystem::PyPi,
            name: "mail",
            file: Some("mail-1.2.3-py3-none-any.whl"),
            ..package(&[])
        };
        assert!(matches!(held(of.clone(), &own), Origin::Proven(_)));
        let other = Package { file: Some("mail-1.2.4-py3-none-any.whl"), ..own.clone() };
        assert!(matches!(held(of.clone(), &other), Origin::Other(_)));
        assert!(matches!(held(of, &Package { file: None, ..own }), Origin::Other(_)));
    }

    #[test]
    fn who_is_no_build_service_proves_nothing_and_is_no_liar() {
        let unverified = |change: fn(&mut Built)| {
            let told = check(change, REPOSITORY);
            assert!(matches!(told, Origin::Unverified(_)), "{told:?}");
        };
        unverified(|built| built.issuer = "https://accounts.example".into());
        unverified(|built| built.repository = None);
        unverified(|built| built.repository = Some("https://gitlab.com/acme/mail".into()));
        unverified(|built| built.repository = Some("https://github.com.evil.example/a/b".into()));
        unverified(|built| built.predicate_type = "https://example.com/review".into());
    }

    #[test]
    fn a_predicate_has_one_of_three_types_to_the_letter() {
        assert!((0..PREDICATES.len()).all(|number| says_where(&predicate_type(number))));
        assert!(says_where("https://slsa.dev/provenance/v1"));
        assert!(says_where("https://slsa.dev/provenance/v0.2"));
        let known = predicate_type(2);
        for wrong in [
            known.replace("https", "http"),
            known.replace("https://", ""),
            known.replace("docs.", ""),
            known.replace("docs.", "docs.."),
            known.replace("docs.", "Docs."),
            known.replace("docs", "me@docs"),
            known.replace(".org", ".org."),
            known.replace(".org", ".org:443"),
            known.replace(".org", ".org.evil.example"),
            known.replace(".org", ".example"),
            known.replace("/v1", "/v1/"),
            known.replace("/v1", "/v2"),
            known.replace("/v1", "/v1?a"),
            known.replace("/attestations", "//attestations"),
            known.replace("/attestations", ""),
            format!(" {known}"),
            format!("{known}\n"),
            "https://evil.example/attestations/publish/v1".to_owned(),
            "https://slsa.dev/attestations/publish/v1".to_owned(),
            "https://slsa.dev".to_owned(),
            "https:///provenance/v1".to_owned(),
            String::new(),
        ] {
            assert!(!says_where(&wrong), "{wrong}");
        }
    }
}
