//! One gateway for each attack and for each piece of ordinary work, so that none of them knows what
//! the others have read.

use std::{
    io,
    net::SocketAddr,
    path::Path,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant, UNIX_EPOCH},
};

use tokio::sync::oneshot;
use warden_audit::{Clock, Ledger, Options, Timestamp};
use warden_govern::redteam::{Definition, Outcome, Pack, Seen, Step};
use warden_policy::Certified;
use warden_proxy::{
    gateway::{Gateway, Keeping, Served, settings::Settings},
    store::MemoryStore,
};
use warden_seal::Vault;

use super::{
    agent::{Agent, harmed},
    base::Base,
    http::Http,
    ledger,
    stage::Stage,
};
use crate::{Failure, Kind, World};

/// How long what is under way may take at the end of an attack.
const DRAIN: Duration = Duration::from_secs(5);

/// When an attack begins, as the gateway sees it: on a Wednesday at noon, as in the cases of a policy.
/// A rule about hours must not make an attack another one at night.
const WEDNESDAY: Duration = Duration::from_hours(498_612);

/// Plays a pack against what is given. `told` is told how many are done, of how many.
///
/// # Errors
/// When a gateway cannot be started. What happens in an attack is no error but a result.
pub(crate) fn exercise(
    pack: &Pack,
    base: &Base,
    world: &World,
    told: &dyn Fn(usize, usize),
) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::new(pack, base.given.clone(), world.now());
    let count = |one: &warden_govern::redteam::Campaign| one.attacks.len() + one.controls.len();
    let (all, mut done) = (pack.campaigns.iter().map(count).sum(), 0);
    let mut next = || {
        told(done, all);
        done += 1;
        base.folder.path().join(format!("play-{done}"))
    };
    for campaign in &pack.campaigns {
        outcome.begin(campaign);
        for attack in &campaign.attacks {
            let script = (pack, attack.steps.as_slice(), attack.definitions.as_slice());
            outcome.attack(campaign, attack, play(script, base, &next())?);
        }
        for control in &campaign.controls {
            let script = (pack, control.steps.as_slice(), [].as_slice());
            outcome.control(campaign, control, play(script, base, &next())?);
        }
    }
    told(done, all);
    Ok(outcome)
}

/// Plays one of them in a folder of its own.
fn play(
    (pack, steps, definitions): (&Pack, &[Step], &[Definition]),
    base: &Base,
    folder: &Path,
) -> Result<Seen, Failure> {
    std::fs::create_dir(folder).map_err(|error| {
        Failure::new(Kind::Input, "cannot make a folder for an attack").caused_by(error)
    })?;
    // Kept until the end: without it nothing counts as certified.
    let (certified, by) = Certified::asked();
    by.is_of_level(base.given.level);
    by.set(Ok(()));
    let stage = Stage::set((pack, steps, definitions), folder, &certified)?;
    let settings = Settings { servers: stage.settings.clone(), ..base.settings.clone() };
    let dir = folder.join("ledger");
    let clock = clock();
    let ledger = Ledger::open(&dir, Options::new("red-team", Arc::clone(&clock)))
        .map_err(|error| cannot_start().caused_by(error))?;
    let first = Timestamp::from(clock());
    let played = between(settings, (&ledger, clock), |address| {
        let http = Http::begin(address, &base.token, &stage)?;
        let (_, seen) = Agent::new(http, &pack.secrets).play(steps);
        Ok(seen)
    })?;
    let closed = ledger.close().is_ok();
    let mut seen = played.unwrap_or_else(|_| Seen { incomplete: true, ..Seen::default() });
    match (stage.arrived(), ledger::noticed(&dir, first)) {
        (Ok(arrived), Ok(noticed)) if closed => {
            seen.harmed = harmed(steps, &pack.secrets, &arrived);
            seen.noticed = noticed;
        }
        // What was seen is not all: that counts as the worst.
        _ => seen.incomplete = true,
    }
    Ok(seen)
}

/// A clock that begins now, on a Wednesday.
fn clock() -> Clock {
    let begun = Instant::now();
    Arc::new(move || UNIX_EPOCH + WEDNESDAY + begun.elapsed())
}

/// Runs a gateway while something is done at its address, and returns what came of that.
fn between<T>(
    settings: Settings,
    (ledger, clock): (&Ledger, Clock),
    work: impl FnOnce(SocketAddr) -> io::Result<T>,
) -> Result<io::Result<T>, Failure> {
    let (ready, address) = mpsc::channel();
    let (stop, stopped) = oneshot::channel();
    thread::scope(|scope| {
        let gateway = scope.spawn(move || serve(settings, (ledger, clock), &ready, stopped));
        // Who ends without an address says why.
        let done = address.recv().ok().map(work);
        // It has ended by itself if nobody hears this.
        stop.send(()).ok();
        let ended = gateway.join().unwrap_or_else(|_| Err(cannot_start()));
        ended?;
        done.ok_or_else(cannot_start)
    })
}

fn serve(
    settings: Settings,
    (ledger, clock): (&Ledger, Clock),
    ready: &mpsc::Sender<SocketAddr>,
    stopped: oneshot::Receiver<()>,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| cannot_start().caused_by(error))?;
    let keep = || -> Result<Keeping, warden_seal::KeyError> {
        let (vault, key) = (Vault::random("gateway")?, warden_seal::random()?);
        Ok(Keeping { vault, key, store: Arc::new(MemoryStore::default()) })
    };
    let keeping = keep().map_err(|error| cannot_start().caused_by(error))?;
    let listen = settings.listen.clone();
    runtime.block_on(async {
        // What people would be told at once stands in the ledger as well.
        let gateway = Gateway::new(settings, keeping, (ledger, clock, Arc::new(|_: &str| {})));
        let gateway = gateway.map_err(|errors| {
            let told = errors.iter().map(ToString::to_string);
            told.fold(cannot_start(), Failure::hint)
        })?;
        gateway.begin().await;
        let served =
            Served::start(&gateway, &listen).map_err(|error| cannot_start().caused_by(error))?;
        // Nobody waits for the address if the exercise has ended.
        ready.send(served.address()).ok();
        stopped.await.ok();
        served.drain(DRAIN).await;
        Ok(())
    })
}

fn cannot_start() -> Failure {
    Failure::new(Kind::Internal, "cannot start a gateway for the exercise")
}
