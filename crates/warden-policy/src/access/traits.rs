//! What a tool, prompt or resource is like: what it does, whom it reaches, what it says.

use std::collections::BTreeSet;

use warden_model::{DataClass, Effect};

/// What a tool, prompt or resource is like. What nobody knows is taken for the worst.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traits {
    /// Everything that it does.
    pub effects: BTreeSet<Effect>,
    /// Whom what it is given reaches at most.
    pub audience: Audience,
    /// Whether what it answers was written by somebody whom the company trusts.
    pub trusted: bool,
    /// How what it answers has to be treated at least.
    pub class: DataClass,
    /// Where it acts.
    pub environment: Environment,
    /// The blast tier: 1 production and regulated data, 2 production, 3 sandbox only.
    pub blast: u8,
    /// The level of the server's certificate that counts now; 0 without one.
    pub level: u8,
    /// The risk of the server, 0 to 100, as it was last computed; 100 where nobody has.
    pub risk: u8,
    /// The tenant whose data the server holds; `""` where there is only one.
    pub tenant: Box<str>,
    /// How the effects are known.
    pub effects_by: KnownBy,
    /// How audience, trust and class are known.
    pub labels_by: KnownBy,
}

impl Traits {
    /// What is assumed of something of which nothing is known: it does everything, to everybody,
    /// and what it says was written by a stranger.
    #[must_use]
    pub fn unknown() -> Self {
        Self {
            effects: Effect::ALL.iter().copied().collect(),
            audience: Audience::Public,
            trusted: false,
            class: DataClass::Internal,
            environment: Environment::Production,
            blast: 1,
            level: 0,
            risk: 100,
            tenant: "".into(),
            effects_by: KnownBy::Nobody,
            labels_by: KnownBy::Nobody,
        }
    }
}

/// Whom what a tool is given reaches, the fewest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// The user himself, and what only he sees.
    Own,
    /// People and systems of the company.
    Company,
    /// Anybody.
    Public,
}

impl Audience {
    /// Every audience, the fewest first.
    pub const ALL: [Self; 3] = [Self::Own, Self::Company, Self::Public];

    /// The name in policies and settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "self",
            Self::Company => "company",
            Self::Public => "public",
        }
    }

    /// The audience with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|audience| audience.name() == name)
    }
}

/// Where something acts, the least serious first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Environment {
    /// Nothing there matters.
    Sandbox,
    /// It is developed or tried there.
    Development,
    /// It is what the company runs on; also where nobody has said.
    Production,
}

impl Environment {
    /// Every environment, the least serious first.
    pub const ALL: [Self; 3] = [Self::Sandbox, Self::Development, Self::Production];

    /// The name in policies and settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Development => "development",
            Self::Production => "production",
        }
    }

    /// The environment with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|environment| environment.name() == name)
    }
}

/// How something about a tool is known, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KnownBy {
    /// Nobody has said and nothing was found: the worst is assumed.
    Nobody,
    /// It was worked out from its definition.
    Classified,
    /// It was seen in what it answers.
    Detected,
    /// Somebody has written it down.
    Rule,
}

impl KnownBy {
    /// The name in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Classified => "classified",
            Self::Detected => "detected",
            Self::Rule => "rule",
        }
    }
}
