//! Many servers behind one door.
//!
//! A request comes in through a front (`http`, `pipe`), is told whose it is (`caller`),
//! and is dealt with by `Core`: lists are answered from what was looked at (`lists`), what
//! names something is judged, recorded and taken to its server (`calls`). What servers ask of
//! clients goes the other way (`asks`), and what they announce to everybody goes to those who
//! listen (`hub`).

mod answer;
mod asked;
mod asks;
#[doc(hidden)]
pub mod bench;
mod caller;
mod calls;
mod can;
mod connection;
mod dispatch;
mod http;
mod hub;
mod introduce;
mod listen;
mod lists;
mod meta;
mod metrics;
mod names;
mod outlet;
mod pasts;
mod pipe;
mod route;
mod seen;
mod serve;
mod server;
mod session;
pub mod settings;
mod state;
mod stream;
mod subscribe;
mod traces;
mod upstream;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, PoisonError, RwLock, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use warden_audit::{Clock, Ledger};
use warden_seal::Vault;

pub(crate) use answer::Answer;
pub(crate) use asked::Request;
pub use names::{NameError, Offer};
pub use pipe::serve_pipe;
pub use serve::{CertificateError, SWEEP, ServeError, Served, check_tls};

use crate::{Batch, content::copied};
use hub::Hub;
use lists::Lists;
use metrics::Metrics;
use names::View;
use pasts::Pasts;
pub use server::Tell;
use server::{Heard, Server};
use session::Sessions;
use settings::Settings;
use state::States;
use traces::{Tracer, TracesError};

/// How long the end of the gateway waits for a collector of traces.
const FLUSH: Duration = Duration::from_secs(3);

/// A gateway: its parts as they are at the moment.
pub struct Gateway {
    core: RwLock<Arc<Core>>,
    ledger: Ledger,
    clock: Clock,
    tell: Tell,
    heard: Heard,
}

/// Everything that deals with requests, for one configuration.
pub(crate) struct Core {
    pub(crate) settings: Settings,
    pub(crate) servers: Vec<Arc<Server>>,
    views: BTreeMap<Box<str>, Arc<View>>,
    states: Arc<States>,
    sessions: Arc<Sessions>,
    hub: Arc<Hub>,
    lists: Lists,
    pasts: Arc<Pasts>,
    ledger: Ledger,
    tell: Tell,
    /// What everybody is called where no clients are configured.
    anybody: Arc<str>,
    /// The names of the configured clients, in their order.
    principals: Vec<Arc<str>>,
    /// How many calls are between their judgement and their answer.
    under_way: Arc<AtomicUsize>,
    /// Nothing can be recorded any more.
    broken: Arc<AtomicBool>,
    pub(crate) metrics: Arc<Metrics>,
    tracer: Tracer,
}

impl Gateway {
    /// Sets up a gateway. Nothing is opened before somebody asks for it. `vault` seals what
    /// clients keep for us: replicas that share its secret can go on with each other's sessions.
    ///
    /// # Errors
    /// When the settings contradict themselves.
    pub fn new(
        settings: Settings,
        vault: Vault,
        (ledger, clock, tell): (&Ledger, Clock, Tell),
    ) -> Result<Arc<Self>, Vec<SettingsError>> {
        let vault = Arc::new(vault);
        let tracer = tracer(&settings, &clock).map_err(|error| vec![error])?;
        let shared = Shared {
            states: Arc::new(States::new(
                Arc::clone(&vault),
                settings.state_life,
                Arc::clone(&clock),
            )),
            sessions: Arc::new(Sessions::new(vault, settings.session_idle)),
            hub: Arc::default(),
            under_way: Arc::default(),
            broken: Arc::default(),
            metrics: Arc::new(Metrics::new()),
            pasts: Arc::new(Pasts::new(settings.inspection.memory)),
            tracer,
        };
        let mut failed = Ok(());
        let gateway = Arc::new_cyclic(|weak: &Weak<Self>| {
            let heard = hub::hear(weak.clone());
            let means = (ledger, &tell, &heard);
            let core = Core::new(settings, &[], shared, means);
            let core = core.unwrap_or_else(|(errors, empty)| {
                failed = Err(errors);
                *empty
            });
            let (core, ledger) = (RwLock::new(Arc::new(core)), ledger.clone());
            Self { core, ledger, clock, tell, heard }
        });
        failed.map(|()| gateway)
    }

    /// The parts as they are at the moment.
    pub(crate) fn core(&self) -> Arc<Core> {
        Arc::clone(&self.core.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Goes over to other settings. What is under way ends as it began; servers whose settings
    /// and approval are the same keep their connections.
    ///
    /// # Errors
    /// When the settings contradict themselves; then everything stays as it is.
    pub fn reload(&self, settings: Settings) -> Result<(), Vec<SettingsError>> {
        let old = self.core();
        let tracer = if settings.traces == old.settings.traces {
            old.tracer.clone()
        } else {
            tracer(&settings, &self.clock).map_err(|error| vec![error])?
        };
        let shared = Shared {
            states: Arc::clone(&old.states),
            sessions: Arc::clone(&old.sessions),
            hub: Arc::clone(&old.hub),
            under_way: Arc::clone(&old.under_way),
            broken: Arc::clone(&old.broken),
            metrics: Arc::clone(&old.metrics),
            pasts: Arc::clone(&old.pasts),
            tracer,
        };
        let means = (&self.ledger, &self.tell, &self.heard);
        let new = Core::new(settings, &old.servers, shared, means).map_err(|(errors, _)| errors)?;
        new.pasts.room.resize(new.settings.inspection.memory);
        let new = Arc::new(new);
        *self.core.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&new);
        for server in &old.servers {
            if !new.servers.iter().any(|kept| Arc::ptr_eq(kept, server)) {
                server.retire();
            }
        }
        let names: Vec<_> = new.servers.iter().map(|server| &*server.settings.name).collect();
        new.metrics.keep(&names);
        new.hub.everything_changed(&new);
        Ok(())
    }

    /// Servers count as certified no more, or again: what was seen of their lists is not believed
    /// any more, and clients are told to ask for theirs.
    pub fn certified_changed(&self) {
        let core = self.core();
        for server in &core.servers {
            if server.judge.bundle.certified.is_asked() {
                server.look_again();
            }
        }
        core.hub.everything_changed(&core);
    }

    /// Whether everything that was called has been answered.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.core().under_way.load(Ordering::Acquire) == 0
    }

    /// Closes every connection to every server, and sends what is left of the traces.
    pub async fn close(&self) {
        let core = self.core();
        core.hub.close();
        for server in &core.servers {
            server.close().await;
        }
        core.tracer.flush(FLUSH).await;
    }

    /// Lets go of what is no longer used. To be called every few seconds.
    pub fn sweep(&self) {
        let core = self.core();
        let ended = core.sessions.sweep();
        core.states.sweep();
        core.pasts.sweep(core.settings.session_idle);
        for server in &core.servers {
            server.sweep(&ended);
        }
    }
}

/// Says whether settings could be used, and what each endpoint would offer.
///
/// # Errors
/// Every way in which they contradict themselves.
pub fn check(settings: &Settings) -> Result<Vec<Offer>, Vec<SettingsError>> {
    let traces = settings.traces.as_ref().and_then(|to| traces::check(to).err());
    let traces = traces.map(SettingsError::from);
    match (names::name_all(&settings.servers, &settings.views), traces) {
        (Ok(views), None) => Ok(views.values().map(View::offer).collect()),
        (Ok(_), Some(error)) => Err(vec![error]),
        (Err(errors), traces) => {
            Err(errors.into_iter().map(SettingsError::from).chain(traces).collect())
        }
    }
}

/// What makes the spans that these settings want.
fn tracer(settings: &Settings, clock: &Clock) -> Result<Tracer, SettingsError> {
    let start = |to| Tracer::start(to, env!("CARGO_PKG_VERSION"), Arc::clone(clock));
    Ok(settings.traces.as_ref().map_or_else(|| Ok(Tracer::off()), start)?)
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SettingsError(Contradiction);

/// What is wrong with settings.
#[derive(Debug, thiserror::Error)]
enum Contradiction {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Traces(#[from] TracesError),
}

impl<T: Into<Contradiction>> From<T> for SettingsError {
    fn from(error: T) -> Self {
        Self(error.into())
    }
}

/// What outlives a change of settings.
struct Shared {
    states: Arc<States>,
    sessions: Arc<Sessions>,
    hub: Arc<Hub>,
    under_way: Arc<AtomicUsize>,
    broken: Arc<AtomicBool>,
    metrics: Arc<Metrics>,
    pasts: Arc<Pasts>,
    tracer: Tracer,
}

impl Core {
    fn new(
        settings: Settings,
        old: &[Arc<Server>],
        shared: Shared,
        (ledger, tell, heard): (&Ledger, &Tell, &Heard),
    ) -> Result<Self, (Vec<SettingsError>, Box<Self>)> {
        let (metrics, pasts) = (Arc::clone(&shared.metrics), Arc::clone(&shared.pasts));
        let named = names::name_all(&settings.servers, &settings.views);
        let make = |settings: Settings, servers, views| {
            let Shared { states, sessions, hub, under_way, broken, metrics, pasts, tracer } =
                shared;
            let (lists, ledger, tell) = (Lists::default(), ledger.clone(), Arc::clone(tell));
            let principals = settings.clients.iter().map(|client| client.name.as_str().into());
            Self {
                anybody: "anonymous".into(),
                principals: principals.collect(),
                settings,
                servers,
                views,
                states,
                sessions,
                hub,
                lists,
                pasts,
                ledger,
                tell,
                under_way,
                broken,
                metrics,
                tracer,
            }
        };
        let views = match named {
            Ok(views) => views,
            Err(errors) => {
                let empty = make(settings, Vec::new(), BTreeMap::new());
                let errors = errors.into_iter().map(SettingsError::from).collect();
                return Err((errors, Box::new(empty)));
            }
        };
        let pins = settings.servers.iter().map(|server| server.bundle.pin.as_ref());
        let servers = settings.servers.iter().zip(copied(pins)).map(|(wanted, copies)| {
            let kept = old.iter().find(|server| server.is_still((wanted, &copies), &settings));
            kept.cloned().unwrap_or_else(|| {
                let means = (ledger, tell, heard);
                let wanted = (wanted.clone(), copies.clone());
                Arc::new(Server::new(wanted, &settings, means, (&metrics, &pasts)))
            })
        });
        let servers = servers.collect();
        let views = views.into_iter().map(|(name, view)| (name, Arc::new(view))).collect();
        Ok(make(settings, servers, views))
    }

    /// The view with this name; the empty name is that of everything.
    pub(crate) fn view(&self, name: &str) -> Option<Arc<View>> {
        self.views.get(name).cloned()
    }

    /// Gives others who are about to record something the time to do it with the same write.
    pub(crate) async fn gather(&self) {
        if self.under_way.load(Ordering::Relaxed) > 1 {
            tokio::task::yield_now().await;
        }
    }

    /// Stores what a batch says was recorded. Returns whether that was possible.
    pub(crate) async fn store(&self, batch: Batch<'_>) -> bool {
        for alarm in &batch.alarms {
            (self.tell)(alarm);
        }
        let stored = match batch.last {
            Some(seq) => self.commit(seq).await,
            None => true,
        };
        let good = stored && !batch.broken;
        if !good {
            self.broken();
        }
        good
    }

    /// Returns when a record is stored, and whether it could be. Others go on meanwhile: a thread
    /// that waits for another one's write serves nobody.
    pub(crate) async fn commit(&self, seq: warden_audit::Seq) -> bool {
        self.gather().await;
        let since = Instant::now();
        let stored = loop {
            match self.ledger.try_commit(seq) {
                Ok(true) => break true,
                Ok(false) => tokio::task::yield_now().await,
                Err(_) => break false,
            }
        };
        self.metrics.committed(since.elapsed(), stored);
        stored
    }

    pub(crate) fn store_now(&self, batch: &Batch<'_>) -> bool {
        let commit = |seq| self.metrics.timed(|| self.ledger.commit(seq)).is_ok();
        let stored = batch.last.is_none_or(commit);
        let good = stored && !batch.broken;
        if !good {
            self.broken();
        }
        good
    }

    /// Notes that nothing can be recorded any more, so nothing passes any more.
    pub(crate) fn broken(&self) {
        if !self.broken.swap(true, Ordering::AcqRel) {
            (self.tell)("the ledger cannot be written, so nothing passes any more");
        }
    }
}
