//! What went out last by each way, so that what is cut over several calls is read as one.
//!
//! Each way keeps a few hundred bytes of what went out by it, and nothing of what was remembered.

use super::{
    hash::Key,
    kept::{NotASketch, Reader, write_bytes},
};

/// So many ways are known at once; the one that was used longest ago goes.
const WAYS: usize = 24;
/// Bytes that are kept of what went out.
pub(super) const KEPT: usize = 256;
/// A text that is longer is no message of a series.
const SERIES: usize = 256;

/// What the ways take, in bytes.
pub(super) const SIZE: usize = WAYS * (size_of::<Way>() + KEPT * 3 + SERIES);

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
    /// The same with every text in front of those before it, for who begins at the end.
    start: Vec<u8>,
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
    /// Where it ends.
    pub(super) till: usize,
}

impl Streams {
    /// Adds `text` to the way called `name`, and returns how it goes on from what went before:
    /// directly, and between the parts that the texts of a series have in common.
    pub(super) fn add(&mut self, key: Key, name: &[u8], text: &[u8]) -> [Option<Seam>; 3] {
        let id = key.window(name);
        self.uses += 1;
        let at = self.place(id);
        let Some(way) = self.ways.get_mut(at) else { return [None, None, None] };
        way.used = self.uses;
        let direct = Seam::of(&way.end, text);
        let turned = Seam::turned(&way.start, text);
        let series = way.series(text);
        keep(&mut way.end, text);
        lead(&mut way.start, text);
        [direct, turned, series]
    }

    pub(super) fn clear(&mut self) {
        self.ways = Vec::new();
    }

    pub(super) fn bytes(&self) -> usize {
        let way = |way: &Way| {
            let ends = way.end.capacity() + way.start.capacity();
            ends + way.last.capacity() + way.differing.capacity()
        };
        self.ways.capacity() * size_of::<Way>() + self.ways.iter().map(way).sum::<usize>()
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.uses.to_le_bytes());
        out.push(u8::try_from(self.ways.len()).unwrap_or(u8::MAX));
        for way in &self.ways {
            out.extend_from_slice(&way.id.to_le_bytes());
            out.extend_from_slice(&way.used.to_le_bytes());
            for text in [&way.end, &way.start, &way.last, &way.differing] {
                write_bytes(out, text);
            }
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, NotASketch> {
        let uses = from.long()?;
        let count = usize::from(from.byte()?);
        if count > WAYS || uses == u64::MAX {
            return Err(NotASketch);
        }
        let mut ways = Vec::with_capacity(if count == 0 { 0 } else { WAYS });
        for _ in 0..count {
            let (id, last_use) = (from.long()?, from.long()?);
            let [end, start, last, differing] =
                [text(from, KEPT)?, text(from, KEPT)?, text(from, SERIES)?, text(from, KEPT)?];
            ways.push(Way { id, used: last_use, end, start, last, differing });
        }
        Ok(Self { ways, uses })
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

/// A text of at most so many bytes, with no more memory than it is given otherwise.
fn text(from: &mut Reader<'_>, most: usize) -> Result<Vec<u8>, NotASketch> {
    let length = usize::from(from.short()?);
    if length > most {
        return Err(NotASketch);
    }
    let mut text = Vec::with_capacity(if length == 0 { 0 } else { most });
    text.extend_from_slice(from.take(length)?);
    Ok(text)
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
        let middle = |text: &[u8]| {
            let part = text.get(prefix..text.len() - suffix)?;
            Some(part.get(counter(part)..).unwrap_or_default().to_vec())
        };
        let counted = counter(text) > 0 && counter(&last) > 0;
        if prefix + suffix < 3 && !counted || last.is_empty() {
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

/// How long the number of a part is, with what stands around it: `3/`, `(3/12) `, `part 3: `.
fn counter(text: &[u8]) -> usize {
    /// Numbers are not longer.
    const DIGITS: usize = 4;
    let sign = |byte: &u8| !byte.is_ascii_alphanumeric();
    let skip = |from: usize, sort: &dyn Fn(&u8) -> bool| {
        let rest = text.get(from..).unwrap_or_default();
        from + rest.iter().position(|byte| !sort(byte)).unwrap_or(rest.len())
    };
    let words: [&[u8]; 6] = [b"part", b"chunk", b"msg", b"seq", b"no", b"p"];
    let begins = skip(0, &sign);
    let rest = text.get(begins..).unwrap_or_default().to_ascii_lowercase();
    let word = words.iter().find(|word| rest.starts_with(word)).map_or(0, |word| word.len());
    let number = skip(begins + word, &sign);
    let mut end = number;
    // The number, and of how many.
    for _ in 0..2 {
        let mut start = skip(end, &sign);
        if end > number && text.get(start..).is_some_and(|rest| rest.starts_with(b"of ")) {
            start += 3;
        }
        let after = skip(start, &u8::is_ascii_digit);
        let parted = text.get(after).is_none_or(sign);
        if after > start && after - start <= DIGITS && parted && (end == number || start - end <= 6)
        {
            end = after;
        }
    }
    if end == number { 0 } else { skip(end, &sign) }
}

impl Seam {
    /// What goes out now in front of what went out before. All of it is new but what is only in
    /// what went out before.
    fn turned(before: &[u8], text: &[u8]) -> Option<Self> {
        if before.is_empty() || text.is_empty() {
            return None;
        }
        let end = text.get(text.len().saturating_sub(KEPT)..).unwrap_or(text);
        Some(Self { text: [end, before].concat(), new: 0, till: end.len() })
    }

    fn of(before: &[u8], text: &[u8]) -> Option<Self> {
        if before.is_empty() || text.is_empty() {
            return None;
        }
        let text = [before, text.get(..KEPT).unwrap_or(text)].concat();
        Some(Self { till: text.len(), text, new: before.len() })
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

/// Puts a text in front of what is kept, and lets go what is too much.
fn lead(kept: &mut Vec<u8>, text: &[u8]) {
    let text = text.get(..KEPT).unwrap_or(text);
    kept.truncate(KEPT - text.len());
    let mut all = Vec::with_capacity(KEPT);
    all.extend_from_slice(text);
    all.append(kept);
    *kept = all;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(streams: &mut Streams, name: &str, text: &str) -> [Option<String>; 2] {
        let [direct, _, series] = streams.add(Key::new([0; 16]), name.as_bytes(), text.as_bytes());
        [direct, series]
            .map(|seam| seam.map(|seam| String::from_utf8(seam.text).expect("it was text")))
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
    fn the_numbers_of_parts_stand_not_between() {
        for form in ["({}/9) ", "{}/", "part {}: ", "[{} of 9] "] {
            let mut streams = Streams::default();
            let text =
                |at: usize, part: &str| format!("{}{part}", form.replace("{}", &at.to_string()));
            add(&mut streams, "a", &text(1, "abc"));
            let [_, series] = add(&mut streams, "a", &text(2, "def"));
            assert_eq!(series.as_deref(), Some("abcdef"), "{form}");
        }
    }

    #[test]
    fn what_goes_out_from_its_end_on_is_put_in_order() {
        let mut streams = Streams::default();
        let mut add = |text: &str| {
            let [_, turned, _] = streams.add(Key::new([0; 16]), b"a", text.as_bytes());
            turned.map(|seam| String::from_utf8(seam.text).expect("it was text"))
        };
        assert_eq!(add("three"), None);
        assert_eq!(add("two"), Some("twothree".into()));
        assert_eq!(add("one"), Some("onetwothree".into()));
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
