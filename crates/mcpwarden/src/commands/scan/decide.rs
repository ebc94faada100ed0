//! What people have decided about findings: suppressions and baselines.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use warden_model::Scan;
use warden_report::baseline;
use warden_scan::settle::{
    Baseline, Comment, Decisions, Ignores, Outcome, Show, Trust, can_be_settled, settle,
};

use crate::{Failure, Kind, World, output};

/// The file of suppressions that is looked for in the folder that one is in.
const FILE: &str = ".mcpwarden.toml";

/// What has been decided.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Decisions")]
pub(super) struct DecideArgs {
    /// A file of suppressions; `.mcpwarden.toml` of the folder you are in without it
    ///
    /// Each has a rule, a path or a fingerprint, a reason, and perhaps a last day. A
    /// `.mcpwarden.toml` inside of what is scanned does not count unless it is named here:
    /// whoever wrote the code would judge it.
    #[arg(long, value_name = "FILE")]
    suppressions: Option<PathBuf>,

    /// Let comments in the scanned code suppress findings in it
    ///
    /// `mcpwarden: ignore[RULE] REASON until 2027-01-31`, at the line or above it. Without this
    /// they do not count: code that wants to do harm could otherwise silence its own scan. For
    /// the same reason they never count about malicious packages, exfiltration and poisoned
    /// tools; nor does a baseline.
    #[arg(long)]
    trust_comments: bool,

    /// Findings that are known already: a baseline, or an earlier report in JSON
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write what is found now to the baseline
    #[arg(long, requires = "baseline")]
    write_baseline: bool,

    /// Leave out what the baseline has
    #[arg(long, requires = "baseline")]
    only_new: bool,
}

impl DecideArgs {
    /// Applies the decisions to a scan, once and after everything else.
    ///
    /// # Errors
    /// When a file with decisions cannot be read or written.
    pub(super) fn apply(
        &self,
        scan: &mut Scan,
        (comments, targets): (&[Comment], &[PathBuf]),
        world: &World,
    ) -> Result<Outcome, Failure> {
        let ignores = self.ignores(targets, world)?;
        let mut decisions = Decisions {
            ignores: &ignores,
            comments,
            trust: if self.trust_comments { Trust::Comments } else { Trust::Nobody },
            baseline: None,
            show: if self.only_new { Show::OnlyNew } else { Show::All },
            today: world.today(),
        };
        let baseline = match &self.baseline {
            Some(file) if self.write_baseline => Some(write(file, scan, &decisions)?),
            Some(file) => Some(read(file)?),
            None => None,
        };
        decisions.baseline = baseline.as_ref();
        Ok(settle(scan, &decisions))
    }

    fn ignores(&self, targets: &[PathBuf], world: &World) -> Result<Ignores, Failure> {
        let file = match &self.suppressions {
            Some(file) => world.cwd.join(file),
            None => world.cwd.join(FILE),
        };
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if self.suppressions.is_none() && is_missing(&error) => {
                return Ok(Ignores::default());
            }
            Err(error) => {
                let message = format!("cannot read the suppressions in `{}`", file.display());
                return Err(Failure::new(Kind::Input, message).caused_by(error));
            }
        };
        if self.suppressions.is_none() && !self.trust_comments && lies_in(&file, targets) {
            output::tell(&format!(
                "`{FILE}` lies in what is scanned and does not count; \
                 if you trust it: `--suppressions {FILE}`\n"
            ));
            return Ok(Ignores::default());
        }
        let shown = self.suppressions.as_deref().unwrap_or(Path::new(FILE));
        Ignores::read(&text, &shown.display().to_string()).map_err(|errors| {
            let message = format!("`{}` has mistakes", shown.display());
            let lines = errors.iter().map(ToString::to_string);
            lines.fold(Failure::new(Kind::Config, message), Failure::hint)
        })
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Whether a file belongs to what is scanned. One that cannot be told counts as if it did.
fn lies_in(file: &Path, targets: &[PathBuf]) -> bool {
    let real = file.canonicalize().ok();
    targets.iter().any(|target| match (&real, target.canonicalize()) {
        (Some(file), Ok(target)) => file.starts_with(target),
        (None, _) | (_, Err(_)) => true,
    })
}

fn read(file: &Path) -> Result<Baseline, Failure> {
    let message = || format!("cannot read the baseline in `{}`", file.display());
    let text = fs::read_to_string(file).map_err(|error| {
        let missing = is_missing(&error);
        let failure = Failure::new(Kind::Input, message()).caused_by(error);
        if missing { failure.hint("to begin one, add `--write-baseline`") } else { failure }
    })?;
    Baseline::read(&text).map_err(|error| Failure::new(Kind::Input, message()).caused_by(error))
}

/// Writes what is open now, after suppressions: one that ends has to bring its finding back.
fn write(file: &Path, scan: &Scan, decisions: &Decisions<'_>) -> Result<Baseline, Failure> {
    let mut trial = scan.clone();
    settle(&mut trial, decisions);
    let cannot = || {
        Failure::new(Kind::Internal, format!("cannot write the baseline to `{}`", file.display()))
    };
    let text = baseline::render(&trial, |finding| can_be_settled(finding.class))
        .map_err(|error| cannot().caused_by(error))?;
    output::save(file, &text)?;
    Baseline::read(&text).map_err(|error| cannot().caused_by(error))
}
