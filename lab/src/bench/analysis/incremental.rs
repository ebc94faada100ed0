//! What a change costs: a repository of several servers, of which one file changes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::eval::cache::Cache;
use xtask::shell::{self, Failure};

/// How large the repository is.
const SERVERS: usize = 20;
const FILES: usize = 20;
const FUNCTIONS: usize = 30;

/// Milliseconds, for each round.
#[derive(Clone, Debug, Default)]
pub(super) struct Incremental {
    /// Lines of code in all servers together.
    pub(super) lines: usize,
    /// Nothing is known yet.
    pub(super) cold: Vec<f64>,
    /// Nothing has changed.
    pub(super) same: Vec<f64>,
    /// One file of one server has changed.
    pub(super) changed: Vec<f64>,
}

/// Makes the repository and scans it in every state, `count` times.
///
/// # Errors
/// The repository cannot be written, or the program cannot be started.
pub(super) fn measure(program: &Path, cache: &Cache, count: usize) -> Result<Incremental, Failure> {
    let folder = cache.folder().join("incremental");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| Failure::of(&folder, &error))?;
    }
    let (tree, kept) = (folder.join("tree"), folder.join("kept"));
    let mut all = Incremental::default();
    for server in 0..SERVERS {
        let here = tree.join(format!("servers/s{server}"));
        write(&here.join("pyproject.toml"), &format!("[project]\nname = \"s{server}\"\n"))?;
        for file in 0..FILES {
            let text = module(file, 0);
            all.lines += text.lines().count();
            write(&here.join(format!("m{file}.py")), &text)?;
        }
    }
    for round in 1..=count {
        if kept.exists() {
            fs::remove_dir_all(&kept).map_err(|error| Failure::of(&kept, &error))?;
        }
        all.cold.push(scan(program, &tree, &kept)?);
        all.same.push(scan(program, &tree, &kept)?);
        let server = round % SERVERS;
        write(&tree.join(format!("servers/s{server}/m3.py")), &module(3, round))?;
        all.changed.push(scan(program, &tree, &kept)?);
    }
    Ok(all)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::of(folder, &error))?;
    }
    shell::write(path, text)
}

/// A module of a server: functions that call each other, and a tool in the first.
fn module(file: usize, edition: usize) -> String {
    let next = (file + 1) % FILES;
    let mut text = format!("import subprocess\nfrom m{next} import step0 as further\n\n");
    if file == 0 {
        text.push_str(
            "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP(\"s\")\n\n\n@mcp.tool()\n",
        );
        text.push_str("def run(command: str) -> str:\n    return step0(command)\n\n\n");
    }
    for function in 0..FUNCTIONS {
        let below = match function + 1 {
            FUNCTIONS => "further".to_owned(),
            below => format!("step{below}"),
        };
        let _infallible = write!(
            text,
            "def step{function}(x):\n    \"\"\"Edition {edition}\"\"\"\n    kept = {{\"a\": x, \"b\": [x]}}\n    \
             if x == \"{function}\":\n        return subprocess.run([\"ls\", x], check=True)\n    \
             return {below}(kept[\"a\"])\n\n\n"
        );
    }
    text
}

fn scan(program: &Path, tree: &Path, kept: &Path) -> Result<f64, Failure> {
    let started = Instant::now();
    let mut command = Command::new(program);
    command.args(["scan", "--quiet", "--format", "json", "--cache"]).arg(kept).arg(tree);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().map_err(|error| Failure::of(program, &error))?;
    Ok(started.elapsed().as_secs_f64() * 1000.0)
}
