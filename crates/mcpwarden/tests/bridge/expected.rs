//! What may be different through the gateway, and why. Nothing else may.

use serde_json::Value;

use crate::{
    Cell,
    compare::{Difference, is_at},
    parties::{Client, Era, Language, Server},
};

/// One row: where, in which cells, and why. A row that says too much is as wrong as one that says
/// too little, so each has to occur in every cell that it is for.
struct Row {
    /// A place in the report; `*` stands for one step.
    at: &'static str,
    applies: fn(Cell) -> bool,
    why: &'static str,
}

const ROWS: &[Row] = &[
    Row { at: "/about/capabilities/tasks", applies: to_modern, why: TASKS },
    Row { at: "/tools/*/execution", applies: to_modern, why: TASKS },
    Row {
        at: "/task",
        applies: |cell| to_modern(cell) && cell.client != Client::PythonV2Legacy,
        why: TASKS,
    },
    Row {
        at: "/about/capabilities/extensions",
        applies: |cell| to_legacy(cell) && cell.server == Server::TypeScriptV1,
        why: TASKS,
    },
    Row {
        at: "/task",
        applies: |cell| {
            to_legacy(cell)
                && cell.server == Server::TypeScriptV1
                && matches!(cell.client, Client::TypeScriptV2 | Client::TypeScriptV2Auto)
        },
        why: TASKS,
    },
    Row {
        at: "/about/version/title",
        applies: |cell| has_title(cell) && !speaks_as_is(cell),
        why: TITLE,
    },
    Row {
        at: "/about/serverInfo/title",
        applies: |cell| has_title(cell) && speaks_as_is(cell),
        why: TITLE,
    },
    Row {
        at: "/read/*/ttlMs",
        applies: to_legacy,
        why: "a legacy server does not say how long an answer is good for, so the gateway does",
    },
];

const TASKS: &str = "each era has tasks of its own, and they cannot be told in the other's words";

const TITLE: &str = "the last generation of the Python SDK gives servers no title";

/// The server of the other era stands for the server in the direct way, and only one has a title.
fn has_title(cell: Cell) -> bool {
    cell.server.language() == Language::Python && cell.client.era() != cell.server.era()
}

/// The driver shows what the server says without words of its own.
fn speaks_as_is(cell: Cell) -> bool {
    cell.client == Client::PythonV1
}

/// A legacy client of a modern server.
fn to_modern(cell: Cell) -> bool {
    cell.client.era() == Era::Legacy && cell.server.era() == Era::Modern
}

/// A modern client of a legacy server.
fn to_legacy(cell: Cell) -> bool {
    cell.client.era() == Era::Modern && cell.server.era() == Era::Legacy
}

/// Fails the test unless what differs is exactly what the table says.
#[track_caller]
pub(crate) fn check(cell: Cell, found: &[Difference]) {
    let rows: Vec<&Row> = ROWS.iter().filter(|row| (row.applies)(cell)).collect();
    let known = |found: &Difference| rows.iter().any(|row| is_at(row.at, &found.at));
    let unexpected: Vec<_> = found.iter().filter(|found| !known(found)).map(told).collect();
    assert!(unexpected.is_empty(), "{cell:?} differs at\n{}", unexpected.join("\n"));
    for row in rows {
        let occurs = found.iter().any(|difference| is_at(row.at, &difference.at));
        assert!(occurs, "{cell:?} does not differ at {}, though {}", row.at, row.why);
    }
}

fn told(Difference { at, direct, through }: &Difference) -> String {
    let side = |value: &Option<Value>| value.as_ref().map_or("nothing".into(), Value::to_string);
    format!("{at}\n  direct:  {}\n  through: {}", side(direct), side(through))
}
