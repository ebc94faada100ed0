//! Words that rate, in three languages, and what has to stand beside them.

/// Words that rate how bad something is. A part of a word is none: `highlight` does not rate.
const RATES: &[&str] = &[
    // English
    "critical",
    "high",
    "higher",
    "highest",
    "medium",
    "low",
    "lower",
    "lowest",
    "severe",
    // German
    "kritisch",
    "hoch",
    "hohe",
    "höher",
    "höchst",
    "mittel",
    "mittler",
    "niedrig",
    "gering",
    "schwerwiegend",
    // French
    "critique",
    "critiques",
    "élevé",
    "élevée",
    "élevés",
    "élevées",
    "moyen",
    "moyenne",
    "faible",
    "faibles",
    "grave",
    "graves",
    "sévère",
    "sévères",
];

/// Words that rate where they stand with a word for a risk, and mean something else without.
const RATES_RISKS: &[&str] = &[
    "moderate",
    "serious",
    "elevated",
    "significant",
    "substantial",
    "considerable",
    "major",
    "minor",
    "extreme",
    "acceptable",
    "unacceptable",
    "negligible",
    "mäßig",
    "schwer",
    "ernst",
    "erhöht",
    "erheblich",
    "wesentlich",
    "extrem",
    "akzeptabel",
    "inakzeptabel",
    "vernachlässigbar",
    "haut",
    "haute",
    "modéré",
    "modérée",
    "bas",
    "basse",
    "sérieux",
    "sérieuse",
    "important",
    "importante",
    "majeur",
    "majeure",
    "mineur",
    "mineure",
    "extrême",
    "inacceptable",
    "négligeable",
];

/// Words for a risk, or parts of German ones.
const RISKS: &[&str] = &[
    "risk",
    "threat",
    "danger",
    "exposure",
    "severity",
    "impact",
    "damage",
    "risiko",
    "risiken",
    "bedrohung",
    "gefahr",
    "schaden",
    "schweregrad",
    "auswirkung",
    "risque",
    "menace",
    "gravité",
    "dommage",
    "exposition",
];

/// What is called critical without being rated: a law says so.
const CALLED: &[&str] = &["process", "prozess", "function", "funktion", "fonction", "infrastru"];

/// Endings of German adjectives: `kritischen` rates as `kritisch` does.
const ENDINGS: &[&str] = &["", "e", "er", "es", "en", "em", "s"];

/// Words that name no scenario by themselves, beside those that rate.
const EMPTY: &[&str] = &[
    "risk",
    "risks",
    "threat",
    "threats",
    "severity",
    "impact",
    "exposure",
    "issue",
    "incident",
    "the",
    "a",
    "an",
    "of",
    "is",
    "very",
    "rating",
    "level",
    "risiko",
    "risiken",
    "bedrohung",
    "schweregrad",
    "auswirkung",
    "vorfall",
    "das",
    "der",
    "die",
    "ein",
    "eine",
    "ist",
    "sehr",
    "stufe",
    "risque",
    "risques",
    "menace",
    "gravité",
    "niveau",
    "le",
    "la",
    "les",
    "un",
    "une",
    "est",
    "très",
];

/// What may stand beside words that rate.
#[derive(Debug)]
pub(super) struct Held {
    scenarios: Vec<String>,
}

impl Held {
    /// Titles of scenarios. One that is made of words that rate and say nothing names no scenario.
    pub(super) fn new(titles: &[&str]) -> Self {
        let says = |title: &&&str| words(title).iter().any(|word| !rates(word) && !is_empty(word));
        Self { scenarios: titles.iter().filter(says).map(|title| title.to_lowercase()).collect() }
    }

    /// Whether a text may stand so: it does not rate, or it has a range or names a scenario.
    pub(super) fn allows(&self, text: &str, range: bool) -> bool {
        let text = text.to_lowercase();
        if range || !is_rated(&text) {
            return true;
        }
        self.scenarios.iter().any(|title| text.contains(title))
    }
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// Whether a text rates.
fn is_rated(text: &str) -> bool {
    let words = words(text);
    let about = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
    let risks = about(RISKS);
    let called = about(CALLED) && !risks;
    words.iter().any(|word| {
        let of_process = called && (word.starts_with("criti") || word.starts_with("kriti"));
        (rates(word) && !of_process) || (risks && is_one_of(RATES_RISKS, word))
    })
}

fn is_empty(word: &str) -> bool {
    EMPTY.contains(&word)
}

fn rates(word: &str) -> bool {
    is_one_of(RATES, word)
}

fn is_one_of(list: &[&str], word: &str) -> bool {
    let base = |ending: &&str| word.strip_suffix(*ending).is_some_and(|base| list.contains(&base));
    ENDINGS.iter().any(base)
}

/// A text as the register of published figures reads it: numbers with commas, and the words for what
/// figures are of, and for what came of looking them up, in English.
pub(super) fn international(text: &str) -> String {
    const WORDS: &[(&str, &str)] = &[
        ("\u{a0}", " "),
        ("\u{202f}", " "),
        ("’", "'"),
        ("wie zitiert", "as cited"),
        ("tel que cité", "as cited"),
        ("bestätigt", "verified"),
        ("vérifié", "verified"),
        ("berichtigt", "corrected"),
        ("corrigé", "corrected"),
        ("befehlsinjektion", "command injection"),
        ("befehlseinschleusung", "command injection"),
        ("injection de commandes", "command injection"),
        ("serveurs", "servers"),
        ("von agent zu agent", "agent-to-agent"),
        ("d'agent à agent", "agent-to-agent"),
        ("ende-zu-ende", "end-to-end"),
        ("durchgehend", "end-to-end"),
        ("de bout en bout", "end-to-end"),
        ("zugriffskontrollen", "access controls"),
        ("contrôles d'accès", "access controls"),
        ("ki-richtlinie", "ai policy"),
        ("politique d'ia", "ai policy"),
        ("gehälter", "salaries"),
        ("salaires", "salaries"),
    ];
    let mut text = text.to_lowercase();
    for (from, to) in WORDS {
        text = text.replace(from, to);
    }
    thousands(&text)
}

/// Numbers with their thousands behind commas, however they were written.
fn thousands(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut out = String::with_capacity(text.len());
    for (at, c) in chars.iter().enumerate() {
        let group = (1..=3).all(|ahead| digit(at + ahead)) && !digit(at + 4);
        let between = matches!(c, '.' | ' ' | '\'') && at > 0 && digit(at - 1) && group;
        out.push(if between { ',' } else { *c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_rate_are_found_in_three_languages() {
        let held = Held::new(&["A critical vendor fails", "High risk", "Kritisches Risiko"]);
        for text in [
            "Residual risk is high.",
            "The risk is Critical",
            "Das Risiko ist hoch.",
            "ein kritisches Risiko",
            "Le risque est élevé",
            "un risque très faible",
            "High risk",
            "Kritisches Risiko",
            "Critical: the process is at risk",
            "Das Restrisiko ist erheblich",
            "un risque important",
        ] {
            assert!(!held.allows(text, false), "{text}");
            assert!(held.allows(text, true), "{text}");
        }
        for text in ["Highlights of the quarter", "A critical vendor fails, and work stops.", "P90"]
        {
            assert!(held.allows(text, false), "{text}");
        }
    }

    #[test]
    fn a_figure_is_read_however_its_thousands_are_written() {
        for text in ["670.000 USD", "670 000 USD", "670\u{a0}000 USD", "670,000 usd"] {
            assert_eq!(international(text), "670,000 usd");
        }
        assert_eq!(international("3.5 von 4"), "3.5 von 4");
        assert_eq!(international("1.862 Server, berichtigt"), "1,862 server, corrected");
    }
}
