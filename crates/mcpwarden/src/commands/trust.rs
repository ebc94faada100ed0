//! `mcpwarden trust`: whose certificates and revocations count.

use std::{collections::BTreeSet, fs, path::PathBuf, process::ExitCode, time::SystemTime};

use warden_policy::approval::Person;
use warden_seal::{Trust, TrustedKey, VerifyKey};

use crate::{
    Failure, Kind, World,
    certify::keep::{self, APPROVALS, USES},
    output,
    paths::Paths,
};

/// Say whose certificates, revocations and advisories count
///
/// Without a file of trusted keys, this machine believes its own key alone. A key that takes the
/// place of another is added before the other ends, so that both count for a while.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden trust list
  mcpwarden trust export --output trust.json
  mcpwarden trust add ci.pem --name 'certification 2027' --use certificate
  mcpwarden trust add ann.key.pub --name ann@example.com --use approval
  mcpwarden trust revoke sha256:0123… --since 2026-11-20T00:00:00Z

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Show the keys that are trusted
    List,
    /// Write them into a file, for other machines
    Export {
        /// The file
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Trust another key, or one that is trusted for more and under another name
    Add {
        /// The public key, in PEM form
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// What people call it
        #[arg(long, value_name = "NAME")]
        name: String,
        /// What it counts for: certificate, revocation, advisories, bundle, log, and approval, where
        /// the name is that of the person whose key it is
        #[arg(long = "use", value_name = "WHAT", value_delimiter = ',', required = true)]
        uses: Vec<String>,
        /// The first moment at which it counts
        #[arg(long, value_name = "TIME")]
        not_before: Option<jiff::Timestamp>,
        /// The first moment at which it counts no more
        #[arg(long, value_name = "TIME")]
        not_after: Option<jiff::Timestamp>,
    },
    /// Believe nothing that a key has signed since a moment
    Revoke {
        /// Its identifier, as `list` shows it
        #[arg(value_name = "KEY")]
        key: String,
        /// Since when it may have been somebody else's
        #[arg(long, value_name = "TIME")]
        since: jiff::Timestamp,
    },
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let paths = Paths::of(world)?;
        let trust = keep::trust(None, &paths)?;
        match self.what {
            What::List => output::print(&list(&trust))?,
            What::Export { output } => keep::store(&world.cwd.join(output), &json(&trust)?)?,
            What::Add { file, name, uses, not_before, not_after } => {
                let key = read(&world.cwd.join(file))?;
                let uses = known(uses)?;
                named(&name, &uses)?;
                let time = |at: Option<jiff::Timestamp>| at.map(SystemTime::from);
                let key = TrustedKey {
                    key,
                    name,
                    uses,
                    not_before: time(not_before),
                    not_after: time(not_after),
                    revoked_since: None,
                };
                store(with(trust.keys(), key), &paths)?;
            }
            What::Revoke { key, since } => {
                let mut keys: Vec<TrustedKey> = trust.keys().to_vec();
                let found = keys.iter_mut().find(|known| known.key.is_named(&key));
                let found = found.ok_or_else(|| {
                    Failure::new(Kind::Input, format!("no trusted key is called `{key}`"))
                        .hint("see them: `mcpwarden trust list`")
                })?;
                found.revoked_since = Some(since.into());
                store(keys, &paths)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The keys and one more. One that is there already keeps what it counts for, when it was revoked,
/// and its times where no others are named.
fn with(keys: &[TrustedKey], mut key: TrustedKey) -> Vec<TrustedKey> {
    let mut all = keys.to_vec();
    match all.iter_mut().find(|known| known.key == key.key) {
        Some(known) => {
            key.uses.extend(known.uses.iter().cloned());
            key.revoked_since = known.revoked_since;
            key.not_before = key.not_before.or(known.not_before);
            key.not_after = key.not_after.or(known.not_after);
            *known = key;
        }
        None => all.push(key),
    }
    all
}

/// Whether a key that counts for approvals is named as a person is.
fn named(name: &str, uses: &BTreeSet<String>) -> Result<(), Failure> {
    if !uses.contains(APPROVALS) {
        return Ok(());
    }
    Person::new(name).map(|_| ()).map_err(|error| {
        Failure::new(Kind::Usage, "a key for approvals has the name of its person").caused_by(error)
    })
}

pub(super) fn store(keys: Vec<TrustedKey>, paths: &Paths) -> Result<(), Failure> {
    let trust = Trust::new(keys).map_err(|error| {
        Failure::new(Kind::Usage, "these keys cannot be trusted together").caused_by(error)
    })?;
    keep::store(&paths.trust(), &json(&trust)?)
}

fn json(trust: &Trust) -> Result<Vec<u8>, Failure> {
    trust.to_json().map_err(|error| {
        Failure::new(Kind::Internal, "the trusted keys cannot be written").caused_by(error)
    })
}

fn read(file: &std::path::Path) -> Result<VerifyKey, Failure> {
    let bad = || Failure::new(Kind::Input, format!("`{}` holds no key", file.display()));
    let bytes = fs::read(file).map_err(|error| bad().caused_by(error))?;
    VerifyKey::from_pem(&bytes).map_err(|error| {
        bad().caused_by(error).hint("expected an Ed25519 or P-256 public key in PEM form")
    })
}

fn known(uses: Vec<String>) -> Result<BTreeSet<String>, Failure> {
    match uses.iter().find(|word| !USES.contains(&word.as_str())) {
        Some(word) => Err(Failure::new(Kind::Usage, format!("no key counts for `{word}`"))
            .hint(format!("there are: {}", USES.join(", ")))),
        None => Ok(uses.into_iter().collect()),
    }
}

fn list(trust: &Trust) -> String {
    let mut out = String::new();
    for key in trust.keys() {
        let uses: Vec<&str> = key.uses.iter().map(String::as_str).collect();
        out.push_str(&format!("{}\n", key.key.id()));
        out.push_str(&format!(
            "  {}, for {}\n",
            warden_report::printable(&key.name),
            uses.join(", ")
        ));
        for (word, at) in [
            ("from", key.not_before),
            ("until", key.not_after),
            ("revoked since", key.revoked_since),
        ] {
            let at = at.and_then(|at| jiff::Timestamp::try_from(at).ok());
            out.extend(at.map(|at| format!("  {word} {at}\n")));
        }
    }
    out
}
