//! `mcpwarden vault`: secrets for servers, in a file that a passphrase opens.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
    time::SystemTime,
};

use warden_model::Hidden;
use warden_proxy::credentials::secrets::{Coffer, MOST_SECRET, is_secret_name};
use warden_seal::{CofferError, Passphrase};

use crate::{
    Failure, Kind, World,
    key::{Secret, secret, twice},
    machine, output,
};

const DAY: u64 = 86_400;

/// Keep the secrets that servers are given
///
/// They stand in one encrypted file, each under a name that a gateway's configuration refers to as
/// `${vault:NAME}`. A secret is read from standard input and never shown again: what can be listed
/// is names and ages.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden vault init secrets.vault
  printf %s \"$TOKEN\" | mcpwarden vault set secrets.vault tickets --passphrase-file vault.pass
  mcpwarden vault list secrets.vault --passphrase-file vault.pass
  mcpwarden vault remove secrets.vault tickets
  mcpwarden vault rotate-key secrets.vault --new-passphrase-file new.pass

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make a file without secrets
    Init(OfFile),
    /// Put a secret in, or another in its place; it is read from standard input
    Set(OfName),
    /// Show names, and when each was made and last changed; never what they stand for
    List(OfFile),
    /// Take a secret out
    Remove(OfName),
    /// Encrypt everything anew, with another passphrase if one is given
    RotateKey(RotateKey),
}

#[derive(Debug, clap::Args)]
struct OfFile {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    opens: Opens,
}

#[derive(Debug, clap::Args)]
struct OfName {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The name of the secret
    #[arg(value_name = "NAME")]
    name: String,

    #[command(flatten)]
    opens: Opens,
}

#[derive(Debug, clap::Args)]
struct RotateKey {
    #[command(flatten)]
    of: OfFile,

    /// The file with the new passphrase; without it the old one stays, with a new key from it
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
}

/// Where the passphrase comes from.
#[derive(Debug, clap::Args)]
struct Opens {
    /// The file with the passphrase; otherwise whoever sits at the terminal is asked
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,

    /// The variable with the passphrase; its name begins with `MCPWARDEN_SECRET_`
    #[arg(long, value_name = "NAME", conflicts_with = "passphrase_file")]
    passphrase_env: Option<String>,
}

impl Opens {
    fn from(&self, world: &World) -> Result<Secret, Failure> {
        match (&self.passphrase_file, &self.passphrase_env) {
            (Some(file), _) => Ok(Secret::File(world.cwd.join(file))),
            (None, Some(name)) => {
                Secret::variable(name).map_err(|why| Failure::new(Kind::Usage, why))
            }
            (None, None) => Ok(Secret::Asked),
        }
    }

    fn passphrase(&self, file: &Path, world: &World) -> Result<Passphrase, Failure> {
        secret(&self.from(world)?, &format!("`{}`", file.display()), world)
    }
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self.what {
            What::Init(of) => init(&of, world)?,
            What::Set(of) => set(&of, world)?,
            What::List(of) => list(&of, world)?,
            What::Remove(of) => remove(&of, world)?,
            What::RotateKey(rotate) => rotate.run(world)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn init(of: &OfFile, world: &World) -> Result<(), Failure> {
    let file = world.cwd.join(&of.file);
    let what = format!("`{}`", of.file.display());
    let passphrase = twice(&of.opens.from(world)?, &what, world)?;
    Coffer::create(&file, &passphrase).map_err(|error| failed(&of.file, error))
}

fn set(of: &OfName, world: &World) -> Result<(), Failure> {
    if !is_secret_name(&of.name) || of.name.contains('#') {
        return Err(Failure::new(Kind::Usage, "this is no name of a secret").hint(
            "letters, digits, `-`, `_` and `.`, with `/` between parts; at most 128 characters",
        ));
    }
    let file = world.cwd.join(&of.file);
    if world.terminal.stdin && matches!(of.opens.from(world)?, Secret::Asked) {
        return Err(Failure::new(Kind::Usage, "the secret is read from standard input")
            .hint("pipe it in, and give the passphrase with `--passphrase-file`"));
    }
    let value = value()?;
    let passphrase = of.opens.passphrase(&of.file, world)?;
    let mut coffer = Coffer::open(&file, &passphrase).map_err(|error| failed(&of.file, error))?;
    let replaced = coffer.set(&of.name, value, now());
    coffer.save(&file, &passphrase).map_err(|error| failed(&of.file, error))?;
    let how = if replaced { "changed" } else { "put in" };
    output::print(&format!("{} {how}\n", of.name))
}

/// What is on standard input, without one line feed at its end.
fn value() -> Result<Hidden, Failure> {
    let wrong = |what: &str| Failure::new(Kind::Input, what);
    let mut bytes = Vec::new();
    let stdin = std::io::stdin().lock().take(MOST_SECRET as u64 + 2).read_to_end(&mut bytes);
    stdin.map_err(|error| wrong("cannot read the secret").caused_by(error))?;
    let text = String::from_utf8(bytes).map_err(|_| wrong("the secret is no text"))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    match text.len() {
        0 => Err(wrong("there is no secret on standard input")),
        long if long > MOST_SECRET => Err(wrong("this is longer than a secret can be")),
        _ => Ok(Hidden::new(text)),
    }
}

fn list(of: &OfFile, world: &World) -> Result<(), Failure> {
    let passphrase = of.opens.passphrase(&of.file, world)?;
    let coffer = Coffer::open(&world.cwd.join(&of.file), &passphrase);
    let coffer = coffer.map_err(|error| failed(&of.file, error))?;
    let wide = coffer.entries().map(|(name, _)| name.len()).max().unwrap_or(0).max(4);
    let mut out = format!("{:wide$}  age      made        changed\n", "name");
    for (name, entry) in coffer.entries() {
        let days = now().saturating_sub(entry.changed) / DAY;
        let age = format!("{days} d");
        let (made, changed) = (day(entry.created), day(entry.changed));
        out.push_str(&format!("{name:wide$}  {age:7}  {made}  {changed}\n"));
    }
    output::print(&out)
}

fn remove(of: &OfName, world: &World) -> Result<(), Failure> {
    let file = world.cwd.join(&of.file);
    let passphrase = of.opens.passphrase(&of.file, world)?;
    let mut coffer = Coffer::open(&file, &passphrase).map_err(|error| failed(&of.file, error))?;
    if !coffer.remove(&of.name) {
        return Err(Failure::new(Kind::Input, "there is no secret of this name"));
    }
    coffer.save(&file, &passphrase).map_err(|error| failed(&of.file, error))
}

impl RotateKey {
    fn run(&self, world: &World) -> Result<(), Failure> {
        let (shown, file) = (&self.of.file, world.cwd.join(&self.of.file));
        let passphrase = self.of.opens.passphrase(shown, world)?;
        let coffer = Coffer::open(&file, &passphrase).map_err(|error| failed(shown, error))?;
        let next = match &self.new_passphrase_file {
            Some(next) => {
                let from = Secret::File(world.cwd.join(next));
                secret(&from, &format!("`{}`", shown.display()), world)?
            }
            None => passphrase,
        };
        coffer.save(&file, &next).map_err(|error| failed(shown, error))
    }
}

fn failed(file: &Path, error: CofferError) -> Failure {
    let file = file.display();
    let failure = Failure::new(Kind::Config, format!("cannot use `{file}`"));
    match &error {
        CofferError::Open { .. } => failure.hint(format!("chmod 600 {file}")).caused_by(error),
        _ => failure.caused_by(error),
    }
}

fn now() -> u64 {
    let now = machine::clock().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |since| since.as_secs())
}

/// The day of a time in seconds since 1970.
fn day(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    let at = jiff::Timestamp::from_second(seconds);
    at.map_or_else(|_| "-".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}
