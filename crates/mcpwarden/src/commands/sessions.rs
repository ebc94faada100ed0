//! `mcpwarden sessions`: what the gateway keeps of sessions.

use std::process::ExitCode;

use serde_json::{Value, json};
use warden_policy::{Time, access::SessionKey};
use warden_proxy::{
    store::Space,
    stored_session::{Opened, StoredSession},
};
use warden_report::{printable, wrap};

use crate::{
    Failure, Kind, World,
    gateway_state::{GatewayState, StateArgs, now, print_json, unreadable},
    output,
};

/// List, show and end the sessions of a gateway
///
/// A session is told by its key, or by how that begins. What has flowed into a session stays with
/// it: there is no way to take a label back but to end the session and begin another.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden sessions list
  mcpwarden sessions show 5e55c0de --json
  mcpwarden sessions end 5e55c0de

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,

    #[command(flatten)]
    state: StateArgs,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List those that are not over
    List {
        /// Also those that are over
        #[arg(long)]
        all: bool,
        /// As JSON, for other programs
        #[arg(long)]
        json: bool,
    },
    /// Show one, with all that has flowed into it
    Show {
        /// Its key, or how that begins
        #[arg(value_name = "KEY")]
        key: String,
        /// As JSON, for other programs
        #[arg(long)]
        json: bool,
    },
    /// End one: nothing is let through in it any more
    End {
        /// Its key, or how that begins
        #[arg(value_name = "KEY")]
        key: String,
    },
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let (state, now) = (self.state.open(world)?, now(world));
        let columns = world.terminal.columns;
        match self.what {
            What::List { all, json } => list(&state, now, (all, json), columns)?,
            What::Show { key, json } => {
                let session = one(&state, &key)?.session;
                if json {
                    print_json(&value(&session, now))?;
                } else {
                    output::print(&whole(&session, now, columns))?;
                }
            }
            What::End { key } => {
                let mut opened = one(&state, &key)?;
                opened.session.ended = true;
                let saved = state.wait(opened.save(&state.store));
                saved.map_err(|trouble| {
                    Failure::new(Kind::Internal, "it could not be ended").caused_by(trouble)
                })?;
                output::print(&format!("ended: {}\n", opened.session.key))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// One after the other: what sessions have seen may be much.
fn list(
    state: &GatewayState,
    now: Time,
    (all, json): (bool, bool),
    columns: usize,
) -> Result<(), Failure> {
    let keys = state.store.keys(Space::Sessions);
    let (mut rows, mut text) = (Vec::new(), String::new());
    for key in keys.map_err(|away| unreadable().caused_by(away))? {
        // One that was forgotten since is no more.
        let Some(Opened { session, .. }) = read(state, &key)? else { continue };
        if !all && session.is_over(now) {
            continue;
        }
        if json {
            rows.push(value(&session, now));
        } else {
            text.push_str(&head(&session, now, columns));
        }
    }
    if json {
        return print_json(&json!({ "sessions": rows }));
    }
    output::print(if text.is_empty() { "there are no sessions\n" } else { &text })
}

fn one(state: &GatewayState, begins: &str) -> Result<Opened, Failure> {
    let key = state.key(Space::Sessions, begins)?;
    let gone = || Failure::new(Kind::Input, format!("there is no session `{key}`"));
    read(state, &key)?.ok_or_else(gone)
}

fn read(state: &GatewayState, key: &str) -> Result<Option<Opened>, Failure> {
    let unreadable = || unreadable().hint(format!("it is the session `{key}`"));
    let parsed = SessionKey::parse(key).ok_or_else(unreadable)?;
    let read = state.wait(Opened::read(&state.store, &parsed));
    read.map_err(|trouble| unreadable().caused_by(trouble))
}

/// Who it is of and how it stands, in two lines.
fn head(session: &StoredSession, now: Time, columns: usize) -> String {
    let mut out = format!("{}\n", session.key);
    let whose = match &session.user {
        Some(user) => format!("{} for {user}", session.agent),
        None => session.agent.to_string(),
    };
    let word = if session.is_over(now) { "over" } else { "used" };
    let labels = words(session).join(", ");
    let labels = if labels.is_empty() { "nothing" } else { &labels };
    line(&mut out, &format!("{whose}, {word} {}", session.used), columns);
    line(&mut out, &format!("has seen: {labels}"), columns);
    out
}

fn whole(session: &StoredSession, now: Time, columns: usize) -> String {
    let mut out = head(session, now, columns);
    let mut add = |name: &str, text: &str| line(&mut out, &format!("{name}: {text}"), columns);
    if !session.tenant.is_empty() {
        add("tenant", &session.tenant);
    }
    if let Some(purpose) = &session.purpose {
        add("purpose", purpose);
    }
    add("started", &session.started.to_string());
    if let Some(expires) = session.expires {
        add("expires", &expires.to_string());
    }
    if session.ended {
        add("ended", "by a person");
    }
    for (wall, sides) in &session.labels.walls {
        add(wall, &sides.iter().map(|side| &**side).collect::<Vec<_>>().join(", "));
    }
    for source in &session.labels.sources {
        add("untrusted content from", source);
    }
    out
}

fn line(out: &mut String, text: &str, columns: usize) {
    for part in wrap(&printable(text), columns.saturating_sub(2)) {
        out.push_str(&format!("  {part}\n"));
    }
}

/// What has flowed into it, in words.
fn words(session: &StoredSession) -> Vec<&'static str> {
    let labels = &session.labels;
    let flags = [
        (labels.untrusted, "untrusted content"),
        (labels.hostile, "hostile content"),
        (labels.credentials, "credentials"),
        (labels.blind, "what could not be looked at"),
    ];
    let class = (labels.class > warden_model::DataClass::Public).then(|| labels.class.name());
    class.into_iter().chain(flags.into_iter().filter_map(|(is, word)| is.then_some(word))).collect()
}

/// Everything but what it has seen of data.
fn value(session: &StoredSession, now: Time) -> Value {
    let labels = &session.labels;
    json!({
        "key": session.key,
        "agent": session.agent,
        "user": session.user,
        "tenant": session.tenant,
        "purpose": session.purpose,
        "started": session.started,
        "used": session.used,
        "expires": session.expires,
        "ended": session.ended,
        "over": session.is_over(now),
        "labels": {
            "untrusted": labels.untrusted,
            "hostile": labels.hostile,
            "class": labels.class.name(),
            "credentials": labels.credentials,
            "blind": labels.blind,
            "walls": labels.walls,
            "sources": labels.sources,
        },
    })
}
