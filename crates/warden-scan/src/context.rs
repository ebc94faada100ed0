//! What rules need more than once, worked out before they run.

use warden_detect::{Effects, Names, effects};
use warden_model::{Definition, DefinitionKind, Location, Origin, Snapshot, Surface};

use crate::{Text, text::texts};

/// The snapshot with what was worked out about it.
pub struct Context<'a> {
    /// What was looked at.
    pub snapshot: &'a Snapshot,
    /// What servers show models, in the order of the snapshot.
    pub views: Vec<View<'a>>,
    /// The names of every tool and server.
    pub names: Names,
}

/// What one server shows a model, taken apart.
pub struct View<'a> {
    /// As it was read.
    pub surface: &'a Surface,
    /// Every text, in order.
    pub texts: Vec<Text<'a>>,
    /// What each definition does; `None` for what is no tool.
    pub effects: Vec<Option<Effects>>,
}

impl<'a> Context<'a> {
    pub(crate) fn of(snapshot: &'a Snapshot) -> Self {
        let views: Vec<View<'a>> = snapshot.surfaces.iter().map(View::of).collect();
        let tools = snapshot.surfaces.iter().flat_map(|surface| {
            surface.of_kind(DefinitionKind::Tool).map(|tool| tool.name.as_str())
        });
        let servers = snapshot.surfaces.iter().map(|surface| surface.server.as_str());
        let connections = snapshot.connections.iter().map(|connection| connection.name.as_str());
        let names = Names::new(tools.chain(servers).chain(connections));
        Self { snapshot, views, names }
    }

    /// Whether two surfaces show the same server: one server in two clients is no collision.
    #[must_use]
    pub fn same_server(&self, a: &Surface, b: &Surface) -> bool {
        let package = |surface: &Surface| {
            let connection = self.snapshot.connections.get(surface.connection?)?;
            connection.package.as_ref().map(|package| (package.registry, package.name.clone()))
        };
        let implementation =
            |surface: &Surface| surface.implementation.clone().map(|(name, _)| name);
        a.server == b.server
            || (package(a).is_some() && package(a) == package(b))
            || (package(a).is_none()
                && package(b).is_none()
                && implementation(a).is_some()
                && implementation(a) == implementation(b))
    }
}

impl<'a> View<'a> {
    fn of(surface: &'a Surface) -> Self {
        let effects = surface
            .definitions
            .iter()
            .map(|definition| {
                (definition.kind == DefinitionKind::Tool).then(|| effects(&definition.body))
            })
            .collect();
        Self { surface, texts: texts(surface), effects }
    }

    /// The tools, with what they do.
    pub fn tools(&self) -> impl Iterator<Item = (&'a Definition, &Effects)> {
        self.surface
            .definitions
            .iter()
            .zip(&self.effects)
            .filter_map(|(definition, effects)| Some((definition, effects.as_ref()?)))
    }

    /// Whether the server has a tool, or is itself, called so.
    #[must_use]
    pub fn owns(&self, name: &str) -> bool {
        self.surface.server == name
            || self.surface.definitions.iter().any(|definition| definition.name == name)
    }

    /// Where a text stands. A saved answer is a file, so the pointer leads to the text itself.
    #[must_use]
    pub fn place(&self, text: &Text<'_>) -> Location {
        let definition = text.definition.and_then(|index| self.surface.definitions.get(index));
        let mut place = definition.map_or(&self.surface.location, |found| &found.location).clone();
        if self.surface.origin == Origin::Saved
            && let Some(pointer) = place.pointer.as_mut()
        {
            pointer.push_str(&text.pointer);
        }
        place
    }
}
