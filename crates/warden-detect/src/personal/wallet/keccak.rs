//! Keccak-256 as Ethereum has it: the function that became SHA-3, with its first padding.

/// The rate of Keccak-256 in bytes.
const RATE: usize = 136;

const ROUNDS: [u64; 24] = [
    0x0000_0000_0000_0001,
    0x0000_0000_0000_8082,
    0x8000_0000_0000_808a,
    0x8000_0000_8000_8000,
    0x0000_0000_0000_808b,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8009,
    0x0000_0000_0000_008a,
    0x0000_0000_0000_0088,
    0x0000_0000_8000_8009,
    0x0000_0000_8000_000a,
    0x0000_0000_8000_808b,
    0x8000_0000_0000_008b,
    0x8000_0000_0000_8089,
    0x8000_0000_0000_8003,
    0x8000_0000_0000_8002,
    0x8000_0000_0000_0080,
    0x0000_0000_0000_800a,
    0x8000_0000_8000_000a,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8080,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8008,
];

const TURNS: [u32; 24] =
    [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];

const PLACES: [usize; 24] =
    [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

/// The hash of a text that is shorter than one block, as every address is.
pub(super) fn keccak256(text: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; RATE];
    let text = text.get(..text.len().min(RATE - 1)).unwrap_or_default();
    for (place, byte) in block.iter_mut().zip(text.iter().chain([&1])) {
        *place = *byte;
    }
    block[RATE - 1] |= 0x80;
    let mut state = [0_u64; 25];
    for (lane, bytes) in state.iter_mut().zip(block.as_chunks::<8>().0) {
        *lane = u64::from_le_bytes(*bytes);
    }
    permute(&mut state);
    let mut out = [0; 32];
    for (place, lane) in out.as_chunks_mut::<8>().0.iter_mut().zip(state) {
        *place = lane.to_le_bytes();
    }
    out
}

fn permute(state: &mut [u64; 25]) {
    for constant in ROUNDS {
        let mut columns = [0_u64; 5];
        for x in 0..5 {
            columns[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
        }
        for x in 0..5 {
            let mix = columns[(x + 4) % 5] ^ columns[(x + 1) % 5].rotate_left(1);
            for y in 0..5 {
                state[x + 5 * y] ^= mix;
            }
        }
        let mut last = state[1];
        for (turn, place) in TURNS.into_iter().zip(PLACES) {
            let kept = state[place];
            state[place] = last.rotate_left(turn);
            last = kept;
        }
        for row in state.as_chunks_mut::<5>().0 {
            let old = *row;
            for x in 0..5 {
                row[x] = old[x] ^ (!old[(x + 1) % 5] & old[(x + 2) % 5]);
            }
        }
        state[0] ^= constant;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nothing_is_the_published_one() {
        let published = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";
        for (at, byte) in keccak256(b"").into_iter().enumerate() {
            let written = published.get(2 * at..2 * at + 2).expect("two digits");
            assert_eq!(u8::from_str_radix(written, 16), Ok(byte));
        }
    }
}
