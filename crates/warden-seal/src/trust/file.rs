//! The file that a set of trusted keys is kept in: `schemas/trust-1.schema.json`.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::{Trust, TrustError, TrustedKey};
use crate::{VerifyKey, read_strict, time};

/// The longest file of trusted keys.
pub const MOST_TRUST: usize = 256 * 1024;

const VERSION: u64 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u64,
    keys: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    name: String,
    key: String,
    uses: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_after: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_since: Option<String>,
}

impl Trust {
    /// Reads a file of trusted keys.
    ///
    /// # Errors
    /// What is wrong with it. Nothing is trusted of a file that is not understood whole.
    pub fn from_json(text: &[u8]) -> Result<Self, TrustError> {
        let value = read_strict(text, MOST_TRUST).map_err(|_| TrustError::Malformed)?;
        let version = value.get("version").and_then(serde_json::Value::as_u64);
        match version.ok_or(TrustError::Malformed)? {
            VERSION => {}
            other => return Err(TrustError::Version(other)),
        }
        let file: File = serde_json::from_value(value).map_err(|_| TrustError::Malformed)?;
        let keys = file.keys.into_iter().enumerate().map(|(at, row)| row.check(at));
        Self::new(keys.collect::<Result<_, _>>()?)
    }

    /// Writes the file, with the keys sorted by identifier.
    ///
    /// # Errors
    /// Times that cannot be written.
    pub fn to_json(&self) -> Result<Vec<u8>, TrustError> {
        let rows = self.keys().iter().enumerate().map(|(at, key)| Row::of(key, at));
        let file = File { version: VERSION, keys: rows.collect::<Result<_, _>>()? };
        let mut text = serde_json::to_vec_pretty(&file).map_err(|_| TrustError::Malformed)?;
        text.push(b'\n');
        Ok(text)
    }
}

impl Row {
    fn check(self, at: usize) -> Result<TrustedKey, TrustError> {
        let key = VerifyKey::from_pem(self.key.as_bytes()).map_err(|_| TrustError::Key(at))?;
        // It is there for people; a wrong one means that one of the two was pasted by mistake.
        if self.id.is_some_and(|id| id != key.id()) {
            return Err(TrustError::Identifier(at));
        }
        let moment = |text: Option<String>| match text {
            Some(text) => time::read(&text).map(Some).ok_or(TrustError::Times(at)),
            None => Ok(None),
        };
        let count = self.uses.len();
        let trusted = TrustedKey {
            key,
            name: self.name,
            uses: self.uses.into_iter().collect(),
            not_before: moment(self.not_before)?,
            not_after: moment(self.not_after)?,
            revoked_since: moment(self.revoked_since)?,
        };
        if trusted.uses.len() == count { Ok(trusted) } else { Err(TrustError::Names(at)) }
    }

    fn of(trusted: &TrustedKey, at: usize) -> Result<Self, TrustError> {
        let moment = |time: Option<SystemTime>| match time {
            Some(time) => time::write(time).map(Some).ok_or(TrustError::Times(at)),
            None => Ok(None),
        };
        Ok(Self {
            id: Some(trusted.key.id()),
            name: trusted.name.clone(),
            key: trusted.key.pem(),
            uses: trusted.uses.iter().cloned().collect(),
            not_before: moment(trusted.not_before)?,
            not_after: moment(trusted.not_after)?,
            revoked_since: moment(trusted.revoked_since)?,
        })
    }
}
