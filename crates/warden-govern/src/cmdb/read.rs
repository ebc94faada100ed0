//! What a database of configuration items says of an estate.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    ire::{PROCESSES, SERVERS},
    table::CLASS,
};

/// Why a file is none.
#[derive(Debug, thiserror::Error)]
pub enum NoCmdb {
    /// It is no payload.
    #[error("it is no payload of items and relations: {0}")]
    Payload(#[from] serde_json::Error),
    /// It is no table.
    #[error("it is no table: {0}")]
    Table(#[from] csv::Error),
    /// A column is missing.
    #[error("it has no column {0}")]
    Column(&'static str),
    /// An item has no identifier.
    #[error("item {0} has no identifier")]
    NoId(usize),
    /// An identifier is there twice.
    #[error("{0:?} is there twice")]
    Twice(String),
}

type Values = BTreeMap<String, String>;

#[derive(Debug, Deserialize)]
struct Payload {
    items: Vec<Raw>,
    #[serde(default)]
    relations: Vec<Relation>,
}

#[derive(Debug, Deserialize)]
struct Raw {
    #[serde(default)]
    values: Values,
    sys_object_source_info: Source,
}

#[derive(Debug, Deserialize)]
struct Source {
    source_native_key: String,
    source_feed: String,
}

#[derive(Debug, Deserialize)]
struct Relation {
    parent: usize,
    child: usize,
}

/// What it says, as members of an estate: servers, business processes and people. A file that
/// begins with `{` is a payload, any other a table. Items of other feeds are left alone.
///
/// # Errors
/// Why it is neither.
pub fn members(bytes: &[u8]) -> Result<Map<String, Value>, NoCmdb> {
    let is_payload = bytes.trim_ascii_start().starts_with(b"{");
    let found = if is_payload { of_payload(bytes)? } else { of_table(bytes)? };
    Ok(found.members())
}

/// What was read.
#[derive(Debug, Default)]
struct Found {
    servers: BTreeMap<String, (Values, Vec<String>)>,
    processes: BTreeMap<String, String>,
}

impl Found {
    fn add(&mut self, id: &str, values: Values, processes: Vec<String>) -> Result<(), NoCmdb> {
        match self.servers.insert(id.to_owned(), (values, processes)) {
            None => Ok(()),
            Some(_) => Err(NoCmdb::Twice(id.to_owned())),
        }
    }

    fn members(self) -> Map<String, Value> {
        let mut people = BTreeMap::new();
        let mut servers = Vec::new();
        for (id, (values, processes)) in &self.servers {
            let value = |column: &str| values.get(column).cloned();
            if let Some(owner) = value("owned_by") {
                let name = value("u_owner_name").unwrap_or_else(|| owner.clone());
                people.insert(owner.clone(), json!({"id": owner, "name": name}));
            }
            servers.push(server(id, &value, processes));
        }
        let processes = self.processes.iter().map(|(id, name)| json!({"id": id, "name": name}));
        Map::from_iter([
            ("people".into(), people.into_values().collect()),
            ("processes".into(), processes.collect()),
            ("servers".into(), Value::Array(servers)),
        ])
    }
}

fn server(id: &str, value: &dyn Fn(&str) -> Option<String>, processes: &[String]) -> Value {
    let mut row = Map::new();
    row.insert("id".into(), id.into());
    for (member, column) in [
        ("name", "name"),
        ("version", "version"),
        ("package", "u_package"),
        ("package", "url"),
        ("publisher", "u_publisher"),
        ("owner", "owned_by"),
        ("data", "u_data_classification"),
        ("environment", "u_environment"),
        ("authentication", "u_authentication"),
    ] {
        if let Some(value) = value(column) {
            row.insert(member.into(), value.into());
        }
    }
    if !processes.is_empty() {
        row.insert("processes".into(), json!(processes));
    }
    Value::Object(row)
}

fn of_payload(bytes: &[u8]) -> Result<Found, NoCmdb> {
    let payload: Payload = serde_json::from_slice(bytes)?;
    let mut found = Found::default();
    let key = |at: usize, feed: &str| {
        let source = &payload.items.get(at)?.sys_object_source_info;
        (source.source_feed == feed).then(|| source.source_native_key.clone())
    };
    let mut used: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for one in &payload.relations {
        if let Some(process) = key(one.parent, PROCESSES) {
            used.entry(one.child).or_default().push(process);
        }
    }
    for (at, item) in payload.items.iter().enumerate() {
        let values: Values =
            item.values.clone().into_iter().filter(|(_, it)| !it.is_empty()).collect();
        let source = &item.sys_object_source_info;
        if source.source_native_key.is_empty() {
            return Err(NoCmdb::NoId(at));
        }
        if source.source_feed == SERVERS {
            let processes = used.remove(&at).unwrap_or_default();
            found.add(&source.source_native_key, values, processes)?;
        } else if source.source_feed == PROCESSES {
            let id = source.source_native_key.clone();
            let name = values.get("name").cloned().unwrap_or_else(|| id.clone());
            found.processes.insert(id, name);
        }
    }
    Ok(found)
}

fn of_table(bytes: &[u8]) -> Result<Found, NoCmdb> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers()?.clone();
    for column in [CLASS, "u_server_id"] {
        if !header.iter().any(|name| name == column) {
            return Err(NoCmdb::Column(column));
        }
    }
    let mut found = Found::default();
    for (at, record) in reader.records().enumerate() {
        let record = record?;
        let cells = header.iter().zip(record.iter()).filter(|(_, cell)| !cell.is_empty());
        let values: Values = cells.map(|(name, cell)| (name.to_owned(), plain(cell))).collect();
        let id = values.get("u_server_id").cloned().ok_or(NoCmdb::NoId(at))?;
        let list = |column: &str| values.get(column).map(|cell| listed(cell)).unwrap_or_default();
        let processes = list("u_business_process");
        let names =
            list("u_business_process_name").into_iter().map(Some).chain(std::iter::repeat(None));
        for (id, name) in processes.iter().zip(names) {
            found.processes.insert(id.clone(), name.unwrap_or_else(|| id.clone()));
        }
        found.add(&id, values, processes)?;
    }
    Ok(found)
}

fn listed(cell: &str) -> Vec<String> {
    cell.split(';').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// A cell without the apostrophe that keeps a spreadsheet from running it.
fn plain(cell: &str) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest.to_owned(),
        _ => cell.to_owned(),
    }
}
