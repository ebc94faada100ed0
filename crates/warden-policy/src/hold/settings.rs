//! What is set for holds.

use std::collections::BTreeSet;

use serde::Deserialize;
use warden_model::Effect;

/// The longest that a hold may wait, in seconds, and that an approval may lie unused.
const LONGEST: (u32, u32) = (86_400, 3_600);

/// The most holds that may be let wait at once.
const MOST: u32 = 10_000;

/// `[hold]` as it is written; [`HoldTable::check`] makes settings of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HoldTable {
    /// How long a call waits for an answer, like `10m`.
    pub life: Option<String>,
    /// How long an approval may lie before the call is made, like `5m`.
    pub approved_life: Option<String>,
    /// Through what people are asked: `client`, `operator`.
    pub through: Option<Vec<String>>,
    /// Whether the user at the client may confirm what his own agent asks.
    #[serde(rename = "self")]
    pub own: Option<bool>,
    /// Effects for which that is never enough.
    pub two_people: Option<Vec<String>>,
    /// The most calls that wait at once.
    pub most_pending: Option<u32>,
    /// The most of them that are of one session.
    pub most_pending_session: Option<u32>,
    /// The most approvals of one person in an hour.
    pub most_an_hour: Option<u32>,
    /// How quick an answer is one that nobody has thought about, like `3s`.
    pub quick: Option<String>,
    /// The most approvals in a row that are as quick as that.
    pub most_quick: Option<u32>,
}

/// What is set for holds. Times are in seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldSettings {
    /// How long a call waits for an answer, and a refusal holds.
    pub life: u32,
    /// How long an approval may lie before the call is made.
    pub approved_life: u32,
    /// Through what people are asked.
    pub through: BTreeSet<Way>,
    /// Whether the user at the client may confirm what his own agent asks.
    pub own: bool,
    /// Effects for which that is never enough.
    pub two_people: BTreeSet<Effect>,
    /// The most calls that wait at once.
    pub most_pending: u32,
    /// The most of them that are of one session.
    pub most_pending_session: u32,
    /// The most approvals of one person in an hour before he counts as tired.
    pub most_an_hour: u32,
    /// An answer in fewer seconds is one that nobody has thought about.
    pub quick: u32,
    /// The most approvals in a row that are as quick as that.
    pub most_quick: u32,
}

impl Default for HoldSettings {
    fn default() -> Self {
        Self {
            life: 600,
            approved_life: 300,
            through: BTreeSet::from([Way::Client, Way::Operator]),
            // Who sits at the client is the one for whom the agent asks. Whether that is somebody
            // else than the agent is for the owner of the gateway to say.
            own: false,
            two_people: BTreeSet::from([Effect::Admin, Effect::Destructive]),
            most_pending: 500,
            most_pending_session: 20,
            most_an_hour: 30,
            quick: 3,
            most_quick: 20,
        }
    }
}

/// Through what people are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// The client that asks: a form in front of its user.
    Client,
    /// Somebody who operates the gateway: command line or HTTP API.
    Operator,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::Client, Self::Operator];

    /// The name in settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Operator => "operator",
        }
    }
}

/// One thing that is wrong with `[hold]`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoldProblem {
    /// Not a time that can be set here.
    #[error("`{entry}` is a whole number of `s`, `m` or `h`, from 1s to {most}s")]
    Time {
        /// Which entry.
        entry: &'static str,
        /// The most seconds.
        most: u32,
    },
    /// Not a number that can be set here.
    #[error("`{entry}` is from 1 to {most}")]
    Number {
        /// Which entry.
        entry: &'static str,
        /// The most.
        most: u32,
    },
    /// There is no such way to ask.
    #[error("`through` is `client`, `operator`, or both")]
    Through,
    /// There is no such effect.
    #[error("`two_people` names effects: read, write, send, execute, admin, destructive")]
    TwoPeople,
}

impl HoldTable {
    /// The settings, or everything that is wrong.
    ///
    /// # Errors
    /// Each entry that cannot be taken.
    pub fn check(&self) -> Result<HoldSettings, Vec<HoldProblem>> {
        let usual = HoldSettings::default();
        let mut problems = Vec::new();
        let mut time = |entry, text: &Option<String>, usual, most| {
            let Some(text) = text else { return usual };
            seconds(text).filter(|seconds| (1..=most).contains(seconds)).unwrap_or_else(|| {
                problems.push(HoldProblem::Time { entry, most });
                usual
            })
        };
        let life = time("life", &self.life, usual.life, LONGEST.0);
        let approved_life =
            time("approved_life", &self.approved_life, usual.approved_life, LONGEST.1);
        let quick = time("quick", &self.quick, usual.quick, 60);
        let mut number = |entry, given: Option<u32>, usual| {
            let given = given.unwrap_or(usual);
            if !(1..=MOST).contains(&given) {
                problems.push(HoldProblem::Number { entry, most: MOST });
            }
            given
        };
        let most_pending = number("most_pending", self.most_pending, usual.most_pending);
        let most_pending_session =
            number("most_pending_session", self.most_pending_session, usual.most_pending_session);
        let most_an_hour = number("most_an_hour", self.most_an_hour, usual.most_an_hour);
        let most_quick = number("most_quick", self.most_quick, usual.most_quick);
        let through = self.through.as_ref().map_or(Some(usual.through), |names| ways(names));
        let two_people =
            self.two_people.as_ref().map_or(Some(usual.two_people), |names| effects(names));
        problems.extend(through.is_none().then_some(HoldProblem::Through));
        problems.extend(two_people.is_none().then_some(HoldProblem::TwoPeople));
        let (Some(through), Some(two_people), []) = (through, two_people, &*problems) else {
            return Err(problems);
        };
        Ok(HoldSettings {
            life,
            approved_life,
            through,
            own: self.own.unwrap_or(usual.own),
            two_people,
            most_pending,
            most_pending_session,
            most_an_hour,
            quick,
            most_quick,
        })
    }
}

/// The ways with these names. With none, no call that needs a person could ever be made.
fn ways(names: &[String]) -> Option<BTreeSet<Way>> {
    let one = |name: &String| Way::ALL.into_iter().find(|way| way.name() == name);
    let ways = names.iter().map(one).collect::<Option<BTreeSet<_>>>()?;
    (!ways.is_empty()).then_some(ways)
}

fn effects(names: &[String]) -> Option<BTreeSet<Effect>> {
    names.iter().map(|name| Effect::parse(name)).collect()
}

/// The seconds that a text like `90s`, `10m` or `1h` stands for.
fn seconds(text: &str) -> Option<u32> {
    let (number, each) = [("s", 1), ("m", 60), ("h", 3600)]
        .into_iter()
        .find_map(|(unit, each)| Some((text.strip_suffix(unit)?, each)))?;
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse::<u32>().ok().filter(|_| digits)?.checked_mul(each)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<HoldTable, toml_edit::de::Error> {
        toml_edit::de::from_str(text)
    }

    #[test]
    fn what_is_not_said_is_as_usual_and_the_client_alone_is_not_enough() {
        let settings = table("").unwrap().check().unwrap();
        assert_eq!(settings, HoldSettings::default());
        assert!(!settings.own);
        assert_eq!((settings.life, settings.approved_life), (600, 300));
    }

    #[test]
    fn everything_can_be_set() {
        let text = r#"
            life = "1h"
            approved_life = "90s"
            through = ["operator"]
            self = true
            two_people = ["send"]
            most_pending = 7
            most_pending_session = 2
            most_an_hour = 5
            quick = "2s"
            most_quick = 4
        "#;
        let settings = table(text).unwrap().check().unwrap();
        assert_eq!((settings.life, settings.approved_life, settings.quick), (3600, 90, 2));
        assert_eq!(settings.through, BTreeSet::from([Way::Operator]));
        assert_eq!(settings.two_people, BTreeSet::from([Effect::Send]));
        assert!(settings.own);
        assert_eq!((settings.most_pending, settings.most_pending_session), (7, 2));
        assert_eq!((settings.most_an_hour, settings.most_quick), (5, 4));
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let text = r#"
            life = "0s"
            approved_life = "2h"
            quick = "+3s"
            through = []
            two_people = ["all"]
            most_pending = 0
        "#;
        let problems = table(text).unwrap().check().unwrap_err();
        assert_eq!(problems.len(), 6, "{problems:?}");
        for wrong in ["lives = \"1m\"", "self = \"yes\"", "through = \"client\""] {
            assert!(table(wrong).is_err(), "{wrong}");
        }
        for wrong in ["1", "m", "1d", " 1m", "99999999h", "1.5h", "-1s"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
