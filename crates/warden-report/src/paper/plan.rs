//! A document that was checked, numbered and measured: what both writers write.

mod draw;
mod number;

use serde::Serialize;

use super::{
    Align, Block, Document, Form, Language, Paper, Problems, Style, Table, Text, Words, check,
    words,
};
use crate::printable;
use number::{Headings, Notes};

/// A document, ready to be written: every text is safe to print, every heading and note has its
/// number, every chart its marks. Places in charts are shares of the width or height, from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// In which language it speaks.
    pub language: Language,
    /// What it is.
    pub title: String,
    /// More about it.
    pub subtitle: Option<String>,
    /// Whom it speaks of.
    pub organisation: String,
    /// The time at which all of this was so, for people.
    pub as_of: String,
    /// Who may read it.
    pub classification: String,
    /// What it is printed on.
    pub paper: Paper,
    /// How dense it is.
    pub form: Form,
    /// The words that the document adds.
    pub words: Words,
    /// What it says.
    pub parts: Vec<Part>,
    /// What stands behind its numbers, the first at number 1.
    pub notes: Vec<Noted>,
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// What it says.
    pub text: String,
    /// How it looks.
    pub style: Style,
    /// What stands behind it.
    pub note: Option<Mark>,
}

/// The number of a note, at a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// The number.
    pub number: usize,
    /// Which mention of this note it is; a note leads back to the first.
    pub mention: usize,
}

/// A note with its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "note", rename_all = "kebab-case")]
pub enum Noted {
    /// Where a figure comes from.
    Reference {
        /// The command that shows it.
        query: String,
        /// The time, for people.
        as_of: String,
        /// The digest of what was read.
        evidence: String,
    },
    /// Something to know.
    Text {
        /// What.
        text: String,
    },
}

/// A key figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedFigure {
    /// What it is the figure of.
    pub label: String,
    /// The figure, or the words for none.
    pub value: Piece,
    /// Its unit.
    pub unit: Option<String>,
    /// The line below it.
    pub remark: Vec<Piece>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedColumn {
    /// What stands over it.
    pub heading: String,
    /// To which side its cells stand.
    pub align: Align,
    /// Its share of the width, if somebody has said one.
    pub width: Option<u16>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedTable {
    /// What is in it.
    pub title: String,
    /// The columns.
    pub columns: Vec<PlannedColumn>,
    /// The rows.
    pub rows: Vec<Vec<Vec<Piece>>>,
    /// What stands below it.
    pub notes: Vec<Vec<Piece>>,
}

/// A value at its place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spot {
    /// Its place, from 0 to 1.
    pub at: f64,
    /// The value for people.
    pub label: Piece,
}

/// A row of a chart of ranges.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlannedRange {
    /// What it is the range of.
    pub label: Vec<Piece>,
    /// P10, P50 and P90; none where nobody has measured.
    pub spread: Option<[Spot; 3]>,
}

/// A chart of ranges.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlannedRanges {
    /// What is shown.
    pub title: String,
    /// What one sees in it.
    pub description: String,
    /// The rows.
    pub rows: Vec<PlannedRange>,
    /// The line across.
    pub appetite: Option<Spot>,
}

/// A bar, or the words for none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bar {
    /// Which series it is of.
    pub series: usize,
    /// How long it is, from 0 to 1; none where nobody has measured.
    pub length: Option<f64>,
    /// The value for people, or the words for none.
    pub label: Piece,
}

/// A row of a chart of bars.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Barred {
    /// What the bars are of.
    pub label: Vec<Piece>,
    /// One for each series.
    pub bars: Vec<Bar>,
}

/// A chart of bars.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlannedBars {
    /// What is shown.
    pub title: String,
    /// What one sees in it.
    pub description: String,
    /// The names of the series.
    pub series: Vec<String>,
    /// The rows.
    pub rows: Vec<Barred>,
    /// The line across.
    pub mark: Option<Spot>,
}

/// A point of a trend.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// A line of a trend.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlannedSeries {
    /// Its name.
    pub name: String,
    /// As much of its name as stands at the end of the line.
    pub tag: String,
    /// Its points; none where nobody has measured.
    pub points: Vec<Option<Point>>,
    /// Where its name stands, from the top, so that no two names stand on each other; none where
    /// nothing was measured.
    pub name_at: Option<f64>,
    /// Its values for people, for the table below.
    pub values: Vec<Piece>,
}

/// A trend.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlannedTrend {
    /// What is shown.
    pub title: String,
    /// What one sees in it.
    pub description: String,
    /// The periods.
    pub periods: Vec<String>,
    /// Where the middle of each period is, from the left.
    pub columns: Vec<f64>,
    /// The lines.
    pub series: Vec<PlannedSeries>,
    /// The level line, from the top.
    pub mark: Option<Spot>,
    /// Where zero is, from the top.
    pub zero: f64,
}

/// A clock.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlannedClock {
    /// What has to be done.
    pub label: Vec<Piece>,
    /// When it began, was due and was stopped, for people.
    pub times: String,
    /// Where it began.
    pub from: f64,
    /// Where it was stopped, or where now is.
    pub to: f64,
    /// Whether it still runs.
    pub runs: bool,
    /// Where it is due.
    pub due: Option<f64>,
    /// How it stands.
    pub state: Vec<Piece>,
}

/// Clocks over one time line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlannedClocks {
    /// What is shown.
    pub title: String,
    /// What one sees in it.
    pub description: String,
    /// The clocks.
    pub clocks: Vec<PlannedClock>,
    /// Where the time of the document is.
    pub now: f64,
    /// The time at the left end.
    pub begin: String,
    /// The time at the right end.
    pub end: String,
    /// What the line across and the diamonds mean.
    pub key: String,
}

/// One thing after the other.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "part", rename_all = "kebab-case")]
pub enum Part {
    /// A heading.
    Heading {
        /// From 1 to 3.
        level: u8,
        /// Its number, for example `2.1` or `A`; empty if it is not counted.
        number: String,
        /// What it says.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// What it says.
        text: Vec<Piece>,
    },
    /// The answer first.
    Answer {
        /// What stands over it.
        title: String,
        /// What it says.
        paragraphs: Vec<Vec<Piece>>,
    },
    /// A row of figures.
    Figures {
        /// The figures.
        figures: Vec<PlannedFigure>,
    },
    /// A table.
    Table(PlannedTable),
    /// Ranges.
    Ranges(PlannedRanges),
    /// Bars.
    Bars(PlannedBars),
    /// A trend.
    Trend(PlannedTrend),
    /// Clocks.
    Clocks(PlannedClocks),
    /// A list.
    List {
        /// Whether the items are counted.
        ordered: bool,
        /// The items.
        items: Vec<Vec<Piece>>,
    },
    /// What follows begins on a new page.
    PageBreak,
}

impl Plan {
    /// Checks a document, numbers it and works out its charts.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn of(document: &Document) -> Result<Self, Problems> {
        check::check(document)?;
        let words = Words::of(document.language);
        let mut make =
            Make { words, document, headings: Headings::default(), notes: Notes::default() };
        let parts = document.blocks.iter().map(|block| make.part(block)).collect();
        Ok(Self {
            language: document.language,
            title: safe(&document.title),
            subtitle: document.subtitle.as_deref().map(safe),
            organisation: safe(&document.organisation),
            as_of: words::time(document.as_of, document.language),
            classification: safe(&document.classification),
            paper: document.paper,
            form: document.form,
            words: words.clone(),
            parts,
            notes: make.notes.finish(document.language),
        })
    }
}

fn safe(text: &str) -> String {
    printable(text).into_owned()
}

/// What is carried from block to block.
struct Make<'a> {
    words: &'static Words,
    document: &'a Document,
    headings: Headings,
    notes: Notes<'a>,
}

impl<'a> Make<'a> {
    fn part(&mut self, block: &'a Block) -> Part {
        match block {
            Block::Heading { level, counting, text } => Part::Heading {
                level: *level,
                number: self.headings.next(*level, *counting),
                text: safe(text),
            },
            Block::Paragraph { text } => Part::Paragraph { text: self.text(text) },
            Block::Answer { title, paragraphs } => {
                Part::Answer { title: safe(title), paragraphs: self.texts(paragraphs) }
            }
            Block::Figures { figures } => {
                Part::Figures { figures: figures.iter().map(|one| self.figure(one)).collect() }
            }
            Block::Table(table) => Part::Table(self.table(table)),
            Block::Ranges(ranges) => Part::Ranges(self.ranges(ranges)),
            Block::Bars(bars) => Part::Bars(self.bars(bars)),
            Block::Trend(trend) => Part::Trend(self.trend(trend)),
            Block::Clocks(clocks) => Part::Clocks(self.clocks(clocks)),
            Block::List { ordered, items } => {
                Part::List { ordered: *ordered, items: self.texts(items) }
            }
            Block::PageBreak => Part::PageBreak,
        }
    }

    fn text(&mut self, text: &'a Text) -> Vec<Piece> {
        let runs = text.0.iter();
        runs.map(|run| Piece {
            text: match run.style {
                Style::Unmeasured if run.text.is_empty() => self.words.unmeasured.to_owned(),
                _ => safe(&run.text),
            },
            style: run.style,
            note: run.note.as_ref().map(|note| self.notes.mark(note)),
        })
        .collect()
    }

    fn texts(&mut self, texts: &'a [Text]) -> Vec<Vec<Piece>> {
        texts.iter().map(|text| self.text(text)).collect()
    }

    fn figure(&mut self, figure: &'a super::KeyFigure) -> PlannedFigure {
        let note = figure.note.as_ref().map(|note| self.notes.mark(note));
        let value = match &figure.value {
            Some(value) => Piece { text: safe(value), style: Style::Plain, note },
            None => Piece { note, ..self.unmeasured() },
        };
        PlannedFigure {
            label: safe(&figure.label),
            value,
            unit: figure.unit.as_deref().map(safe),
            remark: self.text(&figure.remark),
        }
    }

    fn table(&mut self, table: &'a Table) -> PlannedTable {
        let columns = table.columns.iter().map(|column| PlannedColumn {
            heading: safe(&column.heading),
            align: column.align,
            width: column.width,
        });
        PlannedTable {
            title: safe(&table.title),
            columns: columns.collect(),
            rows: table.rows.iter().map(|row| self.texts(row)).collect(),
            notes: self.texts(&table.notes),
        }
    }

    fn unmeasured(&self) -> Piece {
        Piece { text: self.words.unmeasured.to_owned(), style: Style::Unmeasured, note: None }
    }
}
