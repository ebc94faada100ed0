//! The skills register: who is certified for what, until when, and which areas nobody covers.

use jiff::civil::Date;
use serde::Serialize;

use crate::{
    Word as _,
    estate::{Lookup, Skill},
    maturity::{Standing, certificate_counts},
};

/// A certificate of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The person.
    pub person: String,
    /// The name, as far as it is known.
    pub name: Option<String>,
    /// The certificate.
    pub certificate: String,
    /// Who issued it.
    pub issuer: String,
    /// What it covers.
    pub areas: Vec<Skill>,
    /// Until when; none if it does not end.
    pub expires: Option<Date>,
    /// Who declared it as good as a CMCPSE, if somebody did.
    pub equivalent_by: Option<String>,
    /// Whether it counts: begun, not ended, and of a person.
    pub counts: bool,
}

/// One of the five areas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// Which.
    pub area: Skill,
    /// Who covers it with a certificate that counts; nobody is a gap.
    pub people: Vec<String>,
}

/// The register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skills {
    /// Every certificate, by person and name.
    pub held: Vec<Held>,
    /// Every area.
    pub areas: Vec<Gap>,
}

/// The skills register of an estate, at the time of the estate.
#[must_use]
pub fn skills(known: &Lookup<'_>) -> Skills {
    let standing = Standing::new(known);
    let mut held: Vec<Held> = known
        .estate
        .qualifications
        .iter()
        .map(|one| Held {
            person: one.person.clone(),
            name: known.person(&one.person).map(|person| person.name.clone()),
            certificate: one.certificate.clone(),
            issuer: one.issuer.clone(),
            areas: one.areas.clone(),
            expires: one.expires,
            equivalent_by: one.equivalent_by.clone(),
            counts: certificate_counts(&standing, one),
        })
        .collect();
    held.sort_by(|a, b| (&a.person, &a.certificate).cmp(&(&b.person, &b.certificate)));
    let people = |area: Skill| {
        let able = held.iter().filter(|one| one.counts && one.areas.contains(&area));
        let mut people: Vec<String> = able.map(|one| one.person.clone()).collect();
        people.dedup();
        people
    };
    let areas = Skill::all().iter().map(|area| Gap { area: *area, people: people(*area) });
    Skills { areas: areas.collect(), held }
}

impl Skills {
    /// The matrix as a table: a row for each person, a column for each area with the certificates
    /// that cover it and until when, and a last row with what nobody covers.
    #[must_use]
    pub fn rows(&self) -> Vec<Vec<String>> {
        let mut header = vec!["person".to_owned()];
        header.extend(Skill::all().iter().map(ToString::to_string));
        let mut people: Vec<&str> = self.held.iter().map(|held| held.person.as_str()).collect();
        people.dedup();
        let mut rows = vec![header];
        for person in people {
            let mut row = vec![person.to_owned()];
            row.extend(Skill::all().iter().map(|area| self.cell(person, *area)));
            rows.push(row);
        }
        let mut gaps = vec!["covered".to_owned()];
        gaps.extend(self.areas.iter().map(|gap| match gap.people.len() {
            0 => "gap".to_owned(),
            people => people.to_string(),
        }));
        rows.push(gaps);
        rows
    }

    fn cell(&self, person: &str, area: Skill) -> String {
        let held = self.held.iter().filter(|one| one.person == person && one.areas.contains(&area));
        let text = |one: &Held| {
            let until = one.expires.map_or_else(|| "no end".into(), |until| until.to_string());
            let counts = if one.counts { "" } else { ", does not count" };
            format!("{} ({}, {until}{counts})", one.certificate, one.issuer)
        };
        held.map(text).collect::<Vec<_>>().join("; ")
    }
}
