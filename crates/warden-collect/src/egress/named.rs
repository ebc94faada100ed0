//! Forms in which values have names: tables with a header, and JSON.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Said, Seen, To, What, When, Why};

/// What a name says of its value. Names are compared in small letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Host,
    Url,
    Path,
    Port,
    Lookup,
    Address,
    Method,
    Source,
    User,
    Day,
    Time,
}

/// The names that W3C extended logs, Zeek, Suricata, envoy, the Elastic Common Schema and exports
/// of secure web gateways use. Of several that are there, the first in this order counts.
static NAMES: &[(&str, Role)] = &[
    ("cs-host", Role::Host),
    ("cs(host)", Role::Host),
    ("host", Role::Host),
    ("server_name", Role::Host),
    ("tls.sni", Role::Host),
    ("tls.client.server_name", Role::Host),
    ("sni", Role::Host),
    ("requested_server_name", Role::Host),
    ("authority", Role::Host),
    (":authority", Role::Host),
    ("http.hostname", Role::Host),
    ("http.host", Role::Host),
    ("destination.domain", Role::Host),
    ("url.domain", Role::Host),
    ("dest_host", Role::Host),
    ("dst_host", Role::Host),
    ("hostname", Role::Host),
    ("cs-uri", Role::Url),
    ("url.full", Role::Url),
    ("url.original", Role::Url),
    ("url", Role::Url),
    ("request_url", Role::Url),
    ("requesturl", Role::Url),
    ("cs-uri-path", Role::Path),
    ("cs-uri-stem", Role::Path),
    ("url.path", Role::Path),
    ("http.url", Role::Path),
    ("x-envoy-original-path", Role::Path),
    (":path", Role::Path),
    ("path", Role::Path),
    ("uri", Role::Path),
    ("cs-uri-port", Role::Port),
    ("id.resp_p", Role::Port),
    ("destination.port", Role::Port),
    ("dest_port", Role::Port),
    ("dst_port", Role::Port),
    ("dstport", Role::Port),
    ("dns.question.name", Role::Lookup),
    ("dns.rrname", Role::Lookup),
    ("qname", Role::Lookup),
    ("query_name", Role::Lookup),
    ("query", Role::Lookup),
    ("id.resp_h", Role::Address),
    ("destination.ip", Role::Address),
    ("dest_ip", Role::Address),
    ("dst_ip", Role::Address),
    ("dstip", Role::Address),
    ("dstaddr", Role::Address),
    ("r-ip", Role::Address),
    ("cs-method", Role::Method),
    ("http.request.method", Role::Method),
    ("http.http_method", Role::Method),
    ("requestmethod", Role::Method),
    ("method", Role::Method),
    (":method", Role::Method),
    ("c-ip", Role::Source),
    ("id.orig_h", Role::Source),
    ("source.ip", Role::Source),
    ("source.address", Role::Source),
    ("src_ip", Role::Source),
    ("srcip", Role::Source),
    ("srcaddr", Role::Source),
    ("client_ip", Role::Source),
    ("clientip", Role::Source),
    ("cip", Role::Source),
    ("downstream_remote_address", Role::Source),
    ("client", Role::Source),
    ("source", Role::Source),
    ("src", Role::Source),
    ("cs-username", Role::User),
    ("user.name", Role::User),
    ("username", Role::User),
    ("user", Role::User),
    ("login", Role::User),
    ("date", Role::Day),
    ("@timestamp", Role::Time),
    ("timestamp", Role::Time),
    ("datetime", Role::Time),
    ("start_time", Role::Time),
    ("event_time", Role::Time),
    ("ts", Role::Time),
    ("_time", Role::Time),
    ("time", Role::Time),
];

/// The role of a name, and how early it stands in the table.
fn role(name: &str) -> Option<(usize, Role)> {
    let name = name.trim().to_ascii_lowercase();
    let found = NAMES.iter().enumerate().find(|(_, (known, _))| *known == name);
    found.map(|(at, (_, role))| (at, *role))
}

/// How columns are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Between {
    Spaces,
    Tab,
    Comma,
}

/// The columns of a table.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    between: Between,
    roles: Vec<Option<(usize, Role)>>,
}

impl Columns {
    /// The columns that a line with `#` in front sets: `#Fields: …` (W3C) or `#fields…` (Zeek).
    pub(super) fn directive(text: &str) -> Option<Self> {
        if let Some(names) = text.strip_prefix("#Fields:") {
            return Some(Self::of(Between::Spaces, names.split_whitespace()));
        }
        let names = text.strip_prefix("#fields\t")?;
        Some(Self::of(Between::Tab, names.split('\t')))
    }

    /// The columns of a CSV header: it has commas, and names where somebody went.
    pub(super) fn header(text: &str) -> Option<Self> {
        if !text.contains(',') {
            return None;
        }
        let names = cells(text)?;
        let columns = Self::of(Between::Comma, names.iter().map(String::as_str));
        let says_where = |role: &Option<(usize, Role)>| {
            matches!(role, Some((_, Role::Host | Role::Url | Role::Lookup | Role::Address)))
        };
        columns.roles.iter().any(says_where).then_some(columns)
    }

    fn of<'a>(between: Between, names: impl Iterator<Item = &'a str>) -> Self {
        Self { between, roles: names.map(role).collect() }
    }

    /// What a row says.
    pub(super) fn line(&self, text: &str) -> Said {
        let cells = match self.between {
            Between::Spaces => Some(words(text)),
            Between::Tab => Some(text.split('\t').map(ToOwned::to_owned).collect()),
            Between::Comma => cells(text),
        };
        match cells {
            Some(cells) if cells.len() == self.roles.len() => {
                let named = self.roles.iter().zip(cells);
                Named::of(named.filter_map(|(role, cell)| Some(((*role)?, cell)))).said()
            }
            _ => Said::Unread(Why::Columns),
        }
    }
}

/// Words between spaces, where what stands between quotation marks is one.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    let mut begun = false;
    for c in text.chars() {
        match c {
            '"' => (quoted, begun) = (!quoted, true),
            c if c.is_whitespace() && !quoted => {
                if std::mem::take(&mut begun) {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

/// The cells of one line of CSV; none if a quotation mark stays open.
fn cells(text: &str) -> Option<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .buffer_capacity(text.len() + 1)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let record = records.next()?.ok()?;
    Some(record.iter().map(|cell| cell.trim().to_owned()).collect())
}

/// How deep names of JSON go, and how many values of one line are looked at.
const DEPTH: usize = 4;
const MOST_VALUES: usize = 1024;

/// What a line of JSON says.
pub(super) fn json(text: &str) -> Said {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return Said::Unread(Why::NoForm) };
    let mut found = Vec::new();
    flat(&value, "", DEPTH, &mut found);
    let named = found.into_iter().filter_map(|(name, value)| Some((role(&name)?, value)));
    Named::of(named).said()
}

/// The values of an object with their names, those of inner objects with full stops between.
fn flat(value: &Value, name: &str, depth: usize, found: &mut Vec<(String, String)>) {
    if found.len() >= MOST_VALUES {
        return;
    }
    match value {
        Value::Object(members) if depth > 0 => {
            for (inner, value) in members {
                let dot = if name.is_empty() { "" } else { "." };
                flat(value, &format!("{name}{dot}{inner}"), depth - 1, found);
            }
        }
        Value::String(text) => found.push((name.to_owned(), text.clone())),
        Value::Number(number) => found.push((name.to_owned(), number.to_string())),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
    }
}

/// The values of one line that say something here.
#[derive(Debug, Default)]
struct Named(BTreeMap<Role, (usize, String)>);

impl Named {
    fn of(all: impl Iterator<Item = ((usize, Role), String)>) -> Self {
        let mut named = Self::default();
        for ((rank, role), value) in all {
            // Signs for "nothing" of W3C and of Zeek.
            if matches!(value.as_str(), "" | "-" | "(empty)" | "None" | "N/A") {
                continue;
            }
            let is_better = named.0.get(&role).is_none_or(|(known, _)| rank < *known);
            if is_better {
                named.0.insert(role, (rank, value));
            }
        }
        named
    }

    fn get(&self, role: Role) -> Option<&str> {
        self.0.get(&role).map(|(_, value)| value.as_str())
    }

    fn said(&self) -> Said {
        let Some((what, to)) = self.to() else { return Said::Unread(Why::NoHost) };
        let source = self.get(Role::Source).map(machine);
        let user = self.get(Role::User).map(ToOwned::to_owned);
        Said::Seen(Seen { what, to, source, user, when: self.when() })
    }

    fn to(&self) -> Option<(What, To)> {
        let is_tunnel = self.get(Role::Method).is_some_and(|it| it.eq_ignore_ascii_case("CONNECT"));
        let url = self.get(Role::Url);
        let full = url.filter(|url| !url.starts_with('/')).and_then(To::from_url);
        let named = self.get(Role::Host).and_then(To::from_authority);
        if let Some(to) = named.or_else(|| full.clone()) {
            let path = self.get(Role::Path).or_else(|| url.filter(|url| url.starts_with('/')));
            let to = self.with_port(to);
            let to = match (path.filter(|_| !is_tunnel), full) {
                (Some(path), _) if path.starts_with('/') => to.at_path(path),
                (_, Some(full)) if !is_tunnel => {
                    To { port: to.port.or(full.port), host: to.host, ..full }
                }
                _ => To::at(to.host, to.port),
            };
            let what = if to.path.is_some() { What::Request } else { What::Connection };
            return Some((what, to));
        }
        if let Some(host) = self.get(Role::Lookup).and_then(super::host) {
            return Some((What::Lookup, To::at(host, None)));
        }
        let address = self.get(Role::Address).and_then(super::host)?;
        let to = self.with_port(To::at(address, None));
        Some((What::Connection, to))
    }

    fn with_port(&self, to: To) -> To {
        let port = self.get(Role::Port).and_then(|port| port.parse().ok());
        match port {
            Some(port) if to.port.is_none() => To { port: Some(port), ..to },
            _ => to,
        }
    }

    fn when(&self) -> When {
        match (self.get(Role::Day), self.get(Role::Time)) {
            (Some(day), Some(time)) => When::utc(day, time),
            (None, Some(time)) => When::read(time),
            (Some(day), None) => When::read(day),
            (None, None) => When::default(),
        }
    }
}

/// An address without the port that some logs add.
fn machine(source: &str) -> String {
    match source.rsplit_once(':') {
        Some((address, port)) if port.parse::<u16>().is_ok() && !address.contains(':') => {
            address.to_owned()
        }
        _ => source.to_owned(),
    }
}
