//! Text with emphasis, and notes that say where a figure comes from.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a figure comes from, so that somebody else can get it again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The command that shows what it is computed from.
    pub query: String,
    /// The time at which it was so.
    pub as_of: Timestamp,
    /// The digest of what was read, as `sha256:…`.
    pub evidence: String,
}

/// What stands behind a number at a piece of text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Note {
    /// Where a figure comes from.
    Reference(Reference),
    /// Something to know about it.
    Text(String),
}

/// How a piece of text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// As the text around it.
    #[default]
    Plain,
    /// What the eye has to find.
    Strong,
    /// What is stressed.
    Emphasis,
    /// A command, a name, a digest: as it is typed.
    Code,
    /// What nobody has measured. Without a text the document says so in its language.
    Unmeasured,
}

impl Style {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "this is how serde asks")]
    fn is_plain(&self) -> bool {
        *self == Self::Plain
    }
}

/// A piece of text in one style.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// What it says. A line end in it is shown as `\n`: paragraphs are blocks of their own.
    pub text: String,
    /// How it looks.
    #[serde(default, skip_serializing_if = "Style::is_plain")]
    pub style: Style,
    /// What stands behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

/// Text: pieces in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(pub Vec<Run>);

impl Text {
    /// Text in the style of what is around it.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self::default().and(text)
    }

    /// A figure that says where it comes from.
    #[must_use]
    pub fn figure(text: impl Into<String>, reference: &Reference) -> Self {
        Self::default().and_figure(text, reference)
    }

    /// What nobody has measured.
    #[must_use]
    pub fn unmeasured() -> Self {
        Self::default().and_styled(String::new(), Style::Unmeasured)
    }

    /// This, and then text in the style of what is around it.
    #[must_use]
    pub fn and(self, text: impl Into<String>) -> Self {
        self.and_styled(text, Style::Plain)
    }

    /// This, and then text in a style.
    #[must_use]
    pub fn and_styled(mut self, text: impl Into<String>, style: Style) -> Self {
        self.0.push(Run { text: text.into(), style, note: None });
        self
    }

    /// This, and then a figure that says where it comes from.
    #[must_use]
    pub fn and_figure(mut self, text: impl Into<String>, reference: &Reference) -> Self {
        let note = Some(Note::Reference(reference.clone()));
        self.0.push(Run { text: text.into(), style: Style::Plain, note });
        self
    }

    /// This, and then another text.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// This, with a note behind its last piece.
    #[must_use]
    pub fn noted(mut self, note: Note) -> Self {
        if let Some(last) = self.0.last_mut() {
            last.note = Some(note);
        }
        self
    }

    /// Whether it says nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|run| run.text.is_empty() && run.style != Style::Unmeasured)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::plain(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::plain(text)
    }
}
