//! Another key in place of the one that signs.
//!
//! What the old key has signed counts until the overlap ends; what has to count longer, the lists
//! and approvals of this machine, is signed again. A key that was stolen ends at once: what it
//! signed since counts for nothing, and nothing that it signed is signed again unseen.
//!
//! Every step can be stopped and the command run again. What makes the new key the one that signs
//! comes last.

use std::{fs, io, path::PathBuf, time::SystemTime};

use jiff::{SignedDuration, Timestamp};
use warden_seal::{Signer, SigningKey, Trust, TrustedKey, VerifyKey};

use crate::{
    Failure, Kind, World,
    certify::{
        advisories, keep,
        logs::{self, LogKeys},
        revoked,
    },
    files,
    key::{self, SignerArgs, Source, Spec},
    output,
    paths::Paths,
    pins,
};

/// The name that a new key of this machine has until it takes its place.
const NEXT: &str = "next.pk8";

/// Put another key in place of the one that signs
///
/// Both keys count while they overlap; then the old one does not any more. The revocations, the
/// advisories and, where the key of this machine is meant, the approvals are signed again; the log
/// says that the key has changed, and has the signatures of both keys while they overlap. Its
/// origin stays.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Who signs from now on, as with `--signer`; otherwise a new key of this machine, if that is
    /// the one that signs
    #[arg(long, value_name = "SPEC")]
    next: Option<String>,

    /// The public key that the signatures of `--next command:` have to fit
    #[arg(long, value_name = "FILE", requires = "next")]
    next_key: Option<PathBuf>,

    /// The file with the passphrase or PIN of the next key
    #[arg(long, value_name = "FILE", requires = "next")]
    next_passphrase_file: Option<PathBuf>,

    /// The variable with the passphrase or PIN of the next key
    #[arg(long, value_name = "NAME", requires = "next", conflicts_with = "next_passphrase_file")]
    next_passphrase_env: Option<String>,

    /// How many days both keys count
    #[arg(long, value_name = "DAYS", default_value_t = 30,
          value_parser = clap::value_parser!(u16).range(1..=397))]
    overlap: u16,

    /// Since when the old key may have been somebody else's: there is no overlap then
    #[arg(long, value_name = "TIME", conflicts_with = "overlap")]
    compromised_since: Option<Timestamp>,

    /// The old key by its identifier, where nobody can sign with it any more
    #[arg(long, value_name = "KEY", requires = "next")]
    old: Option<String>,

    /// What people call the new key; otherwise as the old one
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    #[command(flatten)]
    signs: SignerArgs,
}

/// The key that ends.
struct Old {
    key: VerifyKey,
    /// Absent where nobody can sign with it any more.
    signer: Option<Box<dyn Signer>>,
}

/// When the old key ends, and how.
#[derive(Clone, Copy)]
enum End {
    Overlap(Timestamp),
    Stolen(Timestamp),
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<(), Failure> {
        let paths = Paths::of(world)?;
        let machine = key::own(&paths)?;
        let current = self.signs.source(world, &paths)?;
        let next = self.next(world)?;
        let trust = keep::trust(None, &paths)?;
        let old = self.old(&current, &trust, (world, &paths))?;
        let now = world.now();
        let end = match self.compromised_since {
            Some(since) => End::Stolen(since),
            None => End::Overlap(now + SignedDuration::from_hours(24 * i64::from(self.overlap))),
        };
        // A key of this machine that takes the place of another is the machine's own affair: log
        // and approvals follow.
        let own = match (&next, &current.spec) {
            (None, Spec::Machine) => Some(made(&paths)?),
            (None, _) => {
                return Err(Failure::new(Kind::Usage, "it is not said who signs from now on")
                    .hint("name the next key: `--next file:PATH`, `--next pkcs11:…`, …"));
            }
            (Some(_), _) => None,
        };
        let signer: Box<dyn Signer> = match (&next, &own) {
            (Some((source, _)), _) => key::signer(source, world, &paths)?,
            (None, _) => Box::new(made(&paths)?),
        };
        let new = signer.public();
        if new == old.key {
            return Err(Failure::new(Kind::Usage, "the next key is the one that signs now"));
        }
        tried(&*signer)?;
        let after = followed(&trust, (&old.key, new), (now.into(), end), self.name.as_deref())?;
        let lists = Lists::sign((&old, &*signer), (&trust, end), (world, &paths, &machine))?;
        let entry = entry((&old.key, &new), (now, end), world);
        match &own {
            Some(own) => logs::log_rotation(&entry, &paths, (&machine, own))?,
            None => drop(keep::log(&entry, &paths, &machine)?),
        }
        publish(&[old.key, new], &paths)?;
        super::super::trust::store(after, &paths)?;
        lists.store(&paths)?;
        let said = match (own, next) {
            (Some(own), _) => replace((&machine, &own), (now, end), &paths)?,
            (None, Some((source, words))) if self.signs.is_configured() => {
                key::write(&source, &words, &paths)?;
                format!("`{}` names it\n", paths.signer().display())
            }
            (None, _) => "name it with `--signer` from now on\n".to_owned(),
        };
        output::print(&told((&old.key, &new), end))?;
        output::tell(&said);
        output::tell(
            "Tell those who verify elsewhere: `mcpwarden trust export --output trust.json`\n",
        );
        Ok(())
    }

    /// Who signs from now on, and the words for it in `signer.toml`.
    fn next(&self, world: &World) -> Result<Option<(Source, String)>, Failure> {
        let Some(words) = &self.next else { return Ok(None) };
        let usage = |why: String| Failure::new(Kind::Usage, "cannot tell who is next").hint(why);
        let mut source = Source::of(Spec::parse(words, &world.cwd).map_err(usage)?);
        let file = self.next_passphrase_file.as_deref();
        source.secret = super::source(file, self.next_passphrase_env.as_deref(), world)?;
        source.key = self.next_key.as_ref().map(|file| world.cwd.join(file));
        let words = match &source.spec {
            // The file of settings lies elsewhere than where this was said.
            Spec::File(path) => format!("file:{}", path.display()),
            Spec::Machine | Spec::Token(_) | Spec::Command(_) => words.clone(),
        };
        Ok(Some((source.check().map_err(usage)?, words)))
    }

    fn old(
        &self,
        current: &Source,
        trust: &Trust,
        (world, paths): (&World, &Paths),
    ) -> Result<Old, Failure> {
        let unknown = |id: &str| {
            Failure::new(Kind::Input, format!("no trusted key is called `{id}`"))
                .hint("see them: `mcpwarden trust list`")
        };
        if let Some(id) = &self.old {
            let known = trust.keys().iter().find(|known| known.key.is_named(id));
            let known = known.ok_or_else(|| unknown(id))?;
            return Ok(Old { key: known.key, signer: None });
        }
        let signer = key::signer(current, world, paths)?;
        let key = signer.public();
        match trust.find(&key) {
            Some(_) => Ok(Old { key, signer: Some(signer) }),
            None => Err(unknown(&key.id())),
        }
    }
}

/// A new key of this machine; the same one if this was begun before and not ended.
fn made(paths: &Paths) -> Result<SigningKey, Failure> {
    let failed = || {
        let message = format!("cannot make a key in `{}`", paths.keys().display());
        Failure::new(Kind::Config, message)
    };
    files::private_folder(&paths.keys()).map_err(|error| failed().caused_by(error))?;
    SigningKey::load_or_create(&paths.keys().join(NEXT)).map_err(|error| failed().caused_by(error))
}

/// A key that does not sign is trusted for nothing.
fn tried(signer: &dyn Signer) -> Result<(), Failure> {
    let message = b"mcpwarden: does this key sign?";
    let failed =
        || Failure::new(Kind::Config, "the next key does not sign, so nothing has changed");
    let signature = signer.sign(message).map_err(|error| failed().caused_by(error))?;
    signer.public().verify(message, &signature).map_err(|error| failed().caused_by(error))
}

/// Whom to trust afterwards.
fn followed(
    trust: &Trust,
    (old, new): (&VerifyKey, VerifyKey),
    (now, end): (SystemTime, End),
    name: Option<&str>,
) -> Result<Vec<TrustedKey>, Failure> {
    let mut keys: Vec<TrustedKey> = trust.keys().to_vec();
    let ending = keys.iter_mut().find(|known| known.key == *old);
    let ending = ending.ok_or_else(|| Failure::new(Kind::Input, "the old key is not trusted"))?;
    let sooner = |known: Option<SystemTime>, end: Timestamp| {
        let end = SystemTime::from(end);
        Some(known.map_or(end, |known| known.min(end)))
    };
    match end {
        End::Overlap(until) => ending.not_after = sooner(ending.not_after, until),
        End::Stolen(since) => ending.revoked_since = sooner(ending.revoked_since, since),
    }
    let fresh = TrustedKey {
        key: new,
        name: name.unwrap_or(&ending.name).to_owned(),
        uses: ending.uses.clone(),
        not_before: Some(now),
        not_after: None,
        revoked_since: None,
    };
    if let Some(known) = keys.iter_mut().find(|known| known.key == new) {
        // It was trusted before, so that others could learn of it in time; it stays as it was,
        // unless it had ended.
        if known.not_after.is_some() || known.revoked_since.is_some() {
            return Err(Failure::new(Kind::Usage, "the next key has ended, or was revoked"));
        }
        known.uses.extend(fresh.uses);
    } else {
        keys.push(fresh);
    }
    Ok(keys)
}

/// What is signed again.
struct Lists {
    revocations: Option<Vec<u8>>,
    advisories: Option<Vec<u8>>,
}

impl Lists {
    /// Signs what the old key has signed, as far as it is believed. While both keys count both
    /// sign, so that it is believed where only one of them is known.
    fn sign(
        (old, new): (&Old, &dyn Signer),
        (trust, end): (&Trust, End),
        (world, paths, machine): (&World, &Paths, &SigningKey),
    ) -> Result<Self, Failure> {
        let stolen = matches!(end, End::Stolen(_));
        let beside = old.signer.as_deref().filter(|_| !stolen);
        let signers: Vec<&dyn Signer> = [Some(new), beside].into_iter().flatten().collect();
        let now = SystemTime::from(world.now());
        let revocations = if paths.revocations().exists() {
            let list = revoked::list(None, paths, trust, now)?;
            // Whoever stole the key may have signed a shorter list.
            if stolen && logs::last("revocations", paths, machine)? != Some(list.digest()) {
                return Err(Failure::new(
                    Kind::Input,
                    "the list of what is revoked is not the one that was logged last",
                )
                .hint(format!(
                    "look at `{}` and `mcpwarden log show`",
                    paths.revocations().display()
                )));
            }
            Some(revoked::seal(&list, &signers)?)
        } else {
            None
        };
        let file = advisories::file(paths);
        let advisories = if stolen || !file.exists() {
            None
        } else {
            let bytes = advisories::read(&file)?;
            let unbelieved = || Failure::new(Kind::Config, "the advisories are not believed");
            let opened = advisories::open(bytes.clone(), trust, now)
                .map_err(|error| unbelieved().caused_by(error))?;
            // What somebody else has signed stays as it is.
            if opened.keys.contains(&old.key.id()) {
                let database = advisories::unsigned(&bytes).ok_or_else(unbelieved)?;
                Some(advisories::seal(database, &signers)?)
            } else {
                None
            }
        };
        Ok(Self { revocations, advisories })
    }

    fn store(&self, paths: &Paths) -> Result<(), Failure> {
        if let Some(bytes) = &self.revocations {
            keep::store(&paths.revocations(), bytes)?;
        }
        match &self.advisories {
            Some(bytes) => keep::store(&advisories::file(paths), bytes),
            None => Ok(()),
        }
    }
}

/// What the log says of it.
fn entry(
    (old, new): (&VerifyKey, &VerifyKey),
    (now, end): (Timestamp, End),
    world: &World,
) -> Vec<u8> {
    let (ending, at) = match end {
        End::Overlap(until) => ("until", until),
        End::Stolen(since) => ("revoked-since", since),
    };
    let entry = serde_json::json!({
        "at": now.to_string(),
        "by": world.person(),
        "kind": "key",
        "new": new.id(),
        "new-key": new.pem(),
        "old": old.id(),
        ending: at.to_string(),
    });
    // Strings always have a canonical form.
    warden_seal::canonical(&entry).unwrap_or_default()
}

/// Puts public keys where whoever verifies finds them.
fn publish(keys: &[VerifyKey], paths: &Paths) -> Result<(), Failure> {
    for key in keys {
        let id = key.id();
        let id: String = id.trim_start_matches("sha256:").chars().take(16).collect();
        keep::store(&paths.keys().join(format!("{id}.pub")), key.pem().as_bytes())?;
    }
    Ok(())
}

/// Makes the new key the one of this machine, and signs its approvals again.
fn replace(
    (old, new): (&SigningKey, &SigningKey),
    (now, end): (Timestamp, End),
    paths: &Paths,
) -> Result<String, Failure> {
    let failed = |error: io::Error| {
        Failure::new(Kind::Config, "the new key cannot be put in place; run this again")
            .caused_by(error)
    };
    let until = match end {
        End::Overlap(until) => until,
        End::Stolen(_) => now,
    };
    LogKeys::read(paths, old)?.followed((old, new), until)?.store(paths)?;
    let kept = logs::retired(paths, &old.public().id());
    if matches!(end, End::Overlap(_)) {
        match fs::hard_link(paths.key(), &kept) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(failed(error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    fs::rename(paths.keys().join(NEXT), paths.key()).map_err(failed)?;
    key::own(paths)?;
    match end {
        End::Overlap(_) => {
            let count = pins::sign_again(paths)?;
            Ok(format!("{count} approvals were signed again\n"))
        }
        // Nobody can tell those that a thief made from the others, so they are put aside.
        End::Stolen(_) => {
            let aside = paths.pins_of(&old.public().id());
            match fs::rename(paths.pins(), &aside) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
                Err(error) => Err(failed(error)),
                Ok(()) => Ok(format!(
                    "Approvals by the old key count no more, and lie in `{}`: look at each server and \
                     approve it anew\n",
                    aside.display()
                )),
            }
        }
    }
}

fn told((old, new): (&VerifyKey, &VerifyKey), end: End) -> String {
    let (old, new) = (old.id(), new.id());
    match end {
        End::Overlap(until) => format!("old  {old}\n  counts until {until}\nnew  {new}\n"),
        End::Stolen(since) => {
            format!("old  {old}\n  counts for nothing that it signed since {since}\nnew  {new}\n")
        }
    }
}
