//! Writes what the table says.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table};

use super::{Adder, Command, Door, Fill, Language, Link, Snippet, Wrap};
use crate::catalog::percent;

/// Our program, as it is found in the path.
const PROGRAM: &str = "mcpwarden";

pub(super) fn snippet(adder: &Adder, name: &str, door: &Door) -> Snippet {
    let fields = match door {
        Door::Run(_) => adder.local,
        Door::Gateway(_) => adder.remote,
    };
    let entry: Map<String, Value> =
        fields.iter().map(|(key, fill)| ((*key).to_owned(), value(*fill, name, door))).collect();
    Snippet {
        client: adder.id,
        name: adder.name,
        place: adder.place,
        language: language(adder.wrap),
        link: adder.link.filter(|_| !entry.is_empty()).map(|kind| link(kind, name, &entry)),
        command: adder.command.map(|kind| command(kind, name, door, &entry)),
        text: (!entry.is_empty()).then(|| wrapped(adder.wrap, name, entry)),
    }
}

const fn language(wrap: Wrap) -> Language {
    match wrap {
        Wrap::Json(_) => Language::Json,
        Wrap::Yaml(_) | Wrap::YamlList(_) => Language::Yaml,
        Wrap::Toml(_) | Wrap::TomlList(_) => Language::Toml,
    }
}

/// Our program and what follows it; nothing for a server behind the gateway.
fn line(door: &Door) -> Vec<String> {
    match door {
        Door::Run(server) => vec![PROGRAM.to_owned(), "run".to_owned(), server.clone()],
        Door::Gateway(_) => Vec::new(),
    }
}

fn url(door: &Door) -> String {
    match door {
        Door::Run(_) => String::new(),
        Door::Gateway(url) => url.to_string(),
    }
}

fn value(fill: Fill, name: &str, door: &Door) -> Value {
    match fill {
        Fill::Text(text) => text.into(),
        Fill::Number(number) => number.into(),
        Fill::True => true.into(),
        Fill::Everything => vec!["*"].into(),
        Fill::Name => name.into(),
        Fill::Program => PROGRAM.into(),
        Fill::Arguments => line(door).into_iter().skip(1).collect::<Vec<_>>().into(),
        Fill::Words => line(door).into(),
        Fill::Url => url(door).into(),
    }
}

fn wrapped(wrap: Wrap, name: &str, entry: Map<String, Value>) -> String {
    match wrap {
        Wrap::Json(keys) => {
            let named = Map::from_iter([(name.to_owned(), entry.into())]);
            let around = |inner: Value, key: &&str| {
                Value::from(Map::from_iter([((*key).to_owned(), inner)]))
            };
            let all = keys.iter().rev().fold(named.into(), around);
            format!("{all:#}\n")
        }
        Wrap::Yaml(key) => {
            format!("{key}:\n  {}:\n{}", quoted(name), yaml(&entry, ["    ", "    "]))
        }
        Wrap::YamlList(key) => format!("{key}:\n{}", yaml(&entry, ["  - ", "    "])),
        Wrap::Toml(key) => toml(|tables| {
            let mut servers = Table::new();
            servers.set_implicit(true);
            servers.insert(name, Item::Table(table(&entry)));
            tables.insert(key, Item::Table(servers));
        }),
        Wrap::TomlList(key) => toml(|tables| {
            let mut list = ArrayOfTables::new();
            list.push(table(&entry));
            tables.insert(key, Item::ArrayOfTables(list));
        }),
    }
}

fn toml(fill: impl FnOnce(&mut Table)) -> String {
    let mut document = DocumentMut::new();
    fill(document.as_table_mut());
    document.to_string()
}

fn table(entry: &Map<String, Value>) -> Table {
    let mut table = Table::new();
    for (key, value) in entry {
        let item = match value {
            Value::Bool(truth) => toml_edit::value(*truth),
            Value::Number(number) => toml_edit::value(number.as_i64().unwrap_or_default()),
            Value::Array(items) => {
                let words: Array = items.iter().filter_map(Value::as_str).collect();
                toml_edit::value(words)
            }
            value => toml_edit::value(value.as_str().unwrap_or_default()),
        };
        table.insert(key, item);
    }
    table
}

/// The entry as a block of YAML. Every JSON value on one line is one in YAML too.
fn yaml(entry: &Map<String, Value>, [first, rest]: [&str; 2]) -> String {
    let mut out = String::new();
    for (index, (key, value)) in entry.iter().enumerate() {
        let indent = if index == 0 { first } else { rest };
        let value = match value {
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(Value::to_string).collect();
                format!("[{}]", items.join(", "))
            }
            value => value.to_string(),
        };
        out.push_str(&format!("{indent}{key}: {value}\n"));
    }
    out
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The entry with its name, on one line.
fn named(name: &str, entry: &Map<String, Value>) -> String {
    let mut all = Map::from_iter([("name".to_owned(), name.into())]);
    all.extend(entry.clone());
    Value::from(all).to_string()
}

fn link(link: Link, name: &str, entry: &Map<String, Value>) -> String {
    match link {
        Link::Json(start) => format!("{start}{}", percent::encode(&named(name, entry))),
        Link::Base64(start) => {
            let config = STANDARD.encode(Value::from(entry.clone()).to_string());
            format!("{start}?name={}&config={}", percent::encode(name), percent::encode(&config))
        }
    }
}

fn command(command: Command, name: &str, door: &Door, entry: &Map<String, Value>) -> String {
    let template = match door {
        Door::Run(_) => command.local,
        Door::Gateway(_) => command.remote,
    };
    let words = template.split(' ').flat_map(|word| match word {
        "{name}" => vec![name.to_owned()],
        "{line}" => line(door),
        "{url}" => vec![url(door)],
        "{json}" => vec![named(name, entry)],
        word => vec![word.to_owned()],
    });
    let words: Vec<_> = words.collect();
    shell_words::join(words)
}
