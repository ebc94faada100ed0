//! Assessments in words, on 80 columns, and as JSON.

use serde_json::{Value, json};
use warden_govern::{
    Word as _,
    assess::{Asked, Contradiction, Review, Stand, State},
    estate::{Answer, Finding},
};
use warden_report::{printable, wrap};

/// How wide text is.
const WIDTH: usize = 80;

/// How a question stands, in words.
pub(super) fn stands(stand: Stand) -> String {
    match stand {
        Stand::Passes(day) if day == jiff::civil::Date::MAX => "answered".into(),
        Stand::Passes(until) => format!("answered, until {until}"),
        Stand::Waived(until) => format!("risk accepted, until {until}"),
        Stand::Open(why) => format!("open: {why}"),
    }
}

/// Text in lines of at most 80 columns, each after so many spaces.
pub(super) fn indented(text: &str, indent: usize) -> String {
    let lines = wrap(&printable(text), WIDTH - indent);
    lines.iter().fold(String::new(), |out, line| out + &format!("{:indent$}{line}\n", ""))
}

/// How far an assessment is, and why.
pub(super) fn review(review: &Review<'_>) -> String {
    let mut out = format!("{}: {}", printable(&review.server.id), review.state);
    if let Some(next) = review.next {
        let done = matches!(review.state, State::Passed | State::Failed | State::ReviewDue);
        out.push_str(if done { ", again by " } else { ", to be decided by " });
        out.push_str(&next.to_string());
    }
    if let Some(days) = review.overdue {
        out.push_str(&format!(", {days} days overdue"));
    }
    out.push('\n');
    let of = review.answered;
    out.push_str(&format!("  {} of {} questions that it has to answer\n", of.of, of.all));
    let reviewer = review.assessment.and_then(|it| it.reviewer.as_deref());
    if let Some(reviewer) = reviewer {
        out.push_str(&indented(&format!("reviewed by {reviewer}"), 2));
    }
    for because in &review.because {
        out.push_str(&indented(&because.to_string(), 2));
    }
    out
}

/// A question, how it stands, and what was said and seen.
pub(super) fn asked(asked: &Asked<'_>) -> String {
    let question = asked.question;
    let star = if question.non_negotiable { ", not negotiable" } else { "" };
    let head = format!("{} {}{star}: {}", question.id, question.need.name(), question.text);
    let mut out = indented(&head, 0);
    out.push_str(&indented(&stands(asked.stand), 4));
    for answer in &asked.answers {
        out.push_str(&indented(&said(answer), 4));
    }
    for waiver in &asked.waivers {
        let text = format!(
            "{} accepts it as {} until {}: {}",
            waiver.owner, waiver.role, waiver.until, waiver.reason
        );
        out.push_str(&indented(&text, 4));
    }
    for seen in &asked.observed {
        out.push_str(&indented(&format!("seen: {seen}"), 4));
    }
    for one in &asked.contradictions {
        out.push_str(&indented(&contradicted(one), 4));
    }
    out
}

fn said(answer: &Answer) -> String {
    let mut parts = vec![format!("{}: {} by {}", answer.question, answer.state, answer.source)];
    parts.extend(answer.by.clone());
    parts.push(format!("on {}", answer.at));
    if !answer.items.is_empty() {
        parts.push(format!("({})", answer.items.join(", ")));
    }
    if !answer.text.is_empty() {
        parts.push(answer.text.clone());
    }
    parts.join(" ")
}

/// What was said and seen to be otherwise.
pub(super) fn contradicted(one: &Contradiction) -> String {
    format!("contradicted [{}]: {}", one.class.id(), one.seen)
}

/// A finding in words.
pub(super) fn finding(one: &Finding) -> String {
    let head = format!("{}[{}] {}", one.severity, one.class.id(), one.server);
    indented(&head, 0) + &indented(&one.title, 4)
}

/// An assessment as JSON.
pub(super) fn review_json(review: &Review<'_>) -> Value {
    let open = |(question, why): &(&'static warden_model::questions::Question, _)| {
        let why: &warden_govern::assess::Open = why;
        json!({"question": question.id, "why": why.to_string()})
    };
    json!({
        "answered": review.answered,
        "because": review.because.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "contradictions": review.contradictions.iter().map(contradiction_json).collect::<Vec<_>>(),
        "decided": review.assessment.and_then(|it| it.decided),
        "next": review.next,
        "open": review.open.iter().map(open).collect::<Vec<_>>(),
        "overdue_days": review.overdue,
        "reviewer": review.assessment.and_then(|it| it.reviewer.as_deref()),
        "server": review.server.id,
        "state": review.state.to_string(),
    })
}

/// A question as JSON.
pub(super) fn asked_json(asked: &Asked<'_>) -> Value {
    json!({
        "answers": asked.answers,
        "contradictions": asked.contradictions.iter().map(contradiction_json).collect::<Vec<_>>(),
        "group": asked.question.group,
        "id": asked.question.id,
        "need": asked.question.need.name(),
        "non_negotiable": asked.question.non_negotiable,
        "observed": asked.observed,
        "question": asked.question.text,
        "stands": stands(asked.stand),
        "until": asked.stand.until(),
        "waivers": asked.waivers,
    })
}

fn contradiction_json(one: &Contradiction) -> Value {
    json!({
        "class": one.class.id(),
        "question": one.question.id,
        "said": one.said,
        "seen": one.seen,
        "source": one.source.word(),
    })
}
