//! What was measured, as tables for people.

use super::timing::median;
use super::{Measured, Row};

/// How many times the cost of parsing is allowed.
const MOST_RATIO: f64 = 2.5;
/// How long a server of ordinary size may take, in milliseconds.
const MOST_ORDINARY: f64 = 100.0;
/// How much a gigabyte may take.
const MOST_MEMORY: f64 = 3e9;
/// How many times as fast as Semgrep.
const LEAST_SEMGREP: f64 = 30.0;

/// Lines per second, and how many times parsing alone.
pub(super) fn speed(all: &Measured) -> Option<String> {
    let mut lines = vec![
        "| | lines | parse only | parse and lower | whole program | to parsing | lines/s | target \
         | now |"
            .to_owned(),
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|".to_owned(),
    ];
    for row in &all.rows {
        lines.push(speed_of(&format!("{}, {}", row.language, row.subject.name), &[row], None));
    }
    for (language, rows) in languages(all) {
        let promised = rows.first().map(|row| row.promised);
        lines.push(speed_of(&format!("{language}, all"), &rows, promised));
    }
    (!all.rows.is_empty()).then(|| lines.join("\n"))
}

/// The rows of each language, in their order.
fn languages(all: &Measured) -> Vec<(&'static str, Vec<&Row>)> {
    let mut groups: Vec<(&'static str, Vec<&Row>)> = Vec::new();
    for row in &all.rows {
        match groups.last_mut().filter(|(language, _)| *language == row.language) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((row.language, vec![row])),
        }
    }
    groups
}

fn speed_of(name: &str, rows: &[&Row], promised: Option<f64>) -> String {
    let total = |of: fn(&Row) -> &[f64]| rows.iter().map(|row| median(of(row))).sum::<f64>();
    let parse = total(|row| &row.rounds.parse);
    let lower = total(|row| &row.rounds.lower);
    let whole = total(|row| &row.rounds.whole);
    let count: usize = rows.iter().map(|row| row.subject.lines).sum();
    let rate = per_second(count, whole);
    let ratio = whole / parse.max(1e-9);
    let (target, now) = match promised {
        Some(promised) => {
            let met = rate >= promised && ratio <= MOST_RATIO;
            (format!("{promised:.0}/s, {MOST_RATIO} times"), verdict(met))
        }
        None => (String::new(), ""),
    };
    format!(
        "| {name} | {count} | {} | {} | {} | {ratio:.2} | {rate:.0} | {target} | {now} |",
        milliseconds(parse),
        milliseconds(lower),
        milliseconds(whole)
    )
}

/// What a scan of several servers takes when much, nothing or little has changed.
pub(super) fn incremental(all: &Measured) -> Option<String> {
    let measured = all.incremental.as_ref()?;
    let mut lines = vec![
        format!("| {} lines in twenty servers | median | to the first |", measured.lines),
        "|---|---:|---:|".to_owned(),
    ];
    let cold = median(&measured.cold);
    let states = [
        ("nothing is known yet", &measured.cold),
        ("nothing has changed", &measured.same),
        ("one file of one server has changed", &measured.changed),
    ];
    for (state, times) in states {
        let time = median(times);
        let ratio = time / cold.max(1e-9);
        lines.push(format!("| {state} | {} | {ratio:.2} |", milliseconds(time)));
    }
    Some(lines.join("\n"))
}

/// How long servers of ordinary size take.
pub(super) fn ordinary(all: &Measured) -> Option<String> {
    let mut lines = vec![
        "| | lines | median | slowest | target | now |".to_owned(),
        "|---|---:|---:|---:|---:|---:|".to_owned(),
    ];
    for (subject, times) in &all.ordinary {
        let slowest = times.iter().copied().fold(0.0, f64::max);
        let middle = median(times);
        lines.push(format!(
            "| {} | {} | {} | {} | < {MOST_ORDINARY} ms | {} |",
            subject.name,
            subject.lines,
            milliseconds(middle),
            milliseconds(slowest),
            verdict(middle < MOST_ORDINARY)
        ));
    }
    (!all.ordinary.is_empty()).then(|| lines.join("\n"))
}

/// What a gigabyte takes.
pub(super) fn memory(all: &Measured) -> Option<String> {
    let (subject, peak) = all.memory.as_ref()?;
    #[expect(clippy::cast_precision_loss, reason = "a size in gigabytes")]
    let bytes = peak.bytes as f64;
    Some(format!(
        "| | lines | seconds | lines/s | peak | target | now |\n|---|---:|---:|---:|---:|---:|---:|\n\
         | 1 GB of sources | {} | {:.0} | {:.0} | {:.2} GB | < {:.0} GB | {} |",
        subject.lines,
        peak.seconds,
        per_second(subject.lines, peak.seconds * 1000.0),
        bytes / 1e9,
        MOST_MEMORY / 1e9,
        verdict(bytes < MOST_MEMORY)
    ))
}

/// How many times as fast as Semgrep.
pub(super) fn semgrep(all: &Measured) -> Option<String> {
    let version = all.semgrep.as_ref()?;
    let mut lines = vec![
        format!("| | lines | Semgrep {version} | ours | ratio | target | now |"),
        "|---|---:|---:|---:|---:|---:|---:|".to_owned(),
    ];
    for row in &all.rows {
        let Some(theirs) = row.semgrep else { continue };
        let ours = median(&row.rounds.whole);
        let ratio = theirs / ours.max(1e-9);
        lines.push(format!(
            "| {}, {} | {} | {} | {} | {ratio:.1} | {LEAST_SEMGREP} | {} |",
            row.language,
            row.subject.name,
            row.subject.lines,
            milliseconds(theirs),
            milliseconds(ours),
            verdict(ratio >= LEAST_SEMGREP)
        ));
    }
    Some(lines.join("\n"))
}

fn per_second(lines: usize, milliseconds: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of lines")]
    let lines = lines as f64;
    lines * 1000.0 / milliseconds.max(1e-9)
}

fn milliseconds(time: f64) -> String {
    if time < 1000.0 { format!("{time:.0} ms") } else { format!("{:.2} s", time / 1000.0) }
}

const fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "missed" }
}

#[cfg(test)]
mod tests {
    use super::super::incremental::Incremental;
    use super::super::subjects::Subject;
    use super::super::timing::{Peak, Rounds};
    use super::*;

    fn subject(lines: usize) -> Subject {
        Subject { name: "a".into(), target: "a".into(), lines }
    }

    fn measured() -> Measured {
        let rounds =
            Rounds { whole: vec![200.0, 100.0, 900.0], parse: vec![100.0], lower: vec![120.0] };
        let row = Row {
            language: "Python",
            promised: 150_000.0,
            subject: subject(40_000),
            rounds,
            semgrep: Some(5000.0),
        };
        Measured {
            rows: vec![row],
            ordinary: vec![(subject(5000), vec![90.0, 130.0, 80.0])],
            memory: Some((subject(1_000_000), Peak { bytes: 4_000_000_000, seconds: 10.0 })),
            semgrep: Some("1.2.3".into()),
            incremental: Some(Incremental {
                lines: 70_000,
                cold: vec![900.0, 1000.0, 2000.0],
                same: vec![100.0],
                changed: vec![150.0, 160.0],
            }),
        }
    }

    #[test]
    fn what_a_change_costs_is_told_beside_the_first_scan() {
        let text = incremental(&measured()).expect("it was measured");
        assert!(text.contains("| nothing has changed | 100 ms | 0.10 |"), "{text}");
        assert!(text.contains("| one file of one server has changed | 160 ms | 0.16 |"), "{text}");
    }

    #[test]
    fn a_speed_is_met_when_both_its_promises_are() {
        let text = speed(&measured()).expect("there are rows");
        let all = text.lines().last().expect("there is a line");
        assert_eq!(
            all,
            "| Python, all | 40000 | 100 ms | 120 ms | 200 ms | 2.00 | 200000 | 150000/s, 2.5 times | met |"
        );
        let mut slow = measured();
        slow.rows[0].rounds.whole = vec![260.0];
        assert!(speed(&slow).expect("there are rows").ends_with("| missed |"));
    }

    #[test]
    fn every_other_table_tells_what_was_promised() {
        let all = measured();
        assert!(
            ordinary(&all).expect("it is there").ends_with("| 90 ms | 130 ms | < 100 ms | met |")
        );
        assert!(memory(&all).expect("it is there").ends_with("| 4.00 GB | < 3 GB | missed |"));
        assert!(
            semgrep(&all)
                .expect("it is there")
                .ends_with("| 5.00 s | 200 ms | 25.0 | 30 | missed |")
        );
        assert!(speed(&Measured::default()).is_none() && semgrep(&Measured::default()).is_none());
    }
}
