//! Fetches what is to be certified, with everything that it depends on, into a store.
//!
//! Packages come through the programs that people install them with, under the configuration that
//! these have: which registry, which proxy, which credentials is none of our business. No program is
//! asked to run anything of what it fetches: npm gets no scripts, pip takes wheels alone, Git checks
//! nothing out. Images alone are asked for here, with the credentials that such programs have written
//! down. What is fetched is held against what the registry says of it, twice: by digest, and
//! by what its own manifest says.
//!
//! Every step has a time limit, and so has the whole; output is bounded; whoever asks can cancel.

mod ask;
mod attest;
mod compare;
mod folder;
mod git;
pub mod image;
mod integrity;
mod lock;
mod npm;
mod pypi;
mod record;
#[cfg(test)]
mod tests;
pub(crate) mod wheel;

use std::{
    collections::BTreeMap,
    fs::File,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use warden_model::Digest;

use crate::store::{Format, StoreError, UnpackLimits, Writer};

pub use attest::Attested;
pub use compare::{Discrepancy, Subject};
pub use record::BadRecord;

/// What to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A package of npm; the newest version if none is named.
    Npm {
        /// Its name, with its scope.
        name: String,
        /// Its version or a tag.
        version: Option<String>,
    },
    /// A package for Python; the newest version if none is named.
    PyPi {
        /// Its name.
        name: String,
        /// Its version.
        version: Option<String>,
    },
    /// A repository at a commit.
    Git {
        /// A path or an address that Git understands.
        repository: String,
        /// The full name of the commit.
        commit: String,
    },
    /// An image at a registry.
    Image {
        /// Which.
        reference: image::Reference,
        /// The system that it has to be for.
        platform: image::Platform,
    },
    /// A folder as it is now.
    Folder(PathBuf),
    /// An archive.
    File(PathBuf),
    /// A server behind an address.
    Remote(String),
}

/// What there is of something.
#[derive(Clone, Debug, PartialEq)]
pub enum Obtained {
    /// The bytes that run, in the store.
    Artifact(Box<Fetched>),
    /// Nothing but what the server shows: its bytes run elsewhere, and nobody here can say which.
    DefinitionsOnly {
        /// Its address.
        url: String,
    },
}

/// What was fetched.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetched {
    /// What it is.
    pub what: Kind,
    /// Its name: of the package, repository, folder or file.
    pub name: String,
    /// Its version, or commit.
    pub version: Option<String>,
    /// The archive, if it came as one.
    #[serde(with = "record::maybe")]
    pub archive: Option<Digest>,
    /// How the archive is written.
    pub format: Option<Format>,
    /// What was in it.
    #[serde(with = "record::digest")]
    pub tree: Digest,
    /// What the registry says of the archive, as it says it.
    pub integrity: Option<String>,
    /// What else the registry says.
    pub registry: Option<RegistryFacts>,
    /// Everything that it depends on, as it was resolved.
    pub dependencies: Vec<FetchedDependency>,
    /// What contradicts itself.
    pub discrepancies: Vec<Discrepancy>,
    /// What is not known, or not there.
    pub gaps: Vec<Gap>,
    /// For Python, the version that the dependencies were resolved for.
    pub python: Option<String>,
    /// What the registry says of where it was built; nothing where nobody asked.
    pub attested: Option<Attested>,
    /// For an image, where it is from and what it is for.
    #[serde(default)]
    pub image: Option<image::ImageFacts>,
}

impl Fetched {
    /// What was said when its dependencies could not be resolved.
    #[must_use]
    pub fn unresolved(&self) -> Option<&str> {
        self.gaps.iter().find_map(|gap| match gap {
            Gap::Unresolved { said } => Some(said.as_str()),
            _ => None,
        })
    }
}

/// What was fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Kind {
    /// A package of npm.
    Npm,
    /// A package for Python.
    PyPi,
    /// A repository.
    Git,
    /// An image of a registry.
    Image,
    /// A folder.
    Folder,
    /// A file.
    File,
}

/// What a registry says of a package. What it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistryFacts {
    /// When this version was published, as it writes it.
    pub published: Option<String>,
    /// When the first version was.
    pub created: Option<String>,
    /// How many people may publish it.
    pub maintainers: Option<usize>,
    /// Why it should not be used, if so.
    pub deprecated: Option<String>,
    /// Whether it was taken back.
    pub yanked: bool,
    /// Where its source is said to be.
    pub repository: Option<String>,
    /// Names of versions, such as `latest`.
    pub tags: BTreeMap<String, String>,
    /// How many versions there are.
    pub versions: Option<usize>,
    /// The type of its provenance, if there is one.
    pub attestations: Option<String>,
    /// How many signatures of the registry it has.
    pub signatures: usize,
    /// Its licence.
    pub licence: Option<String>,
}

/// Something that a package depends on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FetchedDependency {
    /// Its name, in its own manifest.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it is installed, below the package that was asked for; empty for Python.
    pub place: String,
    /// What the resolved tree says of its archive.
    pub integrity: Option<String>,
    /// Its archive, if it was fetched.
    #[serde(with = "record::maybe")]
    pub archive: Option<Digest>,
    /// Whether the server runs without it.
    pub optional: bool,
    /// Whether it lies in the archive of the package around it.
    pub bundled: bool,
    /// Whether it wants to run code when it is installed.
    pub install_script: bool,
    /// Its licence as written.
    pub licence: Option<String>,
    /// What it depends on, as it writes it.
    pub requires: Vec<(String, String)>,
}

/// What is not known, or not there.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Gap {
    /// A dependency that is not from a registry, and was not fetched.
    NotFromRegistry {
        /// Its name.
        name: String,
        /// Where it is from, without credentials.
        from: String,
    },
    /// A dependency whose archive nothing but an outdated digest names.
    WeakIntegrity {
        /// Its name.
        name: String,
    },
    /// A dependency for another system, which was not fetched.
    OtherSystem {
        /// Its name.
        name: String,
    },
    /// A package that lies inside another one's archive.
    Bundled {
        /// Its name.
        name: String,
    },
    /// A package that wants to run code when it is installed, which nobody lets it do here.
    InstallScript {
        /// Its name.
        name: String,
    },
    /// The dependencies are not known: it is a file, or resolving them would have run code.
    Unresolved {
        /// What the program said.
        said: String,
    },
    /// The registry says nothing but digests.
    NoRegistryFacts,
    /// Packages were looked for in several places, and whichever had the highest version won: whoever
    /// can publish in one of them can take the place of a package of another.
    SeveralIndexes,
    /// A part of a repository that is another repository, which was not fetched.
    Submodule {
        /// Its path.
        path: String,
    },
    /// A folder that was left out.
    LeftOut {
        /// Its path.
        path: String,
        /// Why.
        why: String,
    },
    /// Something in an image that was not unpacked.
    NotUnpacked {
        /// Its path.
        path: String,
    },
    /// Files of a wheel that belong to neither the packages nor the programs.
    OutsidePackages {
        /// The name of the package.
        name: String,
    },
}

/// The steps of fetching.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Asking the registry about the package.
    Look,
    /// Finding out what it depends on.
    Resolve,
    /// Fetching archives.
    Fetch,
    /// Putting them into the store.
    Keep,
}

impl Step {
    /// What is being done, for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Look => "asking the registry",
            Self::Resolve => "resolving dependencies",
            Self::Fetch => "fetching archives",
            Self::Keep => "keeping archives",
        }
    }
}

/// Is told how far it is.
pub trait FetchProgress: Sync {
    /// `done` of `total` parts of this step are done.
    fn step(&self, _step: Step, _done: usize, _total: usize) {}
}

impl FetchProgress for () {}

/// The programs that fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programs {
    /// `npm`.
    pub npm: PathBuf,
    /// `python3`, whose pip is used.
    pub python: PathBuf,
    /// `git`.
    pub git: PathBuf,
}

impl Default for Programs {
    fn default() -> Self {
        Self { npm: "npm".into(), python: "python3".into(), git: "git".into() }
    }
}

/// How long things may take and how much there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchLimits {
    /// One program.
    pub step: Duration,
    /// All of them.
    pub total: Duration,
    /// How long a registry may say nothing.
    pub silence: Duration,
    /// Bytes that a program may say.
    pub output: u64,
    /// Dependencies.
    pub dependencies: usize,
    /// Bytes of one archive.
    pub archive: u64,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self {
            step: Duration::from_mins(5),
            total: Duration::from_mins(15),
            silence: Duration::from_secs(30),
            output: 64 << 20,
            dependencies: 5_000,
            archive: 1 << 30,
        }
    }
}

/// Why something could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The name or version is none.
    #[error("`{0}` is no name or version of a package")]
    BadName(String),
    /// A program is missing.
    #[error("`{}` cannot be started", .program.display())]
    NoProgram {
        /// Which.
        program: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// The registry does not have it.
    #[error("the registry has no `{what}`: {said}")]
    NotFound {
        /// What.
        what: String,
        /// What the program said.
        said: String,
    },
    /// A program failed.
    #[error("{} failed: {said}", .step.name())]
    Failed {
        /// At what.
        step: Step,
        /// What it said, without credentials.
        said: String,
    },
    /// A step took too long.
    #[error("{} took longer than {} s", .step.name(), .limit.as_secs())]
    TookTooLong {
        /// Which.
        step: Step,
        /// The limit.
        limit: Duration,
    },
    /// Somebody cancelled it.
    #[error("it was cancelled")]
    Cancelled,
    /// A program said too much.
    #[error("{} gave more than is read", .0.name())]
    TooMuch(Step),
    /// There are too many dependencies.
    #[error("it has more than {0} dependencies")]
    TooMany(usize),
    /// What a program or registry said makes no sense.
    #[error("{} gave nonsense: {what}", .step.name())]
    Nonsense {
        /// When.
        step: Step,
        /// What.
        what: String,
    },
    /// The bytes are not what the registry says they are.
    #[error("the archive of `{name}` is not the one that the registry names: {said}")]
    Integrity {
        /// Of what.
        name: String,
        /// More.
        said: String,
    },
    /// An archive of a kind that is not known.
    #[error("`{}` is no archive of a known kind", .0.display())]
    UnknownFile(PathBuf),
    /// An image could not be had.
    #[error(transparent)]
    Image(#[from] image::ImageError),
    /// The store could not keep it.
    #[error("it cannot be kept")]
    Store(#[from] StoreError),
    /// The system could not read or write.
    #[error("the system could not use `{}`", .place.display())]
    Io {
        /// Where.
        place: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
}

/// Fetches things.
#[derive(Clone, Copy)]
pub struct Fetcher<'a> {
    /// Where they are put.
    pub store: &'a Writer<'a>,
    /// The programs.
    pub programs: &'a Programs,
    /// Their environment, in which their configuration is found.
    pub env: &'a BTreeMap<String, String>,
    /// How long and how much.
    pub limits: FetchLimits,
    /// How much may come out of an archive.
    pub unpack: UnpackLimits,
    /// Is told how far it is.
    pub progress: &'a dyn FetchProgress,
    /// Set when somebody cancels.
    pub cancel: &'a AtomicBool,
}

impl std::fmt::Debug for Fetcher<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// One fetching: what was asked for, and until when it may take.
#[derive(Clone, Copy)]
struct Job<'a> {
    asker: &'a Fetcher<'a>,
    until: Instant,
}

impl Fetcher<'_> {
    /// Fetches something into the store.
    ///
    /// # Errors
    /// When it cannot be had, is not what it is said to be, or takes too long.
    pub fn fetch(&self, wanted: &Wanted) -> Result<Obtained, FetchError> {
        let job = Job { asker: self, until: Instant::now() + self.limits.total };
        let fetched = match wanted {
            Wanted::Npm { name, version } => npm::fetch(&job, name, version.as_deref()),
            Wanted::PyPi { name, version } => pypi::fetch(&job, name, version.as_deref()),
            Wanted::Git { repository, commit } => git::fetch(&job, repository, commit),
            Wanted::Image { reference, platform } => image::fetch(&job, reference, platform),
            Wanted::Folder(path) => folder::fetch(&job, path),
            Wanted::File(path) => file(&job, path),
            Wanted::Remote(url) => {
                return Ok(Obtained::DefinitionsOnly { url: ask::without_credentials(url) });
            }
        };
        fetched.map(|fetched| Obtained::Artifact(Box::new(fetched)))
    }
}

impl Job<'_> {
    fn alive(&self) -> Result<(), FetchError> {
        if self.asker.cancel.load(Ordering::Relaxed) { Err(FetchError::Cancelled) } else { Ok(()) }
    }

    /// Puts the archive in a file into the store.
    fn keep(&self, path: &Path) -> Result<Digest, FetchError> {
        self.alive()?;
        let io = |error| FetchError::Io { place: path.to_owned(), error };
        let file = crate::reader::open_itself(path).map_err(io)?;
        if file.metadata().map_err(io)?.len() > self.asker.limits.archive {
            return Err(FetchError::TooMuch(Step::Keep));
        }
        let mut file: std::io::Take<File> = std::io::Read::take(file, self.asker.limits.archive);
        Ok(self.asker.store.put_blob_from(&mut file)?)
    }
}

impl Fetched {
    fn new(what: Kind, name: &str, tree: Digest) -> Self {
        Self {
            what,
            name: name.to_owned(),
            version: None,
            archive: None,
            format: None,
            tree,
            integrity: None,
            registry: None,
            dependencies: Vec::new(),
            discrepancies: Vec::new(),
            gaps: Vec::new(),
            python: None,
            attested: None,
            image: None,
        }
    }
}

/// The format that the name of an archive tells.
#[must_use]
pub fn format_of(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    Some(if ends(&[".mcpb", ".dxt"]) {
        Format::Bundle
    } else if ends(&[".whl"]) {
        Format::Wheel
    } else if ends(&[".tgz"]) {
        Format::Npm
    } else if ends(&[".tar.gz"]) {
        Format::Sdist
    } else if ends(&[".oci.tar", ".oci", ".image.tar"]) {
        Format::Image
    } else if ends(&[".tar"]) {
        Format::Tar
    } else {
        return None;
    })
}

/// An archive that somebody has.
fn file(job: &Job<'_>, path: &Path) -> Result<Fetched, FetchError> {
    let real =
        path.canonicalize().map_err(|error| FetchError::Io { place: path.to_owned(), error })?;
    let format = format_of(path).ok_or_else(|| FetchError::UnknownFile(path.to_owned()))?;
    let archive = job.keep(&real)?;
    let format = if format == Format::Tar && is_image(&real) { Format::Image } else { format };
    let (tree, done) = job.asker.store.unpack(archive, format, &job.asker.unpack)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut fetched = Fetched::new(Kind::File, &name.unwrap_or_default(), tree);
    fetched.archive = Some(archive);
    fetched.format = Some(format);
    fetched.gaps =
        done.left_out.into_iter().map(|left| Gap::NotUnpacked { path: left.path }).collect();
    if matches!(format, Format::Npm | Format::Sdist | Format::Wheel) {
        let said = "what a file depends on is not resolved".to_owned();
        fetched.gaps.push(Gap::Unresolved { said });
    }
    if format == Format::Wheel {
        let store = job.asker.store.store();
        let manifest = store.manifest(tree)?;
        let root = store.tree(tree, crate::store::Check::Quick)?.path;
        fetched.discrepancies = wheel::check_record(&fetched.name, &manifest, &root);
    }
    Ok(fetched)
}

/// Whether a tar archive is an image by the names in it.
fn is_image(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let mut archive = tar::Archive::new(std::io::BufReader::new(file));
    let Ok(entries) = archive.entries_with_seek() else { return false };
    entries.flatten().take(100_000).any(|entry| {
        matches!(&*entry.path_bytes(), b"index.json" | b"manifest.json" | b"oci-layout")
    })
}
