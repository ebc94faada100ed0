//! Definitions that say in plain words what harm they do.
//!
//! A name such as `evidence_fabrication`, or a description that promises to go unnoticed, needs no
//! hidden instruction: whoever calls the tool does the harm. Names are read word by word; what a
//! tool guards against (`detect_fraud`, `exploit_search`) is no purpose.

mod words;

use std::{ops::Range, sync::LazyLock};

use aho_corasick::AhoCorasick;
use regex::Regex;

use words::{DEEDS, GUARDS, HARMS, LOOKS, MISDEEDS, OBJECTS, SHAMS, UNSEEN, VERBS, VICTIMS};

use crate::{automaton, normal::Normal};

/// What a name counts for that is a misdeed, and what a description does that promises one.
const NAMED: u32 = 55;
const TOLD: u32 = 55;

/// A hostile purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// What it counts for.
    pub weight: u32,
    /// Where it stands, in bytes of the text.
    pub range: Range<usize>,
}

/// What only somebody promises who wants nobody to know, or to do what is not allowed.
static PROMISES: &[&str] = &[
    r"\b(?:without|avoid(?:s|ing)?|evad(?:e|es|ing)|escap(?:e|es|ing)|bypass(?:es|ing)?|prevent(?:s|ing)?|circumvent(?:s|ing)?)(?: (?:any|all|the|of|its|their|proper|being|raising|triggering|leaving|user|patient|customer|official|security|system))* (?:detection|detected|suspicion|traces?|alerting|authori[sz]ation|consent|knowledge|oversight|accountability|being noticed|notice by)\b",
    r"\b(?:ensur(?:e|es|ing)|leav(?:e|es|ing)) no (?:detection|suspicion|traces?|evidence left|record of (?:it|this)|alerts? (?:being )?(?:raised|triggered))\b",
    r"\b(?:covertly|surreptitiously|stealthily|clandestinely|illegally|illicitly|fraudulently|maliciously|without authori[sz]ation)\b(?: \w+){0,2} [a-z]{4}",
    r"\b(?:discreetly|quietly|secretly|silently) (?:elevat|siphon|divert|exfiltrat|redirect|alter|modif|extract|collect|harvest|transfer|copy|copies|monitor|record|disabl|delet|remov|reallocat|intercept|captur|track|access|inject|install|manipulat|withdraw|chang)",
    r"\b(?:to|for|by|and|that|which|designed to|used to|intended to|capable of|intentionally|deliberately) (?:intentionally |deliberately |covertly |subtly )*(?:steal|stealing|sabotag(?:e|ing)|falsify(?:ing)?|fabricat(?:e|ing)|tamper(?:ing)?|exfiltrat(?:e|ing)|defraud(?:ing)?|hijack(?:ing)?|cripple|crippling|embezzl(?:e|ing)|impersonat(?:e|ing)|blackmail(?:ing)?|misle(?:a|ading)d?|deceiv(?:e|ing)|disrupt(?:ing)?|counterfeit(?:ing)?|launder(?:ing)?|bribe|bribing)\b",
    r"\b(?:unauthori[sz]ed|illicit|illegal|fraudulent|malicious|covert|clandestine) (?:access|transactions?|transfers?|modifications?|changes?|alterations?|updates?|withdrawals?|purchases?|disclosures?|distribution|extraction|collection|monitoring|surveillance|software|code|activit(?:y|ies)|control|use|entry|sharing|release|adjustments?|trades?|experiments?|channels?|operations?)\b",
    r"\bintentionally (?:\w+ ){0,2}(?:incorrect|wrong|false|harm|neglect|delay|degrad|misdiagnos|withhold|corrupt|weaken|damag|overload|ignor|fail)",
];

/// Words in front of which a promise is what a tool holds off.
static HELD_OFF: LazyLock<Regex> = LazyLock::new(|| {
    automaton::regex(
        r"\b(?:prevent|protect|detect|against|block|avoid|identif|report|flag|alert|stop|secur|guard|defend|mitigat|check|scan|monitor(?:s|ing)? for|look(?:s|ing)? for|signs of|risk of|not|never|from|any|investigat|analy[sz]|find|search|warn|refus|reject|den)\w*(?: \w+){0,5} ?$",
    )
});

struct Matcher {
    anchors: AhoCorasick,
    promises: Vec<Regex>,
}

static MATCHER: LazyLock<Matcher> = LazyLock::new(|| Matcher {
    anchors: automaton::keywords([
        "without",
        "avoid",
        "evad",
        "escap",
        "bypass",
        "circumvent",
        "prevent",
        "covert",
        "surrept",
        "stealth",
        "clandest",
        "illegal",
        "illicit",
        "fraudul",
        "malicio",
        "discreet",
        "quietly",
        "secretly",
        "silently",
        "steal",
        "sabotag",
        "falsif",
        "fabricat",
        "tamper",
        "exfiltrat",
        "defraud",
        "hijack",
        "crippl",
        "embezzl",
        "impersonat",
        "blackmail",
        "mislead",
        "deceiv",
        "disrupt",
        "counterfeit",
        "launder",
        "brib",
        "unauthori",
        "intentional",
        "no detection",
        "no suspicion",
        "no trace",
        "no evidence",
        "no record of",
        "no alert",
    ]),
    promises: PROMISES.iter().map(|promise| automaton::regex(promise)).collect(),
});

/// Returns the hostile purpose that a definition states, if it states one: `name` with spaces
/// between its words, and the text that begins with it.
#[must_use]
pub fn purpose(name: &str, text: &str) -> Option<Purpose> {
    named(name).or_else(|| told(text))
}

/// A misdeed in the name.
fn named(name: &str) -> Option<Purpose> {
    let normal = Normal::of(name);
    let words: Vec<&str> = normal
        .text()
        .split(|char: char| !char.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    // Whoever looks for misdeeds says so first: `detect fraud`.
    if words.first().is_none_or(|first| LOOKS.contains(first)) {
        return None;
    }
    let at = (0..words.len()).rev().find(|at| is_misdeed(&words, *at))?;
    // Or behind it: `fraud detection`, but `falsify report`.
    let done = at == 0 && words.first().is_some_and(|first| VERBS.contains(first));
    let guards = |word: &&str| GUARDS.contains(word) && !(done && OBJECTS.contains(word));
    let guarded = words.iter().skip(at + 1).any(guards);
    (!guarded).then_some(Purpose { weight: NAMED, range: 0..name.len() })
}

/// What tests make up.
static TEST_DATA: &[&str] = &[
    "account",
    "accounts",
    "card",
    "cards",
    "client",
    "clients",
    "customer",
    "customers",
    "data",
    "document",
    "documents",
    "file",
    "files",
    "order",
    "orders",
    "person",
    "post",
    "posts",
    "product",
    "products",
    "profile",
    "profiles",
    "server",
    "ticket",
    "tickets",
    "user",
    "users",
    "driver",
    "system",
    "key",
    "keys",
    "employee",
    "employees",
    "patient",
    "patients",
    "transaction",
    "transactions",
    "message",
    "model",
    "personal",
    "price",
    "prices",
];

/// Whether the word at a place of a name, with those before it, names a misdeed.
fn is_misdeed(words: &[&str], at: usize) -> bool {
    let Some((word, before)) =
        words.get(at).map(|word| (*word, words.get(..at).unwrap_or_default()))
    else {
        return false;
    };
    let begins = |table: &[&str], word: &str| table.iter().any(|known| word.starts_with(known));
    let relied_on = |words: &[&str]| words.iter().any(|word| begins(&VICTIMS, word));
    begins(&MISDEEDS, word)
        || HARMS.contains(&word) && relied_on(before)
        || before.iter().any(|first| UNSEEN.contains(first)) && DEEDS.contains(&word)
        || begins(&VICTIMS, word)
            && !TEST_DATA.contains(&word)
            && before.last().is_some_and(|last| SHAMS.contains(last))
}

/// A promise in the text.
fn told(text: &str) -> Option<Purpose> {
    let normal = Normal::of(text);
    if !MATCHER.anchors.is_match(normal.text()) {
        return None;
    }
    let hits = MATCHER.promises.iter().flat_map(|promise| promise.find_iter(normal.text()));
    let mut meant = hits.filter(|hit| {
        let start = normal.text().floor_char_boundary(hit.start().saturating_sub(NEAR));
        let before = normal.text().get(start..hit.start()).unwrap_or_default();
        // What a sentence before it says is no part of it.
        let before = before.rsplit(['.', ';', ':', '!', '?']).next().unwrap_or_default();
        !HELD_OFF.is_match(before)
    });
    let hit = meant.next()?;
    Some(Purpose { weight: TOLD, range: normal.original(&(hit.start()..hit.end())) })
}

/// How far before a promise a word can turn it around, in bytes.
const NEAR: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stated_harm_is_told_from_what_guards_against_it() {
        for (name, text) in [
            ("Evidence Fabrication", "Creates documents for a case."),
            ("tamper audit log", ""),
            ("sync", "Copies the customer table to a partner without the consent of customers."),
            ("tuner", "A tool to disrupt the signals of a competitor."),
            ("sensor", "Quietly disables the alarm."),
            ("recorder", "Records the session, ensuring no detection by anybody in it."),
            ("market manipulation", "Studies how prices respond."),
        ] {
            assert!(purpose(name, text).is_some(), "{name}: {text}");
        }
        for (name, text) in [
            ("detect fraud", "Detects fraudulent transactions."),
            ("exploit search", "Searches public exploits."),
            ("check access", "Reports unauthorized access to a bucket."),
            ("lock", "Protects a door from unauthorized entry."),
            ("delete branch", "Deletes a branch without asking."),
            ("silent install", "Installs a package silently."),
            ("list services", "Lists services with no traces in the last hour."),
            ("market manipulation detector", "Scores trades."),
        ] {
            assert_eq!(purpose(name, text), None, "{name}: {text}");
        }
    }
}
