//! Regular expressions that a matcher with backtracking may need exponential time for: a
//! repetition inside a repetition, where one text can be split over the rounds in many ways.

use regex_syntax::{
    ParserBuilder,
    hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition},
};

/// Patterns longer than this are tables of data.
const MOST: usize = 4096;
/// Repetitions up to this number do no harm.
const FEW: u32 = 12;

/// Whether matching `pattern` may take exponential time. In a `fragment` what follows is not
/// known, and something that can fail is supposed to.
pub(crate) fn explodes(pattern: &str, fragment: bool) -> bool {
    // Most texts have no two repetitions, and need not be read.
    let repeats = pattern.bytes().filter(|byte| matches!(byte, b'+' | b'*' | b'{')).count();
    if repeats < 2 || pattern.len() > MOST || !pattern.contains(')') {
        return false;
    }
    let mut parser = ParserBuilder::new().nest_limit(100).build();
    // What looks ahead or behind is read like what stands there.
    let plain = ["(?=", "(?!", "(?<=", "(?<!"]
        .iter()
        .fold(pattern.to_owned(), |text, look| text.replace(look, "(?:"));
    parser.parse(&plain.replace("\\Z", "\\z")).is_ok_and(|hir| inside(&hir, fragment))
}

/// Looks for such a repetition; `followed` says whether something that can fail comes after.
fn inside(hir: &Hir, followed: bool) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
        HirKind::Capture(capture) => inside(&capture.sub, followed),
        HirKind::Alternation(parts) => parts.iter().any(|part| inside(part, followed)),
        HirKind::Concat(parts) => parts.iter().enumerate().any(|(at, part)| {
            let after = parts.iter().skip(at + 1).any(can_fail);
            inside(part, followed || after)
        }),
        HirKind::Repetition(repetition) => {
            (followed && many(repetition) && ambiguous(&repetition.sub))
                || inside(&repetition.sub, true)
        }
    }
}

fn can_fail(hir: &Hir) -> bool {
    hir.properties().minimum_len().is_none_or(|length| length > 0)
        || matches!(hir.kind(), HirKind::Look(Look::End | Look::EndLF | Look::EndCRLF))
}

fn many(repetition: &Repetition) -> bool {
    repetition.max.is_none_or(|max| max > FEW)
}

/// Whether one round of `body` can end at several places of the same text: it holds a repetition,
/// and everything else in it can be matched by that repetition as well.
fn ambiguous(body: &Hir) -> bool {
    match body.kind() {
        HirKind::Capture(capture) => ambiguous(&capture.sub),
        HirKind::Alternation(parts) => parts.iter().any(ambiguous),
        HirKind::Repetition(inner) => many(inner) && !chars(&inner.sub).ranges().is_empty(),
        HirKind::Concat(parts) => parts.iter().enumerate().any(|(at, part)| {
            let Some(inner) = repeated(part) else { return false };
            let covers = |other: &Hir| !can_fail(other) || meets(&chars(other), &inner);
            parts.iter().enumerate().all(|(other, part)| other == at || covers(part))
        }),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}

/// The characters of an unlimited repetition.
fn repeated(hir: &Hir) -> Option<ClassUnicode> {
    match hir.kind() {
        HirKind::Capture(capture) => repeated(&capture.sub),
        HirKind::Repetition(repetition) if many(repetition) => Some(chars(&repetition.sub)),
        _ => None,
    }
}

fn meets(a: &ClassUnicode, b: &ClassUnicode) -> bool {
    let mut both = a.clone();
    both.intersect(b);
    !both.ranges().is_empty()
}

/// Every character that can stand in a match.
fn chars(hir: &Hir) -> ClassUnicode {
    let mut all = ClassUnicode::empty();
    add(hir, &mut all);
    all
}

fn add(hir: &Hir, all: &mut ClassUnicode) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) => {}
        HirKind::Literal(literal) => {
            let text = String::from_utf8_lossy(&literal.0);
            all.union(&ClassUnicode::new(text.chars().map(|c| ClassUnicodeRange::new(c, c))));
        }
        HirKind::Class(Class::Unicode(class)) => all.union(class),
        HirKind::Repetition(repetition) => add(&repetition.sub, all),
        HirKind::Capture(capture) => add(&capture.sub, all),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            for part in parts {
                add(part, all);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_of_repetitions_explode() {
        for pattern in
            ["^(a+)+$", r"^(\w+\s?)*$", "^([^/]+(?:,[^/]+)*)$", r"^(\d+|\w+)*x", "(.*)*;"]
        {
            assert!(explodes(pattern, false), "{pattern}");
        }
        assert!(explodes("([^/]+(?:,[^/]+)*)", true));
    }

    #[test]
    fn rounds_with_a_clear_end_do_not() {
        for pattern in [
            r"^([a-z]+\.)*[a-z]+$",
            "^([^/,]+(?:,[^/,]+)*)$",
            r"^\s+|\s+$",
            "(a+)+",
            r"^(\d{1,3}\.){3}\d{1,3}$",
            "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
            "a+)*(",
        ] {
            assert!(!explodes(pattern, false), "{pattern}");
        }
    }
}
