//! Who asks, and in which way it wants to be answered.

use std::sync::Arc;

use hyper::HeaderMap;
use warden_mcp::{Revision, bridge::Level, walk};
use warden_model::Hidden;
use warden_policy::access::Principal;

use super::{
    can::Can,
    meta,
    names::View,
    server::{Key, Server},
    session::Session,
    stay::Stay,
    upstream::Behalf,
};
use crate::notes::{Protocol, Whom};

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// Who it has shown to be.
    pub(crate) who: Arc<Principal>,
    /// What that is called in records, and what keeps its connections and states apart from those
    /// of others.
    pub(crate) principal: Arc<str>,
    /// The token that it has shown us, to be exchanged for others. It goes to no server.
    pub(crate) subject: Option<Arc<Hidden>>,
    /// The revision that it speaks.
    pub(crate) revision: Revision,
    /// What it is offered.
    pub(crate) view: Arc<View>,
    /// The program's name and version, as it gives them.
    pub(crate) client: Option<Arc<(String, String)>>,
    /// `clientInfo` as it was written, for servers that want it in each request.
    pub(crate) info: Option<Arc<str>>,
    /// What it can be asked for.
    pub(crate) can: Can,
    /// Its `extensions` as written, if it has declared any.
    pub(crate) extensions: Option<Arc<str>>,
    /// The least level of log messages that it wants.
    pub(crate) level: Option<Level>,
    /// What goes along with the HTTP request, for traces.
    pub(crate) along: Option<Arc<HeaderMap>>,
    /// The session, if it has one.
    pub(crate) session: Option<Arc<Session>>,
    /// For how long it may stay.
    pub(crate) stay: Stay,
}

impl Caller {
    /// Who it is, for records about this server.
    pub(crate) fn whom(&self, server: &Server) -> Whom {
        Whom {
            agent: Some(Arc::clone(&self.who.agent)),
            user: self.who.user.clone(),
            session: Some(self.who.session.text()),
            client: self.client.clone(),
            protocol: Some(Protocol::Known(self.revision.name())),
            ..server.whom.clone()
        }
    }

    /// Whose connection to this server it uses, and what the server is shown on it.
    pub(crate) fn key(&self, server: &Server) -> Key {
        let key = server.key(&self.principal, self.session_name(), self.can);
        if server.settings.credentials.is_none() {
            return key;
        }
        let (principal, subject) = (Arc::clone(&self.who), self.subject.clone());
        server.key_on_behalf(key, Arc::new(Behalf { principal, subject }))
    }

    /// Takes over what a request without a session says of its client.
    pub(crate) fn read_metadata(&mut self, params: &str) {
        let metadata = walk::member(params, "_meta").unwrap_or("{}");
        let object = |name| walk::member(metadata, name).filter(|raw| raw.starts_with('{'));
        if let Some(capabilities) = object(meta::CAPABILITIES) {
            self.can = Can::read(capabilities);
            let extensions = walk::member(capabilities, "extensions");
            self.extensions = extensions.filter(|raw| raw.starts_with('{')).map(Arc::from);
        }
        if let Some(info) = object(meta::INFO) {
            let part = |name| walk::text(info, name).unwrap_or_default().into_owned();
            self.client = Some((part("name"), part("version")).into());
            self.info = Some(info.into());
        }
        self.level = walk::text(metadata, meta::LEVEL).and_then(|level| Level::parse(&level));
    }

    /// The least level of log messages that it wants now.
    pub(crate) fn level(&self) -> Option<Level> {
        self.session.as_ref().and_then(|session| session.level()).or(self.level)
    }

    /// Whether it has declared this extension.
    pub(crate) fn has_extension(&self, name: &str) -> bool {
        self.extensions.as_deref().is_some_and(|all| walk::member(all, name).is_some())
    }

    /// Its session's name.
    pub(crate) fn session_name(&self) -> Option<&Arc<str>> {
        self.session.as_ref().map(|session| &session.name)
    }
}
