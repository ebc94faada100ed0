//! Runs the rules over what a server is built from.

use std::collections::BTreeSet;

use warden_model::Finding;

use super::{About, Database, Hit, Known, LicencePolicy, Supply, SupplyView};
use crate::{
    RULES,
    engine::{finding, order_findings},
};

/// A database that is older than this is told: what was published since is not in it.
const STALE: i64 = 30 * 24 * 60 * 60;
/// A clock that is this far behind the database is wrong.
const SKEW: i64 = 24 * 60 * 60;

/// By what is judged.
#[derive(Clone, Copy, Debug)]
pub struct Judging<'k> {
    /// Names that others are mistaken for.
    pub known: &'k Known,
    /// Which licences are approved.
    pub licences: &'k LicencePolicy,
    /// The time, in seconds since 1970.
    pub now: i64,
}

/// What is said of a supply.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
    /// Every known vulnerability, by the package URL of what it is in, in order: what a bill of
    /// materials lists.
    pub hits: Vec<(String, Hit)>,
    /// What could not be decided, in order.
    pub gaps: Vec<SupplyGap>,
    /// By which database.
    pub database: About,
}

/// Something that could not be decided.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SupplyGap {
    /// The file, empty if it is about no file.
    pub file: String,
    /// The line, from 1; 0 where there is none.
    pub line: u32,
    /// The package, as it is shown to people; empty if it is about none.
    pub component: String,
    /// What is not known, in one sentence without a full stop.
    pub detail: String,
}

/// Judges what a server is built from. The same input in any order gives the same result.
#[must_use]
pub fn judge(supply: &Supply, database: &Database<'_>, how: &Judging<'_>) -> Judged {
    let mut gaps = BTreeSet::new();
    let about = database.about();
    gaps.extend(age(about, how.now));
    let view = SupplyView::of(supply, database, how, &mut gaps);
    let mut findings: Vec<Finding> = Vec::new();
    for rule in RULES.iter() {
        let mut drafts = Vec::new();
        rule.check_supply(&view, &mut drafts);
        findings.extend(drafts.into_iter().map(|draft| finding(*rule, draft, "")));
    }
    order_findings(&mut findings);
    let mut hits: Vec<(String, Hit)> = Vec::new();
    for part in &view.parts {
        hits.extend(part.hits.iter().map(|hit| (part.component.purl(), hit.clone())));
    }
    hits.sort_by(|(a, x), (b, y)| (a, &x.id).cmp(&(b, &y.id)));
    hits.dedup();
    Judged { findings, hits, gaps: gaps.into_iter().collect(), database: about.clone() }
}

fn age(about: &About, now: i64) -> Option<SupplyGap> {
    let old = now.saturating_sub(about.built_at);
    let detail = if old > STALE {
        format!("the database of advisories is {} days old", old / (24 * 60 * 60))
    } else if old < -SKEW {
        "the database of advisories is from the future: the clock is wrong, or its own was"
            .to_owned()
    } else {
        return None;
    };
    Some(SupplyGap { file: String::new(), line: 0, component: String::new(), detail })
}
