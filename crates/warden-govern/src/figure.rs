//! Figures that say where they come from.

use serde::Serialize;

/// How many of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Ratio {
    /// How many hold.
    pub of: u64,
    /// How many there are.
    pub all: u64,
}

impl Ratio {
    /// How many of these hold.
    pub fn count<T>(all: impl IntoIterator<Item = T>, holds: impl Fn(&T) -> bool) -> Self {
        let mut ratio = Self { of: 0, all: 0 };
        for one in all {
            ratio.all += 1;
            ratio.of += u64::from(holds(&one));
        }
        ratio
    }

    /// The share in tenths of a per cent, rounded down, so that nothing short of all is all;
    /// `None` where there is nothing to have a share of.
    #[must_use]
    pub fn per_mille(self) -> Option<u64> {
        (self.all > 0).then(|| self.of.saturating_mul(1000) / self.all)
    }

    /// For people: `93.5 %`, or `n/a` where there is nothing to have a share of.
    #[must_use]
    pub fn percent(self) -> String {
        match self.per_mille() {
            None => "n/a".into(),
            Some(share) => format!("{}.{} %", share / 10, share % 10),
        }
    }

    /// Whether all hold, and there are any.
    #[must_use]
    pub const fn is_all(self) -> bool {
        self.all > 0 && self.of >= self.all
    }
}

/// A figure with everything that somebody needs to compute it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// Its name, for example `M1`.
    pub id: &'static str,
    /// What it says, for people.
    pub title: &'static str,
    /// The value for people, `n/a` or `not measured` where there is none.
    pub value: String,
    /// What is counted, over what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Ratio>,
    /// The command that shows what it is computed from.
    pub query: String,
    /// The identifiers of those that do not hold, or that make the figure, at most as many as a
    /// person would go through; the query shows all.
    pub drill: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_nothing_is_not_everything() {
        let none = Ratio { of: 0, all: 0 };
        assert_eq!((none.percent().as_str(), none.is_all()), ("n/a", false));
        assert_eq!(Ratio { of: 1999, all: 2000 }.percent(), "99.9 %");
        assert_eq!(Ratio::count([1, 2, 3, 4], |n| n % 2 == 0).percent(), "50.0 %");
        assert!(Ratio { of: 2, all: 2 }.is_all());
    }
}
