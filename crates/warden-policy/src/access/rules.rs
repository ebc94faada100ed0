//! Who may do what, as rules in Cedar.
//!
//! Everything that the rules say no to is refused, and so is everything that none of them says yes
//! to; a rule that cannot be evaluated refuses as well. Rules are checked when they are compiled:
//! strictly against the published schema, and for what can never match, so that a typing mistake
//! is found before it lets something through or keeps somebody out.
//!
//! Cedar takes time in proportion to the number of rules. They are therefore kept apart by what
//! they are about (act, role, thing), and only those are evaluated whose scope can match. Cedar
//! still evaluates the scope itself: what is left out is only what would have said nothing. A rule
//! is shown only what it looks at, and is asked once for all questions in which that is the same.

mod cache;
mod cases;
mod check;
mod compile;
mod members;
mod memo;
mod model;
mod nearest;
mod packs;
mod parse;
mod polarity;
mod question;
mod reads;
mod scope;
mod slices;

use std::{collections::BTreeSet, sync::Arc};

use cedar_policy::{AuthorizationError, Authorizer, Decision, PolicySet};
use warden_model::Digest;

use self::{
    memo::{Key, Memo},
    model::Model,
    question::{Question, Shown},
    slices::{Single, Slice, Slices},
};

use super::{Act, Asked, Kind, RuleId, Verdict, Why, directory::covers};

pub use cases::{Case, CaseProblem, Expect, read_cases};
pub use nearest::Change;
pub use packs::{BuiltIn, Pack, built_in, open_files};

/// What rules are written about, in Cedar's own form, as it is published.
pub const SCHEMA: &str = include_str!("../../policies/warden.cedarschema");

/// A file of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFile {
    /// Its name, for problems and for rules without an `@id`.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// One thing that is wrong with rules.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct RuleProblem {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What.
    pub what: String,
}

/// One rule, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its `@id`, or its file and number.
    pub id: RuleId,
    /// The file.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
    /// Whether it says yes.
    pub permits: bool,
    /// Its `@why`: what it is for.
    pub why: Option<Arc<str>>,
}

/// Rules that were checked and can decide.
#[derive(Debug)]
pub struct Rules {
    model: Model,
    memo: Memo,
    slices: Slices,
    all: PolicySet,
    named: Vec<Rule>,
    digest: Digest,
    authorizer: Authorizer,
}

impl Rules {
    /// Every rule, by name.
    #[must_use]
    pub fn all(&self) -> &[Rule] {
        &self.named
    }

    /// The rule of this name.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.named
            .binary_search_by(|rule| (*rule.id).cmp(id))
            .ok()
            .and_then(|at| self.named.get(at))
    }

    /// The digest of all that decides: schema, directory and rules, whatever their order.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Decides. What is listed is taken for a resource if its name is a URI, and for a tool
    /// otherwise; where that is known better, use [`Rules::decide_as`].
    #[must_use]
    pub fn decide(&self, asked: &Asked<'_>) -> Verdict {
        self.decide_as(kind_for(asked.act, asked.name), asked)
    }

    /// Decides about a thing of this kind.
    #[must_use]
    pub fn decide_as(&self, kind: Kind, asked: &Asked<'_>) -> Verdict {
        self.decided(kind, asked, Slicing::Sliced)
    }

    /// Decides by evaluating every rule. It is slow, and what [`Rules::decide`] is held against.
    #[must_use]
    pub fn decide_unsliced(&self, asked: &Asked<'_>) -> Verdict {
        self.decided(kind_for(asked.act, asked.name), asked, Slicing::Whole)
    }

    fn decided(&self, kind: Kind, asked: &Asked<'_>, slicing: Slicing) -> Verdict {
        if asked.who.expires.is_some_and(|end| end <= asked.now) {
            return Verdict::Refused { why: Why::SessionExpired, rules: Vec::new() };
        }
        if !in_session(asked) {
            return Verdict::Refused { why: Why::NotInSession, rules: Vec::new() };
        }
        // No server has such a name, and what it was called could be that of another thing.
        if asked.server.contains('/') {
            return error();
        }
        match slicing {
            Slicing::Whole => reached(asked, |asked| self.all_say(kind, asked)),
            Slicing::Sliced => self.sliced(kind, asked),
        }
    }

    /// What the rules in the slices of a question come to.
    fn sliced(&self, kind: Kind, asked: &Asked<'_>) -> Verdict {
        let slices = self.slices.of_question(kind, asked);
        let reach = || reached(asked, |asked| self.slices_say(&slices, kind, asked));
        match Key::of_slices(&slices, kind, asked, &self.slices.roles) {
            Some(key) => self.memo.verdict(key, reach),
            None => reach(),
        }
    }

    /// What the rules in these slices say. Nothing if the question cannot be put.
    fn slices_say(&self, slices: &[&Slice], kind: Kind, asked: &Asked<'_>) -> Option<Answer> {
        let (mut answer, mut left) = (Answer::default(), Vec::new());
        for (at, rule) in self.slices.rules(slices) {
            let approved = asked.approved && rule.reads.approval();
            let asked = Asked { approved, ..asked.clone() };
            let key = Key::of_rule((at, rule.reads), kind, &asked, &self.slices.roles);
            match key.as_ref().and_then(|key| self.memo.applied(key)) {
                Some(applied) => answer.add(rule, applied),
                None => left.push((rule, key)),
            }
        }
        if left.is_empty() {
            return Some(answer);
        }
        let rules = left.iter().map(|(rule, _)| *rule);
        let shown = Shown::by(rules, &self.model, asked, &self.slices.roles);
        let question = Question::new(&self.model, kind, asked, shown)?;
        for (rule, key) in left {
            let response = question.put(&self.authorizer, &rule.alone);
            if response.diagnostics().errors().next().is_some() {
                answer.errors.push(rule.name.clone());
                continue;
            }
            let applied = response.diagnostics().reason().next().is_some();
            answer.add(rule, applied);
            if let Some(key) = key {
                self.memo.keep(key, applied);
            }
        }
        Some(answer)
    }

    /// What all rules say, of which each is shown everything. Nothing if it cannot be asked.
    fn all_say(&self, kind: Kind, asked: &Asked<'_>) -> Option<Answer> {
        let shown = Shown::all(&self.model, asked);
        let question = Question::new(&self.model, kind, asked, shown)?;
        let response = question.put(&self.authorizer, &self.all);
        let said = response.diagnostics();
        let mut answer = Answer::default();
        answer.errors.extend(
            said.errors()
                .map(|AuthorizationError::PolicyEvaluationError(error)| id(error.policy_id())),
        );
        match response.decision() {
            Decision::Allow => answer.permits.extend(said.reason().map(id)),
            Decision::Deny => answer.forbids.extend(said.reason().map(id)),
        }
        Some(answer)
    }
}

/// The verdict on a question, from what rules say to it and, if that makes a difference, to the
/// same with an approval.
fn reached(asked: &Asked<'_>, say: impl Fn(&Asked<'_>) -> Option<Answer>) -> Verdict {
    let Some(first) = say(asked) else { return error() };
    if let Some(verdict) = first.settled() {
        return verdict;
    }
    if asked.approved {
        return first.refused();
    }
    let Some(second) = say(&Asked { approved: true, ..asked.clone() }) else { return error() };
    match second.settled() {
        // What a person would have to approve is there to be asked for.
        Some(Verdict::Permitted { rules }) if asked.act == Act::List => {
            Verdict::Permitted { rules }
        }
        Some(Verdict::Permitted { rules }) => {
            let said = sorted(first.forbids);
            Verdict::NeedsApproval { rules: if said.is_empty() { rules } else { said } }
        }
        Some(verdict) => verdict,
        None => second.refused(),
    }
}

const fn error() -> Verdict {
    Verdict::Refused { why: Why::Error, rules: Vec::new() }
}

/// Which rules are evaluated.
#[derive(Clone, Copy)]
enum Slicing {
    Sliced,
    Whole,
}

/// What rules say, each by its name.
#[derive(Default)]
struct Answer {
    permits: Vec<RuleId>,
    forbids: Vec<RuleId>,
    errors: Vec<RuleId>,
}

impl Answer {
    /// Adds what a rule said.
    fn add(&mut self, rule: &Single, applied: bool) {
        if applied {
            let all = if rule.permits { &mut self.permits } else { &mut self.forbids };
            all.push(rule.name.clone());
        }
    }

    /// The verdict, if an approval makes no difference to it.
    fn settled(&self) -> Option<Verdict> {
        if !self.errors.is_empty() {
            let rules = sorted(self.errors.clone());
            return Some(Verdict::Refused { why: Why::Error, rules });
        }
        let yes = self.forbids.is_empty() && !self.permits.is_empty();
        yes.then(|| Verdict::Permitted { rules: sorted(self.permits.clone()) })
    }

    fn refused(self) -> Verdict {
        let why = if self.forbids.is_empty() { Why::NoRule } else { Why::Rule };
        Verdict::Refused { why, rules: sorted(self.forbids) }
    }
}

fn id(policy: &cedar_policy::PolicyId) -> RuleId {
    let name: &str = policy.as_ref();
    name.into()
}

fn sorted(rules: Vec<RuleId>) -> Vec<RuleId> {
    rules.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

/// What kind of thing an act is about.
fn kind_for(act: Act, name: &str) -> Kind {
    match act {
        Act::Prompt => Kind::Prompt,
        Act::Read => Kind::Resource,
        Act::Ask => Kind::Asking,
        Act::List if name.contains("://") => Kind::Resource,
        Act::Call | Act::List => Kind::Tool,
    }
}

/// Whether it is among what the session was given. What a server asks is, if anything of that
/// server is.
pub(super) fn in_session(asked: &Asked<'_>) -> bool {
    let Some(list) = &asked.who.allowlist else { return true };
    if asked.act == Act::Ask {
        let server =
            |pattern: &str| pattern.split_once("__").map_or(pattern, |(s, _)| s).to_owned();
        return list.iter().any(|pattern| covers(&server(pattern), asked.server));
    }
    let name = format!("{}__{}", asked.server, asked.name);
    list.iter().any(|pattern| covers(pattern, &name))
}

#[cfg(test)]
mod tests;
