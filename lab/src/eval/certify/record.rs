//! What is kept of a certificate: nothing that depends on when and where it was made.

use std::collections::{BTreeMap, BTreeSet};

use std::path::Path;

use serde::{Deserialize, Serialize};

use xtask::shell::{self, Failure};

/// A digest is told by as many digits of it.
const DIGITS: usize = 12;

/// What came of certifying a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// There is a certificate.
    Certified(Row),
    /// There is none, and why.
    Refused(String),
}

/// A certificate in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Of the archive that was fetched.
    pub archive: Option<String>,
    /// Of the tree that is started.
    pub tree: Option<String>,
    /// How many tools it showed; nothing if nobody saw them.
    pub tools: Option<usize>,
    /// The outcome of each stage.
    pub stages: BTreeMap<String, String>,
    /// Open findings by severity.
    pub open: BTreeMap<String, u64>,
    /// The score.
    pub score: u64,
    /// The level.
    pub level: u64,
    /// What caps the level, each with the stage that it is about, and the level that it leaves.
    pub caps: BTreeSet<(u64, String)>,
}

impl Outcome {
    /// The certificate in short, if there is one.
    #[must_use]
    pub const fn row(&self) -> Option<&Row> {
        match self {
            Self::Certified(row) => Some(row),
            Self::Refused(_) => None,
        }
    }
}

/// A certificate as `mcpwarden certify --json` shows it, as far as it is looked at here.
#[derive(Clone, Debug, Deserialize)]
pub struct Shown {
    digests: Digests,
    evidence: Vec<Evidence>,
    findings: Findings,
    level: u64,
    score: Score,
    stages: Vec<Stage>,
}

#[derive(Clone, Debug, Deserialize)]
struct Digests {
    artifact: Option<String>,
    tree: Option<String>,
    manifest: Option<String>,
    tools: Vec<serde_json::Value>,
}

#[derive(Clone, Debug, Deserialize)]
struct Findings {
    counts: BTreeMap<String, u64>,
    open: Vec<Open>,
}

#[derive(Clone, Debug, Deserialize)]
struct Evidence {
    digest: String,
    name: String,
}

/// What a stage has found, as far as it is looked at here.
#[derive(Clone, Debug, Deserialize)]
struct Found {
    findings: Vec<Place>,
}

#[derive(Clone, Debug, Deserialize)]
struct Place {
    fingerprint: String,
    file: String,
}

/// An open finding.
#[derive(Clone, Debug, Deserialize)]
pub struct Open {
    /// The file that it is in, from the evidence; nothing if it is in none.
    #[serde(skip)]
    pub file: Option<String>,
    /// The same for the same problem.
    pub fingerprint: String,
    /// The rule.
    pub rule: String,
    /// The severity by name.
    pub severity: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Score {
    total: u64,
    caps: Vec<Cap>,
}

#[derive(Clone, Debug, Deserialize)]
struct Cap {
    because: String,
    code: String,
    level: u64,
}

#[derive(Clone, Debug, Deserialize)]
struct Stage {
    stage: String,
    outcome: String,
}

impl Shown {
    /// The certificate in short.
    #[must_use]
    pub fn row(&self) -> Row {
        let seen = self.digests.manifest.is_some();
        Row {
            archive: self.digests.artifact.as_deref().map(short),
            tree: self.digests.tree.as_deref().map(short),
            tools: seen.then_some(self.digests.tools.len()),
            stages: self
                .stages
                .iter()
                .map(|one| (one.stage.clone(), one.outcome.clone()))
                .collect(),
            open: self.findings.counts.clone(),
            score: self.score.total,
            level: self.level,
            caps: self.score.caps.iter().map(|cap| (cap.level, told(cap))).collect(),
        }
    }

    /// Looks up in the evidence which file each finding is in. `blobs` is where evidence lies, named
    /// by its digest.
    ///
    /// # Errors
    /// Evidence that is missing, or is none.
    pub fn place(&mut self, blobs: &Path) -> Result<(), Failure> {
        let mut files = BTreeMap::new();
        for evidence in self.evidence.iter().filter(|one| one.name.starts_with("stage:")) {
            let digits = evidence.digest.trim_start_matches("sha256:");
            let found: Found = shell::read_json(&blobs.join(digits))?;
            let places = found.findings.into_iter().filter(|place| !place.file.is_empty());
            files.extend(places.map(|place| (place.fingerprint, place.file)));
        }
        for open in &mut self.findings.open {
            open.file = files.get(&open.fingerprint).cloned();
        }
        Ok(())
    }

    /// The open findings.
    #[must_use]
    pub fn open(&self) -> &[Open] {
        &self.findings.open
    }
}

/// The first digits of a digest, without the name of the algorithm.
fn short(digest: &str) -> String {
    let digits = digest.split_once(':').map_or(digest, |(_, digits)| digits);
    digits.chars().take(DIGITS).collect()
}

/// The code of a cap with the stage that its reason names. The rest of the reason can hold what a
/// server said when it was started.
fn told(cap: &Cap) -> String {
    let mut parts = cap.because.split('`');
    match (parts.next(), parts.next()) {
        (Some(before), Some(stage)) if before.ends_with("stage ") => {
            format!("{} {stage}", cap.code)
        }
        _ => cap.code.clone(),
    }
}

/// Why there is no certificate, from what the program wrote on its standard error: its own words,
/// without the paths and addresses in them, which differ from machine to machine.
#[must_use]
pub fn reason(words: &str) -> String {
    let said = words.lines().filter_map(|line| {
        let line = line.trim();
        line.strip_prefix("error: ").or_else(|| line.strip_prefix("because: "))
    });
    let mut said: Vec<String> = said.map(placeless).collect();
    // A cause repeats the words of the next one.
    said.dedup_by(|next, one| one.starts_with(next.as_str()));
    // The first line names the target again.
    let causes = said.get(1..).filter(|causes| !causes.is_empty()).unwrap_or(&said);
    let last = causes.iter().rev().take(2).rev();
    let told: Vec<&str> = last.map(String::as_str).collect();
    if told.is_empty() { "it said nothing".into() } else { told.join(": ") }
}

fn placeless(line: &str) -> String {
    let word = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/' && c != '~');
        let place = word.contains("://") || bare.starts_with(['/', '~']);
        if place { "…".to_owned() } else { word.to_owned() }
    };
    line.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CERTIFICATE: &str = r#"{
        "evidence": [{"name": "stage:taint", "digest": "sha256:ab"}],
        "digests": {"artifact": "sha256:0123456789abcdef", "tree": null,
                    "manifest": "sha256:00", "tools": [{}, {}]},
        "findings": {"counts": {"high": 1},
                     "open": [{"fingerprint": "f", "rule": "r", "severity": "high", "class": "C"}]},
        "issued": "2026-01-01T00:00:00Z", "level": 0,
        "score": {"total": 71, "caps": [
            {"code": "open-high", "because": "1 of severity High is open", "level": 1},
            {"code": "stage-unfinished", "because": "stage `taint` did not finish: /srv/x", "level": 0}]},
        "stages": [{"stage": "taint", "outcome": "unfinished"}]}"#;

    #[test]
    fn what_depends_on_time_and_place_is_not_kept() {
        let shown: Shown = serde_json::from_str(CERTIFICATE).expect("it is a certificate");
        let row = shown.row();
        assert_eq!((row.archive.as_deref(), row.tools), (Some("0123456789ab"), Some(2)));
        assert_eq!(row.tree, None);
        let caps: Vec<_> = row.caps.iter().map(|(level, told)| (*level, told.as_str())).collect();
        assert_eq!(caps, [(0, "stage-unfinished taint"), (1, "open-high")]);
        let text = serde_json::to_string(&row).expect("it can be written");
        assert!(!text.contains("/srv") && !text.contains("2026"), "{text}");
        assert_eq!(shown.open().len(), 1);
    }

    #[test]
    fn findings_are_placed_by_their_evidence() {
        let mut shown: Shown = serde_json::from_str(CERTIFICATE).expect("it is a certificate");
        let blobs = tempfile::tempdir().expect("there is a folder for temporary files");
        assert!(shown.place(blobs.path()).is_err(), "the evidence is not there");
        let evidence = r#"{"findings": [{"fingerprint": "f", "file": "a.py", "line": 1},
                                        {"fingerprint": "g", "file": ""}]}"#;
        std::fs::write(blobs.path().join("ab"), evidence).expect("it can be written");
        shown.place(blobs.path()).expect("the evidence is there");
        assert_eq!(shown.open()[0].file.as_deref(), Some("a.py"));
    }

    #[test]
    fn a_certificate_without_a_part_is_none() {
        assert!(serde_json::from_str::<Shown>("{}").is_err());
        let without = CERTIFICATE.replace("\"total\": 71,", "");
        assert!(serde_json::from_str::<Shown>(&without).is_err());
    }

    #[test]
    fn a_reason_names_no_place() {
        let words = "note: x\nerror: cannot fetch `a`\n  because: it failed\n  because: it failed\n  \
                     because: no such file `/srv/a/b` at https://registry.example/a\n  help: h\n";
        assert_eq!(reason(words), "it failed: no such file … at …");
        let words = "error: a\nbecause: refused\nbecause: it is bad (at `b`)\nbecause: it is bad\n";
        assert_eq!(reason(words), "refused: it is bad (at `b`)");
        assert_eq!(reason("error: cannot fetch `a`"), "cannot fetch `a`");
        assert_eq!(reason(""), "it said nothing");
    }
}
