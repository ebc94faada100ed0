//! `mcpwarden resume`: what was stopped may go on.

use std::process::ExitCode;

use warden_policy::stop::{Lifted, NotLifted};
use warden_proxy::store::Space;

use super::stop;
use crate::{
    Failure, Kind, World,
    gateway_state::{StateArgs, now},
    output,
};

/// Let go on what was stopped
///
/// What was revoked has to be reinstated, by another person than who revoked it. A session that was
/// revoked never goes on: a new one has to begin.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden stops
  mcpwarden resume 0199f2 --reason 'it was a false alarm'
  mcpwarden resume 0199f2 --reinstate --reason 'the new build is clean'

Exit codes:
  0         it may go on
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    /// The stop, as `mcpwarden stops` lists it, or how that begins
    #[arg(value_name = "ID")]
    id: String,

    /// Why, in your words
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// Have back what was revoked
    #[arg(long)]
    reinstate: bool,

    /// Who says so; otherwise the user who runs this
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,

    #[command(flatten)]
    state: StateArgs,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        if self.reason.trim().is_empty() {
            return Err(Failure::new(Kind::Usage, "no reason is given"));
        }
        let state = self.state.open(world)?;
        let id = state.key(Space::Stops, &self.id)?;
        let found = stop::all(&state)?.into_iter().find(|(stop, _)| *stop.id == id);
        let (mut stop, number) =
            found.ok_or_else(|| Failure::new(Kind::Input, format!("there is no stop `{id}`")))?;
        let by = self.by.unwrap_or_else(|| world.person());
        let lifted = Lifted { by: by.into(), at: now(world), why: self.reason.into() };
        stop.lift(lifted, self.reinstate).map_err(refused)?;
        stop::put(&state, &stop, Some(number))?;
        output::print(&stop::told(&stop, now(world), world.terminal.columns))?;
        Ok(ExitCode::SUCCESS)
    }
}

fn refused(why: NotLifted) -> Failure {
    let failure = Failure::new(Kind::Input, "it stays stopped").caused_by(why);
    match why {
        NotLifted::Already | NotLifted::Session => failure,
        NotLifted::Revoked => failure.hint("another person than who revoked it: `--reinstate`"),
        NotLifted::SamePerson => failure.hint("have somebody else look at it"),
    }
}
