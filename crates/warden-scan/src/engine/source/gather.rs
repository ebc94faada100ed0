//! What one mend takes away is told once: values that reach one place together, places of one
//! function that one value reaches, and what one function does several times.

use std::{cmp::Reverse, collections::BTreeMap};

use warden_model::Severity;

use super::hosts;
use crate::Draft;

/// Gathers the drafts of one rule; `severity` is that of the rule. The worst of each
/// group stays, and says how many it stands for.
pub(super) fn gather(mut drafts: Vec<Draft>, severity: Severity) -> Vec<Draft> {
    for draft in &mut drafts {
        draft.severity.get_or_insert(severity);
    }
    let alone = drafts.into_iter().map(|draft| (draft, [0; 2])).collect();
    let gathered = group(group(alone, place, 0), value, 1);
    hosts::gather(gathered).into_iter().map(|(draft, others)| told(draft, others)).collect()
}

/// A draft, and how many other values and places it stands for.
type Counted = (Draft, [usize; 2]);

/// What is gathered: all drafts with the same names.
type Names = [Option<String>; 4];

/// Ways from a source to a sink that end at one place, and come into its function from the same
/// other one.
fn place(draft: &Draft) -> Option<Names> {
    if draft.trace.is_empty() {
        return None;
    }
    let at = &draft.location;
    let spot = at.line.map(|line| format!("{line}:{}", at.column.unwrap_or_default()))?;
    let mut steps = draft.trace.iter().rev().map(|step| step.location.function.as_ref());
    let from = steps.find(|function| function.is_some() && *function != at.function.as_ref());
    Some([Some(at.file.clone()), Some(spot), draft.subject.tool.clone(), from.flatten().cloned()])
}

/// What happens to one value in one function, or the same that is done there without one.
fn value(draft: &Draft) -> Option<Names> {
    let function = draft.location.function.clone()?;
    let what = match &draft.subject.parameter {
        Some(parameter) if !draft.trace.is_empty() => parameter,
        _ if draft.trace.is_empty() => &draft.message,
        _ => return None,
    };
    let file = Some(draft.location.file.clone());
    Some([file, Some(function), draft.subject.tool.clone(), Some(what.clone())])
}

fn group(drafts: Vec<Counted>, names: fn(&Draft) -> Option<Names>, what: usize) -> Vec<Counted> {
    let mut kept: Vec<Counted> = Vec::with_capacity(drafts.len());
    let mut known: BTreeMap<Names, usize> = BTreeMap::new();
    for (draft, counted) in drafts {
        let Some(names) = names(&draft) else {
            kept.push((draft, counted));
            continue;
        };
        let at = *known.entry(names).or_insert(kept.len());
        let Some((first, others)) = kept.get_mut(at) else {
            kept.push((draft, counted));
            continue;
        };
        let more = others.get(what).map_or(1, |before| before + 1);
        if rank(&draft) < rank(first) {
            (*first, *others) = (draft, counted);
        }
        if let Some(count) = others.get_mut(what) {
            *count = more;
        }
    }
    kept
}

/// The worst first; of equals the surest, and the one with the shortest way.
fn rank(draft: &Draft) -> impl Ord + use<> {
    (Reverse(draft.severity), Reverse(draft.confidence), draft.trace.len())
}

fn told(mut draft: Draft, [values, places]: [usize; 2]) -> Draft {
    let more = |count: usize, noun: &str| match count {
        1 => format!("1 more {noun}"),
        _ => format!("{count} more {noun}s"),
    };
    let words = match (values, places) {
        (0, 0) => return draft,
        (_, 0) => more(values, "value"),
        (0, _) => format!("{} of this function", more(places, "place")),
        _ => format!("{} and {} of this function", more(values, "value"), more(places, "place")),
    };
    draft.message.push_str(&format!(" (and {words})"));
    draft
}

#[cfg(test)]
mod tests {
    use warden_model::{Location, TraceStep};

    use super::*;

    fn draft(line: u32, parameter: &str, severity: Severity) -> Draft {
        let at = Location {
            line: Some(line),
            column: Some(1),
            function: Some("save".into()),
            file: "a.py".into(),
            ..Location::default()
        };
        let mut draft = Draft::at(at.clone(), "it is written", "here").severity(severity);
        draft.trace = vec![TraceStep { location: at, note: String::new(), code: None }];
        draft.tool(Some("note"), Some(parameter))
    }

    fn told_of(drafts: Vec<Draft>) -> Vec<(Option<u32>, String)> {
        gather(drafts, Severity::High)
            .into_iter()
            .map(|one| (one.location.line, one.message))
            .collect()
    }

    #[test]
    fn several_values_at_one_place_are_one_finding_and_the_worst_of_them() {
        let found = told_of(vec![draft(1, "a", Severity::Low), draft(1, "b", Severity::High)]);
        assert_eq!(found, [(Some(1), "it is written (and 1 more value)".into())]);
    }

    #[test]
    fn several_places_of_one_value_in_one_function_are_one_finding() {
        let high = Severity::High;
        let found = told_of(vec![draft(1, "a", high), draft(2, "a", high), draft(3, "a", high)]);
        let message = "it is written (and 2 more places of this function)";
        assert_eq!(found, [(Some(1), message.into())]);
    }

    #[test]
    fn other_values_at_other_places_stay_apart() {
        let found = told_of(vec![draft(1, "a", Severity::High), draft(2, "b", Severity::High)]);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn what_one_function_does_twice_is_one_finding_and_what_two_do_is_two() {
        let without = |line, function: Option<&str>| {
            let mut one = draft(line, "a", Severity::High);
            one.trace.clear();
            one.location.function = function.map(str::to_owned);
            one
        };
        let save = Some("save");
        assert_eq!(told_of(vec![without(1, save), without(2, save)]).len(), 1);
        assert_eq!(told_of(vec![without(1, save), without(2, Some("load"))]).len(), 2);
        assert_eq!(told_of(vec![without(1, None), without(2, None)]).len(), 2);
    }
}
