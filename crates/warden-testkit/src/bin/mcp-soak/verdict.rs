//! What it comes to.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::clients::Counts;
use crate::samples::{Sample, Samples};

/// Everything that was counted and seen.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) time: Duration,
    pub(crate) counts: Counts,
    pub(crate) samples: Samples,
    pub(crate) reloads: usize,
    pub(crate) crashes: u64,
    pub(crate) stopped_well: bool,
    pub(crate) orphans: usize,
    pub(crate) ledger_is_whole: bool,
}

/// One line of the table.
struct Line {
    what: &'static str,
    found: String,
    wanted: &'static str,
    good: bool,
}

/// Something that is held: its name, and how much more of it than a fifth may be held late.
type Held = (&'static str, fn(&Sample) -> u64, u64);

const HELD: &[Held] = &[
    ("memory, KiB", |sample| sample.kib, 8 * 1024),
    ("open files", |sample| sample.files, 32),
    ("processes below it", |sample| sample.processes, 16),
];

impl Verdict {
    /// Whether nothing was lost, has grown or was left behind.
    pub(crate) fn is_good(&self) -> bool {
        self.lines().iter().all(|line| line.good)
    }

    /// Everything, as a table in Markdown.
    pub(crate) fn table(&self) -> String {
        let mut text = String::from("| | found | wanted | |\n|---|---:|---:|---|\n");
        for Line { what, found, wanted, good } in self.lines() {
            let word = if good { "good" } else { "**bad**" };
            text.push_str(&format!("| {what} | {found} | {wanted} | {word} |\n"));
        }
        text
    }

    fn lines(&self) -> Vec<Line> {
        let counts = &self.counts;
        let number = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let some = |what, found: u64| Line {
            what,
            found: found.to_string(),
            wanted: "some",
            good: found > 0,
        };
        let none = |what, found: u64| Line {
            what,
            found: found.to_string(),
            wanted: "0",
            good: found == 0,
        };
        let held = HELD.iter().map(|(what, of, room)| {
            let trend = self.samples.trend(*of);
            let found = format!("{} to {}, at most {}", trend.early, trend.late, trend.most);
            Line { what, found, wanted: "no growth", good: !trend.has_grown(*room) }
        });
        let mut lines = vec![
            some("seconds", self.time.as_secs()),
            some("clients", number(&counts.clients)),
            some("calls", number(&counts.calls)),
            some("answered", number(&counts.answered)),
            some("answered with an error", number(&counts.failed)),
            none("lost", number(&counts.lost)),
            none("doubled", number(&counts.doubled)),
            none("answered with another's", number(&counts.mixed_up)),
            none("clients turned away", number(&counts.turned_away)),
            some("changes of the configuration", self.reloads as u64),
            some("servers brought down", self.crashes),
        ];
        lines.extend(held);
        lines.push(none("processes left behind", self.orphans as u64));
        lines.push(none("bad ends", u64::from(!self.stopped_well)));
        lines.push(none("damaged ledgers", u64::from(!self.ledger_is_whole)));
        lines
    }
}
