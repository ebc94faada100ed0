//! What the person at the terminal is told when a command stops, and what the shell is told.
//!
//! Libraries return their own small error enums. Only the binary turns them into a [`Failure`],
//! since only it knows which command ran and what the person can do next.

use std::error::Error;

use anstyle::{AnsiColor, Style};
use warden_report::{Colors, printable};

/// Why a command stopped, with a way forward.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
    hints: Vec<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// Who can put it right; this decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// We have a bug, or the system does not do what it must.
    Internal,
    /// The command line.
    Usage,
    /// A configuration or policy file of ours.
    Config,
    /// The thing that was to be looked at.
    Input,
}

impl Kind {
    /// The exit code. These numbers are public and documented; they never move.
    pub(crate) const fn exit_code(self) -> u8 {
        match self {
            Self::Internal => 1,
            Self::Usage => 2,
            Self::Config => 3,
            Self::Input => 4,
        }
    }
}

impl Failure {
    /// A failure of this kind. The message is lower case and has no full stop.
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new(), source: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds what it was caused by.
    #[must_use]
    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What went wrong, alone.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// What went wrong and why, in one line.
    pub(crate) fn told(&self) -> String {
        let mut text = self.message.clone();
        let mut cause = self.source.as_deref().map(|source| source as &dyn Error);
        while let Some(error) = cause {
            text.push_str(&format!(": {error}"));
            cause = error.source();
        }
        text
    }

    /// Who can put it right.
    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// What went wrong, then why, then what to do; each line is ended by a line feed.
    pub(crate) fn render(&self, colors: Colors) -> String {
        let mut out = line("", "error", BAD.filter(colors), &self.message);
        let mut cause = self.source.as_deref().map(|source| source as &dyn Error);
        while let Some(error) = cause {
            out.push_str(&line("  ", "because", BECAUSE.filter(colors), &error.to_string()));
            cause = error.source();
        }
        for hint in &self.hints {
            out.push_str(&line("  ", "help", HELP.filter(colors), hint));
        }
        out
    }
}

struct Paint(Style);

const BAD: Paint = Paint(AnsiColor::Red.on_default().bold());
const BECAUSE: Paint = Paint(Style::new().bold());
const HELP: Paint = Paint(AnsiColor::Cyan.on_default().bold());

impl Paint {
    fn filter(&self, colors: Colors) -> Style {
        if colors == Colors::On { self.0 } else { Style::new() }
    }
}

fn line(indent: &str, word: &str, style: Style, text: &str) -> String {
    format!("{indent}{style}{word}{style:#}: {}\n", printable(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_reads_as_what_then_why_then_what_to_do() {
        let failure = Failure::new(Kind::Input, "cannot read `a\u{1b}[2J`")
            .caused_by(std::io::Error::other("permission denied"))
            .hint("run it as the person whose file it is");
        assert_eq!(
            failure.render(Colors::Off),
            "error: cannot read `a<U+001B>[2J`\n  because: permission denied\n  \
             help: run it as the person whose file it is\n"
        );
        assert!(failure.render(Colors::On).starts_with("\u{1b}[1m\u{1b}[31merror\u{1b}[0m: "));
    }

    #[test]
    fn exit_codes_never_move() {
        let kinds = [Kind::Internal, Kind::Usage, Kind::Config, Kind::Input];
        assert_eq!(kinds.map(Kind::exit_code), [1, 2, 3, 4]);
    }
}
