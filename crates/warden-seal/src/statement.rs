//! in-toto Statement v1: what a signature is about, and what is said of it.
//!
//! Source: <https://github.com/in-toto/attestation>, spec/v1/statement.md and
//! `resource_descriptor.md`. We read what we write: a statement with members that are not known
//! here could say something that is passed over, so it is refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use warden_model::Digest;

use crate::{NotCanonical, canonical, read_strict};

/// The payload type of a statement in a DSSE envelope.
pub const STATEMENT_TYPE: &str = "application/vnd.in-toto+json";

/// The longest statement.
pub const MOST_STATEMENT: usize = 4 * 1024 * 1024;

/// The most subjects of one statement.
pub const MOST_SUBJECTS: usize = 10_000;

const TYPE: &str = "https://in-toto.io/Statement/v1";
const SHA256: &str = "sha256";

/// Something that is said of some subjects.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it is about; at least one.
    pub subjects: Vec<Subject>,
    /// What kind of thing is said: the URI of the predicate's specification.
    pub predicate_type: String,
    /// What is said. Its form is the business of whoever knows the type.
    pub predicate: Value,
}

/// One thing that a statement is about, named by its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// What it is called.
    pub name: String,
    /// The digest of its bytes.
    pub sha256: Digest,
    /// Further digests by the name of the algorithm, in lower-case hexadecimal digits.
    pub others: BTreeMap<String, String>,
}

/// Why something is no statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// Too long, no JSON of the form, a member twice, or one that is not known.
    #[error("not an in-toto statement")]
    Malformed,
    /// Another `_type`.
    #[error("not version 1 of an in-toto statement")]
    Version,
    /// Nothing that it could be about, or too much.
    #[error("a statement has 1 to {MOST_SUBJECTS} subjects")]
    Subjects,
    /// A subject without a SHA-256 digest, or with a digest that is none.
    #[error("a subject has no SHA-256 digest in lower-case hexadecimal digits")]
    Digest,
    /// An empty predicate type, or a predicate that is no object.
    #[error("a statement has a predicate, an object, and its type")]
    Predicate,
    /// Numbers that readers round.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<WireSubject>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: Value,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireSubject {
    name: String,
    digest: BTreeMap<String, String>,
}

impl Statement {
    /// Reads a statement. It belongs into an envelope that was verified first.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &[u8]) -> Result<Self, StatementError> {
        let value = read_strict(text, MOST_STATEMENT).map_err(|_| StatementError::Malformed)?;
        let wire: Wire = serde_json::from_value(value).map_err(|_| StatementError::Malformed)?;
        if wire.kind != TYPE {
            return Err(StatementError::Version);
        }
        let subjects = wire.subject.into_iter().map(WireSubject::check);
        let subjects = subjects.collect::<Result<_, _>>()?;
        let statement =
            Self { subjects, predicate_type: wire.predicate_type, predicate: wire.predicate };
        statement.check()?;
        Ok(statement)
    }

    /// Writes the statement in its RFC 8785 form, so that one statement has one digest.
    ///
    /// # Errors
    /// What would not be read again.
    pub fn write(&self) -> Result<Vec<u8>, StatementError> {
        self.check()?;
        let subject = self.subjects.iter().map(WireSubject::of).collect::<Result<_, _>>()?;
        let wire = Wire {
            kind: TYPE.into(),
            subject,
            predicate_type: self.predicate_type.clone(),
            predicate: self.predicate.clone(),
        };
        let value = serde_json::to_value(wire).map_err(|_| StatementError::Malformed)?;
        let text = canonical(&value)?;
        // A large fraction without a remainder is written as an integer that readers would round.
        let back = read_strict(&text, usize::MAX).map_err(|_| StatementError::Malformed)?;
        canonical(&back)?;
        if text.len() > MOST_STATEMENT { Err(StatementError::Malformed) } else { Ok(text) }
    }

    /// Returns whether this digest is one of the subjects.
    #[must_use]
    pub fn is_about(&self, digest: &Digest) -> bool {
        self.subjects.iter().any(|subject| subject.sha256 == *digest)
    }

    fn check(&self) -> Result<(), StatementError> {
        if self.subjects.is_empty() || self.subjects.len() > MOST_SUBJECTS {
            return Err(StatementError::Subjects);
        }
        if self.predicate_type.is_empty() || !self.predicate.is_object() {
            return Err(StatementError::Predicate);
        }
        Ok(())
    }
}

impl WireSubject {
    fn check(mut self) -> Result<Subject, StatementError> {
        let sha256 = self.digest.remove(SHA256).ok_or(StatementError::Digest)?;
        let sha256 = Digest::from_hex(sha256.as_bytes()).map_err(|_| StatementError::Digest)?;
        let others = self.digest;
        if !others.iter().all(|(algorithm, digits)| is_digest(algorithm, digits)) {
            return Err(StatementError::Digest);
        }
        Ok(Subject { name: self.name, sha256, others })
    }

    fn of(subject: &Subject) -> Result<Self, StatementError> {
        let mut digest = subject.others.clone();
        if !digest.iter().all(|(algorithm, digits)| is_digest(algorithm, digits)) {
            return Err(StatementError::Digest);
        }
        let sha256 = subject.sha256.hex().map(char::from).into_iter().collect();
        // Two digests by one algorithm are one too many.
        if digest.insert(SHA256.into(), sha256).is_some() {
            return Err(StatementError::Digest);
        }
        Ok(Self { name: subject.name.clone(), digest })
    }
}

fn is_digest(algorithm: &str, digits: &str) -> bool {
    let hexadecimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let whole = !digits.is_empty() && digits.len().is_multiple_of(2) && digits.len() <= 256;
    !algorithm.is_empty() && whole && digits.bytes().all(hexadecimal)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn statement() -> Value {
        json!({
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{
                "name": "archive",
                "digest": {
                    "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                    "gitCommit": "d8f61ff5b3d5b0b1f0b0f0b0b0b0b0b0b0b0b0b0",
                },
            }],
            "predicateType": "https://example.com/certificate/v1",
            "predicate": { "level": 2 },
        })
    }

    fn read(value: &Value) -> Result<Statement, StatementError> {
        Statement::read(value.to_string().as_bytes())
    }

    #[test]
    fn a_statement_says_what_it_is_about() {
        let statement = read(&statement()).unwrap();
        assert!(statement.is_about(&Digest::of(b"abc")) && !statement.is_about(&Digest::of(b"")));
        assert_eq!(statement.predicate, json!({ "level": 2 }));
        let text = String::from_utf8(statement.write().unwrap()).unwrap();
        assert!(text.starts_with(r#"{"_type":"https://in-toto.io/Statement/v1","predicate":"#));
        assert_eq!(Statement::read(text.as_bytes()), Ok(statement));
    }

    #[test]
    fn what_could_be_misread_is_refused() {
        let good = statement();
        let with = |pointer: &str, value: Value| {
            let mut bad = good.clone();
            *bad.pointer_mut(pointer).unwrap() = value;
            read(&bad).unwrap_err()
        };
        let v01 = json!("https://in-toto.io/Statement/v0.1");
        assert_eq!(with("/_type", v01), StatementError::Version);
        assert_eq!(with("/subject", json!([])), StatementError::Subjects);
        assert_eq!(with("/subject/0/digest", json!({})), StatementError::Digest);
        let upper = json!("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD");
        assert_eq!(with("/subject/0/digest/sha256", upper), StatementError::Digest);
        assert_eq!(with("/subject/0/digest/sha256", json!("ab")), StatementError::Digest);
        assert_eq!(with("/subject/0/digest/gitCommit", json!("x0")), StatementError::Digest);
        assert_eq!(with("/subject/0/name", json!(null)), StatementError::Malformed);
        assert_eq!(with("/predicateType", json!("")), StatementError::Predicate);
        assert_eq!(with("/predicate", json!([])), StatementError::Predicate);
        let mut more = good.clone();
        more["subject"][0]["uri"] = json!("x");
        assert_eq!(read(&more), Err(StatementError::Malformed));
        more = good.clone();
        more.as_object_mut().unwrap().remove("predicate");
        assert_eq!(read(&more), Err(StatementError::Malformed));
        let twice = good.to_string().replace("\"level\":2", "\"level\":2,\"level\":3");
        assert_eq!(Statement::read(twice.as_bytes()), Err(StatementError::Malformed));
    }

    #[test]
    fn what_would_not_be_read_again_is_not_written() {
        let good = read(&statement()).unwrap();
        let none = Statement { subjects: Vec::new(), ..good.clone() };
        assert_eq!(none.write(), Err(StatementError::Subjects));
        let mut twice = good.clone();
        twice.subjects[0].others.insert("sha256".into(), "00".into());
        assert_eq!(twice.write(), Err(StatementError::Digest));
        for number in [json!(u64::MAX), json!(1e18), json!(-9_007_199_254_740_994_f64)] {
            let large = Statement { predicate: json!({ "n": number }), ..good.clone() };
            let wrong = Err(StatementError::NotCanonical(NotCanonical::Number));
            assert_eq!(large.write(), wrong, "{number}");
        }
        let exact = Statement { predicate: json!({ "n": 1e21, "m": 0.5 }), ..good };
        assert_eq!(Statement::read(&exact.write().unwrap()), Ok(exact));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            names in proptest::collection::vec(("\\PC{0,8}", any::<[u8; 32]>()), 1..5),
            predicate in proptest::collection::btree_map("\\PC{0,6}", "\\PC{0,6}", 0..5),
        ) {
            let subjects = names.into_iter().map(|(name, sha256)| Subject {
                name,
                sha256: Digest::from_bytes(sha256),
                others: BTreeMap::new(),
            });
            let statement = Statement {
                subjects: subjects.collect(),
                predicate_type: "https://example.com/p".into(),
                predicate: json!(predicate),
            };
            let text = statement.write().unwrap();
            let back = Statement::read(&text).unwrap();
            prop_assert_eq!(&back, &statement);
            prop_assert_eq!(back.write().unwrap(), text);
        }
    }
}
