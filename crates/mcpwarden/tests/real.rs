//! Published servers under their own official clients: `run` changes nothing that was approved.
//!
//! Each test drives one server twice with one client, directly and through `mcpwarden run`, and
//! compares everything that the client saw: definitions, every tool's answers, prompts, resources,
//! completions, progress, and what the server asked of the client.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use warden_testkit::{Outcome, TestHome, program};

/// An official client.
#[derive(Clone, Copy, Debug)]
enum Driver {
    OldTypeScript,
    NewTypeScript,
    OldPython,
    NewPython,
}

/// A published server, or one of ours on a current SDK generation.
#[derive(Clone, Copy, Debug)]
enum Server {
    Everything,
    Filesystem,
    Memory,
    Git,
    Time,
    TypeScriptV2,
    PythonV2,
}

macro_rules! unchanged {
    ($($name:ident: $driver:ident, $mode:literal, $server:ident;)*) => {$(
        #[test]
        fn $name() {
            check(Driver::$driver, $mode, Server::$server);
        }
    )*};
}

unchanged! {
    everything_is_the_same_to_the_old_typescript_client: OldTypeScript, "legacy", Everything;
    filesystem_is_the_same_to_the_old_typescript_client: OldTypeScript, "legacy", Filesystem;
    memory_is_the_same_to_the_old_typescript_client: OldTypeScript, "legacy", Memory;
    git_is_the_same_to_the_old_typescript_client: OldTypeScript, "legacy", Git;
    time_is_the_same_to_the_old_typescript_client: OldTypeScript, "legacy", Time;
    typescript_v2_is_the_same_to_the_old_typescript_client: OldTypeScript, "legacy", TypeScriptV2;
    python_v2_is_the_same_to_the_old_typescript_client: OldTypeScript, "legacy", PythonV2;

    everything_is_the_same_to_the_old_python_client: OldPython, "legacy", Everything;
    filesystem_is_the_same_to_the_old_python_client: OldPython, "legacy", Filesystem;
    memory_is_the_same_to_the_old_python_client: OldPython, "legacy", Memory;
    git_is_the_same_to_the_old_python_client: OldPython, "legacy", Git;
    time_is_the_same_to_the_old_python_client: OldPython, "legacy", Time;
    typescript_v2_is_the_same_to_the_old_python_client: OldPython, "legacy", TypeScriptV2;
    python_v2_is_the_same_to_the_old_python_client: OldPython, "legacy", PythonV2;

    everything_is_the_same_to_the_new_typescript_client: NewTypeScript, "legacy", Everything;
    filesystem_is_the_same_to_the_new_typescript_client: NewTypeScript, "legacy", Filesystem;
    memory_is_the_same_to_the_new_typescript_client: NewTypeScript, "legacy", Memory;
    git_is_the_same_to_the_new_typescript_client: NewTypeScript, "legacy", Git;
    time_is_the_same_to_the_new_typescript_client: NewTypeScript, "legacy", Time;
    typescript_v2_is_the_same_to_the_new_typescript_client: NewTypeScript, "legacy", TypeScriptV2;
    python_v2_is_the_same_to_the_new_typescript_client: NewTypeScript, "legacy", PythonV2;

    everything_is_the_same_to_the_new_python_client: NewPython, "legacy", Everything;
    filesystem_is_the_same_to_the_new_python_client: NewPython, "legacy", Filesystem;
    memory_is_the_same_to_the_new_python_client: NewPython, "legacy", Memory;
    git_is_the_same_to_the_new_python_client: NewPython, "legacy", Git;
    time_is_the_same_to_the_new_python_client: NewPython, "legacy", Time;
    typescript_v2_is_the_same_to_the_new_python_client: NewPython, "legacy", TypeScriptV2;
    python_v2_is_the_same_to_the_new_python_client: NewPython, "legacy", PythonV2;

    git_is_the_same_to_the_modern_typescript_client: NewTypeScript, "modern", Git;
    time_is_the_same_to_the_modern_typescript_client: NewTypeScript, "modern", Time;
    typescript_v2_is_the_same_to_the_modern_typescript_client: NewTypeScript, "modern", TypeScriptV2;
    python_v2_is_the_same_to_the_modern_typescript_client: NewTypeScript, "modern", PythonV2;

    git_is_the_same_to_the_modern_python_client: NewPython, "modern", Git;
    time_is_the_same_to_the_modern_python_client: NewPython, "modern", Time;
    typescript_v2_is_the_same_to_the_modern_python_client: NewPython, "modern", TypeScriptV2;
    python_v2_is_the_same_to_the_modern_python_client: NewPython, "modern", PythonV2;

    everything_is_the_same_to_the_probing_typescript_client: NewTypeScript, "auto", Everything;
    git_is_the_same_to_the_probing_typescript_client: NewTypeScript, "auto", Git;
    typescript_v2_is_the_same_to_the_probing_typescript_client: NewTypeScript, "auto", TypeScriptV2;
    python_v2_is_the_same_to_the_probing_typescript_client: NewTypeScript, "auto", PythonV2;

    everything_is_the_same_to_the_probing_python_client: NewPython, "auto", Everything;
    git_is_the_same_to_the_probing_python_client: NewPython, "auto", Git;
    typescript_v2_is_the_same_to_the_probing_python_client: NewPython, "auto", TypeScriptV2;
    python_v2_is_the_same_to_the_probing_python_client: NewPython, "auto", PythonV2;
}

/// Runs the pair directly and through `run`, and compares what the client saw.
#[track_caller]
fn check(driver: Driver, mode: &str, server: Server) {
    let fixtures = fixtures();
    let direct = Bench::new(&fixtures, server);
    let direct = direct.drive(driver, mode, &direct.command);

    let wrapped = Bench::new(&fixtures, server);
    wrapped.approve();
    let wrapped = wrapped.drive(driver, mode, &wrapped.guarded());

    if let Some(difference) = difference("", &direct, &wrapped) {
        panic!("{driver:?} ({mode}) sees {server:?} changed at {difference}");
    }
}

/// A home with a fresh working folder, and the command that starts one server in it.
struct Bench<'a> {
    fixtures: &'a Path,
    home: TestHome,
    server: Server,
    command: Vec<String>,
}

impl<'a> Bench<'a> {
    #[track_caller]
    fn new(fixtures: &'a Path, server: Server) -> Self {
        let home = TestHome::new();
        home.write("work/pixel.png", PIXEL);
        if matches!(server, Server::Git) {
            make_repository(&home);
        }
        let command = server.command(fixtures, &home.work());
        Self { fixtures, home, server, command }
    }

    /// Pins what the server shows, and allows it to ask the client.
    #[track_caller]
    fn approve(&self) {
        let mut command = self.home.mcpwarden(["approve", "--name", "real", "--yes"]);
        command.args(["--allow", "sampling,elicitation,roots", "--"]).args(&self.command);
        settings(&mut command, &self.home);
        // What it says is of no interest here, only that it succeeds.
        drop(Outcome::of(&mut command, b"").success());
    }

    fn guarded(&self) -> Vec<String> {
        let start = [text(&program("mcpwarden")), "run".into(), "--name".into(), "real".into()];
        start.into_iter().chain(["--".into()]).chain(self.command.iter().cloned()).collect()
    }

    #[track_caller]
    fn drive(&self, driver: Driver, mode: &str, server: &[String]) -> Value {
        let (program, script) = driver.parts(self.fixtures);
        let mut command = self.home.command(program);
        command.arg(script).arg("--plans").arg(real().join("plan.json"));
        command.args(["--plan", self.server.plan(), "--mode", mode, "--work"]);
        command.arg(self.home.work()).arg("--").args(server);
        settings(&mut command, &self.home);
        let document = Outcome::of(&mut command, b"").success();
        match serde_json::from_str(&document) {
            Ok(document) => document,
            Err(error) => panic!("the driver prints no document: {error}\n{document}"),
        }
    }
}

impl Driver {
    /// The interpreter and the script.
    fn parts(self, fixtures: &Path) -> (PathBuf, PathBuf) {
        match self {
            Self::OldTypeScript => ("node".into(), fixtures.join("node/drive-old.mjs")),
            Self::NewTypeScript => ("node".into(), fixtures.join("node/drive-new.mjs")),
            Self::OldPython => {
                (fixtures.join("python-old/bin/python"), real().join("python/drive_old.py"))
            }
            Self::NewPython => {
                (fixtures.join("python-new/bin/python"), real().join("python/drive_new.py"))
            }
        }
    }
}

impl Server {
    /// The part of `plan.json` that it is driven by.
    fn plan(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Filesystem => "filesystem",
            Self::Memory => "memory",
            Self::Git => "git",
            Self::Time => "time",
            Self::TypeScriptV2 | Self::PythonV2 => "v2",
        }
    }

    fn command(self, fixtures: &Path, work: &Path) -> Vec<String> {
        let package = |name: &str| {
            text(
                &fixtures
                    .join(format!("node/node_modules/@modelcontextprotocol/{name}/dist/index.js")),
            )
        };
        let python = |name: &str| text(&fixtures.join("python-new/bin").join(name));
        match self {
            Self::Everything => vec!["node".into(), package("server-everything")],
            Self::Filesystem => vec!["node".into(), package("server-filesystem"), text(work)],
            Self::Memory => vec!["node".into(), package("server-memory")],
            Self::Git => vec![python("mcp-server-git"), "-r".into(), text(work)],
            Self::Time => {
                vec![python("mcp-server-time"), "--local-timezone".into(), "Europe/Oslo".into()]
            }
            Self::TypeScriptV2 => vec!["node".into(), text(&fixtures.join("node/server-v2.mjs"))],
            Self::PythonV2 => vec![python("python"), text(&real().join("python/server_v2.py"))],
        }
    }
}

/// A valid image of one pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82";

#[track_caller]
fn make_repository(home: &TestHome) {
    let git = |arguments: &[&str]| {
        let mut command = home.command("git");
        command.args(arguments);
        settings(&mut command, home);
        drop(Outcome::of(&mut command, b"").success());
    };
    home.write("work/a.txt", "a\n");
    git(&["init", "-q", "-b", "main"]);
    git(&["config", "user.name", "Test"]);
    git(&["config", "user.email", "test@example.com"]);
    git(&["add", "a.txt"]);
    git(&["commit", "-q", "-m", "One"]);
    home.write("work/a.txt", "a\nb\n");
    home.write("work/new.txt", "n\n");
}

/// What makes the servers give the same answers twice.
fn settings(command: &mut Command, home: &TestHome) {
    command
        .env("GIT_AUTHOR_DATE", "1767225600 +0000")
        .env("GIT_COMMITTER_DATE", "1767225600 +0000")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("MEMORY_FILE_PATH", home.work().join("memory.jsonl"))
        .env("PYTHONDONTWRITEBYTECODE", "1");
}

/// Returns where the two differ first, and how.
fn difference(pointer: &str, left: &Value, right: &Value) -> Option<String> {
    match (left, right) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => a
            .iter()
            .find_map(|(key, value)| difference(&format!("{pointer}/{key}"), value, &b[key])),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(index, (a, b))| difference(&format!("{pointer}/{index}"), a, b)),
        _ if left == right => None,
        _ => Some(format!("{pointer}\n direct: {left}\nthrough: {right}")),
    }
}

/// The folder with our scripts and the plan.
fn real() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/real")
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Where `cargo xtask test` has installed the published servers and clients.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "xtask tells the tests where the fixtures are")]
fn fixtures() -> PathBuf {
    match std::env::var_os("MCPWARDEN_FIXTURES") {
        Some(folder) => folder.into(),
        None => panic!("the published servers are not installed: run `cargo xtask test`"),
    }
}
