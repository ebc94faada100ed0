//! What an agent can reach before it has called anything: its blast radius, and what among its
//! tools would be dangerous together.
//!
//! Everything is found by asking the rules the questions that calls would ask. No guess is made
//! that is not theirs.

mod toxic;

use std::collections::BTreeSet;

use warden_model::{DataClass, Effect};

use super::{
    Act, Carries, Directory, How, Kind, Labels, OwnedAsked, Principal, Rules, SessionKey, Traits,
    Verdict,
};
use crate::Time;

pub use toxic::{Combination, Held, toxic};

/// Something that a server offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// The server.
    pub server: Box<str>,
    /// A tool, prompt or resource.
    pub kind: Kind,
    /// Its name, or URI.
    pub name: Box<str>,
    /// What it is like.
    pub traits: Traits,
}

/// One thing that can be done to data of one class on one system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The server.
    pub system: Box<str>,
    /// What is done.
    pub action: Effect,
    /// The class of its data.
    pub class: DataClass,
}

/// The blast radius of an agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// What it can do at all, if need be with an approval.
    pub granted: BTreeSet<Cell>,
    /// What it can do by itself.
    pub effective: BTreeSet<Cell>,
}

/// An agent as the directory has it, alone or on behalf of a user, proven in this way.
#[must_use]
pub fn principal(directory: &Directory, agent: &str, user: Option<&str>, how: How) -> Principal {
    let about = directory.agent(agent);
    Principal {
        how,
        user: user.map(Into::into),
        agent: agent.into(),
        client: None,
        machine: None,
        delegation: Vec::new(),
        tenant: about.map(|agent| agent.tenant.clone()).unwrap_or_default(),
        purpose: about.and_then(|agent| agent.purpose.clone()),
        roles: directory.roles(agent, user),
        scopes: None,
        allowlist: about.and_then(|agent| agent.tools.clone()),
        session: SessionKey::derived(&["reach", agent, user.unwrap_or_default()]),
        expires: None,
    }
}

/// What somebody can reach in a session in which nothing has happened yet.
#[must_use]
pub fn reach(rules: &Rules, who: &Principal, offered: &[Offered], now: Time) -> Reach {
    let mut reach = Reach::default();
    for thing in offered {
        let verdict = ask(rules, who, (thing, &Carries::default()), &Labels::default(), now);
        let cells = || {
            let cell = |action: &Effect| Cell {
                system: thing.server.clone(),
                action: *action,
                class: thing.traits.class,
            };
            thing.traits.effects.iter().map(cell)
        };
        match verdict {
            Verdict::Permitted { .. } => {
                reach.granted.extend(cells());
                reach.effective.extend(cells());
            }
            Verdict::NeedsApproval { .. } => reach.granted.extend(cells()),
            Verdict::Refused { .. } => {}
        }
    }
    reach
}

/// What the rules say to the use of a thing with arguments that hold this, in a session into which
/// that has flowed.
fn ask(
    rules: &Rules,
    who: &Principal,
    (thing, carries): (&Offered, &Carries),
    labels: &Labels,
    now: Time,
) -> Verdict {
    let act = match thing.kind {
        Kind::Tool => Act::Call,
        Kind::Prompt => Act::Prompt,
        Kind::Resource => Act::Read,
        Kind::Asking => Act::Ask,
    };
    let asked = OwnedAsked {
        who: who.clone(),
        act,
        kind: thing.kind,
        server: thing.server.clone(),
        name: thing.name.clone(),
        traits: thing.traits.clone(),
        carries: carries.clone(),
        labels: labels.clone(),
        now,
        approved: false,
    };
    rules.decide_as(asked.kind, &asked.asked())
}

#[cfg(test)]
mod tests;
