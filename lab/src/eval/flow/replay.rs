//! Replays runs through rules.

use super::labels::{Labels, Traits};
use super::rules::{Pack, Rule};
use super::runs::Run;
use super::session::{Facts, Judged, Session};
use xtask::shell::Failure;

/// A rule that spoke, and the call that it spoke of, counted from 0.
#[derive(Clone, Copy, Debug)]
pub struct Spoken {
    /// The call.
    pub call: usize,
    /// The rule.
    pub rule: &'static Rule,
}

/// What is known at each call of a run, as if nothing had been stopped.
///
/// # Errors
/// A tool has no labels.
pub fn facts(run: &Run, labels: &Labels, judged: &mut Judged<'_>) -> Result<Vec<Facts>, Failure> {
    let mut session = Session::default();
    let mut facts = Vec::with_capacity(run.calls.len());
    for call in &run.calls {
        let traits: Traits = labels.of(call)?;
        facts.push(session.facts(call, &traits, judged));
        session.heard(call, &traits, judged);
    }
    Ok(facts)
}

/// Every time that a rule speaks of a run.
#[must_use]
pub fn spoken(pack: &Pack, facts: &[Facts]) -> Vec<Spoken> {
    let spoken = |(call, facts)| pack.judge(facts).map(|rule| Spoken { call, rule });
    facts.iter().enumerate().filter_map(spoken).collect()
}
