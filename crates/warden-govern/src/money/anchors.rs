//! Published figures to hold estimates against. They are shown with their source, and none of them
//! is put in the place of an estimate, but for one that has its own line: the premium.

use serde::Serialize;

use super::portfolio::units;
use crate::estate::Organisation;

/// A published figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Anchor {
    /// Its name.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// How much, in whole units.
    pub amount: u64,
    /// In which currency.
    pub currency: &'static str,
    /// Who says so.
    pub source: &'static str,
    /// What checking it has shown.
    pub state: &'static str,
    /// What it is held against, or what else has to be known.
    pub note: &'static str,
}

const IBM: &str = "IBM, Cost of a Data Breach Report 2025";

/// What an incident costs more where much AI is used that nobody has registered.
const SHADOW: Anchor = Anchor {
    id: "shadow-ai-premium",
    title: "Shadow-AI premium for each incident",
    amount: 670_000,
    currency: "USD",
    source: IBM,
    state: "verified, wording differs",
    note: "vs organisations with low or no shadow AI",
};

/// The figures.
pub const ANCHORS: [Anchor; 4] = [
    SHADOW,
    Anchor {
        id: "ai-incident-mean",
        title: "Mean cost of an incident with shadow AI",
        amount: 4_630_000,
        currency: "USD",
        source: IBM,
        state: "verified",
        note: "less the premium it is 3.96 million",
    },
    Anchor {
        id: "breach-mean-global",
        title: "Mean cost of a data breach, all countries",
        amount: 4_440_000,
        currency: "USD",
        source: IBM,
        state: "verified",
        note: "all breaches, not those through agents",
    },
    Anchor {
        id: "breach-mean-us",
        title: "Mean cost of a data breach, United States",
        amount: 10_220_000,
        currency: "USD",
        source: IBM,
        state: "verified",
        note: "all breaches, not those through agents",
    },
];

/// The shadow-AI premium that counts for an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Premium<'a> {
    /// The published figure.
    pub anchor: Anchor,
    /// What counts, in whole units of the organisation's currency.
    pub amount: u64,
    /// That currency.
    pub currency: &'a str,
    /// Whether the organisation has entered it; else it is the published figure.
    pub entered: bool,
}

impl Premium<'_> {
    pub(super) fn units(&self) -> f64 {
        units(self.amount)
    }
}

/// The premium that counts for an organisation: what it has entered, or the published figure where
/// it reports in the currency of that. Nothing is converted.
#[must_use]
pub fn premium(organisation: &Organisation) -> Option<Premium<'_>> {
    let currency = organisation.currency.as_deref();
    match (organisation.shadow_premium, currency) {
        (Some(amount), currency) => Some(Premium {
            anchor: SHADOW,
            amount,
            currency: currency.unwrap_or("units"),
            entered: true,
        }),
        (None, Some(currency)) if currency == SHADOW.currency => {
            Some(Premium { anchor: SHADOW, amount: SHADOW.amount, currency, entered: false })
        }
        (None, _) => None,
    }
}
