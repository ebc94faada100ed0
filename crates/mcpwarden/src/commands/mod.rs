//! The commands. A new one is a file with an `Args` that has `run`, and its lines here.

mod approval;
mod approve;
mod audit;
mod bundle;
mod catalog;
mod certify;
mod completions;
mod db;
mod explain;
mod gate;
mod gateway;
mod inspect;
mod key;
mod log;
mod revoke;
mod run;
mod sbom;
mod scan;
mod trust;
mod verify;
mod wrap;

use std::{path::PathBuf, process::ExitCode};

use warden_report::Rule;
use warden_scan::Meta;

use crate::{Failure, Kind, World};

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
    Certify(certify::Args),
    Verify(verify::Args),
    Revoke(revoke::Args),
    Quarantine(revoke::QuarantineArgs),
    Key(key::Args),
    Trust(trust::Args),
    Gate(gate::Args),
    Bundle(bundle::Args),
    Catalog(catalog::Args),
    Log(log::Args),
    Db(db::Args),
    Sbom(sbom::Args),
    Run(run::Args),
    Gateway(gateway::Args),
    Audit(audit::Args),
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
            Self::Certify(args) => args.run(world),
            Self::Verify(args) => args.run(world),
            Self::Revoke(args) => args.run(world),
            Self::Quarantine(args) => args.run(world),
            Self::Key(args) => args.run(world),
            Self::Trust(args) => args.run(world),
            Self::Gate(args) => args.run(world),
            Self::Bundle(args) => args.run(world),
            Self::Catalog(args) => args.run(world),
            Self::Log(args) => args.run(world),
            Self::Db(args) => args.run(world),
            Self::Sbom(args) => args.run(world),
            Self::Run(args) => args.run(world),
            Self::Gateway(args) => args.run(world),
            Self::Audit(args) => args.run(world),
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
