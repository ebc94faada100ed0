//! Who does what for a server: we, its vendor, or the platform that its calls go through.
//!
//! As in the cloud, what is shared is done by nobody unless it is written down. Each duty falls to
//! one party, by who makes the server and who runs it, and counts as taken only where the estate
//! shows that there is somebody to take it.

use serde::Serialize;

use crate::{
    Ratio, Word,
    estate::{Lookup, Posture, Relation, Server},
    table::Table,
    word::words,
};

words! {
    /// What has to be done for a server.
    Area, "area" {
        /// Knowing who calls.
        Authentication = "authentication",
        /// Deciding who may call what, and asking a person where one has to say yes.
        Authorisation = "authorisation",
        /// Keeping credentials, and changing them.
        Credentials = "credentials",
        /// Noticing that definitions changed.
        Definitions = "definitions",
        /// Mending its code.
        Code = "code",
        /// Mending what it is made from.
        Dependencies = "dependencies",
        /// Keeping it apart from its machine.
        Isolation = "isolation",
        /// Encrypting what goes to it and comes from it.
        Transport = "transport",
        /// Saying which data it may see.
        Classification = "data-classification",
        /// Saying where data lies.
        Residency = "data-residency",
        /// Writing down what it does.
        Records = "records",
        /// Telling of what went wrong.
        Notification = "incident-notification",
        /// Doing without it.
        Exit = "exit",
    }
}

words! {
    /// Who does it.
    Party, "party" {
        /// We.
        Own = "own",
        /// Who makes or runs it.
        Vendor = "vendor",
        /// The gateway.
        Platform = "platform",
    }
}

/// Who makes a server, and who runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    /// We make it.
    Ours,
    /// A vendor makes it, and we run it.
    Bought,
    /// A vendor runs it.
    Rented,
    /// Nobody has said who runs it.
    Unknown,
}

impl Run {
    fn of(server: &Server, known: &Lookup<'_>) -> Self {
        let vendor = server.vendor.as_deref().and_then(|id| known.vendor(id));
        let own = vendor.is_some_and(|vendor| vendor.relation == Some(Relation::Own))
            || (server.vendor.is_none() && server.posture == Some(Posture::FirstParty));
        match (own, server.remote) {
            (true, _) => Self::Ours,
            (false, Some(true)) => Self::Rented,
            (false, Some(false)) => Self::Bought,
            (false, None) => Self::Unknown,
        }
    }
}

impl Area {
    /// Whose it is; `None` where that depends on who runs the server, and nobody has said.
    const fn party(self, run: Run) -> Option<Party> {
        match self {
            Self::Authorisation | Self::Definitions | Self::Records => Some(Party::Platform),
            Self::Credentials | Self::Classification => Some(Party::Own),
            Self::Code | Self::Dependencies | Self::Notification | Self::Exit => match run {
                Run::Ours => Some(Party::Own),
                // Whoever runs it, a vendor makes it.
                Run::Bought | Run::Rented | Run::Unknown => Some(Party::Vendor),
            },
            Self::Authentication | Self::Isolation | Self::Transport | Self::Residency => match run
            {
                Run::Ours | Run::Bought => Some(Party::Own),
                Run::Rented => Some(Party::Vendor),
                Run::Unknown => None,
            },
        }
    }
}

/// One duty for one server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Duty {
    /// What has to be done.
    pub area: Area,
    /// Whose it is; none where nobody has said who runs the server.
    pub party: Option<Party>,
    /// Why it counts as nobody's; none if there is somebody to do it.
    pub gap: Option<String>,
}

/// The duties for one server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Duties<'a> {
    /// The server.
    pub server: &'a str,
    /// Every area once, in the order of the list.
    pub duties: Vec<Duty>,
    /// How many of them there is somebody for, of all.
    pub taken: Ratio,
}

/// The duties for every server, sorted by its identifier.
#[must_use]
pub fn duties<'a>(known: &Lookup<'a>) -> Vec<Duties<'a>> {
    let mut all: Vec<_> =
        known.estate.servers.iter().map(|server| duties_of(known, server)).collect();
    all.sort_by_key(|duties| duties.server);
    all
}

/// The duties for one server.
#[must_use]
pub fn duties_of<'a>(known: &Lookup<'a>, server: &'a Server) -> Duties<'a> {
    let run = Run::of(server, known);
    let duties: Vec<Duty> = Area::all()
        .iter()
        .map(|area| {
            let party = area.party(run);
            Duty { area: *area, party, gap: gap(party, server, known) }
        })
        .collect();
    let taken = Ratio::count(&duties, |duty| duty.gap.is_none());
    Duties { server: &server.id, duties, taken }
}

/// Why there is nobody for what falls to this party.
fn gap(party: Option<Party>, server: &Server, known: &Lookup<'_>) -> Option<String> {
    match party {
        None => Some("nobody has said who runs it".into()),
        Some(Party::Own) => {
            let named = known.accountable(server.owner.as_deref());
            named.is_none().then(|| "no person is accountable".into())
        }
        Some(Party::Vendor) => match server.vendor.as_deref().map(|id| (id, known.vendor(id))) {
            None => Some("no vendor is named".into()),
            Some((id, vendor)) => {
                let contract = vendor.and_then(|vendor| vendor.contract.as_deref());
                contract.is_none().then(|| format!("there is no contract with {id}"))
            }
        },
        Some(Party::Platform) => {
            let round = server.enforced != Some(true);
            round.then(|| "it is not known to be called through a gateway only".into())
        }
    }
}

/// One line for each server and duty.
#[must_use]
pub fn duties_csv(all: &[Duties<'_>]) -> String {
    let mut table = Table::new(&["server", "area", "party", "gap"]);
    for duties in all {
        for duty in &duties.duties {
            table.row(&[
                duties.server,
                duty.area.word(),
                duty.party.map_or("unknown", Word::word),
                duty.gap.as_deref().unwrap_or_default(),
            ]);
        }
    }
    table.finish()
}
