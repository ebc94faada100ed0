//! What egress logs show beside an estate: servers that nobody has registered, and how much of the
//! traffic goes through gateways.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value, json};
use warden_collect::egress::{self, Endpoint, Known, Sighting, Tally, To, What};
use warden_detect::redact;
use warden_govern::{Estate, estate::LogLine};
use warden_model::{Digest, Hasher};

use crate::{Failure, Kind};

/// What has to be known to read a log.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Places {
    /// The host or the address of a gateway, as logs name it
    ///
    /// What comes from it went through a gateway. What goes to it is no egress, and not counted.
    #[arg(long = "gateway", value_name = "HOST")]
    gateways: Vec<String>,
    /// A list of servers as registries hand it out: the hosts of remote servers in it are servers
    ///
    /// JSON as of `GET /v0.1/servers`, or what `mcpwarden catalog export` writes.
    #[arg(long, value_name = "FILE")]
    registry: Option<PathBuf>,
}

/// What logs showed.
#[derive(Debug, Serialize)]
pub(crate) struct Found {
    /// The digest of the estate that they were held against.
    estate: String,
    /// The logs.
    logs: Vec<Log>,
    /// All their lines.
    lines: u64,
    /// Requests and connections to MCP endpoints; none if no log shows any request or connection.
    connections: Option<u64>,
    /// Those of them that came from a gateway; none as above, or if no gateway was named.
    through_gateway: Option<u64>,
    /// Requests and connections to gateways, which are not in the two above.
    to_gateways: u64,
    /// What went to servers that are registered.
    servers: Vec<Server>,
    /// Endpoints that nobody has registered.
    shadows: Vec<Shadow>,
    /// What could not be read.
    unread: Vec<Unread>,
    /// Lines about endpoints beyond those that are kept.
    left_out: u64,
}

#[derive(Debug, Serialize)]
struct Log {
    file: String,
    digest: String,
    lines: u64,
}

/// What went to a server; several where a log shows only the host that they share.
#[derive(Debug, Serialize)]
pub(crate) struct Server {
    pub(crate) servers: Vec<String>,
    pub(crate) connections: u64,
    pub(crate) through_gateway: u64,
    pub(crate) lookups: u64,
}

/// An endpoint that nobody has registered.
#[derive(Debug, Serialize)]
pub(crate) struct Shadow {
    pub(crate) endpoint: String,
    pub(crate) why: &'static str,
    pub(crate) connections: u64,
    pub(crate) through_gateway: u64,
    pub(crate) lookups: u64,
    pub(crate) seen: Option<Date>,
    pub(crate) sources: Vec<String>,
    pub(crate) users: Vec<String>,
    pub(crate) lines: Vec<LogLine>,
}

#[derive(Debug, Serialize)]
struct Unread {
    why: &'static str,
    lines: u64,
    file: String,
    first_line: u64,
}

/// Reads logs and holds them against an estate.
///
/// # Errors
/// A log or a list of servers that cannot be read.
pub(crate) fn read(logs: &[PathBuf], estate: &Estate, places: &Places) -> Result<Found, Failure> {
    let listed = places.registry.as_deref().map(hosts).transpose()?.unwrap_or_default();
    let mut tally = Tally::new(known(estate), &places.gateways, &listed);
    let mut read = Vec::new();
    for log in logs {
        let file = log.display().to_string();
        let before = tally.lines;
        let digest = one(log, &file, &mut tally).map_err(|error| {
            Failure::new(Kind::Input, format!("cannot read the log `{file}`"))
                .caused_by(error)
                .hint("logs are read as text: unpack one that is packed")
        })?;
        read.push(Log { file, digest: digest.to_string(), lines: tally.lines - before });
    }
    Ok(Found::new(estate, read, &tally, !places.gateways.is_empty()))
}

fn one(log: &Path, name: &str, tally: &mut Tally) -> io::Result<Digest> {
    let mut hashed = Hashed { file: File::open(log)?, hasher: Hasher::default() };
    egress::each(&mut hashed, &mut |line, said| tally.note(name, line, said))?;
    Ok(hashed.hasher.finish())
}

/// A file of which a digest is made while it is read: logs are too long to be read twice.
struct Hashed {
    file: File,
    hasher: Hasher,
}

impl Read for Hashed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.hasher.add(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

/// The servers of an estate that have a URL.
fn known(estate: &Estate) -> Vec<Known> {
    let servers = estate.servers.iter();
    let of = servers.filter_map(|server| {
        let url = server.package.as_deref().filter(|package| package.contains("://"))?;
        Some(Known { id: server.id.clone(), to: To::from_url(url)? })
    });
    of.collect()
}

/// The hosts of remote servers in a list of a registry.
fn hosts(file: &Path) -> Result<Vec<String>, Failure> {
    let bad = || {
        let message = format!("`{}` is no list of servers", file.display());
        Failure::new(Kind::Input, message).hint(
            "it is JSON with a member `servers`, as `GET /v0.1/servers` of a registry answers",
        )
    };
    let list: Value =
        serde_json::from_slice(&super::read(file)?).map_err(|error| bad().caused_by(error))?;
    let servers = list["servers"].as_array().ok_or_else(bad)?;
    // Newer registries put what they say themselves beside the server.
    let remotes = |one: &Value| {
        let server = if one["server"].is_object() { &one["server"] } else { one };
        server["remotes"].as_array().cloned().unwrap_or_default()
    };
    let urls = servers.iter().flat_map(remotes);
    let hosts = urls.filter_map(|remote| Some(To::from_url(remote["url"].as_str()?)?.host));
    Ok(hosts.collect())
}

impl Found {
    fn new(estate: &Estate, logs: Vec<Log>, tally: &Tally, gateways: bool) -> Self {
        let is_counted = tally.visits > 0;
        let servers = tally.servers.iter().map(|(servers, counted)| Server {
            servers: servers.clone(),
            connections: counted.connections,
            through_gateway: counted.through_gateway,
            lookups: counted.lookups,
        });
        let unread = tally.unread.iter().map(|(why, unread)| Unread {
            why: why.words(),
            lines: unread.count,
            file: unread.first.0.clone(),
            first_line: unread.first.1,
        });
        Self {
            estate: estate.digest().to_string(),
            logs,
            lines: tally.lines,
            connections: is_counted.then_some(tally.connections),
            through_gateway: (is_counted && gateways).then_some(tally.through_gateway),
            to_gateways: tally.to_gateways,
            servers: servers.collect(),
            shadows: tally.unknown().iter().map(shadow).collect(),
            unread: unread.collect(),
            left_out: tally.left_out,
        }
    }

    /// What was found, as members of an estate of this day.
    pub(super) fn members(&self, day: Date) -> Map<String, Value> {
        let evidence = self.logs.iter().map(|log| {
            let name = log.file.rsplit('/').next().unwrap_or(&log.file);
            json!({"id": log.file, "kind": "egress-log", "name": name, "digest": log.digest,
                "at": day})
        });
        let shadows = self.shadows.iter().map(|shadow| {
            let mut files: Vec<_> = shadow.lines.iter().map(|line| line.file.as_str()).collect();
            files.sort_unstable();
            files.dedup();
            let user = (!shadow.users.is_empty()).then(|| shadow.users.join(", "));
            json!({"endpoint": shadow.endpoint, "seen": shadow.seen, "user": user,
                "why": shadow.why, "connections": shadow.connections, "lines": shadow.lines,
                "evidence": files})
        });
        let logs: Vec<_> = self.logs.iter().map(|log| log.file.as_str()).collect();
        let traffic = json!({"estimated": self.connections,
            "through_gateway": self.through_gateway, "egress": logs});
        Map::from_iter([
            ("evidence".into(), evidence.collect()),
            ("shadows".into(), shadows.collect()),
            ("traffic".into(), traffic),
        ])
    }

    /// What has to be said besides.
    pub(crate) fn told(&self) -> Vec<String> {
        let unread = self.unread.iter().map(|unread| {
            let Unread { why, lines, file, first_line } = unread;
            format!(
                "lines of logs that cannot be read: {lines}, {why}; the first is \
                 {file}:{first_line}"
            )
        });
        let mut told: Vec<_> = unread.collect();
        if self.left_out > 0 {
            told.push(format!("lines about endpoints that are not kept: {}", self.left_out));
        }
        told
    }

    /// The parts that text shows.
    pub(crate) fn parts(&self) -> (&[Server], &[Shadow]) {
        (&self.servers, &self.shadows)
    }

    /// How many logs and lines, and the two totals.
    pub(crate) fn counts(&self) -> (usize, u64, Option<u64>, Option<u64>) {
        (self.logs.len(), self.lines, self.connections, self.through_gateway)
    }
}

/// Each name once, in order.
fn names<'a>(all: impl Iterator<Item = &'a Option<String>>) -> Vec<String> {
    let mut names: Vec<_> = all.flatten().cloned().collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn shadow((to, unknown): &Endpoint) -> Shadow {
    Shadow {
        // A path can be a secret: some servers know their caller by nothing else.
        endpoint: redact(&to.to_string()),
        why: unknown.sign.words(),
        connections: unknown.connections,
        through_gateway: unknown.through_gateway,
        lookups: unknown.lookups,
        seen: unknown.last,
        sources: names(unknown.sources.iter().map(|(source, _)| source)),
        users: names(unknown.sources.iter().map(|(_, user)| user)),
        lines: unknown.lines.iter().map(line).collect(),
    }
}

fn line(one: &Sighting) -> LogLine {
    let what = match one.what {
        What::Request => "request",
        What::Connection => "connection",
        What::Lookup => "lookup",
    };
    LogLine {
        file: one.file.clone(),
        line: one.line,
        what: what.into(),
        at: Some(one.when.text.clone()).filter(|text| !text.is_empty()),
        source: one.source.clone(),
        user: one.user.clone(),
    }
}
