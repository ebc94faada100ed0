//! How far a scan is, for a person who waits at a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use warden_collect::Progress;

/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// What is shown while files are read.
const TEMPLATE: &str = "reading {bar:30} {pos}/{len} files";

/// What is shown while something is fetched, step by step.
const STEP: &str = "{spinner} {msg} {pos}/{len}";

/// What is shown while source code is analysed, of which nobody knows how far it is.
const ANALYSING: &str = "{spinner} analysing {len} files";

/// A bar on standard error that leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar, or nothing at all if nobody would see it.
    pub(crate) fn new(visible: Visible) -> Self {
        let target = match visible {
            Visible::Yes => ProgressDrawTarget::stderr(),
            Visible::No => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(None, target);
        // The template is a constant; should it ever be wrong, the plain bar will do.
        let style = ProgressStyle::with_template(TEMPLATE);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self(bar)
    }

    /// So many parts of a step are done.
    pub(crate) fn at(&self, step: &'static str, done: usize, total: usize) {
        self.0.set_style(
            ProgressStyle::with_template(STEP).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        self.0.set_message(step);
        self.0.set_length(total.try_into().unwrap_or(u64::MAX));
        self.0.set_position(done.try_into().unwrap_or(u64::MAX));
        self.0.enable_steady_tick(TICK);
    }

    /// From now on, so many files are analysed together.
    pub(crate) fn analysing(&self, files: usize) {
        let style = ProgressStyle::with_template(ANALYSING);
        self.0.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        self.0.set_length(files.try_into().unwrap_or(u64::MAX));
        self.0.enable_steady_tick(TICK);
    }
}

/// Whether progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visible {
    Yes,
    No,
}

impl Progress for Bar {
    fn total(&self, files: usize) {
        self.0.set_length(files.try_into().unwrap_or(u64::MAX));
    }

    fn step(&self) {
        self.0.inc(1);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
