//! What has to hold before a document is numbered and drawn.
//!
//! Everything that is wrong is told at once, with its place: whoever fills a document mends it in
//! one go, and nobody prints a chart whose bars are not what its values are.

use std::fmt;

use jiff::Timestamp;

use super::{
    Amount, Bars, Block, Clocks, Document, KeyFigure, Ranges, Series, Spread, Table, Text, Trend,
    VERSION,
};

/// How many series are told apart in black and white.
const MOST_SERIES: usize = 4;
/// How many figures stand side by side.
const MOST_FIGURES: usize = 4;
/// How many columns fit on a page.
const MOST_COLUMNS: usize = 12;
/// How many periods fit below a line: two years of quarters.
const MOST_PERIODS: usize = 8;
/// How many rows fit into a chart, which does not go over pages.
const MOST_ROWS: usize = 20;
/// How many blocks and rows of tables a document has at most. One that is longer is an export.
const MOST_PARTS: usize = 20_000;

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Another version of the format.
    #[error("it is of version {0}, and this program reads version {VERSION}")]
    Version(u32),
    /// Nothing where something has to be.
    #[error("it is empty")]
    Empty,
    /// A level that is none, or that skips one.
    #[error("its level is {found}, and may be from 1 to {most} here")]
    Level {
        /// The level.
        found: u8,
        /// The deepest that may stand here.
        most: u8,
    },
    /// A letter below the first level.
    #[error("a letter counts headings of the first level only")]
    Letter,
    /// Another number of cells, values or points than columns, series or periods.
    #[error("it has {found}, and needs {needed}")]
    Count {
        /// How many there are.
        found: usize,
        /// How many there have to be.
        needed: usize,
    },
    /// More than fits.
    #[error("it has {found} parts or characters, and {most} fit")]
    Many {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A value that cannot be drawn.
    #[error("its value is not a number that can be drawn here")]
    Value,
    /// P10, P50 and P90 that are not in their order.
    #[error("P10, P50 and P90 are not in their order")]
    Spread,
    /// A clock that is due or was stopped before it began.
    #[error("its times are not in their order")]
    Times,
}

/// Something that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {wrong}")]
pub struct Problem {
    /// Where: `block 3, row 2`.
    pub at: String,
    /// What.
    pub wrong: Wrong,
}

/// Everything that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("; "))
    }
}

/// Holds a document against what has to hold.
///
/// # Errors
/// Everything that does not.
pub(super) fn check(document: &Document) -> Result<(), Problems> {
    let mut look = Look::default();
    if document.version != VERSION {
        look.found("version", Wrong::Version(document.version));
    }
    for (at, text, most) in [
        ("title", Some(&document.title), 160),
        ("subtitle", document.subtitle.as_ref(), 160),
        ("organisation", Some(&document.organisation), 80),
        ("classification", Some(&document.classification), 60),
    ] {
        let Some(text) = text else { continue };
        look.filled(at, text);
        // They stand on every page, which has so much room for them.
        look.most(at, text.chars().count(), most);
    }
    if document.blocks.is_empty() {
        look.found("blocks", Wrong::Empty);
    }
    let rows = document.blocks.iter().map(|block| match block {
        Block::Table(table) => table.rows.len(),
        _ => 1,
    });
    look.most("blocks", rows.sum(), MOST_PARTS);
    let mut level = 0;
    for (at, block) in document.blocks.iter().enumerate() {
        look.block(&format!("block {}", at + 1), block, &mut level);
    }
    if look.0.is_empty() { Ok(()) } else { Err(Problems(look.0)) }
}

#[derive(Default)]
struct Look(Vec<Problem>);

impl Look {
    fn found(&mut self, at: &str, wrong: Wrong) {
        self.0.push(Problem { at: at.to_owned(), wrong });
    }

    fn filled(&mut self, at: &str, text: &str) {
        if text.trim().is_empty() {
            self.found(at, Wrong::Empty);
        }
    }

    fn told(&mut self, at: &str, text: &Text) {
        if text.is_empty() {
            self.found(at, Wrong::Empty);
        }
    }

    fn some<T>(&mut self, at: &str, all: &[T], most: usize) {
        if all.is_empty() {
            self.found(at, Wrong::Empty);
        }
        self.most(at, all.len(), most);
    }

    fn most(&mut self, at: &str, found: usize, most: usize) {
        if found > most {
            self.found(at, Wrong::Many { found, most });
        }
    }

    fn count(&mut self, at: &str, found: usize, needed: usize) {
        if found != needed {
            self.found(at, Wrong::Count { found, needed });
        }
    }

    fn block(&mut self, at: &str, block: &Block, level: &mut u8) {
        match block {
            Block::Heading { level: found, counting, text } => {
                let most = (*level + 1).min(3);
                if !(1..=most).contains(found) {
                    self.found(at, Wrong::Level { found: *found, most });
                }
                if *counting == super::Counting::Letter && *found > 1 {
                    self.found(at, Wrong::Letter);
                }
                *level = *found;
                self.filled(at, text);
            }
            Block::Paragraph { text } => self.told(at, text),
            Block::Answer { title, paragraphs } => {
                self.filled(at, title);
                self.texts(at, paragraphs);
            }
            Block::Figures { figures } => self.figures(at, figures),
            Block::Table(table) => self.table(at, table),
            Block::Ranges(ranges) => self.ranges(at, ranges),
            Block::Bars(bars) => self.bars(at, bars),
            Block::Trend(trend) => self.trend(at, trend),
            Block::Clocks(clocks) => self.clocks(at, clocks),
            Block::List { items, .. } => self.texts(at, items),
            Block::PageBreak => {}
        }
    }

    fn texts(&mut self, at: &str, texts: &[Text]) {
        if texts.is_empty() {
            self.found(at, Wrong::Empty);
        }
        for (number, text) in texts.iter().enumerate() {
            self.told(&format!("{at}, text {}", number + 1), text);
        }
    }

    fn figures(&mut self, at: &str, figures: &[KeyFigure]) {
        self.some(at, figures, MOST_FIGURES);
        for (number, figure) in figures.iter().enumerate() {
            let at = format!("{at}, figure {}", number + 1);
            self.filled(&at, &figure.label);
            if let Some(value) = &figure.value {
                self.filled(&at, value);
            }
        }
    }

    fn table(&mut self, at: &str, table: &Table) {
        self.filled(at, &table.title);
        self.some(at, &table.columns, MOST_COLUMNS);
        for (number, column) in table.columns.iter().enumerate() {
            self.filled(&format!("{at}, column {}", number + 1), &column.heading);
            if column.width == Some(0) {
                self.found(&format!("{at}, column {}, width", number + 1), Wrong::Value);
            }
        }
        for (number, row) in table.rows.iter().enumerate() {
            self.count(&format!("{at}, row {}", number + 1), row.len(), table.columns.len());
        }
    }

    fn chart(&mut self, at: &str, title: &str, description: &str) {
        self.filled(&format!("{at}, title"), title);
        self.filled(&format!("{at}, description"), description);
    }

    fn ranges(&mut self, at: &str, ranges: &Ranges) {
        self.chart(at, &ranges.title, &ranges.description);
        self.some(at, &ranges.rows, MOST_ROWS);
        for (number, row) in ranges.rows.iter().enumerate() {
            let at = format!("{at}, row {}", number + 1);
            self.told(&at, &row.label);
            let Some(Spread { low, middle, high }) = &row.spread else { continue };
            for amount in [low, middle, high] {
                self.amount(&at, amount, Floor::Zero);
            }
            if !(low.value <= middle.value && middle.value <= high.value) {
                self.found(&at, Wrong::Spread);
            }
        }
        if let Some(appetite) = &ranges.appetite {
            self.amount(&format!("{at}, appetite"), appetite, Floor::Zero);
        }
    }

    fn bars(&mut self, at: &str, bars: &Bars) {
        self.chart(at, &bars.title, &bars.description);
        self.some(at, &bars.rows, MOST_ROWS);
        self.some(&format!("{at}, series"), &bars.series, MOST_SERIES);
        bars.series.iter().for_each(|name| self.filled(&format!("{at}, series"), name));
        for (number, row) in bars.rows.iter().enumerate() {
            let at = format!("{at}, row {}", number + 1);
            self.told(&at, &row.label);
            self.count(&at, row.amounts.len(), bars.series.len());
            row.amounts.iter().flatten().for_each(|amount| self.amount(&at, amount, Floor::Zero));
        }
        if let Some(mark) = &bars.mark {
            self.amount(&format!("{at}, mark"), mark, Floor::Zero);
        }
    }

    fn trend(&mut self, at: &str, trend: &Trend) {
        self.chart(at, &trend.title, &trend.description);
        self.some(&format!("{at}, periods"), &trend.periods, MOST_PERIODS);
        self.some(at, &trend.series, MOST_SERIES);
        for Series { name, points } in &trend.series {
            let at = format!("{at}, series `{name}`");
            self.filled(&at, name);
            self.count(&at, points.len(), trend.periods.len());
            points.iter().flatten().for_each(|amount| self.amount(&at, amount, Floor::Anywhere));
        }
        if let Some(mark) = &trend.mark {
            self.amount(&format!("{at}, mark"), mark, Floor::Anywhere);
        }
    }

    fn clocks(&mut self, at: &str, clocks: &Clocks) {
        self.chart(at, &clocks.title, &clocks.description);
        self.some(at, &clocks.clocks, MOST_ROWS);
        for (number, clock) in clocks.clocks.iter().enumerate() {
            let at = format!("{at}, clock {}", number + 1);
            self.told(&at, &clock.label);
            self.told(&at, &clock.state);
            let before = |time: Option<Timestamp>| time.is_some_and(|time| time < clock.started);
            if before(clock.due) || before(clock.stopped) {
                self.found(&at, Wrong::Times);
            }
        }
    }

    fn amount(&mut self, at: &str, amount: &Amount, from: Floor) {
        self.filled(at, &amount.label);
        let drawn = amount.value.is_finite() && amount.value.abs() < 1e15;
        if !drawn || (from == Floor::Zero && amount.value < 0.0) {
            self.found(at, Wrong::Value);
        }
    }
}

/// Where the scale of a chart begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Floor {
    Zero,
    Anywhere,
}
