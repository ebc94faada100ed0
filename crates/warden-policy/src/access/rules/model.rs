//! The names of the schema, made once.

use std::str::FromStr as _;

use cedar_policy::{Entity, EntityId, EntityTypeName, EntityUid, Schema};

use super::{
    super::{Act, Kind},
    SCHEMA,
};

/// The schema and its names.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) schema: Schema,
    pub(super) session: EntityTypeName,
    pub(super) role: EntityTypeName,
    pub(super) server: EntityTypeName,
    pub(super) tenant: EntityTypeName,
    kinds: [(Kind, EntityTypeName); 4],
    /// Each with what it is part of.
    acts: Vec<(Act, Entity)>,
}

impl Model {
    /// Reads the schema that is built in.
    ///
    /// # Errors
    /// What is wrong with it, which a test makes sure is nothing.
    pub(super) fn new() -> Result<Self, String> {
        let (schema, _) =
            Schema::from_cedarschema_str(SCHEMA).map_err(|error| error.to_string())?;
        let names = || -> Result<Self, String> {
            let named = |name: &str| {
                let name = format!("Warden::{name}");
                EntityTypeName::from_str(&name).map_err(|error| error.to_string())
            };
            let action = named("Action")?;
            let uid =
                |name: &str| EntityUid::from_type_name_and_id(action.clone(), EntityId::new(name));
            let entity = |act: Act| {
                let part = if act == Act::Ask { None } else { Some(uid("use")) };
                (act, Entity::new_no_attrs(uid(act.name()), part.into_iter().collect()))
            };
            Ok(Self {
                session: named("Session")?,
                role: named("Role")?,
                server: named("Server")?,
                tenant: named("Tenant")?,
                kinds: [
                    (Kind::Tool, named("Tool")?),
                    (Kind::Prompt, named("Prompt")?),
                    (Kind::Resource, named("Resource")?),
                    (Kind::Asking, named("Asking")?),
                ],
                acts: Act::ALL.into_iter().map(entity).collect(),
                schema,
            })
        };
        names()
    }

    /// The name of a thing of this kind. No server has `/` in its name, so that no two things have
    /// the same one.
    pub(super) fn thing(&self, kind: Kind, server: &str, name: &str) -> Option<EntityUid> {
        if server.contains('/') {
            return None;
        }
        let (_, named) = self.kinds.iter().find(|(one, _)| *one == kind)?;
        let id = EntityId::new(format!("{server}/{name}"));
        Some(EntityUid::from_type_name_and_id(named.clone(), id))
    }

    /// The kind of things of this type.
    pub(super) fn kind(&self, name: &EntityTypeName) -> Option<Kind> {
        self.kinds.iter().find(|(_, one)| one == name).map(|(kind, _)| *kind)
    }

    /// The name of an act.
    pub(super) fn action(&self, act: Act) -> EntityUid {
        self.act(act).uid()
    }

    /// An act, with what it is part of.
    pub(super) fn act(&self, act: Act) -> &Entity {
        // INVARIANT: they stand in the order of `Act::ALL`, which is that of their declaration.
        &self.acts[act as usize].1
    }
}

/// A name of this type.
pub(super) fn uid(of: &EntityTypeName, name: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(of.clone(), EntityId::new(name))
}
