//! Servers that agents start or reach.

use serde::{Deserialize, Serialize};
use warden_scan::AgentServer;

use super::place::Place;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Started {
    framework: String,
    name: Option<String>,
    command: Option<String>,
    url: Option<String>,
    env: Vec<String>,
    location: Place,
}

impl Started {
    pub(super) fn of(server: &AgentServer) -> Self {
        Self {
            framework: server.framework.clone(),
            name: server.name.clone(),
            command: server.command.clone(),
            url: server.url.clone(),
            env: server.env.clone(),
            location: Place::of(&server.location),
        }
    }

    pub(super) fn back(self) -> AgentServer {
        AgentServer {
            framework: self.framework,
            name: self.name,
            command: self.command,
            url: self.url,
            env: self.env,
            location: self.location.back(),
        }
    }
}
