//! Where every class of findings stands in the four frameworks that boards ask for, and what of
//! public lists no class covers.

use serde::Serialize;
use warden_model::Class;

/// The frameworks in which every class has a place, or a reason why not.
pub(super) const ASKED: [&str; 4] = ["NIST-AI-RMF", "ISO-42001", "OWASP-LLM-2025", "CSA-MAESTRO"];

/// What stands in the map where a framework has no place for a class.
const NO_PLACE: &str = "N/A";

/// Where a class stands in one framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Placed {
    /// The framework.
    pub framework: &'static str,
    /// The identifiers; none with a reason.
    pub ids: Vec<&'static str>,
    /// Why there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_not: Option<&'static str>,
}

/// Where a class stands in the four frameworks.
#[must_use]
pub fn placed(class: Class) -> Vec<Placed> {
    let place = |framework| {
        let ids = class.controls().iter().find(|one| one.framework == framework);
        let ids: Vec<_> = ids.map(|one| one.ids.as_slice()).unwrap_or_default().to_vec();
        let ids: Vec<_> = ids.into_iter().filter(|id| *id != NO_PLACE).collect();
        let why_not = ids.is_empty().then_some(why_not(framework));
        Placed { framework, ids, why_not }
    };
    ASKED.into_iter().map(place).collect()
}

fn why_not(framework: &str) -> &'static str {
    match framework {
        "OWASP-LLM-2025" => {
            "a weakness of identity, transport or logging, which this list has no category for"
        }
        _ => "not mapped",
    }
}

/// Something in a public list that no class of findings covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NotCovered {
    /// The framework.
    pub framework: &'static str,
    /// The identifier.
    pub id: &'static str,
    /// Why.
    pub why: &'static str,
}

const OUT: &[NotCovered] = &[
    NotCovered {
        framework: "SAFE-MCP",
        id: "SAFE-T1912",
        why: "data that is hidden inside other data is not looked for",
    },
    NotCovered {
        framework: "SAFE-MCP",
        id: "SAFE-T1915",
        why: "what happens across chains, or other networks of value, is not seen",
    },
    NotCovered {
        framework: "SAFE-MCP",
        id: "SAFE-T2105",
        why: "whether what is said is true is not judged",
    },
    NotCovered {
        framework: "OWASP-LLM-2025",
        id: "LLM09:2025",
        why: "whether what is said is true is not judged",
    },
];

/// What of the lists of threats is out of scope.
#[must_use]
pub const fn not_covered() -> &'static [NotCovered] {
    OUT
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::comply::catalogue;

    /// R59: every class of findings has an identifier, or a reason why there is none, in NIST AI
    /// RMF, ISO/IEC 42001, the OWASP LLM Top 10 and MAESTRO, and each stands in its catalogue.
    #[test]
    fn every_class_has_its_place_in_the_four_frameworks() {
        for class in Class::ALL {
            let places = placed(*class);
            assert_eq!(places.len(), 4);
            for place in places {
                let whole = catalogue(place.framework).unwrap();
                assert!(place.ids.iter().all(|id| whole.wording(id).is_some()), "{place:?}");
                assert_eq!(place.ids.is_empty(), place.why_not.is_some(), "{class:?} {place:?}");
                assert_ne!(place.why_not, Some("not mapped"), "{class:?} {place:?}");
            }
        }
        let without = |class: Class| placed(class)[2].why_not.is_some();
        assert_eq!(Class::ALL.iter().filter(|class| without(**class)).count(), 10);
    }

    #[test]
    fn every_identifier_of_the_map_stands_in_a_catalogue() {
        for class in Class::ALL {
            for control in class.controls() {
                let whole = catalogue(control.framework).unwrap();
                let stands = |id: &&str| *id == NO_PLACE || whole.wording(id).is_some();
                assert!(control.ids.iter().all(stands), "{class:?} {control:?}");
            }
        }
    }

    #[test]
    fn what_is_out_of_scope_is_what_no_class_covers() {
        for framework in ["SAFE-MCP", "OWASP-LLM-2025", "OWASP-MCP-2025", "OWASP-ASI-2026"] {
            let of = |class: &Class| class.controls().iter().find(|one| one.framework == framework);
            let covered: BTreeSet<_> =
                Class::ALL.iter().filter_map(of).flat_map(|one| one.ids.iter().copied()).collect();
            let whole = catalogue(framework).unwrap();
            let open: BTreeSet<_> = whole
                .entries
                .iter()
                .map(|(id, _)| *id)
                .filter(|id| !covered.contains(id))
                .collect();
            let told: BTreeSet<_> =
                OUT.iter().filter(|one| one.framework == framework).map(|one| one.id).collect();
            assert_eq!(open, told, "{framework}");
        }
    }

    /// What a published taxonomy of four domains names, and the classes that stand for it.
    const TAXONOMY: &[(u8, &str, &[Class])] = &[
        (1, "absent or weak authentication", &[Class::AuthNone, Class::AuthWeak]),
        (1, "credentials in storage that is set up badly", &[Class::SecretExposure]),
        (1, "tools with too wide a scope", &[Class::ScopeExcess]),
        (1, "no session-scoped authorisation", &[Class::AuthzMissing]),
        (
            2,
            "exfiltration through injected instructions",
            &[Class::ToxicFlow, Class::DataExfil, Class::PromptInjection],
        ),
        (2, "no data classes at the tools", &[Class::DataClassGap]),
        (2, "access across tenants", &[Class::CrossTenant]),
        (3, "unintended writes", &[Class::UnintendedAction, Class::Destruction]),
        (3, "processes that are run", &[Class::UnintendedAction, Class::HitlMissing]),
        (3, "communication with the outside", &[Class::UnintendedAction, Class::AuditMissing]),
        (4, "descriptions that are tampered with", &[Class::ToolPoisoning, Class::ManifestDrift]),
        (4, "data beyond declared parameters", &[Class::HiddenNetwork]),
        (4, "gaps in the posture of vendors", &[Class::VendorUnassessed]),
        (4, "no security in contracts", &[Class::ContractGap]),
    ];

    /// The four of the last domain are those of R73.
    #[test]
    fn every_item_of_the_taxonomy_has_classes_of_its_domain() {
        assert_eq!(TAXONOMY.len(), 14);
        for (domain, item, classes) in TAXONOMY {
            assert!(!classes.is_empty(), "{item}");
            assert!(classes.iter().all(|class| class.info().domain == *domain), "{item}");
        }
    }
}
