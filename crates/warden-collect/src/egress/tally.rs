//! What logs come to: how much went to which server that is known, and which endpoints nobody knows.

use std::collections::{BTreeMap, BTreeSet};

use super::{Said, Seen, Sign, To, What, When, Why, host, sign, sign::metadata};

/// How many endpoints that nobody knows are kept, lines of each, and sources of each.
const MOST_UNKNOWN: usize = 10_000;
const MOST_LINES: usize = 20;
const MOST_SOURCES: usize = 100;

/// A server that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its identifier.
    pub id: String,
    /// Its endpoint.
    pub to: To,
}

/// What went to one server that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// Requests and connections.
    pub connections: u64,
    /// Those of them that came from a gateway.
    pub through_gateway: u64,
    /// Questions for its address.
    pub lookups: u64,
}

/// A line of a log that shows something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The log.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// What was seen.
    pub what: What,
    /// When.
    pub when: When,
    /// The machine that it came from.
    pub source: Option<String>,
    /// The user.
    pub user: Option<String>,
}

/// What was seen of an endpoint that nobody knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What makes it look like MCP; the strongest of several.
    pub sign: Sign,
    /// Requests and connections.
    pub connections: u64,
    /// Those of them that came from a gateway.
    pub through_gateway: u64,
    /// Questions for its address.
    pub lookups: u64,
    /// The machines and users, the first hundred by name.
    pub sources: BTreeSet<(Option<String>, Option<String>)>,
    /// The first twenty lines that show it.
    pub lines: Vec<Sighting>,
    /// When it was seen last, as far as lines say a day.
    pub last: Option<jiff::civil::Date>,
}

/// An endpoint that nobody knows, with what was seen of it.
pub type Endpoint = (To, Unknown);

/// Lines that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// How many.
    pub count: u64,
    /// The first of them: the log and the line.
    pub first: (String, u64),
}

/// What logs come to.
#[derive(Debug, Default)]
pub struct Tally {
    known: BTreeMap<String, Vec<Known>>,
    gateways: BTreeSet<String>,
    listed: BTreeSet<String>,
    /// All lines.
    pub lines: u64,
    /// Requests and connections of any kind. Without one, nothing is known of how many there are.
    pub visits: u64,
    /// Requests and connections to MCP endpoints, known or not.
    pub connections: u64,
    /// Those of them that came from a gateway.
    pub through_gateway: u64,
    /// Requests and connections to a gateway. They are no egress, and in neither of the two above.
    pub to_gateways: u64,
    /// What went to servers that are known. Where a log shows only the host, and several are
    /// there, all of them are named.
    pub servers: BTreeMap<Vec<String>, Server>,
    /// What could not be read, by its reason.
    pub unread: BTreeMap<Why, Unread>,
    /// Lines about endpoints that are not kept, since there are too many others.
    pub left_out: u64,
    unknown: BTreeMap<To, Unknown>,
}

impl Tally {
    /// Nothing yet. `known` are the servers that are inventoried, `gateways` the hosts and
    /// addresses of gateways, `listed` hosts of a catalog.
    #[must_use]
    pub fn new(known: Vec<Known>, gateways: &[String], listed: &[String]) -> Self {
        let mut tally = Self::default();
        for one in known {
            tally.known.entry(one.to.host.clone()).or_default().push(one);
        }
        tally.gateways = gateways.iter().filter_map(|name| host(name)).collect();
        tally.listed = listed.iter().filter_map(|name| host(name)).collect();
        tally
    }

    /// Adds what a line of a log says.
    pub fn note(&mut self, file: &str, line: u64, said: Said) {
        self.lines += 1;
        match said {
            Said::Seen(seen) => self.seen(file, line, seen),
            Said::Nothing => {}
            Said::Unread(why) => {
                let first = || Unread { count: 0, first: (file.to_owned(), line) };
                self.unread.entry(why).or_insert_with(first).count += 1;
            }
        }
    }

    fn seen(&mut self, file: &str, line: u64, seen: Seen) {
        let is_lookup = seen.what == What::Lookup;
        self.visits += u64::from(!is_lookup);
        if self.gateways.contains(&seen.to.host) {
            self.to_gateways += u64::from(!is_lookup);
            return;
        }
        let through = !is_lookup && seen.source.as_ref().is_some_and(|from| self.is_gateway(from));
        let servers = self.servers_at(&seen);
        if !servers.is_empty() {
            let server = self.servers.entry(servers).or_default();
            server.connections += u64::from(!is_lookup);
            server.through_gateway += u64::from(through);
            server.lookups += u64::from(is_lookup);
        } else if let Some((sign, to)) = self.sign(&seen.to) {
            self.add(sign, to, seen, (file, line, through));
        } else {
            return;
        }
        self.connections += u64::from(!is_lookup);
        self.through_gateway += u64::from(through);
    }

    fn is_gateway(&self, source: &str) -> bool {
        host(source).is_some_and(|source| self.gateways.contains(&source))
    }

    /// The identifiers of the servers that this can be, in order.
    fn servers_at(&self, seen: &Seen) -> Vec<String> {
        let at_host = self.known.get(&seen.to.host).map_or(&[][..], Vec::as_slice);
        let fits = |known: &&Known| {
            seen.to.fits_port(&known.to)
                && seen.to.path.as_deref().is_none_or(|path| leads_to(path, &known.to))
        };
        let ids: BTreeSet<_> = at_host.iter().filter(fits).map(|known| known.id.clone()).collect();
        ids.into_iter().collect()
    }

    fn sign(&self, to: &To) -> Option<(Sign, To)> {
        let (sign, to) = sign(to, &|host| self.listed.contains(host))?;
        // Of a host that is known only what looks like another endpoint is one: the rest is what
        // servers also have, as pages and files.
        let is_known = self.known.contains_key(&to.host);
        // Endpoints are told apart without what was sent to them.
        let to = To { port: to.unusual_port(), fields: Vec::new(), ..to };
        (!is_known || matches!(sign, Sign::Path)).then_some((sign, to))
    }

    fn add(&mut self, sign: Sign, to: To, seen: Seen, (file, line, through): (&str, u64, bool)) {
        if self.unknown.len() >= MOST_UNKNOWN && !self.unknown.contains_key(&to) {
            self.left_out += 1;
            return;
        }
        let unknown = self.unknown.entry(to).or_insert_with(|| Unknown::new(sign));
        unknown.sign = unknown.sign.min(sign);
        unknown.connections += u64::from(seen.what != What::Lookup);
        unknown.lookups += u64::from(seen.what == What::Lookup);
        unknown.through_gateway += u64::from(through);
        unknown.last = unknown.last.max(seen.when.day);
        if unknown.sources.len() < MOST_SOURCES {
            unknown.sources.insert((seen.source.clone(), seen.user.clone()));
        }
        if unknown.lines.len() < MOST_LINES {
            unknown.lines.push(Sighting {
                file: file.to_owned(),
                line,
                what: seen.what,
                when: seen.when,
                source: seen.source,
                user: seen.user,
            });
        }
    }

    /// The endpoints that nobody knows, in order.
    ///
    /// A log that shows only hosts and one that shows whole URLs speak of the same endpoint: what
    /// was seen of the host is added to the endpoints on it, if there is one.
    #[must_use]
    pub fn unknown(&self) -> Vec<Endpoint> {
        let is_whole = |to: &To| to.path.is_none();
        let mut found: BTreeMap<To, Unknown> = self.unknown.clone();
        for (to, whole) in self.unknown.iter().filter(|(to, _)| is_whole(to)) {
            let mut merged = false;
            // Those of one host stand together.
            let first = To { port: None, path: None, ..to.clone() };
            let others = found.range_mut(first..).take_while(|(other, _)| other.host == to.host);
            for (other, known) in others.filter(|(other, _)| !is_whole(other)) {
                if to.port.is_none() || to.port == other.port {
                    known.join(whole);
                    merged = true;
                }
            }
            if merged {
                found.remove(to);
            }
        }
        found.into_iter().collect()
    }
}

/// Whether a path belongs to a known endpoint.
fn leads_to(path: &str, known: &To) -> bool {
    let own = known.path.as_deref().unwrap_or_default().trim_end_matches('/');
    let path = match metadata(path) {
        // The metadata of a whole host are those of all that is on it.
        Some("") => return true,
        Some(of) => of,
        None => path,
    };
    path.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Unknown {
    const fn new(sign: Sign) -> Self {
        Self {
            sign,
            connections: 0,
            through_gateway: 0,
            lookups: 0,
            sources: BTreeSet::new(),
            lines: Vec::new(),
            last: None,
        }
    }

    fn join(&mut self, other: &Self) {
        self.sign = self.sign.min(other.sign);
        self.connections += other.connections;
        self.through_gateway += other.through_gateway;
        self.lookups += other.lookups;
        self.last = self.last.max(other.last);
        let sources = other.sources.iter().take(MOST_SOURCES.saturating_sub(self.sources.len()));
        self.sources.extend(sources.cloned());
        let room = MOST_LINES.saturating_sub(self.lines.len());
        self.lines.extend(other.lines.iter().take(room).cloned());
    }
}
