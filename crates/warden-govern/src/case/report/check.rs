//! Holds a document against the tables: words, patterns, lengths, and what is mandatory.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::{Field, Form, Stage, fields, get, list, needed};
use crate::dora::{is_lei, lei_holds};

/// The longest text.
const MOST: usize = 32_767;

/// Everything that is wrong with a document, each with its field.
#[must_use]
pub fn check(document: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let stage = match document["incidentSubmission"].as_str() {
        Some("intermediate_report") => Stage::Intermediate,
        Some("final_report") => Stage::Final,
        // What is a first one, and what takes a report back, needs the least.
        _ => Stage::Initial,
    };
    let values: BTreeMap<&str, Value> = fields()
        .iter()
        .filter_map(|field| Some((field.number.as_str(), get(document, &field.path)?)))
        .collect();
    let by_number: BTreeMap<&str, &Value> = values.iter().map(|(n, value)| (*n, value)).collect();
    for field in fields() {
        match by_number.get(field.number.as_str()) {
            Some(value) => {
                if let Some(why) = fault(field, value) {
                    wrong.push(format!("{} {}: {why}", field.number, field.label));
                }
            }
            None if field.stage <= stage && needed(field, &by_number) => {
                wrong.push(format!("{} {}: it is missing", field.number, field.label));
            }
            None => {}
        }
    }
    unknown(document, &mut wrong);
    wrong
}

fn fault(field: &Field, value: &Value) -> Option<String> {
    let text = value.as_str();
    let word = |text: &str| list(&field.list).iter().any(|word| word == text);
    let good = match field.form {
        Form::Text => text.is_some_and(|text| !text.is_empty() && text.chars().count() <= MOST),
        Form::Code => text.is_some_and(word),
        Form::Codes => value.as_array().is_some_and(|all| {
            let mut seen = BTreeSet::new();
            let fits = |one: &Value| one.as_str().is_some_and(word) && seen.insert(one.to_string());
            !all.is_empty() && all.iter().all(fits)
        }),
        Form::Bool => value.is_boolean(),
        Form::Time => text.is_some_and(|text| text.parse::<Timestamp>().is_ok()),
        Form::Duration => text.is_some_and(is_duration),
        Form::Integer => value.is_u64(),
        Form::Percent => value.as_f64().is_some_and(|share| (0.0..=100.0).contains(&share)),
        Form::Number => value.is_number(),
        Form::Lei => text.is_some_and(|text| is_lei(text) && lei_holds(text)),
        Form::Email => text.is_some_and(is_email),
        Form::Phone => text.is_some_and(is_phone),
    };
    let wanted = match field.form {
        Form::Text => "a text of at most 32767 characters",
        Form::Code => "a word of its list",
        Form::Codes => "words of its list, each once",
        Form::Bool => "true or false",
        Form::Time => "a time, as 2026-11-20T08:00:00Z",
        Form::Duration => "days, hours and minutes, as 001:02:30",
        Form::Integer => "a whole number",
        Form::Percent => "a number from 0 to 100",
        Form::Number => "a number",
        Form::Lei => "an LEI whose check digits hold",
        Form::Email => "an address for mail",
        Form::Phone => "a telephone number, as +49 30 1234567",
    };
    (!good).then(|| format!("{value} is not {wanted}"))
}

/// `DDD:HH:MM`, with one to three digits for the days.
fn is_duration(text: &str) -> bool {
    let [days, hours, minutes] = text.split(':').collect::<Vec<_>>()[..] else { return false };
    let digits = |text: &str, most: usize| {
        !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let below = |text: &str, limit: u32| {
        text.len() == 2 && digits(text, 2) && text.parse().is_ok_and(|number: u32| number < limit)
    };
    digits(days, 3) && below(hours, 24) && below(minutes, 60)
}

fn is_email(text: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    text.split_once('@').is_some_and(|(who, at)| {
        plain(who) && plain(at) && !at.contains('@') && at.contains('.') && !at.starts_with('.')
    })
}

/// A plus, a digit that is not 0, and digits with single separators between them.
fn is_phone(text: &str) -> bool {
    let text = text.strip_prefix('+').unwrap_or(text);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let first = text.bytes().next().is_some_and(|byte| matches!(byte, b'1'..=b'9'));
    let plain = |one: char| one.is_ascii_digit() || matches!(one, ' ' | '-' | '.' | '(' | ')');
    let last = text.bytes().last().is_some_and(|byte| byte.is_ascii_digit());
    first && last && (2..=20).contains(&digits) && text.chars().all(plain)
}

/// Members that no field is.
fn unknown(document: &Value, wrong: &mut Vec<String>) {
    let mut leaves = Vec::new();
    collect(document, "", &mut leaves);
    let known: BTreeSet<String> = fields().iter().map(|field| plain(&field.path)).collect();
    for leaf in leaves {
        if !known.contains(&leaf) && !leaf.ends_with("/entityType") {
            wrong.push(format!("{leaf}: no field of the report"));
        }
    }
}

/// A path without what names an entry of a list.
fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    if parts.get(1) == Some(&"classificationTypes") {
        parts.remove(2);
    }
    parts.retain(|part| *part != "0");
    parts.join("/")
}

fn collect(value: &Value, path: &str, leaves: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
                collect(value, &path, leaves);
            }
        }
        Value::Array(all) if all.iter().any(Value::is_object) => {
            for one in all {
                collect(one, path, leaves);
            }
        }
        _ => leaves.push(path.to_owned()),
    }
}
