//! `scan --live`: asks the servers themselves, after saying what that would run.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io,
    num::NonZeroUsize,
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use warden_collect::live::{self, Intent, Live};
use warden_detect::{redact_command, redact_url};
use warden_mcp::client::{Limits, Process, Started};
use warden_model::{Connection, Endpoint, Hidden, Snapshot};
use warden_report::printable;

use crate::{Failure, Kind, World, commands::run::supervisor, output};

/// How many servers are asked at the same time.
const AT_ONCE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);

/// Whether a person has to agree before anything is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consent {
    /// At the terminal, after having seen the list.
    Ask,
    /// Given on the command line.
    Given,
}

/// Asks every enabled server of `snapshot` and adds its answer. Returns what servers were given,
/// which no report may tell.
///
/// # Errors
/// When a person would have to agree and none is there.
pub(super) fn ask(
    snapshot: &mut Snapshot,
    consent: Consent,
    world: &World,
) -> Result<Vec<Hidden>, Failure> {
    let chosen = chosen(&snapshot.connections);
    if chosen.is_empty() {
        output::tell("No server can be asked.\n");
        return Ok(Vec::new());
    }
    output::tell(&plan(&snapshot.connections, &chosen));
    if consent == Consent::Ask && !agreed(world)? {
        output::tell("No server was asked.\n");
        return Ok(Vec::new());
    }
    let supervisor = supervisor()?;
    let live = Live {
        env: &world.env,
        home: world.home.as_deref(),
        limits: Limits::default(),
        at_once: AT_ONCE,
        start: &|command| start(&supervisor, &command),
        redact: &warden_detect::redact,
    };
    let answers = live::ask(&snapshot.connections, &chosen, &live);
    snapshot.surfaces.extend(answers.surfaces);
    snapshot.unread.extend(answers.unread);
    Ok(answers.given)
}

/// What a client would start, and is not a part of it.
fn chosen(connections: &[Connection]) -> Vec<usize> {
    let asked = |connection: &Connection| {
        connection.enabled && !matches!(connection.endpoint, Endpoint::Builtin)
    };
    let all = connections.iter().enumerate();
    all.filter(|(_, connection)| asked(connection)).map(|(index, _)| index).collect()
}

/// What would be run and reached, each once, with everybody who asks for it.
fn plan(connections: &[Connection], chosen: &[usize]) -> String {
    let mut deeds: BTreeMap<(&str, String), Vec<String>> = BTreeMap::new();
    for connection in chosen.iter().filter_map(|index| connections.get(*index)) {
        let deed = match live::intent(connection) {
            Intent::Run(line) => ("run", redact_command(line.reveal(), [])),
            Intent::Connect(url) => ("connect to", redact_url(url.reveal())),
            Intent::Nothing => continue,
        };
        let who = format!("{} in {}", connection.name, connection.location.file);
        deeds.entry(deed).or_default().push(warden_detect::redact(&who));
    }
    let mut out = "To ask the servers, this would, as their clients do:\n".to_owned();
    for ((verb, what), who) in deeds {
        out.push_str(&format!("  {verb} {}\n", printable(&what)));
        for who in who {
            out.push_str(&format!("    for {}\n", printable(&who)));
        }
    }
    out
}

fn agreed(world: &World) -> Result<bool, Failure> {
    if !world.terminal.stdin {
        return Err(Failure::new(Kind::Usage, "nobody is there to be asked")
            .hint("add `--yes` if all of this may be run, or leave out `--live`"));
    }
    output::tell("Run all of this? [y/N] ");
    let mut answer = String::new();
    io::stdin()
        .read_line(&mut answer)
        .map_err(|error| Failure::new(Kind::Usage, "cannot read the answer").caused_by(error))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Starts a server behind its supervisor, so that nothing of it outlives this scan.
fn start(supervisor: &[OsString], asked: &Command) -> io::Result<Started> {
    let (program, words) = supervisor.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(program);
    command
        .args(words)
        .arg(std::process::id().to_string())
        .arg("--")
        .arg(asked.get_program())
        .args(asked.get_args())
        // A server gets what its client gives it, and nothing of ours.
        .env_clear()
        .envs(asked.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // A signal to our group must not end the supervisor before it has done its work.
        .process_group(0);
    if let Some(folder) = asked.get_current_dir() {
        command.current_dir(folder);
    }
    let mut child = command.spawn()?;
    let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let process = Box::new(Supervised(child));
    let (Some(stdin), Some(stdout), Some(stderr)) = streams else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    let (stdin, stdout, stderr) = (Box::new(stdin), Box::new(stdout), Box::new(stderr));
    Ok(Started { stdin, stdout, stderr, process })
}

/// A supervisor. It is only ever asked to end: killed, it would leave its server behind.
struct Supervised(Child);

impl Process for Supervised {
    fn tell(&mut self) {
        // One that was waited for has given its number back, perhaps to somebody else.
        if matches!(self.0.try_wait(), Ok(None)) {
            // It can have ended since, which is what was wanted.
            kill_process(Pid::from_child(&self.0), Signal::TERM).ok();
        }
    }

    fn kill(&mut self) {
        self.tell();
        // It kills what does not end, and does so in bounded time.
        drop(self.0.wait());
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        self.kill();
    }
}
