//! Logs of proxies, resolvers and firewalls, held against an estate.

use std::path::PathBuf;

use warden_report::printable;

use crate::{
    Failure, World,
    estates::{
        From,
        egress::{Found, Places, Shadow, read},
    },
    governed::{Format, add, hang, some},
};

/// How many lines of a log are printed of one endpoint.
const LINES: usize = 3;

/// Find servers in egress logs that nobody has registered
///
/// Reads logs of squid, of proxies that write the common or combined format, of envoy, dnsmasq,
/// BIND and Zeek, W3C extended logs, CSV with a header, and JSON lines with named members. What is
/// registered is known by the URLs of the servers in the estate. Anything else that looks like a
/// server by its path, its host or a registry is told with the lines that show it. Nothing is
/// asked of any server.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden estate egress access.log dns.log --estate estate.json
  mcpwarden estate egress zscaler.csv --estate estate --gateway 10.0.0.9 \
    --format json

Exit codes:
  0         done, also if something was found
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(super) struct Args {
    /// A log
    #[arg(value_name = "LOG", required = true)]
    logs: Vec<PathBuf>,

    #[command(flatten)]
    places: Places,

    #[command(flatten)]
    from: From,

    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<(), Failure> {
        let estate = self.from.load(world)?;
        let found = read(&self.logs, &estate, &self.places)?;
        self.format.print(&found, || text(&found))
    }
}

fn text(found: &Found) -> String {
    let (logs, lines, connections, through) = found.counts();
    let mut out = format!("logs: {logs}, lines: {lines}\n");
    let known = |count: Option<u64>| count.map_or_else(|| "not known".into(), |it| it.to_string());
    add(
        &mut out,
        0,
        &format!(
            "connections to MCP endpoints: {}; through a gateway: {}",
            known(connections),
            known(through)
        ),
    );
    let (servers, shadows) = found.parts();
    if !servers.is_empty() {
        out.push_str(&format!(
            "\n{:<44}{:>12}{:>12}{:>12}\n",
            "registered", "connections", "by gateway", "lookups"
        ));
    }
    for server in servers {
        let name = printable(&server.servers.join(", ")).into_owned();
        out.push_str(&format!(
            "{name:<44}{:>12}{:>12}{:>12}\n",
            server.connections, server.through_gateway, server.lookups
        ));
    }
    out.push_str(&format!("\nnot registered: {}\n", shadows.len()));
    for one in shadows {
        shadow(&mut out, one);
    }
    let told = found.told();
    if !told.is_empty() {
        out.push('\n');
    }
    for line in told {
        hang(&mut out, (0, 2), &line);
    }
    out
}

fn shadow(out: &mut String, one: &Shadow) {
    hang(out, (2, 4), &one.endpoint);
    let seen = one.seen.map_or_else(String::new, |day| format!(", last on {day}"));
    let (connections, lookups) = (one.connections, one.lookups);
    let counts = format!("{}; connections: {connections}, lookups: {lookups}{seen}", one.why);
    hang(out, (4, 6), &counts);
    for (what, names) in [("from", &one.sources), ("by", &one.users)] {
        if !names.is_empty() {
            hang(out, (4, 6), &format!("{what} {}", some(names, names.len())));
        }
    }
    for line in one.lines.iter().take(LINES) {
        let at = line.at.as_deref().unwrap_or("no time");
        hang(out, (4, 6), &format!("{}:{} {at}, {}", line.file, line.line, line.what));
    }
}
