//! A bundle that counts while this program runs: read again when it changes.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use warden_policy::{
    BundleId, Time, Uncertified,
    certificate::{CertificatePolicy, Presented, Subjects, Use},
};
use warden_seal::Trust;

use super::{Believed, Loaded, Refuse, again, take};
use crate::{
    Failure,
    approvals::stand::Brought,
    certify::{
        keep, revoked,
        stand::{State, state},
    },
    paths::Paths,
};

/// How many servers that are not approved are told of by name.
const MOST_TOLD: usize = 20;

/// The word for what is approved.
const APPROVED: &str = "approved";

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
    files: Option<[Option<State>; 4]>,
    from: SystemTime,
    until: Option<SystemTime>,
    loaded: Result<Loaded, Uncertified>,
    /// What its approvals come to.
    approved: Result<Brought, Uncertified>,
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
            approved: Err(Uncertified::CouldNotTell),
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

    /// Whether what runs counts by it. `approved` is the name by which it has to be approved as well,
    /// if it has to.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn admit(
        &self,
        presented: &Presented<'_>,
        (policy, wanted): (&CertificatePolicy, Use),
        approved: Option<&str>,
        now: SystemTime,
    ) -> Result<u8, Uncertified> {
        self.stands(now)?;
        let loaded = self.loaded.as_ref().map_err(|why| *why)?;
        let found = loaded.index.admit_under(policy, presented, wanted, Time::from(now));
        let row = found.map_err(|why| Uncertified::from(&why))?;
        let Some(name) = approved else { return Ok(row.level) };
        let digests = Subjects {
            artifact: row.artifact,
            tree: row.tree,
            manifest: row.manifest,
            tools: Vec::new(),
        };
        let brought = self.approved.as_ref().map_err(|why| *why)?;
        brought.stands(name, &digests, wanted, Time::from(now)).map(|()| row.level)
    }

    /// Which bundle it is, if one is believed.
    pub(crate) fn id(&self) -> Option<BundleId> {
        let Loaded { head, digest, .. } = self.loaded.as_ref().ok()?;
        Some(BundleId { sequence: head.sequence, digest: *digest, issued: head.issued })
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
    fn states(&self, paths: &Paths) -> [Option<State>; 4] {
        let Origin { file, trust, revocations } = &self.origin;
        let own = |file: &Option<PathBuf>, own: PathBuf| file.clone().unwrap_or(own);
        [
            state(&own(file, paths.installed_bundle())),
            state(&own(trust, paths.trust())),
            state(&own(revocations, paths.revocations())),
            state(&paths.approval_policy()),
        ]
    }

    fn read(&mut self, paths: &Paths, now: SystemTime) {
        (self.from, self.until) = (now, None);
        let before = self.loaded.as_ref().ok().map(|loaded| loaded.digest);
        self.approved = Err(Uncertified::CouldNotTell);
        self.loaded = match self.fresh(paths, now) {
            Ok((mut loaded, trust)) => {
                let new = before != Some(loaded.digest);
                if new {
                    self.say(told(&loaded, now));
                }
                let acts = std::mem::take(&mut loaded.approvals);
                match Brought::of(acts, paths, &trust) {
                    Ok(brought) => {
                        if let Some(text) = not_approved(&brought, now).filter(|_| new) {
                            self.say(text);
                        }
                        self.approved = Ok(brought);
                    }
                    Err(failure) => {
                        self.say(format!("no approval counts: {}", failure.told()));
                    }
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
    fn fresh(&mut self, paths: &Paths, now: SystemTime) -> Result<(Loaded, Trust), Failure> {
        let trust = keep::trust(self.origin.trust.as_deref(), paths)?;
        self.until = trust.changes_after(now);
        let revoked = revoked::list(self.origin.revocations.as_deref(), paths, &trust, now)?;
        let believed = Believed { trust: &trust, revoked: &revoked, now };
        let slot = self.slot(paths);
        let Some(file) = self.origin.file.clone() else {
            return Ok((again(&slot, believed, &mut |_| {})?, trust));
        };
        let refused = match take(&file, &slot, (believed, Refuse::Nothing), &mut |_| {}) {
            Ok(loaded) => return Ok((loaded, trust)),
            Err(failure) => failure,
        };
        if !there(&slot) {
            return Err(refused);
        }
        let last = again(&slot, believed, &mut |_| {})?;
        self.again_soon(now);
        self.say(format!(
            "{}; number {} stays in force until {}",
            refused.told(),
            last.head.sequence,
            last.head.expires
        ));
        Ok((last, trust))
    }
}

fn there(file: &Path) -> bool {
    state(file).is_some()
}

/// What is said of a bundle that counts from now on.
fn told(loaded: &Loaded, now: SystemTime) -> String {
    let Loaded { head, index, approvals, left_out, .. } = loaded;
    let age = (Time::from(now).micros() - head.issued.micros()).max(0) / 1_000_000;
    let mut text = format!(
        "bundle {} of {} counts, {age} s old, until {}: {} certificates, {} approvals",
        head.sequence,
        head.issuer,
        head.expires,
        index.rows().len(),
        approvals.len()
    );
    if let Some(told) = left_out.told() {
        text.push_str(&format!("; {told}: {}", left_out.why.join("; ")));
    }
    text
}

/// Which servers in it are not approved, if any is not.
fn not_approved(brought: &Brought, now: SystemTime) -> Option<String> {
    let words = brought.words(Time::from(now)).filter(|(_, word)| *word != APPROVED);
    let mut names: Vec<String> =
        words.map(|(server, word)| format!("`{server}` ({word})")).collect();
    let more = names.len().saturating_sub(MOST_TOLD);
    names.truncate(MOST_TOLD);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    (!names.is_empty()).then(|| format!("in the bundle and not approved: {}", names.join(", ")))
}
