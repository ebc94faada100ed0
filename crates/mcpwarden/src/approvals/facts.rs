//! What the certificate and the store show of a server, for the questions that they answer.
//!
//! What nobody has looked at stays unknown, and is left to a person. A no from evidence stays a no
//! whatever people say, so a fact is told only where somebody has looked at all of it.

use serde_json::{Value, json};
use warden_collect::store::{Check, NodeKind, Store, Writer};
use warden_model::{Digest, Effect, Scan, Surface};
use warden_policy::{
    Time,
    approval::{
        ActingTool, Answer, Disclosure, Fact, Facts, Release, Run, RunKind, ToolRule, automatic,
    },
    certificate::{Certificate, DEFAULT_DAYS, Outcome, Stage},
};

use super::changed;
use crate::{Failure, Kind};

/// What the evidence of what tools do is called in a certificate.
pub(crate) const TOOLS: &str = "tools";

/// The longest evidence of what tools do.
const MOST: u64 = 16 << 20;

/// What tools do, by their code and by their words: evidence of a certification.
pub(crate) fn tools(scan: &Scan, surface: &Surface) -> Value {
    let shown =
        surface.definitions.iter().filter(|it| it.kind == warden_model::DefinitionKind::Tool);
    let rows = shown.map(|tool| {
        let code = scan.tools.iter().find(|it| it.tool.as_deref() == Some(tool.name.as_str()));
        let words = warden_detect::effects(&tool.body).effect;
        let effects =
            code.map(|it| it.effects.iter().map(|act| act.effect.name()).collect::<Vec<_>>());
        json!({
            "by_code": effects,
            "by_words": words.name(),
            "credentials": code.map(|it| &it.credentials),
            "hosts": code.map(|it| &it.hosts),
            "name": tool.name,
            "systems": code.map(|it| &it.systems),
        })
    });
    json!({ "tools": rows.collect::<Vec<_>>() })
}

/// What evidence answers of a server, with that evidence put into the store.
///
/// # Errors
/// When the store cannot be written.
pub(crate) fn answers(
    (name, certificate): (&str, &Certificate),
    subject: Digest,
    writer: &Writer<'_>,
    now: Time,
) -> Result<Vec<Answer>, Failure> {
    let looking = Looking { certificate, writer };
    let facts = looking.facts()?;
    let answers = automatic(&facts, subject, now, env!("CARGO_PKG_VERSION"));
    let mut record = changed::kept(name, writer);
    let shown = answers.iter().filter_map(|it| Some((it.question.clone(), it.evidence?)));
    record.blobs.extend(shown.map(|(question, digest)| (format!("automatic:{question}"), digest)));
    changed::set(name, &record, writer)?;
    Ok(answers)
}

struct Looking<'a> {
    certificate: &'a Certificate,
    writer: &'a Writer<'a>,
}

impl Looking<'_> {
    fn facts(&self) -> Result<Facts, Failure> {
        let certificate = self.put(&self.certificate.write().map_err(|error| {
            Failure::new(Kind::Internal, "the certificate cannot be written").caused_by(error)
        })?)?;
        let mut facts = Facts {
            most_run_days: DEFAULT_DAYS,
            runs: Some(self.fact(self.runs(), certificate)),
            ..Facts::default()
        };
        let target = &self.certificate.target;
        if let Some(publisher) = &target.publisher {
            let digests = &self.certificate.digests;
            let release = Release {
                version: target.version.clone().unwrap_or_else(|| "this one".into()),
                digest: digests.artifact.or(digests.tree),
            };
            facts.publisher = Some(publisher.clone());
            facts.releases = Some(self.fact(vec![release], certificate));
        }
        if let Some(policy) = self.security_policy()? {
            let found = Disclosure { policy_found: true, patch_days: None, promise_expires: None };
            facts.disclosure = Some(self.fact(found, policy));
        }
        if let Some((tools, evidence)) = self.tools() {
            self.by_tools(&tools, evidence, &mut facts);
        }
        Ok(facts)
    }

    fn put(&self, bytes: &[u8]) -> Result<Digest, Failure> {
        self.writer
            .put_blob(bytes)
            .map_err(|error| Failure::new(Kind::Config, "cannot use the store").caused_by(error))
    }

    fn fact<T>(&self, value: T, evidence: Digest) -> Fact<T> {
        Fact { value, evidence, at: self.certificate.issued }
    }

    /// The analyses that the certificate tells of.
    fn runs(&self) -> Vec<Run> {
        let kind = |stage: Stage| match stage {
            Stage::Source => Some(RunKind::Source),
            Stage::Taint => Some(RunKind::Taint),
            Stage::SupplyChain => Some(RunKind::SupplyChain),
            Stage::Secrets | Stage::ToolText | Stage::Configuration | Stage::Behaviour => None,
        };
        let run = |record: &warden_policy::certificate::StageRecord| {
            Some(Run {
                kind: kind(record.stage)?,
                tool: record.tool.name.clone(),
                version: record.tool.version.clone(),
                // One that did not finish has none, and does not count.
                rules: record.rules.unwrap_or_else(|| Digest::of(b"")),
                at: self.certificate.issued,
                finished: record.outcome == Outcome::Finished && record.rules.is_some(),
            })
        };
        self.certificate.stages.iter().filter_map(run).collect()
    }

    /// The security policy in the tree. That there is none there says nothing: it may be elsewhere.
    fn security_policy(&self) -> Result<Option<Digest>, Failure> {
        let store: &Store = self.writer.store();
        let Some(tree) = self.certificate.digests.tree else { return Ok(None) };
        let (Ok(manifest), Ok(root)) = (store.manifest(tree), store.tree(tree, Check::Quick))
        else {
            return Ok(None);
        };
        let ours = |path: &str| !path.split('/').any(|part| part == "node_modules");
        let named = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
            ["security.md", "security.txt", "security.rst"].contains(&name.as_str())
        };
        let found = manifest.nodes().iter().find(|node| {
            let small = matches!(node.kind, NodeKind::File { size, .. } if size <= MOST);
            small && ours(&node.path) && named(&node.path)
        });
        let Some(node) = found else { return Ok(None) };
        let bytes = std::fs::read(root.path.join(&node.path))
            .map_err(|error| Failure::new(Kind::Config, "cannot use the store").caused_by(error))?;
        self.put(&bytes).map(Some)
    }

    /// What tools do, if that was written down, and its digest.
    fn tools(&self) -> Option<(Vec<Value>, Digest)> {
        let named = self.certificate.evidence.iter().find(|named| named.name == TOOLS)?;
        let bytes = self.writer.store().blob(named.digest, MOST).ok()?;
        let value = warden_seal::read_strict(&bytes, bytes.len()).ok()?;
        Some((value.get("tools")?.as_array()?.clone(), named.digest))
    }

    /// Whether all of the code was read and understood, so that what is not in it is not there.
    fn understood(&self) -> bool {
        let whole = |stage: Stage| {
            self.certificate.stages.iter().any(|record| {
                let coverage = &record.coverage;
                record.stage == stage
                    && record.outcome == Outcome::Finished
                    && coverage.known > 0
                    && coverage.looked_at == coverage.known
                    && coverage.gaps.is_empty()
            })
        };
        whole(Stage::Source) && whole(Stage::Taint)
    }

    /// What follows from what tools do, where the code of every one of them is known.
    fn by_tools(&self, tools: &[Value], evidence: Digest, facts: &mut Facts) {
        let known = |tool: &Value| tool.get("by_code").is_some_and(Value::is_array);
        if tools.is_empty() || !self.understood() || !tools.iter().all(known) {
            return;
        }
        let all = |member: &str| -> Vec<String> {
            let lists = tools.iter().filter_map(|tool| tool.get(member)?.as_array());
            let mut all: Vec<String> =
                lists.flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect();
            all.sort();
            all.dedup();
            all
        };
        let mut systems = all("systems");
        systems.extend(all("hosts"));
        if !systems.is_empty() {
            facts.systems = Some(self.fact(systems, evidence));
        }
        let read = Effect::Read.name();
        let reads = |tool: &Value| {
            let by_code = tool.get("by_code").and_then(Value::as_array);
            by_code.is_some_and(|all| all.iter().all(|it| it.as_str() == Some(read)))
                && tool.get("by_words").and_then(Value::as_str) == Some(read)
        };
        // Whether somebody confirms what acts is not known from here: a person says so.
        if tools.iter().all(reads) {
            let acting = |tool: &Value| ActingTool {
                name: tool.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
                effect: Some(Effect::Read),
                rule: ToolRule::Unknown,
            };
            facts.acting = Some(self.fact(tools.iter().map(acting).collect(), evidence));
        }
    }
}
