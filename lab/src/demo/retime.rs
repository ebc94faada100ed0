//! The ledger of a gateway, written again at other times.
//!
//! The gateway reads the clock of its machine, and a quarter cannot be waited for. So its records
//! are written once more, each at the time that the plan gives its step, by the writer of the
//! product. Nothing else of them changes but the name of the machine, and what hangs on it: numbers,
//! chains and segments are new.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use warden_audit::{
    Clock, Ending, Event, Filter, Ledger, LedgerError, Options, Outcome, Record, Recorded, Stored,
    VerifyError, each,
};

use xtask::shell::Failure;

/// The name of the machine.
const NODE: &str = "gateway-1";

/// At which time of the machine which time of the plan began.
#[derive(Debug, Default)]
pub struct Times(Vec<(u64, u64)>);

impl Times {
    /// From now on it is this time, or the moment after the last one if that is later.
    pub fn mark(&mut self, now: u64, planned: u64) {
        let last = self.0.last().map_or(0, |(real, planned)| planned + now.saturating_sub(*real));
        self.0.push((now, planned.max(last + 1)));
    }

    /// What time it was by the plan.
    #[must_use]
    pub fn planned(&self, real: u64) -> u64 {
        let after = self.0.partition_point(|(began, _)| *began <= real);
        let (began, planned) = match after.checked_sub(1).and_then(|at| self.0.get(at)) {
            Some(mark) => *mark,
            // What was before the first step was before its time.
            None => match self.0.first() {
                Some((began, planned)) => return planned.saturating_sub(began - real),
                None => return real,
            },
        };
        planned + (real - began)
    }
}

/// Writes a ledger again, and returns how many records it has.
///
/// # Errors
/// The ledger is damaged, or cannot be written.
pub fn again(from: &Path, to: &Path, times: &Times) -> Result<usize, Failure> {
    let records = read(from)?;
    let clock = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&clock);
    let tell: Clock =
        Arc::new(move || UNIX_EPOCH + Duration::from_micros(told.load(Ordering::Relaxed)));
    let at = |stored: &Stored| times.planned(stored.record.ts.micros());
    clock.store(records.first().map_or(0, at), Ordering::Relaxed);
    let mut writer = Writer {
        ledger: Ledger::open(to, Options::new(NODE, tell)).map_err(|error| unwritten(&error))?,
        open: HashMap::new(),
    };
    for stored in &records {
        clock.store(at(stored), Ordering::Relaxed);
        writer.write(stored)?;
    }
    writer.ledger.close().map_err(|error| unwritten(&error))?;
    Ok(records.len())
}

fn read(from: &Path) -> Result<Vec<Stored>, Failure> {
    let unread = |error: VerifyError| Failure(format!("{}: {error}", from.display()));
    let mut records = Vec::new();
    let broken = each(from, &Filter::default(), &mut |stored| records.push(stored));
    if !broken.map_err(unread)?.is_empty() {
        return Err(Failure(format!("{}: it is damaged", from.display())));
    }
    let own = |stored: &Stored| stored.record.event.starts_with("segment.");
    records.retain(|stored| !own(stored));
    // Each process has written a segment of its own.
    records.sort_by_key(|stored| (stored.record.ts, stored.segment, stored.record.seq));
    Ok(records)
}

fn unwritten(error: &LedgerError) -> Failure {
    Failure(format!("the ledger cannot be written again: {error}"))
}

struct Writer {
    ledger: Ledger,
    /// What was announced, by its place in the ledger that is read.
    open: HashMap<(String, u64), Recorded<()>>,
}

impl Writer {
    fn write(&mut self, stored: &Stored) -> Result<(), Failure> {
        let record = stored.record.clone();
        let segment = stored.segment.to_string();
        let event = Event::parse(&record.event);
        if event.and_then(Event::closing).is_some() {
            let pending = self.ledger.record((), Record { intent: None, ..record.clone() });
            let pending = pending.map_err(|error| unwritten(&error.source))?;
            let recorded =
                self.ledger.commit_one(pending).map_err(|error| unwritten(&error.source))?;
            self.open.insert((segment, record.seq), recorded);
            return Ok(());
        }
        let Some(intent) = record.intent else {
            let seq = self.ledger.append(record).map_err(|error| unwritten(&error))?;
            return self.ledger.commit(seq).map_err(|error| unwritten(&error));
        };
        let begun = intent.segment.map_or(segment, |segment| segment.to_string());
        let recorded = self.open.remove(&(begun, intent.seq)).ok_or_else(|| {
            Failure(format!("record {} ends what was never announced", record.seq))
        })?;
        let outcome = record.outcome.unwrap_or(Outcome::Aborted);
        let closed = recorded.close(Ending { outcome, details: record });
        let closed = closed.map_err(|error| unwritten(&error.source))?;
        self.ledger.commit(closed.seq).map_err(|error| unwritten(&error))
    }
}

#[cfg(test)]
mod tests {
    use warden_audit::{Timestamp, verify};

    use super::*;

    /// What was called is on record at the time of the plan, and the ledger verifies.
    #[test]
    fn a_ledger_is_written_again_at_other_times() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        let real: Clock = Arc::new(|| UNIX_EPOCH + Duration::from_millis(1));
        let ledger = Ledger::open(&from, Options::new("laptop", real)).expect("it is opened");
        let intent = Record { agent: Some("bot".into()), ..Record::of(Event::CallIntent) };
        let pending = ledger.record((), intent).expect("it is announced");
        let recorded = ledger.commit_one(pending).expect("it is stored");
        let closed = recorded.close(Ending::of(Outcome::Success)).expect("it is closed");
        ledger.commit(closed.seq).expect("it is stored");
        ledger.close().expect("it is closed");
        let mut times = Times::default();
        times.mark(900, 5_000_000);
        assert_eq!(again(&from, &to, &times).expect("it is written"), 2);
        assert_eq!(verify(&to).expect("it verifies").records, 4);
        let found = read(&to).expect("it can be read");
        let told: Vec<_> = found.iter().map(|one| (&*one.record.event, one.record.ts)).collect();
        let at = Timestamp::from_micros(5_000_100);
        assert_eq!(told, [("call.intent", at), ("call.closed", at)]);
        assert!(found.iter().all(|one| &*one.record.node == NODE));
        assert_eq!(found[1].record.intent.map(|intent| intent.seq), Some(found[0].record.seq));
    }

    #[test]
    fn time_never_goes_back() {
        let mut times = Times::default();
        times.mark(100, 10_000);
        times.mark(200, 5_000);
        assert_eq!(
            [50, 100, 150, 200, 210].map(|at| times.planned(at)),
            [9_950, 10_000, 10_050, 10_101, 10_111]
        );
    }
}
