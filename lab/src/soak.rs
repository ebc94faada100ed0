//! `cargo xtask soak`: a gateway that is kept busy and troubled, and whether anything was lost.

use std::process::Stdio;

use xtask::shell::{self, Failure, cargo, root, section};

/// Where the verdict is.
const PAGE: &str = "docs/soak.md";

/// How long a run in full takes, in minutes.
const FULL: u64 = 30;

/// Runs the soak for `--minutes` (30 otherwise). A run in full writes its verdict.
///
/// # Errors
/// Something was lost, has grown or was left behind, or the soak could not be run.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let minutes = minutes(arguments)?;
    section("build");
    let packages = ["-p", "mcpwarden", "-p", "warden-testkit", "--bins"];
    shell::run(cargo(&["build", "--release"]).args(packages))?;
    section(&format!("{minutes} minutes of trouble"));
    let seconds = (minutes * 60).to_string();
    let words = ["run", "--quiet", "--release", "-p", "warden-testkit", "--bin", "mcp-soak"];
    let mut command = cargo(&words);
    command.args(["--", "--seconds", &seconds]).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| Failure(format!("cargo run: {error}")))?;
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{table}");
    if minutes >= FULL && table.starts_with('|') {
        shell::write(&root().join(PAGE), &page(minutes, &table))?;
    }
    if output.status.success() {
        return Ok(());
    }
    Err(Failure("the verdict is bad".into()))
}

fn minutes(arguments: &[String]) -> Result<u64, Failure> {
    let usage = || Failure("usage: cargo xtask soak [--minutes NUMBER]".into());
    match arguments {
        [] => Ok(FULL),
        [flag, number] if flag == "--minutes" => {
            number.parse().ok().filter(|minutes| *minutes > 0).ok_or_else(usage)
        }
        _ => Err(usage()),
    }
}

fn page(minutes: u64, table: &str) -> String {
    format!(
        "# Soak\n\n\
         `cargo xtask soak` wrote this page after {minutes} minutes. Clients of every revision come, \
         ask and go, over Streamable HTTP and over the older transport; servers over pipes and over \
         HTTP are killed, cut off or die in the middle of an answer at random; the configuration \
         changes every second, sometimes into one that cannot be read. Every call carries words \
         that no other call has, and its answer has to carry just those. What is held is looked at \
         every second: the middle of the second quarter of the run stands beside that of the last.\n\n\
         {}\n",
        table.trim_end()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_half_an_hour_unless_told_otherwise() {
        let of =
            |words: &[&str]| minutes(&words.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(of(&[]).ok(), Some(30));
        assert_eq!(of(&["--minutes", "2"]).ok(), Some(2));
        assert!(of(&["--minutes", "0"]).is_err() && of(&["--minutes"]).is_err());
        assert!(of(&["2"]).is_err());
    }

    #[test]
    fn the_page_has_the_table() {
        assert!(page(30, "| a |\n").ends_with("last.\n\n| a |\n"));
    }
}
