//! A line as shells read it, taken apart so that every word can be looked at by itself.

/// A word of a line, and what stands before it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// White space and signs between the last word and this one.
    pub gap: &'a str,
    /// The word as it stands there.
    pub raw: &'a str,
    /// The word without its quotes.
    pub plain: String,
}

/// The words of a line. Quotes that are never closed reach to its end.
pub(super) fn words(line: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let start = rest.find(|char| !separates(char)).unwrap_or(rest.len());
        let (gap, from) = rest.split_at(start);
        let (length, plain) = word(from);
        let (raw, after) = from.split_at(length);
        words.push(Word { gap, raw, plain });
        rest = after;
    }
    words
}

/// The length of the word at the start of `text`, and what it says.
fn word(text: &str) -> (usize, String) {
    let mut plain = String::new();
    let mut quote = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        match (quote, char) {
            (Some(open), _) if char == open => quote = None,
            (None, '"' | '\'') => quote = Some(char),
            (None, _) if separates(char) => return (at, plain),
            // A quote behind a backslash is a letter of the word; other backslashes are folders.
            (None | Some('"'), '\\') if chars.peek().is_some_and(|(_, next)| *next == '"') => {
                chars.next();
            }
            _ => plain.push(char),
        }
    }
    (text.len(), plain)
}

fn separates(char: char) -> bool {
    char.is_whitespace() || ";|&<>()`".contains(char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_taken_apart_as_shells_do() {
        let line = r#"A="b c" curl -H 'X: y z' $(cat f)|sh; "\"q\" never closed"#;
        let plain: Vec<_> = words(line).into_iter().map(|word| word.plain).collect();
        assert_eq!(
            plain,
            ["A=b c", "curl", "-H", "X: y z", "$", "cat", "f", "sh", "q never closed"]
        );
        let whole: String = words(line).iter().flat_map(|word| [word.gap, word.raw]).collect();
        assert_eq!(whole, line);
    }
}
