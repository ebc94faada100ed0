//! The words that a document adds by itself, in its language.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde::Serialize;

use super::Language;

/// The words of one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Words {
    /// What stands where nobody has measured.
    pub unmeasured: &'static str,
    /// Before the time at which all of this was so.
    pub as_of: &'static str,
    /// Before the number of a page.
    pub page: &'static str,
    /// Between the number of a page and how many there are.
    pub of: &'static str,
    /// Over the notes.
    pub notes: &'static str,
    /// Before the number of one note.
    pub note: &'static str,
    /// Before a command.
    pub query: &'static str,
    /// Before the digest of what was read.
    pub evidence: &'static str,
    /// Before the line of what one is ready to bear.
    pub appetite: &'static str,
    /// Before a line across bars or a trend.
    pub mark: &'static str,
    /// What the bar and the tick of a range are.
    pub range: &'static str,
    /// Over the names of rows.
    pub row: &'static str,
    /// Before the time at which a clock began.
    pub started: &'static str,
    /// Before the time at which it is due.
    pub due: &'static str,
    /// Before the time at which it was stopped.
    pub stopped: &'static str,
    /// Over how a clock stands.
    pub state: &'static str,
    /// Where a clock has no deadline.
    pub no_deadline: &'static str,
    /// Over the names of series.
    pub series: &'static str,
    /// Over the values of a chart.
    pub values: &'static str,
    /// What leads from a note back to its figure.
    pub back: &'static str,
    /// Between a word and what it says.
    pub colon: &'static str,
}

const EN: Words = Words {
    unmeasured: "not measured",
    as_of: "as of",
    page: "Page",
    of: "of",
    notes: "Notes",
    note: "Note",
    query: "Query",
    evidence: "evidence",
    appetite: "Appetite",
    mark: "Target",
    range: "bar: P10 to P90; tick: P50",
    row: "Name",
    started: "started",
    due: "due",
    stopped: "done",
    state: "State",
    no_deadline: "no deadline",
    series: "Series",
    values: "Values",
    back: "back to the text",
    colon: ": ",
};

const DE: Words = Words {
    unmeasured: "nicht gemessen",
    as_of: "Stand",
    page: "Seite",
    of: "von",
    notes: "Anmerkungen",
    note: "Anmerkung",
    query: "Abfrage",
    evidence: "Nachweis",
    appetite: "Risikobereitschaft",
    mark: "Ziel",
    range: "Balken: P10 bis P90; Strich: P50",
    row: "Name",
    started: "begonnen",
    due: "fällig",
    stopped: "erledigt",
    state: "Zustand",
    no_deadline: "keine Frist",
    series: "Reihe",
    values: "Werte",
    back: "zurück zum Text",
    colon: ": ",
};

const FR: Words = Words {
    unmeasured: "non mesuré",
    as_of: "état au",
    page: "Page",
    of: "sur",
    notes: "Notes",
    note: "Note",
    query: "Requête",
    evidence: "preuve",
    appetite: "Appétence au risque",
    mark: "Objectif",
    range: "barre\u{a0}: P10 à P90\u{a0}; trait\u{a0}: P50",
    row: "Nom",
    started: "début",
    due: "échéance",
    stopped: "terminé",
    state: "État",
    no_deadline: "sans échéance",
    series: "Série",
    values: "Valeurs",
    back: "retour au texte",
    colon: "\u{a0}: ",
};

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_DE: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

impl Words {
    /// The words of a language.
    #[must_use]
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::De => &DE,
            Language::Fr => &FR,
        }
    }
}

/// A time as people of a language write it, in UTC: `22 November 2026, 06:44 UTC`.
pub(super) fn time(at: Timestamp, language: Language) -> String {
    let at = civil(at);
    format!("{}, {:02}:{:02} UTC", date(at, language), at.hour(), at.minute())
}

/// A day as people of a language write it: `22 November 2026`.
pub(crate) fn day(on: Date, language: Language) -> String {
    date(on.at(0, 0, 0, 0), language)
}

fn date(at: DateTime, language: Language) -> String {
    let (day, year) = (at.day(), at.year());
    let month = |names: [&'static str; 12]| {
        let place = usize::try_from(at.month()).unwrap_or_default().saturating_sub(1);
        names.get(place).copied().unwrap_or_default()
    };
    match language {
        Language::En => format!("{day} {} {year}", month(MONTHS_EN)),
        Language::De => format!("{day}. {} {year}", month(MONTHS_DE)),
        Language::Fr if day == 1 => format!("1er {} {year}", month(MONTHS_FR)),
        Language::Fr => format!("{day} {} {year}", month(MONTHS_FR)),
    }
}

/// A time for the end of a time line, short and the same everywhere: `2026-11-22 06:44`.
pub(super) fn short(at: Timestamp) -> String {
    let at = civil(at);
    format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
}

fn civil(at: Timestamp) -> DateTime {
    at.to_zoned(TimeZone::UTC).datetime()
}
