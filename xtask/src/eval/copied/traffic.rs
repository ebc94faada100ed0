//! Ordinary calls in sessions that have seen confidential data.

use super::Record;
use crate::shell::Failure;

/// Ordinary calls of one sort.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// What they are.
    pub name: &'static str,
    /// How many sessions.
    pub sessions: usize,
    /// How many calls of tools that send something out.
    pub calls: usize,
    /// The calls that raised an alarm.
    pub alarms: Vec<Alarm>,
    /// What the alarms are about.
    pub why: &'static str,
}

/// An alarm about an ordinary call.
#[derive(Clone, Debug)]
pub struct Alarm {
    /// The session.
    pub session: String,
    /// What went out.
    pub arguments: String,
    /// What of it was taken for copied.
    pub matched: String,
}

pub(super) fn run(_records: &[Record]) -> Result<Vec<Traffic>, Failure> {
    Ok(Vec::new())
}
