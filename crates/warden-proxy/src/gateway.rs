//! Many servers behind one door.
//!
//! A request comes in through a front (`http`, `pipe`), is told whose it is (`caller`),
//! and is dealt with by `Core`: lists are answered from what was looked at (`lists`), what
//! names something is judged, recorded and taken to its server (`calls`). What servers ask of
//! clients goes the other way (`asks`), and what they announce to everybody goes to those who
//! listen (`hub`).

mod access;
mod answer;
mod arguments;
mod asked;
mod asks;
#[doc(hidden)]
pub mod bench;
mod caller;
mod calls;
mod can;
mod connection;
mod denials;
mod dispatch;
mod enter;
mod http;
mod hub;
mod introduce;
pub(crate) mod listen;
mod lists;
mod meta;
mod metrics;
mod names;
mod operate;
mod outlet;
mod parts;
mod pasts;
mod pipe;
mod route;
mod seen;
mod serve;
mod server;
mod session;
pub mod settings;
mod state;
mod stay;
mod stream;
mod subscribe;
mod traces;
mod unlisted;
mod upkeep;
mod upstream;
mod veils;
mod witness;
pub(crate) use upstream::trusted;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, PoisonError, RwLock, Weak,
        atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::watch;
use warden_audit::{Clock, Ledger};
use warden_policy::access::{How, Principal};
use warden_seal::Vault;

pub(crate) use answer::Answer;
pub(crate) use asked::Request;
pub use names::{NameError, Offer};
pub use pipe::serve_pipe;
pub use serve::{CertificateError, SWEEP, ServeError, Served, check_tls};

use crate::{
    Batch,
    content::{Room, copied},
    credentials::consent::Consents,
    holds::{Holds, Webhook},
    identity::Door,
    limits::Limits,
    operator::Desk,
    stops::{Patience, Stops},
    store::Store,
};
use denials::Denials;
use hub::Hub;
use lists::Lists;
use metrics::Metrics;
use names::View;
use operate::Hands;
pub use parts::SettingsError;
use parts::{door, limits, tracer, webhook};
use pasts::Pasts;
pub use server::Tell;
use server::{Heard, Server};
use session::Sessions;
use settings::{ClientKey, ServerSettings, Settings};
use state::States;
use traces::Tracer;
use upkeep::Upkeep;

/// How long the end of the gateway waits for a collector of traces.
const FLUSH: Duration = Duration::from_secs(3);

/// How often pages whose time is up are looked for, in microseconds.
const CONSENTS: i64 = 600_000_000;

/// A gateway: its parts as they are at the moment.
pub struct Gateway {
    core: RwLock<Arc<Core>>,
    ledger: Ledger,
    clock: Clock,
    tell: Tell,
    heard: Heard,
    store: Arc<dyn Store>,
    /// Tells of calls that wait, if anybody is told.
    webhook: Option<Webhook>,
    upkeep: Upkeep,
    /// Told whenever there are other settings: who came in under the old ones is looked at again.
    changes: watch::Sender<u64>,
}

/// What a gateway keeps things with.
#[derive(Debug)]
pub struct Keeping {
    /// Seals what clients keep for us, and what sessions have seen. Replicas that share its secret
    /// can go on with each other's sessions.
    pub vault: Vault,
    /// Under which secrets are known again.
    pub key: [u8; 32],
    /// Keeps what has to outlive the process.
    pub store: Arc<dyn Store>,
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
    limits: Arc<Limits>,
    stops: Arc<Stops>,
    holds: Holds,
    /// Where operators are answered.
    desk: Desk,
    /// Who comes in by tokens, keys and certificates, if that is set up.
    pub(crate) door: Option<Arc<Door>>,
    /// The pages on which people agree to what servers are shown.
    pub(crate) consents: Consents,
    /// When those were looked through, in microseconds.
    consents_swept: AtomicI64,
    /// How many were not let in lately.
    denials: Denials,
    ledger: Ledger,
    clock: Clock,
    tell: Tell,
    /// What everybody is called where no clients are configured.
    anybody: Arc<Principal>,
    /// Who is at the other end of a pipe.
    local: Arc<Principal>,
    /// The configured clients, in their order.
    principals: Vec<Arc<Principal>>,
    /// How many calls are between their judgement and their answer.
    under_way: Arc<AtomicUsize>,
    /// Nothing can be recorded any more.
    broken: Arc<AtomicBool>,
    pub(crate) metrics: Arc<Metrics>,
    tracer: Tracer,
}

impl Gateway {
    /// Sets up a gateway. Nothing is opened before somebody asks for it, and nothing passes before
    /// [`Gateway::begin`].
    ///
    /// # Errors
    /// When the settings contradict themselves.
    pub fn new(
        settings: Settings,
        Keeping { vault, key, store }: Keeping,
        (ledger, clock, tell): (&Ledger, Clock, Tell),
    ) -> Result<Arc<Self>, Vec<SettingsError>> {
        let (vault, kept) = (Arc::new(vault), Arc::clone(&store));
        let tracer = tracer(&settings, &clock).map_err(|error| vec![error])?;
        let webhook = webhook(&settings, &clock).map_err(|error| vec![error])?;
        let metrics = Arc::new(Metrics::new());
        let means = witness::Means {
            store: &store,
            ledger,
            clock: &clock,
            metrics: &metrics,
            webhook: webhook.as_ref(),
        };
        let door = door(&settings, None).map_err(|error| vec![error])?;
        let shared = Shared {
            holds: witness::holds(&settings, means),
            store: Arc::clone(&store),
            states: Arc::new(States::new(
                Arc::clone(&vault),
                settings.state_life,
                Arc::clone(&clock),
            )),
            sessions: Arc::new(Sessions::new(Arc::clone(&vault), settings.session_idle)),
            hub: Arc::default(),
            under_way: Arc::default(),
            broken: Arc::default(),
            metrics: Arc::clone(&metrics),
            pasts: Arc::new(Pasts::new(
                Room::keyed(settings.inspection.memory, Some(key)),
                Arc::clone(&vault),
                Arc::clone(&store),
            )),
            limits: Arc::new(limits(&settings, &store, &clock)),
            stops: Arc::new(Stops::new(store, Arc::clone(&clock), Patience::default())),
            door,
            tracer,
        };
        let mut failed = Ok(());
        let gateway = Arc::new_cyclic(|weak: &Weak<Self>| {
            let heard = hub::hear(weak.clone());
            let means = (ledger, &clock, &tell, &heard);
            let core = Core::new(settings, &[], shared, means);
            let core = core.unwrap_or_else(|(errors, empty)| {
                failed = Err(errors);
                *empty
            });
            let (core, ledger) = (RwLock::new(Arc::new(core)), ledger.clone());
            let (upkeep, changes) = (Upkeep::default(), watch::Sender::new(0));
            Self { core, ledger, clock, tell, heard, store: kept, webhook, upkeep, changes }
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
        let means = witness::Means {
            store: &self.store,
            ledger: &self.ledger,
            clock: &self.clock,
            metrics: &old.metrics,
            webhook: self.webhook.as_ref(),
        };
        let door = door(&settings, Some(&old)).map_err(|error| vec![error])?;
        let shared = Shared {
            holds: witness::holds(&settings, means),
            store: Arc::clone(&self.store),
            states: Arc::clone(&old.states),
            sessions: Arc::clone(&old.sessions),
            hub: Arc::clone(&old.hub),
            under_way: Arc::clone(&old.under_way),
            broken: Arc::clone(&old.broken),
            metrics: Arc::clone(&old.metrics),
            pasts: Arc::clone(&old.pasts),
            limits: old.limits_under(&settings, &self.store, &self.clock),
            stops: Arc::clone(&old.stops),
            door,
            tracer,
        };
        let means = (&self.ledger, &self.clock, &self.tell, &self.heard);
        let new = Core::new(settings, &old.servers, shared, means).map_err(|(errors, _)| errors)?;
        new.pasts.room.resize(new.settings.inspection.memory);
        let new = Arc::new(new);
        *self.core.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&new);
        if !Arc::ptr_eq(&old.limits, &new.limits) {
            self.upkeep.replaced(&old.limits);
        }
        self.changes.send_modify(|count| *count += 1);
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

    /// Reads what is stopped, and goes on to. Before this nothing passes.
    pub async fn begin(&self) {
        let core = self.core();
        // That the store does not answer stops everything, which everybody who calls is told.
        core.stops.refresh().await.ok();
        operate::note_stops(&core);
        // It ends by itself with the gateway.
        drop(core.stops.watch());
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
        self.upkeep.end(&core.limits).await;
        core.tracer.flush(FLUSH).await;
    }

    /// Lets go of what is no longer used. To be called every few seconds.
    pub async fn sweep(&self) {
        let core = self.core();
        let ended = core.sessions.sweep();
        core.states.sweep();
        for session in core.pasts.sweep(core.now()).await {
            core.tell_ended(&session);
            for server in &core.servers {
                if let Some(credentials) = &server.settings.credentials {
                    credentials.forget_session(&session);
                }
            }
        }
        core.limits.sweep();
        self.upkeep.sweep(&core.limits, core.now()).await;
        // What is left now is looked at again soon.
        core.holds.sweep().await.ok();
        core.sweep_consents().await;
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
    let others = traces.map(SettingsError::from).into_iter().chain(door(settings, None).err());
    match names::name_all(&settings.servers, &settings.views) {
        Ok(views) => {
            let others: Vec<_> = others.collect();
            let offers = || views.values().map(View::offer).collect();
            if others.is_empty() { Ok(offers()) } else { Err(others) }
        }
        Err(errors) => Err(errors.into_iter().map(SettingsError::from).chain(others).collect()),
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
    limits: Arc<Limits>,
    stops: Arc<Stops>,
    holds: Holds,
    store: Arc<dyn Store>,
    door: Option<Arc<Door>>,
    tracer: Tracer,
}

impl Core {
    fn new(
        settings: Settings,
        old: &[Arc<Server>],
        shared: Shared,
        (ledger, clock, tell, heard): (&Ledger, &Clock, &Tell, &Heard),
    ) -> Result<Self, (Vec<SettingsError>, Box<Self>)> {
        let (metrics, pasts) = (Arc::clone(&shared.metrics), Arc::clone(&shared.pasts));
        let named = names::name_all(&settings.servers, &settings.views);
        let make = |settings: Settings, servers, views| {
            let Shared { states, sessions, hub, under_way, broken, metrics, .. } = shared;
            let (pasts, tracer) = (shared.pasts, shared.tracer);
            let (limits, stops, holds) = (shared.limits, shared.stops, shared.holds);
            let hands = Hands {
                store: shared.store,
                stops: Arc::clone(&stops),
                pasts: Arc::clone(&pasts),
                clock: Arc::clone(clock),
                ledger: ledger.clone(),
            };
            let desk = Desk {
                operators: settings.operators.clone(),
                holds: holds.clone(),
                levers: Some(Box::new(hands)),
            };
            let door = shared.door;
            let credentials = |server: &ServerSettings| server.credentials.clone();
            let consents = Consents::new(settings.servers.iter().filter_map(credentials));
            let (lists, ledger, tell) = (Lists::default(), ledger.clone(), Arc::clone(tell));
            let dressed = |who| match &settings.policies {
                Some(policies) => Arc::new(policies.dressed(who)),
                None => Arc::new(who),
            };
            let principals = settings.clients.iter().map(ClientKey::principal).map(dressed);
            Self {
                principals: principals.collect(),
                anybody: dressed(Principal::of_agent("anonymous", How::Anybody)),
                local: dressed(Principal::of_agent("local", How::Process)),
                settings,
                servers,
                views,
                states,
                sessions,
                hub,
                lists,
                pasts,
                limits,
                stops,
                holds,
                desk,
                door,
                consents,
                consents_swept: AtomicI64::new(0),
                denials: Denials::default(),
                ledger,
                clock: Arc::clone(clock),
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

    /// The limits under these settings: what is used of them stays used if they are the same.
    fn limits_under(
        &self,
        settings: &Settings,
        store: &Arc<dyn Store>,
        clock: &Clock,
    ) -> Arc<Limits> {
        let limits = |settings: &Settings| {
            settings
                .policies
                .as_ref()
                .map(|policies| policies.directory.limits().to_vec())
                .unwrap_or_default()
        };
        if limits(settings) == limits(&self.settings) {
            return Arc::clone(&self.limits);
        }
        Arc::new(self::limits(settings, store, clock))
    }

    /// Somebody who was proven, with what is written about him.
    pub(crate) fn dressed(&self, who: Principal) -> Arc<Principal> {
        Arc::new(match self.policies() {
            Some(policies) => policies.dressed(who),
            None => who,
        })
    }

    /// Forgets pages whose time is up, now and then.
    async fn sweep_consents(&self) {
        let now = self.now().micros();
        let since = now.saturating_sub(self.consents_swept.load(Ordering::Relaxed));
        if since > CONSENTS {
            self.consents_swept.store(now, Ordering::Relaxed);
            // What is over is not taken in either case.
            self.consents.sweep().await.ok();
        }
    }

    /// Who is at the other end of a pipe.
    pub(crate) fn local(&self) -> Arc<Principal> {
        Arc::clone(&self.local)
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
