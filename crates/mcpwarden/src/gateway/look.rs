//! Looking at a server as the gateway would reach it.

use std::process::Command;

use warden_mcp::client::{Failed, First, Limits, Shown, Target, probe_http, probe_stdio};
use warden_model::Hidden;

use super::{
    file::{Server, Transport},
    settings::{environment, headers},
};
use crate::{Failure, Kind, World, probe};

/// Asks a server what it shows a model.
///
/// # Errors
/// When it cannot be reached, or does not say.
pub(crate) fn look(server: &Server, world: &World) -> Result<Shown, Failure> {
    if server.url.is_none() && server.command.is_none() {
        return Err(super::certificates::by_its_name(server));
    }
    let limits = Limits::default();
    let shown = match &server.url {
        Some(url) => {
            let first = match server.transport {
                Transport::Http => First::Streamable,
                Transport::Sse => First::Events,
            };
            let (url, headers) = (Hidden::new(url.as_str()), headers(server, world)?);
            probe_http(&Target { url: &url, headers: &headers, first }, &limits)
        }
        None => start(server, world, &limits)?,
    };
    let secrets = secrets(server, world)?;
    shown.map_err(|failed| {
        let said = warden_detect::redact(failed.said.reveal());
        let said = secrets.iter().fold(said, |said, secret| said.replace(secret.reveal(), "***"));
        let message = format!("cannot look at `{}`", server.name);
        let failure = Failure::new(Kind::Input, message).caused_by(failed.error);
        if said.is_empty() { failure } else { failure.hint(format!("it said: {said}")) }
    })
}

/// What a server must not repeat to us: everything that it was given in confidence, and the words
/// in it, such as the token behind `Bearer`.
fn secrets(server: &Server, world: &World) -> Result<Vec<Hidden>, Failure> {
    /// What is shorter stands in every other line.
    const LEAST: usize = 4;
    let mut given: Vec<Hidden> = headers(server, world)?.into_iter().map(|(_, it)| it).collect();
    let environment = environment(server, world)?;
    let named = environment
        .into_iter()
        .filter(|(name, _)| name.to_str().is_some_and(|name| server.env.contains_key(name)));
    given.extend(named.map(|(_, value)| value));
    let words = given.iter().flat_map(|value| value.reveal().split_whitespace());
    let mut all: Vec<Hidden> = words.filter(|word| word.len() >= LEAST).map(Hidden::new).collect();
    all.sort_by_key(|word| std::cmp::Reverse(word.reveal().len()));
    Ok(all)
}

fn start(
    server: &Server,
    world: &World,
    limits: &Limits,
) -> Result<Result<Shown, Failed>, Failure> {
    let supervisor = crate::commands::supervisor()?;
    let environment = environment(server, world)?;
    let mut start = || {
        let words = server.words();
        let (program, args) = words.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        let shown = environment.iter().map(|(name, value)| (name, value.reveal()));
        command.args(args).envs(shown).current_dir(server.folder());
        probe::start(&supervisor, &command)
    };
    Ok(probe_stdio(&mut start, limits))
}
