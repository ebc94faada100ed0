//! What a person sees of a call that waits. It is ours: nothing of what a server says of itself is
//! in it, and everything that comes from outside is made visible first.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    HoldRequest, Masks,
    arguments::written,
    visible::{Place, escaped, halves},
};
use crate::access::{Act, Labels, Traits};

mod text;

/// The most characters of a name, and of a reason that a rule gives.
const MOST_NAME: usize = 200;
const MOST_REASON: usize = 300;

/// The most rules, and the most things of one kind that a session has seen, that are named.
const MOST_NAMED: usize = 20;

/// What a rendering is made of, beside the request.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// What the tool is like.
    pub traits: &'a Traits,
    /// What the rules give as their reasons, by their numbers in [`HoldRequest::rules`].
    pub reasons: &'a [Option<&'a str>],
    /// What of the arguments is a secret.
    pub masks: &'a Masks,
}

/// What a person sees of a call that waits. Every text in it is visible as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rendering {
    /// `tool`, `prompt`, `resource` or `question`.
    pub kind: String,
    /// The server, by its pinned name.
    pub server: String,
    /// The tool, by its pinned name.
    pub name: String,
    /// What it does: the names of its effects, the mildest first.
    pub effects: Vec<String>,
    /// Whom it reaches: `self`, `company` or `public`.
    pub audience: String,
    /// How its effects are known: `nobody`, `classified`, `detected` or `rule`.
    pub effects_by: String,
    /// The agent that asks.
    pub agent: String,
    /// The user for whom it asks.
    pub user: Option<String>,
    /// The tenant.
    pub tenant: String,
    /// The session.
    pub session: String,
    /// What the session is for.
    pub purpose: Option<String>,
    /// Why a person is wanted.
    pub rules: Vec<RuleShown>,
    /// What the session has seen, in words.
    pub seen: Vec<String>,
    /// The arguments, line by line.
    pub arguments: Vec<String>,
    /// How many characters of the arguments are not shown because there are too many.
    pub left_out: u64,
    /// How many characters of the arguments are not shown because they are secret.
    pub secret: u64,
}

/// A rule that wants a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleShown {
    /// Its name.
    pub id: String,
    /// Why it says so, if it gives a reason.
    pub reason: Option<String>,
}

impl Rendering {
    /// What a person sees of this request.
    #[must_use]
    pub fn of(request: &HoldRequest<'_>, shown: &Shown<'_>) -> Self {
        let written = written(request.arguments, shown.masks);
        let who = request.who;
        let rules = request.rules.iter().take(MOST_NAMED).enumerate();
        Self {
            kind: kind(request.act).to_owned(),
            server: name(request.server),
            name: name(request.name),
            effects: shown.traits.effects.iter().map(|effect| effect.name().to_owned()).collect(),
            audience: shown.traits.audience.name().to_owned(),
            effects_by: shown.traits.effects_by.name().to_owned(),
            agent: name(&who.agent),
            user: who.user.as_deref().map(name),
            tenant: name(&who.tenant),
            session: who.session.as_str().to_owned(),
            purpose: who.purpose.as_deref().map(name),
            rules: rules
                .map(|(at, id)| RuleShown {
                    id: name(id),
                    reason: shown.reasons.get(at).copied().flatten().map(reason),
                })
                .collect(),
            seen: seen(request.labels),
            arguments: written.lines,
            left_out: written.left_out,
            secret: written.hidden,
        }
    }

    /// As a JSON value.
    #[must_use]
    pub fn json(&self) -> Value {
        // A rendering has nothing that JSON cannot say.
        serde_json::to_value(self).unwrap_or_default()
    }
}

const fn kind(act: Act) -> &'static str {
    match act {
        Act::List => "list",
        Act::Call => "tool",
        Act::Prompt => "prompt",
        Act::Read => "resource",
        Act::Ask => "question",
    }
}

fn name(text: &str) -> String {
    cut(text, MOST_NAME)
}

fn reason(text: &str) -> String {
    cut(text, MOST_REASON)
}

fn cut(text: &str, most: usize) -> String {
    let (head, left_out, tail) = halves(text, most / 2);
    let (head, tail) = (escaped(head, Place::Name), escaped(tail, Place::Name));
    if left_out == 0 {
        return head;
    }
    format!("{head}\u{27e8}{left_out} characters left out\u{27e9}{tail}")
}

/// What a session has seen, in words.
fn seen(labels: &Labels) -> Vec<String> {
    let Labels { untrusted, hostile, class, credentials, blind, walls, sources } = labels;
    let mut said = vec![format!("{} data", class.name())];
    let sources = few(sources.iter().map(|source| name(source)), sources.len());
    let from = if sources.is_empty() { String::new() } else { format!(", from {sources}") };
    said.extend(untrusted.then(|| format!("content that a stranger wrote{from}")));
    said.extend(hostile.then(|| "content that is written against the model".to_owned()));
    said.extend(credentials.then(|| "a credential".to_owned()));
    said.extend(blind.then(|| "something that could not be looked at".to_owned()));
    for (wall, sides) in walls.iter().take(MOST_NAMED) {
        let sides = few(sides.iter().map(|side| name(side)), sides.len());
        said.push(format!("{} {sides}", name(wall)));
    }
    said.extend((walls.len() > MOST_NAMED).then(|| "more walls".to_owned()));
    said
}

fn few(names: impl Iterator<Item = String>, all: usize) -> String {
    let mut text = names.take(MOST_NAMED).collect::<Vec<_>>().join(", ");
    if all > MOST_NAMED {
        text.push_str(&format!(" and {} more", all - MOST_NAMED));
    }
    text
}

#[cfg(test)]
mod tests;
