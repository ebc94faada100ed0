//! A bundle that counts while this program runs: read again when it changes.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use warden_policy::{
    Time, Uncertified,
    certificate::{CertificatePolicy, Presented, Use},
};

use super::{Believed, Loaded, Refuse, take, take::again};
use crate::{
    Failure,
    certify::{
        keep, revoked,
        stand::{State, state},
    },
    paths::Paths,
};

/// When what went wrong is tried again.
const RETRY: Duration = Duration::from_mins(1);

/// Where a bundle comes from, and whom it is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The file that something else replaces, or what was installed.
    pub(crate) file: Option<PathBuf>,
    /// The keys that are trusted, if not those of this machine.
    pub(crate) trust: Option<PathBuf>,
    /// What is revoked besides, if not what this machine knows.
    pub(crate) revocations: Option<PathBuf>,
}

/// A bundle that is looked after.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) origin: Origin,
    files: Option<[Option<State>; 3]>,
    from: SystemTime,
    until: Option<SystemTime>,
    loaded: Result<Loaded, Uncertified>,
    /// Whether it was told that it is over.
    over: bool,
    /// What is new, for people.
    news: Vec<String>,
    /// What was told of these files already.
    said: Vec<String>,
}

impl Held {
    /// Nothing is known of it yet.
    pub(crate) fn new(origin: Origin) -> Self {
        Self {
            origin,
            files: None,
            from: SystemTime::UNIX_EPOCH,
            until: None,
            loaded: Err(Uncertified::CouldNotTell),
            over: false,
            news: Vec::new(),
            said: Vec::new(),
        }
    }

    /// What has happened since this was asked last.
    pub(crate) fn news(&mut self) -> Vec<String> {
        std::mem::take(&mut self.news)
    }

    /// Reads what has changed.
    pub(crate) fn look(&mut self, paths: &Paths, now: SystemTime) {
        let found = self.states(paths);
        let same = self.files.as_ref() == Some(&found);
        let in_time = now >= self.from && self.until.is_none_or(|until| now < until);
        if !same {
            self.said.clear();
        }
        if !(same && in_time) {
            self.read(paths, now);
            self.files = Some(found);
        }
        let over = self.stands(now).err() == Some(Uncertified::BundleExpired);
        if over && !self.over {
            self.say("the bundle has expired: nothing that it certifies counts".into());
        }
        self.over = over;
    }

    /// Whether what runs counts by it.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn admit(
        &self,
        presented: &Presented<'_>,
        (policy, wanted): (&CertificatePolicy, Use),
        now: SystemTime,
    ) -> Result<(), Uncertified> {
        self.stands(now)?;
        let loaded = self.loaded.as_ref().map_err(|why| *why)?;
        let found = loaded.index.admit_under(policy, presented, wanted, Time::from(now));
        found.map(|_| ()).map_err(|why| Uncertified::from(&why))
    }

    fn stands(&self, now: SystemTime) -> Result<(), Uncertified> {
        let loaded = self.loaded.as_ref().map_err(|why| *why)?;
        loaded.head.stands(Time::from(now), CertificatePolicy::default().skew_seconds)
    }

    fn slot(&self, paths: &Paths) -> PathBuf {
        let installed = || paths.installed_bundle();
        self.origin.file.as_deref().map_or_else(installed, |file| paths.bundle_from(file))
    }

    /// What can change the answer. The copy of a file that is read is not among it: it is written
    /// by all who read that file.
    fn states(&self, paths: &Paths) -> [Option<State>; 3] {
        let Origin { file, trust, revocations } = &self.origin;
        let own = |file: &Option<PathBuf>, own: PathBuf| file.clone().unwrap_or(own);
        [
            state(&own(file, paths.installed_bundle())),
            state(&own(trust, paths.trust())),
            state(&own(revocations, paths.revocations())),
        ]
    }

    fn read(&mut self, paths: &Paths, now: SystemTime) {
        (self.from, self.until) = (now, None);
        let before = self.loaded.as_ref().ok().map(|loaded| loaded.digest);
        self.loaded = match self.fresh(paths, now) {
            Ok(loaded) => {
                if before != Some(loaded.digest) {
                    self.say(told(&loaded, now));
                }
                Ok(loaded)
            }
            Err(failure) => {
                self.again_soon(now);
                self.say(format!("no bundle counts: {}", failure.told()));
                Err(Uncertified::CouldNotTell)
            }
        };
    }

    /// What went wrong may have been the disk, or a file that was not there whole yet.
    fn again_soon(&mut self, now: SystemTime) {
        let soon = now + RETRY;
        self.until = Some(self.until.map_or(soon, |until| until.min(soon)));
    }

    /// Tells people, once for one state of the files.
    fn say(&mut self, text: String) {
        if !self.said.contains(&text) {
            self.said.push(text.clone());
            self.news.push(text);
        }
    }

    /// The bundle of the file, or else the last good one.
    fn fresh(&mut self, paths: &Paths, now: SystemTime) -> Result<Loaded, Failure> {
        let trust = keep::trust(self.origin.trust.as_deref(), paths)?;
        self.until = trust.changes_after(now);
        let revoked = revoked::list(self.origin.revocations.as_deref(), paths, &trust, now)?;
        let believed = Believed { trust: &trust, revoked: &revoked, now };
        let slot = self.slot(paths);
        let Some(file) = self.origin.file.clone() else { return again(&slot, believed) };
        let refused = match take(&file, &slot, believed, Refuse::Nothing) {
            Ok(loaded) => return Ok(loaded),
            Err(failure) => failure,
        };
        if !there(&slot) {
            return Err(refused);
        }
        let last = again(&slot, believed)?;
        self.again_soon(now);
        self.say(format!(
            "{}; number {} stays in force until {}",
            refused.told(),
            last.head.sequence,
            last.head.expires
        ));
        Ok(last)
    }
}

fn there(file: &Path) -> bool {
    state(file).is_some()
}

/// What is said of a bundle that counts from now on.
fn told(loaded: &Loaded, now: SystemTime) -> String {
    let Loaded { head, index, left_out: (left_out, why), .. } = loaded;
    let age = (Time::from(now).micros() - head.issued.micros()).max(0) / 1_000_000;
    let mut text = format!(
        "bundle {} of {} counts, {age} s old, until {}: {} certificates",
        head.sequence,
        head.issuer,
        head.expires,
        index.rows().len()
    );
    if *left_out > 0 {
        text.push_str(&format!("; {left_out} are not believed: {}", why.join("; ")));
    }
    text
}
