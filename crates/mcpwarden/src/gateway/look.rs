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
    shown.map_err(|failed| {
        let said = warden_detect::redact(failed.said.reveal());
        let message = format!("cannot look at `{}`", server.name);
        let failure = Failure::new(Kind::Input, message).caused_by(failed.error);
        if said.is_empty() { failure } else { failure.hint(format!("it said: {said}")) }
    })
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
