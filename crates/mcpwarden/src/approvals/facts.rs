//! What the certificate, the store and this machine show of a server, for the questions that they
//! answer.
//!
//! What nobody has looked at stays unknown, and is left to a person. A no from evidence stays a no
//! whatever people say, so a fact is told only where somebody has looked at all of it.

mod gateway;
mod ledger;
mod releases;
mod tools;
mod tree;

use std::path::PathBuf;

use serde_json::Value;
use warden_collect::store::Writer;
use warden_model::Digest;
use warden_policy::{
    Time,
    approval::{Answer, Fact, Facts, Reply, Run, RunKind, Signature, automatic},
    certificate::{Certificate, DEFAULT_DAYS, Outcome, Stage},
};

pub(crate) use tools::{TOOLS, tools};

use super::changed;
use crate::{Failure, Kind, World, paths::Paths};

/// The longest evidence that is read.
const MOST: u64 = 16 << 20;

/// What somebody hands in as evidence, beside what is known anyway.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Evidence")]
pub(crate) struct Given {
    /// The configuration of the gateway that it is behind: what it lets through, and by which kind
    /// of credentials. Values are neither shown nor kept
    #[arg(long, value_name = "FILE")]
    gateway: Option<PathBuf>,

    /// The security.txt that its vendor serves, in place of one in the tree
    #[arg(long, value_name = "FILE")]
    security_txt: Option<PathBuf>,
}

/// What is answered, and what was answered before.
pub(crate) struct About<'a> {
    pub(crate) name: &'a str,
    pub(crate) certificate: &'a Certificate,
    /// The digest of what is approved.
    pub(crate) subject: Digest,
    pub(crate) before: &'a [Answer],
    pub(crate) given: &'a Given,
}

/// What evidence answers of a server, with that evidence put into the store.
///
/// # Errors
/// When the store cannot be written, or what was handed in cannot be used.
pub(crate) fn answers(
    about: &About<'_>,
    writer: &Writer<'_>,
    now: Time,
    at: (&World, &Paths),
) -> Result<Vec<Answer>, Failure> {
    let facts = Looking { about, writer, now, at }.facts()?;
    let answers = automatic(&facts, about.subject, now, env!("CARGO_PKG_VERSION"));
    let answers: Vec<Answer> = answers.into_iter().filter(|it| !forgets(it, about)).collect();
    let mut record = changed::kept(about.name, writer);
    let shown = answers.iter().filter_map(|it| Some((it.question.clone(), it.evidence?)));
    record.blobs.extend(shown.map(|(question, digest)| (format!("automatic:{question}"), digest)));
    changed::set(about.name, &record, writer)?;
    Ok(answers)
}

/// Whether an answer would only take back a no that evidence has given for the same server: since
/// it is not known any more, or since the file that showed it was left out.
fn forgets(answer: &Answer, about: &About<'_>) -> bool {
    let of = |it: &&Answer| {
        it.is_automatic() && it.question == answer.question && it.subject == about.subject
    };
    let last = about.before.iter().filter(of).max_by_key(|it| it.at);
    let left_out = match answer.question.as_str() {
        "A5" | "A9" => about.given.gateway.is_none(),
        "A3" | "A12" | "V12" => about.given.security_txt.is_none(),
        _ => false,
    };
    let weaker = answer.reply == Reply::Unknown || (left_out && answer.reply != Reply::No);
    weaker && last.is_some_and(|it| it.reply == Reply::No)
}

struct Looking<'a> {
    about: &'a About<'a>,
    writer: &'a Writer<'a>,
    now: Time,
    at: (&'a World, &'a Paths),
}

impl Looking<'_> {
    fn facts(&self) -> Result<Facts, Failure> {
        let certificate = self.put(&self.certificate().write().map_err(|error| {
            Failure::new(Kind::Internal, "the certificate cannot be written").caused_by(error)
        })?)?;
        let mut facts = Facts {
            most_run_days: DEFAULT_DAYS,
            runs: Some(self.fact(self.runs(), certificate)),
            ..Facts::default()
        };
        self.releases(certificate, &mut facts)?;
        self.tree(&mut facts)?;
        self.tools(&mut facts);
        self.ledger(&mut facts)?;
        self.gateway(&mut facts)?;
        Ok(facts)
    }

    const fn certificate(&self) -> &Certificate {
        self.about.certificate
    }

    fn put(&self, bytes: &[u8]) -> Result<Digest, Failure> {
        self.writer
            .put_blob(bytes)
            .map_err(|error| Failure::new(Kind::Config, "cannot use the store").caused_by(error))
    }

    /// Puts a value into the store.
    fn put_value(&self, value: &Value) -> Result<Digest, Failure> {
        let bytes = warden_seal::canonical(value).map_err(|error| {
            Failure::new(Kind::Internal, "what was found has no canonical form").caused_by(error)
        })?;
        self.put(&bytes)
    }

    /// What was found when it was certified.
    fn fact<T>(&self, value: T, evidence: Digest) -> Fact<T> {
        Fact { value, evidence, at: self.certificate().issued }
    }

    /// What was found now.
    const fn fact_now<T>(&self, value: T, evidence: Digest) -> Fact<T> {
        Fact { value, evidence, at: self.now }
    }

    /// What a certification wrote down under a name, if it is still there, and its digest.
    fn written(&self, name: &str) -> Option<(Value, Digest)> {
        let named = self.certificate().evidence.iter().find(|named| named.name == name)?;
        let bytes = self.writer.store().blob(named.digest, MOST).ok()?;
        Some((warden_seal::read_strict(&bytes, bytes.len()).ok()?, named.digest))
    }

    /// What the stage that looks at where it comes from has written down.
    fn supply_chain(&self) -> Option<(Value, Digest)> {
        self.written("stage:supply-chain")
    }

    /// The analyses that the certificate tells of.
    fn runs(&self) -> Vec<Run> {
        let kind = |stage: Stage| match stage {
            Stage::Source => Some(RunKind::Source),
            Stage::Taint => Some(RunKind::Taint),
            Stage::SupplyChain => Some(RunKind::SupplyChain),
            Stage::Secrets | Stage::ToolText | Stage::Configuration | Stage::Behaviour => None,
        };
        let certificate = self.certificate();
        let run = |record: &warden_policy::certificate::StageRecord| {
            Some(Run {
                kind: kind(record.stage)?,
                tool: record.tool.name.clone(),
                version: record.tool.version.clone(),
                // One that did not finish has none, and does not count.
                rules: record.rules.unwrap_or_else(|| Digest::of(b"")),
                at: certificate.issued,
                finished: record.outcome == Outcome::Finished && record.rules.is_some(),
            })
        };
        certificate.stages.iter().filter_map(run).collect()
    }

    /// Whether a stage has looked at everything that it knows of.
    fn whole(&self, stage: Stage) -> bool {
        self.certificate().stages.iter().any(|record| {
            let coverage = &record.coverage;
            record.stage == stage
                && record.outcome == Outcome::Finished
                && coverage.known > 0
                && coverage.looked_at == coverage.known
                && coverage.gaps.is_empty()
        })
    }
}

/// The proof of where it was built, as far as it says anything of a signature (V1).
fn signature(outcome: &str) -> Option<Signature> {
    match outcome {
        "proven" => Some(Signature::Verified),
        "false" => Some(Signature::Broken),
        // That a registry has no statement says nothing of other signatures.
        _ => None,
    }
}
