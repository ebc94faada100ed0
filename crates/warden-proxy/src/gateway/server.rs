//! One server behind the gateway: what was approved of it, and its connections.

mod health;
mod hear;
mod pool;
mod schemas;

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::Notify;
use warden_audit::Ledger;
use warden_mcp::{Ask, header::Params};
use warden_model::DefinitionKind;
use warden_policy::access::SessionKey;

pub(crate) use health::Health;
pub(crate) use hear::News;
pub(crate) use pool::Lease;

use super::{
    can::Can,
    connection::Connection,
    metrics::{Metrics, ServerMetrics},
    pasts::Pasts,
    settings::{ServerSettings, Settings, Share},
    upstream::{Behalf, Hello, Link},
};
use crate::{
    content::{Copies, Looker},
    credentials::{CredentialError, Denied},
    judge::{Judge, Memory},
    notes::Whom,
};
use pool::Group;
use schemas::Schemas;

/// A minute, in milliseconds.
const MINUTE: u64 = 60_000;

/// What people are told.
pub type Tell = Arc<dyn Fn(&str) + Send + Sync>;

/// What a connection says outside of any request, for those who listen.
pub(crate) type Heard = Arc<dyn Fn(&Arc<Server>, &Arc<Connection>, News) + Send + Sync>;

/// One server.
pub(crate) struct Server {
    pub(crate) settings: ServerSettings,
    /// Its tools that take the place of those of others.
    copies: Copies,
    pub(crate) judge: Judge,
    pub(crate) whom: Whom,
    pub(crate) memory: Mutex<Memory>,
    pub(crate) trust: Duration,
    pub(crate) patience: Duration,
    pub(crate) tell: Tell,
    heard: Heard,
    most_message: usize,
    hello: Hello,
    /// Whether its lists are said to be for nobody but who asked for them.
    private: AtomicBool,
    /// What the arguments of its tools have to look like.
    pub(crate) schemas: Schemas,
    /// Which parameters of which tool are mirrored into headers.
    pub(crate) mirrored: HashMap<Box<str>, Params>,
    groups: Mutex<HashMap<Key, Group>>,
    /// Told whenever a connection has room again, or is there, or could not be made.
    room: Notify,
    health: Mutex<Health>,
    /// Milliseconds after `since` and one more, when people were last told that nothing of it is
    /// listed; 0 for never.
    told: AtomicU64,
    since: Instant,
    /// What is counted for it.
    pub(crate) metrics: Arc<ServerMetrics>,
    /// What is counted for all.
    pub(crate) counts: Arc<Metrics>,
}

/// Who shares a connection.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    whose: Whose,
    can: Can,
    /// Who it is, if what the server is shown depends on that.
    who: Option<SessionKey>,
    /// On whose behalf, if the server is shown anything. It says nothing about who shares.
    behalf: Option<Arc<Behalf>>,
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        (&self.whose, &self.can, &self.who) == (&other.whose, &other.can, &other.who)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.whose, &self.can, &self.who).hash(state);
    }
}

impl Key {
    /// Whether a connection carries one request at a time: a server that may ask something over
    /// pipes does not say on whose behalf. In a session there is only one who can be meant.
    fn is_carried_alone(&self, link: &Link) -> bool {
        self.can.any() && !matches!(self.whose, Whose::Session(_)) && !link.tells_requests_apart()
    }
}

/// Whose a connection is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Whose {
    All,
    Principal(Arc<str>),
    Session(Arc<str>),
}

impl Whose {
    /// Whether what is said on such a connection concerns this client.
    pub(crate) fn concerns(&self, principal: &Arc<str>, session: Option<&Arc<str>>) -> bool {
        match self {
            Self::All => true,
            Self::Principal(whose) => whose == principal,
            Self::Session(whose) => session == Some(whose),
        }
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("name", &self.settings.name).finish_non_exhaustive()
    }
}

impl Server {
    pub(crate) fn new(
        (settings, copies): (ServerSettings, Copies),
        all: &Settings,
        (ledger, tell, heard): (&Ledger, &Tell, &Heard),
        (counts, pasts): (&Arc<Metrics>, &Pasts),
    ) -> Self {
        let looker = Looker {
            inspection: Arc::clone(&all.inspection),
            room: Arc::clone(&pasts.room),
            tally: Arc::clone(&counts.noticed),
            habits: Arc::default(),
            party: pasts.room.party(&settings.name),
            class: settings.class,
        };
        let (bundle, means) = (settings.bundle.clone(), (all.limits, looker));
        let judge = Judge::new(&settings.name, bundle, means, &copies, ledger.clone());
        let tools = judge.bundle.pin.iter().flat_map(|pin| &pin.definitions);
        let tools = tools.filter(|tool| tool.kind == DefinitionKind::Tool);
        let metrics = counts.server(&settings.name, tools.map(|tool| &*tool.name));
        Self {
            whom: Whom::of(&settings.name, &judge.bundle, settings.artifact),
            mirrored: mirrored(&judge),
            schemas: Schemas::of(&judge),
            settings,
            copies,
            judge,
            memory: Mutex::default(),
            trust: all.trust,
            patience: all.patience,
            tell: Arc::clone(tell),
            heard: Arc::clone(heard),
            most_message: all.limits.message,
            hello: Hello {
                info: format!(
                    r#"{{"name":"mcpwarden","title":"MCP Warden","version":"{}"}}"#,
                    env!("CARGO_PKG_VERSION")
                ),
                capabilities: "{}".into(),
            },
            private: AtomicBool::new(false),
            groups: Mutex::default(),
            room: Notify::new(),
            health: Mutex::default(),
            told: AtomicU64::new(0),
            since: Instant::now(),
            metrics,
            counts: Arc::clone(counts),
        }
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// What this server may ask of a client that can be asked for this.
    pub(crate) fn asks(&self, can: Can) -> Can {
        let pin = self.judge.bundle.pin.as_ref();
        can.only(|ask: Ask| pin.is_some_and(|pin| pin.asks.contains(ask.name())))
    }

    /// Whose connection a caller uses.
    pub(crate) fn key(&self, principal: &Arc<str>, session: Option<&Arc<str>>, can: Can) -> Key {
        let credentials = self.settings.credentials.as_ref();
        let personal = credentials.is_some_and(|one| one.settings().is_personal());
        let private = personal || self.private.load(Ordering::Relaxed);
        let whose = match (self.settings.share, session) {
            (Share::All, _) if !private => Whose::All,
            (Share::Session, Some(session)) => Whose::Session(Arc::clone(session)),
            (Share::Principal | Share::All, _) | (Share::Session, None) => {
                Whose::Principal(Arc::clone(principal))
            }
        };
        Key { whose, can: self.asks(can), who: None, behalf: None }
    }

    /// The same with what the server is shown, where that depends on whom a request is for.
    pub(crate) fn key_on_behalf(&self, key: Key, behalf: Arc<Behalf>) -> Key {
        let Some(credentials) = &self.settings.credentials else { return key };
        let who = credentials.settings().is_personal().then(|| behalf.principal.session.clone());
        Key { who, behalf: Some(behalf), ..key }
    }

    /// Makes sure that there is something to show the server, so that it can be said early and with
    /// the place where somebody has to agree.
    ///
    /// # Errors
    /// Why there is nothing.
    pub(crate) async fn can_show(&self, key: &Key) -> Result<(), CredentialError> {
        let Some(credentials) = &self.settings.credentials else { return Ok(()) };
        let behalf = key.behalf.as_ref().ok_or(Denied::Nobody)?;
        let shown = credentials.headers(&behalf.principal, behalf.subject.as_deref());
        Box::pin(shown).await.map(|_| ())
    }

    /// Notes that what it shows one principal is not for another: from now on each has connections
    /// of its own.
    pub(crate) fn is_private(&self) {
        self.private.store(true, Ordering::Relaxed);
    }

    /// Tells people why nothing of it is listed for somebody, at most once a minute.
    pub(crate) fn tell_unlisted(&self, whom: &str, code: &str) {
        let (now, last) = (self.millis() + 1, self.told.load(Ordering::Relaxed));
        if last == 0 || now.saturating_sub(last) > MINUTE {
            self.told.store(now, Ordering::Relaxed);
            let name = &self.settings.name;
            (self.tell)(&format!("server {name}: nothing of it is listed for {whom}: {code}"));
        }
    }

    /// How we introduce ourselves, as `clientInfo`.
    pub(crate) fn info(&self) -> &str {
        &self.hello.info
    }

    /// What it shows of this kind; `None` if it cannot be reached or does not say.
    pub(crate) async fn stock(
        self: &Arc<Self>,
        key: &Key,
        kind: DefinitionKind,
    ) -> Option<super::connection::Stock> {
        let connection = match self.open_connection(key) {
            Some(connection) => connection,
            None => Arc::clone(&self.lease(key).await.ok()?.connection),
        };
        match connection.stock(self, kind).await {
            Ok(stock) => Some(stock),
            Err(error) => {
                self.failed(error.code());
                (self.tell)(&format!(
                    "server {}: its {}s cannot be listed: {}",
                    self.settings.name,
                    kind.name(),
                    error.code()
                ));
                None
            }
        }
    }

    /// Whether it is what these settings want.
    pub(crate) fn is_still(
        &self,
        (wanted, copies): (&ServerSettings, &Copies),
        all: &Settings,
    ) -> bool {
        let inspection = &self.judge.looker.inspection;
        let alike = self.trust == all.trust && self.judge.limits == all.limits;
        self.settings == *wanted && self.copies == *copies && alike && *inspection == all.inspection
    }

    /// The parameters of a request of our own.
    pub(crate) fn own_params(&self, link: &Link, cursor: Option<&str>) -> Box<str> {
        let mut params = String::from("{");
        if let Some(cursor) = cursor {
            params.push_str("\"cursor\":");
            params.push_str(cursor);
        }
        let revision = link.introduction().revision;
        if revision.is_modern() {
            let meta = super::meta::own(&self.hello.info, revision);
            if params.len() > 1 {
                params.push(',');
            }
            params.push_str("\"_meta\":");
            params.push_str(&meta);
        }
        params.push('}');
        params.into()
    }
}

/// Reads from the approved definitions which parameters go into headers. One that is annotated
/// wrongly is left out: a client must not be shown it.
fn mirrored(judge: &Judge) -> HashMap<Box<str>, Params> {
    let definitions = judge.bundle.pin.as_ref().map(|pin| &pin.definitions);
    let tools = definitions.into_iter().flatten().filter(|d| d.kind == DefinitionKind::Tool);
    let read = |tool: &warden_policy::PinnedDefinition| {
        let schema = tool.body.get("inputSchema")?.to_string();
        let params = Params::of_schema(&schema).ok()?;
        (!params.is_empty()).then(|| (tool.name.as_str().into(), params))
    };
    tools.filter_map(read).collect()
}

#[cfg(test)]
mod tests;
