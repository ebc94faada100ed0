use warden_model::{Class, Location, Severity};

use crate::{Draft, Meta, Rule, SupplyView};

#[doc = include_str!("stale_lock_file.md")]
#[derive(Debug)]
pub(crate) struct StaleLockFile;

static META: Meta = Meta {
    id: "stale-lock-file",
    class: Class::UnpinnedUnsigned,
    severity: Severity::Medium,
    title: "a lock file is not that of its manifest",
    help: "write the lock file anew, commit it, and install with what refuses to change it",
    languages: &[],
    cwe: &[],
    page: include_str!("stale_lock_file.md"),
};

impl Rule for StaleLockFile {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_supply(&self, view: &SupplyView<'_>, out: &mut Vec<Draft>) {
        for manifest in &view.manifests {
            for stale in &manifest.stale {
                let place = Location {
                    file: stale.file.clone(),
                    line: (stale.line > 0).then_some(stale.line),
                    ..Location::default()
                };
                let message = format!("the lock file is not that of `{}`", manifest.file);
                out.push(
                    Draft::at(place, message, warden_detect::visible(&stale.detail).text)
                        .server(view.server)
                        .key(&stale.detail),
                );
            }
        }
    }
}
