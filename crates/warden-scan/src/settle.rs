//! What people have decided about findings, applied once after all rules: suppressions with a
//! reason, and a baseline of what is known already.
//!
//! A suppression that does nothing is a finding itself: one that is out of date, that names no
//! rule, or that nothing needs any more. Whoever wrote the scanned code cannot silence a scan of
//! it unless the caller trusts them, and never about malice.

mod baseline;
mod comment;
mod date;
mod ignore;
mod persona;
#[cfg(test)]
pub(crate) mod tests;

use warden_model::{
    Class, Confidence, Decision, Digest, Finding, Location, Scan, Settled, SuppressedBy,
};

use crate::{
    Draft,
    engine::{finding, order},
    rules::invalid_suppression::InvalidSuppression,
};

pub use baseline::{Baseline, BaselineError};
pub use comment::Comment;
pub(crate) use comment::comments;
pub use date::Date;
pub use ignore::{Ignore, IgnoreError, Ignores};
pub use persona::show_to;

/// Classes that nobody who profits from it may hide: neither the scanned code nor a baseline.
const NEVER: &[Class] = &[Class::MaliciousPackage, Class::DataExfil, Class::ToolPoisoning];

/// Whether comments in the scanned code count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// They do not: whoever wrote the code would judge it.
    Nobody,
    /// They do, except about malice.
    Comments,
}

/// What happens to findings that the baseline has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// They stay in the report, as known.
    All,
    /// They are left out.
    OnlyNew,
}

/// What people have decided.
#[derive(Clone, Copy, Debug)]
pub struct Decisions<'a> {
    /// The suppressions of a file.
    pub ignores: &'a Ignores,
    /// The suppressions in the scanned code.
    pub comments: &'a [Comment],
    /// Whether those count.
    pub trust: Trust,
    /// What is known already.
    pub baseline: Option<&'a Baseline>,
    /// What happens to that.
    pub show: Show,
    /// The day on which this is asked.
    pub today: Date,
}

/// What the decisions came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Comments that ask to ignore something and are not trusted.
    pub untrusted: usize,
    /// Findings of the baseline that are gone.
    pub gone: usize,
}

/// Whether a class can be in a baseline, or be suppressed by the code itself.
#[must_use]
pub fn can_be_settled(class: Class) -> bool {
    !NEVER.contains(&class)
}

/// Takes the findings that somebody has decided about out of the open ones, and adds those about
/// decisions that do nothing.
pub fn settle(scan: &mut Scan, decisions: &Decisions<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let trusted = match decisions.trust {
        Trust::Comments => decisions.comments,
        Trust::Nobody => {
            outcome.untrusted = decisions.comments.len();
            &[]
        }
    };
    let mut used_ignores = vec![false; decisions.ignores.entries.len()];
    let mut used_comments = vec![false; trusted.len()];
    let mut open = Vec::new();
    for finding in std::mem::take(&mut scan.findings) {
        let ignored = suppressed_by_file(&finding, decisions, &mut used_ignores)
            .or_else(|| suppressed_by_comment(&finding, trusted, decisions, &mut used_comments));
        match ignored {
            Some(decision) => scan.settled.push(Settled { finding, decision }),
            None => open.push(finding),
        }
    }
    scan.findings = open;
    if let Some(baseline) = decisions.baseline {
        outcome.gone = known(scan, baseline, decisions.show);
    }
    let ignores = decisions.ignores.entries.iter().zip(&used_ignores);
    scan.findings.extend(ignores.filter_map(|(one, used)| idle_ignore(one, *used, decisions)));
    let comments = trusted.iter().zip(&used_comments);
    scan.findings.extend(comments.filter_map(|(one, used)| idle_comment(one, *used, decisions)));
    order(scan);
    outcome
}

fn suppressed_by_file(
    finding: &Finding,
    decisions: &Decisions<'_>,
    used: &mut [bool],
) -> Option<Decision> {
    let entries = decisions.ignores.entries.iter().zip(used);
    let mut matching = entries.filter(|(one, _)| {
        let exact = one.fingerprint.is_some() && one.until.is_some();
        !one.is_over(decisions.today)
            && one.covers(finding)
            && (exact || can_be_settled(finding.class))
    });
    let (first, used) = matching.next()?;
    *used = true;
    // Others that cover it are used as well: which one comes first says nothing about them.
    matching.for_each(|(_, used)| *used = true);
    Some(Decision::Suppressed {
        reason: first.reason.clone(),
        until: first.until.map(|date| date.to_string()),
        by: SuppressedBy::File,
        place: first.place.clone(),
    })
}

fn suppressed_by_comment(
    finding: &Finding,
    comments: &[Comment],
    decisions: &Decisions<'_>,
    used: &mut [bool],
) -> Option<Decision> {
    if !can_be_settled(finding.class) {
        return None;
    }
    let (first, used) = comments.iter().zip(used).find(|(one, _)| {
        one.problem.is_none() && !one.is_over(decisions.today) && one.covers(finding)
    })?;
    *used = true;
    Some(Decision::Suppressed {
        reason: first.reason.clone(),
        until: first.until.map(|date| date.to_string()),
        by: SuppressedBy::Comment,
        place: first.place.clone(),
    })
}

/// Takes out what the baseline has. Returns how much of it is gone.
fn known(scan: &mut Scan, baseline: &Baseline, show: Show) -> usize {
    let in_it = |finding: &Finding| {
        can_be_settled(finding.class) && baseline.fingerprints.contains(&finding.fingerprint)
    };
    let (known, open): (Vec<_>, Vec<_>) =
        std::mem::take(&mut scan.findings).into_iter().partition(in_it);
    scan.findings = open;
    let here: Vec<&Digest> = known.iter().map(|finding| &finding.fingerprint).collect();
    let suppressed = scan.settled.iter().map(|settled| &settled.finding.fingerprint);
    let there: std::collections::BTreeSet<&Digest> = here.into_iter().chain(suppressed).collect();
    let gone = baseline.fingerprints.iter().filter(|print| !there.contains(print)).count();
    if show == Show::All {
        let settled =
            known.into_iter().map(|finding| Settled { finding, decision: Decision::Known });
        scan.settled.extend(settled);
    }
    gone
}

fn idle_ignore(one: &Ignore, used: bool, decisions: &Decisions<'_>) -> Option<Finding> {
    let message = match one.until {
        Some(until) if one.is_over(decisions.today) => over(until),
        _ if used => return None,
        _ => "a suppression covers no finding any more".to_owned(),
    };
    Some(idle(one.place.clone(), message, &one.told()))
}

fn idle_comment(one: &Comment, used: bool, decisions: &Decisions<'_>) -> Option<Finding> {
    let message = match (&one.problem, one.until) {
        (Some(problem), _) => problem.clone(),
        (None, Some(until)) if one.is_over(decisions.today) => over(until),
        _ if used => return None,
        _ => "a suppression covers no finding any more".to_owned(),
    };
    Some(idle(one.place.clone(), message, &one.rules.join(",")))
}

fn over(until: Date) -> String {
    format!("a suppression has ended with {until}")
}

fn idle(place: Location, message: String, key: &str) -> Finding {
    let mut draft = Draft::at(place, message, "this does nothing").key(key);
    draft.confidence = Confidence::High;
    finding(&InvalidSuppression, draft, "")
}
