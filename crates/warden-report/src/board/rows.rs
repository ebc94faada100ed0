//! What laws and standards ask, and what shows it: the table of seven rows, and how fresh it is.

use warden_govern::{
    Ratio, Word as _,
    comply::{COLUMNS, NeedState, RowState, Status},
};

use super::{
    Ground,
    catalogue::{decide, duties, terms},
    dimension::column,
    query::{ACT, FRAMEWORKS, TABLE},
    say::{Say, joined},
    summary::heading,
};
use crate::paper::{Align, Amount, BarRow, Bars, Block, Column, Note, Style, Table, Text};

/// The frameworks of the seven rows, by the names under which coverage knows them.
const FRAMEWORKS_SHOWN: [(&str, &str); 7] = [
    ("NIST-AI-RMF", "NIST AI RMF"),
    ("EU-AI-Act", "EU AI Act"),
    ("ISO-42001", "ISO/IEC 42001"),
    ("SOC2", "SOC 2"),
    ("GDPR", "GDPR"),
    ("DORA", "DORA"),
    ("NIS2", "NIS2"),
];

pub(super) fn compliance(ground: &Ground<'_>, say: &Say) -> Vec<Block> {
    let share = if ground.seen() { say.metric(ground.metric("M19")) } else { Text::unmeasured() };
    vec![
        heading(say, &decide::COMPLIANCE),
        Block::Paragraph { text: say.fill(&decide::COMPLIANCE_STANDS, &[("share", share)]) },
        Block::Bars(fresh(ground, say)),
        Block::Table(table(ground, say)),
        Block::Table(dates(say)),
    ]
}

/// The share of demands with fresh evidence, by framework.
fn fresh(ground: &Ground<'_>, say: &Say) -> Bars {
    let amount = |id: &str| {
        let found = ground.frameworks.iter().find(|one| one.id.eq_ignore_ascii_case(id))?;
        let share = found.coverage.per_mille().filter(|_| ground.seen())?;
        let value = f64::from(u32::try_from(share).ok()?) / 10.0;
        let note = Some(Note::Reference(say.reference(FRAMEWORKS)));
        Some(Amount { value, label: say.percent(found.coverage), note })
    };
    let row =
        |(id, name): (&str, &str)| BarRow { label: Text::plain(name), amounts: vec![amount(id)] };
    Bars {
        title: say.of(&decide::FRESH_CHART).to_owned(),
        description: say.of(&decide::FRESH_CHART_TOLD).to_owned(),
        series: vec![say.of(&decide::FRESH).to_owned()],
        rows: FRAMEWORKS_SHOWN.into_iter().map(row).collect(),
        mark: Some(whole_share(say)),
    }
}

/// All of it, as a line that bars reach for.
pub(super) fn whole_share(say: &Say) -> Amount {
    Amount { value: 100.0, label: say.percent(Ratio { of: 1, all: 1 }), note: None }
}

/// The seven rows in the wording of their sources, each required control with how it stands.
fn table(ground: &Ground<'_>, say: &Say) -> Table {
    let widths = [18, 32, 50];
    let columns = COLUMNS.iter().zip(widths).map(|(heading, width)| Column {
        heading: (*heading).to_owned(),
        align: Align::Start,
        width: Some(width),
    });
    let row = |row: &RowState| {
        let needs = row.needs.iter().map(|need| need_text(ground, say, need));
        vec![
            Text::default().and_styled(row.framework, Style::Strong),
            Text::plain(row.risk),
            joined(needs, "; "),
        ]
    };
    let notes = ground.rows.iter().filter_map(|row| {
        let note = row.note?;
        Some(Text::plain(say.line(
            &decide::NOTE,
            &[("framework", row.framework.to_owned()), ("note", note.to_owned())],
        )))
    });
    Table {
        title: say.of(&decide::COMPLIANCE).to_owned(),
        columns: columns.collect(),
        rows: ground.rows.iter().map(row).collect(),
        notes: std::iter::once(say.source(TABLE)).chain(notes).collect(),
    }
}

/// A required control: how it stands, how much evidence there is, and the command that shows it.
fn need_text(ground: &Ground<'_>, say: &Say, need: &NeedState) -> Text {
    let measured = ground.seen() && need.status != Status::NotMeasured;
    let status = if measured {
        Text::plain(say.word(terms::STATUSES, need.status.word()))
    } else {
        Text::unmeasured()
    };
    let query = format!("{} --estate ESTATE", need.query);
    let count = say.number(need.evidence.len() as u64);
    let evidence = say.line(&decide::EVIDENCE_COUNT, &[("count", count)]);
    // The command is named also where there is nothing to count.
    let evidence = if ground.seen() { Text::plain(evidence) } else { Text::unmeasured() };
    let evidence = evidence.noted(Note::Reference(say.reference(&query)));
    say.fill(
        &decide::CONTROL_STATUS,
        &[("name", Text::plain(need.name)), ("status", status), ("evidence", evidence)],
    )
}

/// From when the parts of the AI Act apply.
fn dates(say: &Say) -> Table {
    let row = |one: &warden_govern::comply::Applicable| {
        vec![
            Text::plain(say.word(duties::ACT, one.what)),
            Text::plain(one.articles.join(", ")),
            Text::plain(say.day(one.from)),
        ]
    };
    Table {
        title: say.of(&decide::ACT_DATES).to_owned(),
        columns: vec![
            column(say, &decide::ACT_PART, Align::Start),
            column(say, &decide::ACT_ARTICLES, Align::Start),
            column(say, &decide::ACT_FROM, Align::Start),
        ],
        rows: warden_govern::comply::DATES.iter().map(row).collect(),
        notes: vec![say.source(ACT)],
    }
}
