//! What a value cannot do any longer once it matched a regular expression from start to end.
//!
//! Only which characters can stand in it counts, and which can stand first. A pattern that is not
//! understood, or that leaves a way round its ends, gives nothing.

use regex_syntax::{
    ParserBuilder,
    hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look},
};
use warden_flow::models::{Bits, Matched, SinkKind, Vocabulary};

use super::{mark, sink};

/// Patterns longer than this are tables of data and no check.
const MOST: usize = 4096;

/// The bits of a value in which `pattern` matches like this.
pub(super) fn bits(_: &Vocabulary, pattern: &str, matched: Matched) -> Bits {
    if matched == Matched::Nowhere {
        return absent(pattern);
    }
    let Some(hir) = parse(pattern) else { return Bits::NONE };
    let from_start = matched != Matched::Somewhere || edge(&hir, Edge::Start);
    if matched == Matched::Whole || (from_start && edge(&hir, Edge::End)) {
        let mut shape = Shape::default();
        shape.add(&hir);
        shape.bits()
    } else if from_start && fixes_host(&hir) {
        mark::AUTHORITY
    } else {
        Bits::NONE
    }
}

/// The bits of a value in which `pattern` matches nowhere.
fn absent(pattern: &str) -> Bits {
    let plain = pattern.replace('\\', "");
    if matches!(plain.as_str(), ".." | "../" | "^..") {
        return mark::DOTLESS.with(mark::DENIED);
    }
    // The address ranges of private networks.
    let ranges = ["127", "10.", "192.168", "169.254"];
    if ranges.iter().filter(|range| plain.contains(**range)).count() >= 2 {
        return sink::SSRF.bit().with(mark::DENIED);
    }
    parse(pattern).map(|hir| without(&hir)).unwrap_or_default()
}

/// The bits of a value that holds none of the characters which a pattern of one character, or of
/// any number of them, matches.
fn without(hir: &Hir) -> Bits {
    match hir.kind() {
        HirKind::Capture(capture) => without(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min <= 1 => without(&repetition.sub),
        HirKind::Class(Class::Unicode(class)) => {
            let mut left = class.clone();
            left.negate();
            let shape = Shape { all: left.clone(), first: left, open: false };
            shape.bits()
        }
        HirKind::Literal(literal) if literal.0.len() == 1 => {
            let mut left = ClassUnicode::empty();
            left.union(&ClassUnicode::new(
                literal.0.iter().map(|byte| ClassUnicodeRange::new((*byte).into(), (*byte).into())),
            ));
            left.negate();
            Shape { all: left.clone(), first: left, open: false }.bits()
        }
        // `^-`: nothing that an option starts with.
        HirKind::Concat(parts) => match &parts[..] {
            [start, one] if edge(start, Edge::Start) && begins_with_dash(one) => {
                sink::ARGUMENT.bit()
            }
            _ => Bits::NONE,
        },
        // No match of the whole means that no part matches.
        HirKind::Alternation(parts) => {
            parts.iter().fold(Bits::NONE, |sum, part| sum.with(without(part)))
        }
        HirKind::Empty
        | HirKind::Class(Class::Bytes(_))
        | HirKind::Literal(_)
        | HirKind::Look(_)
        | HirKind::Repetition(_) => Bits::NONE,
    }
}

fn begins_with_dash(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => *literal.0 == *b"-",
        HirKind::Repetition(repetition) => repetition.min == 1 && begins_with_dash(&repetition.sub),
        _ => false,
    }
}

fn parse(pattern: &str) -> Option<Hir> {
    if pattern.len() > MOST {
        return None;
    }
    let mut parser = ParserBuilder::new().nest_limit(100).build();
    // Python's name for the end of the text.
    parser.parse(&pattern.replace("\\Z", "\\z")).ok()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Start,
    End,
}

/// Whether every match begins, or ends, where the text does.
fn edge(hir: &Hir, edge: Edge) -> bool {
    match hir.kind() {
        HirKind::Look(look) => match edge {
            Edge::Start => *look == Look::Start,
            Edge::End => *look == Look::End,
        },
        HirKind::Capture(capture) => self::edge(&capture.sub, edge),
        HirKind::Concat(parts) => {
            let outer = if edge == Edge::Start { parts.first() } else { parts.last() };
            outer.is_some_and(|part| self::edge(part, edge))
        }
        HirKind::Alternation(parts) => parts.iter().all(|part| self::edge(part, edge)),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Repetition(_) => false,
    }
}

/// Whether it begins with a constant that holds a scheme, a host and the slash after it.
fn fixes_host(hir: &Hir) -> bool {
    let HirKind::Concat(parts) = hir.kind() else { return false };
    let mut text = String::new();
    for part in parts {
        match part.kind() {
            HirKind::Look(Look::Start) => {}
            HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
            // `https?`: the letter may be there or not.
            HirKind::Repetition(one) if one.max == Some(1) && text == "http" => text.push('s'),
            _ => break,
        }
    }
    text.split_once("://").is_some_and(|(_, rest)| rest.find('/').is_some_and(|at| at > 0))
}

/// The characters that can stand in a match, and first in it.
struct Shape {
    all: ClassUnicode,
    first: ClassUnicode,
    /// Whether everything so far may be empty, so that what comes next can stand first.
    open: bool,
}

impl Default for Shape {
    fn default() -> Self {
        Self { all: ClassUnicode::empty(), first: ClassUnicode::empty(), open: true }
    }
}

impl Shape {
    fn add(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => {
                for char in String::from_utf8_lossy(&literal.0).chars() {
                    self.class(&ClassUnicode::new([ClassUnicodeRange::new(char, char)]));
                }
            }
            HirKind::Class(Class::Unicode(class)) => self.class(class),
            HirKind::Class(Class::Bytes(class)) => {
                let range = |range: &regex_syntax::hir::ClassBytesRange| {
                    ClassUnicodeRange::new(range.start().into(), range.end().into())
                };
                self.class(&ClassUnicode::new(class.iter().map(range)));
            }
            HirKind::Repetition(repetition) => {
                let open = self.open;
                self.add(&repetition.sub);
                self.open |= open && repetition.min == 0;
            }
            HirKind::Capture(capture) => self.add(&capture.sub),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.add(part)),
            HirKind::Alternation(parts) => {
                let open = self.open;
                let mut after = false;
                for part in parts {
                    self.open = open;
                    self.add(part);
                    after |= self.open;
                }
                self.open = after;
            }
        }
    }

    fn class(&mut self, class: &ClassUnicode) {
        self.all.union(class);
        if self.open {
            self.first.union(class);
        }
        self.open = false;
    }

    fn bits(&self) -> Bits {
        let one_of = |class: &ClassUnicode, chars: &str| {
            class.iter().any(|range| chars.chars().any(|c| range.start() <= c && c <= range.end()))
        };
        let has = |chars: &str| one_of(&self.all, chars);
        let only = |extra: &str| {
            self.all.iter().all(|range| {
                // Letters and digits of other alphabets mean nothing to any parser either.
                let word = |c: char| c.is_alphanumeric() || c == '_' || extra.contains(c);
                let wide = u32::from(range.end()) - u32::from(range.start()) > 0x400;
                (range.start() > '\u{7f}') || (!wide && (range.start()..=range.end()).all(word))
            })
        };
        let starts = |chars: &str| one_of(&self.first, chars);
        let segment = !has("/\\\0");
        let label = !has("/\\.:@?#% \t\n");
        let harmless: &[(SinkKind, bool)] = &[
            (sink::COMMAND, only("-._/:@%+=, ")),
            (sink::PROGRAM, only("-._") && !starts("-.")),
            (sink::ARGUMENT, !starts("-") && !has("\n")),
            (sink::CODE, only(".")),
            (sink::TEMPLATE, !has("{}%$<#@")),
            (sink::PATH, segment || (!has(".\\\0") && !starts("/"))),
            (sink::ARCHIVE, segment),
            (sink::TEMPFILE, segment),
            (sink::SQL, only(".-:$#@")),
            (sink::NOSQL, !has("{}$[]'\"();\\\n")),
            (sink::QUERY, only(".-:$#@")),
            (sink::SSRF, label),
            (sink::HTML, !has("<>&\"'`")),
            (sink::REGEX, !has(".*+?()[]{}|^$\\")),
            (sink::HEADER, !has("\r\n")),
            (sink::MAIL_HEADER, !has("\r\n,;")),
            (sink::MODULE, only("")),
        ];
        let mut bits = Bits::NONE;
        for (kind, _) in harmless.iter().filter(|(_, holds)| *holds) {
            bits = bits.with(kind.bit());
        }
        if bits == Bits::NONE { bits } else { bits.with(mark::CHARSET) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, whole: bool, harmless: &[SinkKind], harmful: &[SinkKind]) {
        let matched = if whole { Matched::Whole } else { Matched::Somewhere };
        let found = bits(&Vocabulary::default(), pattern, matched);
        for kind in harmless {
            assert!(found.holds(kind.bit()), "{pattern}: {}", sink::NAMES[usize::from(kind.0)]);
        }
        for kind in harmful {
            assert!(!found.meets(kind.bit()), "{pattern}: {}", sink::NAMES[usize::from(kind.0)]);
        }
    }

    #[test]
    fn letters_and_digits_from_start_to_end_are_harmless() {
        use sink::{ARGUMENT, COMMAND, PATH, SQL, SSRF};
        check("^[A-Za-z0-9_]+$", false, &[COMMAND, ARGUMENT, PATH, SQL, SSRF], &[]);
        check("[a-z]+", true, &[COMMAND, ARGUMENT, PATH, SQL, SSRF], &[]);
        check(r"^(?:[a-f0-9]{8}|\d+)\Z", false, &[COMMAND, PATH, SQL], &[]);
    }

    #[test]
    fn a_pattern_that_is_open_at_an_end_says_nothing() {
        check("^[a-z]+", false, &[], &[sink::COMMAND, sink::PATH]);
        check("[a-z]+$", false, &[], &[sink::COMMAND, sink::PATH]);
        check("^a$|b", false, &[], &[sink::COMMAND, sink::PATH]);
        check("^(?=x)[a-z]+$", false, &[], &[sink::COMMAND]);
    }

    #[test]
    fn each_character_counts_where_it_means_something() {
        check(r"^[\w.-]+$", false, &[sink::COMMAND, sink::PATH], &[sink::ARGUMENT, sink::SSRF]);
        check(r"^\w[\w./-]*$", false, &[sink::COMMAND, sink::ARGUMENT], &[sink::PATH]);
        check("^[^;&|]+$", false, &[], &[sink::COMMAND, sink::PATH, sink::SQL]);
        check("^[a-z ;]+$", false, &[sink::PATH], &[sink::COMMAND, sink::SQL]);
    }

    #[test]
    fn a_pattern_that_names_the_host_fixes_it() {
        let authority = |pattern| bits(&Vocabulary::default(), pattern, Matched::Somewhere);
        assert_eq!(authority(r"^https?://api\.example\.com/"), mark::AUTHORITY);
        assert_eq!(authority("^https://"), Bits::NONE);
        assert_eq!(authority(r"^https://api\.example\.com"), Bits::NONE);
    }

    #[test]
    fn what_no_character_matches_is_made_of_the_others() {
        let bits = |pattern| bits(&Vocabulary::default(), pattern, Matched::Nowhere);
        assert!(bits("[^A-Za-z0-9_-]").holds(sink::COMMAND.bit().with(sink::PATH.bit())));
        assert!(bits("[^\\w.-]+").holds(sink::SQL.bit()));
        assert!(bits("[<>&\"'`]").holds(sink::HTML.bit()));
        assert!(!bits("[;&|]").meets(sink::COMMAND.bit()));
        assert!(bits("^-+").holds(sink::ARGUMENT.bit()));
        assert_eq!(bits("drop|delete"), Bits::NONE);
    }
}
