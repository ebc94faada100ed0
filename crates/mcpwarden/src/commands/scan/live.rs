//! `scan --live`: asks the servers themselves, after saying what that would run.

use std::{collections::BTreeMap, num::NonZeroUsize};

use warden_collect::live::{self, Intent, Live};
use warden_detect::{redact_command, redact_url};
use warden_mcp::client::Limits;
use warden_model::{Connection, Endpoint, Hidden, Snapshot};
use warden_report::printable;

use crate::{Failure, World, ask::agreed, commands::run::supervisor, output, probe};

/// How many servers are asked at the same time.
const AT_ONCE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);

/// What to do where nobody can be asked.
const UNSEEN: &str = "add `--yes` if all of this may be run, or leave out `--live`";

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
    if consent == Consent::Ask && !agreed(world, "Run all of this?", UNSEEN)? {
        output::tell("No server was asked.\n");
        return Ok(Vec::new());
    }
    let supervisor = supervisor()?;
    let live = Live {
        env: &world.env,
        home: world.home.as_deref(),
        limits: Limits::default(),
        at_once: AT_ONCE,
        start: &|command| probe::start(&supervisor, &command),
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
