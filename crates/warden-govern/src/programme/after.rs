//! How tasks are read that go on after the ninety days.

use super::{Sources, skills, tasks::Reading};
use crate::estate::Measure;

/// Done while a control of this kind is set up, and somebody keeps it.
pub(super) fn in_place(from: &Sources<'_>, measure: Measure) -> Reading {
    match from.at.in_place(measure) {
        None => Reading::of(false, format!("there is no {measure}")),
        Some(one) => {
            let kept = from.at.known.accountable(one.owner.as_deref()).is_some();
            let by = one.owner.as_deref().unwrap_or("nobody");
            Reading::of(kept, format!("{} is kept by {by}", one.name))
        }
    }
}

/// Done while somebody with a certificate that counts covers each of the five areas.
pub(super) fn staff(from: &Sources<'_>) -> Reading {
    let skills = skills(from.at.known);
    let covered = skills.areas.iter().filter(|gap| !gap.people.is_empty()).count();
    let missing = skills.areas.iter().filter(|gap| gap.people.is_empty());
    Reading {
        missing: missing.map(|gap| gap.area.to_string()).collect(),
        ..Reading::of(
            covered == skills.areas.len(),
            format!("{covered} of {} areas are covered", skills.areas.len()),
        )
    }
}
