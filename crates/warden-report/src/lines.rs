//! Text fitted into a number of terminal columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The terminal columns that `text` takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// Breaks `text` at spaces into lines of at most `most` columns; a longer word is cut.
#[must_use]
pub fn wrap(text: &str, most: usize) -> Vec<String> {
    fold(text, most).iter().map(|line| line.trim_end().to_owned()).collect()
}

/// Breaks `text` into lines that are the text again when they are put together.
///
/// A line takes at most `most` columns, and one space more at its end.
pub(crate) fn fold(text: &str, most: usize) -> Vec<String> {
    let most = most.max(1);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_inclusive(' ').flat_map(|word| pieces(word, most)) {
        if used > 0 && used + width(word.trim_end_matches(' ')) > most {
            lines.push(String::new());
            used = 0;
        }
        used += width(&word);
        if let Some(line) = lines.last_mut() {
            line.push_str(&word);
        }
    }
    lines
}

/// Cuts a word into pieces that fit into `most` columns; nearly always it is one.
fn pieces(word: &str, most: usize) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut used = 0;
    for c in word.chars() {
        let columns = c.width().unwrap_or(0);
        if used + columns > most && used > 0 && c != ' ' {
            out.push(String::new());
            used = 0;
        }
        used += columns;
        if let Some(piece) = out.last_mut() {
            piece.push(c);
        }
    }
    out
}

/// Cuts `text` to `most` columns, with `…` where something is missing.
pub(crate) fn shorten(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > most {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// `text` and spaces after it, so that it takes `columns`.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    let gap = columns.saturating_sub(width(text));
    format!("{text}{:gap$}", "")
}

/// `1 server`, `2 servers`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_within_their_columns_and_lose_nothing() {
        let text = "npx -y @scope/a-rather-long-package-name 数据库数据库 --flag";
        for most in 1..40 {
            let lines = fold(text, most);
            assert_eq!(lines.concat(), text);
            assert!(lines.iter().all(|line| width(line) <= most.max(2) + 1), "{most}: {lines:?}");
        }
    }

    #[test]
    fn many_spaces_do_not_carry_text_out_of_sight() {
        let text = format!("harmless{:200}and then", "");
        for line in fold(&text, 40) {
            assert!(width(&line) <= 41, "{line:?}");
        }
    }

    #[test]
    fn a_shortened_text_shows_that_it_is_shortened() {
        assert_eq!(shorten("abcdef", 6), "abcdef");
        assert_eq!(shorten("abcdef", 4), "abc…");
        assert_eq!(shorten("数据库", 4), "数…");
    }
}
