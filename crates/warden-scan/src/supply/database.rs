//! Advisories in one file, so that a lookup needs no network: made by a pure function from feeds in
//! the OSV format, read by looking up a name among sorted ones.
//!
//! The form of the file, version 1; numbers are little-endian, offsets count from its start:
//!
//! | at | what |
//! |---:|---|
//! | 0 | `MCPWOSV` and the version of the form as one byte |
//! | 8 | SHA-256 of everything behind it |
//! | 40 | when it was made, seconds since 1970, 8 bytes |
//! | 48 | how many advisories were read, 4 bytes |
//! | 52 | how many of them were refused, 4 bytes |
//! | 56 | how many packages there are, 4 bytes |
//! | 60 | how long the names of the sources are, 4 bytes |
//! | 64 | the names of the sources, each ended by a line feed |
//! | … | one entry of 20 bytes for each package, sorted by ecosystem and name: offset and length of the name (4 and 4), offset and length of its advisories (4 and 4), ecosystem (1), three zeros |
//! | … | names and advisories |
//!
//! The digest finds accidents. Who made the file is a question for a signature, which the caller
//! checks over the whole of it.

mod build;
mod feed;
mod form;

use std::{borrow::Cow, sync::LazyLock};

use warden_model::{Digest, Ecosystem, Severity};

pub use build::{TooLarge, build};
pub use feed::{Feed, Told};

use super::osv::{Affected, normal_name};
use form::{Bytes, ENTRY, HEAD};

/// What the file begins with: its kind and the version of its form.
const MAGIC: &[u8; 8] = b"MCPWOSV\x01";

/// Advisories about one package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The identifier of the advisory.
    pub id: String,
    /// What other databases call the same.
    pub aliases: Vec<String>,
    /// What it is about, in one line.
    pub summary: String,
    /// How bad it is for this package; none where nobody tells.
    pub severity: Option<Severity>,
    /// When it was taken back, in seconds since 1970.
    pub withdrawn: Option<i64>,
    /// Whether the package is there to do harm.
    pub malicious: bool,
    /// The versions.
    pub affected: Affected,
}

/// What a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// When it was made, in seconds since 1970.
    pub built_at: i64,
    /// How many advisories were read for it.
    pub records: u32,
    /// How many of them were refused.
    pub refused: u32,
    /// How many packages it knows advisories of.
    pub packages: u32,
    /// The names of its sources, in order.
    pub sources: Vec<String>,
    /// The digest of the whole file.
    pub digest: Digest,
}

/// Why a file is no database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// It is something else.
    #[error("not a database of advisories")]
    NotOne,
    /// Its form is of a version that is not known.
    #[error("a database of advisories in form {0}, which this version does not read")]
    Version(u8),
    /// It was changed or cut short since it was made.
    #[error("a database of advisories that is damaged")]
    Damaged,
    /// It was made wrong: a part of it is not in the form.
    #[error("a database of advisories that is not in its form")]
    Form,
}

/// A database that has been verified.
#[derive(Clone, Debug)]
pub struct Database<'b> {
    bytes: Cow<'b, [u8]>,
    about: About,
    index: usize,
}

/// The advisories that are compiled in, in the OSV format, one per line.
static STARTER: &str = include_str!("../../data/advisories.jsonl");
/// The day to which the compiled-in advisories are kept: 21 November 2026.
const STARTER_DAY: i64 = 1_795_219_200;

static STARTER_BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    // A test makes sure that every line is taken and that it is far from too large.
    build(Feed::starter(), STARTER_DAY).unwrap_or_default()
});

impl Feed {
    /// The advisories that are compiled in: what is published about servers and clients of MCP.
    /// A database made from a feed should hold them as well.
    #[must_use]
    pub fn starter() -> Self {
        let mut feed = Self::default();
        feed.add("built in", STARTER.as_bytes());
        feed
    }
}

impl Database<'static> {
    /// The database of the compiled-in advisories.
    ///
    /// # Errors
    /// Never, as a test makes sure.
    pub fn starter() -> Result<Self, DatabaseError> {
        Self::open(STARTER_BYTES.as_slice())
    }
}

impl<'b> Database<'b> {
    /// Verifies digest and index of a database. What the index leads to is read at a lookup.
    ///
    /// # Errors
    /// The bytes are no database, or not whole.
    pub fn open(bytes: impl Into<Cow<'b, [u8]>>) -> Result<Self, DatabaseError> {
        let bytes = bytes.into();
        let (magic, rest) = bytes.split_at_checked(MAGIC.len()).ok_or(DatabaseError::NotOne)?;
        match (magic.strip_prefix(b"MCPWOSV"), magic) {
            (Some(_), magic) if magic == MAGIC => {}
            (Some([version]), _) => return Err(DatabaseError::Version(*version)),
            _ => return Err(DatabaseError::NotOne),
        }
        let (digest, body) = rest.split_at_checked(32).ok_or(DatabaseError::Damaged)?;
        if Digest::of(body).bytes() != digest {
            return Err(DatabaseError::Damaged);
        }
        let (about, index) = head(&bytes).ok_or(DatabaseError::Form)?;
        let database = Self { bytes, about, index };
        database.check().ok_or(DatabaseError::Form)?;
        Ok(database)
    }

    /// What it is.
    #[must_use]
    pub fn about(&self) -> &About {
        &self.about
    }

    /// Every advisory about a package.
    ///
    /// # Errors
    /// The database was made wrong at this place.
    pub fn about_package(
        &self,
        ecosystem: Ecosystem,
        name: &str,
    ) -> Result<Vec<Entry>, DatabaseError> {
        let name = normal_name(ecosystem, name);
        let wanted = (form::code(ecosystem), name.as_bytes());
        let (mut low, mut high) = (0, self.packages());
        while low < high {
            let middle = low + (high - low) / 2;
            let slot = self.slot(middle).ok_or(DatabaseError::Form)?;
            match (slot.ecosystem, slot.name).cmp(&wanted) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    return form::entries(slot.data, ecosystem, &name).ok_or(DatabaseError::Form);
                }
            }
        }
        Ok(Vec::new())
    }

    /// The names of every package of an ecosystem, in order.
    pub fn names(&self, ecosystem: Ecosystem) -> impl Iterator<Item = &str> {
        let code = form::code(ecosystem);
        let slots = (0..self.packages()).filter_map(|at| self.slot(at));
        slots
            .filter(move |slot| slot.ecosystem == code)
            .filter_map(|slot| std::str::from_utf8(slot.name).ok())
    }

    fn packages(&self) -> usize {
        usize::try_from(self.about.packages).unwrap_or(usize::MAX)
    }

    fn slot(&self, at: usize) -> Option<Slot<'_>> {
        let start = at.checked_mul(ENTRY)?.checked_add(self.index)?;
        let mut entry = Bytes(self.bytes.get(start..start.checked_add(ENTRY)?)?);
        let mut part = || -> Option<&[u8]> {
            let offset = usize::try_from(entry.number()?).ok()?;
            let length = usize::try_from(entry.number()?).ok()?;
            self.bytes.get(offset..offset.checked_add(length)?)
        };
        let (name, data) = (part()?, part()?);
        let ecosystem = entry.byte()?;
        Some(Slot { ecosystem, name, data })
    }

    /// Whether every slot leads somewhere and each stands after the one before.
    fn check(&self) -> Option<()> {
        let mut before = None;
        for at in 0..self.packages() {
            let slot = self.slot(at)?;
            let own = (slot.ecosystem, slot.name);
            if before.is_some_and(|before| before >= own) || std::str::from_utf8(slot.name).is_err()
            {
                return None;
            }
            before = Some(own);
        }
        Some(())
    }
}

struct Slot<'s> {
    ecosystem: u8,
    name: &'s [u8],
    data: &'s [u8],
}

fn head(bytes: &[u8]) -> Option<(About, usize)> {
    let mut rest = Bytes(bytes.get(40..)?);
    let built_at = rest.time()?;
    let (records, refused, packages) = (rest.number()?, rest.number()?, rest.number()?);
    let length = usize::try_from(rest.number()?).ok()?;
    let index = HEAD.checked_add(length)?;
    let sources = std::str::from_utf8(bytes.get(HEAD..index)?).ok()?;
    let about = About {
        built_at,
        records,
        refused,
        packages,
        sources: sources.lines().map(str::to_owned).collect(),
        digest: Digest::of(bytes),
    };
    Some((about, index))
}

#[cfg(test)]
mod tests;
