use warden_model::{Class, Confidence, Connection, Package, Pinning, Severity};

use crate::{Context, Draft, Meta, Rule, version::affected};

#[doc = include_str!("vulnerable_package.md")]
#[derive(Debug)]
pub(crate) struct VulnerablePackage;

static META: Meta = Meta {
    id: "vulnerable-package",
    class: Class::VulnDependency,
    severity: Severity::High,
    title: "a version with a published vulnerability runs",
    help: "update to the version that mends it",
    languages: &[],
    cwe: &[],
    page: include_str!("vulnerable_package.md"),
};

/// One advisory per line, see the head of the file.
static ADVISORIES: &str = include_str!("../data/advisories.txt");

impl Rule for VulnerablePackage {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_connection(&self, connection: &Connection, _: &Context<'_>, out: &mut Vec<Draft>) {
        let Some(package) = &connection.package else { return };
        for advisory in advisories().filter(|advisory| advisory.names(package)) {
            out.extend(judge(connection, package, &advisory));
        }
    }
}

/// One line of the list.
struct Advisory {
    id: &'static str,
    registry: &'static str,
    package: &'static str,
    introduced: &'static str,
    fixed: Option<&'static str>,
    severity: Severity,
    title: String,
}

impl Advisory {
    fn parse(line: &'static str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (id, registry, package) = (words.next()?, words.next()?, words.next()?);
        let (introduced, fixed, severity) = (words.next()?, words.next()?, words.next()?);
        Some(Self {
            id,
            registry,
            package,
            introduced,
            fixed: (fixed != "-").then_some(fixed),
            severity: Severity::ALL.iter().copied().find(|known| known.name() == severity)?,
            title: words.collect::<Vec<_>>().join(" "),
        })
    }

    fn names(&self, package: &Package) -> bool {
        self.registry == package.registry.name() && self.package == package.name
    }
}

fn advisories() -> impl Iterator<Item = Advisory> {
    ADVISORIES.lines().filter(|line| !line.starts_with('#')).filter_map(Advisory::parse)
}

fn judge(connection: &Connection, package: &Package, advisory: &Advisory) -> Option<Draft> {
    let version = package.version.as_deref().unwrap_or_default();
    let Advisory { id, title, introduced, fixed, .. } = advisory;
    let known = affected(version, introduced, *fixed);
    let help = fixed.map_or_else(
        || "no version mends it: replace the server".to_owned(),
        |fixed| format!("use {fixed} or newer, pinned"),
    );
    let (message, severity) = match (known, package.pinning) {
        (Some(true), _) => (
            format!("`{}` {version} is vulnerable: {title} ({id})", package.name),
            advisory.severity,
        ),
        (None, _) if fixed.is_none() => (
            format!("every version of `{}` is vulnerable: {title} ({id})", package.name),
            advisory.severity,
        ),
        // The newest version is not affected, but nothing keeps a cached old one from running.
        (None, Pinning::Floating) => (
            format!("older versions of `{}` are vulnerable: {title} ({id})", package.name),
            Severity::Info,
        ),
        (Some(false), _) | (None, Pinning::Digest | Pinning::Exact | Pinning::Local) => {
            return None;
        }
    };
    let label = fixed.map_or("never mended".to_owned(), |fixed| format!("mended in {fixed}"));
    let sure = if known.is_some() { Confidence::High } else { Confidence::Low };
    Some(
        Draft::on(connection, message, label)
            .severity(severity)
            .confidence(sure)
            .help(help)
            .key(id),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_an_advisory() {
        let lines = ADVISORIES.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(advisories().count(), lines);
        for advisory in advisories() {
            assert!(
                affected(advisory.introduced, advisory.introduced, advisory.fixed).is_some(),
                "{}",
                advisory.id
            );
        }
    }
}
