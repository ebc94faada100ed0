//! A question as Cedar has it: who asks and what for as entities, and everything else as context.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityUid, PolicySet, Request, Response,
    RestrictedExpression as Value,
};

use super::{
    super::{Asked, Kind},
    members::Of,
    model::{Model, uid},
    reads::Reads,
    slices::Single,
};

/// A question as Cedar has it.
#[derive(Debug)]
pub(super) struct Question {
    request: Request,
    entities: Entities,
}

/// What is shown of a question.
pub(super) struct Shown {
    /// Of everything that has a value.
    reads: Reads,
    /// The roles of whoever asks.
    roles: HashSet<EntityUid>,
}

impl Shown {
    /// Everything.
    pub(super) fn all(model: &Model, asked: &Asked<'_>) -> Self {
        let roles = asked.who.roles.iter().map(|role| uid(&model.role, role)).collect();
        Self { reads: Reads::ALL, roles }
    }

    /// What these rules look at, which were found in slices of this question. `named` are the
    /// roles that rules name in conditions.
    pub(super) fn by<'a>(
        looking: impl Iterator<Item = &'a Single>,
        model: &Model,
        asked: &Asked<'_>,
        named: &BTreeSet<Arc<str>>,
    ) -> Self {
        let (mut reads, mut roles) = (Reads::default(), HashSet::new());
        for rule in looking {
            reads |= rule.reads;
            // Whoever asks has the role, or the rule would not have been found.
            roles.extend(rule.role.clone());
        }
        if reads.who() || reads.roles() {
            let looked_at = |role: &&Arc<str>| reads.who() || named.contains(*role);
            let all = asked.who.roles.iter().filter(looked_at);
            roles.extend(all.map(|role| uid(&model.role, role)));
        }
        Self { reads, roles }
    }
}

impl Question {
    /// A question of which this is shown. Nothing if it cannot be put.
    pub(super) fn new(model: &Model, kind: Kind, asked: &Asked<'_>, shown: Shown) -> Option<Self> {
        let mut members = Members::of(asked, shown.reads);
        let who = uid(&model.session, asked.who.session.as_str());
        let thing = model.thing(kind, asked.server, asked.name)?;
        let context = members.context()?;
        let mut within = HashSet::from([uid(&model.server, asked.server)]);
        if !asked.traits.tenant.is_empty() {
            within.insert(uid(&model.tenant, &asked.traits.tenant));
        }
        let entities = [
            Entity::new(who.clone(), members.principal, shown.roles).ok()?,
            Entity::new(thing.clone(), members.resource, within).ok()?,
            model.act(asked.act).clone(),
        ];
        let entities = Entities::from_entities(entities, None).ok()?;
        let act = model.action(asked.act);
        let request = Request::new(who, act, thing, context, None).ok()?;
        Some(Self { request, entities })
    }

    /// What these rules say.
    pub(super) fn put(&self, authorizer: &Authorizer, rules: &PolicySet) -> Response {
        authorizer.is_authorized(&self.request, rules, &self.entities)
    }
}

type Pairs = Vec<(String, Value)>;

/// The members that are shown.
#[derive(Default)]
struct Members {
    principal: HashMap<String, Value>,
    resource: HashMap<String, Value>,
    session: Pairs,
    args: Pairs,
    time: Pairs,
    context: Pairs,
}

impl Members {
    fn of(asked: &Asked<'_>, reads: Reads) -> Self {
        let mut all = Self::default();
        for member in reads.each() {
            let Some(value) = (member.says)(asked).value() else { continue };
            let pair = (member.name.to_owned(), value);
            match member.of {
                Of::Principal => all.principal.extend([pair]),
                Of::Resource => all.resource.extend([pair]),
                Of::Session => all.session.push(pair),
                Of::Args => all.args.push(pair),
                Of::Time => all.time.push(pair),
                Of::Context => all.context.push(pair),
            }
        }
        all
    }

    /// The context, with a record for every group of which something is shown.
    fn context(&mut self) -> Option<Context> {
        let mut all = std::mem::take(&mut self.context);
        let groups =
            [("session", &mut self.session), ("args", &mut self.args), ("time", &mut self.time)];
        for (name, pairs) in groups {
            if !pairs.is_empty() {
                all.push((name.to_owned(), Value::new_record(std::mem::take(pairs)).ok()?));
            }
        }
        Context::from_pairs(all).ok()
    }
}
