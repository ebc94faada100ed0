//! Answers that turn hostile after clean ones.
//!
//! A server that means ill behaves until it is trusted. What one answer alone does not prove, the
//! answers before it can: a weather service that never spoke to a model and now does, a new host
//! in the same breath as an order, words and letters that never occurred.
//!
//! A [`Turn`] has a constant size: sets of bits over hashes, and counts. It speaks once eight
//! answers were heard, and only raises a score.

mod heard;
#[cfg(test)]
mod tests;

pub use heard::Heard;

use crate::LEVEL;

/// So many clean answers make a history.
const ENOUGH: u32 = 8;

/// An answer is clean up to this score, and suspicious from the other on.
const CLEAN: u32 = 15;
const SUSPICIOUS: u32 = 25;

/// The most by which a score is raised: not enough to flag a text in which nothing else is.
const MOST: u32 = 45;

/// A share of new words, in a thousand, that is much, and the mean that makes it a surprise.
const FRESH: u32 = 600;
const STEADY: u32 = 250;

/// Fewer words say nothing about a vocabulary.
const WORDS: usize = 12;

/// A set that is fuller holds everything.
const FULLEST: u32 = 2;

/// How an answer breaks with those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TurnBreak {
    /// It is the first that is suspicious.
    FirstSuspicious,
    /// It is the first that speaks to a model.
    SpeaksToModel,
    /// It names a host that none named before, and tells somebody to do something.
    NewHostAndOrder,
    /// It is written in letters that none had, and tells somebody to do something.
    NewScript,
    /// It has a vocabulary of its own, and tells somebody to do something.
    NewVocabulary,
}

impl TurnBreak {
    /// Every way.
    pub const ALL: &'static [Self] = &[
        Self::FirstSuspicious,
        Self::SpeaksToModel,
        Self::NewHostAndOrder,
        Self::NewScript,
        Self::NewVocabulary,
    ];

    /// The kebab-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FirstSuspicious => "first-suspicious",
            Self::SpeaksToModel => "speaks-to-model",
            Self::NewHostAndOrder => "new-host-and-order",
            Self::NewScript => "new-script",
            Self::NewVocabulary => "new-vocabulary",
        }
    }

    /// By how much it raises a score.
    const fn raises(self) -> u32 {
        match self {
            Self::FirstSuspicious | Self::SpeaksToModel | Self::NewHostAndOrder => 20,
            Self::NewScript | Self::NewVocabulary => 10,
        }
    }
}

/// How an answer compares with those before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// How it breaks with them.
    pub breaks: Vec<TurnBreak>,
    /// By how much the score is to be raised.
    pub raise: u32,
}

impl Turned {
    /// The score of the answer, seen with those before it: never less than alone.
    #[must_use]
    pub fn score(&self, alone: u32) -> u32 {
        alone.saturating_add(self.raise).min(alone.max(100))
    }
}

/// What the answers of one tool or server sounded like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Answers that were heard and did not reach the level.
    clean: u32,
    /// Answers that did.
    hostile: u32,
    /// The highest score of a clean one.
    worst: u32,
    /// How many spoke to a model, and how many told somebody to do something.
    spoke: u32,
    ordered: u32,
    /// Sums of the shares of new words, in a thousand, and how many were summed up.
    fresh: (u32, u32),
    scripts: u16,
    hosts: Bits<16>,
    words: Bits<256>,
}

impl Default for Turn {
    fn default() -> Self {
        Self::new()
    }
}

impl Turn {
    /// Of a tool that has not answered yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            clean: 0,
            hostile: 0,
            worst: 0,
            spoke: 0,
            ordered: 0,
            fresh: (0, 0),
            scripts: 0,
            hosts: Bits([0; 16]),
            words: Bits([0; 256]),
        }
    }

    /// How many answers were heard.
    #[must_use]
    pub const fn heard(&self) -> u32 {
        self.clean.saturating_add(self.hostile)
    }

    /// Whether enough was heard for anything to be said.
    #[must_use]
    pub const fn is_enough(&self) -> bool {
        self.clean >= ENOUGH
    }

    /// Learns an answer. One that reaches the level counts and teaches nothing else, so that what
    /// was refused does not become what is usual.
    pub fn learn(&mut self, heard: &Heard) {
        if heard.score >= LEVEL {
            self.hostile = self.hostile.saturating_add(1);
            return;
        }
        if self.clean > 0 && heard.words.len() >= WORDS {
            let (sum, count) = self.fresh;
            let share = self.share(heard);
            // The mean follows the present: after many answers the old ones count half.
            self.fresh = if count >= 64 {
                (sum / 2 + share, count / 2 + 1)
            } else {
                (sum + share, count + 1)
            };
        }
        self.clean = self.clean.saturating_add(1);
        self.worst = self.worst.max(heard.score);
        self.spoke = self.spoke.saturating_add(u32::from(heard.speaks));
        self.ordered = self.ordered.saturating_add(u32::from(heard.orders));
        self.scripts |= heard.scripts;
        heard.hosts.iter().for_each(|host| self.hosts.add(*host));
        heard.words.iter().for_each(|word| self.words.add(*word));
    }

    /// Takes in the history of the same tool elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.clean = self.clean.saturating_add(other.clean);
        self.hostile = self.hostile.saturating_add(other.hostile);
        self.worst = self.worst.max(other.worst);
        self.spoke = self.spoke.saturating_add(other.spoke);
        self.ordered = self.ordered.saturating_add(other.ordered);
        self.fresh.0 = self.fresh.0.saturating_add(other.fresh.0);
        self.fresh.1 = self.fresh.1.saturating_add(other.fresh.1);
        self.scripts |= other.scripts;
        self.hosts.merge(&other.hosts);
        self.words.merge(&other.words);
    }

    /// Returns how an answer breaks with those before it; not at all as long as too few were heard.
    #[must_use]
    pub fn against(&self, heard: &Heard) -> Turned {
        let mut breaks = Vec::new();
        if !self.is_enough() {
            return Turned::default();
        }
        if heard.score >= SUSPICIOUS && self.worst < CLEAN && self.hostile == 0 {
            breaks.push(TurnBreak::FirstSuspicious);
        }
        if heard.speaks && self.spoke == 0 {
            breaks.push(TurnBreak::SpeaksToModel);
        }
        // An order is none for a tool of which every answer is full of them.
        let acts = heard.orders && self.ordered * 4 <= self.clean;
        let strange = |host: &u64| !self.hosts.has(*host);
        if acts && !self.hosts.is_full() && heard.hosts.iter().any(strange) {
            breaks.push(TurnBreak::NewHostAndOrder);
        }
        if (acts || heard.speaks) && heard.scripts & !self.scripts != 0 {
            breaks.push(TurnBreak::NewScript);
        }
        if (acts || heard.speaks) && self.is_new_vocabulary(heard) {
            breaks.push(TurnBreak::NewVocabulary);
        }
        let raise = breaks.iter().map(|one| one.raises()).sum::<u32>().min(MOST);
        Turned { breaks, raise }
    }

    fn is_new_vocabulary(&self, heard: &Heard) -> bool {
        let (sum, count) = self.fresh;
        let steady = count >= ENOUGH / 2 && sum / count <= STEADY;
        steady && !self.words.is_full() && heard.words.len() >= WORDS && self.share(heard) >= FRESH
    }

    /// The share of an answer's words that were never heard, in a thousand.
    fn share(&self, heard: &Heard) -> u32 {
        let fresh = heard.words.iter().filter(|word| !self.words.has(**word)).count();
        u32::try_from(fresh * 1000 / heard.words.len().max(1)).unwrap_or(1000)
    }
}

/// A set of hashes that never forgets one, and now and then knows one that it was not given
/// (Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970). Two bits for each.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bits<const N: usize>([u64; N]);

impl<const N: usize> Bits<N> {
    fn add(&mut self, hash: u64) {
        for (at, bit) in Self::places(hash) {
            if let Some(word) = self.0.get_mut(at) {
                *word |= bit;
            }
        }
    }

    fn has(&self, hash: u64) -> bool {
        Self::places(hash)
            .iter()
            .all(|(at, bit)| self.0.get(*at).is_some_and(|word| word & bit != 0))
    }

    fn merge(&mut self, other: &Self) {
        for (one, two) in self.0.iter_mut().zip(&other.0) {
            *one |= two;
        }
    }

    fn is_full(&self) -> bool {
        let ones: u32 = self.0.iter().map(|word| word.count_ones()).sum();
        usize::try_from(ones * FULLEST).unwrap_or(usize::MAX) > N * 64
    }

    fn places(hash: u64) -> [(usize, u64); 2] {
        [hash >> 6, hash.rotate_left(26) >> 6].map(|hash| {
            let bit = usize::try_from(hash % (64 * N as u64)).unwrap_or(0);
            (bit / 64, 1 << (bit % 64))
        })
    }
}

// The promise about memory holds by construction.
const _: () = assert!(size_of::<Turn>() <= 2400);
