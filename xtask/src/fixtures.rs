//! The published servers and clients that tests run, installed from lock files with digests.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use warden_model::Digest;

use crate::shell::{self, Failure, root};

/// Python has to be at least this new: 3.10.
const PYTHON: (u32, u32) = (3, 10);
/// Node.js has to be at least this new.
const NODE: u32 = 20;
/// The conformance suite wants it newer than that.
const NEWER_NODE: u32 = 22;
/// The folder of the conformance suite among the fixtures.
pub const CONFORMANCE: &str = "conformance";

/// Installs everything, for tests that are run without `cargo xtask test`.
///
/// # Errors
/// What is missing, and how to get it.
pub fn run(_: &[String]) -> Result<(), Failure> {
    println!("export MCPWARDEN_FIXTURES={}", install()?.display());
    Ok(())
}

/// Installs everything and returns the folder that `MCPWARDEN_FIXTURES` names.
///
/// # Errors
/// What is missing, and how to get it.
pub fn install() -> Result<PathBuf, Failure> {
    let mut missing = Vec::new();
    let node = node().map_err(|failure| missing.push(failure.0)).ok();
    let python = python().map_err(|failure| missing.push(failure.0)).ok();
    if let Err(failure) = shell::capture(Command::new("git").arg("--version")) {
        missing.push(format!("Git is needed: install it with your package manager ({failure})"));
    }
    let (Some(node), Some(python), true) = (node, python, missing.is_empty()) else {
        return Err(Failure(missing.join("\n")));
    };
    let folder = cache()?.join(key(&node, &python)?);
    fs::create_dir_all(&folder).map_err(|error| Failure::of(&folder, &error))?;
    println!("fixtures are in {}", folder.display());
    // Another run may be installing the same; the lock goes with the file at the end.
    let lock = folder.join("lock");
    let lock_file = File::create(&lock).map_err(|error| Failure::of(&lock, &error))?;
    lock_file.lock().map_err(|error| Failure::of(&lock, &error))?;
    once(&folder, "node", |target| install_node(&real().join("node"), target))?;
    once(&folder, "oauth", |target| install_node(&real().join("oauth"), target))?;
    once(&folder, CONFORMANCE, |target| install_node(&tests().join("conformance/node"), target))?;
    for generation in ["old", "new", "seal", "registry", "ci", "dora"] {
        once(&folder, &format!("python-{generation}"), |venv| {
            install_python(&python, venv, generation)
        })?;
    }
    for name in ["node", "oauth"] {
        copy_scripts(&real().join(name), &folder.join(name))?;
    }
    Ok(folder)
}

/// An interpreter that is new enough.
struct Interpreter {
    program: String,
    version: String,
}

/// Returns a Node.js that is new enough for the conformance suite: the one that was installed
/// beside it, or the machine's own where none is published for this kind of machine.
///
/// # Errors
/// Neither is there.
pub fn newer_node(modules: &Path) -> Result<PathBuf, Failure> {
    for name in shell::names(modules)?.iter().filter(|name| name.starts_with("node-")) {
        let program = modules.join(name).join("bin").join("node");
        if program.is_file() {
            return Ok(program);
        }
    }
    let needed = format!(
        "the conformance suite needs Node.js {NEWER_NODE} or newer, and npm has none for this kind \
         of machine: install it with your package manager or from nodejs.org"
    );
    node_version(NEWER_NODE, &needed).map(|_| PathBuf::from("node"))
}

fn node_version(least: u32, needed: &str) -> Result<String, Failure> {
    let version = shell::capture(Command::new("node").arg("--version"))
        .map_err(|failure| Failure(format!("{needed} ({failure})")))?;
    let version = version.trim().to_owned();
    let major =
        version.trim_start_matches('v').split('.').next().and_then(|part| part.parse().ok());
    if major.is_none_or(|major: u32| major < least) {
        return Err(Failure(format!("{needed} (this is {version})")));
    }
    Ok(version)
}

fn node() -> Result<Interpreter, Failure> {
    let needed = format!(
        "Node.js {NODE} or newer with npm is needed: install it with your package manager or from nodejs.org"
    );
    let version = node_version(NODE, &needed)?;
    shell::capture(Command::new("npm").arg("--version"))
        .map_err(|failure| Failure(format!("{needed} ({failure})")))?;
    Ok(Interpreter { program: "node".into(), version })
}

fn python() -> Result<Interpreter, Failure> {
    // Asking for `ensurepip` tells whether a virtual environment can have pip.
    const QUESTION: &str = "import sys, venv, ensurepip; print(*sys.version_info[:3])";
    for program in ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python"] {
        let Ok(answer) = shell::capture(Command::new(program).args(["-c", QUESTION])) else {
            continue;
        };
        let numbers: Vec<u32> = answer.split_whitespace().filter_map(|n| n.parse().ok()).collect();
        if let [major, minor, ..] = numbers[..]
            && (major, minor) >= PYTHON
        {
            return Ok(Interpreter { program: program.into(), version: answer.trim().into() });
        }
    }
    Err(Failure(format!(
        "Python {}.{} or newer with venv and pip is needed: install `python3` and `python3-venv` \
         with your package manager or from python.org",
        PYTHON.0, PYTHON.1
    )))
}

fn cache() -> Result<PathBuf, Failure> {
    let home = || shell::setting("HOME").map(|home| Path::new(&home).join(".cache"));
    let cache = shell::setting("XDG_CACHE_HOME").map(PathBuf::from).or_else(home);
    cache.map(|cache| cache.join("mcpwarden").join("fixtures")).ok_or_else(|| {
        Failure("neither XDG_CACHE_HOME nor HOME says where to keep fixtures".into())
    })
}

/// What is installed depends on the lock files and on the interpreters.
fn key(node: &Interpreter, python: &Interpreter) -> Result<String, Failure> {
    let mut parts = vec![node.version.clone(), python.version.clone()];
    for file in LOCKS {
        parts.push(shell::read(&tests().join(file))?);
    }
    let digest = Digest::of_parts(parts.iter().map(String::as_bytes));
    Ok(String::from_utf8_lossy(&digest.hex()[..16]).into_owned())
}

const LOCKS: &[&str] = &[
    "real/node/package.json",
    "real/node/package-lock.json",
    "real/oauth/package.json",
    "real/oauth/package-lock.json",
    "real/python/requirements-old.txt",
    "real/python/requirements-new.txt",
    "real/python/requirements-seal.txt",
    "real/python/requirements-registry.txt",
    "real/python/requirements-ci.txt",
    "real/python/requirements-dora.txt",
    "conformance/node/package.json",
    "conformance/node/package-lock.json",
];

fn tests() -> PathBuf {
    root().join("tests")
}

fn real() -> PathBuf {
    tests().join("real")
}

/// Runs `install` for a part unless it has succeeded before; half a part is thrown away.
fn once(
    folder: &Path,
    part: &str,
    install: impl FnOnce(&Path) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let done = folder.join(format!("{part}.complete"));
    if done.is_file() {
        println!("{part}: installed");
        return Ok(());
    }
    let target = folder.join(part);
    if target.exists() {
        fs::remove_dir_all(&target).map_err(|error| Failure::of(&target, &error))?;
    }
    fs::create_dir_all(&target).map_err(|error| Failure::of(&target, &error))?;
    println!("{part}: installing");
    install(&target)?;
    shell::write(&done, "")
}

fn install_node(source: &Path, target: &Path) -> Result<(), Failure> {
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        shell::write(&target.join(file), &shell::read(&source.join(file))?)?;
    }
    // No scripts: nothing that is installed runs before a test starts it.
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    shell::run(npm.current_dir(target))
}

fn install_python(python: &Interpreter, venv: &Path, generation: &str) -> Result<(), Failure> {
    shell::run(Command::new(&python.program).args(["-m", "venv"]).arg(venv))?;
    let requirements = real().join(format!("python/requirements-{generation}.txt"));
    let mut pip = Command::new(venv.join("bin").join("python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.args(["--no-deps", "--require-hashes", "-r"]).arg(requirements);
    shell::run(&mut pip)
}

/// Node.js looks for packages beside a script, so ours go to where the packages are.
fn copy_scripts(source: &Path, target: &Path) -> Result<(), Failure> {
    for name in shell::names_with(source, "mjs")? {
        shell::write(&target.join(&name), &shell::read(&source.join(&name))?)?;
    }
    Ok(())
}
