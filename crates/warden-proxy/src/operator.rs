//! The HTTP API for operators: people who answer calls that wait, stop things and end sessions.
//!
//! Everything below `/operator/` is answered here and before clients are identified, since an
//! operator is never a client: a token of one is of no use as the other. It is for programs, so a
//! request with an `Origin` is one that a browser was talked into, and is refused; there are no
//! cookies. Answers are JSON.

mod holds;
mod people;
mod routes;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};
use warden_policy::access::SessionKey;

pub use people::{May, Operator, OperatorProblem, OperatorTable, Operators};

use crate::{holds::Holds, store::Reply};
use routes::{Deed, Found, find};

/// Where the API begins.
pub const ROOT: &str = "/operator/";

/// The longest body.
const MOST_BODY: usize = 16 << 10;

/// A request, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// `GET` or `POST`.
    pub verb: &'a str,
    /// The path, without a query.
    pub path: &'a str,
    /// Whether there is a query.
    pub has_query: bool,
    /// The only `Authorization` header; `None` if there is none or more than one.
    pub authorization: Option<&'a str>,
    /// Whether there is an `Origin` header.
    pub has_origin: bool,
    /// The only `Content-Type` header.
    pub content_type: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status; for 401 a `WWW-Authenticate` header belongs to it.
    pub status: u16,
    /// The body.
    pub body: Value,
}

impl Answer {
    /// It was done, or this is it.
    #[must_use]
    pub const fn done(body: Value) -> Self {
        Self { status: 200, body }
    }

    /// It was not done.
    #[must_use]
    pub fn failed(status: u16, reason: &str, message: &str) -> Self {
        Self { status, body: json!({"error": {"reason": reason, "message": message}}) }
    }
}

/// What can be done beside answering holds. Each has its own answer.
pub trait Levers: Send + Sync + std::fmt::Debug {
    /// What is stopped.
    fn stops(&self) -> Reply<'_, Answer>;

    /// Stops or starts something: the body says what.
    fn stop<'a>(&'a self, by: &'a Operator, body: Value) -> Reply<'a, Answer>;

    /// Ends a session.
    fn end_session<'a>(
        &'a self,
        by: &'a Operator,
        session: SessionKey,
        body: Value,
    ) -> Reply<'a, Answer>;
}

/// Where operators are answered.
#[derive(Debug)]
pub struct Desk {
    /// Who they are.
    pub operators: Operators,
    /// What waits.
    pub holds: Holds,
    /// What else can be done; nothing without.
    pub levers: Option<Box<dyn Levers>>,
}

impl Desk {
    /// Answers a request; `None` if it is not about this.
    pub async fn answer(&self, question: &Question<'_>) -> Option<Answer> {
        if !question.path.starts_with(ROOT) {
            return None;
        }
        Some(match self.admit(question) {
            Ok((operator, found, body)) => self.act(operator, found, body).await,
            Err(answer) => answer,
        })
    }

    /// Who asks, for what, and with which body. Nothing is said of what there is to anybody who is
    /// not an operator.
    fn admit<'a>(&self, question: &Question<'a>) -> Result<(&Operator, Found<'a>, Value), Answer> {
        if question.has_origin {
            return Err(Answer::failed(403, "origin", "browsers are not served here"));
        }
        let operator = self
            .operators
            .of(question.authorization)
            .ok_or_else(|| Answer::failed(401, "unauthorized", "show that you are an operator"))?;
        let found = find(question.verb, question.path)?;
        if !operator.may.contains(&found.may) {
            return Err(Answer::failed(403, "may-not", "this operator may not do that"));
        }
        if question.has_query {
            return Err(Answer::failed(400, "query", "there is nothing to be asked with a query"));
        }
        Ok((operator, found, body(question)?))
    }

    async fn act(&self, operator: &Operator, found: Found<'_>, body: Value) -> Answer {
        match (found.deed, &self.levers) {
            (Deed::ListHolds, _) => holds::list(&self.holds).await,
            (Deed::ShowHold, _) => holds::show(&self.holds, operator, found.name).await,
            (Deed::Approve, _) => {
                holds::decide(&self.holds, operator, (found.name, true), &body).await
            }
            (Deed::Refuse, _) => {
                holds::decide(&self.holds, operator, (found.name, false), &body).await
            }
            (Deed::Fatigue, _) => holds::fatigue(&self.holds).await,
            (Deed::ListStops, Some(levers)) => levers.stops().await,
            (Deed::Stop, Some(levers)) => levers.stop(operator, body).await,
            (Deed::EndSession, Some(levers)) => match SessionKey::parse(found.name) {
                Some(session) => levers.end_session(operator, session, body).await,
                None => Answer::failed(404, "no-such-session", "that is no session"),
            },
            (Deed::ListStops | Deed::Stop | Deed::EndSession, None) => {
                Answer::failed(501, "not-here", "this gateway cannot do that")
            }
        }
    }
}

/// The body of a POST: one JSON object, said to be JSON. A GET has none.
fn body(question: &Question<'_>) -> Result<Value, Answer> {
    if question.verb != "POST" {
        return Ok(Value::Null);
    }
    let said = question.content_type.unwrap_or_default();
    let essence = said.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Answer::failed(415, "content-type", "a body is `application/json`"));
    }
    if question.body.len() > MOST_BODY {
        return Err(Answer::failed(413, "too-long", "the body is too long"));
    }
    let body = warden_seal::read_strict(question.body, MOST_BODY);
    body.ok().filter(Value::is_object).ok_or_else(|| {
        Answer::failed(400, "malformed", "the body is one JSON object, with no member twice")
    })
}
