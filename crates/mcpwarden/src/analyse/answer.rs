//! The result of a tree as JSON, between a worker and its parent, and in the cache.
//!
//! Both are the same program, so the version only guards against a cache of another one.

mod agents;
mod coverage;
mod finding;
mod place;
mod surface;

use serde::{Deserialize, Serialize};
use warden_model::SourceCoverage;
use warden_scan::TreeScan;

use agents::Started;
use coverage::{Gap, Language, Remark, Skipped, Unread};
use finding::Finding;
use surface::{Profile, Surface};

const VERSION: u32 = 2;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    version: u32,
    findings: Vec<Finding>,
    languages: Vec<Language>,
    gaps: Vec<Gap>,
    skipped: Vec<Skipped>,
    surfaces: Vec<Surface>,
    tools: Vec<Profile>,
    agents: Vec<Started>,
    unread: Vec<Unread>,
    comments: Vec<Remark>,
}

/// The result as bytes.
pub(super) fn write(scan: &TreeScan) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Answer {
        version: VERSION,
        findings: scan.findings.iter().map(Finding::of).collect(),
        languages: scan.coverage.languages.iter().map(Language::of).collect(),
        gaps: scan.coverage.gaps.iter().map(Gap::of).collect(),
        skipped: scan.coverage.skipped.iter().map(Skipped::of).collect(),
        surfaces: scan.surfaces.iter().map(Surface::of).collect(),
        tools: scan.tools.iter().map(Profile::of).collect(),
        agents: scan.agents.iter().map(Started::of).collect(),
        unread: scan.unread.iter().map(Unread::of).collect(),
        comments: scan.comments.iter().map(Remark::of).collect(),
    })
}

/// Reads a result. `None` for anything that [`write()`] does not write: half a result would be
/// taken for a whole one.
pub(super) fn read(bytes: &[u8]) -> Option<TreeScan> {
    let answer: Answer = serde_json::from_slice(bytes).ok()?;
    if answer.version != VERSION {
        return None;
    }
    Some(TreeScan {
        findings: answer.findings.into_iter().map(Finding::back).collect::<Option<_>>()?,
        coverage: SourceCoverage {
            languages: answer.languages.into_iter().map(Language::back).collect(),
            gaps: answer.gaps.into_iter().map(Gap::back).collect(),
            skipped: answer.skipped.into_iter().map(Skipped::back).collect::<Option<_>>()?,
        },
        surfaces: answer.surfaces.into_iter().map(Surface::back).collect::<Option<_>>()?,
        tools: answer.tools.into_iter().map(Profile::back).collect::<Option<_>>()?,
        agents: answer.agents.into_iter().map(Started::back).collect(),
        unread: answer.unread.into_iter().map(Unread::back).collect::<Option<_>>()?,
        comments: answer.comments.into_iter().map(Remark::back).collect::<Option<_>>()?,
    })
}
