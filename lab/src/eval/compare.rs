//! Whether figures got worse: row by row, since a row that was won does not make up for one that
//! was lost.

use super::figures::{Benign, Case, Figures, Pair};

/// What is worse in `now` than in `committed`, in sentences. A row that was not looked at is no
/// worse; whoever asks has to tell that apart.
#[must_use]
pub fn worse(committed: &Figures, now: &Figures) -> Vec<String> {
    let mut all = Vec::new();
    for (before, after) in [(&committed.pairs, &now.pairs), (&committed.packages, &now.packages)] {
        for (id, was) in before {
            all.extend(after.get(id).map_or_else(|| gone(id), |is| pair(id, was, is)));
        }
    }
    all.extend(worse_cases(committed, now));
    for (id, was) in &committed.benign {
        all.extend(now.benign.get(id).map_or_else(|| gone(id), |is| benign(id, was, is)));
    }
    all
}

/// The same for the malicious servers and their twins alone.
#[must_use]
pub fn worse_cases(committed: &Figures, now: &Figures) -> Vec<String> {
    let mut all = Vec::new();
    for (id, is) in &now.malicious {
        match committed.malicious.get(id) {
            Some(was) => all.extend(case(id, was, is)),
            None => all.push(format!("{id}: there are no figures of it yet")),
        }
    }
    for id in committed.malicious.keys().filter(|id| !now.malicious.contains_key(*id)) {
        all.extend(gone(id));
    }
    all
}

fn gone(id: &str) -> Vec<String> {
    vec![format!("{id}: it is there no more")]
}

fn pair(id: &str, was: &Pair, is: &Pair) -> Vec<String> {
    let mut all = Vec::new();
    for (found, before) in is.positives().zip(was.positives()) {
        if found < before {
            all.push(format!("{id}: was found ({before:?}), and is now {found:?}"));
        }
    }
    for (kept, before) in is.negatives().zip(was.negatives()) {
        // Other findings in the same file are no mistake.
        if kept > before && kept >= super::score::Level::Class {
            all.push(format!("{id}: the fixed tree has a finding ({kept:?}; was {before:?})"));
        }
    }
    all
}

fn case(id: &str, was: &Case, is: &Case) -> Vec<String> {
    let mut all = Vec::new();
    if is.malicious < was.malicious {
        all.push(format!("{id}: was found ({:?}), and is now {:?}", was.malicious, is.malicious));
    }
    for rule in is.accused.iter().filter(|rule| !was.accused.contains(rule)) {
        all.push(format!("{id}: the twin is accused by `{rule}`"));
    }
    all
}

fn benign(id: &str, was: &Benign, is: &Benign) -> Vec<String> {
    let known = |fingerprint: &str| was.findings.iter().any(|one| one.fingerprint == fingerprint);
    let new = is.findings.iter().filter(|one| !known(&one.fingerprint));
    new.map(|one| {
        let line = one.line.unwrap_or_default();
        format!("{id}: a new finding of `{}` in {}:{line}", one.rule, one.file)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::figures::{Accusation, Side};
    use crate::eval::score::Level;

    fn figures(vulnerable: Level, fixed: Level) -> Figures {
        let pair = Pair {
            class: "path-traversal".into(),
            vulnerable: Some(Side::Seen(vulnerable)),
            fixed: Some(Side::Seen(fixed)),
            still: false,
            sinks: (0, 1),
        };
        Figures { pairs: [("a".to_owned(), pair)].into(), ..Figures::default() }
    }

    #[track_caller]
    fn check(before: (Level, Level), after: (Level, Level), count: usize) {
        let (before, after) = (figures(before.0, before.1), figures(after.0, after.1));
        assert_eq!(worse(&before, &after).len(), count);
    }

    #[test]
    fn a_pair_is_worse_when_less_is_found_or_more_is_kept() {
        check((Level::Rule, Level::None), (Level::Rule, Level::None), 0);
        check((Level::Rule, Level::None), (Level::Class, Level::None), 1);
        check((Level::Rule, Level::None), (Level::None, Level::Rule), 2);
        check((Level::None, Level::Rule), (Level::Rule, Level::None), 0);
    }

    #[test]
    fn another_finding_in_the_file_of_a_fixed_tree_is_not_worse() {
        check((Level::Rule, Level::None), (Level::Rule, Level::File), 0);
    }

    #[test]
    fn what_was_not_looked_at_is_not_worse() {
        let before = figures(Level::Rule, Level::None);
        let mut after = before.clone();
        if let Some(pair) = after.pairs.get_mut("a") {
            pair.vulnerable = Some(Side::Unseen("no mirror".into()));
        }
        assert!(worse(&before, &after).is_empty());
        after.pairs.clear();
        assert_eq!(worse(&before, &after), ["a: it is there no more"]);
    }

    #[test]
    fn a_case_is_worse_when_it_is_missed_or_its_twin_is_accused() {
        let case = |malicious, accused: &[&str]| {
            let accused = accused.iter().map(ToString::to_string).collect();
            let case = Case { class: "persistence".into(), malicious, accused };
            Figures { malicious: [("go/a".to_owned(), case)].into(), ..Figures::default() }
        };
        let before = case(Level::Rule, &["exfiltration"]);
        assert!(worse_cases(&before, &before).is_empty());
        assert_eq!(worse_cases(&before, &case(Level::File, &["persistence"])).len(), 2);
        assert_eq!(worse_cases(&Figures::default(), &before).len(), 1);
    }

    #[test]
    fn a_benign_package_is_worse_with_a_finding_that_is_new() {
        let benign = |fingerprints: &[&str]| {
            let finding = |fingerprint: &&str| Accusation {
                rule: "exfiltration".into(),
                file: "a.js".into(),
                line: Some(1),
                function: None,
                tool: None,
                fingerprint: (*fingerprint).to_owned(),
            };
            let findings = fingerprints.iter().map(finding).collect();
            let one = Benign { unseen: None, lines: 10, findings };
            Figures { benign: [("a 1".to_owned(), one)].into(), ..Figures::default() }
        };
        assert!(worse(&benign(&["x", "y"]), &benign(&["x"])).is_empty());
        assert_eq!(worse(&benign(&["x"]), &benign(&["y"])).len(), 1);
    }
}
