//! What stands around a finding: nine axes and the flow through agents, as far as they are known.

use serde::Serialize;
use warden_model::{DataClass, Effect};

use crate::{
    Word as _,
    estate::{
        Audit, Authentication, Capability, Egress, Monitoring, Network, Persistence, Posture,
    },
    word::{UNKNOWN, words},
};

words! {
    /// What can be done through something, the mildest first.
    Power, "power" {
        /// Nothing.
        None = "none",
        /// Things are looked up.
        Read = "read",
        /// Things are changed that can be changed back.
        Write = "write",
        /// Data is carried to somebody else.
        Send = "send",
        /// Code is run, rights are changed, or something is done that cannot be undone.
        Execute = "execute",
    }
}

impl From<Effect> for Power {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Read => Self::Read,
            Effect::Write => Self::Write,
            Effect::Send => Self::Send,
            Effect::Execute | Effect::Admin | Effect::Destructive => Self::Execute,
        }
    }
}

impl From<Capability> for Power {
    fn from(capability: Capability) -> Self {
        match capability {
            Capability::ReadEmail
            | Capability::AccessSecret
            | Capability::ReadFile
            | Capability::ReadDatabase
            | Capability::ReadPublic => Self::Read,
            Capability::WriteDatabase | Capability::WriteFile | Capability::TriggerWorkflow => {
                Self::Write
            }
            Capability::SendCommunication => Self::Send,
            Capability::ExecuteCode | Capability::MoveMoney => Self::Execute,
        }
    }
}

words! {
    /// How surely it is known who calls.
    Strength, "strength" {
        /// Mutual TLS, tokens that end, or a process of the caller's own.
        Strong = "strong",
        /// One key that does not end.
        Static = "static",
        /// It is not known.
        None = "none",
    }
}

impl From<Authentication> for Strength {
    fn from(authentication: Authentication) -> Self {
        match authentication {
            Authentication::Mtls | Authentication::Oauth | Authentication::Local => Self::Strong,
            Authentication::Static => Self::Static,
            Authentication::None => Self::None,
        }
    }
}

words! {
    /// What is known of who makes it.
    Vetting, "vetting" {
        /// We make it, or its maker was assessed.
        Assessed = "first-party-or-assessed",
        /// Its maker has answered for himself.
        SelfAttested = "self-attested",
        /// Nobody has looked.
        Unassessed = "unassessed",
    }
}

impl From<Posture> for Vetting {
    fn from(posture: Posture) -> Self {
        match posture {
            Posture::FirstParty | Posture::Assessed => Self::Assessed,
            Posture::SelfAttested => Self::SelfAttested,
            Posture::Unassessed => Self::Unassessed,
        }
    }
}

words! {
    /// Whether what strangers write, data and a way out meet.
    Flow, "flow" {
        /// Nothing that strangers write comes near.
        None = "none",
        /// What strangers write is read. It is toxic where data and a way out are there as well.
        Untrusted = "untrusted-input",
        /// All three meet in one agent, and what this is about has a part in it.
        Toxic = "toxic",
    }
}

words! {
    /// What is looked at around a finding, in the order of explanations.
    Axis, "axis" {
        /// What can be done through it.
        Capability = "capability",
        /// Where data can go from there.
        Egress = "egress",
        /// Which data is there.
        Data = "data-class",
        /// Who can reach it.
        Network = "network",
        /// How it knows who calls.
        Authentication = "authentication",
        /// What is written down of it.
        Audit = "audit",
        /// How long a change would stay.
        Persistence = "persistence",
        /// Who makes it.
        Vendor = "vendor",
        /// What is watched of it.
        Monitoring = "monitoring",
    }
}

/// How many words an axis can have, `unknown` with them.
pub(super) const MOST_WORDS: usize = 6;

/// How many axes there are.
pub(super) const AXES: usize = 9;

impl Axis {
    /// Its words, the mildest first, `unknown` last.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        fn of<W: crate::Word>() -> Vec<&'static str> {
            W::all().iter().map(|word| word.word()).chain([UNKNOWN]).collect()
        }
        match self {
            Self::Capability => of::<Power>(),
            Self::Egress => of::<Egress>(),
            Self::Data => of::<DataClass>(),
            Self::Network => of::<Network>(),
            Self::Authentication => of::<Strength>(),
            Self::Audit => of::<Audit>(),
            Self::Persistence => of::<Persistence>(),
            Self::Vendor => of::<Vetting>(),
            Self::Monitoring => of::<Monitoring>(),
        }
    }

    /// How many words it has, `unknown` with them.
    pub(super) fn len(self) -> usize {
        1 + match self {
            Self::Capability => Power::all().len(),
            Self::Egress => Egress::all().len(),
            Self::Data => DataClass::ALL.len(),
            Self::Network => Network::all().len(),
            Self::Authentication => Strength::all().len(),
            Self::Audit => Audit::all().len(),
            Self::Persistence => Persistence::all().len(),
            Self::Vendor => Vetting::all().len(),
            Self::Monitoring => Monitoring::all().len(),
        }
    }

    /// For people: what it means that the axis stands at this word.
    pub(super) fn phrase(self, at: usize) -> &'static str {
        let phrases: &[&str] = match self {
            Self::Capability => &[
                "it does nothing",
                "it reads only",
                "it can write",
                "it can send",
                "it can run code or administer",
                "what it can do is not known",
            ],
            Self::Egress => &[
                "no data leaves",
                "data can go to listed places",
                "data can go anywhere",
                "where data can go is not known",
            ],
            Self::Data => &[
                "public data",
                "internal data",
                "confidential data",
                "regulated data",
                "which data it sees is not known",
            ],
            Self::Network => &[
                "a trusted network",
                "a segmented network",
                "the whole company reaches it",
                "everybody reaches it",
                "who reaches it is not known",
            ],
            Self::Authentication => &[
                "strong authentication",
                "one key that does not end",
                "no authentication",
                "how it knows who calls is not known",
            ],
            Self::Audit => &[
                "every call is recorded",
                "calls are recorded in part",
                "no call is recorded",
                "what is recorded is not known",
            ],
            Self::Persistence => &[
                "a change ends with its session",
                "a change stays over sessions",
                "a change stays unnoticed",
                "how long a change stays is not known",
            ],
            Self::Vendor => &[
                "its maker is known",
                "its maker answered for himself",
                "its maker was not assessed",
                "whether its maker was assessed is not known",
            ],
            Self::Monitoring => &[
                "limits and behaviour are watched",
                "no rate limit",
                "nothing is watched",
                "what is watched is not known",
            ],
        };
        phrases.get(at).copied().unwrap_or(UNKNOWN)
    }
}

/// What stands around a finding. `None` is not known, and counts as the worst of its axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Exposure {
    /// What can be done.
    pub capability: Option<Power>,
    /// Where data can go.
    pub egress: Option<Egress>,
    /// Which data is there.
    pub data: Option<DataClass>,
    /// Who can reach it.
    pub network: Option<Network>,
    /// How it knows who calls.
    pub authentication: Option<Strength>,
    /// What is written down.
    pub audit: Option<Audit>,
    /// How long a change would stay.
    pub persistence: Option<Persistence>,
    /// Who makes it.
    pub vendor: Option<Vetting>,
    /// What is watched.
    pub monitoring: Option<Monitoring>,
    /// What strangers write, data, and a way out.
    pub flow: Flow,
}

impl Exposure {
    /// Nothing is known, which is the worst of everything.
    pub const UNKNOWN: Self = Self {
        capability: None,
        egress: None,
        data: None,
        network: None,
        authentication: None,
        audit: None,
        persistence: None,
        vendor: None,
        monitoring: None,
        flow: Flow::Toxic,
    };

    /// Where each axis stands, in the order of [`Axis`]; the last place of an axis is `unknown`.
    #[must_use]
    pub(super) fn places(&self) -> [usize; AXES] {
        let Self { capability, egress, data, network, authentication, audit, .. } = self;
        [
            capability.map_or(Power::all().len(), |word| word as usize),
            egress.map_or(Egress::all().len(), |word| word as usize),
            data.map_or(DataClass::ALL.len(), |word| word as usize),
            network.map_or(Network::all().len(), |word| word as usize),
            authentication.map_or(Strength::all().len(), |word| word as usize),
            audit.map_or(Audit::all().len(), |word| word as usize),
            self.persistence.map_or(Persistence::all().len(), |word| word as usize),
            self.vendor.map_or(Vetting::all().len(), |word| word as usize),
            self.monitoring.map_or(Monitoring::all().len(), |word| word as usize),
        ]
    }

    /// The exposure whose axes stand at these places; a place past the last word is `unknown`.
    #[must_use]
    pub(super) fn from_places(at: [usize; AXES], flow: Flow) -> Self {
        fn word<W: crate::Word>(at: usize) -> Option<W> {
            W::all().get(at).copied()
        }
        let [capability, egress, data, network, authentication, audit, persistence, vendor, rest] =
            at;
        Self {
            capability: word(capability),
            egress: word(egress),
            data: word(data),
            network: word(network),
            authentication: word(authentication),
            audit: word(audit),
            persistence: word(persistence),
            vendor: word(vendor),
            monitoring: word(rest),
            flow,
        }
    }

    /// Whether something can be done through it that is more than reading.
    #[must_use]
    pub const fn acts(&self) -> bool {
        !matches!(self.capability, Some(Power::None | Power::Read))
    }

    /// Whether it acts and nobody could tell afterwards what it did.
    #[must_use]
    pub const fn is_blind(&self) -> bool {
        self.acts() && matches!(self.audit, None | Some(Audit::None))
    }

    /// Whether what strangers write, data that is at least confidential, and a way out meet.
    #[must_use]
    pub const fn is_toxic(&self) -> bool {
        match self.flow {
            Flow::None => false,
            Flow::Untrusted => is_sensitive(self.data) && is_outlet(self.capability, self.egress),
            Flow::Toxic => true,
        }
    }

    /// The word that an axis stands at.
    #[must_use]
    pub fn word(&self, axis: Axis) -> &'static str {
        axis.words().get(self.places()[axis as usize]).copied().unwrap_or(UNKNOWN)
    }
}

/// Whether data is at least confidential, or nobody knows.
#[must_use]
pub(super) const fn is_sensitive(data: Option<DataClass>) -> bool {
    !matches!(data, Some(DataClass::Public | DataClass::Internal))
}

/// Whether data can get out: something sends or runs code, or may talk to anybody.
#[must_use]
pub(super) const fn is_outlet(power: Option<Power>, egress: Option<Egress>) -> bool {
    !matches!(power, Some(Power::None | Power::Read | Power::Write))
        || !matches!(egress, Some(Egress::None | Egress::Listed))
}

impl Serialize for Exposure {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let axes = Axis::all().iter().map(|axis| (axis.word(), self.word(*axis)));
        to.collect_map(axes.chain([("flow", self.flow.word())]))
    }
}
