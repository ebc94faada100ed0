//! Rules to start from.

/// A set of rules to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pack {
    /// One person at one machine.
    Laptop,
    /// A team behind one gateway.
    Team,
    /// Regulated data in production.
    Regulated,
}

impl Pack {
    /// Every pack.
    pub const ALL: [Self; 3] = [Self::Laptop, Self::Team, Self::Regulated];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Laptop => "laptop",
            Self::Team => "team",
            Self::Regulated => "regulated",
        }
    }
}

/// The files of a pack.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// `rules.cedar`.
    pub rules: &'static str,
    /// `policy.toml`.
    pub directory: &'static str,
    /// `cases.toml`.
    pub cases: &'static str,
}

/// The files of a pack.
#[must_use]
pub const fn built_in(pack: Pack) -> BuiltIn {
    match pack {
        Pack::Laptop => BuiltIn {
            rules: include_str!("../../../policies/laptop/rules.cedar"),
            directory: include_str!("../../../policies/laptop/policy.toml"),
            cases: include_str!("../../../policies/laptop/cases.toml"),
        },
        Pack::Team => BuiltIn {
            rules: include_str!("../../../policies/team/rules.cedar"),
            directory: include_str!("../../../policies/team/policy.toml"),
            cases: include_str!("../../../policies/team/cases.toml"),
        },
        Pack::Regulated => BuiltIn {
            rules: include_str!("../../../policies/regulated/rules.cedar"),
            directory: include_str!("../../../policies/regulated/policy.toml"),
            cases: include_str!("../../../policies/regulated/cases.toml"),
        },
    }
}

/// The files of the rules that permit everything that was approved; they have no cases.
#[must_use]
pub const fn open_files() -> BuiltIn {
    BuiltIn {
        rules: include_str!("../../../policies/open/rules.cedar"),
        directory: include_str!("../../../policies/open/policy.toml"),
        cases: "",
    }
}
