//! Lines of eighty columns.

use unicode_width::UnicodeWidthStr as _;
use warden_govern::comply::Status;
use warden_report::printable;

/// How wide what is printed is.
const COLUMNS: usize = 80;
/// How many names stand in a list before it says how many more there are.
const NAMED: usize = 6;

/// A text folded to eighty columns, each line after the first under `indent`; the first begins
/// with `head`, which is as wide.
pub(in crate::commands) fn folded(head: &str, indent: usize, text: &str) -> String {
    let mut out = format!("{:<indent$}", printable(head));
    // A name may be longer than its column.
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
    let mut at = out.width();
    let mut first = true;
    for word in printable(text).split_whitespace() {
        if !first && at + 1 + word.width() > COLUMNS {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            at = indent;
        } else if !first {
            out.push(' ');
            at += 1;
        }
        out.push_str(word);
        at += word.width();
        first = false;
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// A line that is not folded, with nothing in it that a terminal would act on.
pub(super) fn line(text: &str) -> String {
    format!("{}\n", printable(text))
}

/// Names with commas, and how many more there are; `none` where there are none.
pub(super) fn names<T: AsRef<str>>(all: &[T], total: usize) -> String {
    let shown: Vec<_> = all.iter().take(NAMED).map(AsRef::as_ref).collect();
    match total.max(all.len()) - shown.len() {
        _ if shown.is_empty() => "none".into(),
        0 => shown.join(", "),
        left => format!("{} and {left} more", shown.join(", ")),
    }
}

/// A status in a column of its own.
pub(super) fn status(status: Status) -> String {
    format!("{status:<14}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_folded_under_its_head() {
        let text = folded("  C1", 6, &"word ".repeat(40));
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
        assert!(
            text.starts_with("  C1  word word")
                && text.lines().nth(1).unwrap().starts_with("      word")
        );
        assert_eq!(folded("a", 3, ""), "a\n");
        assert_eq!(folded("much-longer", 3, "b"), "much-longer b\n");
        assert!(!folded("\u{1b}[2J", 3, "\u{1b}[2J").contains('\u{1b}'));
        assert!(!line("a\u{1b}[2J").contains('\u{1b}'));
    }

    #[test]
    fn a_long_list_says_how_many_more_there_are() {
        assert_eq!(names(&["a"; 8], 8), "a, a, a, a, a, a and 2 more");
        assert_eq!(names(&["a", "b"], 9), "a, b and 7 more");
        assert_eq!(names::<&str>(&[], 0), "none");
    }
}
