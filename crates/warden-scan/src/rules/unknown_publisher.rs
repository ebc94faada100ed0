use warden_model::{Class, Confidence, Connection, Package, Registry, Severity};

use crate::{Context, Draft, Meta, Rule};

#[doc = include_str!("unknown_publisher.md")]
#[derive(Debug)]
pub(crate) struct UnknownPublisher;

static META: Meta = Meta {
    id: "unknown-publisher",
    class: Class::VendorUnassessed,
    severity: Severity::Low,
    title: "nobody here knows who publishes this server",
    help: "look at the source and its owner before use, or use the server of the vendor",
    languages: &[],
    cwe: &[],
    page: include_str!("unknown_publisher.md"),
};

/// One per line: registry and publisher or package; lines with `#` are comments.
static KNOWN: &str = include_str!("../data/publishers.txt");

impl Rule for UnknownPublisher {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_connection(&self, connection: &Connection, _: &Context<'_>, out: &mut Vec<Draft>) {
        let Some(package) = &connection.package else { return };
        if matches!(package.registry, Registry::Local | Registry::Other) {
            return;
        }
        let publisher = package.publisher.as_deref();
        if candidates(package).iter().any(|name| is_known(package.registry, name)) {
            return;
        }
        let message = format!("the publisher of `{}` is not a known one", package.name);
        let label = publisher.map_or("its name tells no publisher".to_owned(), |name| {
            format!("published by `{name}`")
        });
        out.push(
            Draft::on(connection, message, label).confidence(Confidence::Medium).key(&package.name),
        );
    }
}

/// The names under which a package may be known: its own, and those that only its publisher can
/// use for it.
fn candidates(package: &Package) -> Vec<String> {
    let mut names = vec![package.name.clone()];
    let publisher = package.publisher.as_deref();
    match package.registry {
        // A scope belongs to its owner, the word behind the `@` to whoever takes it.
        Registry::Npm => {
            names.extend(publisher.map(|scope| format!("@{}", scope.trim_start_matches('@'))));
        }
        Registry::PyPi => {
            names.extend(package.name.strip_prefix("awslabs.").map(|_| "awslabs".to_owned()));
        }
        Registry::Oci => {
            names.extend(package.name.rsplit_once('/').map(|(front, _)| front.to_owned()));
            let hub = !package.name.split('/').next().unwrap_or_default().contains(['.', ':']);
            names.extend(publisher.filter(|_| hub).map(str::to_owned));
        }
        Registry::Git => {
            let github =
                package.name.starts_with("github.com/") || package.name.matches('/').count() == 1;
            names.extend(publisher.filter(|_| github).map(str::to_owned));
        }
        Registry::Url | Registry::Other | Registry::Local => {}
    }
    names
}

fn is_known(registry: Registry, name: &str) -> bool {
    KNOWN
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .any(|(kind, known)| kind == registry.name() && known.trim().eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use warden_model::Pinning;

    #[test]
    fn only_what_a_publisher_alone_can_use_makes_it_known() {
        let known = |registry, name: &str, publisher: Option<&str>| {
            let package = Package {
                registry,
                name: name.to_owned(),
                version: None,
                pinning: Pinning::Exact,
                publisher: publisher.map(str::to_owned),
            };
            candidates(&package).iter().any(|name| is_known(registry, name))
        };
        assert!(known(Registry::Npm, "@stripe/mcp", Some("stripe")));
        assert!(known(Registry::PyPi, "awslabs.core-mcp-server", None));
        assert!(known(Registry::Oci, "mcp/git", Some("mcp")));
        assert!(known(Registry::Oci, "ghcr.io/github/github-mcp-server", Some("github")));
        assert!(known(Registry::Git, "github.com/microsoft/x", Some("microsoft")));
        assert!(!known(Registry::Npm, "stripe", None));
        assert!(!known(Registry::Oci, "registry.example/mcp/git", Some("mcp")));
        assert!(!known(Registry::Git, "git.example/microsoft/x", Some("microsoft")));
    }
}
