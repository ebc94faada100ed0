//! The tables of an evaluation of text.

use std::collections::BTreeMap;

use super::figures::{Figures, Row};
use super::promise::{DISGUISED, PROMISES};

/// A generated part of the page: its name, its title and its table.
pub type Part = (&'static str, &'static str, fn(&Figures) -> String);

/// The generated parts.
pub static PARTS: &[Part] = &[
    ("detect-promised", "Hostile text: what was promised", promised),
    ("detect-sources", "Hostile text, by who wrote it", sources),
    ("detect-categories", "Hostile text, by sort", categories),
    ("detect-disguises", "Hostile text in disguise", disguises),
];

fn promised(figures: &Figures) -> String {
    let mut out = String::from(
        "| published by others | found | at least | flagged | at most |\n|---|---:|---:|---:|---:|\n",
    );
    let percent = |share: Option<f64>| share.map_or(String::new(), |share| format!("{share} %"));
    for promise in PROMISES {
        let Some(row) = figures.promised.get(promise.name) else { continue };
        out.push_str(&format!(
            "| {} | {} | {} | {} | {} |\n",
            promise.name,
            share(row.found, row.hostile),
            percent(promise.found),
            share(row.alarms, row.harmless),
            percent(promise.flagged),
        ));
    }
    let worst = figures.disguises.iter().min_by(|(_, one), (_, other)| {
        let kept = |(kept, of): (usize, usize)| ratio(kept, of).unwrap_or(1.0);
        kept(**one).total_cmp(&kept(**other))
    });
    if let Some((name, (kept, of))) = worst {
        let kept = share(*kept, *of);
        out.push_str(&format!(
            "| the disguise that hides most ({name}) | {kept} | {DISGUISED} % | | |\n"
        ));
    }
    out
}

fn sources(figures: &Figures) -> String {
    let mut out = String::from(
        "| | from | found | by rules alone | harmless flagged | by rules alone | precision | F1 | ROC-AUC |\n\
         |---|---|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    let mut sums: BTreeMap<(&str, Line<'_>), Row> = BTreeMap::new();
    for row in figures.rows.values() {
        let own = row.source.starts_with(OWN);
        for line in [Line::Source(&row.source), Line::Whose(own), Line::All] {
            add(sums.entry((&row.subject, line)).or_default(), row);
        }
    }
    for ((subject, line), row) in &sums {
        let name = match line {
            Line::Source(name) => name,
            Line::Whose(false) => "**published by others**",
            Line::Whose(true) => "**written for this**",
            Line::All => "**all**",
        };
        out.push_str(&format!("| {subject} | {name} {}\n", cells(row)));
    }
    out
}

/// What sources that were written for this begin with.
const OWN: &str = "own ";

/// A line of the table of sources, in the order in which they stand.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Line<'a> {
    /// One of them.
    Source(&'a str),
    /// All that were written for this, or all others.
    Whose(bool),
    /// All.
    All,
}

fn categories(figures: &Figures) -> String {
    let mut out = String::from(
        "| | found | by rules alone | harmless flagged | by rules alone |\n|---|---:|---:|---:|---:|\n",
    );
    for (key, row) in &figures.rows {
        out.push_str(&format!(
            "| {key} | {} | {} | {} | {} |\n",
            share(row.found, row.hostile),
            share(row.found_by_rules, row.hostile),
            share(row.alarms, row.harmless),
            share(row.alarms_by_rules, row.harmless),
        ));
    }
    out
}

fn disguises(figures: &Figures) -> String {
    let mut out = String::from("| | still found |\n|---|---:|\n");
    for (key, (kept, of)) in &figures.disguises {
        out.push_str(&format!("| {key} | {} |\n", share(*kept, *of)));
    }
    out
}

fn add(sum: &mut Row, row: &Row) {
    sum.hostile += row.hostile;
    sum.found += row.found;
    sum.found_by_rules += row.found_by_rules;
    sum.harmless += row.harmless;
    sum.alarms += row.alarms;
    sum.alarms_by_rules += row.alarms_by_rules;
    sum.scores.extend(&row.scores);
}

fn cells(row: &Row) -> String {
    let precision = ratio(row.found, row.found + row.alarms);
    let recall = ratio(row.found, row.hostile);
    let f1 = precision.zip(recall).filter(|(p, r)| p + r > 0.0).map(|(p, r)| 2.0 * p * r / (p + r));
    let two = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.3}"));
    format!(
        "| {} | {} | {} | {} | {} | {} | {} |",
        share(row.found, row.hostile),
        share(row.found_by_rules, row.hostile),
        share(row.alarms, row.harmless),
        share(row.alarms_by_rules, row.harmless),
        two(precision.filter(|_| row.hostile > 0)),
        two(f1.filter(|_| row.hostile > 0)),
        two(area(&row.scores)),
    )
}

fn share(some: usize, of: usize) -> String {
    ratio(some, of)
        .map_or(String::new(), |share| format!("{some} of {of} ({:.1} %)", share * 100.0))
}

#[expect(clippy::cast_precision_loss, reason = "counts of texts")]
fn ratio(some: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| some as f64 / of as f64)
}

/// The area under the curve of found against flagged by mistake: how often a hostile text has a
/// higher probability than a harmless one (Hanley and `McNeil`, 1982).
#[expect(clippy::cast_precision_loss, reason = "counts of texts")]
fn area(scores: &[(u32, bool)]) -> Option<f64> {
    let mut sorted = scores.to_vec();
    sorted.sort_unstable();
    let hostile = sorted.iter().filter(|(_, hostile)| *hostile).count() as f64;
    let harmless = sorted.len() as f64 - hostile;
    if hostile == 0.0 || harmless == 0.0 {
        return None;
    }
    let (mut below, mut sum) = (0.0, 0.0);
    for equal in sorted.chunk_by(|one, other| one.0 == other.0) {
        let some = equal.iter().filter(|(_, hostile)| *hostile).count() as f64;
        let others = equal.len() as f64 - some;
        sum += some * (below + others / 2.0);
        below += others;
    }
    Some(sum / hostile / harmless)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_counts_pairs_in_the_right_order() {
        let is = |scores: &[(u32, bool)], expected: f64| {
            assert!((area(scores).expect("both") - expected).abs() < 1e-9, "{scores:?}");
        };
        is(&[(1, false), (2, true)], 1.0);
        is(&[(2, false), (1, true)], 0.0);
        is(&[(1, false), (1, true)], 0.5);
        assert_eq!(area(&[(1, true)]), None);
    }
}
