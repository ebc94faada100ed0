//! Files to rules that can decide.

use cedar_policy::{Authorizer, Effect, PolicySet};
use warden_model::Digest;

use super::{
    super::Directory,
    Rule, RuleFile, RuleProblem, Rules, SCHEMA, check,
    memo::Memo,
    model::Model,
    parse::{MOST_RULES, Parsed, parse},
    slices::Slices,
};

impl Rules {
    /// Reads and checks rules.
    ///
    /// # Errors
    /// Everything that is wrong with them: what is no rule, what the schema or the directory does
    /// not have, two of one name, and what can never match.
    pub fn compile(files: &[RuleFile], directory: &Directory) -> Result<Self, Vec<RuleProblem>> {
        let model = Model::new().map_err(|what| vec![whole(what)])?;
        let mut sorted: Vec<&RuleFile> = files.iter().collect();
        sorted.sort_by(|a, b| a.name.cmp(&b.name));
        let (mut parsed, mut problems) = (Vec::new(), Vec::new());
        for file in &sorted {
            match parse(file) {
                Ok(rules) => parsed.extend(rules),
                Err(found) => problems.extend(found),
            }
        }
        if parsed.len() > MOST_RULES {
            problems.push(whole(format!("there are more than {MOST_RULES} rules")));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let all = set(&parsed)?;
        let problems = check::problems(&parsed, &all, &model, directory);
        if !problems.is_empty() {
            return Err(problems);
        }
        Self::built(model, &parsed, all, digest(&sorted, directory))
    }

    /// Rules that were checked.
    pub(super) fn built(
        model: Model,
        parsed: &[Parsed],
        all: PolicySet,
        digest: Digest,
    ) -> Result<Self, Vec<RuleProblem>> {
        let policies = parsed.iter().map(|rule| &rule.policy);
        let slices =
            Slices::of(policies, &model).map_err(|error| vec![whole(error.to_string())])?;
        let mut rules: Vec<Rule> = parsed.iter().map(rule).collect();
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Self {
            model,
            memo: Memo::new(),
            slices,
            all,
            named: rules,
            digest,
            authorizer: Authorizer::new(),
        })
    }
}

fn whole(what: String) -> RuleProblem {
    RuleProblem { file: String::new(), line: 1, what }
}

/// All rules in one set.
pub(super) fn set(parsed: &[Parsed]) -> Result<PolicySet, Vec<RuleProblem>> {
    let mut all = PolicySet::new();
    let mut problems = Vec::new();
    for rule in parsed {
        if all.add(rule.policy.clone()).is_err() {
            let name: &str = rule.policy.id().as_ref();
            let what = format!("`{name}`: there is another rule of this name");
            problems.push(RuleProblem { file: rule.file.clone(), line: rule.line, what });
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}

fn rule(parsed: &Parsed) -> Rule {
    let id: &str = parsed.policy.id().as_ref();
    Rule {
        id: id.into(),
        file: parsed.file.as_str().into(),
        line: parsed.line,
        permits: parsed.policy.effect() == Effect::Permit,
        why: parsed.policy.annotation("why").map(Into::into),
    }
}

/// The digest of schema, directory and rules, each with its length before it.
fn digest(files: &[&RuleFile], directory: &Directory) -> Digest {
    let mut all = Vec::new();
    let mut add = |part: &[u8]| {
        all.extend_from_slice(&(part.len() as u64).to_le_bytes());
        all.extend_from_slice(part);
    };
    add(b"warden-rules-1");
    add(SCHEMA.as_bytes());
    add(&directory.digest().hex());
    for file in files {
        add(file.name.as_bytes());
        add(file.text.as_bytes());
    }
    Digest::of(&all)
}
