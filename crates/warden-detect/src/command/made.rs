//! Whether a word was made up by a machine, as keys are, or by people, as names are.
//!
//! This decides what is taken out of a display, so it is generous: a name that looks like a key
//! costs a reader a name, a key that looks like a name costs somebody a system.

use crate::secrets::entropy;

/// Pieces shorter than this say too little either way.
const SHORTEST: usize = 12;

/// Consonants that follow each other inside the words of people.
const COMMON: &[&str] = &[
    "bl", "br", "bs", "cc", "ch", "ck", "cl", "cr", "cs", "ct", "dd", "dg", "dl", "dm", "dr", "ds",
    "dv", "ff", "fl", "fr", "ft", "gg", "gh", "gl", "gn", "gr", "gs", "ht", "kn", "ks", "lc", "ld",
    "lf", "lk", "ll", "lm", "lp", "ls", "lt", "lv", "mb", "mm", "mp", "ms", "nc", "nd", "nf", "ng",
    "nk", "nn", "ns", "nt", "nv", "ph", "pl", "pp", "pr", "ps", "pt", "rb", "rc", "rd", "rf", "rg",
    "rk", "rl", "rm", "rn", "rp", "rr", "rs", "rt", "rv", "rw", "sc", "sh", "sk", "sl", "sm", "sn",
    "sp", "sq", "ss", "st", "sw", "tc", "th", "tl", "tp", "tr", "ts", "tt", "tw", "wh", "wn", "wr",
    "xp", "xt",
];

/// Starts that issuers put before their keys and nobody before a name.
const STARTS: &[&str] = &[
    "sk-", "sk_", "pk_", "rk_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "glpat-", "xoxb-", "xoxp-",
    "xapp-", "hf_", "ntn_", "gsk_", "sbp_", "shpat_", "AIza", "AKIA", "ya29.", "eyJ",
];

/// Whether a lone word is, or holds, something that a machine made up.
pub(crate) fn machine_made(word: &str) -> bool {
    let word = without_digest(word);
    issued(word) || key_shaped(word) || pieces(word).any(made_up)
}

/// A known start with enough behind it.
fn issued(word: &str) -> bool {
    let word = word.trim_start_matches(|first: char| !first.is_ascii_alphanumeric());
    STARTS.iter().any(|start| word.strip_prefix(start).is_some_and(|rest| rest.len() >= 16))
}

/// Long, of the letters that keys are made of, and without a part that is a word.
fn key_shaped(word: &str) -> bool {
    word.len() >= 20
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.~+=".contains(&byte))
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !word.starts_with('-')
        && entropy(word) >= 36
        && !looks_named(word)
}

/// Names of packages and files have parts that are words; keys do not.
fn looks_named(word: &str) -> bool {
    word.split(|char: char| !char.is_ascii_alphanumeric()).filter(|part| part.len() >= 3).any(
        |part| {
            part.bytes().all(|byte| byte.is_ascii_lowercase())
                && part.bytes().any(|byte| b"aeiou".contains(&byte))
        },
    )
}

fn pieces(word: &str) -> impl Iterator<Item = &str> {
    let pieces = word.split(|char: char| !char.is_ascii_alphanumeric());
    pieces.filter(|piece| piece.len() >= SHORTEST)
}

/// Whether the letters of a piece follow each other as they do in no word.
fn made_up(piece: &str) -> bool {
    let odd = piece.as_bytes().windows(2).filter(|pair| is_odd(pair)).count();
    let digits = piece.bytes().all(|byte| byte.is_ascii_digit());
    // Words that are written together have an odd pair where they meet, about one in six letters.
    digits || (piece.len() > 15 && odd >= 3 && odd * 6 >= piece.len()) || odd * 3 >= piece.len()
}

fn is_odd(pair: &[u8]) -> bool {
    let &[first, second] = pair else { return false };
    if first.is_ascii_digit() || second.is_ascii_digit() {
        return first.is_ascii_digit() != second.is_ascii_digit();
    }
    let [first, second] = [first, second].map(|letter| letter.to_ascii_lowercase());
    let vowel = |letter: u8| b"aeiouy".contains(&letter);
    if vowel(first) || vowel(second) {
        return first == b'q' && second != b'u';
    }
    !COMMON.iter().any(|known| known.as_bytes() == [first, second])
}

/// The word without the digest or commit that pins it: that is public, and worth reading.
fn without_digest(word: &str) -> &str {
    let Some((before, digest)) = word.rsplit_once(['@', ':']) else { return word };
    let hex = digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let before = before.strip_suffix("@sha256").unwrap_or(before);
    if hex && matches!(digest.len(), 40 | 64) { before } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_by_machines() {
        for word in [
            "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e",
            "sk-kQpLvBnMtYwRzXhJgFdSaPoIuYtReWqL",
            "kQpLvBnMtYwRzXhJgFdSaPoI",
            "qzxkvjwpmrtbndgh",
            "Zx81kQpL0vB3nM7tYw2R",
            "mcp-kQpLvBnMtYwRzXhJgFdS",
            "12345678901234567890",
        ] {
            assert!(machine_made(word), "{word}");
        }
    }

    #[test]
    fn names_are_made_by_people() {
        for word in [
            "@modelcontextprotocol/server-memory@2025.11.25",
            "mcp-server-git==2025.7.1",
            "ghcr.io/github/github-mcp-server@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "/opt/servers/filesystem/dist/index.js",
            r"C:\Users\somebody\AppData\Roaming\npm\node_modules",
            "--dangerously-skip-permissions",
            "modelcontextprotocol",
            "mcp-atlassian==0.16.0",
            "awslabs.aws-documentation-mcp-server@latest",
            "io.github.microsoft/playwright-mcp",
            "getAuthenticatedUserInformation",
            "transport:streamable-http",
        ] {
            assert!(!machine_made(word), "{word}");
        }
    }
}
