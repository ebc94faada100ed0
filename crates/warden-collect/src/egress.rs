//! Logs of proxies, resolvers and firewalls: who went where, and which of that was MCP.
//!
//! A log is read as a stream, line by line, in memory that does not grow with it. What is read:
//! squid, the common and combined log format (also with the host in front, and as envoy writes
//! it), dnsmasq, BIND, tables with named columns (W3C extended, Zeek, CSV with a header) and JSON
//! lines. Forms of single lines may stand beside each other in one file, as syslog mixes them.
//!
//! Every line is one of three things: somebody went somewhere, it speaks of something else, or it
//! cannot be read. The last are counted with their reason, never passed over.

mod lines;
mod named;
mod sign;
mod tally;
#[cfg(test)]
mod tests;
mod to;
mod when;

use std::io::{self, Read};

use warden_mcp::{Line, LineReader};

use named::Columns;
pub use sign::{Sign, sign};
pub use tally::{Endpoint, Known, Server, Sighting, Tally, Unknown, Unread};
pub use to::{To, host};
pub use when::When;

/// The longest line that is read, in bytes.
pub const MOST_LINE: usize = 64 * 1024;

/// What kind of thing was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A request, as a proxy sees it.
    Request,
    /// A connection of which only the other end is known.
    Connection,
    /// A question for the address of a host. Nobody has to have gone there.
    Lookup,
}

/// Somebody went somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it was.
    pub what: What,
    /// Where to.
    pub to: To,
    /// The machine that it came from, as the log names it.
    pub source: Option<String>,
    /// The user, as the log names it.
    pub user: Option<String>,
    /// When.
    pub when: When,
}

/// Why a line cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// It has more than [`MOST_LINE`] bytes.
    TooLong,
    /// It is not UTF-8.
    NoText,
    /// It is in none of the forms.
    NoForm,
    /// It has more or fewer columns than its header.
    Columns,
    /// It does not say to which host.
    NoHost,
}

impl Why {
    /// The reason in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::TooLong => "longer than 65536 bytes",
            Self::NoText => "not UTF-8",
            Self::NoForm => "in no form that is known",
            Self::Columns => "not as many columns as the header",
            Self::NoHost => "does not say to which host",
        }
    }
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Somebody went somewhere.
    Seen(Seen),
    /// Something else: a header, an answer, a line without text.
    Nothing,
    /// It cannot be read.
    Unread(Why),
}

/// A log that is being read: what its lines so far have said of its form.
#[derive(Debug, Default)]
pub struct Log {
    columns: Option<Columns>,
    begun: bool,
}

impl Log {
    /// What a line says.
    pub fn line(&mut self, line: &[u8]) -> Said {
        let Ok(text) = std::str::from_utf8(line) else { return Said::Unread(Why::NoText) };
        let text = text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
        if text.trim().is_empty() {
            return Said::Nothing;
        }
        if text.starts_with('#') {
            if let Some(columns) = Columns::directive(text) {
                self.columns = Some(columns);
            }
            return Said::Nothing;
        }
        let is_first = !std::mem::replace(&mut self.begun, true);
        if text.starts_with('{') {
            return named::json(text);
        }
        if let Some(columns) = &self.columns {
            return columns.line(text);
        }
        if is_first && let Some(columns) = Columns::header(text) {
            self.columns = Some(columns);
            return Said::Nothing;
        }
        lines::line(text)
    }
}

/// Reads a log to its end, and hands on what each line says, with its number from 1.
///
/// # Errors
/// What the stream says.
pub fn each(stream: impl Read, note: &mut dyn FnMut(u64, Said)) -> io::Result<()> {
    let mut reader = LineReader::new(stream, MOST_LINE);
    let mut log = Log::default();
    let mut number = 0;
    loop {
        while let Some(line) = reader.next() {
            number += 1;
            note(number, of_line(&mut log, &line));
        }
        if !reader.fill()? {
            break;
        }
    }
    if let Some(line) = reader.rest() {
        note(number + 1, of_line(&mut log, &line));
    }
    Ok(())
}

fn of_line(log: &mut Log, line: &Line<'_>) -> Said {
    match line {
        // A last line without a line end is one that is still being written, and says as much.
        Line::Whole(bytes) | Line::Torn(bytes) => log.line(bytes),
        Line::TooLong { .. } => Said::Unread(Why::TooLong),
    }
}
