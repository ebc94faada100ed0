//! The shape of an answer, against what its tool said of it and against what it looked like before.
//!
//! A poisoned answer often gives itself away before a word of it is read: a block of a kind that
//! the tool never gave, a member that no schema names, text beside structured content that says
//! something else, a note to a model where only programs look. [`answered`] compares an answer with
//! the definition of its tool, [`Shape`] with earlier answers.
//!
//! A shape keeps kinds, counts and hashes of names, and no value. Each of its features speaks only
//! once eight answers were seen and at most a quarter of them widened it: what changes all the time
//! cannot be surprising.

mod read;
mod said;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use read::{KINDS, Seen};

/// So many findings are told of one answer.
const MOST: usize = 64;

/// So many answers are needed before a shape says anything.
const ENOUGH: u32 = 8;

/// A feature that more than one in so many answers widened says nothing.
const STEADY: u32 = 4;

/// So many names and sources are remembered.
const NAMES: usize = 512;
const SOURCES: usize = 64;

/// What is odd about the shape of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShapeClass {
    /// There is a schema and no structured content.
    StructureMissing,
    /// There is structured content and no schema.
    StructureUndeclared,
    /// A value is of another type than declared.
    WrongType,
    /// A value is not among those that are declared, or beyond their bounds.
    OutOfRange,
    /// A member that must be there is not.
    MissingMember,
    /// There is a member that the schema does not name.
    ExtraMember,
    /// Text beside structured content says something else.
    TextDiffers,
    /// A block, a resource or a link is malformed, or of no kind that the protocol has.
    Malformed,
    /// A resource or a link is a program or leads to one.
    ActiveResource,
    /// Text to a reader stands where only programs look: `_meta`, annotations.
    HiddenText,
    /// A block says that it is for the model alone, or has a priority that cannot be.
    Audience,
    /// A block of a kind that the tool never gave.
    NewKind,
    /// More blocks of a kind than ever.
    MoreBlocks,
    /// A member that the tool never gave.
    NewMember,
    /// A member has a type that it never had.
    NewType,
    /// A resource or a link from a place that the tool never named.
    NewSource,
    /// The answer is given in a form that the tool never used.
    NewForm,
}

impl ShapeClass {
    /// Every class.
    pub const ALL: &'static [Self] = &[
        Self::StructureMissing,
        Self::StructureUndeclared,
        Self::WrongType,
        Self::OutOfRange,
        Self::MissingMember,
        Self::ExtraMember,
        Self::TextDiffers,
        Self::Malformed,
        Self::ActiveResource,
        Self::HiddenText,
        Self::Audience,
        Self::NewKind,
        Self::MoreBlocks,
        Self::NewMember,
        Self::NewType,
        Self::NewSource,
        Self::NewForm,
    ];

    /// The kebab-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::StructureMissing => "structure-missing",
            Self::StructureUndeclared => "structure-undeclared",
            Self::WrongType => "wrong-type",
            Self::OutOfRange => "out-of-range",
            Self::MissingMember => "missing-member",
            Self::ExtraMember => "extra-member",
            Self::TextDiffers => "text-differs",
            Self::Malformed => "malformed-block",
            Self::ActiveResource => "active-resource",
            Self::HiddenText => "text-in-metadata",
            Self::Audience => "audience",
            Self::NewKind => "new-kind",
            Self::MoreBlocks => "more-blocks",
            Self::NewMember => "new-member",
            Self::NewType => "new-type",
            Self::NewSource => "new-source",
            Self::NewForm => "new-form",
        }
    }

    /// What a finding counts for. None is enough alone: honest servers change too.
    const fn weight(self) -> u32 {
        match self {
            Self::NewKind => 30,
            Self::ActiveResource | Self::NewSource => 25,
            Self::WrongType | Self::ExtraMember | Self::TextDiffers => 20,
            Self::NewMember | Self::MoreBlocks | Self::NewType | Self::StructureMissing => 15,
            Self::MissingMember
            | Self::OutOfRange
            | Self::Malformed
            | Self::Audience
            | Self::NewForm
            | Self::HiddenText => 10,
            Self::StructureUndeclared => 5,
        }
    }
}

/// Something odd about the shape of an answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShapeFinding {
    /// What is odd.
    pub class: ShapeClass,
    /// What it counts for.
    pub weight: u32,
    /// Where in the answer (RFC 6901). Names in it are the answer's own words.
    pub at: String,
}

impl ShapeFinding {
    fn new(class: ShapeClass, at: impl Into<String>) -> Self {
        Self { class, weight: class.weight(), at: at.into() }
    }
}

/// What the definition of a tool says about its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// What is odd, in the order of the places.
    pub findings: Vec<ShapeFinding>,
    /// Whether everything was looked at: no keyword of the schema that is not understood, and no
    /// size beyond what is looked at.
    pub complete: bool,
}

impl Answered {
    /// The weightiest finding, and a quarter of the next.
    #[must_use]
    pub fn score(&self) -> u32 {
        score(&self.findings)
    }
}

/// What findings come to: the weightiest, and a quarter of the next.
fn score(findings: &[ShapeFinding]) -> u32 {
    let mut weights: Vec<u32> = findings.iter().map(|one| one.weight).collect();
    weights.sort_unstable_by(|one, other| other.cmp(one));
    weights.first().copied().unwrap_or(0) + weights.get(1).copied().unwrap_or(0) / 4
}

/// Compares an answer, the result of `tools/call`, with the definition of its tool.
#[must_use]
pub fn answered(definition: &Value, answer: &Value) -> Answered {
    let mut out = Answered { findings: Vec::new(), complete: true };
    said::judge(answer, &mut out);
    let failed = answer.get("isError").and_then(Value::as_bool) == Some(true);
    let pending = answer.get("content").is_none() && answer.get("resultType").is_some();
    let schema = definition.get("outputSchema").filter(|schema| schema.is_object());
    match (schema, answer.get("structuredContent")) {
        (Some(schema), Some(value)) => schema::judge(schema, value, &mut out),
        (Some(_), None) if !failed && !pending => {
            out.findings.push(ShapeFinding::new(ShapeClass::StructureMissing, ""));
        }
        (None, Some(_)) => {
            let at = "/structuredContent";
            out.findings.push(ShapeFinding::new(ShapeClass::StructureUndeclared, at));
        }
        (_, None) => {}
    }
    out.findings.sort_by(|one, other| (&one.at, one.class).cmp(&(&other.at, other.class)));
    out.findings.dedup();
    out.complete &= out.findings.len() <= MOST;
    out.findings.truncate(MOST);
    out
}

/// A feature of a shape, each of which is steady or not by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Feature {
    Kinds,
    Counts,
    Members,
    Sources,
    Forms,
}

const FEATURES: usize = 5;

/// What the answers of one tool looked like. It has a bounded size, and two of them can be merged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// How many answers were learnt.
    seen: u32,
    /// The most blocks of each kind in one answer.
    most: [u32; KINDS],
    /// Hashes of the names on the way to a member, and the types that it had, a bit for each.
    members: BTreeMap<u64, u8>,
    /// Hashes of schemes and hosts.
    sources: BTreeSet<u64>,
    /// The forms, a bit for each.
    forms: u8,
    /// How many answers, without the first, widened each feature.
    news: [u32; FEATURES],
    /// Features of which there is more than is remembered.
    full: [bool; FEATURES],
}

impl Shape {
    /// Of a tool that has not answered yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many answers were learnt.
    #[must_use]
    pub const fn seen(&self) -> u32 {
        self.seen
    }

    /// Whether enough was seen for anything to be said.
    #[must_use]
    pub const fn is_enough(&self) -> bool {
        self.seen >= ENOUGH
    }

    /// Learns an answer that was let through. One that says that it is an error, or that it waits
    /// for something, teaches nothing.
    pub fn learn(&mut self, answer: &Value) {
        let seen = Seen::of(answer);
        if seen.empty {
            return;
        }
        let wider = self.widened(&seen);
        if self.seen > 0 {
            for (news, wider) in self.news.iter_mut().zip(wider) {
                *news = news.saturating_add(u32::from(wider));
            }
        }
        self.seen = self.seen.saturating_add(1);
        self.take(&seen);
    }

    /// Takes in what another shape of the same tool has learnt, from other answers.
    pub fn merge(&mut self, other: &Self) {
        let both = self.seen > 0 && other.seen > 0;
        let differs = [
            self.most.iter().zip(&other.most).any(|(one, two)| (*one == 0) != (*two == 0)),
            self.most != other.most,
            self.members != other.members,
            self.sources != other.sources,
            self.forms != other.forms,
        ];
        for (at, news) in self.news.iter_mut().enumerate() {
            let differs = both && differs.get(at).copied().unwrap_or(false);
            let others = other.news.get(at).copied().unwrap_or(0);
            *news = news.saturating_add(others).saturating_add(u32::from(differs));
        }
        for (one, two) in self.full.iter_mut().zip(other.full) {
            *one |= two;
        }
        for (one, two) in self.most.iter_mut().zip(other.most) {
            *one = (*one).max(two);
        }
        for (name, types) in &other.members {
            *self.members.entry(*name).or_default() |= types;
        }
        self.sources.extend(&other.sources);
        self.forms |= other.forms;
        self.seen = self.seen.saturating_add(other.seen);
        self.bound();
    }

    /// Returns what of an answer breaks with those that were learnt; nothing as long as too few
    /// were.
    #[must_use]
    pub fn against(&self, answer: &Value) -> Vec<ShapeFinding> {
        let seen = Seen::of(answer);
        let mut found = Vec::new();
        if seen.empty {
            return found;
        }
        for (kind, places) in seen.kinds.iter().enumerate() {
            let most = self.most.get(kind).copied().unwrap_or(0);
            let count = u32::try_from(places.len()).unwrap_or(u32::MAX);
            let Some(last) = places.last().filter(|_| count > most) else { continue };
            if most == 0 && self.tells(Feature::Kinds) {
                found.push(ShapeFinding::new(ShapeClass::NewKind, last.as_str()));
            } else if most > 0 && count > most + most / 2 && self.tells(Feature::Counts) {
                found.push(ShapeFinding::new(ShapeClass::MoreBlocks, last.as_str()));
            }
        }
        if self.tells(Feature::Members) {
            let unknown = seen.members.iter().filter_map(|(name, (types, at))| {
                let class = match self.members.get(name) {
                    None => ShapeClass::NewMember,
                    Some(known) if types & !known != 0 => ShapeClass::NewType,
                    Some(_) => return None,
                };
                Some(ShapeFinding::new(class, at.as_str()))
            });
            found.extend(unknown);
        }
        if self.tells(Feature::Sources) {
            let foreign = seen.sources.iter().filter(|(source, _)| !self.sources.contains(source));
            found.extend(
                foreign.map(|(_, at)| ShapeFinding::new(ShapeClass::NewSource, at.as_str())),
            );
        }
        if self.tells(Feature::Forms) && seen.forms & !self.forms != 0 {
            found.push(ShapeFinding::new(ShapeClass::NewForm, ""));
        }
        found.sort();
        found.dedup();
        found.truncate(MOST);
        found
    }

    /// What findings of a shape come to: the weightiest, and a quarter of the next.
    #[must_use]
    pub fn score(findings: &[ShapeFinding]) -> u32 {
        score(findings)
    }

    /// Whether a feature was steady for long enough to be surprised.
    fn tells(&self, feature: Feature) -> bool {
        let at = feature as usize;
        let news = self.news.get(at).copied().unwrap_or(u32::MAX);
        let full = self.full.get(at).copied().unwrap_or(true);
        self.is_enough() && !full && news.saturating_mul(STEADY) <= self.seen
    }

    /// Which features an answer widens.
    fn widened(&self, seen: &Seen) -> [bool; FEATURES] {
        let counts = || {
            let of =
                |(kind, most): (usize, &u32)| (*most, seen.kinds.get(kind).map_or(0, Vec::len));
            self.most.iter().enumerate().map(of)
        };
        let more =
            |(most, count): (u32, usize)| count > usize::try_from(most).unwrap_or(usize::MAX);
        [
            counts().any(|(most, count)| most == 0 && count > 0),
            counts().any(more),
            seen.members.iter().any(|(name, (types, _))| {
                self.members.get(name).is_none_or(|known| types & !known != 0)
            }),
            seen.sources.iter().any(|(source, _)| !self.sources.contains(source)),
            seen.forms & !self.forms != 0,
        ]
    }

    fn take(&mut self, seen: &Seen) {
        for (most, places) in self.most.iter_mut().zip(&seen.kinds) {
            *most = (*most).max(u32::try_from(places.len()).unwrap_or(u32::MAX));
        }
        for (name, (types, _)) in &seen.members {
            *self.members.entry(*name).or_default() |= types;
        }
        self.sources.extend(seen.sources.iter().map(|(source, _)| *source));
        self.forms |= seen.forms;
        self.full[Feature::Members as usize] |= seen.cut;
        self.bound();
    }

    /// Keeps to the size. What has more names than are remembered is not judged by its names.
    fn bound(&mut self) {
        while self.members.len() > NAMES {
            self.members.pop_last();
            self.full[Feature::Members as usize] = true;
        }
        while self.sources.len() > SOURCES {
            self.sources.pop_last();
            self.full[Feature::Sources as usize] = true;
        }
    }
}
