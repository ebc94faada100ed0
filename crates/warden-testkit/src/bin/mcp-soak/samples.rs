//! What the gateway holds, second by second.

use warden_testkit::gateway::{kib_of, open_files_of, tree_of};

/// What was held at each look.
#[derive(Debug, Default)]
pub(crate) struct Samples(Vec<Sample>);

/// What is held at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sample {
    pub(crate) kib: u64,
    pub(crate) files: u64,
    pub(crate) processes: u64,
}

/// One thing that is held: early on, and in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trend {
    pub(crate) early: u64,
    pub(crate) late: u64,
    pub(crate) most: u64,
}

impl Trend {
    /// Whether it has grown by more than `room` and a fifth.
    pub(crate) const fn has_grown(self, room: u64) -> bool {
        self.late > self.early + self.early / 5 + room
    }
}

impl Samples {
    /// Looks at a process, unless it is gone.
    pub(crate) fn take(&mut self, pid: u32) {
        let (Some(kib), Some(files)) = (kib_of(pid), open_files_of(pid)) else { return };
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        self.0.push(Sample { kib, files: count(files), processes: count(tree_of(pid).len()) });
    }

    /// The middle of the second quarter beside that of the last: by then everything has been
    /// opened once, and what is held more in the end was not let go of.
    pub(crate) fn trend(&self, of: fn(&Sample) -> u64) -> Trend {
        let quarter = self.0.len() / 4;
        let middle = |from: usize| {
            let part = self.0.get(from..from + quarter).unwrap_or_default();
            let mut part: Vec<u64> = part.iter().map(of).collect();
            part.sort_unstable();
            part.get(part.len() / 2).copied().unwrap_or_default()
        };
        let most = self.0.iter().map(of).max().unwrap_or_default();
        Trend { early: middle(quarter), late: middle(self.0.len() - quarter), most }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_more_in_the_end_has_grown() {
        let of = |kib: fn(u64) -> u64| {
            let sample = |number| Sample { kib: kib(number), ..Sample::default() };
            Samples((0..40).map(sample).collect()).trend(|sample| sample.kib)
        };
        assert!(!of(|_| 100).has_grown(0));
        assert!(of(|number| 100 * number).has_grown(0));
        // What is only needed to begin with does not count, nor does one peak.
        assert!(!of(|number| if number < 5 { 10 } else { 100 }).has_grown(0));
        assert!(!of(|number| if number == 35 { 9000 } else { 100 }).has_grown(0));
        assert_eq!(of(|number| if number == 35 { 9000 } else { 100 }).most, 9000);
    }
}
