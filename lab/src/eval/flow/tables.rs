//! The figures of a replay as tables.

use std::fmt::Write as _;

use super::figures::{Attacks, Figures, Harmless, Through};

/// A table of figures.
type Table = fn(&Figures) -> String;

/// The parts of the page.
pub static PARTS: &[(&str, &str, Table)] = &[
    ("flow-gateway", "Flow control", gateway),
    ("flow-runs", "Flow control: runs of agents, by model and attack", runs),
    ("flow-missed", "Flow control: what is missed and what is held up", missed),
    ("flow-rules", "Flow control: which rules", rules),
    ("flow-day", "Flow control: which rules, in ordinary work", day),
];

fn share(part: usize, of: usize) -> String {
    if of == 0 {
        return String::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "they are few")]
    let percent = 100.0 * part as f64 / of as f64;
    format!("{part} of {of} ({percent:.1} %)")
}

fn rules(figures: &Figures) -> String {
    let mut text =
        String::from("| rules | attacks stopped | harmless runs broken |\n|---|---:|---:|\n");
    for (name, replayed) in &figures.runs {
        let ((attacks, stopped), (harmless, broken)) = (replayed.attacks(), replayed.harmless());
        // Writing into a string cannot fail.
        writeln!(text, "| {name} | {} | {} |", share(stopped, attacks), share(broken, harmless))
            .ok();
    }
    text
}

fn runs(figures: &Figures) -> String {
    let replayed = figures.main().runs;
    let mut text = String::from(
        "| model | attack | runs | stopped in time | where | harmless runs | broken |\n|---|---|---:|---:|---|---:|---:|\n",
    );
    for (model, attacks) in &replayed.attacks {
        for (wanted, attacks) in attacks {
            let Attacks { runs, stopped, by } = attacks;
            let by: Vec<_> = by.iter().map(|(key, count)| format!("{count} {key}")).collect();
            writeln!(text, "| {model} | {wanted} | {runs} | {stopped} | {} | | |", by.join(", "))
                .ok();
        }
    }
    for (model, Harmless { runs, broken }) in &replayed.harmless {
        writeln!(text, "| {model} | none | | | | {runs} | {broken} |").ok();
    }
    let ((attacks, stopped), (harmless, broken)) = (replayed.attacks(), replayed.harmless());
    let (stopped, broken) = (share(stopped, attacks), share(broken, harmless));
    writeln!(text, "| **all** | | {attacks} | {stopped} | | {harmless} | {broken} |").ok();
    text
}

fn missed(figures: &Figures) -> String {
    let list = |lines: &[String]| {
        if lines.is_empty() { "\n- none".to_owned() } else { format!("\n- {}", lines.join("\n- ")) }
    };
    let Through { runs, told, .. } = figures.main();
    let (missed, broken, told) = (list(&runs.missed), list(&runs.broken), list(&told));
    format!(
        "Attacks that were not stopped in time:\n{missed}\n\nHarmless runs that were held up:\n{broken}\n\nOrdinary tasks that were held up:\n{told}"
    )
}

fn day(figures: &Figures) -> String {
    let mut text = String::from(
        "| pack | tasks | calls | tasks with a refusal | tasks with an approval | calls to approve |\n|---|---:|---:|---:|---:|---:|\n",
    );
    for (pack, day) in &figures.day {
        let (tasks, calls) = (day.tasks, day.calls);
        let (refused, approved) = (share(day.refused, tasks), share(day.approved, tasks));
        let approvals = share(day.approvals, calls);
        writeln!(text, "| {pack} | {tasks} | {calls} | {refused} | {approved} | {approvals} |")
            .ok();
    }
    text
}

/// What the gateway does.
fn gateway(figures: &Figures) -> String {
    let mut text = String::from(
        "| pack | attacks stopped | harmless runs held up | tasks refused | tasks with an approval |\n|---|---:|---:|---:|---:|\n",
    );
    for (pack, through) in &figures.gateway {
        let ((attacks, stopped), (harmless, broken)) =
            (through.runs.attacks(), through.runs.harmless());
        let (stopped, broken) = (share(stopped, attacks), share(broken, harmless));
        let refused = share(through.refused, through.tasks);
        let approved = share(through.approved, through.tasks);
        writeln!(text, "| {pack} | {stopped} | {broken} | {refused} | {approved} |").ok();
    }
    text
}
