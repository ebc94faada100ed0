//! Which servers belong in the register of information, and why others do not.

use crate::estate::{Lookup, Relation, Server};

/// Where a server belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement<'a> {
    /// It is an ICT service of a third party: a row in the register.
    Register {
        /// The type of ICT service, `S01` to `S19`.
        service: &'a str,
    },
    /// Another company of the group provides it: a row in the register, and one in `B_03.03`.
    IntraGroup {
        /// The type of ICT service.
        service: &'a str,
    },
    /// There is no arrangement that the register could hold; it is in the inventory of assets.
    Asset(&'static str),
    /// Something is not known that decides it.
    Undecided(&'static str),
}

/// The usual type of service of a server that somebody operates for us: software as a service.
const OPERATED: &str = "S19";
/// The usual type of a program that we run under a contract: licensing of software.
const LICENSED: &str = "S13";

/// Where a server belongs.
///
/// A server that a vendor operates under a contract or terms of service is an ICT service (DORA
/// Art. 3(21)), and so is a program under a contract of support or licence. An open-source program
/// without a contract is no contractual arrangement: it belongs in the inventory of ICT assets
/// (Art. 8) alone. No supervisor has said so of MCP servers in particular.
#[must_use]
pub fn place<'a>(known: &Lookup<'a>, server: &'a Server) -> Placement<'a> {
    let vendor = server.vendor.as_deref().and_then(|id| known.vendor(id));
    let contract = vendor.is_some_and(|vendor| vendor.contract.is_some());
    let relation = vendor.map(|vendor| vendor.relation.unwrap_or(Relation::Third));
    let service = |usual| server.service.as_deref().unwrap_or(usual);
    match (server.remote, relation) {
        (_, Some(Relation::Own)) => Placement::Asset("it is made and run by the entity itself"),
        (Some(true), Some(Relation::Group)) => Placement::IntraGroup { service: service(OPERATED) },
        (Some(false), Some(Relation::Group)) if contract => {
            Placement::IntraGroup { service: service(LICENSED) }
        }
        (Some(true), Some(Relation::Third)) => Placement::Register { service: service(OPERATED) },
        (Some(false), Some(Relation::Third)) if contract => {
            Placement::Register { service: service(LICENSED) }
        }
        (Some(false), _) => Placement::Asset("it runs here, and there is no contract for it"),
        (Some(true), None) => Placement::Undecided("somebody operates it, and nobody knows who"),
        (None, _) => Placement::Undecided("nobody said whether somebody operates it for us"),
    }
}
