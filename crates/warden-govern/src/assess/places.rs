//! Where data is, as far as answers that count say it (A11, V8).

use jiff::civil::Date;
use warden_model::questions::{country, question};

use super::holds::Case;
use crate::estate::{Lookup, Server};

/// The country in which data of a server is stored and the one in which it is processed, ISO 3166-1
/// alpha-2; none where nobody says, or several are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places<'a> {
    /// Where it is stored.
    pub storage: Option<&'a str>,
    /// Where it is processed.
    pub processing: Option<&'a str>,
}

/// Where the data of a server is, from answers to A11 and V8 that count on this day.
#[must_use]
pub fn places<'a>(server: &'a Server, known: &Lookup<'a>, day: Date) -> Places<'a> {
    let case = Case::new(server, known, day);
    let items: Vec<&'a str> =
        ["A11", "V8"].into_iter().filter_map(question).flat_map(|it| case.items(it)).collect();
    let stored = |item: &&'a str| item.starts_with("storage=");
    Places {
        storage: only(items.iter().copied().filter(|item| stored(item))),
        processing: only(items.iter().copied().filter(|item| !stored(item))),
    }
}

/// The country that all of these name, if it is one.
fn only<'a>(items: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut countries: Vec<&str> = items.filter_map(country).collect();
    countries.sort_unstable();
    countries.dedup();
    match countries[..] {
        [one] => Some(one),
        _ => None,
    }
}
