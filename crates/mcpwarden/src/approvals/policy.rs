//! Who may approve, and how many of them it takes: a file that people write, or the usual.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
    time::SystemTime,
};

use serde::Deserialize;
use warden_policy::approval::{ApprovalPolicy, BlastTier, Person, Quorum, Role, person_of};
use warden_seal::Trust;

use crate::{Failure, Kind, certify::keep::APPROVALS};

/// The longest file.
const MOST: u64 = 1 << 20;

/// How many days a yes counts at most, if nobody says otherwise.
const USUAL_DAYS: u32 = 180;

/// How many people it takes for the gravest use, if nobody says otherwise.
const USUAL_NEEDED: usize = 2;

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    most_days: Option<u32>,
    people: BTreeMap<String, Role>,
    tier_1: Option<RawQuorum>,
    tier_2: Option<RawQuorum>,
    tier_3: Option<RawQuorum>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawQuorum {
    needed: usize,
    eligible: Option<Vec<String>>,
}

/// Reads the policy; where there is no file, the usual one for whoever has a trusted key.
///
/// # Errors
/// A file that cannot be read, or that asks for nothing.
pub(crate) fn load(file: &Path, trust: &Trust) -> Result<ApprovalPolicy, Failure> {
    let bad = |error: Box<dyn std::error::Error + Send + Sync>| {
        Failure::new(Kind::Config, format!("cannot use the policy in `{}`", file.display()))
            .caused_by(error)
            .hint("see what one looks like: `mcpwarden approval policy --example`")
    };
    let text = match fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(usual(trust)),
        Ok(found) if found.len() > MOST => Err(io::Error::other("it is larger than any")),
        Ok(_) | Err(_) => fs::read_to_string(file),
    };
    let text = text.map_err(|error| bad(error.into()))?;
    parse(&text).map_err(bad)
}

/// The usual policy: everybody whose key counts for approvals may approve and own risks; two of
/// them are needed in blast tier 1, and nobody stands in for a CISO.
fn usual(trust: &Trust) -> ApprovalPolicy {
    let people = trust.keys().iter().filter(|key| key.uses.contains(APPROVALS));
    let people: BTreeSet<Person> = people.filter_map(person_of).collect();
    let quorum = |needed| Quorum { needed, eligible: people.clone() };
    ApprovalPolicy {
        tier_1: quorum(USUAL_NEEDED),
        tier_2: quorum(1),
        tier_3: quorum(1),
        most_days: USUAL_DAYS,
        moratorium: None,
        people: people.into_iter().map(|person| (person, Role::RiskOwner)).collect(),
    }
}

fn parse(text: &str) -> Result<ApprovalPolicy, Box<dyn std::error::Error + Send + Sync>> {
    let raw: Raw = toml_edit::de::from_str(text)?;
    let mut people = BTreeMap::new();
    for (name, role) in &raw.people {
        let person = Person::new(name).map_err(|error| format!("`{name}`: {error}"))?;
        if people.insert(person, *role).is_some() {
            return Err(format!("`{name}` stands in it twice").into());
        }
    }
    let from = |least: Role| -> BTreeSet<Person> {
        let able = people.iter().filter(|(_, role)| **role >= least);
        able.map(|(person, _)| person.clone()).collect()
    };
    let quorum = |raw: &Option<RawQuorum>, needed: usize, least: Role| {
        let eligible = match raw.as_ref().and_then(|raw| raw.eligible.as_ref()) {
            None => from(least),
            Some(names) => names.iter().map(|name| Person::new(name)).collect::<Result<_, _>>()?,
        };
        let needed = raw.as_ref().map_or(needed, |raw| raw.needed);
        Ok::<_, warden_policy::approval::NoPerson>(Quorum { needed, eligible })
    };
    let policy = ApprovalPolicy {
        tier_1: quorum(&raw.tier_1, USUAL_NEEDED, Role::SecurityOfficer)?,
        tier_2: quorum(&raw.tier_2, 1, Role::SecurityOfficer)?,
        tier_3: quorum(&raw.tier_3, 1, Role::RiskOwner)?,
        most_days: raw.most_days.unwrap_or(USUAL_DAYS),
        moratorium: None,
        people,
    };
    policy.check()?;
    let quorums = [&policy.tier_1, &policy.tier_2, &policy.tier_3];
    let strange = quorums.iter().flat_map(|quorum| &quorum.eligible);
    match strange.into_iter().find(|person| !policy.people.contains_key(*person)) {
        Some(person) => Err(format!("`{person}` may approve, and is not among the people").into()),
        None => Ok(policy),
    }
}

/// What a file looks like.
pub(crate) const EXAMPLE: &str = r#"# Who may approve servers, and how many of them it takes. People are named as their trusted keys
# are: `mcpwarden trust add ann.pub --name ann@example.com --use approval`.

# How many days a yes counts at most: 1 to 400.
most_days = 180

# What each may decide: member, risk-owner, security-officer or ciso.
[people]
"ann@example.com" = "security-officer"
"ben@example.com" = "security-officer"
"cleo@example.com" = "ciso"
"rita@example.com" = "risk-owner"

# Production and regulated data: at least two. Without `eligible`: officers and the CISO.
[tier_1]
needed = 2

# Production.
[tier_2]
needed = 1

# A sandbox. Without `eligible`: risk owners as well.
[tier_3]
needed = 1
eligible = ["ann@example.com", "ben@example.com", "rita@example.com"]
"#;

/// A policy for people, with whom of them a trusted key makes able to sign now.
pub(crate) fn shown(policy: &ApprovalPolicy, trust: &Trust, now: SystemTime) -> String {
    let counting = trust.keys().iter().filter(|key| key.counts(APPROVALS, now).is_ok());
    let able: BTreeSet<Person> = counting.filter_map(person_of).collect();
    let mut out = String::from("People\n");
    for (person, role) in &policy.people {
        let key = if able.contains(person) { "" } else { ", no key that counts" };
        out.push_str(&format!("  {person}: {}{key}\n", role_name(*role)));
    }
    if policy.people.is_empty() {
        out.push_str("  nobody has a key that counts for approvals\n");
    }
    for tier in [BlastTier::One, BlastTier::Two, BlastTier::Three] {
        let quorum = policy.quorum(tier);
        let names: Vec<&str> = quorum.eligible.iter().map(Person::id).collect();
        let (number, needed, many) = (tier.number(), quorum.needed, names.len());
        out.push_str(&format!("Blast tier {number}: {needed} of {many}\n"));
        out.push_str(&format!("  {}\n", names.join(", ")));
    }
    out.push_str(&format!("A yes counts for at most {} days.\n", policy.most_days));
    out
}

/// The word for a role.
const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::RiskOwner => "risk owner",
        Role::SecurityOfficer => "security officer",
        Role::Ciso => "CISO",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_a_policy() {
        let policy = parse(EXAMPLE).expect("it is one");
        assert_eq!((policy.tier_1.needed, policy.tier_1.eligible.len()), (2, 3));
        assert_eq!(policy.tier_3.eligible.len(), 3);
    }

    #[track_caller]
    fn refused(text: &str, why: &str) {
        let error = parse(text).expect_err("it is none").to_string();
        assert!(error.contains(why), "{error}");
    }

    #[test]
    fn what_asks_for_too_little_or_names_nobody_is_refused() {
        refused("", "people");
        refused("[people]\na = \"ciso\"\n", "more people than may approve");
        refused("[people]\na = \"ciso\"\nA = \"ciso\"\n", "twice");
        refused("[people]\n\"a b\" = \"ciso\"\n", "a person is");
        refused("[people]\na = \"boss\"\n", "boss");
        let two = "[people]\na = \"ciso\"\nb = \"ciso\"\n";
        assert!(parse(two).is_ok());
        refused(&format!("{two}[tier_1]\nneeded = 1\n"), "at least two");
        refused(&format!("{two}[tier_3]\nneeded = 1\neligible = [\"c\"]\n"), "not among");
        refused(&format!("most_days = 0\n{two}"), "days");
        refused(&format!("{two}[tier_4]\nneeded = 1\n"), "tier_4");
    }
}
