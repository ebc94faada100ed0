//! `mcpwarden certify`: from a server to a signed certificate.

mod inventory;
mod remember;
mod show;

use std::{
    collections::BTreeMap, path::PathBuf, process::ExitCode, sync::atomic::AtomicBool,
    time::SystemTime,
};

use warden_collect::{
    fetch::{
        FetchError, FetchLimits, FetchProgress, Fetched, Fetcher, Obtained, Programs, Step, Wanted,
        image::{ImageError, Platform, Shown},
    },
    store::{
        Check, Format, Store, UnpackLimits, Writer,
        launch::{Interpreter, Launch, LaunchError, materialise},
    },
};
use warden_model::{Digest, Hidden, Surface};
use warden_policy::{
    Pin, Time,
    certificate::{Certificate, DEFAULT_DAYS, Named, Subjects, Target},
};
use warden_scan::{
    certify::{Weights, score},
    supply::Database,
};
use warden_seal::provenance::Root;

pub(super) use show::summary;

use remember::{fetched_as, remember_fetched};

use crate::{
    Failure, Kind, World,
    approvals::{changed, facts},
    certify::{
        advisories,
        issue::{self, Terms},
        keep,
        look::{self, Looked, Looking},
        provenance,
        stages::stages,
        target,
    },
    key::{self, SignerArgs},
    output,
    paths::Paths,
    progress::{Bar, Visible},
};

/// The exit code of what is below the level that was wanted.
const BELOW: u8 = 14;

/// Certify a server: fetch it, look at it, score it, and sign what was found
///
/// Fetches the server and everything that it depends on into a store that names bytes by their
/// digests, reads its source code and what it is built from, starts it from the store to see what
/// it shows a model, and scores all of it. What comes out is a certificate: signed, expiring,
/// written into a log, and about exactly these bytes and definitions. Nothing of what is fetched is
/// run to install it. A stage that does not finish is never taken for a clean one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden certify npm:@modelcontextprotocol/server-everything@2026.8.31
  mcpwarden certify pypi:mcp-server-time==2026.8.31
  mcpwarden certify ./my-server --no-start
  mcpwarden certify server.mcpb --name mail
  mcpwarden certify git:https://code.example/acme/mail@COMMIT
  mcpwarden certify oci:registry.example/acme/mail@sha256:DIGEST
  mcpwarden certify https://mcp.example/mcp --name crm
  mcpwarden scan --format json > scan.json; mcpwarden certify --inventory scan.json

Exit codes:
  0         certified, at the level that was wanted or above
  1 to 4    it could not be done: internal, usage, configuration, input
  14        certified, and below the level that was wanted; with --inventory, a
            server that is, or that could not be certified")]
#[derive(Clone)]
pub(crate) struct Args {
    /// `npm:NAME@VERSION`, `pypi:NAME==VERSION`, `git:REPOSITORY@COMMIT`,
    /// `oci:REGISTRY/REPOSITORY@sha256:DIGEST` (or `:TAG`), a URL, a folder, or an archive: `.tgz`,
    /// `.whl`, `.tar.gz`, `.mcpb`, `.oci.tar`
    #[arg(value_name = "TARGET", required_unless_present = "inventory")]
    target: Option<String>,

    /// Certify every server of a scan report, one after the other, and say of each how its stages
    /// ended; one that cannot be certified holds up no other
    #[arg(long, value_name = "SCAN", conflicts_with_all = ["target", "name", "program", "script", "output"])]
    inventory: Option<PathBuf>,

    /// The name to certify it by; otherwise that of the package, folder or file
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// The program to start, where a package has several
    #[arg(long, value_name = "NAME")]
    program: Option<String>,

    /// The script to start, of a folder, a repository, a bundle or an image: a path inside of it
    /// that ends in `.js`, `.mjs`, `.cjs` or `.py`, and of an image begins with `rootfs/`. Without it
    /// a bundle starts what its manifest says
    #[arg(long, value_name = "PATH")]
    script: Option<String>,

    /// The system that an image has to be for; otherwise `linux/amd64`
    #[arg(long, value_name = "OS/ARCH")]
    platform: Option<Platform>,

    /// Do not start it: nobody sees then what it shows, which leaves it at level 0
    #[arg(long)]
    no_start: bool,

    /// A variable to start it with, from the environment of this command
    #[arg(long = "env", value_name = "NAME")]
    env: Vec<String>,

    /// Ask the registry again, also for a version that is in the store
    #[arg(long)]
    refresh: bool,

    /// How many days the certificate counts
    #[arg(long, value_name = "DAYS", default_value_t = DEFAULT_DAYS,
          value_parser = clap::value_parser!(u32).range(1..=397))]
    days: u32,

    /// Who certifies; otherwise the user who runs this
    #[arg(long, value_name = "WHO")]
    issuer: Option<String>,

    /// The level that is wanted, for the exit code
    #[arg(long, value_name = "LEVEL", default_value_t = 1,
          value_parser = clap::value_parser!(u8).range(0..=3))]
    level: u8,

    /// Weights to score with, in place of those that are published
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,

    /// Who is trusted to say where a package was built: a Sigstore trusted root. Otherwise
    /// `provenance-root.json` of the state folder, or the public instance as it was when this
    /// program was built
    #[arg(long, value_name = "FILE")]
    trust_root: Option<PathBuf>,

    /// Write the certificate to this file as well
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Show the certificate as JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    signs: SignerArgs,
}

/// What has come out.
struct Made {
    name: String,
    certificate: Certificate,
    looked: Looked,
    file: PathBuf,
    image: Option<String>,
}

/// What is certified, as far as it is known before anybody has looked.
struct Subject {
    name: String,
    target: Target,
    fetched: Option<Fetched>,
    tree: Option<Digest>,
    launch: Option<Launch>,
    url: Option<String>,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        if let Some(file) = &self.inventory {
            return inventory::run(&self, file, world);
        }
        let made = self.certify(world)?;
        let text = if self.json {
            let bytes = made.certificate.write().unwrap_or_default();
            format!("{}\n", String::from_utf8_lossy(&bytes))
        } else {
            show::certificate(&made.name, &made.certificate, &made.looked, &made.file)
        };
        if let Some(image) = &made.image {
            output::tell(image);
        }
        output::print(&text)?;
        let is_enough = made.certificate.level >= self.level;
        Ok(if is_enough { ExitCode::SUCCESS } else { ExitCode::from(BELOW) })
    }

    /// What is to be certified, as it was written.
    fn target(&self) -> &str {
        self.target.as_deref().unwrap_or_default()
    }

    /// Certifies one server.
    fn certify(&self, world: &World) -> Result<Made, Failure> {
        let paths = Paths::of(world)?;
        let wanted = target::parse(self.target(), self.platform.as_ref(), &world.cwd)?;
        let weights = self.weights(world)?;
        // Before anything is fetched: who cannot sign, or would not be believed, certifies nothing.
        let signs = self.signs.open(world, &paths)?;
        let trust = keep::trust(None, &paths)?;
        keep::would_count(&signs, &trust, keep::CERTIFICATES, world.now().into())?;
        let key = key::own(&paths)?;
        let root = provenance::root(self.trust_root.as_deref(), &paths, world)?;
        let store = Store::open(&paths.store()).map_err(|error| store_failure(&error))?;
        let writer = store.writer().map_err(|error| store_failure(&error))?;
        // Before anything is fetched: without advisories there is no certificate.
        let database = advisories::load(&paths, world)?.database;
        let bar = Bar::new(if world.terminal.stderr { Visible::Yes } else { Visible::No });
        let subject = self.fetch(&wanted, &writer, (world, &bar))?;
        let surface = self.surface(&subject, &store, world);
        let looked = look((&subject, &store), (&database, &root), surface, (world, &bar))?;
        drop(bar);
        let certificate =
            self.certificate((&subject, &looked), (&weights, &writer), (world, &paths))?;
        let envelope = issue::sign(&certificate, &[&*signs.signer])?;
        // On record before it counts.
        let entry = issue::entry(&certificate, &envelope);
        let logged = keep::log(&entry, &paths, &key)?;
        let file = paths.certificate(&subject.name);
        keep::store(&file.with_extension("proof"), &logged.write())?;
        keep::store(&file, &envelope)?;
        self.remember(&writer, &subject, &certificate, Digest::of(&envelope))?;
        changed::tell((&subject.name, &certificate), &writer, (world, &paths));
        if let Some(other) = &self.output {
            keep::store(&world.cwd.join(other), &envelope)?;
        }
        let image = subject.fetched.as_ref().and_then(|fetched| fetched.image.as_ref());
        let image = image.map(show::image);
        Ok(Made { name: subject.name, certificate, looked, file, image })
    }

    fn weights(&self, world: &World) -> Result<Weights, Failure> {
        let Some(file) = &self.weights else {
            return Weights::published().map_err(|error| {
                Failure::new(Kind::Internal, "the published weights cannot be used")
                    .caused_by(error)
            });
        };
        let bad = |error: Box<dyn std::error::Error + Send + Sync>| {
            Failure::new(Kind::Config, format!("cannot use the weights in `{}`", file.display()))
                .caused_by(error)
        };
        let text = std::fs::read_to_string(world.cwd.join(file)).map_err(|e| bad(e.into()))?;
        Weights::parse(&text).map_err(|error| bad(error.into()))
    }

    fn fetch(
        &self,
        wanted: &Wanted,
        writer: &Writer<'_>,
        (world, bar): (&World, &Bar),
    ) -> Result<Subject, Failure> {
        if let Some(known) = self.known(wanted, writer.store()) {
            return self.subject(known, wanted, writer);
        }
        let by = Fetcher {
            store: writer,
            programs: &Programs::default(),
            env: &world.env,
            limits: FetchLimits::default(),
            unpack: UnpackLimits::default(),
            progress: &Steps(bar),
            cancel: &AtomicBool::new(false),
        };
        let obtained = by.fetch(wanted).map_err(|error| {
            let hint = hint(&error);
            let message = format!("cannot fetch `{}`", self.target());
            let failure = Failure::new(Kind::Input, message).caused_by(error);
            hint.into_iter().fold(failure, Failure::hint)
        })?;
        let found = match obtained {
            Obtained::Artifact(found) => *found,
            Obtained::DefinitionsOnly { url } => return Ok(self.remote(url)),
        };
        // What could not be resolved today may be there tomorrow.
        if let (Some(name), None) = (fetched_as(wanted), found.unresolved()) {
            remember_fetched(writer, &name, &found)?;
        }
        self.subject(found, wanted, writer)
    }

    /// What is certified, of what was fetched.
    fn subject(
        &self,
        fetched: Fetched,
        wanted: &Wanted,
        writer: &Writer<'_>,
    ) -> Result<Subject, Failure> {
        if let Some(first) = fetched.discrepancies.first() {
            // A registry that says something else than the archive has lied about one of them.
            return Err(Failure::new(
                Kind::Input,
                format!("`{}` is not what its registry says it is", self.target()),
            )
            .hint(format!("{first:?}")));
        }
        let name = self.name.clone().unwrap_or_else(|| plain_name(&fetched.name));
        let program = self.program.as_deref();
        let laid_out = match self.laid_out(&name, &fetched, writer.store()) {
            Some(launch) => Ok(launch),
            None => materialise(writer, &fetched, program, &UnpackLimits::default()),
        };
        let launch = match laid_out {
            Ok(launch) => Some(launch),
            Err(LaunchError::NotAPackage) => self.script_of(&fetched, writer.store())?,
            // A library shows nothing by itself, which leaves it at level 0.
            Err(LaunchError::NoProgram { wanted: None }) => None,
            Err(error) => {
                return Err(Failure::new(Kind::Input, format!("`{name}` cannot be made ready"))
                    .caused_by(error)
                    .hint("`--program NAME` says which of its programs is meant"));
            }
        };
        let target = Target {
            name: fetched.name.clone(),
            version: fetched.version.clone(),
            ecosystem: ecosystem(&fetched, wanted).into(),
            publisher: None,
        };
        let tree = launch.as_ref().map_or(fetched.tree, |launch| launch.tree);
        Ok(Subject { name, target, tree: Some(tree), fetched: Some(fetched), launch, url: None })
    }

    /// How a tree that is no package is started, if that is known.
    fn script_of(&self, fetched: &Fetched, store: &Store) -> Result<Option<Launch>, Failure> {
        let manifest = store.manifest(fetched.tree).map_err(|error| store_failure(&error))?;
        let script = match (&self.script, fetched.format) {
            (Some(script), _) => script.clone(),
            (None, Some(Format::Bundle)) => match entry_point(fetched.tree, store)? {
                Some(script) => script,
                None => return Ok(None),
            },
            (None, _) => return Ok(None),
        };
        let script = script.trim_start_matches("./").to_owned();
        if !manifest.nodes().iter().any(|node| node.path == script) {
            return Err(Failure::new(Kind::Input, format!("there is no `{script}` in it")));
        }
        let interpreter = match script.rsplit_once('.').map(|(_, end)| end) {
            Some("js" | "mjs" | "cjs") => Interpreter::Node,
            Some("py") => Interpreter::Python { version: None },
            _ => {
                return Err(Failure::new(
                    Kind::Input,
                    format!("nobody knows what runs `{script}`"),
                )
                .hint("scripts end in `.js`, `.mjs`, `.cjs` or `.py`"));
            }
        };
        Ok(Some(Launch { interpreter, script, tree: fetched.tree, overlaps: Vec::new() }))
    }

    fn remote(&self, url: String) -> Subject {
        let target = Target {
            name: url.clone(),
            version: None,
            ecosystem: "remote".into(),
            publisher: None,
        };
        let name = self.name.clone().unwrap_or_else(|| url.clone());
        Subject { name, target, fetched: None, tree: None, launch: None, url: Some(url) }
    }

    /// What the server shows, or why nobody knows.
    fn surface(&self, subject: &Subject, store: &Store, world: &World) -> Result<Surface, String> {
        if self.no_start {
            return Err("it was not started, so nobody has seen what it shows".into());
        }
        match (&subject.launch, &subject.url) {
            (Some(launch), _) => {
                let given = self.env.iter().filter_map(|name| {
                    Some((name.clone(), Hidden::new(world.env.get(name)?.as_str())))
                });
                let given: BTreeMap<String, Hidden> = given.collect();
                look::started(&subject.name, (store, launch), &given, world)
            }
            (None, Some(url)) => look::asked(&subject.name, url, &[]),
            (None, None) => {
                Err("it is not known how it is started: `--script PATH` says so".into())
            }
        }
    }

    fn certificate(
        &self,
        (subject, looked): (&Subject, &Looked),
        (weights, writer): (&Weights, &Writer<'_>),
        (world, paths): (&World, &Paths),
    ) -> Result<Certificate, Failure> {
        let now = world.now();
        let today = world.today();
        let digests = digests(subject, looked)?;
        let waivers = changed::accepted(&subject.name, world, paths)?;
        let measured = (subject.fetched.as_ref(), digests.tree, digests.manifest);
        let staged = stages(looked, measured, (today, &waivers)).map_err(|error| {
            Failure::new(Kind::Internal, "what was seen does not fit together").caused_by(error)
        })?;
        let scored = score(&staged.input, weights);
        let mut kept = BTreeMap::new();
        for (stage, value) in &staged.evidence {
            let bytes = warden_seal::canonical(value).unwrap_or_default();
            let digest = writer.put_blob(&bytes).map_err(|error| store_failure(&error))?;
            kept.insert(*stage, digest);
        }
        let mut evidence = issue::named(&kept);
        if let Ok(surface) = &looked.surface {
            let tools = facts::tools(&looked.scan, surface);
            let bytes = warden_seal::canonical(&tools).unwrap_or_default();
            let digest = writer.put_blob(&bytes).map_err(|error| store_failure(&error))?;
            evidence.insert(facts::TOOLS.into(), digest);
        }
        let terms = Terms {
            target: subject.target.clone(),
            digests,
            issuer: self.issuer.clone().unwrap_or_else(|| world.person()),
            issued: Time::from_micros(now.as_microsecond()),
            days: self.days,
            previous: previous(paths, &subject.name, world)?,
        };
        issue::certificate(terms, (&staged.input, &scored, today), &evidence)
    }
}

/// Looks at what was fetched: the package itself. What it depends on is held against advisories.
fn look(
    (subject, store): (&Subject, &Store),
    (database, root): (&Database<'_>, &Root),
    surface: Result<Surface, String>,
    (world, bar): (&World, &Bar),
) -> Result<Looked, Failure> {
    let tree = subject.fetched.as_ref().map(|fetched| store.tree(fetched.tree, Check::Quick));
    let tree = tree.transpose().map_err(|error| store_failure(&error))?;
    let looking = Looking { world, bar, database, store, root };
    let files = tree.as_ref().map(|tree| store.manifest(tree.digest)).transpose();
    let files = files.map_err(|error| store_failure(&error))?;
    let place = tree.as_ref().map(|tree| tree.path.as_path()).zip(files.as_ref());
    looking.at(place, (&subject.name, subject.fetched.as_ref()), surface)
}

/// How far fetching is.
struct Steps<'a>(&'a Bar);

impl FetchProgress for Steps<'_> {
    fn step(&self, step: Step, done: usize, total: usize) {
        self.0.at(step.name(), done, total);
    }
}

fn store_failure(error: &warden_collect::store::StoreError) -> Failure {
    Failure::new(Kind::Config, "cannot use the store").hint(error.to_string())
}

/// The digests of what is certified.
fn digests(subject: &Subject, looked: &Looked) -> Result<Subjects, Failure> {
    let pinned = match &looked.surface {
        Ok(surface) => Some((surface, pinned(surface)?)),
        Err(_) => None,
    };
    let manifest = pinned.as_ref().map(|(surface, pinned)| {
        let rows = pinned.iter().map(|pin| (pin.kind, pin.name.as_str(), pin.digest));
        warden_policy::manifest_digest(surface.instructions.as_deref(), rows)
    });
    let mut tools: Vec<Named> = pinned
        .iter()
        .flat_map(|(_, pinned)| pinned)
        .filter(|pin| pin.kind == warden_model::DefinitionKind::Tool)
        .map(|pin| Named { name: pin.name.clone(), digest: pin.digest })
        .collect();
    tools.sort();
    let artifact = subject.fetched.as_ref().and_then(|fetched| fetched.archive);
    Ok(Subjects { artifact, tree: subject.tree, manifest, tools })
}

fn pinned(surface: &Surface) -> Result<Vec<warden_policy::PinnedDefinition>, Failure> {
    Pin::of_surface(surface, |body| warden_detect::effects(body).effect).map_err(|error| {
        Failure::new(Kind::Input, format!("what `{}` shows cannot be pinned", surface.server))
            .caused_by(error)
    })
}

/// The digest of the certificate that is there already.
fn previous(paths: &Paths, name: &str, world: &World) -> Result<Option<Digest>, Failure> {
    let file = paths.certificate(name);
    if !file.exists() {
        return Ok(None);
    }
    let trust = keep::trust(None, paths)?;
    let now = SystemTime::from(world.now());
    // One that is not believed any more is no predecessor.
    let kept = keep::open_here(&keep::read(&file)?, &trust, now, paths).ok();
    Ok(kept.and_then(|kept| kept.certificate.digest().ok()))
}

/// The script that the manifest of a bundle names.
fn entry_point(tree: Digest, store: &Store) -> Result<Option<String>, Failure> {
    /// No manifest is longer.
    const MOST: u64 = 1 << 20;
    let root = store.tree(tree, Check::Quick).map_err(|error| store_failure(&error))?.path;
    let file = root.join("manifest.json");
    if !file.metadata().is_ok_and(|found| found.is_file() && found.len() <= MOST) {
        return Ok(None);
    }
    let bytes = keep::read(&file)?;
    let manifest = warden_seal::read_strict(&bytes, bytes.len()).map_err(|error| {
        Failure::new(Kind::Input, "the manifest of the bundle cannot be read").caused_by(error)
    })?;
    let script = manifest.pointer("/server/entry_point").and_then(serde_json::Value::as_str);
    Ok(script.map(str::to_owned))
}

/// What to do about something that could not be fetched.
fn hint(error: &FetchError) -> Option<String> {
    let FetchError::Image(error) = error else { return None };
    match error {
        ImageError::NoPlatform { there, .. } => {
            let first = there.first()?;
            Some(format!("`--platform {first}` takes that one"))
        }
        ImageError::Denied { shown: Shown::Nothing, .. } => {
            Some("log in with the program that you pull images with, and look at the name".into())
        }
        ImageError::Denied { host, shown: Shown::Withheld } => {
            Some(format!("write down credentials for `{host}` itself: they go nowhere else"))
        }
        ImageError::Denied { shown: Shown::Own, .. } => {
            Some("see whether they let you read this repository".into())
        }
        ImageError::Credentials { .. } => {
            Some("mend it or take it out: nothing is fetched as somebody else".into())
        }
        ImageError::Status { .. } | ImageError::Unreached { .. } => Some(
            "name the host that serves images, which is not always the one of its pages".into(),
        ),
        _ => None,
    }
}

/// The last part of a package's name.
fn plain_name(name: &str) -> String {
    name.rsplit('/').find(|part| !part.is_empty()).unwrap_or(name).to_owned()
}

fn ecosystem(fetched: &Fetched, wanted: &Wanted) -> &'static str {
    use warden_collect::{fetch::Kind as Of, store::Format};
    match (fetched.what, fetched.format, wanted) {
        (Of::Npm, ..) => "npm",
        (Of::PyPi, ..) => "pypi",
        (Of::Git, ..) => "git",
        (_, Some(Format::Bundle), _) => "mcpb",
        (Of::Image, ..) | (_, Some(Format::Image), _) => "oci",
        (_, Some(Format::Npm), _) => "npm",
        (_, Some(Format::Wheel | Format::Sdist), _) => "pypi",
        (Of::Folder | Of::File, ..) => "folder",
    }
}
