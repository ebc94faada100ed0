//! Whether a question is answered, and until when.

use std::fmt;

use jiff::civil::Date;
use warden_model::questions::{Question, Set, question, says_enough, set};

use super::{
    YEAR, after,
    contradict::{Contradiction, contradictions},
    observe::observed,
};
use crate::estate::{Answer, AnswerState, Assessment, Evidence, Lookup, Server, Waiver};

/// Why a question is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Nobody answered it.
    Unanswered,
    /// It was answered, and not with yes.
    Replied(AnswerState),
    /// It was answered with yes, and nothing shows it.
    NoEvidence,
    /// The day of the evidence is not known, and the question wants a recent one.
    Undated,
    /// The answer, or its evidence, is too old.
    Expired,
    /// The answer or its evidence is from the future.
    NotYet,
    /// It was answered for another version, or nobody said for which.
    OtherVersion,
    /// The yes does not say what the question wants to know.
    SaysTooLittle,
    /// What was seen speaks against the yes.
    Contradicted,
}

impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Unanswered => "nobody has answered it",
            Self::Replied(AnswerState::No) => "the answer is no",
            Self::Replied(AnswerState::Partial) => "the answer is yes in part only",
            Self::Replied(AnswerState::NotApplicable) => {
                "it is said not to apply, which takes a waiver"
            }
            Self::Replied(AnswerState::Unknown | AnswerState::Yes) => "nobody knows",
            Self::NoEvidence => "there is no evidence for the yes",
            Self::Undated => "nobody knows from when the evidence is",
            Self::Expired => "the answer or its evidence is too old",
            Self::NotYet => "the answer or its evidence is from the future",
            Self::OtherVersion => "it was answered for another version",
            Self::SaysTooLittle => "the yes does not say what the question wants to know",
            Self::Contradicted => "what was seen speaks against the yes",
        })
    }
}

/// How a question stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Answered with a yes that counts, up to and with this day.
    Passes(Date),
    /// Somebody accepts the risk, up to and with this day.
    Waived(Date),
    /// Open.
    Open(Open),
}

impl Stand {
    /// The last day on which it does not stand in the way; `None` if it does.
    #[must_use]
    pub const fn until(self) -> Option<Date> {
        match self {
            Self::Passes(day) | Self::Waived(day) => Some(day),
            Self::Open(_) => None,
        }
    }
}

/// A question, and everything that is known of it for a server.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The question.
    pub question: &'static Question,
    /// How it stands; for a merged one, the worst of those that it was merged from.
    pub stand: Stand,
    /// The answers that are about it, the earliest first.
    pub answers: Vec<&'a Answer>,
    /// What is accepted as a risk.
    pub waivers: Vec<&'a Waiver>,
    /// What was observed, in words.
    pub observed: Vec<String>,
    /// Where what was seen speaks against what was said.
    pub contradictions: Vec<Contradiction>,
}

/// The questions of a list in their order, with what is known of a server.
#[must_use]
pub fn asked<'a>(of: Set, server: &'a Server, known: &Lookup<'a>, day: Date) -> Vec<Asked<'a>> {
    let case = Case::new(server, known, day);
    set(of).map(|question| case.asked(question)).collect()
}

/// Everything that the questions of one server are judged by.
pub(super) struct Case<'a, 'b> {
    server: &'a Server,
    known: &'b Lookup<'a>,
    pub(super) assessed: Option<&'a Assessment>,
    pub(super) against: Vec<Contradiction>,
    answers: Vec<Given<'a>>,
    day: Date,
}

/// An answer, and the question that it was given to.
pub(super) type Given<'a> = (&'static Question, &'a Answer);

/// The answers of an assessment. One to a question that nobody asks answers nothing.
pub(super) fn given(assessed: Option<&Assessment>) -> impl Iterator<Item = Given<'_>> {
    let all = assessed.map(|it| it.answers.as_slice()).unwrap_or_default();
    all.iter().filter_map(|answer| Some((question(&answer.question)?, answer)))
}

impl<'a, 'b> Case<'a, 'b> {
    pub(super) fn new(server: &'a Server, known: &'b Lookup<'a>, day: Date) -> Self {
        let assessed = known.assessment(&server.id);
        let against = contradictions(server, known, assessed, day);
        Self { server, known, assessed, against, answers: given(assessed).collect(), day }
    }

    fn asked(&self, question: &'static Question) -> Asked<'a> {
        let mut asked = Asked {
            question,
            stand: Stand::Passes(Date::MAX),
            answers: Vec::new(),
            waivers: Vec::new(),
            observed: Vec::new(),
            contradictions: Vec::new(),
        };
        for part in question.parts() {
            asked.stand = worse(asked.stand, self.stand(part));
            for answer in self.about(part) {
                if !asked.answers.iter().any(|known| std::ptr::eq(*known, answer)) {
                    asked.answers.push(answer);
                }
            }
            asked.waivers.extend(self.waivers(part));
            let said: Vec<&Answer> =
                self.about(part).filter(|answer| answer.state == AnswerState::Yes).collect();
            let seen = observed(part.id, self.server, self.known, &said);
            asked.observed.extend(seen.map(|seen| seen.text));
            let against = self.against.iter().filter(|it| it.question == part).cloned();
            asked.contradictions.extend(against);
        }
        asked.answers.sort_by_key(|answer| answer.at);
        asked.observed.dedup();
        asked
    }

    /// How a question stands that was not merged from others.
    pub(super) fn stand(&self, question: &'static Question) -> Stand {
        let why = match self.answered(question) {
            Ok(_) if self.against.iter().any(|it| it.question == question) => Open::Contradicted,
            Ok(until) => return Stand::Passes(until),
            Err(why) => why,
        };
        let waived = self.waivers(question).filter(|waiver| self.counts(waiver, question));
        match waived.map(|waiver| waiver.until).max() {
            Some(until) => Stand::Waived(until),
            None => Stand::Open(why),
        }
    }

    /// The answers that are about a question: its own, and those to questions that ask for all that
    /// it asks for.
    fn about(&self, asked: &'static Question) -> impl Iterator<Item = &'a Answer> {
        let meant = self.answers.iter().filter(move |(given, _)| given.answers(asked));
        meant.map(|(_, answer)| *answer)
    }

    /// What the answers say exactly that make a question pass; nothing if it does not.
    pub(super) fn items(&self, question: &'static Question) -> Vec<&'a str> {
        if !matches!(self.stand(question), Stand::Passes(_)) {
            return Vec::new();
        }
        let all = latest(self.about(question), self.day, &mut Open::Unanswered).into_iter();
        let holding = all.filter(|answer| self.holds(question, answer).is_ok());
        holding.flat_map(|answer| answer.items.iter().map(String::as_str)).collect()
    }

    fn answered(&self, question: &'static Question) -> Result<Date, Open> {
        let mut open = Open::Unanswered;
        let mut until: Option<Date> = None;
        for answer in latest(self.about(question), self.day, &mut open) {
            match self.holds(question, answer) {
                Ok(last) => until = Some(until.map_or(last, |known| known.min(last))),
                // A no is never left; who knows nothing, or not all, leaves it to whoever does. So
                // does an answer that ran out or is about another version.
                Err(Open::Replied(AnswerState::No)) => {
                    return Err(Open::Replied(AnswerState::No));
                }
                Err(why) => open = why,
            }
        }
        until.ok_or(open)
    }

    /// Whether one answer is a yes that counts, and until when.
    fn holds(&self, question: &Question, answer: &Answer) -> Result<Date, Open> {
        if answer.state != AnswerState::Yes {
            return Err(Open::Replied(answer.state));
        }
        let shown = answer.evidence.iter().map(|id| self.known.evidence(id));
        let shown: Vec<&Evidence> = shown.collect::<Option<_>>().ok_or(Open::NoEvidence)?;
        if shown.iter().any(|it| it.at.is_some_and(|at| at > self.day)) {
            return Err(Open::NotYet);
        }
        let until = last_day(question, answer, &shown)?;
        if self.day > until {
            return Err(Open::Expired);
        }
        if question.version_bound && !self.is_of_this_version(answer) {
            return Err(Open::OtherVersion);
        }
        if shown.is_empty() {
            return Err(Open::NoEvidence);
        }
        if says_enough(question.id, &answer.items) { Ok(until) } else { Err(Open::SaysTooLittle) }
    }

    /// Whether an answer was given for the version or the digest that is in use.
    fn is_of_this_version(&self, answer: &Answer) -> bool {
        let Some(bound) = answer.bound_to.as_deref() else { return false };
        let current = [self.server.version.as_deref(), self.server.pinned.as_deref()];
        current.into_iter().flatten().any(|now| now == bound)
    }

    /// The waivers of a question, by its own name or by that of the one it was merged into.
    fn waivers(&self, question: &'static Question) -> impl Iterator<Item = &'a Waiver> {
        let merged = set(Set::Merged).find(|merged| merged.sources.contains(&question.id));
        let names = [Some(question.id), merged.map(|merged| merged.id)];
        names
            .into_iter()
            .flatten()
            .flat_map(|id| self.known.waivers_for(&format!("{}/{id}", self.server.id)).to_vec())
    }

    /// Whether a waiver counts: it holds today, says why, and is of a person who may. A question
    /// that is not negotiable takes a CISO (R115).
    fn counts(&self, waiver: &Waiver, question: &Question) -> bool {
        let owner = self.known.accountable(Some(&waiver.owner));
        let has_role = owner.is_some_and(|person| person.roles.contains(&waiver.role));
        let may = match waiver.role.as_str() {
            "ciso" => true,
            "security-officer" | "risk-owner" => !question.non_negotiable,
            _ => false,
        };
        let now = waiver.from <= self.day && self.day <= waiver.until;
        now && may && has_role && !waiver.reason.trim().is_empty()
    }
}

/// The last day on which a yes counts: that which it names, at most a year after it was given; no
/// later than its evidence; and for a penetration test a year after its evidence (R108).
fn last_day(question: &Question, answer: &Answer, shown: &[&Evidence]) -> Result<Date, Open> {
    let given = after(answer.at, YEAR);
    let named = answer.expires.map_or(given, |last| last.min(given));
    let mut until = shown.iter().filter_map(|it| it.expires).fold(named, Date::min);
    if question.id == "V10" {
        for evidence in shown {
            until = until.min(after(evidence.at.ok_or(Open::Undated)?, YEAR));
        }
    }
    Ok(until)
}

/// The latest answer of each kind, by question and source. Of two of one day, the one that is no
/// yes. One from the future takes nothing back, and is told if there is no other.
fn latest<'a>(
    about: impl Iterator<Item = &'a Answer>,
    day: Date,
    open: &mut Open,
) -> Vec<&'a Answer> {
    let kind = |answer: &&'a Answer| (answer.question.as_str(), answer.source);
    let rank = |answer: &Answer| (answer.at, answer.state != AnswerState::Yes);
    let mut out: Vec<&Answer> = Vec::new();
    for answer in about {
        if answer.at > day {
            *open = Open::NotYet;
            continue;
        }
        match out.iter_mut().find(|known| kind(known) == kind(&answer)) {
            Some(known) if rank(answer) > rank(known) => *known = answer,
            Some(_) => {}
            None => out.push(answer),
        }
    }
    out
}

/// The worse of two: what is open, then what ends sooner.
fn worse(one: Stand, other: Stand) -> Stand {
    match (one.until(), other.until()) {
        (None, _) => one,
        (_, None) => other,
        (Some(first), Some(second)) if second < first => other,
        _ => one,
    }
}
