//! `mcpwarden approval`: named people say which certified servers may be used, and for what.

mod answer;
mod decide;
mod export;
mod request;
mod show;
mod waive;

use std::{path::PathBuf, process::ExitCode, str::FromStr};

use warden_collect::store::{Store, Writer};
use warden_policy::Time;
use warden_seal::SigningKey;

use crate::{
    Failure, Kind, World,
    approvals::{Desk, policy, signing::Signing},
    files,
    key::PersonArgs,
    output,
    paths::Paths,
};

/// Have named people approve a certified server for what it is used for
///
/// Somebody asks, questions are answered from evidence or by a person with evidence, and others
/// say yes: as many as the policy wants, and never the one who asked. All of it is bound to the
/// bytes and definitions that were certified, signed by each person's own key, and written into
/// the log before it counts. A key counts for approvals once `mcpwarden trust add --use approval`
/// has said whose it is; the key of this machine is one person and no more.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden approval request mail --environment production --data internal --owner rita@example.com
  mcpwarden approval show mail
  mcpwarden approval answer mail A4 yes --item 'the mail server' --evidence reach.txt --key ben.key
  mcpwarden approval waive mail A9 --reason 'the client asks' --until 2027-01-31 --key rita.key
  mcpwarden approval sign mail approve --reason 'looked at' --key ann.key
  mcpwarden approval list
  mcpwarden run mail --approved

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Request(request::Args),
    Show(show::Args),
    List(show::ListArgs),
    Answer(answer::Args),
    Evidence(answer::EvidenceArgs),
    Sign(decide::Args),
    Met(decide::MetArgs),
    Withdraw(decide::WithdrawArgs),
    Waive(waive::Args),
    Export(export::Args),
    /// Show who may approve, and how many of them it takes
    ///
    /// Read from `approval.toml` in the state folder. Without that file, everybody whose key counts
    /// for approvals may approve and accept risks; two are needed for production with regulated
    /// data, and one otherwise.
    Policy {
        /// Show what a file looks like, in place of what counts here
        #[arg(long)]
        example: bool,
    },
    /// Make a key for a person
    ///
    /// The key is for its owner's eyes alone (mode 0600). What others trust is written beside it,
    /// as `FILE.pub`.
    Key {
        /// The file, which is not there yet
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// Whose act it is.
#[derive(Debug, clap::Args)]
struct By {
    #[command(flatten)]
    person: PersonArgs,
}

impl By {
    fn signing(&self, world: &World, desk: &Desk<'_>) -> Result<Signing, Failure> {
        Signing::of(self.person.open(world, desk.paths)?, desk)
    }
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let paths = Paths::of(world)?;
        let at = (world, &paths);
        match self.what {
            What::Request(args) => args.run(at)?,
            What::Show(args) => args.run(at)?,
            What::List(args) => args.run(at)?,
            What::Answer(args) => args.run(at)?,
            What::Evidence(args) => args.run(at)?,
            What::Sign(args) => args.run(at)?,
            What::Met(args) => args.run(at)?,
            What::Withdraw(args) => args.run(at)?,
            What::Waive(args) => args.run(at)?,
            What::Export(args) => args.run(at)?,
            What::Policy { example: true } => output::print(policy::EXAMPLE)?,
            What::Policy { example: false } => {
                let desk = Desk::open(world, &paths)?;
                output::print(&policy::shown(&desk.policy, &desk.trust, world.now().into()))?;
            }
            What::Key { file } => make_key(&world.cwd.join(file))?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Makes a key, and puts what verifies it beside it.
fn make_key(file: &std::path::Path) -> Result<(), Failure> {
    let failed = || Failure::new(Kind::Input, format!("cannot make a key in `{}`", file.display()));
    if file.exists() {
        return Err(failed().hint("it is there already, and is not written over"));
    }
    let key = SigningKey::load_or_create(file).map_err(|error| failed().caused_by(error))?;
    let mut public = file.as_os_str().to_owned();
    public.push(".pub");
    let public = PathBuf::from(public);
    files::put(&public, key.public().pem().as_bytes())
        .map_err(|error| failed().caused_by(error))?;
    let id = warden_seal::VerifyKey::from(key.public()).id();
    output::print(&format!(
        "{id}\nTo be trusted as one person's: \
         mcpwarden trust add {} --name PERSON --use approval\n",
        warden_report::printable(&public.display().to_string())
    ))
}

/// A day, on which something ends.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Day {
    text: String,
    end: Time,
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let end = Time::end_of_day(text).ok_or("a day is written as in 2027-01-31")?;
        Ok(Self { text: text.to_owned(), end })
    }
}

impl Day {
    /// The end of this day, which has to lie ahead.
    fn ahead(&self, now: Time) -> Result<Time, Failure> {
        if self.end > now {
            return Ok(self.end);
        }
        Err(Failure::new(Kind::Usage, format!("{} is over", self.text)))
    }
}

/// The store, to be written to.
fn with_store<T>(
    paths: &Paths,
    act: impl FnOnce(&Writer<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let failed = |error: &warden_collect::store::StoreError| {
        Failure::new(Kind::Config, "cannot use the store").hint(error.to_string())
    };
    let store = Store::open(&paths.store()).map_err(|error| failed(&error))?;
    let writer = store.writer().map_err(|error| failed(&error))?;
    act(&writer)
}
