//! Which of two versions is the newer one.

use std::cmp::Ordering;

use jiff::Timestamp;

/// Compares versions as the registry does: a semantic version by its precedence, anything else
/// by when it was published; a semantic version is newer than what is none. The text decides
/// what is left, so that no two versions are equal.
pub(super) fn newer(a: (&str, Timestamp), b: (&str, Timestamp)) -> Ordering {
    let told = match (semantic(a.0), semantic(b.0)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => Ordering::Equal,
    };
    told.then(a.1.cmp(&b.1)).then_with(|| a.0.cmp(b.0))
}

/// A semantic version without its build metadata, which has no precedence.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Semantic<'a> {
    numbers: [Number<'a>; 3],
    // A version without a pre-release is newer than one with it.
    released: bool,
    pre: Vec<Part<'a>>,
}

/// A number of any length. Fewer digits are less; with as many, the text decides.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Number<'a>(usize, &'a str);

/// A part of a pre-release; numbers come before words.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Number(Number<'a>),
    Word(&'a str),
}

/// Semantic Versioning 2.0.0, sections 2 and 9 to 11.
fn semantic(version: &str) -> Option<Semantic<'_>> {
    let (version, build) = version.split_once('+').map_or((version, None), |(v, b)| (v, Some(b)));
    let (core, pre) = version.split_once('-').map_or((version, None), |(c, p)| (c, Some(p)));
    let well = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if !build.is_none_or(|build| build.split('.').all(well)) {
        return None;
    }
    let mut numbers = core.split('.').map(number);
    let core = [numbers.next()??, numbers.next()??, numbers.next()??];
    let pre = match pre {
        None => Some(Vec::new()),
        Some(pre) => pre.split('.').map(|part| well(part).then(|| self::part(part))?).collect(),
    }?;
    numbers.next().is_none().then_some(Semantic { numbers: core, released: pre.is_empty(), pre })
}

fn part(text: &str) -> Option<Part<'_>> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return number(text).map(Part::Number);
    }
    Some(Part::Word(text))
}

fn number(text: &str) -> Option<Number<'_>> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = text == "0" || !text.starts_with('0');
    (digits && plain).then_some(Number(text.len(), text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    #[test]
    fn semantic_versions_stand_in_the_order_of_their_specification() {
        // The example of section 11, and numbers that no machine word holds.
        let ordered = [
            "unversioned",
            "0.0.9",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.2.0",
            "1.10.0",
            "99999999999999999999999.0.0",
        ];
        for (index, pair) in ordered.windows(2).enumerate() {
            assert_eq!(newer((pair[0], at(5)), (pair[1], at(1))), Ordering::Less, "{index}");
        }
    }

    #[test]
    fn what_is_no_semantic_version_is_ordered_by_its_time() {
        for version in ["1.0", "01.0.0", "1.0.0-", "1.0.0-a..b", "1.0.0+", "v1.0.0", "1.0.0-01"] {
            assert_eq!(semantic(version), None, "{version}");
        }
        assert_eq!(newer(("2026.1", at(1)), ("2025.1", at(2))), Ordering::Less);
    }

    proptest! {
        #[test]
        fn the_order_is_one(a in version(), b in version(), c in version()) {
            let order = |x: &(String, i64), y: &(String, i64)| {
                newer((&x.0, at(x.1)), (&y.0, at(y.1)))
            };
            prop_assert_eq!(order(&a, &b), order(&b, &a).reverse());
            prop_assert_eq!(order(&a, &b) == Ordering::Equal, a == b);
            if order(&a, &b).is_le() && order(&b, &c).is_le() {
                prop_assert!(order(&a, &c).is_le());
            }
        }
    }

    fn version() -> impl Strategy<Value = (String, i64)> {
        ("[0-2]\\.[0-2]\\.[0-2](-[a0][.]?[a1]?)?|[0-9]\\.[0-9]|v[0-9]", 0..3_i64)
    }
}
