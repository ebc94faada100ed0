//! Incidents, and whether what authorities have to be told went out in time.

use jiff::Timestamp;
use warden_govern::{
    Ratio, Word as _,
    estate::{Incident, Reported},
};

use super::{
    Ground,
    catalogue::{parts, terms},
    dimension::column,
    query::ESTATE,
    say::Say,
    summary::heading,
};
use crate::paper::{Align, Block, Clock, Clocks, Table, Text};

/// How many incidents are shown.
const SHOWN: usize = 8;
/// How many clocks are shown.
const CLOCKS: usize = 10;

/// Reports that were sent in time, of those that were sent or should have been.
pub(super) fn on_time(ground: &Ground<'_>) -> Ratio {
    let now = ground.now();
    let reports = ground.incidents().into_iter().flat_map(|incident| &incident.reports);
    let due = reports.filter(|one| one.sent.is_some() || one.due < now);
    Ratio::count(due, |one| one.sent.is_some_and(|sent| sent <= one.due))
}

pub(super) fn incidents(ground: &Ground<'_>, say: &Say) -> Vec<Block> {
    let all = ground.incidents();
    let stands = say.fill(
        &parts::INCIDENTS_STAND,
        &[("count", say.count(all.len(), ESTATE)), ("share", say.share(on_time(ground), ESTATE))],
    );
    let mut blocks = vec![
        heading(say, &parts::INCIDENTS),
        Block::Paragraph { text: stands },
        Block::Table(table(ground, say, &all)),
    ];
    blocks.extend(clocks(ground, say, &all).map(Block::Clocks));
    blocks
}

fn table(ground: &Ground<'_>, say: &Say, all: &[&Incident]) -> Table {
    let span = |begin: Timestamp, end: Option<Timestamp>| {
        end.map_or_else(Text::unmeasured, |end| {
            Text::plain(say.span(end.duration_since(begin).as_secs_f64()))
        })
    };
    let row = |one: &&Incident| {
        let contained = one.identified.map(|begin| span(begin, one.contained));
        vec![
            Text::plain(format!("{}: {}", one.id, one.title)),
            Text::plain(say.word(terms::KINDS, one.kind.word())),
            span(one.occurred, one.identified),
            contained.unwrap_or_else(Text::unmeasured),
        ]
    };
    let mut rows: Vec<Vec<Text>> = all.iter().take(SHOWN).map(row).collect();
    if rows.is_empty() {
        let name = if ground.seen() { say.text(&parts::NONE_RECORDED) } else { Text::unmeasured() };
        let rest =
            if ground.seen() { say.text(&terms::NOT_APPLICABLE) } else { Text::unmeasured() };
        rows.push(vec![name, rest.clone(), rest.clone(), rest]);
    }
    let mut notes = vec![say.source(ESTATE)];
    notes.extend(say.more(&parts::MORE, all.len(), SHOWN, ESTATE));
    Table {
        title: say.of(&parts::INCIDENTS).to_owned(),
        columns: vec![
            column(say, &parts::INCIDENT, Align::Start),
            column(say, &parts::KIND, Align::Start),
            column(say, &parts::DETECTED_AFTER, Align::End),
            column(say, &parts::CONTAINED_AFTER, Align::End),
        ],
        rows,
        notes,
    }
}

/// The clocks of these incidents, those that run or are overdue first; none if there is none.
pub(super) fn clocks(ground: &Ground<'_>, say: &Say, all: &[&Incident]) -> Option<Clocks> {
    let mut reports: Vec<(&Incident, &Reported)> = all
        .iter()
        .flat_map(|incident| incident.reports.iter().map(move |report| (*incident, report)))
        .collect();
    if reports.is_empty() {
        return None;
    }
    reports.sort_by(|a, b| {
        (a.1.sent.is_some(), a.1.due, &a.0.id, &a.1.step).cmp(&(
            b.1.sent.is_some(),
            b.1.due,
            &b.0.id,
            &b.1.step,
        ))
    });
    let sent = reports.iter().filter(|(_, report)| report.sent.is_some()).count() as u64;
    let counts = [("sent", sent), ("all", reports.len() as u64)];
    let counts = counts.map(|(name, count)| (name, say.number(count)));
    Some(Clocks {
        title: say.of(&parts::CLOCKS).to_owned(),
        description: say.line(&parts::CLOCKS_TOLD, &counts),
        clocks: reports
            .into_iter()
            .take(CLOCKS)
            .map(|(incident, report)| clock(ground, say, incident, report))
            .collect(),
    })
}

fn clock(ground: &Ground<'_>, say: &Say, incident: &Incident, report: &Reported) -> Clock {
    let from = incident.identified.unwrap_or(incident.occurred);
    // A clock is not drawn backwards, whatever somebody wrote down.
    let started = from.min(report.due).min(report.sent.unwrap_or(report.due));
    Clock {
        label: Text::plain(format!("{}: {}", incident.id, report.step)),
        started,
        due: Some(report.due),
        stopped: report.sent,
        state: state(say, report, ground.now()),
    }
}

/// How a report stands.
fn state(say: &Say, report: &Reported, now: Timestamp) -> Text {
    let left = report.due.duration_since(now).as_secs_f64();
    let span = |seconds: f64| say.figure(say.span(seconds), ESTATE);
    match report.sent {
        Some(sent) if sent <= report.due => say.text(&parts::IN_TIME),
        Some(_) => say.text(&parts::LATE),
        None if left < 0.0 => say.fill(&parts::OVERDUE, &[("span", span(-left))]),
        None => say.fill(&parts::RUNNING, &[("span", span(left))]),
    }
}
