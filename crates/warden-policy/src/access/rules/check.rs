//! What is wrong with rules that can be read: what the schema does not have, what the directory
//! does not have, and what can never match.

use cedar_policy::{Effect, PolicySet, Schema, ValidationMode, Validator};
use miette::Diagnostic;

use super::{
    super::Directory,
    RuleProblem,
    model::Model,
    parse::Parsed,
    polarity::a_role_takes,
    scope::{Scope, unknown},
};

/// What is said of a rule by which a role takes something away.
const A_ROLE_GIVES: &str = "a role can only give: forbid it to everybody `unless { principal in \
                            Warden::Role::\"…\" }`";

/// Everything that is wrong with these rules.
pub(super) fn problems(
    rules: &[Parsed],
    set: &PolicySet,
    model: &Model,
    directory: &Directory,
) -> Vec<RuleProblem> {
    let mut all = validate(rules, set, &model.schema);
    for rule in rules {
        if a_role_takes(&rule.policy, &model.role.to_string()) {
            all.push(problem(rule, A_ROLE_GIVES));
        }
        let mut named = rule.policy.entity_literals();
        named.sort();
        named.dedup();
        let unknown = named.iter().filter_map(|uid| unknown(uid, model, directory));
        all.extend(unknown.map(|what| problem(rule, format!("it can never match: {what}"))));
    }
    all.extend(shadowed(rules, model, directory));
    all.sort();
    all.dedup();
    all
}

fn problem(rule: &Parsed, what: impl AsRef<str>) -> RuleProblem {
    let name: &str = rule.policy.id().as_ref();
    let what = format!("`{name}`: {}", what.as_ref());
    RuleProblem { file: rule.file.clone(), line: rule.line, what }
}

/// What Cedar finds. Its warnings are problems as well: a rule that is always false, or a name
/// that looks like another.
fn validate(rules: &[Parsed], set: &PolicySet, schema: &Schema) -> Vec<RuleProblem> {
    let result = Validator::new(schema.clone()).validate(set, ValidationMode::Strict);
    let place = |id: &cedar_policy::PolicyId, error: &dyn Diagnostic| {
        let rule = rules.iter().find(|rule| rule.policy.id() == id);
        let help = error.help().map(|help| format!(" ({help})")).unwrap_or_default();
        let what = format!("{}{help}", plainly(&error.to_string()));
        match rule {
            Some(rule) => problem(rule, what),
            None => RuleProblem { file: String::new(), line: 1, what },
        }
    };
    let errors = result.validation_errors().map(|error| place(error.policy_id(), error));
    let warnings = result.validation_warnings().map(|error| place(error.policy_id(), error));
    errors.chain(warnings).collect()
}

/// What Cedar says, without what is said already: the rule, and for each act and kind of thing anew
/// that an attribute is not there.
fn plainly(said: &str) -> String {
    let after = said.strip_prefix("for policy `").and_then(|rest| rest.split_once("`, "));
    let said = after.map_or(said, |(_, said)| said);
    for of in [" in context for ", " on entity type "] {
        if let Some((what, rest)) = said.split_once(of)
            && let Some((_, end)) = rest.split_once(" not found")
        {
            return format!("{what} not found{end}");
        }
    }
    said.to_owned()
}

/// Rules that say yes to nothing that another does not always say no to.
fn shadowed(rules: &[Parsed], model: &Model, directory: &Directory) -> Vec<RuleProblem> {
    let always = |rule: &&Parsed| {
        rule.policy.effect() == Effect::Forbid && !rule.policy.has_non_scope_constraint()
    };
    let forbids: Vec<(&Parsed, Scope)> =
        rules.iter().filter(always).map(|rule| (rule, Scope::of(&rule.policy))).collect();
    let shadow = |rule: &Parsed| {
        let scope = Scope::of(&rule.policy);
        let (by, _) = forbids.iter().find(|(_, no)| no.covers(&scope, model, directory))?;
        let by: &str = by.policy.id().as_ref();
        Some(problem(rule, format!("it can never match: `{by}` forbids all of it")))
    };
    let permits = rules.iter().filter(|rule| rule.policy.effect() == Effect::Permit);
    permits.filter_map(shadow).collect()
}
