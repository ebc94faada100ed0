//! Fills a draft from a case, the estate and what the kind of incident says.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Draft, Field, Filled, Stage, check, fields, needed, put};
use crate::{
    case::Case,
    dora::classify::Reach,
    estate::{IncidentKind, Lookup},
};

/// A draft of a report, as far as the case and the estate know. What a case says of a field goes
/// before everything else.
#[must_use]
pub fn draft(case: &Case, known: &Lookup<'_>, stage: Stage) -> Draft {
    let mut values: BTreeMap<&'static str, Value> = BTreeMap::new();
    let mut proposed: BTreeMap<&'static str, &'static str> = BTreeMap::new();
    for (number, value, why) in proposals(case) {
        values.insert(number, value);
        proposed.insert(number, why);
    }
    for (number, value) in entity(known).into_iter().chain(facts(case, known)) {
        values.insert(number, value);
        proposed.remove(number);
    }
    let submission = match stage {
        Stage::Initial => "initial_notification",
        Stage::Intermediate => "intermediate_report",
        Stage::Final => "final_report",
    };
    values.insert("1.1", submission.into());
    for (number, value) in &case.report {
        if let Some(field) = super::field(number) {
            values.insert(&field.number, value.clone());
            proposed.remove(field.number.as_str());
        }
    }
    let mine: Vec<&'static Field> = fields().iter().filter(|field| field.stage <= stage).collect();
    let document = document(&mine, &values);
    let by_number: BTreeMap<&str, &Value> =
        values.iter().map(|(number, value)| (*number, value)).collect();
    let filled: Vec<Filled> = mine
        .iter()
        .map(|field| Filled {
            field: &field.number,
            label: &field.label,
            value: values.get(field.number.as_str()).cloned(),
            needed: needed(field, &by_number),
            proposed: proposed.get(field.number.as_str()).copied(),
        })
        .collect();
    let open = filled.iter().filter(|one| one.needed && one.value.is_none());
    let missing = open.map(|one| one.field).collect();
    let wrong = check(&document).into_iter().filter(|one| !one.contains("is missing")).collect();
    Draft { stage, document, fields: filled, missing, wrong }
}

fn document(fields: &[&'static Field], values: &BTreeMap<&'static str, Value>) -> Value {
    let mut document = json!({});
    if let Some(Value::Array(criteria)) = values.get("2.5") {
        let entries: Vec<_> =
            criteria.iter().map(|one| json!({"classificationCriterion": one})).collect();
        if !entries.is_empty() {
            put(&mut document, "incident/classificationTypes", entries.into());
        }
    }
    for field in fields {
        if let Some(value) = values.get(field.number.as_str())
            && !field.path.contains('*')
        {
            put(&mut document, &field.path, value.clone());
        }
    }
    for (path, kind) in [
        ("submittingEntity", "SUBMITTING_ENTITY"),
        ("affectedEntity/0", "AFFECTED_ENTITY"),
        ("ultimateParentUndertaking", "ULTIMATE_PARENT_UNDERTAKING_ENTITY"),
    ] {
        if super::get(&document, path).is_some() {
            put(&mut document, &format!("{path}/entityType"), kind.into());
        }
    }
    document
}

/// Who reports.
fn entity(known: &Lookup<'_>) -> Vec<(&'static str, Value)> {
    let of = &known.estate.organisation;
    let mut values = Vec::new();
    let mut text = |number, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            values.push((number, Value::from(value)));
        }
    };
    text("1.2", Some(&of.name));
    text("1.3", of.lei.as_deref());
    text("1.5", Some(&of.name));
    text("1.6", of.lei.as_deref());
    text("1.15", of.currency.as_deref());
    if let Some(kind) = of.entity_type.as_deref().and_then(entity_type) {
        values.push(("1.4", json!([kind])));
    }
    values
}

/// The word of the report for a type of entity of the register.
fn entity_type(register: &str) -> Option<&'static str> {
    let plain = register.replace('-', "_");
    let other = match register {
        "crypto-asset-service-provider" => "crypto-asset_service_provider",
        "issuer-of-asset-referenced-tokens" => "issuer_of_asset-referenced_tokens",
        "alternative-investment-fund-manager" => "manager_of_alternative_investment_fund",
        "insurance-undertaking" => "insurance_and_reinsurance_undertaking",
        "insurance-intermediary" => {
            "insurance_intermediary_reinsurance_intermediary_and_ancillary_insurance_intermediary"
        }
        "occupational-retirement-institution" => {
            "institution_for_occupational_retirement_provision"
        }
        "critical-benchmark-administrator" => "administrator_of_critical_benchmarks",
        _ => plain.as_str(),
    };
    super::list("entity").iter().map(String::as_str).find(|word| *word == other)
}

/// What the case says, field by field.
fn facts(case: &Case, known: &Lookup<'_>) -> Vec<(&'static str, Value)> {
    let mut values =
        vec![("2.1", Value::from(case.id.as_str())), ("2.4", case.title.clone().into())];
    let times = &case.times;
    for (number, time) in [
        ("2.2", times.detected),
        ("2.3", times.classified),
        ("3.2", times.occurred),
        ("3.3", times.recovered),
        ("4.8", times.closed),
    ] {
        values.extend(time.map(|time| (number, Value::from(second(time)))));
    }
    let classified = case.classify();
    if !classified.met.is_empty() {
        let met: Vec<_> = classified.met.iter().map(|one| crate::Word::word(*one)).collect();
        values.push(("2.5", json!(met)));
    }
    let facts = case.known();
    let mut reach = |count: &'static str, share: &'static str, reach: Reach| {
        values.extend(reach.number.map(|number| (count, json!(number))));
        values.extend(reach.per_mille.map(|share_of| (share, json!(f64::from(share_of) / 10.0))));
    };
    reach("3.4", "3.5", facts.clients);
    reach("3.6", "3.7", facts.counterparts);
    reach("3.9", "3.10", facts.transactions);
    values.extend(facts.relevant_client.map(|relevant| ("3.8", json!(relevant))));
    values.extend(facts.costs_eur.map(|costs| ("4.13", json!(costs))));
    let lasted = facts.duration_minutes.or_else(|| {
        let span = times.occurred?.duration_until(times.recovered?);
        u64::try_from(span.as_mins()).ok()
    });
    values.extend(lasted.and_then(duration).map(|text| ("3.15", Value::from(text))));
    values
        .extend(facts.downtime_minutes.and_then(duration).map(|text| ("3.16", Value::from(text))));
    let reputation = [facts.media, facts.complaints, facts.requirements_unmet, facts.clients_lost];
    let words = super::list("reputation").iter().zip(reputation);
    let kinds: Vec<_> =
        words.filter(|(_, holds)| *holds == Some(true)).map(|(word, _)| word).collect();
    if !kinds.is_empty() {
        values.push(("3.13", json!(kinds)));
    }
    let origins: Vec<String> =
        case.servers.iter().filter_map(|server| origin(known, server)).collect();
    if !origins.is_empty() {
        values.push(("2.8", origins.join("; ").into()));
    }
    values
}

/// Who provides a server, as the register has it.
fn origin(known: &Lookup<'_>, server: &str) -> Option<String> {
    let vendor = known.vendor(known.server(server)?.vendor.as_deref()?)?;
    if vendor.relation == Some(crate::estate::Relation::Own) {
        return None;
    }
    let lei = vendor.lei.as_deref().unwrap_or("LEI not known");
    Some(format!("{} ({lei}), MCP server {server}", vendor.name))
}

/// What the kind of an incident proposes.
fn proposals(case: &Case) -> Vec<(&'static str, Value, &'static str)> {
    let mut all = vec![];
    if !case.detections.is_empty() {
        all.push(("2.7", json!("monitoring_systems"), "a detection of ours noticed it"));
    }
    let cyber = json!(["cybersecurity-related"]);
    let malicious = json!(["malicious_actions"]);
    let steered = "an agent was made to act by what it read";
    match case.kind {
        IncidentKind::Behaviour => {
            all.push(("3.23", cyber, steered));
            all.push(("3.25", json!(["other"]), steered));
            all.push(("3.26", "indirect prompt injection through tool content".into(), steered));
            all.push(("4.1", malicious, steered));
        }
        IncidentKind::Exfiltration => {
            let technique = "data_exfiltration_and_manipulation_including_identity_theft";
            all.push(("3.23", cyber, steered));
            all.push(("3.25", json!([technique, "other"]), steered));
            all.push(("3.26", "indirect prompt injection through tool content".into(), steered));
            all.push(("4.1", malicious, steered));
        }
        IncidentKind::Drift => {
            let why = "a definition changed after it was approved";
            all.push(("3.23", cyber, why));
            all.push(("3.25", json!(["supply-chain_attack"]), why));
            all.push(("4.1", json!(["external_event"]), why));
            all.push(("4.2", json!(["external_event_third-party_failures"]), why));
            let more = json!(["change_management", "monitoring_of_third-party_service_providers"]);
            all.push(("4.3", more, why));
        }
        IncidentKind::Credential => {
            let why = "a credential got out";
            all.push(("3.23", cyber, why));
            all.push(("4.3", json!(["identity_and_access_management"]), why));
        }
        IncidentKind::Shadow => {
            let why = "a server was used that nobody had registered";
            let insufficient =
                "process_failure_insufficient_monitoring_or_failure_of_monitoring_and_control";
            all.push(("4.1", json!(["process_failure"]), why));
            all.push(("4.2", json!([insufficient]), why));
            let more = json!(["ict_asset_management_and_information_classification"]);
            all.push(("4.3", more, why));
        }
        IncidentKind::Exploit => {
            let why = "a hole of a server was used";
            all.push(("3.23", cyber, why));
            all.push(("4.1", malicious, why));
            all.push(("4.3", json!(["vulnerability_and_patch_management"]), why));
        }
    }
    all
}

/// A time in whole seconds, as the report wants it.
fn second(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second()).unwrap_or(time).to_string()
}

/// Minutes as `DDD:HH:MM`; none for more days than three digits hold.
fn duration(minutes: u64) -> Option<String> {
    let (days, rest) = (minutes / 1440, minutes % 1440);
    (days <= 999).then(|| format!("{days:03}:{:02}:{:02}", rest / 60, rest % 60))
}
