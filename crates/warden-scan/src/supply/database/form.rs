//! The bytes of a database: numbers, texts and entries, written and read.

use warden_model::{Ecosystem, Severity};

use super::Entry;
use crate::supply::osv::{Affected, Event, Range, Unclear};

/// Where the names of the sources begin.
pub(super) const HEAD: usize = 64;
/// How long an entry of the index is.
pub(super) const ENTRY: usize = 20;

/// The number of an ecosystem; a new one goes at the end.
pub(super) const fn code(ecosystem: Ecosystem) -> u8 {
    match ecosystem {
        Ecosystem::Npm => 0,
        Ecosystem::PyPi => 1,
        Ecosystem::Go => 2,
        Ecosystem::Cargo => 3,
    }
}

/// Bytes that are read from the front. Nothing is taken when there is not enough.
pub(super) struct Bytes<'b>(pub(super) &'b [u8]);

impl<'b> Bytes<'b> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    pub(super) fn number(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(super) fn time(&mut self) -> Option<i64> {
        self.take().map(i64::from_le_bytes)
    }

    fn text(&mut self) -> Option<&'b str> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    /// As many of something as a number says. Every one takes a byte at least, so that a number
    /// cannot ask for more room than there are bytes.
    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = usize::try_from(self.number()?).ok()?;
        if count > self.0.len() {
            return None;
        }
        (0..count).map(|_| one(self)).collect()
    }
}

/// What entries are written to.
#[derive(Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    fn number(&mut self, number: usize) -> Option<()> {
        self.0.extend(u32::try_from(number).ok()?.to_le_bytes());
        Some(())
    }

    fn text(&mut self, text: &str) -> Option<()> {
        self.number(text.len())?;
        self.0.extend_from_slice(text.as_bytes());
        Some(())
    }

    fn texts(&mut self, texts: &[String]) -> Option<()> {
        self.number(texts.len())?;
        texts.iter().try_for_each(|text| self.text(text))
    }

    /// Writes every advisory about a package; none if a part is too large for its number.
    pub(super) fn entries(&mut self, entries: &[Entry]) -> Option<()> {
        self.number(entries.len())?;
        entries.iter().try_for_each(|entry| self.entry(entry))
    }

    fn entry(&mut self, entry: &Entry) -> Option<()> {
        self.text(&entry.id)?;
        self.texts(&entry.aliases)?;
        self.text(&entry.summary)?;
        let affected = &entry.affected;
        let flags = u8::from(entry.malicious) | u8::from(entry.withdrawn.is_some()) << 1;
        let unclear = affected.unclear.and_then(|own| place(Unclear::ALL, &own));
        let severity = entry.severity.and_then(|own| place(Severity::ALL, &own));
        self.0.extend([flags, severity.map_or(0, |at| at + 1), unclear.map_or(0, |at| at + 1)]);
        if let Some(time) = entry.withdrawn {
            self.0.extend(time.to_le_bytes());
        }
        self.texts(&affected.versions)?;
        self.number(affected.ranges.len())?;
        for range in &affected.ranges {
            self.0.push(u8::from(range.semantic));
            self.number(range.events.len())?;
            for event in &range.events {
                self.0.push(match event {
                    Event::Introduced(_) => 0,
                    Event::Fixed(_) => 1,
                    Event::LastAffected(_) => 2,
                    Event::Limit(_) => 3,
                });
                self.text(event.version())?;
            }
        }
        Some(())
    }
}

fn place<T: PartialEq>(all: &[T], own: &T) -> Option<u8> {
    all.iter().position(|other| other == own).and_then(|at| u8::try_from(at).ok())
}

/// One of `all` by its place from 1; 0 for none. A place behind the end is not in the form.
fn placed<T: Copy>(all: &[T], at: u8) -> Result<Option<T>, ()> {
    match at.checked_sub(1) {
        None => Ok(None),
        Some(at) => all.get(usize::from(at)).copied().map(Some).ok_or(()),
    }
}

/// Reads every advisory about a package; none if the bytes are not in the form.
pub(super) fn entries(bytes: &[u8], ecosystem: Ecosystem, name: &str) -> Option<Vec<Entry>> {
    let mut bytes = Bytes(bytes);
    let entries = bytes.many(|bytes| entry(bytes, ecosystem, name))?;
    bytes.0.is_empty().then_some(entries)
}

fn entry(bytes: &mut Bytes<'_>, ecosystem: Ecosystem, name: &str) -> Option<Entry> {
    let id = bytes.text()?.to_owned();
    let aliases = bytes.many(|bytes| bytes.text().map(str::to_owned))?;
    let summary = bytes.text()?.to_owned();
    let [flags, severity, unclear] = bytes.take()?;
    if flags > 3 {
        return None;
    }
    let withdrawn = if flags & 2 == 0 { None } else { Some(bytes.time()?) };
    let versions = bytes.many(|bytes| bytes.text().map(str::to_owned))?;
    let ranges = bytes.many(range)?;
    let severity = placed(Severity::ALL, severity).ok()?;
    let affected = Affected {
        ecosystem,
        name: name.to_owned(),
        severity,
        ranges,
        versions,
        unclear: placed(Unclear::ALL, unclear).ok()?,
    };
    Some(Entry { id, aliases, summary, severity, withdrawn, malicious: flags & 1 == 1, affected })
}

fn range(bytes: &mut Bytes<'_>) -> Option<Range> {
    let semantic = match bytes.byte()? {
        0 => false,
        1 => true,
        _ => return None,
    };
    let event = |bytes: &mut Bytes<'_>| {
        let kind = bytes.byte()?;
        let version = bytes.text()?.to_owned();
        Some(match kind {
            0 => Event::Introduced(version),
            1 => Event::Fixed(version),
            2 => Event::LastAffected(version),
            3 => Event::Limit(version),
            _ => return None,
        })
    };
    Some(Range { semantic, events: bytes.many(event)? })
}
