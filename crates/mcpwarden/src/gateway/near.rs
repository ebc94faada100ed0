//! What somebody may have meant.

/// The known word that is nearest to `wanted`, if one is near enough to be meant.
pub(crate) fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |word: &str| word.to_ascii_lowercase().replace('-', "_");
    let wanted = plain(wanted);
    if wanted.len() > 64 {
        return None;
    }
    let far = |known: &&str| distance(&wanted, &plain(known));
    let best = known.min_by_key(far)?;
    // One slip in three letters; and what begins alike is meant even if it ends otherwise.
    let near = far(&best) <= (wanted.len().max(best.len()) / 3).max(1);
    let begins = wanted.len() > 3 && (best.starts_with(&wanted) || wanted.starts_with(best));
    (near || begins).then_some(best)
}

/// How many letters have to be put in, taken out or changed.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, letter) in from.chars().enumerate() {
        let mut corner = at;
        let mut left = at + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(&to) {
            let changed = corner + usize::from(letter != *other);
            corner = *cell;
            left = changed.min(*cell + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_slips() {
        let cases = [("", "", 0), ("a", "", 1), ("", "ab", 2), ("kitten", "sitting", 3)];
        for (from, to, slips) in cases {
            assert_eq!(distance(from, to), slips, "{from} {to}");
        }
    }

    #[test]
    fn what_is_near_is_meant() {
        let known = ["listen", "public", "headers", "command", "call_time"];
        let near = |wanted| nearest(wanted, known.iter().copied());
        assert_eq!(near("lisen"), Some("listen"));
        assert_eq!(near("Listen"), Some("listen"));
        assert_eq!(near("header"), Some("headers"));
        assert_eq!(near("call-time"), Some("call_time"));
        assert_eq!(near("comand"), Some("command"));
        assert_eq!(near("telemetry"), None);
        assert_eq!(near("x"), None);
        assert_eq!(near(&"l".repeat(10_000)), None);
    }
}
