//! Texts fitted to the columns that they are set in.
//!
//! Text breaks at spaces and, by the rules of its language, within words. A name or a digest has
//! neither, and would run into the next column or off the page. So a word that is wider than its
//! column may break anywhere: between its characters goes a space without width, which nobody sees.

mod columns;

use typst::text::FontInstance;
use warden_report::paper::{Noted, Part, Piece, Plan, PlannedTable, PlannedTrend, Style};

use crate::{desk::Types, room::Room};

/// What cells leave free at their sides, and room for the number of a note.
const CELL: f64 = 20.0;

/// A break that is not seen.
const BREAK: char = '\u{200b}';

/// How wide text is.
pub(crate) struct Rule {
    font: Option<FontInstance>,
    size: f64,
}

impl Rule {
    /// How wide a text is, in points, if it is in bold: no style is wider but code.
    fn width(&self, text: &str, scale: f64) -> f64 {
        text.chars().map(|c| self.advance(c)).sum::<f64>() * self.size * scale
    }

    fn advance(&self, c: char) -> f64 {
        let found = self.font.as_ref().and_then(|font| {
            let glyph = font.ttf().glyph_index(c)?;
            Some(font.x_advance(glyph.0)?.get())
        });
        // Code is set in a font whose characters are all as wide as this.
        found.unwrap_or(1.0).max(0.5)
    }

    /// Lets every word break that is wider than `room`; `scale` is the size against that of text.
    fn soften(&self, text: &mut String, room: f64, scale: f64) {
        self.break_words(&mut [(text, scale)], room);
    }

    /// The same for pieces, where a word may run on from one piece to the next.
    fn pieces(&self, pieces: &mut [Piece], room: f64) {
        let mut texts: Vec<_> = pieces
            .iter_mut()
            .map(|piece| {
                let scale = if piece.style == Style::Code { 1.1 } else { 1.0 };
                (&mut piece.text, scale)
            })
            .collect();
        self.break_words(&mut texts, room);
    }

    fn break_words(&self, texts: &mut [(&mut String, f64)], room: f64) {
        let mut widths = vec![0.0];
        for (text, scale) in texts.iter() {
            for (at, word) in text.split(' ').enumerate() {
                let width = self.width(word, *scale);
                match widths.last_mut() {
                    Some(last) if at == 0 => *last += width,
                    _ => widths.push(width),
                }
            }
        }
        if widths.iter().all(|width| *width <= room) {
            return;
        }
        let (mut at, mut begun) = (0, false);
        for (text, _) in texts {
            let mut out = String::with_capacity(text.len() * 4);
            for c in text.chars() {
                if c == ' ' {
                    (at, begun) = (at + 1, false);
                } else {
                    if begun && widths[at] > room {
                        out.push(BREAK);
                    }
                    begun = true;
                }
                out.push(c);
            }
            **text = out;
        }
    }

    /// Cuts a text that has one line and no more; what is missing is told elsewhere.
    fn shorten(&self, text: &mut String, room: f64, scale: f64) {
        if self.width(text, scale) <= room {
            return;
        }
        while !text.is_empty() && self.width(text, scale) + self.width("…", scale) > room {
            text.pop();
        }
        text.push('…');
    }
}

/// Fits everything that a plan says to its place, and gives every column of a table its share.
pub(crate) fn fit(plan: &mut Plan, room: &Room, types: &Types) {
    let rule = Rule { font: types.widest(), size: room.size };
    let whole = room.measure() - CELL;
    rule.soften(&mut plan.title, whole, 2.2);
    for text in plan.subtitle.iter_mut().chain([&mut plan.organisation, &mut plan.as_of]) {
        rule.soften(text, whole / 2.0, 1.2);
    }
    rule.soften(&mut plan.classification, whole / 2.0, 1.0);
    for part in &mut plan.parts {
        part_fitted(part, room, &rule);
    }
    for note in &mut plan.notes {
        match note {
            Noted::Text { text } => rule.soften(text, whole, 1.0),
            Noted::Reference { query, evidence, .. } => {
                rule.soften(query, whole, 1.1);
                rule.soften(evidence, whole, 1.1);
            }
        }
    }
}

fn part_fitted(part: &mut Part, room: &Room, rule: &Rule) {
    let whole = room.measure() - CELL;
    let column = |shares: &[f64], at| room.column(shares, at) - CELL;
    match part {
        Part::Heading { text, .. } => rule.soften(text, whole * 0.85, 1.35),
        Part::Paragraph { text } => rule.pieces(text, whole),
        Part::Answer { title, paragraphs } => {
            rule.soften(title, whole, 1.0);
            for text in paragraphs {
                rule.pieces(text, whole - CELL);
            }
        }
        Part::Figures { figures } => {
            let one = columns::equal(room.measure(), figures.len(), room.gutter);
            for figure in figures {
                rule.soften(&mut figure.label, one, 1.0);
                rule.soften(&mut figure.value.text, one - CELL, 1.6);
                figure.unit.iter_mut().for_each(|unit| rule.soften(unit, one, 1.0));
                rule.pieces(&mut figure.remark, one);
            }
        }
        Part::Table(table) => table_fitted(table, room, rule),
        Part::Ranges(chart) => {
            lead(&mut chart.title, &mut chart.description, rule, whole);
            for row in &mut chart.rows {
                rule.pieces(&mut row.label, column(&room.ranges, 0));
                for spot in row.spread.iter_mut().flatten() {
                    rule.soften(&mut spot.label.text, column(&room.ranges, 2), 1.0);
                }
            }
            if let Some(spot) = &mut chart.appetite {
                rule.soften(&mut spot.label.text, column(&room.ranges, 1), 1.0);
            }
        }
        Part::Bars(chart) => {
            lead(&mut chart.title, &mut chart.description, rule, whole);
            let (name, value) = (column(&room.series, 0), column(&room.series, 3));
            for text in &mut chart.series {
                rule.soften(text, column(&room.series, 1).min(value), 1.0);
            }
            for row in &mut chart.rows {
                rule.pieces(&mut row.label, name);
                row.bars.iter_mut().for_each(|bar| rule.soften(&mut bar.label.text, value, 1.0));
            }
            if let Some(spot) = &mut chart.mark {
                rule.soften(&mut spot.label.text, column(&room.series, 2), 1.0);
            }
        }
        Part::Clocks(chart) => {
            lead(&mut chart.title, &mut chart.description, rule, whole);
            for clock in &mut chart.clocks {
                rule.pieces(&mut clock.label, column(&room.clocks, 0));
                rule.pieces(&mut clock.state, column(&room.clocks, 2));
            }
        }
        Part::Trend(chart) => trend_fitted(chart, room, rule),
        Part::List { items, .. } => {
            for text in items {
                rule.pieces(text, whole - CELL);
            }
        }
        Part::PageBreak => {}
    }
}

fn lead(title: &mut String, description: &mut String, rule: &Rule, whole: f64) {
    rule.soften(title, whole, 1.0);
    rule.soften(description, whole, 1.0);
}

fn trend_fitted(chart: &mut PlannedTrend, room: &Room, rule: &Rule) {
    let whole = room.measure() - CELL;
    lead(&mut chart.title, &mut chart.description, rule, whole);
    let count = columns::number(chart.periods.len());
    // As in the template: the name, then the periods.
    let first = (count * room.name).max(2.0);
    let one = room.measure() / (first + count);
    let below = room.column(&room.trend, 0) / count.max(1.0);
    for name in &mut chart.periods {
        rule.soften(name, (one - CELL / 2.0).min(below), 0.92);
    }
    for line in &mut chart.series {
        rule.soften(&mut line.name, one * first - CELL - 30.0, 0.92);
        rule.shorten(&mut line.tag, room.column(&room.trend, 1) - 8.0, 0.9);
        for value in &mut line.values {
            rule.soften(&mut value.text, one - CELL, 0.92);
        }
    }
    if let Some(spot) = &mut chart.mark {
        rule.soften(&mut spot.label.text, whole / 2.0, 1.0);
    }
}

fn table_fitted(table: &mut PlannedTable, room: &Room, rule: &Rule) {
    rule.soften(&mut table.title, room.measure() - CELL, 1.0);
    let shares = columns::shares(table, room.measure(), rule);
    for (column, share) in table.columns.iter_mut().zip(&shares) {
        rule.soften(&mut column.heading, share - CELL, 0.95);
        column.width = Some(columns::weight(*share));
    }
    for row in &mut table.rows {
        for (cell, share) in row.iter_mut().zip(&shares) {
            rule.pieces(cell, share - CELL);
        }
    }
    table.notes.iter_mut().for_each(|note| rule.pieces(note, room.measure() - CELL));
}
