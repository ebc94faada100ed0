//! What is wrong with assessments, as findings like any other.

use jiff::civil::Date;
use warden_model::{Class, Digest};

use super::review::{Review, State};
use crate::estate::{Finding, FindingState};

/// A finding for each contradiction, and for each assessment that somebody has to be told of,
/// sorted by identifier. `found` is the day for which they were computed; the identifier stays the
/// same from day to day.
#[must_use]
pub fn findings(reviews: &[Review<'_>], day: Date) -> Vec<Finding> {
    let mut all: Vec<Finding> = reviews.iter().flat_map(|review| of(review, day)).collect();
    all.sort_by(|one, other| one.id.cmp(&other.id));
    all
}

fn of(review: &Review<'_>, day: Date) -> Vec<Finding> {
    let server = review.server;
    let finding = |key: &str, class: Class, title: String, action: &str| Finding {
        id: Digest::of_parts(
            ["assess", key, class.id(), server.id.as_str()]
                .into_iter()
                .flat_map(|part| [part.as_bytes(), b"\n"]),
        )
        .to_string(),
        class,
        severity: class.info().severity,
        server: server.id.clone(),
        tool: None,
        title,
        cvss: None,
        state: FindingState::Open,
        found: day,
        closed: None,
        action: Some(action.into()),
        owner: review.assessment.and_then(|it| it.reviewer.clone()),
        due: None,
        evidence: server.evidence.clone(),
    };
    let mut out: Vec<Finding> = review
        .contradictions
        .iter()
        .map(|it| {
            let title =
                format!("{} is said to be so by {}, and {}", it.question.id, it.source, it.seen);
            finding(it.question.id, it.class, title, "ask the one who said so, and assess it again")
        })
        .collect();
    if review.is_alarm() {
        let (key, title) = alarm(review);
        out.push(finding(key, Class::VendorUnassessed, title, "assess it, and decide"));
    }
    out
}

fn alarm(review: &Review<'_>) -> (&'static str, String) {
    match (review.state, review.overdue) {
        (State::NotAssessed, _) => {
            let open = review.open.len();
            ("never", format!("nobody has assessed it; {open} questions are open"))
        }
        (state, Some(1)) => ("overdue", format!("its assessment ({state}) is a day overdue")),
        (state, Some(days)) => {
            ("overdue", format!("its assessment ({state}) is {days} days overdue"))
        }
        (_, None) => {
            let why: Vec<String> = review.because.iter().map(ToString::to_string).collect();
            ("due", format!("its assessment is due for review: {}", why.join("; ")))
        }
    }
}
