use warden_model::{Class, Confidence, Connection, Registry, Severity};

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
        let known = |name: &str| is_known(package.registry, name);
        if known(&package.name) || publisher.is_some_and(known) {
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

fn is_known(registry: Registry, name: &str) -> bool {
    let name = name.trim_start_matches('@');
    KNOWN.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' ')).any(
        |(kind, known)| {
            let known = known.trim().trim_start_matches('@');
            (kind == registry.name() || (kind == "git" && registry == Registry::Url))
                && known.eq_ignore_ascii_case(name)
        },
    )
}
