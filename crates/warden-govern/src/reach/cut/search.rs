//! Choosing pieces within a budget so that the prizes all of whose pieces are chosen are worth most.
//!
//! Branch and bound. The bound gives each piece its share of every prize that can still be won, by
//! what is still to be paid for that prize: whatever is chosen wins no more than the shares of what
//! is chosen, so no more than the best shares that the budget buys.

/// The most that a budget may be.
pub(super) const MOST: u32 = 5;

/// Divides by every number up to [`MOST`], so that shares are whole.
const WHOLE: u64 = 60;

/// Something that is won with all pieces that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Prize {
    /// The pieces, sorted.
    pub(super) needs: Vec<u32>,
    /// What it is worth.
    pub(super) worth: u64,
}

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choice {
    /// The pieces, sorted.
    pub(super) pieces: Vec<u32>,
    /// What is won.
    pub(super) gain: u64,
    /// The most that can be won.
    pub(super) bound: u64,
}

impl Choice {
    pub(super) const fn is_exact(&self) -> bool {
        self.gain >= self.bound
    }
}

/// The best choice of pieces that cost no more than the budget (at most [`MOST`]), or the best that
/// is found with so much effort, counted in prizes that are looked at, and a bound.
pub(super) fn best(costs: &[u32], prizes: &[Prize], budget: u32, effort: u64) -> Choice {
    let mut search = Search {
        costs,
        prizes,
        state: vec![State::Open; costs.len()],
        effort,
        best: Choice::default(),
        left_open: 0,
    };
    search.go(budget.min(MOST));
    let bound = search.best.gain.max(search.left_open);
    let mut choice = Choice { bound, ..search.best };
    choice.pieces.sort_unstable();
    choice
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Chosen,
    /// It stays, and no prize that needs it is won.
    Left,
}

struct Search<'p> {
    costs: &'p [u32],
    prizes: &'p [Prize],
    state: Vec<State>,
    effort: u64,
    best: Choice,
    /// The most that can be won where nobody has looked.
    left_open: u64,
}

/// What a state of the search comes to.
struct Look {
    gain: u64,
    bound: u64,
    /// The open piece with the best share for its cost.
    next: Option<u32>,
}

impl Search<'_> {
    fn go(&mut self, budget: u32) {
        let mut left = Vec::new();
        while let Some(next) = self.branch(budget) {
            // First as if it were taken: that soon finds something good to hold the rest against.
            self.set(next, State::Chosen);
            if let Some(rest) = budget.checked_sub(self.cost(next)) {
                self.go(rest);
            }
            self.set(next, State::Left);
            left.push(next);
        }
        for piece in left {
            self.set(piece, State::Open);
        }
    }

    /// The piece to decide about next; `None` if nothing better can come of it, or nobody may look.
    fn branch(&mut self, budget: u32) -> Option<u32> {
        let look = self.look(budget);
        if look.gain > self.best.gain {
            let chosen = self.state.iter().zip(0u32..);
            let chosen = chosen.filter(|(state, _)| **state == State::Chosen);
            self.best.pieces = chosen.map(|(_, at)| at).collect();
            self.best.gain = look.gain;
        }
        let next = look.next.filter(|_| look.bound > self.best.gain)?;
        if self.effort == 0 {
            self.left_open = self.left_open.max(look.bound);
            return None;
        }
        Some(next)
    }

    fn set(&mut self, piece: u32, state: State) {
        if let Some(entry) = self.state.get_mut(piece as usize) {
            *entry = state;
        }
    }

    fn cost(&self, piece: u32) -> u32 {
        self.costs.get(piece as usize).copied().unwrap_or(u32::MAX)
    }

    fn look(&mut self, budget: u32) -> Look {
        self.effort = self.effort.saturating_sub(self.prizes.len() as u64);
        let mut gain = 0;
        // For each piece what one unit of its cost wins at most, times `WHOLE`.
        let mut shares = vec![0u64; self.costs.len()];
        for prize in self.prizes {
            let Some(missing) = self.missing(prize, budget) else { continue };
            if missing == 0 {
                gain += prize.worth;
                continue;
            }
            for piece in &prize.needs {
                let at = *piece as usize;
                if let (Some(State::Open), Some(share)) = (self.state.get(at), shares.get_mut(at)) {
                    *share += prize.worth * WHOLE / u64::from(missing);
                }
            }
        }
        let mut order: Vec<(u64, u32)> =
            shares.into_iter().zip(0u32..).filter(|(share, _)| *share > 0).collect();
        order.sort_unstable_by_key(|(share, piece)| (u64::MAX - share, *piece));
        let mut rest = budget;
        let mut more = 0;
        for (share, piece) in &order {
            let paid = self.cost(*piece).min(rest);
            more += share * u64::from(paid);
            rest -= paid;
        }
        Look { gain, bound: gain + more / WHOLE, next: order.first().map(|(_, piece)| *piece) }
    }

    /// What is still to be paid for a prize; `None` if it cannot be won any more.
    fn missing(&self, prize: &Prize, budget: u32) -> Option<u32> {
        let mut missing = 0u32;
        for piece in &prize.needs {
            match self.state.get(*piece as usize)? {
                State::Chosen => {}
                State::Left => return None,
                State::Open => missing = missing.checked_add(self.cost(*piece))?,
            }
        }
        (missing <= budget).then_some(missing)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn by_trying_all(costs: &[u32], prizes: &[Prize], budget: u32) -> u64 {
        let chosen = |set: u32, piece: u32| set & (1 << piece) != 0;
        let sets = 0..1u32 << costs.len();
        let affordable = sets.filter(|set| {
            let paid: u32 = costs
                .iter()
                .zip(0u32..)
                .filter(|(_, at)| chosen(*set, *at))
                .map(|(cost, _)| cost)
                .sum();
            paid <= budget
        });
        let gain = |set: u32| {
            let won = prizes.iter().filter(|prize| prize.needs.iter().all(|at| chosen(set, *at)));
            won.map(|prize| prize.worth).sum::<u64>()
        };
        affordable.map(gain).max().unwrap_or_default()
    }

    fn problems() -> impl Strategy<Value = (Vec<u32>, Vec<Prize>, u32)> {
        let costs = proptest::collection::vec(1u32..4, 1..11);
        costs.prop_flat_map(|costs| {
            let pieces = u32::try_from(costs.len()).unwrap();
            let needs = proptest::collection::btree_set(0..pieces, 1..4);
            let prize = (needs, 1u64..30)
                .prop_map(|(needs, worth)| Prize { needs: needs.into_iter().collect(), worth });
            (Just(costs), proptest::collection::vec(prize, 0..20), 0..=MOST)
        })
    }

    proptest! {
        #[test]
        fn nothing_is_better_than_the_best((costs, prizes, budget) in problems()) {
            let best = by_trying_all(&costs, &prizes, budget);
            let found = super::best(&costs, &prizes, budget, u64::MAX);
            prop_assert!(found.is_exact());
            prop_assert_eq!(found.gain, best);
            let paid: u32 = found.pieces.iter().map(|at| costs[*at as usize]).sum();
            prop_assert!(paid <= budget);
        }

        #[test]
        fn a_search_that_is_stopped_knows_how_far_off_it_may_be(
            (costs, prizes, budget) in problems(),
            effort in 0u64..200,
        ) {
            let best = by_trying_all(&costs, &prizes, budget);
            let found = super::best(&costs, &prizes, budget, effort);
            prop_assert!(found.gain <= best && best <= found.bound);
        }
    }
}
