//! Making a bundle out of what this machine has certified, approved and revoked.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, Seek as _, Write as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

use serde_json::json;
use warden_model::Digest;
use warden_policy::{
    Time,
    certificate::{
        ApprovalLine, BUNDLE_TYPE, BundleError, BundleHead, CertificateLine, RevocationsLine,
        body_digest,
    },
};
use warden_seal::{
    Signer, SigningKey, Trust,
    log::{Checkpoint, Folder, Logged, Reader, leaf_hash, open_checkpoint, verify_inclusion},
    seal_with,
};

use super::super::{issue, keep, revoked};
use crate::{Failure, Kind, approvals, files, paths::Paths};

/// What a bundle is to hold, and for how long.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The servers by the names that they were certified by; all of them if there are none.
    pub(crate) servers: Vec<String>,
    pub(crate) hours: u32,
    pub(crate) issuer: String,
    /// Its number, if it is not the next one.
    pub(crate) sequence: Option<u64>,
}

/// A bundle that was made.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) head: BundleHead,
    /// Certificates and approvals that are not in it, and why.
    pub(crate) left_out: Vec<String>,
}

/// What goes into the bundle.
#[derive(Default)]
struct Found {
    /// In the order of the log.
    certificates: Vec<Entry>,
    approvals: Vec<Entry>,
    left_out: Vec<String>,
}

/// A certificate or an approval that goes into the bundle.
struct Entry {
    file: PathBuf,
    index: u64,
    envelope: String,
    leaf: Digest,
}

/// Makes a bundle and writes it to a file, which is then there whole or not at all. The key of this
/// machine keeps the log; `signer` signs the bundle.
///
/// # Errors
/// A server that was named and has no certificate, and whatever cannot be logged, signed or
/// written. Other certificates that do not count any more are left out, and told.
pub(crate) fn make(
    output: &Path,
    wanted: &Wanted,
    (paths, key, signer): (&Paths, &SigningKey, &dyn Signer),
    now: SystemTime,
) -> Result<Made, Failure> {
    let failed = |error: io::Error| cannot_write(output).caused_by(error);
    let trust = keep::trust(None, paths)?;
    files::private_folder(&paths.bundles()).map_err(failed)?;
    // One at a time: two bundles must not have one number.
    let lock = File::create(paths.bundles().join("lock")).map_err(failed)?;
    lock.lock().map_err(failed)?;
    let mut found = found(wanted, (paths, &trust), now)?;
    // Nobody says anything that the log of this bundle does not have.
    let quiet = paths.approvals().is_dir().then(|| approvals::hold(paths)).transpose()?;
    if quiet.is_some() {
        approved(wanted, (paths, &trust), now, &mut found)?;
    }
    // Two names may have been given to one certificate. Each is approved by itself.
    found.certificates.dedup_by_key(|entry| entry.index);
    let issued = Time::from(now);
    let sequence = next(wanted, paths)?;
    let mut head = BundleHead {
        approvals: found.approvals.len() as u64,
        certificates: found.certificates.len() as u64,
        checkpoint: String::new(),
        digest: Digest::of(b""),
        expires: issued.plus_seconds(wanted.hours.saturating_mul(3600)),
        issued,
        issuer: wanted.issuer.clone(),
        revocations: paths.revocations().exists(),
        sequence,
        version: 1,
    };
    // On record before it counts. What it holds is named by what each part of it is logged as.
    let parts = found.certificates.iter().chain(&found.approvals);
    let leaves: Vec<Digest> = parts.map(|entry| entry.leaf).collect();
    let entry = json!({
        "approvals": head.approvals,
        "certificates": head.certificates,
        "digest": body_digest(&leaves).to_string(),
        "expires": head.expires,
        "issued": head.issued,
        "kind": "bundle",
        "sequence": head.sequence,
    });
    let logged = keep::log(&warden_seal::canonical(&entry).unwrap_or_default(), paths, key)?;
    head.checkpoint = String::from_utf8(logged.checkpoint).map_err(|_| cannot_write(output))?;
    let folder = output.parent().ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
    let mut body = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let Found { certificates, approvals, left_out } = found;
    head.digest = write_body(&mut body, &head, (certificates, approvals), (paths, key))?;
    drop(quiet);
    let head_bytes = head.write().map_err(|error| cannot_write(output).caused_by(error))?;
    let envelope = seal_with(BUNDLE_TYPE, &head_bytes, &[signer])
        .map_err(|error| cannot_write(output).caused_by(error))?;
    // The number is used up before anybody has the bundle.
    files::put(&made(paths), sequence.to_string().as_bytes()).map_err(failed)?;
    put(output, &envelope, body.as_file_mut()).map_err(failed)?;
    Ok(Made { head, left_out })
}

fn cannot_write(output: &Path) -> Failure {
    Failure::new(Kind::Config, format!("cannot make the bundle `{}`", output.display()))
}

/// The certificates, in the order of the log.
fn found(
    wanted: &Wanted,
    (paths, trust): (&Paths, &Trust),
    now: SystemTime,
) -> Result<Found, Failure> {
    let mut found = Found::default();
    for file in certificates(wanted, paths)? {
        match entry(&file, (paths, trust), now) {
            Ok(entry) => found.certificates.push(entry),
            Err(why) if wanted.servers.is_empty() => {
                let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                found.left_out.push(format!("{name}: {}", why.told()));
            }
            Err(why) => return Err(why),
        }
    }
    found.certificates.sort_by_key(|entry| entry.index);
    Ok(found)
}

/// The approvals of servers whose certificates were found, in the order of the log.
fn approved(
    wanted: &Wanted,
    (paths, trust): (&Paths, &Trust),
    now: SystemTime,
    found: &mut Found,
) -> Result<(), Failure> {
    let certified: BTreeSet<PathBuf> =
        found.certificates.iter().map(|entry| entry.file.clone()).collect();
    let files = match files::json_in(&paths.approvals(), usize::MAX) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        files => files.map_err(|error| {
            let message = format!("cannot read `{}`", paths.approvals().display());
            Failure::new(Kind::Config, message).caused_by(error)
        })?,
    };
    let named: BTreeSet<PathBuf> = wanted.servers.iter().map(|name| paths.approval(name)).collect();
    let files: Vec<PathBuf> =
        files.into_iter().filter(|file| named.is_empty() || named.contains(file)).collect();
    if files.is_empty() {
        return Ok(());
    }
    let logged = approvals::all_logged(paths)?;
    for file in files {
        match approval(&file, &logged, (paths, trust), now) {
            Ok(Some((server, entry))) if certified.contains(&paths.certificate(&server)) => {
                found.approvals.push(entry);
            }
            // Without a certificate there is nothing that it could be about.
            Ok(_) => {}
            Err(why) if named.is_empty() => {
                let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                found.left_out.push(format!("the approval {name}: {}", why.told()));
            }
            Err(why) => return Err(why),
        }
    }
    found.approvals.sort_by_key(|entry| entry.index);
    Ok(())
}

/// What people have said about one server, and the place of its last act in the log.
fn approval(
    file: &Path,
    logged: &BTreeMap<String, (u64, Digest)>,
    (paths, trust): (&Paths, &Trust),
    now: SystemTime,
) -> Result<Option<(String, Entry)>, Failure> {
    let no = |why: &str| {
        Failure::new(Kind::Input, format!("`{}` cannot be in a bundle", file.display()))
            .caused_by(why)
    };
    let Some((acts, _)) = approvals::opened(file, trust, now)? else { return Ok(None) };
    let server = acts.server().to_owned();
    if paths.approval(&server) != file {
        return Err(no(&format!("it is about `{server}`")));
    }
    let last = logged.get(&server);
    let digest = || Ok(last.map(|(_, digest)| *digest));
    let Some((acts, bytes)) = approvals::stored(&server, digest, paths, (trust, now))? else {
        return Ok(None);
    };
    let (Some((index, _)), Some(entry)) = (last, approvals::last_entry(&acts)) else {
        return Err(no("nobody has said anything"));
    };
    let envelope = String::from_utf8(bytes).map_err(|_| no("it is no text"))?;
    let leaf = leaf_hash(&entry);
    Ok(Some((server, Entry { file: file.to_owned(), index: *index, envelope, leaf })))
}

/// The files of certificates that are wanted.
fn certificates(wanted: &Wanted, paths: &Paths) -> Result<Vec<PathBuf>, Failure> {
    let missing = |name: &String| !paths.certificate(name).exists();
    if let Some(name) = wanted.servers.iter().find(|name| missing(name)) {
        return Err(Failure::new(Kind::Input, format!("`{name}` has no certificate"))
            .hint("certify it: `mcpwarden certify TARGET --name NAME`"));
    }
    if !wanted.servers.is_empty() {
        return Ok(wanted.servers.iter().map(|name| paths.certificate(name)).collect());
    }
    keep::own_files(paths, usize::MAX)
}

/// One certificate and its place in the log, as the proof beside it says; that is verified when
/// the bundle has its checkpoint.
fn entry(file: &Path, (paths, trust): (&Paths, &Trust), now: SystemTime) -> Result<Entry, Failure> {
    let no = |why: &str| {
        Failure::new(Kind::Input, format!("`{}` cannot be in a bundle", file.display()))
            .caused_by(why)
    };
    let envelope = keep::read(file)?;
    let kept = keep::open_here(&envelope, trust, now, paths)?;
    if kept.certificate.expires <= Time::from(now) {
        return Err(no("it has expired"));
    }
    let leaf = leaf_hash(&issue::entry(&kept.certificate, &envelope));
    let proof = keep::read(&file.with_extension("proof"))?;
    let logged = Logged::read(&proof).map_err(|error| no(&error.to_string()))?;
    let envelope = String::from_utf8(envelope).map_err(|_| no("it is no text"))?;
    Ok(Entry { file: file.to_owned(), index: logged.index, envelope, leaf })
}

/// A line as it is written, or why there is none.
type Line = Result<Vec<u8>, BundleError>;

/// Writes every line behind the first, and returns their digest.
fn write_body(
    body: &mut tempfile::NamedTempFile,
    head: &BundleHead,
    (certificates, approvals): (Vec<Entry>, Vec<Entry>),
    (paths, key): (&Paths, &SigningKey),
) -> Result<Digest, Failure> {
    let failed = || Failure::new(Kind::Config, "the bundle cannot be put together");
    let mut digests = Vec::new();
    let mut put = |line: Vec<u8>| -> Result<(), Failure> {
        digests.push(Digest::of(&line));
        let written = body.write_all(&line).and_then(|()| body.write_all(b"\n"));
        written.map_err(|error| failed().caused_by(error))
    };
    if head.revocations {
        let bytes = keep::read(&paths.revocations())?;
        // What nobody could believe elsewhere is not sent out.
        revoked::open(&bytes, &keep::trust(None, paths)?, head.issued.into())
            .map_err(|error| failed().caused_by(error))?;
        let text = String::from_utf8(bytes).map_err(|error| failed().caused_by(error))?;
        let line = RevocationsLine { revocations: text }.write();
        put(line.map_err(|error| failed().caused_by(error))?)?;
    }
    // The log may have grown since: proofs are of the checkpoint that is in the bundle.
    let verified = open_checkpoint(head.checkpoint.as_bytes(), &keep::log_policy(paths, key)?);
    let checkpoint = verified.map_err(|error| failed().caused_by(error))?.checkpoint;
    let reader = Reader::new(Folder::new(&paths.log()), &checkpoint);
    let mut part = |entry: Entry, write: fn(String, u64, Vec<Digest>) -> Line| {
        let (index, path) = proven(&reader, &checkpoint, &entry)?;
        put(write(entry.envelope, index, path).map_err(|error| failed().caused_by(error))?)
    };
    for entry in certificates {
        part(entry, |certificate, index, path| {
            CertificateLine { certificate, index, path }.write()
        })?;
    }
    for entry in approvals {
        part(entry, |approval, index, path| ApprovalLine { approval, index, path }.write())?;
    }
    Ok(body_digest(&digests))
}

/// The proof that something is in the log as it is now.
fn proven(
    reader: &Reader<'_, Folder>,
    checkpoint: &Checkpoint,
    entry: &Entry,
) -> Result<(u64, Vec<Digest>), Failure> {
    let no = || {
        let file = entry.file.display();
        Failure::new(Kind::Input, format!("`{file}` is not in the log of this machine"))
            .hint("certify or approve the server again, or remove the file")
    };
    let path = reader.inclusion(entry.index).map_err(|error| no().caused_by(error))?;
    let Checkpoint { size, root, .. } = checkpoint;
    verify_inclusion(&entry.leaf, entry.index, *size, root, &path)
        .map_err(|error| no().caused_by(error))?;
    Ok((entry.index, path))
}

/// The number of the next bundle.
fn next(wanted: &Wanted, paths: &Paths) -> Result<u64, Failure> {
    let file = made(paths);
    let bad = || {
        Failure::new(Kind::Config, format!("nobody can tell the last number: `{}`", file.display()))
            .hint("`--sequence NUMBER` says which is next; `mcpwarden log show` has the last one")
    };
    let last = match fs::read_to_string(&file) {
        Ok(text) => text.trim().parse::<u64>().map_err(|_| ()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(_) => Err(()),
    };
    match (wanted.sequence, last) {
        (Some(next), Ok(last)) if next <= last => {
            Err(Failure::new(Kind::Usage, format!("number {next} was used: the last was {last}")))
        }
        (Some(next), _) => Ok(next),
        (None, Ok(last)) => last.checked_add(1).ok_or_else(bad),
        (None, Err(())) => Err(bad()),
    }
}

/// Where the number of the last bundle is remembered.
fn made(paths: &Paths) -> PathBuf {
    paths.bundles().join("made")
}

/// Puts the first line and the others into one file.
fn put(output: &Path, head: &[u8], body: &mut File) -> io::Result<()> {
    let folder = output.parent().ok_or(io::ErrorKind::NotFound)?;
    let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
    fresh.write_all(head)?;
    fresh.write_all(b"\n")?;
    body.rewind()?;
    io::copy(body, &mut fresh)?;
    fresh.as_file().sync_all()?;
    fresh.persist(output).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}
