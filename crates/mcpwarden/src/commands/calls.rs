//! `mcpwarden calls`: calls that wait for a person, and the person's answer.

mod text;

use std::{process::ExitCode, sync::Arc, time::Duration};

use serde_json::json;
use warden_audit::{Durability, Ledger};
use warden_policy::hold::{Answerer, Hold, Means};
use warden_proxy::holds::{
    CannotWait, Holds, NotTaken, OnRecord, Unrecorded, Witness, fatigue_json, hold_json,
};

use crate::{
    Failure, Kind, World,
    ask::agreed,
    gateway_state::{GatewayState, StateArgs},
    machine, output,
    paths::Paths,
    policies,
};

/// How often what waits is looked at with `--watch`.
const EVERY: Duration = Duration::from_secs(1);

/// See and answer calls that wait for a person
///
/// Where a policy wants a person, a call waits until somebody has looked at it: at just this tool
/// with just these arguments, in this session, under this policy. An approval lets it pass once and
/// ends after a few minutes; whoever asks for a call never approves it. This answers from the
/// machine that the gateway runs on, as the user who runs it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden calls pending --watch
  mcpwarden calls show 01990f6e-6c5e-7c3a-9d53-0c2f0f4f1c11
  mcpwarden calls approve 01990f6e-6c5e-7c3a-9d53-0c2f0f4f1c11
  mcpwarden calls refuse 01990f6e-6c5e-7c3a-9d53-0c2f0f4f1c11 --reason 'not to this address'
  mcpwarden calls fatigue

Exit codes:
  0   done
  2   the command line is wrong, or nobody was there to be asked
  3   the state cannot be read
  4   there is no such call, or it cannot be answered like this
  5   not approved after all")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,

    #[command(flatten)]
    state: StateArgs,

    /// The policy of the gateway, which says who may answer and for how long: a start policy, or a
    /// folder with rules
    #[arg(long, value_name = "POLICY", global = true, default_value = "laptop")]
    policy: String,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List the calls that wait
    Pending {
        /// As JSON
        #[arg(long)]
        json: bool,

        /// Go on, and show each call that comes
        #[arg(long)]
        watch: bool,
    },
    /// Show one call: what it does, who asks, why, and all of its arguments
    Show {
        /// Which one
        #[arg(value_name = "ID")]
        id: String,

        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one call and approve it
    Approve {
        /// Which one
        #[arg(value_name = "ID")]
        id: String,

        /// Why
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,

        /// Approve without asking
        #[arg(short, long)]
        yes: bool,
    },
    /// Refuse one call, or take back an approval that was not used
    Refuse {
        /// Which one
        #[arg(value_name = "ID")]
        id: String,

        /// Why; the agent is told
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Show how much and how quickly people approve
    Fatigue {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let GatewayState { store, .. } = self.state.open(world)?;
        let settings = policies::read(&self.policy, &world.cwd)?.directory.hold().clone();
        let ledger = self.what.answers().then(|| ledger(world)).transpose()?;
        let witness: Arc<dyn Witness> = match &ledger {
            Some(ledger) => Arc::new(OnRecord::new(ledger.clone(), None)),
            None => Arc::new(Nobody),
        };
        let holds = Holds::new(Arc::new(store), settings, Arc::new(machine::clock), witness);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::new(Kind::Internal, "cannot begin").caused_by(error))?;
        let done = runtime.block_on(self.what.run(&Desk { holds, person: world.person() }, world));
        let closed = ledger.map_or(Ok(()), |ledger| ledger.close());
        let code = done?;
        closed.map_err(|error| {
            Failure::new(Kind::Internal, "cannot end the ledger in good order").caused_by(error)
        })?;
        Ok(code)
    }
}

/// Where it is recorded who has answered, before it counts.
fn ledger(world: &World) -> Result<Ledger, Failure> {
    super::run::open_ledger(world, &Paths::of(world)?, Durability::Power)
}

/// Who only looks answers nothing.
struct Nobody;

impl Witness for Nobody {
    fn begun(&self, _: &Hold) {}

    fn answering(&self, _: &Hold) -> Result<(), Unrecorded> {
        Err(Unrecorded)
    }
}

/// What waits, and who answers.
struct Desk {
    holds: Holds,
    person: String,
}

impl What {
    /// Whether it answers a call.
    const fn answers(&self) -> bool {
        match self {
            Self::Approve { .. } | Self::Refuse { .. } => true,
            Self::Pending { .. } | Self::Show { .. } | Self::Fatigue { .. } => false,
        }
    }

    async fn run(self, desk: &Desk, world: &World) -> Result<ExitCode, Failure> {
        match self {
            Self::Pending { json, watch: false } => output::print(&desk.pending(json).await?)?,
            Self::Pending { json, watch: true } => desk.watch(json).await?,
            Self::Show { id, json } => output::print(&desk.show(&id, json).await?)?,
            Self::Approve { id, reason, yes } => {
                output::print(&desk.show(&id, false).await?)?;
                let otherwise = "add `--yes` to approve what was shown";
                if !yes && !agreed(world, "Approve this call?", otherwise)? {
                    output::tell("not approved\n");
                    return Ok(ExitCode::from(5));
                }
                output::print(&desk.answer(&id, (true, &reason)).await?)?;
            }
            Self::Refuse { id, reason } => {
                output::print(&desk.answer(&id, (false, &reason)).await?)?;
            }
            Self::Fatigue { json } => output::print(&desk.fatigue(json).await?)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Desk {
    async fn pending(&self, as_json: bool) -> Result<String, Failure> {
        let pending = self.holds.pending().await.map_err(unreadable)?;
        let now = self.holds.now();
        if as_json {
            let all: Vec<_> = pending.iter().map(|hold| hold_json(hold, now)).collect();
            return Ok(format!("{}\n", json!({ "holds": all })));
        }
        Ok(text::list(&pending, now))
    }

    /// Shows each call once that comes, until it is interrupted.
    async fn watch(&self, as_json: bool) -> Result<(), Failure> {
        let mut shown = std::collections::BTreeSet::new();
        loop {
            let pending = self.holds.pending().await.map_err(unreadable)?;
            let now = self.holds.now();
            for hold in pending.iter().filter(|hold| !shown.contains(&hold.id)) {
                let text = if as_json {
                    format!("{}\n", hold_json(hold, now))
                } else {
                    text::line(hold, now)
                };
                output::print(&text)?;
            }
            // Only what still waits has to be remembered.
            shown = pending.into_iter().map(|hold| hold.id).collect();
            tokio::time::sleep(EVERY).await;
        }
    }

    async fn show(&self, id: &str, as_json: bool) -> Result<String, Failure> {
        let hold = self.holds.one(id).await.map_err(|why| refused(id, why))?;
        let (habits, fatigue) =
            self.holds.fatigue_of(&self.person).await.map_err(|why| refused(id, why))?;
        let now = self.holds.now();
        if as_json {
            let you = fatigue_json(&habits, &fatigue);
            return Ok(format!("{}\n", json!({"hold": hold_json(&hold, now), "you": you})));
        }
        Ok(text::hold(&hold, now) + &text::you(&fatigue))
    }

    async fn answer(&self, id: &str, (yes, reason): (bool, &str)) -> Result<String, Failure> {
        let by = Answerer {
            name: self.person.as_str().into(),
            how: Means::Cli,
            session: None,
            credential: None,
        };
        let hold =
            self.holds.answer(id, &by, (yes, reason)).await.map_err(|why| refused(id, why))?;
        Ok(text::done(&hold))
    }

    async fn fatigue(&self, as_json: bool) -> Result<String, Failure> {
        let all = self.holds.fatigue().await.map_err(|why| refused("fatigue", why))?;
        if as_json {
            let people: Vec<_> =
                all.iter().map(|(habits, fatigue)| fatigue_json(habits, fatigue)).collect();
            return Ok(format!("{}\n", json!({ "people": people })));
        }
        Ok(text::fatigue(&all))
    }
}

fn unreadable(why: CannotWait) -> Failure {
    Failure::new(Kind::Config, "cannot tell what waits").caused_by(why)
}

fn refused(id: &str, why: NotTaken) -> Failure {
    let kind = match why {
        NotTaken::Away(_) | NotTaken::Unreadable | NotTaken::Unrecorded(_) => Kind::Config,
        NotTaken::Unknown | NotTaken::Busy | NotTaken::No(_) => Kind::Input,
    };
    let failure = Failure::new(kind, format!("`{id}`: nothing was done")).caused_by(why);
    match why {
        NotTaken::Unknown => failure.hint("see what waits: `mcpwarden calls pending`"),
        NotTaken::No(_) => failure.hint("see how it stands: `mcpwarden calls show ID`"),
        _ => failure,
    }
}

#[cfg(test)]
mod tests;
