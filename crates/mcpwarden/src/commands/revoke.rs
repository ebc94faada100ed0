//! `mcpwarden revoke` and `mcpwarden quarantine`: what was certified counts no more.

use std::{process::ExitCode, time::SystemTime};

use warden_model::Digest;
use warden_policy::Time;

use crate::{
    Failure, Kind, World,
    certify::{
        keep,
        revoked::{self, Row},
    },
    key::{self, SignerArgs},
    output,
    paths::Paths,
};

/// Revoke a certificate, or everything that is certified for some bytes
///
/// The list is signed, and every gateway and guard on this machine reads it again within a second:
/// what is revoked is neither listed nor called any more, and calls that are under way end. It
/// holds for ever.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden revoke mail --reason 'the publisher has lost its key'
  mcpwarden revoke sha256:0123… --reason 'malicious'

Exit codes:
  0         it is revoked
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    /// The name of a server, or the digest of a certificate, of bytes or of a definition
    #[arg(value_name = "WHAT")]
    what: String,

    /// Why, in your words
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// Who says so; otherwise the user who runs this
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,

    #[command(flatten)]
    signs: SignerArgs,
}

/// Hold a server back until somebody has looked
///
/// As `revoke` does, and it can be lifted.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden quarantine mail --reason 'talks to a host that nobody knows'
  mcpwarden quarantine mail --lift --reason 'it was the new mail relay'

Exit codes:
  0         it is held back, or with --lift: it is not any more
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct QuarantineArgs {
    /// Let it count again
    #[arg(long)]
    lift: bool,

    #[command(flatten)]
    args: Args,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        self.stop(world, "revoked")
    }

    fn stop(self, world: &World, kind: &str) -> Result<ExitCode, Failure> {
        let paths = Paths::of(world)?;
        let digests = self.digests(world, &paths)?;
        self.change(world, &paths, |entries, row| {
            for digest in &digests {
                entries.push(Row { digest: digest.to_string(), kind: kind.into(), ..row.clone() });
            }
            Ok(())
        })?;
        for digest in digests {
            output::print(&format!("{kind}: {digest}\n"))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Reads the list, changes it, and writes the next one.
    fn change(
        &self,
        world: &World,
        paths: &Paths,
        change: impl FnOnce(&mut Vec<Row>, &Row) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.reason.trim().is_empty() {
            return Err(Failure::new(Kind::Usage, "no reason is given"));
        }
        let now = world.now();
        let signs = self.signs.open(world, paths)?;
        let trust = keep::trust(None, paths)?;
        keep::would_count(&signs, &trust, keep::REVOCATIONS, now.into())?;
        let mut list = revoked::list(None, paths, &trust, SystemTime::from(now))?;
        let row = Row {
            digest: String::new(),
            kind: String::new(),
            by: self.by.clone().unwrap_or_else(|| world.person()),
            at: Time::from_micros(now.as_microsecond()),
            reason: self.reason.clone(),
        };
        change(&mut list.entries, &row)?;
        list.number += 1;
        let envelope = revoked::seal(&list, &[&*signs.signer])?;
        // On record before it counts.
        let entry = serde_json::json!({
            "by": row.by,
            "kind": "revocations",
            "number": list.number,
            "reason": row.reason,
            "digest": list.digest(),
        });
        let entry = warden_seal::canonical(&entry).unwrap_or_default();
        keep::log(&entry, paths, &key::own(paths)?)?;
        keep::store(&paths.revocations(), &envelope)?;
        // The list before this one counts no more, also before anybody has read the new one.
        Ok(revoked::take(&list, None, paths)?)
    }

    /// What is meant: a digest as it is, or everything that a server's certificate is about.
    fn digests(&self, world: &World, paths: &Paths) -> Result<Vec<Digest>, Failure> {
        if let Ok(digest) = self.what.parse::<Digest>() {
            return Ok(vec![digest]);
        }
        let file = paths.certificate(&self.what);
        if !file.exists() {
            return Err(Failure::new(Kind::Input, format!("`{}` has no certificate", self.what))
                .hint("name a server that was certified, or a digest: `sha256:…`"));
        }
        let trust = keep::trust(None, paths)?;
        let kept = keep::open_here(&keep::read(&file)?, &trust, world.now().into(), paths)?;
        let certificate = &kept.certificate;
        let own = certificate.digest().map_err(|error| {
            Failure::new(Kind::Input, "the certificate has no digest").caused_by(error)
        })?;
        // The bytes as well: another certificate for them would let them in again.
        let digests = &certificate.digests;
        Ok([Some(own), digests.artifact, digests.tree].into_iter().flatten().collect())
    }
}

impl QuarantineArgs {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        if !self.lift {
            return self.args.stop(world, "quarantined");
        }
        let paths = Paths::of(world)?;
        let digests = self.args.digests(world, &paths)?;
        let mut lifted = 0;
        self.args.change(world, &paths, |entries, _| {
            let before = entries.len();
            entries.retain(|row| {
                let meant = digests.iter().any(|digest| digest.to_string() == row.digest);
                !(meant && row.kind == "quarantined")
            });
            lifted = before - entries.len();
            if lifted == 0 {
                return Err(Failure::new(Kind::Input, "it is not held back"));
            }
            Ok(())
        })?;
        output::print(&format!("lifted: {lifted} entries\n"))?;
        Ok(ExitCode::SUCCESS)
    }
}
