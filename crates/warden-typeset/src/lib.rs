//! Sets documents on paper: a [`Document`] becomes PDF, or pictures of its pages.
//!
//! How it looks is a template of ours; what it says goes into it as data. A document that does not
//! fit its pages is refused instead of cut off. The program `mcpwarden-typeset` is this library over
//! standard input and output; it stands beside `mcpwarden`, which starts it, so that nobody waits for
//! a typesetter to be built who does not need one.
//!
//! Invariant: no text of a document is ever read as code.
//! Invariant: while it sets, it opens no file but its own template, no package and no connection.
//! Invariant: the same document gives the same bytes; the only time in them is the document's.
//! Invariant: nothing is printed beyond the edge of a page or of its text.

pub mod answer;
mod bounds;
mod cover;
mod desk;
mod fit;
mod room;

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use serde::Serialize;
use typst::{
    comemo,
    diag::SourceDiagnostic,
    foundations::{Datetime, Smart},
    utils::Scalar,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};
use typst_render::RenderOptions;
use warden_report::{
    paper::{Document, Plan, Problems},
    printable,
};

use desk::{Desk, Types};
use room::Room;

/// Pixels in an inch where nobody asks for another number.
pub const PPI: u32 = 144;

/// The most pixels in an inch: a page of A4 is then 35 million pixels.
pub const MOST_PPI: u32 = 600;

/// Why a document was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// It is not in the format.
    #[error("it is no document: {0}")]
    Format(#[source] serde_json::Error),
    /// Something in it does not hold.
    #[error("{0}")]
    Problems(#[from] Problems),
    /// The template does not take it. That is a bug of ours.
    #[error("the template does not take it: {0}")]
    Template(String),
    /// Something in it has no room.
    #[error("page {page}: `{text}` does not fit")]
    Room {
        /// The page, from 1.
        page: usize,
        /// What does not fit, or the words for a drawing.
        text: String,
    },
    /// The finished pages could not be written in the format.
    #[error("the pages cannot be written: {0}")]
    Write(String),
    /// So many pixels are not drawn.
    #[error("{0} pixels in an inch are none that are drawn: from 36 to {MOST_PPI} are")]
    Pixels(u32),
}

/// A document that was set: its pages lie on the desk.
pub struct Pages {
    pages: PagedDocument,
    made: Option<Datetime>,
}

/// What the template gets.
#[derive(Serialize)]
struct Given<'a> {
    plan: &'a Plan,
    room: &'a Room,
}

/// Fonts take a while to be read; one reading is enough.
static TYPES: LazyLock<Types> = LazyLock::new(Types::embedded);

/// Sets a document.
///
/// # Errors
/// When something in it does not hold, or does not fit its pages.
pub fn set(document: &Document) -> Result<Pages, SetError> {
    let types = &*TYPES;
    let document = cover::spelled(document, types)?;
    let mut plan = Plan::of(&document)?;
    let room = Room::of(plan.paper, plan.form);
    fit::fit(&mut plan, &room, types);
    let given = serde_json::to_vec(&Given { plan: &plan, room: &room });
    let given = given.map_err(SetError::Format)?;
    let pages = compiled(&Desk::new(types, given)?)?;
    bounds::check(&pages, &room)?;
    Ok(Pages { pages, made: moment(document.as_of) })
}

/// Reads a document as JSON and sets it.
///
/// # Errors
/// As [`set`], and when it is not in the format.
pub fn set_json(bytes: &[u8]) -> Result<Pages, SetError> {
    let document: Document = serde_json::from_slice(bytes).map_err(SetError::Format)?;
    set(&document)
}

fn compiled(desk: &Desk) -> Result<PagedDocument, SetError> {
    // What the compiler keeps for the next time is given back, also after an error.
    let _kept = Evict::later();
    let outcome = typst::compile::<PagedDocument>(desk);
    let told = |all: &[SourceDiagnostic]| {
        let lines: Vec<String> = all.iter().map(|one| one.message.to_string()).collect();
        SetError::Template(printable(&lines.join("; ")).into_owned())
    };
    let pages = outcome.output.map_err(|errors| told(&errors))?;
    // A warning is a font that is missing or a layout that does not settle: not what was asked for.
    if outcome.warnings.is_empty() { Ok(pages) } else { Err(told(&outcome.warnings)) }
}

/// Gives back what the compiler keeps, at the end of the block that it stands in.
struct Evict(());

impl Evict {
    fn later() -> Self {
        Self(())
    }
}

impl Drop for Evict {
    fn drop(&mut self) {
        comemo::evict(0);
    }
}

fn moment(at: jiff::Timestamp) -> Option<Datetime> {
    let at = at.to_zoned(TimeZone::UTC).datetime();
    let [month, day, hour, minute, second] =
        [at.month(), at.day(), at.hour(), at.minute(), at.second()]
            .map(|part| u8::try_from(part).ok());
    Datetime::from_ymd_hms(i32::from(at.year()), month?, day?, hour?, minute?, second?)
}

impl Pages {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.pages.pages().len()
    }

    /// The text of each page, piece by piece, as a reader of the PDF finds it.
    #[must_use]
    pub fn texts(&self) -> Vec<Vec<String>> {
        self.pages.pages().iter().map(|page| bounds::texts(&page.frame)).collect()
    }

    /// Pairs of texts that stand on each other; none in a document that can be read.
    #[must_use]
    pub fn collisions(&self) -> Vec<(usize, String, String)> {
        bounds::collisions(&self.pages)
    }

    /// The pages as PDF/A-2a and PDF/UA-1: to be kept for years, and to be read aloud.
    ///
    /// # Errors
    /// When a page breaks a rule of these standards.
    pub fn pdf(&self) -> Result<Vec<u8>, SetError> {
        let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]);
        let options = PdfOptions {
            ident: Smart::Auto,
            creator: Smart::Custom(Some("mcpwarden".into())),
            timestamp: self.made.map(Timestamp::new_utc),
            standards: standards.map_err(|error| SetError::Write(error.message().to_string()))?,
            ..PdfOptions::default()
        };
        let _kept = Evict::later();
        typst_pdf::pdf(&self.pages, &options).map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(|one| one.message.to_string()).collect();
            SetError::Write(printable(&lines.join("; ")).into_owned())
        })
    }

    /// A picture of each page as PNG, with so many pixels in an inch.
    ///
    /// # Errors
    /// When that are too few or too many pixels.
    pub fn png(&self, ppi: u32) -> Result<Vec<Vec<u8>>, SetError> {
        if !(36..=MOST_PPI).contains(&ppi) {
            return Err(SetError::Pixels(ppi));
        }
        let pixel_per_pt = Scalar::new(f64::from(ppi) / 72.0);
        let options = RenderOptions { pixel_per_pt, render_bleed: false };
        let _kept = Evict::later();
        let pages = self.pages.pages().iter();
        pages
            .map(|page| {
                let picture = typst_render::render(page, &options).encode_png();
                picture.map_err(|error| SetError::Write(error.to_string()))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
