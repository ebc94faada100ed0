//! What a board is not told: severity words alone, figures without a source, published figures
//! without their state, and other sections than a board asks for.

mod severity;

use std::fmt;

use warden_govern::facts;

use super::{
    catalogue::{Entry, head, parts},
    query,
};
use crate::paper::{Block, Counting, Document, Language, Note, Run, Style, Text};

/// What is wrong with a report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A title or a sentence that rates without a scenario and without a range of money.
    #[error("`{0}` rates with a word alone: name a scenario, or a range of money")]
    Severity(String),
    /// A sentence with a figure and without where it comes from.
    #[error("`{0}` has a figure, and does not say where it comes from")]
    Source(String),
    /// A published figure without what came of looking it up.
    #[error("`{text}` states the published figure `{fact}` without its state")]
    Fact {
        /// The figure.
        fact: &'static str,
        /// Where it is stated.
        text: String,
    },
    /// Another number of the sections that a board asks for.
    #[error("the section `{section}` is there {found} times, and has to be there once")]
    Section {
        /// The section.
        section: &'static str,
        /// How often it is there.
        found: usize,
    },
    /// A dimension that shows no scenario, measured or not.
    #[error("the section `{0}` has no chart of scenarios")]
    NoScenario(&'static str),
}

/// Everything that is wrong with a report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refused(pub Vec<Refusal>);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("; "))
    }
}

/// The sections of the three dimensions.
const DIMENSIONS: [&Entry; 3] =
    [&parts::DATA_EXPOSURE, &parts::OPERATIONAL_INTEGRITY, &parts::THIRD_PARTY_TRUST];

/// Holds a document against what a board is not told. Of a document that has the section of a
/// dimension, or the summary, these are held to more: no rating without a scenario of these titles
/// or a range, and no figure without a source.
///
/// # Errors
/// Everything that is wrong.
pub fn lint(document: &Document, scenarios: &[&str]) -> Result<(), Refused> {
    let mut found = Vec::new();
    for (_, text) in texts(&document.blocks) {
        stated(&plain(&text), &mut found);
    }
    stated(&document.title, &mut found);
    sections(document, &mut found);
    let held = severity::Held::new(scenarios);
    for block in watched(document) {
        for (kind, text) in texts(std::slice::from_ref(block)) {
            rated(kind, &text, &held, &mut found);
        }
    }
    if found.is_empty() { Ok(()) } else { Err(Refused(found)) }
}

/// What a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// A title, a label of a chart or a figure.
    Title,
    /// A sentence of the template.
    Sentence,
    /// A row of a table, or of a chart, as one text; its figures have their source below.
    Row,
}

/// What rates, and what has a figure without a source.
fn rated(place: Place, text: &Text, held: &severity::Held, found: &mut Vec<Refusal>) {
    let said = plain(text);
    if !held.allows(&said, is_range(text)) {
        found.push(Refusal::Severity(said.clone()));
    }
    let figure = |run: &Run| run.text.chars().any(|c| c.is_ascii_digit());
    // Where nothing is measured, the figures are those of the template.
    let sourced =
        |run: &Run| matches!(run.note, Some(Note::Reference(_))) || run.style == Style::Unmeasured;
    if place == Place::Sentence && text.0.iter().any(figure) && !text.0.iter().any(sourced) {
        found.push(Refusal::Source(said));
    }
}

/// Whether a text has a range of money: two amounts that come from the scenarios.
fn is_range(text: &Text) -> bool {
    let amount = |run: &&Run| {
        let money = |reference: &crate::paper::Reference| {
            reference.query == query::MONEY || reference.query == query::CARDS
        };
        let sourced = matches!(&run.note, Some(Note::Reference(reference)) if money(reference));
        sourced && run.text.chars().any(|c| c.is_ascii_digit())
    };
    text.0.iter().filter(amount).count() > 1
}

/// Published figures without their state.
fn stated(said: &str, found: &mut Vec<Refusal>) {
    let facts = facts::unlabelled(&severity::international(said));
    found.extend(
        facts.into_iter().map(|one| Refusal::Fact { fact: one.fact, text: said.to_owned() }),
    );
}

/// A board report has the three dimensions once each, and each shows scenarios.
fn sections(document: &Document, found: &mut Vec<Refusal>) {
    let language = document.language;
    if headings(document, head::ANSWER.of(language)).next().is_none() {
        return;
    }
    for section in DIMENSIONS {
        let title = section.of(language);
        let places: Vec<usize> = headings(document, title).collect();
        if places.len() != 1 {
            found.push(Refusal::Section { section: title, found: places.len() });
        }
        for at in places {
            let chart = section_at(document, at).iter().any(|one| matches!(one, Block::Ranges(_)));
            if !chart {
                found.push(Refusal::NoScenario(title));
            }
        }
    }
}

/// The places of the headings of the first level that say this.
fn headings<'d>(document: &'d Document, title: &'d str) -> impl Iterator<Item = usize> + 'd {
    document.blocks.iter().enumerate().filter_map(move |(at, block)| match block {
        Block::Heading { level: 1, counting: Counting::Number, text } if text == title => Some(at),
        _ => None,
    })
}

/// The blocks from a heading of the first level to the next.
fn section_at(document: &Document, at: usize) -> &[Block] {
    let rest = document.blocks.get(at..).unwrap_or_default();
    let is_next = |block: &Block| matches!(block, Block::Heading { level: 1, .. });
    let end = rest.iter().skip(1).position(is_next).map_or(rest.len(), |end| end + 1);
    rest.get(..end).unwrap_or_default()
}

/// The blocks of the summary and of the dimensions.
fn watched(document: &Document) -> Vec<&Block> {
    let language: Language = document.language;
    let titles = DIMENSIONS.into_iter().chain([&head::ANSWER]);
    let mut blocks = Vec::new();
    for title in titles {
        for at in headings(document, title.of(language)) {
            blocks.extend(section_at(document, at));
        }
    }
    blocks
}

/// What a text says, without its notes.
fn plain(text: &Text) -> String {
    text.0.iter().map(|run| run.text.as_str()).collect()
}

/// Every text of these blocks; a row is one text.
fn texts(blocks: &[Block]) -> Vec<(Place, Text)> {
    let mut all = Vec::new();
    for block in blocks {
        block_texts(block, &mut all);
    }
    all
}

fn block_texts(block: &Block, all: &mut Vec<(Place, Text)>) {
    let row = |cells: &[Text]| {
        let runs = cells.iter().flat_map(|cell| {
            let space = Run { text: " ".into(), ..Run::default() };
            cell.0.iter().cloned().chain([space])
        });
        Text(runs.collect())
    };
    let mut title = |text: &str| all.push((Place::Title, Text::plain(text)));
    match block {
        Block::Heading { text, .. } => title(text),
        Block::Paragraph { text } => all.push((Place::Sentence, text.clone())),
        Block::Answer { title: over, paragraphs } => {
            title(over);
            all.extend(paragraphs.iter().map(|text| (Place::Sentence, text.clone())));
        }
        Block::Figures { figures } => {
            for figure in figures {
                let value = figure.value.clone().unwrap_or_default();
                let text = Text::plain(format!("{} {value} ", figure.label));
                all.push((Place::Row, text.with(figure.remark.clone())));
            }
        }
        Block::Table(table) => {
            title(&table.title);
            all.extend(table.rows.iter().map(|cells| (Place::Row, row(cells))));
            all.extend(table.notes.iter().map(|text| (Place::Row, text.clone())));
        }
        Block::Ranges(chart) => {
            title(&chart.title);
            title(&chart.description);
            let row = |one: &crate::paper::Range| {
                let spread = one
                    .spread
                    .iter()
                    .flat_map(|spread| [&spread.low, &spread.middle, &spread.high]);
                let amounts = spread.map(|amount| Run {
                    text: format!(" {}", amount.label),
                    note: amount.note.clone(),
                    ..Run::default()
                });
                Text(one.label.0.iter().cloned().chain(amounts).collect())
            };
            all.extend(chart.rows.iter().map(|one| (Place::Row, row(one))));
        }
        Block::Bars(chart) => {
            title(&chart.title);
            title(&chart.description);
            all.extend(chart.rows.iter().map(|one| (Place::Row, one.label.clone())));
        }
        Block::Trend(chart) => {
            title(&chart.title);
            title(&chart.description);
            chart.series.iter().for_each(|one| title(&one.name));
        }
        Block::Clocks(chart) => {
            title(&chart.title);
            title(&chart.description);
            all.extend(chart.clocks.iter().map(|one| (Place::Row, one.label.clone())));
        }
        Block::List { items, .. } => {
            all.extend(items.iter().map(|text| (Place::Sentence, text.clone())));
        }
        Block::PageBreak => {}
    }
}
