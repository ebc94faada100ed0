//! The official SDKs on both sides: drivers that play a whole round of features, and servers that
//! have every feature.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use serde_json::Value;
use warden_testkit::{Outcome, TestHome};

/// What a client or a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    /// A handshake, and revisions up to 2025-11-25.
    Legacy,
    /// 2026-07-28.
    Modern,
}

/// The way to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Stdio,
    /// Streamable HTTP.
    Http,
    /// The older HTTP with server-sent events.
    Sse,
}

/// Whose SDK it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    TypeScript,
    Python,
}

/// An official client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Client {
    /// The last generation.
    TypeScriptV1,
    PythonV1,
    /// The current generation, told to make a handshake.
    TypeScriptV2Legacy,
    PythonV2Legacy,
    /// The current generation with the current revision and nothing else.
    TypeScriptV2,
    PythonV2,
    /// The current generation, asking first what the other side speaks.
    TypeScriptV2Auto,
    PythonV2Auto,
}

/// A server of ours on an official SDK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Server {
    /// Speaks legacy revisions only.
    TypeScriptV1,
    PythonV1,
    /// Speaks 2026-07-28 only.
    TypeScriptV2,
    PythonV2,
}

impl Client {
    /// What it speaks with something that speaks both.
    pub(crate) const fn era(self) -> Era {
        match self {
            Self::TypeScriptV1
            | Self::PythonV1
            | Self::TypeScriptV2Legacy
            | Self::PythonV2Legacy => Era::Legacy,
            Self::TypeScriptV2 | Self::PythonV2 | Self::TypeScriptV2Auto | Self::PythonV2Auto => {
                Era::Modern
            }
        }
    }

    const fn mode(self) -> &'static str {
        match self {
            Self::TypeScriptV1
            | Self::PythonV1
            | Self::TypeScriptV2Legacy
            | Self::PythonV2Legacy => "legacy",
            Self::TypeScriptV2 | Self::PythonV2 => "modern",
            Self::TypeScriptV2Auto | Self::PythonV2Auto => "auto",
        }
    }

    /// The interpreter and the script.
    fn parts(self, fixtures: &Path) -> (PathBuf, PathBuf) {
        match self {
            Self::TypeScriptV1 => ("node".into(), fixtures.join("node/drive-old.mjs")),
            Self::TypeScriptV2Legacy | Self::TypeScriptV2 | Self::TypeScriptV2Auto => {
                ("node".into(), fixtures.join("node/drive-new.mjs"))
            }
            Self::PythonV1 => {
                (fixtures.join("python-old/bin/python"), real().join("python/drive_old.py"))
            }
            Self::PythonV2Legacy | Self::PythonV2 | Self::PythonV2Auto => {
                (fixtures.join("python-new/bin/python"), real().join("python/drive_new.py"))
            }
        }
    }

    /// Plays the round with what is reached at `target`, and returns what the client saw.
    #[track_caller]
    pub(crate) fn drive(self, home: &TestHome, on: Transport, target: &Target) -> Value {
        let (program, script) = self.parts(&fixtures());
        let mut command = home.command(program);
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command.arg(script).args(["--mode", self.mode()]);
        match target {
            Target::Url(url) => {
                command.args(["--transport", on.name(), "--url", url]);
            }
            Target::Command(words) => {
                command.arg("--").args(words);
            }
        }
        let document = Outcome::of(&mut command, b"").success();
        match serde_json::from_str(&document) {
            Ok(document) => document,
            Err(error) => panic!("{self:?} prints no document: {error}\n{document}"),
        }
    }
}

impl Transport {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Stdio => "stdio",
            Self::Http => "http",
            Self::Sse => "sse",
        }
    }
}

/// How something is reached.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    Command(Vec<String>),
    Url(String),
}

impl Server {
    pub(crate) const fn era(self) -> Era {
        match self {
            Self::TypeScriptV1 | Self::PythonV1 => Era::Legacy,
            Self::TypeScriptV2 | Self::PythonV2 => Era::Modern,
        }
    }

    pub(crate) const fn language(self) -> Language {
        match self {
            Self::TypeScriptV1 | Self::TypeScriptV2 => Language::TypeScript,
            Self::PythonV1 | Self::PythonV2 => Language::Python,
        }
    }

    /// The server of the same language that speaks `era`: it has the same features.
    pub(crate) const fn sibling(self, era: Era) -> Self {
        match (self.language(), era) {
            (Language::TypeScript, Era::Legacy) => Self::TypeScriptV1,
            (Language::TypeScript, Era::Modern) => Self::TypeScriptV2,
            (Language::Python, Era::Legacy) => Self::PythonV1,
            (Language::Python, Era::Modern) => Self::PythonV2,
        }
    }

    fn command(self, flag: &str) -> Vec<String> {
        let fixtures = fixtures();
        let python = |generation: &str, script: &str| {
            let interpreter = fixtures.join(format!("python-{generation}/bin/python"));
            // No compiled files: they would be written beside the sources.
            vec![text(&interpreter), "-B".into(), text(&real().join("python").join(script))]
        };
        let node = |script: &str| vec!["node".into(), text(&fixtures.join("node").join(script))];
        let mut words = match self {
            Self::TypeScriptV1 => node("features-v1.mjs"),
            Self::TypeScriptV2 => node("features-v2.mjs"),
            Self::PythonV1 => python("old", "features_v1.py"),
            Self::PythonV2 => python("new", "features_v2.py"),
        };
        words.extend([text(&real().join("features.json")), flag.into()]);
        if self.era() == Era::Modern {
            words.push("--modern-only".into());
        }
        words
    }

    /// Makes it reachable: a command, or a process that listens.
    #[track_caller]
    pub(crate) fn serve(self, home: &TestHome, at: Transport) -> Running {
        if at == Transport::Stdio {
            return Running { target: Target::Command(self.command("--stdio")), process: None };
        }
        let words = self.command("--http");
        let mut command = home.command(&words[0]);
        command.args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = Process::start(&mut command);
        let mut line = String::new();
        if let Some(stdout) = process.0.stdout.take()
            && let Err(error) = BufReader::new(stdout).read_line(&mut line)
        {
            panic!("{self:?} does not say where it is: {error}");
        }
        let urls: Value = serde_json::from_str(&line).unwrap_or_default();
        let Some(url) = urls[at.name()].as_str() else {
            panic!("{self:?} says of {at:?} no more than {line:?}")
        };
        Running { target: Target::Url(url.to_owned()), process: Some(process) }
    }
}

/// A server that can be reached for as long as this value lives.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) target: Target,
    #[expect(dead_code, reason = "it is held so that the process ends with it")]
    process: Option<Process>,
}

/// A process that ends with this value.
#[derive(Debug)]
pub(crate) struct Process(pub(crate) Child);

impl Process {
    #[track_caller]
    pub(crate) fn start(command: &mut std::process::Command) -> Self {
        match command.spawn() {
            Ok(child) => Self(child),
            Err(error) => panic!("cannot start {command:?}: {error}"),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The folder with the scripts and the table of features.
pub(crate) fn real() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/real")
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Where `cargo xtask test` has installed the SDKs.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "xtask tells the tests where the fixtures are")]
pub(crate) fn fixtures() -> PathBuf {
    match std::env::var_os("MCPWARDEN_FIXTURES") {
        Some(folder) => folder.into(),
        None => panic!("the official SDKs are not installed: run `cargo xtask test`"),
    }
}
