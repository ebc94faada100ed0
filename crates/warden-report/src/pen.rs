//! Where human output is written to: colours, indents, wrapping, and nothing unsafe.

use anstyle::{AnsiColor, Style};
use warden_model::Severity;

use crate::{
    clean::printable,
    lines::{width, wrap},
};

/// How output is to look.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// How many columns a line may take.
    pub columns: usize,
    /// Whether to colour.
    pub colors: Colors,
}

/// Whether to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colors {
    /// Plain text.
    Off,
    /// ANSI escape sequences.
    On,
}

pub(crate) const PLAIN: Style = Style::new();
pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const FRAME: Style = AnsiColor::Blue.on_default().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const NOTE: Style = AnsiColor::Cyan.on_default();

/// How a severity is coloured, wherever it is named.
pub(crate) const fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Critical | Severity::High => BAD,
        Severity::Medium => WARN.bold(),
        Severity::Low | Severity::Info => NOTE.bold(),
    }
}

/// How a piece of output is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Running text.
    Plain,
    /// A name.
    Strong,
    /// What is beside the point.
    Dim,
    /// What is wrong.
    Bad,
    /// What needs a look.
    Warn,
    /// What is in order.
    Good,
}

impl Tone {
    const fn style(self) -> Style {
        match self {
            Self::Plain => PLAIN,
            Self::Strong => BOLD,
            Self::Dim => DIM,
            Self::Bad => BAD,
            Self::Warn => WARN,
            Self::Good => GOOD,
        }
    }
}

/// Collects output. INVARIANT: whatever is written goes through [`printable`], so that escape
/// sequences in the output are only ever our own.
#[derive(Debug)]
pub struct Pen {
    out: String,
    view: View,
}

impl Pen {
    /// With nothing written yet.
    #[must_use]
    pub fn new(view: View) -> Self {
        // Below this nothing can be laid out; a line then simply runs over.
        Self { out: String::new(), view: View { columns: view.columns.max(24), ..view } }
    }

    /// The columns that a line may take.
    pub(crate) fn columns(&self) -> usize {
        self.view.columns
    }

    /// Writes `text` where the last text ended.
    pub(crate) fn put(&mut self, style: Style, text: &str) {
        let text = printable(text);
        let colored = self.view.colors == Colors::On && style != PLAIN && !text.trim().is_empty();
        if colored {
            let text = format!("{style}{text}{style:#}");
            self.out.push_str(&text);
        } else {
            self.out.push_str(&text);
        }
    }

    /// Writes `text` where the last text ended.
    pub fn say(&mut self, tone: Tone, text: &str) {
        self.put(tone.style(), text);
    }

    /// Writes `text` from column `start` on, wrapped; every further line starts there too.
    pub fn lines(&mut self, start: usize, tone: Tone, text: &str) {
        self.block(start, tone.style(), text);
    }

    /// Ends the line.
    pub fn end(&mut self) {
        while self.out.ends_with(' ') {
            self.out.pop();
        }
        self.out.push('\n');
    }

    /// Leaves a line empty, but not the first one.
    pub(crate) fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Writes `text` from column `start` on, wrapped; every further line starts there too.
    pub(crate) fn block(&mut self, start: usize, style: Style, text: &str) {
        self.block_after(&format!("{:start$}", ""), style, text);
    }

    /// Writes `text` after `margin`, wrapped; further lines are indented as far.
    pub(crate) fn block_after(&mut self, margin: &str, style: Style, text: &str) {
        let start = width(margin);
        let room = self.columns().saturating_sub(start).max(12);
        for (number, line) in wrap(&printable(text), room).iter().enumerate() {
            if number == 0 {
                self.put(FRAME, margin);
            } else {
                self.put(PLAIN, &format!("{:start$}", ""));
            }
            self.put(style, line);
            self.end();
        }
    }

    /// What was written.
    #[must_use]
    pub fn finish(self) -> String {
        self.out
    }
}
