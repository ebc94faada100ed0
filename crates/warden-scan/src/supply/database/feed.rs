//! Advisories on their way into a database, with what was wrong with them.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::supply::osv::{Advisory, Note, Refusal, read};

/// As many notes as are kept; all are counted.
const MOST_TOLD: usize = 1000;

/// Advisories that were read, from any number of files.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    pub(super) advisories: Vec<Advisory>,
    pub(super) sources: Vec<String>,
    refused: BTreeMap<Refusal, usize>,
    told: Vec<Told>,
}

/// Something about a record that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// The source, as it was named.
    pub source: String,
    /// The record: its identifier, or its place in the source, from 1.
    pub record: String,
    /// What it is, in a few words.
    pub what: String,
}

impl Feed {
    /// Reads one file of a feed: a record, an array of records, or one record on each line. A
    /// record that is none is told and counted, and the rest is read.
    pub fn add(&mut self, source: &str, bytes: &[u8]) {
        // The names stand on lines of their own in the file.
        let source: String = source.chars().filter(|c| !c.is_control()).take(200).collect();
        if let Ok(records) = serde_json::from_slice::<Vec<&RawValue>>(bytes) {
            for (at, record) in records.iter().enumerate() {
                self.record(&source, at, record.get().as_bytes());
            }
        } else if serde_json::from_slice::<&RawValue>(bytes).is_ok() {
            self.record(&source, 0, bytes);
        } else {
            let lines = bytes.split(|byte| *byte == b'\n').enumerate();
            for (at, line) in lines.filter(|(_, line)| !line.trim_ascii().is_empty()) {
                self.record(&source, at, line);
            }
        }
        self.sources.push(source);
    }

    fn record(&mut self, source: &str, at: usize, bytes: &[u8]) {
        match read(bytes) {
            Ok((advisory, notes)) => {
                for note in notes {
                    // Packages of other ecosystems are no fault of a record that has one of ours.
                    if !matches!(note, Note::Ecosystem(_)) {
                        self.tell(source, advisory.id.clone(), note.to_string());
                    }
                }
                self.advisories.push(advisory);
            }
            Err(refusal) => {
                *self.refused.entry(refusal).or_default() += 1;
                self.tell(source, (at + 1).to_string(), refusal.to_string());
            }
        }
    }

    fn tell(&mut self, source: &str, record: String, what: String) {
        if self.told.len() < MOST_TOLD {
            self.told.push(Told { source: source.to_owned(), record, what });
        }
    }

    /// How many records were taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.advisories.len()
    }

    /// How many records were refused, and why.
    pub fn refused(&self) -> impl Iterator<Item = (Refusal, usize)> {
        self.refused.iter().map(|(refusal, count)| (*refusal, *count))
    }

    /// What was wrong with records, the first thousand.
    #[must_use]
    pub fn told(&self) -> &[Told] {
        &self.told
    }
}
