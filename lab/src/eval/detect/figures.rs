//! The figures of an evaluation of text, as they are committed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use xtask::shell::{self, Failure, root};

/// Where they are.
const FILE: &str = "docs/evaluation/detect.json";

/// Everything that was measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// By what, from whom, and of what sort.
    pub rows: BTreeMap<String, Row>,
    /// By what was promised.
    pub promised: BTreeMap<String, Row>,
    /// How many of the found texts are found in a disguise, and of how many.
    pub disguises: BTreeMap<String, (usize, usize)>,
}

/// What is judged together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Definitions or texts.
    pub subject: &'static str,
    /// Who wrote them.
    pub source: String,
    /// What sort of attack or text.
    pub category: String,
}

impl Sort {
    /// Its name in the file.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}/{}", self.subject, self.source, self.category)
    }
}

/// How a text was judged.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    /// Whether it is flagged.
    pub flagged: bool,
    /// Whether the rules alone flag it.
    pub by_rules: bool,
    /// What the learnt model gives.
    pub probability: f64,
}

/// How texts of one sort were judged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Definitions or texts.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// Who wrote them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Hostile ones, and how many of them were flagged, with the learnt model and without.
    pub hostile: usize,
    /// Flagged with everything.
    pub found: usize,
    /// Flagged by the rules alone.
    pub found_by_rules: usize,
    /// Harmless ones.
    pub harmless: usize,
    /// Flagged with everything.
    pub alarms: usize,
    /// Flagged by the rules alone.
    pub alarms_by_rules: usize,
    /// The probabilities of all, in thousandths, for the curve.
    #[serde(skip)]
    pub scores: Vec<(u32, bool)>,
}

impl Row {
    /// An empty row.
    #[must_use]
    pub fn new(sort: &Sort) -> Self {
        Self { subject: sort.subject.into(), source: sort.source.clone(), ..Self::default() }
    }

    /// Counts a text.
    pub fn add(&mut self, hostile: bool, judged: &Judged) {
        let (all, with, without) = if hostile {
            (&mut self.hostile, &mut self.found, &mut self.found_by_rules)
        } else {
            (&mut self.harmless, &mut self.alarms, &mut self.alarms_by_rules)
        };
        *all += 1;
        *with += usize::from(judged.flagged);
        *without += usize::from(judged.by_rules);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1")]
        self.scores.push(((judged.probability * 1e6) as u32, hostile));
    }
}

impl Figures {
    /// The committed ones.
    ///
    /// # Errors
    /// The file is not there, or is none.
    pub fn committed() -> Result<Self, Failure> {
        shell::read_json(&root().join(FILE))
    }

    /// Writes them.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self) -> Result<(), Failure> {
        shell::write_json(&root().join(FILE), self)
    }
}

/// What is worse than it was.
#[must_use]
pub fn worse(before: &Figures, now: &Figures) -> Vec<String> {
    let mut lines = Vec::new();
    let pairs = before.rows.iter().map(|(key, was)| (key, was, now.rows.get(key)));
    let promised = before.promised.iter().map(|(key, was)| (key, was, now.promised.get(key)));
    for (key, was, is) in pairs.chain(promised) {
        let Some(is) = is else {
            lines.push(format!("{key} was not judged"));
            continue;
        };
        if is.found < was.found {
            lines.push(format!("{key}: {} found, {} before", is.found, was.found));
        }
        if is.alarms > was.alarms {
            lines.push(format!("{key}: {} flagged by mistake, {} before", is.alarms, was.alarms));
        }
    }
    for (key, (kept, of)) in &before.disguises {
        let (kept_now, of_now) = now.disguises.get(key).copied().unwrap_or_default();
        if kept_now * of < kept * of_now {
            lines.push(format!("{key}: {kept_now} of {of_now} kept, {kept} of {of} before"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_found_and_more_alarms_are_worse() {
        let sort = Sort { subject: "texts", source: "x".into(), category: "y".into() };
        let mut before = Figures::default();
        let mut row = Row::new(&sort);
        row.add(true, &Judged { flagged: true, by_rules: false, probability: 0.9 });
        row.add(false, &Judged { flagged: false, by_rules: false, probability: 0.1 });
        before.rows.insert(sort.key(), row.clone());
        before.promised.insert("all".into(), row);
        before.disguises.insert("texts: z".into(), (9, 10));
        assert_eq!(worse(&before, &before), Vec::<String>::new());
        let mut now = before.clone();
        let row = now.rows.get_mut(&sort.key()).expect("it is there");
        (row.found, row.alarms) = (0, 1);
        now.disguises.insert("texts: z".into(), (8, 10));
        assert_eq!(worse(&before, &now).len(), 3);
        now.promised.clear();
        assert_eq!(worse(&before, &now).len(), 4);
        assert_eq!(worse(&before, &Figures::default()).len(), 2);
    }
}
