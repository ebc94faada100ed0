//! The gate of the pipeline: no agent in production without a review that counts.

use std::process::ExitCode;

use serde::Serialize;
use warden_govern::{
    estate::Lookup,
    programme::{Gated, gate},
};

use super::IN_THE_WAY;
use crate::{
    Failure, World,
    estates::From,
    governed::{Format, add},
};

/// Fail a pipeline that brings an agent into production whose review is missing, has ended or failed
///
/// An agent goes into production with a person who answers for it, a business process, data classes,
/// and a review against the four domains that was passed and still counts. What is not known is in
/// the way.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    from: From,

    /// The agent; several, if the option is given again
    #[arg(long = "agent", value_name = "ID", required = true)]
    agents: Vec<String>,

    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
}

#[derive(Serialize)]
struct Judged {
    agent: String,
    passes: bool,
    why: Vec<String>,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let estate = self.from.load(world)?;
        let known = Lookup::new(&estate);
        let judge = |agent: &String| {
            let why: Vec<String> = gate(&known, agent).iter().map(Gated::to_string).collect();
            Judged { agent: agent.clone(), passes: why.is_empty(), why }
        };
        let judged: Vec<Judged> = self.agents.iter().map(judge).collect();
        self.format.print(&judged, || text(&judged))?;
        let passes = judged.iter().all(|one| one.passes);
        Ok(if passes { ExitCode::SUCCESS } else { ExitCode::from(IN_THE_WAY) })
    }
}

fn text(judged: &[Judged]) -> String {
    let mut out = String::new();
    for one in judged {
        if one.passes {
            add(&mut out, 0, &format!("{} may go into production", one.agent));
        } else {
            add(&mut out, 0, &format!("{} may not go into production", one.agent));
            for why in &one.why {
                add(&mut out, 2, why);
            }
        }
    }
    out
}
