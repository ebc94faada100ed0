//! Single questions, and those that were asked before.

use std::process::ExitCode;

use serde_json::{Value, json};
use warden_model::{DataClass, Effect};
use warden_policy::{
    Time,
    access::{
        Act, Audience, Carries, Change, How, Kind as Thing, KnownBy, Labels, OwnedAsked, Traits,
        reach::principal,
    },
};
use warden_report::printable;

use super::{
    Folder,
    load::{self, Policy},
    told,
};
use crate::{Failure, Kind, World, output};

/// The most changes that are shown to people.
const MOST_SHOWN: usize = 20;

/// Who asks what, in which session. What is not said is as `policy.toml` has it; of what that does
/// not say, the worst is assumed
#[derive(Debug, clap::Args)]
pub(super) struct Explain {
    #[command(flatten)]
    folder: Folder,

    /// The agent
    #[arg(long, value_name = "NAME")]
    agent: String,

    /// The user on whose behalf
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// The tool: `server/name`; a prompt or the URI of a resource with --act
    #[arg(long, value_name = "SERVER/NAME")]
    tool: String,

    /// What is done: list, call, prompt, read, ask
    #[arg(long, value_name = "ACT", default_value = "call", value_parser = act)]
    act: Act,

    /// How the caller was proven: anybody, process, key, certificate, token,
    /// bound-token
    #[arg(long, value_name = "HOW", default_value = "token", value_parser = how)]
    how: How,

    /// What the tool does: read, write, send, execute, admin, destructive; may
    /// be repeated
    #[arg(long, value_name = "EFFECT", value_parser = effect)]
    effect: Vec<Effect>,

    /// Whom the tool reaches: self, company, public
    #[arg(long, value_name = "WHO", value_parser = audience)]
    audience: Option<Audience>,

    /// The class of the tool's data: public, internal, confidential, regulated
    #[arg(long, value_name = "CLASS", value_parser = class)]
    class: Option<DataClass>,

    /// The level of the server's certificate
    #[arg(long, value_name = "0-3", default_value = "0", value_parser = clap::value_parser!(u8).range(0..=3))]
    level: u8,

    /// What has flowed into the session: untrusted, hostile, credentials, blind;
    /// may be repeated
    #[arg(long, value_name = "LABEL", value_parser = ["untrusted", "hostile", "credentials", "blind"])]
    label: Vec<String>,

    /// The class of what has flowed into the session
    #[arg(long, value_name = "CLASS", value_parser = class)]
    session_class: Option<DataClass>,

    /// What the arguments hold: credentials, steered, untrusted, unread; may be
    /// repeated
    #[arg(long, value_name = "WHAT", value_parser = ["credentials", "steered", "untrusted", "unread"])]
    arg: Vec<String>,

    /// The class of what was seen before and is in the arguments again
    #[arg(long, value_name = "CLASS", value_parser = class)]
    copied: Option<DataClass>,

    /// When: a time such as 2026-11-25T12:00:00Z; now without
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Time>,

    /// As if a person had approved it
    #[arg(long)]
    approved: bool,
}

pub(super) fn effect(text: &str) -> Result<Effect, String> {
    Effect::parse(text)
        .ok_or_else(|| "not one of read, write, send, execute, admin, destructive".to_owned())
}

pub(super) fn class(text: &str) -> Result<DataClass, String> {
    DataClass::named(text)
        .ok_or_else(|| "not one of public, internal, confidential, regulated".to_owned())
}

fn audience(text: &str) -> Result<Audience, String> {
    Audience::parse(text).ok_or_else(|| "not one of self, company, public".to_owned())
}

fn act(text: &str) -> Result<Act, String> {
    Act::parse(text).ok_or_else(|| "not one of list, call, prompt, read, ask".to_owned())
}

fn how(text: &str) -> Result<How, String> {
    let found = How::ALL.into_iter().find(|how| how.name() == text);
    found.ok_or_else(|| {
        "not one of anybody, process, key, certificate, token, bound-token".to_owned()
    })
}

fn time(text: &str) -> Result<Time, String> {
    Time::from_rfc3339(text).ok_or_else(|| "not a time like 2026-11-25T12:00:00Z".to_owned())
}

impl Explain {
    pub(super) fn run(&self, world: &World) -> Result<ExitCode, Failure> {
        let policy = load::policy(world, &self.folder.dir)?;
        let asked = self.asked(&policy)?;
        let verdict = policy.rules.decide_as(asked.kind, &asked.asked());
        let changes = policy.rules.nearest(&asked, &policy.directory);
        if self.folder.json {
            let change = |change: &Change| json!({ "with": change.what, "then": told::json(&change.verdict) });
            let changes: Vec<Value> = changes.iter().map(change).collect();
            let value = json!({
                "verdict": told::json(&verdict),
                "roles": asked.who.roles,
                "changes": changes,
            });
            output::print(&format!("{value}\n"))?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut out = told::full(&verdict, &policy.rules);
        out.push_str(&told::wrapped(&printable(&facts(&asked)), 2));
        if changes.is_empty() {
            out.push_str("no single change would alter this\n");
        } else {
            out.push_str("each of these alone would alter it:\n");
        }
        for change in changes.iter().take(MOST_SHOWN) {
            let line = format!("{}: {}", printable(&change.what), told::line(&change.verdict));
            out.push_str(&told::wrapped(&line, 2));
        }
        if let Some(more) = changes.len().checked_sub(MOST_SHOWN + 1) {
            out.push_str(&format!("  and {} more; --json shows them\n", more + 1));
        }
        output::print(&out)?;
        Ok(ExitCode::SUCCESS)
    }

    fn asked(&self, policy: &Policy) -> Result<OwnedAsked, Failure> {
        let Some((server, name)) = self.tool.split_once('/') else {
            let failure = Failure::new(Kind::Usage, "`--tool` has to be `server/name`");
            return Err(failure.hint("for example: `--tool mail/send`"));
        };
        let kind = match self.act {
            Act::List | Act::Call => Thing::Tool,
            Act::Prompt => Thing::Prompt,
            Act::Read => Thing::Resource,
            Act::Ask => Thing::Asking,
        };
        let user = self.user.as_deref();
        Ok(OwnedAsked {
            who: principal(&policy.directory, &self.agent, user, self.how),
            act: self.act,
            kind,
            server: server.into(),
            name: name.into(),
            traits: self.traits(policy.directory.traits(server, kind, name, None, self.level)),
            carries: self.carries(),
            labels: self.labels(),
            now: self.at.unwrap_or_else(|| crate::machine::clock().into()),
            approved: self.approved,
        })
    }

    fn traits(&self, mut traits: Traits) -> Traits {
        if !self.effect.is_empty() {
            traits.effects = self.effect.iter().copied().collect();
            traits.effects_by = KnownBy::Rule;
        }
        traits.audience = self.audience.unwrap_or(traits.audience);
        traits.class = self.class.unwrap_or(traits.class);
        traits
    }

    fn labels(&self) -> Labels {
        let has = |name: &str| self.label.iter().any(|label| label == name);
        Labels {
            untrusted: has("untrusted"),
            hostile: has("hostile"),
            credentials: has("credentials"),
            blind: has("blind"),
            class: self.session_class.unwrap_or_default(),
            ..Labels::default()
        }
    }

    fn carries(&self) -> Carries {
        let has = |name: &str| self.arg.iter().any(|arg| arg == name);
        Carries {
            credentials: has("credentials"),
            steered: has("steered"),
            untrusted: has("untrusted"),
            unread: has("unread"),
            copied: self.copied.unwrap_or_default(),
            ..Carries::default()
        }
    }
}

/// What a question was decided by, in a sentence.
fn facts(asked: &OwnedAsked) -> String {
    let all = |names: Vec<&str>| {
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let traits = &asked.traits;
    format!(
        "roles: {}; effects: {} ({}); audience: {}; class: {}; {}; certificate level {}",
        all(asked.who.roles.iter().map(|role| &**role).collect()),
        all(traits.effects.iter().map(|effect| effect.name()).collect()),
        traits.effects_by.name(),
        traits.audience.name(),
        traits.class.name(),
        traits.environment.name(),
        traits.level,
    )
}
