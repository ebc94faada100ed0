//! `mcpwarden catalog`: what is certified, for clients and for people.

mod answer;
mod export;
mod hosts;
mod serve;
mod table;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use jiff::Timestamp;
use warden_report::catalog::{ADDERS, Catalog, Door, GatewayUrl, Snippet};

use crate::{
    Failure, Kind, World,
    certify::{
        keep,
        listed::{Listing, Shown, Terms, listed},
    },
    output,
    paths::Paths,
};

/// Show clients and people what is certified
///
/// The catalog holds every server of this machine that is certified, from npm, from PyPI or at an
/// address, in the form of the official MCP Registry: a client that can be given a registry then
/// offers nothing else. What is revoked, held back or expired is in no list any more.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden catalog list
  mcpwarden catalog serve --namespace com.example.tools
  mcpwarden catalog export --namespace com.example.tools --folder public
  mcpwarden catalog snippet mail --client cursor

Exit codes:
  0         done; for `serve`, it was told to stop
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Show what is in the catalog, as a table
    List {
        #[command(flatten)]
        from: From,
    },
    /// Write the catalog into a folder that any web server can serve
    Export {
        #[command(flatten)]
        from: From,
        /// The folder; an earlier export in it is replaced as a whole
        #[arg(long, value_name = "FOLDER")]
        folder: PathBuf,
        /// The gateway through which servers elsewhere are added
        #[arg(long, value_name = "URL", value_parser = gateway)]
        gateway: Option<GatewayUrl>,
    },
    /// Serve the catalog over HTTP: the API below `/v0.1`, and a page at `/`
    Serve {
        #[command(flatten)]
        from: From,
        #[command(flatten)]
        listen: Listen,
    },
    /// Show how a client adds a server
    Snippet {
        /// The server: its name in the catalog, or that by which it was certified
        #[arg(value_name = "NAME")]
        name: String,
        /// The client, for example `cursor`
        #[arg(long, value_name = "CLIENT")]
        client: String,
        #[command(flatten)]
        from: From,
        /// The gateway through which servers elsewhere are added
        #[arg(long, value_name = "URL", value_parser = gateway)]
        gateway: Option<GatewayUrl>,
    },
}

/// What the catalog is made from.
#[derive(Debug, clap::Args)]
struct From {
    /// What stands before the slash of every name that has none, as reverse DNS
    #[arg(long, value_name = "NAME", default_value = "local", value_parser = namespace)]
    namespace: String,

    /// The least level that is shown
    #[arg(long, value_name = "LEVEL", default_value_t = 1,
          value_parser = clap::value_parser!(u8).range(0..=3))]
    level: u8,

    /// The keys that are trusted; otherwise those of this machine
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
}

/// Where the catalog is served, and for whom.
#[derive(Debug, clap::Args)]
struct Listen {
    /// Where to listen
    #[arg(long = "listen", value_name = "ADDRESS", default_value = "127.0.0.1:8941")]
    address: SocketAddr,

    /// Listen at an address that other machines reach
    #[arg(long)]
    public: bool,

    /// A name that clients know this machine by, beside `localhost` and its address
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,

    /// Let web pages of other origins read the catalog: some clients ask from inside a browser
    #[arg(long)]
    browsers: bool,

    /// The gateway through which servers elsewhere are added
    #[arg(long, value_name = "URL", value_parser = gateway)]
    gateway: Option<GatewayUrl>,
}

/// From where the catalog is read, as often as anybody wants.
#[derive(Clone, Debug)]
struct Source {
    paths: Paths,
    trust: Option<PathBuf>,
    terms: Terms,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self.what {
            What::List { from } => {
                let now = world.now();
                let listing = from.source(world)?.read(now)?;
                tell_left_out(&listing);
                output::print(&table::table(&catalog(&listing, now)?))?;
            }
            What::Export { from, folder, gateway } => {
                let now = world.now();
                let listing = from.source(world)?.read(now)?;
                tell_left_out(&listing);
                let catalog = catalog(&listing, now)?;
                export::export(&catalog, &world.cwd.join(folder), gateway.as_ref())?;
            }
            What::Serve { from, listen } => serve::run(from.source(world)?, listen)?,
            What::Snippet { name, client, from, gateway } => {
                snippet((&name, &client), &from.source(world)?, gateway.as_ref(), world.now())?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl From {
    fn source(self, world: &World) -> Result<Source, Failure> {
        Ok(Source {
            paths: Paths::of(world)?,
            trust: self.trust.map(|file| world.cwd.join(file)),
            terms: Terms { namespace: self.namespace, level: self.level },
        })
    }
}

impl Source {
    /// What is certified at this time.
    fn read(&self, now: Timestamp) -> Result<Listing, Failure> {
        let trust = keep::trust(self.trust.as_deref(), &self.paths)?;
        listed(&self.paths, &trust, now, &self.terms)
    }
}

/// The catalog of a listing.
fn catalog(listing: &Listing, now: Timestamp) -> Result<Catalog, Failure> {
    Catalog::of(listing.entries(), now).map_err(|problems| {
        let failure = Failure::new(Kind::Internal, "what is certified makes no catalog");
        problems.iter().take(20).fold(failure, |failure, problem| failure.hint(problem.to_string()))
    })
}

/// Says what is certified and not in the catalog.
fn tell_left_out(listing: &Listing) {
    for one in &listing.left_out {
        tell(&format!("left out `{}`: {}", one.what, one.why));
    }
}

fn tell(message: &str) {
    output::tell(&format!("mcpwarden: {}\n", warden_report::printable(message)));
}

fn snippet(
    (name, client): (&str, &str),
    source: &Source,
    gateway: Option<&GatewayUrl>,
    now: Timestamp,
) -> Result<(), Failure> {
    if !ADDERS.iter().any(|adder| adder.id == client) {
        let known: Vec<&str> = ADDERS.iter().map(|adder| adder.id).collect();
        return Err(Failure::new(Kind::Usage, format!("no client is called `{client}`"))
            .hint(format!("there are: {}", known.join(", "))));
    }
    let listing = source.read(now)?;
    let catalog = catalog(&listing, now)?;
    let named = |one: &&Shown| one.local == name || one.entry.name == name;
    let found = listing.shown.iter().filter(named).find_map(|one| {
        let listed = catalog.version(&one.entry.name, &one.entry.version, false)?;
        Some((one, listed.entry))
    });
    let Some((shown, entry)) = found else {
        tell_left_out(&listing);
        return Err(Failure::new(Kind::Input, format!("`{name}` is not in the catalog"))
            .hint("see what is: `mcpwarden catalog list`"));
    };
    let door = match (Door::to(entry, gateway), entry.packages.is_empty()) {
        // A server is started by the name that it was certified by.
        (Some(_), false) => Door::Run(shown.local.clone()),
        (Some(door), true) => door,
        (None, _) => {
            return Err(Failure::new(Kind::Usage, format!("`{name}` is elsewhere"))
                .hint("name the gateway that leads to it: `--gateway URL`"));
        }
    };
    let snippets = catalog.snippets(entry, &door);
    match snippets.iter().find(|one| one.client == client) {
        Some(one) => print(one),
        None => Err(Failure::new(Kind::Internal, "nobody knows how this client adds a server")),
    }
}

/// The text on standard output; where it belongs, and what does the same, on standard error.
fn print(snippet: &Snippet) -> Result<(), Failure> {
    match &snippet.text {
        Some(text) => {
            tell(&format!("goes into {}", snippet.place.linux));
            output::print(text)?;
        }
        None => tell(&format!("add it in the settings of {} yourself", snippet.name)),
    }
    for same in [&snippet.command, &snippet.link].into_iter().flatten() {
        tell(&format!("or: {same}"));
    }
    Ok(())
}

fn gateway(text: &str) -> Result<GatewayUrl, String> {
    GatewayUrl::parse(text).map_err(|error| error.to_string())
}

/// A namespace of the registry: labels of letters, digits and hyphens between dots.
fn namespace(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    let label = |label: &str| {
        label.bytes().all(|byte| plain(byte) || byte == b'-')
            && label.bytes().next().is_some_and(plain)
            && label.bytes().last().is_some_and(plain)
    };
    if text.len() <= 150 && text.split('.').all(label) {
        return Ok(text.to_owned());
    }
    Err("expected a name in reverse DNS, for example `com.example.tools`".to_owned())
}
