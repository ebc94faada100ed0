use warden_model::{Class, Confidence, Connection, Severity};

use crate::{
    Context, Draft, Meta, Rule,
    command::{launch, options, program, unwrapped},
};

#[doc = include_str!("foreign_registry.md")]
#[derive(Debug)]
pub(crate) struct ForeignRegistry;

static META: Meta = Meta {
    id: "foreign-registry",
    class: Class::UnpinnedUnsigned,
    severity: Severity::Medium,
    title: "a server names the registry that its package comes from",
    help: "check that the registry belongs to your organisation, and set it in the package manager's own configuration",
    languages: &[],
    cwe: &[],
    page: include_str!("foreign_registry.md"),
};

impl Rule for ForeignRegistry {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_connection(&self, connection: &Connection, _: &Context<'_>, out: &mut Vec<Draft>) {
        let Some(launch) = launch(connection) else { return };
        let words = unwrapped(launch);
        let runner = words.first().map(|word| program(word)).unwrap_or_default();
        if [
            "npx", "npm", "bunx", "pnpm", "pnpx", "yarn", "bun", "uvx", "uv", "pipx", "pip",
            "python", "python3",
        ]
        .contains(&runner.as_str())
        {
            for url in options(&words, OPTIONS) {
                report(connection, url, "an option", out);
            }
        }
        for setting in launch
            .env
            .iter()
            .filter(|setting| VARIABLES.contains(&setting.name.to_ascii_lowercase().as_str()))
        {
            report(connection, setting.value.reveal(), "the environment", out);
        }
    }
}

const OPTIONS: &[&str] = &[
    "--registry",
    "--index-url",
    "--extra-index-url",
    "--index",
    "--default-index",
    "-i",
    "--find-links",
    "-f",
];

const VARIABLES: &[&str] = &[
    "npm_config_registry",
    "pip_index_url",
    "pip_extra_index_url",
    "uv_index_url",
    "uv_extra_index_url",
    "uv_index",
    "uv_default_index",
    "uv_find_links",
];

fn report(connection: &Connection, url: &str, place: &str, out: &mut Vec<Draft>) {
    let Some((_, rest)) = url.split_once("://") else { return };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    if host.is_empty() {
        return;
    }
    let message = format!("the package manager is sent to `{host}` by {place}");
    let label = "whoever runs it decides what code starts";
    out.push(Draft::on(connection, message, label).confidence(Confidence::Medium).key(host));
}
