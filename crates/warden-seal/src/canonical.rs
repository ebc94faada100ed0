//! RFC 8785: the one way to write a JSON value, so that a digest of it means the value.

use serde_json::Value;
use warden_model::Digest;

/// The largest integer that every JSON parser keeps exactly: 2^53 - 1 (RFC 7493, section 2.2).
const SAFE: u64 = (1 << 53) - 1;

/// A value that has no canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    /// An integer that some parsers round, so that two values would share one digest.
    #[error("a number is larger than 2^53 - 1")]
    Number,
    /// Anything else that the writer refuses.
    #[error("the value has no RFC 8785 form")]
    Value,
}

/// Writes `value` in its RFC 8785 form.
///
/// # Errors
/// Numbers that are not exact in every parser have no form.
pub fn canonical(value: &Value) -> Result<Vec<u8>, NotCanonical> {
    check_numbers(value)?;
    serde_json_canonicalizer::to_vec(value).map_err(|_| NotCanonical::Value)
}

/// The SHA-256 digest of the RFC 8785 form of `value`.
///
/// # Errors
/// See [`canonical`].
pub fn digest(value: &Value) -> Result<Digest, NotCanonical> {
    canonical(value).map(|bytes| Digest::of(&bytes))
}

fn check_numbers(value: &Value) -> Result<(), NotCanonical> {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Number(number) => {
                let exact = match (number.as_u64(), number.as_i64()) {
                    (Some(number), _) => number <= SAFE,
                    (None, Some(number)) => number.unsigned_abs() <= SAFE,
                    (None, None) => number.as_f64().is_some_and(f64::is_finite),
                };
                if !exact {
                    return Err(NotCanonical::Number);
                }
            }
            Value::Array(items) => open.extend(items),
            Value::Object(members) => open.extend(members.values()),
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn text(value: &Value) -> String {
        String::from_utf8(canonical(value).unwrap()).unwrap()
    }

    #[test]
    fn members_are_sorted_by_utf_16_and_numbers_have_one_form() {
        // RFC 8785, section 3.2.3: the order is that of UTF-16 code units.
        let value = json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5});
        assert_eq!(
            text(&value),
            "{\"\\r\":2,\"1\":4,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}"
        );
        let value: Value =
            serde_json::from_str("[1.0,1e2,0.5,-0.0,1e-7,333333333.33333329]").unwrap();
        assert_eq!(text(&value), "[1,100,0.5,0,1e-7,333333333.3333333]");
    }

    #[test]
    fn numbers_that_parsers_round_have_no_form() {
        for number in ["9007199254740992", "-9007199254740993", "18446744073709551615"] {
            let value: Value = serde_json::from_str(&format!("{{\"a\":[{number}]}}")).unwrap();
            assert_eq!(canonical(&value), Err(NotCanonical::Number), "{number}");
        }
        assert!(canonical(&json!(9_007_199_254_740_991_u64)).is_ok());
    }

    proptest! {
        #[test]
        fn the_order_of_members_does_not_change_the_digest(
            members in proptest::collection::btree_map("\\PC{0,6}", "\\PC{0,6}", 0..8),
        ) {
            let forward: Value = members.iter().map(|(k, v)| (k.clone(), json!(v))).collect();
            let backward: Value = members.iter().rev().map(|(k, v)| (k.clone(), json!(v))).collect();
            prop_assert_eq!(digest(&forward), digest(&backward));
            let back: Value = serde_json::from_slice(&canonical(&forward).unwrap()).unwrap();
            prop_assert_eq!(back, forward);
        }
    }
}
