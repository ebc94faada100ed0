//! Why a server does not count, as rules that services show.

use warden_model::{Class, Severity};

use crate::Rule;

/// Identifier, title and page of each.
static RULES: &[(&str, &str, &str)] = &[
    (
        "not-certified",
        "a server is brought that no certificate is about",
        "Nobody has looked at this server, or the certificate was not given to the gate.\n\n\
         Certify it with `mcpwarden certify`, put the certificate where the gate reads them, or \
         use a version that is certified.",
    ),
    (
        "floating-version",
        "a server is brought of which any version may run",
        "A package without a version, with a range or with a tag such as `latest` is whatever its \
         registry has when it starts. Nobody can certify that.\n\n\
         Name one version.",
    ),
    (
        "unknown-server",
        "a server is brought of which nobody can tell what it is",
        "A certificate is about one package, address or digest. What is written here can run \
         something else: an option, a variable, a path or a shell decides.\n\n\
         Name one version of a package and nothing else, or certify the server and start it by its \
         name with `mcpwarden run NAME`.",
    ),
    (
        "unread-file",
        "a file that can bring servers cannot be read",
        "What cannot be read may bring anything, so it is not let pass. Mend the file or take it out.",
    ),
    (
        "certificate-expired",
        "the certificate of a server has expired",
        "Certificates count for some time only, since what is known about vulnerabilities changes. \
         Certify the server again.",
    ),
    (
        "certificate-revoked",
        "the certificate of a server is revoked",
        "Somebody has said that this server must not be used. No waiver lets it in; take it out.",
    ),
    (
        "certificate-quarantined",
        "a server is held back until somebody has looked",
        "Somebody has held this server back. No waiver lets it in; ask who has, or take it out.",
    ),
    (
        "certificate-below-level",
        "the level of a server is too low for its use",
        "What is asked for depends on where the server is used and with which data. See what holds \
         its level down in the certificate.",
    ),
    (
        "certificate-not-yet-valid",
        "the certificate of a server counts from later on",
        "It was issued in the future: a clock is wrong.",
    ),
    (
        "certificate-wrong-subject",
        "the certificate of a server is about something else",
        "Name and version are those of the certificate and the digest is not. One of the two is \
         wrong; find out which before anything else.",
    ),
    (
        "certificate-could-not-tell",
        "the certificate of a server does not say what it is about",
        "Certify the server again.",
    ),
];

/// The rules in the order of the documentation.
#[must_use]
pub fn rules() -> Vec<Rule<'static>> {
    let class = Class::CertBelowPolicy;
    let rule = |(id, title, page): &(&'static str, &'static str, &'static str)| Rule {
        id,
        title,
        class,
        cwe: class.info().cwe,
        languages: Vec::new(),
        severity: Severity::High,
        page,
    };
    RULES.iter().map(rule).collect()
}
