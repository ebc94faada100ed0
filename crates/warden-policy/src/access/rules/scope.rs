//! What a rule is about, as far as its head says.

use cedar_policy::{
    ActionConstraint, EntityTypeName, EntityUid, Policy, PrincipalConstraint, ResourceConstraint,
};

use super::{
    super::{Act, Directory, Kind},
    model::Model,
};

/// What the head of a rule says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    /// The acts it is about.
    pub(super) acts: Vec<Act>,
    /// The role; `None` for anybody.
    pub(super) role: Option<EntityUid>,
    /// What a thing is or is part of; `None` for anything.
    pub(super) thing: Option<EntityUid>,
    /// The type of thing; `None` for any.
    pub(super) kind: Option<EntityTypeName>,
}

impl Scope {
    /// The scope of a rule.
    pub(super) fn of(policy: &Policy) -> Self {
        let role = match policy.principal_constraint() {
            PrincipalConstraint::In(role) | PrincipalConstraint::IsIn(_, role) => Some(role),
            // Sessions have no names that rules could know; Cedar itself looks at this one.
            PrincipalConstraint::Any | PrincipalConstraint::Is(_) | PrincipalConstraint::Eq(_) => {
                None
            }
        };
        let (thing, kind) = match policy.resource_constraint() {
            ResourceConstraint::Any => (None, None),
            ResourceConstraint::In(thing) => (Some(thing), None),
            ResourceConstraint::Eq(thing) => {
                let kind = thing.type_name().clone();
                (Some(thing), Some(kind))
            }
            ResourceConstraint::Is(kind) => (None, Some(kind)),
            ResourceConstraint::IsIn(kind, thing) => (Some(thing), Some(kind)),
        };
        let acts = match policy.action_constraint() {
            ActionConstraint::Any => Act::ALL.to_vec(),
            ActionConstraint::Eq(act) => acts(&act),
            ActionConstraint::In(all) => all.iter().flat_map(acts).collect(),
        };
        Self { acts, role, thing, kind }
    }

    /// Whether this covers all that the other does.
    pub(super) fn covers(&self, other: &Self, model: &Model, directory: &Directory) -> bool {
        let role = match (&self.role, &other.role) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(ours), Some(theirs)) => {
                let name = theirs.id().unescaped();
                directory.closure(&[name.into()].into()).contains(ours.id().unescaped())
            }
        };
        let kind = self.kind.is_none() || self.kind == other.kind;
        let thing = match (&self.thing, &other.thing) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(ours), Some(theirs)) => ours == theirs || part_of(theirs, ours, model, directory),
        };
        role && kind && thing && other.acts.iter().all(|act| self.acts.contains(act))
    }
}

/// The acts that are this one or in it; every act for one that nobody knows.
fn acts(uid: &EntityUid) -> Vec<Act> {
    match uid.id().unescaped() {
        "use" => vec![Act::List, Act::Call, Act::Prompt, Act::Read],
        name => Act::parse(name).map_or_else(|| Act::ALL.to_vec(), |act| vec![act]),
    }
}

/// Whether a thing or server is part of a server or tenant.
fn part_of(part: &EntityUid, whole: &EntityUid, model: &Model, directory: &Directory) -> bool {
    let name = part.id().unescaped();
    let server = if *part.type_name() == model.server {
        name
    } else if model.kind(part.type_name()).is_some() {
        name.split_once('/').map_or(name, |(server, _)| server)
    } else {
        return false;
    };
    let whole_name = whole.id().unescaped();
    if *whole.type_name() == model.server {
        return server == whole_name;
    }
    let tenant = directory.server(server).map(|server| &*server.tenant);
    *whole.type_name() == model.tenant && tenant == Some(whole_name)
}

/// What a rule names that the directory does not have.
pub(super) fn unknown(uid: &EntityUid, model: &Model, directory: &Directory) -> Option<String> {
    let (name, of) = (uid.id().unescaped(), uid.type_name());
    if *of == model.role {
        return (!directory.has_role(name)).then(|| format!("there is no role `{name}`"));
    }
    if *of == model.server {
        let there = directory.server(name).is_some();
        return (!there).then(|| format!("there is no server `{name}`"));
    }
    if *of == model.tenant {
        return (!directory.has_tenant(name)).then(|| format!("there is no tenant `{name}`"));
    }
    if *of == model.session {
        return Some("it names a single session, of which no rule can know the name".to_owned());
    }
    let kind: Kind = model.kind(of)?;
    let there = name.split_once('/').is_some_and(|(server, tool)| {
        directory.server(server).is_some() && directory.knows(server, kind, tool)
    });
    (!there).then(|| format!("there is no {} `{name}`", kind.name()))
}
