//! Who is measured. Each stands before the same servers, or is left out.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::cells::{TOOLS, Upstream};
use super::programs::{Prepared, Running, free_port};
use super::{nginx, ours};
use xtask::shell::Failure;

/// Somebody who stands between a client and a server.
pub(super) struct Contender {
    /// What one types, and the column in the table.
    pub(super) name: &'static str,
    /// What it is, for people.
    pub(super) title: &'static str,
    /// Before which servers it can stand.
    pub(super) upstreams: &'static [Upstream],
    /// What a client has to show on every request, as a line of its head.
    pub(super) shows: Option<&'static str>,
    /// What to start; nothing is started to speak to a server directly.
    pub(super) prepare: Option<Prepare>,
}

/// Gets everything ready for one contender before one server.
type Prepare = fn(&Setup, Upstream) -> Result<Prepared, Failure>;

pub(super) const DIRECT: &str = "direct";
pub(super) const NGINX: &str = "nginx";
pub(super) const OURS: &str = "ours";
pub(super) const OFF: &str = "ours, no inspection";
pub(super) const RULED: &str = "ours with rules";

/// Every contender, in the order in which they have their turns.
pub(super) static CONTENDERS: &[Contender] = &[
    Contender {
        name: DIRECT,
        title: "the server itself",
        upstreams: &[Upstream::Json, Upstream::Sse],
        shows: None,
        prepare: None,
    },
    Contender {
        name: NGINX,
        title: "nginx as a reverse proxy",
        upstreams: &[Upstream::Json, Upstream::Sse],
        shows: None,
        prepare: Some(nginx::prepare),
    },
    Contender {
        name: OURS,
        title: "`mcpwarden gateway` with pin, policy, inspection and ledger",
        upstreams: &Upstream::ALL,
        shows: None,
        prepare: Some(ours::everything),
    },
    Contender {
        name: OFF,
        title: "`mcpwarden gateway` without inspection",
        upstreams: &Upstream::ALL,
        shows: None,
        prepare: Some(ours::without_inspection),
    },
    Contender {
        name: RULED,
        title: "`mcpwarden gateway` with everything, the pack `team`, keys of clients and limits",
        upstreams: &Upstream::ALL,
        shows: Some(ours::SHOWS),
        prepare: Some(ours::with_rules),
    },
];

/// What contenders are set up with.
pub(super) struct Setup {
    /// A folder of our own.
    pub(super) folder: PathBuf,
    pub(super) mock: PathBuf,
    /// `mcpwarden`, if it is wanted.
    pub(super) warden: Option<PathBuf>,
    json: (Running, String),
    sse: (Running, String),
}

/// A contender before one server, ready to be asked.
pub(super) struct Stand {
    pub(super) contender: &'static Contender,
    pub(super) upstream: Upstream,
    pub(super) url: String,
    running: Option<Running>,
}

impl Setup {
    /// Starts the servers that all of them stand before.
    pub(super) fn new(
        folder: PathBuf,
        mock: PathBuf,
        warden: Option<PathBuf>,
    ) -> Result<Self, Failure> {
        let start = |answer: &str| {
            let tools = TOOLS.to_string();
            let mut command = Command::new(&mock);
            command.args(["--port", "0", "--tools", &tools, "--answer", answer]);
            let mut running = Running::spawn(command.stdout(Stdio::piped()))?;
            let line = running.first_line()?;
            let url = line.strip_prefix("listening on ").map(str::to_owned);
            let url = url.ok_or_else(|| Failure(format!("the mock server says `{line}`")))?;
            Ok::<_, Failure>((running, url))
        };
        let (json, sse) = (start("json")?, start("sse")?);
        Ok(Self { folder, mock, warden, json, sse })
    }

    /// Where the server is, if it is one that has a place.
    pub(super) fn server(&self, upstream: Upstream) -> Option<&str> {
        match upstream {
            Upstream::Json => Some(&self.json.1),
            Upstream::Sse => Some(&self.sse.1),
            Upstream::Stdio => None,
        }
    }
}

/// A server of its own, with nothing before it.
pub(super) fn server_alone(setup: &Setup, _: Upstream) -> Result<Prepared, Failure> {
    let port = free_port()?;
    let words = ["--port".to_owned(), port.to_string(), "--tools".into(), TOOLS.to_string()];
    Ok(Prepared {
        program: setup.mock.clone(),
        arguments: words.map(Into::into).to_vec(),
        environment: Vec::new(),
        port,
    })
}

impl Contender {
    /// The flags by which the load generator shows what has to be shown.
    pub(super) fn flags(&self) -> impl Iterator<Item = &'static str> {
        self.shows.into_iter().flat_map(|line| ["--header", line])
    }

    /// Starts it before this server.
    pub(super) fn stand(
        &'static self,
        setup: &Setup,
        upstream: Upstream,
    ) -> Result<Stand, Failure> {
        let (url, running) = match self.prepare {
            Some(prepare) => {
                let prepared = prepare(setup, upstream)?;
                (prepared.url(), Some(prepared.start()?))
            }
            None => (setup.server(upstream).unwrap_or_default().to_owned(), None),
        };
        Ok(Stand { contender: self, upstream, url, running })
    }
}

impl Stand {
    /// The process to watch, if there is one between client and server.
    pub(super) fn pid(&self) -> Option<u32> {
        self.running.as_ref().map(Running::pid)
    }
}
