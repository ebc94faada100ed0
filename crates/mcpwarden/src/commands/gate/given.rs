//! What a gate judges by: where policy, certificates, keys and revocations come from.

use std::{fs, io, path::PathBuf};

use warden_policy::certificate::Revocations;
use warden_seal::Trust;

use crate::{
    Failure, Kind, World,
    certify::{keep, revoked},
    gate::{Certificates, MOST_POLICY, Place, Policy, Revision, Whose, of_bundle, of_folder},
    paths::Paths,
};

/// Where a policy is looked for in the folder that one is in.
const POLICY: &str = ".mcpwarden/gate.toml";

/// The longest list of keys or revocations, in bytes.
const MOST: u64 = 64 << 20;

/// What is judged by.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What it is judged by")]
pub(super) struct Given {
    /// The folder of certificates; otherwise those of this machine
    #[arg(long, value_name = "DIR")]
    certificates: Option<PathBuf>,

    /// The signed bundle that certificates and revocations come in; otherwise the installed one
    ///
    /// It must not be older than the last one that was read from this file, nor expired.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["certificates", "without_revocations"])]
    bundle: Option<PathBuf>,

    /// The keys that are trusted; otherwise those of this machine
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,

    /// What is revoked; otherwise what this machine knows
    #[arg(long, value_name = "FILE")]
    revocations: Option<PathBuf>,

    /// Say that nothing was ever revoked, where certificates come from elsewhere without a list
    #[arg(long, conflicts_with = "revocations")]
    without_revocations: bool,

    /// The policy; otherwise `.mcpwarden/gate.toml` of the folder you are in
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

impl Given {
    /// The policy, and where it is from.
    ///
    /// # Errors
    /// When it cannot be read, has a mistake, or is brought by the change that it would judge.
    pub(super) fn policy(
        &self,
        world: &World,
        since: Option<&Revision>,
        notes: &mut Vec<String>,
    ) -> Result<(Policy, Option<String>), Failure> {
        let shown = self.policy.clone().unwrap_or_else(|| PathBuf::from(POLICY));
        let place = world.cwd.join(&shown);
        let now = bounded(&place, MOST_POLICY as u64);
        let shown = shown.display().to_string();
        let bytes = match (since.map(|since| since.whose(&place)).transpose()?, now) {
            (Some(Whose::Before(before)), now) => {
                if now.ok().as_ref() != Some(&before) {
                    notes.push(format!("the change is judged by `{shown}` as it was before it"));
                }
                before
            }
            (Some(Whose::Change), _) => {
                // Without any policy the gravest use is meant, so nothing is let pass by this.
                notes.push(format!("the change brings `{shown}`, which does not count for itself"));
                return Ok((Policy::default(), None));
            }
            (Some(Whose::Nobody) | None, Ok(bytes)) => bytes,
            (Some(Whose::Nobody) | None, Err(error)) => {
                let missing = error.kind() == io::ErrorKind::NotFound;
                if missing && self.policy.is_none() {
                    return Ok((Policy::default(), None));
                }
                let message = format!("cannot read the policy in `{shown}`");
                return Err(Failure::new(Kind::Config, message).caused_by(error));
            }
        };
        let read = String::from_utf8(bytes).map_err(|_| vec!["it is not UTF-8".to_owned()]);
        let read = read.and_then(|text| {
            let told = |problems: Vec<_>| problems.iter().map(ToString::to_string).collect();
            Policy::read(&text).map_err(told)
        });
        match read {
            Ok(policy) => Ok((policy, Some(shown))),
            Err(problems) => {
                let failure = Failure::new(Kind::Config, format!("`{shown}` has mistakes"));
                Err(problems.into_iter().take(20).fold(failure, Failure::hint))
            }
        }
    }

    /// The certificates; none where nothing was named and nothing is kept here.
    ///
    /// # Errors
    /// When what is named cannot be read or trusted, or it is not said what is revoked.
    pub(super) fn certificates(
        &self,
        world: &World,
        paths: &Paths,
        since: Option<&Revision>,
    ) -> Result<Option<Certificates>, Failure> {
        let named =
            self.certificates.is_some() || self.trust.is_some() || self.revocations.is_some();
        let bundle = self.bundle(world, paths, since)?;
        if !named && bundle.is_none() && !paths.certificates().is_dir() {
            return Ok(None);
        }
        let now = world.now();
        let trust = self.trust(world, paths, since)?;
        if let Some(bundle) = bundle {
            let besides = self.besides(world, paths, since, (&trust, now.into()))?;
            return of_bundle(bundle.place(), &trust, &besides, now).map(Some);
        }
        let revocations = self.revoked(world, paths, since, (&trust, now.into()))?;
        let folder = self.certificates.as_ref().map(|folder| world.cwd.join(folder));
        let folder = folder.unwrap_or_else(|| paths.certificates());
        of_folder(&folder, &trust, revocations, now).map(Some)
    }

    fn trust(
        &self,
        world: &World,
        paths: &Paths,
        since: Option<&Revision>,
    ) -> Result<Trust, Failure> {
        let Some(file) = &self.trust else {
            // Asking for the key of this machine makes one, which nobody has signed with.
            if !paths.trust().exists() && !paths.key().exists() {
                return Err(Failure::new(Kind::Config, "no key is trusted")
                    .hint("name the keys that are: `--trust FILE`")
                    .hint(
                        "who certifies writes them with `mcpwarden trust export --output FILE`",
                    ));
            }
            return keep::trust(None, paths);
        };
        let bytes = committed(file, world, since)?;
        Trust::from_json(&bytes).map_err(|error| {
            Failure::new(
                Kind::Config,
                format!("cannot use the trusted keys in `{}`", file.display()),
            )
            .caused_by(error)
        })
    }

    /// The bundle, if certificates come in one: the file that is named, or what is installed here.
    fn bundle(
        &self,
        world: &World,
        paths: &Paths,
        since: Option<&Revision>,
    ) -> Result<Option<Bundle>, Failure> {
        let Some(file) = &self.bundle else {
            let installed = paths.installed_bundle();
            let counts = self.certificates.is_none() && installed.exists();
            return Ok(counts.then_some(Bundle::Installed(installed)));
        };
        let file = world.cwd.join(file);
        let slot = paths.bundle_from(&file);
        // An older bundle may count still, and not say what was revoked since.
        let before = match since.map(|since| since.whose(&file)).transpose()? {
            Some(Whose::Change) => return Err(brought(&file)),
            Some(Whose::Before(bytes)) => Some(bytes),
            Some(Whose::Nobody) | None => None,
        };
        let Some(bytes) = before else { return Ok(Some(Bundle::File(file, slot))) };
        let mut copy = tempfile::NamedTempFile::new().map_err(no_copy)?;
        io::Write::write_all(&mut copy, &bytes).map_err(no_copy)?;
        Ok(Some(Bundle::Before(copy, slot)))
    }

    /// What is revoked besides what a bundle says.
    fn besides(
        &self,
        world: &World,
        paths: &Paths,
        since: Option<&Revision>,
        (trust, now): (&Trust, std::time::SystemTime),
    ) -> Result<revoked::List, Failure> {
        let Some(file) = &self.revocations else {
            return Ok(revoked::list(None, paths, trust, now)?);
        };
        let bytes = committed(file, world, since)?;
        revoked::parse(&bytes, &file.display().to_string(), trust, now)
    }

    fn revoked(
        &self,
        world: &World,
        paths: &Paths,
        since: Option<&Revision>,
        (trust, now): (&Trust, std::time::SystemTime),
    ) -> Result<Revocations, Failure> {
        if self.without_revocations {
            return Ok(Revocations::new());
        }
        let Some(file) = &self.revocations else {
            let elsewhere = self.certificates.is_some() || self.trust.is_some();
            if elsewhere && !paths.revocations().exists() {
                return Err(Failure::new(Kind::Config, "nobody has said what is revoked")
                    .hint("name the signed list: `--revocations FILE`")
                    .hint("if nothing was ever revoked, say so: `--without-revocations`"));
            }
            return revoked::list(None, paths, trust, now)?.revocations();
        };
        let bytes = committed(file, world, since)?;
        let list = revoked::parse(&bytes, &file.display().to_string(), trust, now)?;
        revoked::take(&list, Some(&world.cwd.join(file)), paths)?;
        list.revocations()
    }
}

/// A bundle, and where its copy is kept.
enum Bundle {
    File(PathBuf, PathBuf),
    /// As it was before a change.
    Before(tempfile::NamedTempFile, PathBuf),
    Installed(PathBuf),
}

impl Bundle {
    fn place(&self) -> Place<'_> {
        match self {
            Self::File(file, slot) => Place::File(file, slot),
            Self::Before(copy, slot) => Place::File(copy.path(), slot),
            Self::Installed(slot) => Place::Installed(slot),
        }
    }
}

fn no_copy(error: io::Error) -> Failure {
    Failure::new(Kind::Config, "the bundle cannot be copied").caused_by(error)
}

fn brought(file: &std::path::Path) -> Failure {
    let message = format!("the change brings `{}` itself", file.display());
    Failure::new(Kind::Config, message)
        .hint("commit it first: a change is not judged by keys and lists of its own")
}

/// A file that a change must not bring for itself: as it was before, if Git knows it.
fn committed(
    file: &std::path::Path,
    world: &World,
    since: Option<&Revision>,
) -> Result<Vec<u8>, Failure> {
    let place = world.cwd.join(file);
    let shown = file.display();
    match since.map(|since| since.whose(&place)).transpose()? {
        Some(Whose::Before(bytes)) => Ok(bytes),
        Some(Whose::Change) => Err(brought(file)),
        Some(Whose::Nobody) | None => bounded(&place, MOST).map_err(|error| {
            Failure::new(Kind::Config, format!("cannot read `{shown}`")).caused_by(error)
        }),
    }
}

/// Reads a whole file, if it is no longer than this.
fn bounded(file: &std::path::Path, most: u64) -> io::Result<Vec<u8>> {
    use io::Read as _;
    let mut bytes = Vec::new();
    fs::File::open(file)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other("it is longer than any"));
    }
    Ok(bytes)
}
