//! What of a text can say where a call goes or what it names: addresses, hosts, accounts, names of
//! things.
//!
//! It is a model of what the gateway does, to learn which kinds help; figures that count are taken
//! through the gateway itself.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

/// The most tokens that one session remembers of one sort of text.
const MOST: usize = 4096;
/// Shorter ones name nothing, and longer ones are sentences.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=40;
/// An account has so many digits.
const DIGITS: usize = 6;

static MAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+").ok());
static URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)(?:https?://)?((?:[a-z0-9_-]+\.)+[a-z]{2,})(?:[/?#][^\s'"<>)]*)?"#).ok()
});
static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[A-Za-z0-9_-]{4,}").ok());
static QUOTED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?:^|[\s(:])["'“‘`]([^"'“”‘’`\n]{3,40})["'”’`]"#).ok());

/// Which tokens are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinds {
    /// Addresses of mail, hosts of URLs, numbers of accounts.
    Destinations,
    /// These, and whatever names something: `P025`, a quoted text.
    Names,
}

/// Tokens of what was read.
#[derive(Clone, Debug, Default)]
pub struct Tokens(BTreeSet<String>);

impl Tokens {
    /// Remembers those of a text.
    pub fn remember(&mut self, text: &str, kinds: Kinds) {
        for token in tokens(text, kinds) {
            if self.0.len() < MOST {
                self.0.insert(token);
            }
        }
    }

    /// Whether an argument has one of them that `known` has not.
    #[must_use]
    pub fn hold(&self, argument: &str, kinds: Kinds, known: &Self) -> bool {
        let ours = |token: &String| self.0.contains(token) && !known.0.contains(token);
        tokens(argument, kinds).iter().any(ours)
            || kinds == Kinds::Names && ours(&argument.trim().to_lowercase())
    }
}

/// The tokens of a text, in lower case.
fn tokens(text: &str, kinds: Kinds) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let whole = |regex: &'static LazyLock<Option<Regex>>, text: &str| -> Vec<String> {
        let found = regex.iter().flat_map(|regex| regex.find_iter(text));
        found.map(|one| one.as_str().to_lowercase()).collect()
    };
    let part = |regex: &'static LazyLock<Option<Regex>>, text: &str| -> Vec<String> {
        let found = regex.iter().flat_map(|regex| regex.captures_iter(text));
        found.filter_map(|one| Some(one.get(1)?.as_str().to_lowercase())).collect()
    };
    found.extend(whole(&MAIL, text));
    let rest = MAIL.as_ref().map_or(text.into(), |mail| mail.replace_all(text, " "));
    found.extend(part(&URL, &rest));
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let named = |word: &String| {
        let letters = word.bytes().any(|byte| byte.is_ascii_alphabetic());
        let enough = if kinds == Kinds::Names { 1 } else { DIGITS };
        letters && digits(word) >= enough && LENGTHS.contains(&word.len())
    };
    found.extend(whole(&WORD, &rest).into_iter().filter(named));
    if kinds == Kinds::Names {
        found.extend(part(&QUOTED, text));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(said: &str, argument: &str, kinds: Kinds, held: bool) {
        let mut tokens = Tokens::default();
        tokens.remember(said, kinds);
        assert_eq!(tokens.hold(argument, kinds, &Tokens::default()), held, "{said} → {argument}");
    }

    #[test]
    fn what_a_text_names_is_found_again_however_it_is_written() {
        check("write to Ann@firm.example.", "ann@firm.example", Kinds::Destinations, true);
        check(
            "see www.firm.example now",
            "https://www.firm.example/x?y=1",
            Kinds::Destinations,
            true,
        );
        check("pay DE89370400440532", "DE89370400440532", Kinds::Destinations, true);
        check("take Q017", "Q017", Kinds::Destinations, false);
        check("take Q017", "Q017", Kinds::Names, true);
        check("set it to 'open sesame'", "open sesame", Kinds::Names, true);
        check("it's the cat's", "it", Kinds::Names, false);
    }

    #[test]
    fn what_is_known_from_elsewhere_leads_nobody_astray() {
        let (mut hostile, mut known) = (Tokens::default(), Tokens::default());
        hostile.remember("write to ann@firm.example", Kinds::Names);
        known.remember("colleagues: ann@firm.example", Kinds::Names);
        assert!(!hostile.hold("ann@firm.example", Kinds::Names, &known));
    }
}
