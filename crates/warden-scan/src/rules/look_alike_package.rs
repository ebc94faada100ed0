use std::{collections::BTreeSet, sync::LazyLock};

use warden_detect::{Known, Likeness, visible};
use warden_model::{Class, Confidence, Connection, Severity};

use crate::{Context, Draft, Meta, Rule};

#[doc = include_str!("look_alike_package.md")]
#[derive(Debug)]
pub(crate) struct LookAlikePackage;

static META: Meta = Meta {
    id: "look-alike-package",
    class: Class::ToolShadowing,
    severity: Severity::High,
    title: "a package is called almost like a well-known one",
    help: "compare the name letter by letter with the one in the publisher's documentation",
    languages: &[],
    cwe: &[],
    page: include_str!("look_alike_package.md"),
};

/// One per line: registry and package; lines with `#` are comments.
static KNOWN: &str = include_str!("../data/packages.txt");

impl Rule for LookAlikePackage {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_connection(&self, connection: &Connection, _: &Context<'_>, out: &mut Vec<Draft>) {
        let Some(package) = &connection.package else { return };
        let known = LISTS.iter().find(|(registry, _)| *registry == package.registry.name());
        let twin = known.and_then(|(_, known)| known.like(&package.name));
        let twin = twin.and_then(|(name, likeness)| Some((name, how(likeness)?)));
        if let Some((name, what)) = twin {
            let message =
                format!("`{}` is called almost like `{name}`", visible(&package.name).text);
            out.push(
                Draft::on(connection, message, what)
                    .confidence(Confidence::Medium)
                    .key(&package.name),
            );
        }
    }
}

/// The list of each registry.
static LISTS: LazyLock<Vec<(&'static str, Known)>> = LazyLock::new(|| {
    let lines = || {
        KNOWN.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
    };
    let registries: BTreeSet<&str> = lines().map(|(registry, _)| registry).collect();
    let list = |registry| {
        Known::new(lines().filter(|(own, _)| *own == registry).map(|(_, name)| name.trim()))
    };
    registries.into_iter().map(|registry| (registry, list(registry))).collect()
});

const fn how(likeness: Likeness) -> Option<&'static str> {
    match likeness {
        Likeness::Same => None,
        Likeness::Spelling => Some("the same name but for case and separators"),
        Likeness::Confusable => Some("other characters that look the same"),
        Likeness::OneEdit => Some("one letter apart"),
    }
}
