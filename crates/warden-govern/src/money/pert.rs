//! Estimates as distributions: PERT, a beta distribution between the least and the most, with its
//! mode at the most likely.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use statrs::function::beta::checked_beta_reg;

use crate::estate::Estimate;

/// In how many parts the range of an estimate is cut. Between them the distribution is taken for a
/// straight line, which is wrong by less than a twenty-thousandth of the range between the first and
/// the last hundredth, and by less than a two-thousandth beyond them.
const PARTS: u16 = 512;

/// The share of a beta distribution below each part's end.
///
/// All distributions are cut at the same places. A later mode lowers the share at each of them, and
/// with it the line between them, so what is drawn never falls when a mode rises.
#[derive(Debug)]
struct Table {
    below: Vec<f64>,
    /// For each part of the shares, the first part of the range that can be meant.
    first: Vec<u16>,
}

impl Table {
    /// The table of the distribution whose mode stands at this share of the range.
    fn new(mode: f64) -> Option<Self> {
        let (alpha, beta) = (1.0 + 4.0 * mode, 1.0 + 4.0 * (1.0 - mode));
        let share = |part: u16| {
            let at = f64::from(part) / f64::from(PARTS);
            checked_beta_reg(alpha, beta, at).ok()
        };
        let mut below = (0..=PARTS).map(share).collect::<Option<Vec<_>>>()?;
        // The last bits of the shares are noise; it must not make them fall.
        let mut most = 0.0_f64;
        for share in &mut below {
            most = most.max(*share);
            *share = most;
        }
        let first = (0..PARTS)
            .scan(0_u16, |part, share| {
                let share = f64::from(share) / f64::from(PARTS);
                while below.get(usize::from(*part) + 1).is_some_and(|end| *end <= share) {
                    *part += 1;
                }
                Some(*part)
            })
            .collect();
        Some(Self { below, first })
    }

    /// Where in the range this share of the distribution is below.
    fn quantile(&self, share: f64) -> f64 {
        let mut part = self.first_part(share);
        let end = |part: u16| self.below.get(usize::from(part) + 1).copied().unwrap_or(1.0);
        while part + 1 < PARTS && end(part) <= share {
            part += 1;
        }
        let from = self.below.get(usize::from(part)).copied().unwrap_or(0.0);
        let width = end(part) - from;
        let within = if width > 0.0 { ((share - from) / width).clamp(0.0, 1.0) } else { 0.0 };
        (f64::from(part) + within) / f64::from(PARTS)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share is between 0 and 1, so its part is a small number"
    )]
    fn first_part(&self, share: f64) -> u16 {
        let at = (share * f64::from(PARTS)) as u16;
        self.first.get(usize::from(at)).copied().unwrap_or(0)
    }
}

/// Tables by their mode: many estimates have the same shape.
#[derive(Debug, Default)]
pub(super) struct Tables(FxHashMap<u64, Arc<Table>>);

impl Tables {
    fn of(&mut self, mode: f64) -> Option<Arc<Table>> {
        if let Some(table) = self.0.get(&mode.to_bits()) {
            return Some(Arc::clone(table));
        }
        let table = Arc::new(Table::new(mode)?);
        self.0.insert(mode.to_bits(), Arc::clone(&table));
        Some(table)
    }
}

/// An estimate as a distribution.
#[derive(Clone, Debug)]
pub struct Pert {
    min: f64,
    width: f64,
    mean: f64,
    /// None if the estimate is one number.
    table: Option<Arc<Table>>,
}

impl Pert {
    /// The distribution of an estimate; `None` if it is none: numbers that do not follow each other,
    /// that are negative or more than `most`.
    #[must_use]
    pub fn of(estimate: Estimate, most: f64) -> Option<Self> {
        Self::with(estimate, most, &mut Tables::default())
    }

    /// The same, with tables that are made already.
    pub(super) fn with(estimate: Estimate, most: f64, tables: &mut Tables) -> Option<Self> {
        let Estimate { min, mode, max } = estimate;
        let in_order = 0.0 <= min && min <= mode && mode <= max && max <= most && max.is_finite();
        if !in_order {
            return None;
        }
        let width = max - min;
        let table = if width > 0.0 { Some(tables.of((mode - min) / width)?) } else { None };
        Some(Self { min, width, mean: (min + 4.0 * mode + max) / 6.0, table })
    }

    /// The mean.
    #[must_use]
    pub const fn mean(&self) -> f64 {
        self.mean
    }

    /// The value that this share of the distribution, 0 to 1, is below.
    #[must_use]
    pub fn quantile(&self, share: f64) -> f64 {
        match &self.table {
            Some(table) => self.min + self.width * table.quantile(share),
            None => self.min,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{Beta, ContinuousCDF as _};

    #[test]
    fn quantiles_are_those_of_the_beta_distribution() {
        for mode in [0.0, 0.05, 0.25, 0.5, 0.8, 1.0] {
            let table = Table::new(mode).unwrap();
            let beta = Beta::new(1.0 + 4.0 * mode, 5.0 - 4.0 * mode).unwrap();
            for share in 1..1000 {
                let share = f64::from(share) / 1000.0;
                let (ours, exact) = (table.quantile(share), beta.inverse_cdf(share));
                let most = if (0.01..=0.99).contains(&share) { 5e-5 } else { 5e-4 };
                assert!((ours - exact).abs() < most, "{mode} {share}: {ours} {exact}");
            }
        }
    }

    #[test]
    fn an_estimate_that_is_none_is_none() {
        let estimate = |min, mode, max| Pert::of(Estimate { min, mode, max }, 1.0);
        assert!(estimate(0.0, 0.5, 1.0).is_some());
        for (min, mode, max) in
            [(0.5, 0.4, 1.0), (0.0, 0.5, 1.1), (-0.1, 0.0, 1.0), (0.0, f64::NAN, 1.0)]
        {
            assert!(estimate(min, mode, max).is_none(), "{min} {mode} {max}");
        }
        let point = estimate(0.3, 0.3, 0.3).unwrap();
        assert!([0.01, 0.5, 0.99].iter().all(|share| (point.quantile(*share) - 0.3).abs() < 1e-15));
    }
}
