//! Reports for the board: a template of ten parts whose blanks are filled from an estate.
//!
//! [`Ground`] computes everything once; [`board`], [`incident`], [`deep_dive`] and [`sheet`] turn it
//! into a [`Document`] in one of three languages. A sentence of the template is one text of the
//! catalogue with named blanks, and is always printed whole: a blank that nothing fills says "not
//! measured". Every figure has the command that shows it, the time and the digest of the estate.
//! Before it is handed out a document is held against what a board is not told ([`Refused`]):
//! severity words alone, figures without a source, published figures without their state.

mod annex;
mod catalogue;
mod decisions;
mod deep;
mod dimension;
mod ground;
mod incidents;
mod lint;
mod plan;
mod query;
mod risks;
mod rows;
mod say;
mod summary;
#[cfg(test)]
mod tests;
mod update;

pub use deep::{deep_dive, sheet};
pub use ground::Ground;
pub use lint::{Refusal, Refused, lint};
pub use update::{NoUpdate, incident};

use crate::paper::{Block, Document, Form, Language, Paper, VERSION};
use catalogue::head;
use say::Say;

/// How a report is made.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The language of everything that the report itself says. Names and titles in an estate stay
    /// as they are.
    pub language: Language,
    /// What it is printed on.
    pub paper: Paper,
    /// Who may read it; without one it is confidential.
    pub classification: Option<String>,
}

/// The report to the board.
///
/// # Errors
/// Everything in it that a board is not told so.
pub fn board(ground: &Ground<'_>, options: &Options) -> Result<Document, Refused> {
    let say = Say::new(ground, options.language);
    let mut blocks = summary::summary(ground, &say);
    blocks.push(Block::PageBreak);
    blocks.extend(dimension::data_exposure(ground, &say));
    blocks.extend(dimension::operational_integrity(ground, &say));
    blocks.extend(dimension::third_party_trust(ground, &say));
    blocks.extend(risks::top_five(ground, &say));
    blocks.extend(incidents::incidents(ground, &say));
    blocks.extend(rows::compliance(ground, &say));
    blocks.extend(plan::plan(ground, &say));
    blocks.extend(decisions::waivers(ground, &say));
    blocks.extend(decisions::asked(ground, &say));
    blocks.push(Block::PageBreak);
    blocks.extend(annex::annex(ground, &say));
    finished(ground, options, &say, &head::BOARD_TITLE, blocks)
}

/// Every part begins on a slide of its own.
fn on_slides(blocks: Vec<Block>) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::with_capacity(blocks.len() * 2);
    for block in blocks {
        let begins = match &block {
            Block::Heading { .. } => true,
            // A chart and its table have a slide each; what is told before a chart stays with it.
            Block::Table(_) | Block::Figures { .. } => out.last().is_some_and(is_drawn),
            Block::Ranges(_) | Block::Bars(_) | Block::Trend(_) | Block::Clocks(_) => {
                out.last().is_some_and(|last| is_drawn(last) || matches!(last, Block::Table(_)))
            }
            _ => false,
        };
        if begins && !matches!(out.last(), None | Some(Block::PageBreak)) {
            out.push(Block::PageBreak);
        }
        out.push(block);
    }
    out
}

/// Whether a block is a drawing.
const fn is_drawn(block: &Block) -> bool {
    matches!(block, Block::Ranges(_) | Block::Bars(_) | Block::Trend(_) | Block::Clocks(_))
}

/// A document with its frame, once it was held against what a board is not told.
fn finished(
    ground: &Ground<'_>,
    options: &Options,
    say: &Say,
    title: &catalogue::Entry,
    blocks: Vec<Block>,
) -> Result<Document, Refused> {
    let blocks = if options.paper == Paper::Slide { on_slides(blocks) } else { blocks };
    let organisation = &ground.estate().organisation.name;
    let known = !organisation.trim().is_empty();
    let document = Document {
        version: VERSION,
        title: say.of(title).to_owned(),
        subtitle: Some(ground.quarter()),
        language: options.language,
        organisation: if known { say::short(organisation, 80) } else { say.unmeasured_word() },
        as_of: ground.estate().as_of,
        classification: options
            .classification
            .clone()
            .unwrap_or_else(|| say.of(&head::CONFIDENTIAL).to_owned()),
        paper: options.paper,
        form: Form::Report,
        blocks,
    };
    lint(&document, &ground.scenario_titles())?;
    Ok(document)
}
