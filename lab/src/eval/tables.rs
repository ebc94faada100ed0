//! The tables of the evaluation, made from the figures alone.

use std::collections::BTreeMap;

use super::explained::Explanations;
use super::figures::{Benign, Case, Figures, Pair, Side, Time};
use super::score::Level;

/// One generated part of the document.
pub type Part = (&'static str, &'static str, fn(&Figures, &Explanations) -> String);

/// Every generated part, with the heading that it gets where there is none yet.
pub static PARTS: &[Part] = &[
    ("analysis", "Source analysis: what is found", |all, _| summary(all)),
    ("analysis-classes", "Source analysis: by weakness", |all, _| classes(all)),
    ("analysis-benign", "Source analysis: packages without a known weakness", benign),
    ("analysis-misses", "Source analysis: what is missed and what is wrong", |all, _| misses(all)),
    ("analysis-time", "Source analysis: how long it takes", |all, _| times(&all.time)),
];

/// Trees in which something should be found, and trees in which nothing should.
#[derive(Clone, Debug, Default)]
struct Tally {
    positives: Vec<Level>,
    negatives: Vec<Level>,
}

impl Tally {
    fn pair(&mut self, pair: &Pair) {
        self.positives.extend(pair.positives());
        self.negatives.extend(pair.negatives());
    }

    fn case(&mut self, case: &Case) {
        self.positives.push(case.malicious);
        let twin = if case.accused.is_empty() { Level::None } else { Level::Rule };
        self.negatives.push(twin);
    }

    /// Trues, of how many, falses, of how many, recall and precision.
    fn cells(&self, least: Level) -> String {
        let reach = |levels: &[Level]| levels.iter().filter(|level| **level >= least).count();
        let (found, wrong) = (reach(&self.positives), reach(&self.negatives));
        format!(
            "{found} | {} | {wrong} | {} | {} | {}",
            self.positives.len(),
            self.negatives.len(),
            share(found, self.positives.len()),
            share(found, found + wrong)
        )
    }
}

const HEADINGS: &str = "found | of | wrong | of | recall | precision";

fn share(part: usize, whole: usize) -> String {
    let percent = (part * 100 + whole / 2).checked_div(whole);
    percent.map_or_else(|| "–".into(), |percent| format!("{percent} %"))
}

fn table(first: &str, headings: &str, rows: &[String]) -> String {
    let columns = headings.split('|').count();
    let line = "---:|".repeat(columns);
    let mut all = vec![format!("| {first} | {headings} |"), format!("|---|{line}")];
    all.extend(rows.iter().map(|row| format!("| {row} |")));
    all.join("\n")
}

fn summary(all: &Figures) -> String {
    let mut rows = Vec::new();
    let mut corpus = |name: &str, tally: &Tally| {
        for (level, words) in [
            (Level::File, "in the file"),
            (Level::Class, "right class at the place"),
            (Level::Rule, "right rule at the place"),
        ] {
            rows.push(format!("{name}, {words} | {}", tally.cells(level)));
        }
    };
    corpus("pairs of commits", &tally(&all.pairs));
    corpus("pairs of packages", &tally(&all.packages));
    let mut cases = Tally::default();
    for case in all.malicious.values() {
        cases.case(case);
    }
    corpus("malicious servers and twins", &cases);
    table("corpus", HEADINGS, &rows)
}

fn tally(pairs: &BTreeMap<String, Pair>) -> Tally {
    let mut tally = Tally::default();
    for pair in pairs.values() {
        tally.pair(pair);
    }
    tally
}

fn classes(all: &Figures) -> String {
    let mut rows: BTreeMap<(&str, &str), Tally> = BTreeMap::new();
    for (name, pairs) in [("commits", &all.pairs), ("packages", &all.packages)] {
        for pair in pairs.values() {
            rows.entry((&pair.class, name)).or_default().pair(pair);
        }
    }
    for case in all.malicious.values() {
        rows.entry((&case.class, "malicious")).or_default().case(case);
    }
    let rows: Vec<String> = rows
        .iter()
        .map(|((class, corpus), tally)| {
            format!("`{class}`, {corpus} | {}", tally.cells(Level::Rule))
        })
        .collect();
    table("weakness, corpus", HEADINGS, &rows)
}

fn benign(all: &Figures, explained: &Explanations) -> String {
    let mut rows: Vec<String> =
        all.benign.iter().map(|(name, one)| format!("{name} | {}", rate(one))).collect();
    let lines = all.benign.values().map(|one| one.lines).sum();
    let findings = all.benign.values().flat_map(|one| one.findings.clone()).collect();
    rows.push(format!("all | {}", rate(&Benign { unseen: None, lines, findings })));
    let mut text = table("package", "lines | High or above | per 1,000 lines", &rows);
    let list: Vec<String> = all
        .benign
        .iter()
        .flat_map(|(name, one)| one.findings.iter().map(move |finding| (name, finding)))
        .map(|(name, finding)| {
            let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
            let place = format!("{}{line}", finding.file);
            let (verdict, why) = explained
                .of(name, finding)
                .map_or(("unexplained", ""), |one| (one.verdict.name(), one.why.as_str()));
            format!("{name} | `{}` | `{place}` | {verdict} | {why}", finding.rule)
        })
        .collect();
    if !list.is_empty() {
        text.push_str("\n\n| package | rule | place | | why |\n|---|---|---|---|---|\n");
        text.push_str(&list.iter().map(|row| format!("| {row} |")).collect::<Vec<_>>().join("\n"));
    }
    text
}

fn rate(one: &Benign) -> String {
    if let Some(why) = &one.unseen {
        return format!("{} | | ", why.replace('|', "/"));
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of lines")]
    let per = one.findings.len() as f64 * 1000.0 / one.lines.max(1) as f64;
    format!("{} | {} | {per:.3}", grouped(one.lines), one.findings.len())
}

fn misses(all: &Figures) -> String {
    let mut rows = Vec::new();
    for (corpus, pairs) in [("commits", &all.pairs), ("packages", &all.packages)] {
        for (id, pair) in pairs {
            for (side, words) in sides(pair) {
                rows.push(format!("{corpus} | `{id}` | `{}` | {side} | {words}", pair.class));
            }
        }
    }
    for (id, case) in &all.malicious {
        if case.malicious < Level::Rule {
            let words = missed(case.malicious);
            rows.push(format!("malicious | `{id}` | `{}` | malicious | {words}", case.class));
        }
        if !case.accused.is_empty() {
            let rules = case.accused.join("`, `");
            rows.push(format!("malicious | `{id}` | `{}` | twin | accused: `{rules}`", case.class));
        }
    }
    if rows.is_empty() {
        return "Nothing.".into();
    }
    let rows: Vec<String> = rows.iter().map(|row| format!("| {row} |")).collect();
    format!("| corpus | which | weakness | side | |\n|---|---|---|---|---|\n{}", rows.join("\n"))
}

fn sides(pair: &Pair) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    let named = [("vulnerable", &pair.vulnerable, true), ("fixed", &pair.fixed, pair.still)];
    for (name, side, positive) in named {
        match side {
            Some(Side::Unseen(_)) => rows.push((name, "not looked at".into())),
            Some(Side::Seen(level)) if positive && *level < Level::Rule => {
                rows.push((name, missed(*level).into()));
            }
            Some(Side::Seen(level)) if !positive && *level >= Level::Class => {
                let what = if *level == Level::Rule { "right rule" } else { "right class" };
                rows.push((name, format!("a finding of the {what} is left")));
            }
            _ => {}
        }
    }
    rows
}

const fn missed(level: Level) -> &'static str {
    match level {
        Level::None => "nothing is found in the file",
        Level::File => "something else is found in the file",
        Level::Class => "another rule of the class is found there",
        Level::Rule => "found",
    }
}

fn times(all: &BTreeMap<String, Time>) -> String {
    let row = |(name, time): (&String, &Time)| {
        #[expect(clippy::cast_precision_loss, reason = "counts of lines")]
        let rate = time.lines as f64 / time.seconds.max(1e-9);
        format!(
            "{name} | {} | {} | {} | {:.1} | {rate:.0}",
            time.trees,
            time.incomplete,
            grouped(time.lines),
            time.seconds
        )
    };
    let rows: Vec<String> = all.iter().map(row).collect();
    table("corpus", "trees | not complete | lines | seconds | lines per second", &rows)
}

/// A number with a comma after each third digit.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::figures::Accusation;

    fn figures() -> Figures {
        let pair = |vulnerable, fixed, still| Pair {
            class: "path-traversal".into(),
            vulnerable: Some(Side::Seen(vulnerable)),
            fixed: Some(fixed),
            still,
            sinks: (0, 1),
        };
        let seen = Side::Seen;
        let pairs = [
            ("a", pair(Level::Rule, seen(Level::None), false)),
            ("b", pair(Level::Class, seen(Level::Rule), false)),
            ("c", pair(Level::File, seen(Level::None), true)),
            ("d", pair(Level::Rule, Side::Unseen("no mirror".into()), false)),
        ];
        let finding = Accusation {
            rule: "exfiltration".into(),
            file: "a.js".into(),
            line: Some(7),
            function: None,
            tool: None,
            fingerprint: "f".into(),
        };
        let benign = Benign { unseen: None, lines: 2000, findings: vec![finding] };
        Figures {
            pairs: pairs.map(|(id, pair)| (id.to_owned(), pair)).into(),
            benign: [("p 1".to_owned(), benign)].into(),
            time: [(
                "pairs".to_owned(),
                Time { trees: 7, incomplete: 1, lines: 12_345, seconds: 0.5 },
            )]
            .into(),
            ..Figures::default()
        }
    }

    #[test]
    fn rows_that_were_not_looked_at_are_in_no_count() {
        let text = summary(&figures());
        let row = text.lines().find(|line| line.contains("commits, right rule")).expect("it is");
        assert_eq!(
            row,
            "| pairs of commits, right rule at the place | 2 | 5 | 1 | 2 | 40 % | 67 % |"
        );
        assert!(misses(&figures()).contains("`d` | `path-traversal` | fixed | not looked at"));
    }

    #[test]
    fn misses_tell_what_was_found_instead() {
        let text = misses(&figures());
        assert!(text.contains("| `b` | `path-traversal` | vulnerable | another rule"));
        assert!(text.contains("| `b` | `path-traversal` | fixed | a finding of the right rule"));
        assert!(text.contains("| `c` | `path-traversal` | fixed | nothing is found"));
    }

    #[test]
    fn a_finding_that_nobody_explained_is_listed_as_such() {
        let text = benign(&figures(), &Explanations::default());
        assert!(text.contains("| p 1 | 2,000 | 1 | 0.500 |"), "{text}");
        assert!(text.contains("| p 1 | `exfiltration` | `a.js:7` | unexplained |  |"), "{text}");
    }

    #[test]
    fn times_are_told_with_their_rate() {
        assert!(times(&figures().time).ends_with("| pairs | 7 | 1 | 12,345 | 0.5 | 24690 |"));
    }
}
