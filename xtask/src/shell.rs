//! Running other programs, and talking about it.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Serialize, de::DeserializeOwned};

/// Why a task did not succeed, in words for the developer.
#[derive(Debug)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Failure {
    /// A failure to do something with a file.
    #[must_use]
    pub fn of(path: &Path, error: &std::io::Error) -> Self {
        Self(format!("{}: {error}", path.display()))
    }
}

/// Returns the root of the checkout.
#[must_use]
pub fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

/// Returns a setting of the environment, unless it is empty.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a program of its own, beside `mcpwarden`")]
pub fn setting(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Builds everything as tests do, and returns the folder of the programs. For one package alone,
/// most of what it depends on would be built once more, with fewer features.
///
/// # Errors
/// Something does not compile.
pub fn built() -> Result<PathBuf, Failure> {
    run(&mut cargo(&["build", "--workspace", "--bins", "--tests"]))?;
    Ok(target().join("debug"))
}

/// Returns the folder that Cargo builds into.
#[must_use]
pub fn target() -> PathBuf {
    root().join(setting("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from))
}

/// Returns `cargo`, started in the checkout.
#[must_use]
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(setting("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Says what is done next.
pub fn section(title: &str) {
    println!("\n== {title}");
}

/// Runs `command` with our own output.
///
/// # Errors
/// It cannot be started or does not succeed.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    println!("$ {}", line(command));
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if status.success() { Ok(()) } else { Err(Failure(format!("`{}`: {status}", line(command)))) }
}

/// Runs `command` and returns its standard output.
///
/// # Errors
/// It cannot be started or does not succeed.
pub fn capture(command: &mut Command) -> Result<String, Failure> {
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, &error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(Failure(format!("`{}`: {}\n{words}", line(command), output.status)))
}

/// Reads a text file.
///
/// # Errors
/// It cannot be read.
pub fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::of(path, &error))
}

/// Reads a file of JSON.
///
/// # Errors
/// It cannot be read, or is of another form.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    serde_json::from_str(&read(path)?)
        .map_err(|error| Failure(format!("{}: {error}", path.display())))
}

/// Writes a file of JSON, for people too.
///
/// # Errors
/// It cannot be written.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure(format!("{}: {error}", path.display())))?;
    write(path, &format!("{text}\n"))
}

/// Writes a file and the folders above it, unless it holds just that already.
///
/// # Errors
/// It cannot be written.
pub fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if fs::read_to_string(path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::of(folder, &error))?;
    }
    fs::write(path, text).map_err(|error| Failure::of(path, &error))
}

/// Returns the names of the entries of a folder, sorted.
///
/// # Errors
/// It cannot be read.
pub fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let failed = |error| Failure::of(folder, &error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Returns the names with this extension in a folder, sorted.
///
/// # Errors
/// It cannot be read.
pub fn names_with(folder: &Path, extension: &str) -> Result<Vec<String>, Failure> {
    let mut names = names(folder)?;
    names.retain(|name| Path::new(name).extension().is_some_and(|found| found == extension));
    Ok(names)
}

/// Returns every file that Git tracks, relative to the checkout.
///
/// # Errors
/// This is no Git checkout, or Git is missing.
pub fn tracked() -> Result<Vec<String>, Failure> {
    let listed = capture(Command::new("git").args(["ls-files", "-z"]).current_dir(root()))?;
    Ok(listed.split_terminator('\0').map(str::to_owned).collect())
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    Failure(format!("`{}` cannot be started: {error}", command.get_program().to_string_lossy()))
}
