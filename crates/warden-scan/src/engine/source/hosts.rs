//! One host is told of once: where the same is sent to it from several places, and where a finding
//! that weighs more tells of it already.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use warden_model::{Class, Confidence, Location, Severity};

use super::super::inside;
use crate::{Draft, Rule};

/// Other places that a message names.
const MOST_NAMED: usize = 3;

/// What a rule found.
pub(super) type Found<'r> = (&'r dyn Rule, Vec<Draft>);

/// Makes drafts of one rule one that say the same of the same host and tool. The worst stays, and
/// names the places of the others.
pub(super) fn gather<N: Copy>(drafts: Vec<(Draft, N)>) -> Vec<(Draft, N)> {
    let mut kept: Vec<(Draft, N)> = Vec::with_capacity(drafts.len());
    let mut known: BTreeMap<(String, String, Option<String>), usize> = BTreeMap::new();
    for mut next in drafts {
        let Some(host) = next.0.host.clone() else {
            kept.push(next);
            continue;
        };
        let key = (host, next.0.message.clone(), next.0.subject.tool.clone());
        let at = *known.entry(key).or_insert(kept.len());
        let Some(first) = kept.get_mut(at) else {
            kept.push(next);
            continue;
        };
        if rank(&next.0) < rank(&first.0) {
            std::mem::swap(first, &mut next);
        }
        first.0.stands_for(next.0);
    }
    kept
}

/// What weighs more comes first.
fn rank(draft: &Draft) -> (Reverse<Option<Severity>>, Reverse<Confidence>) {
    (Reverse(draft.severity), Reverse(draft.confidence))
}

/// Leaves out that nothing declares a host where a finding about what is done with it weighs at
/// least as much; that one names the places.
pub(super) fn fold(found: &mut [Found<'_>]) {
    let mut told: Vec<(usize, usize, Draft)> = Vec::new();
    for (_, drafts) in found.iter().filter(|(rule, _)| rule.meta().class == Class::HiddenNetwork) {
        told.extend(drafts.iter().filter_map(|draft| {
            let (rule, at) = stronger(found, draft)?;
            Some((rule, at, draft.clone()))
        }));
    }
    let gone: BTreeSet<(Location, String)> =
        told.iter().map(|(_, _, draft)| (draft.location.clone(), draft.key.clone())).collect();
    for (rule, at, draft) in told {
        if let Some(first) = found.get_mut(rule).and_then(|(_, drafts)| drafts.get_mut(at)) {
            first.stands_for(draft);
        }
    }
    for (_, drafts) in
        found.iter_mut().filter(|(rule, _)| rule.meta().class == Class::HiddenNetwork)
    {
        drafts.retain(|draft| !gone.contains(&(draft.location.clone(), draft.key.clone())));
    }
}

/// The draft that weighs most among those about the same host, if it weighs enough. What is sent
/// there says more of a place than when it is.
fn stronger(found: &[Found<'_>], hidden: &Draft) -> Option<(usize, usize)> {
    let host = hidden.host.as_ref()?;
    let of = |class: Class| {
        let rules =
            found.iter().enumerate().filter(move |(_, (rule, _))| rule.meta().class == class);
        let all = rules.flat_map(|(rule, (_, drafts))| {
            drafts.iter().enumerate().map(move |(at, draft)| ((rule, at), draft))
        });
        let fit = all.filter(|(_, draft)| {
            draft.host.as_ref() == Some(host)
                && draft.severity >= hidden.severity
                && draft.confidence >= hidden.confidence
        });
        fit.min_by_key(|(_, draft)| rank(draft))
    };
    let best = of(Class::DataExfil).or_else(|| of(Class::MaliciousPackage));
    best.map(|(place, _)| place)
}

/// Names the places that a draft stands for as well.
pub(super) fn tell(draft: &mut Draft, root: &str) {
    if draft.others.is_empty() {
        return;
    }
    draft.others.sort();
    let named = draft.others.iter().take(MOST_NAMED).map(|place| {
        let file = inside(&place.file, root);
        place.line.map_or_else(|| format!("`{file}`"), |line| format!("`{file}:{line}`"))
    });
    let mut words: Vec<String> = named.collect();
    match draft.others.len().saturating_sub(MOST_NAMED) {
        0 => {}
        1 => words.push("1 more place".to_owned()),
        more => words.push(format!("{more} more places")),
    }
    let end = words.pop().unwrap_or_default();
    let named = if words.is_empty() { end } else { format!("{} and {end}", words.join(", ")) };
    draft.message.push_str(&format!(" (also at {named})"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::SOURCE_RULES;

    fn draft(file: &str, line: u32, severity: Severity) -> Draft {
        let at = Location { file: file.into(), line: Some(line), ..Location::default() };
        let mut draft = Draft::at(at, "a file is sent", "here").severity(severity);
        draft.host = Some("collect.example".into());
        draft
    }

    fn rule(id: &str) -> &'static dyn Rule {
        let found = SOURCE_RULES.iter().find(|rule| rule.meta().id == id);
        *found.expect("the rule is there")
    }

    fn gathered(drafts: Vec<Draft>) -> Vec<String> {
        let kept = gather(drafts.into_iter().map(|draft| (draft, ())).collect());
        let told = kept.into_iter().map(|(mut draft, ())| {
            tell(&mut draft, "root");
            format!("{}: {}", draft.location.file, draft.message)
        });
        told.collect()
    }

    #[test]
    fn the_same_that_is_sent_from_several_places_is_one_finding_that_names_them() {
        let found = gathered(vec![
            draft("root/a.js", 3, Severity::Medium),
            draft("root/b.js", 4, Severity::High),
            draft("root/c.js", 5, Severity::Medium),
        ]);
        assert_eq!(found, ["root/b.js: a file is sent (also at `a.js:3` and `c.js:5`)"]);
    }

    #[test]
    fn other_tools_other_hosts_and_other_things_stay_apart() {
        let first = draft("a.js", 1, Severity::High);
        let tool = first.clone().tool(Some("save"), None);
        let (mut host, mut thing) = (first.clone(), first.clone());
        host.host = Some("other.example".into());
        thing.message = "the environment is sent".into();
        assert_eq!(gathered(vec![first, tool, host, thing]).len(), 4);
    }

    #[test]
    fn a_host_that_a_stronger_finding_tells_of_is_not_told_again() {
        let mut found: Vec<Found<'_>> = vec![
            (rule("exfiltration"), vec![draft("a.js", 1, Severity::High)]),
            (rule("hidden-network"), vec![draft("b.js", 2, Severity::High)]),
        ];
        fold(&mut found);
        assert!(found[1].1.is_empty());
        assert_eq!(found[0].1[0].others.len(), 1);
    }

    #[test]
    fn a_host_that_only_a_weaker_or_less_sure_finding_tells_of_is_told() {
        let weaker = draft("a.js", 1, Severity::Medium);
        let unsure = draft("a.js", 1, Severity::High).confidence(Confidence::Medium);
        for other in [weaker, unsure] {
            let mut found: Vec<Found<'_>> = vec![
                (rule("exfiltration"), vec![other]),
                (rule("hidden-network"), vec![draft("b.js", 2, Severity::High)]),
            ];
            fold(&mut found);
            assert_eq!(found[1].1.len(), 1);
        }
    }
}
