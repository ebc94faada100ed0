//! What is kept in the store, and what is taken from it.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use warden_model::Digest;
use warden_policy::limit::{Full, Limit, Window};

use super::{
    Inner,
    cell::{Cell, Said},
};
use crate::store::{Away, NotPut, Space};

/// So much of a limit is taken from the store at once, as one part of so many.
const PARTS: u64 = 64;
/// So often is it tried again when others change the same value.
const MOST_TRIES: usize = 64;
/// More than there are slots in any window.
const MOST_SLOTS: usize = 64;
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// What is over since so long is forgotten.
const OVER: u64 = 86_400_000_000;

/// What came of taking a part.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// There is enough here now, or was a moment ago.
    Enough,
    /// There is no more.
    Full(Duration),
    /// The store did not answer.
    Away,
}

/// What the store keeps of one limit for one who has it to himself.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Value {
    v: u8,
    /// When all of it is a window ago, in microseconds.
    until: u64,
    /// How much was used or taken in each slot, the oldest first.
    used: Vec<(u64, u64)>,
}

/// The window of a limit that is kept: by the hour up to two days, and by the day beyond.
pub(super) fn window(limit: &Limit) -> Window {
    let slot = if limit.window <= 2 * DAY { HOUR } else { DAY };
    let slots = limit.window.as_secs().div_ceil(slot.as_secs());
    Window::in_slots(limit.most, limit.window, slots)
}

/// What is taken out of a cell while the store is asked, so that nobody spends it twice.
struct InHand<'a> {
    inner: &'a Inner,
    at: usize,
    name: &'a str,
    left: i128,
    slot: u64,
    /// The store may have been changed.
    put: bool,
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        // What may have been given back cannot be spent as well. What is owed stays owed.
        let left = if self.put { self.left.min(0) } else { self.left };
        self.inner.add(self.at, self.name, left, None);
    }
}

impl Inner {
    /// Takes a part of a limit from the store, so that there is enough for one use of so much.
    pub(super) async fn take(&self, at: usize, limit: &Limit, name: &str, amount: u64) -> Taken {
        let Some(turn) = self.turn(at, name) else { return Taken::Away };
        let _turn = turn.lock().await;
        if self.is_enough(at, limit, name, amount) {
            return Taken::Enough;
        }
        for _ in 0..MOST_TRIES {
            let Ok(mut hand) = self.in_hand(at, name) else { return Taken::Away };
            match self.take_once(limit, &mut hand, amount).await {
                Ok(taken) => return taken,
                Err(NotPut::Changed) => {}
                Err(NotPut::Away(_)) => return Taken::Away,
            }
        }
        Taken::Away
    }

    async fn take_once(
        &self,
        limit: &Limit,
        hand: &mut InHand<'_>,
        amount: u64,
    ) -> Result<Taken, NotPut> {
        let key = key(limit, hand.name);
        let (mut window, before) = self.stored(limit, &key).await?;
        let now = self.now();
        let slot = window.slot_at(now);
        let rest = u64::try_from(hand.left).unwrap_or(0);
        let owed = u64::try_from(hand.left.saturating_neg()).unwrap_or(0);
        let carried = if hand.slot == slot { rest } else { 0 };
        // What was taken in another slot goes out of the window with that one.
        window.give_back(rest - carried, hand.slot);
        window.charge(owed, now);
        let needed = amount.saturating_sub(carried);
        let room = window.check(needed, now);
        let part = match &room {
            Ok(()) => needed.max((limit.most / PARTS).min(window.left(now))),
            Err(_) => 0,
        };
        window.charge(part, now);
        if part > 0 || rest > carried || owed > 0 {
            hand.put = true;
            let put = self.store.put(Space::Limits, &key, &bytes(limit, &window), before).await;
            if put == Err(NotPut::Changed) {
                hand.put = false;
            }
            put?;
            hand.left = 0;
            let left = i128::from(carried) + i128::from(part);
            self.add(hand.at, hand.name, left, Some(slot));
        }
        Ok(room.map_or_else(|Full { retry_after }| Taken::Full(retry_after), |()| Taken::Enough))
    }

    /// Gives back to the store what was taken and not spent. What cannot be given back is gone.
    pub(super) async fn give_back(&self) {
        for (at, limit) in self.limits.iter().enumerate().filter(|(_, limit)| limit.is_kept()) {
            let names = self.table().names(at);
            for name in names {
                let Some(turn) = self.turn(at, &name) else { continue };
                let _turn = turn.lock().await;
                for _ in 0..MOST_TRIES {
                    let Ok(mut hand) = self.in_hand(at, &name) else { break };
                    if self.settle(limit, &mut hand).await != Err(NotPut::Changed) {
                        break;
                    }
                }
            }
        }
    }

    async fn settle(&self, limit: &Limit, hand: &mut InHand<'_>) -> Result<(), NotPut> {
        if hand.left == 0 {
            return Ok(());
        }
        let key = key(limit, hand.name);
        let (mut window, before) = self.stored(limit, &key).await?;
        window.give_back(u64::try_from(hand.left).unwrap_or(0), hand.slot);
        window.charge(u64::try_from(hand.left.saturating_neg()).unwrap_or(0), self.now());
        hand.put = true;
        let put = self.store.put(Space::Limits, &key, &bytes(limit, &window), before).await;
        hand.put = put != Err(NotPut::Changed);
        put?;
        hand.left = 0;
        Ok(())
    }

    /// Forgets in the store what is over since a day. Who uses such a limit again at this very
    /// moment may have that one use forgotten.
    pub(super) async fn tidy(&self) -> Result<(), Away> {
        for (key, entry) in self.store.all(Space::Limits).await? {
            let value = serde_json::from_slice::<Value>(&entry.value).map_err(|_| Away)?;
            if value.until.saturating_add(OVER) < self.now() {
                self.store.forget(Space::Limits, &key).await?;
            }
        }
        Ok(())
    }

    async fn stored(&self, limit: &Limit, key: &str) -> Result<(Window, Option<u64>), Away> {
        let Some(entry) = self.store.get(Space::Limits, key).await? else {
            return Ok((window(limit), None));
        };
        let value: Value = serde_json::from_slice(&entry.value).map_err(|_| Away)?;
        if value.v != 1 || value.used.len() > MOST_SLOTS {
            return Err(Away);
        }
        let window = window(limit).with_used(&value.used).ok_or(Away)?;
        Ok((window, Some(entry.number)))
    }

    fn turn(&self, at: usize, name: &str) -> Option<Arc<tokio::sync::Mutex<()>>> {
        match self.table().named(at, name) {
            Some(Cell::Kept(lease)) => Some(Arc::clone(&lease.turn)),
            Some(Cell::Window(..) | Cell::Under(_)) | None => None,
        }
    }

    fn is_enough(&self, at: usize, limit: &Limit, name: &str, amount: u64) -> bool {
        let now = self.now();
        let mut table = self.table();
        table.named(at, name).is_some_and(|cell| cell.check(limit, amount, now) == Said::Room)
    }

    fn in_hand<'a>(&'a self, at: usize, name: &'a str) -> Result<InHand<'a>, Away> {
        match self.table().named(at, name) {
            Some(Cell::Kept(lease)) => {
                let (left, slot) = (std::mem::take(&mut lease.left), lease.slot);
                Ok(InHand { inner: self, at, name, left, slot, put: false })
            }
            Some(Cell::Window(..) | Cell::Under(_)) | None => Err(Away),
        }
    }

    fn add(&self, at: usize, name: &str, left: i128, slot: Option<u64>) {
        if let Some(Cell::Kept(lease)) = self.table().named(at, name) {
            lease.left = lease.left.saturating_add(left);
            lease.slot = slot.unwrap_or(lease.slot);
        }
    }
}

/// The key says nothing about whose it is. Another window is another limit.
fn key(limit: &Limit, name: &str) -> String {
    let seconds = limit.window.as_secs();
    let all = format!("{}\0{:?}\0{:?}\0{seconds}\0{name}", limit.name, limit.per, limit.of);
    Digest::of(all.as_bytes()).hex().into_iter().map(char::from).collect()
}

fn bytes(limit: &Limit, window: &Window) -> Vec<u8> {
    let length = u64::try_from(limit.window.as_micros()).unwrap_or(u64::MAX);
    let used: Vec<_> = window.used().collect();
    let last = used.last().map_or(0, |(slot, _)| window.end_of_slot(*slot));
    let value = Value { v: 1, until: last.saturating_add(length), used };
    // Numbers are always JSON.
    serde_json::to_vec(&value).unwrap_or_default()
}
