//! A call comes in, and ends.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use warden_policy::{
    Subject,
    limit::{Limit, Of, WhenAway},
};

use super::{
    Exceeded, Inner, Limited, Limits,
    cell::{Cell, Said},
    kept::Taken,
    table,
};

/// So often is a part taken for one call before it is given up: others take it away each time.
const MOST_ROUNDS: usize = 64;
/// Who was refused because the store is away may ask again then.
const UNTIL_BACK: Duration = Duration::from_secs(1);

/// A call that is let in. It counts as under way until this is dropped.
#[derive(Debug)]
#[must_use = "a call that is not held is not under way"]
pub struct Entered {
    under: Vec<Arc<AtomicU64>>,
    /// What bytes of the answer are charged to.
    bytes: Vec<(usize, Box<str>)>,
    /// What its price was charged to, and in which slot.
    costs: Vec<(usize, Box<str>, u64)>,
    cost: u64,
    inner: Weak<Inner>,
    unchecked: Vec<Arc<str>>,
}

/// What a call is about to use.
#[derive(Clone, Copy)]
struct Use<'a> {
    who: &'a Subject<'a>,
    bytes: u64,
    cost: u64,
}

/// What all limits together say.
enum Verdict {
    In(Entered),
    Out(Refused),
    /// Of this limit, a part has to be taken first.
    Take(usize),
}

/// Which limit refuses.
struct Refused {
    at: usize,
    retry_after: Duration,
    why: Limited,
}

impl Limits {
    /// Lets a call in, if all limits have room for it, and charges it to each of them. `bytes` is
    /// how long its arguments are, `cost` its price in millionths.
    ///
    /// # Errors
    /// The limit that has no room. Nothing is charged then.
    pub async fn enter(
        &self,
        who: &Subject<'_>,
        bytes: u64,
        cost: u64,
    ) -> Result<Entered, Exceeded> {
        let (inner, uses) = (&self.inner, Use { who, bytes, cost });
        let mut skipped = Vec::new();
        let mut refused = Refused { at: 0, retry_after: UNTIL_BACK, why: Limited::Away };
        for _ in 0..MOST_ROUNDS {
            let at = match inner.all(uses, &skipped) {
                Verdict::In(entered) => return Ok(entered),
                Verdict::Out(out) => return Err(inner.refuse(&out)),
                Verdict::Take(at) => at,
            };
            refused.at = at;
            let Some(limit) = inner.limits.get(at) else { break };
            let name = table::name(limit.per, who);
            match inner.take(at, limit, &name, uses.amount(limit)).await {
                Taken::Enough => {}
                Taken::Full(retry_after) => {
                    let why = Limited::of(limit.of);
                    return Err(inner.refuse(&Refused { at, retry_after, why }));
                }
                Taken::Away if limit.when_away == WhenAway::Open => skipped.push(at),
                Taken::Away => break,
            }
        }
        Err(inner.refuse(&refused))
    }
}

impl Use<'_> {
    fn amount(&self, limit: &Limit) -> u64 {
        match limit.of {
            Of::Calls | Of::Concurrent => 1,
            Of::Bytes => self.bytes,
            Of::Cost => self.cost,
        }
    }
}

impl Inner {
    /// Asks every limit, and charges all of them if none refuses.
    fn all(self: &Arc<Self>, uses: Use<'_>, skipped: &[usize]) -> Verdict {
        let now = self.now();
        let mut table = self.table();
        if table.is_full() {
            table.sweep(&self.limits, now);
        }
        let (mut refused, mut take) = (None::<Refused>, None);
        let about = || {
            let all = self.limits.iter().enumerate();
            all.filter(|(at, limit)| limit.is_for(uses.who) && !skipped.contains(at))
        };
        for (at, limit) in about() {
            let cell = table.of(at, limit, uses.who);
            let crowded = (Duration::from_secs(1), Limited::Crowded);
            let said = cell.map(|cell| cell.check(limit, uses.amount(limit), now));
            let (retry_after, why) = match said {
                None => crowded,
                Some(Said::Room) => continue,
                Some(Said::Full(retry_after)) => (retry_after, Limited::of(limit.of)),
                Some(Said::Take) => {
                    take = take.or(Some(at));
                    continue;
                }
            };
            if refused.as_ref().is_none_or(|refused| refused.retry_after < retry_after) {
                refused = Some(Refused { at, retry_after, why });
            }
        }
        match (refused, take) {
            (Some(refused), _) => return Verdict::Out(refused),
            (None, Some(at)) => return Verdict::Take(at),
            (None, None) => {}
        }
        let mut entered = Entered::nothing(self);
        entered.cost = uses.cost;
        // What is let in unchecked is owed, and charged when the store is back.
        let all = self.limits.iter().enumerate().filter(|(_, limit)| limit.is_for(uses.who));
        for (at, limit) in all {
            // It was there a moment ago, under the same lock.
            let Some(cell) = table.of(at, limit, uses.who) else { continue };
            cell.charge(uses.amount(limit), now);
            if let Cell::Under(count) = cell {
                entered.under.push(Arc::clone(count));
            }
            if limit.of == Of::Cost && uses.cost > 0 {
                let slot = cell.slot(now);
                entered.costs.push((at, table::name(limit.per, uses.who), slot));
            }
            if limit.of == Of::Bytes {
                entered.bytes.push((at, table::name(limit.per, uses.who)));
            }
        }
        let open = skipped.iter().filter_map(|at| self.limits.get(*at));
        entered.unchecked = open.map(|limit| Arc::clone(&limit.name)).collect();
        Verdict::In(entered)
    }

    fn refuse(&self, refused: &Refused) -> Exceeded {
        if let Some(count) = self.refused.get(refused.at) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let limit = self.limits.get(refused.at).map(|limit| Arc::clone(&limit.name));
        let (retry_after, why) = (refused.retry_after, refused.why);
        Exceeded { limit: limit.unwrap_or_default(), retry_after, why }
    }
}

impl Entered {
    fn nothing(inner: &Arc<Inner>) -> Self {
        Self {
            under: Vec::new(),
            bytes: Vec::new(),
            costs: Vec::new(),
            cost: 0,
            inner: Arc::downgrade(inner),
            unchecked: Vec::new(),
        }
    }

    /// The call was not sent: what it would have cost is not spent. It counts as a call all the
    /// same, or whoever is refused could ask without end.
    pub fn unspent(self) {
        if self.costs.is_empty() {
            return;
        }
        let Some(inner) = self.inner.upgrade() else { return };
        let mut table = inner.table();
        for (at, name, slot) in &self.costs {
            if let Some(cell) = table.named(*at, name) {
                cell.refund(self.cost, *slot);
            }
        }
    }

    /// The limits that could not be asked, as their store is away, and that are set to let calls in
    /// then. This belongs into the record of the call.
    #[must_use]
    pub fn unchecked(&self) -> &[Arc<str>] {
        &self.unchecked
    }

    /// Charges the bytes of the answer, which may be more than is left: the next call is then
    /// refused. It may be said several times, of what comes in parts.
    pub fn answered(&self, bytes: u64) {
        if self.bytes.is_empty() {
            return;
        }
        let Some(inner) = self.inner.upgrade() else { return };
        let now = inner.now();
        let mut table = inner.table();
        for (at, name) in &self.bytes {
            // An answer may come when all before it is long forgotten.
            if let Some(limit) = inner.limits.get(*at) {
                table.make(*at, limit, name);
            }
            if let Some(cell) = table.named(*at, name) {
                cell.charge(bytes, now);
            }
        }
    }

    /// The call is over, and its answer has so many bytes.
    pub fn leave(self, bytes: u64) {
        self.answered(bytes);
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        for count in &self.under {
            count.fetch_sub(1, Ordering::AcqRel);
        }
    }
}
