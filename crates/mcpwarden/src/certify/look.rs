//! Looks at what was fetched: its source code, what it is built from, and what it shows a model.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process::Command,
};

use warden_collect::{
    Machine, SourceLimits, collect_source,
    fetch::{self, Fetched},
    store::{
        Check, Manifest, NodeKind, Store,
        launch::{Interpreter, Launch},
    },
    supply as read,
};
use warden_mcp::client::{First, Limits, Target, probe_http, probe_stdio};
use warden_model::{
    Ecosystem, Effect, Finding, Hidden, Pinning, Scan, Snapshot, SourceTree, Surface, Unread,
};
use warden_scan::supply::{Database, Judged, Judging, Known, LicencePolicy, Supply, judge};
use warden_seal::provenance::Root;

use super::{
    provenance::{self, Provenance},
    supply,
};
use crate::{Failure, Kind, World, analyse, commands::this_program, probe, progress::Bar};

/// Everything that was seen.
pub(crate) struct Looked {
    /// Findings in source code and in what the server shows.
    pub(crate) scan: Scan,
    /// What it is built from.
    pub(crate) supply: Supply,
    /// What was found in that.
    pub(crate) judged: Judged,
    /// What could not be read of that.
    pub(crate) supply_gaps: Vec<read::Gap>,
    /// How many manifests ask for something that no lock file and no digest holds: what they would get
    /// is not known, and nobody has looked at it.
    pub(crate) unlocked: usize,
    /// The files that there are, and what should have been read and was not.
    pub(crate) files: usize,
    pub(crate) unread: Vec<Unread>,
    /// Whether problems can be told to somebody.
    pub(crate) contact: Contact,
    /// What the server shows, or why nobody knows.
    pub(crate) surface: Result<Surface, String>,
    /// What is known of where it was built.
    pub(crate) provenance: Provenance,
}

/// Whether the tree says to whom problems can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contact {
    Named,
    Incomplete,
    Absent,
    Unknown,
}

/// How to look.
pub(crate) struct Looking<'a> {
    pub(crate) world: &'a World,
    pub(crate) bar: &'a Bar,
    pub(crate) database: &'a Database<'a>,
    /// Where what was fetched lies, and who is trusted to say where it was built.
    pub(crate) store: &'a Store,
    pub(crate) root: &'a Root,
}

impl Looking<'_> {
    /// Looks at a tree, at what was fetched with it, and at what it shows.
    ///
    /// # Errors
    /// When this program cannot find itself.
    pub(crate) fn at(
        &self,
        tree: Option<(&Path, &Manifest)>,
        (name, fetched): (&str, Option<&Fetched>),
        surface: Result<Surface, String>,
    ) -> Result<Looked, Failure> {
        let machine = Machine { cwd: tree.map(|(root, _)| root.to_owned()), ..self.machine() };
        let limits = SourceLimits::default();
        let found = tree.map(|(root, _)| collect_source(root, &machine, &limits, self.bar));
        let found = found.unwrap_or_default();
        let (mut files, mut contact) = (0, Contact::Unknown);
        let read = tree.map(|(root, files)| manifests(root, files)).unwrap_or_default();
        let mut trees = Vec::new();
        if let Some(mut tree) = found.tree {
            // Where it lies on this machine is no part of what it is.
            tree.root.clear();
            name.clone_into(&mut tree.name);
            files = tree.files.len();
            contact = contact_of(&tree);
            self.bar.analysing(files);
            let program = this_program()?;
            let words = [program.into_os_string(), analyse::ANALYSE.into()];
            trees = analyse::in_parts(tree, &words, 0, None);
        }
        let surfaces = surface.iter().cloned().collect();
        let snapshot = Snapshot { surfaces, unread: found.unread.clone(), ..Snapshot::default() };
        let mut scan = warden_scan::scan_with(&snapshot, trees, &[]);
        told_by_code(&mut scan);
        let supply_gaps = read.gaps.clone();
        let unlocked = if fetched.is_some_and(is_package) { 0 } else { unlocked(&read) };
        let by = (self.store, self.root);
        let provenance =
            fetched.map_or(Provenance::UNKNOWN, |fetched| provenance::of(fetched, &read, by));
        let supply = supply::of(read, fetched, &provenance.origin, name);
        let licences = LicencePolicy::default();
        let now = self.world.now().as_second();
        let how = Judging { known: Known::built_in(), licences: &licences, now };
        let judged = judge(&supply, self.database, &how);
        let unread = scan.coverage.unread.clone();
        Ok(Looked {
            scan,
            supply,
            judged,
            supply_gaps,
            unlocked,
            files,
            unread,
            contact,
            surface,
            provenance,
        })
    }

    fn machine(&self) -> Machine {
        crate::commands::this_machine(self.world)
    }
}

/// Rules that guess by its words what a tool can do.
const BY_WORDS: &[&str] = &["dangerous-capability", "misleading-annotation"];

/// Leaves out what words alone say of tools whose code is known: the code tells better what they do,
/// and has rules of its own.
fn told_by_code(scan: &mut Scan) {
    let harmless: BTreeSet<&str> = scan
        .tools
        .iter()
        .filter(|tool| tool.effects.iter().all(|act| act.effect < Effect::Execute))
        .filter_map(|tool| tool.tool.as_deref())
        .collect();
    let guessed = |finding: &Finding| {
        let tool = finding.subject.tool.as_deref();
        BY_WORDS.contains(&finding.rule) && tool.is_some_and(|tool| harmless.contains(tool))
    };
    scan.findings.retain(|finding| !guessed(finding));
}

/// Reads manifests and lock files. What others have brought along is theirs, and held against
/// advisories as it was resolved.
pub(crate) fn manifests(root: &Path, files: &Manifest) -> read::Supply {
    let ours = |path: &str| !path.split('/').any(|part| part == "node_modules");
    let wanted = files.nodes().iter().filter(|node| {
        matches!(node.kind, NodeKind::File { .. }) && ours(&node.path) && read::is_read(&node.path)
    });
    let mut lost = Vec::new();
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    for node in wanted {
        let path = root.join(&node.path);
        // What the reader would refuse for its size it is told of without its bytes.
        let size = path.metadata().map_or(u64::MAX, |found| found.len());
        let bytes = if size > read::SUPPLY_CAP as u64 { None } else { std::fs::read(&path).ok() };
        match bytes {
            Some(bytes) => found.push((node.path.clone(), bytes)),
            None => lost.push(read::Gap {
                file: node.path.clone(),
                line: 0,
                kind: read::GapKind::TooLarge,
                detail: "it cannot be read, or is too large".into(),
            }),
        }
    }
    let files = found.iter().map(|(path, bytes)| (path.clone(), bytes.as_slice()));
    let mut supply = read::read_files(files);
    supply.gaps.extend(lost);
    supply
}

/// Whether what it depends on was resolved for this certification.
fn is_package(fetched: &Fetched) -> bool {
    matches!(fetched.what, fetch::Kind::Npm | fetch::Kind::PyPi)
}

/// How many manifests ask for something to run that is held by nothing.
fn unlocked(read: &read::Supply) -> usize {
    let loose = |asked: &read::Requirement| {
        let runs = !asked.kind.is_development() && asked.kind != read::RequirementKind::Constraint;
        runs && matches!(asked.pinning, Pinning::Floating | Pinning::Exact)
    };
    let is_loose = |manifest: &&read::Manifest| {
        // The manifest of a module of Go is its own lock file.
        manifest.ecosystem != Ecosystem::Go
            && manifest.locks.is_empty()
            && manifest.requirements.iter().any(loose)
    };
    read.manifests.iter().filter(is_loose).count()
}

/// Whether a tree says to whom problems can be told.
fn contact_of(tree: &SourceTree) -> Contact {
    let named = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        name == "security.md" || name == "security.txt" || name == "security.rst"
    };
    let policies: Vec<_> = tree.files.iter().filter(|file| named(&file.path)).collect();
    let has_contact = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        text.contains("https://") || text.contains("mailto:") || text.contains('@')
    };
    match policies.iter().any(|file| has_contact(&file.bytes)) {
        true => Contact::Named,
        false if policies.is_empty() => Contact::Absent,
        false => Contact::Incomplete,
    }
}

/// Starts a server from the store and asks what it shows. It is given an empty home and no
/// environment but what is named.
pub(crate) fn started(
    name: &str,
    (store, launch): (&Store, &Launch),
    given: &BTreeMap<String, Hidden>,
    world: &World,
) -> Result<Surface, String> {
    let words = words(store, launch, world).map_err(|failure| failure.message().to_owned())?;
    let home = tempfile::tempdir().map_err(|error| error.to_string())?;
    let supervisor = crate::commands::supervisor().map_err(|_| "no supervisor".to_owned())?;
    let mut start = || {
        let (program, args) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        command.args(args).current_dir(home.path()).env("HOME", home.path());
        command.envs(world.env.get("PATH").map(|path| ("PATH", path)));
        command.envs(given.iter().map(|(name, value)| (name, value.reveal())));
        probe::start(&supervisor, &command)
    };
    let shown = probe_stdio(&mut start, &Limits::default())
        .map_err(|failed| format!("it did not say what it shows: {}", failed.error))?;
    probe::surface(name, shown)
}

/// Asks a server behind an address what it shows.
pub(crate) fn asked(
    name: &str,
    url: &str,
    headers: &[(String, Hidden)],
) -> Result<Surface, String> {
    let url = Hidden::new(url);
    let target = Target { url: &url, headers, first: First::Streamable };
    let shown = probe_http(&target, &Limits::default())
        .map_err(|failed| format!("it did not say what it shows: {}", failed.error))?;
    probe::surface(name, shown)
}

/// The command line that starts a server from the store, with its tree verified.
///
/// # Errors
/// When the tree is damaged, or there is nothing to run it with.
pub(crate) fn words(
    store: &Store,
    launch: &Launch,
    world: &World,
) -> Result<Vec<OsString>, Failure> {
    let interpreter = interpreter(&launch.interpreter, world)?;
    launch.command_line(store, Check::Quick, &interpreter).map_err(|error| {
        Failure::new(Kind::Input, "what would run is not what was certified").caused_by(error)
    })
}

/// What runs the server: Node.js or Python of this machine.
///
/// # Errors
/// When there is none.
pub(crate) fn interpreter(wanted: &Interpreter, world: &World) -> Result<PathBuf, Failure> {
    let names: Vec<String> = match wanted {
        Interpreter::Node => vec!["node".into()],
        Interpreter::Python { version } => {
            let exact = version.iter().map(|version| format!("python{version}"));
            exact.chain(["python3".into()]).collect()
        }
    };
    let path = world.env.get("PATH").map(String::as_str).unwrap_or_default();
    let folders: Vec<PathBuf> =
        std::env::split_paths(path).filter(|folder| folder.is_absolute()).collect();
    let found = names.iter().find_map(|name| {
        folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file())
    });
    found.ok_or_else(|| {
        Failure::new(
            Kind::Config,
            format!("there is no `{}` on this machine", names.join("` or `")),
        )
        .hint("install it, and see that it is in a folder of `PATH`")
    })
}
