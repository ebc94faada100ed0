//! The gate of the pipeline: whether an agent may go into production.

use crate::{
    estate::Lookup,
    maturity::{Standing, Unreviewed},
};

/// Why an agent may not go into production.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gated {
    /// Nobody knows it.
    NotKnown,
    /// No person answers for it.
    NoOwner,
    /// It has no business process.
    NoProcess,
    /// It has no data classes.
    NoData,
    /// Its review does not count.
    Review(Unreviewed),
}

impl std::fmt::Display for Gated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotKnown => f.write_str("it is not in the inventory"),
            Self::NoOwner => f.write_str("no person answers for it"),
            Self::NoProcess => f.write_str("its business process is not known"),
            Self::NoData => f.write_str("the data that it works with is not known"),
            Self::Review(why) => why.fmt(f),
        }
    }
}

/// Everything that keeps an agent out of production; nothing, if it may go.
#[must_use]
pub fn gate(known: &Lookup<'_>, agent: &str) -> Vec<Gated> {
    let Some(agent) = known.agent(agent) else { return vec![Gated::NotKnown] };
    let standing = Standing::new(known);
    let mut found = Vec::new();
    if known.accountable(agent.owner.as_deref()).is_none() {
        found.push(Gated::NoOwner);
    }
    if agent.process.as_deref().and_then(|process| known.process(process)).is_none() {
        found.push(Gated::NoProcess);
    }
    if agent.data.is_empty() {
        found.push(Gated::NoData);
    }
    found.extend(standing.review(agent).map(Gated::Review));
    found
}
