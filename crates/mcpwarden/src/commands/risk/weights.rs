//! The weights of the score.

use std::{
    fs,
    path::{Path, PathBuf},
};

use warden_govern::risk::{NoWeights, ROWS, Weights};

use crate::{Failure, Kind, output};

/// Weights are a small file.
const MOST_BYTES: u64 = 64 * 1024;

#[derive(Debug, clap::Subcommand)]
pub(super) enum What {
    /// Print the weights that are built in, as a file to start from
    Show,
    /// Check weights against the laws of the score, and hold them against the eight published risks
    Check {
        /// The weights, as TOML or JSON
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

impl What {
    pub(super) fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Show => output::print(&Weights::default().to_toml()),
            Self::Check { file } => output::print(&checked(&load(file)?)),
        }
    }
}

fn checked(weights: &Weights) -> String {
    let stamp = weights.stamp();
    let version = warden_report::printable(&stamp.version);
    let mut out = format!("weights {version} keep the laws\n{}\n\n", stamp.digest);
    out.push_str("the eight published risks\n");
    for row in ROWS {
        let composite = row.score(weights);
        let held = if row.is_reproduced(weights) {
            String::new()
        } else {
            format!(", published as {}", row.level)
        };
        out.push_str(&format!(
            "  {}  {:<46}{:>4} {}{held}\n",
            row.number,
            row.scenario,
            composite.points(),
            composite.level()
        ));
    }
    let held = ROWS.iter().filter(|row| row.is_reproduced(weights)).count();
    out.push_str(&format!("\n{held} of 8 as published\n"));
    out
}

/// The weights in a file.
///
/// # Errors
/// When it cannot be read, is no file of weights, or breaks a law.
pub(super) fn load(file: &Path) -> Result<Weights, Failure> {
    let size = fs::metadata(file).map(|file| file.len());
    let bytes = size.and_then(|size| {
        if size > MOST_BYTES {
            let why = format!("{size} bytes are more than are read");
            return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, why));
        }
        fs::read(file)
    });
    let bytes = bytes.map_err(|error| {
        Failure::new(Kind::Config, format!("cannot read `{}`", file.display())).caused_by(error)
    })?;
    let read = if file.extension().is_some_and(|end| end == "json") {
        Weights::from_json(&bytes)
    } else {
        Weights::from_toml(&bytes)
    };
    read.map_err(|error| refused(file, error))
}

fn refused(file: &Path, error: NoWeights) -> Failure {
    Failure::new(Kind::Config, format!("cannot use the weights in `{}`", file.display()))
        .caused_by(error)
        .hint("`mcpwarden risk weights show` prints weights to start from")
}
