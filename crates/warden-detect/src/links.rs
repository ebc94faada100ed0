//! Links and images through which data leaves when somebody renders or follows them.
//!
//! An image in an answer is fetched as soon as it is shown. Where its address has a place that a
//! model is to fill, or carries what was said already, showing it is sending it. What counts is
//! what the place is named for, how the address is shown, and whether words near ask for it; an
//! address by itself is none: badges, tiles, signed downloads and documentation are full of
//! parameters and templates.
//!
//! Text without an address costs one search for a substring. Everything is looked at once, or up to
//! a constant distance, so that the time is linear whatever the text.

mod around;
mod carried;
mod extent;
mod place;
mod script;
mod slot;
#[cfg(test)]
mod tests;

use std::{ops::Range, sync::LazyLock};

use aho_corasick::AhoCorasick;

use crate::{Mark, Verdict, automaton};

use self::{
    around::Surroundings,
    extent::Delimiters,
    place::{Place, Places},
    slot::Address,
};

/// So many pieces of evidence are told of one text.
const MOST: usize = 64;

/// The highest score.
const HIGHEST: u32 = 100;

/// What no single weak sign exceeds: below [`crate::LEVEL`].
const WEAK: u32 = 35;

/// What is wrong with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkKind {
    /// It has a place that somebody is to fill with data.
    Template,
    /// It carries text already, plain or encoded.
    Data,
    /// It is a program: `javascript:`, or a document with a script in it.
    Script,
    /// It is a picture that nobody can see.
    Pixel,
    /// It is a form, a frame or a redirection to elsewhere.
    Elsewhere,
}

impl LinkKind {
    /// The kebab-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Template => "link-template",
            Self::Data => "link-data",
            Self::Script => "link-script",
            Self::Pixel => "tracking-pixel",
            Self::Elsewhere => "link-elsewhere",
        }
    }
}

/// How an address is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Carrier {
    /// A picture, a sound or a film: fetched when it is shown.
    Image,
    /// An address in a style: fetched when it is shown.
    Style,
    /// A frame, an embedded object or a script: fetched when it is shown.
    Frame,
    /// A redirection that follows by itself.
    Refresh,
    /// Where a form is sent.
    Form,
    /// A link that somebody follows.
    Link,
    /// An address in running text.
    Plain,
}

impl Carrier {
    /// Whether the address is fetched without anybody following it.
    #[must_use]
    pub const fn loads(self) -> bool {
        matches!(self, Self::Image | Self::Style | Self::Frame | Self::Refresh)
    }
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkEvidence {
    /// What is wrong.
    pub kind: LinkKind,
    /// How the address is shown.
    pub carrier: Carrier,
    /// What it counts for: from [`crate::LEVEL`] on it is enough alone.
    pub weight: u32,
    /// Where the address stands, in bytes of the text.
    pub range: Range<usize>,
}

/// What the links of a text say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The evidence, in the order of the text; at most 64 pieces, the weightiest of them.
    pub evidence: Vec<LinkEvidence>,
    /// How many pieces are not listed.
    pub more: usize,
    /// The weightiest piece, and a quarter of the next; from 0 to 100.
    pub score: u32,
}

impl Links {
    /// Whether the score reaches `level`.
    #[must_use]
    pub const fn reaches(&self, level: u32) -> bool {
        self.score >= level
    }

    /// The evidence as that of a verdict.
    pub fn marks(&self) -> impl Iterator<Item = Mark> {
        self.evidence.iter().map(|one| Mark {
            class: one.kind.name(),
            detector: "links",
            weight: one.weight,
            field: String::new(),
            range: one.range.clone(),
            encoding: None,
        })
    }

    fn add(&mut self, kind: LinkKind, carrier: Carrier, weight: u32, range: &Range<usize>) {
        if weight > 0 {
            self.evidence.push(LinkEvidence { kind, carrier, weight, range: range.clone() });
        }
    }

    /// Orders the evidence and adds it up.
    fn settle(&mut self) {
        self.evidence.sort_by_key(|one| (std::cmp::Reverse(one.weight), one.range.start));
        let weight = |at: usize| self.evidence.get(at).map_or(0, |one| one.weight);
        self.score = (weight(0) + weight(1) / 4).min(HIGHEST);
        self.more = self.evidence.len().saturating_sub(MOST);
        self.evidence.truncate(MOST);
        self.evidence.sort_by_key(|one| (one.range.start, one.range.end, one.kind));
    }
}

impl Verdict {
    /// Takes in what the links of the same text say.
    pub fn linked(&mut self, links: &Links) {
        self.marks.extend(links.marks());
        self.marks.sort_by_key(|mark| (mark.range.start, mark.range.end));
        self.score = self.score.max(links.score);
    }
}

/// What an address begins with.
static STARTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    automaton::keywords([
        "://",
        "javascript:",
        "vbscript:",
        "data:text/html",
        "data:image/svg",
        "data:application/xhtml",
        "](//",
        "=\"//",
        "='//",
        "(//",
        "(\"//",
        "('//",
    ])
});

/// Which of [`STARTS`] are programs, and which leave the scheme out.
const SCRIPTS: Range<usize> = 1..6;
const BARE: usize = 6;

/// Returns what the links and images of a text carry away.
#[must_use]
pub fn links(text: &str) -> Links {
    let mut found = Links::default();
    let bytes = text.as_bytes();
    // A colon stands in every address but one without a scheme.
    if memchr::memchr(b':', bytes).is_none() && memchr::memmem::find(bytes, b"//").is_none() {
        return found;
    }
    let mut places = Places::new(text);
    let mut ends = Delimiters::new(text);
    let mut near = Surroundings::new(text);
    let mut done = 0;
    for hit in STARTS.find_overlapping_iter(text) {
        if hit.start() < done {
            continue;
        }
        let pattern = hit.pattern().as_usize();
        let program = SCRIPTS.contains(&pattern);
        let start = if program {
            hit.start()
        } else if pattern >= BARE {
            hit.end() - 2
        } else {
            scheme(bytes, hit.start(), done)
        };
        let place = places.of(start);
        let end = ends.of(start, hit.end(), &place);
        let range = start..end;
        let address = text.get(range.clone()).unwrap_or_default();
        if program {
            script::judge(address, &range, &place, &mut found);
        } else {
            let of = Address::of(address);
            judge(&mut near, &of, (&range, done), &place, &mut found);
        }
        places.passed(&range, &place);
        done = end.max(hit.end());
    }
    found.settle();
    found
}

/// Where the scheme in front of `://` begins.
fn scheme(bytes: &[u8], colon: usize, floor: usize) -> usize {
    let from = colon.saturating_sub(LONGEST_SCHEME).max(floor);
    let before = bytes.get(from..colon).unwrap_or_default();
    let letters = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    colon - letters
}

/// A longer word before `://` is no scheme.
const LONGEST_SCHEME: usize = 16;

/// One address that is fetched or followed.
fn judge(
    near: &mut Surroundings<'_>,
    address: &Address<'_>,
    (range, floor): (&Range<usize>, usize),
    place: &Place<'_>,
    found: &mut Links,
) {
    if address.is_local() {
        return;
    }
    let carrier = place.carrier;
    if carrier == Carrier::Image && place.unseen && address.has_query() {
        found.add(LinkKind::Pixel, carrier, PIXEL, range);
    }
    if matches!(carrier, Carrier::Refresh | Carrier::Form) {
        found.add(LinkKind::Elsewhere, carrier, ELSEWHERE, range);
    }
    found.add(LinkKind::Data, carrier, carried::weight(address, carrier), range);
    let slots = slot::slots(address);
    if !slots.is_empty() {
        let weight = near.weight((range, floor), &slots, carrier);
        found.add(LinkKind::Template, carrier, weight, range);
    }
}

/// Newsletters have such pictures, and pages such forms.
const PIXEL: u32 = 15;
const ELSEWHERE: u32 = 10;
