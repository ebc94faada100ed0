//! The file of a value: a line with its number and a digest, and the value.

use warden_model::Digest;

use crate::store::{Away, Entry, MOST_VALUE, Space};

/// What a file begins with; a later form has another number.
const NAME: &str = "mcpwarden-value 1";

/// More than any head needs.
const MOST_HEAD: usize = 256;

/// The longest file.
pub(super) const MOST: usize = MOST_VALUE + MOST_HEAD;

/// The bytes of the file of a value.
pub(super) fn write(space: Space, key: &str, value: &[u8], number: u64) -> Vec<u8> {
    let digest = digest(space, key, value, number);
    let mut file = format!("{NAME} {number:016x} {digest}\n").into_bytes();
    file.extend_from_slice(value);
    file
}

/// What the file of a value says, if it says what was written into it, under this key.
pub(super) fn read(space: Space, key: &str, file: &[u8]) -> Result<Entry, Away> {
    let end = file.iter().take(MOST_HEAD).position(|byte| *byte == b'\n').ok_or(Away)?;
    let (head, value) = file.split_at_checked(end).ok_or(Away)?;
    let value = value.get(1..).ok_or(Away)?;
    let head = std::str::from_utf8(head).ok().and_then(|head| head.strip_prefix(NAME));
    let mut words = head.ok_or(Away)?.split_ascii_whitespace();
    let number = words.next().and_then(|word| u64::from_str_radix(word, 16).ok()).ok_or(Away)?;
    let told = words.next().ok_or(Away)?;
    if told != digest(space, key, value, number) || value.len() > MOST_VALUE {
        return Err(Away);
    }
    Ok(Entry { value: value.to_vec(), number })
}

/// The digest is of the key as well, so that the file of another is not taken for this one.
fn digest(space: Space, key: &str, value: &[u8], number: u64) -> String {
    let mut all = format!("{NAME}\0{}\0{key}\0{number:016x}\0", space.name()).into_bytes();
    all.extend_from_slice(value);
    Digest::of(&all).hex().into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn what_was_written_is_read(value in vec(any::<u8>(), 0..200), number in any::<u64>()) {
            let file = write(Space::Stops, "a", &value, number);
            prop_assert_eq!(read(Space::Stops, "a", &file), Ok(Entry { value, number }));
            prop_assert_eq!(read(Space::Stops, "b", &file), Err(Away));
            prop_assert_eq!(read(Space::Holds, "a", &file), Err(Away));
        }

        #[test]
        fn what_was_changed_is_noticed(
            value in vec(any::<u8>(), 0..50),
            at in any::<prop::sample::Index>(),
            bit in 0..8_u32,
            cut in any::<prop::sample::Index>(),
        ) {
            let mut file = write(Space::Stops, "a", &value, 7);
            let short = file.get(..cut.index(file.len())).unwrap_or_default();
            prop_assert_eq!(read(Space::Stops, "a", short), Err(Away));
            let at = at.index(file.len());
            if let Some(byte) = file.get_mut(at) {
                *byte ^= 1 << bit;
            }
            // Spaces of the head and the case of digits say the same in another way.
            if let Ok(entry) = read(Space::Stops, "a", &file) {
                prop_assert_eq!(entry, Entry { value, number: 7 });
            }
        }
    }
}
