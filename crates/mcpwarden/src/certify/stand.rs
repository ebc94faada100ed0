//! Whether what runs still counts as certified: asked at the start, and again every second.
//!
//! The answer is written where every decision reads it. A thread looks at the files that can change
//! it: the certificate or the bundle, approvals, the trusted keys, what is revoked, and the log. Those that
//! have not changed are not verified again before a key begins or ends, and time is asked each
//! time. What nobody decides by any more is let go. When the thread ends, nothing counts any more.

use std::{
    fs::{self, Metadata},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
    thread,
    time::{Duration, SystemTime},
};

use warden_model::Digest;
use warden_policy::{
    Certified, CertifiedBy, Pin, Uncertified,
    certificate::{Certificate, CertificatePolicy, Presented, Revocations, Use, judge_certificate},
};

use super::{
    bundle::{Held, Origin},
    issue, keep, logs,
    revoked::{self, Unread},
};
use crate::{
    Failure,
    approvals::stand::{Approved, approved},
    key,
    paths::Paths,
};

/// How often it is asked again.
const EVERY: Duration = Duration::from_secs(1);

/// What is asked of one server's certificate.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    /// The name that it was certified by.
    pub(crate) name: String,
    /// The tree that runs, which was verified when it started.
    pub(crate) tree: Option<Digest>,
    /// The address, of a server that runs elsewhere.
    pub(crate) url: Option<String>,
    /// The digest of everything that was approved of what it shows.
    pub(crate) manifest: Option<Digest>,
    /// What it is used for.
    pub(crate) wanted: Use,
    /// What is asked of certificates.
    pub(crate) policy: CertificatePolicy,
    /// The keys that are trusted, if not those of this machine.
    pub(crate) trust: Option<PathBuf>,
    /// What is revoked, if not what this machine knows.
    pub(crate) revocations: Option<PathBuf>,
    /// The file of the bundle that certificates come in, if not the one that is installed here, or
    /// else the certificates of this machine.
    pub(crate) bundle: Option<PathBuf>,
    /// Whether people have to have approved it for what it is used for.
    pub(crate) approved: bool,
}

impl Asked {
    /// What is asked for what was pinned.
    pub(crate) fn manifest(pin: Option<&Pin>) -> Option<Digest> {
        pin.map(Pin::manifest)
    }
}

/// What was read.
struct Read {
    certificate: Certificate,
    revocations: Revocations,
    /// What people say, where that is asked for.
    approved: Option<Approved>,
    /// The place of the certificate in the log of this machine.
    logged: u64,
}

/// How many files decide about one certificate.
const FILES: usize = 6;

/// What was read, of which state of the files, and for how long that holds.
struct Known {
    seen: [Option<State>; FILES],
    from: SystemTime,
    /// When a trusted key begins or ends, so that the same files may say something else.
    until: Option<SystemTime>,
    read: Result<Read, Uncertified>,
}

impl Known {
    /// Whether it would be read the same now. A clock that was put back is another time, too.
    fn holds(&self, seen: &[Option<State>; FILES], now: SystemTime) -> bool {
        self.seen == *seen && now >= self.from && self.until.is_none_or(|until| now < until)
    }
}

/// One server that is looked after.
struct Watched {
    asked: Asked,
    by: CertifiedBy,
    known: Option<Known>,
}

/// Everything that is looked after.
#[derive(Default)]
struct All {
    watched: Vec<Watched>,
    bundles: Vec<Held>,
    /// Nobody looks any more.
    ended: bool,
}

/// Sees to it that nothing counts once nobody looks, also if looking has broken.
struct AtEnd(Weak<Table>);

impl Drop for AtEnd {
    fn drop(&mut self) {
        let Some(table) = self.0.upgrade() else { return };
        let mut all = table.lock().unwrap_or_else(PoisonError::into_inner);
        all.ended = true;
        all.watched.clear();
    }
}

/// Everything that is looked after, for several threads.
type Table = Mutex<All>;

/// What those who look after certificates have seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// A server counts as certified no more.
    Withdrawn(String, Uncertified),
    /// A server counts as certified again.
    Returned(String),
    /// Something about a bundle, in words.
    Bundle(String),
}

/// Looks after certificates for as long as it is there.
#[derive(Clone)]
pub(crate) struct Watch {
    table: Arc<Table>,
    paths: Paths,
    clock: fn() -> SystemTime,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}

impl Watch {
    /// Begins to look, and tells what has changed.
    pub(crate) fn start(
        paths: &Paths,
        clock: fn() -> SystemTime,
        tell: impl Fn(Told) + Send + 'static,
    ) -> Self {
        let table: Arc<Table> = Arc::default();
        let (seen, paths) = (Arc::downgrade(&table), paths.clone());
        let own = paths.clone();
        thread::spawn(move || look_on(&seen, &own, clock, &tell));
        Self { table, paths, clock }
    }

    /// What is known of this server's certificate, from now on. The same question has the same
    /// answer, so that nothing changes for a server that a new configuration leaves as it is.
    pub(crate) fn over(&self, asked: &Asked) -> Certified {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let All { watched, bundles, ended } = &mut *table;
        if let Some(known) = watched.iter().find(|watched| watched.asked == *asked) {
            return known.by.reader();
        }
        let (certified, by) = Certified::asked();
        if *ended {
            return certified;
        }
        let mut new = Watched { asked: asked.clone(), by, known: None };
        // What it is, is read where it is asked.
        new.look(bundles, &self.paths, (self.clock)()).ok();
        watched.push(new);
        certified
    }
}

/// Looks until nobody is interested any more.
fn look_on(table: &Weak<Table>, paths: &Paths, clock: fn() -> SystemTime, tell: &dyn Fn(Told)) {
    let _at_end = AtEnd(Weak::clone(table));
    while let Some(table) = table.upgrade() {
        let told = look_once(&table, paths, clock());
        drop(table);
        told.into_iter().for_each(tell);
        thread::sleep(EVERY);
    }
}

/// Looks at everything that somebody still decides by, and returns what has changed.
fn look_once(table: &Table, paths: &Paths, now: SystemTime) -> Vec<Told> {
    let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
    let All { watched, bundles, .. } = &mut *table;
    watched.retain(|watched| watched.by.is_read());
    let look = |watched: &mut Watched| {
        let before = watched.by.reader().now();
        let stands = watched.look(bundles, paths, now);
        let name = watched.asked.name.clone();
        match (before, stands) {
            (Ok(()), Err(why)) => Some(Told::Withdrawn(name, why)),
            (Err(_), Ok(())) => Some(Told::Returned(name)),
            _ => None,
        }
    };
    let changed: Vec<Told> = watched.iter_mut().filter_map(look).collect();
    bundles.retain(|held| {
        watched.iter().any(|watched| watched.asked.origin(paths).as_ref() == Some(&held.origin))
    });
    let news = bundles.iter_mut().flat_map(Held::news).map(Told::Bundle);
    news.chain(changed).collect()
}

impl Asked {
    /// The bundle that it is asked of, if it is.
    fn origin(&self, paths: &Paths) -> Option<Origin> {
        let installed = || paths.installed_bundle().exists();
        (self.bundle.is_some() || installed()).then(|| Origin {
            file: self.bundle.clone(),
            trust: self.trust.clone(),
            revocations: self.revocations.clone(),
        })
    }

    /// What runs, as far as it was measured.
    fn presented(&self) -> Presented<'static> {
        Presented {
            origin: self.url.as_ref().map(|url| Digest::of(url.as_bytes())),
            artifact: None,
            tree: self.tree,
            manifest: self.manifest,
            tool: None,
        }
    }
}

impl Watched {
    /// Looks, and notes the answer.
    fn look(
        &mut self,
        bundles: &mut Vec<Held>,
        paths: &Paths,
        now: SystemTime,
    ) -> Result<(), Uncertified> {
        let (stands, bundle) = match self.asked.origin(paths) {
            Some(origin) => {
                let held = held(bundles, origin);
                (self.of_bundle(held, paths, now), held.id())
            }
            None => (self.of_machine(paths, now), None),
        };
        self.by.comes_in(bundle);
        if let Ok(level) = stands {
            self.by.is_of_level(level);
        }
        let stands = stands.map(|_| ());
        self.by.set(stands);
        stands
    }

    /// The level with which it counts by a bundle.
    fn of_bundle(
        &mut self,
        held: &mut Held,
        paths: &Paths,
        now: SystemTime,
    ) -> Result<u8, Uncertified> {
        self.known = None;
        held.look(paths, now);
        let asked = &self.asked;
        let approved = asked.approved.then_some(asked.name.as_str());
        held.admit(&asked.presented(), (&asked.policy, asked.wanted), approved, now)
    }

    /// The level with which it counts by the certificates of this machine.
    fn of_machine(&mut self, paths: &Paths, now: SystemTime) -> Result<u8, Uncertified> {
        let files = self.files(paths);
        let seen = files.each_ref().map(|file| state(file));
        if self.known.as_ref().is_none_or(|known| !known.holds(&seen, now)) {
            let mut until = None;
            let read = self.read(paths, now, &mut until);
            self.known = Some(Known { seen, from: now, until, read });
        }
        match self.known.as_ref().map(|known| &known.read) {
            Some(Ok(read)) => self.judged(read, now),
            Some(Err(why)) => Err(*why),
            None => Err(Uncertified::CouldNotTell),
        }
    }

    fn files(&self, paths: &Paths) -> [PathBuf; FILES] {
        let own = |file: &Option<PathBuf>, own: PathBuf| file.clone().unwrap_or(own);
        [
            paths.certificate(&self.asked.name),
            own(&self.asked.trust, paths.trust()),
            own(&self.asked.revocations, paths.revocations()),
            paths.approval(&self.asked.name),
            paths.approval_policy(),
            paths.log().join("checkpoint"),
        ]
    }

    /// Reads what the files say now, and until when they say it.
    fn read(
        &self,
        paths: &Paths,
        now: SystemTime,
        until: &mut Option<SystemTime>,
    ) -> Result<Read, Uncertified> {
        let file = paths.certificate(&self.asked.name);
        if !file.exists() {
            return Err(Uncertified::Missing);
        }
        let envelope = keep::read(&file).map_err(|_| Uncertified::CouldNotTell)?;
        let trust = keep::trust(self.asked.trust.as_deref(), paths);
        let trust = trust.map_err(|_| Uncertified::CouldNotTell)?;
        *until = trust.changes_after(now);
        let kept =
            keep::open_here(&envelope, &trust, now, paths).map_err(|_| Uncertified::NotTrusted)?;
        let logged = self.logged(&issue::entry(&kept.certificate, &envelope), paths);
        let logged = logged.map_err(|_| Uncertified::NotLogged)?;
        let list = revoked::list(self.asked.revocations.as_deref(), paths, &trust, now);
        let list = list.map_err(|why| match why {
            Unread::Older(_) => Uncertified::RevocationsOlder,
            Unread::Other(_) => Uncertified::CouldNotTell,
        })?;
        let revocations = list.revocations().map_err(|_| Uncertified::CouldNotTell)?;
        let approved = self.asked.approved.then(|| approved(&self.asked.name, paths, &trust, now));
        let approved = approved.transpose()?;
        Ok(Read { certificate: kept.certificate, revocations, approved, logged })
    }

    /// The place of an entry in the log of this machine.
    fn logged(&self, entry: &[u8], paths: &Paths) -> Result<u64, Failure> {
        let before = self.known.as_ref().and_then(|known| known.read.as_ref().ok());
        logs::logged_at(entry, before.map(|read| read.logged), paths, &key::load(paths)?)
    }

    fn judged(&self, read: &Read, now: SystemTime) -> Result<u8, Uncertified> {
        let Read { certificate, revocations, approved, .. } = read;
        let asked = &self.asked;
        let how = (&asked.policy, asked.wanted);
        judge_certificate(certificate, &asked.presented(), now.into(), how, revocations)
            .map_err(|why| Uncertified::from(&why))?;
        if let Some(approved) = approved {
            approved.stands(certificate, asked.wanted, now.into())?;
        }
        Ok(certificate.level)
    }
}

/// The bundle from there, which is looked after from now on.
fn held(bundles: &mut Vec<Held>, origin: Origin) -> &mut Held {
    let at = bundles.iter().position(|held| held.origin == origin);
    let at = at.unwrap_or_else(|| {
        bundles.push(Held::new(origin));
        bundles.len() - 1
    });
    &mut bundles[at]
}

/// What tells one state of a file from another: its node, when it was changed, and its length.
pub(crate) type State = (u64, i64, i64, u64);

/// The state of a file; nothing if there is none.
pub(crate) fn state(file: &Path) -> Option<State> {
    let of = |found: Metadata| (found.ino(), found.ctime(), found.ctime_nsec(), found.len());
    fs::metadata(file).ok().map(of)
}

#[cfg(test)]
mod tests;
