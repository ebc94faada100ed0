//! `mcpwarden paper`: a document as a page, as PDF or as pictures.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use warden_report::paper::{Document, html};

use crate::{
    Failure, Kind, World, output,
    typeset::{Typesetter, plan},
};

/// The largest document that is read.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Set a document on paper, or show it as a page
///
/// A document is JSON: headings, tables, figures and charts, without how they look. As HTML it is
/// one page without scripts; as PDF it can be kept for years and read aloud (PDF/A-2a, PDF/UA-1).
/// PDF and pictures are made by `mcpwarden-typeset`, which lies beside this program.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden paper report.json --output report.html
  mcpwarden paper report.json --format pdf --output report.pdf
  mcpwarden paper report.json --format png --output pages

Exit codes:
  0         it is written
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    /// The document
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// As what
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Html)]
    format: Format,

    /// Write it into a file; for pictures, into a folder that is there
    #[arg(short, long, value_name = "PATH", required_if_eq_any([("format", "pdf"), ("format", "png")]))]
    output: Option<PathBuf>,

    /// How many pixels an inch of a picture has
    #[arg(long, value_name = "NUMBER", default_value_t = 144, value_parser = clap::value_parser!(u32).range(36..=600))]
    ppi: u32,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Format {
    Html,
    Pdf,
    Png,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let document = load(&world.cwd.join(&self.file))?;
        let path = self.output.map(|path| world.cwd.join(path));
        write(&document, self.format, path.as_deref(), self.ppi)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes a document, and returns the bytes of the one file that it became; nothing of pictures.
///
/// # Errors
/// What does not hold in it, or why it cannot be set or written.
pub(super) fn write(
    document: &Document,
    format: Format,
    path: Option<&Path>,
    ppi: u32,
) -> Result<Vec<u8>, Failure> {
    let bytes = match (format, path) {
        (Format::Html, None) => {
            let page = html::html(&plan(document)?);
            output::print(&page)?;
            return Ok(page.into_bytes());
        }
        (Format::Html, Some(_)) => html::html(&plan(document)?).into_bytes(),
        (Format::Pdf, Some(_)) => Typesetter::beside()?.pdf(document)?,
        (Format::Png, Some(folder)) => {
            let pages = Typesetter::beside()?.png(document, ppi)?;
            for (at, page) in pages.iter().enumerate() {
                save(&folder.join(format!("page-{:03}.png", at + 1)), page)?;
            }
            return Ok(Vec::new());
        }
        (Format::Pdf | Format::Png, None) => {
            return Err(Failure::new(Kind::Usage, "`--output` says where it is written"));
        }
    };
    if let Some(file) = path {
        save(file, &bytes)?;
    }
    Ok(bytes)
}

fn load(file: &Path) -> Result<Document, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::new(Kind::Input, format!("cannot read `{}`", file.display())).caused_by(error)
    };
    if fs::metadata(file).map_err(unreadable)?.len() > MOST_BYTES {
        let why = format!("`{}` is larger than any document", file.display());
        return Err(Failure::new(Kind::Input, why));
    }
    let bytes = fs::read(file).map_err(unreadable)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Failure::new(Kind::Input, format!("`{}` is no document", file.display()))
            .caused_by(error)
            .hint("`mcpwarden-typeset sample en a4` writes one to begin with")
    })
}

pub(super) fn save(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(file, bytes).map_err(|error| {
        Failure::new(Kind::Usage, format!("cannot write `{}`", file.display()))
            .caused_by(error)
            .hint("name a file in a folder that exists and that you may write to")
    })
}
