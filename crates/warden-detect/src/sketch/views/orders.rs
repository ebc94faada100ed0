//! Letters in another order, and letters with others between them.

use std::ops::Range;

use super::{
    Form, Place, View, Work,
    natural::{BETTER, score},
};

/// So many letters tell whether a reading is right.
const SAMPLE: usize = 96;
/// Readings of a region.
const READINGS: usize = 3;
/// Letters of a region that are put in order.
const MOST: usize = 4096;
/// A shorter text is not looked at.
const SHORTEST: usize = 20;
/// The longest filling that comes again and again, with what is between.
const PERIOD: usize = 24;
/// So many periods are tried, those first that come again most.
const PERIODS: usize = 4;
/// Of this many symbols, so many are looked at for filling.
const STEP: usize = 1024;
const LOOKED: usize = 256;
/// So many parts are read side by side, and so long stretches are turned round.
const PARTS: usize = 8;
/// So many letters at the end of a region may be no part of it.
const OVER: usize = 6;
/// Letters that stand together, of an equal number each, in so many groups.
const GROUPS: usize = 16;

/// An order in which letters may have to be read.
#[derive(Clone, Copy, Debug)]
enum Order {
    /// Every so manyth, from a place on.
    Every { stride: usize, from: usize },
    /// Stretches of so many turned round, from a place on.
    Turned { size: usize, from: usize },
    /// So many parts side by side, of so many letters in all.
    Parts { parts: usize, length: usize },
}

impl Order {
    /// All that are tried on so many letters.
    fn all(letters: usize) -> impl Iterator<Item = Self> {
        let every =
            (2..=4).flat_map(|stride| (0..stride).map(move |from| Self::Every { stride, from }));
        let turned =
            (2..=PARTS).flat_map(|size| (0..size).map(move |from| Self::Turned { size, from }));
        let parts = (2..=PARTS).flat_map(move |parts| {
            (letters.saturating_sub(OVER)..=letters)
                .map(move |length| Self::Parts { parts, length })
        });
        every.chain(turned).chain(parts)
    }

    /// Which letter is read at this place.
    fn at(self, at: usize) -> usize {
        match self {
            Self::Every { stride, from } => from + at * stride,
            Self::Turned { size, from } => {
                let inner = at % size;
                from + at + size - 1 - 2 * inner
            }
            Self::Parts { parts, length } => {
                let part = at % parts;
                part * (length / parts) + part.min(length % parts) + at / parts
            }
        }
    }
}

/// Other orders of the letters of a region.
pub(super) fn reordered(region: &[u8], range: &Range<usize>, work: &mut Work, out: &mut Vec<View>) {
    if !work.take(region.len() * 4) {
        return;
    }
    let text = String::from_utf8_lossy(region);
    let letters: Vec<char> = text.trim_end().chars().take(MOST).collect();
    if letters.len() < SHORTEST {
        return;
    }
    let byte = |char: &char| if char.is_ascii() { u8::try_from(*char).unwrap_or(0) } else { 0x80 };
    let sampled = SAMPLE.min(letters.len());
    let sample = |order: Order| {
        // A third of the way in, where parts that are side by side are all inside.
        let from = letters.len() / 24 * 8;
        let letter = |at: usize| letters.get(order.at(at)).map_or(b' ', byte);
        let from = if matches!(order, Order::Parts { .. }) { from } else { 0 };
        score((from..from + sampled).map(letter))
    };
    let own = score(letters.iter().take(sampled).map(byte));
    let mut found: Vec<(i32, Order)> = Vec::new();
    for order in Order::all(letters.len()) {
        if !work.take(sampled) {
            return;
        }
        let score = sample(order);
        if score >= own + BETTER {
            found.push((score, order));
        }
    }
    found.sort_by_key(|(score, _)| -score);
    for (_, order) in found.into_iter().take(READINGS) {
        if work.take(letters.len() * 2) {
            let chars = (0..letters.len()).filter_map(|at| letters.get(order.at(at)));
            let bytes = chars.collect::<String>().into_bytes();
            let place = Place::Anywhere(range.clone());
            out.push(View { bytes, form: Form::Interleaved, place });
        }
    }
}

/// Groups of an equal number of letters put together.
pub(super) fn grouped(region: &[u8], start: usize, work: &mut Work, out: &mut Vec<View>) {
    if !work.take(region.len()) {
        return;
    }
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(byte);
    let mut groups: Vec<&[u8]> = Vec::new();
    let (mut from, mut at) = (0, 0);
    let mut flush = |groups: &mut Vec<&[u8]>, from: usize, to: usize| {
        if groups.len() >= GROUPS {
            let place = Place::Range(start + from..start + to);
            out.push(View { bytes: groups.concat(), form: Form::Plain, place });
        }
        groups.clear();
    };
    for group in region.chunk_by(|a, b| part(a) == part(b)) {
        let begun = at;
        at += group.len();
        if !group.first().is_some_and(part) {
            if group.len() > 4 {
                flush(&mut groups, from, begun);
            }
            continue;
        }
        let equal = groups.first().is_none_or(|first| first.len() == group.len());
        if !equal {
            // The last group may be shorter.
            if groups.first().is_some_and(|first| first.len() > group.len()) {
                groups.push(group);
                flush(&mut groups, from, at);
                continue;
            }
            flush(&mut groups, from, begun);
        }
        if group.len() >= 10 {
            continue;
        }
        if groups.is_empty() {
            from = begun;
        }
        groups.push(group);
    }
    flush(&mut groups, from, at);
}

/// Symbols without filling that comes again and again.
pub(super) fn unfilled(symbols: &[u8], range: &Range<usize>, work: &mut Work, out: &mut Vec<View>) {
    if symbols.len() < SHORTEST {
        return;
    }
    let mut give = |bytes, work: &mut Work| {
        if work.take(symbols.len() * 2) {
            out.push(View {
                bytes,
                form: Form::Interleaved,
                place: Place::Anywhere(range.clone()),
            });
        }
    };
    // No letter makes up a quarter of a text that somebody wrote.
    let mut counts = [0usize; 256];
    for symbol in symbols.iter().take(STEP) {
        if let Some(count) = counts.get_mut(usize::from(*symbol)) {
            *count += 1;
        }
    }
    let often = |(_, count): &(u8, usize)| *count * 4 > symbols.len().min(STEP);
    if let Some((filling, _)) = (0u8..=255).zip(counts).find(often) {
        give(symbols.iter().copied().filter(|symbol| *symbol != filling).collect(), work);
    }
    let Repeated { same, all, .. } = repeated(symbols, 1);
    // A letter follows itself at a distance about once in fifteen times.
    if all >= SHORTEST && same * 2 >= all && work.take(symbols.len()) {
        give(symbols.iter().step_by(2).copied().collect(), work);
        give(symbols.iter().skip(1).step_by(2).copied().collect(), work);
    }
    let mut often: Vec<(Repeated, usize)> = (2..=PERIOD)
        .map(|period| (repeated(symbols, period), period))
        .filter(|(often, _)| often.all >= SHORTEST && often.same * 7 >= often.all)
        .collect();
    // What comes again after a period comes again after twice that; the shortest is tried first.
    often.sort_by_key(|(often, period)| (usize::MAX - often.share(), *period));
    for (often, period) in often.into_iter().take(PERIODS) {
        // Where it comes again most tells whether it is filling.
        let most = symbols.chunks(STEP).nth(often.chunk).unwrap_or_default();
        if work.take(most.len())
            && columns(most, period).is_some()
            && work.take(symbols.len())
            && let Some(kept) = columns(symbols, period)
        {
            give(kept, work);
            return;
        }
    }
}

/// How many symbols come again after so many, of how many, where it is most of them.
#[derive(Clone, Copy, Default)]
struct Repeated {
    same: usize,
    all: usize,
    /// Which stretch that is.
    chunk: usize,
}

impl Repeated {
    const fn share(self) -> usize {
        match self.all {
            0 => 0,
            all => self.same * LOOKED / all,
        }
    }
}

fn repeated(symbols: &[u8], period: usize) -> Repeated {
    let chunks = symbols.chunks(STEP).enumerate().map(|(at, chunk)| {
        let looked = chunk.get(..LOOKED).unwrap_or(chunk);
        let after = looked.get(period..).unwrap_or_default();
        let same = looked.iter().zip(after).map(|(a, b)| u16::from(a == b)).sum::<u16>();
        Repeated { same: usize::from(same), all: after.len(), chunk: at }
    });
    let whole = chunks.filter(|looked| looked.all >= SHORTEST);
    whole.max_by_key(|looked| looked.share()).unwrap_or_default()
}

/// The symbols without those that stand again and again at the same place of a period. Where the
/// filling begins may change along the text.
fn columns(symbols: &[u8], period: usize) -> Option<Vec<u8>> {
    /// A place is filled if what stands there stood there before, so often in a row.
    const OFTEN: u8 = 3;
    let mut kept = Vec::with_capacity(symbols.len());
    let mut again = vec![0u8; period];
    for (at, symbol) in symbols.iter().enumerate() {
        let same = at.checked_sub(period).and_then(|before| symbols.get(before)) == Some(symbol);
        let ahead = symbols.get(at + period) == Some(symbol);
        let count = again.get_mut(at % period)?;
        *count = if same { count.saturating_add(1) } else { 0 };
        if !(*count >= OFTEN || ahead && symbols.get(at + 2 * period) == Some(symbol)) {
            kept.push(*symbol);
        }
    }
    // Little that comes again is no filling.
    (kept.len() * 8 < symbols.len() * 7 && kept.len() >= SHORTEST).then_some(kept)
}
