use warden_detect::words;
use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::sink,
    taint::{ANYBODY, Found, Wording, found},
};

#[doc = include_str!("sql_injection.md")]
#[derive(Debug)]
pub(crate) struct SqlInjection;

static META: Meta = Meta {
    id: "sql-injection",
    class: Class::SqlInjection,
    severity: Severity::Critical,
    title: "a tool puts its arguments into SQL",
    help: "give values as parameters of the statement, and quote names with the function of the driver",
    languages: EVERY_LANGUAGE,
    cwe: &[89],
    page: include_str!("sql_injection.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of an SQL statement",
    whole: "is run as SQL",
    label: "a database takes this apart as SQL",
};

/// What a tool or its parameter is called when such values are what it is there for.
static DECLARED: &[&str] =
    &["sql", "query", "queries", "statement", "execute", "ddl", "dml", "command", "select"];

/// What something is called that has a database behind it.
static DATABASES: &[&str] = &[
    "db",
    "database",
    "sql",
    "conn",
    "connection",
    "cursor",
    "cur",
    "client",
    "pool",
    "session",
    "engine",
    "tx",
    "trx",
    "transaction",
    "pg",
    "postgres",
    "mysql",
    "sqlite",
    "duckdb",
    "knex",
    "sequelize",
    "prisma",
    "driver",
    "connector",
    "adapter",
    "warehouse",
    "store",
    "storage",
    "repository",
    "stmt",
    "statement",
];

/// Whether what is called sounds like a database. Tools, commands and pages are executed and
/// queried as well, and what they are given whole is no text that anybody takes apart.
fn asks_database(one: &Found<'_, '_>) -> bool {
    let text = one.view.text(one.flow.at);
    let callee = text.split_once('(').map_or(text, |(callee, _)| callee);
    let receiver = callee.rsplit_once('.').map_or("", |(receiver, _)| receiver);
    words(receiver).iter().any(|word| DATABASES.contains(&word.as_str()))
}

impl Rule for SqlInjection {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for one in found(view, &[sink::SQL], ANYBODY) {
            if one.flow.loose && one.whole && !one.declared(DECLARED) && !asks_database(&one) {
                continue;
            }
            let whole = if one.declared(DECLARED) { Severity::Medium } else { Severity::Critical };
            out.push(one.draft(&WORDING, Severity::Critical, whole));
        }
    }
}
