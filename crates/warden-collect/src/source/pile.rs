//! What was found so far, and how much may still be read.

use std::collections::BTreeMap;

use warden_model::{SkipReason, Skipped, SourceFile, SourceTree, UnreadReason};

use super::{
    SourceLimits, built,
    kind::{self, Kind},
};
use crate::reader::Refusal;

/// What was found so far.
pub(super) struct Pile {
    pub(super) limits: SourceLimits,
    files: Vec<SourceFile>,
    skipped: BTreeMap<(String, SkipReason), usize>,
    refusals: Vec<(String, Refusal)>,
    /// Languages that are not analysed: how many files, and the first.
    foreign: BTreeMap<&'static str, (usize, String)>,
    /// What may still be read.
    left: u64,
    full: bool,
    count: usize,
    has_code: bool,
}

/// How much of a file is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it, up to so many bytes; more is told.
    Code(u64),
    /// All of it if it is not larger, or else its beginning.
    Text(u64),
    /// Its beginning.
    Head,
    /// Nothing.
    Nothing,
}

/// How many bytes tell what a file is.
pub(super) const HEAD: u64 = 512;

impl Pile {
    pub(super) fn new(limits: SourceLimits) -> Self {
        Self {
            limits,
            files: Vec::new(),
            skipped: BTreeMap::new(),
            refusals: Vec::new(),
            foreign: BTreeMap::new(),
            left: limits.total,
            full: false,
            count: 0,
            has_code: false,
        }
    }

    /// Says how much of a file is wanted, and notes what its name alone tells.
    pub(super) fn want(&mut self, path: &str, len: u64) -> Wanted {
        let kind = kind::of_path(path);
        match kind {
            Kind::Code if kind::is_test(path) => {
                self.skip(folder(path), SkipReason::Tests, 1);
                Wanted::Nothing
            }
            Kind::Code if len > self.limits.code => {
                self.refuse(path, too_large(self.limits.code));
                Wanted::Nothing
            }
            Kind::Code => self.budget(len, Wanted::Code(self.limits.code)),
            Kind::Text => self.budget(len.min(self.limits.text), Wanted::Text(self.limits.text)),
            Kind::Opaque(what) => {
                self.opaque(path, what);
                Wanted::Nothing
            }
            Kind::Foreign(language) => {
                let entry = self.foreign.entry(language).or_insert_with(|| (0, path.to_owned()));
                entry.0 += 1;
                Wanted::Nothing
            }
            Kind::Ignored => Wanted::Head,
        }
    }

    fn budget(&mut self, len: u64, wanted: Wanted) -> Wanted {
        if self.full {
            return Wanted::Nothing;
        }
        self.count += 1;
        let left = self.left.checked_sub(len);
        if let Some(left) = left.filter(|_| self.count <= self.limits.files) {
            self.left = left;
            return wanted;
        }
        self.full = true;
        self.refuse("", Refusal::new(UnreadReason::TooLarge, "more files than are read"));
        Wanted::Nothing
    }

    /// Counts bytes of a file whose size was not known before. Says whether there was room.
    pub(super) fn charge(&mut self, len: u64) -> bool {
        // It was counted as a file when it was asked for.
        self.count = self.count.saturating_sub(1);
        self.budget(len, Wanted::Head) == Wanted::Head
    }

    /// Notes that a package brings its dependencies along.
    pub(super) fn bundled(&mut self, folder: &str) {
        let detail = "dependencies that the package brings along, which are not analysed";
        let refusal = Refusal::new(UnreadReason::Opaque, detail);
        if !self.refusals.iter().any(|(path, known)| path == folder && *known == refusal) {
            self.refuse(folder, refusal);
        }
    }

    /// Takes what was read of a file.
    pub(super) fn add(&mut self, path: String, wanted: Wanted, bytes: Vec<u8>) {
        match wanted {
            Wanted::Nothing => {}
            Wanted::Code(_) => {
                self.has_code = true;
                self.files.push(SourceFile { path, bytes });
            }
            Wanted::Text(cap) if bytes.len() as u64 <= cap && kind::is_text(&bytes) => {
                self.has_code |= is_script(&path, &bytes);
                self.files.push(SourceFile { path, bytes });
            }
            Wanted::Text(_) | Wanted::Head => match kind::of_head(&bytes) {
                Some(what) => self.opaque(&path, what),
                None if wanted == Wanted::Head => {}
                None => self.skip(folder(&path), SkipReason::Data, 1),
            },
        }
    }

    /// Notes code that cannot be analysed.
    fn opaque(&mut self, path: &str, what: &str) {
        let refusal = Refusal::new(UnreadReason::Opaque, format!("{what}, which is not analysed"));
        self.refuse(path, refusal);
    }

    /// Notes that something could not be read.
    pub(super) fn refuse(&mut self, path: &str, refusal: Refusal) {
        self.refusals.push((path.to_owned(), refusal));
    }

    /// Notes that something was left out on purpose.
    pub(super) fn skip(&mut self, path: &str, reason: SkipReason, files: usize) {
        *self.skipped.entry((path.to_owned(), reason)).or_default() += files;
    }

    /// Puts everything into the tree. Says whether there is source code, and what could not be
    /// read.
    pub(super) fn into_tree(mut self, tree: &mut SourceTree) -> (bool, Vec<(String, Refusal)>) {
        for (language, (count, first)) in std::mem::take(&mut self.foreign) {
            let files = if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
            let detail = format!("{files} of {language}, which is not analysed");
            self.refuse(&first, Refusal::new(UnreadReason::Opaque, detail));
        }
        tree.files = self.files;
        for (path, reason) in self.skipped.keys() {
            let files = self.skipped.get(&(path.clone(), *reason)).copied().unwrap_or(0);
            tree.skipped.push(Skipped { path: path.clone(), reason: *reason, files });
        }
        tree.sort();
        self.refusals.sort_by(|a, b| (&a.0, &a.1.detail).cmp(&(&b.0, &b.1.detail)));
        (self.has_code, self.refusals)
    }

    /// Leaves out what a build wrote, where what it was built from is there as well.
    pub(super) fn leave_out_built(&mut self) {
        let built = built::built(&self.files);
        self.files.retain(|file| !built.contains(&file.path));
        for path in built {
            self.skip(folder(&path), SkipReason::Built, 1);
        }
    }
}

/// Whether a file without an extension starts as a script in a language that is analysed.
fn is_script(path: &str, bytes: &[u8]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    !name.contains('.')
        && line.starts_with(b"#!")
        && [&b"node"[..], b"python", b"deno", b"bun", b"tsx"]
            .iter()
            .any(|word| line.windows(word.len()).any(|part| part == *word))
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn too_large(cap: u64) -> Refusal {
    Refusal::new(UnreadReason::TooLarge, format!("larger than {} MiB", cap >> 20))
}
