//! JSON that every parser reads alike: no member twice, nothing after the value, bounded.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

/// The text is too long, is no JSON, has a member twice, or is nested too deeply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not JSON that every reader reads alike")]
pub struct NotStrict;

/// Reads one JSON value of at most `most` bytes. Nesting is bounded by the parser, at 128.
///
/// # Errors
/// See [`NotStrict`]. Two readers that choose different ones of two members of one name would see
/// different things signed.
pub fn read_strict(text: &[u8], most: usize) -> Result<Value, NotStrict> {
    if text.len() > most {
        return Err(NotStrict);
    }
    let mut parser = serde_json::Deserializer::from_slice(text);
    let value = Strict.deserialize(&mut parser).map_err(|_| NotStrict)?;
    parser.end().map_err(|_| NotStrict)?;
    Ok(value)
}

struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("no number"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.into()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(Self)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom("a member stands twice"));
            }
            let value = members.next_value_seed(Self)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_readers_could_read_differently_is_refused() {
        for wrong in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"[{"b":{"a":1,"a":2}}]"#,
            "{} {}",
            "{}x",
            "",
            "{'a':1}",
            "[1,]",
            "NaN",
            "1e999",
            "\"\\ud800\"",
            "\u{feff}{}",
        ] {
            assert_eq!(read_strict(wrong.as_bytes(), 100), Err(NotStrict), "{wrong}");
        }
        assert_eq!(read_strict(b"\"\xff\"", 100), Err(NotStrict));
        assert_eq!(read_strict(b"{}", 1), Err(NotStrict));
        assert_eq!(read_strict("[".repeat(500).as_bytes(), 1000), Err(NotStrict));
        assert!(read_strict(br#"{"a":{"a":1},"b":[{"a":1},{"a":2}]}"#, 100).is_ok());
    }

    proptest! {
        #[test]
        fn what_is_taken_is_what_the_usual_parser_reads(text in "[\\[\\]{}\",:a1e.\\\\ -]{0,20}") {
            if let Ok(value) = read_strict(text.as_bytes(), 100) {
                prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
            }
        }
    }
}
