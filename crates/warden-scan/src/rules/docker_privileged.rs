use warden_model::{Class, Connection, Severity};

use crate::{
    Context, Draft, Meta, Rule,
    command::{container_run, launch, options, unwrapped},
};

#[doc = include_str!("docker_privileged.md")]
#[derive(Debug)]
pub(crate) struct DockerPrivileged;

static META: Meta = Meta {
    id: "docker-privileged",
    class: Class::SandboxMissing,
    severity: Severity::High,
    title: "a container has rights that undo its isolation",
    help: "drop the option; mount single folders read-only instead of the host",
    languages: &[],
    cwe: &[],
    page: include_str!("docker_privileged.md"),
};

impl Rule for DockerPrivileged {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_connection(&self, connection: &Connection, _: &Context<'_>, out: &mut Vec<Draft>) {
        let Some(words) = launch(connection).map(unwrapped) else { return };
        let Some(run) = container_run(&words) else { return };
        if run.iter().any(|word| word == "--privileged" || word == "--privileged=true") {
            report(
                connection,
                "--privileged",
                "it is root on this machine",
                Severity::Critical,
                out,
            );
        }
        for (names, value, why, severity) in OPTIONS {
            let given = options(run, names).find(|given| given.eq_ignore_ascii_case(value));
            if let (Some(_), Some(name)) = (given, names.first()) {
                report(connection, &format!("{name}={value}"), why, *severity, out);
            }
        }
        for mount in options(run, &["-v", "--volume", "--mount"]) {
            if let Some(socket) = SOCKETS.iter().find(|socket| mount.contains(**socket)) {
                report(
                    connection,
                    socket,
                    "whoever reaches this socket is root on this machine",
                    Severity::Critical,
                    out,
                );
            } else if mount.starts_with("/:")
                || mount.contains("source=/,")
                || mount.contains("src=/,")
            {
                report(
                    connection,
                    "the whole disk",
                    "nothing of this machine is outside",
                    Severity::Critical,
                    out,
                );
            }
        }
    }
}

/// Options that undo a part of the isolation: names, value, why.
const OPTIONS: &[(&[&str], &str, &str, Severity)] = &[
    (
        &["--network", "--net"],
        "host",
        "it reaches everything that listens on this machine",
        Severity::High,
    ),
    (&["--pid"], "host", "it sees and signals every process", Severity::High),
    (&["--ipc"], "host", "it shares memory with this machine", Severity::Medium),
    (&["--userns"], "host", "its root is root on this machine", Severity::High),
    (&["--cap-add"], "ALL", "it has every capability", Severity::Critical),
    (&["--cap-add"], "SYS_ADMIN", "it can mount and escape", Severity::Critical),
    (&["--cap-add"], "SYS_PTRACE", "it can read other processes", Severity::High),
    (&["--security-opt"], "seccomp=unconfined", "no system call is kept from it", Severity::High),
    (&["--security-opt"], "apparmor=unconfined", "no profile holds it", Severity::High),
];

const SOCKETS: &[&str] = &["docker.sock", "podman.sock", "containerd.sock", "crio.sock"];

fn report(
    connection: &Connection,
    what: &str,
    why: &str,
    severity: Severity,
    out: &mut Vec<Draft>,
) {
    let message = format!("the container is given `{what}`");
    out.push(Draft::on(connection, message, why).severity(severity).key(what));
}
