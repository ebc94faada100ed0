//! `cargo xtask bench certify`: how long it takes to certify a published server, with nothing
//! fetched and with everything there, beside what `npm install` takes for the same tree.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use super::DOCUMENT;
use crate::eval::certify::CERTIFIED;
use crate::eval::program;
use xtask::markers;
use xtask::shell::{self, Failure, root, section};

/// What one types.
pub(super) const NAME: &str = "certify";

const USAGE: &str = "usage: cargo xtask bench certify [--program FILE]";

/// How often what is there is certified again.
const AGAIN: usize = 5;

/// The servers: the one that the promise names, and two as most are.
static SERVERS: &[&str] = &[
    "@modelcontextprotocol/server-everything@2026.8.31",
    "@modelcontextprotocol/server-filesystem@2026.8.31",
    "tavily-mcp@0.2.22",
];

/// Seconds with nothing fetched, and the median of those with everything there.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Times {
    cold: f64,
    again: f64,
}

/// Both programs on one server.
#[derive(Clone, Debug)]
struct Row {
    server: &'static str,
    npm: Times,
    ours: Times,
}

/// What was promised, in seconds.
const PROMISED: Times = Times { cold: 60.0, again: 2.0 };

/// Measures, and writes the table.
///
/// # Errors
/// A program fails, or the document cannot be written.
pub(super) fn run(arguments: &[String]) -> Result<(), Failure> {
    let program = match arguments {
        [] => program::build()?,
        [flag, file] if flag == "--program" => PathBuf::from(file),
        _ => return Err(Failure(USAGE.into())),
    };
    let mut rows = Vec::new();
    for server in SERVERS {
        let folder = tempfile::tempdir().map_err(|error| Failure::of(Path::new("."), &error))?;
        let npm = times(|| install(folder.path(), server))?;
        let ours = times(|| certify(&program, folder.path(), server))?;
        println!("{server}: npm {npm:?}, certify {ours:?}");
        rows.push(Row { server, npm, ours });
    }
    section("certify");
    let table = table(&rows);
    println!("{table}");
    markers::write(&root().join(DOCUMENT), NAME, "Certifying published servers", &table)
}

/// The first time, and the median of those after it.
fn times(mut once: impl FnMut() -> Result<f64, Failure>) -> Result<Times, Failure> {
    let cold = once()?;
    let mut again = (0..AGAIN).map(|_| once()).collect::<Result<Vec<f64>, Failure>>()?;
    again.sort_by(f64::total_cmp);
    Ok(Times { cold, again: again.get(AGAIN / 2).copied().unwrap_or(f64::INFINITY) })
}

/// Installs a package in a folder of its own, without running anything of it. What was fetched
/// stays.
fn install(folder: &Path, server: &str) -> Result<f64, Failure> {
    let into = tempfile::tempdir_in(folder).map_err(|error| Failure::of(folder, &error))?;
    shell::write(&into.path().join("package.json"), "{}\n")?;
    let mut command = Command::new("npm");
    command.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", server]);
    command.current_dir(into.path()).env("npm_config_cache", folder.join("npm"));
    timed(&mut command, &[0])
}

/// Certifies without starting the server, which would add its own time.
fn certify(program: &Path, folder: &Path, server: &str) -> Result<f64, Failure> {
    let mut command = Command::new(program);
    command.args(["certify", &format!("npm:{server}"), "--json", "--no-start"]);
    command.current_dir(folder).env("MCPWARDEN_HOME", folder.join("home"));
    timed(&mut command, CERTIFIED)
}

fn timed(command: &mut Command, good: &[i32]) -> Result<f64, Failure> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let started = Instant::now();
    let output = command.output().map_err(|error| Failure(format!("{command:?}: {error}")))?;
    let took = started.elapsed().as_secs_f64();
    let ended = output.status.code().is_some_and(|code| good.contains(&code));
    let words = String::from_utf8_lossy(&output.stderr);
    if ended { Ok(took) } else { Err(Failure(format!("{command:?}: {}\n{words}", output.status))) }
}

fn table(rows: &[Row]) -> String {
    let mut lines = vec![
        "| | `npm install` | `certify` | ratio | target | now |".to_owned(),
        "|---|---:|---:|---:|---:|---:|".to_owned(),
    ];
    for row in rows {
        let Row { server, npm, ours } = row;
        lines.push(line(&format!("{server}, nothing fetched"), npm.cold, ours.cold, PROMISED.cold));
        lines.push(line(&format!("{server}, in the store"), npm.again, ours.again, PROMISED.again));
    }
    lines.join("\n")
}

fn line(name: &str, npm: f64, ours: f64, most: f64) -> String {
    let now = if ours < most { "met" } else { "missed" };
    let ratio = ours / npm;
    format!("| {name} | {npm:.2} s | {ours:.2} s | {ratio:.2} | < {most:.0} s | {now} |")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_whether_the_promise_is_kept() {
        let row = Row {
            server: "a@1",
            npm: Times { cold: 4.0, again: 1.0 },
            ours: Times { cold: 8.0, again: 2.5 },
        };
        let table = table(&[row]);
        assert!(table.contains("| a@1, nothing fetched | 4.00 s | 8.00 s | 2.00 | < 60 s | met |"));
        assert!(table.contains("| a@1, in the store | 1.00 s | 2.50 s | 2.50 | < 2 s | missed |"));
    }

    #[test]
    fn the_first_time_is_not_among_the_others() {
        let mut count = 0.0;
        let times = times(|| {
            count += 1.0;
            Ok(count)
        });
        assert_eq!(times.expect("it counts"), Times { cold: 1.0, again: 4.0 });
    }
}
