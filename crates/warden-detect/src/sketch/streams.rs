//! What went out last by each way, so that what is cut over several calls is read as one.
//!
//! Each way keeps a few hundred bytes of what went out by it, and nothing of what was remembered.

use super::hash::Key;

/// So many ways are known at once; the one that was used longest ago goes.
const WAYS: usize = 24;
/// Bytes that are kept of what went out.
pub(super) const KEPT: usize = 256;
/// A text that is longer is no message of a series.
const SERIES: usize = 256;

/// What the ways take, in bytes.
pub(super) const SIZE: usize = WAYS * (size_of::<Way>() + KEPT * 2 + SERIES);

/// The ways by which text went out.
#[derive(Default)]
pub(super) struct Streams {
    ways: Vec<Way>,
    uses: u64,
}

/// One of them.
#[derive(Default)]
struct Way {
    id: u64,
    used: u64,
    /// The end of everything that went out.
    end: Vec<u8>,
    /// The last text, if it may be one of a series.
    last: Vec<u8>,
    /// The end of what differs from text to text of a series.
    differing: Vec<u8>,
}

/// What went out before and what goes out now, as one text.
pub(super) struct Seam {
    pub(super) text: Vec<u8>,
    /// Where the new part begins.
    pub(super) new: usize,
}

impl Streams {
    /// Adds `text` to the way called `name`, and returns how it goes on from what went before:
    /// directly, and between the parts that the texts of a series have in common.
    pub(super) fn add(&mut self, key: Key, name: &[u8], text: &[u8]) -> [Option<Seam>; 2] {
        let id = key.window(name);
        self.uses += 1;
        let at = self.place(id);
        let Some(way) = self.ways.get_mut(at) else { return [None, None] };
        way.used = self.uses;
        let direct = Seam::of(&way.end, text);
        let series = way.series(text);
        keep(&mut way.end, text);
        [direct, series]
    }

    pub(super) fn clear(&mut self) {
        self.ways = Vec::new();
    }

    pub(super) fn bytes(&self) -> usize {
        let way = |way: &Way| way.end.capacity() + way.last.capacity() + way.differing.capacity();
        self.ways.capacity() * size_of::<Way>() + self.ways.iter().map(way).sum::<usize>()
    }

    fn place(&mut self, id: u64) -> usize {
        if let Some(at) = self.ways.iter().position(|way| way.id == id) {
            return at;
        }
        if self.ways.len() < WAYS {
            self.ways.reserve_exact(WAYS - self.ways.len());
            self.ways.push(Way { id, ..Way::default() });
            return self.ways.len() - 1;
        }
        let oldest = self.ways.iter().enumerate().min_by_key(|(_, way)| way.used);
        let at = oldest.map_or(0, |(at, _)| at);
        if let Some(way) = self.ways.get_mut(at) {
            *way = Way { id, ..Way::default() };
        }
        at
    }
}

impl Way {
    /// What goes on where the texts of a series differ: the label of a host name, a parameter.
    fn series(&mut self, text: &[u8]) -> Option<Seam> {
        let last = std::mem::take(&mut self.last);
        if text.len() <= SERIES {
            self.last = Vec::with_capacity(SERIES);
            self.last.extend_from_slice(text);
        }
        let (prefix, suffix) = shared(&last, text);
        let middle = |text: &[u8]| text.get(prefix..text.len() - suffix).map(<[u8]>::to_vec);
        if prefix + suffix < 3 || last.is_empty() {
            self.differing.clear();
            return None;
        }
        if self.differing.is_empty() {
            keep(&mut self.differing, &middle(&last)?);
        }
        let new = middle(text)?;
        let seam = Seam::of(&self.differing, &new);
        keep(&mut self.differing, &new);
        seam
    }
}

impl Seam {
    fn of(before: &[u8], text: &[u8]) -> Option<Self> {
        if before.is_empty() || text.is_empty() {
            return None;
        }
        let text = [before, text.get(..KEPT).unwrap_or(text)].concat();
        Some(Self { text, new: before.len() })
    }
}

/// How many bytes two texts have in common at the start and at the end, up to a sign.
fn shared(a: &[u8], b: &[u8]) -> (usize, usize) {
    let sign = |byte: &u8| !byte.is_ascii_alphanumeric();
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let prefix = a.iter().take(same).rposition(sign).map_or(0, |at| at + 1);
    let rest = a.len().min(b.len()) - prefix;
    let same = a.iter().rev().zip(b.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let ending = a.get(a.len() - same..).unwrap_or_default();
    let suffix = ending.iter().position(sign).map_or(0, |at| same - at);
    (prefix, suffix)
}

/// Adds to what is kept, and lets go what is too much.
fn keep(kept: &mut Vec<u8>, text: &[u8]) {
    let text = text.get(text.len().saturating_sub(KEPT)..).unwrap_or_default();
    let much = (kept.len() + text.len()).saturating_sub(KEPT);
    kept.drain(..much.min(kept.len()));
    kept.reserve_exact(KEPT.saturating_sub(kept.len()));
    kept.extend_from_slice(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(streams: &mut Streams, name: &str, text: &str) -> [Option<String>; 2] {
        let seams = streams.add(Key::new([0; 16]), name.as_bytes(), text.as_bytes());
        seams.map(|seam| seam.map(|seam| String::from_utf8(seam.text).expect("it was text")))
    }

    #[test]
    fn a_text_goes_on_from_the_one_before_it() {
        let mut streams = Streams::default();
        assert_eq!(add(&mut streams, "a", "one"), [None, None]);
        assert_eq!(add(&mut streams, "b", "two"), [None, None]);
        assert_eq!(add(&mut streams, "a", "three"), [Some("onethree".into()), None]);
    }

    #[test]
    fn what_a_series_has_in_common_stands_not_between() {
        let mut streams = Streams::default();
        add(&mut streams, "a", "abc.evil.example");
        let [_, series] = add(&mut streams, "a", "def.evil.example");
        assert_eq!(series.as_deref(), Some("abcdef"));
        let [_, series] = add(&mut streams, "a", "gef.evil.example");
        assert_eq!(series.as_deref(), Some("abcdefgef"));
        let [_, series] = add(&mut streams, "a", "unlike");
        assert_eq!(series, None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut streams = Streams::default();
        for number in 0..500 {
            add(&mut streams, &format!("way {}", number % 40), &"x.".repeat(number * 3));
            add(&mut streams, "one", &format!("{number}.example"));
            assert!(streams.bytes() <= SIZE, "{} of {SIZE}", streams.bytes());
        }
    }
}
