//! `mcpwarden verify`: whether a certificate is believed, and what it holds for.

use std::{path::PathBuf, process::ExitCode, time::SystemTime};

use warden_collect::store::{Check, Store};
use warden_model::Digest;
use warden_policy::{
    Time,
    approval::{DataClass, Environment},
    certificate::{Certificate, CertificatePolicy, Presented, Revocations, Use, judge_certificate},
};
use warden_seal::{
    Trust,
    log::{LogPolicy, Logged, NoteKey},
};

use super::certify::summary;
use crate::{
    Failure, Kind, World,
    certify::{issue, keep, logs, revoked},
    key, output,
    paths::Paths,
};

/// Verify a certificate, offline, with nothing but the keys that you trust
///
/// Checks the signature, that the certificate says the same as its statement, its time, whether it
/// was revoked, that it was logged before it was used, and, for a server in the store, that the
/// bytes that would run are those that were certified.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden verify --server mail
  mcpwarden verify mail.json --trust trust.json
  mcpwarden verify mail.json --trust trust.json --proof mail.proof --log-key KEY

Exit codes:
  0         it counts
  1 to 4    it could not be told: internal, usage, configuration, input
  13        it does not count, and why")]
pub(crate) struct Args {
    /// A certificate
    #[arg(value_name = "FILE", required_unless_present = "server")]
    file: Option<PathBuf>,

    /// The certificate of this server on this machine
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    server: Option<String>,

    /// The keys that are trusted; otherwise those of this machine
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,

    /// The proof that it was logged
    #[arg(long, value_name = "FILE", requires = "log_key")]
    proof: Option<PathBuf>,

    /// The key of that log, as signed notes write it: NAME+ID+KEY
    #[arg(long, value_name = "KEY")]
    log_key: Option<String>,

    /// What is revoked; otherwise what this machine knows
    #[arg(long, value_name = "FILE")]
    revocations: Option<PathBuf>,

    /// Hash everything again, also what has not been touched since it was verified
    #[arg(long)]
    full: bool,

    /// Show the certificate as JSON
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let paths = Paths::of(world)?;
        let trust = self.trust.as_ref().map(|file| world.cwd.join(file));
        let trust = keep::trust(trust.as_deref(), &paths)?;
        let file = match (&self.file, &self.server) {
            (Some(file), _) => world.cwd.join(file),
            (None, Some(server)) => paths.certificate(server),
            (None, None) => return Err(Failure::new(Kind::Usage, "no certificate is named")),
        };
        let envelope = keep::read(&file)?;
        let now = world.now();
        let kept = keep::open_vouched(&envelope, &trust, SystemTime::from(now), |entry| {
            self.vouch(entry, &trust, &paths)
        })?;
        let certificate = &kept.certificate;
        let list = self.revocations.as_ref().map(|file| world.cwd.join(file));
        let list = revoked::list(list.as_deref(), &paths, &trust, now.into())?;
        let revocations = list.revocations()?;
        let mut said = Vec::new();
        let measured = self.measured(certificate, &paths, &mut said)?;
        let stands =
            stands(certificate, measured, Time::from_micros(now.as_microsecond()), &revocations);
        self.logged(certificate, &envelope, &paths, &mut said)?;
        if self.json {
            let bytes = certificate.write().unwrap_or_default();
            output::print(&format!("{}\n", String::from_utf8_lossy(&bytes)))?;
        } else {
            let name = self.server.clone().unwrap_or_else(|| file.display().to_string());
            let mut text = summary(&name, certificate);
            text.push_str(&format!("\nSigned by {}\n", kept.keys.join(", ")));
            for line in &said {
                text.push_str(&format!("{line}\n"));
            }
            output::print(&text)?;
        }
        match stands {
            Ok(()) => {
                output::tell("It counts.\n");
                Ok(ExitCode::SUCCESS)
            }
            Err(why) => {
                output::tell(&format!("It does not count: {}.\n", why.code()));
                Ok(ExitCode::from(13))
            }
        }
    }

    /// What would run, measured, where it is in the store of this machine.
    fn measured(
        &self,
        certificate: &Certificate,
        paths: &Paths,
        said: &mut Vec<String>,
    ) -> Result<Option<Digest>, Failure> {
        let Some(tree) = certificate.digests.tree else { return Ok(None) };
        if self.server.is_none() {
            said.push("Its bytes were not looked at: `--server NAME` does that.".to_owned());
            return Ok(None);
        }
        let failed = |error: &warden_collect::store::StoreError| {
            Failure::new(Kind::Input, "the bytes are not those that were certified")
                .hint(error.to_string())
        };
        let store = Store::open(&paths.store()).map_err(|error| failed(&error))?;
        let check = if self.full { Check::Full } else { Check::Quick };
        let found = store.tree(tree, check).map_err(|error| failed(&error))?;
        said.push(format!("The bytes in the store are those: {}", found.digest));
        Ok(Some(found.digest))
    }

    /// Whether a log has it from before the key was revoked that signed it: the log of the proof,
    /// or that of this machine.
    fn vouch(&self, entry: &[u8], trust: &Trust, paths: &Paths) -> Result<(), Failure> {
        let Some((proof, policy)) = self.proof()? else {
            let key = key::load(paths)?;
            logs::vouches(paths, &key, trust)?;
            return keep::logged(entry, paths, &key).map(drop);
        };
        logs::vouched(&policy, trust)?;
        proof.verify(entry, &policy).map(drop).map_err(|error| {
            Failure::new(Kind::Input, "the proof is not believed").caused_by(error)
        })
    }

    /// The proof that came with it, and whose log it is of.
    fn proof(&self) -> Result<Option<(Logged, LogPolicy)>, Failure> {
        let (Some(proof), Some(key)) = (&self.proof, &self.log_key) else { return Ok(None) };
        let no = |message: &str| Failure::new(Kind::Input, message.to_owned());
        let key = NoteKey::parse(key)
            .map_err(|error| no("the key of the log cannot be read").caused_by(error))?;
        let bytes = keep::read(proof)?;
        let logged = Logged::read(&bytes)
            .map_err(|error| no("the proof cannot be read").caused_by(error))?;
        Ok(Some((logged, keep::log_policy_of(key))))
    }

    /// Whether it was logged.
    fn logged(
        &self,
        certificate: &Certificate,
        envelope: &[u8],
        paths: &Paths,
        said: &mut Vec<String>,
    ) -> Result<(), Failure> {
        let entry = issue::entry(certificate, envelope);
        let no = |message: &str| Failure::new(Kind::Input, message.to_owned());
        if let Some((logged, policy)) = self.proof()? {
            let found = logged
                .verify(&entry, &policy)
                .map_err(|error| no("the proof is not believed").caused_by(error))?;
            let size = found.checkpoint.size;
            said.push(format!("Logged as entry {} of {size}.", logged.index));
        } else if self.server.is_some() {
            let at = keep::logged(&entry, paths, &key::own(paths)?)?;
            said.push(format!("Logged on this machine as entry {at}."));
        }
        Ok(())
    }
}

/// Whether it counts now: what was not measured is taken as the certificate has it, which is said.
pub(super) fn stands(
    certificate: &Certificate,
    measured: Option<Digest>,
    now: Time,
    revocations: &Revocations,
) -> Result<(), warden_policy::certificate::Why> {
    let digests = &certificate.digests;
    let presented = Presented {
        origin: Some(Digest::of(certificate.target.name.as_bytes())),
        artifact: digests.artifact,
        tree: measured.or(digests.tree),
        manifest: digests.manifest,
        tool: None,
    };
    // Which level is needed is asked where it is used.
    let anywhere = Use { environment: Environment::Sandbox, data: DataClass::Public };
    let policy = CertificatePolicy::default();
    judge_certificate(certificate, &presented, now, (&policy, anywhere), revocations)
}
