//! Servers that an agent starts or reaches, read off its source code: the calls of the official
//! libraries and of frameworks that take them, by a table.
//!
//! What is told is what stands in the source. A part that it works out while it runs is told as
//! the name it has there, in angle brackets; nothing is guessed. No value of a variable of the
//! environment is told.

mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use warden_detect::{redact_command, redact_url};
use warden_flow::{
    analysis::{At, Spot},
    ir::Expr,
};

use super::surface::reader::{CallAt, Reader};
pub(crate) use table::NAMES;
use table::{KNOWN, Known, MAPS, Takes, WRAPS};

/// How many servers one tree can have, and how deep their settings are looked for.
const MOST: usize = 1000;
const DEPTH: usize = 4;

/// A server that an agent starts or reaches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AgentServer {
    /// The library or framework, by its name in the table.
    pub framework: String,
    /// What the source calls it, if it does.
    pub name: Option<String>,
    /// The command line, redacted.
    pub command: Option<String>,
    /// The URL, redacted.
    pub url: Option<String>,
    /// The names of the variables that it is given, never their values.
    pub env: Vec<String>,
    /// Where it is set up.
    pub location: warden_model::Location,
}

/// The same, with its place in the program.
#[derive(Clone, Debug)]
pub(crate) struct Started {
    pub(crate) spot: Spot,
    pub(crate) framework: &'static str,
    pub(crate) name: Option<String>,
    pub(crate) server: Server,
}

/// How a server is started or reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Server {
    pub(crate) command: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) env: Vec<String>,
}

/// Every server that the program sets up, in the order of the places.
pub(crate) fn started(reader: &Reader<'_>) -> Vec<Started> {
    let mut found = Vec::new();
    for (module, _) in reader.modules() {
        for known in KNOWN {
            for call in reader.calls_in(module, known.name) {
                Finder { reader, known, call }.add(&mut found);
            }
        }
    }
    found.sort_by_key(|one| (one.spot, one.name.clone(), one.server.clone()));
    found.dedup_by(|a, b| (a.spot, &a.name, &a.server) == (b.spot, &b.name, &b.server));
    found.truncate(MOST);
    found
}

/// A name with the place of its value.
type Setting<'a> = (&'a str, At);

struct Finder<'f, 'a> {
    reader: &'f Reader<'a>,
    known: &'static Known,
    call: CallAt<'a>,
}

impl<'a> Finder<'_, 'a> {
    fn add(&self, out: &mut Vec<Started>) {
        let mut settings = self.arguments();
        match self.known.takes {
            Takes::Settings => out.extend(self.one(&settings, &self.positions())),
            Takes::Several => {
                let maps = settings.iter().filter(|(name, _)| MAPS.contains(name));
                let mut maps: Vec<At> = maps.map(|(_, at)| *at).collect();
                if maps.is_empty() {
                    maps = self.reader.plain_args(self.call).into_iter().take(1).collect();
                }
                out.extend(maps.into_iter().flat_map(|map| self.several(map)));
            }
            Takes::Within => {
                // Such a call is about other things too: only a server in it counts.
                settings.retain(|(name, _)| !matches!(*name, "command" | "endpoint"));
                out.extend(self.one(&settings, &[]));
            }
        }
    }

    /// What the call is given by name: as arguments, and in objects, also those inside each other.
    fn arguments(&self) -> Vec<Setting<'a>> {
        let module = self.call.at.module;
        let mut found = Vec::new();
        for arg in &self.call.call.args {
            let at = At { module, expr: arg.value };
            match arg.name {
                Some(name) => self.setting(self.reader.name(module, name), at, DEPTH, &mut found),
                None => self.object(at, DEPTH, &mut found),
            }
        }
        found
    }

    fn setting(&self, name: &'a str, at: At, depth: usize, out: &mut Vec<Setting<'a>>) {
        out.push((name, at));
        if WRAPS.contains(&name) {
            self.object(at, depth, out);
        }
    }

    fn object(&self, at: At, depth: usize, out: &mut Vec<Setting<'a>>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        for value in self.reader.values(at) {
            for part in self.reader.parts(value) {
                self.setting(part.name, part.at, depth, out);
            }
        }
    }

    /// What is given by position and is no object.
    fn positions(&self) -> Vec<At> {
        let is_plain = |at: &At| {
            let values = self.reader.values(*at);
            !values.iter().any(|value| matches!(self.reader.expr(*value), Expr::Object(_)))
        };
        self.reader.plain_args(self.call).into_iter().filter(is_plain).collect()
    }

    fn one(&self, settings: &[Setting<'a>], positions: &[At]) -> Option<Started> {
        let named = |names: &[&str]| {
            settings.iter().find(|(name, _)| names.contains(name)).map(|(_, at)| *at)
        };
        let name = named(&["name", "server_label", "serverLabel"]);
        let name = name.and_then(|at| self.reader.text(at)).map(|text| text.to_string());
        let server = self.server(&named, positions)?;
        let spot = self.reader.spot(self.call.at);
        Some(Started { spot, framework: self.framework(), name, server })
    }

    /// Some classes have the same name in two frameworks: what they are imported from decides.
    fn framework(&self) -> &'static str {
        let callee = At { expr: self.call.call.callee, ..self.call.at };
        let paths = self.reader.analysis.paths_at(callee);
        let is_from = |(package, _): &&(&str, &str)| paths.iter().any(|it| it.starts_with(package));
        table::PACKAGES.iter().find(is_from).map_or(self.known.framework, |(_, name)| name)
    }

    /// The servers of an object that has one under each name.
    fn several(&self, map: At) -> Vec<Started> {
        let mut found = Vec::new();
        for value in self.reader.values(map) {
            for part in self.reader.parts(value) {
                let mut settings = Vec::new();
                self.object(part.at, DEPTH, &mut settings);
                let named = |names: &[&str]| {
                    settings.iter().find(|(name, _)| names.contains(name)).map(|(_, at)| *at)
                };
                let Some(server) = self.server(&named, &[]) else { continue };
                found.push(Started {
                    spot: self.reader.spot(part.at),
                    framework: self.framework(),
                    name: Some(part.name.to_owned()),
                    server,
                });
            }
        }
        found
    }

    fn server(&self, named: &dyn Fn(&[&str]) -> Option<At>, positions: &[At]) -> Option<Server> {
        let first = positions.first().copied();
        let url = named(&["url", "server_url", "serverUrl", "sse_url", "endpoint"]);
        let command = named(&["command", "fullCommand", "full_command"]);
        let (url, command) = match (url, command, first) {
            (None, None, Some(first)) if self.known.by_url || self.is_url(first) => {
                (Some(first), None)
            }
            (None, None, first) => (None, first),
            (url, command, _) => (url, command),
        };
        if let Some(command) = command {
            let args = named(&["args"]).or_else(|| positions.get(1).copied());
            let env = named(&["env"]).map(|env| self.variables(env)).unwrap_or_default();
            return Some(Server { command: Some(self.line(command, args)), url: None, env });
        }
        let url = redact_url(&self.shown(self.address(url?)));
        Some(Server { command: None, url: Some(url), env: Vec::new() })
    }

    fn is_url(&self, at: At) -> bool {
        let text = self.reader.text(self.address(at));
        text.is_some_and(|text| text.starts_with("http://") || text.starts_with("https://"))
    }

    /// What stands in `new URL(…)`.
    fn address(&self, at: At) -> At {
        let of = |value: At| {
            let call = self.reader.call(value)?;
            let callee = At { expr: call.call.callee, ..value };
            let is_url = self.reader.last_name(callee) == Some("URL");
            self.reader.plain_args(call).first().copied().filter(|_| is_url)
        };
        self.reader.values(at).into_iter().find_map(of).unwrap_or(at)
    }

    fn line(&self, command: At, args: Option<At>) -> String {
        let command = self.shown(command);
        let elements = args.map(|args| self.reader.elements(args)).unwrap_or_default();
        let mut words: Vec<String> = elements.into_iter().map(|at| self.shown(at)).collect();
        // A list that the program puts together is known by its name alone.
        words.extend(args.filter(|_| words.is_empty()).and_then(|at| self.written(at)));
        redact_command(&command, words.iter().map(String::as_str))
    }

    fn variables(&self, env: At) -> Vec<String> {
        let values = self.reader.values(env).into_iter();
        let names = values.flat_map(|value| self.reader.parts(value));
        names.map(|part| part.name.to_owned()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// A text that stands in the source, or what is written in its place.
    fn shown(&self, at: At) -> String {
        let text = self.reader.text(at).map(|text| text.to_string());
        text.or_else(|| self.written(at)).unwrap_or_else(|| "<not known>".to_owned())
    }

    fn written(&self, at: At) -> Option<String> {
        let is_list = matches!(self.reader.expr(at), Expr::List(_));
        let name = self.reader.last_name(at).filter(|_| !is_list)?;
        Some(format!("<{name}>"))
    }
}
