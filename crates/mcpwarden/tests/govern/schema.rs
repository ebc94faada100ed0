//! The published schema of an estate says what the reader reads.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use warden_govern::{Estate, Word, domain::Domain, estate as parts};

const SCHEMA: &str = include_str!("../../../../schemas/estate-1.schema.json");

/// The estate of the demonstration, which has something of nearly everything.
const DEMO: &str = include_str!("../../../../docs/demo/estate.json");

fn schema() -> Value {
    serde_json::from_str(SCHEMA).expect("the schema is JSON")
}

/// What the reader says may stand beside `?` in this document.
fn expected(document: &Value) -> BTreeSet<String> {
    let told = Estate::from_json(document.to_string().as_bytes());
    let told = told.expect_err("there is no member `?`").to_string();
    let (_, names) = told.split_once("expected").unwrap_or_else(|| panic!("{told}"));
    names.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect()
}

fn members(of: &Value) -> BTreeSet<String> {
    let members = of["properties"].as_object().expect("it has members");
    members.keys().cloned().collect()
}

#[test]
fn the_demonstration_is_what_the_schema_says() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is a schema");
    let estate: Value = serde_json::from_str(DEMO).expect("it is JSON");
    let errors: Vec<_> = validator.iter_errors(&estate).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut other = estate;
    other["servers"][0]["?"] = 1.into();
    assert!(!validator.is_valid(&other), "another member is refused");
}

#[test]
fn every_member_is_in_the_schema() {
    let schema = schema();
    assert_eq!(expected(&json!({"?": 1})), members(&schema));
    let mut looked = BTreeSet::new();
    for (name, table) in schema["properties"].as_object().expect("it has members") {
        let is_list = table["type"] == "array";
        let of = if is_list { &table["items"]["$ref"] } else { &table["$ref"] };
        let Some(of) = of.as_str().and_then(|of| of.strip_prefix("#/$defs/")) else { continue };
        let row = json!({"?": 1});
        let rows = if is_list { json!([row]) } else { row };
        let known = expected(&json!({"version": 1, name: rows}));
        assert_eq!(known, members(&schema["$defs"][of]), "{name}");
        looked.insert(of.to_owned());
    }
    assert_eq!(looked.len(), 29, "every table and both single members: {looked:?}");
}

fn words<T: Word>() -> Vec<&'static str> {
    T::all().iter().map(|word| word.word()).collect()
}

macro_rules! lists {
    ($($list:ident),* $(,)?) => {
        &[("Domain", words::<Domain>), $((stringify!($list), words::<parts::$list>)),*]
    };
}

type List = (&'static str, fn() -> Vec<&'static str>);

static LISTS: &[List] = lists![
    AgentFactor,
    AnswerState,
    AnsweredBy,
    AssessmentState,
    AttackOutcome,
    Audit,
    Authentication,
    Capability,
    Card,
    DeliverableKind,
    Detection,
    Dimension,
    DriftKind,
    Egress,
    Environment,
    ExerciseKind,
    FactorDegree,
    FindingState,
    Impact,
    IncidentKind,
    Measure,
    Monitoring,
    Network,
    Persistence,
    Posture,
    RegulatedDomain,
    Relation,
    ReviewOutcome,
    ReviewStatus,
    Ruling,
    Skill,
    Stage,
    StageStatus,
    SystemKind,
    Treatment,
];

#[test]
fn every_closed_list_has_its_words_in_the_schema() {
    let schema = schema();
    let defined = schema["$defs"].as_object().expect("there are definitions");
    let closed = defined.values().filter(|of| of["enum"].is_array()).count();
    assert_eq!(closed, LISTS.len());
    for (name, words) in LISTS {
        assert_eq!(defined[*name]["enum"], json!(words()), "{name}");
    }
}
