use warden_model::{Class, Connection, Severity};

use crate::{Context, Draft, Meta, Rule, command::launch};

#[doc = include_str!("loader_variable.md")]
#[derive(Debug)]
pub(crate) struct LoaderVariable;

static META: Meta = Meta {
    id: "loader-variable",
    class: Class::MaliciousPackage,
    severity: Severity::High,
    title: "an environment variable loads code into the server",
    help: "remove the variable; load what the server needs from its own package",
    languages: &[],
    cwe: &[],
    page: include_str!("loader_variable.md"),
};

impl Rule for LoaderVariable {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_connection(&self, connection: &Connection, _: &Context<'_>, out: &mut Vec<Draft>) {
        for setting in launch(connection).map(|launch| &launch.env).into_iter().flatten() {
            let name = setting.name.to_ascii_uppercase();
            let value = setting.value.reveal();
            let always = ALWAYS.contains(&name.as_str());
            let loads = name == "NODE_OPTIONS"
                && ["--require", "-r ", "--import", "--loader", "--experimental-loader"]
                    .iter()
                    .any(|flag| value.contains(flag));
            if (always || loads) && !value.trim().is_empty() {
                let message =
                    format!("`{}` loads code into the server before it starts", setting.name);
                out.push(
                    Draft::on(
                        connection,
                        message,
                        "it is no part of the package that was reviewed",
                    )
                    .key(&name),
                );
            }
        }
    }
}

const ALWAYS: &[&str] = &[
    "LD_PRELOAD",
    "LD_AUDIT",
    "LD_LIBRARY_PATH",
    "DYLD_INSERT_LIBRARIES",
    "DYLD_LIBRARY_PATH",
    "DYLD_FRAMEWORK_PATH",
    "PYTHONSTARTUP",
    "PYTHONPATH",
    "PERL5OPT",
    "RUBYOPT",
    "BASH_ENV",
    "JAVA_TOOL_OPTIONS",
    "DOTNET_STARTUP_HOOKS",
    "GIT_SSH_COMMAND",
    "BUN_INSPECT_PRELOAD",
];
