//! The result of an exercise, and what of it stands in an estate.

use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;

use super::{
    pack::{Campaign, Control, Pack, Play},
    verdict::{Noticed, Ordinary, Refused, Seen, judge},
};
use crate::estate::{Attack, AttackOutcome, Evidence, Exercise, ExerciseKind};

/// The version of the format of a result.
const VERSION: u32 = 1;

/// What kind of evidence a result is.
const EVIDENCE: &str = "red-team-result";

/// What was attacked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Given {
    /// The policy, as it was named.
    pub policy: String,
    /// The digest of its rules, with what was added about the servers of the pack.
    pub rules: String,
    /// The digest of the gateway's configuration, if one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<String>,
    /// As which agent the scripted one came in.
    pub agent: String,
    /// On behalf of which user, if of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The roles that it was given for the exercise; those of the policy, if none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The level at which the scripted servers counted as certified.
    pub level: u8,
}

/// What came of an exercise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The version of this format.
    pub version: u32,
    /// When it was played.
    pub at: Timestamp,
    /// The pack, its edition and the digest of its text.
    pub pack: String,
    /// The edition of the pack.
    pub edition: String,
    /// The digest of the pack, as `sha256:…`.
    pub pack_digest: String,
    /// What was attacked.
    pub given: Given,
    /// The campaigns that were played, in their order.
    pub campaigns: Vec<PlayedCampaign>,
    /// The attacks, in their order.
    pub attacks: Vec<PlayedAttack>,
    /// The ordinary work, in its order.
    pub controls: Vec<PlayedControl>,
}

/// A campaign that was played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlayedCampaign {
    /// Its identifier.
    pub id: String,
    /// What it is.
    pub title: String,
}

/// What came of one attack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlayedAttack {
    /// Its identifier.
    pub id: String,
    /// Its campaign.
    pub campaign: String,
    /// What happens in it.
    pub title: String,
    /// What came of it.
    pub outcome: AttackOutcome,
    /// The milliseconds from its first step until something about it stood in the ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detected_after_ms: Option<u64>,
    /// The tools at which the harm arrived.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub harmed: Vec<String>,
    /// The step that was refused first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// What stands in the ledger of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub noticed: Vec<Noticed>,
    /// What would have stopped it, if it was not blocked and that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_by: Option<String>,
    /// It was not seen to its end.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
}

/// What came of ordinary work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlayedControl {
    /// Its identifier.
    pub id: String,
    /// The campaign whose shape it has.
    pub campaign: String,
    /// What is done.
    pub title: String,
    /// What came of it.
    pub outcome: Ordinary,
    /// The step that was refused first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// What stands in the ledger of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub noticed: Vec<Noticed>,
}

/// How many of each there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Attacks that did not reach their goal.
    pub blocked: usize,
    /// Attacks that did, and were noticed.
    pub detected: usize,
    /// Attacks that did, and were not noticed.
    pub missed: usize,
    /// Ordinary work that went through.
    pub passed: usize,
    /// Ordinary work that went through, and about which something was noticed.
    pub noticed: usize,
    /// Ordinary work that was refused.
    pub refused: usize,
}

impl Outcome {
    /// Of an exercise with this pack that began at this time, with nothing played yet.
    #[must_use]
    pub fn new(pack: &Pack, given: Given, at: Timestamp) -> Self {
        Self {
            version: VERSION,
            at,
            pack: pack.name.clone(),
            edition: pack.edition.clone(),
            pack_digest: pack.digest.clone(),
            given,
            campaigns: Vec::new(),
            attacks: Vec::new(),
            controls: Vec::new(),
        }
    }

    /// Adds a campaign, before what is played of it.
    pub fn begin(&mut self, campaign: &Campaign) {
        let (id, title) = (campaign.id.clone(), campaign.title.clone());
        self.campaigns.push(PlayedCampaign { id, title });
    }

    /// Adds what was seen of an attack.
    pub fn attack(&mut self, campaign: &Campaign, attack: &Play, seen: Seen) {
        let outcome = judge(&seen);
        let stopped_by = attack.stopped_by.clone().filter(|_| outcome != AttackOutcome::Blocked);
        self.attacks.push(PlayedAttack {
            id: attack.id.clone(),
            campaign: campaign.id.clone(),
            title: attack.title.clone(),
            outcome,
            detected_after_ms: seen.noticed.first().map(|first| first.after_ms),
            harmed: seen.harmed,
            refused: seen.refused,
            noticed: seen.noticed,
            stopped_by,
            incomplete: seen.incomplete,
        });
    }

    /// Adds what was seen of ordinary work.
    pub fn control(&mut self, campaign: &Campaign, control: &Control, seen: Seen) {
        self.controls.push(PlayedControl {
            id: control.id.clone(),
            campaign: campaign.id.clone(),
            title: control.title.clone(),
            outcome: Ordinary::of(&seen),
            refused: seen.refused,
            noticed: seen.noticed,
        });
    }

    /// How many of each there are, of one campaign or of all.
    #[must_use]
    pub fn counts(&self, campaign: Option<&str>) -> Counts {
        let mut counts = Counts::default();
        let of = |one: &str| campaign.is_none_or(|wanted| wanted == one);
        for attack in self.attacks.iter().filter(|one| of(&one.campaign)) {
            match attack.outcome {
                AttackOutcome::Blocked => counts.blocked += 1,
                AttackOutcome::Detected => counts.detected += 1,
                AttackOutcome::Missed => counts.missed += 1,
            }
        }
        for control in self.controls.iter().filter(|one| of(&one.campaign)) {
            match control.outcome {
                Ordinary::Passed => counts.passed += 1,
                Ordinary::Noticed => counts.noticed += 1,
                Ordinary::Refused => counts.refused += 1,
            }
        }
        counts
    }

    /// Whether the gateway is no defence against something, or none that lets people work: an attack
    /// was missed, or ordinary work was refused.
    #[must_use]
    pub fn falls_short(&self) -> bool {
        let counts = self.counts(None);
        counts.missed > 0 || counts.refused > 0
    }

    /// What an estate keeps of it: the exercise, and the file with this result, which is called
    /// `file` and has this digest.
    #[must_use]
    pub fn exercise(&self, owner: Option<&str>, file: &str, digest: &str) -> (Exercise, Evidence) {
        let day = self.at.to_zoned(TimeZone::UTC).date();
        // Two on one day are two, and the same result recorded twice is one.
        let short: String = digest.trim_start_matches("sha256:").chars().take(8).collect();
        let id = format!("red-team-{day}-{short}");
        let attack = |one: &PlayedAttack| Attack {
            id: one.id.clone(),
            campaign: one.campaign.clone(),
            outcome: one.outcome,
            detected_after_ms: one.detected_after_ms,
        };
        let exercise = Exercise {
            id: id.clone(),
            kind: ExerciseKind::RedTeam,
            at: day,
            subject: format!("{} {}", self.pack, self.edition),
            owner: owner.map(str::to_owned),
            attacks: self.attacks.iter().map(attack).collect(),
            seconds: None,
            evidence: vec![id.clone()],
        };
        let evidence = Evidence {
            id,
            kind: EVIDENCE.into(),
            name: file.rsplit(['/', '\\']).next().unwrap_or(file).to_owned(),
            digest: Some(digest.to_owned()),
            at: Some(day),
            expires: None,
        };
        (exercise, evidence)
    }
}
