//! `mcpwarden key`: the keys that sign, and how one takes the place of another.

mod rotate;

use std::{path::PathBuf, process::ExitCode};

use warden_seal::{
    KeyError, KeyForm, KeyKind, LocalKey, Signer as _, VerifyKey, create_encrypted, create_plain,
    key_form, load_plain,
};

use crate::{
    Failure, Kind, World,
    certify::keep,
    files,
    key::{Opened, Secret, SignerArgs, Spec, twice},
    output,
    paths::Paths,
};

/// Show, make, encrypt and rotate the keys that sign
///
/// Certificates, revocations and advisories are signed by whoever `signer.toml` names: a key in an
/// encrypted file, in a token that is reached through PKCS #11, or behind a program that is asked.
/// Without it the key of this machine signs. That key signs approvals and the log in any case.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden key show
  mcpwarden key show --pem --signer 'pkcs11:token=ops;object=certs?module-path=/usr/lib/p11.so'
  mcpwarden key new --algorithm p256 --encrypt --output ops.pem
  mcpwarden key encrypt ops.pem --output ops-encrypted.pem
  mcpwarden key rotate --overlap 30
  mcpwarden key rotate --next file:ops.pem --next-passphrase-file ops.pass
  mcpwarden key rotate --compromised-since 2026-11-20T00:00:00Z

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Show who signs: identifier, algorithm, where the key is, what it counts for, public key
    Show(Show),
    /// Make a key in a new file, and its public half beside it
    New(New),
    /// Write a key from a file without a passphrase into a new one with a passphrase
    Encrypt(Encrypt),
    /// Put another key in place of the one that signs
    Rotate(rotate::Args),
}

#[derive(Debug, clap::Args)]
struct Show {
    /// Print the public key in PEM form and nothing else
    #[arg(long)]
    pem: bool,

    #[command(flatten)]
    signs: SignerArgs,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Algorithm {
    /// Ed25519 (RFC 8032)
    Ed25519,
    /// ECDSA over P-256 with SHA-256 (FIPS 186-5)
    P256,
}

#[derive(Debug, clap::Args)]
struct New {
    /// Its algorithm
    #[arg(long, value_enum, value_name = "WHICH", default_value = "ed25519")]
    algorithm: Algorithm,

    /// Encrypt it: PKCS #8 with PBES2, which `openssl pkey` reads
    #[arg(long)]
    encrypt: bool,

    /// The new file; its public half is written to the same name with `.pub` after it
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    #[command(flatten)]
    words: Words,
}

#[derive(Debug, clap::Args)]
struct Encrypt {
    /// The file that the key is in now. It stays; remove it when the new one was tried
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The new file
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    #[command(flatten)]
    words: Words,
}

/// Where a new passphrase comes from.
#[derive(Debug, clap::Args)]
struct Words {
    /// The file with the new passphrase; otherwise whoever sits at the terminal is asked
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,

    /// The variable with the new passphrase; its name begins with `MCPWARDEN_SECRET_`
    #[arg(long, value_name = "NAME", conflicts_with = "passphrase_file")]
    passphrase_env: Option<String>,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self.what {
            What::Show(show) => show.run(world)?,
            What::New(new) => new.run(world)?,
            What::Encrypt(encrypt) => encrypt.run(world)?,
            What::Rotate(rotate) => rotate.run(world)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Show {
    fn run(self, world: &World) -> Result<(), Failure> {
        let paths = Paths::of(world)?;
        let opened = self.signs.open(world, &paths)?;
        let key = opened.signer.public();
        if self.pem {
            return output::print(&key.pem());
        }
        output::print(&format!("{}{}", shown(&opened, &paths)?, key.pem()))
    }
}

/// A key for people.
fn shown(opened: &Opened, paths: &Paths) -> Result<String, Failure> {
    let key = opened.signer.public();
    let place = warden_report::printable(&opened.spec.place()).to_string();
    let mut out = format!("{}\n  {}, {place}\n", key.id(), algorithm(&key));
    let trust = keep::trust(None, paths)?;
    match trust.find(&key) {
        Some(known) => {
            let uses: Vec<&str> = known.uses.iter().map(String::as_str).collect();
            let name = warden_report::printable(&known.name);
            out.push_str(&format!("  trusted here as {name}, for {}\n", uses.join(", ")));
            for (word, at) in [
                ("from", known.not_before),
                ("until", known.not_after),
                ("revoked since", known.revoked_since),
            ] {
                let at = at.and_then(|at| jiff::Timestamp::try_from(at).ok());
                out.extend(at.map(|at| format!("  {word} {at}\n")));
            }
        }
        None => out.push_str("  not trusted here: `mcpwarden trust add` does that\n"),
    }
    if opened.spec == Spec::Machine {
        out.push_str("  signs approvals and the log of this machine\n");
    }
    Ok(out)
}

const fn algorithm(key: &VerifyKey) -> &'static str {
    match key.kind() {
        KeyKind::Ed25519 => "Ed25519",
        KeyKind::P256 => "ECDSA P-256 with SHA-256",
    }
}

impl New {
    fn run(self, world: &World) -> Result<(), Failure> {
        let file = world.cwd.join(&self.output);
        if !self.encrypt
            && (self.words.passphrase_file.is_some() || self.words.passphrase_env.is_some())
        {
            return Err(Failure::new(
                Kind::Usage,
                "a passphrase is said, and the key is not encrypted",
            )
            .hint("`--encrypt` encrypts it"));
        }
        let words = self.encrypt.then(|| self.words.get(&file, world)).transpose()?;
        let kind = match self.algorithm {
            Algorithm::Ed25519 => KeyKind::Ed25519,
            Algorithm::P256 => KeyKind::P256,
        };
        let key = LocalKey::generate(kind)
            .map_err(|error| Failure::new(Kind::Internal, "no key can be made").caused_by(error))?;
        match &words {
            Some(words) => create_encrypted(&file, &key, words),
            None => create_plain(&file, &key),
        }
        .map_err(|error| not_written(&file, error))?;
        made(&file, &key.public())
    }
}

impl Encrypt {
    fn run(self, world: &World) -> Result<(), Failure> {
        let (from, to) = (world.cwd.join(&self.file), world.cwd.join(&self.output));
        let unread = |error: KeyError| {
            Failure::new(Kind::Input, format!("cannot read the key in `{}`", from.display()))
                .caused_by(error)
        };
        if key_form(&from).map_err(unread)? == KeyForm::Encrypted {
            let message = format!("the key in `{}` is encrypted already", from.display());
            return Err(Failure::new(Kind::Input, message)
                .hint("`openssl pkey -aes256 -v2prf hmacWithSHA256` changes a passphrase"));
        }
        let key = load_plain(&from).map_err(unread)?;
        let words = self.words.get(&to, world)?;
        create_encrypted(&to, &key, &words).map_err(|error| not_written(&to, error))?;
        made(&to, &key.public())?;
        output::tell(&format!(
            "The key is also in `{}` without a passphrase: remove it when the new file was tried.\n",
            from.display()
        ));
        Ok(())
    }
}

impl Words {
    fn get(
        &self,
        file: &std::path::Path,
        world: &World,
    ) -> Result<warden_seal::Passphrase, Failure> {
        let from = source(self.passphrase_file.as_deref(), self.passphrase_env.as_deref(), world)?;
        twice(&from, &format!("the new file `{}`", file.display()), world)
    }
}

/// Where a passphrase comes from, as the command line says it.
fn source(
    file: Option<&std::path::Path>,
    variable: Option<&str>,
    world: &World,
) -> Result<Secret, Failure> {
    match (file, variable) {
        (Some(file), _) => Ok(Secret::File(world.cwd.join(file))),
        (None, Some(name)) => Secret::variable(name).map_err(|why| {
            Failure::new(Kind::Usage, "cannot take a passphrase from this variable").hint(why)
        }),
        (None, None) => Ok(Secret::Asked),
    }
}

fn not_written(file: &std::path::Path, error: KeyError) -> Failure {
    let failure = Failure::new(Kind::Input, format!("cannot write a key to `{}`", file.display()));
    match error {
        KeyError::Io(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            failure.hint("there is such a file, and no key is written over")
        }
        KeyError::Io(error) => failure.caused_by(error),
        error => failure.caused_by(error),
    }
}

/// Publishes the public half of a new key, and says which it is.
fn made(file: &std::path::Path, key: &VerifyKey) -> Result<(), Failure> {
    let mut name = file.as_os_str().to_owned();
    name.push(".pub");
    let public = PathBuf::from(name);
    files::put(&public, key.pem().as_bytes()).map_err(|error| {
        Failure::new(Kind::Input, format!("cannot write `{}`", public.display())).caused_by(error)
    })?;
    output::print(&format!("{}\n  {}, in `{}`\n", key.id(), algorithm(key), file.display()))?;
    output::tell(&format!(
        "Let its signatures count: `mcpwarden trust add {} --name WHO --use \
         certificate,revocation,advisories`\n",
        public.display()
    ));
    Ok(())
}
