use warden_model::{Class, Connection, Pinning, Registry, Severity};

use crate::{Context, Draft, Meta, Rule};

#[doc = include_str!("unpinned_package.md")]
#[derive(Debug)]
pub(crate) struct UnpinnedPackage;

static META: Meta = Meta {
    id: "unpinned-package",
    class: Class::UnpinnedUnsigned,
    severity: Severity::Medium,
    title: "the next start can run other code than the last",
    help: "write an exact version, or better a digest, behind the package name",
    languages: &[],
    cwe: &[],
    page: include_str!("unpinned_package.md"),
};

impl Rule for UnpinnedPackage {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_connection(&self, connection: &Connection, _: &Context<'_>, out: &mut Vec<Draft>) {
        let Some(package) = &connection.package else { return };
        if package.pinning != Pinning::Floating || package.registry == Registry::Local {
            return;
        }
        let asked = package
            .version
            .as_deref()
            .map_or("no version".to_owned(), |version| format!("`{version}`"));
        let message =
            format!("`{}` is not pinned: its next start can run other code", package.name);
        let label = format!("asks for {asked}, so whatever is newest runs");
        out.push(Draft::on(connection, message, label).key(&package.name));
    }
}
