//! Two of the documents of day 90, made from the estate: the policy, and the proof that it is
//! enforced.

use serde::Serialize;

use crate::{
    estate::Lookup,
    maturity::{Maturity, MaturityTier},
    metrics::{Metric, control_coverage},
};

/// The proof that the policy is enforced: how far each control reaches, and what it does not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Enforcement<'m> {
    /// The day that all of this was so.
    pub day: jiff::civil::Date,
    /// The digest of the estate that it was computed from.
    pub estate: String,
    /// The maturity tier.
    pub tier: MaturityTier,
    /// How far each control reaches.
    pub controls: Vec<&'m Metric>,
}

/// How far each control of an estate reaches.
#[must_use]
pub fn enforcement<'m>(
    known: &Lookup<'_>,
    metrics: &'m [Metric],
    maturity: &Maturity,
) -> Enforcement<'m> {
    Enforcement {
        day: maturity.day,
        estate: known.estate.digest().to_string(),
        tier: maturity.tier,
        controls: control_coverage(metrics),
    }
}

/// The policy, in Markdown: what the product enforces for this organisation. What the organisation
/// has not decided is printed as "not decided".
#[must_use]
pub fn policy_document(known: &Lookup<'_>) -> String {
    let organisation = &known.estate.organisation;
    let decided = |value: Option<String>| value.unwrap_or_else(|| "not decided".into());
    let name = if organisation.name.is_empty() { "not known" } else { &organisation.name };
    let day = known.estate.day();
    let level = decided(organisation.least_level.map(|level| level.to_string()));
    let target = organisation.target_maturity.and_then(MaturityTier::numbered);
    let target = decided(target.map(|tier| tier.to_string()));
    let by = decided(organisation.target_by.map(|day| day.to_string()));
    let estate = known.estate.digest();
    format!(
        "# Policy on MCP servers and agents\n\n\
        Organisation: {name}. Day: {day}. Estate: {estate}.\n\n\
        1. Every server stands in the inventory with an owner, a publisher, a version and a data \
        tag. Owners are persons.\n\
        2. A server comes into production with a certificate of level {level} or higher, and with \
        an approval that is bound to its digest.\n\
        3. A server of a vendor comes into production after its assessment has passed; it is \
        assessed again after a year at the latest.\n\
        4. Every server in production knows who calls it, and its credentials are changed in \
        time.\n\
        5. Every call goes through a gateway, which verifies digest and level before a tool is \
        shown to a model, and is recorded in the SIEM.\n\
        6. An agent comes into production after a review of the four domains that counts.\n\
        7. An agent that can write, execute or send works under an allowlist for its session.\n\
        8. Red-team exercises and a report to the board are due each quarter.\n\n\
        Aim: {target}, by {by}.\n"
    )
}
