//! Ways from one system into another: what an agent, or one server, can read here and put there.

use std::collections::BTreeSet;

use serde::Serialize;
use warden_model::Effect;

use super::{Surface, Surfaces, Thing, cell::doing};
use crate::estate::{Lookup, SystemKind};

/// A way from one system into another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Crossing<'a> {
    /// Where it is read; `None` for any that nobody has named.
    pub from: Option<&'a str>,
    /// Where it is put.
    pub to: Option<&'a str>,
    /// A tool that reads, as `server/tool`.
    pub reads: String,
    /// A tool that puts.
    pub puts: String,
}

/// The ways from one system into another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Crossings<'a> {
    /// How many pairs of systems there are with a way from the first into the second.
    pub all: u64,
    /// The first of them, one way for each pair.
    pub named: Vec<Crossing<'a>>,
}

/// What puts data somewhere.
const PUTS: [Effect; 4] = [Effect::Write, Effect::Send, Effect::Execute, Effect::Admin];

/// What puts data somewhere, as bits.
pub(super) fn puts() -> u32 {
    doing(&PUTS)
}

/// What gets data from somewhere, as bits.
pub(super) fn gets() -> u32 {
    doing(&[Effect::Read])
}

/// The ways of an agent, without what policy denies it; `most` of them by name.
#[must_use]
pub fn crossings<'a>(surfaces: &Surfaces<'a>, surface: &Surface<'a>, most: usize) -> Crossings<'a> {
    between(surfaces, surface.open().filter_map(|grant| surfaces.thing(grant)), most)
}

/// For each system the first tool that reads it and the first that puts something there.
fn between<'t, 'a: 't>(
    surfaces: &Surfaces<'a>,
    things: impl Iterator<Item = &'t Thing<'a>>,
    most: usize,
) -> Crossings<'a> {
    let (gets, puts) = (gets(), puts());
    let systems = surfaces.systems.len();
    let mut ends: Vec<(Option<&Thing<'_>>, Option<&Thing<'_>>)> =
        vec![(None, None); systems as usize];
    for thing in things {
        let mut touch = |system: u32| {
            let Some((get, put)) = ends.get_mut(system as usize) else { return };
            if thing.can.mask & gets != 0 {
                get.get_or_insert(thing);
            }
            if thing.can.mask & puts != 0 {
                put.get_or_insert(thing);
            }
        };
        match &thing.can.systems {
            Some(named) => named.iter().for_each(|system| touch(*system)),
            None => (0..systems).for_each(touch),
        }
    }
    let count = |holds: fn(&(Option<&Thing<'_>>, Option<&Thing<'_>>)) -> bool| {
        ends.iter().filter(|end| holds(end)).count() as u64
    };
    let from = count(|(get, _)| get.is_some());
    let into = count(|(_, put)| put.is_some());
    let both = count(|(get, put)| get.is_some() && put.is_some());
    let numbered = || ends.iter().zip(0u32..);
    let readers = numbered().filter_map(|((get, _), from)| Some((from, (*get)?)));
    let ways = readers.flat_map(|(from, get)| {
        let into = numbered().filter(move |(_, to)| *to != from);
        into.filter_map(move |((_, put), to)| Some((from, to, get, (*put)?)))
    });
    let named = ways.take(most).map(|(from, to, get, put)| Crossing {
        from: surfaces.systems.name(from),
        to: surfaces.systems.name(to),
        reads: get.name(),
        puts: put.name(),
    });
    Crossings { all: from * into - both, named: named.collect() }
}

/// What one server brings together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bridge<'a> {
    /// The server.
    pub server: &'a str,
    /// The kinds of systems that its tools reach, as far as they are known.
    pub kinds: Vec<SystemKind>,
    /// The systems.
    pub systems: Vec<&'a str>,
    /// Whether a tool is among its own of which nobody has said what it reaches, or a system of
    /// which nobody has said what it is.
    pub unknown: bool,
    /// How many things its tools can do together, as (system, action, class of data).
    pub reach: u64,
    /// The ways between the systems.
    pub crossings: Crossings<'a>,
}

/// What the tools of a server bring together; `None` if there is no such server.
#[must_use]
pub fn bridge<'a>(
    surfaces: &Surfaces<'a>,
    known: &Lookup<'a>,
    server: &str,
    most: usize,
) -> Option<Bridge<'a>> {
    let server = known.server(server)?;
    let own = || surfaces.things.iter().filter(|thing| thing.server == server.id);
    let named: BTreeSet<&'a str> = own()
        .filter_map(|thing| thing.can.systems.as_deref())
        .flatten()
        .filter_map(|system| surfaces.systems.name(*system))
        .collect();
    let kind = |name: &&str| known.system(name).and_then(|system| system.kind);
    let kinds: BTreeSet<SystemKind> = named.iter().filter_map(kind).collect();
    let listed = own().next().is_some();
    let unknown = !listed
        || own().any(|thing| thing.can.systems.is_none())
        || named.iter().any(|name| kind(name).is_none());
    Some(Bridge {
        server: &server.id,
        kinds: kinds.into_iter().collect(),
        systems: named.into_iter().collect(),
        unknown,
        reach: super::cell::together(surfaces.systems.len(), own().map(|thing| &thing.can)).len(),
        crossings: between(surfaces, own(), most),
    })
}
