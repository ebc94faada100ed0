//! `mcpwarden stop` and `mcpwarden stops`: the kill switch.

use std::process::ExitCode;

use serde_json::json;
use warden_policy::{
    Time,
    access::SessionKey,
    stop::{Mode, Scope, Stop},
};
use warden_proxy::store::{NotPut, Space, Store as _};
use warden_report::{printable, wrap};

use crate::{
    Failure, Kind, World,
    gateway_state::{GatewayState, StateArgs, now, print_json, unreadable},
    output,
};

/// Lifted stops and those that are over stay in the list so long, in microseconds.
const KEPT: i64 = 30 * 86_400 * 1_000_000;

/// Stop a session, a tool, a server, an agent, a tenant, or everything, at once
///
/// A running gateway notices it within a quarter of a second. From then on it refuses every call
/// that the stop is about, and calls that are under way end. No agent can lift it: only `mcpwarden
/// resume` does, run by whoever may write to the state folder of the gateway.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden stop all --reason 'we are looking at what happened'
  mcpwarden stop agent coder --for 2h --reason 'it runs in circles'
  mcpwarden stop tool mail/send --reason 'wrong recipients'
  mcpwarden stop session 5e55c0de --revoke --reason 'the laptop is stolen'

A session that is revoked never goes on. Anything else that is revoked comes
back when another person than who revoked it reinstates it:
  mcpwarden resume ID --reinstate --reason 'the new build is clean'

Exit codes:
  0         it is stopped
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    /// What is stopped
    #[arg(value_enum, value_name = "WHAT")]
    what: What,

    /// Its name: the key of a session (or how it begins), `server/tool`, a server, an agent, a
    /// tenant
    #[arg(value_name = "NAME")]
    name: Option<String>,

    /// Why, in your words
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// Only for so long: `90s`, `30m`, `2h`, `7d`
    #[arg(long = "for", value_name = "TIME", value_parser = seconds, conflicts_with = "revoke")]
    long: Option<u32>,

    /// For good, where it is a session; otherwise until another person reinstates it
    #[arg(long)]
    revoke: bool,

    /// Who says so; otherwise the user who runs this
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,

    #[command(flatten)]
    state: StateArgs,
}

/// What can be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    Session,
    Tool,
    Server,
    Agent,
    Tenant,
    All,
}

/// List what is stopped
///
/// Stops that were lifted or are over are listed with --all, for thirty days.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden stops
  mcpwarden stops --all --json

Exit codes:
  0         the list is whole
  1 to 4    it could not be made: internal, usage, configuration, input")]
pub(crate) struct ListArgs {
    /// Also those that are lifted or over
    #[arg(long)]
    all: bool,

    /// As JSON, for other programs
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    state: StateArgs,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        if self.reason.trim().is_empty() {
            return Err(Failure::new(Kind::Usage, "no reason is given"));
        }
        let state = self.state.open_or_make(world)?;
        let at = now(world);
        let stop = Stop {
            v: 1,
            id: uuid::Uuid::now_v7().simple().to_string().into(),
            scope: self.scope(&state)?,
            mode: if self.revoke { Mode::Revoke } else { Mode::Pause },
            by: self.by.clone().unwrap_or_else(|| world.person()).into(),
            at,
            why: self.reason.as_str().into(),
            until: self.long.map(|seconds| at.plus_seconds(seconds)),
            lifted: None,
        };
        put(&state, &stop, None)?;
        output::print(&told(&stop, at, world.terminal.columns))?;
        if let Some(note) = self.state.note(world)? {
            output::tell(&note);
        }
        // It stands, whatever becomes of the old ones.
        if let Err(failure) = forget_old(&state, at) {
            output::tell(&format!("the list could not be tidied: {}\n", failure.told()));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn scope(&self, state: &GatewayState) -> Result<Scope, Failure> {
        let usage = |message: &str| Err(Failure::new(Kind::Usage, message));
        let Some(name) = self.name.as_deref().filter(|name| !name.is_empty()) else {
            return if self.what == What::All {
                Ok(Scope::All)
            } else {
                usage("the name of what is to be stopped is missing")
            };
        };
        match self.what {
            What::All => usage("`all` has no name"),
            What::Session if SessionKey::parse(name).is_some() => Ok(Scope::Session(name.into())),
            What::Session => Ok(Scope::Session(state.key(Space::Sessions, name)?.into())),
            What::Tool if !name.contains('/') => usage("a tool is named as `server/tool`"),
            What::Tool => Ok(Scope::Tool(name.into())),
            What::Server => Ok(Scope::Server(name.into())),
            What::Agent => Ok(Scope::Agent(name.into())),
            What::Tenant => Ok(Scope::Tenant(name.into())),
        }
    }
}

impl ListArgs {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let (state, now) = (self.state.open(world)?, now(world));
        let mut stops = all(&state)?;
        stops.retain(|(stop, _)| self.all || stop.stands(now));
        if self.json {
            let rows = stops.iter().map(|(stop, _)| value(stop, now));
            print_json(&json!({ "stops": rows.collect::<Vec<_>>() }))?;
            return Ok(ExitCode::SUCCESS);
        }
        let rows = stops.iter().map(|(stop, _)| told(stop, now, world.terminal.columns));
        let text: String = rows.collect();
        output::print(if text.is_empty() { "nothing is stopped\n" } else { &text })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Every stop that is kept with its number, in the order in which they were set.
///
/// # Errors
/// When one cannot be read.
pub(super) fn all(state: &GatewayState) -> Result<Vec<(Stop, u64)>, Failure> {
    let kept = state.wait(state.store.all(Space::Stops));
    let kept = kept.map_err(|away| unreadable().caused_by(away))?;
    let mut stops = Vec::new();
    for (key, entry) in kept {
        let stop = Stop::from_bytes(&entry.value);
        let failed = |error| unreadable().caused_by(error).hint(format!("it is the stop `{key}`"));
        stops.push((stop.map_err(failed)?, entry.number));
    }
    Ok(stops)
}

/// Writes a stop, if nobody has changed it meanwhile.
///
/// # Errors
/// When it is not written.
pub(super) fn put(state: &GatewayState, stop: &Stop, before: Option<u64>) -> Result<(), Failure> {
    let bytes = stop.to_bytes().map_err(|_| Failure::new(Kind::Usage, "the text is too long"))?;
    let put = state.wait(state.store.put(Space::Stops, &stop.id, &bytes, before));
    match put {
        Ok(_) => Ok(()),
        Err(error @ NotPut::Changed) => {
            let message = "somebody else has changed it just now";
            Err(Failure::new(Kind::Input, message).caused_by(error).hint("look at it again"))
        }
        Err(NotPut::Away(away)) => {
            Err(Failure::new(Kind::Internal, "it could not be written").caused_by(away))
        }
    }
}

/// Forgets what is lifted or over for long. What stands is never forgotten.
fn forget_old(state: &GatewayState, now: Time) -> Result<(), Failure> {
    for (stop, _) in all(state)? {
        let ended = stop.lifted.as_ref().map(|lifted| lifted.at).or(stop.until);
        let long_ago = ended.is_some_and(|ended| now.micros() - ended.micros() > KEPT);
        if !stop.stands(now) && long_ago {
            let forgotten = state.wait(state.store.forget(Space::Stops, &stop.id));
            forgotten.map_err(|away| unreadable().caused_by(away))?;
        }
    }
    Ok(())
}

/// A stop as people see it.
pub(super) fn told(stop: &Stop, now: Time, columns: usize) -> String {
    let word = if stop.stands(now) { stop.mode.name() } else { "over" };
    let mut out = format!("{}\n", stop.id);
    let mut line = |text: &str| {
        for part in wrap(&printable(text), columns.saturating_sub(2)) {
            out.push_str(&format!("  {part}\n"));
        }
    };
    line(&format!("{word}: {}", stop.scope));
    line(&format!("by {} at {}", stop.by, stop.at));
    if let Some(until) = stop.until {
        line(&format!("until {until}"));
    }
    line(&format!("reason: {}", stop.why));
    if let Some(lifted) = &stop.lifted {
        line(&format!("lifted by {} at {}", lifted.by, lifted.at));
        line(&format!("reason: {}", lifted.why));
    }
    out
}

fn value(stop: &Stop, now: Time) -> serde_json::Value {
    json!({
        "id": stop.id,
        "what": stop.scope.kind(),
        "name": stop.scope.name(),
        "mode": stop.mode.name(),
        "stands": stop.stands(now),
        "by": stop.by,
        "at": stop.at,
        "reason": stop.why,
        "until": stop.until,
        "lifted": stop.lifted.as_ref().map(|lifted| json!({
            "by": lifted.by,
            "at": lifted.at,
            "reason": lifted.why,
        })),
    })
}

/// A time such as `2h`, in seconds; at most ten years.
fn seconds(text: &str) -> Result<u32, String> {
    let read = || {
        let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let unit = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86_400,
            _ => return None,
        };
        let count: u32 = count.parse().ok()?;
        count.checked_mul(unit).filter(|seconds| (1..=10 * 366 * 86_400).contains(seconds))
    };
    read().ok_or_else(|| "expected a time such as `90s`, `30m`, `2h` or `7d`".to_owned())
}
