//! What a document says: its frame and its blocks.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Bars, Clocks, Note, Ranges, Text, Trend};

/// The version of the format.
pub const VERSION: u32 = 1;

/// In which language the document speaks. It decides hyphenation and the words that the document
/// adds by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
    /// French.
    Fr,
}

impl Language {
    /// Every language.
    pub const ALL: &[Self] = &[Self::En, Self::De, Self::Fr];

    /// Its tag in BCP 47.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
        }
    }
}

/// What it is printed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Paper {
    /// 210 mm by 297 mm.
    #[default]
    A4,
    /// 8.5 in by 11 in.
    Letter,
    /// A slide of 16 to 9, 13.33 in by 7.5 in, for pictures that go into a presentation.
    Slide,
}

impl Paper {
    /// Every size.
    pub const ALL: &[Self] = &[Self::A4, Self::Letter, Self::Slide];
}

/// How dense it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// Pages to read: a title over the first, wide margins, notes at the end.
    #[default]
    Report,
    /// A sheet to hang up: small text, narrow margins. It need not be one page; whoever wants that
    /// counts the pages.
    Sheet,
}

/// A document, without how it looks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The version of the format, [`VERSION`].
    pub version: u32,
    /// What it is.
    pub title: String,
    /// More about it, for example the quarter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// In which language it speaks.
    #[serde(default)]
    pub language: Language,
    /// Whom it speaks of.
    pub organisation: String,
    /// The time at which all of this was so; also the time that the PDF says it was made.
    pub as_of: Timestamp,
    /// Who may read it, on every page; for example `Confidential`.
    pub classification: String,
    /// What it is printed on.
    #[serde(default)]
    pub paper: Paper,
    /// How dense it is.
    #[serde(default)]
    pub form: Form,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// How a heading is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counting {
    /// 1, 2, 3 and, below that, 1.1.
    #[default]
    Number,
    /// A, B, C: an annex, at the first level only. What is below it is A.1.
    Letter,
    /// Not at all.
    Without,
}

/// One thing after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Block {
    /// A heading. The first is of level 1, and none skips a level.
    Heading {
        /// From 1 to 3.
        level: u8,
        /// How it is counted.
        #[serde(default)]
        counting: Counting,
        /// What it says.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// What it says.
        text: Text,
    },
    /// The answer first: a box with what the reader has to take away.
    Answer {
        /// What stands over it.
        title: String,
        /// What it says.
        paragraphs: Vec<Text>,
    },
    /// A row of up to four figures.
    Figures {
        /// The figures.
        figures: Vec<KeyFigure>,
    },
    /// A table.
    Table(Table),
    /// Ranges against an appetite.
    Ranges(Ranges),
    /// Bars.
    Bars(Bars),
    /// Lines over quarters.
    Trend(Trend),
    /// Clocks over a time line.
    Clocks(Clocks),
    /// A list.
    List {
        /// Whether the items are counted.
        #[serde(default)]
        ordered: bool,
        /// The items.
        items: Vec<Text>,
    },
    /// What follows begins on a new page.
    PageBreak,
}

/// A figure that is large on the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFigure {
    /// What it is the figure of.
    pub label: String,
    /// The figure for people; `None` where nobody has measured.
    pub value: Option<String>,
    /// Its unit, smaller and behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// A line below it: what it was, what it has to be.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub remark: Text,
    /// What stands behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

/// To which side the cells of a column stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// Where reading begins.
    #[default]
    Start,
    /// In the middle.
    Center,
    /// Where a line ends: figures.
    End,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// What stands over it, on every page that the table goes on.
    pub heading: String,
    /// To which side its cells stand.
    #[serde(default)]
    pub align: Align,
    /// Its share of the width, against the shares of the others; without one it has as much as its
    /// text asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u16>,
}

/// A table. The first column names its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// What is in it.
    pub title: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with a cell for every column.
    pub rows: Vec<Vec<Text>>,
    /// What stands below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Text>,
}
