//! The machines of the bank: their homes, each scanned as its user would.

use std::fs;
use std::path::Path;

use warden_testkit::{Outcome, TestHome};

use super::folder;
use xtask::shell::{self, Failure};

/// A scan that found something is no failure here.
const FOUND: std::ops::RangeInclusive<i32> = 11..=14;

/// Scans every machine, and returns the reports with the names of their files.
///
/// # Errors
/// A scan fails, or does not see everything.
pub fn scan(home: &TestHome) -> Result<Vec<(String, String)>, Failure> {
    let machines = folder().join("machines");
    let mut reports = Vec::new();
    for machine in shell::names(&machines)? {
        let own = home.path().join("machines").join(&machine);
        copy(&machines.join(&machine), &own)?;
        reports.push((format!("{machine}.json"), report(home, &own, &[])?));
    }
    // The one server that runs from its source on a machine is looked at there.
    let own = home.path().join("machines/treasury-1");
    copy(&folder().join("servers/reports"), &own.join("mcp/reports"))?;
    reports.push(("treasury-1-source.json".into(), report(home, &own, &["mcp/reports"])?));
    Ok(reports)
}

fn report(home: &TestHome, own: &Path, target: &[&str]) -> Result<String, Failure> {
    let mut command = home.mcpwarden(["scan", "--quiet", "--no-cache", "--format", "json"]);
    command.args(target).current_dir(own).env("HOME", own);
    let outcome = Outcome::of(&mut command, b"");
    if outcome.code.is_some_and(|code| code == 0 || FOUND.contains(&code)) {
        return Ok(outcome.stdout);
    }
    Err(Failure(format!("mcpwarden scan of {}\n{}", own.display(), outcome.block())))
}

/// Copies a folder with all that is in it.
///
/// # Errors
/// Something cannot be read or written.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to).map_err(|error| Failure::of(to, &error))?;
    for name in shell::names(from)? {
        let (source, target) = (from.join(&name), to.join(&name));
        if source.is_dir() {
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target).map_err(|error| Failure::of(&source, &error))?;
        }
    }
    Ok(())
}
