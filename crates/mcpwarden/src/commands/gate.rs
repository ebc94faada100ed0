//! `mcpwarden gate`: whether every server that a repository brings is certified.

mod given;
mod out;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::ValueEnum;
use warden_collect::{Configurations, Picked, RepositoryFile, pick, read_named};
use warden_model::{Digest, Finding, Severity, Unread};
use warden_policy::approval::{DataClass, Environment};
use warden_report::gate::{Asked, Report, Standing};

use given::Given;
use out::Out;

use crate::{
    Failure, Kind, World,
    gate::{Brought, Certificates, Found, Judge, Look, Policy, Revision, find, key, wanted},
    paths::Paths,
};

/// The exit code when something is in the way.
const IN_THE_WAY: u8 = 13;

/// Fail a pipeline when a repository brings a server that does not count as certified
///
/// Looks for every MCP server that a repository brings: in the configurations of all known clients,
/// in `server.json`, in dependencies and lock files, and in configurations of the gateway. Each has
/// to be covered by a certificate that a trusted key has signed, that is neither expired nor
/// revoked, and whose level is high enough. What names no single version, what can run something
/// else than it names, and what cannot be read is not let pass.
///
/// Nothing is started, fetched or sent. Only names and digests that are written down are judged:
/// that what is fetched later is what was certified is checked by `mcpwarden run` and the gateway.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden gate                        the folder you are in, this machine's certificates
  mcpwarden gate --certificates certs --trust trust.json --revocations revocations.json
  mcpwarden gate --bundle certificates.bundle --trust trust.json
  mcpwarden gate --changed-since origin/main
                                        only what a change brings, by the policy before it
  mcpwarden gate --data internal --environment production
  mcpwarden gate -f github --sarif gate.sarif --summary summary.md

The policy is `.mcpwarden/gate.toml` of the folder, if it is there. Options go before it.

Exit codes:
  0         nothing is in the way, or no server is brought
  1 to 4    it could not be told: internal, usage, configuration, input
  13        a server does not count, or could not be read; whatever the format")]
pub(crate) struct Args {
    /// Folders of repositories, or single configurations; the folder you are in without any
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    given: Given,

    /// The least level that counts, also where the use asks for less
    #[arg(long, value_name = "LEVEL", value_parser = clap::value_parser!(u8).range(0..=3))]
    level: Option<u8>,

    /// Where the servers are used: production unless the policy says otherwise
    #[arg(long, value_enum, value_name = "WHERE")]
    environment: Option<Place>,

    /// With which data: regulated unless the policy says otherwise
    #[arg(long, value_enum, value_name = "CLASS")]
    data: Option<Data>,

    /// Let a package without a single version pass if its newest certificate counts
    #[arg(long)]
    allow_floating: bool,

    /// Leave dependencies and lock files out
    #[arg(long)]
    no_dependencies: bool,

    /// Fail for findings of the rules over configurations too, from this severity on
    #[arg(long, value_enum, value_name = "SEVERITY")]
    findings: Option<Graveness>,

    /// Judge only what is another than at this commit, by the policy, keys and revocations of then
    ///
    /// A change cannot bring the policy that lets it pass. Files that Git does not know count as
    /// they are.
    #[arg(long, value_name = "REV")]
    changed_since: Option<String>,

    #[command(flatten)]
    out: Out,
}

/// Where servers are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Place {
    /// Where nothing is real
    Sandbox,
    /// Anywhere else
    Production,
}

/// With which data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Data {
    Public,
    Internal,
    Confidential,
    Regulated,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Graveness {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

impl Graveness {
    const fn model(self) -> Severity {
        match self {
            Self::Info => Severity::Info,
            Self::Low => Severity::Low,
            Self::Medium => Severity::Medium,
            Self::High => Severity::High,
            Self::Critical => Severity::Critical,
        }
    }
}

/// What was there before a change.
#[derive(Default)]
struct Before {
    servers: BTreeSet<(Digest, String)>,
    findings: BTreeSet<Digest>,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let paths = Paths::of(world)?;
        let since = self.changed_since.as_ref();
        let since = since.map(|name| Revision::of(&world.cwd, name)).transpose()?;
        let mut notes = Vec::new();
        let (policy, from) = self.given.policy(world, since.as_ref(), &mut notes)?;
        let policy = self.policy(policy);
        let picked = self.pick(world)?;
        let certificates = self.given.certificates(world, &paths, since.as_ref())?;
        let servers = certificates.as_ref().map(Certificates::servers).unwrap_or_default();
        let look = Look {
            servers: &servers,
            dependencies: !policy.no_dependencies,
            registries: &policy.registries,
        };
        let found = find(&picked.files, &picked.unread, &look);
        let before = match &since {
            Some(since) => self.before(since, world, &look, &policy)?,
            None => Before::default(),
        };
        let certificates = certificates.unwrap_or_else(|| {
            // Nothing was named and nothing is kept here, which is no failure as long as nothing
            // is asked of it.
            notes.push("no certificate is here; name them: `--certificates DIR`".to_owned());
            Certificates::default()
        });
        let asked = Asked {
            level: policy.needed(),
            environment: environment(policy.environment),
            data: data(policy.data),
            since: since.as_ref().map(Revision::short),
            policy: from,
        };
        notes.extend(certificates.notes.iter().cloned());
        let mut report = Report {
            asked,
            unread: picked.unread.iter().chain(&found.snapshot.unread).cloned().collect(),
            files: found.files,
            certificates: certificates.count(),
            notes,
            ..Report::default()
        };
        for (file, why) in &certificates.disbelieved {
            report.notes.push(format!("`{file}` is no certificate that is believed: {why}"));
        }
        let judge = Judge {
            policy: &policy,
            certificates: &certificates,
            file_of: &|name| {
                let file = paths.certificate(name);
                file.file_name().unwrap_or_default().to_string_lossy().into_owned()
            },
            now: world.now(),
            today: world.today(),
        };
        judged(&judge, &found, &before, &mut report);
        report.findings = findings(&found, &policy, &before);
        self.out.write(&report, world)?;
        Ok(if report.passes() { ExitCode::SUCCESS } else { ExitCode::from(IN_THE_WAY) })
    }

    /// The policy with what the command line says.
    fn policy(&self, policy: Policy) -> Policy {
        Policy {
            level: self.level.or(policy.level),
            environment: match self.environment {
                Some(Place::Sandbox) => Environment::Sandbox,
                Some(Place::Production) => Environment::Production,
                None => policy.environment,
            },
            data: match self.data {
                Some(Data::Public) => DataClass::Public,
                Some(Data::Internal) => DataClass::Internal,
                Some(Data::Confidential) => DataClass::Confidential,
                Some(Data::Regulated) => DataClass::Regulated,
                None => policy.data,
            },
            allow_floating: self.allow_floating || policy.allow_floating,
            no_dependencies: self.no_dependencies || policy.no_dependencies,
            findings: self.findings.map(Graveness::model).or(policy.findings),
            ..policy
        }
    }

    /// The targets: as written, and where they are.
    fn targets(&self, world: &World) -> Result<Vec<(PathBuf, PathBuf)>, Failure> {
        let here = [PathBuf::from(".")];
        let written = if self.paths.is_empty() { here.as_slice() } else { &self.paths };
        let at = |path: &PathBuf| {
            let place = world.cwd.join(path);
            // A misspelt name is a mistake on the command line, not a repository without servers.
            place.metadata().map_err(|error| {
                Failure::new(Kind::Input, format!("cannot look at `{}`", path.display()))
                    .caused_by(error)
                    .hint("name the folder of a repository, or a configuration")
            })?;
            Ok((path.clone(), place))
        };
        written.iter().map(at).collect()
    }

    /// Reads what the repositories bring.
    fn pick(&self, world: &World) -> Result<Picked, Failure> {
        let names = Configurations::default();
        let mut all = Picked::default();
        for (written, place) in self.targets(world)? {
            if place.is_dir() {
                let picked = pick(&place, &prefix(&written, world), &|path| wanted(&names, path));
                all.files.extend(picked.files);
                all.unread.extend(picked.unread);
                continue;
            }
            let path = prefix(&written, world).trim_end_matches('/').to_owned();
            match read_named(&place, warden_collect::CONFIG_CAP) {
                Ok(bytes) => all.files.push(RepositoryFile { path, bytes }),
                Err(why) => all.unread.push(Unread {
                    location: warden_model::Location { file: path, ..Default::default() },
                    client: None,
                    reason: why.reason,
                    detail: why.detail,
                }),
            }
        }
        Ok(all)
    }

    /// What was there before.
    fn before(
        &self,
        since: &Revision,
        world: &World,
        look: &Look<'_>,
        policy: &Policy,
    ) -> Result<Before, Failure> {
        let names = Configurations::default();
        let mut files = Vec::new();
        for (written, place) in self.targets(world)? {
            let name = place.file_name().and_then(|name| name.to_str()).map(str::to_owned);
            let (folder, only) = if place.is_dir() {
                (place, None)
            } else {
                (place.parent().unwrap_or(&place).to_owned(), name)
            };
            let prefix = prefix(&written, world);
            let prefix = match &only {
                Some(name) => prefix.trim_end_matches('/').trim_end_matches(name).to_owned(),
                None => prefix,
            };
            files.extend(since.files(&folder, &prefix, &|path| match &only {
                Some(name) => (path == name).then_some(warden_collect::CONFIG_CAP),
                None => wanted(&names, path),
            })?);
        }
        let found = find(&files, &[], look);
        Ok(Before {
            servers: found.servers.iter().map(known).collect(),
            findings: findings(&found, policy, &Before::default())
                .iter()
                .map(|finding| finding.fingerprint)
                .collect(),
        })
    }
}

/// What stands before the paths of a target: nothing for the folder that one is in.
fn prefix(written: &Path, world: &World) -> String {
    let relative = written.strip_prefix(&world.cwd).unwrap_or(written);
    let relative = relative.strip_prefix(".").unwrap_or(relative);
    let shown = relative.to_string_lossy().replace('\\', "/");
    match shown.trim_end_matches('/') {
        "" if written.is_absolute() && relative == written => "/".to_owned(),
        "" => String::new(),
        shown => format!("{shown}/"),
    }
}

fn known(one: &Brought) -> (Digest, String) {
    key(&one.print, &one.location.file)
}

/// Judges everything that was not there before.
fn judged(judge: &Judge<'_>, found: &Found, before: &Before, report: &mut Report) {
    let mut used = BTreeSet::new();
    for one in &found.servers {
        let (mut row, waiver) = judge.row(one);
        used.extend(waiver);
        if before.servers.contains(&known(one)) {
            row.standing = Standing::Known;
        }
        report.rows.push(row);
    }
    for (nth, waiver) in judge.policy.waivers.iter().enumerate() {
        let (line, told) = (waiver.line, waiver.told());
        if waiver.is_over(judge.today) {
            let until = waiver.until;
            let note = format!("the waiver of line {line} is over since {until}: `{told}`");
            report.notes.push(note);
        } else if !used.contains(&nth) {
            let note = format!("the waiver of line {line} lets nothing pass: `{told}`");
            report.notes.push(note);
        }
    }
}

/// Findings of the rules over configurations that are grave enough and were not there before.
fn findings(found: &Found, policy: &Policy, before: &Before) -> Vec<Finding> {
    let Some(least) = policy.findings else { return Vec::new() };
    let scan = warden_scan::scan_with(&found.snapshot, Vec::new(), &[]);
    let mut all = scan.findings;
    all.retain(|finding| {
        finding.severity >= least && !before.findings.contains(&finding.fingerprint)
    });
    all
}

const fn environment(environment: Environment) -> &'static str {
    match environment {
        Environment::Sandbox => "sandbox",
        Environment::Production | Environment::Unknown => "production",
    }
}

const fn data(data: DataClass) -> &'static str {
    match data {
        DataClass::Public => "public",
        DataClass::Internal => "internal",
        DataClass::Confidential => "confidential",
        DataClass::Regulated | DataClass::Unknown => "regulated",
    }
}
