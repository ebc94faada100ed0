//! The front-ends: bytes of a file to a [`Module`]. Reading never fails; what is not understood
//! is a gap in what comes out.

mod go;
mod javascript;
mod python;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, ops::ControlFlow};

use tree_sitter::{Node, ParseOptions, Parser, Tree};

use crate::{
    builder::{Builder, offset},
    ir::{Gap, GapKind, Language, Module, Span},
};

/// How much of one file is read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a file; of a larger one nothing is read.
    pub bytes: usize,
    /// Steps of the parser, in the unit in which it reports its progress: so many for every file,
    pub steps: u64,
    /// and one more for so many bytes. Real code takes one for twenty to two hundred bytes; what
    /// is no code takes far more time for each.
    pub bytes_per_step: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 8 << 20, steps: 20_000, bytes_per_step: 20 }
    }
}

impl Limits {
    fn steps_for(self, bytes: usize) -> u64 {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.steps.saturating_add(bytes / self.bytes_per_step.max(1))
    }
}

impl Language {
    /// The language that files called so are read as.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let (_, extension) = path.rsplit_once('.')?;
        match extension {
            "py" | "pyi" | "pyw" => Some(Self::Python),
            "js" | "mjs" | "cjs" | "jsx" => Some(Self::JavaScript),
            "ts" | "mts" | "cts" => Some(Self::TypeScript),
            "tsx" => Some(Self::Tsx),
            "go" => Some(Self::Go),
            _ => None,
        }
    }

    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::TypeScript | Self::Tsx => "typescript",
            Self::Go => "go",
        }
    }

    fn grammar(self) -> tree_sitter::Language {
        match self {
            Self::Python => tree_sitter_python::LANGUAGE.into(),
            Self::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Self::Go => tree_sitter_go::LANGUAGE.into(),
        }
    }
}

/// Reads a file. The same bytes give the same module.
#[must_use]
pub fn lower(path: &str, language: Language, bytes: &[u8], limits: Limits) -> Module {
    if bytes.len() > limits.bytes {
        return empty(path, language, GapKind::TooLarge, bytes.len());
    }
    let text = String::from_utf8_lossy(bytes);
    if javascript::only_declares(path) {
        return Builder::new(path, language, &text).finish(Vec::new());
    }
    let Some(tree) = parse(language, &text, limits) else {
        return empty(path, language, GapKind::Budget, bytes.len());
    };
    let mut builder = Builder::new(path, language, &text);
    let whole = Span { start: 0, end: offset(text.len()) };
    if matches!(text, Cow::Owned(_)) {
        builder.gap(GapKind::Encoding, whole);
    }
    let mut module = match language {
        Language::Python => python::lower(builder, tree.root_node()),
        Language::JavaScript | Language::TypeScript | Language::Tsx => {
            javascript::lower(builder, tree.root_node())
        }
        Language::Go => go::lower(builder, tree.root_node()),
    };
    // An error that a front-end walked past must not make the file look understood.
    if tree.root_node().has_error() && module.gaps.is_empty() {
        module.gaps.push(Gap { span: whole, kind: GapKind::Syntax });
    }
    module
}

/// Only parses, for a benchmark that wants to know what that costs alone. Returns the number of
/// nodes below the root, or `None` if the budget was used up.
#[must_use]
pub fn parse_only(language: Language, bytes: &[u8], limits: Limits) -> Option<usize> {
    let text = String::from_utf8_lossy(bytes);
    parse(language, &text, limits).map(|tree| tree.root_node().descendant_count())
}

fn parse(language: Language, text: &str, limits: Limits) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&language.grammar()).ok()?;
    let bytes = text.as_bytes();
    let most = limits.steps_for(bytes.len());
    let mut steps = 0_u64;
    let mut progress = |_: &tree_sitter::ParseState| {
        steps += 1;
        if steps > most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or(&[]), None, Some(options))
}

fn empty(path: &str, language: Language, kind: GapKind, length: usize) -> Module {
    let mut builder = Builder::new(path, language, "");
    builder.gap(kind, Span { start: 0, end: offset(length) });
    builder.finish(Vec::new())
}

/// Where a node stands.
pub(crate) fn span(node: Node<'_>) -> Span {
    Span { start: offset(node.start_byte()), end: offset(node.end_byte()) }
}

/// An enum of the node kinds that a front-end knows, and a table from the grammar's numbers to
/// it, made once: comparing numbers instead of texts is what keeps lowering cheaper than parsing.
///
/// `kinds! { Kind, tree_sitter_go::LANGUAGE; Call = "call_expression", … }` defines `Kind` with
/// those variants and `Other`, and `Kind::of(node)`.
macro_rules! kinds {
    ($name:ident, $language:expr; $($variant:ident = $kind:literal),* $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum $name { $($variant,)* Other }

        impl $name {
            fn of(node: tree_sitter::Node<'_>) -> Self {
                static TABLE: std::sync::LazyLock<Vec<$name>> = std::sync::LazyLock::new(|| {
                    let language: tree_sitter::Language = $language.into();
                    let count = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
                    (0..count)
                        .map(|id| match language.node_kind_for_id(id) {
                            $(Some($kind) => $name::$variant,)*
                            _ => $name::Other,
                        })
                        .collect()
                });
                TABLE.get(usize::from(node.kind_id())).copied().unwrap_or($name::Other)
            }
        }
    };
}
pub(crate) use kinds;
