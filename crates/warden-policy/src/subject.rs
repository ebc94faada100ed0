//! What limits and stops are about: who does something, and what it is done with.

use std::{collections::BTreeSet, sync::Arc};

use warden_model::Effect;

use crate::access::{Asked, Principal};

/// Who does something, and what it is done with.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The key of the session.
    pub session: &'a str,
    /// The agent.
    pub agent: &'a str,
    /// The person; `None` for an agent that acts for nobody.
    pub user: Option<&'a str>,
    /// The tenant; `""` where there is only one.
    pub tenant: &'a str,
    /// The server.
    pub server: &'a str,
    /// The name of the tool, prompt or resource on its server.
    pub tool: &'a str,
    /// The roles that count.
    pub roles: &'a BTreeSet<Arc<str>>,
    /// Everything that the tool does.
    pub effects: &'a BTreeSet<Effect>,
}

impl<'a> Subject<'a> {
    /// Somebody, and a tool of a server.
    #[must_use]
    pub fn new(
        who: &'a Principal,
        server: &'a str,
        tool: &'a str,
        effects: &'a BTreeSet<Effect>,
    ) -> Self {
        Self {
            session: who.session.as_str(),
            agent: &who.agent,
            user: who.user.as_deref(),
            tenant: &who.tenant,
            server,
            tool,
            roles: &who.roles,
            effects,
        }
    }
}

impl<'a> From<&Asked<'a>> for Subject<'a> {
    fn from(asked: &Asked<'a>) -> Self {
        Self::new(asked.who, asked.server, asked.name, &asked.traits.effects)
    }
}
