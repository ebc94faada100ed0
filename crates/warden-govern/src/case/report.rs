//! The report of a major incident under DORA (ITS (EU) 2025/302), as a draft from a case.
//!
//! The fields with their stage, form and closed lists are tables below `data/dora/ir-1.2.1`. What is
//! not known is left out and told as missing; what follows from the kind of incident is proposed,
//! and told as proposed.

mod check;
mod fill;

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::word::words;

pub use check::check;
pub use fill::draft;

words! {
    /// Which report.
    Stage, "report" {
        /// The initial notification.
        Initial = "initial",
        /// The intermediate report.
        Intermediate = "intermediate",
        /// The final report.
        Final = "final",
    }
}

/// What stands in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A text of at most 32,767 characters.
    Text,
    /// One word of a list.
    Code,
    /// Words of a list, each once.
    Codes,
    /// Yes or no.
    Bool,
    /// A time.
    Time,
    /// Days, hours and minutes, as `001:02:30`.
    Duration,
    /// A whole number.
    Integer,
    /// A share from 0 to 100.
    Percent,
    /// A number.
    Number,
    /// A legal entity identifier.
    Lei,
    /// An address for mail.
    Email,
    /// A telephone number.
    Phone,
}

/// A field of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its number, for example `2.5`.
    pub number: String,
    /// From which report on.
    pub stage: Stage,
    /// When it has to be filled: `always`, `no`, `has FIELD VALUE`, `other FIELD`.
    pub need: String,
    /// Where it stands in the document.
    pub path: String,
    /// What stands in it.
    pub form: Form,
    /// The closed list, if it is one.
    pub list: String,
    /// What it is, for people.
    pub label: String,
}

/// A field with what is known of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Filled {
    /// Its number.
    pub field: &'static str,
    /// What it is, for people.
    pub label: &'static str,
    /// What stands in it; none if it is not known.
    pub value: Option<Value>,
    /// Whether this report needs it.
    pub needed: bool,
    /// Why the value is proposed, if it is: somebody has to look at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed: Option<&'static str>,
}

/// A draft of a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Draft {
    /// Which report.
    pub stage: Stage,
    /// The document, in the shape of IR-1.2.1.
    pub document: Value,
    /// Every field of this report.
    pub fields: Vec<Filled>,
    /// The numbers of the fields that it needs and that are not known.
    pub missing: Vec<&'static str>,
    /// What is wrong with the document beside that.
    pub wrong: Vec<String>,
}

static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let text = include_str!("../../data/dora/ir-1.2.1/fields.csv");
    let reader = csv::Reader::from_reader(text.as_bytes());
    reader.into_records().filter_map(|row| field_of(&row.ok()?)).collect()
});

static LISTS: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
    let mut reader =
        csv::Reader::from_reader(include_str!("../../data/dora/ir-1.2.1/lists.csv").as_bytes());
    let mut lists: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in reader.records().flatten() {
        if let (Some(list), Some(value)) = (row.get(0), row.get(1)) {
            lists.entry(list.to_owned()).or_default().push(value.to_owned());
        }
    }
    lists
});

fn field_of(row: &csv::StringRecord) -> Option<Field> {
    let cell = |at: usize| row.get(at).map(ToOwned::to_owned);
    Some(Field {
        number: cell(0)?,
        stage: match row.get(1)? {
            "A" => Stage::Initial,
            "I" => Stage::Intermediate,
            _ => Stage::Final,
        },
        need: cell(2)?,
        path: cell(3)?,
        form: match row.get(4)? {
            "code" => Form::Code,
            "codes" => Form::Codes,
            "bool" => Form::Bool,
            "time" => Form::Time,
            "duration" => Form::Duration,
            "integer" => Form::Integer,
            "percent" => Form::Percent,
            "number" => Form::Number,
            "lei" => Form::Lei,
            "email" => Form::Email,
            "phone" => Form::Phone,
            _ => Form::Text,
        },
        list: cell(5)?,
        label: cell(6)?,
    })
}

/// Every field, in order.
#[must_use]
pub fn fields() -> &'static [Field] {
    &FIELDS
}

/// The field with this number.
#[must_use]
pub fn field(number: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.number == number)
}

/// The words of a list.
#[must_use]
pub fn list(name: &str) -> &'static [String] {
    LISTS.get(name).map_or(&[], Vec::as_slice)
}

/// Whether a field has to be filled, by the values of the others.
fn needed(field: &Field, values: &BTreeMap<&str, &Value>) -> bool {
    let words: Vec<&str> = field.need.split(' ').collect();
    let among = |number: &str, holds: &dyn Fn(&Value) -> bool| match values.get(number) {
        Some(Value::Array(all)) => all.iter().any(holds),
        Some(one) => holds(one),
        None => false,
    };
    match words[..] {
        ["no"] => false,
        ["has", number, "true"] => among(number, &|value| value == &Value::Bool(true)),
        ["has", number, wanted] => among(number, &|value| value == wanted),
        ["other", number] => {
            among(number, &|value| value.as_str().is_some_and(|word| word.ends_with("_other")))
        }
        // A need that is not known is one.
        _ => true,
    }
}

/// Puts a value at a path of a document: members, and `0` for the first of a list. Below
/// `classificationTypes` a criterion names its entry, which has to be there.
pub(super) fn put(document: &mut Value, path: &str, value: Value) {
    let mut place = document;
    for part in path.split('/') {
        if part == "0" {
            if !place.is_array() {
                *place = Value::Array(vec![Value::Object(Map::new())]);
            }
            let Some(first) = place.get_mut(0) else { return };
            place = first;
        } else if let Value::Array(entries) = place {
            let of = |entry: &&mut Value| entry["classificationCriterion"] == part;
            let Some(entry) = entries.iter_mut().find(of) else { return };
            place = entry;
        } else {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            let Value::Object(members) = place else { return };
            place = members.entry(part).or_insert(Value::Null);
        }
    }
    *place = value;
}

/// What stands at a path of a document; of `*` every entry's, as a list.
fn get(document: &Value, path: &str) -> Option<Value> {
    let Some((before, after)) = path.split_once("/*/") else {
        let mut place = document;
        for part in path.split('/') {
            place = match place {
                Value::Array(entries) if part == "0" => entries.first()?,
                Value::Array(entries) => {
                    entries.iter().find(|entry| entry["classificationCriterion"] == part)?
                }
                other => other.get(part)?,
            };
        }
        return Some(place.clone());
    };
    let Some(Value::Array(entries)) = get(document, before) else { return None };
    Some(entries.iter().filter_map(|entry| entry.get(after).cloned()).collect())
}
