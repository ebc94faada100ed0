//! Changes in the text of an object: what the same changes of a parsed one come to.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use warden_mcp::{
    frame,
    splice::{self, Edit},
};

/// Members and their text.
type Members = BTreeMap<String, Box<RawValue>>;

/// The first line has names with tabs between them; one after `!` is taken out. The second line is
/// the value that the others are set to, the rest is the object.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut parts = text.splitn(3, '\n');
    let (Some(names), Some(value), Some(raw)) = (parts.next(), parts.next(), parts.next()) else {
        return;
    };
    let raw = raw.trim();
    let value = value.trim();
    let one = RawValue::from_string(value.to_owned()).is_ok();
    if !verified(raw) || !one || !verified(&format!(r#"{{"v":{value}}}"#)) {
        return;
    }
    let edits: Vec<_> = names
        .split('\t')
        .take(16)
        .map(|name| match name.strip_prefix('!') {
            Some(name) => (name, Edit::Gone),
            None => (name, Edit::Set(value)),
        })
        .collect();
    let changed = splice::object(Some(raw), &edits);
    same(&changed, &expected(members(raw), &edits));
    if edits.iter().all(|(name, edit)| *edit == Edit::Gone && !members(raw).contains_key(*name)) {
        assert_eq!(changed, raw, "nothing had to change");
    }

    let inner = splice::nested(Some(raw), "_meta", &edits);
    assert!(verified(&inner), "{inner}");
    let held = members(raw).remove("_meta").filter(|held| held.get().starts_with('{'));
    let held = held.map(|held| members(held.get())).unwrap_or_default();
    match members(&inner).get("_meta") {
        Some(meta) if meta.get().starts_with('{') => same(meta.get(), &expected(held, &edits)),
        _ => assert!(held.is_empty()),
    }
    let (mut before, mut after) = (members(raw), members(&inner));
    (before.remove("_meta"), after.remove("_meta"));
    assert_eq!(texts(&before), texts(&after));
}

fn verified(raw: &str) -> bool {
    raw.starts_with('{') && frame::parse(&splice::request("1", "x", Some(raw))).is_ok()
}

fn members(raw: &str) -> Members {
    serde_json::from_str(raw).expect("what we take, serde_json takes")
}

fn texts(members: &Members) -> BTreeMap<&str, &str> {
    members.iter().map(|(name, value)| (&**name, value.get())).collect()
}

fn expected(mut members: Members, edits: &[(&str, Edit<'_>)]) -> Members {
    // The first edit of a name counts, so it is made last.
    for (name, edit) in edits.iter().rev() {
        match edit {
            Edit::Set(value) => {
                let value = RawValue::from_string((*value).to_owned()).expect("it was verified");
                members.insert((*name).to_owned(), value);
            }
            Edit::Gone => {
                members.remove(*name);
            }
        }
    }
    members
}

fn same(changed: &str, expected: &Members) {
    assert!(verified(changed), "{changed}");
    assert_eq!(texts(&members(changed)), texts(expected));
}
