//! A package, held against the rules.

use std::{path::Path, process::ExitCode};

use serde_json::json;
use warden_govern::dora::check::{Fault, Weight, check as faults};
use warden_report::dora::unzip;

use super::{
    Format, REFUSED,
    make::{lines, read},
};
use crate::{Failure, Kind, output};

/// The largest archive that is read.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
/// How many faults are shown; JSON has all.
const MOST_SHOWN: usize = 40;

pub(super) fn check(file: &Path, format: Format) -> Result<ExitCode, Failure> {
    let bytes = read(file, MOST_BYTES)?;
    let files = unzip(&bytes).map_err(|error| {
        Failure::new(Kind::Input, format!("cannot read `{}`", file.display())).caused_by(error)
    })?;
    let name = file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let faults = faults(&name, &files);
    let refused = faults.iter().filter(|fault| fault.weight == Weight::Refused).count();
    match format {
        Format::Text => output::print(&text(&faults, refused))?,
        Format::Json => {
            let report = json!({"package": name, "refused": refused > 0, "faults": faults});
            output::print(&format!("{report:#}\n"))?;
        }
    }
    Ok(if refused > 0 { ExitCode::from(REFUSED) } else { ExitCode::SUCCESS })
}

fn text(faults: &[Fault], refused: usize) -> String {
    let mut text = String::new();
    for fault in faults.iter().take(MOST_SHOWN) {
        let word = match fault.weight {
            Weight::Refused => "refused: ",
            Weight::Warning => "warning: ",
        };
        text.push_str(&lines(word, &fault.to_string()));
    }
    if faults.len() > MOST_SHOWN {
        let more = faults.len() - MOST_SHOWN;
        text.push_str(&format!("and {more} more; `--format json` has all\n"));
    }
    let warnings = faults.len() - refused;
    text.push_str(&format!("{refused} refused, {warnings} warnings\n"));
    text
}
