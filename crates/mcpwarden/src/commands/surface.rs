//! `mcpwarden surface`: what agents can do, and how far what goes wrong would reach.

mod duty;
mod text;
mod told;

use std::{path::PathBuf, process::ExitCode};

use clap::ValueEnum;
use serde::Serialize;
use serde_json::{Value, json};
use warden_govern::{
    Estate,
    estate::Lookup,
    reach::{
        self, Break, Cut, MOST_GRANTS, Surface, Surfaces, across, break_all, break_one, bridge,
        cascade, cut, cut_estate, diff, full, rows,
    },
};

use crate::{Failure, Kind, World, estates, output};

/// The exit code when something is otherwise than it should be.
const OTHERWISE: u8 = 13;

/// How many ways from one system into another are named.
const MOST_WAYS: usize = 20;

/// Show what agents can do, what is dangerous together, and what to take away
///
/// The surface of an agent is the union over all its tools, as (system, action, class of data):
/// what it was given, and what policy leaves of it. What nobody has said of a tool counts as
/// everything. It is computed from an estate; `mcpwarden policy surface` asks the rules of a
/// gateway about one agent instead.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  mcpwarden surface --estate estate.json
  mcpwarden surface --estate estate.json --agent claude-desktop@laptop-7
  mcpwarden surface --estate estate.json --diff last-month.json
  mcpwarden surface cut --estate estate.json --grants 3
  mcpwarden surface cascade mail --estate estate.json
  mcpwarden surface priority --estate estate.json --format csv

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input
  13        tools of an agent are dangerous together and nothing stops it;
            owners: an agent has none; review: an agent is not reviewed"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: Option<What>,

    #[command(flatten)]
    from: Asked,

    /// One agent, whole
    #[arg(long, value_name = "NAME")]
    agent: Option<String>,

    /// What has changed since another estate
    #[arg(long, value_name = "PATH", conflicts_with = "agent")]
    diff: Option<PathBuf>,
}

/// Which estate, and how the answer is shown.
#[derive(Debug, clap::Args)]
struct Asked {
    #[command(flatten)]
    from: estates::From,

    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    Human,
    /// Everything, for programs
    Json,
    /// A table, where there is one
    Csv,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Show which grants to take away: those that remove most, and those that leave no chain
    Cut {
        #[command(flatten)]
        from: Asked,
        /// Of one agent only
        #[arg(long, value_name = "NAME")]
        agent: Option<String>,
        /// How many grants to take away at most
        #[arg(long, value_name = "NUMBER", default_value_t = 3,
              value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_GRANTS)))]
        grants: u32,
    },
    /// Show what else goes wrong when one server does
    Cascade {
        /// The server
        #[arg(value_name = "SERVER")]
        server: String,
        #[command(flatten)]
        from: Asked,
    },
    /// List the agents that are hardened first, and why: they write, run code or carry data out
    Priority {
        #[command(flatten)]
        from: Asked,
    },
    /// List the agents that no named person answers for
    Owners {
        #[command(flatten)]
        from: Asked,
    },
    /// Show how agents stand in the review against the four domains
    Review {
        #[command(flatten)]
        from: Asked,
        /// Of one agent only
        #[arg(long, value_name = "NAME")]
        agent: Option<String>,
    },
    /// Show who does what for servers: we, the vendor or the platform
    Duties {
        #[command(flatten)]
        from: Asked,
        /// Of one server only
        #[arg(long, value_name = "NAME")]
        server: Option<String>,
    },
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self.what {
            None => self.shown(world),
            Some(What::Cut { from, agent, grants }) => {
                run_cut(&from, agent.as_deref(), grants, world)
            }
            Some(What::Cascade { server, from }) => run_cascade(&from, &server, world),
            Some(What::Priority { from }) => run_priority(&from, world),
            Some(What::Owners { from }) => duty::owners(&from, world),
            Some(What::Review { from, agent }) => duty::review(&from, agent.as_deref(), world),
            Some(What::Duties { from, server }) => duty::duties(&from, server.as_deref(), world),
        }
    }

    fn shown(&self, world: &World) -> Result<ExitCode, Failure> {
        let estate = self.from.from.load(world)?;
        let known = Lookup::new(&estate);
        let surfaces = Surfaces::of(&known);
        match (&self.agent, &self.diff) {
            (Some(agent), _) => self.one(&estate, &known, surface_of(&surfaces, agent)?, &surfaces),
            (None, Some(old)) => self.changed(&estate, &surfaces, old, world),
            (None, None) => self.all(&estate, &known, &surfaces),
        }
    }

    fn all(
        &self,
        estate: &Estate,
        known: &Lookup<'_>,
        surfaces: &Surfaces<'_>,
    ) -> Result<ExitCode, Failure> {
        let rows = rows(surfaces, known);
        let across = across(surfaces);
        let open = rows.iter().any(reach::Row::is_open) || across.is_open();
        self.from.print(
            estate,
            Shown {
                human: || text::all(&rows, &across, surfaces.computed()),
                json: || {
                    json!({
                        "agents": value(&rows),
                        "across": value(&across.relays),
                        "computed": value(&surfaces.computed()),
                    })
                },
                csv: || Ok(reach::surfaces_csv(&rows)),
            },
        )?;
        Ok(code(open))
    }

    fn one<'a>(
        &self,
        estate: &Estate,
        known: &Lookup<'a>,
        surface: &Surface<'a>,
        surfaces: &Surfaces<'a>,
    ) -> Result<ExitCode, Failure> {
        let full = full(surfaces, surface, known, MOST_WAYS);
        self.from.print(
            estate,
            Shown {
                human: || text::one(&full),
                json: || value(&full),
                csv: || Ok(reach::cells_csv(surfaces, &[surface])),
            },
        )?;
        Ok(code(full.surface.is_open()))
    }

    fn changed(
        &self,
        estate: &Estate,
        now: &Surfaces<'_>,
        old: &std::path::Path,
        world: &World,
    ) -> Result<ExitCode, Failure> {
        let old = estates::load(old, world.now())?;
        let before = Lookup::new(&old);
        let before = Surfaces::of(&before);
        let changes = diff(&before, now);
        self.from.print(
            estate,
            Shown {
                human: || text::changed(&changes, old.day(), estate.day()),
                json: || json!({ "before": old.digest().to_string(), "changes": value(&changes) }),
                csv: || Ok(reach::changes_csv(&changes)),
            },
        )?;
        Ok(ExitCode::SUCCESS)
    }
}

/// One answer in each of the ways in which it can be shown.
struct Shown<H, J, C> {
    human: H,
    json: J,
    csv: C,
}

impl Asked {
    /// Prints an answer; as JSON with the digest of what it was computed from.
    fn print<H, J, C>(&self, estate: &Estate, shown: Shown<H, J, C>) -> Result<(), Failure>
    where
        H: FnOnce() -> String,
        J: FnOnce() -> Value,
        C: FnOnce() -> Result<String, Failure>,
    {
        let out = match self.format {
            Format::Human => (shown.human)(),
            Format::Csv => (shown.csv)()?,
            Format::Json => {
                let mut value = (shown.json)();
                if let Some(members) = value.as_object_mut() {
                    members.insert("estate".into(), estate.digest().to_string().into());
                    members.insert("as_of".into(), estate.as_of.to_string().into());
                }
                format!("{value:#}\n")
            }
        };
        output::print(&out)
    }
}

/// What a program reads. Everything that is shown is plain data, so that this does not fail.
fn value<T: Serialize>(what: &T) -> Value {
    serde_json::to_value(what).unwrap_or_default()
}

fn code(otherwise: bool) -> ExitCode {
    if otherwise { ExitCode::from(OTHERWISE) } else { ExitCode::SUCCESS }
}

fn surface_of<'s, 'a>(surfaces: &'s Surfaces<'a>, agent: &str) -> Result<&'s Surface<'a>, Failure> {
    surfaces.agent(agent).ok_or_else(|| {
        Failure::new(Kind::Input, format!("no agent of the estate is `{agent}`"))
            .hint("see which there are: `mcpwarden surface`")
    })
}

fn no_table() -> Result<String, Failure> {
    Err(Failure::new(Kind::Usage, "there is no table of this")
        .hint("use `--format json` for programs"))
}

fn run_cut(
    from: &Asked,
    agent: Option<&str>,
    grants: u32,
    world: &World,
) -> Result<ExitCode, Failure> {
    let estate = from.from.load(world)?;
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    let (cut, broken): (Cut, Break) = match agent {
        Some(agent) => {
            let surface = surface_of(&surfaces, agent)?;
            (cut(&surfaces, surface, grants), break_one(&surfaces, surface))
        }
        None => (cut_estate(&surfaces, grants), break_all(&surfaces)),
    };
    from.print(
        &estate,
        Shown {
            human: || text::cut(&cut, &broken, grants, agent.is_none()),
            json: || {
                json!({
                    "cut": value(&cut),
                    "percent": cut.percent(),
                    "method": cut.method(),
                    "break_chains": value(&broken),
                })
            },
            csv: no_table,
        },
    )?;
    Ok(ExitCode::SUCCESS)
}

fn run_cascade(from: &Asked, server: &str, world: &World) -> Result<ExitCode, Failure> {
    let estate = from.from.load(world)?;
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    let found = cascade(&surfaces, &known, server).ok_or_else(|| {
        Failure::new(Kind::Input, format!("no server of the estate is `{server}`"))
            .hint("see which there are: `mcpwarden estate show`")
    })?;
    let bridge = bridge(&surfaces, &known, server, MOST_WAYS);
    from.print(
        &estate,
        Shown {
            human: || text::cascade(&found, bridge.as_ref()),
            json: || json!({ "cascade": value(&found), "bridge": value(&bridge) }),
            csv: no_table,
        },
    )?;
    Ok(ExitCode::SUCCESS)
}

fn run_priority(from: &Asked, world: &World) -> Result<ExitCode, Failure> {
    let estate = from.from.load(world)?;
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    let found = |surface: &Surface<'_>| reach::priority(&surfaces, surface);
    let all = surfaces.all().iter().map(|surface| (surface.agent.id.as_str(), found(surface)));
    let first: Vec<_> = all.filter(|(_, reasons)| !reasons.is_empty()).collect();
    let agents = surfaces.all().len();
    from.print(&estate, Shown {
        human: || text::priority(&first, agents),
        json: || {
            let one = |(agent, reasons): &(&str, Vec<reach::Reason>)| {
                json!({ "agent": agent, "reasons": value(reasons) })
            };
            json!({ "priority_1": first.iter().map(one).collect::<Vec<_>>(), "agents": agents })
        },
        csv: || Ok(reach::priority_csv(&first)),
    })?;
    Ok(ExitCode::SUCCESS)
}
