//! Levels and probabilities from texts that a model did not learn from.

use std::collections::BTreeMap;

use warden_detect::{Model, Subject};

use super::data::Sample;
use super::fit::{Read, fit};

/// How many parts the texts are cut into; each is judged by a model of the others.
const FOLDS: u64 = 4;

/// The share of harmless texts that may be flagged where a level is chosen.
const fn allowed(subject: Subject) -> f64 {
    match subject {
        Subject::Definition => 0.003,
        Subject::Content => 0.006,
    }
}

/// Learns a model from texts, with its level and its probabilities.
#[must_use]
pub fn model(subject: Subject, samples: &[&Sample]) -> Model {
    let read = read(samples);
    let folds: Vec<u64> = samples.iter().map(|sample| fold(&sample.group)).collect();
    let mut scores = Vec::new();
    for held in 0..FOLDS {
        let rest = read.iter().zip(&folds).filter(|(_, fold)| **fold != held);
        let model = fit(&rest.map(|(text, _)| text).collect::<Vec<_>>());
        let held = read.iter().zip(&folds).filter(|(_, fold)| **fold == held);
        scores.extend(held.map(|(text, _)| (text.score(&model), text.hostile)));
    }
    let mut model = fit(&read.iter().collect::<Vec<_>>());
    #[expect(clippy::cast_possible_truncation, reason = "that is the precision of the file")]
    let (level, platt) = {
        let [slope, offset] = platt(&scores);
        (level(&scores, allowed(subject)) as f32, [slope as f32, offset as f32])
    };
    (model.level, model.platt) = (level, platt);
    model
}

/// The texts, read; every source and label counts by the root of how many it has, so that many
/// variants of one text do not outvote everything else.
#[must_use]
pub fn read(samples: &[&Sample]) -> Vec<Read> {
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
        all / 2.0 / sum / count.sqrt()
    };
    samples.iter().map(|sample| Read::of(&sample.text, sample.hostile, weight(sample))).collect()
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

/// Slope and offset that make the observed labels the likeliest, by Newton's method.
fn platt(scores: &[(f64, bool)]) -> [f64; 2] {
    let [mut slope, mut offset] = [1.0_f64, 0.0_f64];
    for _ in 0..50 {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 1e-6, 0.0, 1e-6);
        for (score, hostile) in scores {
            let likely = 1.0 / (1.0 + (-(slope * score + offset)).exp());
            let wrong = likely - if *hostile { 1.0 } else { 0.0 };
            let spread = likely * (1.0 - likely);
            g0 += wrong * score;
            g1 += wrong;
            h00 += spread * score * score;
            h01 += spread * score;
            h11 += spread;
        }
        let determinant = h00 * h11 - h01 * h01;
        if determinant.abs() < 1e-12 {
            break;
        }
        slope -= (h11 * g0 - h01 * g1) / determinant;
        offset -= (h00 * g1 - h01 * g0) / determinant;
    }
    [slope, offset]
}
