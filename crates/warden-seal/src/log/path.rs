//! What a log is made of, and how each part is called (tlog-tiles, "APIs").

use std::fmt;

/// The most hashes or entries in a tile or bundle.
pub const WIDTH: u64 = 256;

/// The largest level of a tile that is named.
const LEVELS: u8 = 63;

/// A part of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// The signed checkpoint.
    Checkpoint,
    /// The hashes of up to 256 nodes next to each other.
    Tile {
        /// How high the nodes are, in steps of 8: 0 has the hashes of entries.
        level: u8,
        /// The place of the tile among those of its level.
        index: u64,
        /// How many hashes it has, from 1 to 256.
        width: u16,
    },
    /// Up to 256 entries next to each other.
    Entries {
        /// The place of the bundle.
        index: u64,
        /// How many entries it has, from 1 to 256.
        width: u16,
    },
}

impl Resource {
    /// The tile of this level and place in a tree of this size, as wide as it is there.
    #[must_use]
    pub const fn tile(level: u8, index: u64, size: u64) -> Option<Self> {
        match width(level, index, size) {
            Some(width) => Some(Self::Tile { level, index, width }),
            None => None,
        }
    }

    /// The bundle of this place in a tree of this size, as wide as it is there.
    #[must_use]
    pub const fn entries(index: u64, size: u64) -> Option<Self> {
        match width(0, index, size) {
            Some(width) => Some(Self::Entries { index, width }),
            None => None,
        }
    }

    /// The same part with all of its 256 places taken; `None` if it is that, or a checkpoint.
    #[must_use]
    pub const fn whole(self) -> Option<Self> {
        match self {
            Self::Tile { level, index, width } if width < 256 => {
                Some(Self::Tile { level, index, width: 256 })
            }
            Self::Entries { index, width } if width < 256 => {
                Some(Self::Entries { index, width: 256 })
            }
            _ => None,
        }
    }

    /// Reads the name of a part. A part has one name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "checkpoint" {
            return Some(Self::Checkpoint);
        }
        let (level, rest) = text.strip_prefix("tile/")?.split_once('/')?;
        let (place, width) = match rest.split_once(".p/") {
            Some((place, width)) => (place, width.parse().ok().filter(|width| *width < 256)?),
            None => (rest, 256),
        };
        let index = place.split('/').try_fold(0_u64, |index, part| {
            let digits = part.strip_prefix('x').unwrap_or(part);
            let value: u64 = digits.parse().ok().filter(|_| digits.len() == 3)?;
            index.checked_mul(1000)?.checked_add(value)
        })?;
        let found = match level {
            "entries" => Self::Entries { index, width },
            level => Self::Tile { level: level.parse().ok()?, index, width },
        };
        // Writing it again refuses signs, zeros and an `x` at the wrong place.
        (found.is_possible() && found.to_string() == text).then_some(found)
    }

    const fn is_possible(self) -> bool {
        match self {
            Self::Checkpoint => true,
            Self::Tile { level, width, .. } => level <= LEVELS && width > 0,
            Self::Entries { width, .. } => width > 0,
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (index, width) = match *self {
            Self::Checkpoint => return f.write_str("checkpoint"),
            Self::Tile { level, index, width } => {
                write!(f, "tile/{level}/")?;
                (index, width)
            }
            Self::Entries { index, width } => {
                f.write_str("tile/entries/")?;
                (index, width)
            }
        };
        let mut groups = vec![index % 1000];
        let mut rest = index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for group in groups.iter().skip(1).rev() {
            write!(f, "x{group:03}/")?;
        }
        write!(f, "{:03}", index % 1000)?;
        if width < 256 { write!(f, ".p/{width}") } else { Ok(()) }
    }
}

/// How many nodes of this level there are in a tree of this size.
pub(crate) const fn nodes(level: u8, size: u64) -> u64 {
    match 8_u32.checked_mul(level as u32) {
        Some(shift) if shift < 64 => size >> shift,
        _ => 0,
    }
}

/// How wide the tile of this place is; `None` if there is none.
const fn width(level: u8, index: u64, size: u64) -> Option<u16> {
    let nodes = nodes(level, size);
    let (full, rest) = (nodes / WIDTH, nodes % WIDTH);
    if index < full {
        Some(256)
    } else if index == full && rest > 0 {
        // Smaller than 256.
        #[expect(clippy::cast_possible_truncation, reason = "a remainder of 256")]
        Some(rest as u16)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_those_of_the_specification() {
        let tile = Resource::Tile { level: 0, index: 1_234_067, width: 256 };
        assert_eq!(tile.to_string(), "tile/0/x001/x234/067");
        let tile = Resource::Tile { level: 2, index: 0, width: 1 };
        assert_eq!(tile.to_string(), "tile/2/000.p/1");
        let bundle = Resource::Entries { index: 1000, width: 255 };
        assert_eq!(bundle.to_string(), "tile/entries/x001/000.p/255");
        assert_eq!(Resource::Checkpoint.to_string(), "checkpoint");
    }

    #[test]
    fn the_example_of_the_specification_has_its_tiles() {
        let size = 70_000;
        let wide = |level, index| match Resource::tile(level, index, size) {
            Some(Resource::Tile { width, .. }) => width,
            _ => 0,
        };
        assert_eq!((wide(0, 272), wide(0, 273), wide(0, 274)), (256, 112, 0));
        assert_eq!((wide(1, 0), wide(1, 1), wide(1, 2)), (256, 17, 0));
        assert_eq!((wide(2, 0), wide(2, 1), wide(3, 0)), (1, 0, 0));
        assert_eq!(Resource::tile(200, 0, u64::MAX), None);
    }

    #[test]
    fn a_part_has_one_name() {
        for wrong in [
            "",
            "Checkpoint",
            "tile",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/0/0000",
            "tile/00/000",
            "tile/64/000",
            "tile/-1/000",
            "tile/+1/000",
            "tile/0/x000/000",
            "tile/0/001/000",
            "tile/0/x001",
            "tile/0/x001/x000",
            "tile/0/+01",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/+1",
            "tile/0/000.p/",
            "tile/0/000.p/1/",
            "tile/0/../000",
            "tile/0/x999/x999/x999/x999/x999/x999/999",
            "/tile/0/000",
        ] {
            assert_eq!(Resource::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_name_comes_back(level in 0..64_u8, index: u64, small in 0..5000_u64, width in 1..=256_u16) {
            for index in [index, small] {
                for part in [
                    Resource::Tile { level, index, width },
                    Resource::Entries { index, width },
                ] {
                    prop_assert_eq!(Resource::parse(&part.to_string()), Some(part));
                }
            }
        }

        #[test]
        fn what_is_read_is_written_the_same(text in "tile/([0-9]{1,2}|entries)/(x?[0-9]{2,4}/){0,2}[0-9]{3}(\\.p/[0-9]{1,3})?") {
            if let Some(part) = Resource::parse(&text) {
                prop_assert_eq!(part.to_string(), text);
            }
        }
    }
}
