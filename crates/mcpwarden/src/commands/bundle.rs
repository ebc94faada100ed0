//! `mcpwarden bundle`: certificates, approvals and revocations, signed as one, for gateways
//! elsewhere.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
    time::SystemTime,
};

use warden_policy::certificate::{Certificate, DEFAULT_HOURS, MOST_HOURS};
use warden_report::printable;
use warden_seal::Trust;

use crate::{
    Failure, Kind, World,
    approvals::stand::Brought,
    certify::{
        bundle::{self, Believed, LeftOut, Loaded, Refuse, Wanted},
        keep, revoked,
    },
    key::{self, SignerArgs},
    output,
    paths::Paths,
};

/// Carry certificates, approvals and revocations to gateways, signed as one
///
/// A bundle holds the certificates of this machine, what people have said about these servers, the
/// proof that each was logged, and what is revoked. It has a number that only grows and an end, after which nothing in it counts. A gateway
/// reads it from the file that `[certificates] bundle` names, whatever puts it there, or from where
/// `bundle install` has put it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden bundle make --output /srv/warden/certificates.bundle
  mcpwarden bundle make --server mail,crm --hours 72
  mcpwarden bundle show certificates.bundle
  mcpwarden bundle verify certificates.bundle --trust trust.json
  mcpwarden bundle install certificates.bundle

Exit codes:
  0         done; with verify: all of it counts
  1 to 4    it could not be done, or is not believed: internal, usage,
            configuration, input
  13        with verify: it has expired, or not all certificates and
            approvals in it are believed here")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make the next bundle, and sign it
    Make(Make),
    /// Show what is in a bundle, once it was verified
    Show(Read),
    /// Verify a bundle: signatures, times, and that everything in it was logged
    Verify(Read),
    /// Follow a bundle on this machine: from now on its certificates count, and no others
    ///
    /// It is verified, has to be newer than the one before, and is copied. Servers that run are
    /// held to it within a second.
    Install {
        /// The bundle
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Go back to the certificates of this machine
    ///
    /// The highest number stays known: an older bundle cannot be installed later.
    Remove,
}

#[derive(Debug, clap::Args)]
struct Make {
    /// Where to; what is there is replaced in one step
    #[arg(short, long, value_name = "FILE", default_value = "certificates.bundle")]
    output: PathBuf,

    /// The servers, by the names that they were certified by; otherwise all
    #[arg(long = "server", value_name = "NAME", value_delimiter = ',')]
    servers: Vec<String>,

    /// For how many hours it counts: so long may a gateway go on that no newer one reaches
    #[arg(long, value_name = "HOURS", default_value_t = DEFAULT_HOURS,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_HOURS)))]
    hours: u32,

    /// Who makes it; otherwise the user who runs this
    #[arg(long, value_name = "NAME")]
    issuer: Option<String>,

    /// Its number, where this machine takes over from another; otherwise the next one
    #[arg(long, value_name = "NUMBER")]
    sequence: Option<u64>,

    #[command(flatten)]
    signs: SignerArgs,
}

#[derive(Debug, clap::Args)]
struct Read {
    /// The bundle
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The keys that are trusted; otherwise those of this machine
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let paths = Paths::of(world)?;
        match self.what {
            What::Make(make) => make.run(world, &paths),
            What::Show(read) => read.show(world, &paths),
            What::Verify(read) => read.verify(world, &paths),
            What::Install { file } => install(&world.cwd.join(file), world, &paths),
            What::Remove => remove(&paths),
        }
    }
}

impl Make {
    fn run(self, world: &World, paths: &Paths) -> Result<ExitCode, Failure> {
        let wanted = Wanted {
            servers: self.servers,
            hours: self.hours,
            issuer: self.issuer.unwrap_or_else(|| world.person()),
            sequence: self.sequence,
        };
        let now = SystemTime::from(world.now());
        let signs = self.signs.open(world, paths)?;
        keep::would_count(&signs, &keep::trust(None, paths)?, keep::BUNDLES, now)?;
        let key = key::own(paths)?;
        let file = world.cwd.join(self.output);
        let made = bundle::make(&file, &wanted, (paths, &key, &*signs.signer), now)?;
        for left_out in &made.left_out {
            output::tell(&format!("left out: {}\n", printable(left_out)));
        }
        let head = &made.head;
        output::print(&format!(
            "bundle {}: {} certificates, {} approvals, until {}\n{}\n",
            head.sequence,
            head.certificates,
            head.approvals,
            head.expires,
            printable(&file.display().to_string())
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Read {
    fn load(
        &self,
        world: &World,
        paths: &Paths,
        each: &mut dyn FnMut(&Certificate),
    ) -> Result<(Loaded, Trust), Failure> {
        let trust = self.trust.as_ref().map(|file| world.cwd.join(file));
        let trust = keep::trust(trust.as_deref(), paths)?;
        // What this machine has revoked is no matter of the bundle.
        let revoked = revoked::List { version: 1, ..revoked::List::default() };
        let believed = Believed { trust: &trust, revoked: &revoked, now: world.now().into() };
        let loaded = bundle::load(&world.cwd.join(&self.file), believed, each)?;
        Ok((loaded, trust))
    }

    fn show(&self, world: &World, paths: &Paths) -> Result<ExitCode, Failure> {
        let mut rows = String::new();
        let (mut loaded, trust) = self.load(world, paths, &mut |certificate| {
            let target = &certificate.target;
            let version = target.version.as_deref().unwrap_or("-");
            let text = format!("{} {version}", target.name);
            rows.push_str(&format!(
                "  level {}  until {}  {}\n",
                certificate.level,
                certificate.expires,
                printable(&text)
            ));
        })?;
        let stopped = loaded.index.rows().iter().filter(|row| row.stopped.is_some()).count();
        let text = summary(&loaded);
        if !loaded.approvals.is_empty() {
            rows.push_str("\nApprovals, by the policy of this machine\n");
        }
        let brought = Brought::of(std::mem::take(&mut loaded.approvals), paths, &trust)?;
        for (server, word) in brought.words(SystemTime::from(world.now()).into()) {
            rows.push_str(&format!("  {word}  {}\n", printable(server)));
        }
        output::print(&format!("{text}{stopped} of them are revoked or held back\n\n{rows}"))?;
        Ok(ExitCode::SUCCESS)
    }

    fn verify(&self, world: &World, paths: &Paths) -> Result<ExitCode, Failure> {
        let (loaded, _) = self.load(world, paths, &mut |_| {})?;
        output::print(&summary(&loaded))?;
        let now = SystemTime::from(world.now());
        if let Err(why) = loaded.head.stands(now.into(), 60) {
            output::tell(&format!("It does not count: {}.\n", why.code()));
            return Ok(ExitCode::from(13));
        }
        if tell(&loaded.left_out) {
            return Ok(ExitCode::from(13));
        }
        output::tell("It counts.\n");
        Ok(ExitCode::SUCCESS)
    }
}

/// Tells what is not believed, and returns whether that is anything.
fn tell(left_out: &LeftOut) -> bool {
    for why in &left_out.why {
        output::tell(&format!("{}\n", printable(why)));
    }
    let told = left_out.told();
    if let Some(told) = &told {
        output::tell(&format!("{told}.\n"));
    }
    told.is_some()
}

fn summary(loaded: &Loaded) -> String {
    let head = &loaded.head;
    format!(
        "Bundle {} of {}, made {}, until {}\nSigned by {}\n{} certificates and {} approvals, all \
         logged; {} entries in its list of revocations\n",
        head.sequence,
        printable(&head.issuer),
        head.issued,
        head.expires,
        loaded.keys.join(", "),
        loaded.index.rows().len(),
        loaded.approvals.len(),
        loaded.revoked,
    )
}

fn install(file: &Path, world: &World, paths: &Paths) -> Result<ExitCode, Failure> {
    let trust = keep::trust(None, paths)?;
    let now = SystemTime::from(world.now());
    let revoked = revoked::list(None, paths, &trust, now)?;
    let believed = Believed { trust: &trust, revoked: &revoked, now };
    let loaded =
        bundle::take(file, &paths.installed_bundle(), (believed, Refuse::Expired), &mut |_| {})?;
    output::print(&summary(&loaded))?;
    tell(&loaded.left_out);
    Ok(ExitCode::SUCCESS)
}

fn remove(paths: &Paths) -> Result<ExitCode, Failure> {
    match fs::remove_file(paths.installed_bundle()) {
        Ok(()) => {
            output::print("the certificates of this machine count\n")?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Failure::new(Kind::Input, "no bundle is installed"))
        }
        Err(error) => Err(Failure::new(Kind::Config, "cannot remove the bundle").caused_by(error)),
    }
}
