//! Comparing versions as far as advisories need it.

use std::cmp::Ordering;

/// Whether `version` is at least `introduced` and older than `fixed`; `None` if it is no version.
pub(crate) fn affected(version: &str, introduced: &str, fixed: Option<&str>) -> Option<bool> {
    let (version, before) = parse(version)?;
    let (introduced, _) = parse(introduced)?;
    let Some(fixed) = fixed else { return Some(compare(&version, &introduced) != Ordering::Less) };
    let (fixed, _) = parse(fixed)?;
    let older = match compare(&version, &fixed) {
        Ordering::Less => true,
        Ordering::Equal => before,
        Ordering::Greater => false,
    };
    Some(older && compare(&version, &introduced) != Ordering::Less)
}

/// The numbers of a version, and whether it comes before the release with these numbers.
fn parse(version: &str) -> Option<(Vec<u64>, bool)> {
    let version = version.trim().trim_start_matches(['=', 'v']).trim();
    let version = version.split('+').next()?;
    let end =
        version.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(version.len());
    let (numbers, rest) = version.split_at_checked(end)?;
    let numbers: Option<Vec<u64>> =
        numbers.trim_end_matches('.').split('.').map(|part| part.parse().ok()).collect();
    let post = rest.trim_start_matches(['.', '-', '_']).starts_with("post");
    Some((numbers?, !rest.is_empty() && !post))
}

fn compare(a: &[u64], b: &[u64]) -> Ordering {
    let part = |parts: &[u64], at: usize| parts.get(at).copied().unwrap_or(0);
    (0..a.len().max(b.len()))
        .map(|at| part(a, at).cmp(&part(b, at)))
        .find(|o| o.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_includes_its_start_and_not_its_end() {
        for (version, expected) in [
            ("0.0.5", Some(true)),
            ("0.1.15", Some(true)),
            ("0.1.16", Some(false)),
            ("0.1.16-rc.1", Some(true)),
            ("0.0.4", Some(false)),
            ("1.0", Some(false)),
            ("v0.1.2", Some(true)),
            ("latest", None),
            ("^0.1.2", None),
            ("", None),
        ] {
            assert_eq!(affected(version, "0.0.5", Some("0.1.16")), expected, "{version}");
        }
        assert_eq!(affected("9", "1.0", None), Some(true));
    }
}
