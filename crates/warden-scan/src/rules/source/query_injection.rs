use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::sink,
    taint::{ANYBODY, Wording, found},
};

#[doc = include_str!("query_injection.md")]
#[derive(Debug)]
pub(crate) struct QueryInjection;

static META: Meta = Meta {
    id: "query-injection",
    class: Class::SqlInjection,
    severity: Severity::High,
    title: "a tool puts its arguments into a query",
    help: "give values as parameters of the query, and take only texts and numbers where a filter wants them",
    languages: EVERY_LANGUAGE,
    cwe: &[943, 90, 643],
    page: include_str!("query_injection.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of a query",
    whole: "is run as a query",
    label: "what stands here decides what is asked",
};

/// What a tool or its parameter is called when such values are what it is there for.
static DECLARED: &[&str] = &[
    "query",
    "queries",
    "cypher",
    "promql",
    "filter",
    "pipeline",
    "aggregate",
    "aggregation",
    "find",
    "search",
    "jql",
    "cql",
    "soql",
    "graphql",
    "expr",
    "expression",
    "run",
    "execute",
    "match",
    "update",
    "criteria",
];

impl Rule for QueryInjection {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for one in found(view, &[sink::NOSQL, sink::QUERY], ANYBODY) {
            // A text holds no operators of a filter.
            if one.flow.sink == sink::NOSQL && one.is_text() {
                continue;
            }
            let whole = if one.declared(DECLARED) { Severity::Medium } else { Severity::High };
            out.push(one.draft(&WORDING, Severity::High, whole));
        }
    }
}
