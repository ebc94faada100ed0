//! That an approval is due for review, on record: what changed, whose votes count no more, which
//! questions are open again, and who has to be told.
//!
//! Acts alone would show it only to who works out what they amount to, by the policy of that day.
//! So the notice is kept in the store, and an entry with its digest and with who has to be told is
//! in the log before anybody is told.

use serde_json::{Value, json};
use warden_collect::store::Writer;
use warden_model::Digest;
use warden_policy::approval::{Changed, Person};

use super::{changed, last_in_log};
use crate::{Failure, Kind, certify::keep, key, paths::Paths};

/// What such an entry is called in the log.
const KIND: &str = "review";

/// A notice of what a change came to.
pub(super) struct Notice<'a> {
    pub(super) name: &'a str,
    /// What is certified now.
    pub(super) subject: Digest,
    /// The last act about the server when it is given.
    pub(super) act: Option<Digest>,
    pub(super) changed: &'a Changed,
}

impl Notice<'_> {
    /// Puts it on record, if it is not there: whoever ended before it was is made up for.
    ///
    /// # Errors
    /// When it cannot be stored or logged. Then nobody was told.
    pub(super) fn record(&self, writer: &Writer<'_>, paths: &Paths) -> Result<(), Failure> {
        if self.is_logged(paths)? {
            return Ok(());
        }
        let bytes = canonical(&self.value())?;
        let digest = writer
            .put_blob(&bytes)
            .map_err(|error| Failure::new(Kind::Config, "cannot use the store").caused_by(error))?;
        let mut record = changed::kept(self.name, writer);
        record.blobs.insert(format!("review:{}", self.subject), digest);
        changed::set(self.name, &record, writer)?;
        let entry = json!({
            "at": self.changed.at,
            "digest": digest.to_string(),
            "kind": KIND,
            "name": self.name,
            "subject": self.subject.to_string(),
            "tell": people(self.changed.tell.iter()),
            "votes_void": people(self.changed.void.iter()),
        });
        keep::log(&canonical(&entry)?, paths, &key::own(paths)?).map(drop)
    }

    fn value(&self) -> Value {
        json!({
            "act": self.act.map(|act| act.to_string()),
            "at": self.changed.at,
            "name": self.name,
            "open_again": self.changed.reopened,
            "subject": self.subject.to_string(),
            "tell": people(self.changed.tell.iter()),
            "version": 1,
            "votes_void": people(self.changed.void.iter()),
            "what": self.changed.what,
        })
    }

    /// Whether the last notice in the log about this server is of this change.
    fn is_logged(&self, paths: &Paths) -> Result<bool, Failure> {
        let (subject, at) = (json!(self.subject.to_string()), json!(self.changed.at));
        let found = last_in_log(paths, |_, entry| {
            let value: Value = serde_json::from_slice(entry).ok()?;
            let ours = value.get("kind")? == KIND && value.get("name")? == self.name;
            ours.then(|| value.get("subject") == Some(&subject) && value.get("at") == Some(&at))
        })?;
        Ok(found == Some(true))
    }
}

fn people<'p>(all: impl Iterator<Item = &'p Person>) -> Vec<&'p str> {
    all.map(Person::id).collect()
}

fn canonical(value: &Value) -> Result<Vec<u8>, Failure> {
    warden_seal::canonical(value).map_err(|error| {
        Failure::new(Kind::Internal, "the notice of a review has no canonical form")
            .caused_by(error)
    })
}
