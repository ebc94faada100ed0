//! Whether an incident is major (Delegated Regulation (EU) 2024/1772, Art. 6, 8 and 9).
//!
//! What is not known is neither met nor not met: an incident is not major only if what is known
//! says so, whatever the rest turns out to be.

use serde::{Deserialize, Serialize};

use crate::word::words;

words! {
    /// What an incident is for the report.
    Verdict, "verdict" {
        /// It has to be reported.
        Major = "major",
        /// It does not, whatever is still not known.
        NotMajor = "not-major",
        /// Too little is known to say.
        Undetermined = "undetermined",
    }
}

words! {
    /// A criterion, as the report names it (field 2.5).
    Criterion, "criterion" {
        /// Clients, financial counterparts and transactions (Art. 9(1)).
        Clients = "clients_financial_counterparts_and_transactions_affected",
        /// Reputation (Art. 9(2)).
        Reputation = "reputational_impact",
        /// Duration and downtime (Art. 9(3)).
        Duration = "duration_and_service_downtime",
        /// Geographical spread (Art. 9(4)).
        Spread = "geographical_spread",
        /// Losses of data (Art. 9(5)).
        Data = "data_losses",
        /// Critical services (Art. 6).
        Services = "critical_services_affected",
        /// Economic impact (Art. 9(6)).
        Economic = "economic_impact",
    }
}

/// How many, of how many, in thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reach {
    /// How many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// Their share of all, in thousandths: 125 is 12.5 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_mille: Option<u32>,
}

/// What is known of an incident; none is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// It affects ICT services that support critical or important functions (Art. 6(a)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub critical_function: Option<bool>,
    /// It affects financial services that need an authorisation or are supervised (Art. 6(b)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervised_service: Option<bool>,
    /// It is a successful, malicious and unauthorised access (Art. 6(c)). Whether an agent that
    /// acts on injected instructions with valid credentials is one is a legal decision, which a
    /// case records; it counts as one until somebody has decided otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub malicious_access: Option<bool>,
    /// Such an access may result in losses of data (Art. 9(5)(b)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub possible_data_loss: Option<bool>,
    /// Clients that are affected.
    pub clients: Reach,
    /// Financial counterparts that are affected.
    pub counterparts: Reach,
    /// Transactions that are affected, as a share of the daily average number.
    pub transactions: Reach,
    /// Their value, as a share of the daily average value, in thousandths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction_value_per_mille: Option<u32>,
    /// Clients or counterparts that the entity calls relevant are affected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relevant_client: Option<bool>,
    /// It was in the media (Art. 2(a)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<bool>,
    /// Clients complained again and again (Art. 2(b)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complaints: Option<bool>,
    /// Regulatory requirements cannot be met, or are not likely to be (Art. 2(c)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requirements_unmet: Option<bool>,
    /// Clients are lost, or likely to be, with a material impact (Art. 2(d)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clients_lost: Option<bool>,
    /// How long it lasted, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_minutes: Option<u64>,
    /// How long services stood still that support critical or important functions, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub downtime_minutes: Option<u64>,
    /// The Member States in which it has an impact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_states: Option<u32>,
    /// Availability, authenticity, integrity or confidentiality of data suffered, to the harm of
    /// business objectives or of compliance (Art. 9(5)(a)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_harm: Option<bool>,
    /// Costs and losses, gross, in whole euro, so far or as is likely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub costs_eur: Option<u64>,
}

/// What an incident is, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Classified {
    /// What it is.
    pub verdict: Verdict,
    /// The criteria that are met.
    pub met: Vec<Criterion>,
    /// The criteria of which it is not known.
    pub missing: Vec<Criterion>,
    /// Whether a malicious access that may lose data makes it major by itself (Art. 9(5)(b)).
    pub by_access: Option<bool>,
}

/// Classifies an incident: major, if it affects critical services and either is a malicious access
/// that may lose data or meets two of the thresholds 9(1) to 9(6).
///
/// Art. 9(5)(b) excludes what 9(5)(a) covers. Read by the letter, a loss that is proven would then
/// weigh less than one that may be; here (b) holds for every such access. All comparisons with a
/// threshold are strict.
#[must_use]
pub fn classify(facts: &Facts) -> Classified {
    let services =
        any(&[facts.critical_function, facts.supervised_service, facts.malicious_access]);
    let by_access = all(&[facts.malicious_access, facts.possible_data_loss]);
    let thresholds = thresholds(facts, by_access);
    let count = |state: Option<bool>| thresholds.iter().filter(|(_, met)| *met == state).count();
    let (met, open) = (count(Some(true)), count(None));
    let two = if met >= 2 {
        Some(true)
    } else if met + open >= 2 {
        None
    } else {
        Some(false)
    };
    let verdict = match all(&[services, any(&[by_access, two])]) {
        Some(true) => Verdict::Major,
        Some(false) => Verdict::NotMajor,
        None => Verdict::Undetermined,
    };
    let every = || thresholds.iter().copied().chain([(Criterion::Services, services)]);
    let of = |state| {
        let mut found: Vec<_> =
            every().filter(|(_, met)| *met == state).map(|(criterion, _)| criterion).collect();
        found.sort_unstable();
        found
    };
    Classified { verdict, met: of(Some(true)), missing: of(None), by_access }
}

/// Classifies incidents of the last six months that have the same apparent root cause: together
/// they are one, if there are at least two of them (Art. 8(2)).
///
/// Numbers add up; a share, a number or an amount that is not known of one is not known of all.
#[must_use]
pub fn classify_recurring(all: &[Facts]) -> Option<Classified> {
    let (first, rest) = all.split_first().filter(|(_, rest)| !rest.is_empty())?;
    Some(classify(&rest.iter().fold(first.clone(), |sum, one| together(&sum, one))))
}

fn together(a: &Facts, b: &Facts) -> Facts {
    let either = |a: Option<bool>, b: Option<bool>| any(&[a, b]);
    let sum = |a: Option<u64>, b: Option<u64>| Some(a?.saturating_add(b?));
    let share = |a: Option<u32>, b: Option<u32>| Some(a?.saturating_add(b?));
    let reach = |a: Reach, b: Reach| Reach {
        number: sum(a.number, b.number),
        per_mille: share(a.per_mille, b.per_mille),
    };
    Facts {
        critical_function: either(a.critical_function, b.critical_function),
        supervised_service: either(a.supervised_service, b.supervised_service),
        malicious_access: either(a.malicious_access, b.malicious_access),
        possible_data_loss: either(a.possible_data_loss, b.possible_data_loss),
        clients: reach(a.clients, b.clients),
        counterparts: reach(a.counterparts, b.counterparts),
        transactions: reach(a.transactions, b.transactions),
        transaction_value_per_mille: share(
            a.transaction_value_per_mille,
            b.transaction_value_per_mille,
        ),
        relevant_client: either(a.relevant_client, b.relevant_client),
        media: either(a.media, b.media),
        complaints: either(a.complaints, b.complaints),
        requirements_unmet: either(a.requirements_unmet, b.requirements_unmet),
        clients_lost: either(a.clients_lost, b.clients_lost),
        duration_minutes: sum(a.duration_minutes, b.duration_minutes),
        downtime_minutes: sum(a.downtime_minutes, b.downtime_minutes),
        member_states: states(a.member_states, b.member_states),
        data_harm: either(a.data_harm, b.data_harm),
        costs_eur: sum(a.costs_eur, b.costs_eur),
    }
}

/// The states of both: which ones is not known, and two of one each may be two. A state is only one
/// where neither has any other.
fn states(a: Option<u32>, b: Option<u32>) -> Option<u32> {
    match (a, b) {
        (Some(0), other) | (other, Some(0)) => other,
        (Some(a), Some(b)) if a.max(b) >= 2 => Some(a.max(b)),
        (Some(2..), None) | (None, Some(2..)) => a.or(b),
        _ => None,
    }
}

fn thresholds(facts: &Facts, by_access: Option<bool>) -> [(Criterion, Option<bool>); 6] {
    let over = |value: Option<u64>, limit: u64| value.map(|value| value > limit);
    let share = |value: Option<u32>, limit: u32| value.map(|value| value > limit);
    let transactions = any(&[
        share(facts.transactions.per_mille, 100),
        share(facts.transaction_value_per_mille, 100),
    ]);
    let clients = any(&[
        share(facts.clients.per_mille, 100),
        over(facts.clients.number, 100_000),
        share(facts.counterparts.per_mille, 300),
        transactions,
        facts.relevant_client,
    ]);
    let reputation =
        any(&[facts.media, facts.complaints, facts.requirements_unmet, facts.clients_lost]);
    let duration =
        any(&[over(facts.duration_minutes, 24 * 60), over(facts.downtime_minutes, 2 * 60)]);
    [
        (Criterion::Clients, clients),
        (Criterion::Reputation, reputation),
        (Criterion::Duration, duration),
        (Criterion::Spread, facts.member_states.map(|states| states >= 2)),
        (Criterion::Data, any(&[facts.data_harm, by_access])),
        (Criterion::Economic, over(facts.costs_eur, 100_000)),
    ]
}

/// One that holds is enough; none holds only if that is known of each.
fn any(all: &[Option<bool>]) -> Option<bool> {
    if all.contains(&Some(true)) {
        Some(true)
    } else if all.contains(&None) {
        None
    } else {
        Some(false)
    }
}

/// One that does not hold is enough to say no.
fn all(all: &[Option<bool>]) -> Option<bool> {
    if all.contains(&Some(false)) {
        Some(false)
    } else if all.contains(&None) {
        None
    } else {
        Some(true)
    }
}

#[cfg(test)]
mod tests;
