//! How wide the columns of a table are.

use warden_report::paper::{Piece, PlannedTable};

use super::{CELL, Rule};

/// A column asks for no more than this share of the page for one long word.
const WORD: f64 = 0.35;

/// A column asks for no more than this share of the page for its text.
const TEXT: f64 = 0.6;

/// The width of one of several columns of the same width.
pub(super) fn equal(whole: f64, count: usize, gutter: f64) -> f64 {
    let count = number(count).max(1.0);
    (whole - gutter * (count - 1.0)) / count
}

/// A count as a number to measure with.
#[expect(clippy::cast_precision_loss, reason = "columns and periods, a dozen at most")]
pub(super) fn number(count: usize) -> f64 {
    count as f64
}

/// A width as a share among others: tenths of a point.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to a page")]
pub(super) fn weight(width: f64) -> u16 {
    (width * 10.0).round().clamp(1.0, f64::from(u16::MAX)) as u16
}

/// The widths of the columns of a table, in points; together they are `whole`.
///
/// If somebody has said shares they are taken, and a column without one has the mean of the others.
/// Otherwise every column has room for its longest word, and what is left goes to those with more
/// text.
pub(super) fn shares(table: &PlannedTable, whole: f64, rule: &Rule) -> Vec<f64> {
    let said: Vec<f64> = table.columns.iter().filter_map(|one| one.width).map(f64::from).collect();
    if !said.is_empty() {
        let mean = said.iter().sum::<f64>() / number(said.len());
        let all = table.columns.iter().map(|one| one.width.map_or(mean, f64::from));
        return scaled(&all.collect::<Vec<_>>(), whole);
    }
    let wants: Vec<Want> =
        (0..table.columns.len()).map(|at| Want::of(table, at, whole, rule)).collect();
    let least: f64 = wants.iter().map(|want| want.word).sum();
    let most: f64 = wants.iter().map(|want| want.text).sum();
    if least >= whole {
        return scaled(&wants.iter().map(|want| want.word).collect::<Vec<_>>(), whole);
    }
    if most <= whole {
        return scaled(&wants.iter().map(|want| want.text).collect::<Vec<_>>(), whole);
    }
    let part = (whole - least) / (most - least).max(1.0);
    let all = wants.iter().map(|want| want.word + (want.text - want.word) * part);
    scaled(&all.collect::<Vec<_>>(), whole)
}

fn scaled(widths: &[f64], whole: f64) -> Vec<f64> {
    let sum: f64 = widths.iter().sum();
    widths.iter().map(|width| width * whole / sum.max(1.0)).collect()
}

/// What a column asks for.
struct Want {
    /// Room for its longest word.
    word: f64,
    /// Room for its longest text on one line.
    text: f64,
}

impl Want {
    fn of(table: &PlannedTable, at: usize, whole: f64, rule: &Rule) -> Self {
        let heading = table.columns.get(at).map(|column| column.heading.clone());
        let cells = table.rows.iter().filter_map(|row| row.get(at)).map(|cell| told(cell));
        let mut want = Self { word: 0.0, text: 0.0 };
        for text in heading.into_iter().chain(cells) {
            want.text = want.text.max(rule.width(&text, 1.0));
            let words = text.split(' ').map(|word| rule.width(word, 1.0));
            want.word = words.fold(want.word, f64::max);
        }
        let word = (want.word + CELL).min(whole * WORD);
        Self { word, text: (want.text + CELL).min(whole * TEXT).max(word) }
    }
}

fn told(cell: &[Piece]) -> String {
    cell.iter().map(|piece| piece.text.as_str()).collect()
}
