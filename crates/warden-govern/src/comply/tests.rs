//! What the controls say of an estate in which all is well, and of ones in which something is not.

mod articles;
mod laws;
mod packs;
mod parts;
mod people;

use jiff::civil::{Date, date};
use serde_json::Value;

use super::*;
use crate::estate::{Estate, Lookup, check::check};

pub(super) const DAY: Date = date(2026, 11, 20);

/// An estate in which every control is met.
pub(super) fn sound() -> Value {
    serde_json::from_str(include_str!("../../tests/data/sound.json")).unwrap()
}

/// The estate with members changed: a path as in JSON pointers, and the value; none takes it away.
pub(super) fn with(changes: &[(&str, Option<Value>)]) -> Estate {
    let mut value = sound();
    for (pointer, new) in changes {
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        match (value.pointer_mut(parent).unwrap(), new) {
            (Value::Object(members), Some(new)) => _ = members.insert(member.into(), new.clone()),
            (Value::Object(members), None) => _ = members.remove(member),
            (Value::Array(all), Some(new)) if member == "-" => all.push(new.clone()),
            (Value::Array(all), None) => _ = all.remove(member.parse::<usize>().unwrap()),
            other => panic!("{pointer}: {other:?}"),
        }
    }
    let estate = Estate::from_json(&serde_json::to_vec(&value).unwrap()).unwrap();
    assert_eq!(check(&estate), [], "it fits");
    estate
}

/// What somebody asks of an estate.
pub(super) fn ask<T>(estate: &Estate, question: impl Fn(&Ground<'_>) -> T) -> T {
    let lookup = Lookup::new(estate);
    question(&Ground::new(&lookup, DAY))
}

pub(super) fn judged(estate: &Estate) -> Vec<Judged> {
    ask(estate, judge_estate)
}

pub(super) fn frameworks_of(estate: &Estate) -> Vec<Framework> {
    ask(estate, |ground| overview(&Scope::all(ground), &judge_estate(ground)))
}

pub(super) fn one<'a>(judged: &'a [Judged], id: &str) -> &'a Judged {
    judged.iter().find(|one| one.id == id).unwrap()
}
