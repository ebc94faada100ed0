//! Reading a bundle: verified whole before a line of it is parsed, and judged into an index.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom},
    path::Path,
    thread,
    time::SystemTime,
};

use warden_model::Digest;
use warden_policy::{
    approval::Acts,
    certificate::{
        ApprovalLine, BUNDLE_TYPE, BundleHead, Certificate, CertificateIndex, CertificateLine,
        CertificatePolicy, MOST_HEAD, MOST_LINE, Revocations, RevocationsLine, Row, body_digest,
    },
};
use warden_seal::{
    Trust,
    log::{Checkpoint, leaf_hash, open_checkpoint, verify_inclusion},
    open_trusted,
};

use super::super::{
    issue, keep, logs,
    revoked::{self, List},
};
use crate::{Failure, Kind, approvals};

/// How many certificates are judged at a time. Their lines have at most twice [`MOST_LINE`] bytes.
const BATCH: usize = 128;

/// How many parts that are left out are told of one by one.
const MOST_TOLD: usize = 20;

/// What is believed of a bundle, and what counts besides it.
#[derive(Clone, Copy)]
pub(crate) struct Believed<'a> {
    /// Whose signatures count.
    pub(crate) trust: &'a Trust,
    /// What is revoked, whatever the bundle says.
    pub(crate) revoked: &'a List,
    /// When.
    pub(crate) now: SystemTime,
}

/// A bundle that was verified.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) head: BundleHead,
    /// The digest of what was signed, which covers all of it.
    pub(crate) digest: Digest,
    /// Who has signed it.
    pub(crate) keys: Vec<String>,
    /// The certificates that are believed.
    pub(crate) index: CertificateIndex,
    /// What people have said about servers, as far as it is believed, by their names.
    pub(crate) approvals: BTreeMap<String, Acts>,
    /// What is revoked by it, or by what counts besides.
    pub(crate) revocations: Revocations,
    /// How many entries its list of revocations has.
    pub(crate) revoked: usize,
    pub(crate) left_out: LeftOut,
}

/// What of a bundle is not believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// How many certificates.
    pub(crate) certificates: u64,
    /// How many approvals.
    pub(crate) approvals: u64,
    /// Why the first of them are not.
    pub(crate) why: Vec<String>,
}

impl LeftOut {
    /// How many parts are left out, for people; nothing if none is.
    pub(crate) fn told(&self) -> Option<String> {
        let count = |many: u64, what: &str| (many > 0).then(|| format!("{many} {what}"));
        let parts = [count(self.certificates, "certificates"), count(self.approvals, "approvals")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| format!("{} in it are not believed", parts.join(" and ")))
    }

    fn note(&mut self, why: String) {
        if self.why.len() < MOST_TOLD {
            self.why.push(why);
        }
    }
}

/// Reads a bundle. `each` is shown every certificate that is believed.
///
/// # Errors
/// Anything that was changed, is missing, or is too much. A certificate or an approval that is not
/// believed by itself, since who signed it is not trusted here or it was not logged, is left out,
/// and told.
pub(crate) fn load(
    file: &Path,
    believed: Believed<'_>,
    each: &mut dyn FnMut(&Certificate),
) -> Result<Loaded, Failure> {
    let opened = File::open(file).map_err(|error| unreadable(file).caused_by(error))?;
    let mut lines = Lines { from: BufReader::new(opened), line: Vec::new() };
    let read = (|| -> Result<Loaded, Trouble> {
        let (head, keys, digest) = head(&mut lines, believed)?;
        let body = lines.from.stream_position()?;
        if lines.digest(&head)? != head.digest {
            return Err("what was signed is something else than what is there".into());
        }
        lines.from.seek(SeekFrom::Start(body))?;
        let mut reading = Reading::new(&mut lines, &head, believed)?;
        let rows = reading.rows(&head, each)?;
        let approvals = reading.approvals(&head)?;
        // The file is not ours alone: what was parsed has to be what was verified.
        if body_digest(&reading.digests) != head.digest {
            return Err("it was changed while it was read".into());
        }
        let Reading { left_out, revoked, revocations, .. } = reading;
        let index = CertificateIndex::of_rows(rows, CertificatePolicy::default())?;
        Ok(Loaded { head, digest, keys, index, approvals, revocations, revoked, left_out })
    })();
    read.map_err(|error| unreadable(file).caused_by(error))
}

type Trouble = Box<dyn std::error::Error + Send + Sync>;

fn unreadable(file: &Path) -> Failure {
    Failure::new(Kind::Input, format!("the bundle `{}` is not believed", file.display()))
}

/// Verifies and reads the first line.
fn head(
    lines: &mut Lines,
    believed: Believed<'_>,
) -> Result<(BundleHead, Vec<String>, Digest), Trouble> {
    let line = lines.next(MOST_HEAD)?;
    let opened = open_trusted(line, BUNDLE_TYPE, believed.trust, keep::BUNDLES, believed.now)?;
    let head = BundleHead::read(&opened.payload)?;
    Ok((head, opened.keys, Digest::of(&opened.payload)))
}

/// A file, line by line.
struct Lines {
    from: BufReader<File>,
    line: Vec<u8>,
}

impl Lines {
    /// The next line, without its line feed.
    fn next(&mut self, most: usize) -> io::Result<&[u8]> {
        self.line.clear();
        let most = most as u64 + 1;
        self.from.by_ref().take(most).read_until(b'\n', &mut self.line)?;
        // A line that is cut off, or longer than any, has no line feed.
        let line = self.line.strip_suffix(b"\n");
        line.ok_or_else(|| io::Error::other("a line is missing, cut off or too long"))
    }

    /// The digest of every line that there should be, and of nothing more.
    fn digest(&mut self, head: &BundleHead) -> io::Result<Digest> {
        let mut digests = Vec::new();
        for _ in 0..head.lines() {
            digests.push(Digest::of(self.next(MOST_LINE)?));
        }
        if self.from.fill_buf()?.is_empty() {
            Ok(body_digest(&digests))
        } else {
            Err(io::Error::other("there is more in it than was signed"))
        }
    }
}

/// What the line of a certificate comes to.
struct Judged {
    digest: Digest,
    index: u64,
    /// The certificate, or why it is not believed.
    found: Result<(Certificate, Row), String>,
}

/// What is read of the lines behind the first.
struct Reading<'a> {
    lines: &'a mut Lines,
    believed: Believed<'a>,
    checkpoint: Checkpoint,
    /// Whether the log can vouch for what was signed before a key was revoked.
    vouches: bool,
    revocations: Revocations,
    /// How many entries the list of the bundle has.
    revoked: usize,
    digests: Vec<Digest>,
    left_out: LeftOut,
}

impl<'a> Reading<'a> {
    /// Reads what is revoked, and what log it is about.
    fn new(
        lines: &'a mut Lines,
        head: &BundleHead,
        believed: Believed<'a>,
    ) -> Result<Self, Trouble> {
        let policy = keep::log_policy_in(believed.trust, &head.checkpoint, believed.now);
        let checkpoint = open_checkpoint(head.checkpoint.as_bytes(), &policy)?.checkpoint;
        // Whoever has stolen a key of the log could have written anything into it, at any time.
        let vouches = logs::vouched(&policy, believed.trust).is_ok();
        let (mut all, mut digests, mut revoked) = (believed.revoked.clone(), Vec::new(), 0);
        if head.revocations {
            let line = lines.next(MOST_LINE)?;
            digests.push(Digest::of(line));
            let line = RevocationsLine::read(line)?;
            let list = revoked::open(line.revocations.as_bytes(), believed.trust, believed.now)?;
            revoked = list.entries.len();
            all.entries.extend(list.entries);
        }
        let revocations = all.revocations().map_err(|failure| failure.message().to_owned())?;
        let left_out = LeftOut::default();
        Ok(Self { lines, believed, checkpoint, vouches, revocations, revoked, digests, left_out })
    }

    /// Judges every certificate.
    fn rows(
        &mut self,
        head: &BundleHead,
        each: &mut dyn FnMut(&Certificate),
    ) -> Result<Vec<Row>, Trouble> {
        let mut rows = Vec::new();
        let (mut before, mut left) = (None, head.certificates);
        while left > 0 {
            let lines = self.batch(left)?;
            left -= lines.len() as u64;
            for judged in self.judged(&lines)? {
                let Judged { digest, index, found } = judged?;
                self.digests.push(digest);
                // One order, and none twice.
                if before.replace(index) >= Some(index) {
                    return Err("its certificates are not in the order of the log".into());
                }
                match found {
                    Ok((certificate, row)) => {
                        rows.push(row);
                        each(&certificate);
                    }
                    Err(why) => {
                        self.left_out.certificates += 1;
                        self.left_out.note(format!("entry {index} of the log: {why}"));
                    }
                }
            }
        }
        Ok(rows)
    }

    /// The next lines, as many as are judged at a time and no more than `left`.
    fn batch(&mut self, left: u64) -> io::Result<Vec<Vec<u8>>> {
        let (mut lines, mut bytes) = (Vec::new(), 0);
        while lines.len() < BATCH && (lines.len() as u64) < left && bytes < MOST_LINE {
            let line = self.lines.next(MOST_LINE)?;
            bytes += line.len();
            lines.push(line.to_vec());
        }
        Ok(lines)
    }

    /// Judges these lines on all processors, and returns what they come to in their order.
    fn judged(&self, lines: &[Vec<u8>]) -> Result<Vec<Result<Judged, Trouble>>, Trouble> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let judge = |part: &[Vec<u8>]| -> Vec<_> { part.iter().map(|it| self.judge(it)).collect() };
        thread::scope(|scope| {
            let mut parts = lines.chunks(lines.len().div_ceil(threads).max(1));
            let own = parts.next().unwrap_or_default();
            let others: Vec<_> = parts.map(|part| scope.spawn(move || judge(part))).collect();
            let mut all = judge(own);
            for other in others {
                all.extend(other.join().map_err(|_| "a certificate cannot be judged")?);
            }
            Ok(all)
        })
    }

    /// Judges one line.
    fn judge(&self, line: &[u8]) -> Result<Judged, Trouble> {
        let digest = Digest::of(line);
        let line = CertificateLine::read(line)?;
        let found = match self.certificate(&line) {
            Ok(certificate) => {
                let row = Row::of(&certificate, &self.revocations)?;
                Ok((certificate, row))
            }
            Err(why) => Err(why),
        };
        Ok(Judged { digest, index: line.index, found })
    }

    /// A certificate whose issuer is trusted, and which was logged.
    fn certificate(&self, line: &CertificateLine) -> Result<Certificate, String> {
        let envelope = line.certificate.as_bytes();
        let no = |why: &str| Failure::new(Kind::Input, why.to_owned());
        let proven = |entry: &[u8]| self.proven(entry, line.index, &line.path);
        let vouched = |entry: &[u8]| {
            if !self.vouches {
                return Err(no("a key of the log was revoked, so it proves no time"));
            }
            proven(entry)
        };
        let Believed { trust, now, .. } = self.believed;
        let kept =
            keep::open_vouched(envelope, trust, now, vouched).map_err(|failure| failure.told())?;
        proven(&issue::entry(&kept.certificate, envelope)).map_err(|failure| failure.told())?;
        Ok(kept.certificate)
    }

    /// Judges every approval.
    fn approvals(&mut self, head: &BundleHead) -> Result<BTreeMap<String, Acts>, Trouble> {
        let mut all = BTreeMap::new();
        let mut before = None;
        for _ in 0..head.approvals {
            let line = self.lines.next(MOST_LINE)?;
            self.digests.push(Digest::of(line));
            let line = ApprovalLine::read(line)?;
            if before.replace(line.index) >= Some(line.index) {
                return Err("its approvals are not in the order of the log".into());
            }
            match self.approval(&line) {
                Ok(acts) => {
                    let server = acts.server().to_owned();
                    // What was said later must not be hidden by what was said before.
                    if all.insert(server, acts).is_some() {
                        return Err("it has two approvals of one server".into());
                    }
                }
                Err(why) => {
                    self.left_out.approvals += 1;
                    let index = line.index;
                    self.left_out.note(format!("the approval at entry {index} of the log: {why}"));
                }
            }
        }
        Ok(all)
    }

    /// What people whose keys are known have said about a server, and whose last act was logged.
    fn approval(&self, line: &ApprovalLine) -> Result<Acts, String> {
        let Believed { trust, now, .. } = self.believed;
        let acts = Acts::open(line.approval.as_bytes(), trust, now).map_err(|error| {
            Failure::new(Kind::Input, "it is not believed").caused_by(error).told()
        })?;
        let last = approvals::last_entry(&acts).ok_or("nobody has said anything")?;
        self.proven(&last, line.index, &line.path).map_err(|failure| failure.told())?;
        Ok(acts)
    }

    /// Whether an entry is in the log at this place.
    fn proven(&self, entry: &[u8], index: u64, path: &[Digest]) -> Result<(), Failure> {
        let Checkpoint { size, root, .. } = &self.checkpoint;
        verify_inclusion(&leaf_hash(entry), index, *size, root, path)
            .map_err(|_| Failure::new(Kind::Input, "it is not in the log"))
    }
}
