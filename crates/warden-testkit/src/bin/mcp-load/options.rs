//! The flags.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::time::Duration;

/// Which protocol era is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    /// `initialize` and a session.
    Legacy,
    /// `_meta` and headers on every request.
    Modern,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Call,
    List,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Ask as fast as answers come, for this long.
    Time(Duration),
    /// Ask as fast as answers come, so often.
    Requests(u64),
    /// Open so many legacy sessions, each with a stream, and hold them.
    Sessions(usize),
    /// Open so many modern streams, and hold them.
    Streams(usize),
    /// Start a program and say when the first right answer came, so many times.
    First(usize),
}

/// Where the server is.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) authority: String,
    pub(crate) path: String,
}

/// Everything that was said.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) target: Target,
    pub(crate) mode: Mode,
    pub(crate) connections: usize,
    pub(crate) warmup: Duration,
    pub(crate) patience: Duration,
    pub(crate) era: Era,
    pub(crate) method: Method,
    pub(crate) tool: String,
    pub(crate) tools: usize,
    pub(crate) payload: usize,
    pub(crate) arguments: usize,
    pub(crate) headers: Vec<String>,
    /// The process to watch, with those that it started.
    pub(crate) pid: Option<u32>,
    /// Programs among them that are not counted.
    pub(crate) without: Vec<String>,
    pub(crate) command: Vec<String>,
}

impl Options {
    /// Reads the flags. An unknown one is an error.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self {
            target: target("http://127.0.0.1:80/mcp")?,
            mode: Mode::Time(Duration::from_secs(3)),
            connections: 1,
            warmup: Duration::from_millis(500),
            patience: Duration::from_secs(10),
            era: Era::Legacy,
            method: Method::Call,
            tool: "echo".into(),
            tools: 100,
            payload: 64,
            arguments: 64,
            headers: Vec::new(),
            pid: None,
            without: Vec::new(),
            command: Vec::new(),
        };
        let mut url = None;
        let mut rest = arguments.iter();
        while let Some(flag) = rest.next() {
            if flag == "--" {
                options.command = rest.cloned().collect();
                break;
            }
            let value =
                rest.next().ok_or_else(|| format!("`{flag}` is unknown or lacks a value"))?;
            if flag == "--url" {
                url = Some(value);
            } else {
                options.set(flag, value)?;
            }
        }
        options.target = target(url.ok_or("`--url` is missing")?)?;
        if matches!(options.mode, Mode::First(_)) && options.command.is_empty() {
            return Err("`--first-answer` wants a command after `--`".into());
        }
        Ok(options)
    }

    fn set(&mut self, flag: &str, value: &str) -> Result<(), String> {
        match flag {
            "--seconds" => self.mode = Mode::Time(seconds(flag, value)?),
            "--requests" => self.mode = Mode::Requests(number::<u64>(flag, value)?.max(1)),
            "--idle-sessions" => self.mode = Mode::Sessions(number(flag, value)?),
            "--streams" => self.mode = Mode::Streams(number(flag, value)?),
            "--first-answer" => self.mode = Mode::First(number::<usize>(flag, value)?.max(1)),
            "--connections" => self.connections = number::<usize>(flag, value)?.max(1),
            "--warmup" => self.warmup = seconds(flag, value)?,
            "--patience" => self.patience = seconds(flag, value)?,
            "--era" => self.era = era(value)?,
            "--method" => self.method = method(value)?,
            "--tool" => self.tool = value.into(),
            "--tools" => self.tools = number(flag, value)?,
            "--payload" => self.payload = number(flag, value)?,
            "--arguments" => self.arguments = number(flag, value)?,
            "--header" => self.headers.push(value.into()),
            "--pid" => self.pid = Some(number(flag, value)?),
            "--without" => self.without.push(value.into()),
            _ => return Err(format!("unknown flag `{flag}`")),
        }
        Ok(())
    }
}

fn target(url: &str) -> Result<Target, String> {
    let bad = || format!("`--url` wants http://host:port/path, not `{url}`");
    let rest = url.strip_prefix("http://").ok_or_else(bad)?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut addresses = authority.to_socket_addrs().map_err(|_| bad())?;
    let address = addresses.next().ok_or_else(bad)?;
    Ok(Target { address, authority: authority.into(), path: format!("/{path}") })
}

fn era(value: &str) -> Result<Era, String> {
    match value {
        "legacy" => Ok(Era::Legacy),
        "modern" => Ok(Era::Modern),
        _ => Err(format!("`--era` is legacy or modern, not `{value}`")),
    }
}

fn method(value: &str) -> Result<Method, String> {
    match value {
        "tools/call" => Ok(Method::Call),
        "tools/list" => Ok(Method::List),
        _ => Err(format!("`--method` is tools/call or tools/list, not `{value}`")),
    }
}

fn seconds(flag: &str, value: &str) -> Result<Duration, String> {
    let seconds: f64 = number(flag, value)?;
    Duration::try_from_secs_f64(seconds).map_err(|_| format!("`{flag}` wants seconds"))
}

fn number<T: std::str::FromStr>(flag: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("`{flag}` wants a number, not `{value}`"))
}
