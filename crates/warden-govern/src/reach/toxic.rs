//! Tools of one agent that are dangerous together: one brings what strangers wrote, one reads what
//! few may see, and one carries data away.
//!
//! Whatever strangers write may tell an agent what to do next, so the three need nobody's consent
//! but the agent's. Every tool of the first kind goes with every one of the second and the third:
//! the ways are broken only when one of the three kinds is gone as a whole. The fewest grants to
//! take away are therefore those of the smallest kind.

mod across;

use serde::{Serialize, Serializer};
use warden_model::{DataClass, Effect};

use super::{Grant, Surface, Surfaces, Thing};
use crate::estate::{Egress, Ruling};

pub use across::{Across, Relay, Step, across, break_all};

/// What a tool does in a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// It brings what strangers wrote.
    Brings,
    /// It reads what few may see.
    Reads,
    /// It carries data away.
    Sends,
}

impl Part {
    /// Every part, in the order of a chain.
    pub const ALL: [Self; 3] = [Self::Brings, Self::Reads, Self::Sends];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brings => "brings",
            Self::Reads => "reads",
            Self::Sends => "sends",
        }
    }

    /// Whether the tool does this, so far as anybody knows, and whether that is assumed.
    pub(super) fn of(self, thing: &Thing<'_>) -> Option<Assumed> {
        match self {
            Self::Brings => match thing.untrusted() {
                Some(false) => None,
                said => Some(Assumed(said.is_none())),
            },
            Self::Reads => reads(thing),
            Self::Sends => sends(thing),
        }
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

/// Whether it only counts since nobody has said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Assumed(pub(super) bool);

/// What runs code or administers can read what it works on.
fn reads(thing: &Thing<'_>) -> Option<Assumed> {
    let effect = thing.effect();
    let hands_out = matches!(effect, None | Some(Effect::Read | Effect::Execute | Effect::Admin));
    let sensitive = thing.class.is_none_or(|class| class >= DataClass::Confidential);
    (hands_out && sensitive).then_some(Assumed(effect.is_none() || thing.class.is_none()))
}

fn sends(thing: &Thing<'_>) -> Option<Assumed> {
    match (thing.effect(), thing.egress()) {
        (Some(Effect::Send | Effect::Execute), _) | (_, Some(Egress::Unrestricted)) => {
            Some(Assumed(false))
        }
        (None, _) | (_, None) => Some(Assumed(true)),
        (Some(_), Some(Egress::None | Egress::Listed)) => None,
    }
}

/// What stops a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// Nothing: the chain is open.
    Open,
    /// A person has to approve one of its calls.
    Approval,
}

/// The shortest chain of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Chain {
    /// The agent.
    pub agent: String,
    /// How many tools it takes: 1 to 3, since one tool can be two or all three of them.
    pub size: usize,
    /// Brings what strangers wrote, as `server/tool`.
    pub brings: String,
    /// Reads what few may see.
    pub reads: String,
    /// Carries it away.
    pub sends: String,
    /// What stops it.
    pub held: Held,
    /// How many of the three count only since nobody has said otherwise.
    pub assumed: usize,
    /// How many such chains the agent has in all.
    pub chains: u64,
}

/// The shortest chain of an agent that nothing stops; if there is none, the shortest in which a
/// person has to approve a call; `None` if policy leaves none.
#[must_use]
pub fn chain(surfaces: &Surfaces<'_>, surface: &Surface<'_>) -> Option<Chain> {
    let found = |least, held| {
        let three = shortest(surfaces, surface, |_, grant| grant.ruling <= least);
        three.map(|three| (three, held))
    };
    let (three, held) =
        found(Ruling::Allow, Held::Open).or_else(|| found(Ruling::Approval, Held::Approval))?;
    let name = |at: usize| three.picks.get(at).map(|pick| pick.thing.name()).unwrap_or_default();
    let kinds = kinds(surfaces, surface);
    Some(Chain {
        agent: surface.agent.id.clone(),
        size: three.size,
        brings: name(0),
        reads: name(1),
        sends: name(2),
        held,
        assumed: three.picks.iter().map(|pick| usize::from(pick.assumed > 0)).sum(),
        chains: kinds.iter().map(|kind| kind.len() as u64).product(),
    })
}

/// The tools of each part, without those that policy denies.
fn kinds<'s>(surfaces: &Surfaces<'_>, surface: &'s Surface<'_>) -> [Vec<&'s Grant>; 3] {
    Part::ALL.map(|part| {
        let does =
            |grant: &&Grant| surfaces.thing(grant).and_then(|thing| part.of(thing)).is_some();
        surface.open().filter(does).collect()
    })
}

/// A tool that does some of the parts.
#[derive(Clone, Copy)]
struct Pick<'t, 'a> {
    thing: &'t Thing<'a>,
    /// Its place among the grants.
    at: u32,
    /// How many of these parts are assumed.
    assumed: usize,
}

struct Three<'t, 'a> {
    size: usize,
    /// In the order of the parts.
    picks: [Pick<'t, 'a>; 3],
}

/// How the parts can be shared among tools, the fewest tools first.
const SHARES: [[usize; 3]; 5] = [[0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0], [0, 1, 2]];

fn shortest<'t, 'a>(
    surfaces: &'t Surfaces<'a>,
    surface: &Surface<'a>,
    left: impl Fn(u32, &Grant) -> bool,
) -> Option<Three<'t, 'a>> {
    // For every set of parts the tool that does them with the least assumed.
    let mut best: [Option<Pick<'t, 'a>>; 8] = [None; 8];
    for (grant, at) in surface.grants.iter().zip(0..).filter(|(grant, at)| left(*at, grant)) {
        let Some(thing) = surfaces.thing(grant) else { continue };
        let parts = Part::ALL.map(|part| part.of(thing));
        for (set, kept) in best.iter_mut().enumerate().skip(1) {
            let wanted = parts.iter().enumerate().filter(|(part, _)| set & (1 << part) != 0);
            let assumed: Option<Vec<bool>> =
                wanted.map(|(_, does)| does.map(|Assumed(yes)| yes)).collect();
            let Some(assumed) = assumed else { continue };
            let pick = Pick { thing, at, assumed: assumed.into_iter().filter(|yes| *yes).count() };
            if kept.is_none_or(|kept| pick.assumed < kept.assumed) {
                *kept = Some(pick);
            }
        }
    }
    let choices = SHARES.iter().filter_map(|share| {
        let set = |tool: usize| {
            let parts = share.iter().enumerate().filter(|(_, of)| **of == tool);
            parts.map(|(part, _)| 1 << part).sum::<usize>()
        };
        let pick = |part: usize| best.get(set(*share.get(part)?)).copied().flatten();
        let picks = [pick(0)?, pick(1)?, pick(2)?];
        let mut tools = picks.map(|pick| pick.at).to_vec();
        tools.sort_unstable();
        tools.dedup();
        Some(Three { size: tools.len(), picks })
    });
    choices.min_by_key(|three| {
        (three.size, three.picks.iter().map(|pick| pick.assumed).sum::<usize>())
    })
}

/// What to take away so that no chain is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Break {
    /// Whose grants, and which: `agent` and `server/tool`, sorted.
    #[serde(serialize_with = "super::view::taken")]
    pub remove: Vec<(String, String)>,
    /// How many chains of single agents that breaks.
    pub breaks: u64,
    /// How many grants it takes at least.
    pub at_least: u64,
    /// Whether fewer grants cannot do.
    pub exact: bool,
}

/// The fewest grants of an agent whose loss leaves no chain: all that do one of the three parts.
/// That is exact, whatever the number of chains. Of two kinds of the same number the one that sends
/// goes first, then the one that brings: reading is mostly what an agent is for.
#[must_use]
pub fn break_one(surfaces: &Surfaces<'_>, surface: &Surface<'_>) -> Break {
    let [brings, reads, sends] = kinds(surfaces, surface);
    let breaks = [&brings, &reads, &sends].iter().map(|kind| kind.len() as u64).product();
    let fewest = [sends, brings, reads].into_iter().min_by_key(Vec::len).unwrap_or_default();
    let name = |grant: &Grant| surfaces.thing(grant).map(Thing::name);
    let mut remove: Vec<(String, String)> = fewest
        .into_iter()
        .filter_map(|grant| Some((surface.agent.id.clone(), name(grant)?)))
        .collect();
    remove.sort();
    Break { at_least: remove.len() as u64, exact: true, remove, breaks }
}
