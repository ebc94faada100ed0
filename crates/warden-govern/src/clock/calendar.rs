//! Days off, time zones, and who is relieved of a deadline that ends on a day off.

use std::collections::BTreeSet;

use jiff::{
    Timestamp,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};

use super::{Regime, Step};
use crate::estate::Organisation;

/// What deadlines are read in.
#[derive(Clone, Debug)]
pub struct Calendar {
    pub(super) zone: TimeZone,
    pub(super) holidays: BTreeSet<Date>,
    /// The days off of the United States government, for the SEC. Without them deadlines end
    /// earlier, not later.
    pub federal_holidays: BTreeSet<Date>,
    /// Whether the entity is one whose first two reports get no relief (RTS (EU) 2025/301 Art.
    /// 5(5)), or whose authority has said so (5(6)). What is not known counts as yes.
    pub strict: bool,
    /// The hours of GDPR Art. 33(1): 72 as long as no other law is in force.
    pub gdpr_hours: u32,
    /// Whether it is a provider of trust services, whose notification under NIS2 is due in a day.
    pub trust_services: bool,
}

/// Why there is no calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time zone; write one as Europe/Berlin")]
pub struct WrongCalendar(pub String);

/// The types of entity that get no relief for the first two reports.
const STRICT: [&str; 3] = ["credit-institution", "central-counterparty", "trading-venue"];

impl Calendar {
    /// A calendar with this time zone and these bank holidays, strict.
    ///
    /// # Errors
    /// A time zone that is none.
    pub fn new(
        zone: &str,
        holidays: impl IntoIterator<Item = Date>,
    ) -> Result<Self, WrongCalendar> {
        Ok(Self {
            zone: TimeZone::get(zone).map_err(|_| WrongCalendar(zone.to_owned()))?,
            holidays: holidays.into_iter().collect(),
            federal_holidays: BTreeSet::new(),
            strict: true,
            gdpr_hours: 72,
            trust_services: false,
        })
    }

    /// The calendar of an organisation; in UTC where it has said no time zone.
    ///
    /// # Errors
    /// A time zone that is none.
    pub fn of(organisation: &Organisation) -> Result<Self, WrongCalendar> {
        let zone = organisation.time_zone.as_deref().unwrap_or("UTC");
        let mut calendar = Self::new(zone, organisation.holidays.iter().copied())?;
        let relieved =
            organisation.entity_type.as_deref().is_some_and(|kind| !STRICT.contains(&kind));
        calendar.strict = !(relieved && organisation.essential == Some(false));
        Ok(calendar)
    }

    /// The time zone.
    #[must_use]
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Whether a deadline of this step that ends on a day off ends on the next working day instead.
    pub(super) fn relieves(&self, step: &Step) -> bool {
        step.regime == Regime::Dora && (step.id == "dora/final" || !self.strict)
    }

    /// Noon of the next working day, if this time is on a day off (RTS (EU) 2025/301 Art. 5(4)).
    pub(super) fn noon_after(&self, at: Timestamp) -> Option<Timestamp> {
        let mut day = at.to_zoned(self.zone.clone()).date();
        if !is_off(day, &self.holidays) {
            return None;
        }
        while is_off(day, &self.holidays) {
            day = day.tomorrow().ok()?;
        }
        let noon = day.to_datetime(Time::constant(12, 0, 0, 0));
        self.zone.to_zoned(noon).ok().map(|noon| noon.timestamp())
    }

    /// The end of the day on which filings are taken, so many working days later, in New York.
    pub(super) fn business_days(&self, since: Timestamp, days: u32) -> Timestamp {
        let Ok(zone) = TimeZone::get("America/New_York") else { return since };
        let mut day = since.to_zoned(zone.clone()).date();
        let mut left = days;
        while left > 0 {
            let Ok(next) = day.tomorrow() else { return since };
            day = next;
            if !is_off(day, &self.federal_holidays) {
                left -= 1;
            }
        }
        // EDGAR takes a filing as of a day until half past five in the afternoon.
        let end = day.to_datetime(Time::constant(17, 30, 0, 0));
        zone.to_zoned(end).map_or(since, |end| end.timestamp())
    }
}

fn is_off(day: Date, holidays: &BTreeSet<Date>) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || holidays.contains(&day)
}
