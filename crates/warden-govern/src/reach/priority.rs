//! Which agents are hardened first: those that write, run code or carry data out.

use serde::Serialize;
use warden_model::Effect;

use super::{Surface, Surfaces, Thing};
use crate::estate::{Egress, Ruling};

/// What makes an agent Priority 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the columns of a table, each by itself")]
pub struct Reason {
    /// The tool, as `server/tool`.
    pub tool: String,
    /// Whether it changes something; so does what nobody has described.
    pub writes: bool,
    /// Whether it runs code.
    pub executes: bool,
    /// Whether data can leave through it.
    pub egress: bool,
    /// Whether any of this is assumed, since nobody has said what the tool does or where data goes.
    pub assumed: bool,
    /// What policy says of its calls.
    pub ruling: Ruling,
}

/// Whether a tool with this effect and egress makes an agent Priority 1: it writes, runs code, or
/// data can leave through it. What is not known counts as all of it.
#[must_use]
pub const fn is_first(effect: Option<Effect>, egress: Option<Egress>) -> bool {
    writes(effect) || executes(effect) || leaves(effect, egress)
}

const fn writes(effect: Option<Effect>) -> bool {
    matches!(effect, None | Some(Effect::Write | Effect::Admin | Effect::Destructive))
}

const fn executes(effect: Option<Effect>) -> bool {
    matches!(effect, None | Some(Effect::Execute))
}

const fn leaves(effect: Option<Effect>, egress: Option<Egress>) -> bool {
    matches!(effect, None | Some(Effect::Send))
        || matches!(egress, None | Some(Egress::Listed | Egress::Unrestricted))
}

/// What makes an agent Priority 1, by tool; nothing, if it is not. Whatever it was given counts,
/// also what policy denies: hardening is what makes that hold.
#[must_use]
pub fn priority(surfaces: &Surfaces<'_>, surface: &Surface<'_>) -> Vec<Reason> {
    let given = surface.grants.iter();
    let given = given.filter_map(|grant| Some((surfaces.thing(grant)?, grant.ruling)));
    given.filter_map(|(thing, ruling)| reason(thing, ruling)).collect()
}

fn reason(thing: &Thing<'_>, ruling: Ruling) -> Option<Reason> {
    let (effect, egress) = (thing.effect(), thing.egress());
    is_first(effect, egress).then(|| Reason {
        tool: thing.name(),
        writes: writes(effect),
        executes: executes(effect),
        egress: leaves(effect, egress),
        assumed: effect.is_none() || egress.is_none(),
        ruling,
    })
}
