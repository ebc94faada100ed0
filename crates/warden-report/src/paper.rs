//! Documents that people print, sign and keep: board reports, updates, sheets.
//!
//! A [`Document`] is a value: what it says, without how it looks. [`Plan::of`] checks it, numbers
//! its headings and notes and works out its charts, once; [`html`] writes that as one page without
//! scripts, and `mcpwarden-typeset` sets the same plan as PDF. So both say the same, in the same
//! order, under the same numbers.
//!
//! Charts are read in black and white: patterns, line styles and marks tell series apart, and every
//! value stands beside its mark. Where there is no value they say "not measured".

mod chart;
mod check;
mod document;
pub mod html;
mod plan;
mod sample;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use chart::{Amount, BarRow, Bars, Clock, Clocks, Range, Ranges, Series, Spread, Trend};
pub use check::{Problem, Problems, Wrong};
pub use document::{
    Align, Block, Column, Counting, Document, Form, KeyFigure, Language, Paper, Table, VERSION,
};
pub use plan::{
    Bar, Barred, Mark, Noted, Part, Piece, Plan, PlannedBars, PlannedClock, PlannedClocks,
    PlannedColumn, PlannedFigure, PlannedRange, PlannedRanges, PlannedSeries, PlannedTable,
    PlannedTrend, Point, Spot,
};
pub use sample::sample;
pub use text::{Note, Reference, Run, Style, Text};
pub use words::Words;
pub(crate) use words::day;
