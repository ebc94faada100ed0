//! The tables of an estate: one entry each. A new table is an entry here and a member of [`Estate`].

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Estate, answers};

/// What a cell of a spreadsheet holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// Texts with semicolons between them.
    List,
    /// A number.
    Number,
    /// `yes` or `no`.
    Flag,
    /// `a=b; c=d`, as objects with these two members.
    Pairs(&'static str, &'static str),
    /// `least/likely/most`.
    Range,
}

/// Why a row is none: the member, and the reason.
pub(super) type Refused = (Option<String>, String);

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    /// Its name: of the member of an estate, and of the file.
    pub(super) name: &'static str,
    /// The members that tell its rows apart; none where each row stands for itself.
    pub(super) keys: &'static [&'static str],
    /// What is not a text.
    pub(super) kinds: &'static [(&'static str, Kind)],
    /// Adds a row to an estate.
    pub(super) add: fn(&mut Estate, Value) -> Result<(), Refused>,
}

impl Table {
    /// What a column holds.
    pub(super) fn kind(&self, column: &str) -> Kind {
        let kind = self.kinds.iter().find(|(name, _)| *name == column);
        kind.map_or(Kind::Text, |(_, kind)| *kind)
    }

    /// What tells a row from others; `None` for one that stands for itself.
    pub(super) fn key(&self, row: &Map<String, Value>) -> Option<String> {
        if self.keys.is_empty() {
            return None;
        }
        let part = |key: &&str| row.get(*key).and_then(Value::as_str);
        // A text holds no line end that a spreadsheet would leave in.
        Some(self.keys.iter().map(part).collect::<Option<Vec<_>>>()?.join("\n"))
    }
}

macro_rules! tables {
    ($($name:ident [$($key:literal),*] { $($column:literal: $kind:expr),* $(,)? })*) => {
        /// Every table. Answers are added to assessments, which come before.
        pub(super) static TABLES: &[Table] = &[$(Table {
            name: stringify!($name),
            keys: &[$($key),*],
            kinds: &[$(($column, $kind)),*],
            add: |estate, row| {
                estate.$name.push(typed(row)?);
                Ok(())
            },
        },)* Table {
            name: answers::TABLE,
            keys: &["server", "question", "source"],
            kinds: &[("items", List), ("evidence", List)],
            add: answers::add,
        }];
    };
}

use Kind::{Flag, List, Number, Pairs, Range};

tables! {
    people ["id"] { "roles": List, "is_group": Flag }
    qualifications [] { "areas": List }
    machines ["id"] {}
    systems ["id"] {}
    processes ["id"] { "critical": Flag, "recovery_hours": Number, "loss_hours": Number }
    vendors ["id"] {}
    agents ["id"] {
        "data": List, "subjects": List, "personal_data": List, "recipients": List,
        "retention_days": Number, "session_allowlist": Flag, "role_based": Flag,
        "factors": Pairs("factor", "degree"), "evidence": List,
    }
    servers ["id"] {
        "processes": List, "remote": Flag, "encrypted": Flag, "credential_days": Number,
        "rotation_days": Number, "enforced": Flag, "sandboxed": Flag, "signed": Flag,
        "declared_hosts": List, "observed_hosts": List,
        "declared_fields": List, "observed_fields": List,
        "host_countries": Pairs("host", "country"), "stages": Pairs("stage", "at"),
        "evidence": List,
    }
    tools ["server", "name"] {
        "capabilities": List, "systems": List, "parameters": List, "untrusted": Flag,
    }
    connections ["agent", "server"] {
        "tools": List, "rulings": Pairs("tool", "ruling"), "used": List, "auto_approve": Flag,
        "credentials": List, "production_credentials": List,
    }
    reviews ["agent", "domain"] { "score": Number, "evidence": List }
    shadows ["endpoint"] { "connections": Number, "evidence": List }
    findings ["id"] { "evidence": List }
    certificates [] { "level": Number, "score": Number, "revoked": Flag, "evidence": List }
    assessments ["server"] { "interval_days": Number }
    waivers ["id"] {}
    controls ["measure", "name"] { "evidence": List }
    drifts [] { "blocked": Flag, "approved": Flag, "announced": Flag }
    incidents ["id"] { "servers": List, "agents": List, "evidence": List }
    exercises ["id"] { "seconds": Number, "evidence": List }
    playbooks ["id"] {}
    scenarios ["id"] {
        "frequency": Range, "susceptibility": Range, "residual_susceptibility": Range,
        "primary_loss": Range, "secondary_probability": Range, "secondary_loss": Range,
        "exposed": List, "controls": List,
    }
    deliverables [] {}
    tasks ["task"] { "evidence": List }
    past ["quarter", "figure"] { "value": Number }
    decisions ["title"] { "options": List, "cost": Number }
    evidence ["id"] {}
}

/// The table with this name.
pub(super) fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

/// What to say of a name that is no table.
pub(super) fn unknown_table(name: &str) -> String {
    let names: Vec<_> = TABLES.iter().map(|table| table.name).collect();
    format!("{name:?} is no table; there is {}", names.join(", "))
}

/// Puts a member in its place that is one object.
pub(super) fn single(estate: &mut Estate, name: &str, value: Value) -> Result<(), Refused> {
    match name {
        "organisation" => estate.organisation = typed(value)?,
        _ => estate.traffic = typed(value)?,
    }
    Ok(())
}

pub(super) fn typed<T: DeserializeOwned>(row: Value) -> Result<T, Refused> {
    serde_path_to_error::deserialize(row).map_err(|error| {
        let path = error.path().to_string();
        ((path != ".").then_some(path), error.inner().to_string())
    })
}

/// The members of a TOML document, its dates as texts.
///
/// # Errors
/// What is wrong with it, and where.
pub(crate) fn from_toml(bytes: &[u8]) -> Result<Map<String, Value>, String> {
    let mut members: Map<String, Value> =
        toml_edit::de::from_slice(bytes).map_err(|error| error.to_string())?;
    members.values_mut().for_each(plain_dates);
    Ok(members)
}

/// A date of TOML comes as an object with one member of this name.
const DATE: &str = "$__toml_private_datetime";

fn plain_dates(value: &mut Value) {
    match value {
        Value::Object(members) => match members.get(DATE).cloned() {
            Some(date) if members.len() == 1 => *value = date,
            _ => members.values_mut().for_each(plain_dates),
        },
        Value::Array(all) => all.iter_mut().for_each(plain_dates),
        _ => {}
    }
}
