//! Tiers as people read them. There are two kinds, and 1 is the worst of one and the first step of
//! the other; so a number alone says the wrong thing to half of its readers.

/// The words one of which has to stand before `tier` where a number follows.
const KINDS: [&str; 2] = ["blast", "maturity"];

/// The places at which a text names a tier by its number without saying of which kind.
#[must_use]
pub fn bare(text: &str) -> Vec<String> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == '-')
        .filter(|word| !word.is_empty())
        .collect();
    let is_kind = |word: &&str| {
        let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_ascii_lowercase();
        KINDS.contains(&word.as_str())
    };
    let mut found = Vec::new();
    for (at, pair) in words.windows(2).enumerate() {
        let [word, next] = pair else { continue };
        let named = at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(is_kind);
        if is_tier(word) && is_number(next) && !named {
            let from = at.saturating_sub(3);
            found.push(
                words.iter().skip(from).take(at + 2 - from).copied().collect::<Vec<_>>().join(" "),
            );
        }
    }
    found
}

/// `tier`, `Tiers`, `"tier":` and the like.
fn is_tier(word: &str) -> bool {
    // A sentence that ends with it names no number.
    let word = if word.ends_with(['.', ';', '?', '!']) { "" } else { word };
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    ["tier", "tiers"].contains(&word.to_ascii_lowercase().as_str())
}

/// A number, or the place that one is put into.
fn is_number(word: &str) -> bool {
    let word = word.trim_start_matches(['`', '"', '\'', '*', '(', '=']);
    word.starts_with(|c: char| c.is_ascii_digit()) || (word.starts_with('{') && word.len() > 1)
}

/// What a Rust source says to people: its texts and comments, without its code.
#[must_use]
pub fn said(source: &str) -> String {
    let mut out = String::new();
    let mut rest = source;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let (_, from) = rest.split_at(at);
        let taken = if let Some(comment) = from.strip_prefix("//") {
            let line = comment.lines().next().unwrap_or_default();
            out.push_str(line.trim_start_matches(['/', '!']));
            // Sentences of a comment go on in the next line; a text ends with its quote.
            out.push(' ');
            2 + line.len()
        } else if let Some(text) = from.strip_prefix('"') {
            let raw = hashes(rest, at);
            let length = length_of(text, raw);
            out.push_str(&text.chars().take(length).collect::<String>());
            out.push_str(" | ");
            1 + text.chars().take(length + 1).map(char::len_utf8).sum::<usize>()
        } else if from.starts_with("'\"'") || from.starts_with("'/'") {
            3
        } else {
            1
        };
        rest = from.get(taken.min(from.len())..).unwrap_or_default();
    }
    out
}

/// How many `#` stand before the quote of a raw text; none if it is not raw.
fn hashes(rest: &str, at: usize) -> Option<usize> {
    let before = rest.get(..at)?;
    let hashes = before.len() - before.trim_end_matches('#').len();
    before.trim_end_matches('#').ends_with('r').then_some(hashes)
}

/// How many characters a text has before its closing quote.
fn length_of(text: &str, raw: Option<usize>) -> usize {
    if let Some(hashes) = raw {
        let end = format!("\"{}", "#".repeat(hashes));
        return text.find(&end).map_or(0, |at| text.get(..at).unwrap_or_default().chars().count());
    }
    let mut escaped = false;
    for (at, c) in text.chars().enumerate() {
        match c {
            '"' if !escaped => return at,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_needs_its_kind_where_a_number_follows() {
        for wrong in [
            "It is in tier 1.",
            "Tiers 2 and 3",
            "blast tier 1, then tier 2",
            "\"tier\": 1,",
            "a\ntier\n3",
            "Tier {number}",
            "Tier-1 server",
        ] {
            assert_eq!(bare(wrong).len(), 1, "{wrong}");
        }
        for right in [
            "Blast tier 1",
            "the maturity\ntier 4",
            "*Blast tier* 2",
            "a higher tier",
            "tier_1 = 2",
            "\"blast_tier\": 1",
            "\"tier\": {",
            "--tier <TIER>",
            "up to that tier. 3 servers",
        ] {
            assert_eq!(bare(right), Vec::<String>::new(), "{right}");
        }
    }

    #[test]
    fn code_is_not_what_a_source_says() {
        let source = "/// Blast\n/// tier 1\nmatch tier { 1 => \"Tier 2\", '\"' => r#\"tier \"3\"\"#, _ => \"\\\"\" } // tier 4";
        let told = said(source);
        assert_eq!(bare(&told).len(), 3, "{told}");
    }
}
