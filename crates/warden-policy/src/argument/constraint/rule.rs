//! One rule about the value of an argument.

use serde_json::Value;

use super::ConstraintError;
use crate::argument::{
    address::Recipients,
    amount::{Bound, Decimal},
    field::Place,
    form::{MOST_TEXT, normal_forms},
    path::Roots,
    schema::linear,
    setting::{AmountSetting, Argument},
    sql::{UNCLEAR, verbs},
    url::Hosts,
};

/// The most strings of one value.
const MOST_STRINGS: usize = 1024;

#[derive(Clone, Debug)]
pub(super) enum Rule {
    Paths(Roots),
    Hosts { hosts: Hosts, anywhere: bool },
    Sql(Vec<String>),
    Recipients(Recipients),
    Amount { bound: Bound, currency: Option<(String, Vec<String>)> },
    OneOf(Vec<Value>),
    Pattern(regex::Regex),
    Length(usize),
}

/// The rules of a setting.
pub(super) fn rules(set: &Argument, home: Option<&str>) -> Result<Vec<Rule>, ConstraintError> {
    let at: Box<str> = set.at.all().join(", ").into();
    let bad = |key| ConstraintError::Value { at: at.clone(), key };
    let mut rules = Vec::new();
    if let Some(paths) = &set.paths {
        let roots = Roots::read(paths, set.base.as_deref(), home);
        rules.push(Rule::Paths(roots.ok_or_else(|| bad("paths"))?));
    } else if set.base.is_some() {
        return Err(bad("base"));
    }
    if let Some(hosts) = &set.hosts {
        let hosts = Hosts::read(hosts, set.schemes.as_deref(), set.ports.as_deref(), set.private);
        let hosts = hosts.ok_or_else(|| bad("hosts"))?;
        rules.push(Rule::Hosts { hosts, anywhere: set.anywhere });
    } else if set.schemes.is_some() || set.ports.is_some() || set.private || set.anywhere {
        return Err(bad("hosts"));
    }
    if let Some(sql) = &set.sql {
        let allowed: Vec<String> = sql.iter().map(|it| it.to_lowercase()).collect();
        let sound = !allowed.is_empty() && allowed.iter().all(|it| !it.is_empty() && it != UNCLEAR);
        rules.push(sound.then_some(Rule::Sql(allowed)).ok_or_else(|| bad("sql"))?);
    }
    if let Some(recipients) = &set.recipients {
        let recipients = Recipients::read(recipients).ok_or_else(|| bad("recipients"))?;
        rules.push(Rule::Recipients(recipients));
    }
    if let Some(set) = &set.amount {
        rules.push(amount(set).ok_or_else(|| bad("amount"))?);
    }
    if let Some(values) = &set.one_of {
        let exact = |it: &Value| it.is_string() || it.is_boolean() || it.is_i64() || it.is_u64();
        let sound = !values.is_empty() && values.iter().all(exact);
        rules.push(sound.then(|| Rule::OneOf(values.clone())).ok_or_else(|| bad("one-of"))?);
    }
    if let Some(pattern) = &set.pattern {
        let pattern = linear(&format!("^(?:{pattern})$"));
        rules.push(Rule::Pattern(pattern.ok_or_else(|| bad("pattern"))?));
    }
    rules.extend(set.length.map(Rule::Length));
    if set.absent && (set.required || !rules.is_empty()) {
        return Err(bad("absent"));
    }
    Ok(rules)
}

fn amount(set: &AmountSetting) -> Option<Rule> {
    let most = Decimal::read(&set.most.to_string()).filter(|it| !it.is_negative())?;
    let currency = match (&set.currency_field, set.currencies.is_empty()) {
        (Some(field), false) if !field.contains('/') => {
            let names = set.currencies.iter().map(|it| it.to_lowercase()).collect();
            Some((field.clone(), names))
        }
        (None, true) => None,
        _ => return None,
    };
    Some(Rule::Amount { bound: Bound { most, negative: set.negative }, currency })
}

impl Rule {
    /// What a breach of it is called.
    pub(super) fn what(&self) -> &'static str {
        match self {
            Self::Paths(_) => "path-roots",
            Self::Hosts { .. } => "url-hosts",
            Self::Sql(_) => "sql-verbs",
            Self::Recipients(_) => "recipients",
            Self::Amount { .. } => "amount",
            Self::OneOf(_) => "one-of",
            Self::Pattern(_) => "pattern",
            Self::Length(_) => "length",
        }
    }

    /// Whether a value at `place` of `args` keeps to it.
    pub(super) fn holds(&self, value: &Value, args: &Value, place: &Place) -> bool {
        match self {
            Self::Paths(roots) => each_string(value, &|text| roots.hold(text)),
            Self::Hosts { hosts, anywhere: true } => {
                each_string(value, &|text| hosts.hold_all(text))
            }
            Self::Hosts { hosts, anywhere: false } => each_string(value, &|text| hosts.hold(text)),
            Self::Sql(allowed) => each_string(value, &|text| {
                normal_forms(text).iter().all(|form| {
                    let verbs = verbs(form);
                    !verbs.is_empty() && verbs.iter().all(|verb| allowed.contains(verb))
                })
            }),
            Self::Recipients(recipients) => recipients.hold(value),
            Self::Amount { bound, currency } => {
                let named = |(field, names): &(String, Vec<String>)| {
                    let found = place.beside(field).find(args);
                    let known = |it: &Value| {
                        it.as_str().is_some_and(|it| names.contains(&it.to_lowercase()))
                    };
                    !found.values.is_empty()
                        && found.alike.is_empty()
                        && found.values.iter().all(|it| known(it.1))
                };
                bound.holds(value) && currency.as_ref().is_none_or(named)
            }
            Self::OneOf(values) => values.contains(value),
            Self::Pattern(pattern) => each_string(value, &|text| {
                normal_forms(text).iter().all(|form| pattern.is_match(form))
            }),
            Self::Length(most) => match value {
                Value::String(text) => text.chars().count() <= *most,
                Value::Array(items) => items.len() <= *most,
                _ => false,
            },
        }
    }
}

/// Whether every string of a string or a list of strings keeps to a rule. Anything else is not
/// what the rule was written for.
fn each_string(value: &Value, holds: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => text.len() <= MOST_TEXT && holds(text),
        Value::Array(items) => {
            let string = |it: &Value| it.is_string() && each_string(it, holds);
            items.len() <= MOST_STRINGS && items.iter().all(string)
        }
        _ => false,
    }
}
