//! One page on an incident, for a board that has to know within a day.

use jiff::{Timestamp, tz::TimeZone};
use warden_govern::{
    Ratio, Word as _,
    estate::{Dimension, Incident, IncidentKind, Server},
};

use super::{
    Ground, Options, Refused,
    catalogue::{parts, terms, update},
    dimension::range,
    finished, incidents,
    query::ESTATE,
    say::{Say, joined},
    summary::{appetite, heading},
};
use crate::paper::{Block, Document, KeyFigure, Note, Range, Ranges, Text};

/// How many names of agents and servers are shown.
const NAMED: usize = 6;

/// Why there is no update.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoUpdate {
    /// The estate has no incident of this name.
    #[error("there is no incident `{0}`")]
    Unknown(String),
    /// What a board is not told so.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// The update on an incident of the estate.
///
/// # Errors
/// An incident that is not there, or everything in it that a board is not told so.
pub fn incident(ground: &Ground<'_>, options: &Options, id: &str) -> Result<Document, NoUpdate> {
    let one = ground.estate().incidents.iter().find(|one| one.id == id);
    let one = one.ok_or_else(|| NoUpdate::Unknown(id.to_owned()))?;
    let say = Say::new(ground, options.language);
    let mut blocks = vec![
        heading(&say, &update::WHAT_HAPPENED),
        Block::Answer {
            title: format!("{}: {}", one.id, one.title),
            paragraphs: vec![
                happened(&say, one),
                classified(&say, one),
                affected(ground, &say, one),
                next(&say, one),
            ],
        },
        Block::Figures { figures: figures(&say, one) },
    ];
    blocks.extend(incidents::clocks(ground, &say, &[one]).map(Block::Clocks));
    blocks.push(Block::Ranges(cost(ground, &say, one.kind)));
    Ok(finished(ground, options, &say, &update::UPDATE_TITLE, blocks)?)
}

/// The dimension that an incident of a kind belongs to.
const fn dimension(kind: IncidentKind) -> Dimension {
    match kind {
        IncidentKind::Exfiltration | IncidentKind::Credential => Dimension::DataExposure,
        IncidentKind::Behaviour | IncidentKind::Exploit => Dimension::OperationalIntegrity,
        IncidentKind::Drift | IncidentKind::Shadow => Dimension::ThirdPartyTrust,
    }
}

/// A time as people write it, in UTC, as a figure.
fn moment(say: &Say, at: Option<Timestamp>) -> Text {
    let text = at.map(|at| {
        let at = at.to_zoned(TimeZone::UTC).datetime();
        format!("{}, {:02}:{:02} UTC", say.day(at.date()), at.hour(), at.minute())
    });
    say.maybe(text, ESTATE)
}

fn happened(say: &Say, one: &Incident) -> Text {
    say.fill(
        &update::HAPPENED,
        &[
            ("kind", Text::plain(say.word(terms::KINDS, one.kind.word()))),
            ("occurred", moment(say, Some(one.occurred))),
            ("identified", moment(say, one.identified)),
            ("contained", moment(say, one.contained)),
        ],
    )
}

fn classified(say: &Say, one: &Incident) -> Text {
    say.fill(
        &update::CLASSIFIED,
        &[
            ("classified", moment(say, one.classified)),
            ("recovered", moment(say, one.recovered)),
            ("closed", moment(say, one.closed)),
        ],
    )
}

fn affected(ground: &Ground<'_>, say: &Say, one: &Incident) -> Text {
    let servers: Vec<&Server> =
        one.servers.iter().filter_map(|id| ground.known.server(id)).collect();
    // Of a server of which nobody said it, it is the worst.
    let data = servers.iter().map(|server| server.data.map_or("unknown", |class| class.name()));
    let data = data.max_by_key(|word| {
        ["public", "internal", "confidential", "regulated", "unknown"]
            .iter()
            .position(|known| known == word)
    });
    let mut processes: Vec<String> =
        servers.iter().flat_map(|server| server.processes.iter().cloned()).collect();
    processes.sort();
    processes.dedup();
    say.fill(
        &update::AFFECTED,
        &[
            ("agents", names(say, &one.agents)),
            ("servers", names(say, &one.servers)),
            ("data", say.maybe(data.map(|word| say.word(terms::DATA, word)), ESTATE)),
            ("processes", names(say, &processes)),
        ],
    )
}

/// The first of these names, and how many more there are.
fn names(say: &Say, all: &[String]) -> Text {
    let mut texts: Vec<Text> =
        all.iter().take(NAMED).map(|name| say.figure(name.clone(), ESTATE)).collect();
    texts.extend(say.more(&parts::MORE, all.len(), NAMED, ESTATE));
    joined(texts, ", ")
}

fn next(say: &Say, one: &Incident) -> Text {
    let open = one.reports.iter().filter(|report| report.sent.is_none());
    let next = open.min_by_key(|report| (report.due, &report.step));
    say.fill(
        &update::NEXT,
        &[
            ("step", say.maybe(next.map(|report| report.step.clone()), ESTATE)),
            ("due", moment(say, next.map(|report| report.due))),
        ],
    )
}

fn figures(say: &Say, one: &Incident) -> Vec<KeyFigure> {
    let span = |entry, begin: Option<Timestamp>, end: Option<Timestamp>| {
        let value =
            begin.zip(end).map(|(begin, end)| say.span(end.duration_since(begin).as_secs_f64()));
        figure(say, say.of(entry), value)
    };
    let sent = Ratio::count(&one.reports, |report| report.sent.is_some());
    let sent = (sent.all > 0).then(|| say.of_all(sent));
    let evidence = (!one.evidence.is_empty()).then(|| say.number(one.evidence.len() as u64));
    vec![
        span(&update::TO_KNOWN, Some(one.occurred), one.identified),
        span(&update::TO_CONTAINED, one.identified, one.contained),
        figure(say, say.of(&update::REPORTS_SENT), sent),
        figure(say, say.of(&update::EVIDENCE_KEPT), evidence),
    ]
}

fn figure(say: &Say, label: &str, value: Option<String>) -> KeyFigure {
    let note = value.is_some().then(|| Note::Reference(say.reference(ESTATE)));
    KeyFigure { label: label.to_owned(), value, unit: None, remark: Text::default(), note }
}

/// The scenarios that an incident of this kind belongs to, in money. What this one has cost nobody
/// writes down in an estate.
fn cost(ground: &Ground<'_>, say: &Say, kind: IncidentKind) -> Ranges {
    let scenarios = ground.scenarios(dimension(kind));
    let mut rows: Vec<Range> = scenarios.iter().take(4).map(|one| range(say, one)).collect();
    if rows.is_empty() {
        rows.push(Range { label: say.text(&parts::NO_SCENARIO), spread: None });
    }
    Ranges {
        title: say.of(&update::COST_CHART).to_owned(),
        description: say.line(&update::COST_CHART_TOLD, &[]),
        rows,
        appetite: appetite(ground, say),
    }
}
