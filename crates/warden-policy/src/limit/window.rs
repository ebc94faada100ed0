//! What was used in a window that slides.

use std::{collections::VecDeque, time::Duration};

/// Up to so many uses are told apart by the microsecond; beyond, by the slot.
const APART: u64 = 1024;

/// What was used in a window that slides.
///
/// Where a limit is at most 1024, every use is remembered with its time, and is gone exactly one
/// window later. Where it is more, time is cut into slots and each slot remembers a sum: a use is
/// gone at the latest one slot later than that. So what is refused may be refused a slot too long;
/// what is granted is never too much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    most: u64,
    length: u64,
    /// How long a slot is, in microseconds.
    slot: u64,
    /// What was used in each slot, the oldest first, each once.
    used: VecDeque<(u64, u64)>,
    sum: u64,
    /// Time never goes back: a clock that does would let slots come again.
    latest: u64,
}

/// More than is left was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    /// When it may be asked for again; at the earliest, for others may take it first.
    pub retry_after: Duration,
}

impl Window {
    /// One of which nothing is used. Slots are a 256th of the window, where there are any.
    #[must_use]
    pub fn new(most: u64, length: Duration) -> Self {
        let slots = if most <= APART { u64::MAX } else { 256 };
        Self::in_slots(most, length, slots)
    }

    /// One that tells so many slots apart, however much the limit is.
    #[must_use]
    pub fn in_slots(most: u64, length: Duration, slots: u64) -> Self {
        let length = u64::try_from(length.as_micros()).unwrap_or(u64::MAX).max(1);
        let slot = length.div_ceil(slots.max(1)).max(1);
        Self { most, length, slot, used: VecDeque::new(), sum: 0, latest: 0 }
    }

    /// What is left, as of a moment in microseconds after 1970 began.
    #[must_use]
    pub fn left(&mut self, now: u64) -> u64 {
        self.pass(now);
        self.most.saturating_sub(self.sum)
    }

    /// Whether so much is left.
    ///
    /// # Errors
    /// When it is not.
    pub fn check(&mut self, amount: u64, now: u64) -> Result<(), Full> {
        self.pass(now);
        if self.sum.checked_add(amount).is_some_and(|sum| sum <= self.most) {
            return Ok(());
        }
        // The uses that have to be gone before there is room; all of them, if there never is.
        let mut over = self.sum.saturating_add(amount).saturating_sub(self.most);
        let gone = self.used.iter().find(|(_, used)| {
            over = over.saturating_sub(*used);
            over == 0
        });
        let end = gone.or(self.used.back()).map_or(self.latest, |(slot, _)| self.end_of(*slot));
        let wait = end.saturating_sub(self.latest).max(1);
        Err(Full { retry_after: Duration::from_micros(wait) })
    }

    /// Uses so much, whether it is left or not: it may be known only afterwards.
    pub fn charge(&mut self, amount: u64, now: u64) {
        self.pass(now);
        if amount == 0 {
            return;
        }
        let slot = self.latest / self.slot;
        match self.used.back_mut() {
            Some((last, used)) if *last == slot => *used = used.saturating_add(amount),
            Some(_) | None => self.used.push_back((slot, amount)),
        }
        self.sum = self.sum.saturating_add(amount);
    }

    /// Gives back what was used in a slot and not needed. What is gone already stays gone.
    pub fn give_back(&mut self, amount: u64, slot: u64) {
        let there = self.used.iter_mut().find(|(other, _)| *other == slot);
        if let Some((_, used)) = there {
            let back = amount.min(*used);
            *used -= back;
            self.sum = self.sum.saturating_sub(back);
        }
        self.used.retain(|(_, used)| *used > 0);
    }

    /// The slot of a moment.
    #[must_use]
    pub const fn slot_at(&self, now: u64) -> u64 {
        (if now > self.latest { now } else { self.latest }) / self.slot
    }

    /// Whether nothing is remembered any more.
    #[must_use]
    pub fn is_idle(&mut self, now: u64) -> bool {
        self.pass(now);
        self.used.is_empty()
    }

    /// What was used in each slot, the oldest first.
    pub fn used(&self) -> impl Iterator<Item = (u64, u64)> {
        self.used.iter().copied()
    }

    /// Takes over what was used in each slot. `None` if it is not in order.
    #[must_use]
    pub fn with_used(mut self, used: &[(u64, u64)]) -> Option<Self> {
        let ordered = used.iter().zip(used.iter().skip(1)).all(|((a, _), (b, _))| a < b);
        if !ordered {
            return None;
        }
        self.sum = used.iter().try_fold(0_u64, |sum, (_, used)| sum.checked_add(*used))?;
        self.latest = used.last().map_or(Some(0), |(slot, _)| slot.checked_mul(self.slot))?;
        self.used = used.iter().copied().collect();
        Some(self)
    }

    /// Lets go what is a window ago.
    fn pass(&mut self, now: u64) {
        self.latest = self.latest.max(now);
        while let Some((slot, used)) = self.used.front().copied() {
            if self.end_of(slot) > self.latest {
                break;
            }
            self.used.pop_front();
            self.sum = self.sum.saturating_sub(used);
        }
    }

    /// The last moment of a slot.
    #[must_use]
    pub const fn end_of_slot(&self, slot: u64) -> u64 {
        slot.saturating_add(1).saturating_mul(self.slot).saturating_sub(1)
    }

    /// When what was used in a slot, at its very end, is a window ago.
    const fn end_of(&self, slot: u64) -> u64 {
        self.end_of_slot(slot).saturating_add(self.length)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn micros(count: u64) -> Duration {
        Duration::from_micros(count)
    }

    // R6: call N is let through and call N+1 is not, until the first is a window ago.
    #[test]
    fn the_call_after_the_last_one_is_refused() {
        let mut window = Window::new(3, micros(100));
        for at in [0, 10, 20] {
            window.check(1, at).expect("there is room");
            window.charge(1, at);
        }
        assert_eq!(window.check(1, 99), Err(Full { retry_after: micros(1) }));
        assert_eq!(window.check(2, 99), Err(Full { retry_after: micros(11) }));
        window.check(1, 100).expect("the first is gone");
        window.charge(1, 100);
        assert_eq!(window.check(1, 105), Err(Full { retry_after: micros(5) }));
        assert_eq!(window.left(1000), 3);
        assert!(window.is_idle(1000));
    }

    #[test]
    fn a_clock_that_is_set_back_gives_nothing_back() {
        let mut window = Window::new(1, micros(100));
        window.charge(1, 500);
        window.check(1, 10).expect_err("it is still 500");
        window.charge(1, 10);
        window.check(1, 599).expect_err("both are there");
        window.check(1, 600).expect("both are gone");
    }

    #[test]
    fn what_is_given_back_is_left_again() {
        let mut window = Window::in_slots(100, micros(1000), 10);
        window.charge(60, 50);
        let slot = window.slot_at(50);
        window.charge(40, 150);
        assert_eq!(window.left(150), 0);
        window.give_back(25, slot);
        assert_eq!(window.left(150), 25);
        window.give_back(1000, slot);
        assert_eq!(window.left(150), 60, "no more than was taken");
    }

    proptest! {
        // R6: whatever comes when, no stretch as long as a window has more than the limit, and
        // where uses are told apart, nothing is refused that the limit has room for.
        #[test]
        fn no_stretch_of_time_has_too_much(
            most in 1..20_u64,
            slots in prop_oneof![Just(u64::MAX), 1..12_u64],
            steps in vec((0..60_u64, 1..4_u64), 1..80),
        ) {
            let (length, mut now) = (100, 1_000);
            let mut window = Window::in_slots(most, micros(length), slots);
            let mut granted: Vec<(u64, u64)> = Vec::new();
            for (step, amount) in steps {
                now += step;
                let recent = granted.iter().filter(|(at, _)| at + length > now);
                let used: u64 = recent.map(|(_, amount)| amount).sum();
                match window.check(amount, now) {
                    Ok(()) => {
                        prop_assert!(used + amount <= most, "{used} and {amount} of {most}");
                        window.charge(amount, now);
                        granted.push((now, amount));
                    }
                    Err(full) => {
                        prop_assert!(slots < u64::MAX || used + amount > most, "refused too early");
                        let wait = u64::try_from(full.retry_after.as_micros()).unwrap_or(0);
                        let mut later = window.clone();
                        let room = later.check(amount, now + wait);
                        prop_assert!(room.is_ok() || amount > most, "it said when: {room:?}");
                    }
                }
            }
            let stored: Vec<_> = window.used().collect();
            let again = Window::in_slots(most, micros(length), slots).with_used(&stored);
            prop_assert_eq!(again.map(|mut again| again.left(now)), Some(window.left(now)));
        }
    }
}
