//! The documents of day 90.

use std::{path::PathBuf, process::ExitCode};

use warden_govern::{
    estate::{Deliverable, DeliverableKind, Lookup},
    maturity::maturity,
    metrics::{Computed, metrics},
    programme::{enforcement, policy_document},
};
use warden_model::Digest;

use super::sign::kept;
use crate::{
    Failure, Kind, World,
    estates::{self, From},
    governed::{json, put},
    output,
};

/// Make the documents of day 90: the policy, the proof that it is enforced, and the board report
///
/// Policy and proof are made from the estate; the proof has how far each control reaches, and what
/// it does not cover. The report for the board is named by its digest.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    from: From,

    /// The report for the board, as it was handed over
    #[arg(long, value_name = "FILE")]
    board: PathBuf,

    /// To whom they are handed over: a person of the estate
    #[arg(long, value_name = "PERSON")]
    person: String,

    /// The folder to write them into
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,

    /// The table `deliverables.csv` to keep their digests in
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let estate = self.from.load(world)?;
        let known = Lookup::new(&estate);
        let person = known.accountable(Some(&self.person)).ok_or_else(|| {
            Failure::new(Kind::Usage, format!("`{}` is no person of the estate", self.person))
        })?;
        let all = metrics(&known, &Computed::of(&known).given(), usize::MAX);
        let proof = json(&enforcement(&known, &all, &maturity(&known)))?;
        let policy = policy_document(&known);
        let board = estates::read(&world.cwd.join(&self.board))?;
        let folder = world.cwd.join(&self.output);
        std::fs::create_dir_all(&folder).map_err(|error| {
            Failure::new(Kind::Usage, format!("cannot write into `{}`", folder.display()))
                .caused_by(error)
        })?;
        put(&folder.join("policy.md"), &policy)?;
        put(&folder.join("enforcement.json"), &proof)?;
        let handed = |kind: DeliverableKind, bytes: &[u8]| Deliverable {
            kind,
            at: estate.day(),
            time: None,
            person: person.id.clone(),
            digest: Digest::of(bytes).to_string(),
        };
        let rows = [
            handed(DeliverableKind::Policy, policy.as_bytes()),
            handed(DeliverableKind::Enforcement, proof.as_bytes()),
            handed(DeliverableKind::BoardReport, &board),
        ];
        put(&folder.join("day-90.json"), &json(&rows)?)?;
        if let Some(file) = &self.record {
            let file = world.cwd.join(file);
            put(&file, &kept(&file, &rows)?)?;
        }
        let line = |one: &Deliverable| format!("{} {}\n", one.kind, one.digest);
        output::print(&rows.iter().map(line).collect::<String>())?;
        Ok(ExitCode::SUCCESS)
    }
}
