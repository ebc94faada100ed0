//! `mcpwarden probe`: how remote servers know who calls.

use std::{path::PathBuf, process::ExitCode};

use serde::{Deserialize, Serialize};
use warden_collect::auth;
use warden_detect::redact_url;
use warden_model::Hidden;

use crate::{
    Failure, Kind, World, estates,
    governed::{Format, hang, json, put},
    output,
};

/// The version of the format.
pub(crate) const VERSION: u32 = 1;

/// Tell how remote servers know who calls, by asking without credentials
///
/// Each server is asked to introduce itself and to list its tools, with nothing that says who asks.
/// What it then does tells how it is guarded: `none`, `static` (a key or password), `oauth`,
/// `mtls`, or `unknown` with the reason. No tool is called, and no redirect to another host is
/// followed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden probe https://tickets.example.com/mcp
  mcpwarden probe --estate estate.json --output probes.json
  mcpwarden estate build --tables estate --probe probes.json

Exit codes:
  0         every server was told
  1 to 4    it could not be done: internal, usage, configuration, input
  10        of at least one server it could not be told")]
pub(crate) struct Args {
    /// A server
    #[arg(value_name = "URL", required_unless_present = "estate")]
    urls: Vec<String>,

    /// Also every remote server of an estate
    #[arg(long, value_name = "PATH")]
    estate: Option<PathBuf>,

    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,

    /// Write the result as JSON to a file as well
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What was told.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    pub(crate) version: u32,
    pub(crate) at: jiff::Timestamp,
    pub(crate) servers: Vec<Probed>,
}

/// What was told of one server.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Probed {
    /// Its URL, without what may be secret in it.
    pub(crate) url: String,
    /// How it knows who calls: `none`, `static`, `oauth`, `mtls` or `unknown`.
    pub(crate) authentication: String,
    /// What says so.
    pub(crate) why: String,
    /// How many tools it lists to anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tools: Option<usize>,
}

impl Args {
    pub(crate) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let mut urls = self.urls.clone();
        if let Some(path) = &self.estate {
            urls.extend(estates::probes::urls(path, world)?);
        }
        urls.sort();
        urls.dedup();
        if let Some(other) = urls.iter().find(|url| !is_web(url)) {
            let message = format!("`{}` is no `http` or `https` URL", redact_url(other));
            return Err(Failure::new(Kind::Usage, message)
                .hint("name a remote server; what runs on this machine knows its caller"));
        }
        let servers = urls.iter().map(|url| probed(url)).collect();
        let report = Report { version: VERSION, at: world.now(), servers };
        if let Some(file) = &self.output {
            put(&world.cwd.join(file), &json(&report)?)?;
        }
        self.format.print(&report, || text(&report))?;
        let is_told = |one: &Probed| one.authentication != auth::State::Unknown.word();
        Ok(ExitCode::from(if report.servers.iter().all(is_told) { 0 } else { 10 }))
    }
}

/// Whether it is the URL of something that is asked over HTTP.
pub(crate) fn is_web(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

fn probed(url: &str) -> Probed {
    let shown = redact_url(url);
    output::tell(&format!("asking {shown}\n"));
    let told = auth::ask(&Hidden::new(url.to_owned()));
    let authentication = told.state.word().to_owned();
    Probed { url: shown, authentication, why: told.why, tools: told.tools }
}

fn text(report: &Report) -> String {
    let mut out = String::new();
    for one in &report.servers {
        hang(&mut out, (0, 9), &format!("{:<8} {}", one.authentication, one.url));
        let tools = one.tools.map_or_else(String::new, |tools| format!("; tools: {tools}"));
        hang(&mut out, (9, 9), &format!("{}{tools}", one.why));
    }
    out
}
