//! The file that the form saves, and whether it can be believed.
//!
//! Everything that is wrong is told at once, and nothing is taken of a file in which something is.

use std::collections::BTreeSet;

use jiff::{Span, civil::Date};
use serde::{Deserialize, Serialize};
use warden_govern::estate::AnswerState;
use warden_model::{
    Digest,
    questions::{Question, Set, digest_of, set, want},
};

use super::{evidence::Handed, forms::Issued};

/// The largest file of answers.
pub(crate) const MOST: usize = 1 << 20;

/// The longest text in it, in characters.
const MOST_TEXT: usize = 20_000;

/// How long a penetration test counts (R108), and an answer at most.
const YEAR: i64 = 365;

/// What the form saves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answers {
    version: u32,
    /// The form.
    pub(crate) form: About,
    /// Who has answered.
    pub(crate) by: By,
    /// When, by the clock of whoever did.
    pub(crate) at: Date,
    /// What.
    #[serde(rename = "answers")]
    pub(crate) given: Vec<Given>,
}

/// The form that was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct About {
    pub(crate) id: String,
    pub(crate) set: String,
    questions: String,
    server: String,
    #[serde(default)]
    version: Option<String>,
}

/// Who has answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct By {
    pub(crate) name: String,
    pub(crate) contact: String,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given {
    pub(crate) question: String,
    pub(crate) state: AnswerState,
    pub(crate) text: String,
    pub(crate) items: Vec<String>,
    pub(crate) evidence: Vec<Named>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) dated: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<Date>,
}

/// A file that is named as evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) digest: String,
    pub(crate) size: u64,
}

/// What answers are held against.
pub(crate) struct Against<'a> {
    pub(crate) issued: &'a Issued,
    pub(crate) handed: &'a [Handed],
    pub(crate) today: Date,
}

/// Reads a file of answers, every member once and no other.
///
/// # Errors
/// Where it is not of the form.
pub(crate) fn read(bytes: &[u8]) -> Result<Answers, String> {
    let value = warden_seal::read_strict(bytes, MOST)
        .map_err(|_| "it is no JSON in which every member stands once".to_owned())?;
    serde_json::from_value(value).map_err(|error| error.to_string())
}

impl Answers {
    /// Everything that is wrong; nothing, if it can be taken.
    pub(crate) fn problems(&self, against: &Against<'_>) -> Vec<String> {
        let mut told = Vec::new();
        self.check_form(against, &mut told);
        let asked: Vec<&'static Question> =
            Set::parse(&against.issued.set).map(|of| set(of).collect()).unwrap_or_default();
        let mut seen = BTreeSet::new();
        for given in &self.given {
            if !seen.insert(given.question.as_str()) {
                told.push(format!("{} is answered twice", given.question));
                continue;
            }
            match asked.iter().copied().find(|asked| asked.id == given.question) {
                Some(asked) => given.check(asked, self.at, against, &mut told),
                None => told.push(format!("the form does not ask `{}`", given.question)),
            }
        }
        for missing in asked.iter().filter(|asked| !seen.contains(asked.id)) {
            told.push(format!("{} is not answered: also `unknown` is an answer", missing.id));
        }
        for unnamed in against.handed.iter().filter(|handed| !self.names(handed.digest)) {
            told.push(format!("{unnamed} was handed in, and no answer names it"));
        }
        told
    }

    fn names(&self, digest: Digest) -> bool {
        let digest = digest.to_string();
        self.given.iter().flat_map(|given| &given.evidence).any(|file| file.digest == digest)
    }

    fn check_form(&self, against: &Against<'_>, told: &mut Vec<String>) {
        let Against { issued, today, .. } = against;
        let mut hold = |fine: bool, why: &str| {
            if !fine {
                told.push(why.to_owned());
            }
        };
        hold(self.version == 1, "its version is not 1");
        hold(self.form.server == issued.server, "the form was made for another server");
        hold(self.form.version == issued.version, "the form was made for another version");
        hold(self.form.set == issued.set, "the form has other questions");
        hold(self.form.questions == issued.questions, "the questions are not those of the form");
        let current = Set::parse(&issued.set).map(|of| digest_of(of).to_string());
        let same = current.as_deref() == Some(&*issued.questions);
        hold(same, "the questions are asked in other words since: make a new form");
        let first = issued.at.to_zoned(jiff::tz::TimeZone::UTC).date();
        // Whoever answers may be a day ahead of us.
        let last = today.checked_add(Span::new().days(1)).unwrap_or(Date::MAX);
        hold((first..=last).contains(&self.at), "the day of the answers cannot be");
        hold(self.at <= issued.until, "the form was to be answered earlier: make a new one");
        let plain = |text: &str| {
            !text.trim().is_empty() && text.len() <= 200 && !text.contains(char::is_control)
        };
        hold(plain(&self.by.name) && plain(&self.by.contact), "nobody is named who has answered");
    }
}

impl std::fmt::Display for Handed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the file {} of {} bytes", self.digest, self.size)
    }
}

impl Given {
    fn check(
        &self,
        asked: &'static Question,
        at: Date,
        against: &Against<'_>,
        told: &mut Vec<String>,
    ) {
        let id = asked.id;
        let wants: Vec<_> = asked.parts().filter_map(|part| want(part.id)).collect();
        for item in self.items.iter().filter(|item| !wants.iter().any(|want| want.takes(item))) {
            told.push(format!("{id}: `{item}` is nothing that it asks for"));
        }
        if self.text.chars().count() > MOST_TEXT {
            told.push(format!("{id}: the text is longer than {MOST_TEXT} characters"));
        }
        if self.expires.is_some_and(|last| last < against.today || last < at) {
            told.push(format!("{id}: the answer has run out"));
        }
        for file in &self.evidence {
            told.extend(file.problem(against.handed).map(|why| format!("{id}: {why}")));
        }
        if self.dated.is_some_and(|dated| dated > at) {
            told.push(format!("{id}: the evidence is from the future"));
        }
        if self.state != AnswerState::Yes {
            return;
        }
        if self.evidence.is_empty() {
            told.push(format!("{id}: a yes takes evidence, which shows that {}", asked.yes));
        }
        if !wants.iter().all(|want| want.has_enough(&self.items)) {
            told.push(format!("{id}: this yes does not say what it wants to know: {}", asked.yes));
        }
        self.check_days(asked, at, told);
    }

    /// A penetration test is no older than a year on the day of the answer (R108). A promise of when
    /// holes are mended ends on a day that is named (R30).
    fn check_days(&self, asked: &'static Question, at: Date, told: &mut Vec<String>) {
        let id = asked.id;
        if asked.parts().any(|part| part.id == "V10") {
            let first = at.checked_sub(Span::new().days(YEAR)).unwrap_or(Date::MIN);
            match self.dated {
                None => told.push(format!("{id}: it wants the day of the test")),
                Some(day) if day < first => {
                    told.push(format!("{id}: the test of {day} is older than {YEAR} days"));
                }
                Some(_) => {}
            }
        }
        let promise = asked.evidence_keys().any(|key| key == "patch-time");
        if promise && self.expires.is_none() {
            told.push(format!("{id}: it wants the last day on which the promise holds"));
        }
    }
}

impl Named {
    /// What is wrong with it: the file has to be there, with this digest and length.
    fn problem(&self, handed: &[Handed]) -> Option<String> {
        let name = warden_report::printable(&self.name);
        let Ok(digest) = self.digest.parse::<Digest>() else {
            return Some(format!("`{name}` is named by something that is no digest"));
        };
        match handed.iter().find(|file| file.digest == digest) {
            None => Some(format!("no file with the digest of `{name}` was handed in, {digest}")),
            Some(file) if file.size != self.size => {
                Some(format!("`{name}` has {} bytes, not {}", file.size, self.size))
            }
            Some(_) => None,
        }
    }
}
