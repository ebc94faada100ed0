//! The four domains that everything which can be wrong belongs to, and the review of an agent
//! against them.

mod review;

pub use review::{Finished, Missing, Review, Reviewed, Standing, review, reviews, reviews_csv};

use serde::Serialize;
use warden_model::{Class, Severity};

use crate::{estate::Finding, word::words};

words! {
    /// What can be wrong, in four parts.
    Domain, "domain" {
        /// Who is who, and who may do what.
        Access = "identity-access",
        /// What data is reached, and where it goes.
        Data = "data-exfiltration",
        /// What is done without being meant.
        Operations = "operational-integrity",
        /// Who makes it, and what else is in it.
        Supply = "supply-chain",
    }
}

impl Domain {
    /// The four, in their order.
    pub const ALL: [Self; 4] = [Self::Access, Self::Data, Self::Operations, Self::Supply];

    /// The one that a class of findings belongs to.
    #[must_use]
    pub const fn of(class: Class) -> Self {
        match class.info().domain {
            1 => Self::Access,
            2 => Self::Data,
            3 => Self::Operations,
            _ => Self::Supply,
        }
    }

    /// Its number, 1 to 4.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Access => 1,
            Self::Data => 2,
            Self::Operations => 3,
            Self::Supply => 4,
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Access => "Identity & Access",
            Self::Data => "Data Access & Exfiltration",
            Self::Operations => "Operational Integrity",
            Self::Supply => "Supply Chain & Third-Party",
        }
    }

    /// How urgent it is to have it in hand.
    #[must_use]
    pub const fn priority(self) -> Severity {
        match self {
            Self::Access | Self::Data => Severity::Critical,
            Self::Operations | Self::Supply => Severity::High,
        }
    }
}

/// How much of what was found belongs to one domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DomainCount {
    /// The domain.
    pub domain: Domain,
    /// How many findings.
    pub findings: u64,
}

/// How many of these findings belong to each domain. Each belongs to one, so the counts are all.
pub fn count<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> [DomainCount; 4] {
    let mut counts = Domain::ALL.map(|domain| DomainCount { domain, findings: 0 });
    for finding in findings {
        let domain = Domain::of(finding.class);
        for count in counts.iter_mut().filter(|count| count.domain == domain) {
            count.findings += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests;
