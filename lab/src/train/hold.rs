//! Levels and probabilities from texts that a model did not learn from.

use std::collections::BTreeMap;

use warden_detect::{Model, Subject};

use super::data::{Nature, Sample};
use super::fit::{Read, fit};

/// How many parts the texts are cut into; each is judged by a model of the others.
const FOLDS: u64 = 4;

/// What a harmless twin of a hostile text counts for: it shows the difference, and says little about
/// what is usual.
const TWIN: f64 = 0.3;

/// The share of harmless texts that may be flagged where a level is chosen. Of the texts a part was
/// written to be mistaken; the definitions are published ones.
const fn allowed(subject: Subject) -> f64 {
    match subject {
        Subject::Definition => 0.003,
        Subject::Content => 0.006,
    }
}

/// Learns a model from texts, with its level and its probabilities.
#[must_use]
pub fn model(subject: Subject, samples: &[&Sample]) -> Model {
    let read = read(subject, samples);
    let folds: Vec<u64> = samples.iter().map(|sample| fold(&sample.group)).collect();
    let mut scores = vec![(0.0, false); samples.len()];
    for part in 0..FOLDS {
        let rest = read.iter().zip(&folds).filter(|(_, fold)| **fold != part);
        let model = fit(subject, &rest.map(|(text, _)| text).collect::<Vec<_>>());
        for ((score, text), _) in
            scores.iter_mut().zip(&read).zip(&folds).filter(|(_, fold)| **fold == part)
        {
            *score = (text.score(&model), text.hostile);
        }
    }
    // What was written to look hostile is harder than anything that is published: a level that spares
    // all of it would find nothing.
    let plain: Vec<(f64, bool)> = scores
        .iter()
        .zip(samples)
        .filter(|(_, sample)| sample.nature == Nature::Usual)
        .map(|(score, _)| *score)
        .collect();
    let mut model = fit(subject, &read.iter().collect::<Vec<_>>());
    #[expect(clippy::cast_possible_truncation, reason = "that is the precision of the file")]
    let (level, platt) = {
        let [slope, offset] = platt(&scores);
        let offset = offset + shift(&scores);
        (level(&plain, allowed(subject)) as f32, [slope as f32, offset as f32])
    };
    (model.level, model.platt) = (level, platt);
    model
}

/// The texts, read; every source and label counts by the root of how many it has, so that many
/// variants of one text do not outvote everything else.
fn read(subject: Subject, samples: &[&Sample]) -> Vec<Read> {
    let mut counts: BTreeMap<(&str, bool), f64> = BTreeMap::new();
    for sample in samples {
        *counts.entry((&sample.source, sample.hostile)).or_default() += 1.0;
    }
    let mut sums = [0.0_f64; 2];
    for ((_, hostile), count) in &counts {
        if let Some(sum) = sums.get_mut(usize::from(*hostile)) {
            *sum += count.sqrt();
        }
    }
    let weight = |sample: &Sample| {
        let count = counts.get(&(&*sample.source, sample.hostile)).copied().unwrap_or(1.0);
        let sum = sums.get(usize::from(sample.hostile)).copied().unwrap_or(1.0);
        #[expect(clippy::cast_precision_loss, reason = "some thousand texts")]
        let all = samples.len() as f64;
        let twin = if sample.nature == Nature::Twin && !sample.hostile { TWIN } else { 1.0 };
        twin * all / 2.0 / sum / count.sqrt()
    };
    let read = |sample: &&Sample| Read::of(subject, &sample.text, sample.hostile, weight(sample));
    samples.iter().map(read).collect()
}

/// The part that a group belongs to: its name decides (FNV-1a).
fn fold(group: &str) -> u64 {
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    (group.bytes().fold(0xcbf2_9ce4_8422_2325, hash) >> 20) % FOLDS
}

/// The lowest score that no more than this share of harmless texts reaches.
fn level(scores: &[(f64, bool)], share: f64) -> f64 {
    let mut harmless: Vec<f64> =
        scores.iter().filter(|(_, hostile)| !hostile).map(|(score, _)| *score).collect();
    harmless.sort_by(|one, other| other.total_cmp(one));
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of some thousand texts"
    )]
    let may = (harmless.len() as f64 * share) as usize;
    // Just above the first one that may not be flagged.
    harmless.get(may).map_or(0.0, |score| score + 0.01)
}

/// What moves an offset from the share of hostile texts among these to that which is assumed
/// (Saerens et al., "Adjusting the Outputs of a Classifier to New a Priori Probabilities", 2002).
fn shift(scores: &[(f64, bool)]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "some thousand texts")]
    let share = scores.iter().filter(|(_, hostile)| *hostile).count() as f64 / scores.len() as f64;
    (ASSUMED / (1.0 - ASSUMED)).ln() - (share / (1.0 - share)).ln()
}

/// The share of hostile texts that probabilities are given for.
const ASSUMED: f64 = 0.1;

/// Slope and offset that make the observed labels the likeliest: Newton's method, with shorter
/// steps where a whole one would lead away.
fn platt(scores: &[(f64, bool)]) -> [f64; 2] {
    let mut best = [0.1_f64, 0.0_f64];
    let mut lowest = loss_of(scores, best);
    for _ in 0..50 {
        let step = newton(scores, best);
        let tried = (0..20).map(|halved| {
            let by = 0.5_f64.powi(halved);
            [best[0] - by * step[0], best[1] - by * step[1]]
        });
        let mut tried = tried.map(|tried| (loss_of(scores, tried), tried));
        let Some((found, tried)) = tried.find(|(found, _)| *found < lowest) else { break };
        (lowest, best) = (found, tried);
    }
    best
}

fn likely(score: f64, [slope, offset]: [f64; 2]) -> f64 {
    1.0 / (1.0 + (-(slope * score + offset)).exp())
}

fn loss_of(scores: &[(f64, bool)], platt: [f64; 2]) -> f64 {
    let loss = |(score, hostile): &(f64, bool)| {
        let likely = likely(*score, platt).clamp(1e-12, 1.0 - 1e-12);
        -(if *hostile { likely } else { 1.0 - likely }).ln()
    };
    scores.iter().map(loss).sum()
}

/// The step to where a parabola through the loss would have its lowest point.
fn newton(scores: &[(f64, bool)], platt: [f64; 2]) -> [f64; 2] {
    let (mut first, mut second, mut cross) = ([0.0; 2], [1e-6; 2], 0.0);
    for (score, hostile) in scores {
        let likely = likely(*score, platt);
        let wrong = likely - if *hostile { 1.0 } else { 0.0 };
        let spread = likely * (1.0 - likely);
        first = [first[0] + wrong * score, first[1] + wrong];
        second = [second[0] + spread * score * score, second[1] + spread];
        cross += spread * score;
    }
    let determinant = second[0] * second[1] - cross * cross;
    if determinant.abs() < 1e-12 {
        return [0.0; 2];
    }
    [
        (second[1] * first[0] - cross * first[1]) / determinant,
        (second[0] * first[1] - cross * first[0]) / determinant,
    ]
}
