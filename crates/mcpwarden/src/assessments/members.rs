//! Records and forms of this machine as members of an estate.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json};

use super::{
    Records, What,
    answers::Given,
    forms::{self, Issued},
};
use crate::{Failure, approvals::Desk};

/// What is known of one server.
#[derive(Default)]
struct Server {
    opened: Option<Timestamp>,
    last: Option<Timestamp>,
    state: &'static str,
    decision: Map<String, Value>,
    answers: BTreeMap<String, Value>,
    evidence: BTreeMap<String, Value>,
}

/// What was asked, answered and decided here, as members of an estate, and what was left out with
/// its reason. An assessment is with the vendor since a form was made, in review since answers came,
/// and passed or failed since somebody decided; the last of these says how far it is.
///
/// # Errors
/// When records or forms cannot be believed.
pub(crate) fn members(desk: &Desk<'_>) -> Result<(Map<String, Value>, Vec<String>), Failure> {
    let Records { all, left_out } = super::all(desk)?;
    let mut servers: BTreeMap<String, Server> = BTreeMap::new();
    for form in forms::all(desk.paths)? {
        let server = servers.entry(form.server.clone()).or_default();
        server.is(form.at, "with-vendor");
    }
    for record in all {
        let server = servers.entry(record.server.clone()).or_default();
        match &record.what {
            What::Answers { version, name, answered, answers, .. } => {
                server.is(record.at, "in-review");
                for given in answers {
                    server.answer(&record.server, given, version.as_deref(), (name, *answered));
                }
            }
            What::Decision { passed, interval_days, .. } => {
                server.is(record.at, if *passed { "passed" } else { "failed" });
                let day = record.at.to_zoned(TimeZone::UTC).date();
                server.decision = Map::from_iter([
                    ("decided".into(), json!(day)),
                    ("reviewer".into(), json!(record.by.id())),
                    ("interval_days".into(), json!(interval_days)),
                ]);
            }
        }
    }
    Ok((written(servers), left_out))
}

impl Server {
    fn is(&mut self, at: Timestamp, state: &'static str) {
        self.opened = Some(self.opened.map_or(at, |opened| opened.min(at)));
        if self.last.is_none_or(|last| last <= at) {
            (self.last, self.state) = (Some(at), state);
        }
    }

    fn answer(
        &mut self,
        server: &str,
        given: &Given,
        version: Option<&str>,
        (name, at): (&str, jiff::civil::Date),
    ) {
        let mut ids = Vec::new();
        for file in &given.evidence {
            let id = format!("{server}/{}/{}", given.question, file.digest);
            let row = json!({"id": id, "kind": "vendor-evidence", "name": file.name,
                "digest": file.digest, "at": given.dated.unwrap_or(at), "expires": given.expires});
            self.evidence.insert(id.clone(), row);
            ids.push(id);
        }
        let row = json!({"server": server, "question": given.question, "state": given.state,
            "source": "vendor", "by": name, "text": given.text, "items": given.items,
            "evidence": ids, "at": at, "expires": given.expires, "bound_to": version});
        self.answers.insert(given.question.clone(), row);
    }
}

fn written(servers: BTreeMap<String, Server>) -> Map<String, Value> {
    let (mut known, mut assessments) = (Vec::new(), Vec::new());
    let (mut answers, mut evidence) = (Vec::new(), Vec::new());
    for (id, server) in servers {
        let opened = server.opened.map(|at| at.to_zoned(TimeZone::UTC).date());
        let mut row = server.decision;
        row.insert("server".into(), json!(id));
        row.insert("state".into(), json!(server.state));
        row.insert("opened".into(), json!(opened));
        assessments.push(Value::Object(row));
        // Nobody needs to have found it: what is assessed is there.
        known.push(json!({"id": id}));
        answers.extend(server.answers.into_values());
        evidence.extend(server.evidence.into_values());
    }
    [("servers", known), ("assessments", assessments), ("answers", answers), ("evidence", evidence)]
        .into_iter()
        .map(|(name, rows)| (name.to_owned(), Value::Array(rows)))
        .collect()
}

/// The form that answers name.
///
/// # Errors
/// When forms cannot be read.
pub(crate) fn issued(id: &str, desk: &Desk<'_>) -> Result<Option<Issued>, Failure> {
    Ok(forms::all(desk.paths)?.into_iter().find(|form| form.id == id))
}
