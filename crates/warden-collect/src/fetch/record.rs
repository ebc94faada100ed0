//! What was fetched, as JSON, so that it can be launched or looked at again without a registry.

use serde_json::Value;

use super::Fetched;

/// What a record says it is.
const SCHEMA: &str = "mcpwarden fetched 1";

/// The text is no record of this version.
#[derive(Debug, thiserror::Error)]
#[error("it is no record of something fetched")]
pub struct BadRecord(#[source] Option<serde_json::Error>);

impl Fetched {
    /// The record as JSON.
    ///
    /// # Errors
    /// Never, but for a failure of the JSON library.
    pub fn to_json(&self) -> Result<Value, BadRecord> {
        let fetched = serde_json::to_value(self).map_err(|error| BadRecord(Some(error)))?;
        Ok(serde_json::json!({ "schema": SCHEMA, "fetched": fetched }))
    }

    /// Reads a record.
    ///
    /// # Errors
    /// When it is none of this version, or has members that it should not have.
    pub fn from_json(value: &Value) -> Result<Self, BadRecord> {
        let known = value.get("schema").and_then(Value::as_str) == Some(SCHEMA);
        let fetched = value.get("fetched").filter(|_| known).ok_or(BadRecord(None))?;
        serde_json::from_value(fetched.clone()).map_err(|error| BadRecord(Some(error)))
    }
}

/// A digest as text.
pub(super) mod digest {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};
    use warden_model::Digest;

    pub(in crate::fetch) fn serialize<S: Serializer>(
        digest: &Digest,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(&digest.to_string())
    }

    pub(in crate::fetch) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Digest, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// A digest as text, or nothing.
pub(super) mod maybe {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};
    use warden_model::Digest;

    #[expect(clippy::ref_option, reason = "the library calls it like this")]
    pub(in crate::fetch) fn serialize<S: Serializer>(
        digest: &Option<Digest>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match digest {
            Some(digest) => to.serialize_some(&digest.to_string()),
            None => to.serialize_none(),
        }
    }

    pub(in crate::fetch) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Digest>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
    }
}
