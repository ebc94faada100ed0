//! How much of a tree was analysed, and what in it was not understood.

use std::collections::BTreeMap;

use warden_flow::{
    analysis::Spot,
    ir::{Gap, GapKind},
};
use warden_model::{Gaps, LanguageCoverage, Skipped, SourceCoverage};

use super::unseen;
use crate::{SourceView, source::SurfaceGapKind};

pub(super) fn of(view: &SourceView<'_>) -> SourceCoverage {
    SourceCoverage { languages: languages(view), gaps: gaps(view), skipped: skipped(view) }
}

fn languages(view: &SourceView<'_>) -> Vec<LanguageCoverage> {
    let mut counted: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
    for (number, module) in (0_u32..).zip(&view.program().modules) {
        let (files, lines) = counted.entry(module.language.name()).or_default();
        *files += 1;
        // What follows the last line feed is a line only if there is something.
        *lines += view.source(number).lines().count();
    }
    let language = |(language, (files, lines)): (&str, (usize, usize))| LanguageCoverage {
        language: language.to_owned(),
        files,
        lines,
    };
    counted.into_iter().map(language).collect()
}

fn gaps(view: &SourceView<'_>) -> Vec<Gaps> {
    let mut found: BTreeMap<&'static str, (&'static str, Vec<Spot>)> = BTreeMap::new();
    let own = (0_u32..).zip(&view.program().modules);
    let own = own.flat_map(|(module, read)| read.gaps.iter().map(move |gap| (module, gap)));
    let followed = view.analysis.gaps().iter().chain(&view.gaps);
    let followed = followed.map(|(module, gap)| (*module, gap));
    for (module, Gap { span, kind }) in own.chain(followed) {
        let (_, spots) = found.entry(kind.name()).or_insert_with(|| (meaning(*kind), Vec::new()));
        spots.push(Spot { module, span: *span });
    }
    for gap in &view.surface.gaps {
        let meaning = unclear(gap.kind);
        let (_, spots) = found.entry(gap.kind.name()).or_insert_with(|| (meaning, Vec::new()));
        spots.push(view.spot(gap.place));
    }
    for spot in unseen::unseen(view) {
        let (_, spots) = found
            .entry(GapKind::Dynamic.name())
            .or_insert_with(|| (meaning(GapKind::Dynamic), Vec::new()));
        spots.push(spot);
    }
    let told = |(name, (meaning, mut spots)): (&'static str, (&'static str, Vec<Spot>))| {
        spots.sort_unstable();
        spots.dedup();
        let first = spots.iter().take(SourceCoverage::PLACES);
        Gaps {
            kind: name.to_owned(),
            meaning: meaning.to_owned(),
            count: spots.len(),
            places: first.map(|spot| view.place(*spot, None)).collect(),
        }
    };
    found.into_iter().map(told).collect()
}

fn skipped(view: &SourceView<'_>) -> Vec<Skipped> {
    let shown = |one: &Skipped| Skipped { path: view.tree.shown(&one.path), ..one.clone() };
    view.tree.skipped.iter().map(shown).collect()
}

/// What a gap means, for people.
const fn meaning(kind: GapKind) -> &'static str {
    match kind {
        GapKind::Syntax => "this is not the syntax of the language",
        GapKind::TooDeep => "this is nested deeper than is followed",
        GapKind::Construct => "this construct is not known",
        GapKind::TooLarge => "this is larger than is read",
        GapKind::Encoding => "this is not UTF-8",
        GapKind::Budget => "reading this took more than its budget",
        GapKind::Function => "following this function took more than its budget",
        GapKind::MissingModule => "this module should be there and is not",
        GapKind::Dynamic => "what runs here is computed, or comes from elsewhere",
    }
}

/// What a gap in the surface means, for people.
const fn unclear(kind: SurfaceGapKind) -> &'static str {
    match kind {
        SurfaceGapKind::Name => "the name of this tool is computed",
        SurfaceGapKind::Handler => "what answers calls of this tool is not in the tree",
        SurfaceGapKind::Generated => "tools are made here when the server runs",
    }
}
