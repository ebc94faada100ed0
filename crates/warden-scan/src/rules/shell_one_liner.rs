use warden_model::{Class, Connection, Severity};

use crate::{
    Context, Draft, Meta, Rule,
    command::{has_shell_syntax, launch, shell_line, words},
};

#[doc = include_str!("shell_one_liner.md")]
#[derive(Debug)]
pub(crate) struct ShellOneLiner;

static META: Meta = Meta {
    id: "shell-one-liner",
    class: Class::CommandInjection,
    severity: Severity::Medium,
    title: "a server starts through a shell",
    help: "start the program itself, with its arguments as a list",
    languages: &[],
    cwe: &[],
    page: include_str!("shell_one_liner.md"),
};

impl Rule for ShellOneLiner {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_connection(&self, connection: &Connection, _: &Context<'_>, out: &mut Vec<Draft>) {
        let Some((shell, line)) = launch(connection).and_then(|launch| shell_line(&words(launch)))
        else {
            return;
        };
        let syntax = has_shell_syntax(&line);
        // On Windows `cmd /c npx …` is how a script is started at all.
        if shell == "cmd" && !syntax {
            return;
        }
        let message = format!("the server starts through a line that `{shell}` takes apart");
        let (severity, label) = if syntax {
            (Severity::High, "more than one command, or a redirection, runs here")
        } else {
            (Severity::Low, "a shell stands between the client and the server")
        };
        out.push(Draft::on(connection, message, label).severity(severity));
    }
}
