//! Signing off the inventory.

use std::{path::PathBuf, process::ExitCode};

use warden_govern::{
    estate::Lookup,
    programme::{NotSigned, inventory, sign_off, with_deliverables},
};

use crate::{
    Failure, Kind, World,
    estates::From,
    governed::{json, put, text},
    output,
};

/// Sign off the inventory, while every entry has an owner, a publisher, a version and a data tag
///
/// What is kept is who signed, when, and the digest of the inventory. A later change of an entry, or
/// of which agents use it, makes the signature stale.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    from: From,

    /// Who signs: a person of the estate
    #[arg(long, value_name = "PERSON")]
    signer: String,

    /// The table `deliverables.csv` to keep it in; without it, it is only shown
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// Write the inventory that was signed, as JSON
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let estate = self.from.load(world)?;
        let known = Lookup::new(&estate);
        let signed = sign_off(&known, &self.signer, world.now()).map_err(refused)?;
        if let Some(file) = &self.output {
            put(&world.cwd.join(file), &json(&inventory(&known))?)?;
        }
        if let Some(file) = &self.record {
            let file = world.cwd.join(file);
            put(&file, &kept(&file, std::slice::from_ref(&signed))?)?;
        }
        let time = signed.time.map_or_else(String::new, |time| time.to_string());
        let count = estate.servers.len();
        output::print(&format!(
            "{count} entries signed off by {} on {time}\n{}\n",
            signed.person, signed.digest
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The text of a table of documents with more of them.
///
/// # Errors
/// A file that is no such table.
pub(in crate::commands) fn kept(
    file: &std::path::Path,
    more: &[warden_govern::estate::Deliverable],
) -> Result<String, Failure> {
    with_deliverables(&text(file)?, more).map_err(|error| {
        Failure::new(Kind::Input, format!("cannot add to `{}`", file.display())).caused_by(error)
    })
}

fn refused(why: NotSigned) -> Failure {
    let mut failure = Failure::new(Kind::Input, "the inventory is not signed off");
    if let NotSigned::Lacking(all) = &why {
        for one in all.iter().take(20) {
            failure = failure.hint(format!("{} has no {}", one.server, one.lacks.join(", no ")));
        }
    }
    failure.caused_by(why)
}
