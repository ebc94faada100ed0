//! New text in the style of the old.

use std::fmt::Write as _;

use super::{Change, EditError, Entry, Place, Slice, Spelled};
use crate::document::{Document, Format, Kind, Member, Node};

/// A file's format, and the text whose style is followed.
pub(super) struct Style<'a> {
    document: &'a Document,
    format: Format,
}

impl<'a> Style<'a> {
    pub(super) const fn new(document: &'a Document, format: Format) -> Self {
        Self { document, format }
    }

    /// The changes that put `program` and `words` in front of an entry's line.
    pub(super) fn changes(
        &self,
        entry: &Entry<'_>,
        program: &str,
        words: &[&str],
    ) -> Result<Vec<Change>, EditError> {
        match &entry.spelled {
            Spelled::Words { list, .. } => {
                let words: Vec<_> = std::iter::once(program).chain(words.iter().copied()).collect();
                Ok(vec![self.in_front_of(list, &words)?])
            }
            Spelled::Text { holder, command, arguments } => {
                let old = command.value.text().ok_or(EditError::Shape)?;
                let words: Vec<_> = words.iter().copied().chain(std::iter::once(old)).collect();
                let mut replacement = quote(program);
                let mut changes = Vec::new();
                match arguments {
                    None => replacement.push_str(&self.new_member(holder, command, &words)?),
                    Some(member) => changes.push(self.in_arguments(entry, member, &words)?),
                }
                let original = self.source(command.value.span.clone())?.to_owned();
                let slice = Slice { place: Place::Command, original, replacement };
                changes.push(Change { at: command.value.span.start, slice });
                Ok(changes)
            }
        }
    }

    fn in_arguments(
        &self,
        entry: &Entry<'_>,
        member: &Member,
        words: &[&str],
    ) -> Result<Change, EditError> {
        let arguments = &member.value;
        if arguments.kind != Kind::Null {
            return self.in_front_of(arguments, words);
        }
        let at = entry.after_colon(member).ok_or(EditError::Shape)?;
        let end = if arguments.span.is_empty() { at } else { arguments.span.end };
        let original = self.source(at..end)?.to_owned();
        let gap = if original.is_empty() { " " } else { self.source(at..arguments.span.start)? };
        let replacement = format!("{gap}[{}]", list(words, ", "));
        Ok(Change { at, slice: Slice { place: Place::Arguments, original, replacement } })
    }

    /// Puts words in front of those of a list.
    fn in_front_of(&self, node: &Node, words: &[&str]) -> Result<Change, EditError> {
        let items = node.items().ok_or(EditError::Shape)?;
        let flow = self.source(node.span.clone())?.starts_with('[');
        let (at, replacement) = match items {
            [] => (node.span.start + 1, self.first_words(node, words)?),
            [first, ..] if flow => {
                let gap = self.gap(node, items)?;
                let text =
                    words.iter().fold(String::new(), |text, word| text + &quote(word) + "," + &gap);
                (first.span.start, text)
            }
            _ if self.format == Format::Yaml => {
                let at = node.span.start;
                let line_end = self.line_end();
                let indent = blank(self.line_before(at)?).ok_or(EditError::Shape)?;
                let items = words.iter().map(|word| format!("- {}{line_end}{indent}", quote(word)));
                (at, items.collect())
            }
            _ => return Err(EditError::Shape),
        };
        let slice = Slice { place: Place::Words, original: String::new(), replacement };
        Ok(Change { at, slice })
    }

    /// What stands between a comma and the next item of a list.
    fn gap(&self, node: &Node, items: &[Node]) -> Result<String, EditError> {
        let first = items.first().ok_or(EditError::Shape)?;
        let before = self.source(node.span.start + 1..first.span.start)?;
        let white = trailing_white(before);
        if white.contains('\n') {
            let indent = white.rsplit('\n').next().unwrap_or_default();
            return Ok(format!("{}{indent}", self.line_end()));
        }
        let Some(second) = items.get(1) else { return Ok(" ".into()) };
        let between = self.source(first.span.end..second.span.start)?;
        let tight = between.trim_end() == between && between.ends_with(',');
        Ok(if tight { String::new() } else { " ".into() })
    }

    /// A member with a list of words, as it follows the command.
    fn new_member(
        &self,
        holder: &Node,
        command: &Member,
        words: &[&str],
    ) -> Result<String, EditError> {
        let (key, value) = (&command.key_span, &command.value.span);
        let braces = self.source(holder.span.clone())?.starts_with('{');
        let before = self.line_before(key.start)?;
        let line_end = self.line_end();
        if !braces && self.format == Format::Yaml {
            let indent = blank(before).ok_or(EditError::Shape)?;
            let mut text = format!("{line_end}{indent}args:");
            for word in words {
                // Writing to a string does not fail.
                write!(text, "{line_end}{indent}  - {}", quote(word)).ok();
            }
            return Ok(text);
        }
        let mark = self.source(key.end..value.start)?;
        let plain = if self.format == Format::Toml { " = " } else { ": " };
        let mark = if mark.trim().len() == 1 && !mark.contains('\n') { mark } else { plain };
        let wide = mark.ends_with(' ');
        let (all, words) = (words, list(words, if wide { ", " } else { "," }));
        if !braces {
            return Ok(format!("{line_end}{before}args{mark}[{words}]"));
        }
        let quotes = match self.source(key.clone())?.chars().next() {
            Some(quote @ ('"' | '\'')) => quote.to_string(),
            _ => String::new(),
        };
        let white = trailing_white(self.source(holder.span.start + 1..key.start)?);
        let between = if white.contains('\n') {
            format!("{line_end}{}", white.rsplit('\n').next().unwrap_or_default())
        } else if wide {
            " ".into()
        } else {
            String::new()
        };
        let words = match self.one_per_line(key.start) {
            Some(indent) => broken(all, line_end, &indent),
            None => words,
        };
        Ok(format!(",{between}{quotes}args{quotes}{mark}[{words}]"))
    }

    /// The words of a list that had none.
    fn first_words(&self, node: &Node, words: &[&str]) -> Result<String, EditError> {
        let bare = self.source(node.span.clone())? == "[]";
        Ok(match self.one_per_line(node.span.start).filter(|_| bare) {
            Some(indent) => broken(words, self.line_end(), &indent),
            None => list(words, ", "),
        })
    }

    /// The indents of a member that begins its line and of what stands inside it, if lists in this
    /// file have one word per line.
    ///
    /// Clients that write their files anew break every list like this. Text in the same style
    /// comes out of that as it was, and can still be found.
    fn one_per_line(&self, at: usize) -> Option<(String, String)> {
        let json = matches!(self.format, Format::Json | Format::Jsonc);
        let all = self.source(self.document.root().span.clone()).ok()?;
        let line = self.line_before(at).ok()?;
        let outer = line.get(..line.len() - line.trim_start().len())?;
        // Behind the indent only the key may stand, and what follows it up to the list.
        let alone =
            line.trim_start().split_once(':').is_none_or(|(_, rest)| rest.trim().is_empty());
        let tight = all.contains("[\"") || all.contains("['");
        if !json || tight || outer.is_empty() || !alone {
            return None;
        }
        let first = self.document.root().members()?.first()?;
        let unit = blank_or_tabs(self.line_before(first.key_span.start).ok()?).unwrap_or("  ");
        Some((outer.to_owned(), format!("{outer}{unit}")))
    }

    fn source(&self, span: std::ops::Range<usize>) -> Result<&'a str, EditError> {
        self.document.source(span).ok_or(EditError::Shape)
    }

    /// The text of the line before a byte.
    fn line_before(&self, at: usize) -> Result<&'a str, EditError> {
        let before = self.source(0..at)?;
        let line = before.rsplit('\n').next().unwrap_or(before);
        Ok(line.strip_prefix('\u{feff}').unwrap_or(line))
    }

    /// How lines end in this file.
    fn line_end(&self) -> &'static str {
        let all = self.source(0..self.document.root().span.end).unwrap_or_default();
        if all.split_once('\n').is_some_and(|(line, _)| line.ends_with('\r')) {
            "\r\n"
        } else {
            "\n"
        }
    }
}

/// White space as wide as the start of a line that holds nothing but white space and dashes.
fn blank(line: &str) -> Option<String> {
    line.chars().all(|c| matches!(c, ' ' | '-')).then(|| " ".repeat(line.len()))
}

fn blank_or_tabs(line: &str) -> Option<&str> {
    Some(line).filter(|line| !line.is_empty() && line.trim().is_empty())
}

/// Words that stand on a line each, between two brackets.
fn broken(words: &[&str], line_end: &str, (outer, inner): &(String, String)) -> String {
    let between = format!(",{line_end}{inner}");
    format!("{line_end}{inner}{}{line_end}{outer}", list(words, &between))
}

fn trailing_white(text: &str) -> &str {
    let end = text.trim_end_matches([' ', '\t', '\r', '\n']).len();
    text.get(end..).unwrap_or_default()
}

fn list(words: &[&str], between: &str) -> String {
    words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(between)
}

/// Text between double quotes, escaped in the way that JSON, TOML and YAML all read.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                // Writing to a string does not fail.
                write!(quoted, "\\u{:04x}", u32::from(c)).ok();
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
