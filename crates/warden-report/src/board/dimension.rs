//! The three dimensions that a board asks about, each in the same shape: how it stands, the worst
//! scenario, the controls, what is left in money, and how that moved.

use std::collections::BTreeSet;

use warden_govern::{
    Ratio, Word as _,
    comply::Unmanaged,
    estate::{Dimension, Estimate, Measure},
    money::Costed,
};

use super::{
    Ground,
    catalogue::{Entry, parts, terms},
    query::{ESTATE, FRAMEWORKS, METRICS, MONEY, SURFACE},
    say::{Say, joined},
    summary::{appetite, change, heading, was},
};
use crate::paper::{Align, Block, Column, Note, Range, Ranges, Style, Table, Text};

/// How many scenarios a dimension shows.
const SCENARIOS: usize = 5;

/// How many of the unmanaged are named.
const UNMANAGED: usize = 20;

/// What a dimension is called.
pub(super) const fn title(dimension: Dimension) -> &'static Entry {
    match dimension {
        Dimension::DataExposure => &parts::DATA_EXPOSURE,
        Dimension::OperationalIntegrity => &parts::OPERATIONAL_INTEGRITY,
        Dimension::ThirdPartyTrust => &parts::THIRD_PARTY_TRUST,
    }
}

/// The controls of the organisation that stand against what can happen in a dimension.
const fn measures(dimension: Dimension) -> &'static [Measure] {
    match dimension {
        Dimension::DataExposure => {
            &[Measure::EgressFilter, Measure::AlertEgress, Measure::Masking, Measure::SiemSink]
        }
        Dimension::OperationalIntegrity => &[
            Measure::AlertUnauthorised,
            Measure::AlertSession,
            Measure::AlertRate,
            Measure::Baseline,
            Measure::KillSwitch,
            Measure::PipelineGate,
        ],
        Dimension::ThirdPartyTrust => &[
            Measure::AlertDefinition,
            Measure::AlertEndpoint,
            Measure::VendorProcess,
            Measure::SecurityContact,
        ],
    }
}

/// The figures that show how the controls of a dimension stand.
const fn figures(dimension: Dimension) -> &'static [&'static str] {
    match dimension {
        Dimension::DataExposure => &["M5", "M6", "M7", "M8"],
        Dimension::OperationalIntegrity => &["M8-session", "M10-behaviour", "M11", "M13", "M16"],
        Dimension::ThirdPartyTrust => &["M3", "M12", "M12-latency", "M15", "M15-must", "M15-old"],
    }
}

pub(super) fn data_exposure(ground: &Ground<'_>, say: &Say) -> Vec<Block> {
    let toxic = ground.cards.first().map_or(0, |card| card.agents.len());
    let all = ground.estate().agents.len() as u64;
    let stands = say.fill(
        &parts::DATA_STANDS,
        &[
            ("agents", say.count(ground.regulated, SURFACE)),
            ("toxic", say.share(Ratio { of: toxic as u64, all }, SURFACE)),
        ],
    );
    section(ground, say, Dimension::DataExposure, stands)
}

pub(super) fn operational_integrity(ground: &Ground<'_>, say: &Say) -> Vec<Block> {
    let sessions = ground.metric("M8-session");
    let acting = sessions.and_then(|metric| metric.figure.ratio).map_or(0, |ratio| ratio.all);
    let stands = say.fill(
        &parts::INTEGRITY_STANDS,
        &[
            ("agents", say.count(usize::try_from(acting).unwrap_or(usize::MAX), SURFACE)),
            ("share", say.metric(sessions)),
            ("mttd", say.metric(ground.metric("M10-behaviour"))),
        ],
    );
    section(ground, say, Dimension::OperationalIntegrity, stands)
}

pub(super) fn third_party_trust(ground: &Ground<'_>, say: &Say) -> Vec<Block> {
    let all = |id| {
        let ratio = ground.metric(id).and_then(|metric| metric.figure.ratio);
        usize::try_from(ratio.map_or(0, |ratio| ratio.all)).unwrap_or(usize::MAX)
    };
    let query = |id| ground.metric(id).map_or("", |metric| metric.figure.query.as_str());
    let stands = say.fill(
        &parts::TRUST_STANDS,
        &[
            ("servers", say.count(all("M15"), query("M15"))),
            ("assessed", say.metric(ground.metric("M15"))),
            ("must", say.metric(ground.metric("M15-must"))),
            ("drifts", say.count(all("M12"), query("M12"))),
            ("mttd", say.metric(ground.metric("M12-latency"))),
            ("unmanaged", say.maybe(unmanaged(ground, say), FRAMEWORKS)),
        ],
    );
    let mut blocks = section(ground, say, Dimension::ThirdPartyTrust, stands);
    blocks.push(Block::Paragraph { text: unmanaged_names(ground, say) });
    blocks
}

/// The first of the unmanaged, with what each lacks, and how many more there are.
fn unmanaged_names(ground: &Ground<'_>, say: &Say) -> Text {
    let all = &ground.unmanaged;
    let name = |one: &Unmanaged| Text::default().and_styled(one.id.as_str(), Style::Code);
    let mut names: Vec<Text> = all.iter().take(UNMANAGED).map(name).collect();
    names.extend(say.more(&parts::MORE, all.len(), UNMANAGED, FRAMEWORKS));
    if all.is_empty() && ground.seen() {
        names.push(say.text(&parts::NONE_RECORDED));
    }
    let mut names = joined(names, ", ");
    if !names.is_empty() {
        names = names.noted(Note::Reference(say.reference(FRAMEWORKS)));
    }
    say.fill(&parts::UNMANAGED, &[("names", names)])
}

/// How many servers are unmanaged; of an estate in which nothing was looked at, nobody knows.
fn unmanaged(ground: &Ground<'_>, say: &Say) -> Option<String> {
    let some = ground.seen() || !ground.unmanaged.is_empty();
    some.then(|| say.number(ground.unmanaged.len() as u64))
}

fn section(ground: &Ground<'_>, say: &Say, dimension: Dimension, stands: Text) -> Vec<Block> {
    let scenarios = ground.scenarios(dimension);
    let mut blocks = vec![
        heading(say, title(dimension)),
        Block::Paragraph { text: stands },
        Block::Paragraph { text: worst(say, scenarios.first().copied()) },
        Block::Ranges(chart(ground, say, dimension, &scenarios)),
        Block::Table(table(ground, say, &scenarios, SCENARIOS)),
        Block::Paragraph { text: controls(ground, say, dimension, &scenarios) },
        Block::Paragraph { text: residual(ground, say, dimension) },
        Block::Table(stand(ground, say, dimension)),
    ];
    if dimension == Dimension::DataExposure {
        blocks.extend(super::risks::premium(ground, say).map(|text| Block::Paragraph { text }));
    }
    blocks
}

fn worst(say: &Say, scenario: Option<&Costed<'_>>) -> Text {
    let named = scenario.map(|one| one.scenario.title.clone());
    let frequency = scenario.and_then(|one| one.scenario.frequency);
    let range =
        scenario.map_or_else(Text::unmeasured, |one| say.range(one.after.as_ref().ok(), MONEY));
    say.fill(
        &parts::WORST,
        &[
            ("scenario", say.maybe(named, MONEY)),
            ("frequency", say.maybe(frequency.map(|one| between(say, one)), MONEY)),
            ("range", range),
        ],
    )
}

/// From the least to the most of an estimate.
fn between(say: &Say, estimate: Estimate) -> String {
    let [least, most] = [estimate.min, estimate.max].map(|value| say.decimal(value));
    say.line(&terms::FROM_TO, &[("least", least), ("most", most)])
}

fn chart(
    ground: &Ground<'_>,
    say: &Say,
    dimension: Dimension,
    scenarios: &[&Costed<'_>],
) -> Ranges {
    let mut rows: Vec<Range> =
        scenarios.iter().take(SCENARIOS).map(|one| range(say, one)).collect();
    if rows.is_empty() {
        rows.push(Range { label: say.text(&parts::NO_SCENARIO), spread: None });
    }
    let measured = scenarios.iter().filter(|one| one.after.is_ok()).count() as u64;
    let counts = [("measured", measured), ("all", scenarios.len() as u64)];
    let counts = counts.map(|(name, count)| (name, say.number(count)));
    let counts: &[(&str, String)] = if scenarios.is_empty() { &[] } else { &counts };
    Ranges {
        title: say.line(&parts::SCENARIO_CHART, &[("dimension", say.of(title(dimension)).into())]),
        description: say.line(&parts::SCENARIO_CHART_TOLD, counts),
        rows,
        appetite: appetite(ground, say),
    }
}

/// A scenario as a row of a chart.
pub(super) fn range(say: &Say, one: &Costed<'_>) -> Range {
    Range {
        label: Text::plain(&one.scenario.title),
        spread: one.after.as_ref().ok().map(|outcome| say.spread(outcome, MONEY)),
    }
}

/// A column of a table.
pub(super) fn column(say: &Say, heading: &Entry, align: Align) -> Column {
    Column { heading: say.of(heading).to_owned(), align, width: None }
}

/// Scenarios with how often they are tried, what one event costs and what is left of a year.
pub(super) fn table(
    ground: &Ground<'_>,
    say: &Say,
    scenarios: &[&Costed<'_>],
    most: usize,
) -> Table {
    let row = |one: &&Costed<'_>| {
        let scenario = one.scenario;
        let frequency = scenario.frequency.map(|estimate| between(say, estimate));
        vec![
            Text::plain(&scenario.title),
            frequency.map_or_else(Text::unmeasured, Text::plain),
            loss(say, one),
            left(say, one),
            Text::plain(ground.person(&scenario.owner)),
        ]
    };
    let mut rows: Vec<Vec<Text>> = scenarios.iter().take(most).map(row).collect();
    if rows.is_empty() {
        rows.push(blank(say.text(&parts::NO_SCENARIO), 5));
    }
    let mut notes = vec![say.source(MONEY)];
    notes.extend(say.more(&parts::MORE_SCENARIOS, scenarios.len(), most, MONEY));
    Table {
        title: say.of(&parts::SCENARIO_TABLE).to_owned(),
        columns: vec![
            column(say, &parts::SCENARIO, Align::Start),
            column(say, &parts::FREQUENCY, Align::End),
            column(say, &parts::LOSS, Align::End),
            column(say, &parts::LEFT, Align::End),
            column(say, &parts::OWNER, Align::Start),
        ],
        rows,
        notes,
    }
}

/// A row with a name, of which nothing was measured.
pub(super) fn blank(name: Text, columns: usize) -> Vec<Text> {
    let mut row = vec![name];
    row.resize(columns, Text::unmeasured());
    row
}

/// What one event costs, from the least at once to the most with what comes afterwards.
fn loss(say: &Say, one: &Costed<'_>) -> Text {
    let (Some(primary), Some(secondary)) = (one.scenario.primary_loss, one.scenario.secondary_loss)
    else {
        return Text::unmeasured();
    };
    let [least, most] =
        [primary.min, primary.max + secondary.max].map(|amount| Text::plain(say.money(amount)));
    say.fill(&terms::FROM_TO, &[("least", least), ("most", most)])
}

/// What is left of a year, for a cell.
pub(super) fn left(say: &Say, one: &Costed<'_>) -> Text {
    let Ok(outcome) = &one.after else { return Text::unmeasured() };
    let range = outcome.range;
    let sum = |amount: f64| Text::plain(say.money(amount));
    say.fill(
        &terms::RANGE,
        &[("p10", sum(range.p10)), ("p50", sum(range.p50)), ("p90", sum(range.p90))],
    )
}

fn controls(
    ground: &Ground<'_>,
    say: &Say,
    dimension: Dimension,
    scenarios: &[&Costed<'_>],
) -> Text {
    let recorded = |measure: &&Measure| {
        ground.estate().controls.iter().any(|control| control.measure == **measure)
    };
    let (there, absent): (Vec<&Measure>, Vec<_>) = measures(dimension).iter().partition(recorded);
    let words = |measures: Vec<&Measure>| {
        let words =
            measures.into_iter().map(|one| Text::plain(say.word(terms::MEASURES, one.word())));
        let words = joined(words, ", ");
        if words.is_empty() { say.text(&parts::NONE_RECORDED) } else { words }
    };
    let named: BTreeSet<&str> =
        scenarios.iter().flat_map(|one| &one.scenario.controls).map(String::as_str).collect();
    let named = joined(named.into_iter().map(Text::plain), ", ");
    let named =
        if named.is_empty() && ground.seen() { say.text(&parts::NONE_RECORDED) } else { named };
    // Of an estate in which nothing was looked at, nobody can say what is not there.
    let (there, absent) = if ground.seen() || !there.is_empty() {
        (words(there), words(absent))
    } else {
        (Text::default(), Text::default())
    };
    let source = Note::Reference(say.reference(ESTATE));
    let values = [("controls", there), ("absent", absent), ("named", named)];
    say.fill(
        &parts::CONTROLS,
        &values.map(|(name, text)| {
            (name, if text.is_empty() { text } else { text.noted(source.clone()) })
        }),
    )
}

fn residual(ground: &Ground<'_>, say: &Say, dimension: Dimension) -> Text {
    let left = ground.residual(dimension);
    let before = ground.money.before_of_dimension(dimension);
    let id = format!("M17-{}", dimension.word());
    let trend = ground.recorded(&id).map(|amount| say.money(amount));
    say.fill(
        &parts::RESIDUAL,
        &[
            ("residual", say.total(&left, MONEY)),
            ("before", say.total(&before, MONEY)),
            ("trend", say.maybe(trend, METRICS)),
        ],
    )
}

/// The figures that show how the controls stand, with what they were.
fn stand(ground: &Ground<'_>, say: &Say, dimension: Dimension) -> Table {
    let row = |id: &&str| {
        let metric = ground.metric(id)?;
        let before = was(ground, say, id);
        Some(vec![
            Text::plain(format!("{} ({id})", say.metric_title(metric))),
            unsourced(say.metric(Some(metric))),
            before.map_or_else(Text::unmeasured, Text::plain),
            change(ground, say, id),
        ])
    };
    let ids = figures(dimension);
    let query = format!("{METRICS} {}", ids.join(" "));
    Table {
        title: say.of(&parts::FIGURES_TABLE).to_owned(),
        columns: vec![
            column(say, &parts::METRIC, Align::Start),
            column(say, &parts::NOW, Align::End),
            column(say, &parts::BEFORE, Align::End),
            column(say, &parts::CHANGE, Align::Start),
        ],
        rows: ids.iter().filter_map(row).collect(),
        notes: vec![say.source(&query)],
    }
}

/// A figure in a table says below the table where it comes from.
pub(super) fn unsourced(mut text: Text) -> Text {
    for run in &mut text.0 {
        run.note = None;
    }
    text
}
