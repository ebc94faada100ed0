//! The weights: how many points what stands around a finding is worth. They are policy, and
//! versioned; what they may not break is in [`laws`](super::laws).

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use warden_model::{Digest, Severity};

use super::{
    exposure::{AXES, Axis, MOST_WORDS},
    laws::{self, Broken},
    score::Stamp,
};
use crate::{Word as _, estate::Network};

/// The weights that are used where nobody has set others.
const BUILT_IN: &str = "built-in-1";
const BASE: [i32; 5] = [8, 28, 48, 68, 88];
const POINTS: [[i32; MOST_WORDS]; AXES] = [
    [0, 0, 10, 15, 20, 20],
    [0, 3, 10, 10, 0, 0],
    [0, 2, 5, 10, 10, 0],
    [0, 3, 8, 15, 15, 0],
    [0, 3, 10, 10, 0, 0],
    [0, 3, 10, 10, 0, 0],
    [0, 8, 30, 30, 0, 0],
    [0, 8, 32, 32, 0, 0],
    [0, 12, 16, 16, 0, 0],
];
const REACH: [i32; 5] = [0, 3, 6, 10, 10];

/// Weights that keep the laws: others are not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights {
    /// By severity.
    pub(super) base: [i32; 5],
    /// By axis, and by the word that it stands at.
    pub(super) points: [[i32; MOST_WORDS]; AXES],
    /// How many tenths count of a finding about the way there, by network.
    pub(super) reach: [i32; 5],
    /// For what acts while nobody writes it down.
    pub(super) blind: i32,
    /// For a toxic flow.
    pub(super) toxic: i32,
    /// The most that all of it adds.
    pub(super) cap: i32,
    /// What is taken off, so that little around a finding lowers it.
    pub(super) offset: i32,
    stamp: Arc<Stamp>,
}

/// Why weights are not loaded.
#[derive(Debug, thiserror::Error)]
pub enum NoWeights {
    /// It is no TOML.
    #[error("it is no file of weights")]
    Toml(#[from] toml_edit::de::Error),
    /// It is no JSON, or not in the form.
    #[error("it is no file of weights")]
    Json(#[from] serde_json::Error),
    /// A word is missing.
    #[error("there are no points for `{word}` in `{table}`")]
    Missing {
        /// The table.
        table: &'static str,
        /// The word.
        word: &'static str,
    },
    /// A word that there is none of.
    #[error("`{word}` in `{table}` is not known")]
    Extra {
        /// The table.
        table: &'static str,
        /// The word.
        word: String,
    },
    /// A law does not hold.
    #[error(transparent)]
    Broken(#[from] Broken),
}

type Table = BTreeMap<String, u8>;

/// Weights as they stand in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    cap: u8,
    offset: u8,
    blind_action: u8,
    toxic_flow: u8,
    base: Table,
    reach: Table,
    axes: BTreeMap<String, Table>,
}

impl Default for Weights {
    fn default() -> Self {
        let mut weights = Self {
            base: BASE,
            points: POINTS,
            reach: REACH,
            blind: 5,
            toxic: 10,
            cap: 40,
            offset: 20,
            stamp: Arc::new(Stamp { version: BUILT_IN.into(), digest: Digest::of(b"") }),
        };
        weights.seal(BUILT_IN.into());
        weights
    }
}

impl Weights {
    /// Reads weights from TOML.
    ///
    /// # Errors
    /// What is no file of weights, and weights that break a law, with an example.
    pub fn from_toml(bytes: &[u8]) -> Result<Self, NoWeights> {
        Self::from_file(toml_edit::de::from_slice(bytes)?)
    }

    /// Reads weights from JSON.
    ///
    /// # Errors
    /// What is no file of weights, and weights that break a law, with an example.
    pub fn from_json(bytes: &[u8]) -> Result<Self, NoWeights> {
        Self::from_file(serde_json::from_slice(bytes)?)
    }

    /// Which weights these are: stored with each score.
    #[must_use]
    pub const fn stamp(&self) -> &Arc<Stamp> {
        &self.stamp
    }

    /// What each word of an axis is worth, `unknown` last.
    #[must_use]
    pub fn points_of(&self, axis: Axis) -> Vec<(&'static str, i32)> {
        axis.words().into_iter().zip(self.points[axis as usize]).collect()
    }

    /// The file that these weights are read from.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = format!(
            "version = {:?}\ncap = {}\noffset = {}\nblind_action = {}\ntoxic_flow = {}\n",
            self.stamp.version, self.cap, self.offset, self.blind, self.toxic
        );
        let file = self.file(self.stamp.version.clone());
        let mut table = |name: &str, words: &[&str], rows: &Table| {
            text.push_str(&format!("\n[{name}]\n"));
            for word in words {
                text.push_str(&format!("{word} = {}\n", rows.get(*word).copied().unwrap_or(0)));
            }
        };
        let severities: Vec<_> = Severity::ALL.iter().map(|severity| severity.name()).collect();
        table("base", &severities, &file.base);
        for axis in Axis::all() {
            if let Some(rows) = file.axes.get(axis.word()) {
                table(&format!("axes.{axis}"), &axis.words(), rows);
            }
        }
        table("reach", &Axis::Network.words(), &file.reach);
        text
    }

    fn from_file(file: File) -> Result<Self, NoWeights> {
        let mut weights = Self {
            base: fill("base", Severity::ALL.iter().map(|severity| severity.name()), &file.base)?,
            reach: fill("reach", Axis::Network.words(), &file.reach)?,
            blind: file.blind_action.into(),
            toxic: file.toxic_flow.into(),
            cap: file.cap.into(),
            offset: file.offset.into(),
            ..Self::default()
        };
        let known = |name: &String| Axis::all().iter().any(|axis| axis.word() == name);
        if let Some(word) = file.axes.keys().find(|name| !known(name)) {
            return Err(NoWeights::Extra { table: "axes", word: word.clone() });
        }
        for axis in Axis::all() {
            let rows = file.axes.get(axis.word());
            let rows = rows.ok_or(NoWeights::Missing { table: "axes", word: axis.word() })?;
            weights.points[*axis as usize] = fill(axis.word(), axis.words(), rows)?;
        }
        laws::check(&weights)?;
        weights.seal(file.version);
        Ok(weights)
    }

    fn file(&self, version: String) -> File {
        fn table<'a>(words: impl IntoIterator<Item = &'a str>, points: &[i32]) -> Table {
            let rows = words.into_iter().zip(points);
            rows.map(|(word, points)| (word.to_owned(), small(*points))).collect()
        }
        let axes = Axis::all().iter();
        File {
            version,
            cap: small(self.cap),
            offset: small(self.offset),
            blind_action: small(self.blind),
            toxic_flow: small(self.toxic),
            base: table(Severity::ALL.iter().map(|severity| severity.name()), &self.base),
            reach: table(Axis::Network.words(), &self.reach),
            axes: axes
                .map(|axis| {
                    (axis.word().to_owned(), table(axis.words(), &self.points[*axis as usize]))
                })
                .collect(),
        }
    }

    fn seal(&mut self, version: String) {
        // A map of texts and small numbers is always JSON.
        let form = serde_json_canonicalizer::to_vec(&self.file(version.clone()));
        let digest = Digest::of(&form.unwrap_or_default());
        self.stamp = Arc::new(Stamp { version, digest });
    }
}

/// Every weight was read from a `u8`, or is one of ours.
fn small(points: i32) -> u8 {
    u8::try_from(points).unwrap_or(u8::MAX)
}

fn fill<const N: usize>(
    table: &'static str,
    words: impl IntoIterator<Item = &'static str>,
    rows: &Table,
) -> Result<[i32; N], NoWeights> {
    let mut filled = [0; N];
    let mut known = Vec::with_capacity(N);
    for (slot, word) in filled.iter_mut().zip(words) {
        let points = rows.get(word).ok_or(NoWeights::Missing { table, word })?;
        *slot = i32::from(*points);
        known.push(word);
    }
    match rows.keys().find(|name| !known.contains(&name.as_str())) {
        Some(word) => Err(NoWeights::Extra { table, word: word.clone() }),
        None => Ok(filled),
    }
}

/// The networks, `unknown` last, as the reach is indexed.
pub(super) fn networks() -> usize {
    Network::all().len() + 1
}
