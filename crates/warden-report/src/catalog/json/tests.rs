use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::catalog::{Entry, Status, sample};

/// The official schema, as it was released. It is made once: that is most of the work.
fn official() -> &'static jsonschema::Validator {
    static OFFICIAL: LazyLock<jsonschema::Validator> = LazyLock::new(read);
    &OFFICIAL
}

fn read() -> jsonschema::Validator {
    let text = include_str!("../../../../../tests/fixtures/catalog/server-2025-12-11.schema.json");
    let schema: Value = serde_json::from_str(text).expect("the schema is JSON");
    assert_eq!(schema["$id"], SCHEMA);
    jsonschema::validator_for(&schema).expect("the schema is a schema")
}

#[track_caller]
fn satisfies(schema: &jsonschema::Validator, value: &Value) {
    let errors: Vec<_> =
        schema.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
}

fn written(entry: &Entry) -> Value {
    let bytes = server_json(entry).expect("the entry fits");
    serde_json::from_slice(&bytes).expect("it is JSON")
}

#[test]
fn every_server_satisfies_the_official_schema() {
    let schema = official();
    for entry in sample::entries() {
        satisfies(schema, &written(&entry));
        let answered = response(&entry, true).expect("it can be written");
        let answered: Value = serde_json::from_str(&answered).expect("it is JSON");
        satisfies(schema, &answered["server"]);
    }
}

#[test]
fn the_official_schema_refuses_what_we_refuse() {
    // So that the test above cannot pass because the schema says nothing.
    let schema = official();
    let changes: [(&str, Value); 6] = [
        ("/name", "weather".into()),
        ("/description", "a".repeat(101).into()),
        ("/title", "a".repeat(101).into()),
        ("/version", "1".repeat(256).into()),
        ("/packages/2/fileSha256", "ABC".into()),
        ("/remotes/0/url", "weather.example".into()),
    ];
    for (pointer, wrong) in changes {
        let mut value = written(&sample::full());
        *value.pointer_mut(pointer).expect("it is there") = wrong;
        assert!(!schema.is_valid(&value), "{pointer}");
    }
}

#[test]
fn a_server_that_does_not_fit_is_not_written() {
    let mut entry = sample::full();
    entry.description = "a".repeat(101);
    let problem = server_json(&entry).expect_err("the description is too long");
    assert_eq!(
        problem.to_string(),
        "`com.example/weather` 1.2.0: the description must have 1 to 100 characters, all of which \
         can be seen"
    );
}

#[test]
fn the_whole_of_a_server_is_written() {
    insta::assert_json_snapshot!(written(&sample::full()));
}

#[test]
fn an_answer_says_what_became_of_a_server() {
    let gone = sample::deleted(sample::elsewhere(), "2026-05-20T00:00:00Z");
    assert!(matches!(gone.status, Status::Deleted(_)));
    let answered = response(&gone, false).expect("it can be written");
    let answered: Value = serde_json::from_str(&answered).expect("it is JSON");
    insta::assert_json_snapshot!(answered["_meta"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever passes the check satisfies the official schema.
    #[test]
    fn what_fits_is_valid(
        name in "[a-z.]{1,8}/[a-z._-]{1,8}",
        description in "\\PC{0,110}",
        version in "[0-9a-z.x^-]{1,6}",
        url in "https?://[a-z.]{0,6}[/?#%a-f \"{}]{0,6}",
    ) {
        let mut entry = sample::full();
        entry.name = name;
        entry.description = description;
        entry.version = version;
        entry.website = Some(url.clone());
        entry.remotes[0].url = url;
        if let Ok(bytes) = server_json(&entry) {
            let value: Value = serde_json::from_slice(&bytes).expect("it is JSON");
            prop_assert!(official().is_valid(&value), "{value:#}");
        }
    }
}
