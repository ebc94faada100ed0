//! The payload of ServiceNow's Identification and Reconciliation Engine:
//! `POST /api/now/identifyreconcile?sysparm_data_source=…`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Classes, Item, utc};

/// Who says so, as the engine keeps it with every item.
pub(super) const SOURCE: &str = "MCP Warden";
/// What tells items of servers, and of processes, from others.
pub(super) const SERVERS: &str = "mcp-server";
pub(super) const PROCESSES: &str = "business-process";

/// The relation of a process (parent) with a server that it needs (child).
pub(super) const RELATION: &str = "Depends on::Used by";

/// The payload: servers first, by identifier, then the processes that use them. The engine knows
/// an item again by the identifier under `source_native_key`.
#[must_use]
pub fn payload(items: &[Item], classes: &Classes, as_of: Timestamp) -> Value {
    let mut all: Vec<Value> = items
        .iter()
        .map(|item| {
            let values = json!(item.values);
            one(&classes.server, &item.id, &values, (SERVERS, as_of))
        })
        .collect();
    let mut places: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for (id, name) in items.iter().flat_map(|item| &item.processes) {
        places.entry(id).or_insert((0, name));
    }
    for (place, (id, (at, name))) in places.iter_mut().enumerate() {
        *at = items.len() + place;
        all.push(one(&classes.process, id, &json!({"name": name}), (PROCESSES, as_of)));
    }
    let relations = items.iter().enumerate().flat_map(|(child, item)| {
        let places = &places;
        let parents = item.processes.iter().filter_map(|(id, _)| places.get(id.as_str()));
        parents.map(move |(parent, _)| json!({"parent": parent, "child": child, "type": RELATION}))
    });
    let relations: Vec<_> = relations.collect();
    json!({"items": all, "relations": relations, "referenceItems": []})
}

fn one(class: &str, id: &str, values: &Value, (feed, as_of): (&str, Timestamp)) -> Value {
    json!({
        "className": class,
        "internal_id": format!("{feed}:{id}"),
        "values": values,
        "lookup": [],
        "related": [],
        "sys_object_source_info": {
            "source_name": SOURCE,
            "source_native_key": id,
            "source_feed": feed,
            "source_recency_timestamp": utc(as_of),
        },
    })
}
