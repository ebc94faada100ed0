//! The hashes of the tree (RFC 9162, section 2.1.1).

use warden_model::Digest;

/// The hash of the tree without entries: that of no bytes.
pub const EMPTY: Digest = Digest::from_bytes([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// The bytes of a hash.
pub(crate) const HASH: usize = 32;

/// The hash of an entry. Its first byte keeps entries and nodes apart.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Digest {
    Digest::of_parts([&[0][..], entry])
}

/// The hash of the node above two others.
#[must_use]
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest::of_parts([&[1][..], left.bytes(), right.bytes()])
}

/// The hash of the complete subtree over these hashes; they are 2^n, and at least one.
pub(crate) fn fold(hashes: &[Digest]) -> Option<Digest> {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        if !level.len().is_multiple_of(2) {
            return None;
        }
        level = level.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
    }
    level.first().copied()
}

/// The largest power of two that is smaller than `size`, which is at least two.
pub(crate) const fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// Reads the hashes of a tile.
pub(crate) fn hashes(bytes: &[u8]) -> impl Iterator<Item = Digest> {
    bytes.chunks_exact(HASH).filter_map(|hash| hash.try_into().ok()).map(Digest::from_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_others() {
        assert_eq!(EMPTY, Digest::of(b""));
        // The tests of the reference implementation of RFC 6962 have the same three values.
        let hex = |digest: Digest| String::from_utf8(digest.hex().to_vec()).unwrap();
        let leaf = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
        assert_eq!(hex(leaf_hash(b"")), leaf);
        assert_eq!(
            hex(leaf_hash(b"L123456")),
            "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
        );
        let node = Digest::of_parts([&b"\x01N123N456"[..]]);
        assert_eq!(hex(node), "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb");
    }

    #[test]
    fn the_left_part_is_the_largest_complete_one() {
        for (size, left) in [(2, 1), (3, 2), (4, 2), (5, 4), (256, 128), (257, 256)] {
            assert_eq!(split(size), left, "{size}");
        }
        assert_eq!(split(u64::MAX), 1 << 63);
    }

    #[test]
    fn only_complete_subtrees_are_folded() {
        let one = leaf_hash(b"a");
        assert_eq!(fold(&[one]), Some(one));
        assert_eq!(fold(&[one, one]), Some(node_hash(&one, &one)));
        assert_eq!(fold(&[one; 3]), None);
        assert_eq!(fold(&[]), None);
    }
}
