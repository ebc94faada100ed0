//! The case of an incident: one file that people keep while it goes on, and from which clocks,
//! classification and reports are made.
//!
//! The types are the format, version 1 (`schemas/case-1.schema.json`), as TOML or JSON. Times follow
//! each other; a time that was changed has a correction that says so.

pub mod form;
pub mod report;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use warden_model::Severity;

use crate::{
    Word as _,
    clock::{Events, Regime},
    dora::classify::{Classified, Facts, classify, classify_recurring},
    estate::{IncidentKind, NoEstate, check::Misfit, read::from_toml},
    word::{self, words},
};

/// The version of the format.
pub const VERSION: u32 = 1;

words! {
    /// What somebody decided.
    Answer, "answer" {
        /// It is so.
        Yes = "yes",
        /// It is not.
        No = "no",
        /// It cannot be said.
        Undetermined = "undetermined",
    }
}

/// The times of an incident, in the order in which they follow each other. It may be contained, or
/// all may be as before, before it is classified.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Times {
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred: Option<Timestamp>,
    /// When something noticed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detected: Option<Timestamp>,
    /// When a person knew what it was: awareness, from which most clocks run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identified: Option<Timestamp>,
    /// When it was classified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classified: Option<Timestamp>,
    /// When it could do no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contained: Option<Timestamp>,
    /// When all was as before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovered: Option<Timestamp>,
    /// When the case was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<Timestamp>,
}

impl Times {
    /// Every time by its name, in order.
    #[must_use]
    pub const fn all(&self) -> [(&'static str, Option<Timestamp>); 7] {
        [
            ("occurred", self.occurred),
            ("detected", self.detected),
            ("identified", self.identified),
            ("classified", self.classified),
            ("contained", self.contained),
            ("recovered", self.recovered),
            ("closed", self.closed),
        ]
    }
}

/// A time that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Which, for example `detected`.
    pub time: String,
    /// What it was; none if it was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Timestamp>,
    /// What it is since.
    pub now: Timestamp,
    /// When it was changed.
    pub at: Timestamp,
    /// Who changed it.
    pub by: String,
    /// Why.
    pub why: String,
}

/// A decision, with who took it and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// What was asked.
    pub question: String,
    /// What was decided.
    pub answer: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Why.
    pub why: String,
}

/// Whether an agent that acted on injected instructions with valid credentials was an unauthorised
/// access: a legal decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Legal {
    /// What was decided.
    pub answer: Answer,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Why.
    pub why: String,
}

/// A file that shows something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exhibit {
    /// Where it lies.
    pub path: String,
    /// Its SHA-256, as `sha256:…`.
    pub sha256: String,
    /// Who took it.
    pub collector: String,
    /// When.
    pub at: Timestamp,
}

/// What happened to personal data. None is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Breach {
    /// What kind of breach it is (GDPR Art. 33(3)(a)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nature: Option<String>,
    /// Whose data it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// About how many people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_count: Option<u64>,
    /// Which kinds of records.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<String>,
    /// About how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_count: Option<u64>,
    /// How sure the numbers are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<String>,
    /// The data protection officer, or whom to ask (b).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// What is likely to come of it (c).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consequences: Option<String>,
    /// What was done or is proposed (d).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measures: Option<String>,
    /// Why it is told after 72 hours (33(1)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_because: Option<String>,
    /// Whether it is likely to be a high risk for people, who are then told (34(1)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high_risk: Option<bool>,
}

/// The case of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The version of the format, 1.
    pub version: u32,
    /// The identifier: the reference under which the entity reports it.
    pub id: String,
    /// In one line.
    pub title: String,
    /// What it was.
    pub kind: IncidentKind,
    /// How bad it is.
    #[serde(default, with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// When.
    #[serde(default)]
    pub times: Times,
    /// Times that were changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
    /// The servers that had a part in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<String>,
    /// The agents that had a part in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<String>,
    /// The detections that it was noticed by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detections: Vec<String>,
    /// What DORA asks for.
    #[serde(default)]
    pub facts: Facts,
    /// Whether it was an unauthorised access, where that is a legal question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unauthorised_access: Option<Legal>,
    /// Which laws apply; what nobody said is not known, and its clocks run.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub regimes: BTreeMap<String, bool>,
    /// When it was found to be material (SEC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub material: Option<Timestamp>,
    /// When a fix was available (CRA).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<Timestamp>,
    /// The reports that were sent, by step.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sent: BTreeMap<String, Timestamp>,
    /// What happened to personal data.
    #[serde(default)]
    pub breach: Breach,
    /// Fields of the report of DORA by number, for example `"2.4"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub report: BTreeMap<String, Value>,
    /// What the other forms ask for, by step and item, for example `"nis2/early-warning/malicious"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub forms: BTreeMap<String, String>,
    /// What was decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decided>,
    /// What shows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Exhibit>,
    /// What was learnt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lessons: Option<String>,
    /// Nothing of it may be deleted.
    #[serde(default)]
    pub legal_hold: bool,
}

/// Cases of the same apparent root cause as one incident, if there are at least two of them within
/// six months (Delegated Regulation (EU) 2024/1772, Art. 8(2)). That they have the same cause is what
/// whoever names them says; one whose time is not known counts as within.
#[must_use]
pub fn recurring(cases: &[Case]) -> Option<Classified> {
    let times = cases.iter().filter_map(|case| case.times.occurred.or(case.times.detected));
    let (first, last) = (times.clone().min(), times.max());
    if let (Some(first), Some(last)) = (first, last) {
        let first = first.to_zoned(TimeZone::UTC);
        // A time that no calendar holds is no reason to leave a case out.
        if first.checked_add(6.months()).is_ok_and(|end| last > end.timestamp()) {
            return None;
        }
    }
    let facts: Vec<Facts> = cases.iter().map(Case::known).collect();
    classify_recurring(&facts)
}

impl Case {
    /// Reads a case from TOML or JSON.
    ///
    /// # Errors
    /// Anything that is not in the format, with the place where it is not.
    pub fn read(bytes: &[u8]) -> Result<Self, NoEstate> {
        let form = |why: String| NoEstate::Form { place: ".".into(), why };
        let json = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        let value: Value = if json {
            serde_json::from_slice(bytes).map_err(|error| form(error.to_string()))?
        } else {
            Value::Object(from_toml(bytes).map_err(form)?)
        };
        let case: Self = serde_path_to_error::deserialize(value).map_err(|error| {
            NoEstate::Form { place: error.path().to_string(), why: error.inner().to_string() }
        })?;
        if case.version != VERSION {
            return Err(NoEstate::Version(case.version));
        }
        Ok(case)
    }

    /// Everything in a case that does not fit; nothing, if all does.
    #[must_use]
    pub fn check(&self) -> Vec<Misfit> {
        let mut misfits = Vec::new();
        let mut tell = |place: &str, member: &'static str, why: String| {
            misfits.push(Misfit { place: place.to_owned(), member, why });
        };
        // What can do no more may be so before anybody has classified it.
        let line = |leave: &str| -> Vec<_> {
            let times = self.times.all().into_iter().filter(|(name, _)| *name != leave);
            times.filter_map(|(name, at)| Some((name, at?))).collect()
        };
        let mut classified = line("contained");
        classified.retain(|(name, _)| *name != "recovered");
        for pair in line("classified").windows(2).chain(classified.windows(2)) {
            if let [(before, first), (after, then)] = pair
                && then < first
            {
                tell("times", after, format!("{then} is before {before}, {first}"));
            }
        }
        self.check_corrections(&mut tell);
        for name in self.regimes.keys().filter(|name| Regime::from_word(name).is_none()) {
            tell("regimes", "regimes", format!("{name:?} is no regime"));
        }
        for name in self.sent.keys().filter(|name| crate::clock::step(name).is_none()) {
            tell("sent", "sent", format!("{name:?} is no report that is due"));
        }
        for name in self.report.keys().filter(|name| report::field(name).is_none()) {
            tell("report", "report", format!("no field is {name:?}"));
        }
        for name in self.forms.keys().filter(|name| !form::is_item(name)) {
            tell("forms", "forms", format!("no form asks for {name:?}"));
        }
        for exhibit in &self.evidence {
            let hex = exhibit.sha256.strip_prefix("sha256:").unwrap_or_default();
            if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                tell(&format!("evidence/{}", exhibit.path), "sha256", "it is no digest".into());
            }
        }
        misfits
    }

    /// The last correction of a time is what stands there, and each starts from the one before.
    fn check_corrections(&self, tell: &mut impl FnMut(&str, &'static str, String)) {
        for (name, stands) in self.times.all() {
            let mut last: Option<&Correction> = None;
            for one in self.corrections.iter().filter(|one| one.time == name) {
                if let Some(before) = last {
                    if one.was != Some(before.now) {
                        let why = "it does not start from the correction before it";
                        tell(&format!("corrections/{name}"), "was", why.into());
                    }
                    if one.at < before.at {
                        let why = "it was made before the correction before it";
                        tell(&format!("corrections/{name}"), "at", why.into());
                    }
                }
                last = Some(one);
            }
            if let Some(last) = last.filter(|last| stands != Some(last.now)) {
                let why = format!("the last correction says {}", last.now);
                tell("times", name, why);
            }
        }
        let names = self.times.all().map(|(name, _)| name);
        for one in self.corrections.iter().filter(|one| !names.contains(&one.time.as_str())) {
            tell("corrections", "time", format!("no time is {:?}", one.time));
        }
    }

    /// What is known for the classification, with the legal decision: an agent that was made to act
    /// by others counts as a malicious access, until somebody has decided otherwise.
    #[must_use]
    pub fn known(&self) -> Facts {
        let mut facts = self.facts.clone();
        let steered = matches!(
            self.kind,
            IncidentKind::Behaviour | IncidentKind::Exfiltration | IncidentKind::Exploit
        );
        facts.malicious_access = match self.unauthorised_access.as_ref().map(|one| one.answer) {
            Some(Answer::Yes) => Some(true),
            Some(Answer::No) => Some(false),
            Some(Answer::Undetermined) => None,
            None => facts.malicious_access.or(steered.then_some(true)),
        };
        facts
    }

    /// What it is under DORA.
    #[must_use]
    pub fn classify(&self) -> Classified {
        classify(&self.known())
    }

    /// What starts clocks.
    #[must_use]
    pub fn events(&self) -> Events {
        Events {
            aware: self.times.identified,
            classified: self.times.classified,
            material: self.material,
            fixed: self.fixed,
            sent: self.sent.clone(),
        }
    }

    /// Whether a law applies; none if nobody said.
    #[must_use]
    pub fn applies(&self, regime: Regime) -> Option<bool> {
        self.regimes.get(regime.word()).copied()
    }
}
