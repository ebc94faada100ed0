//! What a model will read, and what tools do.

use serde::{Deserialize, Serialize};
use warden_model as model;

use super::place::Place;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Surface {
    server: String,
    protocol: Option<String>,
    implementation: Option<(String, String)>,
    texts: Vec<Text>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    kind: Option<String>,
    name: String,
    pointer: String,
    shown: String,
    hidden: usize,
    effect: Option<String>,
}

impl Surface {
    pub(super) fn of(view: &model::SurfaceView) -> Self {
        Self {
            server: view.server.clone(),
            protocol: view.protocol.clone(),
            implementation: view.implementation.clone(),
            texts: view.texts.iter().map(Text::of).collect(),
        }
    }

    pub(super) fn back(self) -> Option<model::SurfaceView> {
        Some(model::SurfaceView {
            server: self.server,
            origin: model::Origin::Source,
            protocol: self.protocol,
            implementation: self.implementation,
            texts: self.texts.into_iter().map(Text::back).collect::<Option<_>>()?,
        })
    }
}

impl Text {
    pub(super) fn of(text: &model::TextView) -> Self {
        Self {
            kind: text.kind.map(|kind| kind.name().to_owned()),
            name: text.name.clone(),
            pointer: text.pointer.clone(),
            shown: text.shown.clone(),
            hidden: text.hidden,
            effect: text.effect.map(|effect| effect.name().to_owned()),
        }
    }

    pub(super) fn back(self) -> Option<model::TextView> {
        let kinds = || model::DefinitionKind::ALL.iter().copied();
        let kind = |name: String| kinds().find(|known| known.name() == name);
        Some(model::TextView {
            // A name that is none makes the whole unreadable.
            kind: self.kind.map(|name| kind(name).ok_or(())).transpose().ok()?,
            name: self.name,
            pointer: self.pointer,
            shown: self.shown,
            hidden: self.hidden,
            effect: self.effect.map(|name| effect(&name).ok_or(())).transpose().ok()?,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Profile {
    server: String,
    tool: Option<String>,
    place: Place,
    effects: Vec<Act>,
    hosts: Vec<String>,
    systems: Vec<String>,
    credentials: Vec<String>,
    open: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Act {
    effect: String,
    kind: String,
    call: String,
    certain: bool,
    place: Place,
}

impl Profile {
    pub(super) fn of(profile: &model::ToolProfile) -> Self {
        Self {
            server: profile.server.clone(),
            tool: profile.tool.clone(),
            place: Place::of(&profile.location),
            effects: profile.effects.iter().map(Act::of).collect(),
            hosts: profile.hosts.clone(),
            systems: profile.systems.clone(),
            credentials: profile.credentials.clone(),
            open: profile.open,
        }
    }

    pub(super) fn back(self) -> Option<model::ToolProfile> {
        Some(model::ToolProfile {
            server: self.server,
            tool: self.tool,
            location: self.place.back(),
            effects: self.effects.into_iter().map(Act::back).collect::<Option<_>>()?,
            hosts: self.hosts,
            systems: self.systems,
            credentials: self.credentials,
            open: self.open,
        })
    }
}

impl Act {
    pub(super) fn of(act: &model::ToolAct) -> Self {
        Self {
            effect: act.effect.name().to_owned(),
            kind: act.kind.clone(),
            call: act.call.clone(),
            certain: act.certain,
            place: Place::of(&act.location),
        }
    }

    pub(super) fn back(self) -> Option<model::ToolAct> {
        Some(model::ToolAct {
            effect: effect(&self.effect)?,
            kind: self.kind,
            call: self.call,
            certain: self.certain,
            location: self.place.back(),
        })
    }
}

fn effect(name: &str) -> Option<model::Effect> {
    model::Effect::ALL.iter().copied().find(|known| known.name() == name)
}
