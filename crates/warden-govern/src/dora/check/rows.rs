//! The rows: cells, keys, references, what is mandatory, and what has to fit.

use std::collections::{BTreeMap, BTreeSet};

use super::{Faults, Place, Table, Tables, files::day};
use crate::dora::{
    Column, Kind, Link, Taxonomy, Template, is_lei, lei_holds,
    missing::{Cells, Needs, View},
};

/// Holds the rows of all tables against the rules.
pub(super) fn check(taxonomy: &'static Taxonomy, tables: &Tables, faults: &mut Faults) {
    for template in &taxonomy.templates {
        let Some(table) = tables.get(&template.code) else { continue };
        cells(taxonomy, template, table, faults);
        keys(template, table, faults);
    }
    for link in &taxonomy.links {
        reference(taxonomy, link, tables, faults);
    }
    let view = view(tables);
    let needs = Needs::of(taxonomy, &view);
    for template in &taxonomy.templates {
        let Some(table) = tables.get(&template.code) else { continue };
        mandatory(template, table, &needs, faults);
    }
    fits(taxonomy, tables, &needs, faults);
}

fn view(tables: &Tables) -> View<'_> {
    tables.iter().map(|(code, table)| (code.as_str(), borrowed(table))).collect()
}

fn borrowed(table: &Table) -> Vec<Cells<'_>> {
    table.rows.iter().map(|(_, row)| by_code(row)).collect()
}

fn by_code(row: &BTreeMap<String, String>) -> Cells<'_> {
    row.iter().map(|(column, cell)| (column.as_str(), cell.as_str())).collect()
}

/// Whether each cell is what its column holds.
fn cells(taxonomy: &Taxonomy, template: &Template, table: &Table, faults: &mut Faults) {
    for (line, row) in &table.rows {
        for column in &template.columns {
            let Some(cell) = row.get(&column.code) else { continue };
            let place = Place::cell(&table.file, *line, &column.code);
            if let Some((rule, why)) = wrong(taxonomy, column, cell) {
                faults.refuse(rule, place, why);
            }
            let coded = coded_by(template, column).and_then(|by| row.get(by));
            let lei = column.kind == Kind::Lei
                || coded
                    .is_some_and(|code| Some(code.as_str()) == taxonomy.code("code-type", "LEI"));
            if lei && !is_lei(cell) {
                faults.warn("LEI", place, format!("{cell:?} is no LEI"));
            } else if lei && !lei_holds(cell) {
                faults.warn("LEI", place, format!("the check digits of {cell} fail"));
            }
        }
    }
}

fn wrong(taxonomy: &Taxonomy, column: &Column, cell: &str) -> Option<(&'static str, String)> {
    match column.kind {
        Kind::Text | Kind::Lei => None,
        Kind::Date if day(cell).is_some() => None,
        Kind::Date => Some(("330", format!("{cell:?} is no day, as 2026-12-31"))),
        Kind::Integer if cell.parse::<i64>().is_ok() => None,
        Kind::Integer => Some(("331", format!("{cell:?} is no whole number"))),
        Kind::Money if amount(cell) => None,
        Kind::Money => Some(("305", format!("{cell:?} is no amount"))),
        Kind::Link if cell == "true" => None,
        Kind::Link => Some(("333", format!("{cell:?} is not true"))),
        Kind::List if taxonomy.word(&column.list, cell).is_some() => None,
        Kind::List => Some(("503", format!("{cell:?} is not in the list {}", column.list))),
    }
}

fn amount(cell: &str) -> bool {
    let cell = cell.strip_prefix('-').unwrap_or(cell);
    let (whole, part) = cell.split_once('.').unwrap_or((cell, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(part)
}

/// The column that says of which kind the code in this one is.
fn coded_by<'a>(template: &'a Template, column: &Column) -> Option<&'a String> {
    let wanted = format!("{}_type", column.name);
    let wanted = [wanted, format!("{}_code_type", column.name)];
    template.columns.iter().find(|one| wanted.contains(&one.name)).map(|one| &one.code)
}

/// Whether keys are filled, and are each there once.
fn keys(template: &Template, table: &Table, faults: &mut Faults) {
    let keys: Vec<_> = template.columns.iter().filter(|column| column.key).collect();
    if keys.is_empty() && table.rows.len() > 1 {
        faults.refuse("806", Place::file(&table.file), "it has one row at the most");
    }
    let mut seen: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    for (line, row) in &table.rows {
        let mut key = Vec::new();
        for column in &keys {
            if let Some(cell) = row.get(&column.code) {
                key.push(cell.as_str());
            } else {
                let why = format!("it is part of the key: {}", column.label);
                faults.refuse("805", Place::cell(&table.file, *line, &column.code), why);
            }
        }
        if key.is_empty() || key.len() < keys.len() {
            continue;
        }
        if let Some(first) = seen.insert(key, *line) {
            let place = Place { file: &table.file, line: Some(*line), column: None };
            faults.refuse("806", place, format!("line {first} has the same key"));
        }
    }
}

/// Whether what a row names is there.
fn reference(taxonomy: &Taxonomy, link: &Link, tables: &Tables, faults: &mut Faults) {
    let Some(table) = tables.get(&link.template) else { return };
    let mut there: BTreeSet<Vec<&str>> = BTreeSet::new();
    for to in &link.to {
        let rows = tables.get(&to.template).map_or(&[][..], |table| &table.rows);
        there.extend(rows.iter().filter_map(|(_, row)| tuple(row, &to.columns)));
    }
    let nothing = [taxonomy.filing("no_text"), taxonomy.filing("no_typed_key")];
    for (line, row) in &table.rows {
        let Some(key) = tuple(row, &link.columns) else { continue };
        if there.contains(&key) || (key.len() == 1 && nothing.contains(&key[0])) {
            continue;
        }
        let to: Vec<_> = link.to.iter().map(|to| to.template.as_str()).collect();
        let place = Place { file: &table.file, line: Some(*line), column: Some(&link.columns[0]) };
        let why = format!("{} is not in {} ({})", key.join(" "), to.join(" or "), link.name);
        faults.refuse("807", place, why);
    }
}

fn tuple<'a>(row: &'a BTreeMap<String, String>, columns: &[String]) -> Option<Vec<&'a str>> {
    columns.iter().map(|column| row.get(column).map(String::as_str)).collect()
}

fn mandatory(template: &Template, table: &Table, needs: &Needs<'_>, faults: &mut Faults) {
    for (line, row) in &table.rows {
        let row = by_code(row);
        // An empty cell of a key is refused for that.
        for column in needs.open(template, &row).filter(|column| !column.key) {
            let place = Place::cell(&table.file, *line, &column.code);
            faults.warn(&column.rule, place, format!("missing mandatory field: {}", column.label));
        }
    }
}

/// What has to fit between cells and tables, and what the regulation asks for beside its rules.
fn fits(taxonomy: &Taxonomy, tables: &Tables, needs: &Needs<'_>, faults: &mut Faults) {
    let rows = |template: &str| {
        tables.get(template).into_iter().flat_map(|table| {
            table.rows.iter().map(|(line, row)| (table.file.as_str(), *line, by_code(row)))
        })
    };
    let assessed: BTreeSet<_> =
        rows("B_07.01").map(|(_, _, row)| pick(&row, ["c0010", "c0020", "c0040"])).collect();
    let no_end = taxonomy.filing("no_end");
    let get = |row: &Cells<'_>, column: &str| row.get(column).copied().and_then(day);
    for (file, line, row) in rows("B_02.02") {
        if let (Some(start), Some(end)) = (get(&row, "c0070"), get(&row, "c0080"))
            && end < start
        {
            faults.warn("v8816_m", Place::cell(file, line, "c0080"), "it ends before it begins");
        }
        if needs.is_critical(&row) && !assessed.contains(&pick(&row, ["c0010", "c0030", "c0060"])) {
            let why =
                "a function that is critical relies on it, and B_07.01 has no assessment of it";
            faults.warn("ITS", Place::cell(file, line, "c0010"), why);
        }
        let stored = row.get("c0140").and_then(|code| taxonomy.word("yes-no", code));
        let nowhere = row.get("c0150").is_some_and(|code| *code == taxonomy.filing("no_country"));
        if (stored == Some("yes") && nowhere) || (stored == Some("no") && !nowhere) {
            let why = "where data is stored does not fit whether it is";
            faults.warn("ITS", Place::cell(file, line, "c0150"), why);
        }
    }
    for (file, line, row) in rows("B_06.01") {
        let open = row.get("c0070").is_some_and(|day| *day == no_end);
        if row.get("c0050").copied() == taxonomy.code("assessed", "yes") && open {
            let why = "it is critical, and the day of that assessment is that of one not made";
            faults.warn("ITS", Place::cell(file, line, "c0070"), why);
        }
    }
    for (template, column, rule) in
        [("B_01.02", "c0110", "v22913_s"), ("B_02.01", "c0050", "v23716_s")]
    {
        for (file, line, row) in rows(template) {
            if row.get(column).is_some_and(|amount| amount.starts_with('-')) {
                faults.warn(rule, Place::cell(file, line, column), "it is less than nothing");
            }
        }
    }
    typed(taxonomy, tables, faults);
}

/// What stands for nothing stands only where a key has nothing to say.
fn typed(taxonomy: &Taxonomy, tables: &Tables, faults: &mut Faults) {
    let Some(table) = tables.get("B_04.01") else { return };
    let nothing = [taxonomy.filing("no_text"), taxonomy.filing("no_typed_key")];
    for (line, row) in &table.rows {
        let branch = row.get("c0030").and_then(|code| taxonomy.word("nature", code));
        let named = row.get("c0040").is_some_and(|code| !nothing.contains(&code.as_str()));
        if (branch == Some("branch") && !named) || (branch == Some("not-a-branch") && named) {
            let why = "whether a branch uses it does not fit which one does";
            faults.warn("ITS", Place::cell(&table.file, *line, "c0040"), why);
        }
    }
}

fn pick<'a, const N: usize>(row: &Cells<'a>, columns: [&str; N]) -> [Option<&'a str>; N] {
    columns.map(|column| row.get(column).copied())
}
