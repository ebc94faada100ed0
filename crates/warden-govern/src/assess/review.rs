//! How far the assessment of a server is, and when it is to be done again.

use std::fmt;

use jiff::civil::Date;
use warden_model::questions::Question;

use super::{
    OPEN_DAYS, YEAR, after,
    contradict::Contradiction,
    holds::{Case, Open, Stand},
    needed::needed,
};
use crate::{
    Ratio,
    estate::{Assessment, AssessmentState, Lookup, Server},
};

/// How far an assessment is, as computed: what a file says is never believed to be better than what
/// the answers come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nobody has opened one.
    NotAssessed,
    /// Asked for.
    Opened,
    /// The vendor answers.
    WithVendor,
    /// We look at the answers.
    InReview,
    /// Done, and good, and still so.
    Passed,
    /// Done, and not good.
    Failed,
    /// To be done again.
    ReviewDue,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NotAssessed => "not assessed",
            Self::Opened => "opened",
            Self::WithVendor => "with vendor",
            Self::InReview => "in review",
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::ReviewDue => "review due",
        })
    }
}

/// Why an assessment is not what its file says, or is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// It is said to be decided, and nobody who can be asked has decided it.
    NoReviewer,
    /// A question is open that has to be answered.
    Question(&'static Question, Open),
    /// Its day has come.
    Interval(Date),
    /// It has been open for too long.
    OpenSince(Date),
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoReviewer => f.write_str("nobody who can be asked has decided it"),
            Self::Question(question, why) => write!(f, "{}: {why}", question.id),
            Self::Interval(day) => write!(f, "it was to be done again by {day}"),
            Self::OpenSince(day) => write!(f, "it is open since {day}"),
        }
    }
}

/// An assessment as it stands on a day.
#[derive(Clone, Debug)]
pub struct Review<'a> {
    /// The server.
    pub server: &'a Server,
    /// What is written down of it.
    pub assessment: Option<&'a Assessment>,
    /// How far it is.
    pub state: State,
    /// Why it is not what is written down, or is due.
    pub because: Vec<Because>,
    /// By which day something has to be done: decide it, or do it again. The first day on which a
    /// needed answer or waiver counts no more, if that is earlier. `None` if nobody has opened it.
    pub next: Option<Date>,
    /// How many days ago that was.
    pub overdue: Option<i32>,
    /// How many of the questions that have to be answered are answered or waived.
    pub answered: Ratio,
    /// Those that are neither, and why.
    pub open: Vec<(&'static Question, Open)>,
    /// What is said and was seen to be otherwise.
    pub contradictions: Vec<Contradiction>,
}

/// Every server's assessment on a day, in the order of the servers' identifiers.
#[must_use]
pub fn reviews<'a>(known: &Lookup<'a>, day: Date) -> Vec<Review<'a>> {
    let mut all: Vec<Review<'a>> =
        known.estate.servers.iter().map(|server| review(server, known, day)).collect();
    all.sort_by(|one, other| one.server.id.cmp(&other.server.id));
    all
}

/// The assessment of a server on a day.
#[must_use]
pub fn review<'a>(server: &'a Server, known: &Lookup<'a>, day: Date) -> Review<'a> {
    let case = Case::new(server, known, day);
    let needed = needed(server, known);
    let stands: Vec<(&'static Question, Stand)> =
        needed.into_iter().map(|question| (question, case.stand(question))).collect();
    let answered = Ratio::count(&stands, |(_, stand)| stand.until().is_some());
    let open = stands.iter().filter_map(|(question, stand)| match stand {
        Stand::Open(why) => Some((*question, *why)),
        Stand::Passes(_) | Stand::Waived(_) => None,
    });
    let mut review = Review {
        server,
        assessment: case.assessed,
        state: State::NotAssessed,
        because: Vec::new(),
        next: None,
        overdue: None,
        answered,
        open: open.collect(),
        contradictions: case.against,
    };
    if let Some(assessed) = case.assessed {
        review.judge(assessed, &stands, known, day);
    }
    review
}

impl Review<'_> {
    /// Whether somebody has to be told: it is overdue, due, or nobody has opened one that has to be
    /// there.
    #[must_use]
    pub fn is_alarm(&self) -> bool {
        let missing = self.state == State::NotAssessed && self.answered.all > 0;
        missing || self.overdue.is_some() || self.state == State::ReviewDue
    }

    fn judge(
        &mut self,
        assessed: &Assessment,
        stands: &[(&'static Question, Stand)],
        known: &Lookup<'_>,
        day: Date,
    ) {
        self.state = match assessed.state {
            AssessmentState::Opened => State::Opened,
            AssessmentState::WithVendor => State::WithVendor,
            AssessmentState::InReview => State::InReview,
            AssessmentState::Passed => State::Passed,
            AssessmentState::Failed => State::Failed,
            AssessmentState::ReviewDue => State::ReviewDue,
        };
        let decided = assessed.decided.filter(|at| *at <= day);
        let reviewer = known.accountable(assessed.reviewer.as_deref());
        let is_decided = matches!(self.state, State::Passed | State::Failed);
        if is_decided && (decided.is_none() || reviewer.is_none()) {
            self.state = State::InReview;
            self.because.push(Because::NoReviewer);
        }
        let opened = assessed.opened;
        let next = match (self.state, decided) {
            (State::Passed | State::Failed | State::ReviewDue, Some(decided)) => {
                let interval =
                    assessed.interval_days.map_or(YEAR, |days| i32::try_from(days).unwrap_or(YEAR));
                after(decided, interval)
            }
            _ => after(opened, OPEN_DAYS),
        };
        let mut next = assessed.next.map_or(next, |named| named.min(next));
        if self.state == State::Passed {
            let open = self.open.iter();
            self.because.extend(open.map(|(question, why)| Because::Question(question, *why)));
            let ends = stands.iter().filter_map(|(_, stand)| stand.until()).min();
            next = ends.map_or(next, |end| end.min(next));
            if next < day {
                self.because.push(Because::Interval(next));
            }
            if !self.because.is_empty() {
                self.state = State::ReviewDue;
            }
        } else if next < day {
            self.because.push(match self.state {
                State::Failed | State::ReviewDue => Because::Interval(next),
                _ => Because::OpenSince(opened),
            });
        }
        self.next = Some(next);
        let late = day.since(next).map_or(0, |span| span.get_days());
        self.overdue = (late > 0).then_some(late);
    }
}
