//! Asks configured servers what they show a model, by starting or reaching them.
//!
//! This is the one part of the crate that makes anything run, and it does so only through the
//! function that the caller hands in, for the connections that the caller names. A server gets the
//! environment that clients give it, not ours.

mod prepare;
mod resolve;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    error::Error,
    io,
    num::NonZeroUsize,
    path::Path,
    process::Command,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use warden_mcp::client::{
    Failed, First, Limits, ProbeError, Shown, Started, Target, probe_http, probe_stdio,
};
use warden_model::{
    Connection, Endpoint, Hidden, Origin, Surface, Transport, Unread, UnreadReason,
};

use prepare::{Obstacle, Prepared};

/// The most that is shown of what a server said before it failed.
const MOST_SAID: usize = 600;

/// What stands for a value that must not be shown.
const REDACTED: &str = "[redacted]";

/// Starts a program with pipes for its streams, so that all of it can be ended.
pub type Start<'a> = dyn Fn(Command) -> io::Result<Started> + Sync + 'a;

/// Takes secrets out of text.
pub type Redact<'a> = dyn Fn(&str) -> String + Sync + 'a;

/// How servers are asked.
#[derive(Clone, Copy)]
pub struct Live<'a> {
    /// The environment of the person, from which references are resolved.
    pub env: &'a BTreeMap<String, String>,
    /// The home directory of the person.
    pub home: Option<&'a Path>,
    /// How much one server may draw out.
    pub limits: Limits,
    /// How many are asked at the same time.
    pub at_once: NonZeroUsize,
    /// Starts programs.
    pub start: &'a Start<'a>,
    /// Takes secrets out of what servers say.
    pub redact: &'a Redact<'a>,
}

impl std::fmt::Debug for Live<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// What asking one connection would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Run this command line.
    Run(Hidden),
    /// Connect to this URL.
    Connect(Hidden),
    /// Nothing, since the server is a part of its client or speaks in a way that we do not.
    Nothing,
}

/// What servers answered.
#[derive(Debug, Default)]
pub struct Answers {
    /// What they show a model, in the order of the connections.
    pub surfaces: Vec<Surface>,
    /// What could not be learnt, in the same order.
    pub unread: Vec<Unread>,
    /// How many servers answered.
    pub asked: usize,
    /// What servers were given that may be secret: no report tells it.
    pub given: Vec<Hidden>,
}

/// What asking this connection would do: to be shown, redacted, before it is done.
#[must_use]
pub fn intent(connection: &Connection) -> Intent {
    match &connection.endpoint {
        Endpoint::Command(launch) => {
            let words = std::iter::once(launch.command.as_str());
            Intent::Run(Hidden::new(shell_words::join(
                words.chain(launch.args.iter().map(Hidden::reveal)),
            )))
        }
        Endpoint::Remote(_) if connection.transport == Transport::WebSocket => Intent::Nothing,
        Endpoint::Remote(remote) => Intent::Connect(remote.url.clone()),
        Endpoint::Builtin => Intent::Nothing,
    }
}

/// Asks the `chosen` connections, several at a time. Connections that would start or reach the
/// very same thing are asked once.
#[must_use]
pub fn ask(connections: &[Connection], chosen: &[usize], live: &Live<'_>) -> Answers {
    let (questions, places) = questions(connections, chosen, live);
    let outcomes = ask_all(&questions, live);
    let given = questions.iter().flat_map(Prepared::secrets).cloned().collect();
    let mut answers = Answers { given, ..Answers::default() };
    for (index, place) in places {
        let Some(connection) = connections.get(index) else { continue };
        match place {
            Err(obstacle) => answers.unread.push(unread(connection, &obstacle)),
            Ok(place) => match outcomes.get(place) {
                Some(Ok(shown)) => answers.add(index, connection, shown),
                Some(Err(obstacle)) => answers.unread.push(unread(connection, obstacle)),
                None => {}
            },
        }
    }
    answers
}

/// For each connection, where in the list of questions its own stands.
type Places = Vec<(usize, Result<usize, Obstacle>)>;

/// What must be asked, each question once.
fn questions(
    connections: &[Connection],
    chosen: &[usize],
    live: &Live<'_>,
) -> (Vec<Prepared>, Places) {
    let mut questions: Vec<Prepared> = Vec::new();
    let mut places = Vec::new();
    for index in chosen {
        let Some(connection) = connections.get(*index) else { continue };
        let place = Prepared::new(connection, live).map(|prepared| {
            questions.iter().position(|other| *other == prepared).unwrap_or_else(|| {
                questions.push(prepared);
                questions.len() - 1
            })
        });
        places.push((*index, place));
    }
    (questions, places)
}

fn ask_all(questions: &[Prepared], live: &Live<'_>) -> Vec<Result<Shown, Obstacle>> {
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::with_capacity(questions.len()));
    std::thread::scope(|scope| {
        for _ in 0..live.at_once.get().min(questions.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(question) = questions.get(index) else { return };
                    let outcome = ask_one(question, live);
                    outcomes.lock().unwrap_or_else(PoisonError::into_inner).push((index, outcome));
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

fn ask_one(question: &Prepared, live: &Live<'_>) -> Result<Shown, Obstacle> {
    let outcome = match question {
        Prepared::Process(process) => {
            probe_stdio(&mut || (live.start)(process.command()), &live.limits)
        }
        Prepared::Address { url, headers, transport, .. } => {
            let first =
                if *transport == Transport::Sse { First::Events } else { First::Streamable };
            probe_http(&Target { url, headers, first }, &live.limits)
        }
    };
    outcome.map_err(|failed| Obstacle {
        reason: failed.error.reason(),
        detail: told(&failed, question, live),
    })
}

/// What went wrong, and what the server said before: without anything that it was given.
fn told(failed: &Failed, question: &Prepared, live: &Live<'_>) -> String {
    let mut detail = explained(&failed.error);
    let mut said = failed.said.reveal().to_owned();
    for secret in question.secrets() {
        said = said.replace(secret.reveal(), REDACTED);
    }
    let said = (live.redact)(&said);
    let said = said.trim();
    if !said.is_empty() {
        let surplus = said.chars().count().saturating_sub(MOST_SAID);
        let start = if surplus > 0 { "…" } else { "" };
        let end: String = said.chars().skip(surplus).collect();
        detail = format!("{detail}; it said: {start}{end}");
    }
    detail
}

/// An error with the first of its causes.
fn explained(error: &ProbeError) -> String {
    let mut deepest: Option<&dyn Error> = error.source();
    while let Some(source) = deepest.and_then(Error::source) {
        deepest = Some(source);
    }
    deepest.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

impl Answers {
    fn add(&mut self, index: usize, connection: &Connection, shown: &Shown) {
        self.asked += 1;
        for gap in &shown.gaps {
            let kind = gap.kind.list_member();
            let detail = format!("its {kind} could not be listed: {}", explained(&gap.error));
            self.unread.push(unread(connection, &Obstacle { reason: gap.error.reason(), detail }));
        }
        let mut definitions = shown.definitions.clone();
        for definition in &mut definitions {
            definition.location = connection.location.clone();
        }
        self.surfaces.push(Surface {
            origin: Origin::Live,
            connection: Some(index),
            server: connection.name.clone(),
            implementation: shown.implementation.clone(),
            protocol: Some(shown.protocol.clone()),
            instructions: shown.instructions.clone(),
            lists_change: Some(shown.lists_change),
            definitions,
            location: connection.location.clone(),
        });
    }
}

fn unread(connection: &Connection, obstacle: &Obstacle) -> Unread {
    Unread {
        location: connection.location.clone(),
        client: Some(connection.client.clone()),
        reason: obstacle.reason,
        detail: format!("`{}`: {}", connection.name, obstacle.detail),
    }
}

impl From<resolve::Unresolved> for Obstacle {
    fn from(error: resolve::Unresolved) -> Self {
        Self { reason: UnreadReason::Unknown, detail: error.to_string() }
    }
}
