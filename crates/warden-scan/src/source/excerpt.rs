//! A line of source code as it may be shown: no secret, nothing hidden, not too long.

use warden_detect::{redact, visible};
use warden_flow::ir::Span;
use warden_model::Excerpt;

/// Most bytes of a line that are looked at on each side of a place: minified files are one line.
const LOOKED: usize = 2048;
/// Most characters that are shown.
const SHOWN: usize = 160;
/// Characters that are shown before the place when a line is too long.
const BEFORE: usize = 40;

/// The line at `span`, ready to be shown. `None` where there is no text.
pub(crate) fn excerpt(text: &str, span: Span) -> Option<Excerpt> {
    let at = boundary(text, span.start as usize);
    let line_start = text.get(..at)?.rfind('\n').map_or(0, |at| at + 1);
    let line_end = text.get(at..)?.find('\n').map_or(text.len(), |length| at + length);
    let from = boundary(text, line_start.max(at.saturating_sub(LOOKED)));
    let to = boundary(text, line_end.min(at.saturating_add(LOOKED)));
    let end = boundary(text, (span.end as usize).clamp(at, to.max(at)));
    let line = text.get(from..to)?.trim_end();
    let shown = clean(line);
    let start = clean(text.get(from..at)?).chars().count();
    let length = clean(text.get(at..end)?.trim_end()).chars().count();
    Some(cut(&shown, start, length))
}

/// What is left of a line when it is shown. Tabs have no width of their own.
fn clean(line: &str) -> String {
    visible(&redact(line).replace('\t', "    ").replace('\r', "")).text
}

/// At most [`SHOWN`] characters around the place, without the indentation.
fn cut(line: &str, start: usize, length: usize) -> Excerpt {
    let chars: Vec<char> = line.chars().collect();
    let indent = chars.iter().take_while(|char| char.is_whitespace()).count().min(start);
    let mut from = indent;
    if chars.len() - indent > SHOWN {
        from = from.max(start.saturating_sub(BEFORE)).min(chars.len());
    }
    let to = chars.len().min(from + SHOWN);
    let dots = |cut: bool| if cut { "…" } else { "" };
    let middle: String = chars.get(from..to).unwrap_or_default().iter().collect();
    let text = format!("{}{middle}{}", dots(from > indent), dots(to < chars.len()));
    let total = text.chars().count();
    let start = (start - from.min(start) + usize::from(from > indent)).min(total.saturating_sub(1));
    Excerpt { start, length: length.clamp(1, (total - start).max(1)), text }
}

/// The next place at or before `at` where a character starts.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..4).map(|back| at.saturating_sub(back)).find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, at: &str, expected: &str) {
        let start = text.find(at).expect("the place is in the text");
        let span = Span {
            start: u32::try_from(start).expect("small"),
            end: u32::try_from(start + at.len()).expect("small"),
        };
        let found = excerpt(text, span).expect("there is a line");
        let marked: String = found
            .text
            .chars()
            .enumerate()
            .flat_map(|(index, char)| {
                let open = (index == found.start).then_some('[');
                let close = (index + 1 == found.start + found.length).then_some(']');
                [open, Some(char), close].into_iter().flatten()
            })
            .collect();
        assert_eq!(marked, expected);
    }

    #[test]
    fn a_line_is_shown_without_its_indentation() {
        check("def f(x):\n    run(x)\n", "run(x)", "[run(x)]");
        check("a = été(x)  \nb", "x", "a = été([x])");
    }

    #[test]
    fn a_place_of_several_lines_ends_with_the_first() {
        check("f(\n  a,\n)", "f(\n  a", "[f(]");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}here{}", "x;".repeat(90_000), "y;".repeat(90_000));
        let start = text.find("here").expect("it is there");
        let start = u32::try_from(start).expect("small");
        let found = excerpt(&text, Span { start, end: start + 4 }).expect("a line");
        assert!(found.text.chars().count() <= SHOWN + 2);
        let place: String = found.text.chars().skip(found.start).take(found.length).collect();
        assert_eq!(place, "here");
    }

    #[test]
    fn what_is_hidden_is_shown_and_what_is_secret_is_not() {
        check("a\u{202e}b(c)", "b(c)", "a‹U+202E›[b(c)]");
        for (_, sample) in warden_detect::samples() {
            let line = format!("key = {sample}; send(key)");
            for hit in warden_detect::secrets(&line) {
                let value = line.get(hit.range).expect("the hit is in the line");
                let start = u32::try_from(line.find("key").expect("it is there")).expect("small");
                let shown = excerpt(&line, Span { start, end: start + 3 }).expect("a line");
                assert!(!shown.text.contains(value), "{shown:?}");
            }
        }
    }
}
