//! All that the compiler may see: the fonts in this program, the template, one file of data.

use std::path::PathBuf;

use crate::SetError;
use typst::{
    Feature, Library, LibraryExt as _, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration},
    layout::Abs,
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{
        Font, FontBook, FontInstance, FontStretch, FontStyle, FontVariant, FontVariations,
        FontWeight,
    },
    utils::LazyHash,
};

/// The template, by the names under which its parts name each other.
const TEMPLATE: [(&str, &str); 3] = [
    ("paper.typ", include_str!("template/paper.typ")),
    ("piece.typ", include_str!("template/piece.typ")),
    ("chart.typ", include_str!("template/chart.typ")),
];

/// The data.
const PLAN: &str = "plan.json";

/// The fonts. Those that come with the compiler's own kit are not all under a licence that we take,
/// so these lie here, with theirs.
const FONTS: [&[u8]; 5] = [
    include_bytes!("../fonts/LibertinusSerif-Regular.otf"),
    include_bytes!("../fonts/LibertinusSerif-Bold.otf"),
    include_bytes!("../fonts/LibertinusSerif-Italic.otf"),
    include_bytes!("../fonts/LibertinusSerif-BoldItalic.otf"),
    include_bytes!("../fonts/DejaVuSansMono.ttf"),
];

/// The fonts, and the compiler's own library.
pub(crate) struct Types {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

impl Types {
    /// The fonts that are in this program; those of the machine are not looked at.
    pub(crate) fn embedded() -> Self {
        let fonts: Vec<Font> =
            FONTS.iter().flat_map(|bytes| Font::iter(Bytes::new(*bytes))).collect();
        let book = LazyHash::new(FontBook::from_fonts(&fonts));
        // Rows that are named by their first cell; the rest of what is in development is not needed.
        let features = std::iter::once(Feature::A11yExtras).collect();
        let library = Library::builder().with_features(features).build();
        Self { library: LazyHash::new(library), book, fonts }
    }

    /// Whether some font has a shape for a character.
    pub(crate) fn cover(&self, c: char) -> bool {
        self.fonts.iter().any(|font| font.info().coverage.contains(u32::from(c)))
    }

    /// The font that takes the most room: bold text.
    pub(crate) fn widest(&self) -> Option<FontInstance> {
        let bold = FontVariant::new(FontStyle::Normal, FontWeight::BOLD, FontStretch::NORMAL);
        let font = self.fonts.get(self.book.select("libertinus serif", bold)?)?;
        Some(font.clone().instantiate(bold, Abs::pt(10.0), &FontVariations::default()))
    }
}

/// What lies before the compiler.
pub(crate) struct Desk<'a> {
    types: &'a Types,
    main: FileId,
    sources: Vec<Source>,
    plan: (FileId, Bytes),
}

impl<'a> Desk<'a> {
    /// A desk with our template and this data.
    pub(crate) fn new(types: &'a Types, plan: Vec<u8>) -> Result<Self, SetError> {
        Self::with(types, &TEMPLATE, plan)
    }

    /// A desk with a template, whose first part is where the compiler begins.
    pub(crate) fn with(
        types: &'a Types,
        template: &[(&str, &str)],
        plan: Vec<u8>,
    ) -> Result<Self, SetError> {
        let mut sources = Vec::with_capacity(template.len());
        for (name, text) in template {
            sources.push(Source::new(place(name)?, (*text).to_owned()));
        }
        let Some(first) = sources.first() else {
            return Err(SetError::Template("it has no parts".into()));
        };
        Ok(Self { types, main: first.id(), plan: (place(PLAN)?, Bytes::new(plan)), sources })
    }
}

fn place(name: &str) -> Result<FileId, SetError> {
    let path =
        VirtualPath::new(name).map_err(|_| SetError::Template(format!("`{name}` is no name")))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// A file that is not on the desk does not exist, wherever it is.
fn unknown(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.get().vpath().get_without_slash()))
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.types.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.types.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let found = self.sources.iter().find(|source| source.id() == id);
        found.cloned().ok_or_else(|| unknown(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.plan.0 { Ok(self.plan.1.clone()) } else { Err(unknown(id)) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.types.fonts.get(index).cloned()
    }

    // Two runs on two days give the same bytes.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use typst_layout::PagedDocument;

    use super::*;
    use crate::TYPES;

    /// What the compiler says of a source that wants something.
    fn told(source: &str) -> String {
        let desk = Desk::with(&TYPES, &[("paper.typ", source)], b"{}".to_vec());
        let outcome = typst::compile::<PagedDocument>(&desk.expect("it is a desk"));
        let errors = outcome.output.err().unwrap_or_default();
        errors.iter().map(|one| one.message.to_string()).collect()
    }

    #[test]
    fn nothing_but_the_template_and_its_data_can_be_read() {
        for wanted in [
            "#read(\"/etc/passwd\")",
            "#read(\"../../../../etc/passwd\")",
            "#include \"/etc/passwd\"",
            "#image(\"/etc/hostname.png\")",
            "#image(\"https://host.example/a.png\")",
            "#import \"@preview/cetz:0.1.0\": a",
            "#datetime.today()",
        ] {
            assert_ne!(told(wanted), "", "{wanted}");
        }
        assert_eq!(told("#json(\"plan.json\").len()"), "");
    }
}
