//! How data has to be treated.

/// How data has to be treated, from what everybody may see to what a law is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum DataClass {
    /// Everybody may see it.
    #[default]
    Public,
    /// It stays in the company.
    Internal,
    /// Few in the company may see it.
    Confidential,
    /// A law says how it is treated.
    Regulated,
}

impl DataClass {
    /// Every class, the least first.
    pub const ALL: [Self; 4] = [Self::Public, Self::Internal, Self::Confidential, Self::Regulated];

    /// The name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Confidential => "confidential",
            Self::Regulated => "regulated",
        }
    }

    /// The class with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}
