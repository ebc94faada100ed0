use warden_model::{Class, Pinning, Severity, Source};

use crate::{Draft, Meta, Rule, SupplyView};

#[doc = include_str!("unregistered_source.md")]
#[derive(Debug)]
pub(crate) struct UnregisteredSource;

static META: Meta = Meta {
    id: "unregistered-source",
    class: Class::UnpinnedUnsigned,
    severity: Severity::Medium,
    title: "a package does not come from a registry",
    help: "publish it to a registry, or bind it to a full commit or a digest",
    languages: &[],
    cwe: &[],
    page: include_str!("unregistered_source.md"),
};

impl Rule for UnregisteredSource {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_supply(&self, view: &SupplyView<'_>, out: &mut Vec<Draft>) {
        for part in &view.parts {
            let own = part.component;
            let bound = own.pinning == Pinning::Digest || !own.hashes.is_empty();
            let (severity, label) = match &own.source {
                Source::Git { commit: Some(_), .. } => {
                    (Severity::Low, "from a repository, at a commit")
                }
                Source::Git { commit: None, .. } => {
                    (Severity::High, "from a repository, at whatever a branch or tag says")
                }
                Source::Url(url) if url.starts_with("http:") => (
                    if bound { Severity::Medium } else { Severity::High },
                    "from an address without TLS",
                ),
                Source::Url(_) if bound => (Severity::Low, "from an address, bound to a digest"),
                Source::Url(_) => (Severity::High, "from an address, whatever is there"),
                Source::Path(path) if leads_out(path) => {
                    (Severity::Medium, "from a folder outside of the project")
                }
                Source::Registry | Source::Path(_) => continue,
            };
            let message = format!("{} does not come from a registry", part.shown());
            out.push(part.draft(view, message, label).severity(part.milder(severity)).key(label));
        }
    }
}

/// Whether a path leads to what is not part of the tree that is judged.
fn leads_out(path: &str) -> bool {
    let drive = path.as_bytes().get(1) == Some(&b':');
    path.starts_with(['/', '\\', '~']) || drive || depth(path) < 0
}

/// How far below its start a path ends at its highest point; negative if it leaves it.
fn depth(path: &str) -> i32 {
    let (mut now, mut lowest) = (0_i32, 0_i32);
    for part in path.split(['/', '\\']) {
        now = match part {
            "" | "." => now,
            ".." => now.saturating_sub(1),
            _ => now.saturating_add(1),
        };
        lowest = lowest.min(now);
    }
    lowest
}
