//! CWE numbers as a taxonomy of the run.

use std::collections::BTreeSet;

use warden_model::Scan;

use super::{
    message,
    types::{ComponentReference, Taxon, TaxonReference, Taxonomy},
};
use crate::Tool;

const NAME: &str = "CWE";

/// Every number that a rule or a finding of the run refers to.
pub(super) fn taxonomy(scan: &Scan, tool: &Tool<'_>) -> Taxonomy {
    let rules = tool.rules.iter().flat_map(|rule| rule.cwe);
    let settled = scan.settled.iter().map(|settled| &settled.finding);
    let findings = scan.findings.iter().chain(settled).flat_map(|finding| finding.cwe);
    let numbers: BTreeSet<u16> = rules.chain(findings).copied().collect();
    Taxonomy {
        name: NAME,
        organization: "MITRE",
        information_uri: "https://cwe.mitre.org/",
        short_description: message("The MITRE Common Weakness Enumeration"),
        taxa: numbers.into_iter().map(|number| Taxon { id: number.to_string() }).collect(),
    }
}

/// The one taxonomy of the run.
pub(super) fn component() -> ComponentReference {
    ComponentReference { name: NAME, index: 0 }
}

pub(super) fn reference(number: u16) -> TaxonReference {
    TaxonReference { id: number.to_string(), tool_component: component() }
}
