use serde_json::{Value, json};
use warden_model::{
    Class, Confidence, CredentialKind as C, DefinitionKind, Effect, Pinning,
    Registry::{self, Git, Local, Npm, Oci, Other, PyPi, Url},
    Scope::{self, Given, Managed, Plugin, Project, User},
    Severity, SkipReason as S,
    Transport::{self, Builtin, Http, Sse, Stdio, Unknown, WebSocket},
    UnreadReason as U,
};

use super::*;
use crate::sample;

fn schema() -> Value {
    let text = include_str!("../../../../schemas/scan-report-2.schema.json");
    serde_json::from_str(text).expect("the schema is JSON")
}

fn report() -> String {
    render(&sample::scan(), &sample::TOOL).expect("a report can be written")
}

/// A version never changes; a report that reads otherwise needs a new version.
#[test]
fn the_report_is_the_golden_file() {
    assert_eq!(report(), include_str!("../../tests/golden/scan-report-2.json"));
}

#[track_caller]
fn check(report: &Value, valid: bool) {
    let validator = jsonschema::draft202012::new(&schema()).expect("the schema is a schema");
    let errors: Vec<_> = validator.iter_errors(report).map(|error| error.to_string()).collect();
    assert_eq!(errors.is_empty(), valid, "{errors:#?}");
}

/// Old reports are still read: as baselines.
#[test]
fn the_first_version_still_satisfies_its_schema() {
    let schema = include_str!("../../../../schemas/scan-report-1.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    let report = include_str!("../../tests/golden/scan-report-1.json");
    let report: Value = serde_json::from_str(report).expect("the report is JSON");
    assert!(jsonschema::draft202012::is_valid(&schema, &report));
}

#[test]
fn the_report_satisfies_its_schema() {
    check(&serde_json::from_str(&report()).expect("the report is JSON"), true);
    let empty = render(&Scan::default(), &sample::TOOL).expect("a report can be written");
    check(&serde_json::from_str(&empty).expect("the report is JSON"), true);
}

#[test]
fn the_schema_refuses_unknown_and_missing_members() {
    let good: Value = serde_json::from_str(&report()).expect("the report is JSON");
    let pointers = [
        "",
        "/tool",
        "/servers/0",
        "/findings/0",
        "/findings/0/location",
        "/settled/0",
        "/tools/0",
        "/tools/0/effects/0",
        "/coverage",
        "/coverage/source",
        "/coverage/source/gaps/0",
    ];
    for pointer in pointers {
        let mut wrong = good.clone();
        let object = wrong.pointer_mut(pointer).and_then(Value::as_object_mut).expect(pointer);
        object.insert("surprise".into(), Value::Null);
        check(&wrong, false);
        let mut wrong = good.clone();
        let object = wrong.pointer_mut(pointer).and_then(Value::as_object_mut).expect(pointer);
        let first = object.keys().next_back().cloned().expect("it has members");
        object.remove(&first);
        check(&wrong, false);
    }
}

/// A name that is added to the vocabulary but not to the schema would make reports invalid.
#[test]
fn the_schema_knows_every_name_of_the_vocabulary() {
    let schema = schema();
    let names = |definition: &str| schema["$defs"][definition]["enum"].clone();
    let severities: Vec<_> = Severity::ALL.iter().map(|s| s.name()).collect();
    assert_eq!(names("severity"), json!(severities));
    let classes: Vec<_> = Class::ALL.iter().map(|class| class.id()).collect();
    assert_eq!(names("class"), json!(classes));
    let effects: Vec<_> = Effect::ALL.iter().map(|effect| effect.name()).collect();
    assert_eq!(names("effect"), json!(effects));
    let mut kinds: Vec<_> = DefinitionKind::ALL.iter().map(|kind| kind.name()).collect();
    kinds.push("instructions");
    assert_eq!(names("textKind"), json!(kinds));
    let confidences = [Confidence::Low, Confidence::Medium, Confidence::High];
    assert_eq!(names("confidence"), json!(confidences.map(Confidence::name)));
    assert_eq!(names("scope"), json!([User, Project, Managed, Plugin, Given].map(Scope::name)));
    let transports = [Stdio, Http, Sse, WebSocket, Builtin, Unknown];
    assert_eq!(names("transport"), json!(transports.map(Transport::name)));
    let registries = [Npm, PyPi, Oci, Git, Url, Other, Local];
    assert_eq!(names("registry"), json!(registries.map(Registry::name)));
    let pinnings = [Pinning::Digest, Pinning::Exact, Pinning::Floating, Pinning::Local];
    assert_eq!(names("pinning"), json!(pinnings.map(Pinning::name)));
}

#[test]
fn the_schema_knows_every_credential_and_every_reason() {
    let schema = schema();
    let kinds =
        [C::Env, C::EnvFile, C::Header, C::Argument, C::Url, C::OAuth, C::Prompt, C::Helper];
    assert_eq!(schema["$defs"]["credentialKind"]["enum"], json!(kinds.map(C::name)));
    let reasons = [
        U::Denied,
        U::NotAFile,
        U::TooLarge,
        U::TooDeep,
        U::Malformed,
        U::Encoding,
        U::Outside,
        U::Opaque,
        U::Unknown,
        U::Unreachable,
        U::Timeout,
        U::Protocol,
        U::Unfinished,
        U::Io,
    ];
    let skips = [S::Dependencies, S::History, S::Tests, S::Built, S::Cache, S::Data].map(S::name);
    assert_eq!(schema["$defs"]["skipReason"]["enum"], json!(skips));
    assert_eq!(schema["$defs"]["unreadReason"]["enum"], json!(reasons.map(U::name)));
}
