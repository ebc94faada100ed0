//! The archive: its name, its folders, its own two files and its two small tables.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::Value;

use super::{Faults, Files, Place, Table, Tables, version};
use crate::dora::{Taxonomy, is_lei, lei_holds};

const PACKAGE: &str = "META-INF/reportPackage.json";
const REPORT: &str = "reports/report.json";
const PARAMETERS: &str = "reports/parameters.csv";
const INDICATORS: &str = "reports/FilingIndicators.csv";

/// The version that a package says that it is in; the newest where it says none that is known.
pub(super) fn taxonomy(name: &str, files: &Files) -> &'static Taxonomy {
    let report = files.get(&format!("{name}/{REPORT}"));
    let report = report.and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok());
    let entry = report.as_ref().and_then(|report| report["documentInfo"]["extends"][0].as_str());
    entry.and_then(version).unwrap_or_else(Taxonomy::current)
}

/// Holds the files against the rules, and returns the tables that could be read.
pub(super) fn check(
    name: &str,
    files: &Files,
    taxonomy: &'static Taxonomy,
    faults: &mut Faults,
) -> Tables {
    let said = named(name, taxonomy, faults);
    let mut tables = Tables::new();
    let mut there: BTreeSet<&str> = BTreeSet::new();
    for (path, bytes) in files {
        let Some(inner) = path.strip_prefix(name).and_then(|rest| rest.strip_prefix('/')) else {
            let why = "everything lies in one folder with the name of the archive";
            faults.refuse("103", Place::file(path), why);
            continue;
        };
        there.insert(inner);
        let template = inner
            .strip_prefix("reports/")
            .and_then(|file| taxonomy.templates.iter().find(|template| template.file() == file));
        let known = [PACKAGE, REPORT, PARAMETERS, INDICATORS].contains(&inner);
        if template.is_none() && !known {
            faults.refuse("720", Place::file(inner), "no file of this name belongs in a package");
            continue;
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            faults.refuse("306", Place::file(inner), "it is not UTF-8");
            continue;
        };
        match (inner, template) {
            (PACKAGE, _) => package(text, taxonomy, faults),
            (REPORT, _) => report(text, taxonomy, faults),
            (PARAMETERS, _) => parameters(text, said.as_ref(), taxonomy, faults),
            (INDICATORS, _) => indicators(text, taxonomy, faults),
            (_, Some(template)) => {
                let table = table(inner, text, template, faults);
                tables.insert(template.code.clone(), table);
            }
            _ => {}
        }
    }
    for (file, rule) in
        [(PACKAGE, "103"), (REPORT, "701"), (PARAMETERS, "701"), (INDICATORS, "701")]
    {
        if !there.contains(file) {
            faults.refuse(rule, Place::file(file), "it is not there");
        }
    }
    for template in &taxonomy.templates {
        if !tables.contains_key(&template.code) {
            let file = format!("reports/{}", template.file());
            faults.refuse("808", Place::file(&file), "it is not there; an empty table is a header");
        }
    }
    if tables.values().all(|table| table.rows.is_empty()) {
        faults.refuse("724", Place::file("reports"), "no table has a row");
    }
    tables
}

/// What the name of an archive says.
struct Named {
    entity: String,
    period: String,
}

fn named(name: &str, taxonomy: &Taxonomy, faults: &mut Faults) -> Option<Named> {
    let place = Place::file(name);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if !name.bytes().all(plain) {
        faults.refuse("104", place, "only letters, digits, hyphens, underscores and full stops");
    }
    let wanted = "it is not <LEI>.<IND or CON>_<country>_<framework>_<module>_<day>_<17 digits>";
    let parts: Vec<&str> = name.split('_').collect();
    let [entity, country, framework, module, period, stamp] = parts[..] else {
        faults.refuse("105", place, wanted);
        return None;
    };
    let (lei, scope) = entity.split_once('.').unwrap_or((entity, ""));
    let digits = stamp.len() == 17 && stamp.bytes().all(|byte| byte.is_ascii_digit());
    if !is_lei(lei) || !matches!(scope, "IND" | "CON") || !digits {
        faults.refuse("105", place, wanted);
    } else if !lei_holds(lei) {
        faults.warn("LEI", place, "the check digits of the LEI fail");
    }
    if taxonomy.code("country", country).is_none() {
        faults.refuse("105", place, format!("{country:?} is no country"));
    }
    if framework != taxonomy.filing("framework") || module != taxonomy.filing("module") {
        let wanted = format!("{}_{}", taxonomy.filing("framework"), taxonomy.filing("module"));
        faults.refuse("106", place, format!("it is not of {wanted}"));
    }
    if day(period).is_none_or(|day| (day.month(), day.day()) != (12, 31)) {
        faults.refuse("109", place, format!("{period:?} is not the last day of a year"));
    }
    Some(Named { entity: format!("rs:{lei}.{scope}"), period: period.to_owned() })
}

fn package(text: &str, taxonomy: &Taxonomy, faults: &mut Faults) {
    let kind = document(text, PACKAGE, "103", faults);
    if kind.is_some_and(|info| info["documentType"] != taxonomy.filing("package_type")) {
        faults.refuse("103", Place::file(PACKAGE), "it is not a report package of 2023");
    }
}

fn report(text: &str, taxonomy: &Taxonomy, faults: &mut Faults) {
    let place = Place::file(REPORT);
    let Some(info) = document(text, REPORT, "701", faults) else { return };
    if info["documentType"] != taxonomy.filing("report_type") {
        faults.refuse("701", place, "it is not an xBRL-CSV report of 2021");
    }
    let entries: Vec<&str> =
        info["extends"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if entries.len() != 1 || entries.iter().any(|entry| version(entry).is_none()) {
        faults.refuse(
            "505",
            place,
            "it does not extend the entry point of a version that is known",
        );
    }
}

fn document(text: &str, file: &str, rule: &str, faults: &mut Faults) -> Option<Value> {
    let Ok(mut document) = serde_json::from_str::<Value>(text) else {
        faults.refuse(rule, Place::file(file), "it is not JSON");
        return None;
    };
    document.get_mut("documentInfo").map(Value::take)
}

fn parameters(text: &str, said: Option<&Named>, taxonomy: &Taxonomy, faults: &mut Faults) {
    let Some(rows) = pairs(text, ["name", "value"], ("723", PARAMETERS), faults) else { return };
    let place = Place::file(PARAMETERS);
    let mut names = BTreeSet::new();
    for (line, name, _) in &rows {
        if !names.insert(name.as_str()) {
            faults.refuse("723", Place::cell(PARAMETERS, *line, "name"), "it is there twice");
        }
    }
    let value = |name: &str| rows.iter().find(|row| row.1 == name).map(|row| row.2.as_str());
    match (value("entityID"), said) {
        (None, _) => faults.refuse("714", place, "there is no entityID"),
        (Some(entity), Some(said)) if entity != said.entity => {
            faults.refuse(
                "714",
                place,
                format!("entityID is {entity:?}, the name says {:?}", said.entity),
            );
        }
        _ => {}
    }
    match (value("refPeriod"), said) {
        (None, _) => faults.refuse("320", place, "there is no refPeriod"),
        (Some(period), _) if day(period).is_none() => {
            faults.refuse("330", place, format!("refPeriod {period:?} is no day"));
        }
        (Some(period), Some(said)) if period != said.period => {
            faults.refuse(
                "320",
                place,
                format!("refPeriod is {period}, the name says {}", said.period),
            );
        }
        _ => {}
    }
    let currency = value("baseCurrency").and_then(|currency| currency.strip_prefix("iso4217:"));
    if currency.is_none_or(|currency| taxonomy.code("currency", currency).is_none()) {
        faults.refuse("713", place, "baseCurrency is not iso4217: and a currency");
    }
    for name in ["decimalsInteger", "decimalsMonetary"] {
        if value(name).is_none_or(|value| value.parse::<i8>().is_err()) {
            faults.refuse("713", place, format!("{name} is no whole number"));
        }
    }
}

fn indicators(text: &str, taxonomy: &Taxonomy, faults: &mut Faults) {
    let header = ["templateID", "reported"];
    let Some(rows) = pairs(text, header, ("702", INDICATORS), faults) else { return };
    let mut seen = BTreeSet::new();
    for (line, template, reported) in &rows {
        let place = Place::cell(INDICATORS, *line, "templateID");
        if taxonomy.template(template).is_none() {
            faults.refuse("510", place, format!("{template:?} is no template"));
        }
        if !seen.insert(template.as_str()) {
            faults.refuse("703", place, format!("{template} is there twice"));
        }
        match reported.as_str() {
            "true" => {}
            "false" => {
                let why = "a template without rows is sent as a header, and reported as true";
                faults.refuse("808", Place::cell(INDICATORS, *line, "reported"), why);
            }
            _ => {
                let why = format!("{reported:?} is neither true nor false");
                faults.refuse("704", Place::cell(INDICATORS, *line, "reported"), why);
            }
        }
    }
    for template in &taxonomy.templates {
        if !seen.contains(template.code.as_str()) {
            let why = format!("{} is not there", template.code);
            faults.refuse("705", Place::file(INDICATORS), why);
        }
    }
}

/// A table of two columns.
fn pairs(
    text: &str,
    header: [&str; 2],
    (rule, file): (&str, &str),
    faults: &mut Faults,
) -> Option<Vec<(usize, String, String)>> {
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    if reader.headers().is_ok_and(|found| found.iter().ne(header)) {
        faults.refuse(rule, Place::file(file), format!("its header is not {}", header.join(",")));
        return None;
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let Ok(record) = record else {
            faults.refuse("809", Place::file(file), "a row has not two cells");
            continue;
        };
        let line = record.position().map_or(0, |at| line(at.line()));
        if let [first, second] = record.iter().collect::<Vec<_>>()[..] {
            rows.push((line, first.to_owned(), second.to_owned()));
        }
    }
    Some(rows)
}

/// The rows of a template, with its header held against the columns.
fn table(file: &str, text: &str, template: &crate::dora::Template, faults: &mut Faults) -> Table {
    let mut table = Table { file: file.to_owned(), rows: Vec::new() };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let Ok(header) = reader.headers().cloned() else {
        faults.refuse("801", Place::file(file), "it has no header");
        return table;
    };
    let place = Place { file, line: Some(1), column: None };
    let wanted: Vec<&str> = template.columns.iter().map(|column| column.code.as_str()).collect();
    let mut seen = BTreeSet::new();
    for column in &header {
        if !wanted.contains(&column) {
            let why = format!("{column:?} is no column of {}", template.code);
            faults.refuse("801", Place::cell(file, 1, column), why);
        } else if !seen.insert(column) {
            faults.refuse("802", Place::cell(file, 1, column), "it is there twice");
        }
    }
    if seen.len() != wanted.len() {
        faults.refuse("801", place, format!("columns are missing; it needs {}", wanted.join(",")));
    } else if header.iter().ne(wanted.iter().copied()) {
        faults.warn("801", place, "its columns are in another order than those of the template");
    }
    for record in reader.records() {
        let Ok(record) = record else {
            faults.refuse("809", Place::file(file), "a row cannot be read");
            continue;
        };
        let at = record.position().map_or(0, |at| line(at.line()));
        if record.len() != header.len() {
            let place = Place { file, line: Some(at), column: None };
            faults.refuse("809", place, "it has another number of cells than the header");
            continue;
        }
        let cells = header.iter().zip(&record).filter(|(_, cell)| !cell.is_empty());
        let cells = cells.map(|(column, cell)| (column.to_owned(), cell.to_owned()));
        table.rows.push((at, cells.collect()));
    }
    table
}

/// A day as it has to be written.
pub(super) fn day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|day| day.to_string() == text)
}

fn line(line: u64) -> usize {
    usize::try_from(line).unwrap_or(usize::MAX)
}
