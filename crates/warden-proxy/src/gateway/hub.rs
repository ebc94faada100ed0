//! What servers announce to everybody, on its way to those who listen.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

use warden_mcp::{Method, Revision, bridge, splice};
use warden_model::DefinitionKind;

use super::{
    Core, Gateway,
    connection::Connection,
    lists,
    names::View,
    outlet::Outlet,
    server::{Heard, News, Server, Whose},
};
use crate::Batch;

/// The most listeners at a time.
const MOST: usize = 50_000;

/// The most listeners of one principal.
const MOST_EACH: usize = 10_000;

/// Those who listen.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    listeners: Mutex<HashMap<u64, Arc<Listener>>>,
    made: AtomicU64,
}

/// What a modern client listens to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) kinds: BTreeSet<DefinitionKind>,
    pub(crate) uris: BTreeSet<Box<str>>,
    /// Tasks, as the client calls them.
    pub(crate) tasks: BTreeSet<Box<str>>,
}

/// A modern client that listens.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) principal: Arc<str>,
    pub(crate) view: Arc<View>,
    pub(crate) filter: Filter,
    /// The identifier of its request, as written: what the subscription is called.
    pub(crate) id: Box<str>,
    pub(crate) outlet: Outlet,
    /// Told when it is to end.
    pub(crate) end: tokio::sync::Notify,
}

/// A place in the hub. Dropping it leaves.
pub(crate) struct Place<'a> {
    hub: &'a Hub,
    number: u64,
    pub(crate) listener: Arc<Listener>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.hub.all().remove(&self.number);
    }
}

impl Hub {
    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Arc<Listener>>> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes somebody in; `None` if there are too many.
    pub(crate) fn join(&self, listener: Listener) -> Option<Place<'_>> {
        let mut all = self.all();
        let theirs = all.values().filter(|other| other.principal == listener.principal).count();
        if all.len() >= MOST || theirs >= MOST_EACH {
            return None;
        }
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let listener = Arc::new(listener);
        all.insert(number, Arc::clone(&listener));
        Some(Place { hub: self, number, listener })
    }

    /// How many listen.
    pub(crate) fn count(&self) -> usize {
        self.all().len()
    }

    /// Tells everybody that it is over.
    pub(crate) fn close(&self) {
        for listener in self.all().values() {
            listener.end.notify_one();
        }
    }

    /// Whether a modern client listens to this resource.
    pub(crate) fn wants(&self, uri: &str) -> bool {
        self.all().values().any(|listener| listener.filter.uris.contains(uri))
    }

    /// Everything may look different now.
    pub(crate) fn everything_changed(&self, core: &Arc<Core>) {
        for kind in [DefinitionKind::Tool, DefinitionKind::Prompt, DefinitionKind::Resource] {
            self.tell(core, &News::Changed(kind), |_, _| true, &|view| !view.servers.is_empty());
        }
    }

    /// Everything may look different now to this person with this agent, or to this agent that acts
    /// for nobody.
    pub(crate) fn changed_for(&self, core: &Arc<Core>, (agent, user): (&str, Option<&str>)) {
        let begins = format!("{agent}/{}#", user.unwrap_or_default());
        let is_his = |principal: &Arc<str>, _: Option<&Arc<str>>| {
            **principal == *agent || principal.starts_with(&begins)
        };
        for kind in [DefinitionKind::Tool, DefinitionKind::Prompt, DefinitionKind::Resource] {
            self.tell(core, &News::Changed(kind), is_his, &|_| true);
        }
    }

    /// Tells everybody whom it concerns.
    fn tell(
        &self,
        core: &Core,
        news: &News,
        concerns: impl Fn(&Arc<str>, Option<&Arc<str>>) -> bool,
        sees: &dyn Fn(&View) -> bool,
    ) {
        let (method, params) = match news {
            News::Changed(kind) => (lists::changed(*kind), None),
            News::Updated(uri) => {
                (Method::ResourcesUpdated, Some(format!(r#"{{"uri":{}}}"#, splice::text(uri))))
            }
            // These are of one client each.
            News::Task { .. } | News::Said(..) => return,
        };
        let listeners: Vec<_> = self.all().values().cloned().collect();
        for listener in listeners {
            let wanted = match news {
                News::Changed(kind) => listener.filter.kinds.contains(kind),
                News::Updated(uri) => listener.filter.uris.contains(uri),
                News::Task { .. } | News::Said(..) => false,
            };
            if wanted && sees(&listener.view) && concerns(&listener.principal, None) {
                listener.tell(method, params.as_deref());
            }
        }
        let message = splice::notification(method.name(), params.as_deref());
        for session in core.sessions.all() {
            let wanted = match news {
                News::Changed(_) => session.revision >= Revision::V2024_11_05,
                News::Updated(uri) => session.subscribed(uri),
                News::Task { .. } | News::Said(..) => false,
            };
            let sees = core.view(&session.view).is_some_and(|view| sees(&view));
            if wanted && sees && concerns(&session.principal, Some(&session.name)) {
                session.tell(&message);
            }
        }
    }
}

/// Tells those whose task it is what has come of it, by the name that they know it by.
fn tell_of_task(
    core: &Core,
    connection: &Connection,
    server: &str,
    (method, own, params): (Method, &str, &str),
) {
    let known = |principal: &str| {
        let public = core.states.known_task(server, own, principal)?;
        let name = splice::text(&public);
        let params = splice::object(Some(params), &[("taskId", splice::Edit::Set(&name))]);
        Some((public, params))
    };
    let listeners: Vec<_> = core.hub.all().values().cloned().collect();
    for listener in listeners {
        if method.in_revision(Revision::NEWEST)
            && connection.whose.concerns(&listener.principal, None)
            && let Some((public, params)) = known(&listener.principal)
            && listener.filter.tasks.contains(&*public)
        {
            listener.tell(method, Some(&params));
        }
    }
    for session in core.sessions.all() {
        if method.in_revision(session.revision)
            && connection.whose.concerns(&session.principal, Some(&session.name))
            && let Some((_, params)) = known(&session.principal)
        {
            session.tell(&splice::notification(method.name(), Some(&params)));
        }
    }
}

/// What a server says to several clients, as it may be passed on; `None` if it may not be. What
/// is said to several is in nobody's past, and is shown as to whoever may see least.
fn heard<'a>(core: &Core, server: &Server, said: (Method, &'a str)) -> Option<Cow<'a, str>> {
    let (mut batch, nobody) = (Batch::default(), Mutex::default());
    let said = (said.0, Some(said.1));
    let veil = core.veil_of_several(server);
    let passed = server.judge.heard(said, (&nobody, veil.as_ref()), &server.whom, &mut batch);
    for alarm in batch.alarms.drain(..) {
        (core.tell)(&alarm);
    }
    // What cannot be recorded does not pass.
    passed.ok().filter(|_| core.store_now(&batch))?
}

/// Passes on what belongs to no request, where it is known whom it is meant for.
fn pass_on(core: &Core, connection: &Connection, method: Method, params: &str) {
    if connection.whose == Whose::All {
        return;
    }
    let said = bridge::log_level_of(params).filter(|_| method == Method::Log);
    for session in core.sessions.all() {
        let wants = session.level().is_none_or(|wanted| said.is_none_or(|said| said >= wanted));
        if wants
            && method.in_revision(session.revision)
            && connection.whose.concerns(&session.principal, Some(&session.name))
        {
            session.tell(&splice::notification(method.name(), Some(params)));
        }
    }
}

impl Listener {
    /// Sends a notification of this subscription. Whoever reads too slowly is sent away.
    pub(crate) fn tell(&self, method: Method, params: Option<&str>) {
        let line = self.notification(method, params);
        if self.outlet.try_send(line).is_err() {
            self.end.notify_one();
        }
    }

    /// A notification that says to which subscription it belongs.
    pub(crate) fn notification(&self, method: Method, params: Option<&str>) -> Vec<u8> {
        let id = [(super::meta::SUBSCRIPTION, splice::Edit::Set(&self.id))];
        splice::notification(method.name(), Some(&splice::nested(params, "_meta", &id)))
    }
}

/// What is done with news from servers.
pub(crate) fn hear(gateway: Weak<Gateway>) -> Heard {
    Arc::new(move |server: &Arc<Server>, connection: &Arc<Connection>, news| {
        let Some(gateway) = gateway.upgrade() else { return };
        let (server, connection) = (Arc::clone(server), Arc::clone(connection));
        tokio::spawn(async move { spread(&gateway, &server, &connection, news).await });
    })
}

/// Looks at what has changed before anybody is told, so that who asks then gets the new list.
async fn spread(gateway: &Gateway, server: &Arc<Server>, connection: &Arc<Connection>, news: News) {
    let kinds: &[DefinitionKind] = match news {
        News::Changed(DefinitionKind::Resource) => {
            &[DefinitionKind::Resource, DefinitionKind::Template]
        }
        News::Changed(DefinitionKind::Tool) => &[DefinitionKind::Tool],
        News::Changed(DefinitionKind::Prompt) => &[DefinitionKind::Prompt],
        News::Changed(DefinitionKind::Template)
        | News::Updated(_)
        | News::Task { .. }
        | News::Said(..) => &[],
    };
    for kind in kinds {
        // One that cannot be looked at is not listed; that too is a change.
        connection.look(server, *kind, false).await.ok();
    }
    let core = gateway.core();
    let Some(at) = core.servers.iter().position(|known| Arc::ptr_eq(known, server)) else {
        return;
    };
    match &news {
        News::Task { method, own, params } => {
            if let Some(params) = heard(&core, server, (*method, params)) {
                tell_of_task(&core, connection, &server.settings.name, (*method, own, &params));
            }
        }
        News::Said(method, params) => {
            if let Some(params) = heard(&core, server, (*method, params)) {
                pass_on(&core, connection, *method, &params);
            }
        }
        News::Changed(_) | News::Updated(_) => {}
    }
    let concerns = |principal: &Arc<str>, session: Option<&Arc<str>>| {
        connection.whose.concerns(principal, session)
    };
    core.hub.tell(&core, &news, concerns, &|view| view.servers.contains(&at));
}
