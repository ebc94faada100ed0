//! Blast tiers: production and regulated data first, then production, then the rest.
//!
//! A blast tier is no maturity tier, of which 4 is the best. The compiler tells them apart:
//!
//! ```
//! let worst: warden_model::BlastTier = warden_govern::reach::blast_tier(None, None);
//! ```
//!
//! ```compile_fail
//! let worst: warden_govern::maturity::MaturityTier = warden_govern::reach::blast_tier(None, None);
//! ```

use warden_model::{BlastTier, DataClass};

use super::{Surface, Surfaces};
use crate::estate::{Environment, Lookup, Server};

/// The blast tier of what acts there on data of this class: an environment that nobody knows is
/// production, and data that nobody knows is regulated.
#[must_use]
pub const fn blast_tier(environment: Option<Environment>, data: Option<DataClass>) -> BlastTier {
    BlastTier::of(is_production(environment), matches!(data, None | Some(DataClass::Regulated)))
}

const fn is_production(environment: Option<Environment>) -> bool {
    matches!(environment, None | Some(Environment::Production))
}

/// The blast tier of a server.
#[must_use]
pub const fn blast_tier_of_server(server: &Server) -> BlastTier {
    blast_tier(server.environment, server.data)
}

/// The blast tier of an agent: it is in production if it, a server that it uses or a system that it
/// reaches is; its data is the worst that it reaches or is meant to work with.
#[must_use]
pub fn blast_tier_of_agent(
    surfaces: &Surfaces<'_>,
    surface: &Surface<'_>,
    known: &Lookup<'_>,
) -> BlastTier {
    let meant = surface.agent.data.iter().max().copied();
    let data = surface.effective.worst_class().max(meant);
    blast_tier(Some(environment(surfaces, surface, known)), data)
}

/// Where what an agent does has its effect.
fn environment(surfaces: &Surfaces<'_>, surface: &Surface<'_>, known: &Lookup<'_>) -> Environment {
    let server = |name: &str| known.server(name).and_then(|server| server.environment);
    let servers =
        surface.open().filter_map(|grant| surfaces.thing(grant)).map(|thing| thing.server);
    let system = |number| {
        let system = surfaces.systems.name(number).and_then(|name| known.system(name));
        system.and_then(|system| system.environment)
    };
    let any = is_production(surface.agent.environment)
        || servers.into_iter().any(|name| is_production(server(name)))
        || surface.effective.by_system().any(|(number, _)| is_production(system(number)));
    if any { Environment::Production } else { Environment::Development }
}
