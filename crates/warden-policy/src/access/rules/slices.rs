//! Rules by what they are about.
//!
//! Each rule stands in one slice for every act it is about: that of its role (or of anybody) and of
//! the thing it names (or of anything). A question looks only into the slices that can hold a rule
//! whose head matches it. What a head says that is no role, server, tenant or thing is left to
//! Cedar.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use cedar_policy::{
    Effect, EntityUid, Policy, PolicySet, PolicySetError, PrincipalConstraint, ResourceConstraint,
};

use super::{
    super::{Act, Asked, Kind, RuleId},
    model::Model,
    reads::{Reads, conditions},
    scope::Scope,
};

/// Rules by act, role and thing.
#[derive(Debug, Default)]
pub(super) struct Slices {
    singles: Vec<Single>,
    all: Vec<Slice>,
    acts: [ByRole; Act::ALL.len()],
    /// The roles that conditions name.
    pub(super) roles: BTreeSet<Arc<str>>,
}

/// One rule by itself.
#[derive(Debug)]
pub(super) struct Single {
    pub(super) name: RuleId,
    pub(super) permits: bool,
    /// A set with nothing else in it.
    pub(super) alone: PolicySet,
    pub(super) reads: Reads,
    /// The role that its head names.
    pub(super) role: Option<EntityUid>,
    /// The server, tenant or thing that its head names.
    pub(super) thing: Option<EntityUid>,
}

/// The rules that are about the same.
#[derive(Debug, Default)]
pub(super) struct Slice {
    pub(super) at: usize,
    /// The places of its rules.
    pub(super) rules: Vec<usize>,
    /// What any of them looks at.
    pub(super) reads: Reads,
}

#[derive(Debug, Default)]
struct ByRole {
    anybody: ByThing,
    roles: HashMap<Arc<str>, ByThing>,
}

/// The places of slices.
#[derive(Debug, Default)]
struct ByThing {
    anything: Option<usize>,
    servers: HashMap<Box<str>, usize>,
    tenants: HashMap<Box<str>, usize>,
    own: HashMap<(Kind, Box<str>), usize>,
}

impl Slices {
    /// Puts every rule where it is found.
    ///
    /// # Errors
    /// When two have the same name.
    pub(super) fn of<'a>(
        rules: impl Iterator<Item = &'a Policy>,
        model: &Model,
    ) -> Result<Self, Box<PolicySetError>> {
        let mut all = Self::default();
        for rule in rules {
            let (single, named) = Single::of(rule, model)?;
            all.roles.extend(named);
            let acts: BTreeSet<Act> = Scope::of(rule).acts.into_iter().collect();
            for act in acts {
                all.put(act, &single, model);
            }
            all.singles.push(single);
        }
        Ok(all)
    }

    /// Puts the rule that comes next where it is found.
    fn put(&mut self, act: Act, single: &Single, model: &Model) {
        let of = &mut self.acts[act as usize];
        let of = match &single.role {
            None => &mut of.anybody,
            Some(role) => of.roles.entry(role.id().unescaped().into()).or_default(),
        };
        let next = self.all.len();
        let at = of.place(single.thing.as_ref(), next, model);
        if at == next {
            self.all.push(Slice { at, ..Slice::default() });
        }
        if let Some(slice) = self.all.get_mut(at) {
            slice.rules.push(self.singles.len());
            slice.reads |= single.reads;
        }
    }

    /// Every slice that this question may find a rule in.
    pub(super) fn of_question(&self, kind: Kind, asked: &Asked<'_>) -> Vec<&Slice> {
        let mut found = Vec::with_capacity(8);
        let of = &self.acts[asked.act as usize];
        of.anybody.each(kind, asked, &mut found);
        if !of.roles.is_empty() {
            for role in asked.who.roles.iter().filter_map(|role| of.roles.get(role)) {
                role.each(kind, asked, &mut found);
            }
        }
        found.into_iter().filter_map(|at| self.all.get(at)).collect()
    }

    /// The rules of these slices, each with its place.
    pub(super) fn rules<'a>(
        &'a self,
        slices: &'a [&Slice],
    ) -> impl Iterator<Item = (usize, &'a Single)> {
        let places = slices.iter().flat_map(|slice| &slice.rules);
        places.filter_map(|at| Some((*at, self.singles.get(*at)?)))
    }
}

impl Single {
    /// A rule, and the roles that its conditions name.
    fn of(
        policy: &Policy,
        model: &Model,
    ) -> Result<(Self, BTreeSet<Arc<str>>), Box<PolicySetError>> {
        let (mut reads, named) = conditions(policy, model);
        let role = match policy.principal_constraint() {
            PrincipalConstraint::In(role) | PrincipalConstraint::IsIn(_, role) => Some(role),
            PrincipalConstraint::Any | PrincipalConstraint::Is(_) => None,
            // Sessions have no names that rules could know; Cedar itself looks at this one.
            PrincipalConstraint::Eq(_) => {
                reads |= Reads::principal();
                None
            }
        };
        let role = role.filter(|role| {
            let known = *role.type_name() == model.role;
            if !known {
                reads |= Reads::principal();
            }
            known
        });
        let thing = match policy.resource_constraint() {
            ResourceConstraint::Any | ResourceConstraint::Is(_) => None,
            ResourceConstraint::In(thing)
            | ResourceConstraint::Eq(thing)
            | ResourceConstraint::IsIn(_, thing) => Some(thing),
        };
        let thing = thing.filter(|thing| {
            let of = thing.type_name();
            let known = *of == model.server || *of == model.tenant || model.kind(of).is_some();
            if !known {
                reads |= Reads::resource();
            }
            known
        });
        let name: &str = policy.id().as_ref();
        let permits = policy.effect() == Effect::Permit;
        let alone = PolicySet::from_policies([policy.clone()]).map_err(Box::new)?;
        Ok((Self { name: name.into(), permits, alone, reads, role, thing }, named))
    }
}

impl ByThing {
    /// The place of the slice for this thing: `next` if there is none yet.
    fn place(&mut self, thing: Option<&EntityUid>, next: usize, model: &Model) -> usize {
        let Some(thing) = thing else { return *self.anything.get_or_insert(next) };
        let (of, name) = (thing.type_name(), thing.id().unescaped());
        match model.kind(of) {
            Some(kind) => *self.own.entry((kind, name.into())).or_insert(next),
            None if *of == model.server => *self.servers.entry(name.into()).or_insert(next),
            None => *self.tenants.entry(name.into()).or_insert(next),
        }
    }

    fn each(&self, kind: Kind, asked: &Asked<'_>, found: &mut Vec<usize>) {
        found.extend(self.anything);
        if !self.servers.is_empty() {
            found.extend(self.servers.get(asked.server));
        }
        // `""` is no tenant.
        if !self.tenants.is_empty() && !asked.traits.tenant.is_empty() {
            found.extend(self.tenants.get(&asked.traits.tenant));
        }
        if !self.own.is_empty() {
            let name = format!("{}/{}", asked.server, asked.name);
            found.extend(self.own.get(&(kind, name.into_boxed_str())));
        }
    }
}
