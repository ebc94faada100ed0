//! Answers as a table of their own: each is added to the assessment of its server.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::{
    Estate,
    form::{Refused, typed},
};
use crate::estate::{Answer, Assessment, AssessmentState};

/// The name of the table.
pub(super) const TABLE: &str = "answers";

/// Adds an answer, for now as an assessment of its own, which [`joined`] puts where it belongs.
pub(super) fn add(estate: &mut Estate, row: Value) -> Result<(), Refused> {
    let Value::Object(mut members) = row else { return Err((None, "it is no object".into())) };
    let Some(server) = members.remove("server") else {
        return Err((None, "missing field `server`".into()));
    };
    let server = typed(server).map_err(|(_, why)| (Some("server".into()), why))?;
    let answer: Answer = typed(Value::Object(members))?;
    estate.assessments.push(Assessment {
        server,
        state: AssessmentState::Opened,
        opened: answer.at,
        decided: None,
        reviewer: None,
        interval_days: None,
        next: None,
        answers: vec![answer],
    });
    Ok(())
}

/// Makes one assessment of those of the same server: the first one, with the answers of all. The
/// first `opened` are those that somebody has opened; another is open since its first answer.
pub(super) fn joined(estate: &mut Estate, opened: usize) {
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    let mut all: Vec<Assessment> = Vec::new();
    for one in std::mem::take(&mut estate.assessments) {
        let at = *places.entry(one.server.clone()).or_insert(all.len());
        match all.get_mut(at) {
            Some(known) => {
                if at >= opened {
                    known.opened = known.opened.min(one.opened);
                }
                known.answers.extend(one.answers);
            }
            None => all.push(one),
        }
    }
    estate.assessments = all;
}
