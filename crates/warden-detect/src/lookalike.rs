//! Names that a person or a model takes for another name.

use std::collections::{BTreeSet, HashMap};

use unicode_security::confusable_detection::skeleton;

/// Names longer than this are compared by what they start with.
const LONGEST: usize = 128;
/// From this length on one wrong letter is a mistake that a person does not see.
const LONG_ENOUGH: usize = 6;

/// How two names are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// The same characters.
    Same,
    /// The same but for case and separators: `read_file` and `readFile`.
    Spelling,
    /// Other characters that look the same: a Cyrillic `а` for a Latin one.
    Confusable,
    /// One letter more, less, different or changed places.
    OneEdit,
}

/// Two names of a list that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Index of the earlier one.
    pub first: usize,
    /// Index of the later one.
    pub second: usize,
    /// How they are alike.
    pub likeness: Likeness,
}

/// Returns the name without what a person overlooks: characters that look alike become one, case
/// and separators go.
#[must_use]
pub fn fold(name: &str) -> String {
    let name: String = name.chars().take(LONGEST).collect();
    let spelled = spelling(&name);
    // The skeleton maps `m` to `rn` and `1` to `l`; case has to be folded on both sides of it.
    skeleton(&spelled).flat_map(char::to_lowercase).filter(|char| !separator(*char)).collect()
}

/// Returns how two names are alike, if they are.
#[must_use]
pub fn likeness(a: &str, b: &str) -> Option<Likeness> {
    if a == b {
        return Some(Likeness::Same);
    }
    if spelling(a) == spelling(b) {
        return Some(Likeness::Spelling);
    }
    if fold(a) == fold(b) {
        return Some(Likeness::Confusable);
    }
    let (a, b): (Vec<char>, Vec<char>) = (letters(a), letters(b));
    (a.len().min(b.len()) >= LONG_ENOUGH && one_edit(&a, &b)).then_some(Likeness::OneEdit)
}

/// A list of names to be compared with again and again.
#[derive(Debug)]
pub struct Known {
    names: Vec<String>,
    folded: HashMap<String, usize>,
    letters: Vec<Vec<char>>,
}

impl Known {
    /// Learns these names.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let folded = names.iter().enumerate().rev().map(|(at, name)| (fold(name), at)).collect();
        let letters = names.iter().map(|name| letters(name)).collect();
        Self { names, folded, letters }
    }

    /// Returns the name that `name` is most like, and how.
    #[must_use]
    pub fn like(&self, name: &str) -> Option<(&str, Likeness)> {
        let known = |at: usize| self.names.get(at).map(String::as_str);
        if let Some(found) = self.names.iter().find(|known| *known == name) {
            return Some((found, Likeness::Same));
        }
        if let Some(found) = self.folded.get(&fold(name)).and_then(|at| known(*at)) {
            return Some((found, likeness(found, name)?));
        }
        let own = letters(name);
        let near =
            |other: &Vec<char>| own.len().min(other.len()) >= LONG_ENOUGH && one_edit(&own, other);
        let at = self.letters.iter().position(near)?;
        Some((known(at)?, Likeness::OneEdit))
    }
}

/// Returns every pair of `names` that is alike. The work grows with the names and the pairs found,
/// not with the square of the names; of equal names each is paired with the first only.
#[must_use]
pub fn pairs(names: &[&str]) -> Vec<Pair> {
    let mut buckets: HashMap<String, Vec<usize>> = HashMap::new();
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut found = BTreeSet::new();
    for (index, name) in names.iter().enumerate() {
        if let Some(same) = first.get(name) {
            found.insert((*same, index, Likeness::Same));
            continue;
        }
        first.insert(name, index);
        for key in keys(name) {
            let bucket = buckets.entry(key).or_default();
            for other in bucket.iter().take(64) {
                let alike = names.get(*other).and_then(|other| likeness(other, name));
                found.extend(alike.map(|likeness| (*other, index, likeness)));
            }
            bucket.push(index);
        }
    }
    found.into_iter().map(|(first, second, likeness)| Pair { first, second, likeness }).collect()
}

/// The name in lower case, without separators.
fn spelling(name: &str) -> String {
    name.chars().filter(|char| !separator(*char)).flat_map(char::to_lowercase).collect()
}

fn letters(name: &str) -> Vec<char> {
    spelling(name).chars().take(LONGEST).collect()
}

const fn separator(char: char) -> bool {
    matches!(char, '_' | '-' | '.' | ' ' | '/' | ':' | '‐' | '‑' | '–')
}

/// What two names share if they are alike: the fold, and the spelling with one letter left out.
fn keys(name: &str) -> BTreeSet<String> {
    let letters = letters(name);
    let mut keys = BTreeSet::from([fold(name), letters.iter().collect()]);
    // Leaving a letter out is enough to meet on: it covers all four kinds of edit.
    if letters.len() >= LONG_ENOUGH && letters.len() <= 64 {
        keys.extend((0..letters.len()).map(|out| {
            letters.iter().enumerate().filter(|(at, _)| *at != out).map(|(_, char)| *char).collect()
        }));
    }
    keys
}

/// Whether one insertion, deletion, substitution or transposition makes `a` into `b`. Digits do not
/// count: `step1` and `step2` are meant to differ.
fn one_edit(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (Some(short), Some(long)) = (short.get(same..), long.get(same..)) else { return false };
    let digit = |letters: &[char]| letters.first().is_some_and(char::is_ascii_digit);
    if digit(short) || digit(long) {
        return false;
    }
    if long.len() - short.len() > 1 {
        return false;
    }
    match long.len() - short.len() {
        0 => {
            short.get(1..) == long.get(1..)
                || (short.len() >= 2
                    && short.first() == long.get(1)
                    && short.get(1) == long.first()
                    && short.get(2..) == long.get(2..))
        }
        1 => Some(short) == long.get(1..),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_person_takes_for_each_other_are_alike() {
        for (a, b, expected) in [
            ("read_file", "read_file", Some(Likeness::Same)),
            ("read_file", "readFile", Some(Likeness::Spelling)),
            ("read_file", "reаd_file", Some(Likeness::Confusable)),
            ("paypal", "paypa1", Some(Likeness::Confusable)),
            ("send_email", "sned_email", Some(Likeness::OneEdit)),
            ("send_email", "send_emails", Some(Likeness::OneEdit)),
            ("send_email", "send_emial", Some(Likeness::OneEdit)),
            ("send_email", "send_mail", Some(Likeness::OneEdit)),
            ("step1_run", "step2_run", None),
            ("get", "set", None),
            ("read_file", "write_file", None),
        ] {
            assert_eq!(likeness(a, b), expected, "{a} {b}");
            assert_eq!(likeness(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn a_name_is_compared_with_all_known_ones() {
        let known = Known::new(["mcp-remote", "server-memory"]);
        assert_eq!(known.like("mcp-remote"), Some(("mcp-remote", Likeness::Same)));
        assert_eq!(known.like("mcp_remote"), Some(("mcp-remote", Likeness::Spelling)));
        assert_eq!(known.like("mcp-rem0te"), Some(("mcp-remote", Likeness::Confusable)));
        assert_eq!(known.like("mcp-remоte"), Some(("mcp-remote", Likeness::Confusable)));
        assert_eq!(known.like("server-memry"), Some(("server-memory", Likeness::OneEdit)));
        assert_eq!(known.like("something-else"), None);
    }

    #[test]
    fn pairs_are_found_among_many_names() {
        let names = ["alpha_one", "send_email", "beta", "send-email", "alpha_one", "sned_email"];
        let found: Vec<_> = pairs(&names).iter().map(|pair| (pair.first, pair.second)).collect();
        assert_eq!(found, [(0, 4), (1, 3), (1, 5), (3, 5)]);
    }
}
