//! How much room there is on a page. The template is handed these figures, so that texts are fitted
//! to the columns that they are set in.

use serde::Serialize;
use warden_report::paper::{Form, Paper};

/// The room on a page, in points, and the shares of the columns of charts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Room {
    /// The width of the page.
    pub(crate) width: f64,
    /// What is left free at either side.
    pub(crate) margin: f64,
    top: f64,
    bottom: f64,
    /// The size of the text.
    pub(crate) size: f64,
    /// What is left free between figures.
    pub(crate) gutter: f64,
    /// Name, drawing, P10, P50, P90.
    pub(crate) ranges: [f64; 5],
    /// Name, series, drawing, value.
    pub(crate) series: [f64; 4],
    /// Name, drawing, value.
    pub(crate) bars: [f64; 3],
    /// Name, drawing, state.
    pub(crate) clocks: [f64; 3],
    /// Lines, and the names at their ends.
    pub(crate) trend: [f64; 2],
    /// The share of a name for each period beside it.
    pub(crate) name: f64,
}

impl Room {
    /// The room on this paper.
    pub(crate) fn of(paper: Paper, form: Form) -> Self {
        let width = match paper {
            Paper::A4 => 595.28,
            Paper::Letter => 612.0,
            Paper::Slide => 960.0,
        };
        let (margin, top, bottom, size, gutter) = match form {
            Form::Report if paper == Paper::Slide => (56.0, 62.0, 56.0, 14.0, 18.0),
            Form::Report => (56.7, 70.0, 64.0, 10.0, 12.0),
            Form::Sheet => (34.0, 46.0, 42.0, 7.5, 8.0),
        };
        Self {
            width,
            margin,
            top,
            bottom,
            size,
            gutter,
            ranges: [25.0, 28.5, 15.5, 15.5, 15.5],
            series: [27.0, 16.0, 43.0, 14.0],
            bars: [30.0, 54.0, 16.0],
            clocks: [36.0, 40.0, 24.0],
            trend: [78.0, 22.0],
            name: 0.45,
        }
    }

    /// The width of the text.
    pub(crate) fn measure(&self) -> f64 {
        self.width - 2.0 * self.margin
    }

    /// The width of one of several columns, by their shares.
    pub(crate) fn column(&self, shares: &[f64], at: usize) -> f64 {
        let whole: f64 = shares.iter().sum();
        shares.get(at).map_or(0.0, |share| self.measure() * share / whole)
    }
}
