//! What a token says.

use serde_json::{Map, Value};

/// What a token says: the members of its payload, once its signature was verified, or those of an
/// answer of an authorization server that was asked about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// What an authorization server answered about a token (RFC 7662, section 2.2), or a token
    /// whose signature the caller has no need of. Whoever calls this answers for where it is from.
    #[must_use]
    pub fn trusted(members: Map<String, Value>) -> Self {
        Self(members)
    }

    pub(super) fn verified(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// The claim with this name: a member, or the place that an RFC 6901 pointer leads to if the
    /// name begins with `/`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let Some(path) = name.strip_prefix('/') else { return self.0.get(name) };
        let (first, rest) = path.split_once('/').map_or((path, ""), |(first, rest)| (first, rest));
        let first = first.replace("~1", "/").replace("~0", "~");
        let value = self.0.get(&first)?;
        if rest.is_empty() { Some(value) } else { value.pointer(&format!("/{rest}")) }
    }

    /// The claim with this name, if it is text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// A point in time in whole seconds since 1970 (`NumericDate` of RFC 7519, section 2), rounded
    /// down; `None` for a claim that is not there.
    ///
    /// # Errors
    /// When the claim is no such point.
    #[expect(clippy::cast_possible_truncation, reason = "it was looked at before")]
    pub fn seconds(&self, name: &str) -> Result<Option<i64>, NotATime> {
        /// The last second of the year 9999.
        const LAST: f64 = 253_402_300_799.0;
        let Some(value) = self.get(name) else { return Ok(None) };
        let seconds = value.as_f64().filter(|seconds| (0.0..=LAST).contains(seconds));
        seconds.map(|seconds| Some(seconds.floor() as i64)).ok_or(NotATime)
    }
}

/// A claim that should be a point in time is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a point in time")]
pub struct NotATime;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_claim_is_found_by_name_or_by_pointer() {
        let Value::Object(members) = json!({
            "a": {"b/c": ["x"]}, "https://x/roles": 1, "exp": 12.7, "nbf": "12", "iat": -1, "huge": 1e300
        }) else {
            unreachable!()
        };
        let claims = Claims::trusted(members);
        assert_eq!(claims.get("/a/b~1c/0"), Some(&json!("x")));
        assert_eq!(claims.get("https://x/roles"), Some(&json!(1)));
        assert_eq!(claims.get("/a"), Some(&json!({"b/c": ["x"]})));
        assert_eq!((claims.get("/"), claims.get("a/b")), (None, None));
        assert_eq!(claims.seconds("exp"), Ok(Some(12)));
        assert_eq!(claims.seconds("none"), Ok(None));
        for name in ["nbf", "iat", "huge", "a"] {
            assert_eq!(claims.seconds(name), Err(NotATime), "{name}");
        }
    }
}
