//! Approvals of servers by named people, on this machine: read, believed, added to.
//!
//! What a person does is an act, signed by that person's key. The acts about one server are one
//! file; each is in the transparency log before it is in the file, and the file counts only while
//! its last act is the last one that the log knows of this server. So nobody takes an approval
//! back to an earlier state by putting an older file in its place.

pub(crate) mod changed;
pub(crate) mod facts;
pub(crate) mod moratorium;
pub(crate) mod policy;
mod review;
pub(crate) mod signing;
pub(crate) mod stand;
pub(crate) mod subject;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use serde_json::{Value, json};
use warden_model::Digest;
use warden_policy::{
    Time,
    approval::{Act, Acts, ActsError, ApprovalPolicy, Deed, History},
};
use warden_seal::{Trust, log::Reader};

use crate::{
    Failure, Kind, World,
    certify::keep::{self, APPROVALS},
    files, key,
    paths::Paths,
};
use signing::Signing;

/// The largest file of approvals that is read.
const MOST: u64 = 8 << 20;

/// How many entries of the log are read at a time.
const BUNDLE: u64 = 256;

/// Everything that an approval is judged by, as it is now.
pub(crate) struct Desk<'a> {
    pub(crate) paths: &'a Paths,
    pub(crate) trust: Trust,
    pub(crate) policy: ApprovalPolicy,
    pub(crate) now: Time,
    system: SystemTime,
}

/// A file of approvals that cannot be believed, and why.
pub(crate) type NotBelieved = (PathBuf, Failure);

/// The acts about a server, and the file that they are in.
pub(crate) type Stored = (Acts, Vec<u8>);

/// Holds others off while an approval is changed.
pub(crate) struct Changing {
    _lock: File,
}

/// What finds the moratorium of this machine.
type Moratoria =
    fn(&Paths, &Trust, &ApprovalPolicy) -> Result<Option<warden_policy::approval::Issued>, Failure>;

/// Who may approve what, with the moratorium of this machine.
fn judged_by(paths: &Paths, trust: &Trust, find: Moratoria) -> Result<ApprovalPolicy, Failure> {
    let policy = policy::load(&paths.approval_policy(), trust)?;
    let moratorium = find(paths, trust, &policy)?.map(|issued| issued.moratorium);
    Ok(ApprovalPolicy { moratorium, ..policy })
}

impl<'a> Desk<'a> {
    /// Reads whom this machine believes, and what it takes.
    ///
    /// # Errors
    /// When that cannot be read.
    pub(crate) fn open(world: &World, paths: &'a Paths) -> Result<Self, Failure> {
        Self::by(world, paths, moratorium::in_force)
    }

    /// The same to issue a moratorium, in place of one that may be gone.
    ///
    /// # Errors
    /// When that cannot be read.
    pub(crate) fn open_anew(world: &World, paths: &'a Paths) -> Result<Self, Failure> {
        Self::by(world, paths, |_, _, _| Ok(None))
    }

    fn by(world: &World, paths: &'a Paths, find: Moratoria) -> Result<Self, Failure> {
        let trust = keep::trust(None, paths)?;
        let policy = judged_by(paths, &trust, find)?;
        let now = world.now();
        let micros = Time::from_micros(now.as_microsecond());
        Ok(Self { paths, trust, policy, now: micros, system: SystemTime::from(now) })
    }

    /// When this is, for signatures.
    pub(crate) const fn moment(&self) -> SystemTime {
        self.system
    }

    /// The acts about a server; `None` if there are none.
    ///
    /// # Errors
    /// A file that cannot be believed, or that is not the last one.
    pub(crate) fn acts(&self, name: &str) -> Result<Option<Acts>, Failure> {
        read(name, self.paths, &self.trust, self.system)
    }

    /// The acts about a server that has some.
    ///
    /// # Errors
    /// When there are none, or they cannot be believed.
    pub(crate) fn known(&self, name: &str) -> Result<Acts, Failure> {
        self.acts(name)?.ok_or_else(|| {
            Failure::new(Kind::Input, format!("nobody has asked for an approval of `{name}`"))
                .hint(format!("ask for one: `mcpwarden approval request {name} --help`"))
        })
    }

    /// What acts amount to.
    pub(crate) fn history(&self, acts: &Acts) -> History {
        History::of(acts, &self.policy)
    }

    /// The acts about every server, in the order of their names, and the files that cannot be
    /// believed.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub(crate) fn all(&self) -> Result<(Vec<Acts>, Vec<NotBelieved>), Failure> {
        let folder = self.paths.approvals();
        let cannot = |error: io::Error| {
            Failure::new(Kind::Config, format!("cannot read `{}`", folder.display()))
                .caused_by(error)
        };
        let found = match files::json_in(&folder, usize::MAX) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Default::default()),
            found => found.map_err(cannot)?,
        };
        let (mut all, mut bad) = (Vec::new(), Vec::new());
        for path in found {
            let found = opened(&path, &self.trust, self.system)
                .and_then(|found| found.map_or(Ok(None), |(acts, _)| self.acts(acts.server())));
            match found {
                Ok(acts) => all.extend(acts),
                Err(failure) => bad.push((path, failure)),
            }
        }
        all.sort_by(|a, b| a.server().cmp(b.server()));
        Ok((all, bad))
    }

    /// Begins a change: nobody else changes approvals on this machine until it is over.
    ///
    /// # Errors
    /// When the lock cannot be taken.
    pub(crate) fn change(&self) -> Result<Changing, Failure> {
        hold(self.paths)
    }

    /// Adds an act: signs it, writes it into the log, and then into the file.
    ///
    /// # Errors
    /// When it would not count, or cannot be kept.
    pub(crate) fn add(
        &self,
        _held: &Changing,
        acts: Acts,
        by: &Signing,
        deed: Deed,
    ) -> Result<Acts, Failure> {
        let refused = |error: ActsError| {
            Failure::new(Kind::Input, "this is nothing that can be signed").caused_by(error)
        };
        let act = Act {
            version: 1,
            server: acts.server().to_owned(),
            number: u64::try_from(acts.all().len()).unwrap_or(u64::MAX),
            previous: acts.last(),
            by: by.person.clone(),
            at: self.now,
            deed,
        };
        let acts = acts.with(&act, by.signer(), &self.trust, self.system).map_err(refused)?;
        if let Some(Err(why)) = acts.all().last().map(|signed| &signed.counts) {
            return Err(Failure::new(Kind::Config, "what this key signs does not count")
                .caused_by(why.clone())
                .hint("see whose keys count, and for what: `mcpwarden trust list`"));
        }
        let keeper = key::own(self.paths)?;
        let bytes = acts.seal(&keeper).map_err(refused)?;
        // On record before it counts. What is on record is not lost if we end here: whoever reads
        // next finds it beside the file.
        let file = self.paths.approval(acts.server());
        let next = next(&file);
        keep::store(&next, &bytes)?;
        keep::log(&entry(&act, acts.last()), self.paths, &keeper)?;
        fs::rename(&next, &file).map_err(|error| {
            Failure::new(Kind::Config, format!("cannot store `{}`", file.display()))
                .caused_by(error)
        })?;
        Ok(acts)
    }
}

/// Holds off everybody who changes approvals on this machine.
///
/// # Errors
/// When the lock cannot be taken.
pub(crate) fn hold(paths: &Paths) -> Result<Changing, Failure> {
    let folder = paths.approvals();
    let failed = |error: io::Error| {
        Failure::new(Kind::Config, format!("cannot change `{}`", folder.display())).caused_by(error)
    };
    files::private_folder(&folder).map_err(failed)?;
    let open = File::options().create(true).append(true).open(folder.join("lock"));
    let lock = open.map_err(failed)?;
    lock.lock().map_err(failed)?;
    Ok(Changing { _lock: lock })
}

/// What is written into the log of an act.
fn entry(act: &Act, digest: Option<Digest>) -> Vec<u8> {
    let entry = json!({
        "act": act.deed.name(),
        "at": act.at,
        "by": act.by,
        "digest": digest.map(|digest| digest.to_string()),
        "kind": APPROVALS,
        "name": act.server,
        "number": act.number,
    });
    // Strings and integers always have a canonical form.
    warden_seal::canonical(&entry).unwrap_or_default()
}

/// What is written into the log of the last of these acts; nothing if there are none.
pub(crate) fn last_entry(acts: &Acts) -> Option<Vec<u8>> {
    acts.all().last().map(|signed| entry(&signed.act, Some(signed.digest)))
}

/// Reads and verifies the acts about a server; `None` if there is no file.
///
/// # Errors
/// A file that cannot be believed, or whose last act is not the last one in the log.
pub(crate) fn read(
    name: &str,
    paths: &Paths,
    trust: &Trust,
    now: SystemTime,
) -> Result<Option<Acts>, Failure> {
    let last = || last_logged(name, paths).map(|last| last.map(|(_, digest)| digest));
    Ok(stored(name, last, paths, (trust, now))?.map(|(acts, _)| acts))
}

/// The same with the bytes of the file; `last` gives the digest of the last act in the log.
pub(crate) fn stored(
    name: &str,
    last: impl FnOnce() -> Result<Option<Digest>, Failure>,
    paths: &Paths,
    (trust, now): (&Trust, SystemTime),
) -> Result<Option<Stored>, Failure> {
    let file = paths.approval(name);
    let anew = |failure: Failure| {
        failure.hint(format!(
            "what cannot be trusted is left behind by asking anew: \
             `mcpwarden approval request {name} --anew …`"
        ))
    };
    let Some(found) = opened(&file, trust, now).map_err(anew)? else { return Ok(None) };
    let acts = &found.0;
    let bad = |why: String| {
        let message = format!("cannot trust the approval in `{}`", file.display());
        anew(Failure::new(Kind::Config, message).caused_by(io::Error::other(why)))
    };
    if acts.server() != name {
        return Err(bad(format!("it is about `{}`", acts.server())));
    }
    let logged = last()?;
    if logged.is_some() && logged == acts.last() {
        return Ok(Some(found));
    }
    // Whoever has logged an act and ended before it was in its place.
    let waiting = opened(&next(&file), trust, now).ok().flatten();
    let waiting = waiting.filter(|(acts, _)| acts.server() == name && acts.last() == logged);
    match waiting {
        Some(found) => Ok(Some(found)),
        None => Err(bad("its last act is not the last one in the log".into())),
    }
}

/// Reads and verifies a file; `None` if there is none.
pub(crate) fn opened(
    file: &Path,
    trust: &Trust,
    now: SystemTime,
) -> Result<Option<Stored>, Failure> {
    let bad = |error: Box<dyn std::error::Error + Send + Sync>| {
        Failure::new(Kind::Config, format!("cannot trust the approval in `{}`", file.display()))
            .caused_by(error)
    };
    let bytes = match fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Ok(found) if found.len() > MOST => Err(io::Error::other("it is larger than any")),
        Ok(_) | Err(_) => fs::read(file),
    };
    let bytes = bytes.map_err(|error| bad(error.into()))?;
    let acts = Acts::open(&bytes, trust, now).map_err(|error| bad(error.into()))?;
    Ok(Some((acts, bytes)))
}

/// Where the next state of a file waits until it is on record.
fn next(file: &Path) -> PathBuf {
    file.with_extension("next")
}

/// The last act about a server that is in the log of this machine: its place, and its digest.
fn last_logged(name: &str, paths: &Paths) -> Result<Option<(u64, Digest)>, Failure> {
    last_in_log(paths, |index, entry| {
        let (server, digest) = acted(entry)?;
        (server == name).then_some((index, digest))
    })
}

/// The last act about each server that is in the log of this machine.
///
/// # Errors
/// When the log cannot be read.
pub(crate) fn all_logged(paths: &Paths) -> Result<BTreeMap<String, (u64, Digest)>, Failure> {
    let mut found = BTreeMap::new();
    last_in_log(paths, |index, entry| {
        if let Some((server, digest)) = acted(entry) {
            found.entry(server).or_insert((index, digest));
        }
        None::<()>
    })?;
    Ok(found)
}

/// What is read from the last entry of the log of this machine that `read` takes, which is shown
/// entries with their places, the last one first.
///
/// # Errors
/// When the log cannot be read.
pub(crate) fn last_in_log<T>(
    paths: &Paths,
    mut read: impl FnMut(u64, &[u8]) -> Option<T>,
) -> Result<Option<T>, Failure> {
    let failed = |error: warden_seal::log::TileError| {
        Failure::new(Kind::Config, "the log is damaged, so no approval counts").caused_by(error)
    };
    let key = key::load(paths)?;
    let (folder, checkpoint) = keep::open_log(&paths.log(), &keep::log_policy(paths, &key)?)?;
    let reader = Reader::new(folder, &checkpoint);
    for bundle in (0..checkpoint.size.div_ceil(BUNDLE)).rev() {
        let entries = reader.bundle(bundle).map_err(failed)?;
        for (at, entry) in entries.iter().enumerate().rev() {
            if let Some(found) = read(bundle * BUNDLE + at as u64, entry) {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}

/// The server and the digest in an entry, if it is one of an approval. One that says no digest has
/// one that no act has.
fn acted(entry: &[u8]) -> Option<(String, Digest)> {
    let value: Value = serde_json::from_slice(entry).ok()?;
    let text = |member: &str| value.get(member).and_then(Value::as_str);
    let ours = text("kind") == Some(APPROVALS);
    let digest = || text("digest").and_then(|digest| digest.parse().ok());
    let server = text("name").filter(|_| ours)?;
    Some((server.to_owned(), digest().unwrap_or_else(|| Digest::of(b""))))
}
