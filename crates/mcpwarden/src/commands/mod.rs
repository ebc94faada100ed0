//! The commands. A new one is a file with an `Args` that has `run`, and its lines here.

mod approval;
mod approve;
mod assess;
mod audit;
mod bundle;
mod calls;
mod catalog;
mod certify;
mod completions;
mod comply;
mod db;
mod estate;
mod explain;
mod gate;
mod gateway;
mod inspect;
mod key;
mod log;
mod maturity;
mod metrics;
mod paper;
mod policy;
mod probe;
mod programme;
mod redteam;
mod report;
mod resume;
mod revoke;
mod risk;
mod run;
mod sbom;
mod scan;
mod sessions;
mod stop;
mod surface;
mod trust;
mod vault;
mod verify;
mod wrap;

use std::{path::PathBuf, process::ExitCode};

use warden_report::Rule;
use warden_scan::Meta;

use crate::{Failure, Kind, World};

pub(crate) use probe::{Report, VERSION, is_web};
pub(crate) use run::supervisor;
pub(crate) use scan::this_machine;

/// What the program is asked to do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Scan(scan::Args),
    Inspect(inspect::Args),
    Explain(explain::Args),
    Approve(approve::Args),
    Approval(approval::Args),
    Assess(assess::Args),
    Calls(calls::Args),
    Certify(certify::Args),
    Verify(verify::Args),
    Revoke(revoke::Args),
    Quarantine(revoke::QuarantineArgs),
    Key(key::Args),
    Trust(trust::Args),
    Vault(vault::Args),
    Gate(gate::Args),
    Bundle(bundle::Args),
    Catalog(catalog::Args),
    Log(log::Args),
    Db(db::Args),
    Probe(probe::Args),
    Surface(surface::Args),
    Estate(estate::Args),
    Risk(risk::Args),
    Maturity(maturity::Args),
    Metrics(metrics::Args),
    Programme(programme::Args),
    Redteam(redteam::Args),
    Report(report::Args),
    Paper(paper::Args),
    Sbom(sbom::Args),
    Run(run::Args),
    Gateway(gateway::Args),
    Stop(stop::Args),
    Stops(stop::ListArgs),
    Resume(resume::Args),
    Sessions(sessions::Args),
    Policy(policy::Args),
    Audit(audit::Args),
    Comply(comply::Args),
    Wrap(wrap::Args),
    Unwrap(wrap::UnwrapArgs),
    Completions(completions::Args),
}

impl Command {
    /// Does it, and returns the exit code.
    ///
    /// # Errors
    /// Why it could not be done.
    pub(crate) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self {
            Self::Scan(args) => args.run(world),
            Self::Inspect(args) => args.run(world),
            Self::Explain(args) => args.run(world),
            Self::Approve(args) => args.run(world),
            Self::Approval(args) => args.run(world),
            Self::Assess(args) => args.run(world),
            Self::Calls(args) => args.run(world),
            Self::Certify(args) => args.run(world),
            Self::Verify(args) => args.run(world),
            Self::Revoke(args) => args.run(world),
            Self::Quarantine(args) => args.run(world),
            Self::Key(args) => args.run(world),
            Self::Trust(args) => args.run(world),
            Self::Vault(args) => args.run(world),
            Self::Gate(args) => args.run(world),
            Self::Bundle(args) => args.run(world),
            Self::Catalog(args) => args.run(world),
            Self::Log(args) => args.run(world),
            Self::Db(args) => args.run(world),
            Self::Probe(args) => args.run(world),
            Self::Surface(args) => args.run(world),
            Self::Estate(args) => args.run(world),
            Self::Risk(args) => args.run(world),
            Self::Maturity(args) => args.run(world),
            Self::Metrics(args) => args.run(world),
            Self::Programme(args) => args.run(world),
            Self::Redteam(args) => args.run(world),
            Self::Report(args) => args.run(world),
            Self::Paper(args) => args.run(world),
            Self::Sbom(args) => args.run(world),
            Self::Run(args) => args.run(world),
            Self::Gateway(args) => args.run(world),
            Self::Stop(args) => args.run(world),
            Self::Stops(args) => args.run(world),
            Self::Resume(args) => args.run(world),
            Self::Sessions(args) => args.run(world),
            Self::Policy(args) => args.run(world),
            Self::Audit(args) => args.run(world),
            Self::Comply(args) => args.run(world),
            Self::Wrap(args) => args.run(world),
            Self::Unwrap(args) => args.run(world),
            Self::Completions(args) => args.run(world),
        }
    }
}

/// Where this program lies.
pub(crate) fn this_program() -> Result<PathBuf, Failure> {
    std::env::current_exe()
        .map_err(|error| Failure::new(Kind::Internal, "cannot find this program").caused_by(error))
}

/// The rules as reports show them.
fn rules() -> Vec<Rule<'static>> {
    warden_scan::RULES.iter().map(|rule| rule.meta()).map(rule_text).collect()
}

fn rule_text(meta: &'static Meta) -> Rule<'static> {
    Rule {
        id: meta.id,
        title: meta.title,
        class: meta.class,
        cwe: meta.cwe(),
        languages: meta.languages.iter().map(|language| language.name()).collect(),
        severity: meta.severity,
        page: meta.page,
    }
}
