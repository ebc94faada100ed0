use jiff::civil::Date;
use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, proptest};

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn berlin(strict: bool) -> Calendar {
    let holidays = ["2026-12-25", "2026-12-26", "2027-01-01"].map(|day| day.parse().unwrap());
    let mut calendar = Calendar::new("Europe/Berlin", holidays).unwrap();
    calendar.strict = strict;
    calendar
}

#[track_caller]
fn due(id: &str, events: &Events, calendar: &Calendar) -> Due {
    deadline(step(id).unwrap(), events, calendar).unwrap()
}

fn sent(id: &str, time: &str) -> Events {
    Events { sent: [(id.to_owned(), at(time))].into(), ..Events::default() }
}

#[test]
fn the_first_report_is_due_four_hours_after_classification_and_a_day_after_awareness() {
    let calendar = berlin(true);
    let mut events = Events { aware: Some(at("2026-11-16T08:00:00Z")), ..Events::default() };
    assert_eq!(deadline(step("dora/initial").unwrap(), &events, &calendar), None, "not classified");
    for (classified, wanted, from, rule) in [
        ("2026-11-16T10:00:00Z", "2026-11-16T14:00:00Z", "classification", "5(1)(a)"),
        ("2026-11-17T04:00:00Z", "2026-11-17T08:00:00Z", "classification", "5(1)(a)"),
        ("2026-11-17T07:00:00Z", "2026-11-17T08:00:00Z", "awareness", "5(1)(a)"),
        ("2026-11-17T08:00:00Z", "2026-11-17T08:00:00Z", "awareness", "5(1)(a)"),
        ("2026-11-17T09:00:00Z", "2026-11-17T13:00:00Z", "classification", "5(2)"),
    ] {
        events.classified = Some(at(classified));
        let due = due("dora/initial", &events, &calendar);
        assert_eq!((due.at, due.from), (at(wanted), from), "{classified}");
        assert!(due.rule.ends_with(rule), "{}", due.rule);
    }
}

#[test]
fn a_deadline_on_a_day_off_moves_to_noon_of_the_next_working_day_for_those_whom_it_does() {
    // A Saturday, and the holidays of Christmas, which go on to a Sunday.
    let initial = |time: &str| Events { classified: Some(at(time)), ..Events::default() };
    let relieved = berlin(false);
    let due_at = |events: &Events, id: &str, calendar: &Calendar| due(id, events, calendar).at;
    let saturday = initial("2026-11-14T08:00:00Z");
    assert_eq!(due_at(&saturday, "dora/initial", &relieved), at("2026-11-16T11:00:00Z"));
    let moved = due("dora/initial", &saturday, &relieved).moved_from;
    assert_eq!(moved, Some(at("2026-11-14T12:00:00Z")));
    let christmas = initial("2026-12-25T08:00:00Z");
    assert_eq!(due_at(&christmas, "dora/initial", &relieved), at("2026-12-28T11:00:00Z"));
    // 5(5): not for the first two reports of banks, but for their final one.
    let strict = berlin(true);
    assert_eq!(due_at(&saturday, "dora/initial", &strict), at("2026-11-14T12:00:00Z"));
    let intermediate = sent("dora/initial", "2026-11-12T08:00:00Z");
    assert_eq!(due_at(&intermediate, "dora/intermediate", &strict), at("2026-11-15T08:00:00Z"));
    assert_eq!(due_at(&intermediate, "dora/intermediate", &relieved), at("2026-11-16T11:00:00Z"));
    let last = sent("dora/intermediate", "2026-11-25T08:00:00Z");
    assert_eq!(due_at(&last, "dora/final", &strict), at("2026-12-28T11:00:00Z"));
    // Which day it is, the time zone of the entity says: 23:30 in London is the next day in Berlin.
    let friday = initial("2026-11-13T19:30:00Z");
    assert_eq!(due_at(&friday, "dora/initial", &relieved), at("2026-11-16T11:00:00Z"));
    let london = Calendar { strict: false, ..Calendar::new("Europe/London", []).unwrap() };
    assert_eq!(due_at(&friday, "dora/initial", &london), at("2026-11-13T23:30:00Z"));
}

#[test]
fn who_is_relieved_is_said_by_the_organisation_and_what_it_does_not_say_is_strict() {
    let of = |kind: Option<&str>, essential| {
        let kind = kind.map(ToOwned::to_owned);
        let organisation =
            crate::estate::Organisation { entity_type: kind, essential, ..Default::default() };
        Calendar::of(&organisation).unwrap().strict
    };
    assert!(of(None, None) && of(Some("payment-institution"), None) && of(None, Some(false)));
    for kind in ["credit-institution", "central-counterparty", "trading-venue"] {
        assert!(of(Some(kind), Some(false)), "{kind}");
    }
    assert!(of(Some("payment-institution"), Some(true)));
    assert!(!of(Some("payment-institution"), Some(false)));
    let nowhere =
        crate::estate::Organisation { time_zone: Some("Mars/Base".into()), ..Default::default() };
    assert!(Calendar::of(&nowhere).is_err());
}

#[test]
fn months_end_where_the_calendar_does_and_hours_pass_when_clocks_are_set() {
    let calendar = berlin(true);
    let month = |time: &str| due("nis2/final", &sent("nis2/notification", time), &calendar).at;
    assert_eq!(month("2026-11-20T09:00:00Z"), at("2026-12-20T09:00:00Z"));
    assert_eq!(month("2027-01-31T09:00:00Z"), at("2027-02-28T09:00:00Z"));
    assert_eq!(month("2028-01-31T09:00:00Z"), at("2028-02-29T09:00:00Z"));
    // The same hour of the day, though the night of 28 March is an hour shorter.
    assert_eq!(month("2027-03-10T09:00:00Z"), at("2027-04-10T08:00:00Z"));
    let aware = Events { aware: Some(at("2027-03-27T12:00:00Z")), ..Events::default() };
    assert_eq!(due("nis2/early-warning", &aware, &calendar).at, at("2027-03-28T12:00:00Z"));
    assert_eq!(due("ai-act/widespread", &aware, &calendar).at, at("2027-03-29T11:00:00Z"));
}

/// R91: a breach clock starts at awareness, and shows the time that remains to 72 hours.
#[test]
fn a_breach_clock_starts_at_awareness_and_shows_what_remains_to_72_hours() {
    let calendar = berlin(true);
    let aware = at("2026-11-20T08:00:00Z");
    let mut events = Events { aware: Some(aware), ..Events::default() };
    let breach = due("gdpr/authority", &events, &calendar);
    assert_eq!((breach.since, breach.from), (aware, "awareness"));
    assert_eq!(breach.remaining(aware), SignedDuration::from_hours(72));
    assert_eq!(breach.told(aware), "72 h left");
    assert_eq!(breach.told(at("2026-11-20T08:30:00Z")), "71 h 30 min left");
    assert_eq!(breach.told(at("2026-11-23T07:15:00Z")), "45 min left");
    assert_eq!(breach.told(at("2026-11-23T08:00:00Z")), "0 min left");
    assert_eq!(breach.told(at("2026-11-23T10:05:00Z")), "overdue by 2 h 5 min");
    assert_eq!(breach.standing(at("2026-11-23T10:05:00Z")), Standing::Overdue);
    events.sent.insert("gdpr/authority".into(), at("2026-11-23T09:00:00Z"));
    let sent = due("gdpr/authority", &events, &calendar);
    assert_eq!(sent.told(at("2026-12-01T00:00:00Z")), "sent 1 h too late");
    // A law that is changed is a number that is changed.
    let longer = Calendar { gdpr_hours: 96, ..berlin(true) };
    assert_eq!(due("gdpr/authority", &events, &longer).standing(aware), Standing::InTime);
    let nobody = Events::default();
    assert_eq!(deadline(step("gdpr/authority").unwrap(), &nobody, &calendar), None);
}

#[test]
fn every_other_clock_runs_as_long_as_its_law_says() {
    let mut calendar = berlin(true);
    let aware = Events { aware: Some(at("2026-11-16T08:00:00Z")), ..Events::default() };
    for (id, wanted) in [
        ("nis2/early-warning", "2026-11-17T08:00:00Z"),
        ("nis2/notification", "2026-11-19T08:00:00Z"),
        ("ai-act/widespread", "2026-11-18T08:00:00Z"),
        ("ai-act/death", "2026-11-26T08:00:00Z"),
        ("ai-act/serious", "2026-12-01T08:00:00Z"),
        ("cra/early-warning", "2026-11-17T08:00:00Z"),
        ("cra/notification", "2026-11-19T08:00:00Z"),
    ] {
        assert_eq!(due(id, &aware, &calendar).at, at(wanted), "{id}");
    }
    calendar.trust_services = true;
    assert_eq!(due("nis2/notification", &aware, &calendar).at, at("2026-11-17T08:00:00Z"));
    let fixed = Events { fixed: Some(at("2026-11-16T08:00:00Z")), ..Events::default() };
    assert_eq!(due("cra/final-vulnerability", &fixed, &calendar).at, at("2026-11-30T08:00:00Z"));
    let told = sent("cra/notification", "2026-11-16T08:00:00Z");
    assert_eq!(due("cra/final-incident", &told, &calendar).at, at("2026-12-16T08:00:00Z"));
    // Four working days after a Friday, and one more where Thursday is Thanksgiving.
    let material = Events { material: Some(at("2026-11-20T15:00:00Z")), ..Events::default() };
    assert_eq!(due("sec/8-k", &material, &calendar).at, at("2026-11-26T22:30:00Z"));
    calendar.federal_holidays.insert("2026-11-26".parse().unwrap());
    assert_eq!(due("sec/8-k", &material, &calendar).at, at("2026-11-27T22:30:00Z"));
}

#[test]
fn steps_are_named_once_and_every_regime_has_one() {
    for (place, one) in STEPS.iter().enumerate() {
        assert_eq!(STEPS.iter().position(|other| other.id == one.id), Some(place));
        assert!(one.id.starts_with(crate::Word::word(one.regime)), "{}", one.id);
        assert!(!one.title.is_empty() && !one.rule.is_empty());
        if let From::Sent(before) = one.from {
            assert!(step(before).is_some_and(|before| before.regime == one.regime));
        }
    }
    for regime in <Regime as crate::Word>::all() {
        assert!(STEPS.iter().any(|step| step.regime == *regime));
    }
}

fn time() -> impl Strategy<Value = Timestamp> {
    (1_790_000_000i64..1_900_000_000).prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn zones() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Europe/Berlin",
        "Europe/Lisbon",
        "Pacific/Apia",
        "UTC",
        "Asia/Tehran",
    ])
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let days = prop::collection::vec(0i32..1500, 0..40);
    (zones(), days, any::<bool>()).prop_map(|(zone, days, strict)| {
        let first: Date = "2026-09-01".parse().unwrap();
        let days = days.into_iter().map(|day| first.checked_add(day.days()).unwrap());
        Calendar { strict, ..Calendar::new(zone, days).unwrap() }
    })
}

proptest! {
    #[test]
    fn the_first_report_is_never_due_later_than_the_law_says_but_for_a_day_off(
        aware in time(), later in 0i64..400_000, calendar in calendars(),
    ) {
        let classified = after(aware, 0).checked_add(SignedDuration::from_secs(later)).unwrap();
        let events = Events {
            aware: Some(aware), classified: Some(classified), ..Events::default()
        };
        let due = due("dora/initial", &events, &calendar);
        let raw = due.moved_from.unwrap_or(due.at);
        prop_assert!(raw <= after(classified, 4));
        prop_assert!(raw >= classified.min(after(aware, 24)));
        if classified <= after(aware, 24) {
            prop_assert!(raw <= after(aware, 24));
        }
        prop_assert!(due.at >= raw);
        if calendar.strict {
            prop_assert_eq!(due.moved_from, None);
        }
        prop_assert!(due.since == aware || due.since == classified);
    }

    #[test]
    fn a_deadline_is_after_its_event_and_grows_with_it(
        first in time(), more in 0i64..10_000_000, calendar in calendars(),
    ) {
        let second = first.checked_add(SignedDuration::from_secs(more)).unwrap();
        for step in STEPS.iter().filter(|step| step.id != "dora/initial") {
            let events = |time| {
                let mut events = Events {
                    aware: Some(time), material: Some(time), fixed: Some(time), classified: Some(time),
                    ..Events::default()
                };
                if let From::Sent(before) = step.from {
                    events.sent.insert(before.into(), time);
                }
                events
            };
            let one = deadline(step, &events(first), &calendar).unwrap();
            let two = deadline(step, &events(second), &calendar).unwrap();
            prop_assert!(one.at > first, "{}", step.id);
            // One that falls on a day off is moved to noon, behind one of that morning.
            let [said, later] = [&one, &two].map(|due| due.moved_from.unwrap_or(due.at));
            prop_assert!(said <= later, "{}: {said} {later}", step.id);
            let only_first_is_moved = one.moved_from.is_some() && two.moved_from.is_none();
            prop_assert!(one.at <= two.at || only_first_is_moved, "{}", step.id);
            prop_assert!(one.at >= said);
            prop_assert_eq!(one.since, first);
        }
    }

    #[test]
    fn a_deadline_that_was_moved_is_noon_of_a_working_day(
        classified in time(), calendar in calendars(),
    ) {
        let calendar = Calendar { strict: false, ..calendar };
        let events = Events { classified: Some(classified), ..Events::default() };
        let due = due("dora/initial", &events, &calendar);
        prop_assert_eq!(calendar.noon_after(due.at), None);
        if due.moved_from.is_some() {
            let local = due.at.to_zoned(calendar.zone().clone());
            prop_assert_eq!((local.hour(), local.minute()), (12, 0));
        }
    }
}
